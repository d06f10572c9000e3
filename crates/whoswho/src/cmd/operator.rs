//! The operator's own data: what customers inherit.

use clap::Subcommand;

use super::master::{self, pairs_table};
use super::{operator_app, operator_mail};
use crate::app::App;
use crate::exit::usage;
use crate::texts::say;
use show::master::NAME;
use show::numbers::OF_A_PLACE;

/// What to do with the operator's data.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Show what is set
    Show,
    /// Change master data and notices
    Set {
        #[arg(required = true, value_name = "KEY=VALUE")]
        values: Vec<String>,
    },
    /// The operator's own app registration, to which customers' administrators consent
    #[command(subcommand)]
    App(operator_app::Command),
    /// By what mails leave the house, and what became of them
    #[command(subcommand)]
    Mail(operator_mail::Command),
}

/// Runs the command.
pub fn run(app: &App, command: Command) -> anyhow::Result<()> {
    let store = match command {
        Command::App(command) => return operator_app::run(app, command),
        Command::Mail(command) => return operator_mail::run(app, command),
        Command::Show => app.store()?,
        Command::Set { values } => {
            let store = app.new_store()?;
            let mut pairs = super::pairs(&values)?;
            let logo = master::logo(&mut pairs)?;
            if let Some((key, _)) =
                pairs.iter().find(|(key, value)| OF_A_PLACE.contains(&key.as_str()) && !value.is_empty())
            {
                return Err(usage(say!(
                    "{key} is said of customers: `whoswho customer set CUSTOMER {key}=…`",
                    "{key} gibt es nur bei Kunden: `whoswho customer set KUNDE {key}=…`"
                )));
            }
            let checked = master::checked(pairs, &[NAME.name, master::LOGO_KEY])?;
            store.set_settings(&master::settings(checked))?;
            logo.keep(|logo| store.set_logo(logo))?;
            store
        }
    };
    let settings = master::stored(store.settings("")?);
    app.answer(&serde_json::json!({ "settings": settings }), |_| pairs_table(&settings));
    Ok(())
}
