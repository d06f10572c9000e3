//! The child process: one run, or several, over a database that the parent prepared.

use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use graph::{Limits, Transport};
use model::run::ReadMode;
use secrecy::ExposeSecret;
use store::{KeyRing, Location, Store};
use sync::{By, Office, Order, Silent, Want};

/// Where the database is; set, it makes this process a child.
const DATABASE: &str = "WHOSWHO_KILLS_DATABASE";
const KEYS: &str = "WHOSWHO_KILLS_KEYS";
const RUNS: &str = "WHOSWHO_KILLS_RUNS";
/// The number of a run that is undone instead of running.
const UNDO: &str = "WHOSWHO_KILLS_UNDO";
/// Users up to whom a complete read walks delta; a tenant with more is listed.
pub const WALKS_UP_TO: &str = "WHOSWHO_KILLS_WALKS_UP_TO";
/// Memberships of a first read that are laid down at a time.
pub const PIECE: &str = "WHOSWHO_TEST_PIECE";

/// Where a child is killed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kill {
    /// Nowhere.
    Never,
    /// Right before its n-th write.
    Write(u64),
    /// Right before its n-th request.
    Request(u64),
}

/// How a child ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum End {
    /// Killed.
    Killed,
    /// By itself, with the outcome of each run and the number of its writes.
    Done { outcomes: Vec<String>, writes: u64 },
}

/// What a child shall do.
#[derive(Clone, Copy)]
pub struct Task<'a> {
    pub database: &'a Location,
    pub keys: &'a Path,
    pub kill: Kill,
    /// Runs one after the other.
    pub runs: usize,
    /// Further variables.
    pub with: &'a [(&'a str, &'a str)],
}

/// Runs a child to its end.
pub fn spawn(task: Task<'_>) -> End {
    let database = match task.database {
        Location::Sqlite(path) => path.to_str().unwrap().to_owned(),
        Location::Postgres(url) => url.expose_secret().to_owned(),
    };
    let mut command = Command::new(this_executable());
    command.args(["--exact", "child", "--nocapture", "--test-threads=1"]);
    command.env(DATABASE, database).env(KEYS, task.keys).env(RUNS, task.runs.to_string());
    command.envs(task.with.iter().copied()).env("RUST_BACKTRACE", "0");
    match task.kill {
        Kill::Never => {}
        Kill::Write(n) => drop(command.env("WHOSWHO_TEST_KILL_AT_WRITE", n.to_string())),
        Kill::Request(n) => drop(command.env("WHOSWHO_TEST_KILL_AT_REQUEST", n.to_string())),
    }
    let output = command.output().unwrap();
    let told = String::from_utf8_lossy(&output.stdout);
    match (output.status.success(), output.status.signal()) {
        (true, _) => {
            let told = |mark: &'static str| told.lines().filter_map(move |l| l.strip_prefix(mark));
            let writes = told("writes=").next().and_then(|n| n.parse().ok());
            End::Done { outcomes: told("outcome=").map(ToOwned::to_owned).collect(), writes: writes.unwrap() }
        }
        // SIGABRT, which the hooks end a process by.
        (false, Some(6)) if task.kill != Kill::Never => End::Killed,
        (false, _) => panic!(
            "a child ended with {} at {:?}\n{told}{}",
            output.status,
            task.kill,
            String::from_utf8_lossy(&output.stderr)
        ),
    }
}

/// This executable, also when a build has replaced its file meanwhile.
fn this_executable() -> PathBuf {
    let running = Path::new("/proc/self/exe");
    if running.exists() { running.to_owned() } else { std::env::current_exe().unwrap() }
}

/// What the child does; nothing in a process that nobody made a child.
pub fn perform() {
    let Ok(database) = std::env::var(DATABASE) else { return };
    drop(rustls::crypto::ring::default_provider().install_default());
    let keys = KeyRing::load(Path::new(&std::env::var(KEYS).unwrap()), None).unwrap();
    let store = Store::open(&Location::from(database.as_str()), keys).unwrap();
    let book = store.book("muster").unwrap().unwrap();
    let mut limits = Limits { first_backoff: Duration::from_millis(1), ..Limits::typed() };
    if let Some(most) = std::env::var(WALKS_UP_TO).ok().and_then(|most| most.parse().ok()) {
        limits.walks_up_to = most;
    }
    let office = Office { store, transport: Transport::new().unwrap(), limits };
    let order = Order { want: Want::Apply, read: ReadMode::Delta, by: By::Person };
    // Outlives the store: PostgreSQL's driver must not be dropped inside async code.
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    if let Some(run) = std::env::var(UNDO).ok().and_then(|run| run.parse().ok()) {
        let undo = sync::undo(&book, model::RunId(run), Want::Apply, &Silent);
        let undone = runtime.block_on(undo).unwrap();
        println!("\noutcome={}\nwrites={}", undone.report.run.outcome.name(), store::fault::writes_so_far());
        return;
    }
    for _ in 0..std::env::var(RUNS).unwrap().parse::<usize>().unwrap() {
        let report = runtime.block_on(sync::run(&office, &book, order, &Silent));
        match report {
            Ok(report) => println!("\noutcome={}", report.run.outcome.name()),
            Err(sync::RunError::Inactive) => println!("\noutcome=inactive"),
            Err(error) => panic!("{error}"),
        }
    }
    println!("\nwrites={}", store::fault::writes_so_far());
}
