//! An installation: the program as it is given out, over a database in a folder of its own, beside a simulated Microsoft 365.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use m365sim::{AppHandle, AppSpec, Server, ServerOptions, TenantHandle, TenantSpec, UserSpec, World};
use serde_json::Value;
use tempfile::TempDir;

use crate::browser::Browser;
use crate::process::{Lines, Running};

/// Who somebody is, as `account add --role` takes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Owns the installation.
    Owner,
    /// The operator's staff, who changes things.
    Technician,
    /// The operator's staff, who looks.
    Observer,
    /// A customer's own administrator.
    Administrator,
    /// A customer's own people, who look.
    Reader,
}

impl Role {
    const fn word(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Technician => "technician",
            Self::Observer => "observer",
            Self::Administrator => "administrator",
            Self::Reader => "reader",
        }
    }
}

/// An installation with its simulated Microsoft 365.
pub struct House {
    /// What happens at Microsoft.
    pub world: World,
    program: PathBuf,
    folder: TempDir,
    simulated: Server,
    serving: Option<Serving>,
    people: std::cell::Cell<u32>,
}

struct Serving {
    _process: Running,
    said: Lines,
    address: String,
}

impl House {
    /// An empty one, which nobody serves yet. `program` is `whoswho`, in tests `env!("CARGO_BIN_EXE_whoswho")`.
    pub fn new(program: impl AsRef<Path>) -> Self {
        let world = World::new(7);
        let simulated = Server::start(&world, &ServerOptions::default()).unwrap();
        let folder = tempfile::tempdir().unwrap();
        // A folder that was named is not made by the program.
        std::fs::create_dir(folder.path().join("data")).unwrap();
        let program = program.as_ref().to_owned();
        Self { world, program, folder, simulated, serving: None, people: std::cell::Cell::new(0) }
    }

    // ---- the command line

    fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        command
            .env_clear()
            .current_dir(self.folder.path())
            .arg("--data")
            .arg(self.folder.path().join("data"));
        command
    }

    /// Types a command, which must go well, and hands over what it says.
    pub fn types(&self, line: &[&str]) -> String {
        let output = self.command().args(line).output().unwrap();
        let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert!(output.status.success(), "{line:?}: {out}{err}");
        out.into_owned()
    }

    /// Types a command that need not go well.
    pub fn tries(&self, line: &[&str]) -> bool {
        self.command().args(line).output().unwrap().status.success()
    }

    /// Types a command, which must go well, with `--json`.
    pub fn json(&self, line: &[&str]) -> Value {
        let text = self.types(&[&["--json"], line].concat());
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{line:?}: {error}\n{text}"))
    }

    /// A file of its own, by its path.
    pub fn file(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path
    }

    /// The file of its database.
    pub fn database(&self) -> PathBuf {
        self.folder.path().join("data/whoswho.db")
    }

    /// Connects a customer to a new company at Microsoft, whose first run may start at once where the preset says so.
    pub fn connects(&self, customer: &str, company: &TenantSpec) -> TenantHandle {
        let tenant = self.world.add_tenant(company);
        self.connects_to(customer, &tenant);
        tenant
    }

    /// Connects a customer to a company that is there.
    pub fn connects_to(&self, customer: &str, tenant: &TenantHandle) {
        let secret = self.folder.path().join(format!("{customer}.secret"));
        std::fs::write(&secret, tenant.client_secret()).unwrap();
        let (id, client, secret) = (tenant.id(), tenant.client_id(), secret.display().to_string());
        let (login, graph) = (self.simulated.login_url(), self.simulated.graph_url());
        let whom = ["connect", customer, "--tenant-id", &id, "--client-id", &client];
        let how = ["--client-secret-file", &secret, "--login-url", &login, "--graph-url", &graph];
        self.types(&[&whom[..], &how[..]].concat());
    }

    /// Puts in an app of the operator's, registered at Microsoft in a tenant of its own; pages must add where it sends browsers
    /// back to, once it is known where they are.
    pub fn has_app(&self) -> AppHandle {
        let operator = self.world.add_tenant(&TenantSpec::empty("betreiber.example"));
        let chef = "chef@betreiber.example";
        operator.add_user(UserSpec { mail: Some(chef.to_owned()), ..UserSpec::default() });
        let home = "https://home.example/";
        let app = self.world.register_app(AppSpec {
            redirects: vec![home.to_owned()],
            roles: ["User.Read.All", "GroupMember.Read.All", "Organization.Read.All"].map(Into::into).into(),
            name: "Whoswho".to_owned(),
        });
        let asked = format!("client_id={}&redirect_uri={home}&scope=x", app.client_id());
        let target = format!("/{}/v2.0/adminconsent?{asked}", operator.id());
        let chef =
            operator.truth().users.first().and_then(|one| one.spec.user_principal_name.clone()).unwrap();
        self.world.go_on_as(&target, &chef).unwrap();
        let secret = self.folder.path().join("app.secret");
        std::fs::write(&secret, app.client_secret()).unwrap();
        let (client, secret) = (app.client_id(), secret.display().to_string());
        let (login, graph) = (self.simulated.login_url(), self.simulated.graph_url());
        let whom = ["operator", "app", "set", "--tenant-id", "betreiber.example", "--client-id", &client];
        let how = ["--client-secret-file", &secret, "--login-url", &login, "--graph-url", &graph];
        self.types(&[&whom[..], &how[..]].concat());
        app
    }

    // ---- the pages

    /// Serves the pages from now on, on a free port; no run starts by itself.
    pub fn serve(&mut self) {
        let mut command = self.command();
        command.args(["serve", "--listen", "127.0.0.1:0", "--no-schedule"]).env("WHOSWHO_LOG", "info");
        // The cloud of the simulation is the installation's own, so that pages may send browsers there.
        command.env("WHOSWHO_LOGIN_URL", self.simulated.login_url());
        command.env("WHOSWHO_GRAPH_URL", self.simulated.graph_url());
        let mut process = Running(command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap());
        let said = Lines::of(process.0.stderr.take().unwrap());
        let line = said.heard("http://");
        let address = format!("http://{}", line.rsplit("http://").next().unwrap().trim());
        self.serving = Some(Serving { _process: process, said, address });
    }

    fn serving(&self) -> &Serving {
        self.serving.as_ref().unwrap_or_else(|| panic!("nobody serves: House::serve first"))
    }

    /// The address of a path.
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.serving().address)
    }

    /// The link of the first start, which `serve` prints while nobody owns the installation.
    pub fn set_up_link(&self) -> String {
        let line = self.serving().said.heard("/set-up/");
        let path = line.split("/set-up/").nth(1).unwrap().split_whitespace().next().unwrap();
        self.url(&format!("/set-up/{path}"))
    }

    /// A link that signs a new account in; `customers` as `account add --customer` takes them, none for all.
    pub fn invites(&self, role: Role, customers: &[&str]) -> String {
        self.people.set(self.people.get() + 1);
        let email = format!("{}-{}@betreiber.example", role.word(), self.people.get());
        self.invites_as(role, customers, &email, "Jana Petersen")
    }

    /// The same with an address and a name.
    pub fn invites_as(&self, role: Role, customers: &[&str], email: &str, name: &str) -> String {
        let mut line = vec!["account", "add", email, "--name", name, "--role", role.word()];
        for customer in customers {
            line.extend(["--customer", customer]);
        }
        self.here(self.json(&line)["link"].as_str().unwrap())
    }

    /// The command does not know on which port the pages are.
    fn here(&self, link: &str) -> String {
        self.url(&format!("/link/{}", link.split("/link/").nth(1).unwrap()))
    }

    /// Signs a new account in, and leaves the browser where it lands.
    pub fn signs_in(&self, browser: &Browser, role: Role, customers: &[&str]) {
        browser.open(&self.invites(role, customers));
        browser.press_first("main form button");
        browser.is_away_from("/link/");
    }

    /// Opens a path.
    pub fn opens(&self, browser: &Browser, path: &str) {
        browser.open(&self.url(path));
    }
}
