//! The rules in the browser: what a change would do is seen before it is saved (S6, W1).

use browse::{Browser, Look, Role};
use m365sim::TenantSpec;

use crate::house;

/// A house whose customer has one contact by hand, of somebody who is in Microsoft 365 as well.
fn connected() -> (browse::House, Browser) {
    let mut house = house();
    house.types(&["customer", "add", "muster", "--name", "Muster GmbH"]);
    let tenant = house.connects("muster", &TenantSpec::of("muster.example", 12));
    let truth = tenant.truth();
    let somebody = truth.live_users().find(|user| user.spec.mail.is_some() && user.spec.surname.is_some());
    let address = somebody.and_then(|user| user.spec.mail.clone()).unwrap();
    house.types(&["contact", "add", "muster", "last_name=Vonhand", &format!("email={address}")]);
    house.types(&["scope", "add", "muster", "all"]);
    house.types(&["sync", "muster"]);
    house.serve();
    let browser = Browser::start(Look::default());
    house.signs_in(&browser, Role::Administrator, &["muster"]);
    (house, browser)
}

#[test]
fn s6_link_is_switched_on_and_off_with_its_effect_shown_first() {
    let (house, browser) = connected();
    let contacts = || house.json(&["book", "muster"]).as_array().unwrap().len();
    let before = contacts();
    browser.press("Regeln");
    browser.is_at("/c/muster/policy");
    browser.tick("Link aktiv");
    browser.press("Wirkung ansehen …");
    browser.is_at("/c/muster/policy/effect");
    browser.sees("Würde eine Änderung auslösen");
    browser.sees("würde verknüpft");
    browser.sees("Vonhand");
    browser.press("Regeln speichern");
    browser.sees("Gespeichert.");
    house.types(&["sync", "muster"]);
    assert_eq!(contacts(), before, "linked, not doubled");
    house.opens(&browser, "/c/muster/policy");
    browser.tick("Link aktiv");
    browser.press("Wirkung ansehen …");
    browser.sees("Verknüpfung würde gelöst");
    browser.press("Regeln speichern");
    browser.sees("Gespeichert.");
    house.types(&["sync", "muster"]);
    house.types(&["sync", "muster"]);
    assert_eq!(contacts(), before, "no duplicate follows");
}

#[test]
fn w1_a_changed_rule_is_shown_before_it_is_saved_and_can_be_discarded() {
    let (house, browser) = connected();
    browser.press("Regeln");
    browser.fill("Löschungen, die durchgehen", "viele");
    browser.press("Wirkung ansehen …");
    browser.sees("Bitte eine ganze Zahl von 0 bis 1000000 eingeben.");
    assert_eq!(browser.value("Löschungen, die durchgehen"), "viele", "what was typed stays");
    browser.fill("Löschungen, die durchgehen", "10");
    browser.choose("Gehört nicht mehr dazu", "In den Papierkorb");
    browser.choose("Personenkreis", "Nur Gruppen und ausgewählte Personen");
    browser.press("Wirkung ansehen …");
    browser.sees("Kontakte entfernen");
    browser.sees("2 Regeln ändern sich");
    browser.press("Weiter bearbeiten");
    browser.sees("2 Regeln geändert, noch nicht gespeichert");
    assert_eq!(browser.value("Gehört nicht mehr dazu"), "remove");
    browser.press("Verwerfen");
    assert_eq!(browser.value("Gehört nicht mehr dazu"), "keep");
    let scope = house.json(&["scope", "list", "muster"]);
    assert_eq!(scope["everybody"], true, "{scope}");
}
