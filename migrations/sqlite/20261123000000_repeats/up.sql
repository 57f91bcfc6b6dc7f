-- Other tickets of the same partner and category, lately.
CREATE INDEX tickets_repeats ON tickets (partner_id, category, opened_at);
CREATE INDEX events_surprises ON events (at) WHERE kind = 'surprise';
