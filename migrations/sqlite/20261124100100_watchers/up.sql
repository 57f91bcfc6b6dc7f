-- Who else hears of a ticket.
CREATE TABLE watchers (
    ticket_id  INTEGER NOT NULL REFERENCES tickets (id),
    person_id  INTEGER NOT NULL REFERENCES people (id),
    created_at INTEGER NOT NULL,
    PRIMARY KEY (ticket_id, person_id)
) STRICT;
