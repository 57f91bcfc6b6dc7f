-- The hours of somebody's day in which reminders may reach them: from, and before.
ALTER TABLE people ADD COLUMN day_from INTEGER NOT NULL DEFAULT 8;
ALTER TABLE people ADD COLUMN day_until INTEGER NOT NULL DEFAULT 18;

-- Who wants no more letters about which ticket.
CREATE TABLE mutes (
    person_id  INTEGER NOT NULL REFERENCES people (id),
    ticket_id  INTEGER NOT NULL REFERENCES tickets (id),
    created_at INTEGER NOT NULL,
    PRIMARY KEY (person_id, ticket_id)
) STRICT;

-- Of a reminder: where one press ends them (RFC 8058).
ALTER TABLE outbox ADD COLUMN unsubscribe TEXT;
