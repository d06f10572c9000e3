//! The owner adds people, gives them links, and removes them.

use axum::http::StatusCode;
use model::Role;
use store::{Account, Reach};

use crate::support::{Browser, House};

/// What the page shows of a link, as a path.
fn path_of(page: &str) -> String {
    let rest = page.split("<code class=\"grow\">https://whoswho.example").nth(1);
    rest.unwrap_or_else(|| panic!("no link: {page}")).split('<').next().unwrap().to_owned()
}

/// What the form sends; no customers are all of them.
fn add<'a>(name: &'a str, email: &'a str, role: &'a str, customers: &[&'a str]) -> Vec<(&'a str, &'a str)> {
    let reach = if customers.is_empty() { "all" } else { "chosen" };
    let ticked = customers.iter().map(|slug| ("customers", *slug));
    [("name", name), ("email", email), ("role", role), ("reach", reach)].into_iter().chain(ticked).collect()
}

#[test]
fn an_owner_adds_people_who_come_by_a_link_and_reach_what_was_chosen() {
    for house in House::each() {
        house.customer("a", "Alpha", "Anna");
        house.customer("b", "Beta", "Berta");
        let owner = house.signed_in(Role::Owner, Reach::All, &[]);
        let page = owner.post("/staff/add", &add("Timo Tech", "timo@x.example", "technician", &["a"])).text;
        assert!(page.contains("Link für Timo Tech") && page.contains("timo@x.example"), "{page}");
        let link = path_of(&page);
        assert!(!owner.get("/staff").text.contains("/link/"), "a link is shown once");
        let stranger = house.stranger();
        let timo = stranger.with(&stranger.post(&link, &[]));
        assert_eq!(timo.get("/c/a").status, StatusCode::OK, "{}", house.name());
        assert_eq!(timo.get("/c/b").status, StatusCode::NOT_FOUND, "{}", house.name());
        assert_eq!(timo.get("/staff").status, StatusCode::FORBIDDEN, "{}", house.name());

        let page = owner.post("/staff/add", &add("Rita", "rita@x.example", "reader", &["b"])).text;
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
        owner.post("/staff/add", &add("Timo", "timo@x.example", "technician", &[]));
        let unsaid = [("name", "X"), ("email", "x@x.example"), ("role", "technician")].to_vec();
        let nobody = [unsaid.clone(), vec![("reach", "chosen")]].concat();
        let long = "x".repeat(201);
        for (typed, said) in [
            (add("", "x@x.example", "technician", &[]), "Bitte einen Namen eingeben."),
            (add(&long, "x@x.example", "technician", &[]), "höchstens 200 Zeichen"),
            (add("X", "x", "technician", &[]), "Das ist keine E-Mail-Adresse."),
            (add("X", "Timo@x.example", "technician", &[]), "gibt es schon ein Konto"),
            (add("X", "x@x.example", "king", &[]), "Bitte eine Rolle wählen."),
            (add("X", "x@x.example", "technician", &["c"]), "Kürzel „c“ gibt es nicht"),
            (add("X", "x@x.example", "administrator", &[]), "genau einen Kunden"),
            (add("X", "x@x.example", "reader", &["a", "b"]), "genau einen Kunden"),
            (add("X", "x@x.example", "owner", &["a"]), "Eigentümer erreichen alle Kunden."),
            (unsaid, "alle Kunden oder nur die angekreuzten"),
            (nobody, "mindestens einen Kunden ankreuzen"),
        ] {
            let got = owner.post("/staff/add", &typed);
            assert_eq!(got.status, StatusCode::UNPROCESSABLE_ENTITY, "{} {said}", house.name());
            assert!(got.text.contains(said) && got.text.contains("<p class=\"err\""), "{said}: {}", got.text);
        }
        assert_eq!(house.store.accounts().unwrap().len(), 2, "{}", house.name());
    }
}

#[test]
fn an_account_is_changed_and_keeps_its_password_and_its_open_sessions_go_by_it() {
    for house in House::each() {
        let (a, _) = house.customer("a", "Alpha", "Anna");
        house.customer("b", "Beta", "Berta");
        let owner = house.signed_in(Role::Owner, Reach::All, &[]);
        let timo = house.signed_in(Role::Technician, Reach::Chosen, &[&a]);
        house.store.set_password(timo.account().id, "hash", timo.token.as_ref()).unwrap();
        let path = format!("/staff/{}/edit", timo.account().id.0);
        let form = owner.get(&path).text;
        let ticked = "name=\"customers\" value=\"a\" checked";
        assert!(form.contains(ticked) && form.contains("value=\"chosen\" checked"), "{form}");
        assert!(form.contains("<option value=\"technician\" selected>"), "{form}");
        let change = |role, customers: &[&str]| {
            owner.post(&path, &add("Timo Tech", "timo@x.example", role, customers))
        };
        assert_eq!(change("technician", &["b"]).to, "/staff?changed=1", "{}", house.name());
        assert_eq!(timo.get("/c/a").status, StatusCode::NOT_FOUND, "{}", house.name());
        assert_eq!(timo.get("/c/b").status, StatusCode::OK, "{}", house.name());
        assert_eq!(change("observer", &["a", "b"]).to, "/staff?changed=1", "{}", house.name());
        assert_eq!(timo.get("/c/a").status, StatusCode::OK, "{}", house.name());
        assert_eq!(timo.post("/c/a/groups/add", &[("name", "x")]).status, StatusCode::FORBIDDEN);
        assert_eq!(change("reader", &["a"]).to, "/staff?changed=1", "{}", house.name());
        assert_eq!(timo.get("/customers").status, StatusCode::NOT_FOUND, "{}", house.name());
        let account = timo.account();
        assert!(account.has_password && account.name == "Timo Tech", "{}", house.name());
        assert_eq!(account.email, "timo@x.example", "{}", house.name());
        let log = owner.get("/audit").text;
        for line in
            ["customers: a → b", "role: technician → observer", "customers: a b → a", "reach: chosen → own"]
        {
            assert!(log.contains(line), "{}: {line}: {log}", house.name());
        }
        assert!(log.contains("hat ein Konto geändert"), "{log}");
        let list = owner.get("/staff?changed=1").text;
        assert!(list.contains("Das gilt ab sofort") && list.contains(&path), "{list}");
        assert_eq!(owner.get("/staff/999/edit").status, StatusCode::NOT_FOUND);
        house.later(11 * 60_000);
        assert!(change("owner", &[]).text.contains("Sind Sie es?"), "{}: a proof", house.name());
        assert_eq!(timo.account().role, Role::Reader, "{}", house.name());
    }
}

#[test]
fn many_customers_are_ticked_and_none_is_cut_off() {
    for house in House::each() {
        let owner = house.signed_in(Role::Owner, Reach::All, &[]);
        let slugs: Vec<String> = (0..300).map(|n| format!("kunde-mit-langem-kuerzel-{n}")).collect();
        for slug in &slugs {
            house.store.add_customer(&slug.parse().unwrap(), slug, None, house.now()).unwrap();
        }
        let named: Vec<&str> = slugs.iter().map(String::as_str).collect();
        owner.post("/staff/add", &add("Timo", "timo@x.example", "technician", &named));
        let timo = house.store.account_named("timo@x.example").unwrap().unwrap();
        assert_eq!(house.store.customers_of(&timo).unwrap().unwrap().len(), 300, "{}", house.name());
        let form = owner.get(&format!("/staff/{}/edit", timo.id.0)).text;
        assert_eq!(form.matches("name=\"customers\"").count(), 300, "{}", house.name());
        assert!(form.contains("data-narrow=\"cl\""), "{form}");
    }
}

#[test]
fn the_last_owner_stays() {
    for house in House::each() {
        let owner = house.signed_in(Role::Owner, Reach::All, &[]);
        let id = owner.account().id.0;
        let demoted = add("Jana", "jana@x.example", "technician", &[]);
        let kept = owner.post(&format!("/staff/{id}/edit"), &demoted);
        assert_eq!(kept.status, StatusCode::UNPROCESSABLE_ENTITY, "{}: {}", house.name(), kept.text);
        assert!(kept.text.contains("Das ist der einzige Eigentümer"), "{}", kept.text);
        let second = house.signed_in(Role::Owner, Reach::All, &[]);
        assert_eq!(owner.post(&format!("/staff/{id}/edit"), &demoted).to, "/", "no way back to the list");
        assert_eq!(owner.get("/staff").status, StatusCode::FORBIDDEN, "{}", house.name());
        let (owner, id) = (&second, second.account().id.0);
        let got = owner.post(&format!("/staff/{id}/remove"), &[]);
        assert_eq!(got.status, StatusCode::CONFLICT, "{}: {}", house.name(), got.text);
        assert!(house.store.has_owner().unwrap());
    }
}

impl Browser<'_> {
    /// The account that is signed in.
    fn account(&self) -> Account {
        let token = self.token.as_ref().unwrap();
        self.house.store.signed_in(token, self.house.now()).unwrap().unwrap().account
    }
}
