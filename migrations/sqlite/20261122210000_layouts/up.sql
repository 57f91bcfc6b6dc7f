-- What nearly every letter has in common is kept once. A layout is never changed: its name is
-- the hash of what it says, so that a letter stays what it was.
CREATE TABLE layouts (
    hash TEXT NOT NULL PRIMARY KEY,
    html TEXT NOT NULL
) STRICT, WITHOUT ROWID;
-- Without one, `html` is all of it.
ALTER TABLE outbox ADD COLUMN layout      TEXT REFERENCES layouts (hash);
ALTER TABLE outbox ADD COLUMN html_title  TEXT NOT NULL DEFAULT '';
ALTER TABLE outbox ADD COLUMN html_footer TEXT NOT NULL DEFAULT '';
