//! Tables on narrow terminals: what somebody copies stays whole.

use m365sim::{GroupSpec, TenantSpec};

use crate::support::{Office, on_a_terminal_of, person};

/// Every table with an id, and the ids that it must show.
fn tables(office: &Office) -> Vec<(Vec<&'static str>, Vec<String>)> {
    let desk = &office.desk;
    let group = GroupSpec { display_name: Some("Vertrieb Innendienst Süd".into()), ..GroupSpec::default() };
    let (group, long) = (office.tenant.add_group(group), "Friederike-Wilhelmine");
    let people: Vec<String> = ["Anna", "Bert", long]
        .iter()
        .map(|n| office.tenant.add_user(person(n, "Schmidt-Großmann")))
        .collect();
    assert!(office.tenant.add_member(&group, &people[0]));
    desk.good(&["scope", "add", "muster", "group", "--all"]);
    desk.good(&["sync", "muster"]);
    let contact = |mail: &str| {
        let book = desk.json(&["book", "muster", "--search", mail]);
        book[0]["id"].as_str().unwrap().to_owned()
    };
    let (bert, last) = (contact("bert"), contact("friederike"));
    desk.good(&["hold", "muster", &people[0], "--why", "she has asked for it herself"]);
    desk.good(&["contact", "remove", "muster", &bert]);
    desk.good(&["contact", "erase", "muster", &last, "--yes"]);
    let groups = desk.json(&["group", "list", "muster"])[0]["id"].as_str().unwrap().to_owned();
    let held = desk.json(&["holds", "muster"])[0]["contact"].as_str().unwrap().to_owned();
    let source = people[2].clone();
    vec![
        (vec!["source", "users", "muster"], people[..2].to_vec()),
        (vec!["source", "groups", "muster"], vec![group.clone()]),
        (vec!["group", "list", "muster"], vec![groups, group]),
        (vec!["holds", "muster"], vec![held]),
        (vec!["bin", "muster"], vec![bert]),
        (vec!["kept-out", "list", "muster"], vec![source]),
        (vec!["kept-out", "log", "muster"], vec![last]),
        (vec!["policy", "show", "muster"], vec!["guard.percent".into(), "on_local_email_change".into()]),
        (vec!["runs", "muster"], vec!["1".into()]),
        (vec!["customer", "list"], vec!["muster".into(), "a-very-long-short-name-of-a-customer".into()]),
    ]
}

#[test]
fn ids_stay_whole_in_the_tables_of_narrow_terminals() {
    let office = Office::ready("tables", &TenantSpec::empty("muster.example"));
    let (slug, name) =
        ("a-very-long-short-name-of-a-customer", "Gemeinnützige Gesellschaft für alles Mögliche");
    office.desk.good(&["customer", "add", slug, "--name", name]);
    let tables = tables(&office);
    for columns in [60, 80] {
        for language in ["en", "de"] {
            for (line, ids) in &tables {
                let line = [&["--language", language], &line[..]].concat();
                let Some(told) = on_a_terminal_of(&office.desk, columns, &line, "") else { return };
                assert_eq!(told.code, 0, "{line:?}: {}", told.out);
                for id in ids {
                    let whole = told.out.lines().any(|l| l.split_whitespace().any(|word| word == id));
                    assert!(whole, "{id} at {columns} in {line:?}:\n{}", told.out);
                }
            }
        }
    }
    let told = on_a_terminal_of(&office.desk, 80, &["source", "users", "muster"], "").unwrap();
    assert!(told.out.lines().all(|line| line.chars().count() <= 80), "it fits:\n{}", told.out);
    assert!(told.out.contains('…'), "by shorter names:\n{}", told.out);
}
