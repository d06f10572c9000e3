-- Mails: what an outbox row tells goes to each of its recipients on its own, so that one wrong address keeps nobody else from it.
-- While a process sends one its state is 'sending', and 'due_at' is when that process is thought to have died.
CREATE TABLE outbox_mail (
  outbox INTEGER NOT NULL REFERENCES outbox (id),
  n INTEGER NOT NULL,
  address TEXT NOT NULL,
  state TEXT NOT NULL,
  tries INTEGER NOT NULL,
  due_at INTEGER NOT NULL,
  changed_at INTEGER NOT NULL,
  -- When it was posted, or when somebody wanted it sent again: it is given up some days later.
  since INTEGER NOT NULL,
  -- Why it was not sent so far, as a code, and what the server said about it.
  why TEXT NOT NULL,
  said TEXT NOT NULL,
  PRIMARY KEY (outbox, n)
) WITHOUT ROWID;
CREATE INDEX outbox_mail_due ON outbox_mail (due_at, outbox, n) WHERE state IN ('waiting', 'sending');
-- By what mails leave the house: one row, or none. The password is sealed; empty where none is wanted.
CREATE TABLE mail_server (
  id INTEGER NOT NULL PRIMARY KEY,
  way TEXT NOT NULL,
  host TEXT NOT NULL,
  port INTEGER NOT NULL,
  security TEXT NOT NULL,
  user_name TEXT NOT NULL,
  root TEXT NOT NULL,
  sender TEXT NOT NULL,
  sender_name TEXT NOT NULL,
  credential BLOB NOT NULL,
  changed_at INTEGER NOT NULL
);
-- Which notice of a credential's end was given last: of which end, and so many days before it.
ALTER TABLE connection ADD COLUMN told_end INTEGER;
ALTER TABLE connection ADD COLUMN told_days INTEGER;
ALTER TABLE operator_app ADD COLUMN told_end INTEGER;
ALTER TABLE operator_app ADD COLUMN told_days INTEGER;
-- Why the last run failed of which somebody was told, and when that was.
ALTER TABLE customer ADD COLUMN told_cause TEXT;
ALTER TABLE customer ADD COLUMN told_cause_at INTEGER;
