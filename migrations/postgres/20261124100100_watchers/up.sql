-- Who else hears of a ticket.
CREATE TABLE watchers (
    ticket_id  BIGINT NOT NULL REFERENCES tickets (id),
    person_id  BIGINT NOT NULL REFERENCES people (id),
    created_at BIGINT NOT NULL,
    PRIMARY KEY (ticket_id, person_id)
);
