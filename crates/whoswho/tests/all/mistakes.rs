//! Slips of somebody new: each is answered with what it is and what is right, and nothing is left behind.

use std::io::{Read, Write};
use std::process::{Command, Stdio};

use m365sim::{GroupSpec, TenantSpec};
use serde_json::{Value, json};

use crate::support::{Answer, Desk, Office, answer, on_a_terminal_of, person};

fn speak(desk: &Desk, language: &str, line: &[&str]) -> Answer {
    answer(&desk.command().args(["--language", language]).args(line).output().unwrap())
}

/// What a command says in both languages; all of it must be there.
fn says(desk: &Desk, line: &[&str], code: i32, english: &str, german: &str) {
    for (language, part) in [("en", english), ("de", german)] {
        let told = speak(desk, language, line);
        assert_eq!(told.code, code, "{line:?}: {}{}", told.out, told.err);
        assert!(told.err.contains(part), "{line:?} says “{part}”: {}", told.err);
    }
}

/// Two contacts with one address, and their ids.
fn two_annas(desk: &Desk) -> [String; 2] {
    desk.good(&["customer", "add", "muster", "--name", "Muster GmbH"]);
    ["first_name=Anna", "first_name=Änne"].map(|name| {
        let typed =
            desk.json(&["contact", "add", "muster", name, "last_name=Ast", "email=ast@muster.example"]);
        typed["id"].as_str().unwrap().to_owned()
    })
}

#[test]
fn contacts_with_one_address_are_told_apart_by_name() {
    for desk in Desk::each("mistakes-which") {
        let [anna, second] = two_annas(&desk);
        let both = [
            format!("{anna}  Anna Ast (ast@muster.example)"),
            format!("{second}  Änne Ast (ast@muster.example)"),
        ];
        let lines: [&[&str]; 4] = [
            &["contact", "set", "muster", "ast@muster.example", "mobile=030 1"],
            &["contact", "history", "muster", "ast@muster.example"],
            &["contact", "erase", "muster", "ast@muster.example", "--yes"],
            &["contact", "remove", "muster", "ast@muster.example"],
        ];
        for line in lines {
            let told = desk.type_in(line);
            let whole = both.iter().all(|one| told.err.contains(one.as_str()));
            assert!(told.code == 2 && whole, "{line:?} on {}: {}", desk.engine(), told.err);
        }
    }
}

#[test]
fn people_with_one_address_are_told_apart_by_name() {
    for office in Office::each("mistakes-people") {
        let office = office.connected();
        let shared =
            |first| m365sim::UserSpec { mail: Some("ast@muster.example".into()), ..person(first, "Ast") };
        let ids = ["Anna", "Bert"].map(|first| office.tenant.add_user(shared(first)));
        office.desk.good(&["source", "users", "muster"]);
        let typed = office.desk.json(&["contact", "add", "muster", "first_name=A."]);
        let id = typed["id"].as_str().unwrap();
        for line in [
            ["contact", "link", "muster", id, "ast@muster.example"],
            ["scope", "add", "muster", "user", "ast@muster.example"],
        ] {
            let told = office.desk.type_in(&line);
            let named = |n: usize, name: &str| told.err.contains(&format!("{}  {name} Ast (ast@", ids[n]));
            assert!(told.code == 2 && named(0, "Anna") && named(1, "Bert"), "{line:?}: {}", told.err);
        }
    }
}

#[test]
fn an_address_that_the_book_has_is_taken_and_said() {
    for desk in Desk::each("mistakes-same") {
        let [anna, second] = two_annas(&desk);
        let add = ["contact", "add", "muster", "first_name=A.", "email=AST@muster.example"];
        says(
            &desk,
            &add,
            0,
            &format!("already:\n  {anna}  Anna"),
            &format!("schon im Kontaktbuch:\n  {anna}  Anna"),
        );
        let set = ["contact", "set", "muster", &second, "mobile=030 1"];
        assert_eq!(desk.type_in(&set).err, "", "nothing is said where the address stays");
    }
}

#[test]
fn a_data_folder_that_is_none_is_told_for_what_it_is() {
    let desk = Desk::new("mistakes-data");
    let file = desk.file("file", "x");
    let typed_in = |line: &[&str]| {
        answer(&Command::new(env!("CARGO_BIN_EXE_whoswho")).args(line).env_clear().output().unwrap())
    };
    let add = ["customer", "add", "muster", "--name", "M"];
    let list = ["customer", "list"];
    for (folder, commands, part) in [
        (file.as_str(), [&add[..], &list[..]], "is a file and no folder"),
        ("/proc/whoswho", [&add[..], &add[..]], "the folder /proc/whoswho cannot be made"),
    ] {
        for command in commands {
            let told = typed_in(&[&["--data", folder], command].concat());
            let honest = told.err.contains(part)
                && !told.err.contains("database runs")
                && !told.err.contains("reached");
            assert!(told.code == 5 && honest, "{folder}: {}", told.err);
        }
    }
    let german = typed_in(&[&["--language", "de", "--data", &file], &add[..]].concat());
    assert!(german.err.contains("ist eine Datei und kein Ordner"), "{}", german.err);
}

#[test]
fn a_key_that_is_none_is_told_with_its_form_and_never_shown() {
    let mut desk = Desk::new("mistakes-key");
    desk.environment.push(("WHOSWHO_KEY".into(), "geheim-aber-falsch".into()));
    let add = ["customer", "add", "muster", "--name", "M"];
    says(&desk, &add, 5, "base64 of 32 bytes, 44 characters", "Base64 von 32 Byte, 44 Zeichen");
    says(&desk, &add, 5, "`whoswho key new`", "`whoswho key new`");
    let told = desk.type_in(&add);
    assert!(!told.err.contains("geheim") && !told.err.contains("key file"), "{}", told.err);
    let key = desk.good(&["key", "new"]);
    desk.environment = vec![("WHOSWHO_KEY".into(), key.trim().into())];
    desk.good(&add);
}

#[test]
fn what_is_no_backup_is_refused_and_nothing_is_left_behind() {
    let desk = Desk::new("mistakes-restore");
    let texts =
        [("short.txt", "Hallo"), ("long.txt", "Das ist ein Brief und keine Sicherung.\n"), ("empty.txt", "")];
    for (name, text) in texts {
        let file = desk.file(name, text);
        let data = desk.data.join("new");
        let folder = data.to_str().unwrap();
        let line = ["--data", folder, "restore", &file];
        let typed_in = |language: &str| {
            let line = [&["--language", language][..], &line].concat();
            answer(&Command::new(env!("CARGO_BIN_EXE_whoswho")).args(line).env_clear().output().unwrap())
        };
        let (english, german) = (typed_in("en"), typed_in("de"));
        assert!(
            english.code == 1 && english.err.contains("is no backup of Whoswho"),
            "{name}: {}",
            english.err
        );
        assert!(german.err.contains("ist keine Sicherung von Whoswho"), "{name}: {}", german.err);
        assert!(!data.exists(), "{name} left a folder");
    }
    let folder = desk.data.to_str().unwrap();
    says(&desk, &["restore", folder], 2, "that is a folder", "das ist ein Ordner");
    assert!(!desk.data.join("whoswho.db").exists() && !desk.data.join("key").exists());
}

#[test]
fn an_archive_goes_to_no_terminal() {
    let desk = Desk::new("mistakes-terminal");
    desk.good(&["customer", "add", "muster", "--name", "M"]);
    let Some(told) = on_a_terminal_of(&desk, 100, &["backup", "-"], "") else { return };
    assert!(told.code == 2 && told.out.contains("redirect it"), "{}", told.out);
    let piped = desk.command().args(["backup", "-"]).output().unwrap();
    assert!(piped.status.success() && piped.stdout.starts_with(&[0x1f, 0x8b]), "gzip");
}

#[test]
fn w15_ctrl_c_at_a_question_is_an_interruption() {
    let desk = Desk::new("mistakes-question");
    desk.good(&["customer", "add", "muster", "--name", "M"]);
    desk.good(&["contact", "add", "muster", "first_name=Anna"]);
    let program = env!("CARGO_BIN_EXE_whoswho");
    // `exec`: a shell that stays would be interrupted too and answer with its own code.
    let shell = format!("exec '{program}' --data '{}' customer remove muster", desk.data.display());
    let mut script = Command::new("script");
    script.args(["--quiet", "--return", "--command", &shell, "/dev/null"]).env("SHELL", "/bin/sh");
    let Ok(mut child) = script.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn() else { return };
    let (mut typing, mut screen) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
    let (mut text, mut byte) = (Vec::new(), [0]);
    while !String::from_utf8_lossy(&text).contains("to go on:") && screen.read(&mut byte).unwrap() > 0 {
        text.extend(byte);
    }
    typing.write_all(b"\x03").unwrap();
    screen.read_to_end(&mut text).unwrap();
    let (code, text) = (child.wait().unwrap().code(), String::from_utf8_lossy(&text).into_owned());
    assert!(code == Some(1) && text.contains("interrupted; nothing was changed"), "{code:?} {text}");
    assert_eq!(desk.json(&["customer", "list"]).as_array().unwrap().len(), 1);
}

#[test]
fn with_json_help_is_a_document_and_two_forms_are_none() {
    let desk = Desk::new("mistakes-json");
    desk.good(&["customer", "add", "muster", "--name", "M"]);
    for line in [&["help"][..], &["help", "sync"], &["sync", "--help"]] {
        assert!(desk.json(line)["help"].as_str().unwrap().contains("Usage: whoswho"), "{line:?}");
    }
    assert!(desk.json(&["--version"])["version"].as_str().unwrap().starts_with("whoswho "));
    for format in ["csv", "vcard", "table"] {
        let refused = desk.json(&["book", "muster", "--format", format]);
        assert_eq!(refused["exit_code"], 2, "{refused}");
    }
    assert_eq!(desk.json(&["book", "muster", "--format", "json"]), json!([]));
}

#[test]
fn a_value_given_twice_is_a_slip() {
    for desk in Desk::each("mistakes-twice") {
        let [anna, _] = two_annas(&desk);
        for line in [
            ["contact", "set", "muster", &anna, "mobile=030 1", "mobile=030 2"],
            ["customer", "set", "muster", "city=Bonn", "country=DE", "city=Köln"],
            ["policy", "set", "muster", "active=off", "mode=manual", "active=on"],
        ] {
            says(
                &desk,
                &line,
                2,
                "more than once; nothing was changed",
                "mehrmals angegeben; nichts wurde geändert",
            );
        }
        let book = desk.json(&["book", "muster"]);
        assert!(book.as_array().unwrap().iter().all(|c| c["mobile"].is_null()), "{book}");
    }
}

#[test]
fn names_stand_in_german_order() {
    for desk in Desk::each("mistakes-order") {
        desk.good(&["customer", "add", "muster", "--name", "Muster GmbH"]);
        for name in ["Zoe", "Änne", "anna", "Öszi", "Otto", "Émile"] {
            desk.good(&["contact", "add", "muster", &format!("display_name={name}")]);
        }
        let book = desk.json(&["book", "muster"]);
        let names: Vec<&str> =
            book.as_array().unwrap().iter().map(|c| c["display_name"].as_str().unwrap()).collect();
        assert_eq!(names, ["Änne", "anna", "Émile", "Öszi", "Otto", "Zoe"], "{}", desk.engine());
    }
}

#[test]
fn w12_groups_say_what_their_members_are() {
    let office = Office::ready("mistakes-groups", &TenantSpec::empty("muster.example"));
    let group = |name: &str, visibility: Option<&str>| {
        let visibility = visibility.map(str::to_owned);
        office.tenant.add_group(GroupSpec {
            display_name: Some(name.into()),
            visibility,
            ..GroupSpec::default()
        })
    };
    group("Ämter", None);
    group("Vertrieb", None);
    group("Betriebsrat", None);
    let list = |language| speak(&office.desk, language, &["source", "groups", "muster"]).out;
    let (english, german) = (list("en"), list("de"));
    assert!(english.contains("a group within it counts as one") && !english.contains("hidden:"), "{english}");
    assert!(german.contains("eine Gruppe darin zählt als eines"), "{german}");
    let at = |name: &str| german.find(name).unwrap();
    assert!(at("Ämter") < at("Betriebsrat") && at("Betriebsrat") < at("Vertrieb"), "{german}");
    group("Geheim", Some("HiddenMembership"));
    office.desk.good(&["sync", "muster", "--complete"]);
    assert!(list("de").contains("verborgen: die Gruppe zeigt Apps ihre Mitglieder nicht"), "{}", list("de"));
}

#[test]
fn w2_what_is_released_already_is_said_to_be_and_can_still_be_rejected() {
    for office in Office::each("mistakes-release") {
        let office = office.connected();
        let ids = ["Anna", "Bert"].map(|first| office.tenant.add_user(person(first, "Ast")));
        office.desk.good(&["sync", "muster"]);
        office.desk.good(&["policy", "set", "muster", "guard.count=0", "guard.percent=0"]);
        assert!(ids.iter().all(|id| office.tenant.delete_user(id)));
        office.desk.good(&["sync", "muster"]);
        let count = |line: &[&str]| -> Value { office.desk.json(line)["count"].clone() };
        assert_eq!(count(&["release", "muster", &ids[0]]), 1);
        let again = ["release", "muster", ids[0].as_str()];
        let told = [speak(&office.desk, "en", &again), speak(&office.desk, "de", &again)];
        assert_eq!((told[0].code, told[1].code, count(&again)), (0, 0, json!(0)));
        assert!(told[0].out.contains("released already") && told[1].out.contains("schon freigegeben"));
        assert_eq!(count(&["reject", "muster", &ids[0]]), 1, "somebody thought again");
        assert_eq!(office.desk.type_in(&again).code, 1, "now nothing is held");
        assert_eq!(office.desk.type_in(&["reject", "muster", &ids[0]]).code, 1);
    }
}

#[test]
fn a_change_of_scope_or_policy_shows_what_was_changed_and_where_the_rest_is() {
    for office in Office::each("mistakes-changed") {
        let office = office.connected();
        let ids = ["Anna", "Bert"].map(|first| office.tenant.add_user(person(first, "Ast")));
        office.desk.good(&["sync", "muster"]);
        office.desk.good(&["scope", "add", "muster", "exclude", &ids[0]]);
        let told = |language: &str, line: &[&str]| speak(&office.desk, language, line).out;
        let second = ["scope", "add", "muster", "exclude", ids[1].as_str()];
        let english = told("en", &second);
        assert!(english.contains("Bert Ast") && !english.contains("Anna Ast"), "{english}");
        assert!(english.contains("`whoswho scope list muster`") && english.contains("`whoswho plan muster`"));
        let german = told("de", &second);
        assert!(
            german.contains("ausgenommen") && german.contains("nichts wurde geändert: so war es schon"),
            "{german}"
        );
        let german = told("de", &["scope", "remove", "muster", "exclude", &ids[0]]);
        assert!(german.contains("nicht mehr ausgenommen") && german.contains("Anna Ast"), "{german}");
        let german = told("de", &["scope", "remove", "muster", "all"]);
        assert!(german.contains("nicht mehr alle sind im Personenkreis"), "{german}");

        let english = told("en", &["policy", "set", "muster", "mode=manual"]);
        assert!(english.contains("mode") && !english.contains("schedule"), "{english}");
        assert!(english.contains("`whoswho policy show muster` shows all keys"), "{english}");
        let set = office.desk.json(&["policy", "set", "muster", "mode=manual"]);
        assert_eq!(set["keys"].as_array().unwrap().len(), 1, "and a document has no others: {set}");
    }
}

#[test]
fn german_says_one_of_one_and_what_a_first_plan_waits_for() {
    for office in Office::each("mistakes-german") {
        let desk = &office.desk;
        desk.good(&["policy", "preset", "muster", "careful"]);
        let told = speak(desk, "de", &["policy", "set", "--operator", "mode=manual"]);
        assert!(
            told.err.contains("1 Kunde hat eine eigene Vorlage und behält, was sie sagt"),
            "{}",
            told.err
        );
        desk.good(&["policy", "set", "--operator", "mode="]);
        let office = office.connected();
        office.tenant.add_user(person("Anna", "Ast"));
        assert_eq!(office.connect(&office.tenant.client_secret()).code, 0, "starts the first run");
        let told = speak(&office.desk, "de", &["holds", "muster"]).out;
        assert!(told.contains("nichts ist zurückgehalten; der erste Plan wartet"), "{told}");
        let wrong = speak(&office.desk, "de", &["runs", "muster", "--limit", "viele"]).err;
        assert!(wrong.contains("„viele“ ist für --limit") && wrong.contains("nicht möglich"), "{wrong}");
    }
}

#[test]
fn w10_the_end_of_a_pin_is_told_in_the_customers_time_zone() {
    let office = Office::ready("mistakes-pin", &TenantSpec::empty("muster.example"));
    let anna = office.tenant.add_user(person("Anna", "Ast"));
    office.desk.good(&["sync", "muster"]);
    let pin = ["contact", "pin", "muster", &anna, "mobile=+49 30 1", "--why", "x", "--until", "2099-07-01"];
    office.desk.good(&pin);
    let told = speak(&office.desk, "de", &["explain", "muster", &anna]).out;
    assert!(told.contains("bis 2099-07-01 00:00 (Europe/Berlin)"), "{told}");
}

#[test]
fn w4_a_contact_that_was_never_linked_comes_back_as_what_it_is() {
    let office = Office::ready("mistakes-back", &TenantSpec::empty("muster.example"));
    let desk = &office.desk;
    desk.good(&["contact", "add", "muster", "first_name=Berta", "email=berta@muster.example"]);
    for (language, text) in [("en", "no person is linked"), ("de", "verknüpft ist niemand")] {
        desk.good(&["contact", "remove", "muster", "berta@muster.example"]);
        let told = speak(desk, language, &["bin", "restore", "muster", "berta@muster.example"]);
        assert!(told.code == 0 && told.out.contains(text), "{}{}", told.out, told.err);
    }
}

#[test]
fn an_empty_file_that_somebody_names_as_the_database_stays_empty() {
    let office = Office::ready("mistakes-empty", &TenantSpec::empty("muster.example"));
    let file = office.desk.file("empty.db", "");
    for (language, text) in [("en", "is an empty file"), ("de", "ist eine leere Datei")] {
        let told = speak(&office.desk, language, &["--database", &file, "customer", "list"]);
        assert!(told.code == 5 && told.err.contains(text), "{} {}", told.code, told.err);
        assert_eq!(std::fs::metadata(&file).unwrap().len(), 0);
    }
}
