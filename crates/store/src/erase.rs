//! Erasing a person (W11): their values go everywhere, and what is left says only that somebody was erased.
//!
//! Rules: everything in one transaction; (connection, object id) stays in *kept out*, so that neither a run nor an undo nor
//! a restored backup brings the person back; the deletion log names the contact by its number, which is never given again.
//! A new table that holds values of people is emptied in [`wipe_contact`] or [`wipe_source`]; a test searches every table.

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use model::ids::{ConnectionId, ContactId, CustomerId, PlanId, SourceId};
use model::plan::Step;
use model::scope::KeptOut;
use model::{Contact, Field, Key, Timestamp};
use serde_json::Value;

use crate::contact::{COLUMNS, read_contact};
use crate::db::{Cleaned, Tx, params};
use crate::error::{Result, StoreError};
use crate::history;
use crate::lease::Lease;
use crate::mirror;
use crate::pending;
use crate::plan::rows;
use crate::plan::{PlanRow, What};
use crate::refusal::Refusal;
use crate::search;
use crate::store::{Book, Store};

/// Whom to erase, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Erase<'a> {
    /// The contact, living or in the bin.
    pub contact: Option<ContactId>,
    /// Source users who are kept out whether the contact is linked to them or not. Where several people are or may be the
    /// contact ([`Book::same_people`]), those who are meant must be named here.
    pub sources: &'a [(ConnectionId, SourceId)],
    /// Why.
    pub reason: KeptOut,
    /// The command, for the deletion log.
    pub by: &'a str,
}

/// Somebody of the tenant who is a contact or may be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SamePerson {
    /// The connection.
    pub connection: ConnectionId,
    /// The source user.
    pub source: SourceId,
    /// Whether the contact is linked to them; otherwise they have its address and no contact.
    pub linked: bool,
}

/// Who was erased.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Erased {
    /// Source users who are kept out from now on.
    pub kept_out: Vec<SourceId>,
    /// Whether the database's files hold nothing of them any more. PostgreSQL cleans up in its own time.
    pub files: Files,
}

/// What the database's files hold of what was erased.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Files {
    /// Nothing.
    Clean,
    /// Somebody reads an older state; the log is emptied when they are done.
    Later,
    /// The server decides: dead rows stay until its vacuum.
    Server,
}

/// A line of *kept out*.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptOutRow {
    /// The connection that the id is of.
    pub connection: ConnectionId,
    /// The source user.
    pub source: SourceId,
    /// Why.
    pub reason: KeptOut,
    /// Since when.
    pub at: Timestamp,
}

/// A line of the deletion log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deletion {
    /// The contact that was, if there was one.
    pub contact: Option<ContactId>,
    /// Why.
    pub reason: KeptOut,
    /// By which command.
    pub made_by: String,
    /// When.
    pub at: Timestamp,
}

impl Book {
    /// Erases a person. A customer with a connection needs its lease, for a run under way holds values in memory: without
    /// it that is a conflict.
    pub fn erase(&self, lease: Option<&Lease>, whom: &Erase<'_>, now: Timestamp) -> Result<Erased> {
        let customer = self.customer.id;
        if whom.contact.is_some_and(|id| id.customer() != customer) {
            return Err(StoreError::NotFound);
        }
        whom.sources.iter().try_for_each(|(connection, _)| self.owns(*connection))?;
        let (kept, values) = self.store.db.write_over(|tx| {
            self.alone(tx, lease)?;
            let mut sources: BTreeSet<(ConnectionId, SourceId)> = whom.sources.iter().cloned().collect();
            let mut contacts: BTreeSet<ContactId> = whom.contact.into_iter().collect();
            for (connection, source) in whom.sources {
                contacts.extend(contacts_of(tx, *connection, source)?);
            }
            let contacts = contacts.into_iter().map(|id| find(tx, id)).collect::<Result<Vec<_>>>()?;
            let mut values = Vec::new();
            for contact in &contacts {
                sources.extend(meant(same_people(tx, contact)?, whom.sources)?);
                values.extend(values_of(tx, contact)?);
            }
            for (connection, source) in &sources {
                keep_out(tx, *connection, source, whom.reason, now)?;
                values.extend(wipe_source(tx, *connection, source)?);
            }
            let mut erased: Vec<Option<ContactId>> = contacts.iter().map(|c| Some(c.id)).collect();
            if erased.is_empty() {
                erased.push(None);
            }
            for contact in erased {
                if let Some(id) = contact {
                    wipe_contact(tx, &self.store, id)?;
                }
                let (reason, made_by) = (whom.reason, whom.by.to_owned());
                log(tx, customer, &Deletion { contact, reason, made_by, at: now })?;
            }
            Ok((sources.into_iter().map(|(_, source)| source).collect(), values))
        })?;
        Ok(Erased { kept_out: kept, files: self.store.clean_files(&values) })
    }

    /// Whether no run is at work: with the lease, or where there is no connection.
    fn alone(&self, tx: &mut Tx<'_>, lease: Option<&Lease>) -> Result<()> {
        if let Some(lease) = lease {
            return self.fence(tx, lease);
        }
        let (low, high) = ConnectionId::range(self.customer.id);
        let any = "SELECT id FROM connection WHERE id BETWEEN $1 AND $2 LIMIT 1";
        match tx.query_opt(any, params![low, high], |row| row.int(0))? {
            Some(_) => {
                Err(StoreError::Conflict("a customer with a connection needs its lease for this".into()))
            }
            None => Ok(()),
        }
    }

    /// The people of the tenant who are a contact, living or in the bin: those linked to it, and those with its address who
    /// are linked to nobody, for the next run would bring them in.
    pub fn same_people(&self, contact: ContactId) -> Result<Vec<SamePerson>> {
        if contact.customer() != self.customer.id {
            return Err(StoreError::NotFound);
        }
        self.store.db.read(|tx| {
            let contact = find(tx, contact)?;
            same_people(tx, &contact)
        })
    }

    /// Who must not come back, by the time of the line.
    pub fn kept_out(&self) -> Result<Vec<KeptOutRow>> {
        let (low, high) = ConnectionId::range(self.customer.id);
        let sql = "SELECT connection, source, reason, at FROM kept_out WHERE connection BETWEEN $1 AND $2 \
                   ORDER BY at, source";
        self.store.db.read(|tx| {
            tx.query(sql, params![low, high], |row| {
                Ok(KeptOutRow {
                    connection: ConnectionId::from_stored(row.int(0)?),
                    source: SourceId::from_bytes(row.blob(1)?),
                    reason: reason(row.text(2)?)?,
                    at: Timestamp(row.int(3)?),
                })
            })
        })
    }

    /// Lets a person back in: the next run reads everything, for the mirror knows nothing of them. Answers whether the
    /// person was kept out.
    pub fn let_back_in(&self, lease: Option<&Lease>, source: &SourceId) -> Result<bool> {
        let (low, high) = ConnectionId::range(self.customer.id);
        self.store.db.write(|tx| {
            self.alone(tx, lease)?;
            let key = params![low, high, source.as_bytes()];
            let gone = "DELETE FROM kept_out WHERE connection BETWEEN $1 AND $2 AND source = $3";
            if tx.exec(gone, key)? == 0 {
                return Ok(false);
            }
            tx.exec("DELETE FROM source_user WHERE connection BETWEEN $1 AND $2 AND source = $3", key)?;
            let sql =
                "UPDATE connection SET users_cursor = NULL, groups_cursor = NULL WHERE id BETWEEN $1 AND $2";
            tx.exec(sql, params![low, high])?;
            Ok(true)
        })
    }

    /// The deletion log, oldest first.
    pub fn deletions(&self) -> Result<Vec<Deletion>> {
        let sql = "SELECT contact, reason, made_by, at FROM deletion_log WHERE customer = $1 ORDER BY n";
        self.store.db.read(|tx| {
            tx.query(sql, params![self.customer.id.0], |row| {
                Ok(Deletion {
                    contact: row.opt_int(0)?.map(ContactId::from_stored),
                    reason: reason(row.text(1)?)?,
                    made_by: row.text(2)?.to_owned(),
                    at: Timestamp(row.int(3)?),
                })
            })
        })
    }
}

impl Store {
    /// Behind the erasure and not within it: the index is merged whole, and others may write again meanwhile.
    pub(crate) fn clean_files(&self, values: &[String]) -> Files {
        let cleaned =
            self.db.write_over(search::scrub).and_then(|()| self.db.clean_files(values).transpose());
        match cleaned {
            Ok(None) => Files::Server,
            Ok(Some(Cleaned::Now)) => Files::Clean,
            Ok(Some(Cleaned::Later)) => Files::Later,
            Err(error) => {
                tracing::warn!(%error, "what was erased is gone, but the database's files could not be cleaned");
                Files::Later
            }
        }
    }
}

pub(crate) fn reason(name: &str) -> Result<KeptOut> {
    KeptOut::named(name)
        .ok_or_else(|| StoreError::Corrupt("the reason of a kept-out line is unreadable".into()))
}

/// A contact, wherever it is.
pub(crate) fn find(tx: &mut Tx<'_>, id: ContactId) -> Result<Contact> {
    for table in ["contact", "bin"] {
        let sql = format!("SELECT {COLUMNS} FROM {table} WHERE id = $1");
        if let Some(contact) = tx.query_opt(&sql, params![id.get()], read_contact)? {
            return Ok(contact);
        }
    }
    Err(StoreError::NotFound)
}

/// Whom to keep out of those who are or may be a contact. Several people may have one address (a shared mailbox), and who
/// was not named must not be kept out silently, for runs would never bring them.
fn meant(
    same: Vec<SamePerson>,
    named: &[(ConnectionId, SourceId)],
) -> Result<impl Iterator<Item = (ConnectionId, SourceId)>> {
    let unsure = same.len() > 1 && same.iter().any(|one| !one.linked);
    if unsure && named.is_empty() {
        return Err(Refusal::SeveralPeople.into());
    }
    let theirs = same.into_iter().filter(move |one| one.linked || !unsure);
    Ok(theirs.map(|one| (one.connection, one.source)))
}

fn same_people(tx: &mut Tx<'_>, contact: &Contact) -> Result<Vec<SamePerson>> {
    let read = |linked| {
        move |row: &crate::db::Row<'_>| {
            let (connection, source) =
                (ConnectionId::from_stored(row.int(0)?), SourceId::from_bytes(row.blob(1)?));
            Ok(SamePerson { connection, source, linked })
        }
    };
    let sql = "SELECT connection, source FROM link WHERE contact = $1 ORDER BY connection, source";
    let mut found = tx.query(sql, params![contact.id.get()], read(true))?;
    if let Some(key) = contact.values.key() {
        let (low, high) = ConnectionId::range(contact.id.customer());
        let sql = "SELECT u.connection, u.source FROM source_user u \
                   WHERE u.connection BETWEEN $1 AND $2 AND u.key_digest = $3 AND NOT EXISTS \
                   (SELECT 1 FROM link l WHERE l.connection = u.connection AND l.source = u.source) \
                   AND NOT EXISTS \
                   (SELECT 1 FROM kept_out k WHERE k.connection = u.connection AND k.source = u.source) \
                   ORDER BY u.connection, u.source";
        found.extend(tx.query(sql, params![low, high, key.digest()], read(false))?);
    }
    Ok(found)
}

/// Writes the line that keeps a person out; an older line keeps its time.
pub(crate) fn keep_out(
    tx: &mut Tx<'_>,
    connection: ConnectionId,
    source: &SourceId,
    reason: KeptOut,
    at: Timestamp,
) -> Result<()> {
    let sql = "INSERT INTO kept_out (connection, source, reason, at) VALUES ($1, $2, $3, $4) \
               ON CONFLICT (connection, source) DO UPDATE SET reason = excluded.reason";
    tx.exec(sql, params![connection.get(), source.as_bytes(), reason.name(), at.0]).map(drop)
}

/// Adds a line to the deletion log.
pub(crate) fn log(tx: &mut Tx<'_>, customer: CustomerId, line: &Deletion) -> Result<()> {
    let sql = "INSERT INTO deletion_log (customer, n, contact, reason, made_by, at) \
               SELECT $1, COALESCE(MAX(n), 0) + 1, $2, $3, $4, $5 FROM deletion_log WHERE customer = $1";
    let contact = line.contact.map(ContactId::get);
    let made_by = line.made_by.as_str();
    tx.exec(sql, params![customer.0, contact, line.reason.name(), made_by, line.at.0]).map(drop)
}

/// Contacts linked to a source user.
pub(crate) fn contacts_of(
    tx: &mut Tx<'_>,
    connection: ConnectionId,
    source: &SourceId,
) -> Result<Vec<ContactId>> {
    let sql = "SELECT contact FROM link WHERE connection = $1 AND source = $2";
    let key = params![connection.get(), source.as_bytes()];
    tx.query(sql, key, |row| Ok(ContactId::from_stored(row.int(0)?)))
}

/// Takes a source user's values away: the mirror goes on knowing the id and nothing else. Answers what was there.
pub(crate) fn wipe_source(
    tx: &mut Tx<'_>,
    connection: ConnectionId,
    source: &SourceId,
) -> Result<Vec<String>> {
    let key = params![connection.get(), source.as_bytes()];
    // Whoever shares the address may be planned differently without this person.
    let sql = "SELECT o.source FROM source_user u JOIN source_user o ON o.connection = u.connection \
               AND o.key_digest = u.key_digest WHERE u.connection = $1 AND u.source = $2";
    let sharing = tx.query(sql, key, |row| Ok(SourceId::from_bytes(row.blob(0)?)))?;
    pending::mark(tx, connection, &sharing, Timestamp::START)?;
    let values = mirror::wipe(tx, connection, source)?;
    for table in ["hold", "held_person", "rejection"] {
        tx.exec(&format!("DELETE FROM {table} WHERE connection = $1 AND source = $2"), key)?;
    }
    let customer = connection.customer().0;
    let of = "run IN (SELECT id FROM run WHERE customer = $1)";
    tx.exec(
        &format!("DELETE FROM finding WHERE {of} AND source = $2"),
        params![customer, source.as_bytes()],
    )?;
    let rows =
        "SELECT {} FROM plan_op o JOIN plan p ON p.id = o.plan WHERE p.connection = $1 AND o.source = $2";
    wipe_plans(tx, rows, key)?;
    Ok(values)
}

/// Takes a contact's values away everywhere, with its links, pins and memberships.
pub(crate) fn wipe_contact(tx: &mut Tx<'_>, store: &Store, id: ContactId) -> Result<()> {
    let key = params![id.get()];
    let addresses = addresses_of(tx, id)?;
    history::erase(tx, id)?;
    for (table, column) in [
        ("contact", "id"),
        ("bin", "id"),
        ("pin", "contact"),
        ("link", "contact"),
        ("contact_member", "contact"),
        ("hold", "contact"),
        ("finding", "contact"),
    ] {
        tx.exec(&format!("DELETE FROM {table} WHERE {column} = $1"), key)?;
    }
    let customer = id.customer().0;
    // Numbers of groups and of contacts are alike, so rows about groups must be told apart by their kind.
    let rows = "SELECT {} FROM plan_op o JOIN plan p ON p.id = o.plan WHERE p.customer = $1 \
                AND (o.contact = $2 OR (o.created = $2 AND o.kind IN ('create', 'take_over')))";
    wipe_plans(tx, rows, params![customer, id.get()])?;
    forget_members(tx, id)?;
    wipe_outbox(tx, customer, &store.public_id(id).to_string(), &addresses)
}

/// The addresses that a contact has now.
fn addresses_of(tx: &mut Tx<'_>, id: ContactId) -> Result<Vec<Key>> {
    let sql = "SELECT email FROM contact WHERE id = $1 UNION ALL SELECT email FROM bin WHERE id = $1";
    let all = tx.query(sql, params![id.get()], |row| Ok(row.opt_text(0)?.and_then(Key::of)))?;
    Ok(all.into_iter().flatten().collect())
}

/// Values that tell a person apart, former ones included, to look for in the database's files.
pub(crate) fn values_of(tx: &mut Tx<'_>, contact: &Contact) -> Result<Vec<String>> {
    const TELLING: [Field; 4] = [Field::Email, Field::Mobile, Field::DisplayName, Field::BusinessPhones];
    let former = history::former_in(tx, contact.id, &TELLING)?;
    let now = TELLING.into_iter().filter_map(|field| contact.values.get(field));
    let texts = now.chain(former.iter().map(|former| former.value.as_str()));
    Ok(texts.flat_map(str::lines).map(ToOwned::to_owned).collect())
}

/// Plan rows of a person: what was applied keeps its line without values, what was not is not planned any more.
fn wipe_plans(tx: &mut Tx<'_>, select: &str, key: &[crate::db::Param<'_>]) -> Result<()> {
    let columns = rows::COLUMNS.split(", ").map(|c| format!("o.{c}")).collect::<Vec<_>>().join(", ");
    let sql = select.replace("{}", &format!("{columns}, o.plan, p.state"));
    let found = tx.query(&sql, key, |row| {
        Ok((PlanId(row.int(9)?), row.text(10)? == "applied", rows::read_row(row)?))
    })?;
    for (plan, applied, mut row) in found {
        let place = params![plan.0, row.n];
        if applied && let What::Person { step, .. } = &mut row.what {
            blank(step);
            let detail = rows::encode(&row);
            let sql = "UPDATE plan_op SET detail = $3 WHERE plan = $1 AND n = $2";
            tx.exec(sql, params![plan.0, row.n, &detail[..]])?;
        } else {
            tx.exec("DELETE FROM plan_op WHERE plan = $1 AND n = $2", place)?;
        }
    }
    Ok(())
}

/// Takes the values out of a step.
fn blank(step: &mut Step) {
    match step {
        Step::Update { changes, wrote_key, .. } => {
            changes.clear();
            *wrote_key = None;
        }
        Step::Adopt { changes, .. }
        | Step::Relink { changes, .. }
        | Step::Restore { changes, .. }
        | Step::Return { changes, .. } => changes.clear(),
        Step::Create { .. }
        | Step::TakeOver { .. }
        | Step::MarkLeft { .. }
        | Step::Unlink { .. }
        | Step::Remove { .. }
        | Step::Wait { .. } => {}
    }
}

/// A plan that goes on later must not put an erased contact into groups.
fn forget_members(tx: &mut Tx<'_>, id: ContactId) -> Result<()> {
    let columns = rows::COLUMNS.split(", ").map(|c| format!("o.{c}")).collect::<Vec<_>>().join(", ");
    let sql = format!(
        "SELECT {columns}, o.plan FROM plan_op o JOIN plan p ON p.id = o.plan WHERE p.customer = $1 \
         AND p.state <> 'applied' AND o.kind = 'members'"
    );
    let found: Vec<(PlanId, PlanRow)> =
        tx.query(&sql, params![id.customer().0], |row| Ok((PlanId(row.int(9)?), rows::read_row(row)?)))?;
    for (plan, mut row) in found {
        let What::Members { join, leave, .. } = &mut row.what else { continue };
        let before = join.len() + leave.len();
        join.retain(|contact| *contact != id);
        leave.retain(|contact| *contact != id);
        if before != join.len() + leave.len() {
            let detail = rows::encode(&row);
            let sql = "UPDATE plan_op SET detail = $3 WHERE plan = $1 AND n = $2";
            tx.exec(sql, params![plan.0, row.n, &detail[..]])?;
        }
    }
    Ok(())
}

/// Lines about a contact in mails keep their place and lose their values.
fn wipe_outbox(tx: &mut Tx<'_>, customer: i64, public_id: &str, addresses: &[Key]) -> Result<()> {
    let sql = "SELECT id, body FROM outbox WHERE customer = $1";
    let all = tx.query(sql, params![customer], |row| Ok((row.int(0)?, row.text(1)?.to_owned())))?;
    for (id, body) in all {
        let unreadable = |_| StoreError::Corrupt("a mail in the outbox is unreadable".into());
        let mut content: Value = serde_json::from_str(&body).map_err(unreadable)?;
        if scrub(&mut content, public_id, addresses) {
            let sql = "UPDATE outbox SET body = $2 WHERE id = $1";
            tx.exec(sql, params![id, &content.to_string()])?;
        }
    }
    Ok(())
}

/// Empties every object that is about the contact, by its id or its address; answers whether there was one.
fn scrub(content: &mut Value, public_id: &str, addresses: &[Key]) -> bool {
    let within = |items: &mut dyn Iterator<Item = &mut Value>| {
        items.map(|item| scrub(item, public_id, addresses)).filter(|found| *found).count() > 0
    };
    match content {
        Value::Array(items) => within(&mut items.iter_mut()),
        Value::Object(members) => {
            let text = |name: &str| members.get(name).and_then(Value::as_str);
            let theirs = text("contact") == Some(public_id)
                || text("email").and_then(Key::of).is_some_and(|key| addresses.contains(&key));
            if !theirs {
                return within(&mut members.values_mut());
            }
            for (_, value) in members.iter_mut().filter(|(name, _)| *name != "contact" && *name != "reason") {
                *value = Value::Null;
            }
            true
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}
