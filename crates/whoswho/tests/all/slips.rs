//! Ids and names that nobody has: nothing is changed, and the answer says where to look.

use m365sim::GroupSpec;
use serde_json::json;

use crate::support::{Office, person};

const NOBODY: &str = "99999999-9999-4999-8999-999999999999";

/// Anna is read, and a contact was typed.
fn office(name: &str) -> Vec<(Office, String, String)> {
    let ready = |office: Office| {
        let office = office.connected();
        let anna = office.tenant.add_user(person("Anna", "Ast"));
        let group = GroupSpec { display_name: Some("Vertrieb".into()), ..GroupSpec::default() };
        office.tenant.add_group(group);
        office.desk.good(&["sync", "muster"]);
        let typed = office.desk.json(&["contact", "add", "muster", "first_name=Berta"]);
        let id = typed["id"].as_str().unwrap().to_owned();
        (office, anna, id)
    };
    Office::each(name).into_iter().map(ready).collect()
}

#[test]
fn an_id_that_nobody_has_changes_nothing() {
    for (office, _, typed) in office("slips") {
        let desk = &office.desk;
        desk.good(&["scope", "add", "muster", "group", "Vertrieb"]);
        desk.good(&["sync", "muster"]);
        desk.good(&["scope", "remove", "muster", "group", "Vertrieb"]);
        let scope = desk.json(&["scope", "list", "muster", "--all"]);
        let lines: [&[&str]; 7] = [
            &["contact", "erase", "muster", NOBODY, "--yes"],
            &["contact", "link", "muster", &typed, NOBODY],
            &["hold", "muster", NOBODY],
            &["scope", "add", "muster", "user", NOBODY],
            &["scope", "add", "muster", "exclude", NOBODY],
            &["scope", "add", "muster", "group", NOBODY],
            &["group", "link", "muster", "Vertrieb", NOBODY],
        ];
        for line in lines {
            let told = desk.type_in(line);
            assert_eq!(told.code, 1, "{line:?}: {}{}", told.out, told.err);
            assert!(told.err.contains(NOBODY) && told.err.contains("`whoswho sync muster`"), "{}", told.err);
        }
        assert_eq!(desk.json(&["kept-out", "list", "muster"]), json!([]), "{}", desk.engine());
        assert_eq!(desk.json(&["holds", "muster"]), json!([]));
        assert_eq!(desk.json(&["scope", "list", "muster", "--all"]), scope);
        for part in ["user", "exclude", "group"] {
            desk.good(&["scope", "remove", "muster", part, NOBODY]);
        }
    }
}

#[test]
fn before_the_first_read_an_id_is_taken_as_it_is() {
    for office in Office::each("slips-early") {
        let office = office.connected();
        office.desk.good(&["scope", "add", "muster", "user", NOBODY]);
        let told = office.desk.json(&["contact", "erase", "muster", NOBODY, "--yes"]);
        assert_eq!(told["kept_out"], json!([NOBODY]), "{}", office.desk.engine());
    }
}

#[test]
fn s6_a_link_to_somebody_who_has_a_contact_or_is_kept_out_is_refused_with_what_to_do() {
    for (office, anna, typed) in office("slips-link") {
        let desk = &office.desk;
        let link = ["contact", "link", "muster", &typed, &anna];
        let refused = |hint: &str| {
            let told = desk.type_in(&link);
            assert_eq!(told.code, 1, "{}{}", told.out, told.err);
            assert!(told.err.contains(hint), "{}", told.err);
        };
        refused("contact unlink muster");
        let removed = desk.good(&["contact", "remove", "muster", &anna]);
        assert!(removed.contains(&format!("scope add muster exclude {anna}")), "{removed}");
        refused("bin restore muster");
        let by_address = ["bin", "restore", "muster", "anna@muster.example"];
        assert!(desk.good(&by_address).contains("with links and groups"));
        desk.good(&["contact", "erase", "muster", &anna, "--yes"]);
        refused("kept-out remove muster");
        let told = desk.type_in(&["contact", "unlink", "muster", &typed]);
        assert_eq!((told.code, told.err.contains("this contact is not linked")), (1, true), "{}", told.err);
    }
}

#[test]
fn what_nobody_can_see_and_what_is_too_long_is_refused() {
    let desk = &crate::support::Desk::new("slips-values");
    desk.good(&["customer", "add", "muster", "--name", "M"]);
    let long = |field: &str, n: usize| format!("{field}={}", "1".repeat(n));
    let many = format!("business_phones={}", vec!["030 1"; 21].join(","));
    for value in [
        "first_name=a\u{1b}[2J",
        "last_name=a\nb",
        "company=a\u{202e}b",
        "email=a\u{1}@x.example",
        &long("job_title", 257),
        &long("mobile", 65),
        &long("business_phones", 65),
        &many,
    ] {
        let told = desk.type_in(&["contact", "add", "muster", "display_name=A", value]);
        assert!(told.code == 2 && told.err.contains("cannot be kept"), "{value:?}: {}", told.err);
    }
    for value in [long("city", 257), long("note", 4_001), "note=a\u{1b}".into(), "city=a\nb".into()] {
        let told = desk.type_in(&["customer", "set", "muster", &value]);
        assert!(told.code == 2 && told.err.contains("cannot be kept"), "{value:?}: {}", told.err);
        assert_eq!(desk.type_in(&["operator", "set", &value]).code, 2);
    }
    assert_eq!(desk.json(&["book", "muster"]), json!([]));
    desk.good(&["contact", "add", "muster", &long("last_name", 256), "business_phones=030 1, 030 2"]);
    desk.good(&["customer", "set", "muster", "note=first line\nsecond"]);
    let number = ["book", "muster", "--search", "+49 30 2"];
    assert_eq!(desk.json(&number).as_array().unwrap().len(), 1);
}

#[test]
fn logs_that_go_to_no_terminal_have_no_colours() {
    let desk = crate::support::Desk::new("slips-logs");
    let office = Office::over(desk, &m365sim::TenantSpec::empty("muster.example")).connected();
    let told = office.desk.type_in(&["--log", "trace", "sync", "muster"]);
    assert!(told.err.contains("TRACE") && !told.err.contains('\u{1b}'), "{}", told.err);
}

#[test]
fn w4_without_a_connection_a_contact_is_back_and_nothing_is_said_of_runs() {
    for office in Office::each("slips-bin") {
        let desk = &office.desk;
        let typed = desk.json(&["contact", "add", "muster", "first_name=Berta"]);
        let id = typed["id"].as_str().unwrap();
        assert_eq!(desk.good(&["contact", "remove", "muster", id]).trim(), "Berta is in the bin");
        assert!(desk.good(&["bin", "muster"]).contains(id));
        assert_eq!(desk.good(&["bin", "restore", "muster", id]).trim(), "Berta is back in the book");
    }
}
