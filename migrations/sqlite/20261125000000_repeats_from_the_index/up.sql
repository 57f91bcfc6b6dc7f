-- How many there are is counted at each filing: from the index alone.
DROP INDEX tickets_repeats;
CREATE INDEX tickets_repeats ON tickets (partner_id, category, opened_at) WHERE merged_into_id IS NULL;
