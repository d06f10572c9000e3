//! All customers on one page, and one of them at a glance (W9, W17).

use std::collections::BTreeSet;

use axum::http::StatusCode;
use model::{Role, Timestamp};
use store::{Granted, MasterData, Reach};
use sync::Office;

use crate::support::{Browser, House};
use crate::tenant::Firm;

/// Names of customers in the order in which a page lists them.
fn listed(page: &str) -> Vec<String> {
    let table = page.split("<tbody").nth(1).unwrap_or_default();
    let cells = table.split("class=\"tab k").skip(1);
    cells.map(|cell| cell.split("\">").nth(2).unwrap().split('<').next().unwrap().to_owned()).collect()
}

fn page(browser: &Browser<'_>, path: &str) -> String {
    let got = browser.get(path);
    assert_eq!(got.status, StatusCode::OK, "{path}: {}", got.text);
    got.text
}

#[test]
fn w9_hundreds_of_customers_are_listed_page_by_page_with_as_many_statements_as_three() {
    for house in House::each() {
        let owner = house.signed_in(Role::Owner, Reach::All, &[]);
        let reads = |path: &str| {
            let before = house.store.stats().reads;
            let text = page(&owner, path);
            (house.store.stats().reads - before, text)
        };
        let (book, _) = house.customer("a", "Alpha", "Anna");
        let one = house.signed_in(Role::Owner, Reach::Chosen, &[&book]);
        house.store.many_customers(299, house.now()).unwrap();
        page(&one, "/customers");
        let before = house.store.stats().reads;
        let text = page(&one, "/customers");
        let few = house.store.stats().reads - before;
        assert_eq!(listed(&text), ["Alpha"], "{}", house.name());
        assert!(!text.contains("class=\"tiles\""), "one needs no tiles");
        let (many, text) = reads("/customers");
        assert_eq!(many, few, "{}: statements do not grow with customers", house.name());
        assert!(text.contains("1–50 von 300") && listed(&text).len() == 50, "{}: {text}", house.name());
        let last = page(&owner, "/customers?page=99");
        assert!(last.contains("251–300 von 300") && last.contains("page=5"), "{}", house.name());
        // Every customer is on exactly one page.
        let all: std::collections::BTreeSet<String> =
            (1..=6).flat_map(|n| listed(&page(&owner, &format!("/customers?sort=name&page={n}")))).collect();
        assert_eq!(all.len(), 300, "{}", house.name());
    }
}

#[test]
fn w9_the_worst_come_first_and_every_column_sorts_by_links() {
    for house in House::each() {
        house.store.many_customers(120, house.now()).unwrap();
        let owner = house.signed_in(Role::Owner, Reach::All, &[]);
        let text = page(&owner, "/customers");
        let state = |text: &str| -> Vec<String> {
            let cells = text.split("class=\"state ").skip(1);
            cells
                .map(|cell| cell.split("<span>").nth(1).unwrap().split('<').next().unwrap().to_owned())
                .collect()
        };
        let states = state(&text);
        assert_eq!(states[0], "Zugang abgelaufen", "{}: {states:?}", house.name());
        let place = |word: &str| states.iter().position(|state| state == word).unwrap();
        assert!(place("Recht fehlt") < place("Ohne guten Lauf"), "{states:?}");
        assert!(place("Ohne guten Lauf") < place("Wartet auf Sie"), "{states:?}");
        assert!(text.contains("aria-sort=\"descending\"><a href=\"/customers?sort=-state\""), "{text}");
        let reversed = state(&page(&owner, "/customers?sort=-state"));
        assert_eq!(reversed[0], "Nicht verbunden", "{}", house.name());

        let names = listed(&page(&owner, "/customers?sort=name"));
        assert!(names[0].starts_with("Ärztehaus") && names[45].starts_with("Müller"), "{names:?}");
        assert!(listed(&page(&owner, "/customers?sort=-name"))[0].starts_with("Zimmerei"));
        let held = page(&owner, "/customers?sort=held");
        let rows: Vec<&str> = held.split("<tr role=\"row\"><th").skip(2).collect();
        let holds = |row: &&str| row.contains("class=\"badge held\"");
        assert!(rows[..5].iter().all(holds) && !rows[5..].iter().any(holds), "{}", house.name());
        for sort in ["good", "changes", "findings", "access", "-access", "nothing"] {
            assert_eq!(listed(&page(&owner, &format!("/customers?sort={sort}"))).len(), 50, "{sort}");
        }
        // What is asked for stays while it is sorted anew, and while pages are turned.
        let held = page(&owner, "/customers?q=mueller&view=good&sort=findings");
        assert!(held.contains("?q=mueller&#38;view=good&#38;sort=-findings"), "{held}");
        assert!(listed(&held).iter().all(|name| name.starts_with("Müller")), "{}", house.name());
        let by_domain = listed(&page(&owner, "/customers?q=k17.example"));
        assert_eq!(by_domain, ["Zimmerei 17"], "{}", house.name());
        assert!(page(&owner, "/customers?q=nobody").contains("Kein Kunde passt dazu."));
        let waiting = page(&owner, "/customers?view=held");
        assert!(waiting.contains("1–5 von 5") && waiting.contains("selected>Wartet auf Sie"), "{waiting}");
        let english = Browser { language: "en", ..house.signed_in(Role::Owner, Reach::All, &[]) };
        assert!(page(&english, "/customers").contains("Access expired"), "{}", house.name());
    }
}

#[test]
fn w9_who_looks_after_chosen_customers_sees_only_these() {
    for house in House::each() {
        house.store.many_customers(60, house.now()).unwrap();
        let chosen = ["kunde-3", "kunde-35"].map(|slug| house.store.book(slug).unwrap().unwrap());
        let technician = house.signed_in(Role::Technician, Reach::Chosen, &[&chosen[0], &chosen[1]]);
        for path in ["/customers", "/customers?todo=1", "/customers?sort=-name&page=2"] {
            let text = page(&technician, path);
            assert_eq!(listed(&text).len(), 2, "{} {path}", house.name());
            assert!(!text.contains("kunde-7\"") && text.contains("1 von 2 Kunden"), "{path}: {text}");
        }
        let nobody = house.signed_in(Role::Observer, Reach::Chosen, &[]);
        assert!(page(&nobody, "/customers").contains("Noch kein Kunde."), "{}", house.name());
    }
}

#[test]
fn w17_what_needs_somebody_stands_first_with_the_button_that_solves_it() {
    for house in House::each() {
        house.store.many_customers(240, house.now()).unwrap();
        let owner = house.signed_in(Role::Owner, Reach::All, &[]);
        let todo = |text: &str| {
            let list = text.split("class=\"todo\"").nth(1).unwrap().split("</ul>").next().unwrap();
            list.split("<li>").skip(1).map(ToOwned::to_owned).collect::<Vec<_>>()
        };
        let text = page(&owner, "/customers");
        let lines = todo(&text);
        assert_eq!(lines.len(), 8, "{}", house.name());
        let first = &lines[0];
        assert!(first.contains("Zugang abgelaufen") && first.contains("/connection/renew\""), "{first}");
        let all = todo(&page(&owner, "/customers?todo=1"));
        assert!(all.len() > 30 && text.contains("todo=1"), "{}: {}", house.name(), all.len());
        // All of it comes page by page, each line once.
        let mut seen: Vec<String> = Vec::new();
        let mut next = Some("/customers?todo=1".to_owned());
        while let Some(path) = next {
            let text = page(&owner, &path);
            let lines = todo(&text);
            assert!(lines.len() <= 50, "{}: {}", house.name(), lines.len());
            seen.extend(lines);
            let pager = text.split("class=\"todo\"").nth(1).unwrap().split("</section>").next().unwrap();
            let to = pager.split("<a href=\"").skip(1).find(|link| link.contains("rel=\"next\""));
            next = to.map(|link| link.split('"').next().unwrap().replace("&#38;", "&"));
        }
        let told: BTreeSet<&String> = seen.iter().collect();
        assert!(told.len() == seen.len() && seen.len() > all.len(), "{}: {}", house.name(), seen.len());
        for (what, href) in [
            ("Berechtigung fehlt: GroupMember.Read.All", "/connection\""),
            ("Kein guter Lauf seit", "/runs\""),
            ("3 Änderungen zurückgehalten", "/plan\""),
            ("Zugang läuft in 12 Tagen ab", "/connection/renew\""),
        ] {
            let line = all.iter().find(|line| line.contains(what)).unwrap_or_else(|| panic!("{what}"));
            assert!(line.contains(href), "{}: {line}", house.name());
        }
        // Who may not connect anew is led to where it is told how it stands.
        let observer = house.signed_in(Role::Observer, Reach::All, &[]);
        assert!(!page(&observer, "/customers?todo=1").contains("/connection/renew"), "{}", house.name());
    }
}

#[test]
fn w9_a_withdrawn_permission_is_seen_by_everybody_who_looks() {
    for firm in Firm::each() {
        let (owner, name) = (firm.owner(), firm.house.name());
        firm.hire(&["Anna"]);
        let granted = || firm.book.connection().unwrap().unwrap().granted;
        assert_eq!(granted(), None, "{name}: nobody has asked yet");
        assert!(page(&owner, "/customers").contains("Rechte nicht bekannt"), "{name}");
        owner.done("/c/muster/run", &[]);
        assert!(
            granted().is_some_and(|granted| granted.missing.is_empty()),
            "{name}: told by the run's token"
        );
        firm.tenant.revoke("GroupMember.Read.All");
        owner.done("/c/muster/connection/check", &[]);
        let missing = Granted { missing: vec!["GroupMember.Read.All".into()], ..granted().unwrap() };
        assert_eq!(granted(), Some(missing), "{name}");
        for (path, said) in [
            ("/customers?view=missing", "Recht fehlt"),
            ("/customers", "ein Recht fehlt"),
            ("/c/muster", "Berechtigung fehlt: GroupMember.Read.All"),
            ("/c/muster/connection", "ein Recht fehlt: GroupMember.Read.All"),
        ] {
            let text = page(&owner, path);
            assert!(text.contains(said), "{name} {path}: {text}");
        }
        firm.tenant.grant("GroupMember.Read.All");
        firm.tenant.grant("Mail.Send");
        owner.done("/c/muster/connection/check", &[]);
        assert!(page(&owner, "/customers?view=missing").contains("Kein Kunde passt dazu."), "{name}");
        assert!(page(&owner, "/c/muster").contains("ein Recht zu viel: Mail.Send"), "{name}");
    }
}

#[test]
fn s2_permissions_are_listed_lastingly_granted_missing_and_too_many() {
    for firm in Firm::each() {
        let (owner, name) = (firm.owner(), firm.house.name());
        firm.hire(&["Anna"]);
        firm.tenant.revoke("Member.Read.Hidden");
        firm.tenant.grant("Mail.Send");
        owner.done("/c/muster/connection/check", &[]);
        // The check itself is no more at hand: another job has come since.
        owner.done("/c/muster/run", &[]);
        let text = page(&owner, "/c/muster/connection");
        let list = text.split("id=\"pm\"").nth(1).unwrap_or_else(|| panic!("{name}: {text}"));
        let line = |permission: &str| {
            let line = list.split("<tr ").find(|row| row.contains(&format!(">{permission}</th>")));
            line.unwrap_or_else(|| panic!("{name}: no line for {permission}")).to_owned()
        };
        assert!(line("User.Read.All").contains(">erteilt<"), "{name}");
        let hidden = line("Member.Read.Hidden");
        assert!(hidden.contains("nicht erteilt; freiwillig: Mitglieder von Gruppen"), "{name}: {hidden}");
        assert!(line("Mail.Send").contains("entziehen"), "{name}");
        firm.tenant.revoke("Mail.Send");
        owner.done("/c/muster/connection/check", &[]);
        let fleet = page(&owner, "/customers");
        assert!(fleet.contains("ein freiwilliges Recht fehlt"), "{name}: {fleet}");
        let english = Browser { language: "en", ..firm.owner() };
        assert!(page(&english, "/customers").contains("one optional permission missing"), "{name}");
    }
}

#[test]
fn s2_one_customer_at_a_glance_with_its_runs_as_picture_and_table() {
    for firm in Firm::each() {
        // Runs go by the real clock.
        firm.house.later(Office::now().0 - firm.house.now().0);
        let (owner, name) = (firm.owner(), firm.house.name());
        let empty = page(&owner, "/c/muster");
        assert!(empty.contains("Noch kein Lauf.") && !empty.contains("class=\"chart\""), "{name}: {empty}");
        firm.hire(&["Anna", "Berta", "Carla"]);
        owner.done("/c/muster/run", &[]);
        let text = page(&owner, "/c/muster");
        assert!(
            text.contains("Läufe der letzten 30 Tage") && text.contains("ein Lauf mit Ergebnis"),
            "{text}"
        );
        assert!(text.contains("keiner fehlgeschlagen"), "{name}: {text}");
        assert!(text.contains("class=\"f-new\" x=\"702\"") && !text.contains("style="), "{name}: {text}");
        assert!(text.contains("am meisten am") && text.contains("Als Tabelle"), "{name}: {text}");
        let row = text.split("<tbody><tr>").nth(1).unwrap().split("</tr>").next().unwrap();
        let figures: Vec<&str> =
            row.split("class=\"num\">").skip(1).map(|c| c.split('<').next().unwrap()).collect();
        assert_eq!(
            figures[..6],
            ["1", "3", "0", "0", "0", "0"],
            "{name}: runs, new, changed, removed, held, failed"
        );
        assert!(text.contains("eigene App des Kunden") && text.contains("wie nötig"), "{name}: {text}");
        let strip = page(&owner, "/customers");
        assert!(strip.contains("In 14 Tagen: ein Tag mit Änderungen"), "{name}: {strip}");
        assert!(strip.contains("<span>+3"), "{name}: {strip}");
        let english = Browser { language: "en", ..firm.owner() };
        assert!(page(&english, "/c/muster").contains("Runs of the last 30 days"), "{name}");
    }
}

#[test]
fn s2_an_access_that_ends_is_told_before_it_does_and_what_it_means_then() {
    for firm in Firm::each() {
        let (owner, name) = (firm.owner(), firm.house.name());
        let connection = firm.book.connection().unwrap().unwrap().id;
        let ends = |days: i64| {
            let ends = Timestamp(firm.house.now().0 + days * 86_400_000);
            let data = MasterData { credential_end: Some((connection, Some(ends))), ..MasterData::default() };
            firm.book.set_master_data(&data).unwrap();
        };
        ends(31);
        assert!(!page(&owner, "/c/muster").contains("Zugang läuft in"), "{name}");
        ends(6);
        let text = page(&owner, "/c/muster");
        assert!(
            text.contains("Zugang läuft in 6 Tagen ab") && text.contains("class=\"m2\""),
            "{name}: {text}"
        );
        assert!(page(&owner, "/customers?view=access").contains("noch 6 Tage"), "{name}");
        ends(-1);
        let text = page(&owner, "/c/muster");
        assert!(text.contains("Zugang abgelaufen") && text.contains("bis Sie den Zugang erneuern"), "{text}");
        let of = |role| firm.house.signed_in(role, Reach::Own(firm.book.customer.id), &[]);
        let text = page(&of(Role::Reader), "/c/muster");
        assert!(text.contains("Verbindung öffnen") && !text.contains("/connection/renew"), "{name}: {text}");
        // Switched off is not the same as not connected.
        firm.book.set_policy(&[("active".to_owned(), "off".to_owned())]).unwrap();
        let text = page(&owner, "/c/muster");
        assert!(text.contains("Der Abgleich ist abgeschaltet"), "{name}: {text}");
        assert!(page(&owner, "/customers").contains("Abgeschaltet"), "{name}");
    }
}

/// Names of customers that the page for switching offers, and where they lead.
fn offered(page: &str) -> Vec<(String, String)> {
    let list = page.split("id=\"to-customers\"").nth(1).unwrap().split("</section>").next().unwrap();
    let links = list.split("<a href=\"").skip(1).filter(|link| link.contains("class=\"nm\""));
    links
        .map(|link| {
            let name = link.split("class=\"nm\">").nth(1).unwrap().split('<').next().unwrap();
            (name.to_owned(), link.split('"').next().unwrap().to_owned())
        })
        .collect()
}

#[test]
fn w9_two_customers_of_one_name_are_told_apart_wherever_they_are_chosen() {
    for house in House::each() {
        house.customer("d", "Delta", "Anna");
        house.customer("e", "Epsilon", "Anna");
        let owner = house.signed_in(Role::Owner, Reach::All, &[]);
        let twin = [("name", "delta"), ("slug", "delta-nord")];
        let asked = owner.post("/customers/add", &twin);
        assert_eq!(asked.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", house.name());
        assert!(asked.text.contains("gibt es schon: Delta (d)."), "{}", asked.text);
        assert!(owner.get("/customers/switch?q=delta").text.contains("<span class=\"nm\">Delta</span>"));
        owner.post("/customers/add", &[twin[0], twin[1], ("also", "delta")]);
        let found = page(&owner, "/customers/switch?q=delta");
        assert!(
            found.contains("Delta <span class=\"muted small\">d</span>")
                && found.contains(">delta-nord</span>"),
            "{found}"
        );
        let list = page(&owner, "/customers");
        assert!(list.contains(" · delta-nord</span>") && !list.contains(" · e</span>"), "{list}");
    }
}

#[test]
fn w9_another_customer_is_one_of_the_last_four_or_found_by_a_part_of_the_name() {
    for house in House::each() {
        let owner = house.signed_in(Role::Owner, Reach::All, &[]);
        assert_eq!(offered(&page(&owner, "/customers/switch")), [], "nothing was looked at yet");
        let names = ["Alpha", "Beta", "Bäckerei Müller", "Delta", "Epsilon", "Zeta"];
        let books: Vec<_> = ["a", "b", "c", "d", "e", "f"]
            .into_iter()
            .zip(names)
            .map(|(slug, name)| house.customer(slug, name, "Anna").0)
            .collect();
        for slug in ["a", "b", "c", "d", "e", "a", "f"] {
            page(&owner, &format!("/c/{slug}"));
        }
        let names =
            |path: &str| offered(&page(&owner, path)).into_iter().map(|one| one.0).collect::<Vec<_>>();
        assert_eq!(names("/customers/switch?now=f"), ["Alpha", "Epsilon", "Delta", "Bäckerei Müller"]);
        // The same kind of page of another customer, and nothing that an address makes up.
        let found = offered(&page(&owner, "/customers/switch?q=mueller&kind=plan"));
        assert_eq!(found, [("Bäckerei Müller".to_owned(), "/c/c/plan".to_owned())]);
        let found = offered(&page(&owner, "/customers/switch?q=alp&kind=//x.example"));
        assert_eq!(found, [("Alpha".to_owned(), "/c/a".to_owned())]);
        // The button leads to the only one who is meant, and offers several.
        let got = owner.get("/customers/switch?q=zet&kind=book&go=1");
        assert_eq!((got.status, got.to.as_str()), (StatusCode::SEE_OTHER, "/c/f/book"));
        let got = owner.get("/customers/switch?q=&go=1");
        assert_eq!(got.status, StatusCode::OK);
        for nobody in ["nobody", "-"] {
            assert_eq!(names(&format!("/customers/switch?q={nobody}")), [""; 0], "{nobody}");
        }
        let menu = page(&owner, "/customers/switch?q=mueller&kind=plan");
        assert_eq!(menu.matches("id=\"to-customers\"").count(), 1, "the menu has a list of its own");
        assert!(menu.contains("id=\"menu-customers\"") && !menu.contains("value=\"switch\""), "{menu}");
        // What is out of reach is neither remembered nor found.
        let technician = house.signed_in(Role::Technician, Reach::Chosen, &[&books[1], &books[3]]);
        assert_eq!(technician.get("/c/a").status, StatusCode::NOT_FOUND);
        page(&technician, "/c/b");
        page(&technician, "/c/d");
        let theirs =
            |path: &str| offered(&page(&technician, path)).into_iter().map(|one| one.0).collect::<Vec<_>>();
        assert_eq!(theirs("/customers/switch"), ["Delta", "Beta"]);
        assert_eq!(theirs("/customers/switch?q=alpha"), [""; 0]);
        let me =
            house.store.accounts().unwrap().into_iter().find(|one| one.role == Role::Technician).unwrap();
        house.store.choose_customers(me.id, &[books[3].customer.id]).unwrap();
        assert_eq!(theirs("/customers/switch"), ["Delta"], "{}", house.name());
        // Of many some are offered, with the way to all of them.
        house.store.many_customers(20, house.now()).unwrap();
        let text = page(&owner, "/customers/switch?q=kunde");
        assert_eq!(offered(&text).len(), 8);
        assert!(
            text.contains("20 Kunden gefunden") && text.contains("In der Liste aller Kunden suchen"),
            "{text}"
        );
    }
}

#[test]
fn w9_a_customer_is_found_by_a_domain_of_its_tenant_where_no_name_is_meant() {
    for firm in Firm::each() {
        let owner = firm.owner();
        owner.done("/c/muster/run", &[]);
        let found = offered(&page(&owner, "/customers/switch?q=muster.example"));
        assert_eq!(found.len(), 1, "{}", firm.house.name());
    }
}
