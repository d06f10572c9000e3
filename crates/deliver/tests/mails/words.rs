//! What mails say, to whom in which language, and links that let somebody in.

use model::Role;
use serde_json::json;
use store::{MailState, NewAccount, Reach, Token};

use super::server::Smtp;
use super::support::{bench, benches, round};

fn owner(email: &str) -> NewAccount {
    NewAccount {
        role: Role::Owner,
        reach: Reach::All,
        name: "Anna".into(),
        email: email.into(),
        password: None,
    }
}

/// Every kind as it is posted.
fn kinds() -> Vec<(&'static str, serde_json::Value)> {
    let error = json!({"en": "no connection to Microsoft", "de": "keine Verbindung zu Microsoft"});
    vec![
        ("removed_contacts", json!({"customer": "muster", "plan": 3, "count": 2})),
        ("held_operations", json!({"customer": "muster", "new": 14})),
        ("plan_waiting", json!({"customer": "muster", "operations": 120})),
        (
            "no_good_run",
            json!({"customer": "muster", "why": "silent", "since": "2026-11-18T02:00:00Z", "time_zone": "Europe/Berlin", "error": null}),
        ),
        ("run_failed", json!({"customer": "muster", "at": 1_795_161_600_000_i64, "error": error})),
        ("credential_ends", json!({"customer": "muster", "ends": 1_797_580_800_000_i64, "left": 28})),
    ]
}

#[test]
fn w12_every_kind_of_notice_is_whole_in_both_languages_and_says_what_to_do() {
    let smtp = Smtp::plain();
    let bench = bench();
    bench.by(&smtp.settings(), "");
    bench.store.set_setting("name", "Betreiber GmbH").unwrap();
    let mut said = Vec::new();
    for language in ["de", "en"] {
        bench.book.set_setting("language", language).unwrap();
        for (kind, body) in kinds() {
            bench.post(kind, &body, &["it@muster.example"]);
            assert_eq!(bench.round(), round(1, 0, 0), "{kind}");
            let taken = smtp.next();
            let (text, html) = (taken.text(), taken.html());
            for whole in [&text, &html] {
                assert!(whole.contains("https://whoswho.example/c/muster"), "{whole}");
                assert!(whole.contains("Müster") && whole.contains("Betreiber GmbH · Whoswho"), "{whole}");
                assert!(!whole.contains("{c}") && !whole.contains("null"), "{whole}");
            }
            said.push((kind, language, taken.subject(), text));
        }
    }
    let (german, english) = said.split_at(kinds().len());
    for (de, en) in german.iter().zip(english) {
        assert_ne!((&de.2, &de.3), (&en.2, &en.3), "{}", de.0);
    }
    let of = |kind: &str, language: &str| said.iter().find(|one| one.0 == kind && one.1 == language).unwrap();
    assert_eq!(of("credential_ends", "de").2, "Müster & Söhne: Zugang zu Microsoft 365 läuft in 28 Tagen ab");
    assert!(of("credential_ends", "de").3.contains("am 18.12.2026"), "{}", of("credential_ends", "de").3);
    assert!(of("run_failed", "de").3.contains("20.11.2026, 09:00 Uhr"), "by the customer's clock");
    assert!(of("run_failed", "de").3.contains("keine Verbindung zu Microsoft"));
    assert!(of("run_failed", "en").3.contains("20 November 2026, 09:00"));
    assert!(of("no_good_run", "de").3.contains("18.11.2026, 03:00 Uhr"));
    assert_eq!(of("removed_contacts", "en").2, "Müster & Söhne: 2 contacts removed");
    assert!(!of("removed_contacts", "en").3.contains("\n- "), "only their number");
}

#[test]
fn w12_somebody_with_an_account_reads_mails_in_its_language_and_others_as_whoever_names_them() {
    for bench in benches() {
        let smtp = Smtp::plain();
        bench.by(&smtp.settings(), "");
        let anna = owner("anna@muster.example");
        let anna = bench.store.add_account(&anna, bench.now()).unwrap();
        bench.store.set_look(anna.id, "en", "").unwrap();
        bench.store.set_setting("notify.to", "desk@operator.example").unwrap();
        bench.store.set_setting("language", "en").unwrap();
        bench.book.set_setting("notify.to", "it@muster.example").unwrap();
        bench.book.set_setting("language", "de").unwrap();
        let to = ["Anna@muster.example", "it@muster.example", "desk@operator.example"];
        bench.post("held_operations", &json!({"customer": "muster", "new": 1}), &to);
        assert_eq!(bench.round(), round(3, 0, 0));
        let german: Vec<bool> = (0..3).map(|_| smtp.next().subject().contains("zurückgehalten")).collect();
        assert_eq!(german, [false, true, false], "{}", bench.name);
    }
}

#[test]
fn a_link_for_a_new_password_is_made_when_it_leaves_the_house_and_of_two_tries_only_the_last_works() {
    for bench in benches() {
        let smtp = Smtp::plain();
        bench.by(&smtp.settings(), "");
        let anna = owner("busy-1@muster.example");
        let anna = bench.store.add_account(&anna, bench.now()).unwrap();
        let mail = store::Mail {
            kind: "password_reset",
            body: json!({"account": anna.id.0}).to_string(),
            to: vec!["busy-1@muster.example".into()],
        };
        bench.store.post(&mail, bench.now()).unwrap();
        assert_eq!(bench.round(), round(0, 1, 0));
        bench.wait(1);
        assert_eq!(bench.round(), round(1, 0, 0));
        let text = smtp.next().text();
        let token = text.split("https://whoswho.example/link/").nth(1).unwrap().split('\n').next().unwrap();
        let token = Token::of(token).unwrap();
        assert!(bench.store.sign_in_by_link(&token, "x", bench.now()).unwrap().is_some(), "{}", bench.name);
        assert!(bench.store.sign_in_by_link(&token, "x", bench.now()).unwrap().is_none());
        bench.store.post(&mail, bench.now()).unwrap();
        let other = store::Mail { to: vec!["somebody@else.example".into()], ..mail.clone() };
        bench.store.post(&other, bench.now()).unwrap();
        assert_eq!(bench.round(), round(1, 0, 1), "an account's link goes to its own address only");
        assert_eq!(bench.mails()[2].state, MailState::Failed);
        bench.wait(61);
        let text = smtp.next().text();
        let token = text.split("https://whoswho.example/link/").nth(1).unwrap().split('\n').next().unwrap();
        assert!(
            bench.store.sign_in_by_link(&Token::of(token).unwrap(), "x", bench.now()).unwrap().is_none(),
            "an hour"
        );
    }
}
