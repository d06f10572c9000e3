//! Through a mail server.

use serde_json::json;
use store::{MailSecurity, MailState};

use super::server::{PASSWORD, Smtp, USER};
use super::support::{bench, benches, round};

#[test]
fn s5_a_mail_about_removed_contacts_arrives_by_starttls_with_every_line_and_one_button() {
    let smtp = Smtp::guarded(MailSecurity::StartTls);
    for bench in benches() {
        bench.by(&smtp.settings(), PASSWORD);
        let lines: Vec<_> = (0..40)
            .map(|n| json!({"contact": null, "name": format!("Jörg Ä{n}"), "email": format!("j{n}@muster.example"), "reason": "deleted"}))
            .collect();
        let body = json!({"customer": "muster", "plan": 7, "count": 40, "removed": lines});
        bench.post(
            "removed_contacts",
            &body,
            &["it@muster.example", "IT@muster.example", "desk@operator.example"],
        );
        bench.store.set_setting("notify.to", "desk@operator.example").unwrap();
        bench.store.set_setting("language", "en").unwrap();
        bench.book.set_setting("notify.to", "it@muster.example").unwrap();
        bench.book.set_setting("language", "de").unwrap();
        assert_eq!(bench.round(), round(2, 0, 0), "{}: each address once", bench.name);
        let (german, english) = (smtp.next(), smtp.next());
        assert!(german.is_guarded() && german.user() == Some(USER));
        assert_eq!((german.to(), english.to()), ("it@muster.example", "desk@operator.example"));
        assert_eq!(german.subject(), "Müster & Söhne: 40 Kontakte entfernt");
        assert_eq!(english.subject(), "Müster & Söhne: 40 contacts removed");
        let (text, html) = (german.text(), german.html());
        for n in 0..40 {
            let line = format!("- Jörg Ä{n} <j{n}@muster.example>: in Microsoft 365 gelöscht\n");
            assert!(text.contains(&line), "{text}");
            assert!(html.contains(&format!(">j{n}@muster.example<")), "{html}");
        }
        let link = "https://whoswho.example/c/muster/bin?plan=7";
        assert!(text.contains(link) && html.contains(&format!("href=\"{link}\"")), "{text}");
        assert_eq!(html.matches("<a ").count(), 1, "one button");
        assert!(english.text().contains("deleted in Microsoft 365"), "{}", english.text());
        let message = german.message();
        let from = message.from().unwrap().first().unwrap();
        assert_eq!(from.name(), Some("Betreiber, Müller & Co."));
        assert_eq!(from.address(), Some("whoswho@operator.example"));
        assert!(german.raw().contains("Auto-Submitted: auto-generated"));
        assert_eq!(bench.round(), round(0, 0, 0), "once");
        assert!(bench.states().iter().all(|(state, why)| *state == MailState::Sent && why.is_empty()));
    }
}

#[test]
fn mails_go_by_tls_from_the_first_byte_on_and_in_the_clear_to_a_relay() {
    for (smtp, password) in [(Smtp::guarded(MailSecurity::Tls), PASSWORD), (Smtp::plain(), "")] {
        let bench = bench();
        bench.by(&smtp.settings(), password);
        for n in 1..=60 {
            bench.post("held_operations", &json!({"customer": "muster", "new": n}), &["it@muster.example"]);
        }
        assert_eq!(bench.round(), round(50, 0, 0), "a round is bounded");
        assert_eq!(bench.round(), round(10, 0, 0));
        let first = smtp.next();
        assert_eq!(first.is_guarded(), !password.is_empty());
        assert_eq!(first.subject(), "Müster & Söhne: 1 Änderung ist zurückgehalten");
        assert_eq!(
            smtp.next().subject(),
            "Müster & Söhne: 2 Änderungen sind zurückgehalten",
            "in their order"
        );
        for _ in 3..=60 {
            smtp.next();
        }
        assert!(smtp.is_quiet());
    }
}
