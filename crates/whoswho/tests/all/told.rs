//! What commands say when something fails, is held or is not known: each piece of advice can be followed, and no document
//! claims what nobody knows.

use serde_json::{Value, json};

use crate::support::{Desk, Office, has, person};

fn connect(office: &Office, secret: &str) -> Value {
    let file = office.desk.file("secret.txt", secret);
    let (tenant, client) = (office.tenant.id(), office.tenant.client_id());
    let (login, graph) = (office.server.login_url(), office.server.graph_url());
    let ids = ["connect", "muster", "--tenant-id", &tenant, "--client-id", &client];
    let more = ["--client-secret-file", &file, "--login-url", &login, "--graph-url", &graph];
    office.desk.json(&[&ids[..], &more].concat())
}

fn fails(document: &Value, code: i64, own: &str) {
    has(document, own);
    has(document, "error, advice, exit_code");
    assert_eq!(document["exit_code"], code, "{document}");
    assert!(document["error"].as_str().is_some_and(|error| !error.is_empty()), "{document}");
}

#[test]
fn a_document_of_a_command_that_failed_has_the_fields_of_every_failure() {
    for office in Office::each("told-failed") {
        let desk = &office.desk;
        let refused = connect(&office, "wrong");
        fails(&refused, 4, "customer, connected, check");
        assert_eq!(refused["advice"], refused["next"]);
        let good = connect(&office, &office.tenant.client_secret());
        assert_eq!((&good["connected"], good.get("exit_code")), (&json!(true), None), "{good}");
        let check = desk.json(&["check", "muster"]);
        assert_eq!((&check["passed"], check.get("error")), (&json!(true), None), "{check}");
        office.tenant.revoke_consent();
        fails(&desk.json(&["check", "muster"]), 4, "customer, passed, steps");
        assert_eq!(desk.json(&["doctor"]).get("exit_code"), None);
        std::fs::remove_file(desk.data.join("key")).unwrap();
        fails(&desk.json(&["doctor"]), 5, "version, healthy, steps");
        for (language, advice) in [("en", "key file"), ("de", "Schlüsseldatei")] {
            let told = desk.type_in(&["--language", language, "sync", "muster"]);
            assert_eq!((told.code, told.err.matches(advice).count()), (5, 1), "{}", told.err);
        }
    }
}

#[test]
fn setting_policy_keys_answers_those_and_no_others() {
    for desk in Desk::each("told-policy") {
        desk.good(&["customer", "add", "muster", "--name", "Muster"]);
        let keys = |line: &[&str]| {
            let told = desk.json(line);
            has(&told, "customer, preset, preset_from, keys");
            let keys = told["keys"].as_array().unwrap().iter();
            keys.map(|k| k["key"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(keys(&["policy", "set", "muster", "guard.count=4"]), ["guard.count"]);
        desk.good(&["policy", "set", "--operator", "guard.percent=7"]);
        assert_eq!(keys(&["policy", "set", "--operator", "guard.count=4"]), ["guard.count"]);
        assert!(keys(&["policy", "show", "muster"]).len() > 20);
    }
}

#[test]
fn w2_where_all_is_held_by_hand_the_advice_names_whom_to_release() {
    for office in Office::each("told-holds") {
        let anna = office.tenant.add_user(person("Anna", "Ast"));
        let berta = office.tenant.add_user(person("Berta", "Bach"));
        let office = office.connected();
        let desk = &office.desk;
        desk.good(&["sync", "muster"]);
        desk.good(&["hold", "muster", &anna]);
        let shown = desk.good(&["holds", "muster"]);
        assert!(shown.contains(&format!("`whoswho release muster {anna}`")), "{shown}");
        assert!(!shown.contains("reject muster --all"), "{shown}");
        desk.good(&["hold", "muster", &berta]);
        let shown = desk.good(&["--language", "de", "holds", "muster"]);
        assert!(shown.contains("`whoswho release muster PERSON` (oder --group GRUPPE) gibt frei"), "{shown}");
        desk.good(&["release", "muster", &anna]);
        assert!(desk.good(&["holds", "muster"]).contains(&berta));
    }
}

#[test]
fn a_pin_is_advised_by_the_contacts_id_for_its_address_has_just_changed() {
    for office in Office::each("told-pin") {
        office.tenant.add_user(person("Anna", "Ast"));
        let office = office.connected();
        let desk = &office.desk;
        for _ in 0..2 {
            desk.good(&["sync", "muster"]);
        }
        let id = desk.json(&["book", "muster"])[0]["id"].as_str().unwrap().to_owned();
        desk.good(&["policy", "set", "muster", "fields.email=always", "on_local_email_change=correct"]);
        let told =
            desk.type_in(&["contact", "set", "muster", "anna@muster.example", "email=neu@muster.example"]);
        assert!(told.err.contains(&format!("contact pin muster {id} email --why")), "{}", told.err);
        desk.good(&["contact", "pin", "muster", &id, "email", "--why", "so"]);
    }
}

#[test]
fn w11_of_somebody_who_is_kept_out_nothing_is_claimed() {
    for office in Office::each("told-kept-out") {
        let anna = office.tenant.add_user(person("Anna", "Ast"));
        let office = office.connected();
        let desk = &office.desk;
        desk.good(&["sync", "muster"]);
        desk.good(&["contact", "erase", "muster", &anna, "--yes"]);
        let users = desk.json(&["source", "users", "muster"]);
        let null = json!(null);
        let one = &users[0];
        assert_eq!(one["source_id"], json!(anna), "{users}");
        assert_eq!((&one["kind"], &one["enabled"], &one["licence"]), (&null, &null, &null), "{users}");
        for (language, listed, account) in [
            ("en", "unknown, kept out", "nothing is known of the account: must not come back"),
            ("de", "unbekannt, ausgeschlossen", "vom Konto ist nichts bekannt: darf nicht zurück"),
        ] {
            let shown = desk.good(&["--language", language, "source", "users", "muster"]);
            assert!(shown.contains(listed), "{shown}");
            let shown = desk.good(&["--language", language, "explain", "muster", &anna]);
            assert!(shown.contains(account), "{shown}");
        }
    }
}
