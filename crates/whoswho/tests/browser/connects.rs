//! Connecting a customer, both ways: with an app of its own, and by consent to the operator's, at once, declined, and by a link
//! that is sent to somebody without an account.

use browse::{Browser, House, Look, Role};
use m365sim::{TenantHandle, TenantSpec, UserSpec};

use crate::house;

const ADMIN: &str = "admin@muster.example";
const ANNA: &str = "anna@muster.example";

/// A house with a customer that is to be connected, its tenant, and an app of the operator's.
fn before() -> (House, TenantHandle) {
    let mut house = house();
    house.types(&["customer", "add", "muster", "--name", "Muster GmbH", "--preset", "helpdesk"]);
    let tenant = house.world.add_tenant(&TenantSpec::empty("muster.example"));
    for (given, address) in [("Ada", ADMIN), ("Anna", ANNA)] {
        tenant.add_user(UserSpec {
            given_name: Some(given.to_owned()),
            surname: Some("Muster".to_owned()),
            mail: Some(address.to_owned()),
            ..UserSpec::default()
        });
    }
    let app = house.has_app();
    house.serve();
    for path in ["/consent", "/sign-in/microsoft/back"] {
        app.add_redirect(&house.url(path));
    }
    (house, tenant)
}

/// At Microsoft's page, somebody goes on as this account.
fn as_account(browser: &Browser, account: &str) {
    browser.sees("Simulated Microsoft 365");
    browser.fill("Another account", account);
    browser.press_first("button[value=accept]");
}

#[test]
fn s1_a_customer_is_connected_with_its_own_app() {
    let (house, tenant) = before();
    let browser = Browser::start(Look::default());
    house.signs_in(&browser, Role::Owner, &[]);
    house.opens(&browser, "/c/muster/connection");
    browser.press("Stattdessen mit einer App des Kunden verbinden");
    browser.fill("Verzeichnis-ID (Mandant)", &tenant.id());
    browser.fill("Anwendungs-ID (Client)", &tenant.client_id());
    browser.fill("Geheimer Clientschlüssel, Wert", "falsch~falsch");
    browser.press("Prüfen und verbinden");
    browser.sees("Microsoft lehnt diesen geheimen Clientschlüssel ab");
    browser.fill("Geheimer Clientschlüssel, Wert", &tenant.client_secret());
    browser.press("Prüfen und verbinden");
    browser.sees("Anna Muster");
    house.opens(&browser, "/c/muster/connection");
    browser.sees("Verbunden mit");
}

#[test]
fn s1_consent_is_declined_and_then_given_and_the_first_run_follows() {
    let (house, _) = before();
    let browser = Browser::start(Look::default());
    house.signs_in(&browser, Role::Owner, &[]);
    house.opens(&browser, "/c/muster/connection");
    let asks = || {
        browser.fill("Domain oder Verzeichnis-ID des Kunden", "muster.example");
        browser.press("Bei Microsoft zustimmen");
        browser.sees("Permissions requested");
    };
    asks();
    browser.press_first("button[value=cancel]");
    browser.sees("Die Zustimmung wurde abgelehnt");
    browser.press("Zur Verbindung");
    browser.sees("Nicht zugestimmt");
    asks();
    as_account(&browser, ANNA);
    browser.sees("Dieses Konto darf nicht für die Organisation zustimmen");
    browser.press("Zur Verbindung");
    asks();
    as_account(&browser, ADMIN);
    browser.sees("Anna Muster");
    house.opens(&browser, "/c/muster/connection");
    browser.sees("App des Betreibers");
    assert_eq!(house.json(&["book", "muster"]).as_array().unwrap().len(), 2);
}

#[test]
fn w16_a_sent_link_is_followed_by_somebody_without_an_account() {
    let (house, _) = before();
    let browser = Browser::start(Look::default());
    house.signs_in(&browser, Role::Owner, &[]);
    house.opens(&browser, "/c/muster/connection");
    browser.fill("Domain oder Verzeichnis-ID des Kunden", "muster.example");
    browser.press("Link senden …");
    browser.sees("Link für den Administrator des Kunden");
    assert_eq!(browser.violations(), []);
    let link = browser.ask("return document.querySelector('main code').textContent");
    let administrator = Browser::start(Look { language: "en", ..Look::default() });
    administrator.open(link.as_str().unwrap());
    administrator.sees("Connect Muster GmbH to its contact book");
    assert_eq!(administrator.violations(), []);
    house.opens(&browser, "/c/muster/connection");
    browser.sees("Link geöffnet");
    administrator.press("Continue to Microsoft");
    as_account(&administrator, ADMIN);
    administrator.sees("Thank you, that worked");
    browser.until("a connection", || {
        house.opens(&browser, "/c/muster/connection");
        browser.shows("Verbunden mit").then_some(())
    });
    assert!(browser.shows("Zugestimmt"));
    browser.until("the first run", || {
        (house.json(&["book", "muster"]).as_array().unwrap().len() == 2).then_some(())
    });
}

#[test]
fn somebody_signs_in_with_microsoft_once_their_account_is_bound() {
    let (house, _) = before();
    let browser = Browser::start(Look::default());
    house.signs_in(&browser, Role::Technician, &[]);
    house.opens(&browser, "/profile");
    browser.press("Mit Microsoft-Konto verbinden");
    as_account(&browser, ANNA);
    browser.sees("Sie können sich mit Microsoft anmelden");
    browser.press("Konto und Einstellungen");
    browser.press("Abmelden");
    browser.is_at("/sign-in");
    browser.press("Mit Microsoft anmelden");
    as_account(&browser, ANNA);
    browser.is_at("/customers");
    browser.sees("Muster GmbH");
}
