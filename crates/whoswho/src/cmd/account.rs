//! Accounts: who signs in to the pages.

use anyhow::anyhow;
use clap::{Subcommand, ValueEnum};
use model::{CustomerId, Role};
use serde::Serialize;
use store::{Account, AccountChange, NewAccount, Reach, Store};

use crate::app::App;
use crate::exit::usage;
use crate::out;
use crate::pages;
use crate::texts::{pick, say};
use show::when;
use show::{Column, table};

/// For how long a link works: three days.
const LINK_MS: i64 = 3 * 24 * 3_600_000;

/// What to do with accounts.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// List the accounts of the operator's staff and of customers' people
    List,
    /// Add an account, and print the link with which it signs in the first time
    Add {
        /// The address that it signs in with
        email: String,
        /// The name
        #[arg(long)]
        name: String,
        /// What it may do
        #[arg(long, value_enum)]
        role: RoleArg,
        /// For technician and observer: only these customers; for administrator and reader: whose they are
        #[arg(long, value_name = "CUSTOMER")]
        customer: Vec<String>,
    },
    /// Change an account's name, address, role or customers; its sessions go by that at once
    Set {
        /// The address that it signs in with
        email: String,
        /// Another name
        #[arg(long)]
        name: Option<String>,
        /// Another address; links that were sent to the old one work no more
        #[arg(long, value_name = "EMAIL")]
        new_email: Option<String>,
        /// Another role
        #[arg(long, value_enum)]
        role: Option<RoleArg>,
        /// For technician and observer: only these customers; for administrator and reader: whose they are
        #[arg(long, value_name = "CUSTOMER", conflicts_with = "all_customers")]
        customer: Vec<String>,
        /// For technician and observer: all customers
        #[arg(long)]
        all_customers: bool,
    },
    /// Print a link that signs somebody in once, who may then choose another password
    Link { email: String },
    /// Remove an account; its sessions end
    Remove { email: String },
}

/// Roles as they are typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum RoleArg {
    Owner,
    Technician,
    Observer,
    Administrator,
    Reader,
}

impl RoleArg {
    const fn role(self) -> Role {
        match self {
            Self::Owner => Role::Owner,
            Self::Technician => Role::Technician,
            Self::Observer => Role::Observer,
            Self::Administrator => Role::Administrator,
            Self::Reader => Role::Reader,
        }
    }
}

#[derive(Serialize)]
struct AccountJson {
    email: String,
    name: String,
    role: &'static str,
    /// Short names of the customers that it reaches; null where it reaches all.
    customers: Option<Vec<String>>,
    has_password: bool,
    signed_in_at: Option<String>,
}

#[derive(Serialize)]
struct Linked {
    #[serde(flatten)]
    account: AccountJson,
    link: String,
    link_ends_at: String,
}

/// Runs the command.
pub fn run(app: &App, command: Command) -> anyhow::Result<()> {
    match command {
        Command::List => list(app),
        Command::Add { email, name, role, customer } => add(app, (&email, &name), role.role(), &customer),
        Command::Set { email, name, new_email, role, customer, all_customers } => {
            let whom = match (all_customers, customer.as_slice()) {
                (true, _) => Whom::All,
                (false, []) => Whom::AsBefore,
                (false, named) => Whom::These(named),
            };
            let role = role.map(RoleArg::role);
            set(app, &email, (name.as_deref(), new_email.as_deref()), role, whom)
        }
        Command::Link { email } => {
            let store = app.store()?;
            let account = named(&store, &email)?;
            link(app, &store, &account)
        }
        Command::Remove { email } => {
            let store = app.store()?;
            let account = named(&store, &email)?;
            let shown = json(&store, &account)?;
            store.remove_account(account.id)?;
            app.answer(&shown, |a| say!("removed {}", "{} entfernt", a.email));
            Ok(())
        }
    }
}

fn named(store: &Store, email: &str) -> anyhow::Result<Account> {
    store.account_named(email)?.ok_or_else(|| {
        anyhow!(say!(
            "there is no account “{email}”; `whoswho account list` shows them",
            "ein Konto „{email}“ gibt es nicht; `whoswho account list` zeigt alle"
        ))
    })
}

fn json(store: &Store, account: &Account) -> anyhow::Result<AccountJson> {
    Ok(AccountJson {
        email: account.email.clone(),
        name: account.name.clone(),
        role: account.role.name(),
        customers: store.customers_of(account)?.map(|all| all.into_iter().map(|row| row.slug).collect()),
        has_password: account.has_password,
        signed_in_at: account.signed_in_at.map(when::rfc3339),
    })
}

fn list(app: &App) -> anyhow::Result<()> {
    let store = app.store()?;
    let all: Vec<AccountJson> =
        store.accounts()?.iter().map(|account| json(&store, account)).collect::<anyhow::Result<_>>()?;
    app.answer(&all, |all| {
        if all.is_empty() {
            return pick(
                "there are no accounts; `whoswho serve` prints the link of the first start",
                "es gibt keine Konten; `whoswho serve` gibt den Link zum ersten Start aus",
            )
            .into();
        }
        let mut table = table(&[
            Column::Whole(pick("e-mail", "E-Mail")),
            Column::Name(pick("name", "Name")),
            Column::Whole(pick("role", "Rolle")),
            Column::Text(pick("customers", "Kunden")),
            Column::Whole(pick("signed in (UTC)", "angemeldet (UTC)")),
        ]);
        for a in all {
            let customers = a.customers.as_ref().map(|all| all.join(", "));
            table.add_row([
                a.email.clone(),
                a.name.clone(),
                a.role.to_owned(),
                customers.unwrap_or_else(|| pick("all", "alle").into()),
                a.signed_in_at.as_deref().map(when::shortened).unwrap_or_default(),
            ]);
        }
        table.text()
    });
    Ok(())
}

fn add(app: &App, (email, name): (&str, &str), role: Role, customers: &[String]) -> anyhow::Result<()> {
    let (email, name) = (address(email)?, called(name)?);
    let store = app.new_store()?;
    let (reach, chosen) = reach(app, role, customers)?;
    let new = NewAccount { role, reach, name: name.to_owned(), email: email.to_owned(), password: None };
    let account = store.add_account(&new, when::now())?;
    if reach == Reach::Chosen {
        store.choose_customers(account.id, &chosen)?;
    }
    link(app, &store, &account)
}

/// Which customers an account is to reach.
#[derive(Debug, Clone, Copy)]
enum Whom<'a> {
    /// Those that it reaches.
    AsBefore,
    /// All of them.
    All,
    /// These.
    These(&'a [String]),
}

fn set(
    app: &App,
    email: &str,
    (name, new_email): (Option<&str>, Option<&str>),
    role: Option<Role>,
    whom: Whom<'_>,
) -> anyhow::Result<()> {
    if name.is_none() && new_email.is_none() && role.is_none() && matches!(whom, Whom::AsBefore) {
        return Err(usage(pick("say what is to change", "bitte sagen, was sich ändern soll")));
    }
    let store = app.store()?;
    let account = named(&store, email)?;
    let role = role.unwrap_or(account.role);
    let before = store.customers_of(&account)?;
    let slugs: Vec<String> = before.iter().flatten().map(|row| row.slug.clone()).collect();
    let (reach, chosen) = match whom {
        // Chosen customers that are all gone by now must not become all customers.
        Whom::AsBefore if account.reach == Reach::Chosen && slugs.is_empty() && role == account.role => {
            (Reach::Chosen, Vec::new())
        }
        Whom::AsBefore if account.reach == Reach::Chosen && slugs.is_empty() => {
            return Err(usage(pick(
                "it reaches no customer; say which: --customer CUSTOMER or --all-customers",
                "das Konto erreicht keinen Kunden; bitte sagen, welche: --customer KUNDE oder --all-customers",
            )));
        }
        Whom::AsBefore => reach(app, role, &slugs)?,
        // Theirs are the operator's roles alone.
        Whom::All => reach(app, role, &[])?,
        Whom::These(named) => reach(app, role, named)?,
    };
    let to = AccountChange {
        role,
        reach,
        chosen,
        name: name.map_or(Ok(account.name.as_str()), called)?.to_owned(),
        email: new_email.map_or(Ok(account.email.as_str()), address)?.to_owned(),
    };
    let account = store.change_account(account.id, &to)?;
    app.answer(&json(&store, &account)?, |a| {
        let customers = a.customers.as_ref().map(|all| all.join(", "));
        let customers = customers.unwrap_or_else(|| pick("all customers", "alle Kunden").into());
        format!("{} · {} · {} · {customers}", a.email, a.name, a.role)
    });
    Ok(())
}

fn address(email: &str) -> anyhow::Result<&str> {
    let email = email.trim();
    if !email.contains('@') || email.contains(char::is_whitespace) {
        return Err(usage(say!("“{email}” is no e-mail address", "„{email}“ ist keine E-Mail-Adresse")));
    }
    Ok(email)
}

fn called(name: &str) -> anyhow::Result<&str> {
    match name.trim() {
        "" => Err(usage(pick("an account needs a name", "ein Konto braucht einen Namen"))),
        name => Ok(name),
    }
}

/// Where an account of a role is that was given these customers, and their ids.
fn reach(app: &App, role: Role, customers: &[String]) -> anyhow::Result<(Reach, Vec<CustomerId>)> {
    let books = customers.iter().map(|slug| app.book(slug)).collect::<anyhow::Result<Vec<_>>>()?;
    let reach = match (role, books.as_slice()) {
        (Role::Owner | Role::Technician | Role::Observer, []) => Reach::All,
        (Role::Technician | Role::Observer, _) => Reach::Chosen,
        (Role::Administrator | Role::Reader, [book]) => Reach::Own(book.customer.id),
        (Role::Owner, _) => {
            return Err(usage(pick(
                "an owner reaches all customers; with `account set`, add --all-customers",
                "Eigentümer erreichen alle Kunden; bei `account set` --all-customers dazuschreiben",
            )));
        }
        (Role::Administrator | Role::Reader, _) => {
            return Err(usage(pick(
                "name the one customer whose administrator or reader it is: --customer CUSTOMER",
                "den einen Kunden nennen, zu dem dieses Konto gehört: --customer KUNDE",
            )));
        }
    };
    Ok((reach, books.iter().map(|book| book.customer.id).collect()))
}

fn link(app: &App, store: &Store, account: &Account) -> anyhow::Result<()> {
    let settings = &app.config.settings;
    if settings.public_url.is_none() {
        out::note(&say!(
            "the link leads to where `listen` says ({}); where browsers reach the pages elsewhere, set `public_url` first",
            "der Link führt dorthin, wo `listen` steht ({}); wo Browser die Seiten anders erreichen, zuerst `public_url` setzen",
            settings.listen
        ));
    }
    let public_url = settings.public_url.clone().unwrap_or_else(|| format!("http://{}", settings.listen));
    let link = pages::link(store, &public_url, account.id, LINK_MS)?;
    let ends = when::rfc3339(model::Timestamp(when::now().0 + LINK_MS));
    let shown = Linked { account: json(store, account)?, link, link_ends_at: ends };
    app.answer(&shown, |shown| {
        say!(
            "{} signs in once within three days with {}",
            "{} meldet sich einmal innerhalb von drei Tagen an mit {}",
            shown.account.email,
            shown.link
        )
    });
    Ok(())
}
