//! The plan, what waits, runs and the way back, from outside.

use axum::http::StatusCode;
use m365sim::{Fault, RetryAfter, UserSpec};
use model::{Field, Key, Role, Timestamp};
use store::{LinkFor, Reach, ScopeChange, Switch};

use crate::customer::person;
use crate::support::{Browser, House};
use crate::tenant::Firm;

const PASSWORD: &str = "ein Satz, den nur ich kenne";

/// The value of a hidden or ticked field that a page sends on.
fn value_of(page: &str, before: &str) -> String {
    let rest = page.split(before).nth(1).unwrap_or_else(|| panic!("no {before} in {page}"));
    rest.split('"').next().unwrap().to_owned()
}

/// Reads, plans and applies; answers the run's page.
fn applied(browser: &Browser<'_>) -> (String, String) {
    browser.done("/c/muster/plan/look", &[]);
    let page = browser.get("/c/muster/plan").text;
    let plan = value_of(&page, "name=\"plan\" value=\"");
    browser.done("/c/muster/run", &[("plan", &plan)])
}

#[test]
fn w1_a_plan_is_read_before_anything_is_changed_and_applied_with_counts() {
    for firm in Firm::each() {
        let (owner, name) = (firm.owner(), firm.house.name());
        assert!(owner.get("/c/muster/plan").text.contains("Noch nichts gelesen"), "{name}");
        firm.hire(&["Anna", "Berta", "Carla"]);
        let (to, page) = owner.done("/c/muster/plan/look", &[]);
        assert_eq!(to, "/c/muster/plan", "{name}");
        assert!(page.contains("<h1>3 Änderungen stehen an</h1>"), "{name}: {page}");
        assert!(page.contains("Anna Test") && page.contains("anna.test<wbr>@muster.example"), "{page}");
        assert!(page.contains("3 Änderungen anwenden"), "{page}");
        assert_eq!(firm.contacts(), 0, "{name}: a look changes nothing");
        let plan = value_of(&page, "name=\"plan\" value=\"");
        let (to, page) = owner.done("/c/muster/run", &[("plan", &plan)]);
        assert!(to.starts_with("/c/muster/runs/") && to.ends_with("?done=1"), "{name}: {to}");
        assert!(page.contains("Fertig: 3 neu, 0 geändert, 0 entfernt, 0 zurückgehalten."), "{page}");
        assert_eq!(firm.contacts(), 3, "{name}");
        assert!(owner.get("/c/muster/plan").text.contains("Alles auf dem Stand"), "{name}");
        let (to, page) = owner.done("/c/muster/run", &[]);
        assert!(to.contains("said=nothing") && page.contains("nichts geändert"), "{name}: {to}");
    }
}

#[test]
fn w1_heading_button_and_figures_count_alike_while_somebody_is_held_by_hand() {
    for firm in Firm::each() {
        let (owner, name) = (firm.owner(), firm.house.name());
        let people = firm.hire(&["Anna", "Berta", "Carla"]);
        owner.done("/c/muster/plan/look", &[]);
        let said = |page: &str, all: &[&str]| {
            for words in all {
                assert!(page.contains(words), "{name}: {words}: {page}");
            }
        };
        let figures = [
            "<h1>2 Änderungen stehen an, 1 Änderung wartet auf Sie</h1>",
            "2 Änderungen anwenden",
            "1 Änderung zurückgehalten",
            "<b>2</b> neu",
            "<b>1</b> zurückgehalten",
        ];
        let (_, page) = owner.done("/c/muster/plan/hold", &[("op", &people[0])]);
        said(&page, &figures);
        // So says the next plan.
        let (_, page) = owner.done("/c/muster/plan/look", &[]);
        said(&page, &figures);
        let (_, page) = owner.done("/c/muster/plan/hold", &[("op", &people[1])]);
        said(&page, &["<h1>1 Änderung steht an, 2 Änderungen warten auf Sie</h1>", "1 Änderung anwenden"]);
        // A button that is pressed before anything is chosen says so, and does nothing that the log could tell of.
        let noted = || owner.get("/audit").text.matches("<tr role=\"row\">").count();
        let before = noted();
        for way in ["hold", "reject"] {
            let (_, page) = owner.done(&format!("/c/muster/plan/{way}"), &[]);
            said(&page, &["Bitte zuerst etwas auswählen."]);
        }
        let to = owner.get("/c/muster/plan/release").to;
        assert_eq!((to.as_str(), noted()), ("/c/muster/plan?said=none", before), "{name}");
    }
}

#[test]
fn w1_a_change_shows_before_and_after_by_field_with_its_reason() {
    for firm in Firm::each() {
        let owner = firm.owner();
        let people = firm.hire(&["Anna"]);
        applied(&owner);
        firm.tenant.update_user(&people[0], |user| user.given_name = Some("<b>Annika</b>".into()));
        let (_, page) = owner.done("/c/muster/plan/look", &[]);
        let change = "vorher: </span>Anna</del>";
        assert!(page.contains(change) && page.contains("<ins>&#60;b&#62;Annika"), "{page}");
        assert!(page.contains("weicht von Microsoft 365 ab"), "{page}");
        // The value as it is can be pinned from here.
        let contact = value_of(&page, "<a class=\"item\" href=\"");
        let form = owner.get(&format!("{contact}/edit"));
        assert!(form.status == StatusCode::OK && form.text.contains("Anna"), "{}", form.text);
        let english = Browser { language: "en", ..firm.owner() };
        assert!(english.get("/c/muster/plan").text.contains("differs from Microsoft 365"));
    }
}

#[test]
fn w1_a_first_plan_that_somebody_shall_see_is_shown_first_wherever_the_button_stands() {
    for firm in Firm::each() {
        let (owner, name) = (firm.owner(), firm.house.name());
        firm.book.set_policy(&[("first_run".to_owned(), "ask".to_owned())]).unwrap();
        firm.hire(&["Anna", "Berta"]);
        let (to, page) = owner.done("/c/muster/run", &[]);
        assert!(to.ends_with("/plan") && page.contains("2 Änderungen stehen an"), "{name}: {to}");
        assert_eq!(firm.contacts(), 0, "{name}: nothing is written that nobody has seen");
        let plan = value_of(&page, "name=\"plan\" value=\"");
        owner.done("/c/muster/run", &[("plan", &plan)]);
        assert_eq!(firm.contacts(), 2, "{name}");
        firm.hire(&["Carla"]);
        owner.done("/c/muster/run", &[]);
        assert_eq!(firm.contacts(), 3, "{name}: once it was applied, runs go by themselves");
    }
}

#[test]
fn w1_a_plan_says_when_somebody_has_changed_something_since_and_that_nobody_is_chosen() {
    for firm in Firm::each() {
        let (owner, name) = (firm.owner(), firm.house.name());
        let connection = firm.book.connection().unwrap().unwrap().id;
        let everybody =
            |switch| firm.book.change_scope(connection, &[ScopeChange::Everybody(switch)]).unwrap();
        firm.hire(&["Anna"]);
        everybody(Switch::Off);
        owner.done("/c/muster/plan/look", &[]);
        for path in ["/c/muster/plan", "/c/muster", "/customers"] {
            let page = owner.get(path).text;
            assert!(
                page.contains("niemand") && page.contains("/c/muster/import/scope"),
                "{name} {path}: {page}"
            );
            assert!(!page.contains("Alles auf dem Stand") && !page.contains("Abgeschaltet"), "{name} {path}");
        }
        everybody(Switch::On);
        applied(&owner);
        assert!(owner.get("/c/muster/plan").text.contains("Alles auf dem Stand"), "{name}");
        firm.book.set_policy(&[("people.guests".to_owned(), "on".to_owned())]).unwrap();
        let page = owner.get("/c/muster/plan").text;
        assert!(page.contains("<h1>Seit dem letzten Lauf hat sich etwas geändert</h1>"), "{name}: {page}");
    }
}

#[test]
fn w1_what_was_looked_at_is_what_is_applied() {
    for firm in Firm::each() {
        let owner = firm.owner();
        firm.hire(&["Anna"]);
        let (_, page) = owner.done("/c/muster/plan/look", &[]);
        let old = value_of(&page, "name=\"plan\" value=\"");
        firm.hire(&["Berta"]);
        owner.done("/c/muster/plan/look", &[]);
        let (to, page) = owner.done("/c/muster/run", &[("plan", &old)]);
        assert!(to.ends_with("said=other") && page.contains("inzwischen ein anderer"), "{to}");
        assert_eq!(firm.contacts(), 0, "{}", firm.house.name());
    }
}

#[test]
fn w2_a_line_that_somebody_holds_is_left_out_until_it_is_released() {
    for firm in Firm::each() {
        let (owner, name) = (firm.owner(), firm.house.name());
        let people = firm.hire(&["Anna", "Berta"]);
        owner.done("/c/muster/plan/look", &[]);
        let held = [("op", people[0].as_str()), ("why", "fragt noch")];
        let (_, page) = owner.done("/c/muster/plan/hold", &held);
        assert!(page.contains("1 Änderung steht an, 1 Änderung wartet auf Sie"), "{name}: {page}");
        assert!(page.contains("fragt noch"), "{page}");
        let plan = value_of(&page, "name=\"plan\" value=\"");
        owner.done("/c/muster/run", &[("plan", &plan)]);
        assert_eq!(firm.contacts(), 1, "{name}");
        let question = owner.get(&format!("/c/muster/plan/release?op={}", people[0]));
        assert!(question.text.contains("Diese Änderung freigeben?"), "{name}: {}", question.text);
        let (_, page) = owner.done("/c/muster/plan/release", &[("op", &people[0])]);
        assert!(page.contains("Freigegeben."), "{name}: {page}");
        owner.done("/c/muster/run", &[]);
        assert_eq!(firm.contacts(), 2, "{name}");
    }
}

/// Twelve people in the book, of whom eleven are deleted at once: the guard holds that.
fn many_gone(firm: &Firm, owner: &Browser<'_>) -> Vec<String> {
    gone_of(firm, owner, 12)
}

/// So many people in the book, of whom all but one are deleted at once.
fn gone_of(firm: &Firm, owner: &Browser<'_>, n: usize) -> Vec<String> {
    let names: Vec<String> = (0..n).map(|n| format!("Person{n}")).collect();
    let people = firm.hire(&names.iter().map(String::as_str).collect::<Vec<_>>());
    applied(owner);
    for person in &people[..n - 1] {
        assert!(firm.tenant.delete_user(person));
    }
    owner.done("/c/muster/run", &[]);
    assert_eq!(firm.contacts(), n, "held on {}", firm.house.name());
    people
}

#[test]
fn w1_what_waits_shows_before_and_after_and_why_like_any_line() {
    for firm in Firm::each() {
        let (owner, name) = (firm.owner(), firm.house.name());
        let people = firm.hire(&["Anna", "Berta"]);
        applied(&owner);
        firm.tenant.update_user(&people[0], |user| user.given_name = Some("Annika".into()));
        owner.done("/c/muster/plan/hold", &[("op", &people[0]), ("why", "fragt noch")]);
        let (_, page) = owner.done("/c/muster/plan/look", &[]);
        let held = page.split("id=\"held\"").nth(1).and_then(|rest| rest.split("</section>").next());
        let held = held.unwrap_or_else(|| panic!("{name}: {page}"));
        assert!(held.contains("<ins>Annika") && held.contains("fragt noch"), "{name}: {held}");
        assert!(held.contains("weicht von Microsoft 365 ab"), "{name}: {held}");
        let question = owner.get(&format!("/c/muster/plan/release?op={}", people[0])).text;
        assert!(question.contains("<ins>Annika"), "{name}: {question}");
    }
    for firm in Firm::each() {
        let (owner, name) = (firm.owner(), firm.house.name());
        many_gone(&firm, &owner);
        let page = owner.get("/c/muster/plan").text;
        let held = page.split("id=\"held\"").nth(1).and_then(|rest| rest.split("</section>").next());
        let rows = held.map_or(0, |held| held.matches("in Microsoft 365 gelöscht").count());
        assert_eq!(rows, 11, "{name}: each says why: {page}");
    }
}

#[test]
fn w2_what_waits_is_found_by_name_and_turned_page_by_page() {
    for firm in Firm::each() {
        let (owner, name) = (firm.owner(), firm.house.name());
        let people = gone_of(&firm, &owner, 60);
        // Held by hand, though no plan says anything of them: behind all others.
        owner.done("/c/muster/plan/hold", &[("op", &people[59]), ("why", "bleibt")]);
        let ops = |page: &str| page.matches("name=\"op\" value=\"").count();
        let first = owner.get("/c/muster/plan").text;
        assert!(
            first.contains("59 Löschungen warten auf Sie")
                && first.contains("59 Änderungen zurückgehalten, dazu 1 von Hand")
                && first.contains("1–50 von 60"),
            "{name}: {first}"
        );
        assert_eq!(ops(&first), 50, "{name}");
        let next = value_of(&first, "<a href=\"/c/muster/plan?held=").replace("#held", "");
        let second = owner.get(&format!("/c/muster/plan?held={next}")).text;
        assert!(second.contains("51–60 von 60") && second.contains("bleibt"), "{name}: {second}");
        assert_eq!(ops(&second), 10, "{name}");
        assert!(first.contains(">Person7 ") != second.contains(">Person7 "), "{name}: on one page only");
        let found = owner.get("/c/muster/plan?q=person57").text;
        assert!(
            found.contains("59 Löschungen warten auf Sie") && found.contains("1–1 von 1"),
            "{name}: {found}"
        );
        assert!(ops(&found) == 1 && found.contains(">Person57 "), "{name}: {found}");
        assert!(owner.get("/c/muster/plan?q=person59").text.contains("bleibt"), "{name}");
        assert!(owner.get("/c/muster/plan?q=niemand").text.contains("passt nichts zur Suche"), "{name}");
    }
}

#[test]
fn w2_held_removals_are_released_with_their_number_and_come_back_by_undo() {
    for firm in Firm::each() {
        let (owner, name) = (firm.owner(), firm.house.name());
        many_gone(&firm, &owner);
        let page = owner.get("/c/muster/plan").text;
        assert!(page.contains("<h1>11 Löschungen warten auf Sie</h1>"), "{name}: {page}");
        assert!(page.contains("höchstens 10 Löschungen oder 10 Prozent"), "{name}: {page}");
        assert!(owner.get("/c/muster").text.contains("/c/muster/plan"));
        let question = owner.get("/c/muster/plan/release?all=1").text;
        assert!(
            question.contains("11 Änderungen freigeben? Kontakte werden gelöscht."),
            "{name}: {question}"
        );
        for typed in ["", "10", "x"] {
            let got = owner.post("/c/muster/plan/release", &[("all", "1"), ("number", typed)]);
            assert_eq!(got.status, StatusCode::UNPROCESSABLE_ENTITY, "{name} {typed}");
            assert!(got.text.contains("Bitte 11 eingeben"), "{name}: {}", got.text);
        }
        owner.done("/c/muster/run", &[]);
        assert_eq!(firm.contacts(), 12, "{name}: nothing was released");
        let (_, page) = owner.done("/c/muster/plan/release", &[("all", "1"), ("number", "11")]);
        assert!(page.contains("11 freigegeben."), "{name}: {page}");
        assert!(
            page.contains("<h1>11 Änderungen sind freigegeben und warten auf den nächsten Lauf</h1>"),
            "{name}"
        );
        let (run, page) = owner.done("/c/muster/run", &[]);
        assert!(page.contains("11 entfernt"), "{name}: {page}");
        assert_eq!(firm.contacts(), 1, "{name}");

        let id = run.trim_start_matches("/c/muster/runs/").trim_end_matches("?done=1");
        let (_, page) = owner.done("/c/muster/undo/look", &[("run", id)]);
        assert!(page.contains("<h1>11 Änderungen würden zurückgehen</h1>"), "{name}: {page}");
        assert_eq!(firm.contacts(), 1, "{name}: a look takes nothing back");
        let (_, page) = owner.undoes("muster", &[("run", id), ("contact", ""), ("since", "")]);
        assert!(page.contains("hat etwas rückgängig gemacht"), "{name}: {page}");
        assert_eq!(firm.contacts(), 12, "{name}");
    }
}

#[test]
fn w2_what_is_rejected_stays_until_it_changes_at_the_source() {
    for firm in Firm::each() {
        let (owner, name) = (firm.owner(), firm.house.name());
        many_gone(&firm, &owner);
        let page = owner.get("/c/muster/plan").text;
        let op = value_of(&page, "name=\"op\" value=\"");
        let question = owner.get(&format!("/c/muster/plan/release?op={op}")).text;
        assert!(
            question.contains("1 Löschung freigeben") && !question.contains("name=\"number\""),
            "{question}"
        );
        let (_, page) = owner.done("/c/muster/plan/reject", &[("op", &op)]);
        assert!(
            page.contains("10 Löschungen warten auf Sie") && page.contains("Bleibt, wie es ist"),
            "{page}"
        );
        let (_, page) = owner.done("/c/muster/plan/release", &[("all", "1"), ("number", "10")]);
        assert!(page.contains("10 freigegeben."), "{name}: {page}");
        owner.done("/c/muster/run", &[]);
        assert_eq!(firm.contacts(), 2, "{name}");
    }
}

#[test]
fn w4_one_contact_of_a_run_is_taken_back_and_all_since_before_it() {
    for firm in Firm::each() {
        let (owner, name) = (firm.owner(), firm.house.name());
        firm.hire(&["Anna", "Berta"]);
        let (run, page) = applied(&owner);
        let id = run.trim_start_matches("/c/muster/runs/").trim_end_matches("?done=1");
        let contact = value_of(&page, "name=\"contact\" value=\"");
        let (_, page) = owner.done("/c/muster/undo/look", &[("run", id), ("contact", &contact)]);
        assert!(page.contains("<h1>1 Änderung würde zurückgehen</h1>"), "{name}: {page}");
        owner.undoes("muster", &[("run", id), ("contact", &contact)]);
        assert_eq!(firm.contacts(), 1, "{name}");
        let since = value_of(&owner.get(&run).text, "name=\"since\" value=\"");
        firm.hire(&["Cora", "Doris", "Else"]);
        applied(&owner);
        assert_eq!(firm.contacts(), 4, "{name}");
        let look = || owner.done("/c/muster/undo/look", &[("since", &since)]).1;
        let page = look();
        for said in [
            "Macht rückgängig, was Läufe seit",
            "4 Kontakte kämen dabei in den Papierkorb",
            "Der Zeitpunkt liegt vor dem ersten Lauf",
            "btn danger solid",
        ] {
            assert!(page.contains(said), "{name}: {said}: {page}");
        }
        let looked = value_of(&page, "name=\"looked\" value=\"");
        for typed in ["", "3", "x"] {
            let form = [("since", since.as_str()), ("looked", &looked), ("number", typed)];
            let got = owner.post("/c/muster/undo", &form);
            assert_eq!(got.status, StatusCode::UNPROCESSABLE_ENTITY, "{name} {typed}");
            assert!(got.text.contains("Bitte 4 eingeben") && firm.contacts() == 4, "{name}: {}", got.text);
        }
        // What a run does after the look was not seen.
        firm.hire(&["Frida"]);
        applied(&owner);
        let form = [("since", since.as_str()), ("looked", &looked), ("number", "4")];
        let (_, again) = owner.done("/c/muster/undo", &form);
        assert!(again.contains("5 Kontakte kämen dabei in den Papierkorb"), "{name}: {again}");
        assert_eq!(firm.contacts(), 5, "{name}: looked at anew");
        let noted = || owner.get("/audit").text.matches("hat etwas rückgängig gemacht").count();
        assert_eq!(noted(), 1, "{name}: one contact, and nothing else yet");
        assert!(owner.get("/audit").text.contains(&format!("Lauf: – → {id}")), "{name}: of which run");
        let looked = value_of(&again, "name=\"looked\" value=\"");
        owner.done("/c/muster/undo", &[("since", &since), ("looked", &looked), ("number", "5")]);
        assert_eq!(firm.contacts(), 0, "{name}");
        let got = owner.post("/c/muster/undo", &[("run", "999999")]);
        assert_eq!(got.status, StatusCode::NOT_FOUND, "{name}: no such run of this customer");
    }
}

/// A line behind another, in the order of a page.
#[test]
fn w1_lines_are_told_apart_by_kind_and_turned_page_by_page() {
    for firm in Firm::each() {
        let owner = firm.owner();
        let names: Vec<String> = (0..60).map(|n| format!("Person{n}")).collect();
        let people = firm.hire(&names.iter().map(String::as_str).collect::<Vec<_>>());
        firm.subscribed("Vertrieb", &people[..2]);
        let (_, page) = owner.done("/c/muster/plan/look", &[]);
        assert!(page.contains("1–50 von 62") && page.contains("view=groups"), "{page}");
        let groups = owner.get("/c/muster/plan?view=groups").text;
        assert!(groups.contains("Vertrieb") && groups.contains("2 kommen hinzu"), "{groups}");
        let second = owner.get("/c/muster/plan?view=new&page=2").text;
        assert!(second.contains("51–60 von 60"), "{}: {second}", firm.house.name());
        assert!(!second.contains("2 kommen hinzu"), "groups have a view of their own: {second}");
        let lines = |page: &str| {
            page.split("<tbody").nth(1).expect(page).split("</tbody>").next().unwrap().to_owned()
        };
        let beyond = owner.get("/c/muster/plan?view=new&page=9").text;
        assert_eq!(lines(&beyond), lines(&second), "{}: no page is behind the last one", firm.house.name());
    }
}

#[test]
fn a_run_is_watched_while_it_reads_and_can_be_cancelled() {
    for firm in Firm::each() {
        let (owner, name) = (firm.owner(), firm.house.name());
        firm.hire(&["Anna"]);
        firm.tenant.reset_counts();
        firm.tenant.faults(|faults| faults.hold = Some("/users".into()));
        let began = owner.post("/c/muster/run", &[]);
        assert_eq!(began.to, "/c/muster/live", "{name}");
        assert!(firm.tenant.wait_for_request("/users"), "{name}");
        let page = owner.get("/c/muster/live").text;
        assert!(page.contains("Ein Lauf arbeitet gerade") && page.contains("von Jana Petersen"), "{page}");
        assert!(page.contains("data-run=\"/c/muster/live/events\""), "{page}");
        assert!(page.contains("http-equiv=\"refresh\""), "without a script it loads itself anew: {page}");
        let other = firm.house.signed_in(Role::Observer, Reach::All, &[]);
        let seen = other.get("/c/muster/live").text;
        assert!(seen.contains("Ein Lauf arbeitet gerade") && !seen.contains("live/cancel"), "{name}: {seen}");
        let second = owner.post("/c/muster/plan/look", &[]);
        assert_eq!(second.to, "/c/muster/live", "{name}: one at a time");
        assert_eq!(owner.post("/c/muster/live/cancel", &[]).to, "/c/muster/live");
        firm.tenant.faults(|faults| faults.hold = None);
        owner.get("/c/muster/live/events");
        assert!(owner.get("/c/muster/live").text.contains("Der Lauf wurde abgebrochen"), "{name}");
        assert_eq!(firm.contacts(), 0, "{name}");
        owner.done("/c/muster/run", &[]);
        assert_eq!(firm.contacts(), 1, "{name}: the next one does it");
    }
}

#[test]
fn a_run_that_waits_for_microsoft_says_why_and_until_when() {
    for firm in Firm::each() {
        let (owner, name) = (firm.owner(), firm.house.name());
        firm.hire(&["Anna"]);
        let patience = Fault::Throttled(RetryAfter::Seconds(200));
        firm.tenant.faults(|faults| faults.next("/users", patience));
        assert_eq!(owner.post("/c/muster/run", &[]).to, "/c/muster/live", "{name}");
        let begun = std::time::Instant::now();
        let page = loop {
            let page = owner.get("/c/muster/live").text;
            if page.contains("Microsoft bittet um Geduld. Weiter um ") {
                break page;
            }
            assert!(begun.elapsed().as_secs() < 60, "{name}: {page}");
        };
        assert!(page.contains("Es geht los") && page.contains("an Microsoft</dd>"), "{name}: {page}");
        let english = Browser { language: "en", ..firm.owner() };
        assert!(english.get("/c/muster/live").text.contains("Microsoft asks for patience."), "{name}");
        // Nobody waits for a run that was ended.
        owner.post("/c/muster/live/cancel", &[]);
        owner.get("/c/muster/live/events");
        let page = owner.get("/c/muster/live").text;
        assert!(page.contains("Der Lauf wurde abgebrochen") && !page.contains("Geduld"), "{name}: {page}");
        assert!(page.contains("Was geschehen ist"), "{name}: {page}");
    }
}

#[test]
fn a_run_of_another_process_is_watched_with_what_it_has_written() {
    for firm in Firm::each() {
        let (owner, name) = (firm.owner(), firm.house.name());
        let people = firm.hire(&["Anna", "Berta", "Carla"]);
        applied(&owner);
        firm.tenant.update_user(&people[0], |user| user.surname = Some("Testmann".into()));
        firm.tenant.update_user(&people[1], |user| user.given_name = Some("Bertha".into()));
        firm.hire(&["Dora"]);
        owner.done("/c/muster/run", &[]);
        store::testing::halfway(firm.house.location(), "somewhere", 2);
        let page = owner.get("/c/muster/live").text;
        let log = page.split("class=\"log still").nth(1).unwrap().split("</ol>").next().unwrap();
        assert!(log.matches("<li>").count() == 3 && log.contains("Es geht los"), "{name}: {log}");
        assert!(page.contains("<b>2</b> von 3"), "{name}: {page}");
        let figures = page.split("class=\"big-n\"").nth(1).unwrap().split("</dl>").next().unwrap();
        let figures: Vec<&str> =
            figures.split("<dt").skip(1).map(|f| f.split(['>', '<']).nth(1).unwrap()).collect();
        let (new, changed): (i64, i64) = (figures[0].parse().unwrap(), figures[1].parse().unwrap());
        assert_eq!((new + changed, figures[2], figures[3]), (2, "0", "0"), "{name}: {page}");
        assert!(log.contains("Test</b>: "), "{name}: {log}");
        assert!(!page.contains("live/cancel"), "{name}: what runs elsewhere is not ended from here");
        // Somebody else's is not there.
        let (other, _) = firm.house.customer("b", "Beta", "Berta");
        let stranger = firm.house.signed_in(Role::Technician, Reach::Chosen, &[&other]);
        assert_eq!(stranger.get("/c/muster/live").status, StatusCode::NOT_FOUND, "{name}");
    }
}

#[test]
fn why_something_did_not_run_is_told_in_plain_words() {
    for firm in Firm::each() {
        let owner = firm.owner();
        firm.tenant.revoke_consent();
        let (to, page) = {
            let got = owner.post("/c/muster/plan/look", &[]);
            owner.get(&format!("{}/events", "/c/muster/live"));
            (got.to, owner.get("/c/muster/live").text)
        };
        assert_eq!(to, "/c/muster/live");
        assert!(page.contains("Das hat nicht geklappt"), "{}: {page}", firm.house.name());
        assert!(!page.contains("whoswho sync"), "{page}");
    }
}

#[test]
fn a_dangerous_step_asks_for_the_password_once_more_and_then_goes_on() {
    for house in House::each() {
        let link = house.store.make_link(LinkFor::SetUp, Timestamp(house.now().0 + 1_000_000)).unwrap();
        let form =
            [("name", "Jana"), ("email", "jana@x.example"), ("password", PASSWORD), ("password2", PASSWORD)];
        let stranger = house.stranger();
        let owner = stranger.with(&stranger.post(&format!("/set-up/{}", link.secret()), &form));
        house.customer("a", "Alpha", "Anna");
        // Without a connection there is nobody to keep out, which is told only to whom it is sure who they are.
        let keep = |password: &str| {
            let mut form = vec![("person", "5")];
            if !password.is_empty() {
                form.push(("password-proof", password));
            }
            owner.post("/c/a/kept-out/keep", &form)
        };
        assert_ne!(keep("").status, StatusCode::UNPROCESSABLE_ENTITY, "{}: just signed in", house.name());
        house.later(11 * 60_000);
        let asked = keep("");
        assert_eq!(asked.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", house.name());
        assert!(
            asked.text.contains("action=\"/c/a/kept-out/keep\"")
                && asked.text.contains("name=\"person\" value=\"5\"")
        );
        let wrong = keep("ein falsches Kennwort");
        assert!(wrong.text.contains("Das ist nicht Ihr jetziges Kennwort."), "{}", wrong.text);
        assert!(!wrong.text.contains("ein falsches"), "what was typed as a password is never sent back");
        assert_ne!(keep(PASSWORD).status, StatusCode::UNPROCESSABLE_ENTITY, "{}", house.name());
        assert_ne!(keep("").status, StatusCode::UNPROCESSABLE_ENTITY, "it holds for a while");
        for _ in 0..5 {
            house.later(11 * 60_000);
            keep("ein falsches Kennwort");
        }
        house.later(11 * 60_000);
        let reader = house.signed_in(Role::Observer, Reach::All, &[]);
        house.later(11 * 60_000);
        assert_eq!(reader.post("/c/a/kept-out/keep", &[]).status, StatusCode::FORBIDDEN, "rights come first");
    }
}

/// Whether a person's line stands on a page.
fn lists(page: &str, name: &str) -> bool {
    page.split("id=\"h-do\"").nth(1).is_some_and(|lines| lines.contains(&format!("{name} Test")))
}

#[test]
fn w1_lines_are_found_by_name_and_by_the_field_that_changes() {
    for firm in Firm::each() {
        let (owner, name) = (firm.owner(), firm.house.name());
        // Addresses have no umlauts.
        let hire = |name: &str, address: &str| {
            let (given_name, display_name) = (Some(name.to_owned()), Some(format!("{name} Test")));
            firm.tenant.add_user(UserSpec { given_name, display_name, ..person(address, "Test") })
        };
        let people =
            [hire("Jörg", "joerg"), hire("Jürgen", "juergen"), hire("Anna", "anna"), hire("Berta", "b")];
        applied(&owner);
        firm.tenant.update_user(&people[0], |user| user.given_name = Some("Jörg-Uwe".into()));
        firm.tenant.update_user(&people[1], |user| user.surname = Some("Testmann".into()));
        assert!(firm.tenant.delete_user(&people[2]));
        let new = [hire("Joerg2", "joerg2")];
        firm.subscribed("Jörgs Gruppe", &new);
        let (_, page) = owner.done("/c/muster/plan/look", &[]);
        for person in ["Jörg", "Jürgen", "Anna", "Joerg2"] {
            assert!(lists(&page, person), "{name} {person}: {page}");
        }
        // In any spelling of an umlaut; by the tenant who is new there, by the book who has left it.
        let found = |query: &str| owner.get(&format!("/c/muster/plan?{query}")).text;
        let page = found("q=joerg");
        assert!(lists(&page, "Jörg") && lists(&page, "Joerg2") && page.contains("Jörgs Gruppe"), "{page}");
        assert!(!lists(&page, "Jürgen") && !lists(&page, "Anna"), "{name}: {page}");
        assert!(page.contains("value=\"joerg\"") && page.contains("view=new&#38;q=joerg"), "{name}: {page}");
        assert!(lists(&found("q=anna"), "Anna"), "{name}: gone at the source");
        let page = found("q=joerg&view=changed");
        assert!(lists(&page, "Jörg") && !lists(&page, "Joerg2"), "{name}: {page}");
        // By the field: whoever is new changes none.
        let page = found("field=first_name");
        assert!(lists(&page, "Jörg") && !lists(&page, "Jürgen") && !lists(&page, "Joerg2"), "{name}: {page}");
        assert!(page.contains("value=\"first_name\" selected"), "{name}: {page}");
        assert!(lists(&found("field=last_name&q=jurgen"), "Jürgen"), "{name}");
        for query in ["q=nobody", "q=joerg&field=last_name", "q=anna&view=groups"] {
            let page = found(query);
            assert!(page.contains("Keine Änderung passt dazu."), "{name} {query}: {page}");
            assert!(
                page.contains("Änderungen anwenden"),
                "{name} {query}: what is looked for is not what is applied"
            );
        }
        // By a former name, which is said.
        let book = &firm.book;
        let id = book.entries_by_key(&Key::of("joerg.test@muster.example").unwrap()).unwrap()[0].contact.id;
        for name in ["Neumann", "Altmann"] {
            firm.house.later(1_000);
            book.edit_contact(id, &[(Field::LastName, Some(name.into()))], firm.house.now()).unwrap();
        }
        owner.done("/c/muster/plan/look", &[]);
        let page = found("q=neumann");
        assert!(
            page.contains(">Jörg Altmann<") && page.contains("früher Jörg Neumann, Neumann"),
            "{name}: {page}"
        );
    }
}

#[test]
fn w1_what_is_found_is_turned_page_by_page() {
    for firm in Firm::each() {
        let owner = firm.owner();
        let mut names: Vec<String> = (0..60).map(|n| format!("Person{n}")).collect();
        names.push("Anna".into());
        firm.hire(&names.iter().map(String::as_str).collect::<Vec<_>>());
        owner.done("/c/muster/plan/look", &[]);
        let first = owner.get("/c/muster/plan?q=person").text;
        assert!(first.contains("1–50 von 60") && first.contains("plan?q=person&#38;page=2"), "{first}");
        let second = owner.get("/c/muster/plan?q=person&page=2").text;
        assert!(second.contains("51–60 von 60"), "{}: {second}", firm.house.name());
        assert!(owner.get("/c/muster/plan?q=person&page=99").text.contains("51–60 von 60"));
    }
}
