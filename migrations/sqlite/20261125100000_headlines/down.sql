ALTER TABLE messages DROP COLUMN headline;
