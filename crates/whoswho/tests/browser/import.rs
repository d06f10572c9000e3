//! Import by hand and groups in the browser: with and without script, and with the keyboard alone.

use browse::{Browser, House, Look, Role, Script};
use m365sim::{GroupSpec, TenantHandle, TenantSpec, UserSpec};

use crate::house;

/// A customer connected to a company of which nothing was read yet: sixty people, Jürgen Rüttgers, and two groups.
fn company() -> (House, TenantHandle) {
    let mut house = house();
    house.types(&["customer", "add", "muster", "--name", "Muster GmbH"]);
    let tenant = house.connects("muster", &TenantSpec::of("muster.example", 60));
    let juergen = tenant.add_user(UserSpec {
        given_name: Some("Jürgen".into()),
        surname: Some("Rüttgers".into()),
        display_name: Some("Jürgen Rüttgers".into()),
        mail: Some("ruettgers@muster.example".into()),
        user_principal_name: Some("ruettgers@muster.example".into()),
        account_enabled: Some(true),
        ..UserSpec::default()
    });
    for name in ["Aufsicht Werk", "Zirkel Werk"] {
        let group = tenant.add_group(GroupSpec { display_name: Some(name.into()), ..GroupSpec::default() });
        assert!(tenant.add_member(&group, &juergen));
    }
    house.serve();
    (house, tenant)
}

fn imports_by_hand(script: Script) {
    let (house, _tenant) = company();
    house.types(&["policy", "set", "muster", "mode=manual"]);
    let browser = Browser::start(Look { script, ..Look::default() });
    house.signs_in(&browser, Role::Technician, &[]);
    house.opens(&browser, "/c/muster");
    browser.press("Import und Gruppen");
    browser.is_at("/c/muster/import");
    browser.sees("Noch nichts gelesen");
    browser.press("Benutzer laden");
    browser.sees("Gelesen. Die Liste ist auf dem Stand von jetzt.");
    browser.press("Auswahl aufheben");
    browser.sees("0 ausgewählt");
    browser.fill("Benutzer suchen", "ruttgers");
    browser.press("Filtern");
    browser.is_at("/c/muster/import?q=ruttgers");
    browser.sees("Jürgen Rüttgers");
    browser.press_first("tbody input[name=u]");
    // What is ticked outlives the next search.
    browser.press("Alle zeigen");
    browser.until("the whole list", || (!browser.path().contains("q=")).then_some(()));
    browser.sees("1 Benutzer importieren");
    browser.press("1 Benutzer importieren");
    browser.is_at("/c/muster/import/check");
    browser.sees("Ein Kontakt wird angelegt.");
    browser.sees("Jürgen Rüttgers: neu");
    browser.press("1 Benutzer importieren");
    browser.sees("1 Benutzer importiert, 0 mit vorhandenen Kontakten verknüpft.");
    browser.press("Kontaktbuch ansehen");
    browser.is_at("/c/muster/book");
    browser.sees("Jürgen Rüttgers");
    assert_eq!(browser.count("tbody tr:not(.letter)"), 1, "nobody else came");
    house.opens(&browser, "/c/muster/import?s=book");
    browser.sees("schon im Buch");
    browser.press("Jürgen Rüttgers");
    browser.is_at("/c/muster/book/");
}

#[test]
fn s7_a_technician_loads_picks_and_imports_by_hand() {
    imports_by_hand(Script::On);
}

#[test]
fn s7_the_same_goes_without_scripts() {
    imports_by_hand(Script::Off);
}

#[test]
fn s7_keys_alone_load_search_tick_and_import() {
    let (house, _tenant) = company();
    let browser = Browser::start(Look::default());
    house.signs_in(&browser, Role::Technician, &[]);
    house.opens(&browser, "/c/muster/import");
    browser.tab_to("Benutzer laden");
    browser.enter();
    browser.sees("Gelesen. Die Liste ist auf dem Stand von jetzt.");
    browser.tab_to("Auswahl aufheben");
    browser.enter();
    browser.sees("0 ausgewählt");
    browser.tab_to("Benutzer suchen");
    browser.keys("jurgen rue");
    browser.enter();
    browser.is_at("/c/muster/import?q=jurgen");
    browser.tab_to("Jürgen Rüttgers übernehmen");
    browser.keys(" ");
    browser.sees("1 Benutzer importieren");
    browser.tab_to("1 Benutzer importieren");
    browser.enter();
    browser.is_at("/c/muster/import/check");
    browser.tab_to("1 Benutzer importieren");
    browser.enter();
    browser.sees("1 Benutzer importiert, 0 mit vorhandenen Kontakten verknüpft.");
}

fn subscribes(script: Script) {
    let (house, _tenant) = company();
    let browser = Browser::start(Look { script, ..Look::default() });
    house.signs_in(&browser, Role::Technician, &[]);
    house.opens(&browser, "/c/muster/import/groups");
    browser.press("Gruppen laden");
    browser.sees("Gelesen. Die Liste ist auf dem Stand von jetzt.");
    assert_eq!(browser.count("tbody input[name=u]:checked"), 0, "none is ticked at first");
    browser.fill("Gruppe suchen", "aufsicht");
    browser.press("Filtern");
    browser.sees("1–1 von 1");
    browser.press_first("tbody input[name=u]");
    browser.press("Auswahl speichern …");
    browser.is_at("/c/muster/import/groups/check");
    browser.sees("Aufsicht Werk: abonnieren");
    browser.press("Eine Gruppe abonnieren");
    browser.sees("Eine Gruppe abonniert.");
    browser.press("Plan ansehen");
    browser.is_at("/c/muster/plan");
    browser.sees("Jürgen Rüttgers");
    // All that exist now, by the box above the list.
    house.opens(&browser, "/c/muster/import/groups");
    browser.press_first("input[name=master]");
    if script == Script::Off {
        browser.press("Filtern");
    }
    browser.sees("noch nicht gespeichert");
    assert_eq!(browser.count("tbody input[name=u]:not(:checked)"), 0, "all are ticked");
    browser.press("Auswahl speichern …");
    browser.is_at("/c/muster/import/groups/check");
    browser.sees("Zirkel Werk: abonnieren");
}

#[test]
fn s8_a_technician_subscribes_to_groups_and_sees_the_plan() {
    subscribes(Script::On);
}

#[test]
fn s8_the_same_goes_without_scripts() {
    subscribes(Script::Off);
}
