-- Bytes of files, named by their SHA-256 and kept once, in chunks. `loose_since`: nothing refers
-- to them, since then (they are on their way, or were left behind). Only whole ones are referred to.
CREATE TABLE blobs (
    hash        TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    size        BIGINT  NOT NULL,
    whole       BOOLEAN NOT NULL,
    loose_since BIGINT
);
CREATE INDEX blobs_loose ON blobs (loose_since) WHERE loose_since IS NOT NULL;

CREATE TABLE blob_chunks (
    hash   TEXT COLLATE "C" NOT NULL REFERENCES blobs (hash) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    bytes  BYTEA   NOT NULL,
    PRIMARY KEY (hash, number)
);

-- Files of tickets. Without a message they came with the ticket itself.
CREATE TABLE attachments (
    ticket_id  BIGINT  NOT NULL REFERENCES tickets (id),
    number     INTEGER NOT NULL,
    message    INTEGER,
    name       TEXT COLLATE "C" NOT NULL,
    media_type TEXT COLLATE "C" NOT NULL,
    size       BIGINT  NOT NULL,
    blob       TEXT COLLATE "C" NOT NULL REFERENCES blobs (hash),
    by_kind    TEXT COLLATE "C" NOT NULL,
    by_id      BIGINT,
    created_at BIGINT  NOT NULL,
    PRIMARY KEY (ticket_id, number),
    FOREIGN KEY (ticket_id, message) REFERENCES messages (ticket_id, number)
);
CREATE INDEX attachments_blob ON attachments (blob);
