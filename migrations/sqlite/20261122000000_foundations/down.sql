DROP TABLE submissions;
DROP TABLE outbox;
DROP TABLE messages;
DROP TABLE events;
DROP TABLE promises;
DROP TABLE rungs;
DROP TABLE tickets;
DROP TABLE links;
DROP TABLE sessions;
DROP TABLE tokens;
DROP TABLE memberships;
DROP TABLE teams;
-- People and partners refer to each other, and a table that is referred to cannot be dropped.
UPDATE people SET partner_id = NULL;
DROP TABLE partners;
DROP TABLE people;
DROP TABLE configurations;
DROP TABLE facts;
