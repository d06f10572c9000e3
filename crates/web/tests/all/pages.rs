//! Pages: what stands on them, in both languages, safely.

use axum::http::StatusCode;
use model::{Field, Origin, Role, Values};
use store::Reach;
use web::{ROUTES, Verb};

use crate::rights::path;
use crate::support::{Browser, House};

#[test]
fn w12_a_profile_decides_the_language_and_the_theme() {
    for house in House::each() {
        let owner = house.signed_in(Role::Owner, Reach::All, &[]);
        assert!(owner.get("/customers").text.contains("<html lang=\"de\">"), "{}", house.name());
        let english = Browser { language: "en-GB", ..house.signed_in(Role::Owner, Reach::All, &[]) };
        assert!(english.get("/customers").text.contains("No customers yet."));
        let back = [("language", "en"), ("back", "/customers")];
        assert_eq!(owner.post("/profile/look", &back).to, "/customers");
        owner.post("/profile/look", &[("theme", "dark")]);
        assert!(owner.get("/customers").text.contains("<html lang=\"en\" data-theme=\"dark\">"));
        assert_eq!(owner.post("/profile/look", &[("back", "//evil.example")]).to, "/profile?saved=1");
    }
}

#[test]
fn single_keys_are_switched_off_in_the_profile_and_the_menu_leaves_them_alone() {
    for house in House::each() {
        let (a, _) = house.customer("a", "Alpha", "Anna");
        let owner = house.signed_in(Role::Owner, Reach::All, &[&a]);
        let is_off = || owner.get("/c/a").text.contains("<body data-keys=\"off\">");
        let box_is_ticked = || owner.get("/profile").text.contains("name=\"keys\" value=\"on\" checked");
        assert!(!is_off() && box_is_ticked(), "{}", house.name());
        owner.post("/profile/look", &[("language", "de"), ("keys-asked", "1")]);
        assert!(is_off() && !box_is_ticked(), "{}", house.name());
        assert!(!owner.get("/c/a").text.contains("<kbd"), "{}: no key is named", house.name());
        owner.post("/profile/look", &[("theme", "dark"), ("back", "/c/a")]);
        assert!(is_off(), "{}: the menu asks for no keys", house.name());
        owner.post("/profile/look", &[("keys-asked", "1"), ("keys", "on")]);
        assert!(!is_off() && box_is_ticked(), "{}", house.name());
    }
}

#[test]
fn every_page_says_on_paper_what_it_is_whose_and_as_of_when() {
    for house in House::each() {
        let (_, contact) = house.customer("a", "Alpha", "Anna Alpha");
        let owner = house.signed_in(Role::Owner, Reach::All, &[]);
        let mut pages = 0;
        for route in ROUTES.iter().filter(|route| route.verb == Verb::Get) {
            let got = owner.get(&path(route, "a", &contact));
            if got.status != StatusCode::OK || !got.text.contains("<div class=\"shell\">") {
                continue;
            }
            let lines: Vec<&str> = got.text.split("<div class=\"print-only\">").skip(1).collect();
            let [line] = lines[..] else { panic!("{}: {} lines", route.path, lines.len()) };
            let line = line.split("</div>").next().unwrap();
            let whose = if route.path.starts_with("/c/{customer}") { "Alpha" } else { "Whoswho" };
            assert!(line.contains(whose), "{} {}: {line}", house.name(), route.path);
            assert!(line.ends_with(" · Stand 22.11.2026, 11:46 Uhr"), "{}: {line}", route.path);
            let title = got.text.split("<title>").nth(1).unwrap().split(" – ").next().unwrap();
            let title = title.split(": ").last().unwrap();
            assert!(line.contains(title), "{}: {line} is called {title}", route.path);
            pages += 1;
        }
        assert!(pages > 20, "{}: {pages}", house.name());
    }
}

#[test]
fn every_page_forbids_what_it_does_not_need() {
    for house in House::each() {
        let owner = house.signed_in(Role::Owner, Reach::All, &[]);
        for path in ["/customers", "/sign-in", "/nothing", "/profile"] {
            let got = owner.get(path);
            assert!(got.policy.starts_with("default-src 'none'"), "{} {path}", house.name());
            assert!(!got.text.contains("style=") && !got.text.contains("onclick"), "{path}: {}", got.text);
            assert!(!got.text.contains("<script>"), "{path}");
        }
        assert_eq!(owner.get("/nothing").status, StatusCode::NOT_FOUND);
    }
}

#[test]
fn a_customer_is_added_and_mistakes_stand_beside_their_fields() {
    for house in House::each() {
        let owner = house.signed_in(Role::Owner, Reach::All, &[]);
        let add = |name, slug| {
            owner.post("/customers/add", &[("name", name), ("slug", slug), ("preset", "awareness")])
        };
        assert_eq!(add("Bäckerei Großmann", "").to, "/c/baeckerei-grossmann", "{}", house.name());
        assert!(add("Zwei", "baeckerei-grossmann").text.contains("hat schon ein anderer Kunde"));
        assert!(add("", "x").text.contains("Bitte einen Namen"));
        assert!(add("Drei", "Groß!").text.contains("Ein Kürzel hat"));
        let book = house.store.book("baeckerei-grossmann").unwrap().unwrap();
        assert_eq!(book.customer.preset.name(), "awareness");
        assert!(owner.get("/c/baeckerei-grossmann").text.contains("nur Handpflege"));
    }
}

#[test]
fn w5_the_book_is_searched_as_people_spell_and_shows_a_contact() {
    for house in House::each() {
        let (book, id) = house.customer("a", "Alpha", "Jörg Müller");
        let reader = house.signed_in(Role::Reader, Reach::Own(book.customer.id), &[]);
        assert_eq!(reader.get("/").to, "/c/a", "{}", house.name());
        for typed in ["mueller", "muller", "m%C3%BCller+j", "a@x"] {
            assert!(reader.get(&format!("/c/a/book?q={typed}")).text.contains("Jörg Müller"), "{typed}");
        }
        assert!(reader.get("/c/a/book?q=niemand").text.contains("Niemand heißt so."));
        let page = reader.get(&format!("/c/a/book/{id}")).text;
        assert!(page.contains("mailto:a@x.example") && page.contains("von Hand"), "{page}");
        assert!(!page.contains("/customers"), "no way into the operator's pages");
    }
}

#[test]
fn values_are_text_and_never_markup() {
    for house in House::each() {
        let (book, _) = house.customer("a", "<b>Alpha</b>", "x");
        let mut values = Values::default();
        values.set(Field::DisplayName, Some("<script>alert(1)</script>"));
        values.set(Field::Email, Some("\"><img src=x>@x.example"));
        let id = book.add_contact(&values, Origin::Manual, house.now()).unwrap();
        let owner = house.signed_in(Role::Owner, Reach::All, &[]);
        for path in ["/customers".to_owned(), "/c/a/book".into(), format!("/c/a/book/{}", book.public_id(id))]
        {
            let text = owner.get(&path).text;
            assert!(
                !text.contains("<script>alert") && !text.contains("<img") && !text.contains("<b>Alpha"),
                "{path}: {text}"
            );
        }
        let searched = owner.get("/c/a/book?q=%22%3E%3Cimg+src%3Dx%3E").text;
        assert!(!searched.contains("<img"), "{}: {searched}", house.name());
    }
}

#[test]
fn whatever_is_no_page_is_told_as_one_that_is_not_there() {
    for house in House::each() {
        let owner = house.signed_in(Role::Owner, Reach::All, &[]);
        for path in ["/nowhere", "/c/%FF", "/c/nobody/book/%00", "/profile/sessions/1"] {
            let got = owner.get(path);
            assert_eq!(got.status, StatusCode::NOT_FOUND, "{} {path}", house.name());
            assert!(
                got.text.contains("Diese Seite gibt es nicht") && got.policy.contains("'none'"),
                "{path}"
            );
        }
        assert!(owner.post_from_elsewhere("/sign-out").policy.contains("'none'"));
        assert_eq!(house.stranger().post("/sign-out", &[]).to, "/sign-in", "back to where somebody can look");
        // A form's address leads to the page on which it stands.
        for (path, page) in [("/sign-out", "/"), ("/profile/sessions/1/end", "/profile")] {
            let got = owner.get(path);
            assert_eq!((got.status, got.to.as_str()), (StatusCode::SEE_OTHER, page), "{}", house.name());
        }
        let wrong = owner.post("/profile/password", &[]).text;
        assert!(wrong.contains("name=\"back\" value=\"/profile\""), "{wrong}");
    }
}

#[test]
fn whoever_has_no_password_yet_is_told_before_they_sign_out() {
    for house in House::each() {
        let owner = house.signed_in(Role::Owner, Reach::All, &[]);
        let page = owner.get("/profile").text;
        for said in ["Kennwort festlegen", "nur mit einem neuen Link"] {
            assert!(page.contains(said), "{}: {said}: {page}", house.name());
        }
    }
}

#[test]
fn an_address_begins_no_other_part_of_its_link() {
    for house in House::each() {
        let (book, _) = house.customer("a", "Alpha", "x");
        let mut values = Values::default();
        values.set(Field::Email, Some("a?bcc=b@x.example"));
        let id = book.add_contact(&values, Origin::Manual, house.now()).unwrap();
        let owner = house.signed_in(Role::Owner, Reach::All, &[]);
        let page = owner.get(&format!("/c/a/book/{}", book.public_id(id))).text;
        assert!(page.contains("mailto:a%3Fbcc=b@x.example"), "{}: {page}", house.name());
    }
}
