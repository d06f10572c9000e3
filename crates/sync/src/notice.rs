//! Notices: what people are told by mail, as outbox rows with their list. Sending is another crate's.

use model::Field;
use model::ids::PlanId;
use model::plan::OpKind;
use serde_json::json;
use store::{Book, Mail, StoreError};

/// Removed contacts (S5): each line with its reason; `None` where nobody was removed. Written when the operator or the
/// customer asked for it.
pub(crate) fn removed(book: &Book, plan: PlanId, recipients: &[String]) -> Result<Option<Mail>, StoreError> {
    let mut lines = Vec::new();
    let mut after = 0;
    loop {
        let rows = book.plan_rows(plan, after, 5_000)?;
        let Some(last) = rows.last() else { break };
        after = last.n;
        let removed = || rows.iter().filter(|r| r.kind == OpKind::Remove && r.held.is_none());
        let contacts = book.contacts_by_id(&removed().filter_map(|r| r.contact).collect::<Vec<_>>())?;
        for row in removed() {
            let contact = row.contact.and_then(|id| contacts.get(&id));
            let text = |field| contact.and_then(|c| c.values.get(field));
            lines.push(json!({
                "contact": row.contact.map(|id| book.public_id(id).to_string()),
                "name": text(Field::DisplayName),
                "email": text(Field::Email),
                "reason": row.reason.code(),
            }));
        }
    }
    if lines.is_empty() {
        return Ok(None);
    }
    let body = json!({ "customer": book.customer.slug, "to": recipients, "removed": lines });
    Ok(Some(Mail { kind: "removed_contacts", body: body.to_string() }))
}

/// Held operations: one mail when their set grows.
pub(crate) fn held(book: &Book, to: &[String], count: i64) -> Mail {
    let body = json!({ "customer": book.customer.slug, "to": to, "new": count });
    Mail { kind: "held_operations", body: body.to_string() }
}

/// A first plan waits for a person.
pub(crate) fn waiting(book: &Book, to: &[String], operations: i64) -> Mail {
    let body = json!({ "customer": book.customer.slug, "to": to, "operations": operations });
    Mail { kind: "plan_waiting", body: body.to_string() }
}

/// No run goes well (W17): one mail when that begins.
pub(crate) fn no_good_run(body: &serde_json::Value) -> Mail {
    Mail { kind: "no_good_run", body: body.to_string() }
}
