//! Connect: sign in once, keep the credential sealed, and start the first run. What Microsoft refuses is not kept.

use std::io::{Read, stdin};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use ::sync::{CLOUDS, NoFirstRun, Offer, bad_certificate, cloud_hosts, no_first_run};
use anyhow::{Context, anyhow};
use clap::builder::PossibleValuesParser;
use graph::Hosts;
use model::Timestamp;
use model::run::Outcome;
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;
use store::{Book, StoredCredential};

use super::check;
use super::ends;
use crate::app::App;
use crate::exit::{self, usage};
use crate::out::{self, Form};
use crate::progress;
use crate::texts::{self, pick, say};
use show::{self, CheckJson, RunJson};

/// What `connect` takes.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The customer
    customer: String,
    #[command(flatten)]
    app: Registration,
}

/// An app registration with its credential.
#[derive(Debug, clap::Args)]
pub struct Registration {
    /// Directory (tenant) id
    #[arg(long)]
    tenant_id: String,
    /// Application (client) id
    #[arg(long)]
    client_id: String,
    /// File with the value of the client secret; - reads it from stdin
    #[arg(
        long,
        value_name = "FILE",
        required_unless_present = "certificate",
        conflicts_with = "certificate"
    )]
    client_secret_file: Option<PathBuf>,
    /// PEM file with certificate and private key
    #[arg(long, value_name = "FILE")]
    certificate: Option<PathBuf>,
    /// Which cloud the tenant lives in
    #[arg(long, value_parser = PossibleValuesParser::new(CLOUDS), conflicts_with_all = ["login_url", "graph_url"])]
    cloud: Option<String>,
    /// Sign-in host of another cloud
    #[arg(long, requires = "graph_url")]
    login_url: Option<String>,
    /// Graph host of another cloud
    #[arg(long, requires = "login_url")]
    graph_url: Option<String>,
    /// The last day of secret or certificate (2027-03-01), where Microsoft does not tell
    #[arg(long, value_name = "DAY")]
    pub ends: Option<String>,
}

#[derive(Serialize)]
struct ConnectJson {
    customer: String,
    connected: bool,
    /// Other customers that are connected to the same tenant.
    same_tenant: Vec<String>,
    check: CheckJson,
    run: Option<RunJson>,
    next: String,
}

/// Runs the command.
pub fn run(app: &App, args: &Args) -> anyhow::Result<ExitCode> {
    let book = app.book(&args.customer)?;
    let typed = &args.app;
    checked_ids(typed)?;
    let ends_typed = typed.ends.as_deref().map(|day| ends::typed(&book, "--ends", day.trim())).transpose()?;
    let mut offer = typed.offer(ends_typed)?;
    let office = App::office(&book)?;
    let busy = check::busy();
    let report = app.wait(offer.ask(&office, &|asking| busy.at(&check::asking_text(asking))))?;
    drop(busy);
    if !report.signed_in() {
        refused(app, &book, show::check(&book, &report, (ends_typed, false)));
        return Ok(ExitCode::from(exit::REFUSED));
    }
    if report.told_end().or(ends_typed).is_none() {
        offer.ends = ends::asked(&book)?;
    }
    let ends = report.told_end().or(offer.ends);
    offer.keep(&book, &report)?;
    let same_tenant = others(&book)?;
    let check = show::check(&book, &report, (ends, false));
    if app.form == Form::Text {
        out::lines(&show::check_lines(&check));
    }
    let passed = check.passed;
    let next = if passed { reason_not_to_run(&book)? } else { Some(not_yet(&args.customer)) };
    let run = match &next {
        Some(_) => None,
        None => Some(first_run(app, &book)?),
    };
    let waits = run.as_ref().is_some_and(|run| run.outcome == Outcome::Waiting.name());
    let next = next.unwrap_or_else(|| {
        if waits {
            return say!(
                "nothing was changed yet: look at `whoswho plan {0}`, then `whoswho sync {0}` applies it",
                "noch wurde nichts geändert: `whoswho plan {0}` zeigt den Plan, `whoswho sync {0}` wendet ihn an",
                args.customer
            );
        }
        say!("`whoswho book {}` shows the book", "`whoswho book {}` zeigt das Kontaktbuch", args.customer)
    });
    let done =
        ConnectJson { customer: args.customer.clone(), connected: true, same_tenant, check, run, next };
    exit::answer(app.form, &done, check::failed(&done.check, Some(&done.next)), |done| match &done.run {
        // That a plan waits stands in the run's report already.
        Some(run) if waits => show::run_lines(run),
        Some(run) => format!("{}\n  {}", show::run_lines(run), done.next),
        None => done.next.clone(),
    });
    Ok(ExitCode::from(if passed { exit::DONE } else { exit::REFUSED }))
}

impl Registration {
    /// What Microsoft is asked with.
    pub fn offer(&self, ends: Option<Timestamp>) -> anyhow::Result<Offer> {
        let (login_url, graph_url) = hosts(self)?;
        let (tenant, client) = (self.tenant_id.trim().to_owned(), self.client_id.trim().to_owned());
        Ok(Offer { tenant, client, login_url, graph_url, credential: credential(self)?, ends })
    }
}

/// Two customers of one tenant may be meant, a holding and its subsidiary; mostly it is a slip, so it is told and not refused.
fn others(book: &Book) -> anyhow::Result<Vec<String>> {
    let Some(connection) = book.connection()? else { return Ok(Vec::new()) };
    let there = book.store().customers_of_tenant(&connection.tenant_id)?;
    let others: Vec<String> =
        there.into_iter().map(|one| one.slug).filter(|slug| *slug != book.customer.slug).collect();
    if !others.is_empty() {
        let (slug, names) = (&book.customer.slug, others.join(", "));
        out::note(&say!(
            "warning: this tenant is connected to another customer as well: {names}; both books get its people. If that is a \
             slip, `whoswho disconnect {slug}` ends this connection",
            "Warnung: Mit diesem Mandanten ist noch ein Kunde verbunden: {names}; beide Kontaktbücher bekommen seine Personen. \
             Ist das ein Versehen, beendet `whoswho disconnect {slug}` diese Verbindung"
        ));
    }
    Ok(others)
}

/// Ids as the portal shows them; a tenant may also be named by one of its domains. What is no id at all is told here and
/// not by Microsoft, minutes later and in other words.
pub fn checked_ids(args: &Registration) -> anyhow::Result<()> {
    let tenant = args.tenant_id.trim();
    if !show::values::names_tenant(tenant) {
        return Err(usage(say!(
            "--tenant-id cannot be “{tenant}”; it takes the directory (tenant) id of the tenant, such as \
             1f2e3d4c-0000-4000-8000-000000000000, or one of its domains",
            "--tenant-id kann nicht „{tenant}“ sein; nötig ist die Verzeichnis-ID (Mandant), etwa \
             1f2e3d4c-0000-4000-8000-000000000000, oder eine Domain des Mandanten"
        )));
    }
    let client = args.client_id.trim();
    if !show::values::is_object_id(client) {
        return Err(usage(say!(
            "--client-id cannot be “{client}”; it takes the application (client) id of the app registration",
            "--client-id kann nicht „{client}“ sein; nötig ist die Anwendungs-ID (Client) der App-Registrierung"
        )));
    }
    Ok(())
}

/// No token: nothing is kept.
fn refused(app: &App, book: &Book, check: CheckJson) {
    let next = pick(
        "nothing was kept; correct what is marked “bad” and connect again",
        "nichts wurde gespeichert; berichtigen, was mit „schlecht“ markiert ist, und neu verbinden",
    );
    let (customer, next) = (book.customer.slug.clone(), next.to_owned());
    let (connected, same_tenant, run) = (false, Vec::new(), None);
    let done = ConnectJson { customer, connected, same_tenant, check, run, next };
    let failed = check::failed(&done.check, Some(&done.next));
    exit::answer(app.form, &done, failed, |done| {
        format!("{}\n{}", show::check_lines(&done.check), done.next)
    });
}

fn not_yet(slug: &str) -> String {
    say!(
        "the connection is kept; correct what is marked “bad”, then `whoswho check {slug}`",
        "die Verbindung ist gespeichert; berichtigen, was mit „schlecht“ markiert ist, dann `whoswho check {slug}`"
    )
}

/// Sign-in and Graph.
fn hosts(args: &Registration) -> anyhow::Result<(String, String)> {
    if let (Some(login), Some(graph)) = (&args.login_url, &args.graph_url) {
        let hosts = Hosts::custom(login, graph).map_err(|e| usage(texts::bad_hosts(&e)))?;
        return Ok((hosts.login().to_string(), hosts.graph().to_string()));
    }
    let cloud = args.cloud.as_deref().unwrap_or(CLOUDS[0]);
    cloud_hosts(cloud)
        .ok_or_else(|| usage(say!("there is no cloud “{cloud}”", "eine Cloud „{cloud}“ gibt es nicht")))
}

/// The credential, which can be used.
fn credential(args: &Registration) -> anyhow::Result<StoredCredential> {
    if let Some(path) = &args.certificate {
        let pem = read(path)?;
        return match bad_certificate(&pem) {
            Some(why) => Err(usage(format!("{}: {}", path.display(), texts::bad_certificate(why)))),
            None => Ok(StoredCredential::Certificate(pem)),
        };
    }
    let path = args.client_secret_file.as_deref().ok_or_else(|| {
        anyhow!(pick("a secret or a certificate is needed", "ein Geheimnis oder ein Zertifikat ist nötig"))
    })?;
    let secret = SecretString::from(read(path)?.expose_secret().trim());
    if secret.expose_secret().is_empty() {
        let what = if path == Path::new("-") {
            pick("standard input", "Die Standardeingabe").into()
        } else {
            path.display().to_string()
        };
        return Err(usage(say!(
            "{what} is empty; it must hold the secret's value",
            "{what} ist leer; darin muss der Wert des Geheimnisses stehen"
        )));
    }
    Ok(StoredCredential::Secret(secret))
}

fn read(path: &Path) -> anyhow::Result<SecretString> {
    let mut bytes = Vec::new();
    let read = if path == Path::new("-") {
        stdin().read_to_end(&mut bytes)
    } else {
        std::fs::File::open(path).and_then(|mut file| file.read_to_end(&mut bytes))
    };
    let read = read.with_context(|| say!("reading {}", "beim Lesen von {}", path.display()));
    read.map_err(|e| usage(exit::text_of(&e)))?;
    let shown = path.display();
    let text = String::from_utf8(bytes).map_err(|_| {
        usage(say!(
            "{shown} is no text. A certificate is needed as PEM, with its private key; of a .pfx or .p12 file `openssl pkcs12 \
             -in {shown} -nodes -out whoswho.pem` makes that. A secret is a line of text",
            "{shown} ist kein Text. Ein Zertifikat wird als PEM gebraucht, mit seinem privaten Schlüssel; aus einer .pfx- oder \
             .p12-Datei macht das `openssl pkcs12 -in {shown} -nodes -out whoswho.pem`. Ein Geheimnis ist eine Zeile Text"
        ))
    })?;
    Ok(text.into())
}

/// Why connecting only checks, with what to choose next.
fn reason_not_to_run(book: &Book) -> anyhow::Result<Option<String>> {
    let slug = &book.customer.slug;
    Ok(no_first_run(book)?.map(|why| match why {
        NoFirstRun::Off => say!(
            "connected; no people were read: active is off. `whoswho policy set {slug} active=on` switches it on",
            "verbunden; es wurden keine Personen gelesen: active ist off. `whoswho policy set {slug} active=on` schaltet ein"
        ),
        NoFirstRun::Manual => say!(
            "connected; no people were read: mode is manual. `whoswho source users {slug}` lists people, \
             `whoswho scope add {slug} user ID…` chooses some",
            "verbunden; es wurden keine Personen gelesen: mode ist manual. `whoswho source users {slug}` zeigt Personen, \
             `whoswho scope add {slug} user ID…` wählt welche aus"
        ),
        NoFirstRun::Nobody => say!(
            "connected; no people were read: nobody is in scope. Choose with `whoswho scope add {slug} all`, \
             `… group ID…` or `… user ID…`; `whoswho source groups {slug}` lists groups",
            "verbunden; es wurden keine Personen gelesen: niemand ist im Personenkreis. Auswählen mit `whoswho scope add {slug} all`, \
             `… group ID…` oder `… user ID…`; `whoswho source groups {slug}` zeigt Gruppen"
        ),
    }))
}

fn first_run(app: &App, book: &Book) -> anyhow::Result<RunJson> {
    let office = App::office(book)?;
    let monitor = progress::monitor();
    let report = app.interruptible(::sync::first_run(&office, book, &*monitor))?;
    drop(monitor);
    Ok(show::run_json(book, &report.run)?)
}
