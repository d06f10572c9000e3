//! Ids and names that nobody has: nothing is changed, and the answer says where to look.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use m365sim::GroupSpec;
use model::{Field, Pin, Timestamp};
use serde_json::json;

use crate::support::{Desk, Office, person};

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

#[test]
fn a_customer_gets_another_name_and_a_policy_key_is_inherited_again() {
    for desk in Desk::each("slips-inherit") {
        desk.good(&["customer", "add", "muster", "--name", "Muster", "--preset", "careful"]);
        desk.good(&["customer", "set", "muster", "name=Muster GmbH"]);
        assert_eq!(desk.json(&["customer", "show", "muster"])["name"], "Muster GmbH", "{}", desk.engine());
        assert_eq!(desk.type_in(&["customer", "set", "muster", "name="]).code, 2);
        let of = |key: &str| {
            let policy = desk.json(&["policy", "show", "muster"]);
            let keys = policy["keys"].as_array().unwrap().clone();
            let one = keys.into_iter().find(|k| k["key"] == key).unwrap();
            (one["value"].as_str().unwrap().to_owned(), one["from"].as_str().unwrap().to_owned())
        };
        let before = of("on_existing");
        desk.good(&["policy", "set", "--operator", "guard.count=7"]);
        desk.good(&["policy", "set", "muster", "guard.count=9", "link=on"]);
        assert_eq!(of("guard.count"), ("9".into(), "customer".into()));
        desk.good(&["policy", "set", "muster", "guard.count=", "on_existing="]);
        assert_eq!(of("guard.count"), ("7".into(), "operator".into()));
        assert_eq!(of("on_existing"), before);
        desk.good(&["policy", "set", "--operator", "guard.count="]);
        assert_eq!(of("guard.count").1, "preset");
        assert_eq!(desk.type_in(&["policy", "set", "muster", "colour="]).code, 2);
    }
}

/// A key of a policy with where it comes from.
fn key_of(desk: &Desk, key: &str) -> (String, String) {
    let policy = desk.json(&["policy", "show", "muster"]);
    let one = policy["keys"].as_array().unwrap().iter().find(|k| k["key"] == key).unwrap().clone();
    (one["value"].as_str().unwrap().to_owned(), one["from"].as_str().unwrap().to_owned())
}

#[test]
fn s6_the_last_word_on_linking_counts_whichever_way_it_is_spelled() {
    for desk in Desk::each("slips-preset-link") {
        desk.good(&["customer", "add", "muster", "--name", "Muster"]);
        for whose in ["muster", "--operator"] {
            for (words, value) in [
                (vec!["on_existing=adopt"], "adopt"),
                (vec!["link=off"], "skip"),
                (vec!["on_existing=beside"], "beside"),
                (vec!["link=on"], "adopt"),
                (vec!["link=on", "on_existing=beside"], "beside"),
                (vec!["on_existing=beside", "link=off"], "skip"),
            ] {
                desk.good(&[&["policy", "set", whose], &words[..]].concat());
                assert_eq!(key_of(&desk, "on_existing").0, value, "{whose} {words:?} on {}", desk.engine());
            }
            desk.good(&["policy", "set", whose, "link="]);
        }
        assert_eq!(key_of(&desk, "on_existing"), ("skip".into(), "preset".into()));
        // All keys of one command or none.
        assert_eq!(desk.type_in(&["policy", "set", "--operator", "guard.count=7", "mode=auto"]).code, 2);
        assert_eq!(key_of(&desk, "guard.count"), ("10".into(), "preset".into()));
    }
}

#[test]
fn a_preset_chosen_for_a_customer_is_exact_and_leaves_the_operator_what_presets_have_alike() {
    for desk in Desk::each("slips-exact") {
        desk.good(&["customer", "add", "muster", "--name", "Muster"]);
        desk.good(&["policy", "set", "--operator", "on_deleted=keep", "guard.count=7"]);
        assert_eq!(key_of(&desk, "on_deleted"), ("keep".into(), "operator".into()));
        let whose = || desk.json(&["policy", "show", "muster"])["preset_from"].clone();
        assert_eq!(whose(), "operator");
        desk.good(&["policy", "preset", "muster", "awareness"]);
        assert_eq!(whose(), "customer");
        assert_eq!(key_of(&desk, "on_deleted"), ("remove".into(), "preset".into()), "{}", desk.engine());
        assert_eq!(key_of(&desk, "guard.count"), ("7".into(), "operator".into()));
        let told = desk.type_in(&["policy", "set", "--operator", "on_deleted=mark_left"]);
        assert!(told.err.contains("1 customer"), "who keeps another value is told: {}", told.err);
        desk.good(&["policy", "preset", "muster", "operator"]);
        assert_eq!(key_of(&desk, "on_deleted"), ("mark_left".into(), "operator".into()));
        desk.good(&["policy", "preset", "--operator", "helpdesk"]);
        desk.good(&["customer", "add", "neu", "--name", "Neu"]);
        assert_eq!(desk.json(&["customer", "show", "neu"])["preset"], "helpdesk");
        assert_eq!(desk.json(&["customer", "show", "muster"])["preset"], "careful");
    }
}

#[test]
fn a_contact_keeps_a_name_a_hold_its_reason_and_a_pin_that_is_over_is_not_shown() {
    for (office, anna, typed) in office("slips-keep") {
        let desk = &office.desk;
        let clear =
            ["contact", "set", "muster", &typed, "first_name=", "last_name=", "display_name=", "email="];
        for (language, words) in
            [("en", "a contact needs a first_name"), ("de", "ein Kontakt braucht first_name")]
        {
            let told = desk.type_in(&[&["--language", language], &clear[..]].concat());
            assert!(told.code == 2 && told.err.contains(words), "{}", told.err);
        }
        desk.good(&["contact", "set", "muster", "anna@muster.example", "mobile=+49 30 1"]);
        let run = desk.json(&["runs", "muster"])[0]["run_id"].to_string();
        let undone = desk.json(&["undo", &run, "--plan"]);
        assert_eq!(undone["conflicts"][0]["name"], "Anna Ast", "{undone}");
        let told = desk.good(&["undo", &run, "--plan"]);
        assert!(told.contains("of Anna Ast (anna@muster.example)"), "{told}");
        desk.good(&["hold", "muster", &anna, "--why", "asked to wait"]);
        desk.good(&["hold", "muster", &anna]);
        assert_eq!(desk.json(&["holds", "muster"])[0]["why"], "asked to wait", "{}", desk.engine());
        let book = desk.store().book("muster").unwrap().unwrap();
        let id = desk.store().contact_of(typed.parse().unwrap()).unwrap();
        let pin =
            |until| Pin { field: Field::JobTitle, reason: "for now".into(), until: Some(Timestamp(until)) };
        book.pin(id, &pin(2), Timestamp(1)).unwrap();
        let shown = desk.json(&["book", "muster", "--search", "berta"]);
        assert_eq!(shown[0]["pins"], json!([]), "{shown}");
        book.pin(id, &pin(4_000_000_000_000), Timestamp(1)).unwrap();
        assert_eq!(desk.json(&["book", "muster", "--search", "berta"])[0]["pins"][0]["reason"], "for now");
        desk.good(&["scope", "add", "muster", "exclude", &anna]);
        let told = desk.good(&["explain", "muster", &anna]);
        assert!(!told.contains(": counts"), "nobody asked: {told}");
    }
}

#[test]
fn what_is_wrong_with_a_file_or_a_number_is_said_with_one_code_and_in_the_readers_language() {
    for office in Office::each("slips-files") {
        let desk = &office.desk;
        let pfx = desk.data.join("c.pfx");
        fs::write(&pfx, [0x30, 0x82, 0xff, 0xfe]).unwrap();
        let told = office.connect_with("muster", &office.tenant, &["--certificate", pfx.to_str().unwrap()]);
        assert!(told.code == 2 && told.err.contains("openssl pkcs12 -in"), "{}", told.err);
        let told = office.connect_with("muster", &office.tenant, &["--certificate", "nope.pem"]);
        assert_eq!(told.code, 2);
        assert_eq!(desk.type_in(&["restore", "nope"]).code, 2);
        for (language, words) in [
            ("en", "a day to come; this one has passed"),
            ("de", "Tag, der noch kommt; dieser ist schon vorbei"),
        ] {
            let connect = [
                "--language",
                language,
                "connect",
                "muster",
                "--tenant-id",
                "x.example",
                "--client-id",
                NOBODY,
            ];
            let told = desk
                .type_in(&[&connect[..], &["--client-secret-file", "x", "--ends", "2020-01-01"]].concat());
            assert!(told.code == 2 && told.err.contains(words), "{}", told.err);
        }
        let told = desk.type_in(&["--language", "de", "run", "show", "x"]);
        assert!(told.err.contains("keine ganze Zahl"), "{}", told.err);
        let told = desk.type_in(&["run", "show", "abc"]);
        assert!(
            told.err.contains("“abc” is not possible for <RUN>: it takes a whole number"),
            "{}",
            told.err
        );
        assert!(!told.err.contains("invalid digit"), "{}", told.err);
        let told = desk.type_in(&["release", "muster"]);
        assert!(told.err.contains("release [OPTIONS] <CUSTOMER> <PERSON"), "{}", told.err);
        let office = office.connected();
        let desk = &office.desk;
        desk.good(&["policy", "set", "muster", "active=off"]);
        let told = desk.type_in(&["sync", "muster"]);
        assert!(told.err.contains("`whoswho policy set muster active=on`"), "{}", told.err);
        let key = desk.data.join("key");
        fs::set_permissions(&key, fs::Permissions::from_mode(0o644)).unwrap();
        for line in [&["doctor"][..], &["customer", "add", "zwei", "--name", "Zwei"], &["sync", "muster"]] {
            assert_eq!(desk.type_in(line).code, 5, "{line:?}");
        }
    }
}

#[test]
fn what_waits_for_a_person_is_seen_over_all_customers() {
    for office in Office::each("slips-waits") {
        let office = office.connected();
        let desk = &office.desk;
        let [anna, _] = ["Anna", "Berta"].map(|name| office.tenant.add_user(person(name, "Ast")));
        desk.good(&["policy", "set", "muster", "first_run=ask"]);
        let told = office.connect(&office.tenant.client_secret());
        assert!(told.out.contains("nothing was changed yet"), "{}{}", told.out, told.err);
        let of = || {
            let row = desk.json(&["customer", "list"])[0].clone();
            (row["waiting"].clone(), row["held"].clone())
        };
        assert_eq!(of(), (json!(true), json!(0)), "{}", desk.engine());
        for (language, words) in [("en", "first plan"), ("de", "erster Plan")] {
            assert!(desk.good(&["--language", language, "customer", "list"]).contains(words));
        }
        desk.good(&["hold", "muster", &anna]);
        desk.good(&["sync", "muster"]);
        assert_eq!(of(), (json!(false), json!(1)), "{}", desk.engine());
        assert!(desk.good(&["customer", "list"]).contains("1 held"));
    }
}

#[test]
fn what_was_typed_is_not_repeated_without_end_and_no_word_finds_nobody() {
    let office = Office::ready("slips-long", &m365sim::TenantSpec::empty("muster.example"));
    let desk = &office.desk;
    office.tenant.add_user(person("Anna", "Ast"));
    desk.good(&["sync", "muster"]);
    let told = desk.type_in(&["scope", "add", "muster", "user", &"x".repeat(10_000)]);
    assert!(told.code == 1 && told.err.len() < 1_000, "{}", told.err);
    assert!(told.err.contains("xxx…") && told.err.contains("`whoswho source users muster"), "{}", told.err);
    for (search, found) in [("", 1), ("  ", 1), ("ast", 1), ("🎉", 0), ("–", 0)] {
        let users = desk.json(&["source", "users", "muster", "--search", search]);
        assert_eq!(users.as_array().unwrap().len(), found, "“{search}”");
    }
    assert_eq!(desk.type_in(&["simulate", "--tenants", "0"]).code, 2);
}
