//! Import by hand and groups, from outside.

use axum::http::StatusCode;
use m365sim::GroupSpec;
use model::{Field, Origin, Role, Values};
use store::{Reach, ScopeChange, Switch};

use crate::support::{Browser, Got};
use crate::tenant::Firm;

const PAGE: &str = "/c/muster/import";
const GROUPS: &str = "/c/muster/import/groups";

/// A firm in which only persons add people.
fn manual() -> Vec<Firm> {
    let firms = Firm::each();
    for firm in &firms {
        // Runs go by this machine's clock, and drop ticks of another week.
        firm.house.later(sync::Office::now().0 - firm.house.now().0);
        firm.scope(&[ScopeChange::Everybody(Switch::Off)]);
        firm.set("mode", "manual");
    }
    firms
}

impl Firm {
    fn scope(&self, changes: &[ScopeChange]) {
        let connection = self.book.connection().unwrap().unwrap();
        self.book.change_scope(connection.id, changes).unwrap();
    }

    fn set(&self, key: &str, value: &str) {
        self.book.set_policy(&[(key.to_owned(), value.to_owned())]).unwrap();
    }

    fn by_hand(&self, email: &str) {
        let values = Values::default().with(Field::DisplayName, "Hand").with(Field::Email, email);
        self.book.add_contact(&values, Origin::Manual, self.house.now()).unwrap();
    }

    fn group(&self, name: &str, members: &[String]) -> String {
        let spec = GroupSpec { display_name: Some(name.into()), ..GroupSpec::default() };
        let group = self.tenant.add_group(spec);
        assert!(members.iter().all(|member| self.tenant.add_member(&group, member)));
        group
    }

    fn subscribed_now(&self) -> usize {
        let connection = self.book.connection().unwrap().unwrap();
        self.book.scope(connection.id).unwrap().active_groups().count()
    }
}

/// What the first form of a page with boxes would send: the rows that it shows, those that are ticked, and where it is.
struct Sheet {
    path: String,
    fields: Vec<(String, String)>,
}

fn values(page: &str, before: &str) -> Vec<String> {
    page.split(before).skip(1).map(|rest| rest.split('"').next().unwrap().replace("&#38;", "&")).collect()
}

impl Sheet {
    fn of(page: &str) -> Self {
        let path =
            values(page, "<form method=\"post\" action=\"").into_iter().find(|to| to.ends_with("/pick"));
        let mut fields = Vec::new();
        for name in ["here", "row", "was"] {
            let all = values(page, &format!("name=\"{name}\" value=\"")).into_iter();
            fields.extend(all.map(|value| (name.to_owned(), value)));
        }
        for part in page.split("name=\"u\" value=\"").skip(1) {
            let (value, rest) = part.split_once('"').unwrap();
            if rest.starts_with(" checked") {
                fields.push(("u".to_owned(), value.to_owned()));
            }
        }
        if page.contains("name=\"master\" value=\"1\" data-send checked") {
            fields.push(("master".to_owned(), "1".to_owned()));
        }
        Self { path: path.unwrap_or_else(|| panic!("no form in {page}")), fields }
    }

    fn ticked(&self) -> usize {
        self.fields.iter().filter(|(name, _)| name == "u").count()
    }

    fn tick(mut self, id: &str) -> Self {
        self.fields.push(("u".to_owned(), id.to_owned()));
        self
    }

    fn untick(mut self, id: &str) -> Self {
        self.fields.retain(|(name, value)| name != "u" || value != id);
        self
    }

    fn with(mut self, name: &str, value: &str) -> Self {
        self.fields.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Presses a button of it and follows.
    fn press(self, browser: &Browser<'_>, go: &str) -> (String, String) {
        let sheet = self.with("go", go);
        let fields: Vec<(&str, &str)> = sheet.fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        let to = browser.post(&sheet.path, &fields).to;
        assert!(!to.is_empty(), "{go} leads nowhere");
        let got = browser.get(&to);
        if got.to.is_empty() { (to, got.text) } else { (got.to.clone(), browser.get(&got.to).text) }
    }
}

/// The answer that a question's form carries.
fn yes(page: &str) -> Vec<(&'static str, String)> {
    vec![("seen", values(page, "name=\"seen\" value=\"").remove(0)), ("sure", "yes".to_owned())]
}

fn done(browser: &Browser<'_>, path: &str, fields: &[(&'static str, String)]) -> (String, String) {
    let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (*n, v.as_str())).collect();
    browser.done(path, &fields)
}

fn post(browser: &Browser<'_>, path: &str, fields: &[(&'static str, String)]) -> Got {
    let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (*n, v.as_str())).collect();
    browser.post(path, &fields)
}

fn load(owner: &Browser<'_>) -> String {
    let (to, page) = owner.done("/c/muster/import/load", &[]);
    assert_eq!(to, "/c/muster/import?loaded=1");
    page
}

#[test]
fn s7_users_are_loaded_marked_ticked_and_imported_with_counts_and_nobody_else() {
    for firm in manual() {
        let (owner, name) = (firm.owner(), firm.house.name());
        firm.set("on_existing", "adopt");
        let people = firm.hire(&["Anna", "Berta", "Carla", "Gast", "Otto"]);
        firm.tenant.update_user(&people[3], |user| user.user_type = Some("Guest".into()));
        firm.tenant.update_user(&people[4], |user| user.account_enabled = Some(false));
        firm.by_hand("berta.test@muster.example");
        let before = owner.get(PAGE).text;
        assert!(
            before.contains("Noch nichts gelesen") && before.contains("Benutzer laden"),
            "{name}: {before}"
        );
        assert!(before.contains("Schon im Kontaktbuch") && before.contains(">Hand</a>"), "{name}: {before}");
        assert!(before.contains("href=\"/c/muster/import\" aria-current=\"page\""), "{name}");
        let page = load(&owner);
        assert_eq!(firm.contacts(), 1, "{name}: loading changes nothing");
        assert!(page.contains("5 Benutzer, 0 davon im Kontaktbuch."), "{name}: {page}");
        assert!(
            page.contains("wird verknüpft") && page.contains("Gast") && page.contains("Konto deaktiviert")
        );
        assert!(
            page.contains(">3 Benutzer importieren<") && page.contains("2 Gäste, Räume"),
            "{name}: {page}"
        );
        let sheet = Sheet::of(&page);
        assert_eq!(sheet.ticked(), 3, "{name}: all who count as people are ticked at first");
        let (to, question) = sheet.untick(&people[2]).press(&owner, "import");
        assert_eq!(to, "/c/muster/import/check", "{name}");
        assert!(question.contains("<h1>2 Benutzer importieren?</h1>"), "{name}: {question}");
        assert!(question.contains("Ein Kontakt wird angelegt.") && question.contains("Anna Test: neu"));
        assert!(question.contains("Einer wird mit dem Kontakt verknüpft"), "{question}");
        let unsure = owner.post(PAGE, &[]);
        assert_eq!((unsure.status, firm.contacts()), (StatusCode::UNPROCESSABLE_ENTITY, 1), "{name}");
        let (to, page) = done(&owner, PAGE, &yes(&question));
        assert!(to.starts_with("/c/muster/import?run="), "{name}: {to}");
        assert!(page.contains("2 Benutzer importiert, 1 mit vorhandenen Kontakten verknüpft."), "{page}");
        assert_eq!(firm.contacts(), 2, "{name}");
        assert!(
            page.contains("schon im Buch") && page.contains("5 Benutzer, 2 davon im Kontaktbuch."),
            "{page}"
        );
        let sheet = Sheet::of(&page);
        assert_eq!(sheet.ticked(), 0, "{name}: who was left out is not ticked again");
        let anna = firm.book.entries_by_source(&people[0].parse().unwrap()).unwrap().remove(0);
        let link = format!("/c/muster/book/{}\">Anna Test</a>", firm.book.public_id(anna.contact.id));
        assert!(page.contains(&link), "{name}: a click opens the contact: {page}");
        assert!(owner.get("/c/muster/runs").text.contains("Import von Hand"), "{name}");
        // S3, S4: kept in step, and nobody is added by a run.
        firm.tenant.update_user(&people[0], |user| user.given_name = Some("Annika".into()));
        owner.done("/c/muster/run", &[]);
        assert_eq!(firm.contacts(), 2, "{name}");
        assert!(owner.get("/c/muster/book?q=annika").text.contains("Annika Test"), "{name}");
        let empty = owner.get("/c/muster/import/check");
        assert_eq!(empty.to, "/c/muster/import?none=1", "{name}: nobody is ticked");
    }
}

#[test]
fn s7_a_selection_outlives_paging_searching_and_what_others_tick() {
    for firm in manual() {
        let (owner, name) = (firm.owner(), firm.house.name());
        let names: Vec<String> = (0..130).map(|n| format!("Person{n:03}")).collect();
        let people = firm.hire(&names.iter().map(String::as_str).collect::<Vec<_>>());
        let vertrieb = firm.group("Vertrieb Nord", &people[..60]);
        firm.group("Vertrieb Süd", &people[60..70]);
        let page = load(&owner);
        assert!(
            page.contains("1–50 von 130") && page.contains(">130 Benutzer importieren<"),
            "{name}: {page}"
        );
        // One is unticked, and the next page is turned.
        let (to, page) = Sheet::of(&page).untick(&people[0]).press(&owner, "next");
        assert!(to.contains("after=") && page.contains("51–100 von 130"), "{name}: {to} {page}");
        assert!(
            page.contains(">129 Benutzer importieren<") && page.contains("data-elsewhere=\"79\""),
            "{page}"
        );
        let (_, page) = Sheet::of(&page).untick(&people[60]).press(&owner, "next");
        assert!(page.contains("101–130 von 130") && page.contains(">128 Benutzer importieren<"), "{page}");
        let (_, page) = Sheet::of(&page).press(&owner, "prev");
        assert!(page.contains("51–100 von 130") && Sheet::of(&page).ticked() == 49, "{name}: {page}");
        // Nobody, then those of a group, found by a part of its name.
        let (_, page) = Sheet::of(&page).press(&owner, "none");
        assert!(
            page.contains(">Ausgewählte importieren<") && Sheet::of(&page).ticked() == 0,
            "{name}: {page}"
        );
        let (_, page) = Sheet::of(&page).with("gq", "vertrieb").press(&owner, "filter");
        assert!(page.contains("Welche Gruppe?") && page.contains("Vertrieb Süd (10)"), "{name}: {page}");
        let (_, page) = Sheet::of(&page).press(&owner, &format!("group:{vertrieb}"));
        assert!(page.contains("1–50 von 60") && page.contains("Diese 60 auswählen"), "{name}: {page}");
        assert!(page.contains("value=\"Vertrieb Nord\""), "{name}: {page}");
        let (_, page) = Sheet::of(&page).press(&owner, "all");
        assert!(page.contains(">60 Benutzer importieren<") && page.contains("1–50 von 60"), "{name}: {page}");
        let (_, page) = Sheet::of(&page).with("q", "person012").press(&owner, "filter");
        assert!(page.contains("1–1 von 1") && page.contains("data-elsewhere=\"59\""), "{name}: {page}");
        let (_, page) = Sheet::of(&page).untick(&people[12]).press(&owner, "clear");
        assert!(
            page.contains(">59 Benutzer importieren<") && page.contains("1–50 von 130"),
            "{name}: {page}"
        );
        let (_, page) = Sheet::of(&page).with("s", "ticked").press(&owner, "filter");
        assert!(page.contains("1–50 von 59"), "{name}: {page}");
        // Each has ticks of their own.
        let other = firm.owner().get(PAGE).text;
        assert!(other.contains(">130 Benutzer importieren<"), "{name}: {other}");
        let (_, page) = Sheet::of(&page).press(&owner, "first");
        assert!(page.contains(">130 Benutzer importieren<"), "{name}: {page}");
        let none = owner.get(&format!("{PAGE}?gq=niemand")).text;
        assert!(
            none.contains("Keine Gruppe heißt „niemand“") && none.contains("aria-invalid"),
            "{name}: {none}"
        );
    }
}

#[test]
fn s7_thousands_are_searched_as_people_spell_and_told_page_by_page() {
    for firm in manual() {
        let (owner, name) = (firm.owner(), firm.house.name());
        let names: Vec<String> = (0..3_000).map(|n| format!("Person{n:04}")).collect();
        firm.hire(&names.iter().map(String::as_str).collect::<Vec<_>>());
        let id = firm.hire(&["Jürgen"]).remove(0);
        firm.tenant.update_user(&id, |user| user.surname = Some("Müller".into()));
        let page = load(&owner);
        assert!(page.contains("1–50 von 3.001") && page.contains(">3.001 Benutzer importieren<"), "{name}");
        for typed in ["mueller", "muller", "M%C3%BCller", "jurgen+mue"] {
            let page = owner.get(&format!("{PAGE}?q={typed}")).text;
            assert!(page.contains("Jürgen Müller") && page.contains("1–1 von 1"), "{name} {typed}: {page}");
        }
        assert!(owner.get(&format!("{PAGE}?q=%21%21")).text.contains("Niemand passt dazu."), "{name}");
        let (_, page) = Sheet::of(&page).press(&owner, "none");
        let (_, page) = Sheet::of(&page).with("q", "person29").press(&owner, "filter");
        let (_, page) = Sheet::of(&page).press(&owner, "all");
        assert!(
            page.contains("1–50 von 100") && page.contains(">100 Benutzer importieren<"),
            "{name}: {page}"
        );
        let (_, question) = Sheet::of(&page).press(&owner, "import");
        assert!(question.contains("100 Kontakte werden angelegt."), "{name}: {question}");
        let (_, page) = done(&owner, PAGE, &yes(&question));
        assert!(page.contains("100 Benutzer importiert, 0 mit vorhandenen"), "{name}: {page}");
        assert_eq!(firm.contacts(), 100, "{name}");
    }
}

#[test]
fn s7_an_answer_about_others_than_those_who_are_ticked_now_imports_nobody() {
    for firm in manual() {
        let (owner, name) = (firm.owner(), firm.house.name());
        let people = firm.hire(&["Anna", "Berta"]);
        let page = load(&owner);
        let (_, question) = Sheet::of(&page).press(&owner, "import");
        let answer = yes(&question);
        Sheet::of(&owner.get(PAGE).text).untick(&people[1]).press(&owner, "filter");
        let again = post(&owner, PAGE, &answer);
        assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY, "{name}");
        assert!(again.text.contains("hat sich inzwischen geändert"), "{name}: {}", again.text);
        assert!(again.text.contains("<h1>1 Benutzer importieren?</h1>"), "{name}: {}", again.text);
        assert_eq!(firm.contacts(), 0, "{name}");
        let (_, page) = done(&owner, PAGE, &yes(&again.text));
        assert!(page.contains("1 Benutzer importiert, 0 mit"), "{name}: {page}");
    }
}

#[test]
fn s7_whom_somebody_excluded_or_erased_has_no_box_and_a_guest_can_be_ticked() {
    for firm in manual() {
        let (owner, name) = (firm.owner(), firm.house.name());
        let people = firm.hire(&["Anna", "Berta", "Gast", "Doppelt", "Doppelter"]);
        for twin in &people[3..] {
            firm.tenant.update_user(twin, |user| user.mail = Some("info@muster.example".into()));
        }
        firm.tenant.update_user(&people[2], |user| user.user_type = Some("Guest".into()));
        load(&owner);
        firm.scope(&[ScopeChange::Exclude(people[0].parse().unwrap(), Switch::On)]);
        let page = owner.get(PAGE).text;
        assert!(page.contains("ausgenommen") && !page.contains("Anna Test übernehmen"), "{name}: {page}");
        // A box that is not there is not believed either.
        assert!(page.contains("teilt sich die E-Mail"), "{name}: {page}");
        let (_, question) = Sheet::of(&page).press(&owner, "import");
        assert!(
            question.contains("2 kommen nicht hinein") && question.contains("Ein Kontakt wird angelegt."),
            "{question}"
        );
        let sheet = Sheet::of(&page).tick(&people[0]).untick(&people[1]).tick(&people[2]);
        let sheet = sheet.untick(&people[3]).untick(&people[4]);
        let (_, question) = sheet.press(&owner, "import");
        assert!(question.contains("<h1>1 Benutzer importieren?</h1>"), "{name}: {question}");
        assert!(question.contains("Einer davon ist nach den Regeln keine Person"), "{name}: {question}");
        done(&owner, PAGE, &yes(&question));
        let there = firm.book.entries().unwrap();
        assert!(there.len() == 1 && there[0].linked.is_some(), "{name}");
    }
}

#[test]
fn s7_who_only_looks_sees_people_and_groups_without_boxes() {
    for firm in manual() {
        let name = firm.house.name();
        firm.hire(&["Anna"]);
        firm.group("Vertrieb", &[]);
        load(&firm.owner());
        let reader = firm.house.signed_in(Role::Reader, Reach::Own(firm.book.customer.id), &[]);
        for path in [PAGE, GROUPS] {
            let page = reader.get(path).text;
            assert!(
                !page.contains("type=\"checkbox\"") && !page.contains("method=\"post\" action=\"/c/"),
                "{name}: {page}"
            );
            assert!(
                page.contains("Import und Gruppen") && page.contains("Modus: von Hand."),
                "{name}: {page}"
            );
        }
        assert!(reader.get(PAGE).text.contains("Anna Test"), "{name}");
        assert!(reader.get(&format!("{PAGE}?q=niemand")).text.contains("Niemand passt dazu."), "{name}");
        assert!(reader.get(GROUPS).text.contains("Vertrieb"), "{name}");
        firm.house.customer("leer", "Leer", "Anna Alpha");
        let owner = firm.owner();
        assert!(!owner.get("/c/leer").text.contains("/c/leer/import"), "{name}: no connection, no import");
        assert_eq!(owner.get("/c/leer/import").to, "/c/leer/connection", "{name}");
    }
}

#[test]
fn s8_groups_are_offered_unticked_searched_and_subscribed_and_become_contact_groups() {
    for firm in Firm::each() {
        firm.scope(&[ScopeChange::Everybody(Switch::Off)]);
        let (owner, name) = (firm.owner(), firm.house.name());
        let people = firm.hire(&["Anna", "Berta", "Carla"]);
        let vertrieb = firm.group("Vertrieb Köln", &people[..2]);
        firm.group("Personal", &people[2..]);
        let (to, page) = owner.done("/c/muster/import/load", &[("tab", "groups")]);
        assert_eq!(to, "/c/muster/import/groups?loaded=1", "{name}");
        assert!(page.contains("2 Gruppen, 0 davon abonniert."), "{name}: {page}");
        assert_eq!(Sheet::of(&page).ticked(), 0, "{name}: none is ticked at first");
        let (_, page) = Sheet::of(&page).with("q", "koeln").press(&owner, "filter");
        assert!(page.contains("1–1 von 1") && page.contains("Vertrieb Köln"), "{name}: {page}");
        let (to, question) = Sheet::of(&page).tick(&vertrieb).press(&owner, "save");
        assert_eq!(to, "/c/muster/import/groups/check", "{name}");
        assert!(question.contains("<h1>Eine Gruppe abonnieren?</h1>"), "{name}: {question}");
        assert_eq!(firm.subscribed_now(), 0, "{name}: asked first");
        let saved = post(&owner, GROUPS, &yes(&question));
        assert!(saved.to.contains("saved=1"), "{name}: {}", saved.to);
        let page = owner.get(&saved.to).text;
        assert!(page.contains("Eine Gruppe abonniert.") && page.contains("Plan ansehen"), "{name}: {page}");
        assert_eq!(firm.subscribed_now(), 1, "{name}");
        owner.done("/c/muster/run", &[]);
        assert_eq!(firm.contacts(), 2, "{name}: S8: its members are in the book");
        let groups = firm.book.group_rows().unwrap();
        assert_eq!((groups.len(), groups[0].members), (1, 2), "{name}");
        let page = owner.get(GROUPS).text;
        assert!(
            page.contains("abonniert</span>") && page.contains("/c/muster/book?group="),
            "{name}: {page}"
        );
        // S9: the end says what stays, and that stays.
        let (_, question) = Sheet::of(&page).untick(&vertrieb).press(&owner, "save");
        assert!(question.contains("bleiben die Kontaktgruppe und ihre Kontakte"), "{name}: {question}");
        let saved = post(&owner, GROUPS, &yes(&question));
        let page = owner.get(&saved.to).text;
        assert!(
            page.contains("Ein Abonnement beendet; Kontaktgruppe und Kontakte bleiben."),
            "{name}: {page}"
        );
        owner.done("/c/muster/run", &[]);
        assert_eq!((firm.contacts(), firm.book.group_rows().unwrap().len()), (2, 1), "{name}");
    }
}

#[test]
fn s8_the_master_box_means_the_groups_of_all_pages_that_exist_now() {
    for firm in Firm::each() {
        let (owner, name) = (firm.owner(), firm.house.name());
        for n in 0..70 {
            firm.group(&format!("Gruppe {n:02}"), &[]);
        }
        owner.done("/c/muster/import/load", &[("tab", "groups")]);
        let page = owner.get(GROUPS).text;
        assert!(
            page.contains("1–50 von 70") && page.contains("Alle 70 Gruppen, die es jetzt gibt"),
            "{page}"
        );
        let (_, page) = Sheet::of(&page).with("master", "1").press(&owner, "next");
        assert!(page.contains("51–70 von 70") && Sheet::of(&page).ticked() == 20, "{name}: {page}");
        assert!(page.contains("70 Änderungen sind noch nicht gespeichert"), "{name}: {page}");
        let (_, question) = Sheet::of(&page).press(&owner, "save");
        assert!(question.contains("<h1>70 Gruppen abonnieren?</h1>"), "{name}: {question}");
        post(&owner, GROUPS, &yes(&question));
        assert_eq!(firm.subscribed_now(), 70, "{name}");
        // One that appears later is offered, not subscribed.
        firm.group("Später", &[]);
        owner.done("/c/muster/import/load", &[("tab", "groups")]);
        let page = owner.get(&format!("{GROUPS}?s=free")).text;
        assert!(page.contains("Später") && Sheet::of(&page).ticked() == 0, "{name}: {page}");
        assert_eq!(firm.subscribed_now(), 70, "{name}");
        // And all are let go of at once.
        let (_, page) = Sheet::of(&owner.get(GROUPS).text).with("master", "1").press(&owner, "filter");
        let mut sheet = Sheet::of(&page);
        sheet.fields.retain(|(field, _)| field != "master");
        let (_, question) = sheet.press(&owner, "save");
        assert!(question.contains("<h1>70 Abonnements beenden?</h1>"), "{name}: {question}");
        // The answer to another question changes nothing.
        Sheet::of(&owner.get(GROUPS).text).press(&owner, "first");
        let late = post(&owner, GROUPS, &yes(&question));
        assert_eq!(
            (late.to.as_str(), firm.subscribed_now()),
            ("/c/muster/import/groups?none=1", 70),
            "{name}"
        );
    }
}

#[test]
fn s8_the_mode_is_shown_and_switched_and_that_changes_no_scope_and_removes_nobody() {
    for firm in Firm::each() {
        let (owner, name) = (firm.owner(), firm.house.name());
        firm.hire(&["Anna"]);
        owner.done("/c/muster/run", &[]);
        let connection = firm.book.connection().unwrap().unwrap().id;
        let scope = firm.book.scope(connection).unwrap();
        assert!(owner.get(PAGE).text.contains("Modus: automatisch."), "{name}");
        let question = owner.get("/c/muster/import/mode?to=manual").text;
        assert!(
            question.contains("Am Personenkreis ändert das nichts, und niemand wird entfernt."),
            "{question}"
        );
        // What it would do is shown where all rules are tried.
        let effect = owner.get("/c/muster/policy/effect?mode=manual").text;
        assert!(question.contains("/c/muster/policy/effect?mode=manual"), "{name}: {question}");
        assert!(
            effect.contains("Wer Personen hinzufügt") && effect.contains("Regeln speichern"),
            "{name}: {effect}"
        );
        let unsure = owner.post("/c/muster/import/mode", &[("to", "manual")]);
        assert_eq!(unsure.status, StatusCode::UNPROCESSABLE_ENTITY, "{name}");
        let done = owner.post("/c/muster/import/mode", &[("to", "manual"), ("sure", "yes")]);
        assert!(owner.get(&done.to).text.contains("Modus: von Hand."), "{name}: {}", done.to);
        firm.hire(&["Berta"]);
        owner.done("/c/muster/run", &[]);
        assert_eq!((firm.contacts(), firm.book.scope(connection).unwrap()), (1, scope), "{name}");
        let wrong = owner.get("/c/muster/import/mode?to=x");
        assert_eq!(wrong.status, StatusCode::NOT_FOUND, "{name}");
    }
}
