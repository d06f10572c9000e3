//! Every table that holds values of people is emptied of one of them here: by source user, and by contact.

use model::ids::{ConnectionId, ContactId, SourceId};
use model::{Contact, Field, Key, Timestamp};

use super::outbox::wipe_outbox;
use super::plans::{forget_members, wipe_plans};
use crate::contact::{Whose, count};
use crate::db::{Tx, params};
use crate::error::Result;
use crate::history;
use crate::mirror;
use crate::pending;
use crate::store::Store;

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
    for table in ["hold", "held_person", "rejection", "picked"] {
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
        ("csv_import_row", "contact"),
    ] {
        let gone = tx.exec(&format!("DELETE FROM {table} WHERE {column} = $1"), key)?;
        if table == "contact" {
            count(tx, id.customer(), Whose::Hand, -(gone as i64))?;
        }
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
