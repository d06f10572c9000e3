//! Runs of a customer page by page, and what one of them found odd, by person.

use std::collections::BTreeSet;

use axum::http::StatusCode;
use model::run::{Outcome, ReadMode, RunKind};
use model::{Field, Origin, Timestamp, Values};
use store::{Asked, Book, Holder, Lease, Liveness, RunEnd, RunStart, Spent, Work};

use crate::customer::person;
use crate::tenant::Firm;

fn leased(book: &Book) -> Lease {
    let connection = book.connection().unwrap().unwrap().id;
    match book.take_lease(connection, &Holder("test".into()), Work::Other, |_| Liveness::Unknown) {
        Ok(Asked::Taken(lease)) => lease,
        other => panic!("nobody else is at work: {other:?}"),
    }
}

/// Numbers of the runs that a page lists, in its order.
fn listed(page: &str) -> Vec<i64> {
    let rows = page.split("href=\"/c/muster/runs/").skip(1);
    rows.map(|row| row.split('"').next().unwrap().parse().unwrap()).collect()
}

/// Where a link of the pager leads.
fn to(page: &str, rel: &str) -> Option<String> {
    let link = page.split("<a href=\"").find(|link| link.contains(&format!("rel=\"{rel}\"")))?;
    Some(link.split('"').next().unwrap().replace("&#38;", "&"))
}

#[test]
fn runs_go_back_to_the_first_one_page_by_page() {
    for firm in Firm::each() {
        let lease = leased(&firm.book);
        for n in 0..120 {
            let at = Timestamp(firm.house.now().0 + n);
            let start = RunStart { kind: RunKind::Run, mode: ReadMode::Delta, spent: Spent::default(), at };
            let run = firm.book.begin_run(&lease, &start).unwrap();
            let end = RunEnd { outcome: Outcome::Done, spent: None, at, error: None };
            firm.book.end_run(&lease, run, &end).unwrap();
        }
        let owner = firm.owner();
        let (mut path, mut pages) = ("/c/muster/runs".to_owned(), Vec::new());
        loop {
            let page = owner.get(&path).text;
            pages.push((path.clone(), listed(&page)));
            match to(&page, "next") {
                Some(older) => path = older,
                None => break,
            }
        }
        let sizes: Vec<usize> = pages.iter().map(|(_, runs)| runs.len()).collect();
        assert_eq!(sizes, [50, 50, 20], "{}", firm.house.name());
        let all: Vec<i64> = pages.iter().flat_map(|(_, runs)| runs.clone()).collect();
        assert!(all.is_sorted_by(|a, b| a > b), "{all:?}");
        assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), 120, "{}", firm.house.name());
        // And the same way back.
        let last = owner.get(&pages[2].0).text;
        let middle = owner.get(&to(&last, "prev").unwrap()).text;
        assert_eq!(listed(&middle), pages[1].1, "{}", firm.house.name());
        let first = owner.get(&to(&middle, "prev").unwrap()).text;
        assert_eq!(listed(&first), pages[0].1, "{}", firm.house.name());
        assert_eq!(to(&first, "prev"), None, "{}: nothing is newer", firm.house.name());
    }
}

#[test]
fn what_a_run_found_stands_by_person_with_the_contact_and_page_by_page() {
    for firm in Firm::each() {
        for n in 0..60 {
            let mut somebody = person(&format!("Nr{n:02}"), "Doppelt");
            somebody.assigned_licenses = Some(Vec::new());
            firm.tenant.add_user(somebody);
            let mut values = Values::default();
            values.set(Field::DisplayName, Some(&format!("Schon da {n}")));
            values.set(Field::Email, Some(&format!("nr{n:02}.doppelt@muster.example")));
            firm.book.add_contact(&values, Origin::Manual, firm.house.now()).unwrap();
        }
        let owner = firm.owner();
        let (path, page) = owner.done("/c/muster/run", &[]);
        let path = path.split('?').next().unwrap();
        let part = |page: &str| page.split("id=\"findings\"").nth(1).expect(page).to_owned();
        let people = |part: &str| {
            let lines = part.split("<li>").skip(1).filter_map(|line| line.split(" Doppelt</a>").next());
            lines.map(|line| line.rsplit('>').next().unwrap().to_owned()).collect::<Vec<_>>()
        };
        let first = part(&page);
        assert!(first.contains("1–50 von 60"), "{}: {first}", firm.house.name());
        let one = first.split("<li>").nth(1).unwrap();
        for said in ["mit derselben E-Mail-Adresse", "ohne Postfach"] {
            assert!(one.contains(said), "{}: {said}: {one}", firm.house.name());
        }
        assert!(!first.contains('`') && !first.contains("on_existing"), "no commands on pages: {first}");
        let href = one.split("href=\"/c/").nth(1).unwrap().split('"').next().unwrap();
        assert!(owner.get(&format!("/c/{href}")).text.contains("Schon da"), "{}: {href}", firm.house.name());
        let next = to(&first, "next").unwrap();
        assert!(next.starts_with(path) && next.ends_with("#findings"), "{next}");
        let got = owner.get(next.split('#').next().unwrap());
        assert_eq!(got.status, StatusCode::OK, "{}", firm.house.name());
        let second = part(&got.text);
        assert!(second.contains("51–60 von 60") && to(&second, "next").is_none(), "{second}");
        let all = [people(&first), people(&second)];
        assert_eq!(all.iter().map(Vec::len).collect::<Vec<_>>(), [50, 10], "{}", firm.house.name());
        let each: BTreeSet<&String> = all.iter().flatten().collect();
        assert_eq!(each.len(), 60, "{}: everybody once", firm.house.name());
    }
}

#[test]
fn s6_the_list_of_runs_says_how_many_were_linked() {
    for firm in Firm::each() {
        firm.book.set_policy(&[("first_run", "apply"), ("link", "on")].map(own)).unwrap();
        firm.hire(&["Anna"]);
        let mut values = Values::default();
        values.set(Field::Email, Some("anna.test@muster.example"));
        firm.book.add_contact(&values, Origin::Manual, firm.house.now()).unwrap();
        let owner = firm.owner();
        owner.done("/c/muster/run", &[]);
        let page = owner.get("/c/muster/runs").text;
        assert!(page.contains("1 verknüpft"), "{}: {page}", firm.house.name());
    }
}

fn own((name, value): (&str, &str)) -> (String, String) {
    (name.to_owned(), value.to_owned())
}
