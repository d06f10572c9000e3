//! Mail settings, the list of mails, forgotten passwords, and the log of who did what, from outside.

use axum::http::StatusCode;
use model::Role;
use serde_json::json;
use store::{
    Credentials, KeyRing, Mail, MailServer, MailState, MailWay, Password, Reach, Restore, Target,
    check_archives,
};

use crate::support::House;

const FORM: [(&str, &str); 7] = [
    ("way", "smtp"),
    ("sender", "whoswho@operator.example"),
    ("sender_name", "Betreiber"),
    ("host", "mail.example"),
    ("security", "starttls"),
    ("port", "587"),
    ("user", "whoswho"),
];

/// The form with these values instead.
fn with<'a>(instead: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let value = |(name, value): (&'a str, &'a str)| {
        (name, instead.iter().find(|(n, _)| *n == name).map_or(value, |(_, value)| *value))
    };
    let more = instead.iter().filter(|(name, _)| !FORM.iter().any(|(n, _)| n == name));
    FORM.into_iter().map(value).chain(more.copied()).collect()
}

/// Settings that no server answers to.
fn nowhere(house: &House) {
    let server = MailServer {
        way: MailWay::Graph,
        sender: "whoswho@operator.example".into(),
        sender_name: String::new(),
        has_password: false,
        changed_at: house.now(),
    };
    house.store.set_mail_server(&server, &Password::Is("".into()), house.now()).unwrap();
}

#[test]
fn mail_settings_are_kept_the_password_is_never_shown_and_what_is_wrong_stands_at_its_field() {
    for house in House::each() {
        let owner = house.signed_in(Role::Owner, Reach::All, &[]);
        let name = house.name();
        let saved = owner.post("/mail", &with(&[("password", "geheim-geheim")]));
        assert_eq!(saved.to, "/mail?said=saved", "{name}: {}", saved.text);
        let page = owner.get("/mail").text;
        assert!(
            page.contains("mail.example") && page.contains("Das hinterlegte Kennwort bleibt"),
            "{name}: {page}"
        );
        assert!(!page.contains("geheim-geheim"), "{name}");
        owner.post("/mail", &with(&[("sender_name", "Anders")]));
        assert!(house.store.mail_password().unwrap().is_some(), "{name}: it stays where none is typed");
        owner.post("/mail", &with(&[("host", "other.example")]));
        assert!(house.store.mail_password().unwrap().is_none(), "{name}: it goes to no other server");
        for (instead, told) in [
            (vec![("sender", "niemand")], "Das ist keine E-Mail-Adresse"),
            (vec![("host", "mail example")], "Bitte den Namen des Mailservers eingeben"),
            (vec![("port", "0")], "Der Port ist eine Zahl"),
            (vec![("security", "none")], "Ein Kennwort geht nicht unverschlüsselt"),
            (vec![("root", "nichts")], "Ein Zertifikat beginnt mit"),
            (vec![("user", ""), ("password", "x")], "gehört ein Benutzername"),
            (vec![("way", "graph")], "muss zuerst die App des Betreibers"),
        ] {
            let got = owner.post("/mail", &with(&instead));
            assert_eq!(got.status, StatusCode::UNPROCESSABLE_ENTITY, "{name}: {told}");
            assert!(got.text.contains(told), "{name}: {told}: {}", got.text);
        }
        assert_eq!(owner.post("/mail/remove", &[]).to, "/mail?said=removed");
        assert_eq!(house.store.mail_server().unwrap(), None, "{name}");
        let technician = house.signed_in(Role::Technician, Reach::All, &[]);
        assert_eq!(technician.get("/mail").status, StatusCode::FORBIDDEN, "{name}");
    }
}

#[test]
fn a_test_mail_tells_what_is_wrong_and_a_failed_mail_is_sent_again_from_the_list() {
    for house in House::each() {
        let (book, _) = house.customer("a", "Alpha", "x");
        let owner = house.signed_in(Role::Owner, Reach::All, &[]);
        let name = house.name();
        let body = json!({"customer": "a", "new": 2}).to_string();
        let to = vec!["it@muster.example".to_owned()];
        book.post(&Mail { kind: "held_operations", body, to }, house.now()).unwrap();
        let page = owner.get("/mail").text;
        assert!(page.contains("1 Mail wartet") && page.contains("it@muster.example"), "{name}: {page}");
        nowhere(&house);
        let got = owner.post("/mail/test", &[("to", "chef@operator.example")]);
        assert_eq!(got.status, StatusCode::UNPROCESSABLE_ENTITY, "{name}");
        assert!(got.text.contains("es gibt keine App des Betreibers"), "{name}: {}", got.text);
        let due = house.store.due_mails(house.now(), 10).unwrap().remove(0);
        let until = model::Timestamp(house.now().0 + 600_000);
        house.store.take_mail(&due.mail, until, house.now()).unwrap();
        let failed = (MailState::Failed, house.now());
        house.store.mail_is((due.mail.id, until), failed, ("refused", "550 <nobody>"), house.now()).unwrap();
        let page = owner.get("/mail").text;
        assert!(
            page.contains("fehlgeschlagen") && page.contains("Der Mailserver lehnt diese Mail ab."),
            "{name}: {page}"
        );
        assert!(page.contains("550 &#60;nobody&#62;"), "{name}: what a server says is text");
        let (outbox, n) = (due.mail.id.outbox.to_string(), due.mail.id.n.to_string());
        let again = owner.post("/mail/again", &[("outbox", &outbox), ("n", &n)]);
        assert_eq!(again.to, "/mail?said=again", "{name}");
        assert_eq!(house.store.due_mails(house.now(), 10).unwrap().len(), 1, "{name}");
    }
}

#[test]
fn a_forgotten_password_is_answered_alike_for_everybody_and_mailed_once_to_whoever_has_an_account() {
    for house in House::each() {
        let owner = house.signed_in(Role::Owner, Reach::All, &[]);
        let stranger = house.stranger();
        let name = house.name();
        assert!(stranger.get("/sign-in").text.contains("href=\"/forgotten\""), "{name}");
        assert!(
            stranger.get("/forgotten").text.contains("Mails lassen sich hier nicht verschicken"),
            "{name}"
        );
        nowhere(&house);
        let known = house.store.staff().unwrap().remove(0).email;
        let ask = |email: &str| stranger.post("/forgotten", &[("email", email)]);
        let (yes, no) = (ask(&known), ask("niemand@nirgends.example"));
        assert_eq!((yes.status, no.status), (StatusCode::OK, StatusCode::OK), "{name}");
        assert_eq!(yes.text.replace(&known, "X"), no.text.replace("niemand@nirgends.example", "X"), "{name}");
        ask(&known.to_uppercase());
        let mails = house.store.mails(10).unwrap();
        assert_eq!(
            (mails.len(), mails[0].kind.as_str(), mails[0].mail.address.as_str()),
            (1, "password_reset", &*known)
        );
        house.later(6 * 60_000);
        ask(&known);
        assert_eq!(house.store.mails(10).unwrap().len(), 2, "{name}: later once more");
        let account = house.store.staff().unwrap().remove(0).id.0;
        let sent = owner.post(&format!("/staff/{account}/mail"), &[]);
        assert!(sent.text.contains(&format!("Ein Link ist an {known} unterwegs")), "{name}: {}", sent.text);
    }
}

#[test]
fn who_did_what_when_stands_in_the_audit_log_with_before_and_after() {
    for house in House::each() {
        let (_, contact) = house.customer("a", "Alpha", "Anna");
        let owner = house.signed_in(Role::Owner, Reach::All, &[]);
        let name = house.name();
        owner.post("/mail", &with(&[]));
        owner.post("/mail", &with(&[("port", "nein")]));
        owner.post(&format!("/c/a/book/{contact}/delete"), &[("sure", "yes")]);
        owner.get("/c/a/book");
        let saved = owner.sets("/c/a/settings", &[("phone", "+49 40 1234"), ("language", "en")]);
        assert!(saved.to.ends_with("?said=saved"), "{name}: {}", saved.text);
        let log = house.store.audited(&store::AuditOf::default(), 10).unwrap();
        let deeds: Vec<_> = log.iter().map(|row| row.deed.what.as_str()).collect();
        let expected = ["/c/{customer}/settings", "/c/{customer}/book/{contact}/delete", "/mail"];
        assert_eq!(deeds[..3], expected, "{name}: what was refused or only looked at is no deed");
        let page = owner.get("/audit").text;
        for told in [
            "hat die Maileinstellungen geändert",
            "hat einen Kontakt in den Papierkorb gelegt",
            "hat die Stammdaten des Kunden geändert",
            "Sprache der Mails: – → en",
            ">phone<",
            "Jana Petersen",
            &format!("/c/a/book/{contact}"),
        ] {
            assert!(page.contains(told), "{name}: {told}: {page}");
        }
        assert!(!page.contains("+49 40 1234"), "{name}: contact data are of no concern to it");
        assert!(owner.get("/audit?q=jana").text.contains("hat die Maileinstellungen geändert"), "{name}");
        assert!(owner.get("/audit?q=niemand").text.contains("Kein Eintrag passt."), "{name}");
        let technician = house.signed_in(Role::Technician, Reach::All, &[]);
        for path in ["/audit", "/system"] {
            assert_eq!(technician.get(path).status, StatusCode::FORBIDDEN, "{name}: {path}");
        }
    }
}

#[test]
fn the_system_page_tells_how_it_is_and_gives_out_a_backup_that_can_be_restored() {
    for house in House::each() {
        let (_, _) = house.customer("a", "Alpha", "Anna");
        let owner = house.signed_in(Role::Owner, Reach::All, &[]);
        let name = house.name();
        let page = owner.get("/system").text;
        for told in [
            "Die Datenbank antwortet.",
            "Noch nie gesichert.",
            "Maileinstellungen fehlen",
            "versiegelt Neues",
        ] {
            assert!(page.contains(told), "{name}: {told}: {page}");
        }
        let engine = if name == "sqlite" { "SQLite" } else { "PostgreSQL" };
        assert!(page.contains(engine), "{name}: {page}");
        let got = owner.post("/system/backup", &[]);
        assert!(got.file.starts_with("attachment; filename=\"whoswho-2026-11-2"), "{name}: {}", got.file);
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), &got.bytes).unwrap();
        let order = Restore {
            from: file.path().to_owned(),
            kept_out: None,
            target: Target::Empty,
            credentials: Credentials::Drop,
        };
        let folder = tempfile::tempdir().unwrap();
        let keys = KeyRing::load(folder.path(), None).unwrap();
        check_archives(&order, &keys, &|_| ()).unwrap();
        assert!(
            owner.get("/system").text.contains("Eine Sicherung von höchstens einer Woche ist da."),
            "{name}"
        );
    }
}
