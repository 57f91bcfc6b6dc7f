-- The filters of the queue under a name, by whoever made it; for everybody at the vendor if it is shared.
CREATE TABLE views (
    id         INTEGER NOT NULL PRIMARY KEY,
    person_id  INTEGER NOT NULL REFERENCES people (id),
    name       TEXT NOT NULL,
    query      TEXT    NOT NULL,
    shared     INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    UNIQUE (person_id, name)
) STRICT;
CREATE INDEX views_shared ON views (id) WHERE shared;

-- What somebody did to several tickets at once, a row for each: as it was before, as JSON, and the
-- last event of it; or why it was refused.
CREATE TABLE bulk_changes (
    bulk      TEXT    NOT NULL,
    ticket_id INTEGER NOT NULL REFERENCES tickets (id),
    person_id INTEGER NOT NULL REFERENCES people (id),
    made_at   INTEGER NOT NULL,
    before    TEXT    NOT NULL,
    event     INTEGER NOT NULL,
    trouble   TEXT,
    undone_at INTEGER,
    PRIMARY KEY (bulk, ticket_id)
) STRICT;

-- Keys of a single letter in the queue.
ALTER TABLE people ADD COLUMN keys INTEGER NOT NULL DEFAULT 1;

-- Who is to acknowledge it: the present rung's holder, until they have.
ALTER TABLE tickets ADD COLUMN asked_id INTEGER;
UPDATE tickets SET asked_id = (SELECT holder_id FROM rungs WHERE ticket_id = tickets.id AND number = tickets.rung)
WHERE state = 'open' AND json_extract(clocks, '$.notified.rung') IS NOT NULL
    AND json_extract(clocks, '$.notified.acknowledged_at') IS NULL;

-- What views are counted by.
CREATE INDEX tickets_asked ON tickets (asked_id, next_clock_at, id) WHERE asked_id IS NOT NULL;
CREATE INDEX tickets_waiting ON tickets (waiting_on, next_clock_at, id) WHERE waiting_on IS NOT NULL;
CREATE INDEX tickets_risen ON tickets (rung, next_clock_at, id) WHERE rung > 1;
CREATE INDEX tickets_claimed ON tickets (next_clock_at, id) WHERE state = 'resolved';
