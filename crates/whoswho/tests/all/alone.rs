//! Every command without Microsoft: what it answers and with which code it ends.

use std::fs;

use crate::support::{Desk, answer, fields, has};

#[test]
fn the_help_lists_every_command_and_the_exit_codes() {
    let help = Desk::new("help").good(&["--help"]);
    let commands = "demo simulate serve customer operator connect disconnect check policy source scope plan sync explain \
                    book contact runs run holds release reject bin outbox config doctor completion";
    for command in commands.split_whitespace() {
        assert!(help.lines().any(|l| l.trim_start().starts_with(&format!("{command} "))), "{command}");
    }
    assert!(help.contains("3 a run is under way"), "{help}");
}

#[test]
fn every_command_answers_before_a_connection() {
    let desk = Desk::new("alone");
    desk.good(&["customer", "add", "muster", "--name", "Muster GmbH", "--preset", "awareness"]);
    let lines: [(&[&str], i32); 30] = [
        (&["customer", "list"], 0),
        (&["customer", "show", "muster"], 0),
        (&["customer", "set", "muster", "notify.removed=on", "notify.to=a@x.example", "city=Bonn"], 0),
        (&["operator", "set", "notify.removed=off"], 0),
        (&["operator", "show"], 0),
        (&["policy", "show", "muster"], 0),
        (&["policy", "show", "--operator"], 0),
        (&["policy", "set", "muster", "guard.count=5"], 0),
        (&["policy", "set", "--operator", "guard.percent=20"], 0),
        (&["policy", "preset", "muster", "careful"], 0),
        (&["policy", "preset", "--operator", "helpdesk"], 0),
        (&["book", "muster"], 0),
        (&["runs", "muster"], 0),
        (&["run", "show", "1"], 1),
        (&["bin", "muster"], 0),
        (&["outbox", "muster"], 0),
        (&["config", "show"], 0),
        (&["doctor"], 0),
        (&["completion", "bash"], 0),
        (&["check", "muster"], 1),
        (&["plan", "muster"], 1),
        (&["sync", "muster"], 1),
        (&["explain", "muster", "a@x.example"], 1),
        (&["source", "users", "muster"], 1),
        (&["source", "groups", "muster"], 1),
        (&["scope", "list", "muster"], 1),
        (&["holds", "muster"], 1),
        (&["release", "muster", "--all"], 1),
        (&["reject", "muster", "--all"], 1),
        (&["disconnect", "muster"], 1),
    ];
    for (line, code) in lines {
        let told = desk.type_in(line);
        assert_eq!(told.code, code, "{line:?}: {}{}", told.out, told.err);
        let document = desk.json(line);
        assert_eq!(document.get("exit_code").is_some(), code != 0, "{line:?}: {document}");
    }
    desk.good(&["contact", "add", "muster", "first_name=Anna"]);
    let unsure = desk.type_in(&["customer", "remove", "muster"]);
    assert_eq!(unsure.code, 2, "nobody was asked and nobody said yes");
    assert!(unsure.err.contains("--yes"), "{}", unsure.err);
    assert_eq!(desk.good(&["customer", "remove", "muster", "--yes"]).trim(), "removed muster");
    assert_eq!(desk.json(&["customer", "list"]).as_array().unwrap().len(), 0);
}

#[test]
fn what_is_typed_wrongly_ends_with_2_and_says_what_is_right() {
    let desk = Desk::new("usage");
    desk.good(&["customer", "add", "muster", "--name", "M"]);
    desk.good(&["customer", "add", "full", "--name", "F"]);
    desk.good(&["contact", "add", "full", "first_name=Anna"]);
    let lines: [(&[&str], &str); 14] = [
        (&["customer"], "add"),
        (&["connect", "muster", "--client-id", "x"], "--tenant-id"),
        (&["--log", "loud", "customer", "list"], "warn"),
        (&["--language", "fr", "customer", "list"], "de, en or auto"),
        (&["customer", "remove", "full"], "--yes"),
        (&["frobnicate"], "unrecognized"),
        (&["customer", "add", "Not Legal", "--name", "x"], "lower-case"),
        (&["customer", "add", "x", "--name", "x", "--preset", "bold"], "careful"),
        (&["customer", "set", "muster", "colour=red"], "notify.to"),
        (&["policy", "set", "muster", "guard.percent=101"], "0 to 100"),
        (&["policy", "set", "muster", "time_zone=Mars"], "Europe/Berlin"),
        (&["policy", "set", "muster"], "KEY=VALUE"),
        (&["contact", "add", "muster", "shoe_size=42"], "first_name"),
        (&["release", "muster"], "--all"),
    ];
    for (line, hint) in lines {
        let told = desk.type_in(line);
        assert_eq!(told.code, 2, "{line:?}: {}", told.err);
        assert!(told.err.contains(hint), "{line:?}: {}", told.err);
        assert_eq!(desk.json(line)["exit_code"], 2);
    }
    assert_eq!(desk.type_in(&["book", "nobody"]).code, 1);
}

#[test]
fn what_is_no_id_is_told_before_anybody_is_asked() {
    let desk = Desk::new("ids");
    desk.good(&["customer", "add", "muster", "--name", "M"]);
    let secret = desk.file("secret.txt", "s3cret");
    let id = "1f2e3d4c-0000-4000-8000-000000000000";
    for (tenant, client, hint) in
        [("nonsense", id, "--tenant-id"), ("a..b", id, "--tenant-id"), (id, "app", "--client-id")]
    {
        let line = [
            "connect",
            "muster",
            "--tenant-id",
            tenant,
            "--client-id",
            client,
            "--client-secret-file",
            &secret,
        ];
        let told = desk.type_in(&line);
        assert_eq!(told.code, 2, "{tenant} {client}: {}", told.err);
        assert!(told.err.contains(hint), "{}", told.err);
    }
}

#[test]
fn an_answer_that_cannot_be_written_is_no_success() {
    let desk = Desk::new("full");
    desk.good(&["customer", "add", "muster", "--name", "M"]);
    desk.good(&["contact", "add", "muster", "first_name=Anna"]);
    for line in [
        &["book", "muster"][..],
        &["--json", "book", "muster"],
        &["customer", "list"],
        &["completion", "bash"],
    ] {
        let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let told = desk.command().args(line).stdout(full).output().unwrap();
        assert_eq!(told.status.code(), Some(1), "{line:?}");
        assert!(String::from_utf8_lossy(&told.stderr).contains("could not be written"), "{line:?}");
    }
}

#[test]
fn a_mistyped_path_makes_no_database() {
    let desk = Desk::new("mistyped");
    let path = desk.data.join("nowhere.db");
    let told = desk.type_in(&["--database", path.to_str().unwrap(), "book", "muster"]);
    assert_eq!(told.code, 5, "{}", told.err);
    assert!(told.err.contains("--database") && !path.exists(), "{}", told.err);
    assert!(desk.good(&["doctor"]).contains("not there yet"));
}

#[test]
fn errors_speak_german_where_german_is_wanted() {
    let desk = Desk::new("german");
    desk.good(&["customer", "add", "muster", "--name", "M"]);
    desk.good(&["contact", "add", "muster", "first_name=Anna"]);
    let lines: [(&[&str], i32, &str); 8] = [
        (&["book", "niemand"], 1, "den Kunden „niemand“ gibt es nicht"),
        (&["sync", "muster"], 1, "nicht mit Microsoft 365 verbunden"),
        (&["frobnicate"], 2, "den Befehl „frobnicate“ gibt es nicht"),
        (&["customer", "add", "x"], 2, "es fehlt: --name"),
        (&["customer", "list", "--wat"], 2, "„--wat“ gibt es hier nicht"),
        (&["customer", "add", "x", "--name", "x", "--preset", "bold"], 2, "die Vorlagen sind"),
        (&["customer", "set", "muster", "colour=red"], 2, "den Schlüssel „colour“ gibt es nicht"),
        (&["customer", "remove", "muster"], 2, "mit --yes geht es weiter"),
    ];
    for (line, code, text) in lines {
        let typed = answer(&desk.command().args(["--language", "de"]).args(line).output().unwrap());
        assert_eq!(typed.code, code, "{line:?}: {}", typed.err);
        assert!(typed.err.contains(text), "{line:?}: {}", typed.err);
        let told = answer(&desk.command().env("LC_ALL", "de_DE.UTF-8").args(line).output().unwrap());
        assert_eq!(told.err, typed.err, "{line:?}");
    }
}

#[test]
fn a_database_that_cannot_be_used_ends_with_5() {
    let desk = Desk::new("database");
    let garbage = desk.file("garbage.db", &"this is no database ".repeat(300));
    let told = desk.type_in(&["--database", &garbage, "customer", "list"]);
    assert_eq!(told.code, 5, "{}", told.err);
    assert_eq!(desk.type_in(&["--database", "postgres://u@127.0.0.1:1/x", "customer", "list"]).code, 5);
}

#[test]
fn settings_come_from_file_environment_and_command_line_and_say_so() {
    let desk = Desk::new("config");
    let file = desk
        .file("w.toml", "listen = \"127.0.0.1:9\"\ndatabase = \"postgres://u:geheim@h/x\"\nlog = \"info\"\n");
    let mut command = desk.command();
    command.env("WHOSWHO_LOG", "error").env("WHOSWHO_KEY", "x").env("WHOSWHO_TEST_POSTGRES", "y");
    let told = answer(&command.args(["--json", "--config", &file, "config", "show"]).output().unwrap());
    let shown: serde_json::Value = serde_json::from_str(&told.out).unwrap();
    let of = |key: &str| {
        let one = shown.as_array().unwrap().iter().find(|o| o["key"] == key).unwrap();
        (one["value"].as_str().unwrap().to_owned(), one["from"].as_str().unwrap().to_owned())
    };
    assert_eq!(of("database").0, "postgres://u:***@h/x");
    assert!(of("listen").1.contains("w.toml"), "{shown}");
    assert_eq!(of("log"), ("error".into(), "environment, WHOSWHO_LOG".into()));
    assert_eq!(of("data").1, "command line");
    assert!(!told.out.contains("geheim"));

    let cut = desk.file("c.toml", "log = \"info\"\ndatabase = \"postgres://u:geheim@h/d\n");
    for (language, words) in [("en", "c.toml, line 2 (database)"), ("de", "c.toml, Zeile 2 (database)")] {
        let told = desk.type_in(&["--json", "--language", language, "--config", &cut, "config", "show"]);
        let all = format!("{}{}", told.out, told.err);
        // Before there is a configuration only the command line knows the language.
        assert!(told.code == 2 && all.contains(words) && !all.contains("geheim"), "{all}");
    }
    for database in ["postgress://u:geheim@h/db", "mysql://u:geheim@h/db", "host=h password=geheim"] {
        for (language, words) in [("en", "is neither"), ("de", "keines von beiden")] {
            let line =
                ["--language", language, "--database", database, "customer", "add", "m", "--name", "M"];
            let told = desk.type_in(&line);
            let all = format!("{}{}", told.out, told.err);
            assert!(told.code == 2 && all.contains(words) && !all.contains("geheim"), "{all}");
        }
    }
    for wrong in ["poll_seconds = 11\n", "poll_seconds = 0\n", "poll_seconds = \"geheim\"\n"] {
        let file = desk.file("p.toml", wrong);
        let told = desk.type_in(&["--config", &file, "config", "show"]);
        assert!(told.code == 2 && told.err.contains("poll_seconds"), "{}", told.err);
        assert!(!told.err.contains("geheim"), "{}", told.err);
    }
    let file = desk.file("p.toml", "poll_seconds = \"geheim\"\n");
    let told = desk.type_in(&["--language", "de", "--config", &file, "config", "show"]).err;
    assert!(told.contains("(Datei ") && told.contains("eine ganze Zahl") && !told.contains("u64"), "{told}");
    let mut command = desk.command();
    let told =
        answer(&command.env("WHOSWHO_POLL_SECONDS", "x").args(["config", "show"]).output().unwrap()).err;
    assert!(told.contains("(WHOSWHO_POLL_SECONDS)") && told.contains("a whole number"), "{told}");
    let unknown = desk.file("u.toml", "colour = \"red\"\n");
    assert_eq!(desk.type_in(&["--config", &unknown, "config", "show"]).code, 2);
    assert_eq!(desk.type_in(&["--config", "missing.toml", "config", "show"]).code, 2);
    let mut command = desk.command();
    let told = answer(&command.env("WHOSWHO_COLOUR", "red").args(["config", "show"]).output().unwrap());
    assert_eq!(told.code, 2);
    assert!(told.err.contains("colour"), "{}", told.err);
}

#[test]
fn contacts_are_kept_by_hand_and_shown_in_four_forms() {
    let desk = Desk::new("by-hand");
    desk.good(&["customer", "add", "muster", "--name", "M"]);
    let anna =
        desk.json(&["contact", "add", "muster", "first_name=Anna", "last_name=Ähre", "email=anna@x.example"]);
    has(
        &anna,
        "id, first_name, last_name, display_name, email, job_title, department, company, office, mobile",
    );
    has(&anna, "business_phones, source, source_id, linked, groups, updated_at");
    assert_eq!((&anna["display_name"], &anna["source"]), (&"Anna Ähre".into(), &"manual".into()));
    let id = anna["id"].as_str().unwrap();
    let changed = desk.json(&["contact", "set", "muster", id, "mobile=+49 1", "business_phones=1, 2"]);
    assert_eq!(changed["business_phones"], serde_json::json!(["1", "2"]));
    let pinned =
        desk.json(&["contact", "pin", "muster", "ANNA@x.example", "mobile=+49 2", "--why", "on loan"]);
    assert_eq!((&pinned["mobile"], &pinned["pins"][0]["reason"]), (&"+49 2".into(), &"on loan".into()));
    assert_eq!(desk.json(&["contact", "unpin", "muster", id, "mobile"])["pins"], serde_json::json!([]));

    let book = desk.json(&["book", "muster", "--search", "aehre"]);
    assert_eq!(book.as_array().unwrap().len(), 1);
    assert_eq!(fields(&book[0]), fields(&anna));
    assert_eq!(desk.json(&["book", "muster", "--search", "berta"]).as_array().unwrap().len(), 0);
    assert!(desk.good(&["book", "muster"]).contains("Anna Ähre"));
    assert!(desk.good(&["book", "muster", "--format", "csv"]).starts_with("id,"));
    assert!(desk.good(&["book", "muster", "--format", "vcard"]).starts_with("BEGIN:VCARD"));

    desk.good(&["contact", "remove", "muster", "anna@x.example"]);
    assert_eq!(desk.json(&["bin", "muster"])[0]["id"], anna["id"]);
    assert_eq!(desk.type_in(&["contact", "remove", "muster", "anna@x.example"]).code, 1);
}

#[test]
fn the_key_and_the_database_are_private() {
    use std::os::unix::fs::PermissionsExt;
    let desk = Desk::new("private");
    desk.good(&["customer", "add", "muster", "--name", "M"]);
    desk.good(&["doctor"]);
    for entry in fs::read_dir(&desk.data).unwrap() {
        let entry = entry.unwrap();
        assert_eq!(entry.metadata().unwrap().permissions().mode() & 0o077, 0, "{:?}", entry.path());
    }
}
