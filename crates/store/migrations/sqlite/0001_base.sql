-- Keys of connections, contacts and contact groups carry the customer's id in their leading bits.
CREATE TABLE setting (
  name TEXT NOT NULL PRIMARY KEY,
  value TEXT NOT NULL
);
CREATE TABLE customer (
  id INTEGER NOT NULL PRIMARY KEY,
  slug TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  preset TEXT NOT NULL,
  -- 1: chosen for this customer, so it beats the keys of the operator that presets differ in.
  preset_chosen INTEGER NOT NULL,
  next_connection INTEGER NOT NULL,
  next_contact INTEGER NOT NULL,
  next_group INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  last_good_at INTEGER,
  quiet_runs INTEGER NOT NULL
);
CREATE TABLE customer_setting (
  customer INTEGER NOT NULL REFERENCES customer (id),
  name TEXT NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (customer, name)
);
-- Purposes, one a word: directory (one connection of a customer has it), later mailboxes, sign-in, cards.
CREATE TABLE connection (
  id INTEGER NOT NULL PRIMARY KEY,
  purposes TEXT NOT NULL,
  -- The tenant's id in lower case, as it tells itself; as typed until it has told. Then how a person named it, which may be a
  -- domain.
  tenant_id TEXT NOT NULL,
  tenant_typed TEXT NOT NULL,
  client_id TEXT NOT NULL,
  login_url TEXT NOT NULL,
  graph_url TEXT NOT NULL,
  credential_kind TEXT NOT NULL,
  credential BLOB NOT NULL,
  -- Then whether the source told that end itself; otherwise a person typed it.
  credential_ends_at INTEGER,
  credential_end_told INTEGER NOT NULL DEFAULT 0,
  connects INTEGER NOT NULL,
  connected_at INTEGER NOT NULL,
  renewed_at INTEGER NOT NULL,
  domains TEXT NOT NULL,
  organisation TEXT NOT NULL,
  everybody INTEGER NOT NULL,
  -- How often the scope was changed.
  scope_changes INTEGER NOT NULL DEFAULT 0,
  complete INTEGER NOT NULL,
  applied INTEGER NOT NULL,
  -- The last mark of the waiting first plan that a person agreed to, and when.
  agreed INTEGER NOT NULL DEFAULT 0,
  agreed_at INTEGER,
  -- The rule by which the mirror's key digests were made.
  key_rule TEXT,
  users_cursor TEXT,
  groups_cursor TEXT,
  cursor_at INTEGER,
  failures INTEGER NOT NULL,
  paused_until INTEGER,
  -- What of the app's permissions is not as it should be, one a line behind a sign (connection/granted.rs); null where nobody
  -- knows. Then since when it stands so.
  permissions TEXT,
  permissions_at INTEGER
);
CREATE TABLE scope_entry (
  connection INTEGER NOT NULL REFERENCES connection (id),
  kind INTEGER NOT NULL,
  source BLOB NOT NULL,
  state INTEGER NOT NULL,
  contact_group INTEGER,
  PRIMARY KEY (connection, kind, source)
);
CREATE TABLE source_user (
  connection INTEGER NOT NULL,
  source BLOB NOT NULL,
  presence INTEGER NOT NULL,
  since INTEGER NOT NULL,
  key_digest INTEGER,
  upn_digest INTEGER,
  body BLOB NOT NULL,
  PRIMARY KEY (connection, source)
) WITHOUT ROWID;
CREATE INDEX source_user_key ON source_user (connection, key_digest) WHERE key_digest IS NOT NULL;
CREATE INDEX source_user_upn ON source_user (connection, upn_digest) WHERE upn_digest IS NOT NULL;
-- Presence: 0 live, 1 deleted, 2 hidden, 3 missing, 4 deleted and past the term of its values.
CREATE INDEX source_user_deleted ON source_user (connection, since) WHERE presence = 1;
CREATE TABLE source_group (
  connection INTEGER NOT NULL,
  source BLOB NOT NULL,
  presence INTEGER NOT NULL,
  since INTEGER NOT NULL,
  name TEXT NOT NULL,
  body BLOB NOT NULL,
  PRIMARY KEY (connection, source)
) WITHOUT ROWID;
CREATE TABLE source_member (
  connection INTEGER NOT NULL,
  source_group BLOB NOT NULL,
  member BLOB NOT NULL,
  kind INTEGER NOT NULL,
  PRIMARY KEY (connection, source_group, member)
) WITHOUT ROWID;
CREATE INDEX source_member_of ON source_member (connection, member, source_group, kind);
CREATE INDEX source_member_nested ON source_member (connection, member, source_group) WHERE kind = 1;
CREATE TABLE product (
  connection INTEGER NOT NULL,
  sku BLOB NOT NULL,
  part_number TEXT NOT NULL,
  PRIMARY KEY (connection, sku)
) WITHOUT ROWID;
CREATE TABLE contact (
  id INTEGER NOT NULL PRIMARY KEY,
  key_digest INTEGER,
  origin TEXT NOT NULL,
  left_at INTEGER,
  updated_at INTEGER NOT NULL,
  created_run INTEGER,
  first_name TEXT,
  last_name TEXT,
  display_name TEXT,
  email TEXT,
  job_title TEXT,
  department TEXT,
  company TEXT,
  office TEXT,
  mobile TEXT,
  business_phones TEXT,
  site TEXT,
  -- What the book is sorted by (model::order), compared byte by byte.
  sort_key TEXT NOT NULL
);
CREATE INDEX contact_key ON contact (key_digest, id) WHERE key_digest IS NOT NULL;
-- By customer, which is in a contact's leading bits, in the order of names.
CREATE INDEX contact_sorted ON contact ((id >> 40), sort_key, id);
CREATE INDEX contact_left ON contact ((id >> 40), id) WHERE left_at IS NOT NULL;
-- How many contacts a book has, for counting them would cost as much as the book is large: the sum of what runs and of what
-- people brought and took, each in a row of its own, so that neither waits for the other (contact/count.rs).
CREATE TABLE book_count (
  customer INTEGER NOT NULL,
  by_run INTEGER NOT NULL,
  contacts INTEGER NOT NULL,
  PRIMARY KEY (customer, by_run)
);
CREATE TABLE bin (
  id INTEGER NOT NULL PRIMARY KEY,
  key_digest INTEGER,
  origin TEXT NOT NULL,
  left_at INTEGER,
  updated_at INTEGER NOT NULL,
  created_run INTEGER,
  first_name TEXT,
  last_name TEXT,
  display_name TEXT,
  email TEXT,
  job_title TEXT,
  department TEXT,
  company TEXT,
  office TEXT,
  mobile TEXT,
  business_phones TEXT,
  site TEXT,
  sort_key TEXT NOT NULL,
  removed_at INTEGER NOT NULL,
  removed_run INTEGER,
  memberships BLOB NOT NULL
);
CREATE INDEX bin_key ON bin (key_digest, id) WHERE key_digest IS NOT NULL;
-- By customer, which is in a contact's leading bits, and age.
CREATE INDEX bin_removed ON bin ((id >> 40), removed_at, id);
-- Personal values: the words of living contacts and of their former names, each led by the customer's number. Text that
-- goes in is folded in Rust (model::search), so that both engines answer alike; what is found is compared once more.
CREATE VIRTUAL TABLE contact_search USING fts5(
  words, content = '', columnsize = 0, detail = none, tokenize = "ascii tokenchars '_'"
);
-- The change log. It says that something changed, not what: values lie in change_value and have a term.
CREATE TABLE change (
  contact INTEGER NOT NULL,
  at INTEGER NOT NULL,
  kind TEXT NOT NULL,
  field TEXT NOT NULL,
  run INTEGER,
  actor TEXT NOT NULL,
  PRIMARY KEY (contact, at, kind, field)
) WITHOUT ROWID;
-- Personal values: before and after of changed fields, former names and addresses among them, for 30 days.
CREATE TABLE change_value (
  customer INTEGER NOT NULL,
  at INTEGER NOT NULL,
  contact INTEGER NOT NULL,
  field TEXT NOT NULL,
  before TEXT,
  after TEXT,
  PRIMARY KEY (customer, at, contact, field)
) WITHOUT ROWID;
CREATE TABLE pin (
  contact INTEGER NOT NULL,
  field TEXT NOT NULL,
  reason TEXT NOT NULL,
  until INTEGER,
  PRIMARY KEY (contact, field)
);
-- Contacts on their way to the bin after their connection has ended.
CREATE TABLE leaving (
  contact INTEGER NOT NULL PRIMARY KEY
);
CREATE TABLE link (
  connection INTEGER NOT NULL,
  source BLOB NOT NULL,
  contact INTEGER NOT NULL,
  origin TEXT NOT NULL,
  wrote_key TEXT,
  out_reason TEXT,
  out_since INTEGER,
  PRIMARY KEY (connection, source)
) WITHOUT ROWID;
-- A contact has at most one source user of a connection.
CREATE UNIQUE INDEX link_contact ON link (contact, connection);
-- How many contacts of the book are linked over a connection; counting them would cost as much as the book is large. A
-- contact in the bin keeps its links and does not count. Who comes back into the book is counted by who brings it back
-- (contact/write.rs), for of a new contact nobody is linked yet.
CREATE TABLE link_count (
  connection INTEGER NOT NULL PRIMARY KEY,
  linked INTEGER NOT NULL
);
CREATE TRIGGER link_made AFTER INSERT ON link WHEN EXISTS (SELECT 1 FROM contact WHERE id = NEW.contact) BEGIN
  INSERT INTO link_count (connection, linked) VALUES (NEW.connection, 1)
  ON CONFLICT (connection) DO UPDATE SET linked = linked + 1;
END;
CREATE TRIGGER link_gone AFTER DELETE ON link WHEN EXISTS (SELECT 1 FROM contact WHERE id = OLD.contact) BEGIN
  UPDATE link_count SET linked = linked - 1 WHERE connection = OLD.connection;
END;
CREATE TRIGGER link_moved AFTER UPDATE OF contact ON link WHEN NEW.contact <> OLD.contact BEGIN
  INSERT INTO link_count (connection, linked) VALUES (NEW.connection,
    (SELECT COUNT(*) FROM contact WHERE id = NEW.contact) - (SELECT COUNT(*) FROM contact WHERE id = OLD.contact))
  ON CONFLICT (connection) DO UPDATE SET linked = linked + excluded.linked;
END;
CREATE TRIGGER contact_gone AFTER DELETE ON contact WHEN EXISTS (SELECT 1 FROM link WHERE contact = OLD.id) BEGIN
  UPDATE link_count SET linked = linked -
    (SELECT COUNT(*) FROM link l WHERE l.contact = OLD.id AND l.connection = link_count.connection)
  WHERE connection IN (SELECT connection FROM link WHERE contact = OLD.id);
END;
CREATE TABLE contact_group (
  id INTEGER NOT NULL PRIMARY KEY,
  name TEXT NOT NULL,
  connection INTEGER,
  source BLOB
);
CREATE UNIQUE INDEX contact_group_source ON contact_group (connection, source) WHERE source IS NOT NULL;
CREATE INDEX contact_group_free ON contact_group (source, id) WHERE source IS NULL;
-- Made by: 0 a run, 1 a person; above, one more than the number of the run since when it is a person's own.
CREATE TABLE contact_member (
  contact_group INTEGER NOT NULL,
  contact INTEGER NOT NULL,
  made_by INTEGER NOT NULL,
  PRIMARY KEY (contact_group, contact)
) WITHOUT ROWID;
CREATE INDEX contact_member_of ON contact_member (contact, contact_group, made_by);
CREATE TABLE pending (
  connection INTEGER NOT NULL,
  source BLOB NOT NULL,
  due_at INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  PRIMARY KEY (connection, source, due_at)
) WITHOUT ROWID;
CREATE TABLE run (
  id INTEGER NOT NULL PRIMARY KEY,
  customer INTEGER NOT NULL REFERENCES customer (id),
  mode TEXT NOT NULL,
  kind TEXT NOT NULL,
  outcome TEXT NOT NULL,
  created INTEGER NOT NULL,
  updated INTEGER NOT NULL,
  restored INTEGER NOT NULL,
  removed INTEGER NOT NULL,
  adopted INTEGER NOT NULL,
  unlinked INTEGER NOT NULL,
  held INTEGER NOT NULL,
  unchanged INTEGER NOT NULL,
  memberships INTEGER NOT NULL,
  -- Null where the process was killed and nobody knows.
  requests INTEGER,
  bytes_read INTEGER,
  linked INTEGER NOT NULL,
  started_at INTEGER NOT NULL,
  duration_ms INTEGER,
  error TEXT,
  error_german TEXT
);
CREATE INDEX run_customer ON run (customer, id);
CREATE INDEX run_linked ON run (customer, started_at, linked);
CREATE INDEX run_running ON run (customer) WHERE outcome = 'running';
CREATE TABLE plan (
  id INTEGER NOT NULL PRIMARY KEY,
  customer INTEGER NOT NULL REFERENCES customer (id),
  connection INTEGER NOT NULL,
  run INTEGER NOT NULL,
  state TEXT NOT NULL,
  as_of INTEGER NOT NULL,
  pending_seq INTEGER NOT NULL,
  -- The last mark that was ever given when it was begun, and the lease under which it was made.
  marks INTEGER NOT NULL,
  lease INTEGER NOT NULL,
  operations INTEGER NOT NULL,
  progress INTEGER NOT NULL,
  -- What an undo takes back: a run, of which perhaps one contact only, or all since a time.
  undoes INTEGER,
  undoes_contact INTEGER,
  undoes_since INTEGER
);
CREATE INDEX plan_customer ON plan (customer, id);
CREATE INDEX plan_age ON plan (customer, as_of);
CREATE INDEX plan_applying ON plan (customer) WHERE state = 'applying';
CREATE TABLE plan_op (
  plan INTEGER NOT NULL,
  n INTEGER NOT NULL,
  kind TEXT NOT NULL,
  contact INTEGER,
  source BLOB NOT NULL,
  reason TEXT NOT NULL,
  held TEXT,
  guard TEXT,
  created INTEGER,
  state INTEGER NOT NULL,
  seen INTEGER,
  detail BLOB NOT NULL,
  PRIMARY KEY (plan, n)
) WITHOUT ROWID;
-- What the guard's 24 hours count (runs.rs).
CREATE INDEX plan_op_guarded ON plan_op (plan)
  WHERE guard IS NOT NULL OR (kind IN ('restore', 'return') AND reason = 'restored');
CREATE TABLE finding (
  run INTEGER NOT NULL,
  n INTEGER NOT NULL,
  kind TEXT NOT NULL,
  source BLOB NOT NULL,
  contact INTEGER,
  others BLOB NOT NULL,
  PRIMARY KEY (run, n)
) WITHOUT ROWID;
-- Operations that wait for a person: of people, and of contact groups, whose source is a source group. 'seen' is a digest of
-- what the operation shows, 'members' who would join or leave the group, each with a digest of the groups that led to it.
CREATE TABLE hold (
  connection INTEGER NOT NULL,
  source BLOB NOT NULL,
  kind TEXT NOT NULL,
  contact INTEGER,
  contact_group INTEGER,
  held_by TEXT NOT NULL,
  state INTEGER NOT NULL,
  seen INTEGER NOT NULL,
  since INTEGER NOT NULL,
  released_at INTEGER,
  guard TEXT,
  again_at INTEGER NOT NULL,
  members BLOB,
  PRIMARY KEY (connection, source, kind)
) WITHOUT ROWID;
CREATE INDEX hold_group ON hold (connection) WHERE contact_group IS NOT NULL;
-- People and source groups whom a person holds.
CREATE TABLE held_person (
  connection INTEGER NOT NULL,
  source BLOB NOT NULL,
  why TEXT NOT NULL,
  since INTEGER NOT NULL,
  PRIMARY KEY (connection, source)
) WITHOUT ROWID;
CREATE TABLE rejection (
  connection INTEGER NOT NULL,
  source BLOB NOT NULL,
  kind TEXT NOT NULL,
  state INTEGER NOT NULL,
  why TEXT NOT NULL,
  at INTEGER NOT NULL,
  run INTEGER,
  -- The plan that saw its person in another state; it ends with that plan's apply.
  outlived_by INTEGER,
  PRIMARY KEY (connection, source, kind)
) WITHOUT ROWID;
CREATE INDEX rejection_outlived ON rejection (connection, outlived_by) WHERE outlived_by IS NOT NULL;
CREATE TABLE kept_out (
  connection INTEGER NOT NULL,
  source BLOB NOT NULL,
  reason TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (connection, source)
) WITHOUT ROWID;
-- Who was erased and when, without personal data: a contact's number says nothing about a person.
CREATE TABLE deletion_log (
  customer INTEGER NOT NULL REFERENCES customer (id),
  n INTEGER NOT NULL,
  contact INTEGER,
  reason TEXT NOT NULL,
  made_by TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (customer, n)
);
CREATE TABLE outbox (
  id INTEGER NOT NULL PRIMARY KEY,
  -- Nobody's where the operator itself is told.
  customer INTEGER REFERENCES customer (id),
  kind TEXT NOT NULL,
  body TEXT NOT NULL,
  created_at INTEGER NOT NULL
);
CREATE INDEX outbox_customer ON outbox (customer, id);
CREATE INDEX outbox_age ON outbox (customer, created_at);
CREATE TABLE lease (
  customer INTEGER NOT NULL PRIMARY KEY REFERENCES customer (id),
  token INTEGER NOT NULL,
  holder TEXT NOT NULL,
  -- Kind and mode of a run that has no row yet, and what it had asked for when it last renewed; else empty.
  work TEXT NOT NULL DEFAULT '',
  taken_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL
);
CREATE TABLE schedule (
  customer INTEGER NOT NULL PRIMARY KEY REFERENCES customer (id),
  changed_at INTEGER,
  connection INTEGER,
  rule TEXT NOT NULL,
  time_zone TEXT NOT NULL,
  since INTEGER,
  due_at INTEGER,
  node INTEGER NOT NULL,
  holder TEXT NOT NULL,
  claimed_until INTEGER NOT NULL,
  waiting_at INTEGER,
  alarmed_at INTEGER,
  tidied_at INTEGER NOT NULL
);
CREATE INDEX schedule_due ON schedule (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX schedule_tidied ON schedule (tidied_at);
CREATE INDEX schedule_changed ON schedule (changed_at) WHERE changed_at IS NOT NULL;
CREATE TABLE counter (
  name TEXT NOT NULL PRIMARY KEY,
  value INTEGER NOT NULL
);
-- No lease gets a number up to 'lease'; 'epoch' counts restores over this database.
INSERT INTO counter (name, value) VALUES
  ('customer', 0), ('run', 0), ('plan', 0), ('outbox', 0), ('pending', 0), ('node', 0), ('lease', 0), ('epoch', 0);
-- How many rows share the leading columns of a key, for SQLite's planner. Without these it takes a customer's or a
-- connection's rows for a handful and reads them all.
ANALYZE sqlite_schema;
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
  ('scope_entry', 'sqlite_autoindex_scope_entry_1', '10000 1000 500 1'),
  ('source_user', 'source_user', '1000000 100000 1'),
  ('source_user', 'source_user_key', '1000000 100000 1'),
  ('source_user', 'source_user_upn', '1000000 100000 1'),
  ('source_group', 'source_group', '10000 1000 1'),
  ('source_member', 'source_member', '1000000 100000 100 1'),
  ('source_member', 'source_member_of', '1000000 100000 4 1 1'),
  ('source_member', 'source_member_nested', '10000 1000 2 1'),
  ('contact', 'contact_key', '1000000 1 1'),
  ('contact', 'contact_sorted', '1000000 100000 2 1'),
  ('contact', 'contact_left', '10000 1000 1'),
  ('bin', 'bin_key', '10000 1 1'),
  ('bin', 'bin_removed', '10000 1000 2 1'),
  ('change', 'change', '1000000 10 5 2 1'),
  ('change_value', 'change_value', '1000000 100000 100 2 1'),
  ('link', 'link', '1000000 100000 1'),
  ('link', 'link_contact', '1000000 1 1'),
  ('contact_group', 'contact_group_source', '10000 1000 1'),
  ('contact_member', 'contact_member', '1000000 100 1'),
  ('contact_member', 'contact_member_of', '1000000 4 1 1'),
  ('plan_op', 'plan_op', '1000000 10000 1'),
  ('plan_op', 'plan_op_guarded', '10000 100');
ANALYZE sqlite_schema;
-- What an account has ticked on a page and not carried out yet: people (kind 1) and groups (kind 0) of a connection who differ
-- from what is ticked at first, or from what the row with an empty source says of all (store/src/ticks.rs).
CREATE TABLE picked (
  connection INTEGER NOT NULL,
  account INTEGER NOT NULL,
  kind INTEGER NOT NULL,
  source BLOB NOT NULL,
  ticked INTEGER NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (connection, account, kind, source)
) WITHOUT ROWID;
-- Files that wait between the steps of a CSV import, for an hour, one for each account at each customer.
CREATE TABLE upload (
  id INTEGER NOT NULL PRIMARY KEY,
  customer INTEGER NOT NULL REFERENCES customer (id),
  actor TEXT NOT NULL,
  name TEXT NOT NULL,
  at INTEGER NOT NULL,
  choices TEXT NOT NULL,
  content BLOB NOT NULL
);
CREATE INDEX upload_of ON upload (customer, actor);
CREATE INDEX upload_at ON upload (at);
-- CSV imports of the last thirty days with the contacts that they made or changed, by which they are taken back.
CREATE TABLE csv_import (
  id INTEGER NOT NULL PRIMARY KEY,
  customer INTEGER NOT NULL REFERENCES customer (id),
  actor TEXT NOT NULL,
  file TEXT NOT NULL,
  at INTEGER NOT NULL,
  created INTEGER NOT NULL,
  changed INTEGER NOT NULL,
  undone_at INTEGER,
  upload INTEGER
);
CREATE INDEX csv_import_of ON csv_import (customer, at);
CREATE TABLE csv_import_row (
  import INTEGER NOT NULL REFERENCES csv_import (id),
  contact INTEGER NOT NULL,
  created INTEGER NOT NULL,
  PRIMARY KEY (import, contact)
) WITHOUT ROWID;
CREATE INDEX csv_import_row_of ON csv_import_row (contact);
INSERT INTO counter (name, value) VALUES ('upload', 0), ('csv_import', 0);
-- Logos, of the operator under 0: a picture whose metadata were taken out. The setting `logo` says that there is one.
CREATE TABLE logo (
  customer INTEGER NOT NULL PRIMARY KEY,
  media TEXT NOT NULL,
  bytes BLOB NOT NULL
);
