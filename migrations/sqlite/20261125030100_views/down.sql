DROP INDEX tickets_claimed;
DROP INDEX tickets_risen;
DROP INDEX tickets_waiting;
DROP INDEX tickets_asked;
ALTER TABLE tickets DROP COLUMN asked_id;
ALTER TABLE people DROP COLUMN keys;
DROP TABLE bulk_changes;
DROP TABLE views;
