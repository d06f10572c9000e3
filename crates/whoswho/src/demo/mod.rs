//! The demo: a whole company from first plan to daily changes, in a minute and without a tenant.
//!
//! It drives the same runs as the commands and shows the same screens; only the Microsoft 365 behind them is simulated. The
//! rule: every number that it tells is read from the report, the book or the simulator's truth, none is made up.

mod chapters;
mod company;
mod figures;
mod shown;
mod stage;
mod story;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use crate::out::{self, Form};
use crate::texts::say;

use stage::Stage;
use story::Story;

/// Settings of other commands that would lead to another Microsoft 365.
const UNUSED: [&str; 2] = ["WHOSWHO_LOGIN_URL", "WHOSWHO_GRAPH_URL"];

/// What `whoswho demo` takes.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Args {
    /// Tell the story and end, without waiting
    #[arg(long)]
    once: bool,
    /// The same seed makes up the same company
    #[arg(long, default_value_t = 7)]
    seed: u64,
    /// Employees, up to 500,000; awkward accounts come on top
    #[arg(long, default_value_t = 120, value_parser = crate::simulate::employees)]
    users: usize,
    /// Folder of the database (default: a fresh one); a folder that holds a demo gets another customer
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Address and port of the pages (default: 127.0.0.1:8080, or a free port where that is taken)
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<SocketAddr>,
    /// The figures as one JSON document; the story goes to stderr
    #[arg(long)]
    json: bool,
}

/// Tells the story; without `--once` the company goes on living until Ctrl-C or SIGTERM.
pub(crate) async fn run(args: Args) -> anyhow::Result<ExitCode> {
    let listen = shown::listen(args.listen)?;
    for name in UNUSED.iter().filter(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty())) {
        out::note(&say!(
            "{name} is not used: the demo has a Microsoft 365 of its own",
            "{name} gilt hier nicht: Die Demo hat ihr eigenes Microsoft 365"
        ));
    }
    let stage = story::blocking(|| Stage::set(args.data.as_deref(), args.seed, args.users))?;
    // Pages are up before the story begins, so that its runs can be watched there.
    let pages = if args.once { None } else { Some(shown::Shown::open(&stage, listen).await?) };
    let form = if args.json { Form::Json } else { Form::Text };
    let mut story = Story::new(stage, form);
    if let Some(pages) = &pages {
        story.tell(&pages.told());
    }
    chapters::tell(&mut story).await?;
    story.close(args.seed, args.users)?;
    if let Some(pages) = &pages {
        story.tell(&pages.told());
        chapters::go_on(&mut story).await?;
    }
    Ok(ExitCode::SUCCESS)
}
