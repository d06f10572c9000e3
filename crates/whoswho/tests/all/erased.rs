//! Erasing a person on a server, where no file can be searched: no column of any table says anything of her. And never
//! beside a run.

use m365sim::UserSpec;
use serde_json::{Value, json};
use store::{Asked, Holder, Liveness};

use crate::archive::{WORDS, a_life, traces};
use crate::support::{Desk, Office, person};

/// Which of the words stand in any column of any table.
fn in_tables(desk: &Desk) -> Vec<String> {
    let everything = desk.database.as_ref().unwrap().everything().to_lowercase();
    let lines = everything.lines().filter(|line| WORDS.iter().any(|word| line.contains(word)));
    lines.map(ToOwned::to_owned).collect()
}

#[test]
fn w11_an_erased_person_stands_in_no_column_of_any_table() {
    for office in Office::each("erase-tables").into_iter().filter(|o| o.desk.database.is_some()) {
        let office = office.connected();
        let desk = &office.desk;
        let (iris, _) = a_life(&office);
        let number =
            |o: &Office| o.tenant.update_user(&iris, |u| u.mobile_phone = Some("+49 151 5550042".into()));
        number(&office);
        desk.good(&["sync", "muster"]);
        // A plan that is only looked at holds values too, and so does a hold.
        office.tenant.update_user(&iris, |u| u.given_name = Some("Iphigenie Kuckuck".into()));
        desk.good(&["plan", "muster"]);
        let found = in_tables(desk);
        let tables = ["contact.", "source_user.", "contact_search.", "outbox.", "plan_op."];
        for table in tables {
            assert!(found.iter().any(|line| line.starts_with(table)), "she is in {table} before: {found:#?}");
        }
        for word in WORDS {
            assert!(found.iter().any(|line| line.contains(word)), "{word} is there before");
        }
        let told = desk.json(&["contact", "erase", "muster", &iris, "--yes"]);
        assert_eq!((&told["kept_out"], &told["files"]), (&json!([iris]), &json!("server")), "{told}");
        assert_eq!(in_tables(desk), [""; 0], "erased");
        let book = desk.store().book("muster").unwrap().unwrap();
        let connection = book.connection().unwrap().unwrap().id;
        let plan = book.shown_plan(connection, model::Timestamp::START).unwrap().unwrap().id;
        let lines = book.plan_rows(plan, 0, i64::MAX).unwrap().len() as i64;
        let counted: i64 = book.plan_counts(plan).unwrap().iter().map(|count| count.n).sum();
        assert_eq!(counted, lines, "the plan counts her no more");
        for line in [&["sync", "muster", "--complete"][..], &["sync", "muster"], &["plan", "muster"]] {
            desk.good(line);
            assert_eq!(in_tables(desk), [""; 0], "{line:?}");
        }
        assert_eq!(office.names("muster").len(), 60);
    }
}

#[test]
fn w11_nobody_is_erased_while_a_run_is_under_way() {
    for office in Office::each("erase-busy") {
        let office = office.connected();
        let desk = &office.desk;
        let (iris, _) = a_life(&office);
        let book = desk.store().book("muster").unwrap().unwrap();
        let connection = book.connection().unwrap().unwrap();
        let run = Holder("another machine".into());
        let Asked::Taken(lease) =
            book.take_lease(connection.id, &run, store::Work::Other, |_| Liveness::Unknown).unwrap()
        else {
            panic!("the lease is free")
        };
        let state = || {
            let lists = [["book", "muster"], ["bin", "muster"], ["outbox", "muster"], ["runs", "muster"]];
            let mut all: Vec<Value> = lists.iter().map(|line| desk.json(line)).collect();
            all.push(desk.json(&["kept-out", "list", "muster"]));
            all.push(desk.json(&["kept-out", "log", "muster"]));
            all.push(desk.json(&["contact", "history", "muster", &iris]));
            all
        };
        let before = state();
        let told = desk.type_in(&["contact", "erase", "muster", &iris, "--yes"]);
        assert_eq!(told.code, 3, "{}{}", told.out, told.err);
        assert_eq!(state(), before, "nothing is half-erased on {}", desk.engine());
        assert_eq!(before[4], json!([]));
        book.give_back(&lease).unwrap();
        desk.good(&["contact", "erase", "muster", &iris, "--yes"]);
        if desk.database.is_none() {
            assert_eq!(traces(desk, &WORDS), [""; 0]);
        }
        assert_eq!(desk.json(&["kept-out", "list", "muster"])[0]["source_id"], json!(iris));
        office.tenant.add_user(person("Neue", "Person"));
        assert_eq!(desk.json(&["sync", "muster"])["created"], 1, "runs go on");
    }
}

#[test]
fn w11_who_only_shares_an_address_takes_nothing_of_whom_the_contact_is_linked_to() {
    for office in Office::each("erase-shared") {
        let office = office.connected();
        let desk = &office.desk;
        let shared =
            |first: &str| UserSpec { mail: Some("doppelt@muster.example".into()), ..person(first, "Ast") };
        let gross = office.tenant.add_user(shared("Gross"));
        desk.good(&["sync", "muster"]);
        desk.good(&["sync", "muster"]);
        let klein = office.tenant.add_user(shared("Klein"));
        desk.good(&["sync", "muster"]);
        desk.good(&["scope", "add", "muster", "exclude", &klein]);
        desk.good(&["sync", "muster"]);
        assert_eq!(office.names("muster"), ["Gross Ast"], "{}", desk.engine());
        let erase = ["contact", "erase", "muster", "doppelt@muster.example", "--yes"];
        assert_eq!(desk.type_in(&erase).code, 2, "nobody was named");

        let told = desk.json(&[&erase[..], &["--source", &klein]].concat());
        assert_eq!((&told["contact"], &told["kept_out"]), (&json!(null), &json!([klein])), "{told}");
        assert_eq!(
            office.names("muster"),
            ["Gross Ast"],
            "{}: the contact is somebody else's",
            desk.engine()
        );
        let kept = desk.json(&["kept-out", "list", "muster"]);
        assert_eq!(kept.as_array().unwrap().len(), 1, "{kept}");
        let users = desk.json(&["source", "users", "muster", "--search", "Klein"]);
        assert_eq!(users, json!([]), "of Klein nothing is known any more");
        let told = desk.json(&["sync", "muster", "--complete"]);
        assert_eq!((&told["removed"], &told["created"]), (&json!(0), &json!(0)), "{told}");
        assert_eq!(desk.json(&["book", "muster"])[0]["source_id"], json!(gross), "and its link stays");

        let told = desk.json(&erase);
        assert_eq!((&told["contact"].is_string(), &told["kept_out"]), (&true, &json!([gross])), "{told}");
        assert_eq!(office.names("muster"), [""; 0]);
    }
}
