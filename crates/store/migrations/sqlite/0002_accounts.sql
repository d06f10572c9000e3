-- Who signs in. Staff of the operator has no customer; 'chosen' means that it reaches only the customers named in
-- account_customer. Of a password there is a hash only (argon2, PHC string). A Microsoft account is known by tenant and object
-- id, never by an address.
CREATE TABLE account (
  id INTEGER NOT NULL PRIMARY KEY,
  customer INTEGER REFERENCES customer (id),
  role TEXT NOT NULL,
  chosen INTEGER NOT NULL,
  name TEXT NOT NULL,
  email TEXT NOT NULL,
  email_key TEXT NOT NULL UNIQUE,
  password TEXT,
  tenant BLOB,
  object BLOB,
  language TEXT NOT NULL,
  theme TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  signed_in_at INTEGER
);
CREATE UNIQUE INDEX account_microsoft ON account (tenant, object) WHERE object IS NOT NULL;
CREATE INDEX account_of ON account (customer) WHERE customer IS NOT NULL;
CREATE TABLE account_customer (
  account INTEGER NOT NULL REFERENCES account (id),
  customer INTEGER NOT NULL REFERENCES customer (id),
  PRIMARY KEY (account, customer)
) WITHOUT ROWID;
CREATE INDEX account_customer_of ON account_customer (customer);
-- Sessions and links that sign somebody in: of each only the SHA-256 of what the browser or the mail holds.
CREATE TABLE session (
  digest BLOB NOT NULL PRIMARY KEY,
  n INTEGER NOT NULL,
  account INTEGER NOT NULL REFERENCES account (id),
  started_at INTEGER NOT NULL,
  seen_at INTEGER NOT NULL,
  -- When its owner last proved who they are, by which dangerous steps go.
  proved_at INTEGER NOT NULL,
  -- How it began: by a password or by a link.
  proof TEXT NOT NULL,
  agent TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX session_account ON session (account);
CREATE TABLE sign_in_link (
  digest BLOB NOT NULL PRIMARY KEY,
  purpose TEXT NOT NULL,
  account INTEGER REFERENCES account (id),
  ends_at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX sign_in_link_account ON sign_in_link (account) WHERE account IS NOT NULL;
-- Passwords that were tried for an address since the last right one, whether it has an account or not: of the address the SHA-256.
CREATE TABLE password_try (
  digest BLOB NOT NULL PRIMARY KEY,
  failures INTEGER NOT NULL,
  tried_at INTEGER NOT NULL,
  locked_until INTEGER
) WITHOUT ROWID;
INSERT INTO counter (name, value) VALUES ('account', 0), ('session', 0);
-- The operator's own app registration, to which administrators of many tenants consent: one row, or none. Its credential is
-- sealed; connections of kind 'operator' sign in by it.
CREATE TABLE operator_app (
  id INTEGER NOT NULL PRIMARY KEY,
  tenant TEXT NOT NULL,
  client_id TEXT NOT NULL,
  login_url TEXT NOT NULL,
  graph_url TEXT NOT NULL,
  credential_kind TEXT NOT NULL,
  credential BLOB NOT NULL,
  credential_ends_at INTEGER,
  changed_at INTEGER NOT NULL
);
-- Consents that were asked for: which customer's, of which tenant, and what became of it. 'digest' is of a link that was sent,
-- 'state' of what goes to Microsoft and comes back, 'browser' of what the browser proves itself by that went there; of each
-- only the SHA-256.
CREATE TABLE consent_request (
  id INTEGER NOT NULL PRIMARY KEY,
  customer INTEGER NOT NULL REFERENCES customer (id),
  tenant TEXT NOT NULL,
  tenant_typed TEXT NOT NULL,
  by_link INTEGER NOT NULL,
  digest BLOB,
  state BLOB,
  browser BLOB,
  made_by TEXT NOT NULL,
  made_at INTEGER NOT NULL,
  ends_at INTEGER NOT NULL,
  opened_at INTEGER,
  ended_at INTEGER,
  outcome TEXT NOT NULL,
  why TEXT NOT NULL
);
CREATE INDEX consent_request_of ON consent_request (customer, id);
CREATE UNIQUE INDEX consent_request_digest ON consent_request (digest) WHERE digest IS NOT NULL;
CREATE UNIQUE INDEX consent_request_state ON consent_request (state) WHERE state IS NOT NULL;
-- Sign-ins with Microsoft that are under way: what Microsoft gives back is looked up by the SHA-256 of its state.
CREATE TABLE microsoft_try (
  state BLOB NOT NULL PRIMARY KEY,
  verifier TEXT NOT NULL,
  nonce TEXT NOT NULL,
  purpose TEXT NOT NULL,
  account INTEGER REFERENCES account (id),
  back TEXT NOT NULL,
  ends_at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX microsoft_try_account ON microsoft_try (account) WHERE account IS NOT NULL;
INSERT INTO counter (name, value) VALUES ('consent', 0);
