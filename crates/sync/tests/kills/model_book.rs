//! The independent model: which book follows from a tenant's history under a preset, without local edits.
//!
//! Rule: written from the documents alone. It shares no code with the engine and takes no key from the presets in `model`.
//! For people who share an address it says only "not created, not updated".

use std::collections::{BTreeMap, BTreeSet};

use m365sim::{Presence, TrueGroup, TrueUser, Truth};

/// What a preset says, as far as it decides about the book.
#[derive(Clone, Copy)]
#[expect(clippy::struct_excessive_bools, reason = "a column of the preset table")]
pub struct Rules {
    pub active: bool,
    pub guests: bool,
    pub disabled: bool,
    pub everybody: bool,
    pub groups: bool,
    pub nested: bool,
    pub leavers_stay_members: bool,
    pub deleted_are_removed: bool,
    pub email_follows: bool,
    pub fields: &'static [&'static str],
}

const NAMES: [&str; 3] = ["first_name", "last_name", "display_name"];

/// The columns of the preset table in `docs/policy.md`.
pub fn rules(preset: &str) -> Rules {
    let careful = Rules {
        active: true,
        guests: false,
        disabled: false,
        everybody: true,
        groups: true,
        nested: true,
        leavers_stay_members: false,
        deleted_are_removed: true,
        email_follows: true,
        fields: &[],
    };
    match preset {
        "careful" => careful,
        "awareness" => Rules { everybody: false, nested: false, leavers_stay_members: true, ..careful },
        "helpdesk" => Rules {
            guests: true,
            disabled: true,
            groups: false,
            nested: false,
            deleted_are_removed: false,
            email_follows: false,
            fields: &["job_title", "mobile"],
            ..careful
        },
        "phone-system" => Rules {
            groups: false,
            nested: false,
            deleted_are_removed: false,
            fields: &["business_phones"],
            ..careful
        },
        "business-card" => Rules { active: false, everybody: false, groups: false, ..careful },
        other => panic!("the model knows no preset {other}"),
    }
}

/// A contact as the model sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Values by the name of the field; no entry is "has no value".
    pub values: BTreeMap<&'static str, String>,
    /// Source groups whose contact groups it is in.
    pub groups: BTreeSet<String>,
}

/// The book that a history leads to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Expected {
    /// Contacts by source id.
    pub people: BTreeMap<String, Person>,
    /// Contact groups: source id and name.
    pub groups: BTreeMap<String, String>,
    /// Source ids whose contacts lie in the bin.
    pub removed: BTreeSet<String>,
}

impl Expected {
    /// The book after a run that saw this truth; `subscribed` are source groups.
    pub fn after(&self, rules: Rules, subscribed: &[String], truth: &Truth) -> Self {
        let mut book = self.clone();
        if !rules.active {
            return book;
        }
        let covers = Covers::of(rules, subscribed, truth);
        let belongs = |u: &&TrueUser| {
            let wanted = rules.everybody || !covers.covering(&u.id).is_empty();
            wanted && u.presence == Presence::Live && eligible(rules, u)
        };
        let inside: Vec<&TrueUser> = truth.users.iter().filter(belongs).collect();
        let mut sharing: BTreeMap<String, usize> = BTreeMap::new();
        for user in &inside {
            *sharing.entry(key(user)).or_default() += 1;
        }
        let shares = |u: &TrueUser| sharing.get(&key(u)).is_some_and(|n| *n > 1);
        for user in &truth.users {
            match (book.people.contains_key(&user.id), user.presence) {
                (true, Presence::Live) => book.follow(rules, user, shares(user)),
                (true, Presence::SoftDeleted | Presence::Purged) if rules.deleted_are_removed => {
                    book.people.remove(&user.id);
                    book.removed.insert(user.id.clone());
                }
                (true | false, Presence::Live | Presence::SoftDeleted | Presence::Purged) => {}
            }
        }
        for user in inside {
            if !book.people.contains_key(&user.id) && !shares(user) {
                book.removed.remove(&user.id);
                let person = Person { values: values(rules, user), groups: BTreeSet::new() };
                book.people.insert(user.id.clone(), person);
            }
        }
        book.regroup(rules, &covers, truth);
        book
    }

    /// A living linked user: the source wins in every owned field.
    fn follow(&mut self, rules: Rules, user: &TrueUser, shares: bool) {
        let Some(person) = self.people.get_mut(&user.id) else { return };
        let before = person.values.remove("email");
        person.values = values(rules, user);
        if shares || !rules.email_follows {
            person.values.remove("email");
            person.values.extend(before.map(|address| ("email", address)));
        }
    }

    fn regroup(&mut self, rules: Rules, covers: &Covers<'_>, truth: &Truth) {
        for group in &covers.subscribed {
            self.groups
                .insert(group.id.clone(), tidy(group.spec.display_name.as_deref()).unwrap_or_default());
        }
        let living = |id: &String| truth.live_users().any(|u| u.id == *id);
        for (id, person) in self.people.iter_mut().filter(|(id, _)| living(id)) {
            if !rules.leavers_stay_members {
                person.groups.clear();
            }
            person.groups.extend(covers.covering(id));
        }
    }
}

/// Subscribed groups and who is in them.
struct Covers<'a> {
    subscribed: Vec<&'a TrueGroup>,
    members: BTreeMap<&'a str, BTreeSet<&'a str>>,
}

impl<'a> Covers<'a> {
    fn of(rules: Rules, subscribed: &[String], truth: &'a Truth) -> Self {
        let wanted = |g: &&TrueGroup| rules.groups && subscribed.contains(&g.id);
        let subscribed: Vec<&TrueGroup> = truth.live_groups().filter(wanted).collect();
        let members = subscribed.iter().map(|g| (g.id.as_str(), members(rules, g, truth))).collect();
        Self { subscribed, members }
    }

    fn covering(&self, user: &str) -> BTreeSet<String> {
        let holds = self.members.iter().filter(|(_, people)| people.contains(user));
        holds.map(|(group, _)| (*group).to_owned()).collect()
    }
}

/// Members of a group, those of groups within it included where that counts; groups may hold each other.
fn members<'a>(rules: Rules, group: &'a TrueGroup, truth: &'a Truth) -> BTreeSet<&'a str> {
    let (mut todo, mut seen, mut people) = (vec![group], BTreeSet::new(), BTreeSet::new());
    while let Some(group) = todo.pop() {
        if !seen.insert(group.id.as_str()) {
            continue;
        }
        for member in &group.members {
            if member.odata_type == "#microsoft.graph.user" {
                people.insert(member.id.as_str());
            } else if rules.nested {
                todo.extend(truth.live_groups().filter(|g| g.id == member.id));
            }
        }
    }
    people
}

/// Whether an account counts as a person; unlicensed ones do in every active preset.
fn eligible(rules: Rules, user: &TrueUser) -> bool {
    let guest = user.spec.user_type.as_deref() == Some("Guest");
    let enabled = user.spec.account_enabled == Some(true);
    !key(user).is_empty() && (rules.guests || !guest) && (rules.disabled || enabled)
}

fn key(user: &TrueUser) -> String {
    user.spec.mail.as_deref().unwrap_or_default().trim().to_lowercase()
}

fn values(rules: Rules, user: &TrueUser) -> BTreeMap<&'static str, String> {
    let spec = &user.spec;
    let (first, last) = (tidy(spec.given_name.as_deref()), tidy(spec.surname.as_deref()));
    let joined = [&first, &last].into_iter().flatten().cloned().collect::<Vec<_>>().join(" ");
    let display = if joined.is_empty() { tidy(spec.display_name.as_deref()) } else { Some(joined) };
    let phone = spec.business_phones.as_ref().and_then(|all| all.first());
    let all = [
        ("first_name", first),
        ("last_name", last),
        ("display_name", display),
        ("email", tidy(spec.mail.as_deref())),
        ("job_title", tidy(spec.job_title.as_deref())),
        ("mobile", tidy(spec.mobile_phone.as_deref())),
        ("business_phones", tidy(phone.map(String::as_str))),
    ];
    let owned = |name: &str| name == "email" || NAMES.contains(&name) || rules.fields.contains(&name);
    all.into_iter().filter(|(name, _)| owned(name)).filter_map(|(name, v)| Some((name, v?))).collect()
}

/// Without outer and double blanks, composed: the few letters that these tests decompose.
fn tidy(text: Option<&str>) -> Option<String> {
    let joined = text?.split_whitespace().collect::<Vec<_>>().join(" ");
    let composed = joined.replace("o\u{308}", "ö").replace("u\u{308}", "ü").replace("a\u{308}", "ä");
    (!composed.is_empty()).then_some(composed)
}
