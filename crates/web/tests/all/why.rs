//! Why somebody is in the book, one person read anew (W14), and lines of a history taken back (W4).

use axum::http::StatusCode;
use model::{Field, Origin, Role, Values};
use store::{BookEntry, Reach};

use crate::support::House;
use crate::tenant::Firm;

impl Firm {
    /// The contact of somebody by first name.
    pub fn contact(&self, first: &str) -> BookEntry {
        let entries = self.book.entries().unwrap();
        let found = entries.into_iter().find(|e| e.contact.values.get(Field::FirstName) == Some(first));
        found.unwrap_or_else(|| panic!("{first} is not in the book"))
    }
}

#[test]
fn w14_a_person_is_explained_step_by_step_and_read_anew_from_a_page() {
    for firm in Firm::each() {
        let owner = firm.owner();
        let ids = firm.hire(&["Anna", "Berta"]);
        owner.done("/c/muster/run", &[]);
        let anna = firm.contact("Anna");
        let (id, source) =
            (firm.book.public_id(anna.contact.id).to_string(), anna.source.unwrap().to_string());
        let page = owner.get(&format!("/c/muster/book/{id}")).text;
        assert!(page.contains(&format!("/c/muster/why?person={id}")), "{}: {page}", firm.house.name());
        for who in [&id, &source, "ANNA.test@muster.example"] {
            let why = owner.get(&format!("/c/muster/why?person={who}")).text;
            for told in [
                "Anna Test ist im Kontaktbuch",
                "in Microsoft 365 bekannt",
                "im Personenkreis: alle sind es",
                "verknüpft durch Anlegen",
            ] {
                assert!(why.contains(told), "{who}, {told}: {why}");
            }
            assert!(!why.contains("`whoswho"), "no commands on pages: {why}");
        }
        assert!(firm.tenant.update_user(&ids[0], |user| user.given_name = Some("Anke".into())));
        assert!(firm.tenant.update_user(&ids[1], |user| user.given_name = Some("Bea".into())));
        let (to, text) = owner.done("/c/muster/run", &[("person", &source)]);
        assert!(to.contains("/runs/") && text.contains("Fertig: 0 neu, 1 geändert"), "{to}: {text}");
        assert_eq!(firm.contact("Berta").linked, Some(model::LinkOrigin::Creation), "nobody else");
        let (_, text) = owner.done("/c/muster/run", &[("person", &source)]);
        assert!(text.contains("es geschah nichts: Anke Test"), "{text}");
        let reader = firm.house.signed_in(Role::Reader, Reach::Own(firm.book.customer.id), &[]);
        let why = reader.get(&format!("/c/muster/why?person={id}")).text;
        assert!(why.contains("Anke Test ist im Kontaktbuch") && !why.contains("Nur diese Person"), "{why}");
    }
}

#[test]
fn w14_whoever_is_not_known_is_asked_for_by_address_and_a_contact_kept_by_hand_says_so() {
    for firm in Firm::each() {
        let owner = firm.owner();
        firm.hire(&["Anna"]);
        owner.done("/c/muster/run", &[]);
        let empty = owner.get("/c/muster/book?q=clara.test%40muster.example").text;
        assert!(
            empty.contains("/c/muster/why?person=clara.test%40muster.example"),
            "{}: {empty}",
            firm.house.name()
        );
        let why = owner.get("/c/muster/why?person=clara.test%40muster.example").text;
        assert!(why.contains("Niemand in Microsoft 365 hat „clara.test@muster.example“"), "{why}");
        firm.hire(&["Clara"]);
        let (_, text) = owner.done("/c/muster/run", &[("person", "clara.test@muster.example")]);
        assert!(text.contains("Fertig: 1 neu"), "{text}");
        assert_eq!(owner.post("/c/muster/run", &[("person", "nobody")]).status, StatusCode::NOT_FOUND);
        let values = Values::default().with(Field::DisplayName, "Taxi").with(Field::Email, "taxi@x.example");
        let id = firm.book.add_contact(&values, Origin::Manual, firm.house.now()).unwrap();
        let why = owner.get("/c/muster/why?person=taxi%40x.example").text;
        assert!(why.contains("Taxi ist im Kontaktbuch und mit niemandem"), "{why}");
        firm.book.remove_contact(id, firm.house.now()).unwrap();
        let why = owner.get("/c/muster/why?person=taxi%40x.example").text;
        assert!(why.contains("Taxi liegt im Papierkorb"), "{why}");
    }
}

#[test]
fn w4_what_a_run_did_to_a_contact_is_looked_at_from_its_history() {
    for firm in Firm::each() {
        let owner = firm.owner();
        let ids = firm.hire(&["Anna", "Berta"]);
        owner.done("/c/muster/run", &[]);
        for id in &ids {
            firm.tenant.update_user(id, |user| user.surname = Some("Neu".into()));
        }
        let (to, _) = owner.done("/c/muster/run", &[]);
        let run = to.rsplit_once("/runs/").unwrap().1.split('?').next().unwrap().to_owned();
        let id = firm.book.public_id(firm.contact("Anna").contact.id).to_string();
        let page = owner.get(&format!("/c/muster/book/{id}")).text;
        assert!(page.contains(&format!("name=\"run\" value=\"{run}\"")), "{}: {page}", firm.house.name());
        let form = [("run", run.as_str()), ("contact", id.as_str())];
        let (_, text) = owner.done("/c/muster/undo/look", &form);
        assert!(text.contains("1 Änderung würde zurückgehen") && text.contains("Anna Neu"), "{text}");
        owner.undoes("muster", &form);
        let last = |first| firm.contact(first).contact.values.get(Field::LastName).map(str::to_owned);
        assert_eq!((last("Anna").as_deref(), last("Berta").as_deref()), (Some("Test"), Some("Neu")));
    }
}

#[test]
fn w4_a_value_that_somebody_typed_is_put_back_unless_the_contact_was_changed_meanwhile() {
    for house in House::each() {
        let (book, _) = house.customer("a", "Alpha", "x");
        let values = Values::default().with(Field::FirstName, "Anna").with(Field::LastName, "Berg");
        let values = values.with(Field::DisplayName, "Anna Berg").with(Field::Office, "Kiel");
        let id = book.add_contact(&values, Origin::Manual, house.now()).unwrap();
        let set = |field, value: Option<&str>| {
            house.later(1_000);
            book.edit_contact(id, &[(field, value.map(str::to_owned))], house.now()).unwrap();
            house.now().0.to_string()
        };
        let (first, second) = (set(Field::Office, Some("Bonn")), set(Field::Office, Some("Köln")));
        let married = set(Field::LastName, Some("Tal"));
        let base = format!("/c/a/book/{}", book.public_id(id));
        let owner = house.signed_in(Role::Owner, Reach::All, &[]);
        let page = owner.get(&base).text;
        let link = |field: &str, at: &str| format!("{base}/put-back?field={field}&amp;at={at}");
        let plain = page.replace("&#38;", "&amp;");
        assert!(
            plain.contains(&link("office", &second)) && plain.contains(&link("last_name", &married)),
            "{page}"
        );
        assert!(!plain.contains(&link("office", &first)), "the latest line only: {page}");
        assert!(!plain.contains("field=display_name"), "what follows from others is not put back: {page}");
        let at = format!("{base}/put-back");
        let asked = owner.get(&format!("{at}?field=office&at={second}")).text;
        assert!(asked.contains("Jetzt: Köln") && asked.contains("Danach: Bonn"), "{}: {asked}", house.name());
        let seen =
            asked.split("name=\"seen\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
        let form = [("field", "office"), ("at", &second), ("seen", &seen)];
        assert_eq!(owner.post(&at, &form).status, StatusCode::UNPROCESSABLE_ENTITY, "asked first");
        set(Field::Mobile, Some("0171"));
        let sure = [form[0], form[1], form[2], ("sure", "yes")];
        let again = owner.post(&at, &sure);
        assert!(again.text.contains("Jemand hat diesen Kontakt inzwischen geändert"), "{}", again.text);
        let seen = book.entry(id).unwrap().unwrap().contact.values.digest().to_string();
        let done = owner.post(&at, &[form[0], form[1], ("seen", &seen), ("sure", "yes")]);
        assert_eq!(done.to, format!("{base}?done=put-back"));
        assert!(owner.get(&done.to).text.contains("Der Wert von vorher gilt wieder."));
        assert_eq!(book.entry(id).unwrap().unwrap().contact.values.get(Field::Office), Some("Bonn"));
        assert_eq!(
            owner.get(&format!("{at}?field=office&at={second}")).to,
            base,
            "nothing to put back any more"
        );
    }
}
