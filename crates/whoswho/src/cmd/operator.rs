//! The operator's own data: what customers inherit.

use clap::Subcommand;

use super::master::{self, pairs_table};
use crate::app::App;

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
}

/// Runs the command.
pub fn run(app: &App, command: Command) -> anyhow::Result<()> {
    let store = match command {
        Command::Show => app.store()?,
        Command::Set { values } => {
            let store = app.new_store()?;
            let checked = master::checked(super::pairs(&values)?, &[])?;
            store.set_settings(&master::settings(checked))?;
            store
        }
    };
    let settings = master::stored(store.settings("")?);
    app.answer(&serde_json::json!({ "settings": settings }), |_| pairs_table(&settings));
    Ok(())
}
