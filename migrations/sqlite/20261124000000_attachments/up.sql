-- Bytes of files, named by their SHA-256 and kept once, in chunks. `loose_since`: nothing refers
-- to them, since then (they are on their way, or were left behind). Only whole ones are referred to.
CREATE TABLE blobs (
    hash        TEXT    NOT NULL PRIMARY KEY,
    size        INTEGER NOT NULL,
    whole       INTEGER NOT NULL,
    loose_since INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX blobs_loose ON blobs (loose_since) WHERE loose_since IS NOT NULL;

CREATE TABLE blob_chunks (
    hash   TEXT    NOT NULL REFERENCES blobs (hash) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    bytes  BLOB    NOT NULL,
    PRIMARY KEY (hash, number)
) STRICT;

-- Files of tickets. Without a message they came with the ticket itself.
CREATE TABLE attachments (
    ticket_id  INTEGER NOT NULL REFERENCES tickets (id),
    number     INTEGER NOT NULL,
    message    INTEGER,
    name       TEXT    NOT NULL,
    media_type TEXT    NOT NULL,
    size       INTEGER NOT NULL,
    blob       TEXT    NOT NULL REFERENCES blobs (hash),
    by_kind    TEXT    NOT NULL,
    by_id      INTEGER,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (ticket_id, number),
    FOREIGN KEY (ticket_id, message) REFERENCES messages (ticket_id, number)
) STRICT;
CREATE INDEX attachments_blob ON attachments (blob);
