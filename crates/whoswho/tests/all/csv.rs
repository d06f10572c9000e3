//! CSV import at the command line (S11): guessed, planned, imported, listed and taken back.

use std::fs;

use serde_json::json;

use crate::support::Desk;

/// Windows-1252 with semicolons, as Excel writes it in Germany.
const EXCEL: &[u8] = b"Vorname;Nachname;E-Mail-Adresse;Durchwahl;Spalte X\r\nJ\xfcrgen;M\xfcller;jm@x.example;040 1;-\r\nZo\xeb;Gro\xdf;kein-at;;-\r\n";

#[test]
fn s11_a_file_is_imported_whole_listed_and_taken_back() {
    for desk in Desk::each("csv") {
        desk.good(&["customer", "add", "muster", "--name", "Muster"]);
        let file = desk.file("kontakte.csv", "");
        fs::write(&file, EXCEL).unwrap();
        let import = ["contact", "import", "muster", &file];
        let plan = desk.json(&[&import[..], &["--plan"]].concat());
        assert_eq!(
            (&plan["encoding"], &plan["separator"]),
            (&json!("windows-1252"), &json!("semicolon")),
            "{}",
            desk.engine()
        );
        assert_eq!((&plan["created"], &plan["wrong"], &plan["import"]), (&json!(1), &json!(1), &json!(null)));
        assert_eq!(plan["columns"][3], json!({ "heading": "Durchwahl", "field": "business_phones" }));
        assert_eq!(plan["columns"][4]["field"], json!(null));
        let told = desk.type_in(&[&["--language", "de"], &import[..]].concat());
        assert_eq!(told.code, 1, "{}", told.out);
        let row = "Zeile 3: In „E-Mail-Adresse“ steht „kein-at“. Erwartet wird eine E-Mail-Adresse";
        assert!(told.out.contains(row) && told.out.contains("eingelesen wurde nichts"), "{}", told.out);
        assert_eq!(desk.json(&["book", "muster"]), json!([]), "nothing half-imported");
        let errors = desk.data.join("errors.csv").display().to_string();
        let more = ["--leave-out-errors", "--errors", &errors, "--group", "Chor", "--column", "Spalte X="];
        let done = desk.json(&[&import[..], &more].concat());
        let left = fs::read_to_string(&errors).unwrap();
        assert!(left.contains("Zoë;Groß;kein-at") && !left.contains("Jürgen"), "{left}");
        let book = desk.json(&["book", "muster"]);
        assert_eq!((&book[0]["display_name"], &book[0]["source"]), (&json!("Jürgen Müller"), &json!("csv")));
        assert_eq!(book[0]["groups"][0]["name"], json!("Chor"));
        let listed = desk.json(&["contact", "imports", "muster"]);
        assert_eq!((&listed[0]["file"], &listed[0]["created"]), (&json!("kontakte.csv"), &json!(1)));
        let n = done["import"].to_string();
        let planned = desk.json(&["contact", "import-undo", "muster", &n, "--plan"]);
        assert_eq!(
            (&planned["removed"], desk.json(&["book", "muster"]).as_array().unwrap().len()),
            (&json!(1), 1)
        );
        desk.good(&["contact", "import-undo", "muster", &n]);
        assert_eq!(desk.json(&["book", "muster"]), json!([]));
        let again = desk.type_in(&["contact", "import-undo", "muster", &n]);
        assert!(again.code == 1 && again.err.contains("taken back already"), "{}", again.err);
    }
}

#[test]
fn s11_what_the_command_line_exports_it_reads_back_unchanged() {
    for desk in Desk::each("csv-back") {
        desk.good(&["customer", "add", "muster", "--name", "Muster"]);
        for name in ["first_name==1+1", "last_name=Müller, 'Jo'", "display_name=@x;\"y\""] {
            desk.good(&["contact", "add", "muster", name, "mobile=+49 170 1"]);
        }
        let file = desk.file("book.csv", &desk.good(&["book", "muster", "--format", "csv"]));
        let told = desk.json(&["contact", "import", "muster", &file, "--existing", "update"]);
        assert_eq!(
            (&told["unchanged"], &told["errors"]),
            (&json!(3), &json!([])),
            "{}: {told}",
            desk.engine()
        );
        assert_eq!((&told["separator"], &told["import"]), (&json!("comma"), &json!(null)));
    }
}

#[test]
fn s11_columns_and_files_that_cannot_be_say_what_to_do() {
    for desk in Desk::each("csv-wrong") {
        desk.good(&["customer", "add", "muster", "--name", "Muster"]);
        let file = desk.file("k.csv", "A;B\nAnna;x\n");
        let import = ["contact", "import", "muster", &file];
        for (more, told) in [
            (&[][..], "No column names anybody"),
            (&["--column", "C=first_name"], "no column is called “C”; the columns are A, B"),
            (&["--column", "A=surname"], "there is no field “surname”"),
            (&["--column", "A"], "--column takes HEADING=FIELD"),
            (&["--column", "A=first_name", "--separator", "comma"], "no column is called “A”"),
        ] {
            let answer = desk.type_in(&[&import[..], more].concat());
            assert!(answer.code == 2 && answer.err.contains(told), "{more:?}: {}", answer.err);
        }
        let none = desk.type_in(&["contact", "import", "muster", "nowhere.csv"]);
        assert!(none.code == 2 && none.err.contains("nowhere.csv cannot be read"), "{}", none.err);
    }
}
