//! With the keyboard alone: from the sign-in to a contact, and the focus is always seen.

use browse::{Browser, Look};

use crate::first_start::{EMAIL, PASSWORD, set_up};
use crate::muster;

#[test]
fn keys_alone_lead_from_the_sign_in_to_a_contact_and_the_focus_is_always_seen() {
    let house = muster();
    let browser = Browser::start(Look::default());
    set_up(&house, &browser);
    browser.press("Konto und Einstellungen");
    browser.press("Abmelden");
    browser.is_at("/sign-in");
    house.opens(&browser, "/sign-in");

    let first = browser.focus();
    assert_eq!(
        (first.name.as_str(), first.is_ringed),
        ("E-Mail", true),
        "the first field has the focus: {first:?}"
    );
    browser.keys(EMAIL);
    browser.tab_to("Kennwort");
    browser.keys(PASSWORD);
    browser.enter();
    browser.is_at("/customers");
    browser.tab_to("Muster GmbH");
    browser.enter();
    browser.is_at("/c/muster");
    browser.tab_to("Kontaktbuch");
    browser.enter();
    browser.is_at("/c/muster/book");
    browser.tab_to("Jürgen Müller");
    browser.enter();
    browser.is_at("/c/muster/book/");
    browser.sees("Jürgen Müller");
}

#[test]
fn the_first_key_offers_to_skip_to_the_content_and_menus_open_and_close() {
    let house = muster();
    let browser = Browser::start(Look::default());
    house.signs_in(&browser, browse::Role::Owner, &[]);
    house.opens(&browser, "/c/muster/book");
    browser.tab_to("Zum Inhalt springen");
    browser.enter();
    browser.until("focus in the content", || (browser.focus().tag == "main").then_some(()));
    // Round the end of the page, to the bar.
    browser.tab_to("Konto und Einstellungen: Jana Petersen");
    browser.enter();
    browser.sees("Abmelden");
    browser.escape();
    browser.until("a closed menu", || (!browser.shows("Abmelden")).then_some(()));
    assert_eq!(browser.focus().name, "Konto und Einstellungen: Jana Petersen", "the focus is given back");
}

#[test]
fn a_single_key_searches_until_the_profile_switches_it_off_and_ctrl_k_stays() {
    let house = muster();
    let browser = Browser::start(Look::default());
    house.signs_in(&browser, browse::Role::Owner, &[]);
    let searches = || {
        house.opens(&browser, "/c/muster");
        browser.keys("/");
        browser.focus().name == "Person oder Nummer suchen"
    };
    let switches = || {
        browser.control('k');
        browser.until("the search for customers", || (browser.focus().name == "Kunde suchen").then_some(()));
    };
    assert!(searches(), "the key is on at first");
    switches();
    house.opens(&browser, "/profile");
    browser.tick("Kürzel mit einer einzelnen Taste");
    browser.press("Speichern");
    browser.sees("Gespeichert");
    assert!(!searches(), "the key is off");
    assert_eq!(browser.focus().tag, "body", "and did nothing else");
    switches();
    house.opens(&browser, "/profile");
    browser.tick("Kürzel mit einer einzelnen Taste");
    browser.press("Speichern");
    browser.sees("Gespeichert");
    assert!(searches(), "the key is on again");
}
