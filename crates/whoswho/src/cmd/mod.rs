//! The commands, one module for each noun.

pub mod account;
mod agreement;
pub mod backup;
pub mod book;
pub mod check;
pub mod connect;
pub mod contact;
pub mod csv_import;
pub mod customer;
pub mod disconnect;
pub mod doctor;
mod ends;
pub mod erase;
pub mod explain;
pub mod group;
pub mod history;
pub mod holds;
pub mod kept_out;
pub mod key;
pub mod lists;
pub mod master;
pub mod operator;
pub mod operator_app;
mod operator_mail;
pub mod policy;
pub mod restore;
pub mod runs;
pub mod scope;
pub mod serve;
pub mod source;
pub mod sync;
pub mod undo;
pub mod values;

use std::collections::BTreeSet;
use std::process::ExitCode;

use crate::app::App;
use crate::args::Command;
use crate::ask;
use crate::texts::{pick, say};

/// Runs a command.
pub fn run(app: &App, command: Command) -> anyhow::Result<ExitCode> {
    let done = |result: anyhow::Result<()>| result.map(|()| ExitCode::SUCCESS);
    match command {
        Command::Demo(args) => app.wait(crate::demo::run(args)),
        Command::Simulate(args) => app.wait(crate::simulate::run(args)),
        Command::Serve(args) => done(serve::run(app, &args)),
        Command::Customer(command) => done(customer::run(app, command)),
        Command::Account(command) => done(account::run(app, command)),
        Command::Operator(command) => done(operator::run(app, command)),
        Command::Connect(args) => connect::run(app, &args),
        Command::Disconnect(args) => done(disconnect::run(app, &args)),
        Command::Check(args) => check::run(app, &args),
        Command::Policy(command) => done(policy::run(app, command)),
        Command::Source(command) => done(source::run(app, command)),
        Command::Scope(command) => done(scope::run(app, command)),
        Command::Group(command) => done(group::run(app, command)),
        Command::Plan(args) => done(sync::plan(app, &args)),
        Command::Sync(args) => done(sync::sync(app, &args)),
        Command::Explain(args) => done(explain::run(app, &args)),
        Command::Book(args) => done(book::run(app, &args)),
        Command::Contact(contact::Command::Import(args)) => csv_import::run(app, &args),
        Command::Contact(command) => done(contact::run(app, command)),
        Command::Runs(args) => done(runs::list(app, &args)),
        Command::Run(command) => done(runs::show(app, &command)),
        Command::Holds(args) => done(holds::list(app, &args)),
        Command::Hold(args) => done(holds::hold(app, &args)),
        Command::Release(args) => done(holds::release(app, &args)),
        Command::Reject(args) => done(holds::reject(app, &args)),
        Command::Undo(args) => done(undo::run(app, &args)),
        Command::Bin(args) => done(lists::bin(app, &args)),
        Command::Outbox(args) => done(lists::outbox(app, &args)),
        Command::Backup(args) => done(backup::run(app, &args)),
        Command::Restore(args) => done(restore::run(app, &args)),
        Command::KeptOut(command) => done(kept_out::run(app, command)),
        Command::Key(command) => done(key::run(app, &command)),
        Command::Config(command) => {
            doctor::config(app, &command);
            Ok(ExitCode::SUCCESS)
        }
        Command::Doctor => Ok(doctor::run(app)),
        Command::Completion(args) => done(doctor::completion(app, &args)),
    }
}

/// Asks on a terminal for the word that lets something go on that cannot be taken back. Where nobody can be asked, `--yes`
/// must have been typed.
pub fn sure(yes: bool, what: &str, word: &str) -> anyhow::Result<()> {
    use std::io::{IsTerminal, stdin};
    if yes {
        return Ok(());
    }
    if !stdin().is_terminal() {
        return Err(crate::exit::usage(say!(
            "{what}; add --yes to go on",
            "{what}; mit --yes geht es weiter"
        )));
    }
    let question = say!("{what}; type {word} to go on:", "{what}; {word} eingeben, um fortzufahren:");
    if ask::typed(&question, pick("nothing was changed", "nichts wurde geändert"))?.trim() == word {
        Ok(())
    } else {
        anyhow::bail!(pick("nothing was changed", "nichts wurde geändert"))
    }
}

/// Splits KEY=VALUE arguments.
pub fn pairs(given: &[String]) -> anyhow::Result<Vec<(String, String)>> {
    let pair = |text: &String| {
        let wrong =
            || crate::exit::usage(say!("“{text}” is not KEY=VALUE", "„{text}“ ist nicht SCHLÜSSEL=WERT"));
        let (key, value) = text.split_once('=').ok_or_else(wrong)?;
        Ok((key.trim().to_owned(), value.trim().to_owned()))
    };
    let pairs: Vec<(String, String)> = given.iter().map(pair).collect::<anyhow::Result<_>>()?;
    let mut keys = BTreeSet::new();
    match pairs.iter().find(|(key, _)| !keys.insert(key)) {
        Some((key, _)) => Err(crate::exit::usage(say!(
            "{key} is given more than once; nothing was changed",
            "{key} ist mehrmals angegeben; nichts wurde geändert"
        ))),
        None => Ok(pairs),
    }
}
