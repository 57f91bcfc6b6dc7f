-- The words of each ticket, apart by spaces, each once: what the partner sees (with the reference,
-- subject and description), and what only internal notes say more, a space before each word.
CREATE TABLE texts (
    ticket_id BIGINT NOT NULL PRIMARY KEY REFERENCES tickets (id),
    partner   TEXT COLLATE "C" NOT NULL,
    internal  TEXT COLLATE "C" NOT NULL
);

-- They are words already: no dictionary changes them.
CREATE INDEX texts_partner ON texts USING gin (array_to_tsvector(string_to_array(partner, ' ')));
CREATE INDEX texts_all ON texts USING gin (array_to_tsvector(string_to_array(partner || internal, ' ')));
