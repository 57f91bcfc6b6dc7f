DROP INDEX events_reviews;
DROP INDEX events_calls;
DROP INDEX events_refusals;
DROP INDEX promises_decided;
DROP INDEX rungs_coming;
DROP INDEX tickets_opened;
DROP INDEX tickets_open;
