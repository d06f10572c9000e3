//! Whatever a directory holds, what Whoswho writes stays well-formed, and a terminal gets no commands from strangers.

use std::process::Stdio;

use m365sim::{GroupSpec, UserSpec};
use serde_json::Value;

use crate::support::{Answer, Office, person};

/// What people and attackers put into a name.
const NASTY: [&str; 18] = [
    "<script>alert(1)</script>",
    "=HYPERLINK(\"http://evil.example\")",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "-2+3",
    "+4",
    "first\nsecond\r\nEND:VCARD",
    "semi;colon,comma\\back",
    "\u{202e}gnp.exe\u{2066}",
    "\u{200f}אנה\u{200e}",
    "🧑🏽‍🚀 Ünïcödé ﷽",
    "nul\0inside",
    "\u{1b}[2J\u{1b}]0;owned\u{7}",
    "c1\u{9b}31mred\u{85}",
    "tab\tand\u{b}vertical",
    "\"quoted\" 'single' `tick`",
    "'; DROP TABLE contact; --",
    "$(reboot) %s %n {0} \\u0000",
    "\u{feff}bom\u{fffd}",
];

/// Characters by which text commands a terminal or turns what follows around.
fn commands(c: char) -> bool {
    c.is_control() && c != '\n' || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

fn harmless(what: &str, text: &str) {
    let found: Vec<char> = text.chars().filter(|c| commands(*c)).collect();
    assert!(found.is_empty(), "{what} holds {found:?}: {text:?}");
}

fn fill(office: &Office) {
    let long = "x".repeat(10_000);
    for (n, name) in NASTY.into_iter().chain([long.as_str()]).enumerate() {
        let address = format!("\"n {n}; <b>\"@muster.example");
        let id = office.tenant.add_user(UserSpec {
            given_name: Some(name.into()),
            surname: Some(name.into()),
            display_name: Some(name.into()),
            job_title: Some(name.into()),
            department: Some(name.into()),
            office_location: Some(name.into()),
            company_name: Some(name.into()),
            mobile_phone: Some(name.into()),
            business_phones: Some(vec![name.into()]),
            mail: Some(if n % 2 == 0 { address } else { format!("{name}@muster.example") }),
            user_principal_name: Some(format!("n{n}@muster.example")),
            ..person("Any", "Body")
        });
        let group =
            office.tenant.add_group(GroupSpec { display_name: Some(name.into()), ..GroupSpec::default() });
        assert!(office.tenant.add_member(&group, &id));
    }
}

/// Rows of a CSV text after RFC 4180: quotes doubled, line breaks within quotes.
fn rows(csv: &str) -> Vec<Vec<String>> {
    let (mut rows, mut row, mut cell, mut quoted) = (Vec::new(), Vec::new(), String::new(), false);
    let mut chars = csv.chars().peekable();
    while let Some(c) = chars.next() {
        match (quoted, c) {
            (true, '"') if chars.peek() == Some(&'"') => cell.push(chars.next().unwrap()),
            (_, '"') => quoted = !quoted,
            (false, ',') => row.push(std::mem::take(&mut cell)),
            (false, '\r') => {}
            (false, '\n') => {
                row.push(std::mem::take(&mut cell));
                rows.push(std::mem::take(&mut row));
            }
            (_, c) => cell.push(c),
        }
    }
    assert!(!quoted && row.is_empty() && cell.is_empty(), "the last row ends");
    rows
}

#[test]
fn w7_hostile_directory_content_stays_inside_its_value_in_every_form() {
    for office in Office::each("hostile") {
        let office = office.connected();
        let desk = &office.desk;
        fill(&office);
        let owned = ["job_title", "department", "office", "company", "mobile", "business_phones"];
        let keys: Vec<String> = owned.iter().map(|f| format!("fields.{f}=always")).collect();
        let line = ["policy", "set", "muster"].into_iter().chain(keys.iter().map(String::as_str));
        desk.good(&line.collect::<Vec<_>>());
        desk.good(&["scope", "add", "muster", "group", "--all"]);
        let people = NASTY.len() + 1;

        let plan = desk.json(&["plan", "muster"]);
        assert!(plan["operations"].as_array().unwrap().len() >= people, "{plan}");
        harmless("plan", &desk.good(&["plan", "muster"]));
        let run = desk.json(&["sync", "muster"]);
        assert_eq!(run["created"], people, "on {}: {run}", desk.engine());
        harmless("run show", &desk.good(&["run", "show", &run["run_id"].to_string()]));
        assert_eq!(
            desk.json(&["sync", "muster"])["outcome"],
            "quiet",
            "what was cleaned is not cleaned again"
        );
        assert_eq!(desk.json(&["sync", "muster", "--complete"])["outcome"], "quiet");

        let book = desk.json(&["book", "muster"]);
        let contacts = book.as_array().unwrap();
        assert_eq!(contacts.len(), people);
        for contact in contacts {
            assert_eq!(contact["groups"].as_array().unwrap().len(), 1, "{contact}");
            let name = contact["first_name"].as_str().unwrap();
            assert!(!name.contains(['\n', '\r', '\0', '\u{1b}']), "{name:?}");
        }
        let names: Vec<&str> = contacts.iter().filter_map(|c| c["first_name"].as_str()).collect();
        for whole in [NASTY[0], NASTY[1], NASTY[6], NASTY[8], NASTY[9], NASTY[14], NASTY[15], NASTY[16]] {
            assert!(names.contains(&whole), "{whole:?} is kept as it is: {names:?}");
        }
        assert!(names.iter().any(|n| n.len() == 10_000), "a long name is kept whole");

        let csv = rows(&desk.good(&["book", "muster", "--format", "csv"]));
        assert_eq!(csv.len(), people + 1);
        assert!(csv.iter().all(|row| row.len() == csv[0].len()));
        let starts = |cell: &String| cell.starts_with(['=', '+', '-', '@', '\t', '\r']);
        assert!(!csv.iter().flatten().any(starts), "no cell is a formula");
        let vcard = desk.good(&["book", "muster", "--format", "vcard"]);
        let count = |mark: &str| vcard.lines().filter(|l| l.trim_end() == mark).count();
        assert_eq!((count("BEGIN:VCARD"), count("END:VCARD")), (people, people));
        let property = |l: &str| l.starts_with(' ') || l.contains(':');
        assert!(vcard.lines().all(property), "every line is a property or goes on with one");
        assert!(!vcard.contains(|c: char| c.is_control() && c != '\r' && c != '\n'));

        harmless("book", &desk.good(&["book", "muster"]));
        harmless("source users", &desk.good(&["source", "users", "muster"]));
        harmless("source groups", &desk.good(&["source", "groups", "muster"]));
        harmless("scope", &desk.good(&["scope", "list", "muster"]));
        for contact in contacts.iter().take(3) {
            harmless("explain", &desk.good(&["explain", "muster", contact["source_id"].as_str().unwrap()]));
        }
        errors(&office, contacts);
    }
}

/// Errors repeat what was typed, and what the directory holds, without its commands.
fn errors(office: &Office, contacts: &[Value]) {
    let desk = &office.desk;
    let both = |told: &Answer| {
        assert_ne!(told.code, 0);
        harmless("an error", &told.out);
        harmless("an error", &told.err);
    };
    both(&desk.type_in(&["explain", "muster", "\u{1b}[31mnobody"]));
    both(&desk.type_in(&["scope", "add", "muster", "group", "\u{1b}[31mnone"]));
    both(&desk.type_in(&["book", "\u{1b}[31mnobody"]));
    let anna = contacts[0]["source_id"].as_str().unwrap();
    both(&desk.type_in(&["contact", "link", "muster", contacts[1]["id"].as_str().unwrap(), anna]));
    // A removal of all of them is held, and the list of holds shows their names.
    for contact in contacts {
        assert!(office.tenant.delete_user(contact["source_id"].as_str().unwrap()));
    }
    assert_eq!(desk.json(&["sync", "muster"])["held"], contacts.len());
    harmless("holds", &desk.good(&["holds", "muster"]));
    desk.good(&["release", "muster", "--all"]);
    desk.good(&["sync", "muster"]);
    harmless("bin", &desk.good(&["bin", "muster"]));
    let mut command = desk.command();
    let told = command.args(["outbox", "muster"]).stderr(Stdio::piped()).output().unwrap();
    harmless("outbox", &String::from_utf8(told.stdout).unwrap());
}
