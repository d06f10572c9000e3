//! The first start: from the link that `serve` prints to a list of customers, and the sign-in afterwards.

use browse::{Browser, House, Look};

use crate::house;

/// Whom the first start makes the owner here.
pub const EMAIL: &str = "jana.petersen@betreiber.example";
pub const PASSWORD: &str = "ein langer Satz über Kiel";

/// Goes through the first start; the browser is at the customers then.
pub fn set_up(house: &House, browser: &Browser) {
    browser.open(&house.set_up_link());
    browser.fill("Ihr Name", "Jana Petersen");
    browser.fill("E-Mail", EMAIL);
    browser.fill("Kennwort", PASSWORD);
    browser.fill("Kennwort wiederholen", PASSWORD);
    browser.press("Einrichten und anmelden");
    browser.is_at("/customers");
}

#[test]
fn the_link_of_the_first_start_makes_an_owner_who_sees_the_customers() {
    let mut house = house();
    house.types(&["customer", "add", "muster", "--name", "Muster GmbH"]);
    house.serve();
    let browser = Browser::start(Look::default());
    let link = house.set_up_link();
    browser.open(&link);
    browser.fill("Ihr Name", "Jana Petersen");
    browser.fill("E-Mail", EMAIL);
    browser.fill("Kennwort", "kurz");
    browser.fill("Kennwort wiederholen", "kurz");
    browser.press("Einrichten und anmelden");
    browser.sees("Das Kennwort ist zu kurz.");
    assert_eq!(
        (browser.value("Ihr Name"), browser.value("Kennwort")),
        ("Jana Petersen".into(), String::new())
    );
    browser.fill("Kennwort", PASSWORD);
    browser.fill("Kennwort wiederholen", PASSWORD);
    browser.press("Einrichten und anmelden");
    browser.is_at("/customers");
    browser.sees("Muster GmbH");
    browser.open(&link);
    browser.sees("Dieser Link funktioniert nicht mehr");
}

#[test]
fn a_wrong_password_signs_nobody_in_and_the_right_one_leads_to_where_they_wanted() {
    let mut house = house();
    house.types(&["customer", "add", "muster", "--name", "Muster GmbH"]);
    house.serve();
    let browser = Browser::start(Look::default());
    set_up(&house, &browser);
    browser.press("Konto und Einstellungen");
    browser.press("Abmelden");
    browser.is_at("/sign-in");
    house.opens(&browser, "/c/muster/book");
    browser.is_at("/sign-in");
    browser.fill("E-Mail", EMAIL);
    browser.fill("Kennwort", "ein anderer langer Satz");
    browser.press("Anmelden");
    browser.sees("Anmeldung nicht möglich. Bitte E-Mail und Kennwort prüfen.");
    assert_eq!(browser.value("E-Mail"), EMAIL, "what was typed stays");
    browser.fill("Kennwort", PASSWORD);
    browser.press("Anmelden");
    browser.is_at("/c/muster/book");
    browser.sees("Kontaktbuch");
}
