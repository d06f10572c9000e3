//! The demo against three witnesses: a simulated company of the same seed, the book that it leaves, and the holds.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output};

use m365sim::{TenantSpec, TrueUser, World};
use serde_json::Value;

/// An empty folder of this test.
fn folder(name: &str) -> PathBuf {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("demo-{name}"));
    if path.exists() {
        fs::remove_dir_all(&path).unwrap();
    }
    path
}

fn whoswho(data: &PathBuf, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_whoswho"));
    let command = command.args(arguments).arg("--data").arg(data).env_remove("WHOSWHO_KEY");
    command.env_remove("WHOSWHO_DATABASE").output().unwrap()
}

/// Exactly one JSON document on stdout, and code 0.
fn json(data: &PathBuf, arguments: &[&str]) -> Value {
    let output = whoswho(data, arguments);
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {told}");
    serde_json::from_slice(&output.stdout).unwrap_or_else(|e| panic!("{arguments:?}: {e}\n{told}"))
}

fn demo(data: &PathBuf, seed: u64, users: usize) -> Value {
    let (seed, users) = (seed.to_string(), users.to_string());
    json(data, &["demo", "--once", "--json", "--seed", &seed, "--users", &users])
}

/// The list of a document, whether it is the document or stands under a name.
fn list<'a>(document: &'a Value, name: &str) -> &'a Vec<Value> {
    document
        .as_array()
        .or_else(|| document[name].as_array())
        .unwrap_or_else(|| panic!("no {name}: {document}"))
}

fn ids(list: &[Value]) -> BTreeSet<String> {
    list.iter().filter_map(|v| v["source_id"].as_str()).map(str::to_owned).collect()
}

/// Who belongs in the book by the rules of `careful`: there, enabled, no guest, with an address that nobody shares.
fn eligible(seed: u64, users: usize) -> BTreeSet<String> {
    let truth = World::new(seed).add_tenant(&TenantSpec::of("muster.example", users)).truth();
    let address = |u: &TrueUser| u.spec.mail.as_deref().map(str::to_lowercase);
    let fits = |u: &&TrueUser| {
        u.spec.user_type.as_deref() != Some("Guest")
            && u.spec.account_enabled == Some(true)
            && address(u).is_some()
    };
    let mut by_address: BTreeMap<Option<String>, Vec<String>> = BTreeMap::new();
    for user in truth.live_users().filter(fits) {
        by_address.entry(address(user)).or_default().push(user.id.clone());
    }
    by_address.into_values().filter(|of| of.len() == 1).flatten().collect()
}

fn agrees(name: &str, seed: u64, users: usize) {
    let data = folder(name);
    let told = demo(&data, seed, users);
    let customer = told["customer"].as_str().unwrap();
    let of = |what: &str| -> Vec<Value> {
        told["changes"].as_array().unwrap().iter().filter(|c| c["what"] == what).cloned().collect()
    };
    let (joined, left) = (ids(&of("joined")), ids(&of("left")));
    let truth = eligible(seed, users);

    let run =
        |chapter: &str| told["runs"].as_array().unwrap().iter().find(|r| r["chapter"] == chapter).cloned();
    assert_eq!(run("apply").unwrap()["created"], truth.len(), "{told}");
    assert_eq!(told["created"], truth.len() + joined.len(), "{told}");

    let book = json(&data, &["book", customer, "--json"]);
    let contacts = list(&book, "contacts");
    let inside = ids(contacts);
    assert_eq!(told["contacts"], contacts.len());
    assert_eq!(inside.len(), contacts.len(), "everybody in the book is linked");
    let known: BTreeSet<String> = truth.union(&joined).cloned().collect();
    assert_eq!(
        inside.union(&left).cloned().collect::<BTreeSet<_>>(),
        known,
        "whoever did not leave is there"
    );

    let holds = json(&data, &["holds", customer, "--json"]);
    let held = ids(list(&holds, "holds"));
    assert_eq!(told["held"], held.len());
    let undone: BTreeSet<String> =
        told["undone"].as_array().unwrap().iter().map(|id| id.as_str().unwrap().to_owned()).collect();
    let kept: BTreeSet<String> = held.union(&undone).cloned().collect();
    assert_eq!(
        kept,
        inside.intersection(&left).cloned().collect(),
        "whoever left and is there is held or undone"
    );
    assert_eq!(told["removed"], left.len() - held.len());
    assert_eq!(told["binned"], left.len() - held.len() - undone.len());
    assert_eq!(undone.len(), usize::from(!held.is_empty()), "one release, one undo");
    if let Some(after) = run("after_undo") {
        assert_eq!(
            (&after["removed"], &after["held"]),
            (&0.into(), &held.len().into()),
            "undone stays undone"
        );
    }

    for renamed in of("renamed") {
        let Some(contact) = contacts.iter().find(|c| c["source_id"] == renamed["source_id"]) else {
            continue;
        };
        assert_eq!((&contact["display_name"], &contact["email"]), (&renamed["to"], &renamed["email"]));
        assert_eq!(run("rename").unwrap()["requests"], 2, "a change costs two requests");
    }
    fs::remove_dir_all(data).unwrap();
}

#[test]
fn w13_the_figures_are_the_simulators_and_the_books() {
    agrees("60", 7, 60);
}

#[test]
fn w13_it_tells_any_company() {
    for (seed, users) in [(1, 10), (2, 10), (3, 11), (4, 37), (5, 0), (6, 1)] {
        agrees(&format!("any-{seed}"), seed, users);
    }
}

#[test]
fn w2_the_guard_holds_and_one_release_lets_one_go() {
    let data = folder("guard");
    let told = demo(&data, 7, 60);
    let run = |chapter: &str| {
        told["runs"].as_array().unwrap().iter().find(|r| r["chapter"] == chapter).cloned().unwrap()
    };
    let (leavers, release) = (run("leavers"), run("release"));
    assert_eq!(leavers["removed"], 0);
    assert!(leavers["held"].as_i64().unwrap() > 10, "{leavers}");
    assert_eq!(release["removed"], 1);
    assert_eq!(release["held"].as_i64().unwrap() + 1, leavers["held"].as_i64().unwrap());
    fs::remove_dir_all(data).unwrap();
}

#[test]
fn w13_a_folder_with_a_demo_gets_another_customer() {
    let data = folder("twice");
    let first = demo(&data, 7, 20);
    let before = json(&data, &["book", "demo", "--json"]);
    let second = demo(&data, 8, 20);
    assert_eq!((&first["customer"], &second["customer"]), (&"demo".into(), &"demo-2".into()));
    assert_eq!(json(&data, &["book", "demo", "--json"]), before, "the first book is untouched");
    fs::remove_dir_all(data).unwrap();
}

#[test]
fn w13_a_folder_with_real_customers_gets_no_demo() {
    let data = folder("real");
    json(&data, &["--json", "customer", "add", "muster", "--name", "M"]);
    let told = whoswho(&data, &["demo", "--once", "--users", "10"]);
    let text = String::from_utf8_lossy(&told.stderr).into_owned();
    assert_eq!((told.status.code(), text.contains("“muster”")), (Some(2), true), "{text}");
    assert_eq!(json(&data, &["--json", "customer", "list"]).as_array().unwrap().len(), 1);
    for line in [["demo", "--once", "--database", "x.db"], ["--database", "x.db", "demo", "--once"]] {
        assert_eq!(whoswho(&data, &line).status.code(), Some(2), "{line:?}");
    }
    fs::remove_dir_all(data).unwrap();
}

#[test]
fn w13_a_company_that_is_too_large_is_refused_with_the_limit() {
    let data = folder("large");
    for (language, limit) in [("en", "up to 500000"), ("de", "bis 500000")] {
        for command in ["demo", "simulate"] {
            let line = ["--language", language, command, "--users", "99999999"];
            let mut process = Command::new(env!("CARGO_BIN_EXE_whoswho"));
            let told = process.args(line).env_clear().output().unwrap();
            let text = String::from_utf8_lossy(&told.stderr).into_owned();
            assert!(told.status.code() == Some(2) && text.contains(limit), "{text}");
        }
    }
    assert!(!data.exists());
}

#[test]
fn w13_the_demo_says_where_it_cannot_listen_and_whose_microsoft_365_it_does_not_use() {
    let data = folder("listens");
    let mut process = Command::new(env!("CARGO_BIN_EXE_whoswho"));
    let told = process.args(["demo"]).env_clear().env("WHOSWHO_LISTEN", "überall").output().unwrap();
    let text = String::from_utf8_lossy(&told.stderr).into_owned();
    assert!(told.status.code() == Some(2) && text.contains("listen cannot be “überall”"), "{text}");
    let mut process = Command::new(env!("CARGO_BIN_EXE_whoswho"));
    let line = ["demo", "--once", "--users", "5", "--data"];
    let cloud =
        [("WHOSWHO_LOGIN_URL", "https://login.example"), ("WHOSWHO_GRAPH_URL", "https://graph.example")];
    let told = process.args(line).arg(&data).env_clear().envs(cloud).output().unwrap();
    let text = String::from_utf8_lossy(&told.stderr).into_owned();
    assert!(told.status.success() && text.contains("WHOSWHO_GRAPH_URL is not used"), "{text}");
    fs::remove_dir_all(data).unwrap();
}

#[test]
fn w13_without_json_the_story_stands_on_stdout() {
    let data = folder("story");
    let output = whoswho(&data, &["demo", "--once", "--users", "60"]);
    assert!(output.status.success());
    let story = String::from_utf8(output.stdout).unwrap();
    for part in [
        "The company: Muster GmbH",
        "60 of the accounts are the employees asked for",
        "contacts in all",
        "is now",
        "held removals released",
        "book demo",
    ] {
        assert!(story.contains(part), "{part} in\n{story}");
    }
    let guarded =
        story.split("the guard holds them all").nth(1).unwrap().split("A person looks").next().unwrap();
    assert!(guarded.contains("… and ") && guarded.contains(" more\n"), "{guarded}");
    fs::remove_dir_all(data).unwrap();
}
