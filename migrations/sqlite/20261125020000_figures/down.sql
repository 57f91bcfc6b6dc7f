DROP INDEX events_reviews;
DROP INDEX events_calls;
DROP INDEX events_refusals;
DROP INDEX promises_broken;
DROP INDEX promises_weeks;
DROP INDEX rungs_coming;
DROP INDEX tickets_filed;
DROP INDEX tickets_open;
