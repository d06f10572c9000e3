//! The first start makes the owner; passwords, links and sessions do what people count on.

use axum::http::StatusCode;
use model::{Role, Timestamp};
use store::{LinkFor, Reach, SignInLink};

use crate::support::House;

const PASSWORD: &str = "ein Satz, den nur ich kenne";

fn set_up_path(house: &House) -> String {
    let until = Timestamp(house.now().0 + 1_000_000);
    format!("/set-up/{}", house.store.make_link(LinkFor::SetUp, until).unwrap().secret())
}

fn form<'a>(name: &'a str, email: &'a str, first: &'a str, second: &'a str) -> [(&'a str, &'a str); 4] {
    [("name", name), ("email", email), ("password", first), ("password2", second)]
}

#[test]
fn the_first_start_makes_the_owner_who_is_signed_in() {
    for house in House::each() {
        let stranger = house.stranger();
        assert!(stranger.get("/sign-in").text.contains("Noch nicht eingerichtet"), "{}", house.name());
        let path = set_up_path(&house);
        assert!(stranger.get(&path).text.contains("Whoswho einrichten"));
        let done = stranger.post(&path, &form("Jana Petersen", "jana@x.example", PASSWORD, PASSWORD));
        assert_eq!((done.status, done.to.as_str()), (StatusCode::SEE_OTHER, "/"), "{}", done.text);
        assert!(
            done.cookie.starts_with("__Host-whoswho=")
                && done.cookie.contains("HttpOnly; SameSite=Lax; Secure")
        );
        let owner = stranger.with(&done);
        assert_eq!(owner.get("/").to, "/customers");
        let fleet = owner.get("/customers");
        assert!(
            fleet.text.contains("Noch kein Kunde") && fleet.text.contains("Jana Petersen · Eigentümer"),
            "{}",
            fleet.text
        );
        assert_eq!(stranger.get(&path).status, StatusCode::GONE, "the link works once");
        assert!(!stranger.get("/sign-in").text.contains("Noch nicht eingerichtet"));
    }
}

#[test]
fn what_is_wrong_with_the_first_account_stands_beside_its_field() {
    for house in House::each() {
        let (stranger, path) = (house.stranger(), set_up_path(&house));
        for (typed, said) in [
            (form("", "jana@x.example", PASSWORD, PASSWORD), "Bitte Ihren Namen eingeben."),
            (form("Jana", "jana", PASSWORD, PASSWORD), "Das ist keine E-Mail-Adresse."),
            (form("Jana", "jana@x.example", "kurz", "kurz"), "Nötig sind mindestens 12 Zeichen."),
            (
                form("Jana", "jana@x.example", PASSWORD, "anders, aber auch lang"),
                "Die beiden Eingaben sind verschieden.",
            ),
            (form("Jana", "jana@x.example", "Jana@X.example", "Jana@X.example"), "leicht zu erraten"),
        ] {
            let got = stranger.post(&path, &typed);
            assert_eq!(got.status, StatusCode::UNPROCESSABLE_ENTITY, "{said}");
            assert!(
                got.text.contains(said) && got.text.contains("aria-invalid"),
                "{} {said}: {}",
                house.name(),
                got.text
            );
            assert!(!got.text.contains(PASSWORD), "a password is never sent back");
        }
        let english = crate::support::Browser { language: "en", ..house.stranger() };
        assert!(english.post(&path, &form("", "", "", "")).text.contains("Please enter your name."));
    }
}

/// Set up, with the owner signed out again.
fn with_owner(house: &House) {
    let done = house
        .stranger()
        .post(&set_up_path(house), &form("Jana Petersen", "jana@x.example", PASSWORD, PASSWORD));
    let owner = house.stranger().with(&done);
    assert_eq!(owner.post("/sign-out", &[]).to, "/sign-in");
    assert_eq!(owner.get("/customers").status, StatusCode::SEE_OTHER, "the session has ended");
}

#[test]
fn a_password_signs_in_and_leads_to_where_somebody_wanted() {
    for house in House::each() {
        with_owner(&house);
        let stranger = house.stranger();
        let sign_in = |to| {
            stranger.post("/sign-in", &[("email", " JANA@x.example"), ("password", PASSWORD), ("to", to)])
        };
        assert_eq!(sign_in("/customers?q=x").to, "/customers?q=x", "{}", house.name());
        for elsewhere in [
            "https://evil.example",
            "//evil.example",
            "/\\evil.example",
            "/\t/evil.example/",
            "/\n/evil.example/",
            "",
        ] {
            assert_eq!(sign_in(elsewhere).to, "/", "{elsewhere}");
        }
    }
}

#[test]
fn guessing_is_locked_for_a_while_and_tells_nothing() {
    for house in House::each() {
        with_owner(&house);
        let stranger = house.stranger();
        let with = |email, password| stranger.post("/sign-in", &[("email", email), ("password", password)]);
        let (known, unknown) = (with("jana@x.example", "falsch"), with("nobody@x.example", "falsch"));
        assert_eq!(known.status, StatusCode::UNPROCESSABLE_ENTITY);
        let blind = |text: &str| text.replace("nobody@x.example", "jana@x.example");
        assert_eq!(known.text, blind(&unknown.text), "{}: nobody learns who has an account", house.name());
        for _ in 0..4 {
            with("jana@x.example", "falsch");
        }
        let locked = with("jana@x.example", PASSWORD);
        assert!(
            locked.text.contains("Zu viele Versuche. Wieder möglich in einer Minute."),
            "{}",
            locked.text
        );
        house.later(60_001);
        assert_eq!(with("jana@x.example", PASSWORD).status, StatusCode::SEE_OTHER);
    }
}

#[test]
fn a_link_signs_in_with_its_button_and_once() {
    for house in House::each() {
        with_owner(&house);
        let account = house.store.account_named("jana@x.example").unwrap().unwrap();
        let until = Timestamp(house.now().0 + 1_000);
        let token = house.store.make_link(LinkFor::Account(account.id), until).unwrap();
        let (stranger, path) = (house.stranger(), format!("/link/{}", token.secret()));
        for _ in 0..2 {
            assert!(
                stranger.get(&path).text.contains("Guten Tag, Jana Petersen"),
                "{}: looking is free",
                house.name()
            );
        }
        assert!(matches!(house.store.look_at_link(&token, house.now()), Ok(Some(SignInLink::Account(_)))));
        let done = stranger.post(&path, &[]);
        assert_eq!(stranger.with(&done).get("/customers").status, StatusCode::OK);
        assert_eq!(stranger.post(&path, &[]).status, StatusCode::GONE);
        assert_eq!(stranger.get("/link/short").status, StatusCode::GONE);
    }
}

#[test]
fn a_new_password_needs_the_old_one_and_ends_other_sessions() {
    for house in House::each() {
        with_owner(&house);
        let stranger = house.stranger();
        let sign_in = || {
            stranger.with(&stranger.post("/sign-in", &[("email", "jana@x.example"), ("password", PASSWORD)]))
        };
        let (here, there) = (sign_in(), sign_in());
        let change = |current, new| {
            here.post("/profile/password", &[("current", current), ("password", new), ("password2", new)])
        };
        assert!(
            change("falsch", "ein anderer langer Satz").text.contains("nicht Ihr jetziges Kennwort"),
            "{}",
            house.name()
        );
        assert!(change(PASSWORD, "kurz").text.contains("zu kurz"));
        assert_eq!(change(PASSWORD, "ein anderer langer Satz").to, "/profile?saved=1");
        assert_eq!(there.get("/customers").status, StatusCode::SEE_OTHER, "ended");
        assert!(here.get("/profile?saved=1").text.contains("Gespeichert"));
    }
}

#[test]
fn who_comes_by_a_link_chooses_a_password_without_the_old_one_for_half_an_hour() {
    for house in House::each() {
        with_owner(&house);
        let account = house.store.account_named("jana@x.example").unwrap().unwrap();
        let by_link = || {
            let until = Timestamp(house.now().0 + 1_000);
            let link = house.store.make_link(LinkFor::Account(account.id), until).unwrap();
            let stranger = house.stranger();
            stranger.with(&stranger.post(&format!("/link/{}", link.secret()), &[]))
        };
        let new = [("password", "ein anderer langer Satz"), ("password2", "ein anderer langer Satz")];
        let person = by_link();
        assert!(!person.get("/profile").text.contains("Jetziges Kennwort"), "{}", house.name());
        house.later(31 * 60_000);
        assert!(person.post("/profile/password", &new).text.contains("nicht Ihr jetziges Kennwort"));
        assert_eq!(by_link().post("/profile/password", &new).to, "/profile?saved=1");
    }
}

#[test]
fn nobody_gives_an_account_a_first_password_by_a_browser_that_was_left_open() {
    for house in House::each() {
        let reader = house.signed_in(Role::Observer, Reach::All, &[]);
        let account = house.store.accounts().unwrap().remove(0);
        let new = [("password", PASSWORD), ("password2", PASSWORD)];
        let by_link = || {
            let link = house.store.make_link(LinkFor::Account(account.id), Timestamp(house.now().0 + 1_000));
            let stranger = house.stranger();
            stranger.with(&stranger.post(&format!("/link/{}", link.unwrap().secret()), &[]))
        };
        let has_password = || house.store.account_named(&account.email).unwrap().unwrap().has_password;
        let old = by_link();
        house.later(31 * 60_000);
        for person in [&old, &reader] {
            let page = person.get("/profile").text;
            assert!(page.contains("gleich nach der Anmeldung mit einem Link"), "{}: {page}", house.name());
            assert!(!page.contains("name=\"password\""), "{}", house.name());
            let got = person.post("/profile/password", &new);
            assert_eq!(got.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", house.name());
            assert!(got.text.contains("gleich nach der Anmeldung mit einem Link"), "{}", got.text);
            assert!(!has_password(), "{}", house.name());
        }
        let english = crate::support::Browser { language: "en", ..by_link() };
        assert!(english.get("/profile").text.contains("name=\"password\""), "{}", house.name());
        assert_eq!(english.post("/profile/password", &new).to, "/profile?saved=1", "{}", house.name());
        assert!(has_password(), "{}", house.name());
    }
}

#[test]
fn an_address_without_an_account_is_locked_like_one_that_has_one() {
    for house in House::each() {
        with_owner(&house);
        let stranger = house.stranger();
        let texts = ["jana@x.example", "nobody@x.example"].map(|email| {
            let wrong = || stranger.post("/sign-in", &[("email", email), ("password", "falsch")]);
            for _ in 0..5 {
                wrong();
            }
            wrong().text.replace(email, "")
        });
        assert!(texts[0].contains("Zu viele Versuche"), "{}", texts[0]);
        assert_eq!(texts[0], texts[1], "{}", house.name());
    }
}

#[test]
fn the_last_handle_of_a_database_may_go_with_an_async_task() {
    for db in store::testing::empty_databases() {
        let folder = tempfile::tempdir().unwrap();
        let keys = store::KeyRing::load(folder.path(), None).unwrap();
        let store = store::Store::open(&db.location, keys).unwrap();
        assert!(store.customers().unwrap().is_empty(), "{}: a session is open", db.name);
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).build().unwrap();
        let gone = runtime.block_on(runtime.spawn(async move { drop(store) }));
        assert!(gone.is_ok(), "{}: {gone:?}", db.name);
    }
}
