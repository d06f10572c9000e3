//! The installation itself: doctor, configuration, shell completion.

use std::collections::BTreeMap;
use std::process::ExitCode;

use clap::{CommandFactory, Subcommand};
use graph::TokenProblem;
use model::Timestamp;
use model::run::Outcome;
use serde::Serialize;

use crate::app::{App, is_missing};
use crate::args::Cli;
use crate::config::Origin;
use crate::exit;
use crate::out;
use crate::texts::{self, many, pick, say};
use show::when;
use show::{Column, advice, table};

/// What to do with the configuration.
#[derive(Debug, Subcommand)]
pub enum ConfigCommand {
    /// Show every key with its value and where that comes from; secrets are masked
    Show,
}

/// What `completion` takes.
#[derive(Debug, clap::Args)]
pub struct CompletionArgs {
    /// The shell
    shell: clap_complete::Shell,
}

#[derive(Serialize)]
struct Finding {
    step: &'static str,
    good: bool,
    text: String,
}

#[derive(Serialize)]
struct Doctor<'a> {
    version: &'static str,
    healthy: bool,
    steps: &'a [Finding],
}

/// Checks the installation; nothing is asked of Microsoft.
pub fn run(app: &App) -> ExitCode {
    let mut steps = Vec::new();
    let mut note = |step, result: anyhow::Result<String>| {
        let good = result.is_ok();
        steps.push(Finding { step, good, text: result.unwrap_or_else(|e| exit::text_of(&e)) });
    };
    note("key ring", key_ring(app));
    note("database", database(app));
    if !matches!(app.config.location(), store::Location::Sqlite(path) if is_missing(&path)) {
        note("backup", backup(app));
    }
    note("time zone", time_zone());
    let usable = steps.iter().all(|s| s.good);
    if usable {
        let (good, text) = schedule(app).unwrap_or_else(|e| (false, exit::text_of(&e)));
        steps.push(Finding { step: "schedule", good, text });
        let (good, text) = credentials(app).unwrap_or_else(|e| (false, exit::text_of(&e)));
        steps.push(Finding { step: "credentials", good, text });
    }
    let healthy = steps.iter().all(|s| s.good);
    let code = match (usable, healthy) {
        (false, _) => exit::DATABASE,
        (true, false) => exit::OTHER,
        (true, true) => exit::DONE,
    };
    let bad = steps.iter().filter(|s| !s.good).map(|s| format!("{}: {}", step_text(s.step), s.text));
    let failed = (!healthy).then(|| exit::Failed::told(bad.collect::<Vec<_>>().join("; "), None, code));
    let doctor = Doctor { version: env!("CARGO_PKG_VERSION"), healthy, steps: &steps };
    exit::answer(app.form, &doctor, failed, |doctor| {
        let state = |s: &Finding| show::step_state(if s.good { "good" } else { "bad" });
        let line = |s: &Finding| format!("{:<8} {}: {}", state(s), step_text(s.step), s.text);
        let lines: Vec<String> = doctor.steps.iter().map(line).collect();
        format!("Whoswho {}\n{}", doctor.version, lines.join("\n"))
    });
    ExitCode::from(code)
}

/// Nothing is made for looking: a database that cannot be opened has no say in whether its key is missing.
fn key_ring(app: &App) -> anyhow::Result<String> {
    if app.config.key_ring()?.is_empty() {
        let Ok(store) = app.store() else {
            return Ok(pick(
                "there is none yet; it is made with the database",
                "es gibt noch keinen; er wird mit der Datenbank angelegt",
            )
            .into());
        };
        store.check_key()?;
    }
    Ok(pick("readable", "lesbar").into())
}

/// A step's name as it is shown.
fn step_text(code: &'static str) -> &'static str {
    match code {
        "key ring" => pick("key ring", "Schlüsselbund"),
        "database" => pick("database", "Datenbank"),
        "backup" => pick("backup", "Sicherung"),
        "time zone" => pick("time zone", "Zeitzone"),
        "schedule" => pick("schedule", "Zeitplan"),
        "credentials" => pick("credentials", "Zugangsdaten"),
        other => other,
    }
}

/// Who runs by itself, who is in quarantine, and who has had no good run for too long.
fn schedule(app: &App) -> anyhow::Result<(bool, String)> {
    let rows = match app.config.location() {
        store::Location::Sqlite(path) if is_missing(&path) => Vec::new(),
        store::Location::Sqlite(_) | store::Location::Postgres(_) => {
            ::sync::look(&app.store()?, when::now())?
        }
    };
    let scheduled = rows.iter().filter(|(row, _)| row.due_at.is_some()).count();
    let mut lines = vec![say!(
        "customers whose runs start by themselves: {scheduled}",
        "Kunden, deren Läufe von selbst starten: {scheduled}"
    )];
    for (row, _) in &rows {
        if let Some(q) = ::sync::quarantine(row) {
            let until = when::short(q.until);
            lines.push(say!(
                "{}: in quarantine until {until} UTC, failures: {}",
                "{}: in Quarantäne bis {until} UTC, Fehlschläge: {}",
                row.slug,
                q.failures
            ));
        }
    }
    let alarms: Vec<String> = rows.iter().filter_map(|(_, alarm)| alarm.as_ref()).map(texts::alarm).collect();
    let good = alarms.is_empty();
    lines.extend(alarms);
    Ok((good, lines.join("\n         ")))
}

/// Days before its end from which on a credential is named.
const SOON: i64 = 60;

/// Which credentials have ended, which end soon, and of which nobody knows. One that has ended lets no run go well.
fn credentials(app: &App) -> anyhow::Result<(bool, String)> {
    if matches!(app.config.location(), store::Location::Sqlite(path) if is_missing(&path)) {
        return Ok((true, pick("there are none yet", "es gibt noch keine").into()));
    }
    let (store, now) = (app.store()?, when::now());
    let (mut good, mut lines, mut unknown, mut known) = (true, Vec::new(), Vec::new(), 0);
    let refused = refused(&store)?;
    for row in store.customers()? {
        let Some(book) = store.book(&row.slug)? else { continue };
        let Some(connection) = book.connection()? else { continue };
        if connection.credential_left_out {
            good = false;
            lines.push(texts::left_out(&row.slug));
            continue;
        }
        // Whatever end is known: Microsoft has the last word.
        if let Some(line) = refused.get(&row.slug) {
            good = false;
            lines.push(line.clone());
            continue;
        }
        let Some(end) = connection.credential_ends_at else {
            unknown.push(row.slug);
            continue;
        };
        known += 1;
        let (slug, day) = (&row.slug, show::last_day(&book, end));
        if end <= now {
            good = false;
            lines.push(say!(
                "{slug}: the credential ended on {day}; make a new one in the app registration, then `whoswho connect {slug} …`",
                "{slug}: Geheimnis oder Zertifikat ist am {day} abgelaufen; in der App-Registrierung ein neues anlegen, dann \
                 `whoswho connect {slug} …`"
            ));
        } else if end <= now.plus_days(SOON) {
            lines.push(say!(
                "{slug}: the credential ends on {day}",
                "{slug}: Geheimnis oder Zertifikat endet am {day}"
            ));
        }
    }
    if lines.is_empty() {
        lines.push(say!(
            "with a known end: {known}; none ends within {SOON} days",
            "mit bekanntem Ende: {known}; in den nächsten {SOON} Tagen laufen keine davon ab"
        ));
    }
    if !unknown.is_empty() {
        let (whose, first) = (unknown.join(", "), unknown.first().map_or("", String::as_str));
        lines.push(say!(
            "nobody knows when these end: {whose}; `whoswho customer set {first} credential_ends=DAY` notes it",
            "wann diese enden, ist nicht bekannt: {whose}; `whoswho customer set {first} credential_ends=TAG` hält es fest"
        ));
    }
    Ok((good, lines.join("\n         ")))
}

/// Customers whose last run Microsoft refused for the secret or certificate that they still have, with what to say of each:
/// with a newer one somebody has signed in since.
fn refused(store: &store::Store) -> anyhow::Result<BTreeMap<String, String>> {
    let mut all = BTreeMap::new();
    for row in store.watched()? {
        let of_now = |last: &&store::LastRun| {
            matches!(last.outcome, Outcome::Refused | Outcome::Failed) && last.ended_at > row.renewed_at
        };
        let last = row.last.as_ref().filter(of_now);
        let Some((last, error)) = last.and_then(|last| Some((last, last.error.as_ref()?))) else { continue };
        let problem = TokenProblem::named_in(&error.english).filter(|p| p.is_of_credential());
        let Some(problem) = problem else { continue };
        let (slug, at, what) = (row.slug, when::short(last.ended_at), texts::token_problem(problem));
        let since = row.last_good_at.map_or_else(String::new, |good| {
            let good = when::short(good);
            say!(", no run went well since {good}", ", seit {good} ging kein Lauf gut")
        });
        let line = say!(
            "{slug}: Microsoft refused the credential at {at} UTC ({what}){since}; {}, `whoswho connect {slug} …`",
            "{slug}: Microsoft hat Geheimnis oder Zertifikat um {at} UTC abgewiesen ({what}){since}; {}, `whoswho connect {slug} …`",
            advice::token(problem)
        );
        all.insert(slug, line);
    }
    Ok(all)
}

fn database(app: &App) -> anyhow::Result<String> {
    let engine = match app.config.location() {
        store::Location::Sqlite(path) if is_missing(&path) => {
            return Ok(say!(
                "{} is not there yet; `whoswho customer add` makes it",
                "{} gibt es noch nicht; `whoswho customer add` legt sie an",
                path.display()
            ));
        }
        store::Location::Sqlite(path) => format!("SQLite, {}", path.display()),
        store::Location::Postgres(_) => "PostgreSQL".into(),
    };
    let store = app.store()?;
    let customers = store.customers()?;
    let (mut contacts, mut connected, mut unreadable) = (0, 0, Vec::new());
    for row in &customers {
        let Some(book) = store.book(&row.slug)? else { continue };
        contacts += book.count()?;
        let Some(connection) = book.connection()? else { continue };
        connected += 1;
        if !connection.credential_left_out && book.credential(connection.id).is_err() {
            unreadable.push(row.slug.clone());
        }
    }
    if !unreadable.is_empty() {
        let whose = unreadable.join(", ");
        anyhow::bail!(say!(
            "no key at hand opens the credential of {whose}; put the right key in place, or connect again",
            "kein vorhandener Schlüssel öffnet die Zugangsdaten von {whose}; den richtigen zurücklegen oder die Kunden neu verbinden"
        ));
    }
    let all = many(customers.len(), ["customer", "customers"], ["Kunde", "Kunden"]);
    let contacts = many(contacts, ["contact", "contacts"], ["Kontakt", "Kontakte"]);
    Ok(say!(
        "{engine}; {all}, {connected} connected, {contacts}",
        "{engine}; {all}, {connected} verbunden, {contacts}"
    ))
}

fn backup(app: &App) -> anyhow::Result<String> {
    let at = app.store()?.setting(store::LAST_BACKUP)?.and_then(|at| at.parse().ok()).map(Timestamp);
    Ok(match at {
        Some(at) => {
            say!("the last one was written at {} UTC", "die letzte: {} UTC", when::short(at))
        }
        None => pick(
            "none was written yet; `whoswho backup FILE` writes one",
            "noch keine; `whoswho backup DATEI` schreibt eine",
        )
        .into(),
    })
}

fn time_zone() -> anyhow::Result<String> {
    let zone = jiff::tz::TimeZone::system();
    let name = zone.iana_name().unwrap_or("UTC").to_owned();
    jiff::tz::TimeZone::get("Europe/Berlin")?;
    Ok(say!(
        "{name} on this machine; customers have their own, from the bundled tables",
        "{name} auf diesem Rechner; Kunden haben ihre eigene, aus den mitgelieferten Tabellen"
    ))
}

/// Shows the configuration.
pub fn config(app: &App, command: &ConfigCommand) {
    match command {
        ConfigCommand::Show => {}
    }
    app.answer(&app.config.origins, |origins: &Vec<Origin>| {
        let mut table = table(&[
            Column::Whole(pick("key", "Schlüssel")),
            Column::Text(pick("value", "Wert")),
            Column::Text(pick("from", "von")),
        ]);
        for o in origins {
            table.add_row([
                o.key,
                o.value.as_deref().unwrap_or(pick("(not set)", "(nicht gesetzt)")),
                &from_text(&o.from),
            ]);
        }
        table.text()
    });
}

fn from_text(from: &str) -> String {
    let rest = |start: &str| from.strip_prefix(start);
    if from == "default" {
        pick("default", "Voreinstellung").into()
    } else if let Some(rest) = rest("command line") {
        say!("command line{rest}", "Befehlszeile{rest}")
    } else if let Some(rest) = rest("environment") {
        say!("environment{rest}", "Umgebung{rest}")
    } else if let Some(rest) = rest("file ") {
        say!("file {rest}", "Datei {rest}")
    } else {
        from.into()
    }
}

/// Prints a completion script.
pub fn completion(app: &App, args: &CompletionArgs) -> anyhow::Result<()> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "whoswho", &mut script);
    let script = String::from_utf8(script)?;
    match app.form {
        out::Form::Text => out::file(&script),
        out::Form::Json => app.answer(&serde_json::json!({ "script": script }), |_| String::new()),
    }
    Ok(())
}
