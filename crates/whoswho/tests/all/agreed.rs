//! What a change of rules or scope does to a first plan that was agreed to and is not applied yet: it is said where it is so,
//! and nowhere else.

use m365sim::GroupSpec;

use crate::support::{Answer, Desk, Office, person};

/// What a command notes, in a language.
fn noted(desk: &Desk, language: &str, line: &[&str]) -> String {
    let Answer { code, out, err } = desk.type_in(&[&["--language", language], line].concat());
    assert_eq!(code, 0, "{line:?} on {}: {out}{err}", desk.engine());
    err
}

/// A first plan that waits, and to which somebody agrees.
fn agree(office: &Office) {
    assert_eq!(office.connect(&office.tenant.client_secret()).code, 0);
    let told = office.desk.json(&["release", "muster", "--all"]);
    assert!(told["first_plan"].is_number(), "on {}: {told}", office.desk.engine());
}

#[test]
fn w1_whatever_makes_an_agreed_first_plan_another_one_says_so() {
    for office in Office::each("agreed-void") {
        let office = office.connected();
        let desk = &office.desk;
        let group = office
            .tenant
            .add_group(GroupSpec { display_name: Some("Vertrieb".into()), ..GroupSpec::default() });
        let anna = office.tenant.add_user(person("Anna", "Ast"));
        office.tenant.add_member(&group, &anna);
        assert_eq!(office.connect(&office.tenant.client_secret()).code, 0);
        desk.good(&["contact", "add", "muster", "first_name=Berta"]);
        let changes = [
            &["policy", "set", "muster", "people.guests=on"][..],
            &["scope", "add", "muster", "group", "Vertrieb"],
            &["scope", "remove", "muster", "group", "Vertrieb"],
            &["policy", "set", "--operator", "people.disabled=on"],
            &["policy", "preset", "muster", "careful"],
        ];
        for line in changes {
            for (language, void) in [("en", "the agreement is void"), ("de", "die Zustimmung")] {
                assert!(!noted(desk, language, line).contains(void), "nobody has agreed: {line:?}");
                agree(&office);
                let note = noted(desk, language, line);
                for part in [void, "muster", "`whoswho plan", "`whoswho sync", "--all`"] {
                    assert!(note.contains(part), "{line:?} on {}: {note}", desk.engine());
                }
                assert!(!noted(desk, language, line).contains(void), "it is void already: {line:?}");
            }
        }
        agree(&office);
        desk.good(&["hold", "muster", "--group", "Vertrieb"]);
        let note = noted(desk, "en", &["release", "muster", "--group", "Vertrieb"]);
        assert!(note.contains("the agreement is void"), "{note}");
    }
}

#[test]
fn w1_no_agreement_is_said_to_be_void_where_none_is_needed_any_more() {
    for office in Office::each("agreed-needless") {
        let office = office.connected();
        let desk = &office.desk;
        office.tenant.add_user(person("Anna", "Ast"));
        agree(&office);
        let note = noted(desk, "en", &["policy", "set", "muster", "first_run=apply"]);
        assert!(!note.contains("agreement"), "the next run applies whatever was agreed to: {note}");
        desk.good(&["policy", "set", "muster", "first_run=ask"]);
        agree(&office);
        desk.good(&["sync", "muster"]);
        let note = noted(desk, "en", &["policy", "set", "muster", "people.guests=on"]);
        assert!(!note.contains("agreement"), "it was applied: {note}");
    }
}
