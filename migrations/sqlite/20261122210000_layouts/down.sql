-- Letters of a layout keep their text alone.
UPDATE outbox SET html = '' WHERE layout IS NOT NULL;
ALTER TABLE outbox DROP COLUMN html_footer;
ALTER TABLE outbox DROP COLUMN html_title;
ALTER TABLE outbox DROP COLUMN layout;
DROP TABLE layouts;
