//! The binary: command line, configuration, wiring.
//!
//! *Is* the commands of `docs/cli.md` and the screens they show.
//! *Knows* every other crate; it is the only one that prints.
//! *Never* decides who is in a book: that is the engine's.

mod advice;
mod app;
mod args;
mod cmd;
mod config;
mod demo;
mod exit;
mod out;
mod people;
mod progress;
mod show;
mod simulate;
mod when;

use std::process::ExitCode;

use clap::Parser;

use crate::app::App;
use crate::args::Cli;
use crate::config::Config;
use crate::out::Form;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return misused(&error),
    };
    let form = if cli.global.json { Form::Json } else { Form::Text };
    match start(cli, form) {
        Ok(code) => code,
        Err(error) => exit::failed(form, &error),
    }
}

fn start(cli: Cli, form: Form) -> anyhow::Result<ExitCode> {
    let config = Config::load(&cli.global)?;
    let filter = tracing_subscriber::EnvFilter::try_new(&config.settings.log);
    let filter = filter.map_err(|e| exit::usage(format!("log = “{}”: {e}", config.settings.log)))?;
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    // An error only says that one is installed already.
    let _ = rustls::crypto::ring::default_provider().install_default();
    cmd::run(&App::new(form, config)?, cli.command)
}

/// Help and version go to stdout with code 0, everything else to stderr with code 2.
fn misused(error: &clap::Error) -> ExitCode {
    let json = std::env::args_os().any(|a| a == "--json");
    if json && error.use_stderr() {
        let text = error.to_string();
        let said = text.trim_start_matches("error: ").split("\n\nUsage:").next().unwrap_or_default();
        let text = said.split_whitespace().collect::<Vec<_>>().join(" ");
        return exit::failed(Form::Json, &exit::usage(text));
    }
    // A closed pipe is the reader's decision.
    let _ = error.print();
    if error.use_stderr() { ExitCode::from(exit::USAGE) } else { ExitCode::from(exit::DONE) }
}
