//! What goes wrong is told in plain words, with the way on: a page that is not there, a fault of ours, a database that is away, and
//! a language that was chosen before the sign-in.

use axum::http::StatusCode;
use model::Role;
use store::Reach;
use store::testing::rename_table;

use crate::support::{Browser, House};

#[test]
fn whoever_is_signed_in_finds_the_way_on_from_a_page_that_is_not_there() {
    for house in House::each() {
        let (a, _) = house.customer("a", "Alpha", "Anna Alpha");
        let technician = house.signed_in(Role::Technician, Reach::Chosen, &[&a]);
        let reader = house.signed_in(Role::Reader, Reach::Own(a.customer.id), &[]);
        for (person, path, search) in [
            (&technician, "/nothing", "action=\"/customers\""),
            (&technician, "/c/b/book", "action=\"/customers\""),
            (&technician, "/c/a/book/00000000-0000-8000-8000-000000000000", "action=\"/c/a/book\""),
            (&technician, "/c/a/nothing", "action=\"/c/a/book\""),
            (&reader, "/nothing", "action=\"/c/a/book\""),
            (&reader, "/customers", "action=\"/c/a/book\""),
        ] {
            let got = person.get(path);
            assert_eq!(got.status, StatusCode::NOT_FOUND, "{} {path}", house.name());
            let main = got.text.split("<main").nth(1).unwrap();
            assert!(main.contains("Diese Seite gibt es nicht"), "{path}: {}", got.text);
            assert!(main.contains(search) && main.contains("name=\"q\""), "{path}: {}", got.text);
            assert!(got.text.contains("<nav class=\"side\"") && got.text.contains("/sign-out"), "{path}");
        }
        let refused = technician.get("/staff");
        assert_eq!(refused.status, StatusCode::FORBIDDEN, "{}", house.name());
        assert!(refused.text.contains("<nav class=\"side\"") && !refused.text.contains("id=\"eq\""));
    }
}

#[test]
fn a_fault_of_ours_has_a_number_and_says_nothing_that_nobody_knows() {
    for house in House::each() {
        let owner = house.signed_in(Role::Owner, Reach::All, &[]);
        rename_table(house.location(), "audit", "audit_away");
        for (language, said) in [("de", "Das ist unser Fehler."), ("en", "This is our fault.")] {
            owner.post("/profile/look", &[("language", language)]);
            let got = owner.get("/audit");
            assert_eq!(got.status, StatusCode::INTERNAL_SERVER_ERROR, "{}", house.name());
            assert!(got.text.contains(said), "{}: {}", house.name(), got.text);
            assert!(!got.text.contains("nichts geändert") && !got.text.contains("othing was changed"));
            let words = got.text.split(|c: char| !c.is_ascii_alphanumeric());
            let ids = words.filter(|word| word.len() == 8 && word.chars().all(|c| c.is_ascii_hexdigit()));
            assert_eq!(ids.count(), 1, "{}: a number to ask by: {}", house.name(), got.text);
        }
        rename_table(house.location(), "audit_away", "audit");
        assert_eq!(owner.get("/audit").status, StatusCode::OK, "{}", house.name());
    }
}

#[test]
fn a_database_that_is_away_is_named_and_pages_come_back_with_it() {
    for (house, gate) in House::behind_gates() {
        let owner = house.signed_in(Role::Owner, Reach::All, &[]);
        assert_eq!(owner.get("/customers").status, StatusCode::OK);
        gate.close();
        for (language, said, on) in [
            ("de", "Die Datenbank ist gerade nicht erreichbar.", "in einer Minute neu"),
            ("en", "The database is unreachable right now.", "reload the page in a minute"),
        ] {
            for browser in [
                &Browser { language, ..house.stranger() },
                &Browser { token: owner.token.clone(), language, ..house.stranger() },
            ] {
                let path = if browser.token.is_some() { "/customers" } else { "/sign-in" };
                let got = browser.get(path);
                assert_eq!(got.status, StatusCode::SERVICE_UNAVAILABLE, "{path}: {}", got.text);
                assert!(got.text.contains(said) && got.text.contains(on), "{path}: {}", got.text);
            }
        }
        gate.open();
        assert_eq!(owner.get("/customers").status, StatusCode::OK, "it is back");
    }
}

#[test]
fn w12_a_language_that_was_chosen_before_the_sign_in_goes_along() {
    for house in House::each() {
        let stranger = house.stranger();
        let chosen = stranger.get("/sign-in?lang=en");
        assert!(chosen.text.contains("<html lang=\"en\""), "{}", house.name());
        assert!(chosen.cookie.starts_with("__Host-whoswho-lang=en; Path=/; HttpOnly"), "{}", chosen.cookie);
        let english = Browser { chosen: Some("en"), ..house.stranger() };
        for (path, form) in
            [("/sign-in", &[("email", "x@x.example"), ("password", "x")][..]), ("/forgotten", &[])]
        {
            let text = english.post(path, form).text;
            assert!(text.contains("<html lang=\"en\""), "{} {path}: {text}", house.name());
        }
        assert!(english.get("/link/gone").text.contains("<html lang=\"en\""), "{}", house.name());
        let back = english.get("/sign-in?lang=de");
        assert!(
            back.text.contains("<html lang=\"de\"") && back.cookie.contains("-lang=de;"),
            "{}",
            back.cookie
        );
        assert!(stranger.get("/sign-in").cookie.is_empty(), "{}: nothing is kept unasked", house.name());
        let owner = house.signed_in(Role::Owner, Reach::All, &[]);
        let saved = owner.post("/profile/look", &[("language", "de")]);
        assert!(saved.cookie.starts_with("__Host-whoswho-lang=;"), "{}", saved.cookie);
    }
}
