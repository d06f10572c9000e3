//! A database that is not where the configuration says, or not what it should be: what is told ends with 5 and helps.

use std::fs;

use crate::support::{Answer, Desk, answer};

/// What a command says in both languages.
fn told(desk: &Desk, line: &[&str], texts: [&str; 2]) {
    for (language, text) in ["en", "de"].into_iter().zip(texts) {
        let told: Answer =
            answer(&desk.command().args(["--language", language]).args(line).output().unwrap());
        assert_eq!(told.code, 5, "{line:?}: {}{}", told.out, told.err);
        assert!(told.err.contains(text), "{line:?}: {}", told.err);
        assert!(!told.err.contains("half-done") && !told.err.contains("halb getan"), "{}", told.err);
        assert!(!told.err.contains("cannot be reached"), "{}", told.err);
    }
}

#[test]
fn a_database_that_is_not_there_is_looked_for_and_not_made() {
    let desk = Desk::new("places-none");
    for line in [&["customer", "list"][..], &["operator", "show"], &["policy", "show", "--operator"]] {
        told(&desk, line, ["there is no ", "gibt es nicht; `whoswho customer add"]);
    }
    assert!(!desk.data.join("whoswho.db").exists());
}

#[test]
fn a_file_that_is_no_database_is_named_and_left_alone() {
    let desk = Desk::new("places-other");
    let file = desk.file("letter.txt", &"Dear reader, this is a letter and no database. ".repeat(30));
    let before = fs::read(&file).unwrap();
    let line = ["--database", &file, "customer", "list"];
    told(
        &desk,
        &line,
        ["letter.txt is no database of Whoswho; check --data", "ist keine Datenbank von Whoswho"],
    );
    assert_eq!(fs::read(&file).unwrap(), before);
}

#[test]
fn a_postgres_url_that_leads_nowhere_is_told_with_what_to_correct() {
    let desk = Desk::new("places-url");
    let bad = ["--database", "postgres://u:geheim@h/x?schema=a;b", "customer", "list"];
    told(&desk, &bad, ["cannot be used: schema= holds", "ist nicht brauchbar: schema= enthält"]);
    let Ok(url) = std::env::var(store::testing::POSTGRES) else { return };
    let schema = format!("{url}{}schema=nobody_made_this", if url.contains('?') { "&" } else { "?" });
    told(
        &desk,
        &["--database", &schema, "customer", "list"],
        ["make it with CREATE SCHEMA", "mit CREATE SCHEMA anlegen"],
    );
    let address = url.split('?').next().unwrap();
    let (server, _) = address.rsplit_once('/').unwrap();
    let other = url.replacen(address, &format!("{server}/nobody_made_this"), 1);
    told(
        &desk,
        &["--database", &other, "customer", "list"],
        ["(3D000); correct the URL", "die URL berichtigen"],
    );
}

#[test]
fn w12_what_the_system_says_is_told_in_the_readers_words_with_its_own_in_brackets() {
    let desk = Desk::new("places-said");
    desk.good(&["customer", "add", "muster", "--name", "Muster"]);
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("postgres://u:p@{}/x", free.local_addr().unwrap());
    // Nobody listens there any more.
    drop(free);
    let id = "99999999-9999-4999-8999-999999999999";
    let connect = ["connect", "muster", "--tenant-id", id, "--client-id", id, "--client-secret-file", "nope"];
    let missing = [
        "there is no such file or folder (No such file",
        "diese Datei oder diesen Ordner gibt es nicht (No such",
    ];
    let lines: [(&[&str], i32, [&str; 2]); 5] = [
        (&connect, 2, missing),
        (&["restore", "nope"], 2, missing),
        (&["backup", "nowhere/archive.gz"], 1, missing),
        (
            &["serve", "--listen", &address],
            1,
            ["another program has this address (", "ein anderes Programm hat diese Adresse ("],
        ),
        (
            &["--database", &url, "customer", "list"],
            5,
            [
                "nobody listens there (Connection refused",
                "dort nimmt niemand Verbindungen an (Connection refused",
            ],
        ),
    ];
    for (line, code, texts) in lines {
        for (language, text) in ["en", "de"].into_iter().zip(texts) {
            let told = desk.type_in(&[&["--language", language], line].concat());
            assert_eq!(told.code, code, "{line:?}: {}{}", told.out, told.err);
            assert!(told.err.contains(text), "{line:?}: {}", told.err);
        }
    }
}
