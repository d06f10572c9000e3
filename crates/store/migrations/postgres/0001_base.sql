-- Keys of connections, contacts and contact groups carry the customer's id in their leading bits.
CREATE TABLE setting (
  name TEXT NOT NULL PRIMARY KEY,
  value TEXT NOT NULL
);
CREATE TABLE customer (
  id BIGINT NOT NULL PRIMARY KEY,
  slug TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  preset TEXT NOT NULL,
  -- 1: chosen for this customer, so it beats the keys of the operator that presets differ in.
  preset_chosen BIGINT NOT NULL,
  next_connection BIGINT NOT NULL,
  next_contact BIGINT NOT NULL,
  next_group BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  last_good_at BIGINT,
  quiet_runs BIGINT NOT NULL
);
CREATE TABLE customer_setting (
  customer BIGINT NOT NULL REFERENCES customer (id),
  name TEXT NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (customer, name)
);
-- Purposes, one a word: directory (one connection of a customer has it), later mailboxes, sign-in, cards.
CREATE TABLE connection (
  id BIGINT NOT NULL PRIMARY KEY,
  purposes TEXT NOT NULL,
  -- The tenant's id in lower case, as it tells itself; as typed until it has told. Then how a person named it, which may be a
  -- domain.
  tenant_id TEXT NOT NULL,
  tenant_typed TEXT NOT NULL,
  client_id TEXT NOT NULL,
  login_url TEXT NOT NULL,
  graph_url TEXT NOT NULL,
  credential_kind TEXT NOT NULL,
  credential BYTEA NOT NULL,
  -- Then whether the source told that end itself; otherwise a person typed it.
  credential_ends_at BIGINT,
  credential_end_told BIGINT NOT NULL DEFAULT 0,
  connects BIGINT NOT NULL,
  connected_at BIGINT NOT NULL,
  renewed_at BIGINT NOT NULL,
  domains TEXT NOT NULL,
  organisation TEXT NOT NULL,
  everybody BIGINT NOT NULL,
  -- How often the scope was changed.
  scope_changes BIGINT NOT NULL DEFAULT 0,
  complete BIGINT NOT NULL,
  applied BIGINT NOT NULL,
  -- The last mark of the waiting first plan that a person agreed to, and when.
  agreed BIGINT NOT NULL DEFAULT 0,
  agreed_at BIGINT,
  -- The rule by which the mirror's key digests were made.
  key_rule TEXT,
  users_cursor TEXT,
  groups_cursor TEXT,
  cursor_at BIGINT,
  failures BIGINT NOT NULL,
  paused_until BIGINT,
  -- What of the app's permissions is not as it should be, one a line behind a sign (connection/granted.rs); null where nobody
  -- knows. Then since when it stands so.
  permissions TEXT,
  permissions_at BIGINT
);
CREATE TABLE scope_entry (
  connection BIGINT NOT NULL REFERENCES connection (id),
  kind BIGINT NOT NULL,
  source BYTEA NOT NULL,
  state BIGINT NOT NULL,
  contact_group BIGINT,
  PRIMARY KEY (connection, kind, source)
);
CREATE TABLE source_user (
  connection BIGINT NOT NULL,
  source BYTEA NOT NULL,
  presence BIGINT NOT NULL,
  since BIGINT NOT NULL,
  key_digest BIGINT,
  upn_digest BIGINT,
  body BYTEA NOT NULL,
  PRIMARY KEY (connection, source)
);
CREATE INDEX source_user_key ON source_user (connection, key_digest) WHERE key_digest IS NOT NULL;
CREATE INDEX source_user_upn ON source_user (connection, upn_digest) WHERE upn_digest IS NOT NULL;
-- Presence: 0 live, 1 deleted, 2 hidden, 3 missing, 4 deleted and past the term of its values.
CREATE INDEX source_user_deleted ON source_user (connection, since) WHERE presence = 1;
CREATE TABLE source_group (
  connection BIGINT NOT NULL,
  source BYTEA NOT NULL,
  presence BIGINT NOT NULL,
  since BIGINT NOT NULL,
  name TEXT NOT NULL,
  body BYTEA NOT NULL,
  PRIMARY KEY (connection, source)
);
CREATE TABLE source_member (
  connection BIGINT NOT NULL,
  source_group BYTEA NOT NULL,
  member BYTEA NOT NULL,
  kind BIGINT NOT NULL,
  PRIMARY KEY (connection, source_group, member)
);
CREATE INDEX source_member_of ON source_member (connection, member, source_group, kind);
CREATE INDEX source_member_nested ON source_member (connection, member, source_group) WHERE kind = 1;
CREATE TABLE product (
  connection BIGINT NOT NULL,
  sku BYTEA NOT NULL,
  part_number TEXT NOT NULL,
  PRIMARY KEY (connection, sku)
);
CREATE TABLE contact (
  id BIGINT NOT NULL PRIMARY KEY,
  key_digest BIGINT,
  origin TEXT NOT NULL,
  left_at BIGINT,
  updated_at BIGINT NOT NULL,
  created_run BIGINT,
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
  sort_key TEXT COLLATE "C" NOT NULL
);
CREATE INDEX contact_key ON contact (key_digest, id) WHERE key_digest IS NOT NULL;
-- By customer, which is in a contact's leading bits, in the order of names.
CREATE INDEX contact_sorted ON contact ((id >> 40), sort_key, id);
CREATE INDEX contact_left ON contact ((id >> 40), id) WHERE left_at IS NOT NULL;
-- How many contacts a book has, for counting them would cost as much as the book is large: the sum of what runs and of what
-- people brought and took, each in a row of its own, so that neither waits for the other (contact/count.rs).
CREATE TABLE book_count (
  customer BIGINT NOT NULL,
  by_run BIGINT NOT NULL,
  contacts BIGINT NOT NULL,
  PRIMARY KEY (customer, by_run)
);
CREATE TABLE bin (
  id BIGINT NOT NULL PRIMARY KEY,
  key_digest BIGINT,
  origin TEXT NOT NULL,
  left_at BIGINT,
  updated_at BIGINT NOT NULL,
  created_run BIGINT,
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
  sort_key TEXT COLLATE "C" NOT NULL,
  removed_at BIGINT NOT NULL,
  removed_run BIGINT,
  memberships BYTEA NOT NULL
);
CREATE INDEX bin_key ON bin (key_digest, id) WHERE key_digest IS NOT NULL;
-- By customer, which is in a contact's leading bits, and age.
CREATE INDEX bin_removed ON bin ((id >> 40), removed_at, id);
-- Personal values: the words of living contacts and of their former names, each led by the customer's number. Text that
-- goes in is folded in Rust (model::search), so that both engines answer alike; what is found is compared once more.
-- "rowid" is the contact's id, named as in the other engine.
CREATE TABLE contact_search (
  rowid BIGINT NOT NULL PRIMARY KEY,
  words TEXT NOT NULL
);
CREATE INDEX contact_search_words ON contact_search USING gin (array_to_tsvector(string_to_array(words, ' ')));
-- The change log. It says that something changed, not what: values lie in change_value and have a term.
CREATE TABLE change (
  contact BIGINT NOT NULL,
  at BIGINT NOT NULL,
  kind TEXT NOT NULL,
  field TEXT NOT NULL,
  run BIGINT,
  actor TEXT NOT NULL,
  PRIMARY KEY (contact, at, kind, field)
);
-- Personal values: before and after of changed fields, former names and addresses among them, for 30 days.
CREATE TABLE change_value (
  customer BIGINT NOT NULL,
  at BIGINT NOT NULL,
  contact BIGINT NOT NULL,
  field TEXT NOT NULL,
  before TEXT,
  after TEXT,
  PRIMARY KEY (customer, at, contact, field)
);
CREATE TABLE pin (
  contact BIGINT NOT NULL,
  field TEXT NOT NULL,
  reason TEXT NOT NULL,
  until BIGINT,
  PRIMARY KEY (contact, field)
);
-- Contacts on their way to the bin after their connection has ended.
CREATE TABLE leaving (
  contact BIGINT NOT NULL PRIMARY KEY
);
CREATE TABLE link (
  connection BIGINT NOT NULL,
  source BYTEA NOT NULL,
  contact BIGINT NOT NULL,
  origin TEXT NOT NULL,
  wrote_key TEXT,
  out_reason TEXT,
  out_since BIGINT,
  PRIMARY KEY (connection, source)
);
-- A contact has at most one source user of a connection.
CREATE UNIQUE INDEX link_contact ON link (contact, connection);
-- How many contacts of the book are linked over a connection; counting them would cost as much as the book is large. A
-- contact in the bin keeps its links and does not count. Who comes back into the book is counted by who brings it back
-- (contact/write.rs), for of a new contact nobody is linked yet.
-- The functions are planned once a session, on whatever there was then: each looks its rows up one by one, by an index.
CREATE TABLE link_count (
  connection BIGINT NOT NULL PRIMARY KEY,
  linked BIGINT NOT NULL
);
CREATE FUNCTION links_made() RETURNS trigger LANGUAGE plpgsql SET enable_seqscan = off AS $$ BEGIN
  INSERT INTO link_count (connection, linked)
  SELECT t.connection, SUM((SELECT COUNT(*) FROM contact c WHERE c.id = t.contact))::bigint FROM made t
  GROUP BY t.connection
  ON CONFLICT (connection) DO UPDATE SET linked = link_count.linked + excluded.linked;
  RETURN NULL;
END $$;
CREATE FUNCTION links_gone() RETURNS trigger LANGUAGE plpgsql SET enable_seqscan = off AS $$ BEGIN
  UPDATE link_count k SET linked = k.linked - g.n FROM
    (SELECT t.connection, SUM((SELECT COUNT(*) FROM contact c WHERE c.id = t.contact))::bigint AS n FROM gone t
    GROUP BY t.connection) g WHERE k.connection = g.connection;
  RETURN NULL;
END $$;
CREATE FUNCTION link_moved() RETURNS trigger LANGUAGE plpgsql SET enable_seqscan = off AS $$ BEGIN
  INSERT INTO link_count (connection, linked) VALUES (NEW.connection,
    (SELECT COUNT(*) FROM contact WHERE id = NEW.contact) - (SELECT COUNT(*) FROM contact WHERE id = OLD.contact))
  ON CONFLICT (connection) DO UPDATE SET linked = link_count.linked + excluded.linked;
  RETURN NULL;
END $$;
CREATE FUNCTION contacts_gone() RETURNS trigger LANGUAGE plpgsql SET enable_seqscan = off AS $$ BEGIN
  UPDATE link_count k SET linked = k.linked - g.n FROM
    (SELECT l.connection, COUNT(*) AS n FROM gone t
    CROSS JOIN LATERAL (SELECT connection FROM link WHERE contact = t.id OFFSET 0) l GROUP BY l.connection) g
  WHERE k.connection = g.connection;
  RETURN NULL;
END $$;
CREATE TRIGGER link_made AFTER INSERT ON link REFERENCING NEW TABLE AS made
  FOR EACH STATEMENT EXECUTE FUNCTION links_made();
CREATE TRIGGER link_gone AFTER DELETE ON link REFERENCING OLD TABLE AS gone
  FOR EACH STATEMENT EXECUTE FUNCTION links_gone();
CREATE TRIGGER link_moved AFTER UPDATE OF contact ON link
  FOR EACH ROW WHEN (NEW.contact <> OLD.contact) EXECUTE FUNCTION link_moved();
CREATE TRIGGER contact_gone AFTER DELETE ON contact REFERENCING OLD TABLE AS gone
  FOR EACH STATEMENT EXECUTE FUNCTION contacts_gone();
CREATE TABLE contact_group (
  id BIGINT NOT NULL PRIMARY KEY,
  name TEXT NOT NULL,
  connection BIGINT,
  source BYTEA
);
CREATE UNIQUE INDEX contact_group_source ON contact_group (connection, source) WHERE source IS NOT NULL;
CREATE INDEX contact_group_free ON contact_group (source, id) WHERE source IS NULL;
-- Made by: 0 a run, 1 a person; above, one more than the number of the run since when it is a person's own.
CREATE TABLE contact_member (
  contact_group BIGINT NOT NULL,
  contact BIGINT NOT NULL,
  made_by BIGINT NOT NULL,
  PRIMARY KEY (contact_group, contact)
);
CREATE INDEX contact_member_of ON contact_member (contact, contact_group, made_by);
CREATE TABLE pending (
  connection BIGINT NOT NULL,
  source BYTEA NOT NULL,
  due_at BIGINT NOT NULL,
  seq BIGINT NOT NULL,
  PRIMARY KEY (connection, source, due_at)
);
CREATE TABLE run (
  id BIGINT NOT NULL PRIMARY KEY,
  customer BIGINT NOT NULL REFERENCES customer (id),
  mode TEXT NOT NULL,
  kind TEXT NOT NULL,
  outcome TEXT NOT NULL,
  created BIGINT NOT NULL,
  updated BIGINT NOT NULL,
  restored BIGINT NOT NULL,
  removed BIGINT NOT NULL,
  adopted BIGINT NOT NULL,
  unlinked BIGINT NOT NULL,
  held BIGINT NOT NULL,
  unchanged BIGINT NOT NULL,
  memberships BIGINT NOT NULL,
  -- Null where the process was killed and nobody knows.
  requests BIGINT,
  bytes_read BIGINT,
  linked BIGINT NOT NULL,
  started_at BIGINT NOT NULL,
  duration_ms BIGINT,
  error TEXT,
  error_german TEXT
);
CREATE INDEX run_customer ON run (customer, id);
CREATE INDEX run_linked ON run (customer, started_at, linked);
CREATE INDEX run_running ON run (customer) WHERE outcome = 'running';
CREATE TABLE plan (
  id BIGINT NOT NULL PRIMARY KEY,
  customer BIGINT NOT NULL REFERENCES customer (id),
  connection BIGINT NOT NULL,
  run BIGINT NOT NULL,
  state TEXT NOT NULL,
  as_of BIGINT NOT NULL,
  pending_seq BIGINT NOT NULL,
  -- The last mark that was ever given when it was begun, and the lease under which it was made.
  marks BIGINT NOT NULL,
  lease BIGINT NOT NULL,
  operations BIGINT NOT NULL,
  progress BIGINT NOT NULL,
  -- What an undo takes back: a run, of which perhaps one contact only, or all since a time.
  undoes BIGINT,
  undoes_contact BIGINT,
  undoes_since BIGINT
);
CREATE INDEX plan_customer ON plan (customer, id);
CREATE INDEX plan_age ON plan (customer, as_of);
CREATE INDEX plan_applying ON plan (customer) WHERE state = 'applying';
CREATE TABLE plan_op (
  plan BIGINT NOT NULL,
  n BIGINT NOT NULL,
  kind TEXT NOT NULL,
  contact BIGINT,
  source BYTEA NOT NULL,
  reason TEXT NOT NULL,
  held TEXT,
  guard TEXT,
  created BIGINT,
  state BIGINT NOT NULL,
  seen BIGINT,
  detail BYTEA NOT NULL,
  PRIMARY KEY (plan, n)
);
-- What the guard's 24 hours count (runs.rs).
CREATE INDEX plan_op_guarded ON plan_op (plan)
  WHERE guard IS NOT NULL OR (kind IN ('restore', 'return') AND reason = 'restored');
CREATE TABLE finding (
  run BIGINT NOT NULL,
  n BIGINT NOT NULL,
  kind TEXT NOT NULL,
  source BYTEA NOT NULL,
  contact BIGINT,
  others BYTEA NOT NULL,
  PRIMARY KEY (run, n)
);
-- Operations that wait for a person: of people, and of contact groups, whose source is a source group. 'seen' is a digest of
-- what the operation shows, 'members' who would join or leave the group, each with a digest of the groups that led to it.
CREATE TABLE hold (
  connection BIGINT NOT NULL,
  source BYTEA NOT NULL,
  kind TEXT NOT NULL,
  contact BIGINT,
  contact_group BIGINT,
  held_by TEXT NOT NULL,
  state BIGINT NOT NULL,
  seen BIGINT NOT NULL,
  since BIGINT NOT NULL,
  released_at BIGINT,
  guard TEXT,
  again_at BIGINT NOT NULL,
  members BYTEA,
  PRIMARY KEY (connection, source, kind)
);
CREATE INDEX hold_group ON hold (connection) WHERE contact_group IS NOT NULL;
-- People and source groups whom a person holds.
CREATE TABLE held_person (
  connection BIGINT NOT NULL,
  source BYTEA NOT NULL,
  why TEXT NOT NULL,
  since BIGINT NOT NULL,
  PRIMARY KEY (connection, source)
);
CREATE TABLE rejection (
  connection BIGINT NOT NULL,
  source BYTEA NOT NULL,
  kind TEXT NOT NULL,
  state BIGINT NOT NULL,
  why TEXT NOT NULL,
  at BIGINT NOT NULL,
  run BIGINT,
  -- The plan that saw its person in another state; it ends with that plan's apply.
  outlived_by BIGINT,
  PRIMARY KEY (connection, source, kind)
);
CREATE INDEX rejection_outlived ON rejection (connection, outlived_by) WHERE outlived_by IS NOT NULL;
CREATE TABLE kept_out (
  connection BIGINT NOT NULL,
  source BYTEA NOT NULL,
  reason TEXT NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (connection, source)
);
-- Who was erased and when, without personal data: a contact's number says nothing about a person.
CREATE TABLE deletion_log (
  customer BIGINT NOT NULL REFERENCES customer (id),
  n BIGINT NOT NULL,
  contact BIGINT,
  reason TEXT NOT NULL,
  made_by TEXT NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (customer, n)
);
CREATE TABLE outbox (
  id BIGINT NOT NULL PRIMARY KEY,
  -- Nobody's where the operator itself is told.
  customer BIGINT REFERENCES customer (id),
  kind TEXT NOT NULL,
  body TEXT NOT NULL,
  created_at BIGINT NOT NULL
);
CREATE INDEX outbox_customer ON outbox (customer, id);
CREATE INDEX outbox_age ON outbox (customer, created_at);
CREATE TABLE lease (
  customer BIGINT NOT NULL PRIMARY KEY REFERENCES customer (id),
  token BIGINT NOT NULL,
  holder TEXT NOT NULL,
  -- Kind and mode of a run that has no row yet, and what it had asked for when it last renewed; else empty.
  work TEXT NOT NULL DEFAULT '',
  taken_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL
);
CREATE TABLE schedule (
  customer BIGINT NOT NULL PRIMARY KEY REFERENCES customer (id),
  changed_at BIGINT,
  connection BIGINT,
  rule TEXT NOT NULL,
  time_zone TEXT NOT NULL,
  since BIGINT,
  due_at BIGINT,
  node BIGINT NOT NULL,
  holder TEXT NOT NULL,
  claimed_until BIGINT NOT NULL,
  waiting_at BIGINT,
  alarmed_at BIGINT,
  tidied_at BIGINT NOT NULL
);
CREATE INDEX schedule_due ON schedule (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX schedule_tidied ON schedule (tidied_at);
CREATE INDEX schedule_changed ON schedule (changed_at) WHERE changed_at IS NOT NULL;
CREATE TABLE counter (
  name TEXT NOT NULL PRIMARY KEY,
  value BIGINT NOT NULL
);
-- No lease gets a number up to 'lease'; 'epoch' counts restores over this database.
INSERT INTO counter (name, value) VALUES
  ('customer', 0), ('run', 0), ('plan', 0), ('outbox', 0), ('pending', 0), ('node', 0), ('lease', 0), ('epoch', 0);
-- What an account has ticked on a page and not carried out yet: people (kind 1) and groups (kind 0) of a connection who differ
-- from what is ticked at first, or from what the row with an empty source says of all (store/src/ticks.rs).
CREATE TABLE picked (
  connection BIGINT NOT NULL,
  account BIGINT NOT NULL,
  kind BIGINT NOT NULL,
  source BYTEA NOT NULL,
  ticked BIGINT NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (connection, account, kind, source)
);
-- Files that wait between the steps of a CSV import, for an hour, one for each account at each customer.
CREATE TABLE upload (
  id BIGINT NOT NULL PRIMARY KEY,
  customer BIGINT NOT NULL REFERENCES customer (id),
  actor TEXT NOT NULL,
  name TEXT NOT NULL,
  at BIGINT NOT NULL,
  choices TEXT NOT NULL,
  content BYTEA NOT NULL
);
CREATE INDEX upload_of ON upload (customer, actor);
CREATE INDEX upload_at ON upload (at);
-- CSV imports of the last thirty days with the contacts that they made or changed, by which they are taken back.
CREATE TABLE csv_import (
  id BIGINT NOT NULL PRIMARY KEY,
  customer BIGINT NOT NULL REFERENCES customer (id),
  actor TEXT NOT NULL,
  file TEXT NOT NULL,
  at BIGINT NOT NULL,
  created BIGINT NOT NULL,
  changed BIGINT NOT NULL,
  undone_at BIGINT,
  upload BIGINT
);
CREATE INDEX csv_import_of ON csv_import (customer, at);
CREATE TABLE csv_import_row (
  import BIGINT NOT NULL REFERENCES csv_import (id),
  contact BIGINT NOT NULL,
  created BIGINT NOT NULL,
  PRIMARY KEY (import, contact)
);
CREATE INDEX csv_import_row_of ON csv_import_row (contact);
INSERT INTO counter (name, value) VALUES ('upload', 0), ('csv_import', 0);
-- Logos, of the operator under 0: a picture whose metadata were taken out. The setting `logo` says that there is one.
CREATE TABLE logo (
  customer BIGINT NOT NULL PRIMARY KEY,
  media TEXT NOT NULL,
  bytes BYTEA NOT NULL
);
