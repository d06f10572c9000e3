//! What an operation changes, value by value, for pages that set both sides beside each other.

use model::Field;
use model::plan::OpKind;
use serde_json::{Map, Value};

use super::OperationJson;

/// One value before and after; `None` is empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// What changes.
    pub of: ChangeOf,
    /// Before.
    pub before: Option<String>,
    /// After.
    pub after: Option<String>,
}

/// What changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChangeOf {
    /// A field of the contact.
    Field(Field),
    /// Whether the contact is there.
    Contact,
    /// Whether the person is marked as left.
    Left,
    /// The link.
    Link,
    /// The day until which somebody waits; in RFC 3339.
    Until,
    /// A group's name.
    Name,
    /// Whether a group is subscribed.
    Subscription,
    /// Contacts that join or leave a group; how many.
    Members,
}

impl OperationJson {
    /// What it changes, fields in their order. Of a new contact what it will hold; of a removed one that it goes.
    pub fn changes(&self) -> Vec<Change> {
        let (before, after) = (side(self.before.as_ref()), side(self.after.as_ref()));
        let change = |of, before: Option<&Value>, after: Option<&Value>| Change {
            of,
            before: before.and_then(text),
            after: after.and_then(text),
        };
        let fields = |only_filled: bool| {
            let change = |field: Field| {
                let (old, new) = (before.get(field.name()), after.get(field.name()));
                let change = change(ChangeOf::Field(field), old, new);
                let listed = old.is_some() || new.is_some();
                (listed && (!only_filled || change.after.is_some())).then_some(change)
            };
            Field::ALL.into_iter().filter_map(change).collect::<Vec<_>>()
        };
        let whether = |of, there: bool| {
            let (yes, no) = (Some(String::new()), None);
            if there { Change { of, before: no, after: yes } } else { Change { of, before: yes, after: no } }
        };
        let and_fields = |first: Change| std::iter::once(first).chain(fields(false)).collect();
        match OpKind::named(self.kind) {
            Some(OpKind::Create | OpKind::TakeOver) => fields(true),
            Some(OpKind::Remove) => vec![whether(ChangeOf::Contact, false)],
            Some(OpKind::MarkLeft) => vec![whether(ChangeOf::Left, true)],
            Some(OpKind::Unlink) => {
                let left = after.get("left") == Some(&Value::Bool(true));
                let left = left.then(|| whether(ChangeOf::Left, true));
                std::iter::once(whether(ChangeOf::Link, false)).chain(left).collect()
            }
            Some(OpKind::Wait) => vec![change(ChangeOf::Until, None, after.get("until"))],
            Some(OpKind::GroupCreate | OpKind::GroupRename) => {
                vec![change(ChangeOf::Name, before.get("name"), after.get("name"))]
            }
            Some(OpKind::GroupUntie) => vec![whether(ChangeOf::Subscription, false)],
            Some(OpKind::Members) => {
                let (before, after) = (count(&before, "left"), count(&after, "joined"));
                vec![Change { of: ChangeOf::Members, before, after }]
            }
            Some(OpKind::Adopt | OpKind::Relink) => and_fields(whether(ChangeOf::Link, true)),
            Some(OpKind::Return) => and_fields(whether(ChangeOf::Left, false)),
            Some(OpKind::Restore) => and_fields(whether(ChangeOf::Contact, true)),
            Some(OpKind::Update) | None => fields(false),
        }
    }
}

/// How many a list has, if any.
fn count(side: &Map<String, Value>, key: &str) -> Option<String> {
    let n = side.get(key).and_then(Value::as_array).map_or(0, Vec::len);
    (n > 0).then(|| n.to_string())
}

fn side(side: Option<&Value>) -> Map<String, Value> {
    side.and_then(Value::as_object).cloned().unwrap_or_default()
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        Value::Array(list) if list.is_empty() => None,
        Value::Array(list) => Some(list.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(", ")),
        other => Some(other.to_string()),
    }
}
