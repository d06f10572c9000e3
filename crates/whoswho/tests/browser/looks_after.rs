//! A customer is looked after in the browser: what was held is released, a run is taken back, contacts are changed, explained, merged,
//! deleted and brought back.

use browse::{Browser, House, Look, Role, Scheme};
use m365sim::{TenantHandle, TenantSpec};

use crate::{house, muster};

/// A served house whose customer `muster` follows a company of thirty, and a browser of its owner.
fn connected() -> (House, TenantHandle, Browser) {
    let mut house = house();
    house.types(&["customer", "add", "muster", "--name", "Muster GmbH"]);
    let tenant = house.connects("muster", &TenantSpec::of("muster.example", 30));
    house.types(&["scope", "add", "muster", "all"]);
    house.types(&["policy", "set", "muster", "first_run=apply"]);
    house.types(&["sync", "muster"]);
    house.serve();
    let browser = Browser::start(Look::default());
    house.signs_in(&browser, Role::Owner, &[]);
    (house, tenant, browser)
}

/// Contacts that follow somebody of the tenant: contact, source id, name.
fn linked(house: &House) -> Vec<(String, String, String)> {
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    let book = house.json(&["book", "muster"]);
    let all = book.as_array().unwrap().iter();
    all.filter(|one| one["source_id"].is_string())
        .map(|one| (text(&one["id"]), text(&one["source_id"]), text(&one["display_name"])))
        .collect()
}

#[test]
fn w2_held_removals_are_released_by_their_number_and_applied() {
    let (house, tenant, browser) = connected();
    let people = linked(&house);
    let gone = &people[..people.len() - 4];
    for (_, source, _) in gone {
        assert!(tenant.delete_user(source));
    }
    let n = gone.len();
    house.opens(&browser, "/c/muster/plan");
    browser.press("Neu lesen");
    browser.sees(&format!("{n} Änderungen zurückgehalten"));
    browser.sees("Löschschutz: höchstens");
    browser.press(&format!("Alle {n} freigeben …"));
    browser.fill("Zur Bestätigung die Anzahl eingeben", "1");
    browser.press(&format!("{n} freigeben, Löschungen eingeschlossen"));
    browser.sees(&format!("Bitte {n} eingeben"));
    browser.fill("Zur Bestätigung die Anzahl eingeben", &n.to_string());
    browser.press(&format!("{n} freigeben, Löschungen eingeschlossen"));
    browser.is_at("/c/muster/plan");
    browser.sees("Freigegeben");
    assert_eq!(linked(&house).len(), people.len(), "released, and not applied yet");
    browser.press_first("main .savebar .btn.pri, main form[action$='/run'] .btn");
    browser.is_at("/c/muster/runs/");
    browser.sees(&format!("{n} entfernt"));
    assert_eq!(linked(&house).len(), 4);
}

#[test]
fn w4_a_run_is_looked_at_and_taken_back() {
    let (house, _tenant, browser) = connected();
    let n = linked(&house).len();
    house.opens(&browser, "/c/muster/runs/1");
    browser.press("Diesen Lauf rückgängig machen …");
    browser.is_away_from("/c/muster/runs/1");
    browser.sees("Was zurückginge");
    assert_eq!(linked(&house).len(), n, "looked at only");
    browser.sees(&format!("{n} Kontakte kämen dabei in den Papierkorb"));
    browser.press_first("main .savebar .btn.danger");
    browser.sees(&format!("Bitte {n} eingeben"));
    assert_eq!(linked(&house).len(), n, "not before their number is typed");
    browser.fill("Wie viele Kontakte kommen in den Papierkorb?", &n.to_string());
    browser.press_first("main .savebar .btn.danger");
    browser.sees("Macht Lauf 1 rückgängig");
    browser.until("an empty book", || linked(&house).is_empty().then_some(()));
}

#[test]
fn a5_a_field_from_microsoft_365_says_so_before_it_is_changed_and_its_value_comes_back() {
    let (house, tenant, browser) = connected();
    let (id, source, name) = linked(&house).remove(0);
    let first = name.split(' ').next().unwrap().to_owned();
    house.opens(&browser, &format!("/c/muster/book/{id}"));
    browser.press("Bearbeiten");
    browser.sees(
        "Dieses Feld kommt aus Microsoft 365. Ihr Wert gilt bis zum nächsten Lauf, außer Sie heften ihn an.",
    );
    browser.fill("Vorname", "Käthe");
    browser.press("Speichern");
    browser.sees("Gespeichert.");
    browser.sees("Käthe");
    // W4: the line of the history puts the value back.
    browser.press("Zurück …: Vorname zurück auf den Wert von vorher");
    browser.sees(&format!("Danach: {first}"));
    browser.press("Wert zurückholen");
    browser.sees("Der Wert von vorher gilt wieder.");
    // W14: step by step, and this person now.
    tenant.update_user(&source, |user| user.given_name = Some("Ottilie".into()));
    browser.press("Warum im Buch?");
    browser.sees("ist im Kontaktbuch");
    browser.sees("in Microsoft 365 bekannt");
    browser.press("Nur diese Person abgleichen");
    browser.is_at("/c/muster/runs/");
    browser.sees("Fertig: 0 neu, 1 geändert");
    house.opens(&browser, &format!("/c/muster/book/{id}"));
    browser.sees("Ottilie");
}

#[test]
fn a5_a_day_that_is_typed_by_half_makes_no_pin_for_good() {
    let (house, _tenant, browser) = connected();
    let (id, ..) = linked(&house).remove(0);
    house.opens(&browser, &format!("/c/muster/book/{id}/edit"));
    browser.press("Wert anheften …: Nachname");
    browser.press_first("[name=pin-last_name]");
    browser.ask("document.getElementById('why-last_name').focus()");
    browser.keys("Hochzeit\t11");
    let day = "document.getElementById('until-last_name')";
    assert_eq!(browser.ask(&format!("return {day}.value")), "", "so much of it reaches nobody");
    browser.press("Speichern");
    browser.until("the browser asks for the rest", || {
        (browser.ask(&format!("return {day} === document.activeElement && {day}.validity.badInput")) == true)
            .then_some(())
    });
    assert!(browser.path().ends_with("/edit"), "{}", browser.path());
    browser.keys("11112099");
    browser.press("Speichern");
    browser.sees("angeheftet bis 11.11.2099: „Hochzeit“");
}

#[test]
fn w14_whoever_finds_nobody_is_told_why_and_may_have_them_read() {
    let (house, tenant, browser) = connected();
    house.opens(&browser, "/c/muster/book?q=ottilie%40muster.example");
    browser.sees("Niemand heißt so.");
    browser.press("Warum nicht im Buch?");
    browser.sees("Niemand in Microsoft 365 hat „ottilie@muster.example“, soweit zuletzt gelesen wurde.");
    let new = m365sim::UserSpec {
        given_name: Some("Ottilie".into()),
        surname: Some("Otter".into()),
        mail: Some("ottilie@muster.example".into()),
        user_principal_name: Some("ottilie@muster.example".into()),
        assigned_licenses: Some(vec![m365sim::license(m365sim::sku::BUSINESS_STANDARD)]),
        ..m365sim::UserSpec::default()
    };
    tenant.add_user(new);
    browser.press("Microsoft 365 nach ottilie@muster.example fragen");
    browser.is_at("/c/muster/runs/");
    house.opens(&browser, "/c/muster/book?q=ottilie");
    browser.sees("Ottilie Otter");
}

#[test]
fn w4_two_contacts_become_one_and_whoever_was_deleted_comes_back() {
    let house = muster();
    let browser = Browser::start(Look::default());
    house.types(&["contact", "add", "muster", "first_name=Jürgen", "last_name=Müller", "mobile=0171 5"]);
    house.signs_in(&browser, Role::Owner, &[]);
    house.opens(&browser, "/c/muster/book");
    browser.sees("4 Kontakte");
    browser.press("Jürgen Müller");
    browser.is_at("/c/muster/book/");
    browser.press("Zusammenführen …");
    browser.press_first("main .todo a");
    browser.press("Zusammenführen");
    browser.sees("Zusammengeführt.");
    browser.sees("0171 5");
    browser.press("Löschen …");
    browser.sees("30 Tage lang lässt er sich aus dem Papierkorb zurückholen.");
    browser.press("In den Papierkorb");
    browser.is_at("/c/muster/bin");
    browser.sees("Gelöscht.");
    house.opens(&browser, "/c/muster/book");
    browser.sees("2 Kontakte");
    house.opens(&browser, "/c/muster/bin");
    browser.press_first("tbody input[type=checkbox]");
    browser.press("Wiederherstellen");
    house.opens(&browser, "/c/muster/book");
    browser.sees("3 Kontakte");
}

#[test]
fn a_run_at_work_is_watched_and_cancelled_by_its_dialog_and_axe_finds_nothing_there() {
    let (house, tenant, mut browser) = connected();
    tenant.reset_counts();
    tenant.faults(|faults| faults.hold = Some("/users".into()));
    house.opens(&browser, "/c/muster");
    browser.press("Jetzt abgleichen");
    browser.is_at("/c/muster/live");
    assert!(tenant.wait_for_request("/users"));
    browser.sees("Ein Lauf arbeitet gerade");
    for scheme in [Scheme::Light, Scheme::Dark] {
        browser.prefers(scheme);
        // Anew, so that no colour is on its way to another.
        house.opens(&browser, "/c/muster/live");
        for width in [360, 1440] {
            browser.is_wide(width);
            assert_eq!(browser.violations(), [], "{scheme:?} at {width}");
        }
    }
    browser.press("Abbrechen …");
    browser.sees("Lauf abbrechen?");
    assert_eq!(browser.violations(), [], "the dialog");
    browser.escape();
    browser.until("no dialog", || (!browser.shows("Lauf abbrechen?")).then_some(()));
    browser.press("Abbrechen …");
    browser.press_first("#dlg .btn.danger");
    browser.sees("Der Lauf wurde abgebrochen");
    tenant.faults(|faults| faults.hold = None);
    // What the next one has to do, it does, and says how much.
    assert!(tenant.delete_user(&linked(&house)[0].1));
    house.opens(&browser, "/c/muster");
    browser.press("Jetzt abgleichen");
    browser.is_at("/c/muster/runs/");
    browser.sees("Fertig: 0 neu, 0 geändert, 1 entfernt, 0 zurückgehalten.");
}
