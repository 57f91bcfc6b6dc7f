-- What the pages of executives and channel managers count by.
CREATE INDEX tickets_open ON tickets (opened_at, rung, priority) WHERE state = 'open';
CREATE INDEX tickets_opened ON tickets (opened_at, partner_id, category);
CREATE INDEX rungs_coming ON rungs (holder_id, due_at) WHERE reached_at IS NULL;
CREATE INDEX promises_decided ON promises (decided_at, ticket_id, kind, outcome) WHERE outcome <> 'withdrawn';
CREATE INDEX events_refusals ON events (at, ticket_id) WHERE kind = 'refused';
CREATE INDEX events_calls ON events (at, ticket_id) WHERE kind = 'called';
CREATE INDEX events_reviews ON events (at, ticket_id) WHERE kind = 'review_asked';
