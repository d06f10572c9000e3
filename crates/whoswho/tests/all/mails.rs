//! By what mails leave the house, from the command line; and that what commands do is written down.

use std::net::TcpListener;

use serde_json::json;
use store::AuditOf;

use crate::support::{Desk, has};

#[test]
fn mails_are_set_up_tested_and_looked_at_without_the_pages() {
    for desk in Desk::each("mails") {
        let name = desk.engine();
        desk.good(&["customer", "add", "muster", "--name", "Muster GmbH"]);
        let mail = ["operator", "mail"];
        let shown = desk.json(&[mail[0], mail[1], "show"]);
        has(&shown, "way, host, port, security, user, has_password, from, name, waiting, failed");
        assert_eq!(shown["way"], json!(null), "{name}");
        let unset = desk.type_in(&[mail[0], mail[1], "test", "jana@operator.example"]);
        assert!(unset.code == 2 && unset.err.contains("operator mail set"), "{name}: {}", unset.err);

        // A port where nobody listens.
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port().to_string();
        let password = desk.file("mail.password", "geheim-geheim\n");
        let set = ["operator", "mail", "set", "--from", "whoswho@operator.example", "--host", "127.0.0.1"];
        let user = ["--user", "whoswho", "--password-file", &password];
        let clear = desk.type_in(&[&set[..], &["--security", "none"], &user].concat());
        assert!(clear.code == 2 && clear.err.contains("starttls or tls"), "{name}: {}", clear.err);
        desk.good(&[&set[..], &["--port", &port], &user].concat());
        let shown = desk.json(&[mail[0], mail[1], "show"]);
        assert_eq!((&shown["way"], &shown["has_password"]), (&json!("smtp"), &json!(true)), "{name}");
        assert!(!shown.to_string().contains("geheim"), "{name}");
        let away = desk.type_in(&[mail[0], mail[1], "test", "jana@operator.example"]);
        assert!(away.code == 1 && away.err.contains("does not answer"), "{name}: {} {}", away.code, away.err);
        assert_eq!(desk.json(&[mail[0], mail[1], "list"]), json!([]), "{name}");
        let none = desk.type_in(&[mail[0], mail[1], "again", "1.0"]);
        assert!(none.code == 2 && none.err.contains("operator mail list"), "{name}: {}", none.err);
        let graph = desk.type_in(&[&set[..5], &["--graph"]].concat());
        assert!(graph.code == 2 && graph.err.contains("operator app set"), "{name}: {}", graph.err);
        desk.good(&[mail[0], mail[1], "remove"]);
        assert_eq!(desk.json(&[mail[0], mail[1], "show"])["way"], json!(null), "{name}");

        let log = desk.store().audited(&AuditOf::default(), 10).unwrap();
        let deeds: Vec<_> = log.iter().rev().map(|row| (&*row.deed.what, &*row.deed.customer)).collect();
        let expected = [("customer add", "muster"), ("operator mail set", ""), ("operator mail remove", "")];
        assert_eq!(deeds, expected, "{name}: what was refused or only looked at is no deed");
    }
}
