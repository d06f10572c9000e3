//! The simulated Microsoft 365 as a person uses it: what it prints is pasted, and it ends when it is told to.

use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::{env, fs};

use serde_json::Value;

/// A process that never outlives its test.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        // Both fail only where it has ended.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn folder(name: &str) -> PathBuf {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("simulate-{name}"));
    if path.exists() {
        fs::remove_dir_all(&path).unwrap();
    }
    path
}

/// Starts it, and reads the document from a stdout that stays open.
fn start(secrets: &Path, more: &[&str]) -> (Running, Value) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_whoswho"));
    command.args(["simulate", "--json", "--secrets"]).arg(secrets).args(more);
    let mut running = Running(command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap());
    let mut lines = BufReader::new(running.0.stdout.as_mut().unwrap()).lines();
    let mut text = String::new();
    while !text.ends_with("}\n") || serde_json::from_str::<Value>(&text).is_err() {
        text += &lines.next().expect("a document before the end").unwrap();
        text.push('\n');
    }
    drop(lines);
    (running, serde_json::from_str(&text).unwrap())
}

/// The printed command, with our binary and a data folder.
fn paste(command: &str, data: &Path) {
    let words: Vec<&str> = command.split(' ').map(|w| w.trim_matches('\'')).collect();
    assert_eq!(words[0], "whoswho");
    let mut command = Command::new(env!("CARGO_BIN_EXE_whoswho"));
    let output =
        command.args(&words[1..]).arg("--data").arg(data).env_remove("WHOSWHO_DATABASE").output().unwrap();
    assert!(output.status.success(), "{words:?}: {}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn w13_the_printed_commands_connect() {
    let (secrets, data) = (folder("secrets"), folder("data"));
    let (_running, told) = start(&secrets, &["--users", "12", "--tenants", "2"]);
    let tenants = told["tenants"].as_array().unwrap();
    assert_eq!(tenants.len(), 2);
    assert_eq!(told["control_url"], format!("{}/_sim", told["graph_url"].as_str().unwrap()));
    for tenant in tenants {
        let commands: Vec<&str> =
            tenant["commands"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
        // A name with a blank is one word of the shell's; here the slug is name enough.
        let add = commands[0].split(" --name ").next().unwrap();
        paste(&format!("{add} --name Muster"), &data);
        paste(commands[1], &data);
        let secret = fs::read_to_string(tenant["client_secret_file"].as_str().unwrap()).unwrap();
        assert!(
            !secret.is_empty() && !told.to_string().contains(&secret),
            "the secret stands in its file only"
        );
    }
    fs::remove_dir_all(secrets).unwrap();
    fs::remove_dir_all(data).unwrap();
}

#[test]
fn w13_the_same_seed_simulates_the_same_tenants_and_sigterm_ends_it() {
    let secrets = folder("again");
    let ids = |told: &Value| told["tenants"][0]["tenant_id"].clone();
    let (mut first, one) =
        start(&secrets, &["--seed", "5", "--users", "3", "--calm", "--limits", "--latency-ms", "1"]);
    let (_second, two) = start(&secrets, &["--seed", "5", "--users", "3"]);
    assert_eq!(ids(&one), ids(&two));
    let killed = Command::new("kill").args(["-TERM", &first.0.id().to_string()]).status().unwrap();
    assert!(killed.success());
    assert!(first.0.wait().unwrap().success(), "an ordinary end");
    let mut rest = String::new();
    first.0.stdout.take().unwrap().read_to_string(&mut rest).unwrap();
    assert_eq!(rest, "", "one document and nothing else");
    fs::remove_dir_all(secrets).unwrap();
}
