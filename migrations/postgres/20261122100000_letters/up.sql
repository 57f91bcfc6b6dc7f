-- A letter is kept whole: what a later try sends is what the first one sent.
ALTER TABLE outbox ADD COLUMN sender         TEXT    NOT NULL DEFAULT '';
ALTER TABLE outbox ADD COLUMN recipient_name TEXT    NOT NULL DEFAULT '';
ALTER TABLE outbox ADD COLUMN html           TEXT    NOT NULL DEFAULT '';
ALTER TABLE outbox ADD COLUMN in_reply_to    TEXT;
ALTER TABLE outbox ADD COLUMN thread         TEXT    NOT NULL DEFAULT '';
ALTER TABLE outbox ADD COLUMN automatic      BOOLEAN NOT NULL DEFAULT TRUE;
ALTER TABLE outbox ADD COLUMN ticket_id      BIGINT  REFERENCES tickets (id);
ALTER TABLE outbox ADD COLUMN side           TEXT;
ALTER TABLE outbox ADD COLUMN message        INTEGER;
ALTER TABLE outbox ADD COLUMN rung           INTEGER;
-- Time of the business, before which it waits (quiet hours).
ALTER TABLE outbox ADD COLUMN not_before     BIGINT  NOT NULL DEFAULT 0;
-- The others are of the wall clock.
ALTER TABLE outbox ADD COLUMN next_try_at    BIGINT  NOT NULL DEFAULT 0;
ALTER TABLE outbox ADD COLUMN first_try_at   BIGINT;
ALTER TABLE outbox ADD COLUMN attempts       INTEGER NOT NULL DEFAULT 0;
ALTER TABLE outbox ADD COLUMN claim          TEXT;
ALTER TABLE outbox ADD COLUMN claimed_until  BIGINT;
ALTER TABLE outbox ADD COLUMN settled_at     BIGINT;
ALTER TABLE outbox ADD COLUMN trouble        TEXT;
-- Whoever looks for the next letter to send finds it here, without opening any.
CREATE INDEX outbox_unsent ON outbox (next_try_at, id, state, not_before, claimed_until)
    WHERE state IN ('queued', 'sending');
CREATE INDEX outbox_dead ON outbox (id) WHERE state = 'dead';
CREATE INDEX outbox_ticket ON outbox (ticket_id, id);
CREATE INDEX events_exceptions ON events (at) WHERE kind = 'exception';
-- Clocks know more than they did: every live ticket is looked at once.
UPDATE tickets SET check_at = 0 WHERE state <> 'closed';
-- Letters had no way out, and their links have aged: who is still waited for is invited again.
UPDATE outbox SET state = 'dropped', trouble = 'written before letters could leave' WHERE state = 'queued';
