//! What a customer's contact book promises, typed from one end and read at the other, on both engines.

use std::process::Stdio;

use m365sim::{GroupSpec, TenantSpec, UserSpec};
use serde_json::{Value, json};

use crate::support::{Office, answer, asked, on_a_terminal, person};

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

#[test]
fn a1_connections_and_credentials_are_each_customers_own_and_one_without_is_unaffected() {
    for office in Office::each("a1") {
        let (desk, first) = (&office.desk, &office.tenant.clone());
        let second = office.world.add_tenant(&TenantSpec::empty("other.example"));
        desk.good(&["customer", "add", "other", "--name", "Other AG"]);
        desk.good(&["customer", "add", "alone", "--name", "Alone KG"]);
        desk.good(&[
            "contact",
            "add",
            "alone",
            "first_name=Ada",
            "last_name=Allein",
            "email=anna@muster.example",
        ]);
        first.add_user(person("Anna", "Ast"));
        second.add_user(person("Bert", "Baum"));

        assert_eq!(office.connect_as("other", &second, &first.client_secret()).code, 4, "another's secret");
        assert_eq!(office.connect_as("other", &second, &second.client_secret()).code, 0);
        let office = office.connected();
        let desk = &office.desk;
        desk.good(&["scope", "add", "other", "all"]);
        desk.good(&["sync", "muster"]);
        first.reset_counts();
        desk.good(&["sync", "other"]);
        assert_eq!(asked(first), 0, "a run asks its own tenant only");
        assert_eq!(
            (office.names("muster"), office.names("other")),
            (vec!["Anna Ast".into()], vec!["Bert Baum".into()])
        );

        second.expire_secret();
        second.expire_access_tokens();
        assert_eq!(desk.type_in(&["sync", "other"]).code, 4);
        let bad = ["Microsoft refused the credential at ", "Microsoft hat Geheimnis oder Zertifikat um "];
        for (language, words) in ["en", "de"].into_iter().zip(bad) {
            let told = desk.type_in(&["--language", language, "doctor"]);
            assert!(told.code == 1 && told.out.contains(&format!("other: {words}")), "{}", told.out);
        }
        assert_eq!(desk.type_in(&["sync", "alone"]).code, 1);
        first.add_user(person("Cora", "Curt"));
        assert_eq!(
            desk.json(&["sync", "muster"])["created"],
            1,
            "another's ended secret is no trouble of ours"
        );
        let unasked = desk.type_in(&["disconnect", "muster"]);
        assert!(unasked.code == 2 && unasked.err.contains("add --yes to go on"), "{}", unasked.err);
        assert!(unasked.err.contains("links") && unasked.err.contains("on_existing"), "{}", unasked.err);
        assert!(unasked.err.contains("no run made until now can be undone"), "{}", unasked.err);
        let german = desk.type_in(&["--language", "de", "disconnect", "muster"]);
        assert!(german.err.contains("kein bisheriger Lauf lässt sich"), "{}", german.err);
        assert!(german.code == 2 && german.err.contains("mit --yes geht es weiter"), "{}", german.err);
        assert_eq!(desk.json(&["customer", "show", "muster"])["connected"], true);
        desk.good(&["disconnect", "muster", "--yes"]);
        assert_eq!(desk.json(&["customer", "show", "other"])["connected"], true);
        assert_eq!(office.names("alone"), ["Ada Allein"]);
        assert_eq!(desk.json(&["runs", "alone"]), json!([]));
    }
}

#[test]
fn a2_connecting_starts_a_run_with_progress_in_plain_lines_and_counts_at_the_end() {
    for office in Office::each("a2") {
        let desk = &office.desk;
        desk.good(&["customer", "add", "phones", "--name", "P", "--preset", "phone-system"]);
        for first in ["Anna", "Bert", "Cora"] {
            office.tenant.add_user(person(first, "Ast"));
        }
        let told = office.connect_as("phones", &office.tenant, &office.tenant.client_secret());
        assert_eq!(told.code, 0, "{}{}", told.out, told.err);
        assert!(told.out.contains("3 created"), "{}", told.out);
        for phase in ["planning: 3 people", "applying: 3 of 3"] {
            assert!(told.err.lines().any(|l| l.starts_with(phase)), "{phase} in {:?}", told.err);
        }
        // Whoever was deleted before is read and counted as well, and people may come twice.
        let read = told.err.lines().filter_map(|l| l.strip_prefix("reading: ")?.split_once(" users"));
        let most = read.map(|(n, _)| n.parse::<u32>().unwrap()).max();
        assert!(most >= Some(3), "how many were read, in {:?}", told.err);
        assert!(!told.err.contains(['\r', '\u{1b}']), "no terminal, no bar: {:?}", told.err);
        assert_eq!(office.names("phones").len(), 3);
    }
}

#[test]
fn a7_sync_asks_for_nothing_and_ends_with_a_message_of_counts() {
    for office in Office::each("a7") {
        let office = office.connected();
        let desk = &office.desk;
        std::fs::remove_file(desk.data.join("secret.txt")).unwrap();
        office.tenant.add_user(person("Anna", "Ast"));
        office.tenant.expire_access_tokens();
        let told = desk.good(&["sync", "muster"]);
        assert!(told.contains("done in") && told.contains("1 created"), "{told}");
        assert!(desk.good(&["sync", "muster"]).contains("nothing to do"));
        office.tenant.add_user(person("Bert", "Baum"));
        let Some(typed) = on_a_terminal(&office, &["sync", "muster"], "") else { continue };
        assert_eq!(typed.code, 0, "{}", typed.out);
        assert!(typed.out.contains("1 created"), "{}", typed.out);
    }
}

#[test]
fn a8_neither_secret_nor_token_stands_in_a_file_an_answer_or_a_log() {
    for office in Office::each("a8") {
        let office = office.connected();
        let desk = &office.desk;
        std::fs::remove_file(desk.data.join("secret.txt")).unwrap();
        office.tenant.add_user(person("Anna", "Ast"));
        let mut told = String::new();
        for line in [&["sync", "muster"][..], &["check", "muster"], &["customer", "show", "muster"]] {
            let answer = desk.type_in(&[&["--log", "trace", "--json"], line].concat());
            assert_eq!(answer.code, 0, "{}", answer.err);
            told = told + &answer.out + &answer.err;
        }
        assert!(told.contains("TRACE") || told.contains("DEBUG"), "the log is on");
        // Access tokens are signed texts in three parts, of which the first is always the same.
        for hidden in [office.tenant.client_secret().as_str(), "eyJ", "Bearer "] {
            assert!(!told.contains(hidden), "a secret in what was said");
            for file in std::fs::read_dir(&desk.data).unwrap() {
                let bytes = std::fs::read(file.unwrap().path()).unwrap();
                let found = hidden.len() > 10 && bytes.windows(hidden.len()).any(|w| w == hidden.as_bytes());
                assert!(!found, "a secret in a file");
            }
        }
    }
}

#[test]
fn a9_contacts_from_microsoft_365_carry_a_mark_in_lists_and_details() {
    for office in Office::each("a9") {
        let office = office.connected();
        let desk = &office.desk;
        office.tenant.add_user(person("Anna", "Ast"));
        desk.good(&["contact", "add", "muster", "first_name=Berta", "last_name=Baum"]);
        desk.good(&["sync", "muster"]);
        let table = desk.good(&["book", "muster"]);
        let line = |name: &str| table.lines().find(|l| l.contains(name)).unwrap();
        assert!(line("Anna Ast").contains("microsoft365") && line("Anna Ast").contains("created"), "{table}");
        assert!(line("Berta Baum").contains("manual") && !line("Berta Baum").contains("created"), "{table}");
        let book = desk.json(&["book", "muster"]);
        assert_eq!((&book[0]["source"], &book[0]["linked"]), (&json!("microsoft365"), &json!("created")));
        assert_eq!((&book[1]["source"], &book[1]["linked"]), (&json!("manual"), &json!(null)));
        let detail = desk.json(&["contact", "pin", "muster", text(&book[0]["id"]), "mobile=1", "--why", "x"]);
        assert_eq!(
            (&detail["source"], &detail["source_id"]),
            (&json!("microsoft365"), &book[0]["source_id"])
        );
        assert!(desk.good(&["explain", "muster", "anna@muster.example"]).contains("linked by creation"));
    }
}

#[test]
fn a10_disconnect_asks_on_a_terminal_and_leaves_contacts_but_neither_link_nor_secret() {
    for office in Office::each("a10") {
        let office = office.connected();
        let desk = &office.desk;
        office.tenant.add_user(person("Anna", "Ast"));
        desk.good(&["sync", "muster"]);
        if let Some(told) = on_a_terminal(&office, &["disconnect", "muster"], "no\n") {
            assert_eq!(told.code, 1, "{}", told.out);
            assert!(
                told.out.contains("its contacts stay") && told.out.contains("nothing was changed"),
                "{}",
                told.out
            );
            assert_eq!(desk.json(&["customer", "show", "muster"])["connected"], true);
        }
        let agreed = on_a_terminal(&office, &["disconnect", "muster"], "muster\n");
        let told = agreed.unwrap_or_else(|| desk.type_in(&["disconnect", "muster", "--yes"]));
        assert_eq!(told.code, 0, "{}", told.out);
        assert_eq!(office.names("muster"), ["Anna Ast"]);
        let book = desk.json(&["book", "muster"]);
        assert_eq!((&book[0]["linked"], &book[0]["source_id"]), (&json!(null), &json!(null)));
        office.tenant.reset_counts();
        assert_eq!(desk.type_in(&["sync", "muster"]).code, 1);
        assert_eq!(asked(&office.tenant), 0, "nothing is synchronised");
        assert_eq!(office.names("muster"), ["Anna Ast"]);
        // Connected anew: the contact that stayed is nobody's, so it is left alone, and not doubled.
        let office = office.connected();
        office.desk.good(&["sync", "muster"]);
        assert_eq!(office.names("muster"), ["Anna Ast"]);
    }
}

#[test]
fn a12_a_book_has_no_cap() {
    const PEOPLE: usize = 2_500;
    for office in Office::each("a12") {
        let office = office.connected();
        for n in 0..PEOPLE {
            office.tenant.add_user(person(&format!("P{n}"), "Ast"));
        }
        let run = office.desk.json(&["sync", "muster"]);
        assert_eq!((&run["created"], &run["outcome"]), (&json!(PEOPLE), &json!("done")));
        let book = office.desk.json(&["book", "muster"]);
        let mut found: Vec<&str> = book.as_array().unwrap().iter().map(|c| text(&c["email"])).collect();
        let truth = office.tenant.truth();
        let mut wanted: Vec<&str> = truth.live_users().map(|u| u.spec.mail.as_deref().unwrap()).collect();
        found.sort_unstable();
        wanted.sort_unstable();
        assert_eq!(found, wanted, "on {}", office.desk.engine());
    }
}

#[test]
fn a13_office_or_department_becomes_the_site() {
    for office in Office::each("a13") {
        let office = office.connected();
        let desk = &office.desk;
        let anna = office.tenant.add_user(UserSpec {
            office_location: Some("Bonn".into()),
            department: Some("Vertrieb".into()),
            ..person("Anna", "Ast")
        });
        desk.good(&["sync", "muster"]);
        assert_eq!(desk.json(&["book", "muster"])[0]["site"], json!(null), "off at first");
        for (key, site) in [("office", "Bonn"), ("department", "Vertrieb")] {
            desk.good(&["policy", "set", "muster", &format!("site_from={key}")]);
            desk.good(&["sync", "muster"]);
            assert_eq!(desk.json(&["book", "muster"])[0]["site"], site, "on {}", desk.engine());
        }
        office.tenant.update_user(&anna, |u| u.department = Some("Einkauf".into()));
        desk.good(&["sync", "muster"]);
        assert_eq!(desk.json(&["book", "muster"])[0]["site"], "Einkauf");
    }
}

#[test]
fn s10_another_process_sees_a_change_as_soon_as_the_run_has_ended() {
    for office in Office::each("s10") {
        let office = office.connected();
        let desk = &office.desk;
        let anna = office.tenant.add_user(person("Anna", "Ast"));
        let mut serve = desk.command();
        let mut serve =
            serve.args(["serve", "--listen", "127.0.0.1:0"]).stderr(Stdio::null()).spawn().unwrap();
        for last in ["Baum", "Curt", "Dorn"] {
            office.tenant.update_user(&anna, |u| u.surname = Some(last.into()));
            desk.good(&["sync", "muster"]);
            assert_eq!(office.names("muster"), [format!("Anna {last}")]);
        }
        serve.kill().unwrap();
        serve.wait().unwrap();
    }
}

#[test]
fn x3_scope_is_everybody_or_certain_groups_or_everybody_but_some() {
    for office in Office::each("x3") {
        let office = office.connected();
        let desk = &office.desk;
        let ids = ["Anna", "Bert", "Cora"].map(|first| office.tenant.add_user(person(first, "Ast")));
        let spec = GroupSpec { display_name: Some("Telefon".into()), ..GroupSpec::default() };
        let group = office.tenant.add_group(spec);
        assert!(office.tenant.add_member(&group, &ids[1]));
        desk.good(&["scope", "remove", "muster", "all"]);
        desk.good(&["scope", "add", "muster", "group", &group]);
        desk.good(&["sync", "muster"]);
        assert_eq!(office.names("muster"), ["Bert Ast"]);
        desk.good(&["scope", "add", "muster", "all"]);
        desk.good(&["scope", "add", "muster", "exclude", &ids[2]]);
        desk.good(&["sync", "muster"]);
        assert_eq!(office.names("muster"), ["Anna Ast", "Bert Ast"]);
        desk.good(&["scope", "remove", "muster", "exclude", &ids[2]]);
        desk.good(&["sync", "muster"]);
        assert_eq!(office.names("muster"), ["Anna Ast", "Bert Ast", "Cora Ast"]);
        // Excluding somebody who is in keeps the contact: `on_out_of_scope` is keep in every preset.
        desk.good(&["scope", "add", "muster", "exclude", &ids[0]]);
        desk.good(&["sync", "muster"]);
        assert_eq!(office.names("muster").len(), 3);
    }
}

#[test]
fn w10_a_pin_holds_against_the_source_until_its_day_and_then_the_sources_value_returns() {
    for office in Office::each("w10") {
        let office = office.connected();
        let desk = &office.desk;
        let anna = office.tenant.add_user(person("Anna", "Ast"));
        desk.good(&["sync", "muster"]);
        let pin =
            ["contact", "pin", "muster", "anna@muster.example", "last_name=Baum", "--why", "artist's name"];
        let on = |days: i64, line: &[&str]| {
            let mut command = desk.command();
            command.env("WHOSWHO_TEST_DAYS_AHEAD", days.to_string()).arg("--json").args(line);
            let told = answer(&command.output().unwrap());
            assert_eq!(told.code, 0, "{line:?}: {}", told.err);
            serde_json::from_str::<Value>(&told.out).unwrap()
        };
        let until = on(2, &["contact", "add", "muster", "first_name=Day"])["updated_at"].clone();
        on(0, &[&pin[..], &["--until", text(&until)]].concat());
        office.tenant.update_user(&anna, |u| u.surname = Some("Curt".into()));
        let last = |book: &Value| {
            let all = book.as_array().unwrap();
            let found = all.iter().find(|c| c["email"] == "anna@muster.example").unwrap();
            (text(&found["last_name"]).to_owned(), text(&found["display_name"]).to_owned())
        };
        let pinned = ("Baum".to_owned(), "Anna Baum".to_owned());
        for day in [0, 1] {
            on(day, &["sync", "muster"]);
            assert_eq!(last(&on(day, &["book", "muster"])), pinned, "day {day} on {}", desk.engine());
        }
        on(3, &["sync", "muster"]);
        assert_eq!(last(&on(3, &["book", "muster"])), ("Curt".to_owned(), "Anna Curt".to_owned()));
        assert_eq!(on(3, &["sync", "muster"])["outcome"], "quiet");
    }
}

#[test]
fn w6_connecting_a_tenant_that_another_customer_has_is_told_and_done() {
    for office in Office::each("same-tenant") {
        let office = office.connected();
        let desk = &office.desk;
        desk.good(&["customer", "add", "tochter", "--name", "Tochter GmbH"]);
        let told = office.connect_as("tochter", &office.tenant, &office.tenant.client_secret());
        assert_eq!(told.code, 0, "{}{}", told.out, told.err);
        let says = "connected to another customer as well: muster;";
        assert!(told.err.contains(says) && told.err.contains("disconnect tochter"), "{}", told.err);
        // The same customer again is no other one.
        desk.good(&["disconnect", "tochter", "--yes"]);
        let again = office.connect(&office.tenant.client_secret());
        assert!(again.code == 0 && !again.err.contains("another customer"), "{}", again.err);
    }
}

#[test]
fn w6_a_tenant_that_tells_no_name_is_no_id_in_the_list_of_customers() {
    let office = Office::open("nameless-tenant", &TenantSpec::empty("muster.example"));
    for permission in ["Organization.Read.All", "User.Read.All"] {
        office.tenant.revoke(permission);
    }
    office.connect(&office.tenant.client_secret());
    let (id, desk) = (office.tenant.id(), &office.desk);
    let list = desk.good(&["customer", "list"]);
    assert!(list.contains("connected, name unknown") && !list.contains(&id), "{list}");
    assert!(desk.good(&["--language", "de", "customer", "list"]).contains("verbunden, Name unbekannt"));
    assert!(desk.good(&["customer", "show", "muster"]).contains(&id));
}
