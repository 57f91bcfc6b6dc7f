-- The words of each ticket, apart by spaces, each once: what the partner sees (with the reference,
-- subject and description), and what only internal notes say more, a space before each word.
CREATE TABLE texts (
    ticket_id INTEGER NOT NULL PRIMARY KEY REFERENCES tickets (id),
    partner   TEXT    NOT NULL,
    internal  TEXT    NOT NULL
) STRICT;

-- They are words already: `ascii` parts them at spaces and changes no letter.
CREATE VIRTUAL TABLE texts_words USING fts5 (
    partner, internal, content = '', contentless_delete = 1, detail = 'column', tokenize = 'ascii'
);
