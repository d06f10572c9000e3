-- Mails: what an outbox row tells goes to each of its recipients on its own, so that one wrong address keeps nobody else from it.
-- While a process sends one its state is 'sending', and 'due_at' is when that process is thought to have died.
CREATE TABLE outbox_mail (
  outbox BIGINT NOT NULL REFERENCES outbox (id),
  n BIGINT NOT NULL,
  address TEXT NOT NULL,
  state TEXT NOT NULL,
  tries BIGINT NOT NULL,
  due_at BIGINT NOT NULL,
  changed_at BIGINT NOT NULL,
  -- When it was posted, or when somebody wanted it sent again: it is given up some days later.
  since BIGINT NOT NULL,
  -- Why it was not sent so far, as a code, and what the server said about it.
  why TEXT NOT NULL,
  said TEXT NOT NULL,
  PRIMARY KEY (outbox, n)
);
CREATE INDEX outbox_mail_due ON outbox_mail (due_at, outbox, n) WHERE state IN ('waiting', 'sending');
-- By what mails leave the house: one row, or none. The password is sealed; empty where none is wanted.
CREATE TABLE mail_server (
  id BIGINT NOT NULL PRIMARY KEY,
  way TEXT NOT NULL,
  host TEXT NOT NULL,
  port BIGINT NOT NULL,
  security TEXT NOT NULL,
  user_name TEXT NOT NULL,
  root TEXT NOT NULL,
  sender TEXT NOT NULL,
  sender_name TEXT NOT NULL,
  credential BYTEA NOT NULL,
  changed_at BIGINT NOT NULL
);
-- Which notice of a credential's end was given last: of which end, and so many days before it.
ALTER TABLE connection ADD COLUMN told_end BIGINT;
ALTER TABLE connection ADD COLUMN told_days BIGINT;
ALTER TABLE operator_app ADD COLUMN told_end BIGINT;
ALTER TABLE operator_app ADD COLUMN told_days BIGINT;
-- Why the last run failed of which somebody was told, and when that was.
ALTER TABLE customer ADD COLUMN told_cause TEXT;
ALTER TABLE customer ADD COLUMN told_cause_at BIGINT;
