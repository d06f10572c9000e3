//! What the pages show of runs against the simulated Microsoft 365.

use browse::{Browser, Look, MAIN, Role};

#[test]
fn w9_one_page_shows_every_customer_with_what_is_held_failed_or_ends() {
    let mut village = browse::village(env!("CARGO_BIN_EXE_whoswho"));
    village.serve();
    let browser = Browser::start(Look::default());
    village.signs_in(&browser, Role::Observer, &[]);
    browser.is_at("/customers");
    let row = |name: &str| {
        let script = "return [...document.querySelectorAll('tbody tr')].map((row) => row.innerText)";
        let rows = browser.ask(script);
        let found =
            rows.as_array().unwrap().iter().filter_map(|row| row.as_str()).find(|row| row.contains(name));
        found.unwrap_or_else(|| panic!("{name} in {rows}")).to_owned()
    };
    for (name, words) in [
        ("Nordlicht Apotheken KG", &["Wartet auf Sie", "heute, "][..]),
        ("Elbtal Logistik GmbH", &["Zugang läuft ab", "noch 12 Tage", "Rechte passend"][..]),
        ("Kanzlei Dr. Voß & Partner", &["Wartet auf Sie"][..]),
        ("Hafenklinik Nord gGmbH", &["Recht fehlt", "2 Rechte fehlen"][..]),
        ("Gemeinde Moorrege", &["Nicht verbunden", "nur Handpflege"][..]),
    ] {
        let row = row(name);
        assert!(words.iter().all(|word| row.contains(word)), "{words:?} in {row}");
    }
    browser.press("Nordlicht Apotheken KG");
    browser.is_at("/c/nordlicht");
    browser.sees("Änderungen zurückgehalten");
    assert!(!browser.shows("Kunde anlegen"), "an observer adds nobody");
}

#[test]
fn a9_contacts_from_microsoft_365_carry_a_mark_on_the_pages() {
    let mut village = browse::village(env!("CARGO_BIN_EXE_whoswho"));
    village.serve();
    let browser = Browser::start(Look::default());
    village.signs_in(&browser, Role::Reader, &[MAIN]);
    browser.is_at("/c/nordlicht");
    browser.sees("Verbunden mit");
    village.opens(&browser, "/c/nordlicht/book");
    let script = "return [...document.querySelectorAll('tbody tr')].map((row) => row.innerText)";
    let rows = browser.ask(script);
    let (mut marked, mut by_hand) = (0, 0);
    for row in rows.as_array().unwrap().iter().filter_map(|row| row.as_str()) {
        marked += usize::from(row.contains("Microsoft 365"));
        by_hand += usize::from(row.contains("von Hand"));
    }
    assert!(marked > 20 && by_hand == 1, "{rows}");
    browser.press("Jürgen Müller");
    browser.sees("von Hand");
    assert!(!browser.shows("Microsoft 365"));
}
