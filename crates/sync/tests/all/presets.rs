//! The table of presets, cell by cell, by what happens in the book: each cell is a test that is named after row and preset.
//! `engine` reads the table back; here it acts. A preset that is off shows its cells once it is switched on.

use model::run::{Outcome, ReadMode};
use model::{Field, Origin, Preset, Values};
use store::{BookEntry, ScopeChange, Switch};
use sync::{By, Office, Order, RunError, Want};

use crate::fleet::Fleet;
use crate::kit::{Kit, id, person};

macro_rules! cells {
    ($($row:ident: $awareness:expr, $helpdesk:expr, $phone_system:expr, $business_card:expr, $careful:expr;)*) => {
        $(mod $row {
            use super::*;

            #[test]
            fn awareness() {
                assert_eq!(super::$row(Preset::Awareness), $awareness);
            }

            #[test]
            fn helpdesk() {
                assert_eq!(super::$row(Preset::Helpdesk), $helpdesk);
            }

            #[test]
            fn phone_system() {
                assert_eq!(super::$row(Preset::PhoneSystem), $phone_system);
            }

            #[test]
            fn business_card() {
                assert_eq!(super::$row(Preset::BusinessCard), $business_card);
            }

            #[test]
            fn careful() {
                assert_eq!(super::$row(Preset::Careful), $careful);
            }
        })*
    };
}

const NAMES: &str = "first_name last_name display_name email";

cells! {
    preset_active: "runs", "runs", "runs", "refused", "runs";
    preset_mode: "whoever is in scope", "whoever is in scope", "whoever is in scope", "the chosen", "whoever is in scope";
    preset_scope_at_first: "", "Anna Bert", "Anna Bert", "", "";
    preset_people: "Anna Ungar", "Anna Empfang Gerd Lahm Ungar", "Anna Ungar", "Anna", "Anna Ungar";
    preset_people_resources: "", "Raum", "", "", "";
    preset_on_existing: "left alone", "adopted", "adopted", "left alone", "left alone";
    preset_fields: NAMES, "first_name last_name display_name email job_title mobile",
        "first_name last_name display_name email business_phones", NAMES, NAMES;
    preset_fields_follow: NAMES, "first_name last_name display_name job_title mobile",
        "first_name last_name display_name email business_phones", NAMES, NAMES;
    preset_on_deleted: "removed", "kept", "kept", "kept", "removed";
    preset_on_disabled: "follows", "follows", "follows", "follows", "follows";
    preset_on_left_group: "follows", "follows", "follows", "follows", "follows";
    preset_on_unlicensed: "follows", "follows", "follows", "follows", "follows";
    preset_on_out_of_scope: "follows", "follows", "follows", "follows", "follows";
    preset_group_members: 3, 2, 2, 2, 2;
    preset_on_local_email_change: "corrected", "taken over", "corrected", "corrected", "corrected";
    preset_first_run: "applied", "applied", "applied", "waits", "waits";
    preset_email_from: "-", "-", "-", "-", "-";
    preset_nested_groups: "Anna", "Anna", "Anna", "Anna", "Anna Bert";
    preset_site_from: None, None, None, None, None;
    preset_guard: "held", "held", "held", "held", "held";
    preset_guard_group_emptied: 3, 3, 3, 3, 3;
    preset_schedule_and_time_zone: "02:30 in Berlin", "never", "02:30 in Berlin", "never", "02:30 in Berlin";
}

/// A customer of that preset that is at work, in scope whom the preset puts there.
fn at_work(preset: Preset) -> Kit {
    let kit = Kit::each(preset).remove(0);
    if preset == Preset::BusinessCard {
        kit.policy("active", "on");
        kit.policy("mode", "automatic");
    }
    kit
}

/// First names in the book, or whatever else somebody is called.
fn names(kit: &Kit) -> String {
    let name = |e: &BookEntry| e.contact.values.get(Field::DisplayName).unwrap_or("-").to_owned();
    let mut all: Vec<String> = kit.book.entries().unwrap().iter().map(name).collect();
    all.sort();
    let first = |name: &String| name.split(' ').next().unwrap_or_default().to_owned();
    all.iter().map(first).collect::<Vec<_>>().join(" ")
}

fn anna(kit: &Kit) -> BookEntry {
    kit.entry("anna.ast@muster.example").unwrap()
}

/// Anna in the book, and her id.
fn with_anna(preset: Preset) -> (Kit, String) {
    let kit = at_work(preset).everybody();
    let anna = kit.hire("Anna", "Ast");
    for name in ["Bert", "Cora", "Dora"] {
        kit.hire(name, "Rest");
    }
    kit.sync();
    (kit, anna)
}

/// What has become of Anna, who has a new last name at the source.
fn follows(kit: &Kit, anna: &str) -> &'static str {
    kit.tenant.update_user(anna, |u| u.surname = Some("Neu".into()));
    kit.sync();
    let entry = kit.entry("anna.ast@muster.example");
    match entry.as_ref().map(|e| (e.contact.values.get(Field::LastName), e.contact.left_at)) {
        None => "removed",
        Some((_, Some(_))) => "left",
        Some((Some("Neu"), None)) => "follows",
        Some((_, None)) => "kept",
    }
}

fn preset_active(preset: Preset) -> &'static str {
    let kit = Kit::each(preset).remove(0).everybody();
    match kit.try_sync(ReadMode::Delta) {
        Ok(_) => "runs",
        Err(RunError::Inactive) => "refused",
        Err(other) => panic!("{other}"),
    }
}

fn preset_mode(preset: Preset) -> &'static str {
    let kit = Kit::each(preset).remove(0).everybody();
    kit.policy("active", "on");
    kit.hire("Anna", "Ast");
    let bert = kit.hire("Bert", "Bach");
    kit.scope(&[ScopeChange::Person(id(&bert), Switch::On)]);
    kit.sync();
    match names(&kit).as_str() {
        "Anna Bert" => "whoever is in scope",
        "Bert" => "the chosen",
        _ => "somebody else",
    }
}

fn preset_scope_at_first(preset: Preset) -> String {
    let kit = at_work(preset);
    kit.hire("Anna", "Ast");
    kit.hire("Bert", "Bach");
    kit.sync();
    names(&kit)
}

/// What looks like a shared mailbox or a room.
fn presumed(kit: &Kit, name: &str) {
    kit.tenant.add_user(m365sim::UserSpec {
        given_name: None,
        surname: None,
        display_name: Some(name.into()),
        account_enabled: Some(false),
        assigned_licenses: Some(Vec::new()),
        ..person(name, "x")
    });
}

fn preset_people(preset: Preset) -> String {
    let kit = at_work(preset).everybody();
    kit.hire("Anna", "Ast");
    let add = |name: &str, change: fn(&mut m365sim::UserSpec)| {
        let mut spec = person(name, "Art");
        change(&mut spec);
        kit.tenant.add_user(spec);
    };
    add("Gerd", |u| u.user_type = Some("Guest".into()));
    add("Lahm", |u| u.account_enabled = Some(false));
    add("Ungar", |u| u.assigned_licenses = Some(Vec::new()));
    add("Ohne", |u| (u.mail, u.proxy_addresses) = (None, Some(Vec::new())));
    presumed(&kit, "Empfang");
    kit.sync();
    names(&kit)
}

/// Rooms look like shared mailboxes, so that either switch admits them.
fn preset_people_resources(preset: Preset) -> String {
    let kit = at_work(preset).everybody();
    presumed(&kit, "Raum");
    kit.sync();
    let found = names(&kit);
    kit.policy("people.resources", "on");
    kit.sync();
    assert_eq!(names(&kit), "Raum", "its own switch does");
    found
}

fn preset_on_existing(preset: Preset) -> &'static str {
    let kit = at_work(preset).everybody();
    let typed = Values::default().with(Field::Email, "anna.ast@muster.example");
    kit.book.add_contact(&typed, Origin::Manual, Office::now()).unwrap();
    kit.hire("Anna", "Ast");
    kit.sync();
    let entries = kit.book.entries().unwrap();
    match (entries.len(), entries.first().and_then(|e| e.linked)) {
        (1, Some(_)) => "adopted",
        (1, None) => "left alone",
        _ => "beside",
    }
}

/// Somebody of whom everything is known.
fn known(kit: &Kit) -> String {
    kit.tenant.add_user(m365sim::UserSpec {
        job_title: Some("Leitung".into()),
        department: Some("Vertrieb".into()),
        company_name: Some("Muster".into()),
        office_location: Some("Bonn".into()),
        mobile_phone: Some("0171 1".into()),
        business_phones: Some(vec!["0228 1".into()]),
        ..person("Anna", "Ast")
    })
}

fn preset_fields(preset: Preset) -> String {
    let kit = at_work(preset).everybody();
    known(&kit);
    kit.sync();
    let values = anna(&kit).contact.values;
    let there = Field::ALL.into_iter().filter(|f| values.get(*f).is_some());
    there.map(Field::name).collect::<Vec<_>>().join(" ")
}

fn preset_fields_follow(preset: Preset) -> String {
    let kit = at_work(preset).everybody();
    let id = known(&kit);
    kit.sync();
    let before = anna(&kit).contact;
    kit.tenant.update_user(&id, |u| {
        let new = || Some("neu".to_owned());
        (u.given_name, u.surname, u.display_name) = (new(), new(), new());
        u.mail = Some("neu@muster.example".into());
        (u.job_title, u.department, u.company_name) = (new(), new(), new());
        (u.office_location, u.mobile_phone) = (new(), new());
        u.business_phones = Some(vec!["neu".into()]);
    });
    kit.sync();
    let after = kit.book.entries_by_id(&[before.id]).unwrap().remove(0).contact.values;
    let followed = Field::ALL.into_iter().filter(|f| after.get(*f) != before.values.get(*f));
    followed.map(Field::name).collect::<Vec<_>>().join(" ")
}

fn preset_on_deleted(preset: Preset) -> &'static str {
    let (kit, anna) = with_anna(preset);
    kit.tenant.delete_user(&anna);
    kit.sync();
    follows(&kit, &anna)
}

fn preset_on_disabled(preset: Preset) -> &'static str {
    let (kit, anna) = with_anna(preset);
    kit.tenant.update_user(&anna, |u| u.account_enabled = Some(false));
    kit.sync();
    follows(&kit, &anna)
}

fn preset_on_unlicensed(preset: Preset) -> &'static str {
    let (kit, anna) = with_anna(preset);
    kit.policy("people.unlicensed", "off");
    kit.tenant.update_user(&anna, |u| u.assigned_licenses = Some(Vec::new()));
    kit.sync();
    follows(&kit, &anna)
}

fn preset_on_out_of_scope(preset: Preset) -> &'static str {
    let (kit, anna) = with_anna(preset);
    kit.scope(&[ScopeChange::Exclude(id(&anna), Switch::On)]);
    kit.sync();
    follows(&kit, &anna)
}

fn preset_on_left_group(preset: Preset) -> &'static str {
    let kit = at_work(preset);
    let people = ["Anna", "Bert", "Cora", "Dora"].map(|first| kit.hire(first, "Ast"));
    let group = kit.group("Team", &people.each_ref().map(String::as_str));
    kit.scope(&[ScopeChange::Everybody(Switch::Off), ScopeChange::Group(id(&group), Switch::On)]);
    kit.sync();
    kit.tenant.remove_member(&group, &people[0]);
    kit.sync();
    follows(&kit, &people[0])
}

fn preset_group_members(preset: Preset) -> i64 {
    let kit = at_work(preset).everybody();
    let people = ["Anna", "Bert", "Cora"].map(|first| kit.hire(first, "Ast"));
    let group = kit.group("Team", &people.each_ref().map(String::as_str));
    kit.scope(&[ScopeChange::Group(id(&group), Switch::On)]);
    kit.sync();
    kit.tenant.remove_member(&group, &people[0]);
    kit.sync();
    kit.book.group_rows().unwrap().remove(0).members
}

fn preset_on_local_email_change(preset: Preset) -> &'static str {
    let (kit, _) = with_anna(preset);
    let before = anna(&kit).contact.id;
    let lokal = [(Field::Email, Some("lokal@muster.example".to_owned()))];
    kit.book.edit_contact(before, &lokal, Office::now()).unwrap();
    kit.sync();
    match (kit.entry("lokal@muster.example"), anna(&kit).contact.id == before) {
        (None, true) => "corrected",
        (Some(_), false) => "taken over",
        _ => "neither",
    }
}

fn preset_first_run(preset: Preset) -> &'static str {
    let kit = at_work(preset).everybody();
    kit.hire("Anna", "Ast");
    let order = Order { want: Want::Apply, read: ReadMode::Delta, by: By::Connect };
    let outcome = kit.run(order).unwrap().run.outcome;
    match (outcome, names(&kit).as_str()) {
        (Outcome::Done, "Anna") => "applied",
        (Outcome::Waiting, "") => "waits",
        _ => "neither",
    }
}

/// The sign-in name is no address, though its domain is the tenant's.
fn preset_email_from(preset: Preset) -> String {
    let kit = at_work(preset).everybody();
    kit.policy("people.without_email", "on");
    kit.tenant.add_user(m365sim::UserSpec { mail: None, ..person("Anna", "Ast") });
    kit.sync();
    kit.book.entries().unwrap().remove(0).contact.values.get(Field::Email).unwrap_or("-").to_owned()
}

fn preset_nested_groups(preset: Preset) -> String {
    let kit = at_work(preset);
    let (anna, bert) = (kit.hire("Anna", "Ast"), kit.hire("Bert", "Bach"));
    let inner = kit.group("Innen", &[&bert]);
    let outer = kit.group("Außen", &[&anna, &inner]);
    kit.scope(&[ScopeChange::Everybody(Switch::Off), ScopeChange::Group(id(&outer), Switch::On)]);
    kit.sync();
    names(&kit)
}

fn preset_site_from(preset: Preset) -> Option<String> {
    let kit = at_work(preset).everybody();
    known(&kit);
    kit.sync();
    anna(&kit).contact.values.get(Field::Site).map(ToOwned::to_owned)
}

/// Four of six lose their last names: more than half of a small book.
fn preset_guard(preset: Preset) -> &'static str {
    let kit = at_work(preset).everybody();
    let people = ["Anna", "Bert", "Cora", "Dora", "Emil", "Fritz"].map(|first| kit.hire(first, "Ast"));
    kit.sync();
    for person in &people[..4] {
        kit.tenant.update_user(person, |u| u.surname = None);
    }
    let held = kit.sync().run.counts.held;
    let kept =
        kit.book.entries().unwrap().iter().all(|e| e.contact.values.get(Field::LastName) == Some("Ast"));
    if held == 4 && kept { "held" } else { "emptied" }
}

/// All leave, and somebody who is nobody joins, so that the group is not empty at the source.
fn preset_guard_group_emptied(preset: Preset) -> i64 {
    let kit = at_work(preset).everybody();
    let people = ["Anna", "Bert", "Cora"].map(|first| kit.hire(first, "Ast"));
    let group = kit.group("Team", &people.each_ref().map(String::as_str));
    kit.scope(&[ScopeChange::Group(id(&group), Switch::On)]);
    kit.sync();
    let nobody =
        m365sim::UserSpec { mail: None, proxy_addresses: Some(Vec::new()), ..person("Otto", "Ohne") };
    kit.tenant.add_member(&group, &kit.tenant.add_user(nobody));
    for person in &people {
        kit.tenant.remove_member(&group, person);
    }
    kit.sync();
    kit.book.group_rows().unwrap().remove(0).members
}

/// When somebody who is hired after the first run comes into the book by itself.
fn preset_schedule_and_time_zone(preset: Preset) -> String {
    let fleet = Fleet::each(1, preset).remove(0);
    if preset == Preset::BusinessCard {
        fleet.policy(0, "active", "on");
        fleet.policy(0, "mode", "automatic");
    }
    fleet.sync(0).unwrap();
    fleet.members.first().unwrap().tenant.add_user(person("Cora", "Clausen"));
    let count = || fleet.book(0).count().unwrap();
    let Some(due) = fleet.due(0) else { return "never".into() };
    let scheduler = fleet.scheduler();
    fleet.turn_to(due.plus_ms(-1));
    fleet.round(&scheduler);
    assert_eq!(count(), 2, "not before its time");
    fleet.turn_to(due);
    fleet.round(&scheduler);
    assert_eq!(count(), 3);
    let at = jiff::Timestamp::from_millisecond(due.0).unwrap().in_tz("Europe/Berlin").unwrap();
    at.strftime("%H:%M in Berlin").to_string()
}
