-- When somebody is away. `from_at` is as it was said; `effective_at`, when it takes effect, is
-- never before it was known. `begun_at` and `ended_at`: when its tickets were seen to.
CREATE TABLE absences (
    id           INTEGER NOT NULL PRIMARY KEY,
    version      INTEGER NOT NULL,
    person_id    INTEGER NOT NULL REFERENCES people (id),
    from_at      INTEGER NOT NULL,
    effective_at INTEGER NOT NULL,
    until_at     INTEGER,
    stand_in_id  INTEGER REFERENCES people (id),
    reason       TEXT,
    created_at   INTEGER NOT NULL,
    created_by   INTEGER REFERENCES people (id),
    begun_at     INTEGER,
    ended_at     INTEGER
) STRICT;
CREATE INDEX absences_person ON absences (person_id, from_at);
CREATE INDEX absences_open ON absences (effective_at) WHERE ended_at IS NULL;

-- Of a ticket whose owner stands in: for whom.
ALTER TABLE tickets ADD COLUMN stands_in_for_id INTEGER;
CREATE INDEX tickets_stand_ins ON tickets (stands_in_for_id) WHERE stands_in_for_id IS NOT NULL;
