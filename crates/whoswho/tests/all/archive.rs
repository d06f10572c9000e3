//! Backup, restore and erase as a person types them.

use std::fs;

use m365sim::{TenantSpec, UserSpec};
use serde_json::{Value, json};

use crate::support::{Desk, Office, has};

fn company() -> TenantSpec {
    TenantSpec::empty("muster.example")
}

fn person(first: &str, last: &str) -> UserSpec {
    let mail = format!("{}.{}@muster.example", first.to_lowercase(), last.to_lowercase());
    UserSpec {
        given_name: Some(first.into()),
        surname: Some(last.into()),
        display_name: Some(format!("{first} {last}")),
        mail: Some(mail.clone()),
        user_principal_name: Some(mail),
        mobile_phone: Some("+49 171 5550042".into()),
        ..UserSpec::default()
    }
}

/// A desk with the key of another one and an empty database.
fn empty_with_key_of(desk: &Desk, name: &str) -> Desk {
    let other = Desk::new(name);
    fs::create_dir_all(&other.data).unwrap();
    let key = other.data.join("key");
    fs::copy(desk.data.join("key"), &key).unwrap();
    other
}

fn path(desk: &Desk, name: &str) -> String {
    desk.data.join(name).to_str().unwrap().to_owned()
}

/// A restore says, in both languages, what it brought and of when that is.
fn says_of_when(there: &Desk, archive: &str, written_at: &str) {
    let as_of = format!("{} UTC", written_at[..16].replace('T', " "));
    for (language, first, when) in
        [("en", "restored 1 customer, ", ", as of "), ("de", "wiederhergestellt: 1 Kunde, ", ", Stand ")]
    {
        let told = there.good(&["--language", language, "restore", archive, "--replace", "--yes"]);
        assert!(told.starts_with(first) && told.contains(&format!("{when}{as_of}")), "{told}");
    }
}

#[test]
fn w15_a_restored_book_goes_on_with_a_delta() {
    let office = Office::ready("backup", &company());
    let anna = office.tenant.add_user(person("Anna", "Ast"));
    office.tenant.add_user(person("Berta", "Baum"));
    office.desk.good(&["sync", "muster"]);
    let archive = path(&office.desk, "archive.gz");
    let told = office.desk.json(&["backup", &archive]);
    has(&told, "file, rows, tables, keys");
    assert_eq!(told["tables"]["contact"], 2);
    assert_eq!(office.desk.type_in(&["backup", &archive]).code, 1, "a file that is there stays");
    assert_eq!(office.desk.type_in(&["--json", "backup", "-"]).code, 2);
    let alias = path(&office.desk, "link.gz");
    std::os::unix::fs::symlink(&archive, &alias).unwrap();
    for (language, words) in [("en", "is no plain file"), ("de", "keine gewöhnliche Datei")] {
        let told = office.desk.type_in(&["--language", language, "backup", &alias, "--force"]);
        assert!(told.code == 1 && told.err.contains(words), "{}", told.err);
    }
    assert!(fs::symlink_metadata(&alias).unwrap().is_symlink(), "it is there as it was");
    office.desk.good(&["backup", &archive, "--force"]);
    let doctor = office.desk.good(&["doctor"]);
    assert!(doctor.contains("backup: the last one was written at"), "{doctor}");

    let there = empty_with_key_of(&office.desk, "backup-there");
    let told = there.json(&["restore", &archive]);
    has(&told, "file, written_at, rows, customers, without_credentials, kept_out, erased, foreign");
    assert_eq!(told["customers"], 1);
    for list in [["book", "muster"], ["runs", "muster"], ["bin", "muster"], ["policy", "show"]] {
        let line: Vec<&str> =
            if list[0] == "policy" { vec!["policy", "show", "muster"] } else { list.to_vec() };
        assert_eq!(there.json(&line), office.desk.json(&line), "{line:?}");
    }
    office.tenant.update_user(&anna, |u| u.surname = Some("Zweig".into()));
    let run = there.json(&["sync", "muster"]);
    assert_eq!(
        (&run["mode"], &run["updated"], &run["created"]),
        (&json!("delta"), &json!(1), &json!(0)),
        "{run}"
    );
    assert_eq!(there.type_in(&["restore", &archive]).code, 1, "not into a database that holds something");
    assert_eq!(there.type_in(&["restore", &archive, "--replace"]).code, 2, "nobody can be asked");
    says_of_when(&there, &archive, told["written_at"].as_str().unwrap());
    assert_eq!(there.json(&["book", "muster"]), office.desk.json(&["book", "muster"]));
    let empty = Desk::new("backup-other-key");
    let told = empty.type_in(&["restore", &archive]);
    assert_eq!(told.code, 5, "{}", told.err);
    assert!(told.err.contains("--without-credentials"), "{}", told.err);
    let german = empty.type_in(&["--language", "de", "restore", &archive]);
    assert!(german.err.contains("versiegelt, der nicht in") && german.code == 5, "{}", german.err);
    empty.good(&["restore", &archive, "--without-credentials"]);
    let shown = empty.json(&["customer", "show", "muster"]);
    assert_eq!(
        (&shown["credential_left_out"], &shown["credential_ends_at"]),
        (&json!(true), &Value::Null),
        "{shown}"
    );
    for (language, words) in [("en", "credential was left out"), ("de", "Zugangsdaten wurden beim")] {
        let told = empty.type_in(&["--language", language, "doctor"]);
        assert!(told.code == 1 && told.out.contains(words), "{}{}", told.out, told.err);
        assert!(!told.out.contains("no key at hand"), "{}", told.out);
    }
}

#[test]
fn a_damaged_archive_is_told_as_that_and_the_database_is_not_blamed() {
    for desk in Desk::each("backup-damaged") {
        desk.good(&["customer", "add", "muster", "--name", "M"]);
        let whole = desk.data.join("whole.gz").to_str().unwrap().to_owned();
        desk.good(&["backup", &whole]);
        let bytes = fs::read(&whole).unwrap();
        let short = desk.data.join("short.gz");
        fs::write(&short, &bytes[..bytes.len() / 2]).unwrap();
        let line = ["restore", short.to_str().unwrap(), "--replace", "--yes"];
        for (language, text) in [("en", "is damaged: "), ("de", "ist beschädigt: ")] {
            let told = desk.type_in(&[&["--language", language], &line[..]].concat());
            assert_eq!(told.code, 1, "{}", told.err);
            assert!(told.err.contains(text) && told.err.contains("short.gz"), "{}", told.err);
            assert!(!told.err.contains("database") && !told.err.contains("Datenbank"), "{}", told.err);
        }
        assert_eq!(desk.json(&["customer", "list"]).as_array().unwrap().len(), 1, "{}", desk.engine());
    }
}

/// Whether any of the words is in the database's files or in the text.
pub fn traces(desk: &Desk, words: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir(&desk.data).unwrap() {
        let path = entry.unwrap().path();
        if !path.file_name().unwrap().to_str().unwrap().starts_with("whoswho.db") {
            continue;
        }
        let bytes = fs::read(&path).unwrap().to_ascii_lowercase();
        for word in words {
            if bytes.windows(word.len()).any(|w| w == word.to_ascii_lowercase().as_bytes()) {
                found.push(format!("{word} in {}", path.display()));
            }
        }
    }
    found
}

pub fn unpacked(desk: &Desk, name: &str) -> String {
    let archive = path(desk, name);
    desk.good(&["backup", &archive]);
    let bytes = std::process::Command::new("gunzip").args(["-c", &archive]).output().unwrap();
    assert!(bytes.status.success(), "gunzip reads an archive");
    String::from_utf8(bytes.stdout).unwrap().to_lowercase()
}

/// What she is found by.
pub const WORDS: [&str; 4] = ["iphigenie", "quastenflosser", "kuckuck", "5550042"];

/// A company in which she changed, left (a mail tells it) and came back: values in plans, bin and outbox. Answers her id
/// and the run that removed her.
pub fn a_life(office: &Office) -> (String, String) {
    let keys = ["fields.mobile=always", "guard.count=50"];
    office.desk.good(&[&["policy", "set", "muster"][..], &keys].concat());
    office.desk.good(&["customer", "set", "muster", "notify.removed=on", "notify.to=it@muster.example"]);
    let iris = office.tenant.add_user(person("Iphigenie", "Quastenflosser"));
    for n in 0..60 {
        office.tenant.add_user(UserSpec { mobile_phone: None, ..person(&format!("Name{n}"), "Ast") });
    }
    office.desk.good(&["sync", "muster"]);
    office.tenant.update_user(&iris, |u| u.surname = Some("Quastenflosser-Kuckuck".into()));
    office.desk.good(&["sync", "muster"]);
    assert!(office.tenant.delete_user(&iris));
    let gone = office.desk.json(&["sync", "muster"]);
    assert_eq!(gone["removed"], 1, "{gone}");
    assert!(office.tenant.restore_user(&iris));
    office.desk.good(&["sync", "muster"]);
    (iris, gone["run_id"].to_string())
}

#[test]
fn w11_an_erased_person_is_nowhere_and_stays_out() {
    let office = Office::ready("erase", &company());
    let (iris, run) = a_life(&office);
    let words = WORDS;
    assert!(!traces(&office.desk, &words).is_empty(), "she is there before");
    assert!(unpacked(&office.desk, "before.gz").contains("iphigenie"));
    assert!(office.desk.good(&["--json", "outbox", "muster"]).contains("Iphigenie"));

    let email = "iphigenie.quastenflosser@muster.example";
    assert_eq!(office.desk.type_in(&["contact", "erase", "muster", email]).code, 2, "nobody can be asked");
    let told = office.desk.json(&["contact", "erase", "muster", email, "--yes"]);
    has(&told, "customer, contact, reason, kept_out, files");
    assert_eq!((&told["kept_out"], &told["files"]), (&json!([iris]), &json!("clean")));
    let check = |when: &str| {
        assert_eq!(traces(&office.desk, &words), [""; 0], "{when}");
        let book = office.desk.json(&["book", "muster"]);
        assert_eq!(book.as_array().unwrap().len(), 60, "{when}");
    };
    check("erased");
    let later = unpacked(&office.desk, "after.gz");
    assert!(words.iter().all(|w| !later.contains(w)), "a later backup");
    office.desk.good(&["sync", "muster", "--complete"]);
    check("a complete read");
    assert_eq!(
        office.desk.json(&["sync", "muster", "--complete"])["outcome"],
        "quiet",
        "and it writes nothing"
    );
    office.tenant.update_user(&iris, |u| u.job_title = Some("Taucherin".into()));
    office.desk.good(&["sync", "muster"]);
    check("a delta");
    let undone = office.desk.type_in(&["undo", &run]);
    check(&format!("an undo: {}{}", undone.out, undone.err));
    office.desk.good(&["restore", &path(&office.desk, "before.gz"), "--replace", "--yes"]);
    assert_eq!(traces_in_lists(&office.desk, &words), [""; 0], "an older backup");
    office.desk.good(&["sync", "muster"]);
    assert_eq!(traces_in_lists(&office.desk, &words), [""; 0], "a run after it");

    let kept = office.desk.json(&["kept-out", "list", "muster"]);
    assert_eq!((&kept[0]["source_id"], &kept[0]["reason"]), (&json!(iris), &json!("erased")));
    let log = office.desk.json(&["kept-out", "log", "muster"]);
    assert_eq!((&log[0]["contact"], &log[0]["made_by"]), (&told["contact"], &json!("contact erase")));
    let why = office.desk.json(&["explain", "muster", &iris]);
    assert_eq!((&why[0]["standing"], &why[0]["name"]), (&json!("kept_out"), &Value::Null));

    assert_eq!(office.desk.json(&["kept-out", "remove", "muster", &iris])["removed"], true);
    assert_eq!(office.desk.type_in(&["kept-out", "remove", "muster", &iris]).code, 1);
    let run = office.desk.json(&["sync", "muster"]);
    assert_eq!((&run["mode"], &run["created"]), (&json!("complete"), &json!(1)), "{run}");
    assert!(office.desk.good(&["book", "muster", "--search", "Kuckuck"]).contains("Iphigenie"));
}

/// What lists show of the words.
fn traces_in_lists(desk: &Desk, words: &[&str]) -> Vec<String> {
    let lists = ["book", "bin", "outbox", "runs", "holds"].map(|list| vec![list, "muster"]);
    let archive = unpacked(desk, &format!("traces-{}.gz", fs::read_dir(&desk.data).unwrap().count()));
    let mut texts: Vec<String> =
        lists.iter().map(|line| desk.good(&[&["--json"], &line[..]].concat())).collect();
    texts.push(archive);
    let all = texts.join("\n").to_lowercase();
    words.iter().filter(|w| all.contains(**w)).map(|w| (*w).to_owned()).collect()
}

#[test]
fn w11_somebody_who_is_not_in_the_book_can_object_beforehand() {
    let office = Office::ready("object", &company());
    let anna = office.tenant.add_user(person("Anna", "Ast"));
    office.desk.good(&["source", "users", "muster"]);
    let told = office.desk.json(&["contact", "erase", "muster", &anna, "--reason", "objected", "--yes"]);
    assert_eq!((&told["contact"], &told["kept_out"]), (&Value::Null, &json!([anna])));
    assert_eq!(office.desk.json(&["sync", "muster"])["created"], 0);
    assert_eq!(office.desk.json(&["kept-out", "list", "muster"])[0]["reason"], "objected");
    assert_eq!(office.desk.type_in(&["contact", "erase", "muster", "nobody@x.example", "--yes"]).code, 1);
    // An end of the connection does not make the objection void.
    office.desk.good(&["disconnect", "muster", "--yes"]);
    assert_eq!(office.connect(&office.tenant.client_secret()).code, 0);
    office.desk.good(&["scope", "add", "muster", "all"]);
    assert_eq!(office.desk.json(&["sync", "muster"])["created"], 0, "after connecting again");
}

#[test]
fn w11_nobody_else_with_the_same_address_is_kept_out_without_being_named() {
    let office = Office::ready("shared", &company());
    let front = |name: &str| UserSpec { mail: Some("empfang@muster.example".into()), ..person(name, "Ast") };
    let (anna, bert) = (office.tenant.add_user(front("Anna")), office.tenant.add_user(front("Bert")));
    let contact = office.desk.json(&["contact", "add", "muster", "email=empfang@muster.example"]);
    office.desk.good(&["source", "users", "muster"]);
    let address = "empfang@muster.example";
    let told = office.desk.type_in(&["contact", "erase", "muster", address, "--yes"]);
    assert_eq!(told.code, 2, "{}{}", told.out, told.err);
    let all = [&anna, &bert].map(|id| told.err.contains(id.as_str()));
    assert!(
        all == [true; 2] && told.err.contains("--source") && told.err.contains("Bert Ast"),
        "{}",
        told.err
    );
    assert_eq!(office.desk.json(&["kept-out", "list", "muster"]), json!([]), "{contact}: nothing is done");
    let stranger = ["contact", "erase", "muster", address, "--yes", "--source"];
    let other = "99999999-9999-4999-8999-999999999999";
    assert_eq!(office.desk.type_in(&[&stranger[..], &[other]].concat()).code, 2);
    let told = office.desk.json(&[&stranger[..], &[bert.as_str()]].concat());
    assert_eq!(told["kept_out"], json!([bert]), "{told}");
    let kept = office.desk.json(&["kept-out", "list", "muster"]);
    assert_eq!((kept.as_array().unwrap().len(), &kept[0]["source_id"]), (1, &json!(bert)));
}
