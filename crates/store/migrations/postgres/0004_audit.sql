-- Who did what when, on pages and by commands; a line outlives whom and what it names. 'what' is the route or the command, 'about' an id
-- out of its path, 'detail' what was changed.
CREATE TABLE audit (
  id BIGINT NOT NULL PRIMARY KEY,
  at BIGINT NOT NULL,
  actor TEXT NOT NULL,
  account BIGINT,
  customer TEXT NOT NULL,
  what TEXT NOT NULL,
  about TEXT NOT NULL,
  detail TEXT NOT NULL
);
CREATE INDEX audit_at ON audit (at);
CREATE INDEX audit_of ON audit (customer, id);
INSERT INTO counter (name, value) VALUES ('audit', 0);
