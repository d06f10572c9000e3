//! Notices: what people are told by mail, as outbox rows with what sentences are made of. The sentences are made in each recipient's
//! language when the mail is sent; sending is another crate's.

use graph::GraphError;
use model::ids::PlanId;
use model::plan::OpKind;
use model::{Field, Timestamp};
use serde_json::{Value, json};
use store::{Book, ErrorText, Mail, Names, StoreError};

use crate::office::RunError;

/// Removed contacts (S5), for whoever asked for it: each line with its reason, or only their number. Empty where nobody was removed
/// or nobody asked.
pub(crate) fn removed(book: &Book, plan: PlanId) -> Result<Vec<Mail>, StoreError> {
    let told = book.levels("notify.")?.told_removed();
    if told.is_empty() {
        return Ok(Vec::new());
    }
    let lines = lines(book, plan)?;
    if lines.is_empty() {
        return Ok(Vec::new());
    }
    let mail = |(names, to): (Names, Vec<String>)| {
        let mut body = json!({ "customer": book.customer.slug, "plan": plan.0, "count": lines.len() });
        if names == Names::Listed
            && let Some(body) = body.as_object_mut()
        {
            body.insert("removed".into(), lines.clone().into());
        }
        Mail { kind: "removed_contacts", body: body.to_string(), to }
    };
    Ok(told.into_iter().map(mail).collect())
}

fn lines(book: &Book, plan: PlanId) -> Result<Vec<Value>, StoreError> {
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
    Ok(lines)
}

/// Held operations: one mail when their set grows.
pub(crate) fn held(book: &Book, to: &[String], count: i64) -> Mail {
    let body = json!({ "customer": book.customer.slug, "new": count });
    Mail { kind: "held_operations", body: body.to_string(), to: to.to_vec() }
}

/// A first plan waits for a person.
pub(crate) fn waiting(book: &Book, to: Vec<String>, operations: i64) -> Mail {
    let body = json!({ "customer": book.customer.slug, "operations": operations });
    Mail { kind: "plan_waiting", body: body.to_string(), to }
}

/// No run goes well (W17): one mail when that begins.
pub(crate) fn no_good_run(body: &Value, to: Vec<String>) -> Mail {
    Mail { kind: "no_good_run", body: body.to_string(), to }
}

/// A run failed: one mail for a cause.
pub(crate) fn failed(book: &Book, to: Vec<String>, error: &ErrorText, at: Timestamp) -> Mail {
    let error = json!({ "en": error.english, "de": error.german });
    let body = json!({ "customer": book.customer.slug, "at": at.0, "error": error });
    Mail { kind: "run_failed", body: body.to_string(), to }
}

/// A credential is about to end, in so many days.
pub(crate) fn ending(customer: Option<&str>, to: Vec<String>, (ends, left): (Timestamp, i64)) -> Mail {
    let body = json!({ "customer": customer, "ends": ends.0, "left": left });
    Mail { kind: "credential_ends", body: body.to_string(), to }
}

/// Why a run failed, as a code that is the same as long as the same thing has to be repaired.
pub(crate) fn cause(error: &RunError) -> String {
    let RunError::Graph(error) = error else {
        return match error {
            RunError::Store(_) => "database",
            RunError::NoCursor => "cursor",
            RunError::BrokenOff => "broken_off",
            _ => "other",
        }
        .to_owned();
    };
    // What passes by itself is one matter, in whichever of its forms it comes.
    if error.heals_itself() {
        return "microsoft".to_owned();
    }
    match error {
        GraphError::CursorExpired(_) => "cursor".to_owned(),
        GraphError::Unauthorised(_) => "unauthorised".to_owned(),
        GraphError::ConsentMissing { permission, .. } => format!("permission {permission}"),
        GraphError::Gone(_) => "gone".to_owned(),
        GraphError::Rejected(_) => "rejected".to_owned(),
        GraphError::TokenRefused { problem, .. } => format!("token {problem:?}"),
        _ => "other".to_owned(),
    }
}
