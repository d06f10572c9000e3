//! By what mails leave the house, whether that works, and what became of each.

use std::path::PathBuf;

use anyhow::{Context, anyhow};
use clap::{Subcommand, ValueEnum};
use deliver::{Stuck, kind_text};
use secrecy::SecretString;
use serde::Serialize;
use show::values::is_address;
use show::{Column, table, when};
use store::{ListedMail, MailId, MailSecurity, MailServer, MailWay, Password, Store};
use sync::Office;

use super::lists::{MailJson, state_text};
use crate::app::App;
use crate::exit::usage;
use crate::texts::{self, pick, say};

/// Mails that are listed.
const LISTED: i64 = 200;

/// What to do with it.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Show by what mails leave
    Show,
    /// Say by what mails leave: a mail server, or the operator's own tenant
    Set(Set),
    /// Send a test mail at once
    Test {
        /// To whom
        #[arg(value_name = "ADDRESS")]
        to: String,
    },
    /// List the newest mails of all customers
    List,
    /// Send a mail again that failed
    Again {
        /// Its number, as `operator mail list` shows it
        #[arg(value_name = "MAIL")]
        mail: String,
    },
    /// Forget it; mails wait then
    Remove,
}

/// What `set` takes.
#[derive(Debug, clap::Args)]
pub struct Set {
    /// The address that mails come from
    #[arg(long, value_name = "ADDRESS")]
    from: String,
    /// What stands before it
    #[arg(long, value_name = "NAME", default_value = "")]
    name: String,
    /// The mail server
    #[arg(long, value_name = "SERVER", required_unless_present = "graph", conflicts_with = "graph")]
    host: Option<String>,
    /// Its port [default: by the kind of encryption]
    #[arg(long, value_name = "PORT", requires = "host")]
    port: Option<u16>,
    /// How the connection is guarded
    #[arg(long, value_enum, default_value = "starttls", requires = "host")]
    security: Security,
    /// Who signs in there
    #[arg(long, value_name = "USER", requires = "host", requires = "password_file")]
    user: Option<String>,
    /// A file with the password
    #[arg(long, value_name = "FILE", requires = "user")]
    password_file: Option<PathBuf>,
    /// A file with the certificate of its authority (PEM), where the system does not know that
    #[arg(long, value_name = "FILE", requires = "host")]
    root: Option<PathBuf>,
    /// Through Microsoft Graph, from a mailbox of the tenant where the operator's app is registered
    #[arg(long)]
    graph: bool,
}

/// Kinds of encryption.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Security {
    Starttls,
    Tls,
    None,
}

impl Security {
    const fn stored(self) -> MailSecurity {
        match self {
            Self::Starttls => MailSecurity::StartTls,
            Self::Tls => MailSecurity::Tls,
            Self::None => MailSecurity::None,
        }
    }
}

#[derive(Serialize)]
struct ServerJson {
    way: Option<&'static str>,
    host: Option<String>,
    port: Option<u16>,
    security: Option<&'static str>,
    user: Option<String>,
    has_password: bool,
    from: Option<String>,
    name: Option<String>,
    waiting: i64,
    failed: i64,
}

#[derive(Serialize)]
struct ListedJson {
    mail: String,
    kind: String,
    customer: Option<String>,
    created_at: String,
    #[serde(flatten)]
    is: MailJson,
}

/// Runs the command.
pub fn run(app: &App, command: Command) -> anyhow::Result<()> {
    match command {
        Command::Show => answer(app, &app.store()?),
        Command::Set(set) => {
            let store = app.new_store()?;
            let (server, password) = read(&store, &set)?;
            store.set_mail_server(&server, &password, when::now())?;
            answer(app, &store)
        }
        Command::Test { to } => test(app, &to),
        Command::List => list(app),
        Command::Again { mail } => again(app, &mail),
        Command::Remove => {
            let store = app.store()?;
            store.remove_mail_server()?;
            answer(app, &store)
        }
    }
}

fn read(store: &Store, set: &Set) -> anyhow::Result<(MailServer, Password)> {
    if !is_address(&set.from) {
        return Err(usage(say!(
            "--from cannot be “{}”; it takes an e-mail address",
            "--from kann nicht „{}“ sein; möglich ist eine E-Mail-Adresse",
            set.from
        )));
    }
    let file = |path: &PathBuf| std::fs::read_to_string(path).with_context(|| path.display().to_string());
    let way = match &set.host {
        None => {
            if store.operator_app()?.is_none() {
                return Err(usage(pick(
                    "--graph needs the operator's app; `whoswho operator app set` puts it in",
                    "--graph braucht die App des Betreibers; `whoswho operator app set` trägt sie ein",
                )));
            }
            MailWay::Graph
        }
        Some(host) => {
            let security = set.security.stored();
            if security == MailSecurity::None && set.user.is_some() {
                return Err(usage(pick(
                    "a password does not go unencrypted; --security takes starttls or tls then",
                    "ein Kennwort geht nicht unverschlüsselt; --security ist dann starttls oder tls",
                )));
            }
            MailWay::Smtp {
                host: host.clone(),
                port: set.port.unwrap_or(security.port()),
                security,
                user: set.user.clone().unwrap_or_default(),
                root: set.root.as_ref().map(file).transpose()?.unwrap_or_default(),
            }
        }
    };
    let password = set.password_file.as_ref().map(file).transpose()?.unwrap_or_default();
    let server = MailServer {
        way,
        sender: set.from.clone(),
        sender_name: set.name.clone(),
        has_password: false,
        changed_at: when::now(),
    };
    Ok((server, Password::Is(SecretString::from(password.trim_end_matches(['\r', '\n'])))))
}

fn answer(app: &App, store: &Store) -> anyhow::Result<()> {
    let (server, counts) = (store.mail_server()?, store.mail_counts()?);
    let smtp = server.as_ref().and_then(|server| match &server.way {
        MailWay::Smtp { host, port, security, user, .. } => Some((host, *port, security.name(), user)),
        MailWay::Graph => None,
    });
    let json = ServerJson {
        way: server.as_ref().map(|_| if smtp.is_some() { "smtp" } else { "graph" }),
        host: smtp.map(|(host, ..)| host.clone()),
        port: smtp.map(|(_, port, ..)| port),
        security: smtp.map(|(_, _, security, _)| security),
        user: smtp.map(|(.., user)| user.clone()).filter(|user| !user.is_empty()),
        has_password: server.as_ref().is_some_and(|server| server.has_password),
        from: server.as_ref().map(|server| server.sender.clone()),
        name: server.as_ref().map(|server| server.sender_name.clone()).filter(|name| !name.is_empty()),
        waiting: counts.waiting,
        failed: counts.failed,
    };
    app.answer(&json, |json| {
        let by = match (&json.host, json.way) {
            (Some(host), _) => {
                format!("{host}:{} ({})", json.port.unwrap_or_default(), json.security.unwrap_or_default())
            }
            (None, Some(_)) => "Microsoft Graph".to_owned(),
            (None, None) => {
                return say!("nothing is set; {} waiting", "nichts ist eingetragen; {} warten", json.waiting);
            }
        };
        let from = json.from.as_deref().unwrap_or_default();
        say!(
            "mails leave by {by}, from {from}; {} waiting, {} failed",
            "Mails gehen über {by} hinaus, von {from}; {} warten, {} fehlgeschlagen",
            json.waiting,
            json.failed
        )
    });
    Ok(())
}

fn test(app: &App, to: &str) -> anyhow::Result<()> {
    let office = Office::typed(app.store()?)?;
    let sending = deliver::send_test(&office, to, texts::language());
    let sent = app.wait(async { sending.await.map_err(anyhow::Error::from) })?;
    match sent.ok_or_else(|| {
        usage(pick(
            "nobody has said by what mails leave; `whoswho operator mail set` does that",
            "es ist nicht eingetragen, worüber Mails hinausgehen; `whoswho operator mail set` tut das",
        ))
    })? {
        Ok(()) => {
            app.answer(&serde_json::json!({ "to": to, "sent": true }), |_| {
                say!(
                    "the server took the test mail to {to}",
                    "der Server hat die Testmail an {to} angenommen"
                )
            });
            Ok(())
        }
        Err(Stuck { problem, said, .. }) => Err(anyhow!(match said.as_str() {
            "" => problem.text().to_owned(),
            said => say!("{} The server says: {said}", "{} Der Server sagt: {said}", problem.text()),
        })),
    }
}

fn list(app: &App) -> anyhow::Result<()> {
    let json = |ListedMail { mail, kind, created_at, customer }: ListedMail| ListedJson {
        mail: format!("{}.{}", mail.id.outbox, mail.id.n),
        kind,
        customer: customer.map(|(slug, _)| slug.to_string()),
        created_at: when::rfc3339(created_at),
        is: MailJson::of(mail),
    };
    let all: Vec<_> = app.store()?.mails(LISTED)?.into_iter().map(json).collect();
    app.answer(&all, |all| {
        if all.is_empty() {
            return pick("no mails yet", "noch keine Mails").into();
        }
        let mut table = table(&[
            Column::Whole(pick("mail", "Mail")),
            Column::Text(pick("kind", "Art")),
            Column::Whole(pick("customer", "Kunde")),
            Column::Name(pick("to", "an")),
            Column::Whole(pick("state", "Stand")),
            Column::Text(pick("why", "Grund")),
        ]);
        for one in all {
            let why = match (one.is.text, &one.is.said) {
                (Some(text), Some(said)) => format!("{text} ({said})"),
                (text, _) => text.unwrap_or_default().to_owned(),
            };
            table.add_row([
                one.mail.clone(),
                kind_text(&one.kind).to_owned(),
                one.customer.clone().unwrap_or_default(),
                one.is.to.clone(),
                state_text(one.is.state).to_owned(),
                why,
            ]);
        }
        table.text()
    });
    Ok(())
}

fn again(app: &App, mail: &str) -> anyhow::Result<()> {
    let id = mail
        .split_once('.')
        .and_then(|(outbox, n)| Some(MailId { outbox: outbox.parse().ok()?, n: n.parse().ok()? }));
    let waits = match id {
        Some(id) => app.store()?.send_again(id, when::now())?,
        None => false,
    };
    if !waits {
        return Err(usage(say!(
            "there is no failed mail “{mail}”; `whoswho operator mail list` lists them",
            "eine fehlgeschlagene Mail „{mail}“ gibt es nicht; `whoswho operator mail list` zeigt sie"
        )));
    }
    app.answer(&serde_json::json!({ "mail": mail, "state": "waiting" }), |_| {
        pick("it is sent again", "sie wird noch einmal gesendet").to_owned()
    });
    Ok(())
}
