//! The rules, from outside: every key with its control, and no change that was not seen before it is saved.

use axum::http::StatusCode;
use model::policy::Takes;
use model::{Policy, Preset, Role};
use store::{Book, Reach};

use crate::support::{Browser, Got, House};
use crate::tenant::Firm;

/// What a browser would send of a page's form, with values put in place of what stands there.
pub fn filled(page: &str, instead: &[(&str, &str)]) -> Vec<(String, String)> {
    let mut sent: Vec<(String, String)> = Vec::new();
    let plain = |text: &str| {
        text.replace("&#34;", "\"")
            .replace("&#38;", "&")
            .replace("&#60;", "<")
            .replace("&#62;", ">")
            .replace("&#39;", "'")
    };
    let of = |tag: &str, name: &str| {
        let rest = tag.split(&format!(" {name}=\"")).nth(1)?;
        rest.split('"').next().map(plain)
    };
    let form = page.split("<form method=\"post\" action=").last().unwrap().split("</form>").next().unwrap();
    for tag in form.split('<').skip(1) {
        let (tag, _) = tag.split_once('>').unwrap();
        if let (true, Some(name)) = (tag.starts_with("input"), of(tag, "name")) {
            let ticks = tag.contains("type=\"checkbox\"") || tag.contains("type=\"radio\"");
            if !ticks || tag.contains(" checked") {
                sent.push((name, of(tag, "value").unwrap_or_default()));
            }
        }
    }
    for select in form.split("<select").skip(1) {
        let (tag, rest) = select.split_once('>').unwrap();
        let options = rest.split("</select>").next().unwrap();
        let chosen = options.split("<option").skip(1).find(|option| option.contains(" selected"));
        let first = options.split("<option").nth(1).unwrap();
        if !tag.contains(" disabled") {
            sent.push((of(tag, "name").unwrap(), of(chosen.unwrap_or(first), "value").unwrap()));
        }
    }
    for area in form.split("<textarea").skip(1) {
        let (tag, rest) = area.split_once('>').unwrap();
        sent.push((of(tag, "name").unwrap(), plain(rest.split("</textarea>").next().unwrap())));
    }
    for (name, value) in instead {
        sent.retain(|(sent, _)| sent != name);
        if !value.is_empty() {
            sent.push(((*name).to_owned(), (*value).to_owned()));
        }
    }
    sent
}

impl Browser<'_> {
    /// Sends the rules' form with these values in it.
    pub fn chooses(&self, path: &str, instead: &[(&str, &str)]) -> Got {
        let form = filled(&self.get(path).text, instead);
        self.post(path, &form.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect::<Vec<_>>())
    }

    /// The page of an effect, once it is worked out.
    fn effect(&self, got: &Got) -> String {
        assert_eq!(got.status, StatusCode::SEE_OTHER, "{}", got.text);
        let page = self.get(&got.to);
        if page.text.contains("data-run") {
            self.get("/c/muster/live/events");
            return self.get(&got.to).text;
        }
        page.text
    }

    /// Saves what an effect's page shows.
    fn saves(&self, page: &str, path: &str) -> Got {
        let rest = page.split(&format!("action=\"{path}/save\">")).nth(1).unwrap_or_else(|| panic!("{page}"));
        let form = format!("<form method=\"post\" action=\"\">{rest}");
        let sent = filled(&form, &[]);
        self.post(
            &format!("{path}/save"),
            &sent.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect::<Vec<_>>(),
        )
    }
}

fn value(book: &Book, key: &str) -> String {
    book.rules().unwrap().policy.get(key).unwrap()
}

/// Another value of a key, as the form sends it, and as it is kept.
fn other(policy: &Policy, key: &'static str) -> (Vec<(String, String)>, String) {
    let now = policy.get(key).unwrap_or_default();
    let one = |value: &str| vec![(key.to_owned(), value.to_owned())];
    match Policy::takes(key).unwrap() {
        Takes::Switch if now == "on" => (one(""), "off".into()),
        Takes::Switch => (one("on"), "on".into()),
        Takes::OneOf(values) => {
            let value = values.iter().find(|value| **value != now).unwrap();
            (one(value), (*value).to_owned())
        }
        Takes::Departure => {
            let value = if now.starts_with("mark_left") { "remove" } else { "mark_left" };
            let days = (format!("{key}.days"), "14".to_owned());
            ([one(value), vec![days]].concat(), format!("{value} after 14 days"))
        }
        Takes::Number(_) => (one("7"), "7".into()),
        Takes::Schedule => {
            let parts = [("from", "mon"), ("to", "fri"), ("times", "18:00, 06:00")];
            let parts = parts.map(|(part, value)| (format!("schedule.{part}"), value.to_owned()));
            ([one("days"), parts.into()].concat(), "mon-fri 18:00,06:00".into())
        }
        Takes::TimeZone => (one("Europe/Vienna"), "Europe/Vienna".into()),
        Takes::Scope => (one("chosen"), "chosen".into()),
    }
}

#[test]
fn w9_every_key_of_the_rules_has_a_control_and_a_sentence_and_is_changed_and_inherited_again() {
    for firm in Firm::each() {
        let (owner, path) = (firm.owner(), "/c/muster/policy");
        firm.house.store.set_policy(&[("guard.count".to_owned(), "12".to_owned())]).unwrap();
        let german = owner.get(path).text;
        let english = Browser { language: "en", ..firm.owner() }.get(path).text;
        for key in Policy::KEYS {
            let name = format!("{} {key}", firm.house.name());
            let told = |language| {
                show::texts::within(language, || (show::rules::name(key), show::rules::sentence(key)))
            };
            for (page, language) in
                [(&german, show::texts::Language::German), (&english, show::texts::Language::English)]
            {
                let (called, sentence) = told(language);
                assert!(page.contains(&format!("<label for=\"k-{key}\">{called}</label>")), "{name}");
                assert!(
                    page.contains(&format!("<p id=\"d-{key}\">{}</p>", sentence.replace('\'', "&#39;"))),
                    "{name}"
                );
                assert!(page.contains(&format!("id=\"k-{key}\" name=\"{key}\"")), "{name}");
            }
            let before = firm.book.rules().unwrap();
            let (typed, kept) = other(&before.policy, key);
            let typed: Vec<(&str, &str)> = typed.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
            let page = owner.effect(&owner.chooses(path, &typed));
            assert_eq!(firm.book.rules().unwrap(), before, "{name}: nothing is saved by looking");
            assert!(page.contains("Eine Regel ändert sich"), "{name}: {page}");
            let saved = owner.saves(&page, path);
            assert!(saved.to.ends_with("?said=saved"), "{name}: {}", saved.to);
            if key == "scope" {
                assert_eq!(firm.book.rules().unwrap().everybody, Some(false));
                let page = owner.effect(&owner.chooses(path, &[("scope", "everybody")]));
                owner.saves(&page, path);
            } else {
                assert_eq!(value(&firm.book, key), kept, "{name}");
                assert!(owner.get(path).text.contains("Für diesen Kunden gesetzt"), "{name}");
                let page = owner.effect(&owner.chooses(path, &[("inherit", key)]));
                owner.saves(&page, path);
            }
            let after = firm.book.rules().unwrap();
            assert_eq!(after.everybody, before.everybody, "{name}");
            if key != "first_run" {
                // The firm sets that itself.
                assert_eq!(after.policy, before.policy, "{name}: as the operator again");
            }
        }
        assert_eq!(value(&firm.book, "guard.count"), "12");
    }
}

#[test]
fn w1_a_changed_rule_shows_whom_it_would_remove_before_it_is_saved() {
    for firm in Firm::each() {
        let (owner, path, name) = (firm.owner(), "/c/muster/policy", firm.house.name());
        let people = firm.hire(&["Anna", "Berta", "Carla", "Dora"]);
        owner.done("/c/muster/run", &[]);
        for person in &people[..3] {
            firm.tenant.update_user(person, |user| user.account_enabled = Some(false));
        }
        owner.done("/c/muster/run", &[]);
        assert_eq!(firm.contacts(), 4, "{name}: disabled accounts are kept so far");
        let requests = firm.requests();
        let tried = owner.chooses(path, &[("on_disabled", "remove")]);
        let page = owner.effect(&tried);
        assert!(page.contains("<h1>Würde 3 Kontakte entfernen</h1>"), "{name}: {page}");
        assert!(page.contains("davon 3 zurückgehalten") && page.contains("Löschschutz"), "{name}: {page}");
        assert!(
            page.contains("Anna Test") && page.contains("Carla Test") && !page.contains("Dora Test"),
            "{page}"
        );
        assert!(page.contains("<del><span class=\"vh\">vorher: </span>Behalten</del>"), "{name}: {page}");
        assert!(page.contains("In den Papierkorb"), "{page}");
        assert_eq!(firm.requests(), requests, "{name}: Microsoft is not asked");
        assert_eq!((firm.contacts(), value(&firm.book, "on_disabled")), (4, "keep".into()), "{name}");
        // A second customer's administrator or a reader of this one sees nothing of it.
        let reader = firm.house.signed_in(Role::Reader, Reach::Own(firm.book.customer.id), &[]);
        assert_eq!(reader.get(&tried.to).status, StatusCode::FORBIDDEN, "{name}");
        assert!(owner.saves(&page, path).to.ends_with("said=saved"), "{name}");
        assert_eq!(value(&firm.book, "on_disabled"), "remove");
        assert_eq!(firm.contacts(), 4, "{name}: saving changes no contact");
        owner.done("/c/muster/plan/look", &[]);
        assert!(owner.get("/c/muster/plan").text.contains("3 Löschungen warten auf Sie"), "{name}");
        // The way back says that what is due is spared.
        let page = owner.effect(&owner.chooses(path, &[("inherit", "on_disabled")]));
        assert!(page.contains("3 anstehende Änderungen fielen weg"), "{name}: {page}");
        let spared = owner.get("/c/muster/policy/effect?on_disabled=&view=spared").text;
        assert!(spared.contains("Berta Test"), "{name}: {spared}");
    }
}

#[test]
fn s6_link_active_shows_whom_it_links_and_off_again_whom_it_lets_go() {
    for firm in Firm::each() {
        let (owner, path, name) = (firm.owner(), "/c/muster/policy", firm.house.name());
        let mut values = model::Values::default();
        values.set(model::Field::DisplayName, Some("Anna von Hand"));
        values.set(model::Field::Email, Some("ANNA.test@muster.example"));
        firm.book.add_contact(&values, model::Origin::Manual, firm.house.now()).unwrap();
        firm.hire(&["Anna", "Berta"]);
        owner.done("/c/muster/run", &[]);
        assert_eq!(firm.contacts(), 2, "{name}: Anna is there already and is left alone");
        assert_eq!(value(&firm.book, "link"), "off");
        let page = owner.effect(&owner.chooses(path, &[("link", "on")]));
        assert!(
            page.contains("Würde eine Änderung auslösen") && page.contains("würde verknüpft"),
            "{name}: {page}"
        );
        owner.saves(&page, path);
        assert_eq!(value(&firm.book, "on_existing"), "adopt", "{name}");
        owner.done("/c/muster/run", &[]);
        assert_eq!(firm.contacts(), 2, "{name}");
        let page = owner.effect(&owner.chooses(path, &[("link", "")]));
        assert!(page.contains("Verknüpfung würde gelöst"), "{name}: {page}");
        owner.saves(&page, path);
        owner.done("/c/muster/run", &[]);
        owner.done("/c/muster/run", &[]);
        assert_eq!(firm.contacts(), 2, "{name}: no duplicate follows");
        // Both at once, saying two things.
        let got = owner.chooses(path, &[("link", "on"), ("on_existing", "beside")]);
        assert_eq!(got.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(got.text.contains("widersprechen sich"), "{name}");
    }
}

#[test]
fn s3_synchronisation_off_removes_nobody_and_says_so_beforehand() {
    for firm in Firm::each() {
        let (owner, path, name) = (firm.owner(), "/c/muster/policy", firm.house.name());
        let people = firm.hire(&["Anna", "Berta"]);
        owner.done("/c/muster/run", &[]);
        let page = owner.effect(&owner.chooses(path, &[("active", "")]));
        assert!(page.contains("Am Kontaktbuch würde sich dadurch nichts ändern"), "{name}: {page}");
        assert!(page.contains("Solange die Synchronisation aus ist"), "{name}");
        owner.saves(&page, path);
        firm.tenant.delete_user(&people[0]);
        owner.post("/c/muster/run", &[]);
        owner.get("/c/muster/live/events");
        let page = owner.get("/c/muster/live").text;
        assert!(
            page.contains("In den Regeln lässt er sich einschalten") && firm.contacts() == 2,
            "{name}: {page}"
        );
        let page = owner.effect(&owner.chooses(path, &[("active", "on")]));
        owner.saves(&page, path);
        owner.done("/c/muster/run", &[]);
        assert_eq!(firm.contacts(), 1, "{name}");
    }
}

#[test]
fn s9_a_narrower_scope_keeps_everybody_unless_the_rules_say_otherwise() {
    for firm in Firm::each() {
        let (owner, path, name) = (firm.owner(), "/c/muster/policy", firm.house.name());
        let people = firm.hire(&["Anna", "Berta"]);
        firm.subscribed("Vertrieb", &people[..1]);
        owner.done("/c/muster/run", &[]);
        assert!(owner.get(path).text.contains("eine Gruppe abonniert"), "{name}");
        let page = owner.effect(&owner.chooses(path, &[("scope", "chosen")]));
        assert!(page.contains("Am Kontaktbuch würde sich dadurch nichts ändern"), "{name}: {page}");
        let both = [("scope", "chosen"), ("on_left_group", "remove"), ("on_left_group.days", "0")];
        let page = owner.effect(&owner.chooses(path, &both));
        assert!(
            page.contains("Würde einen Kontakt entfernen") && page.contains("Berta Test"),
            "{name}: {page}"
        );
        assert!(!page.contains("Anna Test") && page.contains("2 Regeln ändern sich"), "{name}: {page}");
    }
}

#[test]
fn a13_a_site_is_shown_on_every_contact_that_gets_one_before_it_is_saved() {
    for firm in Firm::each() {
        let (owner, path, name) = (firm.owner(), "/c/muster/policy", firm.house.name());
        let people = firm.hire(&["Anna"]);
        firm.tenant.update_user(&people[0], |user| user.office_location = Some("Kiel".into()));
        owner.done("/c/muster/run", &[]);
        let page = owner.effect(&owner.chooses(path, &[("site_from", "office")]));
        assert!(
            page.contains("Würde eine Änderung auslösen") && page.contains("<ins>Kiel</ins>"),
            "{name}: {page}"
        );
    }
}

#[test]
fn w9_a_preset_shows_key_by_key_what_it_changes() {
    for firm in Firm::each() {
        let (owner, path, name) = (firm.owner(), "/c/muster/policy", firm.house.name());
        firm.hire(&["Anna"]);
        owner.done("/c/muster/run", &[]);
        let page = owner.effect(&owner.chooses(path, &[("preset", "helpdesk")]));
        let (now, then) = (firm.book.policy().unwrap(), Preset::Helpdesk.policy());
        let differ = Policy::KEYS.into_iter().filter(|k| !matches!(*k, "scope" | "link"));
        let differ: Vec<_> = differ.filter(|k| now.get(k) != then.get(k)).collect();
        assert!(differ.len() > 5);
        for key in differ {
            let row = show::texts::within(show::texts::Language::German, || show::rules::name(key));
            assert!(page.contains(&format!("scope=\"row\">{row}</th>")), "{name} {key}: {page}");
        }
        assert!(page.contains("Dann beginnt kein Lauf mehr von selbst."), "{name}: {page}");
        owner.saves(&page, path);
        let rules = firm.book.rules().unwrap();
        assert!(rules.policy == then && rules.chosen && rules.levels.own.is_empty(), "{name}");
        assert!(owner.get(path).text.contains("Aus der Vorlage Helpdesk"), "{name}");
        let page = owner.effect(&owner.chooses(path, &[("preset", "operator")]));
        owner.saves(&page, path);
        assert_eq!(firm.book.rules().unwrap().policy, Preset::Careful.policy(), "{name}");
    }
}

#[test]
fn w9_whoever_saves_later_sees_both_and_overwrites_nobody() {
    for firm in Firm::each() {
        let (owner, path, name) = (firm.owner(), "/c/muster/policy", firm.house.name());
        let page = owner.effect(&owner.chooses(path, &[("guard.count", "3")]));
        assert!(page.contains("Noch nichts gelesen"), "{name}: {page}");
        firm.book.set_policy(&[("guard.count".to_owned(), "5".to_owned())]).unwrap();
        let saved = owner.saves(&page, path);
        assert!(saved.to.starts_with("/c/muster/policy/effect?guard.count=3&was="), "{name}: {}", saved.to);
        assert_eq!(value(&firm.book, "guard.count"), "5", "{name}");
        let page = owner.get(&saved.to).text;
        assert!(page.contains("Jemand hat die Regeln inzwischen geändert"), "{name}: {page}");
        let row = "Löschungen, die durchgehen</th><td role=\"cell\">10</td><td role=\"cell\">5</td><td role=\"cell\">3</td>";
        assert!(page.contains(row), "{name}: {page}");
        assert!(owner.saves(&page, path).to.ends_with("said=saved"), "{name}");
        assert_eq!(value(&firm.book, "guard.count"), "3");
        // Nothing is saved that nobody has looked at.
        let blind = owner.post("/c/muster/policy/save", &[("guard.count", "9")]);
        assert_eq!(blind.to, "/c/muster/policy?guard.count=9", "{name}");
        assert_eq!(value(&firm.book, "guard.count"), "3");
    }
}

/// A key, what is typed, and what is told of it in German and English.
type Wrong = (&'static str, &'static [(&'static str, &'static str)], &'static str, &'static str);

#[test]
fn w12_what_is_wrong_stands_beside_its_field_in_both_languages_and_what_was_typed_stays() {
    let wrong: [Wrong; 5] = [
        (
            "guard.percent",
            &[("guard.percent", "101")],
            "ganze Zahl von 0 bis 100",
            "whole number from 0 to 100",
        ),
        (
            "time_zone",
            &[("time_zone", "Europe/Atlantis")],
            "Zeitzone ist nicht bekannt",
            "Nobody knows this time zone",
        ),
        (
            "schedule",
            &[("schedule", "days"), ("schedule.times", "25:00")],
            "Das ist kein Zeitplan",
            "This is no schedule",
        ),
        (
            "on_deleted",
            &[("on_deleted", "remove"), ("on_deleted.days", "viele")],
            "ganze Tage von 0",
            "whole days from 0",
        ),
        ("guard.count", &[("guard.count", "")], "ganze Zahl von 0 bis", "whole number from 0 to"),
    ];
    for house in House::each() {
        let (book, _) = house.customer("muster", "Muster", "Anna");
        for (language, german) in [("de", true), ("en", false)] {
            let administrator = house.signed_in(Role::Administrator, Reach::Own(book.customer.id), &[]);
            let administrator = Browser { language, ..administrator };
            for (key, typed, de, en) in &wrong {
                let got = administrator.chooses("/c/muster/policy", typed);
                let name = format!("{} {language} {key}", house.name());
                assert_eq!(got.status, StatusCode::UNPROCESSABLE_ENTITY, "{name}: {}", got.to);
                let beside =
                    got.text.split(&format!("id=\"e-{key}\"")).nth(1).unwrap_or_else(|| panic!("{name}"));
                let text = if german { de } else { en };
                assert!(beside.split("</p>").next().unwrap().contains(text), "{name}: {beside}");
                assert!(got.text.contains(&format!("href=\"#k-{key}\"")), "{name}");
                let (_, last) = typed.last().unwrap();
                assert!(got.text.contains(&format!("value=\"{last}\"")), "{name}: {}", got.text);
            }
        }
        assert_eq!(book.rules().unwrap().levels.own, Vec::new());
    }
}

#[test]
fn s4_a_schedule_is_told_in_words_with_its_next_run_in_the_time_zone() {
    for firm in Firm::each() {
        let (owner, path, name) = (firm.owner(), "/c/muster/policy", firm.house.name());
        let page = owner.get(path).text;
        assert!(page.contains("täglich um 02:30 Uhr") && page.contains("Europe/Berlin"), "{name}: {page}");
        // By the clock of the database, which this house's clock does not move.
        assert!(
            page.contains("<dt>Nächster Lauf</dt>") && page.contains(", 02:30 Uhr</dd>"),
            "{name}: {page}"
        );
        let typed = [("schedule", "days"), ("schedule.to", "fri"), ("schedule.times", "18:00,06:00")];
        let page = owner.effect(&owner.chooses(path, &typed));
        let told = "Dann gilt: Montag bis Freitag um 06:00 und 18:00 Uhr (Europe/Berlin). Der nächste Lauf wäre am 23.11.2026, 06:00 Uhr.";
        assert!(page.contains(told), "{name}: {page}");
    }
}

#[test]
fn w9_the_operators_rules_hold_for_whoever_sets_nothing_of_their_own() {
    for house in House::each() {
        let (a, _) = house.customer("a", "Alpha", "Anna");
        let (b, _) = house.customer("b", "Beta", "Berta");
        let c =
            house.store.add_customer(&"c".parse().unwrap(), "Gamma", Preset::Helpdesk, house.now()).unwrap();
        b.set_policy(&[("on_deleted".to_owned(), "keep".to_owned())]).unwrap();
        let (owner, name) = (house.signed_in(Role::Owner, Reach::All, &[]), house.name());
        let technician = house.signed_in(Role::Technician, Reach::All, &[]);
        assert_eq!(technician.get("/policy").status, StatusCode::FORBIDDEN, "{name}");
        for key in Policy::KEYS.into_iter().filter(|key| *key != "scope") {
            assert!(
                owner.get("/policy").text.contains(&format!("id=\"k-{key}\" name=\"{key}\"")),
                "{name} {key}"
            );
        }
        let typed = [("on_deleted", "mark_left"), ("on_deleted.days", "14"), ("guard.count", "3")];
        let got = owner.chooses("/policy", &typed);
        let page = owner.get(&got.to).text;
        assert!(page.contains("<h1>Gilt für 3 Kunden</h1>"), "{name}: {page}");
        let reach = |key: &str, n: &str| {
            let row = page.split(&format!("scope=\"row\">{key}</th>")).nth(1).unwrap();
            assert!(row.split("</tr>").next().unwrap().contains(n), "{name} {key}: {row}");
        };
        reach("In Microsoft 365 gelöscht", "einen Kunden");
        reach("Löschungen, die durchgehen", "3 Kunden");
        assert!(page.contains(">Alpha</a>") && page.contains(">Gamma</a>"), "{name}: {page}");
        assert!(owner.saves(&page, "/policy").to.ends_with("said=saved"), "{name}");
        let of = |book: &Book, key| value(book, key);
        assert_eq!(
            [of(&a, "on_deleted"), of(&b, "on_deleted"), of(&c, "on_deleted")],
            ["mark_left after 14 days", "keep", "keep"]
        );
        assert!([&a, &b, &c].iter().all(|book| of(book, "guard.count") == "3"), "{name}");
        // Left to the preset again; and somebody who was slower.
        let stale = owner.get(&owner.chooses("/policy", &[("guard.count", "4")]).to).text;
        let got = owner.chooses("/policy", &[("inherit", "on_deleted")]);
        let page = owner.get(&got.to).text;
        owner.saves(&page, "/policy");
        assert_eq!(of(&a, "on_deleted"), "remove", "{name}");
        let late = owner.saves(&stale, "/policy");
        assert!(late.to.contains("&was="), "{name}: {}", late.to);
        assert!(owner.get(&late.to).text.contains("Jemand hat die Regeln inzwischen geändert"), "{name}");
        // For new customers only.
        let page = owner.get(&owner.chooses("/policy", &[("preset", "awareness")]).to).text;
        owner.saves(&page, "/policy");
        assert_eq!(house.store.usual_preset().unwrap(), Preset::Awareness, "{name}");
    }
}

#[test]
fn w9_a_rule_for_all_shows_what_it_would_do_to_each_customer_before_it_is_saved() {
    for firm in Firm::each() {
        let (owner, name) = (firm.owner(), firm.house.name());
        firm.house.customer("leer", "Leer GmbH", "Anna");
        let people = firm.hire(&["Anna", "Berta", "Carla"]);
        owner.done("/c/muster/run", &[]);
        assert!(firm.tenant.update_user(&people[0], |user| user.account_enabled = Some(false)));
        owner.done("/c/muster/import/load", &[("tab", "people")]);
        let change = [("on_disabled", "remove")];
        let page = owner.get(&owner.chooses("/policy", &change).to).text;
        assert!(page.contains("Würde einen Kontakt entfernen"), "{name}: {page}");
        let row = page.split(">Muster").nth(1).and_then(|rest| rest.split("</tr>").next()).unwrap();
        assert!(row.contains("1 entfernt"), "{name}: {row}");
        let row = page.split(">Leer GmbH").nth(1).and_then(|rest| rest.split("</tr>").next()).unwrap();
        assert!(row.contains("noch nicht gelesen"), "{name}: {row}");
        assert_eq!(firm.contacts(), 3, "{name}: nothing has happened");
        // The same again is worked out again: the books may be others by now.
        firm.hire(&["Dora"]);
        owner.done("/c/muster/run", &[]);
        let again = owner.get(&format!("{}&again=1", owner.chooses("/policy", &change).to)).to;
        assert!(again.contains("/policy/effect?") && !again.contains("again"), "{name}: {again}");
        let page = owner.get(&again).text;
        assert!(
            page.contains("Würde einen Kontakt entfernen") && page.contains("Ausgerechnet"),
            "{name}: {page}"
        );
        owner.saves(&page, "/policy");
        owner.done("/c/muster/run", &[]);
        assert_eq!(firm.contacts(), 3, "{name}: as it was told");
    }
}
