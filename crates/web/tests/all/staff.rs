//! The owner adds people, gives them links, and removes them.

use axum::http::StatusCode;
use model::Role;
use store::Reach;

use crate::support::{Browser, House};

/// What the page shows of a link, as a path.
fn path_of(page: &str) -> String {
    let rest = page.split("<code class=\"grow\">https://whoswho.example").nth(1);
    rest.unwrap_or_else(|| panic!("no link: {page}")).split('<').next().unwrap().to_owned()
}

fn add<'a>(name: &'a str, email: &'a str, role: &'a str, customers: &'a str) -> [(&'a str, &'a str); 4] {
    [("name", name), ("email", email), ("role", role), ("customers", customers)]
}

#[test]
fn an_owner_adds_people_who_come_by_a_link_and_reach_what_was_chosen() {
    for house in House::each() {
        house.customer("a", "Alpha", "Anna");
        house.customer("b", "Beta", "Berta");
        let owner = house.signed_in(Role::Owner, Reach::All, &[]);
        let page = owner.post("/staff/add", &add("Timo Tech", "timo@x.example", "technician", "a")).text;
        assert!(page.contains("Link für Timo Tech") && page.contains("timo@x.example"), "{page}");
        let link = path_of(&page);
        assert!(!owner.get("/staff").text.contains("/link/"), "a link is shown once");
        let stranger = house.stranger();
        let timo = stranger.with(&stranger.post(&link, &[]));
        assert_eq!(timo.get("/c/a").status, StatusCode::OK, "{}", house.name());
        assert_eq!(timo.get("/c/b").status, StatusCode::NOT_FOUND, "{}", house.name());
        assert_eq!(timo.get("/staff").status, StatusCode::FORBIDDEN, "{}", house.name());

        let page = owner.post("/staff/add", &add("Rita", "rita@x.example", "reader", "b")).text;
        let rita = stranger.with(&stranger.post(&path_of(&page), &[]));
        assert_eq!(rita.get("/").to, "/c/b", "{}", house.name());

        let id = house.store.account_named("timo@x.example").unwrap().unwrap().id.0;
        assert!(owner.get(&format!("/staff/{id}/remove")).text.contains("Timo Tech entfernen?"));
        assert_eq!(owner.post(&format!("/staff/{id}/remove"), &[]).to, "/staff?removed=1");
        assert!(timo.get("/c/a").to.starts_with("/sign-in"), "{}: sessions end at once", house.name());
    }
}

#[test]
fn what_is_wrong_with_a_new_person_stands_beside_its_field() {
    for house in House::each() {
        house.customer("a", "Alpha", "Anna");
        house.customer("b", "Beta", "Berta");
        let owner = house.signed_in(Role::Owner, Reach::All, &[]);
        owner.post("/staff/add", &add("Timo", "timo@x.example", "technician", ""));
        for (typed, said) in [
            (add("", "x@x.example", "technician", ""), "Bitte einen Namen eingeben."),
            (add("X", "x", "technician", ""), "Das ist keine E-Mail-Adresse."),
            (add("X", "Timo@x.example", "technician", ""), "gibt es schon ein Konto"),
            (add("X", "x@x.example", "technician", "c"), "Kürzel „c“ gibt es nicht"),
            (add("X", "x@x.example", "administrator", ""), "Bitte genau einen Kunden nennen."),
            (add("X", "x@x.example", "reader", "a, b"), "Bitte genau einen Kunden nennen."),
            (add("X", "x@x.example", "owner", "a"), "Eigentümer erreichen alle Kunden."),
        ] {
            let got = owner.post("/staff/add", &typed);
            assert_eq!(got.status, StatusCode::UNPROCESSABLE_ENTITY, "{} {said}", house.name());
            assert!(got.text.contains(said) && got.text.contains("aria-invalid"), "{said}: {}", got.text);
        }
        assert_eq!(house.store.accounts().unwrap().len(), 2, "{}", house.name());
    }
}

#[test]
fn the_last_owner_stays() {
    for house in House::each() {
        let owner = house.signed_in(Role::Owner, Reach::All, &[]);
        let id = owner.id();
        let got = owner.post(&format!("/staff/{id}/remove"), &[]);
        assert_eq!(got.status, StatusCode::CONFLICT, "{}: {}", house.name(), got.text);
        assert!(house.store.has_owner().unwrap());
    }
}

impl Browser<'_> {
    /// Number of the account that is signed in.
    fn id(&self) -> i64 {
        let token = self.token.as_ref().unwrap();
        self.house.store.signed_in(token, self.house.now()).unwrap().unwrap().account.id.0
    }
}
