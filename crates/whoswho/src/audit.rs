//! Commands that change something stand in the audit log beside what is done on pages.

use clap::{ArgMatches, CommandFactory};
use store::Deed;

use crate::app::App;
use crate::args::Cli;
use crate::texts::pick;
use show::when;

/// Commands that only look, and those that write a log of their own or none: the demo and the simulation have a database of their
/// own, `serve` does nothing by itself.
const QUIET: [&str; 33] = [
    "account list",
    "backup",
    "bin",
    "bin list",
    "book",
    "check",
    "completion",
    "config show",
    "contact history",
    "contact imports",
    "customer list",
    "customer show",
    "demo",
    "doctor",
    "explain",
    "group list",
    "holds",
    "kept-out list",
    "kept-out log",
    "key show",
    "operator app show",
    "operator mail list",
    "operator mail show",
    "operator mail test",
    "operator show",
    "outbox",
    "plan",
    "policy show",
    "run show",
    "runs",
    "scope list",
    "serve",
    "simulate",
];

/// What a command line asks for, as the log tells it: the command, and the customer that it names.
pub struct Asked {
    command: String,
    customer: String,
}

impl Asked {
    /// Of this process's command line.
    pub fn now() -> Option<Self> {
        let matches = Cli::command().try_get_matches().ok()?;
        let (mut words, mut at): (Vec<&str>, &ArgMatches) = (Vec::new(), &matches);
        let mut customer = String::new();
        while let Some((name, inner)) = at.subcommand() {
            words.push(name);
            at = inner;
            for argument in ["customer", "slug"] {
                if let Ok(Some(slug)) = at.try_get_one::<String>(argument) {
                    slug.clone_into(&mut customer);
                }
            }
        }
        let command = words.join(" ");
        let quiet = QUIET.contains(&command.as_str()) || command.starts_with("source ");
        (!quiet).then_some(Self { command, customer })
    }

    /// Writes the line, once the command was carried out. That it could not be written is told and stops nobody.
    pub fn note(&self, app: &App) {
        let user = ["SUDO_USER", "USER", "LOGNAME"].into_iter().find_map(|name| std::env::var(name).ok());
        let at = pick("command line", "Befehlszeile");
        let deed = Deed {
            actor: user
                .filter(|user| !user.is_empty())
                .map_or_else(|| at.to_owned(), |user| format!("{user} ({at})")),
            account: None,
            customer: self.customer.clone(),
            what: self.command.clone(),
            about: String::new(),
            detail: String::new(),
        };
        let noted = app.store().and_then(|store| Ok(store.audit(&deed, when::now())?));
        if let Err(error) = noted {
            tracing::warn!(
                error = format!("{error:#}"),
                command = self.command,
                "the audit log was not written"
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every command by its words.
    fn all(command: &clap::Command, before: &str, into: &mut Vec<String>) {
        let mut inner = command.get_subcommands().filter(|c| c.get_name() != "help").peekable();
        if inner.peek().is_none() || before == "bin" {
            into.push(before.to_owned());
        }
        for one in inner {
            all(one, format!("{before} {}", one.get_name()).trim(), into);
        }
    }

    #[test]
    fn commands_that_stay_out_of_the_audit_log_are_commands_and_those_that_list_are_among_them() {
        let mut commands = Vec::new();
        all(&Cli::command(), "", &mut commands);
        for quiet in QUIET {
            assert!(commands.iter().any(|command| command == quiet), "{quiet}");
        }
        for command in commands.iter().filter(|c| c.ends_with(" list") || c.ends_with(" show")) {
            assert!(QUIET.contains(&command.as_str()) || command.starts_with("source "), "{command}");
        }
    }
}
