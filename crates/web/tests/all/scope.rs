//! Who belongs in the book, said on pages: everybody or not, people chosen and excluded by hand (X3, W14).

use axum::http::StatusCode;
use m365sim::{GroupSpec, UserSpec};
use model::{Field, Role};
use store::Reach;

use crate::customer::person;
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

#[test]
fn s8_a_contact_group_is_tied_to_a_group_of_the_tenant_by_hand() {
    for firm in Firm::each() {
        let (owner, name) = (firm.owner(), firm.house.name());
        let people = firm.hire(&["Anna", "Berta"]);
        let spec = GroupSpec { display_name: Some("Vertrieb".into()), ..GroupSpec::default() };
        let group = firm.tenant.add_group(spec);
        assert!(firm.tenant.add_member(&group, &people[0]));
        owner.done("/c/muster/run", &[]);
        owner.done("/c/muster/groups/add", &[("name", "Außendienst")]);
        let n = firm.book.group_rows().unwrap()[0].group.id.number();
        let path = format!("/c/muster/groups/{n}/link");
        assert!(owner.get("/c/muster/groups").text.contains(&path), "{name}");
        let wrong = owner.post(&path, &[("source", "Einkauf"), ("sure", "yes")]);
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY, "{name}");
        assert!(wrong.text.contains("heißt keine Gruppe „Einkauf“"), "{name}: {}", wrong.text);
        let (_, page) = owner.done(&path, &[("source", "vertrieb"), ("sure", "yes")]);
        assert!(page.contains("folgt ab jetzt ihrer Gruppe"), "{name}: {page}");
        owner.done("/c/muster/run", &[]);
        let groups = owner.get("/c/muster/groups").text;
        assert!(groups.contains("Vertrieb") && !groups.contains("Außendienst"), "{name}: {groups}");
        assert_eq!(firm.book.group_rows().unwrap()[0].members, 1, "{name}");
        let again = owner.post(&path, &[("source", "vertrieb"), ("sure", "yes")]);
        assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY, "{name}: it stands for one already");
    }
}

#[test]
fn w11_somebody_who_objects_before_there_is_a_contact_is_kept_out_on_a_page() {
    for firm in Firm::each() {
        let (owner, name) = (firm.owner(), firm.house.name());
        let people = firm.hire(&["Anna", "Berta"]);
        owner.done("/c/muster/import/load", &[("tab", "scope")]);
        let ask = "/c/muster/kept-out/keep?person=";
        let nobody = owner.get(&format!("{ask}niemand@muster.example")).to;
        let again = owner.get(&nobody).text;
        assert!(again.contains("ist niemand so bekannt"), "{name}: {nobody}");
        let field = r#"value="niemand@muster.example" autocomplete="off" required aria-invalid="true" aria-describedby="kp-e" autofocus"#;
        assert!(again.contains(field), "{name}: what was typed stays: {again}");
        let question = owner.get(&format!("{ask}anna.test@muster.example")).text;
        assert!(
            question.contains("Anna Test") && question.contains("value=\"objected\""),
            "{name}: {question}"
        );
        let form = [
            ("person", "anna.test@muster.example"),
            ("reason", "objected"),
            ("sure", "yes"),
            ("source", &*people[0]),
        ];
        let (_, page) = owner.done("/c/muster/kept-out/keep", &form);
        assert!(page.contains("Die Person ist ausgeschlossen."), "{name}: {page}");
        owner.done("/c/muster/run", &[]);
        assert!(firm.has("Berta") && !firm.has("Anna"), "{name}");
        // Whoever has a contact is erased with it.
        let to = owner.get(&format!("{ask}berta.test@muster.example")).to;
        assert!(to.contains("/book/") && to.ends_with("/erase"), "{name}: {to}");
    }
}

#[test]
fn w11_nobody_is_kept_out_who_was_not_shown_and_ticked() {
    for firm in Firm::each() {
        let (owner, name) = (firm.owner(), firm.house.name());
        // Two with one address: a run brings neither, and only who is ticked is meant.
        let two: Vec<String> = ["Anna", "Anne"]
            .map(|first| {
                firm.tenant
                    .add_user(UserSpec { mail: Some("a@muster.example".into()), ..person(first, "Test") })
            })
            .into();
        owner.done("/c/muster/import/load", &[("tab", "scope")]);
        let question = owner.get("/c/muster/kept-out/keep?person=a%40muster.example").text;
        assert!(two.iter().all(|id| question.contains(id.as_str())), "{name}: {question}");
        let form = |source| {
            [("person", "a@muster.example"), ("reason", "objected"), ("sure", "yes"), ("source", source)]
        };
        let unticked = owner.post("/c/muster/kept-out/keep", &form(""));
        assert_eq!(unticked.status, StatusCode::UNPROCESSABLE_ENTITY, "{name}");
        // What was chosen and ticked stays where the question comes back.
        let chosen = [("person", "a@muster.example"), ("reason", "restricted"), ("source", &*two[1])];
        let again = owner.post("/c/muster/kept-out/keep", &chosen).text;
        for said in ["value=\"restricted\" selected".to_owned(), format!("value=\"{}\" checked", two[1])] {
            assert!(again.contains(&said), "{name}: {said}: {again}");
        }
        assert_eq!(again.matches(" checked").count(), 1, "{name}: {again}");
        let (_, page) = owner.done("/c/muster/kept-out/keep", &form(&two[1]));
        assert!(page.contains(&two[1]) && !page.contains(&two[0]), "{name}: {page}");
        // Of the one that is left nothing was shown in this form.
        let other = owner.post("/c/muster/kept-out/keep", &form(&two[1]));
        assert_eq!(other.status, StatusCode::UNPROCESSABLE_ENTITY, "{name}");
        let stranger = "99999999-9999-9999-9999-999999999999";
        let to = owner.get(&format!("/c/muster/kept-out/keep?person={stranger}")).to;
        assert!(to.ends_with("kept-nobody"), "{name}: an id that nobody has is nobody: {to}");
    }
}

#[test]
fn w4_a_book_goes_back_to_a_time_that_somebody_types() {
    for firm in Firm::each() {
        // Runs go by the real clock.
        let now = || sync::Office::now();
        firm.house.later(now().0 - firm.house.now().0);
        let (owner, name) = (firm.owner(), firm.house.name());
        firm.hire(&["Anna"]);
        owner.done("/c/muster/run", &[]);
        let between = now();
        firm.hire(&["Berta"]);
        owner.done("/c/muster/run", &[]);
        firm.house.later(now().0 - firm.house.now().0);
        for wrong in ["", "gestern", "2999-01-01T08:00"] {
            let (to, page) = owner.done("/c/muster/undo/to", &[("to", wrong)]);
            assert!(
                to.contains("wrong=time") && page.contains("in der Vergangenheit"),
                "{name} {wrong}: {to}"
            );
            let field = format!("step=\"1\" value=\"{wrong}\" required");
            assert!(
                page.contains(&field) && page.contains("aria-invalid=\"true\" autofocus"),
                "{name}: {page}"
            );
        }
        assert!(owner.get("/c/muster/runs").text.contains("Zeitzone Europe/Berlin"), "{name}");
        // As the clock on the wall there shows it.
        let zone = jiff::tz::TimeZone::get("Europe/Berlin").unwrap();
        let typed =
            jiff::Timestamp::from_millisecond(between.0).unwrap().to_zoned(zone).datetime().to_string();
        let (to, page) = owner.done("/c/muster/undo/to", &[("to", &typed)]);
        assert!(
            to.contains("/runs/") && page.contains("1 Änderung würde zurückgehen"),
            "{name}: {to}: {page}"
        );
        assert!(firm.has("Berta"), "{name}: a look takes nothing back");
        let since =
            page.split("name=\"since\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
        owner.undoes("muster", &[("since", &since)]);
        assert!(firm.has("Anna") && !firm.has("Berta"), "{name}");
    }
}

#[test]
fn a_customer_is_removed_by_the_owner_who_types_its_short_name() {
    for firm in Firm::each() {
        let (owner, name) = (firm.owner(), firm.house.name());
        firm.hire(&["Anna"]);
        owner.done("/c/muster/run", &[]);
        let technician = firm.house.signed_in(Role::Technician, Reach::All, &[]);
        assert_eq!(technician.get("/c/muster/remove").status, StatusCode::FORBIDDEN, "{name}");
        assert!(!technician.get("/c/muster/settings").text.contains("/c/muster/remove"), "{name}");
        assert!(owner.get("/c/muster/settings").text.contains("/c/muster/remove"), "{name}");
        assert!(owner.get("/c/muster/remove").text.contains("Ein Kontakt geht"), "{name}");
        let wrong = owner.post("/c/muster/remove", &[("sure", "yes"), ("slug", "mustre")]);
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY, "{name}");
        assert!(firm.has("Anna"), "{name}");
        let (to, page) = owner.done("/c/muster/remove", &[("sure", "yes"), ("slug", "muster")]);
        assert!(to == "/customers?removed=1" && page.contains("Der Kunde ist entfernt."), "{name}: {to}");
        assert_eq!(owner.get("/c/muster").status, StatusCode::NOT_FOUND, "{name}");
    }
}
