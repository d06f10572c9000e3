//! What a person types about contacts and customers either acts whole or is refused with a sentence.

use serde_json::{Value, json};

use crate::support::{Answer, Desk};

fn desks(name: &str) -> Vec<(Desk, String)> {
    let with = |desk: Desk| {
        desk.good(&["customer", "add", "muster", "--name", "Muster"]);
        let typed = ["contact", "add", "muster", "first_name=Anna", "last_name=Ast", "email=a@x.example"];
        let id = desk.json(&typed)["id"].as_str().unwrap().to_owned();
        (desk, id)
    };
    Desk::each(name).into_iter().map(with).collect()
}

fn in_german(desk: &Desk, line: &[&str]) -> Answer {
    desk.type_in(&[&["--language", "de"], line].concat())
}

#[test]
fn w10_a_display_name_that_would_be_lost_is_refused_and_one_of_its_own_is_kept() {
    for (desk, id) in desks("typed-name") {
        let lines: [&[&str]; 3] = [
            &["contact", "set", "muster", &id, "display_name=Chef"],
            &["contact", "pin", "muster", &id, "display_name=Chef", "--why", "x"],
            &["contact", "pin", "muster", &id, "display_name", "--why", "x"],
        ];
        for line in lines {
            let told = desk.type_in(line);
            assert!(told.code == 2 && told.err.contains("as long as the contact has either"), "{}", told.err);
            let told = in_german(&desk, line);
            assert!(told.err.contains("solange der Kontakt eines davon hat"), "{}", told.err);
        }
        let typed = desk.type_in(&["contact", "add", "muster", "first_name=B", "display_name=Chef"]);
        assert_eq!(typed.code, 2, "{}", typed.out);
        let book = desk.json(&["book", "muster"]);
        assert_eq!((book.as_array().unwrap().len(), &book[0]["pins"]), (1, &json!([])));
        // What it is anyway is no contradiction, and without other names it is one of its own.
        desk.good(&["contact", "set", "muster", &id, "last_name=Berg", "display_name=Anna Berg"]);
        let own = ["contact", "set", "muster", &id, "first_name=", "last_name=", "display_name=Empfang"];
        assert_eq!(desk.json(&own)["display_name"], "Empfang");
        let pinned = desk.json(&["contact", "pin", "muster", &id, "display_name=Zentrale", "--why", "x"]);
        assert_eq!(
            (&pinned["display_name"], &pinned["pins"][0]["field"]),
            (&json!("Zentrale"), &json!("display_name"))
        );
    }
}

#[test]
fn w10_a_pin_needs_a_reason_and_an_end_to_come() {
    for (desk, id) in desks("typed-pin") {
        let pin = ["contact", "pin", "muster", &id, "mobile=+49 30 1"];
        for (more, english, german) in [
            (&["--why", ""][..], "--why is empty", "--why ist leer"),
            (&["--why", " \u{a0} "], "--why is empty", "--why ist leer"),
            (&["--why", "x", "--until", "2020-01-01"], "has passed already", "schon vorbei"),
            (&["--why", "x", "--until", "2020-01-01T00:00:00Z"], "has passed already", "schon vorbei"),
        ] {
            let told = desk.type_in(&[&pin[..], more].concat());
            assert!(told.code == 2 && told.err.contains(english), "{more:?}: {}", told.err);
            assert!(in_german(&desk, &[&pin[..], more].concat()).err.contains(german), "{more:?}");
        }
        for bad in ["email=anna", "email=anna@@x.example", "email=anna@x..example", "email=a b@x.example"] {
            for line in [
                &["contact", "set", "muster", &id, bad][..],
                &["contact", "pin", "muster", &id, bad, "--why", "x"],
            ] {
                let told = desk.type_in(line);
                assert!(told.code == 2 && told.err.contains("no e-mail address"), "{bad}: {}", told.err);
            }
            let master = desk.type_in(&["customer", "set", "muster", "city=Bonn", bad]);
            assert_eq!(
                (master.code, &desk.json(&["customer", "show", "muster"])["settings"]),
                (2, &json!([]))
            );
        }
        let book = desk.json(&["book", "muster"]);
        assert_eq!((&book[0]["mobile"], &book[0]["pins"]), (&Value::Null, &json!([])), "{}", desk.engine());
    }
}

/// Types a line again and again, stopped hard before each of its writes, and looks after each stop; answers how many stops left
/// all as it was.
fn stopped(desk: &mut Desk, line: &[&str], look: impl Fn(&Desk) -> Value) -> usize {
    let before = look(desk);
    let (mut seen, mut undone) = (Vec::new(), 0);
    for stops in 1.. {
        let kill = ("WHOSWHO_TEST_KILL_AT_WRITE".to_owned(), stops.to_string());
        desk.environment.push(kill);
        let told = desk.type_in(line);
        desk.environment.pop();
        let after = look(desk);
        if told.code == 0 {
            assert_ne!(after, before, "{}: it did something", desk.engine());
            seen.retain(|state| *state != after);
            assert!(seen.is_empty(), "{}: half of {line:?} was done: {seen:#?}", desk.engine());
            break;
        }
        if after == before {
            undone += 1;
        } else {
            seen.push(after);
        }
    }
    undone
}

#[test]
fn w15_what_is_typed_in_one_line_is_done_whole_or_not_at_all() {
    for (mut desk, id) in desks("typed-whole") {
        let contact = |desk: &Desk| {
            let book = desk.json(&["book", "muster"]);
            json!([book[0]["mobile"], book[0]["pins"]])
        };
        let line = ["contact", "pin", "muster", &id, "mobile=+49 30 1", "--why", "x"];
        assert!(stopped(&mut desk, &line, contact) > 3);
        assert_eq!(contact(&desk)[0], "+49 30 1");
        let customer = |desk: &Desk| {
            let shown = desk.json(&["customer", "show", "muster"]);
            json!([shown["name"], shown["settings"]])
        };
        let line = ["customer", "set", "muster", "name=Muster AG", "city=Bonn", "country=DE"];
        assert!(stopped(&mut desk, &line, customer) > 3);
        let operator = |desk: &Desk| desk.json(&["operator", "show"]);
        assert!(stopped(&mut desk, &["operator", "set", "city=Bonn", "country=DE"], operator) > 2);
        // One bad pair keeps the good ones out.
        let before = (customer(&desk), operator(&desk));
        for line in [
            &["customer", "set", "muster", "city=Köln", "name=x", "colour=red"][..],
            &["customer", "set", "muster", "city=Köln", "credential_ends=2099-01-01"],
            &["operator", "set", "city=Köln", "notify.removed=maybe"],
        ] {
            assert_ne!(desk.type_in(line).code, 0, "{line:?}");
        }
        assert_eq!((customer(&desk), operator(&desk)), before);
    }
}
