//! Searching the book, what happened to a contact, and edits that are refused or pointed at.

use m365sim::TenantSpec;
use serde_json::json;

use crate::support::{Desk, Office, has, person};

#[test]
fn w5_book_search_finds_former_names_and_says_so() {
    let office = Office::ready("search", &TenantSpec::empty("muster.example"));
    let desk = &office.desk;
    let anna = office.tenant.add_user(person("Anna", "Ast"));
    desk.good(&["sync", "muster"]);
    office.tenant.update_user(&anna, |u| {
        u.surname = Some("Größer".into());
        u.display_name = Some("Anna Größer".into());
    });
    desk.good(&["sync", "muster"]);
    for typed in ["groesser", "GROSSER an", "größer"] {
        let found = desk.json(&["book", "muster", "--search", typed]);
        assert_eq!(
            (found[0]["display_name"].clone(), found[0]["formerly"].clone()),
            (json!("Anna Größer"), json!([]))
        );
    }
    let found = desk.json(&["book", "muster", "--search", "ast"]);
    assert_eq!(found[0]["formerly"], json!(["Anna Ast", "Ast"]), "{found}");
    assert!(desk.good(&["book", "muster", "--search", "ast"]).contains("formerly Anna Ast"));
    assert_eq!(desk.good(&["book", "muster", "--search", "nobody"]).trim(), "nobody matches “nobody”");
    assert_eq!(desk.json(&["book", "muster", "--search", "?"]), json!([]));
    for format in ["csv", "vcard"] {
        let text = desk.good(&["book", "muster", "--search", "ast", "--format", format]);
        assert!(text.contains("Größer"), "{text}");
    }
    let history = desk.json(&["contact", "history", "muster", "anna@muster.example"]);
    has(&history[0], "at, by, run, event, field, before, after");
    let email = history.as_array().unwrap().iter().find(|l| l["field"] == "last_name").unwrap();
    assert_eq!(
        (&email["by"], &email["before"], &email["after"]),
        (&json!("run"), &json!("Ast"), &json!("Größer"))
    );
    assert!(desk.good(&["contact", "history", "muster", "anna@muster.example"]).contains("Größer"));
}

#[test]
fn w10_nonsense_is_refused_and_an_owned_or_pinned_field_is_pointed_at() {
    let office = Office::ready("owned", &TenantSpec::empty("muster.example"));
    let desk = &office.desk;
    office.tenant.add_user(person("Anna", "Ast"));
    desk.good(&["sync", "muster"]);
    let who = "anna@muster.example";
    let refused: [&[&str]; 5] = [
        &["contact", "set", "muster", who, "email=anna at muster"],
        &["contact", "set", "muster", who, "mobile=unknown"],
        &["contact", "add", "muster", "first_name=B", "email=b@"],
        &["contact", "pin", "muster", who, "mobile=call me", "--why", "x"],
        &["contact", "pin", "muster", who, "mobile", "--why", "x", "--until", "2020-01-01"],
    ];
    for line in refused {
        let told = desk.type_in(line);
        assert_eq!(told.code, 2, "{line:?}: {}{}", told.out, told.err);
    }
    let told = desk.type_in(&["contact", "set", "muster", who, "first_name=Anne"]);
    assert_eq!(told.code, 0, "{}", told.err);
    assert!(told.err.contains("owns first_name") && told.err.contains("contact pin muster"), "{}", told.err);
    let told = desk.type_in(&["contact", "set", "muster", who, "mobile=+49 (0)171 / 55-66 Durchwahl 7"]);
    assert_eq!((told.code, told.err.as_str()), (0, ""), "nobody owns the mobile number");
    assert_eq!(desk.type_in(&["contact", "unpin", "muster", who, "mobile"]).code, 1);
    assert_eq!(
        desk.type_in(&["contact", "pin", "muster", who, "mobile", "--why", "x", "--until", "soon"]).code,
        2
    );
    desk.good(&["contact", "pin", "muster", who, "mobile", "--why", "on loan"]);
    let told = desk.type_in(&["contact", "set", "muster", who, "mobile=0171 1"]);
    assert!(told.err.contains("is pinned (“on loan”)"), "{}", told.err);
    desk.good(&["contact", "unpin", "muster", who, "mobile"]);
    let history = desk.json(&["contact", "history", "muster", who]);
    let events: Vec<_> = history.as_array().unwrap().iter().map(|l| l["event"].as_str().unwrap()).collect();
    assert_eq!(&events[..4], ["unpinned", "changed", "pinned", "changed"], "{history}");
}

#[test]
fn s10_a_person_is_found_by_sign_in_name_too() {
    let office = Office::ready("upn", &TenantSpec::empty("muster.example"));
    let mut anna = person("Anna", "Ast");
    anna.user_principal_name = Some("a.ast@muster.example".into());
    let id = office.tenant.add_user(anna);
    office.desk.good(&["sync", "muster"]);
    for who in ["A.Ast@muster.example", "anna@muster.example", &id] {
        let told = office.desk.json(&["explain", "muster", who]);
        assert_eq!(told[0]["source_id"], json!(id), "{who}: {told}");
    }
}

#[test]
fn an_empty_book_says_so() {
    let desk = Desk::new("empty-book");
    desk.good(&["customer", "add", "muster", "--name", "M"]);
    assert_eq!(desk.good(&["book", "muster"]).trim(), "the book is empty");
    assert_eq!(desk.json(&["book", "muster"]), json!([]));
}

#[test]
fn w10_a_pin_ends_with_a_day_of_the_customers_time_zone() {
    let office = Office::ready("zones", &TenantSpec::empty("muster.example"));
    let desk = &office.desk;
    office.tenant.add_user(person("Anna", "Ast"));
    desk.good(&["sync", "muster"]);
    let who = "anna@muster.example";
    for (zone, until, at) in [
        ("Europe/Berlin", "2999-07-01", "2999-06-30T22:00:00Z"),
        ("America/New_York", "2999-07-01", "2999-07-01T04:00:00Z"),
        ("America/New_York", "2999-07-01T06:00:00Z", "2999-07-01T06:00:00Z"),
    ] {
        desk.good(&["policy", "set", "muster", &format!("time_zone={zone}")]);
        desk.good(&["contact", "pin", "muster", who, "first_name", "--why", "x", "--until", until]);
        assert_eq!(desk.json(&["explain", "muster", who])[0]["pins"][0]["until"], at, "{until} in {zone}");
    }
}
