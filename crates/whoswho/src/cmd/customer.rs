//! Customers: add, list, show, set, remove.

use clap::Subcommand;
use model::run::Outcome;
use model::{Preset, Slug};
use serde::Serialize;
use store::{Book, ForAPerson, MasterData, Watched};

use super::ends;
use super::master::{self, Pair, pairs_table};
use super::values;
use crate::app::App;
use crate::exit::usage;
use crate::texts::{self, pick, say};
use show::when;
use show::{self, Column, UnderWayJson, table};

/// What to do with customers.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Add a customer
    Add {
        /// Short name: lower-case letters, digits, hyphens
        slug: String,
        /// Full name
        #[arg(long)]
        name: String,
        /// Rules to start from [default: the operator's, else careful]
        #[arg(long, value_parser = preset)]
        preset: Option<Preset>,
    },
    /// List all customers
    List,
    /// Show a customer
    Show { slug: String },
    /// Change master data and notices of a customer
    Set {
        slug: String,
        #[arg(required = true, value_name = "KEY=VALUE")]
        values: Vec<String>,
    },
    /// Remove a customer with its book, connection and history
    Remove {
        slug: String,
        /// Do not ask
        #[arg(long)]
        yes: bool,
    },
}

/// A preset by its name.
pub fn preset(text: &str) -> Result<Preset, String> {
    let names = || Preset::ALL.map(Preset::name).join(", ");
    Preset::named(text).ok_or_else(|| say!("the presets are {}", "die Vorlagen sind {}", names()))
}

#[derive(Serialize)]
struct CustomerJson {
    customer: String,
    name: String,
    preset: &'static str,
    connected: bool,
    organisation: Option<String>,
    tenant_id: Option<String>,
    /// How a person named the tenant.
    tenant_typed: Option<String>,
    credential_ends_at: Option<String>,
    /// The day of that in the customer's time zone.
    #[serde(skip)]
    last_day: Option<String>,
    credential_left_out: bool,
    last_good_at: Option<String>,
    /// Why the last run ended badly, unless the credential was renewed since.
    last_error: Option<String>,
    next_run_at: Option<String>,
    quarantine: Option<QuarantineJson>,
    under_way: Option<UnderWayJson>,
    /// Operations that wait for a person.
    held: i64,
    /// Whether the first plan waits for a person.
    waiting: bool,
    settings: Vec<Pair>,
}

/// The schedule leaves a sick connection alone.
#[derive(Serialize)]
struct QuarantineJson {
    failures: i64,
    until: String,
}

/// Runs the command.
pub fn run(app: &App, command: Command) -> anyhow::Result<()> {
    match command {
        Command::Add { slug, name, preset } => add(app, &slug, &name, preset),
        Command::List => list(app),
        Command::Show { slug } => show(app, &app.book(&slug)?),
        Command::Set { slug, values } => {
            let book = app.book(&slug)?;
            set(&book, super::pairs(&values)?)?;
            show(app, &app.book(&slug)?)
        }
        Command::Remove { slug, yes } => remove(app, &slug, yes),
    }
}

fn add(app: &App, slug: &str, name: &str, preset: Option<Preset>) -> anyhow::Result<()> {
    let legal = pick(
        "a short name has up to 40 lower-case letters, digits and hyphens",
        "ein Kürzel hat bis zu 40 Kleinbuchstaben, Ziffern und Bindestriche",
    );
    let wrong = || usage(say!("“{slug}” is no short name; {legal}", "„{slug}“ ist kein Kürzel; {legal}"));
    let name = full_name(name)?;
    let slug: Slug = slug.parse().map_err(|_| wrong())?;
    let store = app.new_store()?;
    let book = store.add_customer(&slug, &name, preset, when::now())?;
    app.answer(&of(&book, ForAPerson::default())?, |c| {
        say!(
            "added {slug} with preset {}; next: `whoswho connect {slug}`",
            "{slug} angelegt, Vorlage {}; weiter mit `whoswho connect {slug}`",
            c.preset
        )
    });
    Ok(())
}

fn full_name(name: &str) -> anyhow::Result<String> {
    values::one_line(NAME, name)?
        .ok_or_else(|| usage(pick("a customer needs a name", "ein Kunde braucht einen Namen")))
}

fn list(app: &App) -> anyhow::Result<()> {
    let store = app.store()?;
    ::sync::bring_up_to_date(&store)?;
    let waits = store.for_a_person()?;
    let mut all = Vec::new();
    for row in store.customers()? {
        if let Some(book) = store.book(&row.slug)? {
            all.push(of(&book, waits.get(&book.customer.id).copied().unwrap_or_default())?);
        }
    }
    app.answer(&all, |all| {
        if all.is_empty() {
            return pick(
                "there are no customers; `whoswho customer add SLUG --name NAME` adds one",
                "es gibt keine Kunden; `whoswho customer add KÜRZEL --name NAME` legt einen an",
            )
            .into();
        }
        let mut table = table(&[
            Column::Whole(pick("customer", "Kunde")),
            Column::Name(pick("name", "Name")),
            Column::Whole(pick("preset", "Vorlage")),
            Column::Text(pick("tenant", "Mandant")),
            Column::Whole(pick("last good run (UTC)", "letzter guter Lauf (UTC)")),
            Column::Text(pick("next run (UTC)", "nächster Lauf (UTC)")),
            Column::Text(pick("waits for you", "wartet auf Sie")),
        ]);
        for c in all {
            // The id, which fills a third of a line, is in `customer show`.
            let domain = c.tenant_typed.as_ref().filter(|typed| typed.contains('.'));
            let unnamed = || {
                c.connected.then(|| pick("connected, name unknown", "verbunden, Name unbekannt").to_owned())
            };
            let tenant = c.organisation.clone().or_else(|| domain.cloned()).or_else(unnamed);
            table.add_row([
                c.customer.clone(),
                c.name.clone(),
                c.preset.to_owned(),
                tenant.unwrap_or_else(|| pick("not connected", "nicht verbunden").into()),
                c.last_good_at.as_deref().map(when::shortened).unwrap_or_default(),
                next_run(c, "").unwrap_or_default(),
                waits_text(c),
            ]);
        }
        table.text()
    });
    Ok(())
}

/// The key of `customer set` that belongs to the connection.
const ENDS: &str = "credential_ends";
/// The one for the full name.
const NAME: &str = "name";

/// Master data, and when the credential ends where Microsoft does not tell. All of it is checked before any is kept.
fn set(book: &Book, pairs: Vec<(String, String)>) -> anyhow::Result<()> {
    let (ends, pairs): (Vec<_>, Vec<_>) = pairs.into_iter().partition(|(key, _)| key == ENDS);
    let (names, pairs): (Vec<_>, Vec<_>) = pairs.into_iter().partition(|(key, _)| key == NAME);
    let mut pairs = pairs;
    let logo = master::logo(&mut pairs)?;
    let checked = master::checked(pairs, &[NAME, ENDS, master::LOGO_KEY])?;
    let name = names.last().map(|(_, name)| full_name(name)).transpose()?;
    let mut credential_end = None;
    if let Some((_, day)) = ends.last() {
        let Some(connection) = book.connection()? else {
            let slug = &book.customer.slug;
            anyhow::bail!(say!(
                "“{slug}” is not connected to Microsoft 365, so there is no credential whose end could be noted",
                "„{slug}“ ist nicht mit Microsoft 365 verbunden, es gibt also keine Zugangsdaten, deren Ende festzuhalten wäre"
            ));
        };
        let ends = if day.is_empty() { None } else { Some(ends::typed(book, ENDS, day)?) };
        credential_end = Some((connection.id, ends));
    }
    let settings = master::settings(checked);
    book.set_master_data(&MasterData { name, credential_end, settings })?;
    Ok(logo.keep(|logo| book.set_logo(logo))?)
}

fn show(app: &App, book: &Book) -> anyhow::Result<()> {
    ::sync::bring_up_to_date(book.store())?;
    app.answer(&of(book, book.for_a_person()?)?, |c| {
        let tenant = match (&c.organisation, &c.tenant_id) {
            (Some(name), Some(id)) => format!("{name} ({id})"),
            (None, Some(id)) => id.clone(),
            (_, None) => pick("not connected", "nicht verbunden").into(),
        };
        let named = c.tenant_typed.as_ref().filter(|typed| {
            c.tenant_id.as_ref().is_some_and(|id| !id.eq_ignore_ascii_case(typed))
        });
        let named = named.map(|typed| say!(", connected as {typed}", ", verbunden als {typed}"));
        let tenant = format!("{tenant}{}", named.unwrap_or_default());
        let utc = |at: &str| format!("{} UTC", when::shortened(at));
        let good =
            c.last_good_at.as_deref().map_or_else(|| pick("none yet", "noch keiner").to_owned(), utc);
        let next = next_run(c, " UTC")
            .unwrap_or_else(|| pick("only when a person asks", "nur wenn jemand ihn startet").into());
        let ends = match (&c.last_day, c.connected) {
            _ if c.credential_left_out => say!(
                "\ncredential left out when this database was restored; `whoswho connect {} …` puts a new one in",
                "\nZugangsdaten beim Wiederherstellen dieser Datenbank weggelassen; `whoswho connect {} …` legt neue an",
                c.customer
            ),
            (Some(day), _) => {
                say!("\ncredential ends on {day}", "\nGeheimnis oder Zertifikat endet am {day}")
            }
            (None, true) => say!(
                "\ncredential ends: nobody knows; `whoswho customer set {} {ENDS}=DAY` notes it",
                "\nGeheimnis oder Zertifikat endet: nicht bekannt; `whoswho customer set {} {ENDS}=TAG` hält es fest",
                c.customer
            ),
            (None, false) => String::new(),
        };
        let under_way =
            c.under_way.as_ref().map_or_else(String::new, |held| format!("\n{}", show::under_way(held)));
        let error = c.last_error.as_ref().map_or_else(String::new, |why| {
            say!("\nthe last run failed: {why}", "\nder letzte Lauf ist fehlgeschlagen: {why}")
        });
        let head = say!(
            "{}: {}\npreset {}\ntenant {tenant}{ends}{under_way}\nlast good run {good}{error}\nnext run {next}",
            "{}: {}\nVorlage {}\nMandant {tenant}{ends}{under_way}\nletzter guter Lauf {good}{error}\nnächster Lauf {next}",
            c.customer,
            c.name,
            c.preset
        );
        if c.settings.is_empty() { head } else { format!("{head}\n{}", pairs_table(&c.settings)) }
    });
    Ok(())
}

/// What waits for a person, in few words; nothing where nothing does.
fn waits_text(c: &CustomerJson) -> String {
    let plan = c.waiting.then(|| pick("first plan", "erster Plan").to_owned());
    let held = (c.held > 0).then(|| say!("{} held", "{} zurückgehalten", c.held));
    let missing = c.credential_left_out.then(|| pick("credential missing", "Zugangsdaten fehlen").to_owned());
    let failed =
        c.last_error.is_some().then(|| pick("last run failed", "letzter Lauf fehlgeschlagen").to_owned());
    [missing, failed, plan, held].into_iter().flatten().collect::<Vec<_>>().join(", ")
}

fn next_run(c: &CustomerJson, zone: &str) -> Option<String> {
    let at = format!("{}{zone}", when::shortened(c.next_run_at.as_ref()?));
    Some(match &c.quarantine {
        Some(q) => say!(
            "{at}, in quarantine after {} failures",
            "{at}, in Quarantäne nach {} Fehlschlägen",
            q.failures
        ),
        None => at,
    })
}

/// Why the last run ended badly. What failed with a credential that is replaced says nothing about the present one.
fn last_error(watched: &Watched) -> Option<String> {
    let last = watched.last.as_ref().filter(|last| last.ended_at >= watched.renewed_at)?;
    match last.outcome {
        Outcome::Refused | Outcome::Failed => last.error.as_ref().map(|error| texts::kept(error).to_owned()),
        Outcome::Done
        | Outcome::Quiet
        | Outcome::Planned
        | Outcome::Waiting
        | Outcome::CutOff
        | Outcome::Running => None,
    }
}

/// A customer; its schedule must be up to date.
fn of(book: &Book, waits: ForAPerson) -> anyhow::Result<CustomerJson> {
    let connection = book.connection()?;
    let watched = book.watched()?;
    let ends = connection.as_ref().and_then(|c| c.credential_ends_at);
    let organisation = connection.as_ref().map(|c| c.organisation.clone()).filter(|name| !name.is_empty());
    Ok(CustomerJson {
        customer: book.customer.slug.clone(),
        name: book.customer.name.clone(),
        preset: book.customer.preset.name(),
        connected: connection.is_some(),
        organisation,
        credential_left_out: connection.as_ref().is_some_and(|c| c.credential_left_out),
        credential_ends_at: ends.map(when::rfc3339),
        last_day: ends.map(|at| show::last_day(book, at)),
        tenant_typed: connection.as_ref().map(|c| c.tenant_typed.clone()),
        tenant_id: connection.map(|c| c.tenant_id),
        last_good_at: book.customer.last_good_at.map(when::rfc3339),
        last_error: watched.as_ref().and_then(last_error),
        next_run_at: watched.as_ref().and_then(::sync::next_run).map(when::rfc3339),
        quarantine: watched
            .as_ref()
            .and_then(::sync::quarantine)
            .map(|q| QuarantineJson { failures: q.failures, until: when::rfc3339(q.until) }),
        under_way: ::sync::under_way(book)?.map(Into::into),
        held: waits.held,
        waiting: waits.first_plan,
        settings: master::stored(book.settings("")?),
    })
}

#[derive(Serialize)]
struct Removed {
    customer: String,
    removed: bool,
}

/// Whoever has something to lose is asked for, or says yes beforehand where nobody can answer.
fn remove(app: &App, slug: &str, yes: bool) -> anyhow::Result<()> {
    let book = app.book(slug)?;
    if book.connection()?.is_some() || !book.is_blank()? {
        let what = say!(
            "this removes {slug} with its book, connection and history",
            "das entfernt {slug} mit Kontaktbuch, Verbindung und Verlauf"
        );
        super::sure(yes, &what, slug)?;
    }
    app.wait(::sync::remove_customer(&book))?;
    let customer = slug.to_owned();
    app.answer(&Removed { customer, removed: true }, |_| say!("removed {slug}", "{slug} entfernt"));
    Ok(())
}
