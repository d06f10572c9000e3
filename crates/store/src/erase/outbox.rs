//! Erasing out of the bodies of mails.

use model::Key;
use serde_json::Value;

use crate::db::{Tx, params};
use crate::error::{Result, StoreError};

/// Lines about a contact in mails keep their place and lose their values.
pub(super) fn wipe_outbox(tx: &mut Tx<'_>, customer: i64, public_id: &str, addresses: &[Key]) -> Result<()> {
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
    wipe_recipients(tx, customer, addresses)
}

/// Whom mails were for, and what servers said of them, of mails that are done with; whoever is still to be told is told.
fn wipe_recipients(tx: &mut Tx<'_>, customer: i64, addresses: &[Key]) -> Result<()> {
    let sql = "SELECT m.outbox, m.n, m.address FROM outbox_mail m JOIN outbox o ON o.id = m.outbox \
               WHERE o.customer = $1 AND m.state IN ('sent', 'failed', 'unclear')";
    let all =
        tx.query(sql, params![customer], |row| Ok((row.int(0)?, row.int(1)?, Key::of(row.text(2)?))))?;
    for (outbox, n, key) in all {
        if key.is_some_and(|key| addresses.contains(&key)) {
            let sql = "UPDATE outbox_mail SET address = '', said = '' WHERE outbox = $1 AND n = $2";
            tx.exec(sql, params![outbox, n])?;
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
