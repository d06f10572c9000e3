//! The operator's app, consent at once and by a sent link, and sign-in with Microsoft, over a simulated Microsoft 365.

use axum::http::StatusCode;
use m365sim::{AppHandle, AppSpec, Server, ServerOptions, TenantHandle, TenantSpec, World};
use model::{Preset, Role};
use store::{AppOf, Book, MailServer, MailWay, Password, Reach};

use crate::connect::assert_told_before;
use crate::customer::person;
use crate::support::{Browser, Got, House};

const ADMIN: &str = "admin.muster@muster.example";
const ANNA: &str = "anna.test@muster.example";

struct Stage {
    world: World,
    tenant: TenantHandle,
    app: AppHandle,
    server: Server,
}

/// An operator with an app, a customer's tenant with an administrator and somebody else, a third tenant.
fn stage() -> Stage {
    let world = World::new(7);
    let operator = world.add_tenant(&TenantSpec::empty("operator.example"));
    let tenant = world.add_tenant(&TenantSpec::empty("muster.example"));
    let other = world.add_tenant(&TenantSpec::empty("other.example"));
    for (given, surname, address) in [("Admin", "Muster", ADMIN), ("Anna", "Test", ANNA)] {
        let mut somebody = person(given, surname);
        somebody.mail = Some(address.to_owned());
        somebody.user_principal_name = Some(address.to_owned());
        tenant.add_user(somebody);
    }
    let mut stranger = person("Otto", "Other");
    stranger.user_principal_name = Some("otto@other.example".to_owned());
    other.add_user(stranger);
    let app = world.register_app(AppSpec {
        redirects: vec![
            "https://whoswho.example/consent".into(),
            "https://whoswho.example/sign-in/microsoft/back".into(),
        ],
        roles: vec!["User.Read.All".into(), "GroupMember.Read.All".into(), "Organization.Read.All".into()],
        name: "Whoswho".into(),
    });
    // In its home tenant an app is there without anybody's consent.
    let mut chef = person("Chef", "Operator");
    chef.user_principal_name = Some("chef@operator.example".to_owned());
    operator.add_user(chef);
    world.go_on_as(&home(&app, &operator), "chef@operator.example").unwrap();
    let server = Server::start(&world, &ServerOptions::default()).unwrap();
    Stage { world, tenant, app, server }
}

fn home(app: &AppHandle, operator: &TenantHandle) -> String {
    format!(
        "/{}/v2.0/adminconsent?client_id={}&redirect_uri=https%3A%2F%2Fwhoswho.example%2Fconsent&scope=x%2F.default",
        operator.id(),
        app.client_id()
    )
}

fn houses(stage: &Stage) -> Vec<House> {
    House::each_beside(&(stage.server.login_url(), stage.server.graph_url()))
}

/// The owner with the app put in.
fn owner<'a>(house: &'a House, stage: &Stage) -> Browser<'a> {
    house.store.add_customer(&"a".parse().unwrap(), "Alpha", Preset::Helpdesk, house.now()).unwrap();
    let owner = house.signed_in(Role::Owner, Reach::All, &[]);
    puts_in(&owner, stage);
    owner
}

/// The owner puts in the app with its newest secret.
fn puts_in(owner: &Browser<'_>, stage: &Stage) {
    let (client, secret) = (stage.app.client_id(), stage.app.client_secret());
    let form =
        [("tenant", "operator.example"), ("client", &*client), ("secret", &*secret), ("how", "secret")];
    let got = owner.post("/app", &form);
    assert_eq!(got.to, "/app?saved=1", "{}: {}", owner.house.name(), got.text);
}

fn own((name, value): (&str, &str)) -> (String, String) {
    (name.to_owned(), value.to_owned())
}

fn book(house: &House) -> Book {
    house.store.book("a").unwrap().unwrap()
}

/// Where Microsoft sends the browser back to, as a path of ours.
fn ours(address: &str) -> String {
    format!("/{}", address.splitn(4, '/').nth(3).unwrap())
}

/// Comes back from Microsoft in the browser that went there, and waits for what that begins.
fn comes_back(browser: &Browser<'_>, went: &Got, address: &str) -> Got {
    browser.away(went).get(&ours(address))
}

fn until_connected(browser: &Browser<'_>) {
    browser.get("/c/a/live/events");
}

#[test]
fn s1_the_owner_puts_in_an_app_and_what_is_wrong_stands_beside_its_field() {
    let stage = stage();
    for house in houses(&stage) {
        let owner = owner(&house, &stage);
        let page = owner.get("/app").text;
        for said in [&*stage.app.client_id(), "https://whoswho.example/consent", "User.Read.All"] {
            assert!(page.contains(said), "{}: {said}", house.name());
        }
        assert!(!page.contains(&*stage.app.client_secret()), "A8: a secret is never shown");
        let client = stage.app.client_id();
        for (form, field) in [
            ([("tenant", "nobody.example"), ("client", &*client), ("secret", "x~y")], "tid-e"),
            (
                [
                    ("tenant", "operator.example"),
                    ("client", "00000000-0000-4000-8000-000000000000"),
                    ("secret", "x~y"),
                ],
                "cid-e",
            ),
            ([("tenant", "operator.example"), ("client", &*client), ("secret", "x~wrong")], "sec-e"),
        ] {
            let got = owner.post("/app", &form);
            assert_eq!(got.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", house.name());
            assert!(got.text.contains(&format!("id=\"{field}\"")), "{}: {field}: {}", house.name(), got.text);
        }
        let kept = house.store.operator_app().unwrap().unwrap();
        assert_eq!(kept.client_id, client, "{}: what is refused is not kept", house.name());
        let technician = house.signed_in(Role::Technician, Reach::All, &[]);
        assert_eq!(technician.get("/app").status, StatusCode::FORBIDDEN, "{}", house.name());
    }
}

#[test]
fn s1_consent_at_once_connects_and_the_first_run_follows() {
    let stage = stage();
    for house in houses(&stage) {
        stage.tenant.remove_consent(&stage.app.client_id());
        let owner = owner(&house, &stage);
        let page = owner.get("/c/a/connection").text;
        assert!(page.contains("Bei Microsoft zustimmen"), "{page}");
        assert_told_before(&page, &["formaction=", "<button class=\"btn pri\">"]);
        let wrong = owner.post("/c/a/connection/consent", &[("tenant", "nobody.example")]);
        assert!(wrong.text.contains("Microsoft kennt diesen Mandanten nicht"), "{}", wrong.text);
        let went = owner.post("/c/a/connection/consent", &[("tenant", "muster.example")]);
        assert!(went.to.starts_with(&stage.server.login_url()), "{}: {}", house.name(), went.to);
        assert!(went.policy.contains(&stage.server.login_url()), "{}", went.policy);
        let address = stage.world.go_on_as(&went.to, ADMIN).unwrap();
        // Somebody else's browser brings nothing about.
        assert_eq!(owner.get(&ours(&address)).status, StatusCode::GONE, "{}", house.name());
        let back = comes_back(&owner, &went, &address);
        assert_eq!(back.status, StatusCode::SEE_OTHER, "{}: {}", house.name(), back.text);
        until_connected(&owner);
        let connection = book(&house).connection().unwrap().unwrap();
        assert_eq!(connection.app, AppOf::Operator, "{}", house.name());
        assert_eq!(connection.tenant_id, stage.tenant.id(), "{}", house.name());
        assert_eq!(book(&house).entries().unwrap().len(), 2, "{}: A2, the first run", house.name());
        let shown = owner.get("/c/a/connection").text;
        assert!(shown.contains("App des Betreibers") && shown.contains("Neu zustimmen"), "{shown}");
        assert_eq!(comes_back(&owner, &went, &address).status, StatusCode::GONE, "{}: once", house.name());
    }
}

#[test]
fn s1_what_became_of_a_consent_is_told_in_plain_words_and_nothing_is_set_up() {
    let stage = stage();
    for house in houses(&stage) {
        stage.tenant.remove_consent(&stage.app.client_id());
        let owner = owner(&house, &stage);
        let go = || owner.post("/c/a/connection/consent", &[("tenant", "muster.example")]);
        let other = stage.world.tenant("other.example").unwrap().id();
        let went = go();
        let sent = went.to.split("state=").nth(1).unwrap().split('&').next().unwrap().to_owned();
        let forged = format!("https://x/consent?admin_consent=True&tenant={other}&state={sent}");
        let said = comes_back(&owner, &went, &forged);
        assert!(
            said.text.contains("ein anderer Mandant als muster.example"),
            "{}: {}",
            house.name(),
            said.text
        );
        for (address, sentence) in [
            (stage.world.cancel(&go().to), "Die Zustimmung wurde abgelehnt"),
            (stage.world.go_on_as(&go().to, ANNA), "darf nicht für die Organisation zustimmen"),
        ] {
            // The last one asked is the one that is open: go back in its browser.
            let went = go();
            let of = |text: &str| text.split("state=").nth(1).unwrap().split('&').next().unwrap().to_owned();
            let address = address.unwrap();
            let address = address.replace(&of(&address), &of(&went.to));
            let said = comes_back(&owner, &went, &address);
            assert_eq!(said.status, StatusCode::CONFLICT, "{}", house.name());
            assert!(said.text.contains(sentence), "{}: {sentence}: {}", house.name(), said.text);
        }
        assert!(
            stage.world.go_on_as(&go().to, "otto@other.example").is_err(),
            "Microsoft lets no other tenant in"
        );
        assert!(book(&house).connection().unwrap().is_none(), "{}", house.name());
        let page = owner.get("/c/a/connection").text;
        assert!(
            page.contains("Nicht zugestimmt") && page.contains("AADSTS90094"),
            "{}: {page}",
            house.name()
        );
    }
}

#[test]
fn w16_a_sent_link_needs_no_account_and_shows_how_far_it_is() {
    let stage = stage();
    for house in houses(&stage) {
        stage.tenant.remove_consent(&stage.app.client_id());
        let owner = owner(&house, &stage);
        let imprint = "https://hansewerk.example/impressum";
        house.store.set_settings(&[("name", "Hansewerk GmbH"), ("imprint", imprint)].map(own)).unwrap();
        let made = owner.post("/c/a/connection/link", &[("tenant", "muster.example")]);
        assert!(made.text.contains("Jana Petersen, Hansewerk GmbH"), "{}: {}", house.name(), made.text);
        let link = made.text.split("https://whoswho.example/ask/").nth(1).expect(&made.text);
        let path = format!("/ask/{}", &link[..64]);
        for said in ["Guten Tag", "Hello,", "mailto:?subject=", "Administrator"] {
            assert!(made.text.contains(said), "{}: {said}", house.name());
        }
        assert!(owner.get("/c/a/connection").text.contains("noch nicht geöffnet"), "{}", house.name());
        let stranger = house.stranger();
        let page = stranger.get(&path);
        for said in ["Alpha", "Was gelesen wird", "Jana Petersen, Hansewerk GmbH", imprint] {
            assert!(page.text.contains(said), "{}: S12, {said}: {}", house.name(), page.text);
        }
        assert_told_before(&page.text, &["<button class=\"btn pri wide\""]);
        assert!(owner.get("/c/a/connection").text.contains("Link geöffnet"), "{}", house.name());
        let refused = stranger.post(&path, &[]);
        let address = stage.world.cancel(&refused.to).unwrap();
        assert!(comes_back(&stranger, &refused, &address).text.contains("abgelehnt"), "{}", house.name());
        assert!(owner.get("/c/a/connection").text.contains("Nicht zugestimmt"), "{}", house.name());
        let went = stranger.post(&path, &[]);
        let address = stage.world.go_on_as(&went.to, ADMIN).unwrap();
        let done = comes_back(&stranger, &went, &address);
        assert!(done.text.contains("Danke, das hat geklappt"), "{}: {}", house.name(), done.text);
        until_connected(&owner);
        let page = owner.get("/c/a/connection").text;
        assert!(page.contains("Zugestimmt") && page.contains("Verbunden mit"), "{}: {page}", house.name());
        assert_eq!(book(&house).entries().unwrap().len(), 2, "{}: the first run follows", house.name());
        assert_eq!(stranger.get(&path).status, StatusCode::GONE, "{}: a link works once", house.name());
    }
}

#[test]
fn w16_a_wrong_address_for_a_link_comes_back_with_its_form_and_what_was_typed() {
    let stage = stage();
    for house in houses(&stage) {
        let owner = owner(&house, &stage);
        let server = MailServer {
            way: MailWay::Graph,
            sender: "whoswho@operator.example".into(),
            sender_name: String::new(),
            has_password: false,
            changed_at: house.now(),
        };
        house.store.set_mail_server(&server, &Password::Is("".into()), house.now()).unwrap();
        let made = owner.post("/c/a/connection/link", &[("tenant", "muster.example")]).text;
        let request = made.split("name=\"request\" value=\"").nth(1).expect(&made).split('"').next().unwrap();
        let send = |to| {
            let form = [("request", request), ("to", to), ("language", "en")];
            owner.post("/c/a/connection/link/mail", &form)
        };
        let again = send("admin muster.example");
        assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", house.name());
        let field = again.text.split("id=\"cm-to\"").nth(1).expect(&again.text);
        for said in
            ["value=\"admin muster.example\"", "aria-invalid", "id=\"cm-e\"", "Bitte eine E-Mail-Adresse"]
        {
            assert!(field.contains(said), "{}: {said}: {}", house.name(), again.text);
        }
        assert!(field.contains("value=\"en\" lang=\"en\" selected"), "{}", again.text);
        let back = format!("name=\"request\" value=\"{request}\"");
        assert!(again.text.contains(&back), "{}: {}", house.name(), again.text);
        let mailed = send("admin@muster.example");
        assert!(mailed.text.contains("an admin@muster.example ist unterwegs"), "{}", mailed.text);
        assert!(!mailed.text.contains("id=\"cm-to\""), "{}", house.name());
    }
}

#[test]
fn w16_a_consent_counts_once_microsoft_lets_the_app_in_and_its_link_works_until_then() {
    let stage = stage();
    for house in houses(&stage) {
        stage.tenant.remove_consent(&stage.app.client_id());
        let owner = owner(&house, &stage);
        let made = owner.post("/c/a/connection/link", &[("tenant", "muster.example")]);
        let path = format!("/ask/{}", &made.text.split("/ask/").nth(1).unwrap()[..64]);
        let stranger = house.stranger();
        let went = stranger.post(&path, &[]);
        let address = stage.world.go_on_as(&went.to, ADMIN).unwrap();
        stage.app.expire_secrets();
        comes_back(&stranger, &went, &address);
        until_connected(&owner);
        let page = owner.get("/c/a/connection").text;
        assert!(page.contains("lässt die App noch nicht hinein"), "{}: {page}", house.name());
        assert!(book(&house).connection().unwrap().is_none(), "{}", house.name());
        stage.app.add_secret();
        puts_in(&owner, &stage);
        let went = stranger.post(&path, &[]);
        let address = stage.world.go_on_as(&went.to, ADMIN).unwrap();
        comes_back(&stranger, &went, &address);
        until_connected(&owner);
        assert!(owner.get("/c/a/connection").text.contains("Zugestimmt"), "{}", house.name());
    }
}

#[test]
fn a11_nobody_connects_a_tenant_of_a_customer_whom_they_do_not_look_after() {
    let stage = stage();
    for house in houses(&stage) {
        let owner = owner(&house, &stage);
        house.store.add_customer(&"b".parse().unwrap(), "Beta", Preset::Helpdesk, house.now()).unwrap();
        let went = owner.post("/c/b/connection/consent", &[("tenant", "muster.example")]);
        let address = stage.world.go_on_as(&went.to, ADMIN).unwrap();
        comes_back(&owner, &went, &address);
        owner.get("/c/b/live/events");
        let a = book(&house);
        let technician = house.signed_in(Role::Technician, Reach::Chosen, &[&a]);
        for way in ["/c/a/connection/consent", "/c/a/connection/link"] {
            let refused = technician.post(way, &[("tenant", "muster.example")]);
            assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}: {way}", house.name());
            assert!(refused.text.contains("können Sie hier nicht verbinden"), "{}: {way}", house.name());
            assert!(!refused.text.contains("Beta"), "{}: whose it is stays untold", house.name());
        }
        for way in ["/c/a/connection/consent", "/c/a/connection/link"] {
            let asked = owner.post(way, &[("tenant", "muster.example")]);
            assert_eq!(asked.status, StatusCode::UNPROCESSABLE_ENTITY, "{}: {way}", house.name());
            assert!(asked.text.contains("schon verbunden: Beta (b)."), "{}: {way}", house.name());
        }
        let asked = owner.post("/c/a/connection/consent", &[("tenant", "muster.example")]).text;
        let also = asked.split("name=\"also\" value=\"").nth(1).unwrap().split('"').next().unwrap();
        let both = owner.post("/c/a/connection/consent", &[("tenant", "muster.example"), ("also", also)]);
        assert!(both.to.starts_with(&stage.server.login_url()), "{}: who reaches both may", house.name());
    }
}

#[test]
fn s2_a_connection_by_the_operators_app_shows_when_the_apps_secret_ends() {
    let stage = stage();
    for house in houses(&stage) {
        let owner = owner(&house, &stage);
        let went = owner.post("/c/a/connection/consent", &[("tenant", "muster.example")]);
        comes_back(&owner, &went, &stage.world.go_on_as(&went.to, ADMIN).unwrap());
        until_connected(&owner);
        let pages = ["/c/a/connection", "/c/a", "/customers"];
        for path in pages {
            let page = owner.get(path).text;
            assert!(page.contains("Ende unbekannt"), "{} {path}: {page}", house.name());
        }
        let renew = |ends| {
            let (client, secret) = (stage.app.client_id(), stage.app.client_secret());
            let form = [
                ("tenant", "operator.example"),
                ("client", &*client),
                ("secret", &*secret),
                ("how", "secret"),
                ("ends", ends),
            ];
            let got = owner.post("/app", &form);
            assert_eq!(got.to, "/app?saved=1", "{}: {}", house.name(), got.text);
        };
        for (ends, said, shown) in
            [("2027-11-22", "noch 365 Tage", "22.11.2027"), ("2026-12-01", "noch 9 Tage", "01.12.2026")]
        {
            renew(ends);
            for path in pages {
                let page = owner.get(path).text;
                let day = format!("App des Betreibers, {shown}");
                assert!(page.contains(said) && page.contains(&day), "{} {path}: {page}", house.name());
            }
        }
    }
}

#[test]
fn w16_a_link_that_was_taken_back_or_has_ended_leads_nowhere() {
    let stage = stage();
    for house in houses(&stage) {
        let owner = owner(&house, &stage);
        let link = |browser: &Browser<'_>| {
            let made = browser.post("/c/a/connection/link", &[("tenant", "muster.example")]);
            format!("/ask/{}", &made.text.split("/ask/").nth(1).unwrap()[..64])
        };
        let first = link(&owner);
        let second = link(&owner);
        let stranger = house.stranger();
        assert_eq!(
            stranger.get(&first).status,
            StatusCode::GONE,
            "{}: a new one takes its place",
            house.name()
        );
        owner.post("/c/a/connection/link/end", &[]);
        assert_eq!(stranger.get(&second).status, StatusCode::GONE, "{}", house.name());
        let third = link(&owner);
        house.later(15 * 24 * 3_600_000);
        assert_eq!(stranger.get(&third).status, StatusCode::GONE, "{}", house.name());
    }
}

#[test]
fn somebody_binds_their_microsoft_account_and_signs_in_with_it() {
    let stage = stage();
    for house in houses(&stage) {
        let owner = owner(&house, &stage);
        let stranger = house.stranger();
        assert!(stranger.get("/sign-in").text.contains("Mit Microsoft anmelden"), "{}", house.name());
        let signs_in = || {
            let went = stranger.post("/sign-in/microsoft", &[("to", "/profile")]);
            let address = stage.world.go_on_as(&went.to, ANNA).unwrap();
            comes_back(&stranger, &went, &address)
        };
        let unknown = signs_in();
        assert!(unknown.text.contains("gibt es hier keine Person"), "{}: {}", house.name(), unknown.text);
        let went = owner.post("/profile/microsoft", &[]);
        let address = stage.world.go_on_as(&went.to, ANNA).unwrap();
        assert_eq!(
            owner.get(&ours(&address)).status,
            StatusCode::FORBIDDEN,
            "{}: another browser",
            house.name()
        );
        let went = owner.post("/profile/microsoft", &[]);
        let address = stage.world.go_on_as(&went.to, ANNA).unwrap();
        assert_eq!(comes_back(&owner, &went, &address).to, "/profile?saved=1", "{}", house.name());
        let signed = signs_in();
        assert_eq!(signed.to, "/profile", "{}: {}", house.name(), signed.text);
        let back = stranger.with(&signed);
        assert!(
            back.get("/profile").text.contains("Verbunden. Sie können sich mit Microsoft anmelden"),
            "{}",
            house.name()
        );
        stage.tenant.patch(
            &of(&stage, ANNA),
            serde_json::json!({"userPrincipalName": "neu@muster.example"}).as_object().unwrap(),
        );
        let went = stranger.post("/sign-in/microsoft", &[]);
        let address = stage.world.go_on_as(&went.to, "neu@muster.example").unwrap();
        assert_eq!(
            comes_back(&stranger, &went, &address).to,
            "/",
            "{}: bound to the id, not to an address",
            house.name()
        );
        stage.tenant.patch(
            &of(&stage, "neu@muster.example"),
            serde_json::json!({"userPrincipalName": ANNA}).as_object().unwrap(),
        );
        let declined = stranger.post("/sign-in/microsoft", &[]);
        let address = stage.world.cancel(&declined.to).unwrap();
        assert!(
            comes_back(&stranger, &declined, &address).text.contains("bei Microsoft abgebrochen"),
            "{}",
            house.name()
        );
    }
}

fn of(stage: &Stage, upn: &str) -> String {
    let users = stage.tenant.truth().users;
    users.iter().find(|user| user.spec.user_principal_name.as_deref() == Some(upn)).unwrap().id.clone()
}

#[test]
fn dangerous_steps_are_proved_at_microsoft_by_whoever_signs_in_there() {
    let stage = stage();
    for house in houses(&stage) {
        let owner = owner(&house, &stage);
        let went = owner.post("/profile/microsoft", &[]);
        let address = stage.world.go_on_as(&went.to, ANNA).unwrap();
        comes_back(&owner, &went, &address);
        house.later(11 * 60_000);
        let asked = owner.post("/app/remove", &[]);
        assert!(asked.text.contains("Mit Microsoft bestätigen"), "{}: {}", house.name(), asked.text);
        let form = asked.text.split("action=\"/proof/microsoft\"").nth(1).unwrap();
        let back = form.split("name=\"back\" value=\"").nth(1).unwrap().split('"').next().unwrap();
        let went = owner.post("/proof/microsoft", &[("back", back)]);
        assert!(went.to.contains("prompt=login"), "{}", went.to);
        let other = stage.world.go_on_as(&went.to, ADMIN).unwrap();
        assert!(
            comes_back(&owner, &went, &other).text.contains("ein anderes Microsoft-Konto"),
            "{}",
            house.name()
        );
        let went = owner.post("/proof/microsoft", &[("back", back)]);
        let address = stage.world.go_on_as(&went.to, ANNA).unwrap();
        assert_eq!(comes_back(&owner, &went, &address).to, "/app/remove", "{}", house.name());
        assert_eq!(owner.post("/app/remove", &[]).to, "/app?removed=1", "{}", house.name());
    }
}

#[test]
fn a_first_password_beside_a_microsoft_account_is_proved_there() {
    let stage = stage();
    for house in houses(&stage) {
        let owner = owner(&house, &stage);
        let went = owner.post("/profile/microsoft", &[]);
        comes_back(&owner, &went, &stage.world.go_on_as(&went.to, ANNA).unwrap());
        house.later(11 * 60_000);
        let new = [("password", "ein Satz, den nur ich kenne"), ("password2", "ein Satz, den nur ich kenne")];
        let page = owner.get("/profile").text;
        assert!(page.contains("bestätigen Sie bitte bei Microsoft"), "{}: {page}", house.name());
        assert!(!page.contains("name=\"password\""), "{}", house.name());
        let refused = owner.post("/profile/password", &new);
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", house.name());
        assert!(refused.text.contains("bestätigen Sie bitte bei Microsoft"), "{}", refused.text);
        assert!(house.store.accounts().unwrap().iter().all(|account| !account.has_password));
        let went = owner.post("/proof/microsoft", &[("back", "/profile")]);
        let other = comes_back(&owner, &went, &stage.world.go_on_as(&went.to, ADMIN).unwrap());
        assert!(other.text.contains("ein anderes Microsoft-Konto"), "{}", house.name());
        assert!(!owner.get("/profile").text.contains("name=\"password\""), "{}", house.name());
        let went = owner.post("/proof/microsoft", &[("back", "/profile")]);
        let address = stage.world.go_on_as(&went.to, ANNA).unwrap();
        assert_eq!(comes_back(&owner, &went, &address).to, "/profile", "{}", house.name());
        assert!(owner.get("/profile").text.contains("name=\"password\""), "{}", house.name());
        assert_eq!(owner.post("/profile/password", &new).to, "/profile?saved=1", "{}", house.name());
        assert!(house.store.accounts().unwrap()[0].has_password, "{}", house.name());
    }
}
