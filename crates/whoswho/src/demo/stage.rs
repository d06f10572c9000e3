//! The stage: a simulated Microsoft 365 on loopback, a data folder, and a customer who is connected and wants everybody.
//!
//! The rule: a book that exists is never touched. A folder that was used before gets another customer.

use std::fs::DirBuilder;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use graph::{Limits, Transport};
use m365sim::{AppSpec, Server, ServerOptions, World};
use model::{Preset, Slug, SourceId};
use secrecy::SecretString;
use store::{
    Book, ConnectionRow, EndBy, KEY_VARIABLE, KeyRing, NewConnection, NewOperatorApp, Refusal, ScopeChange,
    Store, StoreError, StoredCredential, Switch,
};
use sync::Office;

use super::company::Company;

use crate::exit::usage;
use crate::progress;
use crate::simulate::made_up;
use crate::texts::{pick, say};

/// Source groups that become contact groups.
const GROUPS: usize = 3;
/// Fields that the book takes beside the names and the address.
const FIELDS: [&str; 6] = ["job_title", "department", "company", "office", "mobile", "business_phones"];

/// Everything that the story needs; the server lives as long as it.
pub struct Stage {
    pub data: PathBuf,
    pub company: Company,
    pub office: Office,
    pub book: Book,
    pub connection: ConnectionRow,
    server: Server,
}

impl Stage {
    /// Sets it up.
    pub fn set(data: Option<&Path>, seed: u64, employees: usize) -> Result<Self> {
        let data = folder(data)?;
        let keys = KeyRing::load(&data, environment_key().as_ref())?;
        let store = Store::open(&Store::in_folder(&data), keys)?;
        only_demos(&store, &data)?;
        let world = World::new(seed);
        let company = {
            let busy = progress::busy(pick("making up the company", "die Firma wird ausgedacht"));
            Company::found(&world, employees, |name| busy.at(&made_up(name, employees)))
        };
        let server = Server::start(&world, &ServerOptions::default())
            .context(pick("the simulator cannot start", "der Simulator startet nicht"))?;
        let book = customer(&store, &company)?;
        let connection = connect(&book, &company, &server)?;
        let office = Office { store, transport: Transport::new()?, limits: Limits::typed() };
        Ok(Self { data, company, office, book, connection, server })
    }

    /// An app of the operator's, so that consent and sign-in with Microsoft can be tried, too.
    pub fn has_app(&self, public_url: &str) -> Result<()> {
        let app = self.server.world().register_app(AppSpec {
            redirects: ["/consent", "/sign-in/microsoft/back"]
                .map(|path| format!("{public_url}{path}"))
                .into(),
            roles: ["User.Read.All", "GroupMember.Read.All", "Organization.Read.All"].map(Into::into).into(),
            name: "Whoswho".to_owned(),
        });
        let (login_url, graph_url) = self.cloud();
        let secret = StoredCredential::Secret(SecretString::from(app.client_secret()));
        let new = NewOperatorApp {
            tenant: &self.company.tenant.id(),
            client_id: &app.client_id(),
            login_url: &login_url,
            graph_url: &graph_url,
            credential: &secret,
            credential_ends_at: None,
        };
        match self.office.store.set_operator_app(&new, Office::now()) {
            // An earlier demo in this folder was connected by its app, which is gone with its Microsoft 365.
            Err(StoreError::Refused(Refusal::AppInUse(_))) => Ok(()),
            done => Ok(done?),
        }
    }

    /// Where the simulated Microsoft 365 signs in, and its Graph.
    pub fn cloud(&self) -> (String, String) {
        (self.server.login_url(), self.server.graph_url())
    }
}

/// The given folder, or a fresh one that only we may read: a real book would lie there too.
fn folder(data: Option<&Path>) -> Result<PathBuf> {
    use std::os::unix::fs::DirBuilderExt;
    let fresh = || std::env::temp_dir().join(format!("whoswho-demo-{}", uuid::Uuid::new_v4().simple()));
    let path = data.map_or_else(fresh, Path::to_owned);
    DirBuilder::new().recursive(true).mode(0o700).create(&path).with_context(|| {
        say!("the folder {} cannot be made", "der Ordner {} kann nicht angelegt werden", path.display())
    })?;
    Ok(path)
}

/// The keys that other commands would use on the same folder.
fn environment_key() -> Option<SecretString> {
    std::env::var(KEY_VARIABLE).ok().filter(|v| !v.is_empty()).map(SecretString::from)
}

/// A folder with real customers gets no made-up people.
fn only_demos(store: &Store, folder: &Path) -> Result<()> {
    let is_demo = |slug: &str| {
        let rest = slug.strip_prefix("demo");
        let number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        rest.is_some_and(|rest| rest.is_empty() || rest.strip_prefix('-').is_some_and(number))
    };
    match store.customers()?.into_iter().find(|c| !is_demo(&c.slug)) {
        None => Ok(()),
        Some(real) => Err(usage(say!(
            "{} holds the customer “{}”; nothing was added. The demo takes a folder of its own: leave --data out, or name a new \
             one",
            "{} enthält den Kunden „{}“; nichts wurde angelegt. Die Demo nimmt einen eigenen Ordner: --data weglassen oder einen \
             neuen nennen",
            folder.display(),
            real.slug
        ))),
    }
}

/// A new customer, `demo`, or `demo-2` and so on where there was a demo before.
fn customer(store: &Store, company: &Company) -> Result<Book> {
    let taken: Vec<String> = store.customers()?.into_iter().map(|c| c.slug).collect();
    let mut names = std::iter::once("demo".to_owned()).chain((2..).map(|n| format!("demo-{n}")));
    let slug: Slug = names.find(|n| !taken.contains(n)).unwrap_or_default().parse()?;
    let book = store.add_customer(&slug, &company.name, Preset::Careful, Office::now())?;
    let own = |field: &str| (format!("fields.{field}"), "always".to_owned());
    book.set_policy(&FIELDS.map(own))?;
    Ok(book)
}

fn connect(book: &Book, company: &Company, server: &Server) -> Result<ConnectionRow> {
    let (login, graph) = (server.login_url(), server.graph_url());
    let new = NewConnection {
        tenant_id: &company.tenant.id(),
        client_id: &company.tenant.client_id(),
        login_url: &login,
        graph_url: &graph,
        credential: StoredCredential::Secret(SecretString::from(company.tenant.client_secret())),
        credential_ends_at: None,
        credential_end_by: EndBy::Typed,
    };
    let connection = book.connect(&new, Office::now())?;
    let mut scope = vec![ScopeChange::Everybody(Switch::On)];
    for group in company.largest_groups(GROUPS) {
        scope.push(ScopeChange::Group(group.id.parse::<SourceId>()?, Switch::On));
    }
    book.change_scope(connection.id, &scope)?;
    Ok(connection)
}
