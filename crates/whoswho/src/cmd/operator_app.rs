//! The operator's own app registration: one for all customers, to which their administrators consent on the pages.

use ::sync::keep_operator_app;
use anyhow::anyhow;
use clap::Subcommand;
use jiff::tz::TimeZone;
use serde::Serialize;
use store::Store;
use sync::Office;

use super::connect::{Registration, checked_ids};
use super::{check, ends};
use crate::app::App;
use crate::texts::{pick, say};
use show::when;

/// What to do with it.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Show which app it is
    Show,
    /// Put it in, or give it another secret; Microsoft is asked first
    Set(Registration),
    /// Take it out; refused while customers are connected by it
    Remove,
}

#[derive(Serialize)]
struct AppJson {
    tenant: Option<String>,
    client_id: Option<String>,
    credential_ends_at: Option<String>,
}

/// Runs the command.
pub fn run(app: &App, command: Command) -> anyhow::Result<()> {
    let store = match command {
        Command::Show => app.store()?,
        Command::Set(typed) => {
            checked_ids(&typed)?;
            let store = app.new_store()?;
            let zone = TimeZone::get(&when::operators_zone(&store.settings("")?)).unwrap_or(TimeZone::UTC);
            let ends =
                typed.ends.as_deref().map(|day| ends::typed_in(&zone, "--ends", day.trim())).transpose()?;
            let offer = typed.offer(ends)?;
            let office = Office::typed(store.clone())?;
            let busy = check::busy();
            let telling = |asking| busy.at(&check::asking_text(asking));
            let report = app.wait(keep_operator_app(&office, &offer, &telling))?;
            drop(busy);
            if !report.signed_in() {
                let (_, why) = show::app_refused(&report);
                return Err(anyhow!(say!(
                    "{why} Nothing was kept; correct that and set it again",
                    "{why} Nichts wurde gespeichert; bitte berichtigen und noch einmal setzen"
                )));
            }
            store
        }
        Command::Remove => {
            let store = app.store()?;
            store.remove_operator_app()?;
            store
        }
    };
    answer(app, &store)
}

fn answer(app: &App, store: &Store) -> anyhow::Result<()> {
    let there = store.operator_app()?;
    let json = AppJson {
        credential_ends_at: there.as_ref().and_then(|a| a.credential_ends_at).map(when::rfc3339),
        tenant: there.as_ref().map(|a| a.tenant.clone()),
        client_id: there.map(|a| a.client_id),
    };
    app.answer(&json, |json| match (&json.client_id, &json.tenant) {
        (Some(client), Some(tenant)) => say!("app {client} of {tenant}", "App {client} von {tenant}"),
        _ => pick("there is no app of the operator", "es gibt keine App des Betreibers").to_owned(),
    });
    Ok(())
}
