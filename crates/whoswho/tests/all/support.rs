//! The binary as a person types it, each test with a data folder of its own.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output};

use m365sim::{Server, ServerOptions, TenantHandle, TenantSpec, World};
use serde_json::Value;

/// A data folder and what is typed over it.
pub struct Desk {
    pub data: PathBuf,
}

/// What a command answered.
pub struct Answer {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Desk {
    pub fn new(name: &str) -> Self {
        let data = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("cli-{name}"));
        if data.exists() {
            fs::remove_dir_all(&data).unwrap();
        }
        Self { data }
    }

    /// A command over the data folder, without anything from the environment.
    pub fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_whoswho"));
        command.env_clear().current_dir(env!("CARGO_TARGET_TMPDIR")).arg("--data").arg(&self.data);
        command
    }

    pub fn type_in(&self, line: &[&str]) -> Answer {
        answer(&self.command().args(line).output().unwrap())
    }

    /// Must succeed.
    pub fn good(&self, line: &[&str]) -> String {
        let answer = self.type_in(line);
        assert_eq!(answer.code, 0, "{line:?}: {}{}", answer.out, answer.err);
        answer.out
    }

    /// With `--json`: exactly one document on stdout, whatever the code.
    pub fn json(&self, line: &[&str]) -> Value {
        let answer = answer(&self.command().arg("--json").args(line).output().unwrap());
        serde_json::from_str(&answer.out)
            .unwrap_or_else(|e| panic!("{line:?}: {e}\n{}{}", answer.out, answer.err))
    }

    pub fn file(&self, name: &str, text: &str) -> String {
        fs::create_dir_all(&self.data).unwrap();
        let path = self.data.join(name);
        fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    }
}

pub fn answer(output: &Output) -> Answer {
    Answer {
        code: output.status.code().unwrap_or(-1),
        out: String::from_utf8_lossy(&output.stdout).into_owned(),
        err: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

/// A simulated tenant, and a desk with a customer `muster`.
pub struct Office {
    pub desk: Desk,
    pub tenant: TenantHandle,
    pub server: Server,
}

impl Office {
    pub fn open(name: &str, spec: &TenantSpec) -> Self {
        let world = World::new(7);
        let tenant = world.add_tenant(spec);
        let server = Server::start(&world, &ServerOptions::default()).unwrap();
        let desk = Desk::new(name);
        desk.good(&["customer", "add", "muster", "--name", "Muster GmbH"]);
        Self { desk, tenant, server }
    }

    pub fn connect(&self, secret: &str) -> Answer {
        let file = self.desk.file("secret.txt", secret);
        let (tenant, client) = (self.tenant.id(), self.tenant.client_id());
        let (login, graph) = (self.server.login_url(), self.server.graph_url());
        let ids = ["connect", "muster", "--tenant-id", &tenant, "--client-id", &client];
        let hosts = ["--client-secret-file", &file, "--login-url", &login, "--graph-url", &graph];
        self.desk.type_in(&[&ids[..], &hosts[..]].concat())
    }

    /// Connected, with everybody in scope.
    pub fn ready(name: &str, spec: &TenantSpec) -> Self {
        let office = Self::open(name, spec);
        let answer = office.connect(&office.tenant.client_secret());
        assert_eq!(answer.code, 0, "{}{}", answer.out, answer.err);
        office.desk.good(&["scope", "add", "muster", "all"]);
        office
    }
}

/// The names of an object's fields, sorted.
pub fn fields(value: &Value) -> Vec<&str> {
    let mut names: Vec<&str> = value.as_object().unwrap().keys().map(String::as_str).collect();
    names.sort_unstable();
    names
}

/// Whether a document has all these fields.
pub fn has(value: &Value, names: &str) {
    let found = fields(value);
    for name in names.split(", ") {
        assert!(found.contains(&name), "{name} in {found:?}");
    }
}
