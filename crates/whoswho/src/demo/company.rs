//! The demo's company: what is in the simulated tenant, and what happens to its people.
//!
//! The rule: everything is read from the simulator's truth and done through its administrator's door, so that Whoswho learns
//! of it the way it would from Microsoft. Whom it happens to follows from the ids, so the same seed tells the same story.

use std::collections::{BTreeMap, BTreeSet};

use m365sim::{TenantHandle, TenantSpec, TrueGroup, TrueUser, UserSpec, World};
use model::search::Words;
use serde::Serialize;

use crate::texts::{pick, say};

/// Names that people take when they marry.
const NEW_SURNAMES: [&str; 4] = ["Sommerfeld", "Winterstein", "Herbstritt", "Lenzner"];
/// Departments that people move to.
const NEW_DEPARTMENTS: [&str; 2] = ["Nachhaltigkeit", "Sonderprojekte"];

/// A kind of account in English and in German.
type Names = [&'static str; 2];

const ORDINARY: Names = ["ordinary people", "gewöhnliche Personen"];
const WITHOUT_NAMES: Names = ["without first and last name", "ohne Vor- und Nachnamen"];
const SHARED_ADDRESS: Names = ["sharing an e-mail address", "teilen sich eine E-Mail-Adresse"];
const WITHOUT_ADDRESS: Names = ["without an e-mail address", "ohne E-Mail-Adresse"];
const DISABLED: Names = ["disabled, shared mailboxes, rooms", "gesperrt, freigegebene Postfächer, Räume"];
const GUEST: Names = ["guests", "Gäste"];
const KINDS: [Names; 6] = [ORDINARY, WITHOUT_NAMES, SHARED_ADDRESS, WITHOUT_ADDRESS, DISABLED, GUEST];

/// The simulated tenant.
pub struct Company {
    pub tenant: TenantHandle,
    pub name: String,
    /// People that it was made up with; awkward accounts came on top.
    pub employees: usize,
}

/// What happened to somebody; `source_id` is the account's object id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum Change {
    Renamed { source_id: String, from: String, to: String, email: String },
    Joined { source_id: String, name: String, email: String },
    Moved { source_id: String, name: String, department: String },
    Left { source_id: String, name: String },
}

impl Change {
    /// As a sentence.
    pub fn sentence(&self) -> String {
        match self {
            Self::Renamed { from, to, email, .. } => {
                say!("{from} is now {to} ({email}).", "{from} heißt jetzt {to} ({email}).")
            }
            Self::Joined { name, email, .. } => say!("{name} joined ({email}).", "{name} ist neu ({email})."),
            Self::Moved { name, department, .. } => say!(
                "{name} moved to the department {department}.",
                "{name} ist jetzt in der Abteilung {department}."
            ),
            Self::Left { name, .. } => say!("{name} left.", "{name} ist gegangen."),
        }
    }
}

/// A kind of account with its number and an example.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kind {
    pub what: &'static str,
    pub count: usize,
    pub example: String,
}

impl Company {
    /// Founds it in a world; the same seed and size give the same company. `begun` is told its name before it is made,
    /// which takes a while where it is large.
    pub fn found(world: &World, employees: usize, begun: impl FnOnce(&str)) -> Self {
        let spec = TenantSpec::of("muster.example", employees);
        begun(&spec.name);
        Self { tenant: world.add_tenant(&spec), name: spec.name, employees }
    }

    /// The accounts that are there, by kinds that a book must tell apart; kinds that nobody is of are left out.
    pub fn kinds(&self) -> Vec<Kind> {
        let users = self.people();
        let shared = shared_addresses(&users);
        let of_kind = |names: Names| {
            let of: Vec<&TrueUser> = users.iter().filter(|u| kind_of(u, &shared) == names).collect();
            let [english, german] = names;
            Kind {
                what: pick(english, german),
                count: of.len(),
                example: of.first().map(|u| name(u)).unwrap_or_default(),
            }
        };
        KINDS.into_iter().map(of_kind).filter(|k| k.count > 0).collect()
    }

    /// Accounts that are there.
    pub fn people(&self) -> Vec<TrueUser> {
        self.tenant.truth().live_users().cloned().collect()
    }

    /// The largest groups of people whose members may be read, the largest first.
    pub fn largest_groups(&self, most: usize) -> Vec<TrueGroup> {
        let truth = self.tenant.truth();
        let open = |g: &&TrueGroup| g.spec.visibility.as_deref() != Some("HiddenMembership");
        let mut groups: Vec<TrueGroup> =
            truth.live_groups().filter(open).filter(|g| !g.members.is_empty()).cloned().collect();
        groups.sort_by(|a, b| b.members.len().cmp(&a.members.len()).then_with(|| a.id.cmp(&b.id)));
        groups.truncate(most);
        groups
    }

    /// Somebody of these marries and takes another name and address; `None` where nobody has a name to change.
    pub fn rename(&self, among: &[String]) -> Option<Change> {
        let people = self.people();
        let person = find(&people, among, |u| has_names(u) && address(u).is_some())?;
        let given = person.spec.given_name.clone()?;
        let old = person.spec.mail.clone()?;
        let surname = NEW_SURNAMES.into_iter().find(|s| person.spec.surname.as_deref() != Some(s))?;
        let taken: BTreeSet<String> = people.iter().filter_map(address).collect();
        let email = free_address(&given, surname, self.tenant.domain(), &taken);
        let (to, new) = (format!("{given} {surname}"), email.clone());
        let change = |user: &mut UserSpec| {
            user.surname = Some(surname.to_owned());
            user.display_name = Some(format!("{given} {surname}"));
            user.proxy_addresses = Some(vec![format!("SMTP:{new}"), format!("smtp:{old}")]);
            user.user_principal_name = Some(new.clone());
            user.mail = Some(new);
        };
        self.tenant.update_user(&person.id, change);
        Some(Change::Renamed { source_id: person.id.clone(), from: name(person), to, email })
    }

    /// Somebody new.
    pub fn join(&self) -> Change {
        let taken: BTreeSet<String> = self.people().iter().filter_map(address).collect();
        let email = free_address("Nora", "Neumann", self.tenant.domain(), &taken);
        let source_id = self.tenant.add_user(UserSpec {
            given_name: Some("Nora".to_owned()),
            surname: Some("Neumann".to_owned()),
            mail: Some(email.clone()),
            department: Some("Vertrieb".to_owned()),
            job_title: Some("Trainee".to_owned()),
            ..UserSpec::default()
        });
        Change::Joined { source_id, name: "Nora Neumann".to_owned(), email }
    }

    /// Somebody of these moves to another department.
    pub fn relocate(&self, among: &[String]) -> Option<Change> {
        let people = self.people();
        let person = find(&people, among, |_| true)?;
        let department =
            NEW_DEPARTMENTS.into_iter().find(|d| person.spec.department.as_deref() != Some(d))?;
        self.tenant.update_user(&person.id, |u| u.department = Some(department.to_owned()));
        let department = department.to_owned();
        Some(Change::Moved { source_id: person.id.clone(), name: name(person), department })
    }

    /// These leave, as far as they are there, at most so many.
    pub fn leave(&self, among: &[String], most: usize) -> Vec<Change> {
        let names: BTreeMap<String, String> = self.people().iter().map(|u| (u.id.clone(), name(u))).collect();
        let there = among.iter().filter_map(|id| Some((id, names.get(id)?)));
        let leave = |(id, name): (&String, &String)| {
            self.tenant.delete_user(id);
            Change::Left { source_id: id.clone(), name: name.clone() }
        };
        there.take(most).map(leave).collect()
    }
}

fn find<'a>(
    people: &'a [TrueUser],
    among: &[String],
    fits: impl Fn(&TrueUser) -> bool,
) -> Option<&'a TrueUser> {
    among.iter().filter_map(|id| people.iter().find(|u| u.id == *id)).find(|u| fits(u))
}

/// An address that nobody has: first name and surname as German offices spell them.
fn free_address(given: &str, surname: &str, domain: &str, taken: &BTreeSet<String>) -> String {
    let ascii = |name: &str| {
        let mut words = Words::default();
        words.add_text(name);
        words.iter().find(|w| w.is_ascii()).map(str::to_owned)
    };
    let local: Vec<String> = [given, surname].into_iter().filter_map(ascii).collect();
    let local = local.join(".");
    let numbered = (2..).map(|n| format!("{local}{n}@{domain}"));
    let mut all = std::iter::once(format!("{local}@{domain}")).chain(numbered);
    all.find(|a| !taken.contains(a)).unwrap_or_default()
}

fn kind_of(user: &TrueUser, shared: &BTreeSet<String>) -> Names {
    match address(user) {
        _ if is_guest(user) => GUEST,
        _ if !is_enabled(user) => DISABLED,
        None => WITHOUT_ADDRESS,
        Some(address) if shared.contains(&address) => SHARED_ADDRESS,
        Some(_) if !has_names(user) => WITHOUT_NAMES,
        Some(_) => ORDINARY,
    }
}

fn name(user: &TrueUser) -> String {
    user.spec.display_name.clone().unwrap_or_else(|| user.id.clone())
}

/// The address as it is compared.
fn address(user: &TrueUser) -> Option<String> {
    user.spec.mail.as_deref().map(|m| m.trim().to_lowercase()).filter(|m| !m.is_empty())
}

fn is_guest(user: &TrueUser) -> bool {
    user.spec.user_type.as_deref() == Some("Guest")
}

fn is_enabled(user: &TrueUser) -> bool {
    user.spec.account_enabled == Some(true)
}

fn has_names(user: &TrueUser) -> bool {
    user.spec.given_name.is_some() && user.spec.surname.is_some()
}

fn shared_addresses(users: &[TrueUser]) -> BTreeSet<String> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for address in users.iter().filter(|u| !is_guest(u) && is_enabled(u)).filter_map(address) {
        *counts.entry(address).or_default() += 1;
    }
    counts.into_iter().filter(|(_, n)| *n > 1).map(|(address, _)| address).collect()
}
