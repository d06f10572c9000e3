//! CSV import on pages (S11): from the file over columns and preview to contacts, and back.

use axum::http::StatusCode;
use formats::{Bom, Card, Separator, csv};
use model::{Field, LinkOrigin, Origin, Role, Values};
use store::{Book, BookEntry, Reach};

use crate::support::{Browser, Got, House};

const BASE: &str = "/c/a/csv";
/// Windows-1252, semicolons: as Excel in Germany writes it.
const EXCEL: &[u8] = b"Vorname;Nachname;E-Mail;Telefon gesch\xe4ftlich;Kategorien\r\n\
    J\xfcrgen;M\xfcller;j.mueller@x.example;'+49 40 1;Chor;\r\n\
    Zo\xeb;Gro\xdf;kein-at;040 2;\r\n\
    Anna;Berg;anna@x.example;anrufen;\r\n";

/// The number of the file that waits.
fn file_of(got: &Got) -> String {
    assert_eq!(got.status, StatusCode::SEE_OTHER, "{}", got.text);
    got.to.rsplit_once("file=").unwrap().1.to_owned()
}

/// Fields of the second step, as its page sends them.
fn columns<'a>(file: &'a str, columns: &[&'a str], more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let columns = columns.iter().map(|column| ("column", *column));
    std::iter::once(("file", file)).chain(columns).chain(more.iter().copied()).collect()
}

/// What stands in a hidden field of a page.
fn hidden(got: &Got, name: &str) -> String {
    let mark = format!("name=\"{name}\" value=\"");
    got.text
        .split(&mark)
        .nth(1)
        .unwrap_or_else(|| panic!("{name}: {}", got.text))
        .split('"')
        .next()
        .unwrap()
        .to_owned()
}

/// From a file to what becomes of it, with columns as they are guessed.
fn preview(browser: &Browser<'_>, bytes: &[u8], more: &[(&str, &str)]) -> (String, Got) {
    let file = file_of(&browser.send_file(BASE, "kontakte.csv", bytes));
    let page = browser.get(&format!("{BASE}/columns?file={file}")).text;
    let selects = page.split("<select id=\"m").skip(1).map(|select| {
        let select = select.split("</select>").next().unwrap();
        let chosen = select.split(" selected>").next().unwrap();
        if select == chosen { "" } else { chosen.rsplit("value=\"").next().unwrap().trim_end_matches('"') }
    });
    let guessed: Vec<&str> = selects.collect();
    let to = browser.post(&format!("{BASE}/columns"), &columns(&file, &guessed, more)).to;
    assert_eq!(to, format!("{BASE}/preview?file={file}"));
    (file, browser.get(&to))
}

fn names(book: &Book) -> Vec<String> {
    let name = |values: &Values| values.get(Field::DisplayName).unwrap_or_default().to_owned();
    book.entries().unwrap().iter().map(|entry| name(&entry.contact.values)).collect()
}

#[test]
fn s11_a_file_of_excel_becomes_contacts_and_its_errors_are_told_by_row() {
    for house in House::each() {
        let (book, _) = house.customer("a", "Alpha", "Ada Alt");
        let owner = house.signed_in(Role::Owner, Reach::All, &[]);
        let start = owner.get(BASE).text;
        assert!(start.contains("Höchstens 20 MB und 50.000 Zeilen."), "{}: {start}", house.name());
        let file = file_of(&owner.send_file(BASE, "C:\\kontakte.csv", EXCEL));
        let page = owner.get(&format!("{BASE}/columns?file={file}")).text;
        for told in [
            "kontakte.csv: 3 Zeilen",
            "Windows-1252 (ANSI)",
            "Semikolon",
            "Telefon geschäftlich",
            "Jürgen · Zoë · Anna",
        ] {
            assert!(page.contains(told), "{told}: {page}");
        }
        let (file, page) = preview(&owner, EXCEL, &[("existing", "skip"), ("group", "Neue")]);
        for told in [
            "1 Kontakt würde eingelesen",
            "2 Zeilen haben Fehler",
            "Zeile 3: In „E-Mail“ steht „kein-at“. Erwartet wird eine E-Mail-Adresse wie",
            "Zeile 4: In „Telefon geschäftlich“ steht „anrufen“. Erwartet wird eine Telefonnummer wie",
        ] {
            assert!(page.text.contains(told), "{told}: {}", page.text);
        }
        let errors = owner.get(&format!("{BASE}/errors?file={file}"));
        assert_eq!(errors.file, "attachment; filename=\"zeilen-mit-fehlern.csv\"");
        assert!(
            errors.text.contains("Zoë;Groß;kein-at;040 2;") && !errors.text.contains("Jürgen"),
            "{}",
            errors.text
        );
        let seen = hidden(&page, "seen");
        let form = [("file", file.as_str()), ("seen", &seen)];
        let again = owner.post(&format!("{BASE}/apply"), &form);
        assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY, "errors are left out by a person only");
        assert_eq!(names(&book), ["Ada Alt"], "nothing half-imported");
        let done = owner.post(&format!("{BASE}/apply"), &[form[0], form[1], ("leave-out", "yes")]);
        assert!(done.to.ends_with("&done=1"), "{} {}", done.to, done.text);
        assert!(owner.get(&done.to).text.contains("Fertig: 1 neu, 0 geändert."));
        let entry = book.entries().unwrap().pop().unwrap();
        let values = &entry.contact.values;
        assert_eq!(entry.contact.origin, Origin::Csv);
        assert_eq!(values.get(Field::DisplayName), Some("Jürgen Müller"));
        assert_eq!(values.get(Field::BusinessPhones), Some("+49 40 1"));
        let groups: Vec<&str> = entry.groups.iter().map(|(_, name)| name.as_str()).collect();
        assert_eq!(groups, ["Chor", "Neue"]);
        let page = owner.get(&format!("/c/a/book/{}", book.public_id(entry.contact.id))).text;
        assert!(page.contains("Jana Petersen"), "the history says who: {page}");
        assert_eq!(
            owner.get(&format!("{BASE}/preview?file={file}")).to,
            format!("{BASE}?gone=1"),
            "the file is gone"
        );
    }
}

#[test]
fn s11_who_is_there_is_left_alone_changed_or_doubled_as_somebody_says() {
    for house in House::each() {
        let (book, _) = house.customer("a", "Alpha", "x");
        let owner = house.signed_in(Role::Owner, Reach::All, &[]);
        let values = Values::default().with(Field::FirstName, "Anna").with(Field::LastName, "Berg");
        let values = values.with(Field::DisplayName, "Anna Berg").with(Field::Email, "anna@x.example");
        let id = book.add_contact(&values, Origin::Manual, house.now()).unwrap();
        let file = "Vorname,Nachname,E-Mail,Mobil,Gruppe\nAnna,Tal,ANNA@x.example,0170 1,Chor\nAnna,Berg,anna@x.example,,\n";
        let (_, page) = preview(&owner, file.as_bytes(), &[("existing", "skip")]);
        assert!(
            page.text.contains("Aus dieser Datei gibt es nichts einzulesen"),
            "{}: {}",
            house.name(),
            page.text
        );
        let (_, page) = preview(&owner, file.as_bytes(), &[("existing", "update")]);
        assert!(page.text.contains("1 Kontakt würde eingelesen"), "{}", page.text);
        assert!(
            page.text.contains("Erwartet wird ein Kontakt, den keine andere Zeile nennt (Zeile 2 nennt ihn)"),
            "{}",
            page.text
        );
        let (_, page) = preview(&owner, file.as_bytes(), &[("existing", "beside")]);
        assert!(page.text.contains("2 Kontakte würden eingelesen"), "{}", page.text);
        let (first, _) = file.rsplit_once("Anna,").unwrap();
        let (_, page) = preview(&owner, first.as_bytes(), &[("existing", "update")]);
        // Somebody changes the contact between preview and import.
        let (file_n, seen) = (hidden(&page, "file"), hidden(&page, "seen"));
        book.edit_contact(id, &[(Field::Office, Some("Kiel".into()))], house.now()).unwrap();
        let again = owner.post(&format!("{BASE}/apply"), &[("file", &file_n), ("seen", &seen)]);
        assert!(again.text.contains("Das Kontaktbuch hat sich geändert"), "{}", again.text);
        let seen = hidden(&again, "seen");
        assert!(
            owner
                .post(&format!("{BASE}/apply"), &[("file", &file_n), ("seen", &seen)])
                .to
                .contains("import?n=")
        );
        let entry = book.entry(id).unwrap().unwrap();
        let value = |field| entry.contact.values.get(field);
        assert_eq!((value(Field::DisplayName), value(Field::Mobile)), (Some("Anna Tal"), Some("0170 1")));
        assert_eq!(
            (value(Field::Office), entry.groups.len()),
            (Some("Kiel"), 1),
            "an empty cell changes nothing"
        );
        assert_eq!(book.count().unwrap(), 2);
    }
}

#[test]
fn s11_what_comes_from_microsoft_365_or_is_pinned_stays_and_is_told() {
    for house in House::each() {
        let (book, _) = house.customer("a", "Alpha", "x");
        let values = Values::default().with(Field::FirstName, "Anna").with(Field::LastName, "Berg");
        let values = values.with(Field::DisplayName, "Anna Berg").with(Field::Email, "anna@x.example");
        let id = book.add_contact(&values, Origin::Manual, house.now()).unwrap();
        crate::by_hand::linked(&book, id, house.now());
        assert_eq!(book.entry(id).unwrap().unwrap().linked, Some(LinkOrigin::ByHand));
        let pin = model::Pin { field: Field::Site, reason: "x".into(), until: None };
        book.pin_to(id, &pin, Some(&(Field::Site, Some("Kiel".into()))), house.now()).unwrap();
        let owner = house.signed_in(Role::Owner, Reach::All, &[]);
        let file = "Vorname;E-Mail;Standort;Firma\nAnne;anna@x.example;Bonn;Muster\n";
        let (n, page) = preview(&owner, file.as_bytes(), &[("existing", "update")]);
        let told = "Zeile 2, Anne: Vorname kommt aus Microsoft 365 und bleibt; „Anne“ wird nicht übernommen.";
        assert!(page.text.contains(told), "{}: {}", house.name(), page.text);
        assert!(
            page.text.contains("Standort ist Festwert und bleibt") && page.text.contains("2 Felder bleiben")
        );
        owner.post(&format!("{BASE}/apply"), &[("file", &n), ("seen", &hidden(&page, "seen"))]);
        let values = book.entry(id).unwrap().unwrap().contact.values;
        let value = |field| values.get(field);
        assert_eq!(
            (value(Field::FirstName), value(Field::Site), value(Field::Company)),
            (Some("Anna"), Some("Kiel"), Some("Muster"))
        );
    }
}

#[test]
fn s11_an_export_of_the_book_is_read_back_and_changes_nothing() {
    for house in House::each() {
        let (book, _) = house.customer("a", "Alpha", "=SUMME(1)");
        // What a source may have written, and nobody could type.
        let strange = Values::default().with(Field::DisplayName, "'=x").with(Field::Mobile, "nur SMS");
        let strange = strange
            .with(Field::BusinessPhones, "030 1, Zentrale\n+49 30 2")
            .with(Field::JobTitle, "a;b \"c\"");
        let id = book.add_contact(&strange, Origin::Manual, house.now()).unwrap();
        let group = book.add_group("Süd; West, Ost").unwrap();
        book.add_members(group, &[id], house.now()).unwrap();
        let owner = house.signed_in(Role::Owner, Reach::All, &[]);
        let export = owner.get("/c/a/book/csv").text;
        let (_, page) = preview(&owner, export.as_bytes(), &[("existing", "update")]);
        assert!(
            page.text.contains("Aus dieser Datei gibt es nichts einzulesen"),
            "{}: {}",
            house.name(),
            page.text
        );
        assert!(page.text.contains("Unverändert <span class=\"cnt\">2</span>"), "{}", page.text);
        // The same by way of the library, with a separator that Excel elsewhere takes.
        let cards: Vec<Card> = book
            .entries()
            .unwrap()
            .into_iter()
            .map(|entry| Card {
                uid: book.public_id(entry.contact.id).to_string(),
                values: entry.contact.values,
                groups: entry.groups.into_iter().map(|(_, name)| name).collect(),
            })
            .collect();
        let commas = csv(&cards, Separator::Comma, Bom::None).unwrap();
        let (_, page) = preview(&owner, commas.as_bytes(), &[("existing", "update")]);
        assert!(page.text.contains("Unverändert <span class=\"cnt\">2</span>"), "{}", page.text);
    }
}

#[test]
fn s11_an_export_has_headings_in_the_readers_language_which_the_import_knows_again() {
    for house in House::each() {
        let (book, _) = house.customer("a", "Alpha", "Ada Alt");
        let values = Values::default().with(Field::DisplayName, "Anna Berg");
        let values =
            values.with(Field::Mobile, "+4917012345").with(Field::BusinessPhones, "+49 (40) 12-3\n+49/40/4");
        let id = book.add_contact(&values, Origin::Manual, house.now()).unwrap();
        let group = book.add_group("Süd; West, Ost").unwrap();
        book.add_members(group, &[id], house.now()).unwrap();
        let mut owner = house.signed_in(Role::Owner, Reach::All, &[]);
        for (language, headings, unchanged) in [
            (
                "de",
                "Kennung;Vorname;Nachname;Anzeigename;E-Mail;Position;Abteilung;Firma;Büro;Mobil;Telefon;Standort;Kontaktgruppen",
                "Unverändert",
            ),
            (
                "en",
                "Id;First name;Last name;Display name;E-mail;Job title;Department;Company;Office;Mobile;Business phone;Site;Contact groups",
                "Unchanged",
            ),
        ] {
            owner.post("/profile/look", &[("language", language), ("back", "/")]);
            owner.language = language;
            let export = owner.get("/c/a/book/csv").text;
            let named = format!("{} {language}", house.name());
            assert_eq!(export.trim_start_matches('\u{feff}').lines().next(), Some(headings), "{named}");
            // A spreadsheet would make a number of the first and lose its sign.
            for number in ["'+4917012345;", "\"'+49 (40) 12-3\n+49/40/4\";"] {
                assert!(export.contains(number), "{named}: {number}: {export}");
            }
            let file = file_of(&owner.send_file(BASE, "x.csv", export.as_bytes()));
            let columns = owner.get(&format!("{BASE}/columns?file={file}")).text;
            let left_out = columns.matches("<option value=\"\" selected>").count();
            assert_eq!((left_out, columns.matches("name=\"column\"").count()), (0, 13), "{named}: {columns}");
            let (_, page) = preview(&owner, export.as_bytes(), &[("existing", "update")]);
            let all = format!("{unchanged} <span class=\"cnt\">2</span>");
            assert!(page.text.contains(&all), "{named}: {}", page.text);
        }
    }
}

#[test]
fn s11_ten_thousand_rows_go_at_once_and_are_taken_back_as_a_whole() {
    for house in House::each() {
        let (book, _) = house.customer("a", "Alpha", "x");
        let values = Values::default().with(Field::DisplayName, "Alt").with(Field::Email, "p7@x.example");
        let old = book.add_contact(&values, Origin::Manual, house.now()).unwrap();
        let owner = house.signed_in(Role::Owner, Reach::All, &[]);
        let rows = (0..10_000).map(|n| format!("Person;Nr {n};p{n}@x.example;Chor\n"));
        let file: String =
            std::iter::once("Vorname;Nachname;E-Mail;Gruppe\n".to_owned()).chain(rows).collect();
        house.later(1_000);
        let (n, page) = preview(&owner, file.as_bytes(), &[("existing", "update")]);
        assert!(page.text.contains("10.000 Kontakte würden eingelesen"), "{}", house.name());
        let done = owner.post(&format!("{BASE}/apply"), &[("file", &n), ("seen", &hidden(&page, "seen"))]).to;
        assert_eq!(book.count().unwrap(), 10_001);
        assert!(owner.get("/c/a/book?q=nr+4711").text.contains("Person Nr 4711"), "they are found");
        let import = done.split(['=', '&']).nth(1).unwrap().to_owned();
        house.later(1_000);
        let entries = book.entries().unwrap();
        let named = |entry: &&BookEntry| entry.contact.values.get(Field::LastName) == Some("Nr 4711");
        let id = entries.iter().find(named).unwrap().contact.id;
        book.edit_contact(id, &[(Field::Office, Some("Kiel".into()))], house.now()).unwrap();
        house.later(1_000);
        let asked = owner.get(&format!("{BASE}/undo?n={import}")).text;
        for told in [
            "9.998 Kontakte gehen in den Papierkorb",
            "1 Kontakt bekommt seine Werte",
            "Person Nr 4711: wurde seither geändert",
        ] {
            assert!(asked.contains(told), "{told}: {asked}");
        }
        assert_eq!(
            owner.post(&format!("{BASE}/undo"), &[("n", &import)]).status,
            StatusCode::UNPROCESSABLE_ENTITY
        );
        let form = [("n", import.as_str()), ("seen", "1"), ("sure", "yes")];
        let otherwise = owner.post(&format!("{BASE}/undo"), &form);
        assert_eq!(otherwise.status, StatusCode::UNPROCESSABLE_ENTITY, "not as it was shown");
        assert_eq!(book.count().unwrap(), 10_001, "{}", house.name());
        let seen = hidden(&otherwise, "seen");
        let back = owner.post(&format!("{BASE}/undo"), &[form[0], ("seen", &seen), form[2]]).to;
        assert!(
            owner.get(&back).text.contains("Zurückgenommen. Neue Kontakte liegen im Papierkorb"),
            "{back}"
        );
        assert_eq!((book.count().unwrap(), book.size().unwrap().binned), (3, 9_998));
        let entry = book.entry(old).unwrap().unwrap();
        assert_eq!((entry.contact.values.get(Field::DisplayName), entry.groups.len()), (Some("Alt"), 0));
        assert!(!owner.get("/c/a/book?q=nr+12").text.contains("Person Nr 12"), "nobody finds who went");
        assert_eq!(owner.get(&format!("{BASE}/undo?n={import}")).to, BASE, "once");
    }
}

#[test]
fn s11_a_file_waits_for_whoever_brought_it_for_an_hour_and_no_longer() {
    for house in House::each() {
        let (book, contact) = house.customer("a", "Alpha", "x");
        let owner = house.signed_in(Role::Owner, Reach::All, &[]);
        let other = house.signed_in(Role::Technician, Reach::All, &[&book]);
        let file = file_of(&owner.send_file(BASE, "k.csv", EXCEL));
        let page = format!("{BASE}/columns?file={file}");
        assert_eq!(owner.get(&page).status, StatusCode::OK, "{}", house.name());
        assert_eq!(other.get(&page).to, format!("{BASE}?gone=1"), "nobody else's");
        let newer = file_of(&owner.send_file(BASE, "k.csv", EXCEL));
        assert_eq!(owner.get(&page).to, format!("{BASE}?gone=1"), "the newer one takes its place");
        // W11: it may be full of whoever is erased.
        let erase = format!("/c/a/book/{contact}/erase");
        let erased = owner.post(&erase, &[("reason", "objected"), ("sure", "yes")]);
        assert!(erased.to.starts_with("/c/a/kept-out?done=erased"), "{}", erased.text);
        assert_eq!(owner.get(&format!("{BASE}/columns?file={newer}")).to, format!("{BASE}?gone=1"));
        let second = file_of(&owner.send_file(BASE, "k.csv", EXCEL));
        let page = format!("{BASE}/columns?file={second}");
        house.later(store::UPLOAD_MS - 1);
        assert_eq!(owner.get(&page).status, StatusCode::OK);
        house.later(2);
        assert_eq!(owner.get(&page).to, format!("{BASE}?gone=1"));
        assert!(owner.get(&format!("{BASE}?gone=1")).text.contains("Sie wartet höchstens eine Stunde"));
        let third = file_of(&owner.send_file(BASE, "k.csv", EXCEL));
        assert_eq!(owner.post(&format!("{BASE}/discard"), &[]).to, BASE);
        assert_eq!(owner.get(&format!("{BASE}/columns?file={third}")).to, format!("{BASE}?gone=1"));
    }
}

#[test]
fn s11_a_file_is_imported_once_however_often_the_button_is_pressed() {
    for house in House::each() {
        let (book, _) = house.customer("a", "Alpha", "Ada Alt");
        let owner = house.signed_in(Role::Owner, Reach::All, &[]);
        let csv = b"Vorname;Nachname\r\nBea;Neu\r\n";
        let (file, page) = preview(&owner, csv, &[("existing", "beside")]);
        let seen = hidden(&page, "seen");
        let form = [("file", file.as_str()), ("seen", &seen)];
        let done = owner.post(&format!("{BASE}/apply"), &form);
        assert!(done.to.ends_with("&done=1"), "{}: {} {}", house.name(), done.to, done.text);
        let again = owner.post(&format!("{BASE}/apply"), &form);
        assert_eq!(again.to, done.to, "{}: what was done is shown", house.name());
        assert_eq!(names(&book), ["Ada Alt", "Bea Neu"], "{}", house.name());
    }
}

#[test]
fn s11_a_change_gives_no_second_contact_an_address_that_another_one_has() {
    for house in House::each() {
        let (book, _) = house.customer("a", "Alpha", "x");
        let owner = house.signed_in(Role::Owner, Reach::All, &[]);
        let add = |name: &str, email: &str| {
            let mut values = Values::default();
            values.set(Field::DisplayName, Some(name));
            values.set(Field::Email, Some(email));
            let id = book.add_contact(&values, Origin::Manual, house.now()).unwrap();
            book.public_id(id).to_string()
        };
        let (one, _) = (add("Eins", "eins@x.example"), add("Zwei", "zwei@x.example"));
        let csv = format!("id;E-Mail\r\n{one};zwei@x.example\r\n");
        let (file, page) = preview(&owner, csv.as_bytes(), &[("existing", "update")]);
        assert!(page.text.contains("1 Zeile hat Fehler"), "{}: {}", house.name(), page.text);
        let seen = hidden(&page, "seen");
        owner.post(
            &format!("{BASE}/apply"),
            &[("file", file.as_str()), ("seen", &seen), ("leave-out", "yes")],
        );
        let with = |email: &str| {
            let has = |entry: &&BookEntry| entry.contact.values.get(Field::Email) == Some(email);
            book.entries().unwrap().iter().filter(has).count()
        };
        assert_eq!((with("eins@x.example"), with("zwei@x.example")), (1, 1), "{}", house.name());
    }
}

#[test]
fn a11_a_file_and_an_import_of_another_customer_are_not_there() {
    for house in House::each() {
        let (_, _) = house.customer("a", "Alpha", "Ada Alt");
        let (other, _) = house.customer("b", "Beta", "Bo Besen");
        let owner = house.signed_in(Role::Owner, Reach::All, &[]);
        let (file, page) = preview(&owner, b"Vorname;Nachname\r\nBea;Neu\r\n", &[("existing", "skip")]);
        let seen = hidden(&page, "seen");
        for path in ["columns", "preview", "errors"] {
            let got = owner.get(&format!("/c/b/csv/{path}?file={file}"));
            assert_eq!(got.to, "/c/b/csv?gone=1", "{} {path}", house.name());
        }
        let applied = owner.post("/c/b/csv/apply", &[("file", &file), ("seen", &seen)]);
        assert_eq!(applied.to, "/c/b/csv?gone=1", "{}", house.name());
        assert_eq!(names(&other), ["Bo Besen"], "{}", house.name());
        let done = owner.post(&format!("{BASE}/apply"), &[("file", &file), ("seen", &seen)]);
        let n = done.to.split("n=").nth(1).unwrap().split('&').next().unwrap().to_owned();
        for path in ["import", "undo"] {
            let got = owner.get(&format!("/c/b/csv/{path}?n={n}"));
            assert!(
                got.status == StatusCode::NOT_FOUND || got.to == "/c/b/csv",
                "{path}: {} {}",
                got.status,
                got.to
            );
            assert!(!got.text.contains("Bea"), "{path}");
        }
        owner.post("/c/b/csv/undo", &[("n", &n), ("seen", "0"), ("sure", "yes")]);
        assert_eq!(
            names(&house.store.book("a").unwrap().unwrap()),
            ["Ada Alt", "Bea Neu"],
            "{}",
            house.name()
        );
    }
}

#[test]
fn s11_what_is_no_table_and_columns_that_cannot_be_come_back_with_what_to_do() {
    for house in House::each() {
        house.customer("a", "Alpha", "x");
        let owner = house.signed_in(Role::Owner, Reach::All, &[]);
        for (bytes, told) in [
            (&b"PK\x03\x04"[..], "Das ist eine Arbeitsmappe"),
            (b"Name;E-Mail\n", "Unter den Überschriften steht nichts"),
            (&vec![b'a'; 21 * 1024 * 1024][..], "Die Datei ist größer als 20 MB"),
        ] {
            let got = owner.send_file(BASE, "x.csv", bytes);
            assert!(
                got.status == StatusCode::UNPROCESSABLE_ENTITY && got.text.contains(told),
                "{told}: {}",
                got.text
            );
        }
        assert!(owner.post(BASE, &[]).text.contains("Bitte eine CSV-Datei auswählen."), "{}", house.name());
        let file = file_of(&owner.send_file(BASE, "x.csv", b"A;B\nAnna;anna@x.example\n"));
        let at = format!("{BASE}/columns");
        let again = owner.post(&at, &columns(&file, &["email", "email"], &[("group", "g")]));
        assert!(again.text.contains("Zwei Spalten stehen für E-Mail"), "{}", again.text);
        assert!(again.text.contains("value=\"g\""), "what was typed stays: {}", again.text);
        let again = owner.post(&at, &columns(&file, &["", "mobile"], &[]));
        assert!(again.text.contains("Keine Spalte nennt jemanden"), "{}", again.text);
        let long = "x".repeat(300);
        let again = owner.post(&at, &columns(&file, &["first_name", "email"], &[("group", &long)]));
        assert!(again.text.contains("mehr als 256 Zeichen"), "{}", again.text);
        let other = owner.get(&format!("{at}?file={file}&separator=comma&encoding=utf-8")).text;
        assert!(other.contains("A;B</th>"), "read with another separator: {other}");
    }
}

#[test]
fn s11_the_template_is_understood_in_both_languages() {
    for house in House::each() {
        let (book, _) = house.customer("a", "Alpha", "x");
        let mut owner = house.signed_in(Role::Owner, Reach::All, &[]);
        for language in ["de", "en"] {
            owner.post("/profile/look", &[("language", language), ("back", "/")]);
            owner.language = language;
            let text = owner.get(&format!("{BASE}/template")).text;
            let file = file_of(&owner.send_file(BASE, "x.csv", text.as_bytes()));
            let page = owner.get(&format!("{BASE}/columns?file={file}")).text;
            let left_out = page.matches("<option value=\"\" selected>").count();
            assert_eq!((left_out, page.matches("name=\"column\"").count()), (0, 12), "{language}: {page}");
        }
        assert_eq!(book.count().unwrap(), 1);
    }
}
