//! The binary as a person types it, each test with a data folder of its own.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use m365sim::{Server, ServerOptions, TenantHandle, TenantSpec, UserSpec, World};
use secrecy::ExposeSecret;
use serde_json::Value;
use store::testing::{TestDb, empty_databases};
use store::{KeyRing, Location, Store};

/// A data folder and what is typed over it.
pub struct Desk {
    pub data: PathBuf,
    /// The server that is used instead of the file in the folder.
    pub database: Option<TestDb>,
    /// What commands find in their environment, which is empty else.
    pub environment: Vec<(String, String)>,
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
        Self { data, database: None, environment: Vec::new() }
    }

    /// One over SQLite in its folder, and one over PostgreSQL where a server is at hand.
    pub fn each(name: &str) -> Vec<Self> {
        let servers = empty_databases().into_iter().filter(|db| db.name == "postgres");
        let over = |db| Self { database: Some(db), ..Self::new(&format!("{name}-postgres")) };
        std::iter::once(Self::new(name)).chain(servers.map(over)).collect()
    }

    /// Where the database is.
    pub fn location(&self) -> Location {
        self.database.as_ref().map_or_else(|| Store::in_folder(&self.data), |db| db.location.clone())
    }

    /// A handle of the test's own, as another process has one.
    pub fn store(&self) -> Store {
        Store::open(&self.location(), KeyRing::load(&self.data, None).unwrap()).unwrap()
    }

    /// The engine, for messages of assertions.
    pub fn engine(&self) -> &'static str {
        self.database.as_ref().map_or("sqlite", |db| db.name)
    }

    /// A command over the data folder, without anything from the environment.
    pub fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_whoswho"));
        command.env_clear().current_dir(env!("CARGO_TARGET_TMPDIR")).arg("--data").arg(&self.data);
        command.envs(self.environment.iter().cloned());
        if let Some(Location::Postgres(url)) = self.database.as_ref().map(|db| &db.location) {
            command.args(["--database", url.expose_secret()]);
        }
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
    pub world: World,
}

impl Office {
    pub fn open(name: &str, spec: &TenantSpec) -> Self {
        Self::over(Desk::new(name), spec)
    }

    pub fn over(desk: Desk, spec: &TenantSpec) -> Self {
        let world = World::new(7);
        let tenant = world.add_tenant(spec);
        let server = Server::start(&world, &ServerOptions::default()).unwrap();
        desk.good(&["customer", "add", "muster", "--name", "Muster GmbH"]);
        Self { desk, tenant, server, world }
    }

    /// One on each engine, with nobody in the tenant and nothing connected.
    pub fn each(name: &str) -> Vec<Self> {
        let spec = TenantSpec::empty("muster.example");
        Desk::each(name).into_iter().map(|desk| Self::over(desk, &spec)).collect()
    }

    pub fn connect(&self, secret: &str) -> Answer {
        self.connect_as("muster", &self.tenant, secret)
    }

    /// Connects any customer to any tenant.
    pub fn connect_as(&self, customer: &str, tenant: &TenantHandle, secret: &str) -> Answer {
        let file = self.desk.file("secret.txt", secret);
        self.connect_with(customer, tenant, &["--client-secret-file", &file])
    }

    /// The same with any credential.
    pub fn connect_with(&self, customer: &str, tenant: &TenantHandle, credential: &[&str]) -> Answer {
        let (id, client) = (tenant.id(), tenant.client_id());
        let (login, graph) = (self.server.login_url(), self.server.graph_url());
        let ids = ["connect", customer, "--tenant-id", &id, "--client-id", &client];
        let hosts = ["--login-url", &login, "--graph-url", &graph];
        self.desk.type_in(&[&ids[..], credential, &hosts[..]].concat())
    }

    /// Connects with the right secret and puts everybody in scope.
    pub fn connected(self) -> Self {
        let answer = self.connect(&self.tenant.client_secret());
        assert_eq!(answer.code, 0, "{}{}", answer.out, answer.err);
        self.desk.good(&["scope", "add", "muster", "all"]);
        self
    }

    /// Contacts of a book by their names.
    pub fn names(&self, customer: &str) -> Vec<String> {
        let book = self.desk.json(&["book", customer]);
        book.as_array().unwrap().iter().map(|c| c["display_name"].as_str().unwrap().to_owned()).collect()
    }

    /// Connected, with everybody in scope.
    pub fn ready(name: &str, spec: &TenantSpec) -> Self {
        Self::open(name, spec).connected()
    }
}

/// An employee with a licence, whose address is the first name.
pub fn person(first: &str, last: &str) -> UserSpec {
    let mail = format!("{}@muster.example", first.to_lowercase());
    UserSpec {
        given_name: Some(first.into()),
        surname: Some(last.into()),
        display_name: Some(format!("{first} {last}")),
        mail: Some(mail.clone()),
        user_principal_name: Some(mail),
        assigned_licenses: Some(vec![m365sim::license(m365sim::sku::BUSINESS_STANDARD)]),
        ..UserSpec::default()
    }
}

/// A command on a terminal of its own (`script` of util-linux), with what is typed there; `None` where there is none.
pub fn on_a_terminal(office: &Office, line: &[&str], typed: &str) -> Option<Answer> {
    on_a_terminal_of(&office.desk, 100, line, typed)
}

/// The same on one that is so many columns wide.
pub fn on_a_terminal_of(desk: &Desk, columns: u16, line: &[&str], typed: &str) -> Option<Answer> {
    use std::io::Write;
    let quoted: Vec<String> = {
        let command = desk.command();
        let words = std::iter::once(command.get_program()).chain(command.get_args());
        words.map(|w| w.to_str().unwrap().to_owned()).chain(line.iter().map(|w| (*w).to_owned())).collect()
    };
    let shell = quoted.iter().map(|w| format!("'{w}'")).collect::<Vec<_>>().join(" ");
    let shell = format!("stty cols {columns}; {shell}");
    let mut script = std::process::Command::new("script");
    script.args(["--quiet", "--return", "--command", &shell, "/dev/null"]).env("SHELL", "/bin/sh");
    script.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = script.spawn().ok()?;
    child.stdin.take().unwrap().write_all(typed.as_bytes()).unwrap();
    Some(answer(&child.wait_with_output().unwrap()))
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

/// Requests that a tenant got, sign-in included.
pub fn asked(tenant: &TenantHandle) -> u64 {
    let counts = tenant.counts();
    counts.graph + counts.token
}
