//! Backup: the whole database as one archive, while `serve` and runs go on.

use std::collections::BTreeMap;
use std::io::IsTerminal;
use std::path::{Path, PathBuf};

use serde::Serialize;
use store::{Existing, LAST_BACKUP};

use crate::app::App;
use crate::exit::usage;
use crate::out::{self, Form};
use crate::progress;
use crate::texts::{many, pick, say};
use show::when;

/// What `backup` takes.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Where to; `-` writes to stdout
    file: PathBuf,
    /// Replace a file that is there
    #[arg(long)]
    force: bool,
}

#[derive(Serialize)]
struct Backup {
    file: String,
    rows: u64,
    tables: BTreeMap<String, u64>,
    keys: Vec<String>,
}

/// Runs the command.
pub fn run(app: &App, args: &Args) -> anyhow::Result<()> {
    let to_stdout = args.file == Path::new("-");
    if to_stdout && app.form == Form::Json {
        return Err(usage(pick(
            "with --json stdout holds the answer, so the archive needs a file",
            "mit --json steht auf der Standardausgabe die Antwort, das Archiv braucht also eine Datei",
        )));
    }
    if to_stdout && std::io::stdout().is_terminal() {
        return Err(usage(pick(
            "an archive is no text for a terminal; name a file, or redirect it: `whoswho backup - > FILE`",
            "ein Archiv ist kein Text für ein Terminal; eine Datei nennen oder umleiten: `whoswho backup - > DATEI`",
        )));
    }
    let store = app.store()?;
    let (now, watch) = (when::now(), progress::rows());
    let written = if to_stdout {
        store.backup(&mut out::bytes(), now, &watch)?
    } else {
        let existing = if args.force { Existing::Replace } else { Existing::Keep };
        store.backup_to(&args.file, existing, now, &watch)?
    };
    drop(watch);
    store.set_setting(LAST_BACKUP, &now.0.to_string())?;
    if to_stdout {
        return Ok(());
    }
    let file = args.file.display().to_string();
    let rows = written.rows.values().sum();
    app.answer(&Backup { file, rows, tables: written.rows, keys: written.keys }, |b| {
        let head = format!("{}: {}", b.file, many(b.rows, ["row", "rows"], ["Zeile", "Zeilen"]));
        if b.keys.is_empty() {
            return head;
        }
        let keys = b.keys.join(", ");
        say!(
            "{head}\nits credentials need the key {keys}, which is not in it: keep a copy of the key elsewhere",
            "{head}\nseine Zugangsdaten brauchen den Schlüssel {keys}, der nicht darin ist: eine Kopie davon getrennt aufbewahren"
        )
    });
    Ok(())
}
