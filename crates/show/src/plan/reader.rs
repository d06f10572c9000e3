//! A stored operation read aloud: who it is about, before and after, and why.

use std::collections::BTreeMap;

use engine::project::for_create;
use engine::{Context, GroupCover};
use model::plan::{Mark, OpKind, Step};
use model::reason::{InReason, Reason};
use model::scope::Scope;
use model::source::VerifiedDomains;
use model::{ContactId, Field, Policy, SourceId, Values};
use serde_json::{Map, Value, json};
use store::{Book, PlanRow, What};

use super::OperationJson;
use crate::people::Names;
use crate::texts::pick;
use crate::when;
use crate::words::{held_text, kind_text, reason_text};

/// What is needed to read a stored operation aloud.
pub(super) struct Reader<'a> {
    pub(super) book: &'a Book,
    pub(super) names: Names,
    pub(super) domains: VerifiedDomains,
    pub(super) groups: BTreeMap<i64, String>,
    pub(super) policy: Policy,
}

impl Reader<'_> {
    pub(super) fn operation(&self, row: &PlanRow) -> OperationJson {
        let (before, after) = self.sides(row);
        let created = match &row.what {
            What::Person { created, .. } => *created,
            What::Group { .. } | What::Members { .. } => None,
        };
        let contact = created.or(row.contact);
        let (name, email) = match &row.what {
            What::Person { .. } => self.names.name_and_email(&row.source, row.contact),
            What::Group { name, .. } => (Some(name.clone()), None),
            What::Members { group, .. } => (self.groups.get(&group.get()).cloned(), None),
        };
        let path = match &row.reason {
            Reason::In(InReason::Group(path)) => path.iter().map(SourceId::to_string).collect(),
            _ => Vec::new(),
        };
        OperationJson {
            kind: row.kind.name(),
            contact: contact.map(|c| self.public(c)),
            source_id: row.source.to_string(),
            name,
            email,
            before,
            after,
            reason: row.reason.code(),
            reason_path: path,
            text: reason_text(&row.reason),
            held_by: row.held.map(model::plan::HeldBy::name),
            outputs: Vec::new(),
            what: if removes_group(row) {
                pick("remove the contact group", "Kontaktgruppe löschen")
            } else {
                kind_text(row.kind)
            },
            why_held: row.held.map(held_text),
        }
    }

    fn public(&self, contact: ContactId) -> String {
        self.book.public_id(contact).to_string()
    }

    /// Before and after. What does not exist is null.
    fn sides(&self, row: &PlanRow) -> (Option<Value>, Option<Value>) {
        match &row.what {
            What::Person { step, .. } => self.person(row, step),
            What::Group { name, .. } if removes_group(row) => (Some(json!({ "name": name })), None),
            What::Group { .. } if row.kind == OpKind::GroupUntie => {
                (Some(json!({ "subscribed": true })), Some(json!({ "subscribed": false })))
            }
            What::Group { group: _, name, former } => {
                (former.as_ref().map(|old| json!({ "name": old })), Some(json!({ "name": name })))
            }
            What::Members { join, leave, .. } => {
                let ids = |list: &[ContactId]| list.iter().map(|c| self.public(*c)).collect::<Vec<_>>();
                (Some(json!({ "left": ids(leave) })), Some(json!({ "joined": ids(join) })))
            }
        }
    }

    fn person(&self, row: &PlanRow, step: &Step) -> (Option<Value>, Option<Value>) {
        let whole = |contact: ContactId| self.names.contact(contact).map(|c| all(&c.values));
        match step {
            Step::Create { .. } => (None, self.created(&row.source)),
            Step::TakeOver { from } => {
                (Some(json!({ "contact": self.public(*from) })), self.created(&row.source))
            }
            Step::Remove { contact } => (whole(*contact), None),
            Step::MarkLeft { .. } => (Some(json!({ "left": false })), Some(json!({ "left": true }))),
            Step::Unlink { origin, mark, .. } => {
                let after = json!({ "linked": null, "left": *mark == Mark::Left });
                (Some(json!({ "linked": origin.name() })), Some(after))
            }
            Step::Wait { out, due, .. } => {
                let after = json!({
                    "out": out.map(|(reason, _)| reason.name()),
                    "since": out.map(|(_, since)| when::rfc3339(since)),
                    "until": due.map(when::rfc3339),
                });
                (None, Some(after))
            }
            Step::Adopt { .. }
            | Step::Update { .. }
            | Step::Relink { .. }
            | Step::Restore { .. }
            | Step::Return { .. } => {
                let mut sides = (Map::new(), Map::new());
                for change in step.changes() {
                    let name = change.field.name().to_owned();
                    sides.0.insert(name.clone(), value(change.field, change.before.as_deref()));
                    sides.1.insert(name, value(change.field, change.after.as_deref()));
                }
                (Some(Value::Object(sides.0)), Some(Value::Object(sides.1)))
            }
        }
    }

    /// What a created contact will hold.
    fn created(&self, source: &SourceId) -> Option<Value> {
        let user = self.names.user(source)?;
        let ctx = Context {
            policy: &self.policy,
            scope: &Scope::default(),
            cover: &GroupCover::default(),
            domains: &self.domains,
            held: &std::collections::BTreeSet::new(),
            as_of: model::Timestamp::START,
        };
        Some(all(&for_create(&ctx, user)))
    }
}

/// An undo takes back that a run made a contact group: that goes, while the source group stays in scope.
fn removes_group(row: &PlanRow) -> bool {
    row.kind == OpKind::GroupUntie && row.undo.is_some()
}

fn all(values: &Values) -> Value {
    Value::Object(Field::ALL.into_iter().map(|f| (f.name().to_owned(), value(f, values.get(f)))).collect())
}

fn value(field: Field, text: Option<&str>) -> Value {
    match (field, text) {
        (Field::BusinessPhones, text) => text.into_iter().flat_map(str::lines).collect::<Vec<_>>().into(),
        (_, Some(text)) => text.into(),
        (_, None) => Value::Null,
    }
}
