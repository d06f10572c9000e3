//! Whether a book is what the independent model makes of the tenant's truth: fields, groups, memberships, nobody else.

use std::collections::BTreeMap;

use model::{Field, Preset};
use store::Book;

use crate::model_book::{Expected, Person, Rules, rules};

/// A preset's rules where groups are subscribed as well, which every preset allows.
pub fn with_groups(preset: Preset) -> Rules {
    Rules { groups: true, ..rules(preset.name()) }
}

/// What differs; empty where all is well. Contacts without a link count as strangers.
pub fn differences(book: &Book, expected: &Expected) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut sources = BTreeMap::new();
    let mut names = BTreeMap::new();
    for group in book.groups().unwrap() {
        let source = group.source.map_or_else(|| "without link".to_owned(), |(_, source)| source.to_string());
        names.insert(source.clone(), String::from(group.name));
        sources.insert(group.id.get(), source);
    }
    if names != expected.groups {
        wrong.push(format!("groups: found {names:?}, expected {:?}", expected.groups));
    }
    let mut people = BTreeMap::new();
    for entry in book.entries().unwrap() {
        let value = |field: Field| Some((field.name(), entry.contact.values.get(field)?.to_owned()));
        let person = Person {
            values: Field::ALL.into_iter().filter_map(value).collect(),
            groups: entry.groups.iter().filter_map(|(id, _)| sources.get(&id.get()).cloned()).collect(),
        };
        let id = entry.source.map_or_else(|| "without link".to_owned(), |id| id.to_string());
        if let Some(other) = people.insert(id, person) {
            wrong.push(format!("two contacts of one person: {other:?}"));
        }
    }
    for (id, person) in &people {
        match expected.people.get(id) {
            Some(wanted) if wanted == person => {}
            wanted => wrong.push(format!("{id}: found {person:?}, expected {wanted:?}")),
        }
    }
    wrong.extend(
        expected.people.keys().filter(|id| !people.contains_key(*id)).map(|id| format!("{id} is missing")),
    );
    wrong
}
