DROP INDEX outbox_unsent;
CREATE INDEX outbox_unsent ON outbox (next_try_at, id) WHERE state IN ('queued', 'sending');
