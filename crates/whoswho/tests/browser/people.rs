//! Who signs in: the customers of a technician are found among many and ticked.

use browse::{Browser, Look};

use crate::house;

#[test]
fn customers_are_found_among_many_as_somebody_types_and_ticked() {
    let mut house = house();
    for n in 0..12 {
        let (slug, name) = (format!("kunde-{n}"), format!("Kunde {n}"));
        house.types(&["customer", "add", &slug, "--name", &name]);
    }
    house.types(&["customer", "add", "gross", "--name", "Bäckerei Groß"]);
    house.serve();
    let browser = Browser::start(Look::default());
    house.signs_in(&browser, browse::Role::Owner, &[]);
    house.opens(&browser, "/staff/add");
    browser.fill("Ihr oder sein Name", "Timo Tech");
    browser.fill("E-Mail", "timo@example.com");
    let shown = || browser.count("#cl label:not([hidden])");
    assert_eq!(shown(), 13);
    browser.press_first("#cq");
    browser.keys("baeckerei gross");
    browser.until("the one who is meant", || (shown() == 1).then_some(()));
    browser.sees("1 Treffer");
    browser.enter();
    browser.is_at("/staff/add");
    browser.press_first("#cl label:not([hidden]) input");
    browser.press_first("input[name=reach][value=chosen]");
    browser.press("Person hinzufügen");
    browser.sees("Link für Timo Tech");
    house.opens(&browser, "/staff");
    browser.press("Ändern: Timo Tech");
    browser.sees("Timo Tech ändern");
    let first = "const box = document.querySelector('#cl input'); return box.checked && box.value";
    assert_eq!(browser.ask(first), "gross", "who is ticked stands on top");
}
