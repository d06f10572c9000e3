//! Book against model: all fields, links, groups and memberships, and that nothing is left over.

use std::collections::{BTreeMap, BTreeSet};

use model::link::LinkOrigin;
use model::run::Outcome;
use model::{Field, Origin, Timestamp};
use store::{BookEntry, Due};

use crate::bench::Bench;
use crate::model_book::{Expected, Person};

impl Bench {
    /// What differs between the book and what is expected; empty where all is well.
    pub fn differences(&self, expected: &Expected) -> Vec<String> {
        let mut wrong = Vec::new();
        let entries = self.book.entries().unwrap();
        let groups = self.groups(expected, &mut wrong);
        let mut people = BTreeMap::new();
        for entry in &entries {
            let Some(source) = &entry.source else {
                wrong.push(format!("a contact without link: {entry:?}"));
                continue;
            };
            let made =
                entry.linked == Some(LinkOrigin::Creation) && entry.contact.origin == Origin::Microsoft365;
            if !made || entry.contact.left_at.is_some() || !entry.contact.pins.is_empty() {
                wrong.push(format!("not as created: {entry:?}"));
            }
            if people.insert(source.to_string(), person(entry, &groups)).is_some() {
                wrong.push(format!("two contacts of {source}"));
            }
        }
        let ids: BTreeSet<&String> = people.keys().chain(expected.people.keys()).collect();
        for id in ids {
            let (found, wanted) = (people.get(id), expected.people.get(id));
            if found != wanted {
                wrong.push(format!("{id}: found {found:?}, expected {wanted:?}"));
            }
        }
        let bin = self.book.bin().unwrap().len();
        if bin != expected.removed.len() {
            wrong.push(format!("{bin} in the bin, expected {}", expected.removed.len()));
        }
        wrong
    }

    /// What a finished run must not leave: marks, holds, runs that seem under way, a removal told never or twice.
    pub fn leftovers(&self, expected: &Expected) -> Vec<String> {
        let mut left = Vec::new();
        let due = self.book.due(self.connection, Timestamp(i64::MAX)).unwrap();
        if self.rules.active && due != Due::Nobody {
            left.push(format!("still due: {due:?}"));
        }
        let holds = self.book.holds(self.connection).unwrap();
        left.extend(holds.iter().map(|h| format!("held: {h:?}")));
        if let Some(plan) = self.book.unfinished_plan(self.connection).unwrap() {
            left.push(format!("unfinished: {plan:?}"));
        }
        let runs = self.book.runs(100).unwrap();
        left.extend(runs.iter().filter(|r| r.outcome == Outcome::Running).map(|r| format!("running: {r:?}")));
        let told = self.book.outbox().unwrap().iter().filter(|m| m.kind == "removed_contacts").count();
        if told != usize::from(!expected.removed.is_empty()) {
            left.push(format!("{told} mails about {} removed", expected.removed.len()));
        }
        left
    }

    /// Contact ids by source id, which must never change.
    pub fn contact_ids(&self) -> BTreeMap<String, i64> {
        let entries = self.book.entries().unwrap();
        entries.iter().filter_map(|e| Some((e.source.as_ref()?.to_string(), e.contact.id.get()))).collect()
    }

    /// Source group of each contact group; each is there once, by its name.
    fn groups(&self, expected: &Expected, wrong: &mut Vec<String>) -> BTreeMap<i64, String> {
        let mut sources = BTreeMap::new();
        let mut names = Vec::new();
        for group in self.book.groups().unwrap() {
            let source = group.source.map_or_else(String::new, |(_, source)| source.to_string());
            names.push((source.clone(), String::from(group.name)));
            sources.insert(group.id.get(), source);
        }
        names.sort();
        let wanted: Vec<(String, String)> = expected.groups.clone().into_iter().collect();
        if names != wanted {
            wrong.push(format!("groups: found {names:?}, expected {wanted:?}"));
        }
        sources
    }
}

fn person(entry: &BookEntry, groups: &BTreeMap<i64, String>) -> Person {
    let value = |field: Field| Some((field.name(), entry.contact.values.get(field)?.to_owned()));
    let group = |id: i64| groups.get(&id).cloned().unwrap_or_default();
    Person {
        values: Field::ALL.into_iter().filter_map(value).collect(),
        groups: entry.groups.iter().map(|(id, _)| group(id.get())).collect(),
    }
}
