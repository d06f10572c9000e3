//! A customer's connection: how it is made, and its row. Its sealed credential, its scope and its end have their own files.

mod credential;
mod end;
mod granted;
mod scope;

use model::Timestamp;
use model::ids::{ConnectionId, SourceId};
use model::source::VerifiedDomains;
use secrecy::ExposeSecret;

use crate::customer;
use crate::db::{Tx, params};
use crate::error::{Result, StoreError};
use crate::lease::Lease;
use crate::refusal::Refusal;
use crate::seal::seal_in;
use crate::store::{Book, CustomerRow, Store};
use crate::{pending, schedule};

pub use credential::StoredCredential;
pub(crate) use credential::{OPERATORS, place, set_credential_end};
pub use end::Imported;
pub use granted::Granted;
pub(crate) use scope::{GROUP, PERSON, change_scope, is_everybody};
pub use scope::{ScopeChange, Switch};

/// What `connect` gives.
pub struct NewConnection<'a> {
    /// Directory (tenant) id, or one of the tenant's domains.
    pub tenant_id: &'a str,
    /// Application (client) id.
    pub client_id: &'a str,
    /// Base of the token endpoint.
    pub login_url: &'a str,
    /// Base of Graph.
    pub graph_url: &'a str,
    /// Secret, or certificate with its key as PEM.
    pub credential: StoredCredential,
    /// When it ends, where that is known.
    pub credential_ends_at: Option<Timestamp>,
    /// Who says so.
    pub credential_end_by: EndBy,
}

/// What a tenant says of itself.
#[derive(Debug, Clone, Copy)]
pub struct Tenant<'a> {
    /// Its id.
    pub id: &'a SourceId,
    /// Its name.
    pub name: &'a str,
    /// Its domains.
    pub domains: &'a VerifiedDomains,
}

/// Who says when a credential ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EndBy {
    /// Microsoft, when it was asked last.
    Told,
    /// A person, or nobody.
    Typed,
}

impl EndBy {
    /// As the column `credential_end_told` has it.
    pub(crate) const fn stored(self) -> i64 {
        match self {
            Self::Told => 1,
            Self::Typed => 0,
        }
    }

    const fn read(told: bool) -> Self {
        if told { Self::Told } else { Self::Typed }
    }
}

/// Whose app registration a connection signs in by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AppOf {
    /// The customer's own.
    Customer,
    /// The operator's, to which the tenant's administrator has consented.
    Operator,
}

/// A connection as stored, without its credential.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConnectionRow {
    /// The id.
    pub id: ConnectionId,
    /// Directory (tenant) id; what was typed, until the tenant has told.
    pub tenant_id: String,
    /// How a person named the tenant: its id, or one of its domains.
    pub tenant_typed: String,
    /// Application (client) id.
    pub client_id: String,
    /// Base of the token endpoint.
    pub login_url: String,
    /// Base of Graph.
    pub graph_url: String,
    /// When the credential ends.
    pub credential_ends_at: Option<Timestamp>,
    /// Who says so.
    pub credential_end_by: EndBy,
    /// By whose app it signs in.
    pub app: AppOf,
    /// Whether a restore left the credential out.
    pub credential_left_out: bool,
    /// Since when.
    pub connected_at: Timestamp,
    /// The tenant's verified domains.
    pub domains: VerifiedDomains,
    /// The tenant's name.
    pub organisation: String,
    /// Whether a first read was finished.
    pub complete: bool,
    /// Whether a plan was ever applied.
    pub applied: bool,
    /// Cursor of users/delta.
    pub users_cursor: Option<String>,
    /// Cursor of groups/delta.
    pub groups_cursor: Option<String>,
    /// When the cursors were taken.
    pub cursor_at: Option<Timestamp>,
    /// Scheduled runs that failed one after the other.
    pub failures: i64,
    /// Until when the schedule leaves the connection alone.
    pub paused_until: Option<Timestamp>,
    /// What of the app's permissions is not as it should be; `None` where nobody knows.
    pub granted: Option<Granted>,
    /// Since when it stands so.
    pub granted_at: Option<Timestamp>,
}

const COLUMNS: &str = "id, tenant_id, client_id, login_url, graph_url, credential_ends_at, connected_at, domains, \
                       organisation, complete, applied, users_cursor, groups_cursor, cursor_at, failures, paused_until, \
                       CAST(LENGTH(credential) AS BIGINT), tenant_typed, credential_end_told, credential_kind, permissions, permissions_at";

impl Store {
    /// The customers that are connected to a tenant, in the order of their short names. It is named by its id or one of its domains.
    pub fn customers_of_tenant(&self, tenant: &str) -> Result<Vec<CustomerRow>> {
        let tenant = tenant.trim().to_ascii_lowercase();
        let joined = "FROM customer c JOIN connection k ON c.id = (k.id >> 16)";
        if matches!(tenant.parse(), Ok(SourceId::Guid(_))) {
            let sql = format!("SELECT {} {joined} WHERE k.tenant_id = $1 ORDER BY c.slug", customer::OF_C);
            return self.db.read(|tx| tx.query(&sql, params![tenant.as_str()], customer::read));
        }
        let sql = format!("SELECT {}, k.tenant_typed, k.domains {joined} ORDER BY c.slug", customer::OF_C);
        let mut found = Vec::new();
        self.db.read(|tx| {
            found.clear();
            tx.for_each(&sql, params![], |row| {
                let mut names = row.text(7)?.lines().chain([row.text(6)?]);
                if names.any(|name| name.eq_ignore_ascii_case(&tenant)) {
                    found.push(customer::read(row)?);
                }
                Ok(())
            })
        })?;
        Ok(found)
    }
}

impl Book {
    /// Connects the customer; an existing connection to the same tenant gets the new credential and keeps all else.
    pub fn connect(&self, new: &NewConnection<'_>, now: Timestamp) -> Result<ConnectionRow> {
        self.connect_to(new, None, now)
    }

    /// The same with what the tenant says of itself, where it may be read: by its id it is known again however it was named.
    pub fn connect_to(
        &self,
        new: &NewConnection<'_>,
        tenant: Option<Tenant<'_>>,
        now: Timestamp,
    ) -> Result<ConnectionRow> {
        let everybody = i64::from(self.customer.preset.starts_with_everybody());
        self.store.db.write(|tx| {
            let old = current(tx, self)?;
            if old.as_ref().is_some_and(|old| !same_tenant(old, new.tenant_id, tenant)) {
                return Err(Refusal::OtherTenant.into());
            }
            let told = tenant.map(|tenant| tenant.id.to_string());
            let known = || old.as_ref().map(|old| old.tenant_id.clone()).filter(|id| is_id(id));
            let tenant_id = told.or_else(known).unwrap_or_else(|| new.tenant_id.to_lowercase());
            let id = match &old {
                Some(old) => old.id,
                None => insert(tx, self, everybody, now)?,
            };
            let (kind, secret) = new.credential.parts();
            let row = id.get().to_be_bytes();
            let sealed = match secret {
                Some(secret) => {
                    seal_in(tx, &self.store.keys, place(&row), secret.expose_secret().as_bytes())?
                }
                None => Vec::new(),
            };
            let sql = "UPDATE connection SET tenant_id = $1, client_id = $2, login_url = $3, graph_url = $4, \
                       credential_kind = $5, credential = $6, credential_ends_at = $7, renewed_at = $8, \
                       failures = 0, paused_until = NULL, connects = connects + 1, tenant_typed = $10, \
                       credential_end_told = $11, permissions = CASE WHEN client_id = $2 THEN permissions END, \
                       permissions_at = CASE WHEN client_id = $2 THEN permissions_at END WHERE id = $9";
            let ends = new.credential_ends_at.map(|t| t.0);
            let values = params![
                tenant_id.as_str(),
                new.client_id,
                new.login_url,
                new.graph_url,
                kind,
                &sealed[..],
                ends,
                now.0,
                id.get(),
                new.tenant_id,
                new.credential_end_by.stored()
            ];
            tx.exec(sql, values)?;
            if let Some(tenant) = tenant {
                set_organisation(tx, id, tenant)?;
            }
            schedule::changed(tx, self.customer.id)?;
            current(tx, self)?.ok_or(StoreError::NotFound)
        })
    }

    /// The directory connection.
    pub fn connection(&self) -> Result<Option<ConnectionRow>> {
        self.store.db.look_up(|tx| current(tx, self))
    }

    /// What the tenant says of itself, from a run, which must hold its lease still.
    pub fn learn_organisation(&self, lease: &Lease, tenant: Tenant<'_>) -> Result<()> {
        self.fenced(lease, |tx| set_organisation(tx, lease.connection, tenant))
    }

    /// Refuses the connection of another customer.
    pub(crate) fn owns(&self, connection: ConnectionId) -> Result<()> {
        if connection.customer() == self.customer.id { Ok(()) } else { Err(StoreError::NotFound) }
    }
}

/// Whether a connection leads to the tenant that is named now. Ids decide where both are known; a domain is one of the tenant's
/// that has told it. Where neither is known, or nothing was read yet, there is nothing of another tenant that could be mixed.
fn same_tenant(old: &ConnectionRow, typed: &str, tenant: Option<Tenant<'_>>) -> bool {
    let told = tenant.map(|tenant| tenant.id.to_string());
    let known = is_id(&old.tenant_id).then_some(&old.tenant_id);
    let new = told.or_else(|| is_id(typed).then(|| typed.to_lowercase()));
    let has = |domains: &VerifiedDomains, name: &str| domains.0.iter().any(|d| d.eq_ignore_ascii_case(name));
    let unread = !old.complete && old.users_cursor.is_none();
    match (known, new) {
        (Some(known), Some(new)) => *known == new,
        (Some(_), None) => old.tenant_typed.eq_ignore_ascii_case(typed) || has(&old.domains, typed),
        (None, _) => {
            old.tenant_typed.eq_ignore_ascii_case(typed)
                || tenant.is_some_and(|tenant| has(tenant.domains, &old.tenant_typed))
                || unread
        }
    }
}

/// Whether a tenant is named by its id and not by a domain.
fn is_id(text: &str) -> bool {
    text.parse::<SourceId>().is_ok_and(|id| matches!(id, SourceId::Guid(_)))
}

fn insert(tx: &mut Tx<'_>, book: &Book, everybody: i64, now: Timestamp) -> Result<ConnectionId> {
    let sql = "UPDATE customer SET next_connection = next_connection + 1 WHERE id = $1 RETURNING next_connection - 1";
    let n = tx.query_one(sql, params![book.customer.id.0], |row| row.int(0))?;
    let id = ConnectionId::new(book.customer.id, n);
    let sql = "INSERT INTO connection (id, purposes, tenant_id, tenant_typed, client_id, login_url, graph_url, credential_kind, \
               credential, connects, connected_at, renewed_at, domains, organisation, everybody, complete, applied, \
               failures) VALUES ($1, 'directory', '', '', '', '', '', '', $2, 0, $3, $3, '', '', $4, 0, 0, 0)";
    tx.exec(sql, params![id.get(), &b""[..], now.0, everybody])?;
    keep_out_still(tx, id)?;
    Ok(id)
}

/// Who was kept out of an earlier connection stays out: ids of a directory are never given twice.
fn keep_out_still(tx: &mut Tx<'_>, new: ConnectionId) -> Result<()> {
    let (low, high) = ConnectionId::range(new.customer());
    let sql = "INSERT INTO kept_out (connection, source, reason, at) SELECT $1, source, MIN(reason), MIN(at) FROM kept_out \
               WHERE connection BETWEEN $2 AND $3 AND connection <> $1 GROUP BY source ON CONFLICT DO NOTHING";
    tx.exec(sql, params![new.get(), low, high])?;
    let sql = "DELETE FROM kept_out WHERE connection BETWEEN $2 AND $3 AND connection <> $1";
    tx.exec(sql, params![new.get(), low, high]).map(drop)
}

pub(crate) fn current(tx: &mut Tx<'_>, book: &Book) -> Result<Option<ConnectionRow>> {
    let (low, high) = ConnectionId::range(book.customer.id);
    let sql = format!(
        "SELECT {COLUMNS} FROM connection WHERE id BETWEEN $1 AND $2 AND ' ' || purposes || ' ' LIKE '% directory %' \
         ORDER BY id LIMIT 1"
    );
    tx.query_opt(&sql, params![low, high], |row| {
        let domains = row.text(7)?.lines().map(Into::into).collect();
        Ok(ConnectionRow {
            id: ConnectionId::from_stored(row.int(0)?),
            tenant_id: row.text(1)?.to_owned(),
            tenant_typed: row.text(17)?.to_owned(),
            client_id: row.text(2)?.to_owned(),
            login_url: row.text(3)?.to_owned(),
            graph_url: row.text(4)?.to_owned(),
            credential_ends_at: row.opt_int(5)?.map(Timestamp),
            credential_end_by: EndBy::read(row.bool(18)?),
            app: if row.text(19)? == OPERATORS { AppOf::Operator } else { AppOf::Customer },
            credential_left_out: row.int(16)? == 0 && row.text(19)? != OPERATORS,
            connected_at: Timestamp(row.int(6)?),
            domains: VerifiedDomains(domains),
            organisation: row.text(8)?.to_owned(),
            complete: row.bool(9)?,
            applied: row.bool(10)?,
            users_cursor: row.opt_text(11)?.map(ToOwned::to_owned),
            groups_cursor: row.opt_text(12)?.map(ToOwned::to_owned),
            cursor_at: row.opt_int(13)?.map(Timestamp),
            failures: row.int(14)?,
            paused_until: row.opt_int(15)?.map(Timestamp),
            granted: row.opt_text(20)?.map(Granted::read),
            granted_at: row.opt_int(21)?.map(Timestamp),
        })
    })
}

fn set_organisation(tx: &mut Tx<'_>, connection: ConnectionId, tenant: Tenant<'_>) -> Result<()> {
    let joined = tenant.domains.0.join("\n");
    let id = tenant.id.to_string();
    let sql = "UPDATE connection SET tenant_id = $1 WHERE id = $2 AND tenant_id <> $1";
    tx.exec(sql, params![id.as_str(), connection.get()])?;
    let sql = "UPDATE connection SET organisation = $1, domains = $2 \
               WHERE id = $3 AND (organisation <> $1 OR domains <> $2)";
    if tx.exec(sql, params![tenant.name, joined.as_str(), connection.get()])? > 0 {
        pending::mark_all(tx, connection)?;
    }
    Ok(())
}
