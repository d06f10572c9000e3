//! `serve`: health, readiness, metrics, and a clean end on SIGTERM.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::time::{Duration, Instant};

use m365sim::{TenantSpec, UserSpec};
use serde_json::{Value, json};
use store::Store;

use crate::support::{Desk, Office};

const DAY: i64 = 86_400_000;

pub fn get(address: &str, path: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    write!(stream, "GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

/// A `serve` of its own; ended hard if the test fails.
pub struct Serving {
    pub child: Child,
    pub address: String,
    said: Receiver<String>,
}

impl Serving {
    pub fn start(desk: &Desk, more: &[&str]) -> Self {
        let mut command = desk.command();
        command.args(["serve", "--listen", "127.0.0.1:0"]).args(more);
        command.env("WHOSWHO_POLL_SECONDS", "1").env("WHOSWHO_LOG", "info");
        let mut child = command.stderr(Stdio::piped()).spawn().unwrap();
        let lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let (say, said) = mpsc::channel();
        std::thread::spawn(move || lines.map_while(Result::ok).try_for_each(|line| say.send(line)));
        let mut serving = Self { child, address: String::new(), said };
        let first = serving.heard("http://");
        first.rsplit("http://").next().unwrap().clone_into(&mut serving.address);
        serving
    }

    /// Waits for a line on stderr that holds these words.
    pub fn heard(&self, words: &str) -> String {
        let end = Instant::now() + Duration::from_mins(1);
        loop {
            let left = end.saturating_duration_since(Instant::now());
            let line = self.said.recv_timeout(left).unwrap_or_else(|_| panic!("nobody said “{words}”"));
            if line.contains(words) {
                return line;
            }
        }
    }

    pub fn get(&self, path: &str) -> String {
        get(&self.address, path)
    }

    pub fn ends(mut self) {
        assert!(
            Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status().unwrap().success()
        );
        let status = self.child.wait().unwrap();
        let said = || self.said.iter().collect::<Vec<_>>();
        assert!(status.success(), "serve ended with {status}; it said at last: {:#?}", said());
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn synced(name: &str, preset: &str) -> Office {
    let office = Office::ready(name, &TenantSpec::empty("muster.example"));
    office.desk.good(&["policy", "preset", "muster", preset]);
    office.tenant.add_user(person("Anna"));
    office.desk.good(&["sync", "muster"]);
    office
}

fn person(first: &str) -> UserSpec {
    let mail = format!("{}@muster.example", first.to_lowercase());
    UserSpec {
        given_name: Some(first.into()),
        surname: Some("Ast".into()),
        mail: Some(mail.clone()),
        user_principal_name: Some(mail),
        ..UserSpec::default()
    }
}

pub fn age(desk: &Desk, ms: i64) {
    desk.json(&["customer", "show", "muster"]);
    store::testing::age(&Store::in_folder(&desk.data), ms);
}

#[test]
#[cfg(all(target_os = "linux", target_env = "gnu"))]
fn w6_the_same_process_gives_large_blocks_back_unless_told_otherwise() {
    for (told, expected) in [(None, "262144"), (Some("1000000"), "1000000")] {
        let mut desk = Desk::new("memory");
        std::fs::create_dir_all(&desk.data).unwrap();
        desk.environment.extend(told.map(|told| ("MALLOC_MMAP_THRESHOLD_".into(), told.into())));
        let serving = Serving::start(&desk, &[]);
        let environment = std::fs::read(format!("/proc/{}/environ", serving.child.id())).unwrap();
        let expected = format!("MALLOC_MMAP_THRESHOLD_={expected}");
        assert!(environment.split(|byte| *byte == 0).any(|one| one == expected.as_bytes()));
        serving.ends();
    }
}

#[test]
fn serve_answers_and_ends_on_sigterm() {
    let desk = Desk::new("serve");
    desk.good(&["customer", "add", "muster", "--name", "M"]);
    let serving = Serving::start(&desk, &[]);
    assert!(serving.get("/healthz").starts_with("HTTP/1.1 200"));
    assert!(serving.get("/readyz").contains("ready"));
    assert!(serving.get("/metrics").contains("\nwhoswho_customers 1\n"));
    assert!(serving.get("/").contains("location: /sign-in"));
    serving.ends();
}

#[test]
fn s4_serve_makes_up_for_what_was_missed_while_nobody_served() {
    let office = synced("serve-missed", "awareness");
    let desk = &office.desk;
    office.tenant.add_user(person("Bert"));
    age(desk, 3 * DAY);
    let overdue = desk.json(&["customer", "show", "muster"]);
    let serving = Serving::start(desk, &[]);
    serving.heard("scheduled run");
    assert_eq!(desk.json(&["book", "muster"]).as_array().unwrap().len(), 2, "the missed run");
    let metrics = serving.get("/metrics");
    assert!(metrics.contains("\nwhoswho_scheduler_last_round_timestamp_seconds "), "{metrics}");
    assert!(metrics.contains("\nwhoswho_silent{customer=\"muster\"} 0\n"), "{metrics}");
    assert!(metrics.contains("\nwhoswho_next_run_timestamp_seconds{customer=\"muster\"} "), "{metrics}");
    assert!(serving.get("/readyz").starts_with("HTTP/1.1 200"));
    serving.ends();
    let show = desk.json(&["customer", "show", "muster"]);
    assert!(show["next_run_at"].as_str() > overdue["next_run_at"].as_str(), "{show}");
    assert_eq!(show["quarantine"], Value::Null);
}

#[test]
fn w17_readiness_names_silent_customers_until_a_run_goes_well() {
    let office = synced("serve-silent", "awareness");
    let desk = &office.desk;
    age(desk, 3 * DAY);
    let serving = Serving::start(desk, &["--no-schedule"]);
    assert!(serving.get("/healthz").starts_with("HTTP/1.1 200"));
    let told = serving.get("/readyz");
    assert!(told.starts_with("HTTP/1.1 503") && told.contains("\nmuster: no good run since "), "{told}");
    assert!(serving.get("/metrics").contains("\nwhoswho_silent{customer=\"muster\"} 1\n"));
    serving.heard("muster: no good run since ");
    assert_eq!(desk.json(&["outbox", "muster"]).as_array().unwrap().len(), 1, "the notice");
    serving.ends();
    let doctor = desk.type_in(&["doctor"]);
    assert!(doctor.code == 1 && doctor.out.contains("muster: no good run since "), "{}", doctor.out);

    let serving = Serving::start(desk, &[]);
    serving.heard("scheduled run");
    assert!(serving.get("/readyz").starts_with("HTTP/1.1 200"));
    let outbox = desk.json(&["outbox", "muster"]);
    assert_eq!((outbox.as_array().unwrap().len(), &outbox[0]["kind"]), (1, &json!("no_good_run")));
    serving.ends();
    assert_eq!(desk.type_in(&["doctor"]).code, 0);
}

#[test]
fn w17_without_a_schedule_a_failed_run_is_told() {
    let office = synced("serve-failed", "helpdesk");
    office.tenant.revoke_consent();
    office.tenant.expire_access_tokens();
    assert_eq!(office.desk.type_in(&["sync", "muster"]).code, 4);
    let serving = Serving::start(&office.desk, &[]);
    let told = serving.get("/readyz");
    assert!(told.starts_with("HTTP/1.1 503") && told.contains("\nmuster: the last run failed at "), "{told}");
    serving.heard("muster: the last run failed at ");
    serving.ends();
    let mail = |language| office.desk.json(&["--language", language, "outbox", "muster"])[0].clone();
    let (english, german) = (mail("en"), mail("de"));
    assert_eq!(english["body"], german["body"], "what is kept is in no language");
    let since: jiff::Timestamp = english["body"]["since"].as_str().unwrap().parse().unwrap();
    let local = since.to_zoned(jiff::tz::TimeZone::get("Europe/Berlin").unwrap());
    for (mail, start) in [
        (&english, local.strftime("muster: the last run failed at %-d %B %Y, %H:%M; last error: permission missing")),
        (&german, local.strftime("muster: der letzte Lauf ist gescheitert: %d.%m.%Y, %H:%M Uhr; letzter Fehler: Berechtigung fehlt")),
    ] {
        let text = mail["text"].as_str().unwrap();
        assert!(text.starts_with(&start.to_string()), "{text}");
    }
}

#[test]
fn a_listen_address_that_is_none_is_a_usage_error() {
    assert_eq!(Desk::new("serve-wrong").type_in(&["serve", "--listen", "here"]).code, 2);
}

#[test]
fn w17_a_folder_that_is_not_there_is_not_served_and_an_empty_one_is() {
    let desk = Desk::new("serve-typo");
    for (language, words) in [("en", "there is no folder"), ("de", "gibt es nicht")] {
        let told = desk.type_in(&["--language", language, "serve", "--listen", "127.0.0.1:0"]);
        assert_eq!(told.code, 5, "{}", told.err);
        assert!(told.err.contains(words) && told.err.contains("mkdir -p"), "{}", told.err);
    }
    assert!(!desk.data.exists(), "nothing was made");
    std::fs::create_dir_all(&desk.data).unwrap();
    let serving = Serving::start(&desk, &[]);
    assert!(serving.get("/readyz").contains("ready"), "as a container starts");
    serving.ends();
}
