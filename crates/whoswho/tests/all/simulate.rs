//! The simulated Microsoft 365 as a person uses it: what it prints is pasted, and it ends when it is told to.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
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

/// The command, with our binary and a data folder.
fn typed_in(command: &str, data: &Path) -> Output {
    let words: Vec<&str> = command.split(' ').map(|w| w.trim_matches('\'')).collect();
    assert_eq!(words[0], "whoswho");
    let mut command = Command::new(env!("CARGO_BIN_EXE_whoswho"));
    command.args(&words[1..]).arg("--data").arg(data).env_remove("WHOSWHO_DATABASE").output().unwrap()
}

/// The same; it must succeed.
fn paste(command: &str, data: &Path) {
    let output = typed_in(command, data);
    assert!(output.status.success(), "{command}: {}", String::from_utf8_lossy(&output.stderr));
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

/// The lines of the block in `docs/rehearse.md` that has this line.
fn documented(line: &str) -> Vec<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/rehearse.md");
    let text = fs::read_to_string(path).unwrap();
    let block = text.split("```").skip(1).step_by(2).find(|block| block.contains(line)).unwrap().to_owned();
    let plain = |line: &str| line.split(" #").next().unwrap().trim().to_owned();
    block.lines().map(plain).filter(|line| !line.is_empty()).collect()
}

/// What a shell in that folder prints.
fn shell(folder: &Path, script: &str) -> String {
    let output = Command::new("sh").current_dir(folder).args(["-euc", script]).output().unwrap();
    assert!(output.status.success(), "{script}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn post(url: &str, body: &str) -> String {
    let (host, path) = url.strip_prefix("http://").unwrap().split_once('/').unwrap();
    let mut stream = TcpStream::connect(host).unwrap();
    let length = body.len();
    write!(
        stream,
        "POST /{path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n{body}"
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

#[test]
fn s1_a_certificate_is_rehearsed_as_documented() {
    let (secrets, data) = (folder("certificate-secrets"), folder("certificate-data"));
    fs::create_dir_all(&data).unwrap();
    let lines = documented("simulate --certificate");
    let (made, typed) = lines.split_at(lines.iter().position(|line| line.starts_with("whoswho")).unwrap());
    shell(&data, &made.join("\n"));
    let file = data.join(typed[0].strip_prefix("whoswho simulate --certificate ").unwrap());
    let (running, told) = start(&secrets, &["--users", "3", "--certificate", file.to_str().unwrap()]);
    let tenant = &told["tenants"][0];
    paste("whoswho customer add muster --name Muster", &data);
    let printed = tenant["commands"][1].as_str().unwrap();
    assert!(printed.contains("--certificate") && !printed.contains("--client-secret"), "{printed}");
    paste(printed, &data);
    drop(running);

    // The same to a simulation that runs already.
    let (_running, told) = start(&secrets, &["--users", "3", "--seed", "2"]);
    let (tenant, field) = (&told["tenants"][0], |name: &str| told["tenants"][0][name].as_str().unwrap());
    let (login, graph) = (told["login_url"].as_str().unwrap(), told["graph_url"].as_str().unwrap());
    let connect = typed[2]
        .replace("TENANT-ID", field("tenant_id"))
        .replace("CLIENT-ID", field("client_id"))
        .replace("whoswho.pem", file.to_str().unwrap())
        .replace("LOGIN-URL", login)
        .replace("GRAPH-URL", graph);
    paste("whoswho customer add other --name Other", &data);
    let connect = connect.replace("connect muster", "connect other");
    assert_eq!(typed_in(&connect, &data).status.code(), Some(4), "not uploaded yet");
    let (call, body) = typed[1].split_once(" -d ").unwrap();
    let control =
        format!("{}/{}", told["control_url"].as_str().unwrap(), tenant["tenant_id"].as_str().unwrap());
    let url = call.rsplit(' ').next().unwrap().replace("$T", &control);
    let answer = post(&url, &shell(&data, &format!("printf %s {body}")));
    assert!(answer.contains("\"keyId\""), "{answer}");
    paste(&connect, &data);

    for (name, text) in [("text.pem", "no certificate"), ("empty.pem", "")] {
        fs::write(data.join(name), text).unwrap();
        let line = format!("whoswho simulate --certificate {}", data.join(name).display());
        let told = typed_in(&line, &data);
        assert_eq!(told.status.code(), Some(2), "{name}");
        assert!(String::from_utf8_lossy(&told.stderr).contains(name));
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

#[test]
fn w13_its_own_folder_goes_with_it() {
    for signal in ["TERM", "INT"] {
        let place = folder(&format!("own-{signal}"));
        fs::create_dir_all(&place).unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_whoswho"));
        command.args(["simulate", "--json", "--users", "3"]).env("TMPDIR", &place);
        let mut running = Running(command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap());
        let mut lines = BufReader::new(running.0.stdout.as_mut().unwrap()).lines();
        // The document's end.
        while lines.next().unwrap().unwrap() != "}" {}
        assert_eq!(fs::read_dir(&place).unwrap().count(), 1);
        let kill = Command::new("kill").args([format!("-{signal}"), running.0.id().to_string()]).status();
        assert!(kill.unwrap().success() && running.0.wait().unwrap().success());
        assert_eq!(fs::read_dir(&place).unwrap().count(), 0, "{signal}");
    }
}
