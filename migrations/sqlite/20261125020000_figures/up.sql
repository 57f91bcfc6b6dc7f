-- What the pages of executives and channel managers count by: from the index alone, so each
-- has every column that its count looks at.
CREATE INDEX tickets_open ON tickets (partner_id, rung, priority, opened_at, about_id, state) WHERE state = 'open';
CREATE INDEX tickets_filed ON tickets (partner_id, opened_at, category, category_group, about_id, merged_into_id);
CREATE INDEX rungs_coming ON rungs (holder_id, due_at) WHERE reached_at IS NULL;
CREATE INDEX promises_weeks ON promises (((decided_at - 345600000000) / 604800000000), kind, outcome, ticket_id, decided_at)
    WHERE outcome <> 'withdrawn';
CREATE INDEX promises_broken ON promises (decided_at, kind, ticket_id, outcome) WHERE outcome = 'broken';
CREATE INDEX events_refusals ON events (at, ticket_id, kind) WHERE kind = 'refused';
CREATE INDEX events_calls ON events (at, ticket_id, kind) WHERE kind = 'called';
CREATE INDEX events_reviews ON events (at, ticket_id, kind) WHERE kind = 'review_asked';
