-- How it stands, in a line: of a message in four parts.
ALTER TABLE messages ADD COLUMN headline TEXT;
