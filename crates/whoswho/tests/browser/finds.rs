//! Search while somebody types: the server looks, in every spelling, over as many pages as there are (S10, W5, W12).

use browse::{Browser, Look};

use crate::muster;

/// Types into a field instead of what stood there, as a person does.
fn types(browser: &Browser, css: &str, text: &str) {
    browser.press_first(css);
    browser.ask(&format!("document.querySelector('{css}').select()"));
    // Delete takes away what is selected.
    browser.keys(if text.is_empty() { "\u{e017}" } else { text });
    // The address says what has been found, once it stands there.
    let found = "return new URLSearchParams(location.search).get('q') ?? ''";
    browser.until(text, || (browser.ask(found) == text).then_some(()));
}

#[test]
fn w5_a_large_book_is_searched_while_somebody_types_in_every_spelling() {
    let house = muster();
    let lines: Vec<String> = (0..60).map(|n| format!("Person;Nummer{n};p{n}@muster.example\n")).collect();
    let file = house.file("sechzig.csv", format!("Vorname;Nachname;E-Mail\n{}", lines.concat()));
    house.types(&["contact", "import", "muster", file.to_str().unwrap()]);
    let browser = Browser::start(Look::default());
    house.signs_in(&browser, browse::Role::Owner, &[]);
    house.opens(&browser, "/c/muster/book");
    let rows = || browser.count("#found tbody tr:not(.letter)");
    assert_eq!(rows(), 50, "a page of many");
    for typed in ["mueller", "muller", "müller"] {
        types(&browser, "#bq", typed);
        browser
            .until("the one who is meant", || (rows() == 1 && browser.shows("Jürgen Müller")).then_some(()));
        assert!(
            browser.address().contains("q="),
            "what is looked for stands in the address: {}",
            browser.address()
        );
    }
    // What is found is there to be ticked, and goes with what is typed.
    browser.press_first("#found tbody input[type=checkbox]");
    browser.sees("1 ausgewählt");
    types(&browser, "#bq", "nummer42");
    browser.until("somebody of another page", || (rows() == 1 && browser.shows("Nummer42")).then_some(()));
    types(&browser, "#bq", "");
    browser.until("all again", || (rows() == 50).then_some(()));
}

#[test]
fn s10_contact_groups_are_searched_while_somebody_types() {
    let house = muster();
    let browser = Browser::start(Look::default());
    house.signs_in(&browser, browse::Role::Owner, &[]);
    house.opens(&browser, "/c/muster/groups");
    for name in ["Außendienst", "Geschäftsführung", "Lager"] {
        browser.fill("Name der Gruppe", name);
        browser.press_first("form[action$='/groups/add'] button");
        browser.sees(name);
    }
    browser.sees("Lager");
    types(&browser, "#gq", "geschaeft");
    browser
        .until("one group", || (browser.shows("Geschäftsführung") && !browser.shows("Lager")).then_some(()));
    types(&browser, "#gq", "nichts");
    browser.sees("Keine Kontaktgruppe heißt so.");
}

#[test]
fn w9_ctrl_k_offers_the_last_customers_finds_others_while_somebody_types_and_keeps_the_page() {
    let house = muster();
    for (slug, name) in [("moor", "Moorland KG"), ("berg", "Bäckerei Berg")] {
        house.types(&["customer", "add", slug, "--name", name]);
    }
    let browser = Browser::start(Look::default());
    house.signs_in(&browser, browse::Role::Owner, &[]);
    house.opens(&browser, "/c/moor");
    house.opens(&browser, "/c/muster/runs");
    browser.control('k');
    let offered = || {
        browser.ask("return [...document.querySelectorAll('#menu-customers a')].map((a) => a.innerText.trim().split('\\n').pop()).join()")
    };
    browser.until("the one of before", || (offered() == "Moorland KG").then_some(()));
    // Arrows go to what is offered and back to what is typed.
    let focus = || {
        browser.ask("return document.activeElement.id || document.activeElement.innerText.split('\\n').pop()")
    };
    browser.keys("\u{e015}");
    assert_eq!(focus(), "Moorland KG");
    browser.keys("\u{e013}");
    assert_eq!(focus(), "cs");
    browser.keys("baeck");
    browser.until("the one who is meant", || (offered() == "Bäckerei Berg").then_some(()));
    let told = || browser.ask("return document.querySelector('.switcher [data-found]').textContent");
    browser.until("it is told to whoever cannot see it", || (told() == "1 Kunde gefunden").then_some(()));
    assert!(
        browser.address().ends_with("/c/muster/runs"),
        "a menu changes no address: {}",
        browser.address()
    );
    browser.keys("\u{e015}");
    browser.enter();
    browser.is_at("/c/berg/runs");
}
