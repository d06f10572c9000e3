//! The binary: command line, configuration, wiring.
//!
//! *Is* the commands of `docs/cli.md` and the screens they show.
//! *Knows* every other crate; it is the only one that prints.
//! *Never* decides who is in a book: that is the engine's.

mod app;
mod args;
mod ask;
mod audit;
mod cmd;
mod config;
mod demo;
mod exit;
mod memory;
mod out;
mod pages;
mod progress;
mod simulate;
mod texts;
mod zone;

use std::io::IsTerminal;
use std::process::ExitCode;

use clap::Parser;
use clap::error::ErrorKind;

use crate::app::App;
use crate::args::{Cli, Command};
use crate::config::Config;
use crate::out::Form;
use crate::texts::Language;

fn main() -> ExitCode {
    memory::give_back_large_blocks();
    early_language().speak();
    sync::keep_german(texts::german_run_error);
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return misused(&error),
    };
    let form = if cli.global.json { Form::Json } else { Form::Text };
    match start(cli, form) {
        Ok(_) if out::lost() => exit::failed(
            Form::Text,
            &anyhow::anyhow!(texts::pick(
                "the answer could not be written; is the disk full?",
                "die Antwort konnte nicht geschrieben werden; ist der Datenträger voll?",
            )),
        ),
        Ok(code) => code,
        Err(error) => exit::failed(form, &error),
    }
}

fn start(cli: Cli, form: Form) -> anyhow::Result<ExitCode> {
    let config = Config::load(&cli.global)?;
    config.language()?.speak();
    if matches!(cli.command, Command::Demo(_)) && cli.global.database.is_some() {
        return Err(exit::usage(texts::pick(
            "the demo makes a database of its own; --data names its folder, --database cannot be used",
            "die Demo legt eine eigene Datenbank an; --data nennt ihren Ordner, --database ist nicht möglich",
        )));
    }
    let filter = config.log_filter()?;
    // Colour codes are for terminals; in a file they are litter.
    let colours =
        std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|v| v.is_empty());
    tracing_subscriber::fmt().with_env_filter(filter).with_ansi(colours).with_writer(std::io::stderr).init();
    // An error only says that one is installed already.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let app = App::new(form, config)?;
    let done = cmd::run(&app, cli.command);
    if let (Ok(_), Some(asked)) = (&done, audit::Asked::now()) {
        asked.note(&app);
    }
    done
}

/// The language of a mistyped command line, before there is a configuration.
fn early_language() -> Language {
    let mut args = std::env::args().skip_while(|a| a != "--language" && !a.starts_with("--language="));
    let typed = match args.next() {
        Some(arg) if arg == "--language" => args.next(),
        Some(arg) => arg.split_once('=').map(|(_, code)| code.to_owned()),
        None => std::env::var("WHOSWHO_LANGUAGE").ok(),
    };
    let named = typed.and_then(|code| Language::named(&code));
    named.or_else(|| Language::named("auto")).unwrap_or(Language::English)
}

/// Help and version go to stdout with code 0, everything else to stderr with code 2.
fn misused(error: &clap::Error) -> ExitCode {
    let json = std::env::args_os().any(|a| a == "--json");
    let unfinished = error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand;
    if json && !error.use_stderr() {
        let name = if error.kind() == ErrorKind::DisplayVersion { "version" } else { "help" };
        out::answer(Form::Json, &serde_json::json!({ name: error.to_string().trim_end() }), |_| {
            String::new()
        });
        return ExitCode::from(exit::DONE);
    }
    if !error.use_stderr() || (unfinished && !json) {
        // A closed pipe is the reader's decision.
        let _ = error.print();
        return ExitCode::from(if error.use_stderr() { exit::USAGE } else { exit::DONE });
    }
    let text = if unfinished {
        texts::pick(
            "a subcommand is missing; --help lists them",
            "es fehlt ein Unterbefehl; --help zeigt alle",
        )
        .into()
    } else {
        texts::misused(error)
    };
    exit::failed(if json { Form::Json } else { Form::Text }, &exit::usage(text))
}
