DROP INDEX tickets_repeats;
