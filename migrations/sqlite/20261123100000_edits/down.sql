ALTER TABLE configurations DROP COLUMN by_id;
ALTER TABLE configurations DROP COLUMN reason;
