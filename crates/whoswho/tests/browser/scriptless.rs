//! Without scripts everything works that is not live progress.

use browse::{Browser, House, Look, Script};

use crate::first_start::{EMAIL, PASSWORD, set_up};
use crate::muster;

/// Adds a customer, whose name is wrong at first.
fn adds_a_customer(browser: &Browser, house: &House) {
    house.opens(browser, "/customers");
    browser.press("Kunde anlegen");
    browser.is_at("/customers/add");
    browser.fill("Name", "Elbtal Logistik GmbH");
    browser.fill("Kürzel", "Nicht so!");
    browser.press("Kunde anlegen");
    browser.sees("Ein Kürzel hat bis zu 40 Kleinbuchstaben, Ziffern und Bindestriche.");
    assert_eq!(browser.value("Name"), "Elbtal Logistik GmbH", "what was typed stays");
    browser.fill("Kürzel", "");
    browser.press("Kunde anlegen");
    browser.is_at("/c/elbtal-logistik-gmbh");
    browser.sees("nur Handpflege");
}

/// Looks for somebody as people type, from the bar and in the book.
fn searches(browser: &Browser, house: &House) {
    for typed in ["mueller", "muller", "Müller", "jurgen mue"] {
        house.opens(browser, "/c/muster");
        browser.fill("Person oder Nummer suchen", typed);
        browser.enter();
        browser.is_at("/c/muster/book?q=");
        browser.sees("Jürgen Müller");
        assert!(!browser.shows("Anna Ast"), "{typed}");
    }
    house.opens(browser, "/c/muster/book?q=zander");
    browser.sees("Zoë Zander");
    browser.press("Alle zeigen");
    browser.sees("Anna Ast");
}

fn goes_on(script: Script) {
    let house = muster();
    let browser = Browser::start(Look { script, ..Look::default() });
    let page =
        "data:text/html,<p id=p>off</p><script>document.getElementById('p').textContent = 'on'</script>";
    browser.open(page);
    browser.sees(if script == Script::On { "on" } else { "off" });
    set_up(&house, &browser);
    browser.press("Konto und Einstellungen");
    browser.press("Abmelden");
    browser.is_at("/sign-in");
    browser.fill("E-Mail", EMAIL);
    browser.fill("Kennwort", PASSWORD);
    browser.press("Anmelden");
    browser.is_at("/customers");
    adds_a_customer(&browser, &house);
    searches(&browser, &house);
}

#[test]
fn somebody_signs_in_adds_a_customer_and_finds_mueller_whose_name_has_an_umlaut() {
    goes_on(Script::On);
}

#[test]
fn the_same_goes_without_scripts() {
    goes_on(Script::Off);
}
