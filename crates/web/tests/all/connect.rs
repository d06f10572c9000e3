//! Connecting in the browser, checking, and the end of a connection, over a simulated Microsoft 365.

use std::collections::BTreeSet;

use axum::http::StatusCode;
use m365sim::{Server, ServerOptions, TenantHandle, TenantSpec, World};
use model::{Preset, Right, Role};
use store::{Book, EndBy, Reach, ScopeChange, Switch};
use web::{Door, ROUTES, Verb};

use crate::customer::person;
use crate::support::{Browser, House};

/// A tenant that no customer is connected to yet, and houses that offer its cloud.
fn tenant() -> (TenantHandle, Server) {
    let world = World::new(7);
    let tenant = world.add_tenant(&TenantSpec::empty("muster.example"));
    tenant.add_user(person("Anna", "Test"));
    let server = Server::start(&world, &ServerOptions::default()).unwrap();
    (tenant, server)
}

fn houses(server: &Server) -> Vec<House> {
    let houses = House::each_beside(&(server.login_url(), server.graph_url()));
    for house in &houses {
        house.store.add_customer(&"a".parse().unwrap(), "Alpha", Preset::Careful, house.now()).unwrap();
    }
    houses
}

fn connects(browser: &Browser<'_>, form: &[(&str, &str)]) -> (String, String) {
    let got = browser.post("/c/a/connection", form);
    if got.status == StatusCode::UNPROCESSABLE_ENTITY {
        return (String::new(), got.text);
    }
    let mut to = got.to;
    if to.ends_with("/live") {
        browser.get("/c/a/live/events");
        to = browser.get("/c/a/live").to;
    }
    let text = browser.get(&to).text;
    (to, text)
}

/// In the order in which a page is read, and shown on a phone: what is read and which account is needed, then the buttons.
pub fn assert_told_before(page: &str, buttons: &[&str]) {
    let at = |text: &str| page.find(text).unwrap_or_else(|| panic!("{text} is missing: {page}"));
    for button in buttons {
        for said in ["Keine Mails, keine Dateien, keine Kalender", "Globaler Administrator"] {
            assert!(at(said) < at(button), "{said} stands behind {button}: {page}");
        }
    }
}

#[test]
fn s2_a_renewal_that_fails_leaves_the_connection_as_it_is_shown() {
    let (tenant, server) = tenant();
    for house in houses(&server) {
        let (owner, name) = (house.signed_in(Role::Owner, Reach::All, &[]), house.name());
        let (tenant_id, client_id, secret) = (tenant.id(), tenant.client_id(), tenant.client_secret());
        let typed = |secret| {
            [("tenant", &*tenant_id), ("client", &*client_id), ("secret", secret), ("how", "secret")]
        };
        connects(&owner, &typed(&secret));
        let (to, form) = connects(&owner, &typed("vertippt"));
        assert_eq!(to, "/c/a/connection/renew", "{name}");
        assert!(form.contains("aria-invalid=\"true\"") && form.contains(&*client_id), "{name}: {form}");
        // How it stands is told to everybody as before, and who may try again is told that it failed.
        let page = owner.get("/c/a/connection");
        assert_eq!(page.status, StatusCode::OK, "{name}");
        assert!(
            page.text.contains("Verbunden mit") && page.text.contains("Die Erneuerung ist gescheitert"),
            "{name}"
        );
        let reader = house.signed_in(
            Role::Reader,
            Reach::Own(house.store.book("a").unwrap().unwrap().customer.id),
            &[],
        );
        let seen = reader.get("/c/a/connection").text;
        assert!(seen.contains("Verbunden mit") && !seen.contains("gescheitert"), "{name}: {seen}");
        owner.post("/c/a/connection/check", &[]);
        owner.get("/c/a/live/events");
        assert!(!owner.get("/c/a/connection").text.contains("gescheitert"), "{name}");
    }
}

#[test]
fn o2_the_day_on_which_a_credential_ends_is_noted_without_a_new_one() {
    const ENDS: &str = "/c/a/connection/ends";
    let (tenant, server) = tenant();
    tenant.revoke("Application.Read.All");
    for house in houses(&server) {
        let (owner, name) = (house.signed_in(Role::Owner, Reach::All, &[]), house.name());
        let book = house.store.book("a").unwrap().unwrap();
        let ended = |day: &str| owner.post(ENDS, &[("ends", day)]);
        assert_eq!(ended("2099-05-01").to, "/c/a/connection", "{name}: nothing to end");
        let ids = (tenant.id(), tenant.client_id(), tenant.client_secret());
        connects(&owner, &[("tenant", &*ids.0), ("client", &*ids.1), ("secret", &*ids.2), ("how", "secret")]);
        let connection = || book.connection().unwrap().unwrap();
        assert_eq!(connection().credential_ends_at, None, "{name}: Microsoft does not tell");
        assert!(
            owner.get("/c/a/connection").text.contains("name=\"ends\" type=\"date\" value=\"\""),
            "{name}"
        );
        // Nonsense and a day that has passed stand beside the field, as they were typed.
        for wrong in ["bald", "2026-11-21"] {
            let again = ended(wrong);
            assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY, "{name}: {wrong}");
            for said in [
                "id=\"exp-e\"",
                "Bitte einen Tag angeben, der noch kommt.",
                "<title>Fehler",
                "autofocus",
                "Verbunden mit",
            ] {
                assert!(again.text.contains(said), "{name}: {said}: {}", again.text);
            }
            assert!(again.text.contains(&format!("value=\"{wrong}\"")), "{name}: {}", again.text);
            assert_eq!(connection().credential_ends_at, None, "{name}: {wrong}");
        }
        let noted =
            || owner.get("/audit").text.matches("hat den letzten Tag des Zugangs eingetragen").count();
        let (to, page) = owner.done(ENDS, &[("ends", "2099-05-01")]);
        assert_eq!((to.as_str(), noted()), ("/c/a/connection?done=ends", 1), "{name}");
        for said in ["Gespeichert, wann der Zugang endet.", "01.05.2099", "value=\"2099-05-01\""] {
            assert!(page.contains(said), "{name}: {said}: {page}");
        }
        // Until the end of the day by the customer's clock: Berlin, in summer.
        let end = show::when::rfc3339(connection().credential_ends_at.unwrap());
        assert_eq!(end, "2099-05-01T21:59:59Z", "{name}");
        let log = owner.get("/audit").text;
        assert!(log.contains("hat den letzten Tag des Zugangs eingetragen"), "{name}: {log}");
        assert!(log.contains("Gültig bis: – → 2099-05-01"), "{name}: {log}");
        owner.done(ENDS, &[("ends", "2099-05-01")]);
        assert_eq!(noted(), 1, "{name}: the day is what it was");
        let (_, page) = owner.done(ENDS, &[("ends", "")]);
        assert!(page.contains("Wann der Zugang endet, ist nicht bekannt."), "{name}: {page}");
        assert_eq!((connection().credential_ends_at, noted()), (None, 2), "{name}: nobody knows");
        // What Microsoft tells, nobody types.
        tenant.grant("Application.Read.All");
        owner.done("/c/a/connection/check", &[]);
        let told = connection();
        assert_eq!(told.credential_end_by, EndBy::Told, "{name}");
        assert!(!owner.get("/c/a/connection").text.contains("connection/ends"), "{name}");
        assert_eq!(owner.post(ENDS, &[("ends", "2099-05-01")]).to, "/c/a/connection", "{name}");
        assert_eq!((connection(), noted()), (told, 2), "{name}");
        tenant.revoke("Application.Read.All");
    }
}

#[test]
fn s2_a_customer_is_connected_with_its_own_app_and_shows_since_when_and_with_which_permissions() {
    let (tenant, server) = tenant();
    for house in houses(&server) {
        let owner = house.signed_in(Role::Owner, Reach::All, &[]);
        let form = owner.get("/c/a/connection").text;
        for said in ["User.Read.All", "Geheime ID"] {
            assert!(form.contains(said), "{}: beside the form: {said}", house.name());
        }
        assert_told_before(&form, &["<button class=\"btn pri\">"]);
        let (tenant_id, client_id, secret) = (tenant.id(), tenant.client_id(), tenant.client_secret());
        let typed = [("tenant", &*tenant_id), ("client", &client_id), ("secret", &secret), ("how", "secret")];
        let (to, page) = connects(&owner, &typed);
        assert_eq!(to, "/c/a/connection?done=1", "{}: {page}", house.name());
        assert!(page.contains("Verbunden mit") && page.contains("User.Read.All"), "{page}");
        assert!(!page.contains(&*secret), "a secret is never shown");
        let book = house.store.book("a").unwrap().unwrap();
        let connection = book.connection().unwrap().unwrap();
        assert_eq!(connection.client_id, client_id, "{}", house.name());
        book.change_scope(connection.id, &[ScopeChange::Everybody(Switch::On)]).unwrap();
        let (_, plan) = owner.done("/c/a/plan/look", &[]);
        assert!(plan.contains("1 Änderung steht an") && plan.contains("Anna Test"), "{plan}");
        tenant.revoke("User.Read.All");
        let (_, checked) = owner.done("/c/a/connection/check", &[]);
        assert!(checked.contains("nicht erteilt"), "{}: {checked}", house.name());
        tenant.grant("User.Read.All");
    }
}

#[test]
fn s1_what_microsoft_does_not_take_stands_beside_its_field_and_nothing_is_kept() {
    let (tenant, server) = tenant();
    for house in houses(&server) {
        let owner = house.signed_in(Role::Owner, Reach::All, &[]);
        let (tenant_id, client_id) = (tenant.id(), tenant.client_id());
        let nobody = "00000000-0000-4000-8000-000000000000";
        for (typed, field, said) in [
            (["", &client_id, "x~secret"], "tid-e", "weder eine Verzeichnis-ID noch eine Domain"),
            ([&*tenant_id, "app", "x~secret"], "cid-e", "Das ist keine Anwendungs-ID"),
            ([&*tenant_id, &client_id, ""], "sec-e", "Bitte den Wert aus der Spalte"),
            (
                [&*tenant_id, &client_id, nobody],
                "sec-e",
                "Das ist die Geheime ID (Secret ID), nicht der Wert",
            ),
            ([nobody, &client_id, "x~secret"], "tid-e", "Microsoft kennt diesen Mandanten nicht"),
            ([&*tenant_id, nobody, "x~secret"], "cid-e", "gibt es diese App nicht"),
            (
                [&*tenant_id, &client_id, "x~wrong"],
                "sec-e",
                "Microsoft lehnt diesen geheimen Clientschlüssel ab",
            ),
        ] {
            let [tenant, client, secret] = typed;
            let form = [("tenant", tenant), ("client", client), ("secret", secret), ("how", "secret")];
            let (_, page) = connects(&owner, &form);
            assert!(page.contains(&format!("id=\"{field}\"")) && page.contains(said), "{said}: {page}");
            assert!(!page.contains("x~"), "no secret is sent back");
            assert!(page.contains(&format!("value=\"{client}\"")), "what was typed stays: {page}");
        }
        assert!(house.store.book("a").unwrap().unwrap().connection().unwrap().is_none());
        let pem =
            [("tenant", &*tenant_id), ("client", &client_id), ("how", "certificate"), ("certificate", "no")];
        let (_, page) = connects(&owner, &pem);
        assert!(page.contains("Das lässt sich nicht verwenden"), "{}: {page}", house.name());
    }
}

#[test]
fn s1_the_cloud_that_was_chosen_stays_where_microsoft_does_not_take_the_rest() {
    let (tenant, server) = tenant();
    for house in houses(&server) {
        let owner = house.signed_in(Role::Owner, Reach::All, &[]);
        let nobody = "00000000-0000-4000-8000-000000000000";
        let (client, secret) = (tenant.client_id(), tenant.client_secret());
        let form = [
            ("tenant", nobody),
            ("client", &*client),
            ("secret", &*secret),
            ("how", "secret"),
            ("cloud", "own"),
        ];
        let (_, page) = connects(&owner, &form);
        assert!(page.contains("<option value=\"own\" selected>"), "{}: {page}", house.name());
    }
}

#[test]
fn s2_a_tenant_that_another_customer_has_is_asked_about_before_it_is_connected() {
    let (tenant, server) = tenant();
    for house in houses(&server) {
        let (owner, name) = (house.signed_in(Role::Owner, Reach::All, &[]), house.name());
        let (tenant_id, client_id, secret) = (tenant.id(), tenant.client_id(), tenant.client_secret());
        let typed =
            [("tenant", &*tenant_id), ("client", &*client_id), ("secret", &*secret), ("how", "secret")];
        connects(&owner, &typed);
        let (other, _) = house.customer("b", "Beta Holding", "x");
        let domain =
            house.store.book("a").unwrap().unwrap().connection().unwrap().unwrap().domains.0[0].clone();
        let post = |whom: &Browser<'_>, typed: &[(&str, &str)]| whom.post("/c/b/connection", typed);
        // By its id as by one of its domains.
        for named in [&*tenant_id, &*domain] {
            let mut again = typed.to_vec();
            again[0].1 = named;
            let asked = post(&owner, &again);
            assert_eq!(asked.status, StatusCode::UNPROCESSABLE_ENTITY, "{name}: {named}");
            for said in ["schon verbunden: Alpha (a).", "name=\"also\"", "noch einmal einfügen", named] {
                assert!(asked.text.contains(said), "{name}: {said}: {}", asked.text);
            }
            assert!(other.connection().unwrap().is_none() && !asked.text.contains(&*secret), "{name}");
        }
        // Whoever does not look after the other customer hears that there is one, and not whom; the customer's own people hear nothing.
        let technician = house.signed_in(Role::Technician, Reach::Chosen, &[&other]);
        let asked = post(&technician, &typed).text;
        assert!(
            asked.contains("ein Kunde, den Sie nicht betreuen") && !asked.contains("Alpha"),
            "{name}: {asked}"
        );
        let mut meant = typed.to_vec();
        meant.push(("also", &tenant_id));
        post(&owner, &meant);
        owner.get("/c/b/live/events");
        assert!(other.connection().unwrap().is_some(), "{name}");
        assert!(owner.get("/c/b/connection").text.contains("außerdem verbunden: Alpha (a)."), "{name}");
        let seen = technician.get("/c/b/connection").text;
        assert!(seen.contains("den Sie nicht betreuen") && !seen.contains("Alpha"), "{name}: {seen}");
        let administrator = house.signed_in(Role::Administrator, Reach::Own(other.customer.id), &[]);
        assert!(!administrator.get("/c/b/connection").text.contains("außerdem verbunden"), "{name}");
        // Another secret of what stands asks nothing.
        let renewed = post(&owner, &typed);
        assert_eq!(renewed.status, StatusCode::SEE_OTHER, "{name}");
    }
}

#[test]
fn a10_disconnecting_asks_keeps_contacts_and_deletes_what_was_stored() {
    let (tenant, server) = tenant();
    for house in houses(&server) {
        let owner = house.signed_in(Role::Owner, Reach::All, &[]);
        let (tenant_id, client_id, secret) = (tenant.id(), tenant.client_id(), tenant.client_secret());
        let typed = [("tenant", &*tenant_id), ("client", &client_id), ("secret", &secret), ("how", "secret")];
        let book = house.store.book("a").unwrap().unwrap();
        book.set_policy(&[("first_run".to_owned(), "apply".to_owned())]).unwrap();
        let again = || {
            connects(&owner, &typed);
            let connection = book.connection().unwrap().unwrap();
            book.change_scope(connection.id, &[ScopeChange::Everybody(Switch::On)]).unwrap();
            owner.done("/c/a/run", &[]);
        };
        let ends = |imported: &str| {
            let (to, page) = owner.done("/c/a/connection/end", &[("imported", imported)]);
            assert!(to.starts_with("/c/a/connection?ended="), "{}: {to}", house.name());
            assert!(book.connection().unwrap().is_none(), "{}", house.name());
            page
        };
        again();
        assert_eq!(book.entries().unwrap().len(), 1, "{}", house.name());
        let page = ends("remove");
        assert!(page.contains("1 Kontakt liegt im Papierkorb"), "{}: {page}", house.name());
        let size = book.size().unwrap();
        assert_eq!((size.contacts, size.binned), (0, 1), "{}", house.name());
        again();
        assert_eq!(book.entries().unwrap().len(), 1, "{}", house.name());
        let question = owner.get("/c/a/connection/end").text;
        assert!(question.contains("Der verknüpfte Kontakt bleibt"), "{}: {question}", house.name());
        let page = ends("keep");
        assert!(page.contains("Die Kontakte bleiben, wie sie sind"), "{}: {page}", house.name());
        assert_eq!(book.entries().unwrap().len(), 1, "{}", house.name());
    }
}

/// Paths by which a customer is connected, connected anew, or disconnected.
fn connecting() -> impl Iterator<Item = (Verb, String)> {
    let routes = ROUTES.iter().filter(|route| matches!(route.door, Door::Customer(Right::Connect, _)));
    routes.map(|route| (route.verb, route.path.replace("{customer}", "a")))
}

fn statuses(person: &Browser<'_>) -> BTreeSet<StatusCode> {
    let ask = |(verb, path): (Verb, String)| match verb {
        Verb::Get => person.get(&path).status,
        Verb::Post => person.post(&path, &[("imported", "remove")]).status,
    };
    connecting().map(ask).collect()
}

#[test]
fn a11_of_five_roles_two_connect_and_disconnect_and_nobody_from_another_customer() {
    let (tenant, server) = tenant();
    for house in houses(&server) {
        let a = house.store.book("a").unwrap().unwrap();
        let b = house.customer("b", "Beta", "Berta").0;
        let (id, client, secret) = (tenant.id(), tenant.client_id(), tenant.client_secret());
        let typed = [("tenant", &*id), ("client", &client), ("secret", &secret), ("how", "secret")];
        let is_connected = || a.connection().unwrap().is_some();
        let everybody: [(Role, Reach, &[&Book], Option<StatusCode>); 9] = [
            (Role::Owner, Reach::All, &[], None),
            (Role::Technician, Reach::All, &[], None),
            (Role::Technician, Reach::Chosen, &[&a], None),
            (Role::Observer, Reach::All, &[], Some(StatusCode::FORBIDDEN)),
            (Role::Administrator, Reach::Own(a.customer.id), &[], Some(StatusCode::FORBIDDEN)),
            (Role::Reader, Reach::Own(a.customer.id), &[], Some(StatusCode::FORBIDDEN)),
            (Role::Technician, Reach::Chosen, &[&b], Some(StatusCode::NOT_FOUND)),
            (Role::Administrator, Reach::Own(b.customer.id), &[], Some(StatusCode::NOT_FOUND)),
            (Role::Reader, Reach::Own(b.customer.id), &[], Some(StatusCode::NOT_FOUND)),
        ];
        assert!(connecting().count() > 6);
        for (role, reach, chosen, refused) in everybody {
            let person = house.signed_in(role, reach, chosen);
            let named = format!("{} {role:?} {reach:?}", house.name());
            if let Some(refused) = refused {
                assert_eq!(person.post("/c/a/connection", &typed).status, refused, "{named}");
                assert_eq!(statuses(&person), BTreeSet::from([refused]), "{named}: not connected");
                assert!(!is_connected(), "{named}");
                connects(&house.signed_in(Role::Owner, Reach::All, &[]), &typed);
                assert_eq!(statuses(&person), BTreeSet::from([refused]), "{named}: connected");
                assert!(is_connected(), "{named}");
                let page = person.get("/c/a/connection");
                assert!(!page.text.contains("/connection/end") && !page.text.contains("name=\"secret\""));
                house
                    .signed_in(Role::Owner, Reach::All, &[])
                    .done("/c/a/connection/end", &[("imported", "keep")]);
            } else {
                let (to, page) = connects(&person, &typed);
                assert_eq!(to, "/c/a/connection?done=1", "{named}: {page}");
                assert!(is_connected() && page.contains("/connection/end"), "{named}: {page}");
                person.done("/c/a/connection/end", &[("imported", "keep")]);
            }
            assert!(!is_connected(), "{named}");
        }
    }
}

#[test]
fn a11_only_staff_with_the_right_role_connects() {
    let (_, server) = tenant();
    for house in houses(&server) {
        let a = house.store.book("a").unwrap().unwrap();
        let own = Reach::Own(a.customer.id);
        for (role, reach) in [(Role::Administrator, own), (Role::Reader, own), (Role::Observer, Reach::All)] {
            let person = house.signed_in(role, reach, &[]);
            let page = person.get("/c/a/connection").text;
            assert!(
                page.contains("Verbinden kann ihn Ihr Betreiber") && !page.contains("name=\"secret\""),
                "{page}"
            );
            for path in ["/c/a/connection", "/c/a/connection/end"] {
                assert_eq!(person.post(path, &[]).status, StatusCode::FORBIDDEN, "{} {role:?}", house.name());
            }
        }
    }
}
