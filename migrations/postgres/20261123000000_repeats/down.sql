DROP INDEX events_surprises;
DROP INDEX tickets_repeats;
