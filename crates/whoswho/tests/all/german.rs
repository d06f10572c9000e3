//! The main job in both languages: what people read is German or English, never both; codes and field names stay.

use m365sim::TenantSpec;
use serde_json::Value;

use crate::support::{Answer, Desk, Office, answer, person};

/// Words that tell a language, wherever they stand.
const ENGLISH: [&str; 25] = [
    " the ",
    "nothing",
    "nobody",
    " is in ",
    "held",
    "changed",
    " run ",
    "shows",
    "request",
    "created",
    "who ",
    "why",
    "contact ",
    "contacts",
    " with ",
    "chosen",
    "remove",
    "outcome",
    "undone",
    "empty",
    "scope:",
    "linked",
    "finding",
    "everybody",
    " by hand",
];
const GERMAN: [&str; 18] = [
    "ä",
    "ö",
    "ü",
    "ß",
    " der ",
    " die ",
    " das ",
    "nichts",
    "niemand",
    "Lauf",
    "Kontakt",
    "zurückgehalten",
    "zeigt",
    "Anfrage",
    "angelegt",
    " wurde",
    " alle ",
    "von Hand",
];

fn speak(desk: &Desk, language: &str, line: &[&str]) -> Answer {
    answer(&desk.command().args(["--language", language]).args(line).output().unwrap())
}

/// A text without what people, commands and codes are called.
fn prose(text: &str) -> String {
    let outside = |(n, part): (usize, &str)| if n % 2 == 0 { part.to_owned() } else { String::new() };
    text.split('`').enumerate().map(outside).collect::<Vec<_>>().join(" ")
}

fn only(language: &str, line: &[&str], text: &str) {
    let (strange, text) = (if language == "de" { &ENGLISH[..] } else { &GERMAN[..] }, prose(text));
    for word in strange {
        assert!(!text.contains(word), "{language} {line:?} says “{word}”: {text}");
    }
}

/// What a command says in German, after it was seen to say it in German only.
fn german(desk: &Desk, line: &[&str], code: i32) -> String {
    let told = speak(desk, "de", line);
    assert_eq!(told.code, code, "{line:?}: {}{}", told.out, told.err);
    only("de", line, &told.out);
    only("de", line, &told.err);
    format!("{}{}", told.out, told.err)
}

/// The same for a command that only looks, in both languages.
fn both(desk: &Desk, line: &[&str], code: i32) -> String {
    let told = speak(desk, "en", line);
    assert_eq!(told.code, code, "{line:?}: {}{}", told.out, told.err);
    only("en", line, &told.out);
    only("en", line, &told.err);
    german(desk, line, code)
}

fn says(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(text.contains(part), "“{part}” in {text}");
    }
}

#[test]
fn the_main_job_is_done_in_german() {
    let office = Office::open("german-job", &TenantSpec::empty("muster.example"));
    let desk = &office.desk;
    for first in ["Anna", "Bert", "Cora"] {
        office.tenant.add_user(person(first, "Ast"));
    }
    says(&both(desk, &["book", "muster"], 0), &["das Kontaktbuch ist leer"]);
    says(&both(desk, &["sync", "muster"], 1), &["nicht mit Microsoft 365 verbunden"]);
    assert_eq!(office.connect_as("muster", &office.tenant, &office.tenant.client_secret()).code, 0);

    says(&both(desk, &["scope", "list", "muster"], 0), &["niemand"]);
    says(&both(desk, &["plan", "muster"], 0), &["nichts zu tun: niemand ist im Personenkreis"]);
    says(&german(desk, &["scope", "add", "muster", "all"], 0), &["alle", "zeigt, was das ändert"]);
    let plan = both(desk, &["plan", "muster"], 0);
    says(&plan, &["was", "wer", "Änderung", "warum", "anlegen: 3", "alle gehören ins Kontaktbuch"]);
    says(&plan, &["nichts wurde geändert; `whoswho sync muster` wendet es an"]);
    says(&german(desk, &["sync", "muster"], 0), &["Lauf", "von muster: fertig in", "gelesen", "3 angelegt"]);
    says(&both(desk, &["book", "muster"], 0), &["Anna Ast", "durch Anlegen", "3 Kontakte"]);
    says(&both(desk, &["book", "muster", "--search", "cora"], 0), &["1 Kontakt\n"]);
    says(&both(desk, &["source", "users", "muster"], 0), &["Mitglied", "3 Benutzer"]);

    let why = both(desk, &["explain", "muster", "anna@muster.example"], 0);
    says(
        &why,
        &[
            "ist drin: alle gehören",
            "im Personenkreis: alle sind es",
            "verknüpft durch Anlegen",
            "ändert an dieser Person nichts",
        ],
    );
    says(&both(desk, &["explain", "muster", "wer@muster.example"], 1), &["niemand im Mandanten"]);

    says(&both(desk, &["holds", "muster"], 0), &["nichts ist zurückgehalten"]);
    let held = german(desk, &["hold", "muster", "bert@muster.example", "--why", "Betriebsrat"], 0);
    says(&held, &["1 Person zurückgehalten"]);
    says(
        &both(desk, &["holds", "muster"], 0),
        &["von Hand zurückgehalten: Betriebsrat", "1 von Hand zurückgehalten"],
    );
    says(
        &both(desk, &["explain", "muster", "bert@muster.example"], 0),
        &["zurückgehalten seit", "gibt es frei"],
    );
    says(
        &german(desk, &["release", "muster", "--all"], 0),
        &["keine Änderung war zurückgehalten", "weiter von Hand zurückgehalten: 1 Person"],
    );
    says(&german(desk, &["release", "muster", "bert@muster.example"], 0), &["freigegeben; `whoswho sync"]);
}

#[test]
fn what_was_done_is_looked_up_and_taken_back_in_german() {
    let office = Office::ready("german-back", &TenantSpec::empty("muster.example"));
    let desk = &office.desk;
    for first in ["Anna", "Bert", "Cora"] {
        office.tenant.add_user(person(first, "Ast"));
    }
    says(&german(desk, &["sync", "muster"], 0), &["3 angelegt"]);
    let cora = "cora@muster.example";
    says(&german(desk, &["contact", "remove", "muster", cora], 0), &["ist im Papierkorb"]);
    says(&both(desk, &["bin", "muster"], 0), &["Cora Ast", "entfernt"]);
    says(&german(desk, &["bin", "restore", "muster", cora], 0), &["ist wieder im Kontaktbuch"]);
    says(&both(desk, &["bin", "muster"], 0), &["der Papierkorb ist leer"]);
    says(&both(desk, &["bin", "restore", "muster", cora], 1), &["niemand im Papierkorb ist „cora"]);
    says(&both(desk, &["contact", "history", "muster", cora], 0), &["wann", "angelegt", "entfernt", "Hand"]);

    let runs = desk.json(&["runs", "muster"]);
    let first = runs.as_array().unwrap().iter().find(|r| r["created"] == 3).unwrap()["run_id"].to_string();
    says(&both(desk, &["runs", "muster"], 0), &["Beginn (UTC)", "Ausgang", "fertig"]);
    let shown = both(desk, &["run", "show", &first], 0);
    says(&shown, &["Lauf ", "anlegen", "alle gehören ins Kontaktbuch"]);
    says(
        &both(desk, &["undo", &first, "--plan"], 0),
        &["geplant, nichts wurde geändert", "rückgängig gemacht"],
    );
    says(&german(desk, &["undo", &first], 0), &["macht rückgängig", "entfernt"]);
    says(
        &both(desk, &["undo", "muster", "--to", "2999-01-01"], 1),
        &["hat kein Lauf das Kontaktbuch geändert"],
    );
    says(&both(desk, &["undo", "muster"], 2), &["keine Nummer eines Laufs"]);
    says(&both(desk, &["run", "show", "999"], 1), &["den Lauf 999 gibt es nicht"]);
    says(&both(desk, &["group", "list", "muster"], 0), &["es gibt keine Kontaktgruppen"]);
    says(&both(desk, &["kept-out", "list", "muster"], 0), &["niemand ist ausgeschlossen"]);
    says(&both(desk, &["outbox", "muster"], 0), &["der Postausgang ist leer"]);
}

#[test]
fn json_texts_follow_the_language_and_codes_do_not() {
    let office = Office::ready("german-json", &TenantSpec::empty("muster.example"));
    office.tenant.add_user(person("Anna", "Ast"));
    let one = |language: &str| -> Value {
        let told = speak(&office.desk, language, &["--json", "plan", "muster"]);
        serde_json::from_str::<Value>(&told.out).unwrap()["operations"][0].clone()
    };
    let (english, german) = (one("en"), one("de"));
    assert_eq!((&english["kind"], &english["reason"]), (&german["kind"], &german["reason"]));
    assert_eq!(english["kind"], "create");
    assert_eq!(english["text"], "everybody belongs in the book");
    assert_eq!(german["text"], "alle gehören ins Kontaktbuch");
}

#[test]
fn wrong_values_are_told_in_german() {
    let desk = Desk::new("german-values");
    desk.good(&["customer", "add", "muster", "--name", "M"]);
    desk.good(&["contact", "add", "muster", "first_name=Anna", "email=anna@x.example"]);
    let anna = "anna@x.example";
    let long = format!("first_name={}", "x".repeat(257));
    let lines: [(&[&str], i32, &str); 22] = [
        (&["customer", "add", "muster", "--name", "M"], 1, "den Kunden „muster“ gibt es schon"),
        (&["customer", "add", "Größe", "--name", "M"], 2, "„Größe“ ist kein Kürzel"),
        (&["customer", "add", "leer", "--name", " "], 2, "ein Kunde braucht einen Namen"),
        (
            &["customer", "add", "b", "--name", "a\u{1b}[31mb"],
            2,
            "name wird nicht angenommen: darin stehen Steuer",
        ),
        (&["customer", "set", "muster", "city=a\u{7}"], 2, "city wird nicht angenommen"),
        (&["contact", "add", "muster", "first_name=a\u{202e}b"], 2, "first_name wird nicht angenommen"),
        (&["contact", "set", "muster", anna, &long], 2, "mehr als 256 Zeichen"),
        (
            &["policy", "set", "muster", "mode=so"],
            2,
            "mode kann nicht „so“ sein; möglich: manual oder automatic",
        ),
        (&["policy", "set", "muster", "guard.count=-1"], 2, "möglich: eine ganze Zahl ab 0"),
        (&["policy", "set", "muster", "schedule=nie"], 2, "„mon-fri 06:00,18:00“ oder „every 15m“"),
        (&["policy", "set", "muster", "nie=1"], 2, "den Schlüssel „nie“ gibt es nicht"),
        (&["contact", "add", "muster", "shoe_size=42"], 2, "das Feld „shoe_size“ gibt es nicht"),
        (&["contact", "add", "muster", "first_name"], 2, "ist nicht SCHLÜSSEL=WERT"),
        (&["contact", "add", "muster", "email=a@x.example"], 2, "ein Kontakt braucht"),
        (&["contact", "set", "muster", anna, "email=anna"], 2, "„anna“ ist keine E-Mail-Adresse"),
        (&["contact", "set", "muster", anna, "mobile=nie"], 2, "„nie“ ist keine Telefonnummer"),
        (&["contact", "set", "muster", "b@x.example", "mobile=1"], 1, "kein Kontakt ist „b@x.example“"),
        (
            &["contact", "pin", "muster", anna, "mobile", "--why", "x", "--until", "2020-01-01"],
            2,
            "schon vorbei",
        ),
        (&["contact", "unpin", "muster", anna, "mobile"], 1, "war kein Festwert"),
        (&["serve", "--listen", "hier"], 2, "listen kann nicht „hier“ sein"),
        (&["group", "remove", "muster", "Vertrieb"], 1, "keine Kontaktgruppe heißt „Vertrieb“"),
        (&["restore", "gibt-es-nicht.archive", "--kept-out", "x"], 2, "gibt-es-nicht.archive"),
    ];
    for (line, code, text) in lines {
        let told = speak(&desk, "de", line);
        assert_eq!(told.code, code, "{line:?}: {}", told.err);
        assert!(told.err.contains(text), "{line:?}: {}", told.err);
    }
}

#[test]
fn w12_why_a_run_failed_is_read_in_the_language_of_the_reader() {
    for office in Office::each("why-failed") {
        let office = office.connected();
        office.desk.good(&["sync", "muster"]);
        office.tenant.revoke_consent();
        for language in ["de", "en"] {
            assert_eq!(speak(&office.desk, language, &["sync", "muster"]).code, 4);
        }
        let runs = office.desk.json(&["runs", "muster"]);
        let failed = |n: usize| runs[n]["run_id"].to_string();
        for run in [failed(0), failed(1)] {
            for language in ["de", "en"] {
                let line = ["run", "show", &run];
                let told = speak(&office.desk, language, &line);
                assert_eq!(told.code, 0);
                // Behind the bracket stand codes for Microsoft's support.
                only(language, &line, told.out.split(" (HTTP").next().unwrap());
            }
            let german = speak(&office.desk, "de", &["run", "show", &run]).out;
            assert!(german.contains("Berechtigung fehlt: User.Read.All"), "{german}");
        }
    }
}
