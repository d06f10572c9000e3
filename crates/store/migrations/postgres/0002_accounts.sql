-- Who signs in. Staff of the operator has no customer; 'chosen' means that it reaches only the customers named in
-- account_customer. Of a password there is a hash only (argon2, PHC string). A Microsoft account is known by tenant and object
-- id, never by an address.
CREATE TABLE account (
  id BIGINT NOT NULL PRIMARY KEY,
  customer BIGINT REFERENCES customer (id),
  role TEXT NOT NULL,
  chosen BIGINT NOT NULL,
  name TEXT NOT NULL,
  email TEXT NOT NULL,
  email_key TEXT NOT NULL UNIQUE,
  password TEXT,
  tenant BYTEA,
  object BYTEA,
  language TEXT NOT NULL,
  theme TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  signed_in_at BIGINT
);
CREATE UNIQUE INDEX account_microsoft ON account (tenant, object) WHERE object IS NOT NULL;
CREATE INDEX account_of ON account (customer) WHERE customer IS NOT NULL;
CREATE TABLE account_customer (
  account BIGINT NOT NULL REFERENCES account (id),
  customer BIGINT NOT NULL REFERENCES customer (id),
  PRIMARY KEY (account, customer)
);
CREATE INDEX account_customer_of ON account_customer (customer);
-- Sessions and links that sign somebody in: of each only the SHA-256 of what the browser or the mail holds.
CREATE TABLE session (
  digest BYTEA NOT NULL PRIMARY KEY,
  n BIGINT NOT NULL,
  account BIGINT NOT NULL REFERENCES account (id),
  started_at BIGINT NOT NULL,
  seen_at BIGINT NOT NULL,
  -- When its owner last proved who they are, by which dangerous steps go.
  proved_at BIGINT NOT NULL,
  -- How it began: by a password or by a link.
  proof TEXT NOT NULL,
  agent TEXT NOT NULL
);
CREATE INDEX session_account ON session (account);
CREATE TABLE sign_in_link (
  digest BYTEA NOT NULL PRIMARY KEY,
  purpose TEXT NOT NULL,
  account BIGINT REFERENCES account (id),
  ends_at BIGINT NOT NULL
);
CREATE INDEX sign_in_link_account ON sign_in_link (account) WHERE account IS NOT NULL;
-- Passwords that were tried for an address since the last right one, whether it has an account or not: of the address the SHA-256.
CREATE TABLE password_try (
  digest BYTEA NOT NULL PRIMARY KEY,
  failures BIGINT NOT NULL,
  tried_at BIGINT NOT NULL,
  locked_until BIGINT
);
INSERT INTO counter (name, value) VALUES ('account', 0), ('session', 0);
-- The operator's own app registration, to which administrators of many tenants consent: one row, or none. Its credential is
-- sealed; connections of kind 'operator' sign in by it.
CREATE TABLE operator_app (
  id BIGINT NOT NULL PRIMARY KEY,
  tenant TEXT NOT NULL,
  client_id TEXT NOT NULL,
  login_url TEXT NOT NULL,
  graph_url TEXT NOT NULL,
  credential_kind TEXT NOT NULL,
  credential BYTEA NOT NULL,
  credential_ends_at BIGINT,
  changed_at BIGINT NOT NULL
);
-- Consents that were asked for: which customer's, of which tenant, and what became of it. 'digest' is of a link that was sent,
-- 'state' of what goes to Microsoft and comes back, 'browser' of what the browser proves itself by that went there; of each
-- only the SHA-256.
CREATE TABLE consent_request (
  id BIGINT NOT NULL PRIMARY KEY,
  customer BIGINT NOT NULL REFERENCES customer (id),
  tenant TEXT NOT NULL,
  tenant_typed TEXT NOT NULL,
  by_link BIGINT NOT NULL,
  digest BYTEA,
  state BYTEA,
  browser BYTEA,
  made_by TEXT NOT NULL,
  made_at BIGINT NOT NULL,
  ends_at BIGINT NOT NULL,
  opened_at BIGINT,
  ended_at BIGINT,
  outcome TEXT NOT NULL,
  why TEXT NOT NULL
);
CREATE INDEX consent_request_of ON consent_request (customer, id);
CREATE UNIQUE INDEX consent_request_digest ON consent_request (digest) WHERE digest IS NOT NULL;
CREATE UNIQUE INDEX consent_request_state ON consent_request (state) WHERE state IS NOT NULL;
-- Sign-ins with Microsoft that are under way: what Microsoft gives back is looked up by the SHA-256 of its state.
CREATE TABLE microsoft_try (
  state BYTEA NOT NULL PRIMARY KEY,
  verifier TEXT NOT NULL,
  nonce TEXT NOT NULL,
  purpose TEXT NOT NULL,
  account BIGINT REFERENCES account (id),
  back TEXT NOT NULL,
  ends_at BIGINT NOT NULL
);
CREATE INDEX microsoft_try_account ON microsoft_try (account) WHERE account IS NOT NULL;
INSERT INTO counter (name, value) VALUES ('consent', 0);
