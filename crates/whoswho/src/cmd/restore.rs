//! Restore: an archive into this database, whichever engine wrote it.

use std::path::PathBuf;

use serde::Serialize;
use store::{Credentials, Location, Restore, Target, check_archives};

use crate::app::{App, is_missing};
use crate::progress;
use crate::texts::{many, pick, say};
use show::when;

/// What `restore` takes.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The archive
    file: PathBuf,
    /// Replace what the database holds; who was erased or kept out since stays so
    #[arg(long)]
    replace: bool,
    /// Do not ask before replacing
    #[arg(long)]
    yes: bool,
    /// A later archive, of which only who was erased or kept out is taken
    #[arg(long, value_name = "FILE")]
    kept_out: Option<PathBuf>,
    /// Drop sealed credentials, where their key is lost; customers are connected again by hand
    #[arg(long)]
    without_credentials: bool,
}

#[derive(Serialize)]
struct RestoreJson {
    file: String,
    written_at: String,
    rows: u64,
    customers: usize,
    without_credentials: bool,
    kept_out: u64,
    erased: u64,
    foreign: u64,
}

/// Runs the command.
pub fn run(app: &App, args: &Args) -> anyhow::Result<()> {
    if args.replace {
        let what = pick(
            "this gives up everything that the database holds now",
            "das gibt alles auf, was jetzt in der Datenbank steht",
        );
        super::sure(args.yes, what, "replace")?;
    }
    let order = Restore {
        from: args.file.clone(),
        kept_out: args.kept_out.clone(),
        target: if args.replace { Target::Replace } else { Target::Empty },
        credentials: if args.without_credentials { Credentials::Drop } else { Credentials::Keep },
    };
    let watch = progress::rows();
    if matches!(app.config.location(), Location::Sqlite(path) if is_missing(&path)) {
        // No folder and no database for an archive that cannot be restored.
        check_archives(&order, &app.key_ring()?, &watch)?;
    }
    let mut store = app.new_store()?;
    let restored = store.restore(&order, &watch)?;
    drop(watch);
    let answer = RestoreJson {
        file: args.file.display().to_string(),
        written_at: when::rfc3339(restored.written_at),
        rows: restored.rows,
        customers: store.customers()?.len(),
        without_credentials: args.without_credentials,
        kept_out: restored.kept_out,
        erased: restored.erased,
        foreign: restored.foreign,
    };
    app.answer(&answer, told);
    Ok(())
}

fn told(answer: &RestoreJson) -> String {
    let customers = many(answer.customers, ["customer", "customers"], ["Kunde", "Kunden"]);
    let rows = many(answer.rows, ["row", "rows"], ["Zeile", "Zeilen"]);
    let at = format!("{} UTC", when::shortened(&answer.written_at));
    let mut lines = vec![say!(
        "restored {customers}, {rows}, as of {at}",
        "wiederhergestellt: {customers}, {rows}, Stand {at}"
    )];
    let (kept_out, erased, foreign) = (answer.kept_out, answer.erased, answer.foreign);
    if kept_out > 0 || erased > 0 {
        lines.push(say!(
            "applied again what is newer: kept out: {kept_out}, contacts erased: {erased}",
            "Neueres wieder angewandt: ausgeschlossen: {kept_out}, Kontakte gelöscht: {erased}"
        ));
    }
    if foreign > 0 {
        lines.push(say!(
            "kept-out lines for tenants that are not in the archive: {foreign}",
            "Ausschlüsse für Mandanten, die nicht im Archiv sind: {foreign}"
        ));
    }
    if answer.without_credentials {
        lines.push(say!(
            "credentials were dropped: `whoswho connect` each customer again",
            "ohne Zugangsdaten: jeden Kunden mit `whoswho connect` neu verbinden"
        ));
    }
    lines.join("\n")
}
