//! The demo: a simulated Microsoft 365, and a first run against it.

use std::process::ExitCode;

/// What `whoswho demo` takes.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {}

/// Runs the demo.
pub(crate) async fn run(_args: Args) -> anyhow::Result<ExitCode> {
    anyhow::bail!("the demo is not built yet")
}
