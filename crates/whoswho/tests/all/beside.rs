//! Commands beside a `serve` that is in the midst of a run of the same customer.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use crate::serve::Serving;
use crate::support::{Office, person};

/// What a run asks for in its midst: by then it holds the lease.
const MIDST: &str = "/groups/delta";

/// A customer whose scheduled run is due and has something to do, and a `serve` that is in the midst of it.
fn at_work(office: &Office) -> Serving {
    let desk = &office.desk;
    desk.good(&["policy", "preset", "muster", "awareness"]);
    office.tenant.add_user(person("Anna", "Ast"));
    desk.good(&["sync", "muster"]);
    office.tenant.add_user(person("Bert", "Bach"));
    // Brings the schedule up to date, so that its row grows older with the rest.
    desk.good(&["customer", "show", "muster"]);
    store::testing::age(&desk.location(), 2 * 86_400_000);
    office.tenant.reset_counts();
    office.tenant.faults(|f| f.hold = Some(MIDST.into()));
    let serving = Serving::start(desk, &[]);
    assert!(office.tenant.wait_for_request(MIDST), "the scheduled run");
    serving
}

/// Runs that are listed, oldest first: how each ended.
fn runs(office: &Office) -> Vec<(i64, String)> {
    let runs = office.desk.json(&["runs", "muster"]);
    let of = |run: &Value| (run["run_id"].as_i64().unwrap(), run["outcome"].as_str().unwrap().to_owned());
    let mut runs: Vec<_> = runs.as_array().unwrap().iter().map(of).collect();
    runs.reverse();
    runs
}

#[test]
fn w15_sync_beside_a_serve_at_work_is_busy_or_waits_for_its_end() {
    for office in Office::each("beside") {
        let office = office.connected();
        let desk = &office.desk;
        let serving = at_work(&office);
        for line in [&["sync", "muster"][..], &["sync", "muster", "--complete"], &["plan", "muster"]] {
            let told = desk.type_in(line);
            assert_eq!(told.code, 3, "{line:?}: {}{}", told.out, told.err);
            assert!(told.err.contains("--wait"), "{}", told.err);
        }
        assert_eq!(office.names("muster"), ["Anna Ast"], "nothing was written by anybody");
        let mut waiting = desk.command();
        waiting.args(["--json", "sync", "muster", "--wait"]).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut waiting = waiting.spawn().unwrap();
        let mut said = BufReader::new(waiting.stderr.take().unwrap()).lines();
        assert!(said.any(|line| line.unwrap().contains("waiting for its end")), "on {}", desk.engine());
        let before = runs(&office);
        assert_eq!(before.len(), 1, "{before:?}");
        // What comes meanwhile is for whoever runs next.
        office.tenant.add_user(person("Cora", "Curt"));
        office.tenant.faults(|f| f.hold = None);
        let done = waiting.wait_with_output().unwrap();
        let run: Value = serde_json::from_slice(&done.stdout).unwrap();
        assert_eq!((&run["outcome"], &run["created"]), (&json!("done"), &json!(1)), "{run}");
        assert_eq!(office.names("muster"), ["Anna Ast", "Bert Bach", "Cora Curt"]);
        let all = runs(&office);
        assert_eq!(all.len(), 3, "the scheduled run, and the one that waited: {all:?}");
        assert!(all.iter().all(|(_, outcome)| outcome == "done"), "{all:?}");
        assert_eq!(run["run_id"], json!(all[2].0), "it ran after the scheduled one");
        serving.ends();
    }
}

#[test]
fn w15_sync_takes_over_at_once_from_a_serve_that_was_killed_in_mid_run() {
    for office in Office::each("beside-killed") {
        let office = office.connected();
        let desk = &office.desk;
        let mut serving = at_work(&office);
        serving.child.kill().unwrap();
        serving.child.wait().unwrap();
        office.tenant.faults(|f| f.hold = None);
        // Lease and claim would live for an hour yet: whoever waits for their end does not get through.
        store::testing::wait(&desk.location(), -3_600_000);
        let run = desk.json(&["sync", "muster"]);
        assert_eq!((&run["outcome"], &run["created"]), (&json!("done"), &json!(1)), "{run}");
        assert_eq!(office.names("muster"), ["Anna Ast", "Bert Bach"], "on {}", desk.engine());
        assert_eq!(desk.json(&["sync", "muster"])["outcome"], "quiet");
        let told: Vec<String> = runs(&office).into_iter().map(|(_, outcome)| outcome).collect();
        assert_eq!(told, ["done", "cut_off", "done"], "on {}", desk.engine());
        // And so does another node with the run that is owed still.
        office.tenant.add_user(person("Cora", "Curt"));
        let serving = Serving::start(desk, &[]);
        serving.heard("scheduled run");
        assert_eq!(office.names("muster").len(), 3, "the run that is owed");
        serving.ends();
    }
}

#[test]
fn w15_a_run_under_way_is_told_and_no_customer_is_removed_or_disconnected_beside_it() {
    for office in Office::each("beside-ended") {
        let office = office.connected();
        let desk = &office.desk;
        assert_eq!(desk.json(&["customer", "show", "muster"])["under_way"], json!(null));
        let mut serving = at_work(&office);
        let pid = serving.child.id().to_string();
        let shown = desk.json(&["customer", "show", "muster"]);
        let under_way = &shown["under_way"];
        assert!(under_way["holder"].as_str().unwrap().ends_with(&format!("/{pid}")), "{under_way}");
        let since = under_way["since"].as_str().unwrap();
        assert!(since.starts_with("20") && since.ends_with('Z'), "{since}");
        let since = format!("{} UTC", since[..16].replace('T', " "));
        for line in [&["runs", "muster"][..], &["customer", "show", "muster"]] {
            let told = desk.good(line);
            assert!(told.contains(&format!("a run is under way since {since} (process {pid} on ")), "{told}");
        }
        let told = desk.good(&["--language", "de", "runs", "muster"]);
        assert!(
            told.starts_with(&format!("ein Lauf ist im Gange seit {since} (Prozess {pid} auf ")),
            "{told}"
        );
        let before = runs(&office);
        for line in [
            &["customer", "remove", "muster", "--yes"][..],
            &["disconnect", "muster", "--yes"],
            &["disconnect", "muster", "--remove-imported", "--yes"],
        ] {
            let told = desk.type_in(line);
            assert_eq!(told.code, 3, "{line:?} on {}: {}{}", desk.engine(), told.out, told.err);
            let said = format!("a run of “muster” is under way since {since} (process {pid} on ");
            assert!(told.err.contains(&said), "{}", told.err);
            let german = desk.type_in(&[&["--language", "de"][..], line].concat()).err;
            assert!(german.contains(&format!("ein Lauf von „muster“ ist im Gange seit {since}")), "{german}");
        }
        assert_eq!((office.names("muster"), runs(&office)), (vec!["Anna Ast".to_owned()], before));
        let now = desk.json(&["customer", "show", "muster"]);
        assert_eq!(now, shown, "nothing was changed");
        // Killed, it is under way no longer, though its lease would live for an hour yet.
        serving.child.kill().unwrap();
        serving.child.wait().unwrap();
        office.tenant.faults(|f| f.hold = None);
        store::testing::wait(&desk.location(), -3_600_000);
        assert_eq!(desk.json(&["customer", "show", "muster"])["under_way"], json!(null));
        desk.good(&["disconnect", "muster", "--yes"]);
        assert_eq!(office.names("muster"), ["Anna Ast"]);
        assert_eq!(desk.type_in(&["sync", "muster"]).code, 1);
        desk.good(&["customer", "remove", "muster", "--yes"]);
        assert_eq!(desk.json(&["customer", "list"]), json!([]));
    }
}

#[test]
fn w15_a_typed_run_that_is_interrupted_says_so_and_the_next_one_carries_on() {
    for office in Office::each("interrupted") {
        let office = office.connected();
        let desk = &office.desk;
        office.tenant.add_user(person("Anna", "Ast"));
        desk.good(&["sync", "muster"]);
        office.tenant.add_user(person("Bert", "Bach"));
        office.tenant.reset_counts();
        office.tenant.faults(|f| f.hold = Some(MIDST.into()));
        let mut typed = desk.command();
        typed.args(["--json", "sync", "muster"]).stdout(Stdio::piped()).stderr(Stdio::piped());
        let typed = typed.spawn().unwrap();
        assert!(office.tenant.wait_for_request(MIDST), "the typed run");
        let signal = Command::new("kill").args(["-TERM", &typed.id().to_string()]).status().unwrap();
        assert!(signal.success());
        let ended = typed.wait_with_output().unwrap();
        let said = String::from_utf8(ended.stderr).unwrap();
        assert_eq!(ended.status.code(), Some(1), "{said}");
        assert!(
            said.contains("whoswho: interrupted; nothing is lost, and the same command does what is left"),
            "{said}"
        );
        let document: Value = serde_json::from_slice(&ended.stdout).unwrap();
        assert_eq!(document["exit_code"], json!(1));
        assert_eq!(desk.json(&["customer", "show", "muster"])["under_way"], json!(null));
        let told = desk.json(&["runs", "muster"]);
        assert_eq!(told[0]["outcome"], "cut_off", "on {}", desk.engine());
        assert!(told[0]["requests"].as_i64() > Some(0) && told[0]["started_at"].is_string(), "{told}");
        let text = desk.good(&["run", "show", &told[0]["run_id"].to_string()]);
        assert!(text.contains("cut off, the next run carries on"), "{text}");
        office.tenant.faults(|f| f.hold = None);
        assert_eq!(desk.json(&["sync", "muster"])["created"], json!(1));
        assert_eq!(office.names("muster"), ["Anna Ast", "Bert Bach"]);
    }
}
