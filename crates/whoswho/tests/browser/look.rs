//! Language and colours: as the device says, or as somebody chose.

use browse::{Browser, Look, Role, Scheme};

use crate::muster;

/// What paper looks like by day and by night.
const PAPER: [&str; 2] = ["rgba(243, 245, 248, 1)", "rgba(15, 20, 28, 1)"];

fn paper(browser: &Browser) -> String {
    browser.style("body", "background-color")
}

#[test]
fn w12_the_language_is_the_browsers_until_somebody_chooses_another() {
    let house = muster();
    let browser = Browser::start(Look { language: "en", ..Look::default() });
    house.opens(&browser, "/sign-in");
    browser.sees("Sign in");
    browser.press("Deutsch");
    browser.sees("Anmelden");
    house.signs_in(&browser, Role::Owner, &[]);
    browser.sees("Kunde anlegen");
    house.opens(&browser, "/c/muster");
    browser.press("Konto und Einstellungen");
    browser.press("English");
    browser.sees("kept by hand");
    browser.is_at("/c/muster");
    house.opens(&browser, "/profile");
    browser.sees("My profile");
    browser.choose("Language", "Deutsch");
    browser.press("Save");
    browser.sees("Gespeichert");
}

#[test]
fn colours_are_the_devices_until_somebody_chooses_others() {
    let house = muster();
    let mut browser = Browser::start(Look { scheme: Scheme::Dark, ..Look::default() });
    house.opens(&browser, "/sign-in");
    assert_eq!(paper(&browser), PAPER[1]);
    browser.prefers(Scheme::Light);
    assert_eq!(paper(&browser), PAPER[0]);
    house.signs_in(&browser, Role::Owner, &[]);
    assert_eq!(paper(&browser), PAPER[0]);
    for (scheme, expected) in [(Scheme::Dark, PAPER[1]), (Scheme::Light, PAPER[0])] {
        browser.takes_theme(scheme);
        assert_eq!(paper(&browser), expected, "whatever the device prefers");
    }
}
