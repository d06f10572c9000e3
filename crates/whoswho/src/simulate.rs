//! The simulated Microsoft 365 on its own.

use std::process::ExitCode;

/// What `whoswho simulate` takes.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {}

/// Runs the simulation.
pub(crate) async fn run(_args: Args) -> anyhow::Result<ExitCode> {
    anyhow::bail!("the simulation is not built yet")
}
