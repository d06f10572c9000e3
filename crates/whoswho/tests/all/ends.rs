//! When a credential ends: from Microsoft where it tells, else from whoever connects or knows it later. And what makes a
//! check fail.

use serde_json::{Value, json};

use crate::support::{Desk, Office, on_a_terminal, person};

/// A tenant that does not tell.
fn silent(name: &str) -> Vec<Office> {
    let silent = |office: Office| {
        office.tenant.revoke("Application.Read.All");
        office
    };
    Office::each(name).into_iter().map(silent).collect()
}

fn end(office: &Office) -> Value {
    end_of(&office.desk)
}

fn end_of(desk: &Desk) -> Value {
    desk.json(&["customer", "show", "muster"])["credential_ends_at"].clone()
}

fn credentials(office: &Office) -> Value {
    let doctor = office.desk.json(&["doctor"]);
    let steps = doctor["steps"].as_array().unwrap();
    steps.iter().find(|s| s["step"] == "credentials").unwrap().clone()
}

#[test]
fn where_microsoft_does_not_tell_the_end_is_typed_shown_and_changed() {
    for office in silent("ends-typed") {
        let desk = &office.desk;
        let file = desk.file("secret.txt", &office.tenant.client_secret());
        let connect = |more: &[&str]| {
            let credential = [&["--client-secret-file", &file], more].concat();
            office.connect_with("muster", &office.tenant, &credential)
        };
        assert_eq!(connect(&["--ends", "2020-01-01"]).code, 2, "it has passed");
        assert_eq!(connect(&["--ends", "soon"]).code, 2);
        let told = connect(&[]);
        assert_eq!(told.code, 0, "{}{}", told.out, told.err);
        assert!(told.out.contains("`whoswho customer set muster credential_ends=DAY`"), "{}", told.out);
        assert_eq!(end(&office), json!(null));
        assert!(credentials(&office)["text"].as_str().unwrap().contains("when these end: muster"));

        let told = connect(&["--ends", "2099-05-01"]);
        assert!(told.out.contains("ends on 2099-05-01, as somebody typed it"), "{}", told.out);
        assert_eq!(end(&office), json!("2099-05-01T21:59:59Z"), "{}", desk.engine());
        assert_eq!(desk.json(&["check", "muster"])["credential_ends_at"], "2099-05-01T21:59:59Z");
        assert_eq!(credentials(&office)["good"], true);

        for (line, code) in [("credential_ends=2020-01-01", 2), ("credential_ends=x", 2)] {
            assert_eq!(desk.type_in(&["customer", "set", "muster", line]).code, code);
        }
        let shown = desk.good(&["customer", "set", "muster", "credential_ends=2099-06-30", "city=Bonn"]);
        assert!(shown.contains("credential ends on 2099-06-30\n") && shown.contains("Bonn"), "{shown}");
        for (zone, end) in
            [("America/New_York", "2099-07-01T03:59:59Z"), ("Pacific/Auckland", "2099-06-30T11:59:59Z")]
        {
            desk.good(&["policy", "set", "muster", &format!("time_zone={zone}")]);
            desk.good(&["customer", "set", "muster", "credential_ends=2099-06-30"]);
            assert_eq!(end_of(desk), end, "{zone}");
            assert!(desk.good(&["customer", "show", "muster"]).contains("ends on 2099-06-30\n"), "{zone}");
            assert!(desk.good(&["check", "muster"]).contains("ends on 2099-06-30, as"), "{zone}");
        }
        desk.good(&["customer", "set", "muster", "credential_ends="]);
        assert_eq!(end(&office), json!(null));
        assert!(desk.good(&["customer", "show", "muster"]).contains("nobody knows"));
    }
}

#[test]
fn a_terminal_is_asked_when_the_credential_ends() {
    for office in silent("ends-asked") {
        let (id, client) = (office.tenant.id(), office.tenant.client_id());
        let (login, graph) = (office.server.login_url(), office.server.graph_url());
        let file = office.desk.file("secret.txt", &office.tenant.client_secret());
        let line = ["connect", "muster", "--tenant-id", &id, "--client-id", &client];
        let hosts = ["--client-secret-file", &file, "--login-url", &login, "--graph-url", &graph];
        let line = [&line[..], &hosts].concat();
        let Some(told) = on_a_terminal(&office, &line, "never\n2099-05-01\n") else { return };
        assert_eq!(told.code, 0, "{}", told.out);
        assert!(told.out.contains("a day such as 2027-03-01"), "{}", told.out);
        assert_eq!(end(&office), json!("2099-05-01T21:59:59Z"));
        let Some(told) = on_a_terminal(&office, &line, "\n") else { return };
        assert_eq!((told.code, end(&office)), (0, json!(null)), "{}", told.out);
    }
}

#[test]
fn what_microsoft_tells_is_kept_and_counts_more_than_what_was_typed() {
    for office in Office::each("ends-told") {
        office.tenant.secret_ends_in(86_400 * 10);
        let office = office.connected();
        let told = end(&office);
        assert!(told.is_string());
        office.desk.good(&["customer", "set", "muster", "credential_ends=2099-05-01"]);
        assert_eq!(office.desk.json(&["check", "muster"])["credential_ends_at"], told);
        assert_eq!(end(&office), told);
        let step = credentials(&office);
        assert!(step["text"].as_str().unwrap().contains("muster: the credential ends on "), "{step}");
    }
}

#[test]
fn an_end_that_microsoft_told_stays_its_word_when_it_tells_no_more() {
    for office in Office::each("ends-told-before") {
        office.tenant.secret_ends_in(86_400 * 900);
        let office = office.connected();
        let (desk, told) = (&office.desk, end(&office));
        office.tenant.revoke("Application.Read.All");
        office.tenant.expire_access_tokens();
        for (language, text) in [
            ("en", ", as Microsoft told last; now it does not tell"),
            ("de", ", wie Microsoft zuletzt gesagt hat; jetzt sagt es Microsoft nicht"),
        ] {
            let checked = desk.good(&["--language", language, "check", "muster"]);
            assert!(checked.contains(text), "{}: {checked}", desk.engine());
        }
        assert_eq!((end(&office), told.is_string()), (told, true), "and it is kept");
        desk.good(&["customer", "set", "muster", "credential_ends=2099-05-01"]);
        assert!(desk.good(&["check", "muster"]).contains("2099-05-01, as somebody typed it"));
        // The same end once typed and then told is Microsoft's.
        office.tenant.grant("Application.Read.All");
        office.tenant.expire_access_tokens();
        desk.good(&["check", "muster"]);
        office.tenant.revoke("Application.Read.All");
        office.tenant.expire_access_tokens();
        assert!(desk.good(&["check", "muster"]).contains("as Microsoft told last"));
    }
}

#[test]
fn whatever_is_marked_bad_makes_a_check_fail_and_nothing_else_does() {
    for office in Office::each("ends-bad") {
        office.tenant.grant("Mail.ReadWrite");
        let office = office.connected();
        let check = |passed: bool| {
            let told = office.desk.json(&["check", "muster"]);
            let states: Vec<&str> =
                told["steps"].as_array().unwrap().iter().filter_map(|s| s["state"].as_str()).collect();
            assert_eq!(
                (told["passed"].as_bool().unwrap(), !states.contains(&"bad")),
                (passed, passed),
                "{told}"
            );
            let code = office.desk.type_in(&["check", "muster"]).code;
            assert_eq!(code, if passed { 0 } else { 4 });
            states.into_iter().map(str::to_owned).collect::<Vec<_>>()
        };
        assert!(check(true).contains(&"warning".to_owned()));
        office.tenant.faults(|faults| faults.date_skew = -900);
        check(false);
        office.tenant.faults(|faults| faults.date_skew = -200);
        assert!(check(true).contains(&"warning".to_owned()));
    }
}

#[test]
fn w3_a_check_tells_missing_consent_from_missing_and_excessive_permissions() {
    for office in Office::each("ends-consent") {
        office.tenant.revoke("GroupMember.Read.All");
        office.tenant.grant("Mail.ReadWrite");
        assert_eq!(office.connect(&office.tenant.client_secret()).code, 4);
        let steps = |wanted: &str| {
            let told = office.desk.json(&["check", "muster"]);
            let steps = told["steps"].as_array().unwrap().iter();
            let found =
                steps.filter(|s| s["state"] == wanted).map(|s| s["step"].as_str().unwrap().to_owned());
            found.collect::<Vec<_>>()
        };
        assert_eq!(steps("bad"), ["GroupMember.Read.All", "changes of groups"]);
        assert_eq!(steps("warning"), ["Mail.ReadWrite"]);
        assert!(steps("good").contains(&"admin consent".to_owned()));
        office.tenant.revoke_consent();
        assert_eq!(steps("bad"), ["admin consent"]);
        for (language, text) in [
            ("en", "bad      admin consent: missing: no permission at all is granted"),
            ("de", "schlecht Administratorzustimmung: fehlt: dieser App ist im Mandanten keine einzige"),
        ] {
            let told = office.desk.type_in(&["--language", language, "check", "muster"]);
            assert_eq!(told.code, 4);
            assert!(told.out.contains(text), "{}", told.out);
        }
    }
}

#[test]
fn connecting_says_what_comes_next_where_the_first_plan_waits() {
    for office in Office::each("ends-next") {
        let office = office.connected();
        office.tenant.add_user(person("Anna", "Ast"));
        let told = office.connect(&office.tenant.client_secret());
        assert_eq!(told.out.matches("then `whoswho sync muster` applies it").count(), 1, "{}", told.out);
        assert!(!told.out.contains("shows the book"), "{}", told.out);
        office.desk.good(&["sync", "muster"]);
        let told = office.connect(&office.tenant.client_secret());
        assert!(told.out.contains("`whoswho book muster` shows the book"), "{}", told.out);
    }
}

#[test]
fn w15_a_renewed_credential_leaves_former_failures_behind() {
    for office in Office::each("ends-renewed") {
        let office = office.connected();
        let desk = &office.desk;
        // Only a person starts runs, so none follows by itself.
        desk.good(&["policy", "set", "muster", "mode=manual", "schedule=off"]);
        office.tenant.expire_secret();
        office.tenant.expire_access_tokens();
        assert_eq!(desk.type_in(&["sync", "muster"]).code, 4);
        let bad = || {
            let told = desk.json(&["doctor"]);
            let steps = told["steps"].as_array().unwrap().iter();
            steps.filter(|s| s["good"] == false).map(|s| s["step"].to_string()).collect::<Vec<_>>()
        };
        assert_eq!(bad(), ["\"schedule\"", "\"credentials\""], "{}", desk.engine());
        for (language, list, show) in [
            ("en", "last run failed", "the last run failed: "),
            ("de", "letzter Lauf", "der letzte Lauf ist fehlgeschlagen: "),
        ] {
            let told = |line: &[&str]| desk.good(&[&["--language", language][..], line].concat());
            assert!(told(&["customer", "list"]).contains(list), "{}", told(&["customer", "list"]));
            let shown = told(&["customer", "show", "muster"]);
            assert!(shown.contains(show), "{shown}");
        }
        assert_eq!(office.connect("wrong").code, 4);
        assert_eq!(bad().len(), 2, "a secret that is refused renews nothing");
        let told = office.connect(&office.tenant.add_secret().value);
        assert!(told.code == 0 && told.out.contains("no people were read"), "{}{}", told.out, told.err);
        assert_eq!((bad(), desk.type_in(&["doctor"]).code), (Vec::new(), 0), "{}", desk.engine());
        assert_eq!(desk.json(&["customer", "show", "muster"])["last_error"], json!(null));
    }
}
