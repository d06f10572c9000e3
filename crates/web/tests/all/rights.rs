//! The table of routes, asked in full: every path with another customer's ids, by every role, and by nobody.

use axum::http::StatusCode;
use model::{Right, Role};
use store::Reach;
use web::{Door, ROUTES, Route, Verb};

use crate::support::{Browser, Got, House};
use crate::tenant::Firm;

/// A route's path with its open parts filled. A new open part needs its line here, or no test of it is one.
pub fn path(route: &Route, customer: &str, contact: &str) -> String {
    path_of(route, customer, &Ids { contact, run: "1", n: "1" })
}

/// What stands in the open parts of a path.
struct Ids<'a> {
    contact: &'a str,
    run: &'a str,
    n: &'a str,
}

fn path_of(route: &Route, customer: &str, ids: &Ids<'_>) -> String {
    let parts = route.path.split('/').map(|part| match part {
        "{customer}" => customer.to_owned(),
        "{contact}" => ids.contact.to_owned(),
        "{run}" => ids.run.to_owned(),
        "{n}" => ids.n.to_owned(),
        "{account}" => "1".to_owned(),
        "{token}" => "0".repeat(64),
        "{file}" => "nothing.css".to_owned(),
        part if part.starts_with('{') => panic!("{}: what is {part}?", route.path),
        part => part.to_owned(),
    });
    parts.collect::<Vec<_>>().join("/")
}

fn ask(browser: &Browser<'_>, route: &Route, path: &str) -> Got {
    match route.verb {
        Verb::Get => browser.get(path),
        Verb::Post => browser.post(path, &[]),
    }
}

#[test]
fn nobody_reaches_another_customers_pages_and_cannot_tell_that_they_are_there() {
    for house in House::each() {
        let (a, _) = house.customer("a", "Alpha", "Anna Alpha");
        let (b, of_b) = house.customer("b", "Beta", "Berta Beta");
        let strangers = [
            house.signed_in(Role::Technician, Reach::Chosen, &[&a]),
            house.signed_in(Role::Observer, Reach::Chosen, &[&a]),
            house.signed_in(Role::Administrator, Reach::Own(a.customer.id), &[]),
            house.signed_in(Role::Reader, Reach::Own(a.customer.id), &[]),
        ];
        for route in ROUTES.iter().filter(|route| matches!(route.door, Door::Customer(..))) {
            assert!(route.path.contains("{customer}"), "{}", route.path);
            for stranger in &strangers {
                let theirs = ask(stranger, route, &path(route, "b", &of_b));
                let nowhere = ask(stranger, route, &path(route, "nobody", &of_b));
                assert_eq!(theirs.status, StatusCode::NOT_FOUND, "{} {}", house.name(), route.path);
                // Both name the path that was asked for, and nothing else that differs.
                let nowhere = nowhere.text.replace("/c/nobody", "/c/b");
                assert_eq!(theirs.text, nowhere, "{}", route.path);
                assert!(!theirs.text.contains("Beta"), "{}", theirs.text);
            }
            if route.path.contains("{contact}") {
                let mixed = ask(&strangers[0], route, &path(route, "a", &of_b));
                assert_eq!(mixed.status, StatusCode::NOT_FOUND, "{}: somebody else's contact", route.path);
            }
        }
        assert_eq!(b.entries().unwrap().len(), 1);
    }
}

#[test]
fn ids_of_another_customer_lead_nowhere_under_ones_own_path() {
    for firm in Firm::each() {
        let (house, owner) = (&firm.house, firm.owner());
        let people = firm.hire(&["Anna", "Berta"]);
        // A group is numbered within its customer: the second one of theirs is none of one's own.
        firm.book.add_group("Alle").unwrap();
        firm.subscribed("Vertrieb", &people);
        let (ran, page) = owner.done("/c/muster/run", &[]);
        let run = ran.trim_start_matches("/c/muster/runs/").split('?').next().unwrap().to_owned();
        let contact = page.split("name=\"contact\" value=\"").nth(1).expect(&page).split('"').next().unwrap();
        let theirs = Ids { contact, run: &run, n: "2" };
        for path in [
            format!("/c/muster/runs/{run}"),
            "/c/muster/groups/2/rename".into(),
            format!("/c/muster/book/{contact}"),
        ] {
            assert_eq!(owner.get(&path).status, StatusCode::OK, "{} {path}: it is there", house.name());
        }
        let state = || {
            let book = &firm.book;
            (book.entries().unwrap().len(), book.groups().unwrap().len(), book.all_runs(99).unwrap().len())
        };
        let before = state();
        let (a, _) = house.customer("a", "Alpha", "Anna Alpha");
        let technician = house.signed_in(Role::Technician, Reach::Chosen, &[&a]);
        let mut asked = 0;
        for route in ROUTES.iter().filter(|route| matches!(route.door, Door::Customer(..))) {
            if !["{contact}", "{run}", "{n}"].iter().any(|part| route.path.contains(part)) {
                continue;
            }
            let got = ask(&technician, route, &path_of(route, "a", &theirs));
            assert_eq!(got.status, StatusCode::NOT_FOUND, "{} {}: {}", house.name(), route.path, got.text);
            assert!(!got.text.contains("Vertrieb") && !got.text.contains("Berta"), "{}", got.text);
            asked += 1;
        }
        assert!(asked > 20, "{asked}");
        for path in ["/c/a/undo/look", "/c/a/undo"] {
            for form in
                [&[("run", &*run)][..], &[("contact", contact)], &[("run", &run), ("contact", contact)]]
            {
                let got = technician.post(path, form);
                assert_eq!(got.status, StatusCode::NOT_FOUND, "{} {path} {form:?}", house.name());
            }
        }
        let many = [("pick", contact), ("act", "delete"), ("sure", "1")];
        assert_eq!(technician.post("/c/a/book/many", &many).status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(state(), before, "{}: nothing of theirs has changed", house.name());
    }
}

#[test]
fn a_customers_people_see_no_page_of_the_operator() {
    for house in House::each() {
        let (a, contact) = house.customer("a", "Alpha", "Anna Alpha");
        for role in [Role::Administrator, Role::Reader] {
            let person = house.signed_in(role, Reach::Own(a.customer.id), &[]);
            for route in ROUTES.iter().filter(|route| matches!(route.door, Door::Fleet(..))) {
                let got = ask(&person, route, &path(route, "a", &contact));
                assert_eq!(got.status, StatusCode::NOT_FOUND, "{} {role:?} {}", house.name(), route.path);
            }
        }
    }
}

#[test]
fn every_role_does_what_its_rights_say_and_no_more() {
    for house in House::each() {
        let (a, contact) = house.customer("a", "Alpha", "Anna Alpha");
        for role in Role::ALL {
            let reach = if role.is_of_operator() { Reach::All } else { Reach::Own(a.customer.id) };
            for route in ROUTES {
                let (Door::Fleet(right, _) | Door::Customer(right, _)) = route.door else { continue };
                if matches!(route.door, Door::Fleet(..)) && !role.is_of_operator() {
                    continue;
                }
                let got = ask(&house.signed_in(role, reach, &[]), route, &path(route, "a", &contact));
                let refused = got.status == StatusCode::FORBIDDEN;
                let named = format!("{} {role:?} {right:?} {} {}", house.name(), route.path, got.status);
                assert_eq!(refused, !role.may(right), "{named}");
                // A customer without a connection has no run, and this one no logo.
                let there = got.status != StatusCode::NOT_FOUND
                    || route.path.contains("{run}")
                    || route.path.contains("{account}")
                    || route.path.ends_with("/logo");
                assert!(!got.status.is_server_error() && there, "{named} {}", got.text);
            }
        }
        assert!(!Role::Observer.may(Right::Enrol) && house.store.customers().unwrap().len() == 1);
    }
}

#[test]
fn who_is_not_signed_in_is_sent_to_the_sign_in_and_learns_nothing() {
    for house in House::each() {
        let (_, contact) = house.customer("a", "Alpha", "Anna Alpha");
        for route in ROUTES.iter().filter(|route| !matches!(route.door, Door::Open(_))) {
            let got = ask(&house.stranger(), route, &path(route, "a", &contact));
            assert_eq!(got.status, StatusCode::SEE_OTHER, "{} {}", house.name(), route.path);
            assert!(got.to.starts_with("/sign-in") && got.text.is_empty(), "{} {}", route.path, got.to);
        }
        let nowhere = house.stranger().get("/c/a/nothing?q=1");
        assert_eq!(
            (nowhere.status, nowhere.to.as_str()),
            (StatusCode::SEE_OTHER, "/sign-in?to=%2Fc%2Fa%2Fnothing%3Fq%3D1")
        );
    }
}

#[test]
fn no_other_site_sends_a_form_in_somebodys_name() {
    for house in House::each() {
        let (a, contact) = house.customer("a", "Alpha", "Anna Alpha");
        let owner = house.signed_in(Role::Owner, Reach::All, &[&a]);
        for route in ROUTES.iter().filter(|route| route.verb == Verb::Post) {
            let got = owner.post_from_elsewhere(&path(route, "a", &contact));
            assert_eq!(got.status, StatusCode::FORBIDDEN, "{} {}", house.name(), route.path);
            assert!(got.text.contains("Dieses Formular kam nicht von hier"), "{}: {}", route.path, got.text);
        }
        let english = Browser { language: "en", ..house.stranger() };
        let said = english.post_from_elsewhere("/sign-in").text;
        assert!(
            said.contains("This form did not come from here") && said.contains("Nothing was carried out")
        );
    }
}

/// Only through a door, and through whoever is signed in, comes a customer's book: who asks the store gets past the reach.
#[test]
fn no_page_asks_the_store_for_a_customer() {
    let mut folders = vec![std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/page")];
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { folders.push(path) } else { files.push(path) }
        }
    }
    let mut pages = 0;
    for path in files {
        let text: String = std::fs::read_to_string(&path).unwrap().split_whitespace().collect();
        for call in
            ["store.book(", "store().book(", "store.customers(", "store().customers(", "store.add_customer("]
        {
            assert!(!text.contains(call), "{}: {call}", path.display());
        }
        pages += 1;
    }
    assert!(pages > 5);
}
