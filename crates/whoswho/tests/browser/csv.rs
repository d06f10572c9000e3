//! CSV import as a person does it: a file that Excel writes in Germany becomes contacts, is taken back, and needs no mouse.

use browse::{Browser, House, Look, Role};

use crate::muster;

/// Windows-1252 with semicolons, as Excel in Germany writes it; one row is no good, and Anna Ast is in the book already.
const EXCEL: &[u8] = b"Vorname;Nachname;E-Mail;Telefon gesch\xe4ftlich;Bemerkung\r\n\
    J\xf6rg;Gro\xdf;joerg@x.example;040 / 123-4;nett\r\n\
    Zo\xeb;M\xf6\xdfner;zoe(at)x.example;;\r\n\
    Karl;Kai;karl@x.example;0171 5;\r\n";

/// At the columns of the file that was brought.
fn at_the_columns(house: &House, browser: &Browser) {
    house.signs_in(browser, Role::Owner, &[]);
    house.opens(browser, "/c/muster/book");
    browser.press("CSV einlesen");
    browser.is_at("/c/muster/csv");
    browser.attach("main input[type=file]", &house.file("kontakte.csv", EXCEL));
}

#[test]
fn s11_a_file_of_excel_becomes_contacts_and_is_taken_back() {
    let house = muster();
    let browser = Browser::start(Look::default());
    at_the_columns(&house, &browser);
    browser.press("Weiter zu den Spalten");
    browser.is_at("/c/muster/csv/columns");
    browser.sees("kontakte.csv: 3 Zeilen. Gelesen als Windows-1252 (ANSI), getrennt durch Semikolon.");
    browser.sees("Jörg · Zoë · Karl");
    assert_eq!(browser.value("Bedeutung von Telefon geschäftlich"), "business_phones");
    browser.choose("Bedeutung von Bemerkung", "Position");
    browser.fill("Alle in diese Kontaktgruppe (freiwillig)", "Import");
    browser.press("Weiter zur Vorschau");
    browser.is_at("/c/muster/csv/preview");
    browser.sees("2 Kontakte würden eingelesen");
    browser.sees("Zeile 3: In „E-Mail“ steht „zoe(at)x.example“. Erwartet wird eine E-Mail-Adresse");
    browser.press("2 Kontakte einlesen");
    browser.sees("Es gibt Zeilen mit Fehlern. Bitte bestätigen");
    browser.press_first("#lo");
    browser.press("2 Kontakte einlesen");
    browser.is_at("/c/muster/csv/import");
    browser.sees("Fertig: 2 neu, 0 geändert.");
    browser.press("Eingelesene Kontakte ansehen");
    browser.sees("Jörg Groß");
    browser.press("Jörg Groß");
    browser.sees("040 / 123-4");
    browser.sees("nett");
    browser.sees("Import");
    house.opens(&browser, "/c/muster/csv");
    browser.press("kontakte.csv");
    browser.press("Import zurücknehmen …");
    browser.sees("2 Kontakte gehen in den Papierkorb");
    browser.press("Import zurücknehmen");
    browser.sees("Zurückgenommen.");
    house.opens(&browser, "/c/muster/book");
    browser.sees("3 Kontakte");
    assert!(!browser.shows("Jörg Groß"), "taken back");
}

#[test]
fn s11_keys_alone_lead_from_a_file_to_contacts() {
    let house = muster();
    let browser = Browser::start(Look::default());
    at_the_columns(&house, &browser);
    browser.tab_to("Weiter zu den Spalten");
    browser.enter();
    browser.is_at("/c/muster/csv/columns");
    browser.tab_to("Bedeutung von Bemerkung");
    // A list follows the letters that are typed.
    browser.keys("Posi");
    browser.tab_to("Weiter zur Vorschau");
    browser.enter();
    browser.is_at("/c/muster/csv/preview");
    browser.tab_to("Die Zeile mit Fehlern auslassen");
    browser.keys(" ");
    browser.tab_to("2 Kontakte einlesen");
    browser.enter();
    browser.is_at("/c/muster/csv/import");
    browser.sees("Fertig: 2 neu, 0 geändert.");
    browser.tab_to("Eingelesene Kontakte ansehen");
    browser.enter();
    browser.sees("Karl Kai");
}
