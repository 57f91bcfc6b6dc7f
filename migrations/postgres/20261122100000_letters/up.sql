-- A letter is kept whole: what a later try sends is what the first one sent.
ALTER TABLE outbox
    ADD COLUMN sender         TEXT    NOT NULL DEFAULT '',
    ADD COLUMN recipient_name TEXT    NOT NULL DEFAULT '',
    ADD COLUMN html           TEXT    NOT NULL DEFAULT '',
    ADD COLUMN in_reply_to    TEXT,
    ADD COLUMN thread         TEXT    NOT NULL DEFAULT '',
    ADD COLUMN automatic      BOOLEAN NOT NULL DEFAULT TRUE,
    ADD COLUMN ticket_id      BIGINT  REFERENCES tickets (id),
    ADD COLUMN side           TEXT,
    ADD COLUMN message        INTEGER,
    ADD COLUMN rung           INTEGER,
    -- Time of the business, before which it waits (quiet hours).
    ADD COLUMN not_before     BIGINT  NOT NULL DEFAULT 0,
    -- The others are of the wall clock.
    ADD COLUMN next_try_at    BIGINT  NOT NULL DEFAULT 0,
    ADD COLUMN first_try_at   BIGINT,
    ADD COLUMN attempts       INTEGER NOT NULL DEFAULT 0,
    ADD COLUMN claim          TEXT,
    ADD COLUMN claimed_until  BIGINT,
    ADD COLUMN settled_at     BIGINT,
    ADD COLUMN trouble        TEXT;
CREATE INDEX outbox_unsent ON outbox (next_try_at, id) WHERE state IN ('queued', 'sending');
CREATE INDEX outbox_dead ON outbox (id) WHERE state = 'dead';
CREATE INDEX outbox_ticket ON outbox (ticket_id, id);
CREATE INDEX events_exceptions ON events (at) WHERE kind = 'exception';
-- Clocks know more than they did: every live ticket is looked at once.
UPDATE tickets SET check_at = 0 WHERE state <> 'closed';
-- Letters had no way out, and their links have aged: who is still waited for is invited again.
UPDATE outbox SET state = 'dropped', trouble = 'written before letters could leave' WHERE state = 'queued';
