DROP INDEX tickets_repeats;
CREATE INDEX tickets_repeats ON tickets (partner_id, category, opened_at);
