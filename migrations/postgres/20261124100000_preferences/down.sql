ALTER TABLE outbox DROP COLUMN unsubscribe;
DROP TABLE mutes;
ALTER TABLE people DROP COLUMN day_until;
ALTER TABLE people DROP COLUMN day_from;
