//! The JSON that commands answer has the fields that `docs/cli.md` lists, no more and no fewer.

use std::collections::BTreeSet;

use m365sim::GroupSpec;
use serde_json::Value;

use crate::support::{Desk, Office, fields, person};

/// A field as documented: its name, and the names within it where they are listed.
type Listed = (String, Vec<String>);

/// The fields of the paragraph that begins with a bold word, up to where a sentence or its part ends; what is in brackets are remarks.
fn listed(word: &str) -> Vec<Listed> {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/cli.md");
    let text = std::fs::read_to_string(path).unwrap();
    let start = text.find(&format!("**{word}**")).unwrap_or_else(|| panic!("{word} in docs/cli.md"));
    let paragraph = text[start..].split("\n\n").next().unwrap().replace('\n', " ");
    let (mut code, mut depth) = (false, 0_u32);
    let (mut fields, mut one, mut begun) = (Vec::new(), String::new(), false);
    for c in paragraph.chars() {
        match c {
            '`' if depth == 0 => {
                code = !code;
                if !code && begun {
                    fields.extend(parts(&std::mem::take(&mut one)));
                }
                one.clear();
            }
            _ if code => one.push(c),
            '(' => depth += 1,
            ')' => depth -= 1,
            ':' if depth == 0 => begun = true,
            '.' | ';' if depth == 0 && begun => break,
            _ => {}
        }
    }
    fields
}

/// `a, b[] {c, d}` is a, and b with c and d.
fn parts(code: &str) -> Vec<Listed> {
    let name = |text: &str| text.trim().trim_end_matches("[]").to_owned();
    let (outer, inner) = match code.split_once('{') {
        // `{name: rows}` is a map.
        Some((outer, inner)) if inner.contains(':') => (outer, Vec::new()),
        Some((outer, inner)) => {
            (outer, inner.trim_end_matches('}').split(", ").map(name).collect::<Vec<_>>())
        }
        None => (code, Vec::new()),
    };
    let mut all: Vec<Listed> =
        outer.split(", ").map(|n| (name(n.trim()), Vec::new())).filter(|(n, _)| !n.is_empty()).collect();
    if let Some((_, within)) = all.last_mut() {
        *within = inner;
    }
    all
}

/// Compares a document with its paragraph, `but` for fields that only other commands add.
fn agrees(word: &str, document: &Value, but: &[&str]) {
    let listed = listed(word);
    let names: BTreeSet<&str> = listed.iter().map(|(name, _)| name.as_str()).collect();
    let found: BTreeSet<&str> = fields(document).into_iter().filter(|f| !but.contains(f)).collect();
    assert_eq!(found, names, "{word}: answered on the left, documented on the right");
    for (name, within) in listed.iter().filter(|(_, within)| !within.is_empty()) {
        let value = &document[name];
        let one = if let Value::Array(all) = value { all.first() } else { Some(value) };
        let Some(one) = one.filter(|v| v.is_object()) else { continue };
        let within: BTreeSet<&str> = within.iter().map(String::as_str).collect();
        assert_eq!(fields(one).into_iter().collect::<BTreeSet<_>>(), within, "{word}: {name}");
    }
}

#[test]
fn every_document_has_the_fields_that_are_documented() {
    let office = Office::ready("documented", &m365sim::TenantSpec::empty("muster.example"));
    let desk = &office.desk;
    let ids: Vec<String> =
        ["Anna", "Berta", "Clara"].iter().map(|n| office.tenant.add_user(person(n, "Ast"))).collect();
    office.tenant.add_user(m365sim::UserSpec { assigned_licenses: None, ..person("Dora", "Ast") });
    let spec = GroupSpec { display_name: Some("Vertrieb".into()), ..GroupSpec::default() };
    let group = office.tenant.add_group(spec);
    assert!(office.tenant.add_member(&group, &ids[0]));
    agrees("Scope", &desk.json(&["scope", "add", "muster", "group", "Vertrieb"]), &[]);
    agrees("Check", &desk.json(&["check", "muster"]), &[]);
    agrees("Plan", &desk.json(&["plan", "muster"]), &[]);
    let run = desk.json(&["sync", "muster"]);
    agrees("Run", &run, &[]);
    agrees("Finding", &run["findings"][0], &[]);
    agrees("Run", &desk.json(&["runs", "muster"])[0], &[]);
    let shown = desk.json(&["run", "show", &run["run_id"].to_string()]);
    agrees("Run", &shown, &["plan"]);
    agrees("Plan", &shown["plan"], &[]);
    let file = desk.file("k.csv", "Name;E-Mail\nZoe;z@x.example\nAda;nix\n");
    let import = desk.json(&["contact", "import", "muster", &file, "--leave-out-errors"]);
    agrees("CSV import", &import, &[]);
    let pin = ["contact", "pin", "muster", &ids[0], "mobile=+49 30 1", "--why", "x"];
    agrees("Contact", &desk.json(&pin), &[]);
    let book = desk.json(&["book", "muster"]);
    let anna = book.as_array().unwrap().iter().find(|c| c["source_id"] == ids[0].as_str()).unwrap();
    agrees("Contact", anna, &[]);
    agrees("History", &desk.json(&["contact", "history", "muster", &ids[0]])[0], &[]);
    agrees("Contact group", &desk.json(&["group", "list", "muster"])[0], &[]);
    agrees("Explanation", &desk.json(&["explain", "muster", &ids[0]])[0], &[]);
    agrees("Customer", &desk.json(&["customer", "show", "muster"]), &[]);
    agrees("Policy", &desk.json(&["policy", "show", "muster"]), &[]);
    agrees("Doctor", &desk.json(&["doctor"]), &[]);
    desk.good(&["contact", "remove", "muster", &ids[2]]);
    agrees("Contact", &desk.json(&["bin", "muster"])[0], &["removed_at"]);
    desk.good(&["customer", "set", "muster", "notify.removed=on", "notify.to=it@muster.example"]);
    assert!(office.tenant.delete_user(&ids[1]));
    let removed = desk.json(&["sync", "muster"]);
    assert_eq!(removed["removed"], 1, "{removed}");
    agrees("Outbox", &desk.json(&["outbox", "muster"])[0], &[]);
    let undone = desk.json(&["undo", &removed["run_id"].to_string()]);
    agrees("Run", &undone, &["plan", "conflicts"]);
    desk.good(&["policy", "set", "muster", "guard.count=0", "guard.percent=0"]);
    assert!(office.tenant.delete_user(&ids[0]));
    assert_eq!(desk.json(&["sync", "muster"])["held"], 1);
    agrees("Hold", &desk.json(&["holds", "muster"])[0], &[]);
    agrees("Plan", &desk.json(&["plan", "muster"]), &[]);
    let archive = desk.data.join("archive.gz");
    agrees("Backup", &desk.json(&["backup", archive.to_str().unwrap()]), &[]);
    let erased = desk.json(&["contact", "erase", "muster", &ids[0], "--yes"]);
    agrees("Erase", &erased, &[]);
    agrees("Kept out", &desk.json(&["kept-out", "list", "muster"])[0], &[]);
    agrees("Demo", &Desk::new("documented-demo").json(&["demo", "--once", "--users", "60"]), &[]);
    agrees("Key", &desk.json(&["key", "show"]), &[]);
    let error = desk.json(&["book", "nobody"]);
    assert_eq!(fields(&error), ["advice", "error", "exit_code"]);
}
