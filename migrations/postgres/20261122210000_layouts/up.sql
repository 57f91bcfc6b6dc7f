-- What nearly every letter has in common is kept once. A layout is never changed: its name is
-- the hash of what it says, so that a letter stays what it was.
CREATE TABLE layouts (
    hash TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    html TEXT COLLATE "C" NOT NULL
);
-- Without one, `html` is all of it.
ALTER TABLE outbox ADD COLUMN layout      TEXT COLLATE "C" REFERENCES layouts (hash);
ALTER TABLE outbox ADD COLUMN html_title  TEXT COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE outbox ADD COLUMN html_footer TEXT COLLATE "C" NOT NULL DEFAULT '';
