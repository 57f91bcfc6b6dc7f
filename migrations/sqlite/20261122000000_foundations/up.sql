-- Instants are INTEGER microseconds since 1970, UTC. Words are TEXT.

CREATE TABLE facts (
    name  TEXT    NOT NULL PRIMARY KEY,
    value TEXT    NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE configurations (
    kind         TEXT    NOT NULL,
    version      INTEGER NOT NULL,
    effective_at INTEGER NOT NULL,
    recorded_at  INTEGER NOT NULL,
    source       TEXT    NOT NULL,
    body         TEXT    NOT NULL,
    PRIMARY KEY (kind, version)
) STRICT, WITHOUT ROWID;

CREATE TABLE people (
    id               INTEGER NOT NULL PRIMARY KEY,
    version          INTEGER NOT NULL,
    email            TEXT    NOT NULL UNIQUE,
    name             TEXT    NOT NULL,
    role             TEXT    NOT NULL,
    partner_id       INTEGER REFERENCES partners (id),
    region           TEXT,
    zone             TEXT    NOT NULL,
    password_hash    TEXT,
    active           INTEGER NOT NULL,
    created_at       INTEGER NOT NULL,
    last_assigned_at INTEGER
) STRICT;
CREATE INDEX people_role ON people (role);
CREATE INDEX people_partner ON people (partner_id);

CREATE TABLE partners (
    id                 INTEGER NOT NULL PRIMARY KEY,
    version            INTEGER NOT NULL,
    slug               TEXT    NOT NULL UNIQUE,
    name               TEXT    NOT NULL,
    region             TEXT    NOT NULL,
    tier               TEXT,
    zone               TEXT    NOT NULL,
    channel_manager_id INTEGER NOT NULL REFERENCES people (id),
    created_at         INTEGER NOT NULL
) STRICT;
CREATE INDEX partners_channel_manager ON partners (channel_manager_id);

CREATE TABLE teams (
    code       TEXT    NOT NULL PRIMARY KEY,
    name       TEXT    NOT NULL,
    created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE memberships (
    person_id INTEGER NOT NULL REFERENCES people (id),
    team      TEXT    NOT NULL REFERENCES teams (code),
    lead      INTEGER NOT NULL,
    PRIMARY KEY (person_id, team)
) STRICT, WITHOUT ROWID;

CREATE TABLE tokens (
    id         INTEGER NOT NULL PRIMARY KEY,
    name       TEXT    NOT NULL,
    token_hash TEXT    NOT NULL UNIQUE,
    reads      INTEGER NOT NULL,
    writes     INTEGER NOT NULL,
    partner_id INTEGER REFERENCES partners (id),
    created_at INTEGER NOT NULL,
    revoked_at INTEGER
) STRICT;

CREATE TABLE sessions (
    id            TEXT    NOT NULL PRIMARY KEY,
    person_id     INTEGER NOT NULL REFERENCES people (id),
    kind          TEXT    NOT NULL,
    secret_hash   TEXT    NOT NULL UNIQUE,
    previous_hash TEXT    UNIQUE,
    created_at    INTEGER NOT NULL,
    seen_at       INTEGER NOT NULL,
    expires_at    INTEGER NOT NULL,
    revoked_at    INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX sessions_person ON sessions (person_id);

CREATE TABLE links (
    token_hash TEXT    NOT NULL PRIMARY KEY,
    kind       TEXT    NOT NULL,
    person_id  INTEGER REFERENCES people (id),
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    used_at    INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX links_person ON links (person_id);

CREATE TABLE tickets (
    id                INTEGER NOT NULL PRIMARY KEY,
    reference         TEXT    NOT NULL UNIQUE,
    version           INTEGER NOT NULL,
    partner_id        INTEGER NOT NULL REFERENCES partners (id),
    requester_id      INTEGER NOT NULL REFERENCES people (id),
    owner_id          INTEGER NOT NULL REFERENCES people (id),
    team              TEXT    NOT NULL REFERENCES teams (code),
    category          TEXT    NOT NULL,
    category_group    TEXT    NOT NULL,
    reported_category TEXT    NOT NULL,
    about_id          INTEGER REFERENCES people (id),
    subject           TEXT    NOT NULL,
    description       TEXT    NOT NULL,
    impact            TEXT    NOT NULL,
    urgency           TEXT    NOT NULL,
    deadline_at       INTEGER,
    value_hundredths  INTEGER,
    value_currency    TEXT,
    blocks            TEXT,
    distributor       TEXT,
    priority          TEXT    NOT NULL,
    priority_reason   TEXT    NOT NULL,
    state             TEXT    NOT NULL,
    close_reason      TEXT,
    merged_into_id    INTEGER REFERENCES tickets (id),
    rung              INTEGER NOT NULL,
    waiting_on        TEXT,
    clocks            TEXT    NOT NULL,
    opened_at         INTEGER NOT NULL,
    updated_at        INTEGER NOT NULL,
    next_clock_at     INTEGER NOT NULL,
    check_at          INTEGER NOT NULL,
    ladder_version    INTEGER NOT NULL,
    calendar          TEXT    NOT NULL,
    calendar_version  INTEGER NOT NULL,
    last_event        INTEGER NOT NULL,
    last_message      INTEGER NOT NULL
) STRICT;
CREATE INDEX tickets_next_clock ON tickets (next_clock_at, id);
CREATE INDEX tickets_check ON tickets (check_at) WHERE state <> 'closed';
CREATE INDEX tickets_partner ON tickets (partner_id, next_clock_at, id);
CREATE INDEX tickets_owner ON tickets (owner_id, next_clock_at, id);
CREATE INDEX tickets_live_owner ON tickets (owner_id) WHERE state <> 'closed';
CREATE INDEX tickets_about ON tickets (about_id) WHERE about_id IS NOT NULL;
CREATE INDEX tickets_updated ON tickets (updated_at);

CREATE TABLE rungs (
    ticket_id  INTEGER NOT NULL REFERENCES tickets (id),
    number     INTEGER NOT NULL,
    name       TEXT    NOT NULL,
    stand      TEXT    NOT NULL,
    holder_id  INTEGER REFERENCES people (id),
    due_at     INTEGER,
    reached_at INTEGER,
    cause      TEXT,
    PRIMARY KEY (ticket_id, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX rungs_holder ON rungs (holder_id);

CREATE TABLE promises (
    ticket_id  INTEGER NOT NULL REFERENCES tickets (id),
    number     INTEGER NOT NULL,
    kind       TEXT    NOT NULL,
    label      TEXT,
    due_at     INTEGER NOT NULL,
    start_at   INTEGER NOT NULL,
    origin     TEXT    NOT NULL,
    made_at    INTEGER NOT NULL,
    made_by    TEXT    NOT NULL,
    made_by_id INTEGER,
    supersedes INTEGER,
    reason     TEXT,
    told_at    INTEGER,
    outcome    TEXT,
    decided_at INTEGER,
    done_at    INTEGER,
    dropped    INTEGER NOT NULL,
    PRIMARY KEY (ticket_id, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE events (
    ticket_id   INTEGER NOT NULL REFERENCES tickets (id),
    number      INTEGER NOT NULL,
    kind        TEXT    NOT NULL,
    at          INTEGER NOT NULL,
    recorded_at INTEGER NOT NULL,
    by_kind     TEXT    NOT NULL,
    by_id       INTEGER,
    public      INTEGER NOT NULL,
    data        TEXT    NOT NULL,
    PRIMARY KEY (ticket_id, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX events_recorded ON events (recorded_at);

CREATE TABLE messages (
    ticket_id    INTEGER NOT NULL REFERENCES tickets (id),
    number       INTEGER NOT NULL,
    by_kind      TEXT    NOT NULL,
    by_id        INTEGER,
    by_partner   INTEGER NOT NULL,
    visibility   TEXT    NOT NULL,
    body         TEXT    NOT NULL,
    written_at   INTEGER NOT NULL,
    delivered_at INTEGER,
    PRIMARY KEY (ticket_id, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE outbox (
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

CREATE TABLE submissions (
    actor          TEXT    NOT NULL,
    submission_key TEXT    NOT NULL,
    digest         TEXT    NOT NULL,
    status         INTEGER NOT NULL,
    location       TEXT,
    etag           TEXT,
    body           TEXT    NOT NULL,
    created_at     INTEGER NOT NULL,
    PRIMARY KEY (actor, submission_key)
) STRICT, WITHOUT ROWID;
CREATE INDEX submissions_created ON submissions (created_at);
