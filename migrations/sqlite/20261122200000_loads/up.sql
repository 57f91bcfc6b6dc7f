-- Live tickets that somebody owns, counted as they come and go: who files does not count them all.
ALTER TABLE people ADD COLUMN live_tickets INTEGER NOT NULL DEFAULT 0;
UPDATE people SET live_tickets =
    (SELECT COUNT(*) FROM tickets WHERE tickets.owner_id = people.id AND tickets.state <> 'closed')
    WHERE role = 'desk';
