-- Whoever looks for the next letter to send finds it here, without opening any.
DROP INDEX outbox_unsent;
CREATE INDEX outbox_unsent ON outbox (next_try_at, id, state, not_before, claimed_until)
    WHERE state IN ('queued', 'sending');
