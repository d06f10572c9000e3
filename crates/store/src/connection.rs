//! A customer's connection: ids, sealed credential, cursors, scope.

use model::ids::{ConnectionId, ContactId, SourceId};
use model::scope::{Scope, Subscription};
use model::source::VerifiedDomains;
use model::{LinkOrigin, Timestamp};
use secrecy::{ExposeSecret, SecretSlice, SecretString};

use crate::contact::all_memberships_by_hand;
use crate::db::{Tx, params};
use crate::error::{Result, StoreError};
use crate::lease::Lease;
use crate::refusal::Refusal;
use crate::seal::{Place, seal_in};
use crate::store::Book;
use crate::{pending, schedule};

/// What `connect` gives.
pub struct NewConnection<'a> {
    /// Directory (tenant) id.
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
}

/// A credential as it is sealed.
pub enum StoredCredential {
    /// A client secret.
    Secret(SecretString),
    /// Private key and certificate, PEM.
    Certificate(SecretString),
}

/// A connection as stored, without its credential.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConnectionRow {
    /// The id.
    pub id: ConnectionId,
    /// Directory (tenant) id.
    pub tenant_id: String,
    /// Application (client) id.
    pub client_id: String,
    /// Base of the token endpoint.
    pub login_url: String,
    /// Base of Graph.
    pub graph_url: String,
    /// When the credential ends.
    pub credential_ends_at: Option<Timestamp>,
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
}

const COLUMNS: &str = "id, tenant_id, client_id, login_url, graph_url, credential_ends_at, connected_at, domains, \
                       organisation, complete, applied, users_cursor, groups_cursor, cursor_at, failures, paused_until, \
                       CAST(LENGTH(credential) AS BIGINT)";

pub(crate) const GROUP: i64 = 0;
pub(crate) const PERSON: i64 = 1;

/// A change of scope.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ScopeChange {
    /// Everybody in or no longer.
    Everybody(Switch),
    /// Subscribe to a group, or end the subscription (S9).
    Group(SourceId, Switch),
    /// Choose a person, or no longer.
    Person(SourceId, Switch),
    /// Exclude a person, or no longer.
    Exclude(SourceId, Switch),
}

/// On or off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Switch {
    /// On.
    On,
    /// Off.
    Off,
}

/// What becomes of contacts that runs created when their connection ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Imported {
    /// They stay in the book.
    Keep,
    /// They go to the bin, see [`Book::leave`].
    Leave,
}

impl Book {
    /// Connects the customer; an existing connection to the same tenant gets the new credential and keeps all else.
    pub fn connect(&self, new: &NewConnection<'_>, now: Timestamp) -> Result<ConnectionRow> {
        let everybody = i64::from(self.customer.preset.starts_with_everybody());
        self.store.db.write(|tx| {
            let old = current(tx, self)?;
            if old.as_ref().is_some_and(|o| !o.tenant_id.eq_ignore_ascii_case(new.tenant_id)) {
                return Err(Refusal::OtherTenant.into());
            }
            let id = match &old {
                Some(old) => old.id,
                None => insert(tx, self, everybody, now)?,
            };
            let (kind, secret) = match &new.credential {
                StoredCredential::Secret(s) => ("secret", s),
                StoredCredential::Certificate(s) => ("certificate", s),
            };
            let row = id.get().to_be_bytes();
            let sealed = seal_in(tx, &self.store.keys, &row, secret.expose_secret().as_bytes())?;
            let sql = "UPDATE connection SET tenant_id = $1, client_id = $2, login_url = $3, graph_url = $4, \
                       credential_kind = $5, credential = $6, credential_ends_at = $7, failures = 0, \
                       paused_until = NULL, connects = connects + 1 WHERE id = $8";
            let ends = new.credential_ends_at.map(|t| t.0);
            let values = params![
                new.tenant_id,
                new.client_id,
                new.login_url,
                new.graph_url,
                kind,
                &sealed[..],
                ends,
                id.get()
            ];
            tx.exec(sql, values)?;
            schedule::changed(tx, self.customer.id)?;
            current(tx, self)?.ok_or(StoreError::NotFound)
        })
    }

    /// The directory connection.
    pub fn connection(&self) -> Result<Option<ConnectionRow>> {
        self.store.db.look_up(|tx| current(tx, self))
    }

    /// The credential, opened.
    pub fn credential(&self, connection: ConnectionId) -> Result<StoredCredential> {
        self.owns(connection)?;
        let sql = "SELECT credential_kind, credential FROM connection WHERE id = $1";
        let (kind, sealed) = self.store.db.look_up(|tx| {
            tx.query_one(sql, params![connection.get()], |row| {
                Ok((row.text(0)?.to_owned(), row.blob(1)?.to_vec()))
            })
        })?;
        if sealed.is_empty() {
            return Err(Refusal::CredentialLeftOut.into());
        }
        let opened: SecretSlice<u8> =
            self.store.keys.open(place(&connection.get().to_be_bytes()), &sealed)?;
        let text = String::from_utf8(opened.expose_secret().to_vec())
            .map_err(|_| StoreError::Corrupt("a credential is unreadable".into()))?;
        let secret = SecretString::from(text);
        Ok(if kind == "certificate" {
            StoredCredential::Certificate(secret)
        } else {
            StoredCredential::Secret(secret)
        })
    }

    /// Ends the connection: credential, mirror, scope and cursors go; contacts stay (A10). A run that
    /// slept until its lease was another's writes nothing more.
    pub fn disconnect(&self, lease: Option<&Lease>, imported: Imported) -> Result<()> {
        self.take_apart(lease, imported)?;
        // SQLite's log still holds the pages that the sealed credential lay in.
        if let Some(Err(error)) = self.store.db.clean_files(&[]) {
            tracing::warn!(%error, "the connection has ended, but the database's log could not be emptied");
        }
        Ok(())
    }

    fn take_apart(&self, lease: Option<&Lease>, imported: Imported) -> Result<()> {
        self.store.db.write(|tx| {
            if let Some(lease) = lease {
                self.fence(tx, lease)?;
            }
            let sql = "UPDATE lease SET token = token + 1, expires_at = 0 WHERE customer = $1";
            tx.exec(sql, params![self.customer.id.0])?;
            let Some(old) = current(tx, self)? else { return Err(StoreError::NotFound) };
            overwrite_credential(tx, old.id)?;
            if imported == Imported::Leave {
                let sql = "INSERT INTO leaving (contact) SELECT DISTINCT l.contact FROM link l JOIN contact c ON c.id = l.contact \
                           WHERE l.connection = $1 AND l.origin = $2 ON CONFLICT DO NOTHING";
                tx.exec(sql, params![old.id.get(), LinkOrigin::Creation.name()])?;
            }
            all_memberships_by_hand(tx, old.id)?;
            for table in [
                "source_user",
                "source_group",
                "source_member",
                "product",
                "pending",
                "scope_entry",
                "link",
                "link_count",
                "hold",
                "held_person",
                "rejection",
            ] {
                tx.exec(&format!("DELETE FROM {table} WHERE connection = $1"), params![old.id.get()])?;
            }
            tx.exec(
                "UPDATE contact_group SET connection = NULL, source = NULL WHERE connection = $1",
                params![old.id.get()],
            )?;
            schedule::changed(tx, self.customer.id)?;
            tx.exec("DELETE FROM connection WHERE id = $1", params![old.id.get()]).map(drop)
        })
    }

    /// Whether contacts of an ended connection are still on their way to the bin.
    pub fn is_leaving(&self) -> Result<bool> {
        Ok(!self.leaving(1)?.is_empty())
    }

    /// Sends some of these contacts to the bin; answers how many. A contact that got a link meanwhile stays.
    pub fn leave(&self, limit: i64, now: Timestamp) -> Result<usize> {
        let some = self.leaving(limit)?;
        let linked = "SELECT contact FROM link WHERE contact = $1 LIMIT 1";
        self.store.db.write(|tx| {
            let mut gone = 0;
            for contact in &some {
                tx.exec("DELETE FROM leaving WHERE contact = $1", params![contact.get()])?;
                if tx.query_opt(linked, params![contact.get()], |row| row.int(0))?.is_none() {
                    gone += usize::from(self.bin_one(tx, *contact, now)?);
                }
            }
            Ok(gone)
        })
    }

    fn leaving(&self, limit: i64) -> Result<Vec<ContactId>> {
        let (low, high) = ContactId::range(self.customer.id);
        let sql = "SELECT contact FROM leaving WHERE contact BETWEEN $1 AND $2 ORDER BY contact LIMIT $3";
        let read = |row: &crate::db::Row<'_>| Ok(ContactId::from_stored(row.int(0)?));
        self.store.db.read(|tx| tx.query(sql, params![low, high, limit], read))
    }

    /// What the tenant says of itself.
    pub fn set_organisation(
        &self,
        connection: ConnectionId,
        name: &str,
        domains: &VerifiedDomains,
    ) -> Result<()> {
        self.owns(connection)?;
        self.store.db.write(|tx| set_organisation(tx, connection, name, domains))
    }

    /// The same from a run, which must hold its lease still.
    pub fn learn_organisation(&self, lease: &Lease, name: &str, domains: &VerifiedDomains) -> Result<()> {
        self.fenced(lease, |tx| set_organisation(tx, lease.connection, name, domains))
    }

    /// When the credential ends, as Microsoft or a person says; `None` where nobody knows.
    pub fn set_credential_end(&self, connection: ConnectionId, ends: Option<Timestamp>) -> Result<()> {
        self.owns(connection)?;
        let sql = "UPDATE connection SET credential_ends_at = $1 WHERE id = $2";
        let values = params![ends.map(|at| at.0), connection.get()];
        self.store.db.write(|tx| tx.exec(sql, values).map(drop))
    }

    /// Who belongs in the book.
    pub fn scope(&self, connection: ConnectionId) -> Result<Scope> {
        self.owns(connection)?;
        self.store.db.read(|tx| scope(tx, connection))
    }

    /// Changes the scope; everybody is planned anew.
    pub fn change_scope(&self, connection: ConnectionId, changes: &[ScopeChange]) -> Result<()> {
        self.owns(connection)?;
        self.store.db.write(|tx| {
            for change in changes {
                change_scope(tx, connection, change)?;
            }
            schedule::changed(tx, self.customer.id)?;
            pending::mark_all(tx, connection)
        })
    }

    /// Refuses the connection of another customer.
    pub(crate) fn owns(&self, connection: ConnectionId) -> Result<()> {
        if connection.customer() == self.customer.id { Ok(()) } else { Err(StoreError::NotFound) }
    }
}

/// Where a connection's credential is sealed.
pub(crate) fn place(row: &[u8]) -> Place<'_> {
    Place { table: "connection", row, column: "credential" }
}

fn insert(tx: &mut Tx<'_>, book: &Book, everybody: i64, now: Timestamp) -> Result<ConnectionId> {
    let sql = "UPDATE customer SET next_connection = next_connection + 1 WHERE id = $1 RETURNING next_connection - 1";
    let n = tx.query_one(sql, params![book.customer.id.0], |row| row.int(0))?;
    let id = ConnectionId::new(book.customer.id, n);
    let sql = "INSERT INTO connection (id, purposes, tenant_id, client_id, login_url, graph_url, credential_kind, \
               credential, connects, connected_at, domains, organisation, everybody, complete, applied, failures) \
               VALUES ($1, 'directory', '', '', '', '', '', $2, 0, $3, '', '', $4, 0, 0, 0)";
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

fn current(tx: &mut Tx<'_>, book: &Book) -> Result<Option<ConnectionRow>> {
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
            client_id: row.text(2)?.to_owned(),
            login_url: row.text(3)?.to_owned(),
            graph_url: row.text(4)?.to_owned(),
            credential_ends_at: row.opt_int(5)?.map(Timestamp),
            credential_left_out: row.int(16)? == 0,
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
        })
    })
}

pub(crate) fn scope(tx: &mut Tx<'_>, connection: ConnectionId) -> Result<Scope> {
    let mut scope = Scope::default();
    let sql = "SELECT everybody FROM connection WHERE id = $1";
    scope.everybody = tx.query_one(sql, params![connection.get()], |row| row.bool(0))?;
    let sql = "SELECT kind, source, state FROM scope_entry WHERE connection = $1";
    tx.for_each(sql, params![connection.get()], |row| {
        let source = SourceId::from_bytes(row.blob(1)?);
        match (row.int(0)?, row.int(2)?) {
            (GROUP, 1) => drop(scope.groups.insert(source, Subscription::Active)),
            (GROUP, _) => drop(scope.groups.insert(source, Subscription::Ended)),
            (_, 1) => drop(scope.chosen.insert(source)),
            (_, _) => drop(scope.excluded.insert(source)),
        }
        Ok(())
    })?;
    Ok(scope)
}

fn change_scope(tx: &mut Tx<'_>, connection: ConnectionId, change: &ScopeChange) -> Result<()> {
    let put = |tx: &mut Tx<'_>, kind: i64, source: &SourceId, state: i64| {
        let sql = "INSERT INTO scope_entry (connection, kind, source, state) VALUES ($1, $2, $3, $4) \
                   ON CONFLICT (connection, kind, source) DO UPDATE SET state = excluded.state";
        tx.exec(sql, params![connection.get(), kind, source.as_bytes(), state]).map(drop)
    };
    let take = |tx: &mut Tx<'_>, kind: i64, source: &SourceId, state: i64| {
        let sql =
            "DELETE FROM scope_entry WHERE connection = $1 AND kind = $2 AND source = $3 AND state = $4";
        tx.exec(sql, params![connection.get(), kind, source.as_bytes(), state]).map(drop)
    };
    match change {
        ScopeChange::Everybody(switch) => {
            let on = i64::from(*switch == Switch::On);
            tx.exec("UPDATE connection SET everybody = $1 WHERE id = $2", params![on, connection.get()])
                .map(drop)
        }
        ScopeChange::Group(id, Switch::On) => {
            put(tx, GROUP, id, 1)?;
            // Who subscribes again wants a contact group again, whatever became of the former one.
            let sql = "UPDATE scope_entry SET contact_group = (SELECT g.id FROM contact_group g WHERE g.connection = $1 \
                       AND g.source = $3) WHERE connection = $1 AND kind = $2 AND source = $3";
            tx.exec(sql, params![connection.get(), GROUP, id.as_bytes()]).map(drop)
        }
        // The next run cuts the tie.
        ScopeChange::Group(id, Switch::Off) => tx
            .exec(
                "UPDATE scope_entry SET state = 0 WHERE connection = $1 AND kind = $2 AND source = $3",
                params![connection.get(), GROUP, id.as_bytes()],
            )
            .map(drop),
        ScopeChange::Person(id, Switch::On) => put(tx, PERSON, id, 1),
        ScopeChange::Person(id, Switch::Off) => take(tx, PERSON, id, 1),
        ScopeChange::Exclude(id, Switch::On) => put(tx, PERSON, id, 0),
        ScopeChange::Exclude(id, Switch::Off) => take(tx, PERSON, id, 0),
    }
}

/// A deleted row may lie in a free part of its page for years, so the sealed credential is overwritten first.
fn overwrite_credential(tx: &mut Tx<'_>, connection: ConnectionId) -> Result<()> {
    let sql = "SELECT LENGTH(credential) FROM connection WHERE id = $1";
    let length = tx.query_one(sql, params![connection.get()], |row| row.int(0))?;
    let blank = vec![0_u8; usize::try_from(length).unwrap_or_default()];
    let sql = "UPDATE connection SET credential = $1 WHERE id = $2";
    tx.exec(sql, params![&blank[..], connection.get()]).map(drop)
}

fn set_organisation(
    tx: &mut Tx<'_>,
    connection: ConnectionId,
    name: &str,
    domains: &VerifiedDomains,
) -> Result<()> {
    let joined = domains.0.join("\n");
    let sql = "UPDATE connection SET organisation = $1, domains = $2 \
               WHERE id = $3 AND (organisation <> $1 OR domains <> $2)";
    if tx.exec(sql, params![name, joined.as_str(), connection.get()])? > 0 {
        pending::mark_all(tx, connection)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use model::Preset;

    use super::*;
    use crate::db::Location;
    use crate::{KeyRing, Store};

    #[test]
    fn a10_a_disconnected_credential_is_gone_from_the_file_sealed_or_not() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("whoswho.db");
        let keys = KeyRing::load(folder.path(), None).unwrap();
        let store = Store::open(&Location::Sqlite(path.clone()), keys).unwrap();
        let book =
            store.add_customer(&"muster".parse().unwrap(), "M", Preset::Careful, Timestamp(1)).unwrap();
        let secret = "a secret that is long enough to be found again";
        let new = NewConnection {
            tenant_id: "11111111-1111-4111-8111-111111111111",
            client_id: "22222222-2222-4222-8222-222222222222",
            login_url: "https://login.example",
            graph_url: "https://graph.example",
            credential: StoredCredential::Secret(secret.to_owned().into()),
            credential_ends_at: None,
        };
        book.connect(&new, Timestamp(1)).unwrap();
        let read = "SELECT credential FROM connection";
        let sealed =
            store.db.read(|tx| tx.query_one(read, params![], |row| Ok(row.blob(0)?.to_vec()))).unwrap();
        let close = |store: Store, book: Book| drop((store, book));
        let holds = |part: &[u8]| {
            let files =
                std::fs::read_dir(folder.path()).unwrap().map(|f| std::fs::read(f.unwrap().path()).unwrap());
            files.into_iter().any(|bytes| bytes.windows(part.len()).any(|w| w == part))
        };
        assert!(holds(&sealed) && !holds(secret.as_bytes()), "A8: sealed only");
        book.disconnect(None, Imported::Keep).unwrap();
        close(store, book);
        assert!(!holds(&sealed), "the sealed credential lies in the file still");
    }
}
