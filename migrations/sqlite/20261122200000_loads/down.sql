ALTER TABLE people DROP COLUMN live_tickets;
