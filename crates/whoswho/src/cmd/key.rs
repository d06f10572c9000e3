//! The key that seals credentials: show, rotate, and a new one for those who keep it in the environment.

use clap::Subcommand;
use secrecy::ExposeSecret;
use serde::Serialize;
use store::{KEY_VARIABLE, KeyRing};

use crate::app::App;
use crate::out;
use crate::texts::{pick, say};
use show::{Column, table};

/// What to do with the key.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Show where the keys are and what they seal; never a key itself
    Show,
    /// Make a new key and seal everything anew under it; goes on where one was cut off
    Rotate,
    /// Print a new key, for WHOSWHO_KEY; nothing is changed or kept
    New,
}

#[derive(Serialize)]
struct Shown {
    origin: String,
    keys: Vec<KeyJson>,
}

#[derive(Serialize)]
struct KeyJson {
    id: String,
    at_hand: bool,
    newest: bool,
    sealed: u64,
}

#[derive(Serialize)]
struct RotatedJson {
    origin: String,
    key: String,
    older: Vec<String>,
    sealed: u64,
    resumed: bool,
}

/// Runs the command.
pub fn run(app: &App, command: &Command) -> anyhow::Result<()> {
    match command {
        Command::Show => show(app),
        Command::Rotate => rotate(app),
        Command::New => {
            let key = KeyRing::new_key()?;
            app.answer(&serde_json::json!({ "key": key.expose_secret() }), |_| {
                key.expose_secret().to_owned()
            });
            Ok(())
        }
    }
}

fn show(app: &App) -> anyhow::Result<()> {
    let store = app.store()?;
    let keys = store.key_infos()?.into_iter();
    let keys = keys.map(|k| KeyJson { id: k.id, at_hand: k.at_hand, newest: k.newest, sealed: k.sealed });
    app.answer(&Shown { origin: store.key_origin(), keys: keys.collect() }, |shown| {
        let mut table = table(&[
            Column::Whole(pick("key", "Schlüssel")),
            Column::Whole(pick("state", "Stand")),
            Column::Whole(pick("seals", "versiegelt")),
        ]);
        for key in &shown.keys {
            let state = match (key.at_hand, key.newest) {
                (false, _) => pick("missing", "fehlt"),
                (true, true) => pick("newest", "neuester"),
                (true, false) => pick("older", "älter"),
            };
            table.add_row([key.id.clone(), state.to_owned(), key.sealed.to_string()]);
        }
        let mut text = format!("{}\n{}", shown.origin, table.text());
        if shown.keys.iter().filter(|k| k.at_hand).count() > 1 {
            text.push_str(pick(
                "\nseveral keys: a rotation is not finished; `whoswho key rotate` finishes it",
                "\nmehrere Schlüssel: ein Wechsel ist nicht zu Ende; `whoswho key rotate` bringt ihn zu Ende",
            ));
        }
        text
    });
    Ok(())
}

fn rotate(app: &App) -> anyhow::Result<()> {
    let store = app.store()?;
    let done = store.rotate_key()?;
    let answer = RotatedJson {
        origin: store.key_origin(),
        key: done.key,
        older: done.older,
        sealed: done.sealed,
        resumed: done.resumed,
    };
    if answer.origin == KEY_VARIABLE {
        out::note(&say!(
            "now take the older keys out of {KEY_VARIABLE} and start `serve` again",
            "jetzt die älteren Schlüssel aus {KEY_VARIABLE} nehmen und `serve` neu starten"
        ));
    }
    if answer.origin != KEY_VARIABLE && sync::seen_elsewhere(&store)? {
        let origin = &answer.origin;
        out::note(&say!(
            "another node has worked with this database: if it has a key file of its own, copy {origin} there now, or it opens \
             no credential any more",
            "auch ein anderer Knoten hat mit dieser Datenbank gearbeitet: hat er eine eigene Schlüsseldatei, jetzt {origin} \
             dorthin kopieren, sonst öffnet er keine Zugangsdaten mehr"
        ));
    }
    app.answer(&answer, |a| {
        let (key, origin, sealed) = (&a.key, &a.origin, a.sealed);
        let head = say!(
            "the key in {origin} is {key} now; credentials sealed anew: {sealed}",
            "der Schlüssel in {origin} ist jetzt {key}; neu versiegelte Zugangsdaten: {sealed}"
        );
        let older = a.older.join(", ");
        let backups = say!(
            "backups written before need the key {older}: keep your copy of it as long as them, and copy the new one",
            "ältere Sicherungen brauchen den Schlüssel {older}: die Kopie so lange aufheben wie sie, und den neuen kopieren"
        );
        format!("{head}\n{backups}")
    });
    Ok(())
}
