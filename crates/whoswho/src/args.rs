//! The command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use crate::cmd;

/// Keeps the contact books of many organisations in step with Microsoft 365.
#[derive(Debug, Parser)]
#[command(name = "whoswho", version, about, max_term_width = 100)]
#[command(
    after_help = "Exit codes: 0 done · 1 anything else · 2 usage · 3 a run is under way · 4 Microsoft or the network \
                        refused · 5 database. `docs/cli.md` describes every command."
)]
pub struct Cli {
    /// Options that every command takes.
    #[command(flatten)]
    pub global: Global,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// Options that every command takes.
#[derive(Debug, Args)]
pub struct Global {
    /// Folder of the database and its key [default: ./whoswho-data]
    #[arg(long, global = true, value_name = "DIR", help_heading = "For every command")]
    pub data: Option<PathBuf>,
    /// PostgreSQL address (postgres://…) or path of an SQLite file, instead of the one in the data folder
    #[arg(long, global = true, value_name = "URL", help_heading = "For every command")]
    pub database: Option<String>,
    /// Configuration file [default: ./whoswho.toml if it exists]
    #[arg(long, global = true, value_name = "FILE", help_heading = "For every command")]
    pub config: Option<PathBuf>,
    /// What is logged to stderr: off, error, warn, info, debug, trace
    #[arg(long, global = true, value_name = "LEVEL", help_heading = "For every command")]
    pub log: Option<String>,
    /// Language of texts: de, en, auto [default: auto, what LC_ALL, LC_MESSAGES or LANG say]
    #[arg(long, global = true, value_name = "CODE", help_heading = "For every command")]
    pub language: Option<String>,
    /// Answer with one JSON document on stdout
    #[arg(long, global = true, help_heading = "For every command")]
    pub json: bool,
}

/// Commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Play a first run against a simulated Microsoft 365
    Demo(crate::demo::Args),
    /// Run the simulated Microsoft 365 on its own
    Simulate(crate::simulate::Args),
    /// Serve the pages and run the schedule; answers health checks and metrics as well
    Serve(cmd::serve::Args),
    /// Add, show, change and remove customers
    #[command(subcommand)]
    Customer(cmd::customer::Command),
    /// Say who signs in to the pages
    #[command(subcommand)]
    Account(cmd::account::Command),
    /// Show and change the operator's own data
    #[command(subcommand)]
    Operator(cmd::operator::Command),
    /// Connect a customer to its tenant, check it, and start the first run
    Connect(cmd::connect::Args),
    /// End a customer's connection: credential, scope and links go, contacts stay
    Disconnect(cmd::disconnect::Args),
    /// Find out whether sign-in, permissions and clock are right
    Check(cmd::check::Args),
    /// Show and change the rules of a customer or of all
    #[command(subcommand)]
    Policy(cmd::policy::Command),
    /// Look at users and groups of the tenant
    #[command(subcommand)]
    Source(cmd::source::Command),
    /// Say who belongs in the book
    #[command(subcommand)]
    Scope(cmd::scope::Command),
    /// Look at contact groups, delete them, and let them stand for source groups
    #[command(subcommand)]
    Group(cmd::group::Command),
    /// Show what a run would change; changes nothing
    Plan(cmd::sync::PlanArgs),
    /// Read, plan and apply
    Sync(cmd::sync::SyncArgs),
    /// Say why somebody is in or out, and what a run would do
    Explain(cmd::explain::Args),
    /// Show the book
    Book(cmd::book::Args),
    /// Add and change contacts by hand
    #[command(subcommand)]
    Contact(cmd::contact::Command),
    /// List runs
    Runs(cmd::runs::RunsArgs),
    /// Show one run
    #[command(subcommand)]
    Run(cmd::runs::RunCommand),
    /// List operations that wait for a person
    Holds(cmd::holds::Args),
    /// Hold everything that runs would do about somebody, until it is released
    Hold(cmd::holds::HoldArgs),
    /// Let held operations go with the next run
    #[command(override_usage = "whoswho release [OPTIONS] <CUSTOMER> <PERSON…|--all>")]
    Release(cmd::holds::ReleaseArgs),
    /// Keep the contacts of held operations until the source changes
    #[command(override_usage = "whoswho reject [OPTIONS] <CUSTOMER> <PERSON…|--all>")]
    Reject(cmd::holds::RejectArgs),
    /// Undo a run, one contact of it, or everything after a time; the undo is a run and can be undone in turn
    Undo(cmd::undo::Args),
    /// List removed contacts, or bring one back
    Bin(cmd::lists::BinArgs),
    /// List what waits to be sent
    Outbox(cmd::lists::Args),
    /// Write the whole database to one archive; credentials in it stay sealed
    Backup(cmd::backup::Args),
    /// Bring an archive into this database, whichever engine wrote it
    Restore(cmd::restore::Args),
    /// Show who must not come back, and let somebody back in
    #[command(subcommand)]
    KeptOut(cmd::kept_out::Command),
    /// Show and change the key that seals credentials
    #[command(subcommand)]
    Key(cmd::key::Command),
    /// Show what is configured and where it comes from
    #[command(subcommand)]
    Config(cmd::doctor::ConfigCommand),
    /// Check this installation
    Doctor,
    /// Print a completion script for a shell
    Completion(cmd::doctor::CompletionArgs),
}

#[cfg(test)]
mod documented;
#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }
}
