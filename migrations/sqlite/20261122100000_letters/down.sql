UPDATE outbox SET state = 'queued';
DROP INDEX events_exceptions;
DROP INDEX outbox_ticket;
DROP INDEX outbox_dead;
DROP INDEX outbox_unsent;
CREATE TABLE outbox_before (
    id         INTEGER NOT NULL PRIMARY KEY,
    dedup_key  TEXT    NOT NULL UNIQUE,
    message_id TEXT    NOT NULL UNIQUE,
    kind       TEXT    NOT NULL,
    person_id  INTEGER NOT NULL REFERENCES people (id),
    recipient  TEXT    NOT NULL,
    subject    TEXT    NOT NULL,
    body       TEXT    NOT NULL,
    state      TEXT    NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;
INSERT INTO outbox_before
    SELECT id, dedup_key, message_id, kind, person_id, recipient, subject, body, state, created_at FROM outbox;
DROP TABLE outbox;
ALTER TABLE outbox_before RENAME TO outbox;
