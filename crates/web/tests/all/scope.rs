//! Who belongs in the book, said on pages: everybody or not, people chosen and excluded by hand (X3, W14).

use axum::http::StatusCode;
use model::{Field, Role};
use store::Reach;

use crate::tenant::Firm;

impl Firm {
    /// Whether somebody of that first name has a contact.
    fn has(&self, first: &str) -> bool {
        self.book.entries().unwrap().iter().any(|e| e.contact.values.get(Field::FirstName) == Some(first))
    }
}

#[test]
fn x3_people_are_excluded_and_chosen_on_a_page_and_the_next_run_does_as_it_says() {
    for firm in Firm::each() {
        let (owner, name) = (firm.owner(), firm.house.name());
        let people = firm.hire(&["Anna", "Berta", "Carla"]);
        owner.done("/c/muster/import/load", &[("tab", "scope")]);
        let all = owner.get("/c/muster/import/scope?view=all&q=berta").text;
        assert!(all.contains("Berta Test") && !all.contains("Anna Test"), "{name}: {all}");
        let one = format!("exclude:{}", people[1]);
        let (to, page) =
            owner.done("/c/muster/import/scope", &[("one", &one), ("view", "all"), ("q", "berta")]);
        assert!(to.contains("q=berta") && page.contains("Eine Person ausgenommen."), "{name}: {to}: {page}");
        owner.done("/c/muster/run", &[]);
        assert!(firm.has("Anna") && firm.has("Carla") && !firm.has("Berta"), "{name}");
        let excluded = owner.get("/c/muster/import/scope?view=excluded").text;
        assert!(excluded.contains("1 ausgenommen") && excluded.contains("Berta Test"), "{name}: {excluded}");

        // No longer everybody: who is chosen by hand stays in scope.
        let question = owner.get("/c/muster/import/scope/everybody?to=off").text;
        assert!(question.contains("Nicht mehr alle in den Personenkreis aufnehmen?"), "{name}: {question}");
        let unsure = owner.post("/c/muster/import/scope/everybody", &[("to", "off")]);
        assert_eq!(unsure.status, StatusCode::UNPROCESSABLE_ENTITY, "{name}: asked before");
        owner.done("/c/muster/import/scope/everybody", &[("to", "off"), ("sure", "yes")]);
        let dora = firm.hire(&["Dora", "Emma"]);
        owner.done("/c/muster/import/load", &[("tab", "scope")]);
        let ticked = [("act", "choose"), ("person", &*dora[0]), ("person", &*people[1])];
        let (_, page) = owner.done("/c/muster/import/scope", &ticked);
        assert!(page.contains("2 Personen aufgenommen.") && page.contains("2 aufgenommen"), "{name}: {page}");
        owner.done("/c/muster/run", &[]);
        assert!(firm.has("Dora") && firm.has("Berta") && !firm.has("Emma"), "{name}");

        let cleared = [("act", "clear"), ("person", &*people[1])];
        let (_, page) = owner.done("/c/muster/import/scope", &cleared);
        assert!(
            page.contains("entscheiden wieder die Regeln") && page.contains("1 aufgenommen"),
            "{name}: {page}"
        );
    }
}

#[test]
fn w14_why_somebody_is_in_or_not_is_where_it_is_changed() {
    for firm in Firm::each() {
        let (owner, name) = (firm.owner(), firm.house.name());
        let people = firm.hire(&["Anna"]);
        owner.done("/c/muster/run", &[]);
        let why = format!("/c/muster/why?person={}", people[0]);
        let page = owner.get(&why).text;
        assert!(page.contains(">Ausnehmen<") && page.contains(">Aufnehmen<"), "{name}: {page}");
        let one = format!("exclude:{}", people[0]);
        let (to, page) = owner.done("/c/muster/import/scope", &[("one", &one), ("to", "why")]);
        assert!(to.starts_with(&why) && page.contains("Eine Person ausgenommen."), "{name}: {to}");
        assert!(page.contains(">Den Regeln überlassen<"), "{name}: {page}");
    }
}

#[test]
fn s3_a_contact_that_is_deleted_stays_away_where_its_person_is_excluded_with_it() {
    for firm in Firm::each() {
        let (owner, name) = (firm.owner(), firm.house.name());
        firm.hire(&["Anna", "Berta"]);
        owner.done("/c/muster/run", &[]);
        let entries = firm.book.entries().unwrap();
        let page = |first: &str| {
            let found = entries.iter().find(|e| e.contact.values.get(Field::FirstName) == Some(first));
            format!("/c/muster/book/{}", firm.book.public_id(found.unwrap().contact.id))
        };
        let question = owner.get(&format!("{}/delete", page("Anna"))).text;
        assert!(question.contains("Damit kein Lauf den Kontakt wieder anlegt"), "{name}: {question}");
        owner.post(&format!("{}/delete", page("Anna")), &[("sure", "yes"), ("exclude", "1")]);
        owner.post(&format!("{}/delete", page("Berta")), &[("sure", "yes")]);
        owner.done("/c/muster/run", &[]);
        assert!(!firm.has("Anna") && firm.has("Berta"), "{name}: who is not excluded comes back");
    }
}

#[test]
fn nobody_but_who_may_act_changes_the_scope_and_of_strangers_nothing_is_said() {
    for firm in Firm::each() {
        let (owner, name) = (firm.owner(), firm.house.name());
        let people = firm.hire(&["Anna"]);
        owner.done("/c/muster/import/load", &[("tab", "scope")]);
        let reader = firm.house.signed_in(Role::Reader, Reach::Own(firm.book.customer.id), &[]);
        let seen = reader.get("/c/muster/import/scope?view=all").text;
        assert!(seen.contains("Anna Test") && !seen.contains("name=\"one\""), "{name}: {seen}");
        let one = format!("exclude:{}", people[0]);
        let refused = reader.post("/c/muster/import/scope", &[("one", &one)]).status;
        assert_eq!(refused, StatusCode::FORBIDDEN, "{name}");
        for stranger in ["exclude:99999999-9999-9999-9999-999999999999", "exclude:x", "burn:x"] {
            let got = owner.post("/c/muster/import/scope", &[("one", stranger)]);
            assert_eq!(got.status, StatusCode::NOT_FOUND, "{name} {stranger}");
        }
        assert!(
            owner.get("/c/muster/import/scope?view=excluded").text.contains("Niemand ist von Hand"),
            "{name}"
        );
    }
}
