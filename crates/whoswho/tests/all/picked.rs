//! Mode manual from the command line: who is in the book already is recognised, and people are picked by row or by group.

use m365sim::GroupSpec;
use serde_json::{Value, json};

use crate::support::{Office, fields, person};

fn group(office: &Office, name: &str) -> String {
    office.tenant.add_group(GroupSpec { display_name: Some(name.into()), ..GroupSpec::default() })
}

fn of<'a>(users: &'a Value, name: &str) -> &'a Value {
    users.as_array().unwrap().iter().find(|u| u["name"] == name).unwrap()
}

#[test]
fn s7_source_users_who_are_in_the_book_already_are_recognised() {
    for office in Office::each("picked-known") {
        let desk = &office.desk;
        for name in ["Anna", "Berta", "Clara"] {
            office.tenant.add_user(person(name, "Ast"));
        }
        desk.good(&["policy", "set", "muster", "mode=manual"]);
        let told = office.connect(&office.tenant.client_secret());
        assert_eq!(told.code, 0, "{}", told.err);
        desk.good(&["contact", "add", "muster", "first_name=B.", "email=BERTA@muster.example"]);
        desk.good(&["scope", "add", "muster", "user", "anna@muster.example"]);
        desk.good(&["sync", "muster"]);
        let users = desk.json(&["source", "users", "muster"]);
        let book = desk.json(&["book", "muster"]);
        let id = |name: &str| {
            let found = book.as_array().unwrap().iter().find(|c| c["first_name"] == name).unwrap();
            found["id"].clone()
        };
        let (anna, berta, clara) = (of(&users, "Anna Ast"), of(&users, "Berta Ast"), of(&users, "Clara Ast"));
        assert_eq!((&anna["in_book"], &anna["contact"]), (&json!("linked"), &id("Anna")));
        assert_eq!((&berta["in_book"], &berta["contact"]), (&json!("same_address"), &id("B.")));
        assert_eq!((&clara["in_book"], &clara["contact"]), (&Value::Null, &Value::Null));
        let names = "contact email enabled in_book kind licence name sign_in_name source_id";
        assert_eq!(fields(anna).join(" "), names);
        let table = desk.good(&["--language", "de", "source", "users", "muster"]);
        let counted = "3 Benutzer, 2 im Kontaktbuch: ✓ 1 verknüpft, ≈ 1 mit der Adresse eines Kontakts";
        assert!(table.contains(counted), "{table}");
        for (sign, name) in [("✓", "Anna"), ("≈", "Berta")] {
            assert!(table.lines().any(|l| l.contains(sign) && l.contains(name)), "{name}: {table}");
        }
        // A contact in the bin is not in the book.
        desk.good(&["contact", "remove", "muster", "anna@muster.example"]);
        let users = desk.json(&["source", "users", "muster", "--search", "anna"]);
        assert_eq!(users[0]["in_book"], Value::Null, "{}", desk.engine());
    }
}

#[test]
fn s7_people_are_picked_by_their_group_with_a_count_and_nobody_follows_it() {
    for office in Office::each("picked-group") {
        let desk = &office.desk;
        let ids: Vec<String> = ["Anna", "Berta", "Clara", "Dora", "Emil"]
            .iter()
            .map(|name| office.tenant.add_user(person(name, "Ast")))
            .collect();
        let (outer, inner) = (group(&office, "Vertrieb"), group(&office, "Vertrieb Nord"));
        for (group, member) in [(&outer, &ids[0]), (&outer, &inner), (&inner, &ids[1]), (&inner, &ids[2])] {
            assert!(office.tenant.add_member(group, member));
        }
        // A circle of groups ends nowhere.
        assert!(office.tenant.add_member(&inner, &outer));
        desk.good(&["policy", "set", "muster", "mode=manual"]);
        assert_eq!(office.connect(&office.tenant.client_secret()).code, 0);
        desk.good(&["scope", "add", "muster", "user", &ids[0]]);
        desk.good(&["scope", "add", "muster", "exclude", &ids[2]]);
        let done = desk.json(&["scope", "add", "muster", "user", "--group", "Vertrieb"]);
        assert_eq!((&done["changed"], &done["passed_over"]), (&json!(1), &json!(1)), "{done}");
        let list = |what: &str| {
            let listed = desk.json(&["scope", "list", "muster"]);
            let all = listed[what].as_array().unwrap().iter();
            all.map(|e| e["name"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
        };
        let mut chosen = list("users");
        chosen.sort();
        assert_eq!(chosen, ["Anna Ast", "Berta Ast"]);
        assert_eq!((list("excluded"), list("groups").len()), (vec!["Clara Ast".to_owned()], 0));
        let told = desk.good(&["--language", "de", "scope", "add", "muster", "user", "--group", &outer]);
        for line in
            ["ausgewählt: 0 Personen", "schon vorher ausgewählt: 2 Personen", "das bleibt so: 1 Person"]
        {
            assert!(told.contains(line), "{told}");
        }
        assert_eq!(desk.json(&["sync", "muster"])["created"], 2);
        // Whoever joins later is not chosen: no run adds anybody.
        assert!(office.tenant.add_member(&outer, &ids[3]));
        assert_eq!(desk.json(&["sync", "muster"])["created"], 0);
        assert_eq!(office.names("muster"), ["Anna Ast", "Berta Ast"]);

        let done = desk.json(&["scope", "remove", "muster", "user", "--group", "Vertrieb Nord"]);
        assert_eq!(done["changed"], 2, "the circle makes the outer group an inner one: {done}");
        let empty = group(&office, "Leer");
        desk.good(&["plan", "muster"]);
        let told = desk.type_in(&["scope", "add", "muster", "user", "--group", &empty]);
        assert_eq!(told.code, 1, "{}", told.out);
        assert!(told.err.contains("nobody is in that group"), "{}", told.err);
        assert_eq!(desk.type_in(&["scope", "add", "muster", "user", "--group", "nichts"]).code, 1);
        let both = ["scope", "add", "muster", "user", "anna@muster.example", "--group", "Vertrieb"];
        assert_eq!(desk.type_in(&both).code, 2);
    }
}
