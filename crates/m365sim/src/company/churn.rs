//! Days in the life of a company: each step is one of the things that really happen.

use serde_json::{Map, Value, json};

use crate::company::names::{DEPARTMENT, JOB, PLACE, SURNAME, local, mobile};
use crate::company::person::Person;
use crate::dir::{Directory, Kind, Object, State};
use crate::rng::Rng;
use crate::world::tenant_ops::{bin, restore};

/// Lets `n` things happen.
pub(crate) fn churn(dir: &mut Directory, rng: &mut Rng, domain: &str, now: i64, n: usize) {
    let mut binned: Vec<u32> = (0..dir.objects().len() as u32)
        .filter(|at| dir.get(*at).is_some_and(|o| matches!(o.state, State::Soft(_))))
        .collect();
    for _ in 0..n {
        step(dir, rng, domain, now, &mut binned);
    }
}

fn step(dir: &mut Directory, rng: &mut Rng, domain: &str, now: i64, binned: &mut Vec<u32>) {
    let user = draw(dir, rng, Kind::User);
    let group = draw(dir, rng, Kind::Group);
    match (rng.below(100), user, group) {
        (0..12, _, _) => join(dir, rng, domain),
        (12..20, Some(user), _) => {
            bin(dir, user, now);
            binned.push(user);
        }
        (20..23, _, _) => {
            if let Some(user) = binned.pop() {
                restore(dir, user);
            }
        }
        (23..26, _, _) => {
            if let Some(user) = binned.pop() {
                dir.set_state(user, State::Gone);
            }
        }
        (26..36, Some(user), _) => marry(dir, rng, domain, user),
        (36..50, Some(user), _) => r#move(dir, rng, user),
        (50..56, Some(user), _) => {
            let on = dir.json(user, "accountEnabled") != Some(b"true");
            set(dir, user, &json!({"accountEnabled": on}));
        }
        (56..62, Some(user), _) => {
            let number = if rng.percent(25) { Value::Null } else { json!(mobile(rng)) };
            set(dir, user, &json!({"mobilePhone": number}));
        }
        (62..82, Some(user), Some(group)) => dir.join(group, user),
        (82..94, _, Some(group)) => {
            let members = dir.get(group).map(|o| o.members.clone()).unwrap_or_default();
            if let Some(member) = members.get(rng.below(members.len())) {
                dir.leave(group, *member);
            }
        }
        (94..96, _, Some(group)) => {
            set(dir, group, &json!({"displayName": format!("{} neu", rng.pick(DEPARTMENT))}));
        }
        (96..98, Some(user), _) => {
            let manager = draw(dir, rng, Kind::User).filter(|m| *m != user);
            dir.set_manager(user, manager);
        }
        (98..99, _, Some(group)) => {
            let inner = draw(dir, rng, Kind::Group);
            if let Some(inner) = inner {
                dir.join(group, inner);
            }
        }
        _ => found_group(dir, rng),
    }
}

/// A living object of a kind; a few draws suffice, else none this time.
fn draw(dir: &Directory, rng: &mut Rng, kind: Kind) -> Option<u32> {
    if kind == Kind::Group {
        let groups = dir.groups();
        return groups.get(rng.below(groups.len())).copied().filter(|g| dir.is_live(*g));
    }
    (0..8)
        .map(|_| rng.below(dir.objects().len()) as u32)
        .find(|at| dir.get(*at).is_some_and(|o| o.live() && o.kind == kind))
}

fn set(dir: &mut Directory, at: u32, values: &Value) {
    if let Some(values) = values.as_object() {
        dir.update(at, values);
    }
}

fn join(dir: &mut Directory, rng: &mut Rng, domain: &str) {
    let number = dir.objects().len();
    let hybrid = rng.percent(20);
    let person = Person::draw(rng, number, domain, hybrid);
    let object = person.object(rng, &mut dir.pool, domain);
    let user = dir.add(object);
    for _ in 0..rng.below(3) {
        if let Some(group) = draw(dir, rng, Kind::Group) {
            dir.join(group, user);
        }
    }
}

/// A new surname, with a new address; the old one stays as an alias.
fn marry(dir: &mut Directory, rng: &mut Rng, domain: &str, user: u32) {
    let surname = rng.pick(SURNAME);
    let given = dir.text(user, "givenName").unwrap_or_default();
    let mut values = Map::new();
    values.insert("surname".to_owned(), json!(surname));
    values.insert("displayName".to_owned(), json!(format!("{given} {surname}").trim()));
    if let Some(old) = dir.text(user, "mail") {
        let new = format!("{}.{}{user}@{domain}", local(&given), local(surname));
        let proxies = [format!("SMTP:{new}"), format!("smtp:{old}")];
        values.insert("mail".to_owned(), json!(new));
        values.insert("userPrincipalName".to_owned(), json!(new));
        values.insert("proxyAddresses".to_owned(), json!(proxies));
    }
    dir.update(user, &values);
}

fn r#move(dir: &mut Directory, rng: &mut Rng, user: u32) {
    let Some(place) = PLACE.get(rng.below(PLACE.len())) else { return };
    set(
        dir,
        user,
        &json!({"department": rng.pick(DEPARTMENT), "jobTitle": rng.pick(JOB), "city": place.city,
            "state": place.state, "postalCode": place.code, "streetAddress": place.street}),
    );
}

fn found_group(dir: &mut Directory, rng: &mut Rng) {
    let object = Object::new(rng.guid(), Kind::Group);
    let name = format!("Projekt {}", dir.objects().len());
    let at = dir.add(object);
    set(
        dir,
        at,
        &json!({"displayName": name, "groupTypes": ["Unified"], "mailEnabled": true,
            "securityEnabled": false, "mailNickname": name.replace(' ', "-"), "visibility": "Private"}),
    );
}
