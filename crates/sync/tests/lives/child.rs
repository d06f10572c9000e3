//! The process that does what a process of the product would: this executable again, with its task in the environment. It
//! has a clock of its own, and may be killed.

use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use graph::{Limits, Transport};
use model::RunId;
use model::run::{Outcome, ReadMode};
use secrecy::ExposeSecret;
use store::{Book, KeyRing, Location, Store};
use sync::{By, Office, Order, Silent, Want, Whom};

const DATABASE: &str = "WHOSWHO_LIVES_DATABASE";
const KEYS: &str = "WHOSWHO_LIVES_KEYS";
const TASK: &str = "WHOSWHO_LIVES_TASK";

/// What a child shall do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Task {
    Run,
    Complete,
    Look,
    Person(String),
    Undo(RunId),
}

/// How a child ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum End {
    Killed,
    /// The product refused, with this word.
    Refused(String),
    /// A run, by its outcome, and the operations of its plan that are not held, and those that are.
    Ran(Ran),
}

/// What a run said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ran {
    pub run: i64,
    pub outcome: Outcome,
    /// Operations of its plan that nothing holds.
    pub free: Vec<String>,
    /// Source and kind of those that are held.
    pub held: Vec<String>,
    /// Kinds of what the guard counts and does not hold, with the source.
    pub weighs: Vec<String>,
    /// How many operations an undo leaves alone.
    pub conflicts: i64,
}

/// A child on its way.
pub struct Child<'a> {
    pub database: &'a Location,
    pub keys: &'a Path,
    pub days: i64,
    pub with: &'a [(&'static str, String)],
}

impl Child<'_> {
    /// What came of it, or what it broke down with.
    pub fn does(&self, task: &Task) -> Result<End, String> {
        let database = match self.database {
            Location::Sqlite(path) => path.to_str().unwrap().to_owned(),
            Location::Postgres(url) => url.expose_secret().to_owned(),
        };
        let task_text = match task {
            Task::Run => "run".to_owned(),
            Task::Complete => "complete".to_owned(),
            Task::Look => "look".to_owned(),
            Task::Person(id) => format!("person {id}"),
            Task::Undo(run) => format!("undo {}", run.0),
        };
        let mut command = Command::new(this_executable());
        command.args(["--exact", "child", "--nocapture", "--test-threads=1"]);
        command.env(DATABASE, database).env(KEYS, self.keys).env(TASK, task_text);
        command.env("WHOSWHO_TEST_DAYS_AHEAD", self.days.to_string());
        command.envs(self.with.iter().map(|(name, value)| (*name, value))).env("RUST_BACKTRACE", "0");
        let output = command.output().unwrap();
        let told = String::from_utf8_lossy(&output.stdout).into_owned();
        match (output.status.success(), output.status.signal()) {
            (true, _) => read(&told),
            (false, Some(6)) if !self.with.is_empty() => Ok(End::Killed),
            (false, _) => {
                let error = String::from_utf8_lossy(&output.stderr);
                Err(format!("{task:?} ended with {}\n{told}{error}", output.status))
            }
        }
    }
}

fn read(told: &str) -> Result<End, String> {
    let all =
        |mark: &'static str| told.lines().filter_map(move |l| l.strip_prefix(mark)).map(ToOwned::to_owned);
    if let Some(why) = all("refused=").next() {
        return Ok(End::Refused(why));
    }
    let number = |mark| all(mark).next().and_then(|n| n.parse::<i64>().ok()).unwrap_or(0);
    let outcome = all("outcome=").next().and_then(|name| Outcome::named(&name));
    let outcome = outcome.ok_or_else(|| format!("no outcome: {told}"))?;
    Ok(End::Ran(Ran {
        run: number("run="),
        outcome,
        free: all("free=").collect(),
        held: all("held=").collect(),
        weighs: all("weighs=").collect(),
        conflicts: number("conflicts="),
    }))
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
    let limits = Limits { first_backoff: Duration::from_millis(1), ..Limits::typed() };
    let office = Office { store, transport: Transport::new().unwrap(), limits };
    // Outlives the store: PostgreSQL's driver must not be dropped inside async code.
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let task = std::env::var(TASK).unwrap();
    let (verb, what) = task.split_once(' ').unwrap_or((&task, ""));
    println!();
    let ordered = |want, read| Order { want, read, by: By::Person };
    let done = match verb {
        "run" => runtime.block_on(sync::run(&office, &book, ordered(Want::Apply, ReadMode::Delta), &Silent)),
        "complete" => {
            runtime.block_on(sync::run(&office, &book, ordered(Want::Apply, ReadMode::Complete), &Silent))
        }
        "look" => runtime.block_on(sync::run(&office, &book, ordered(Want::Plan, ReadMode::Delta), &Silent)),
        "person" => {
            let whom = Whom::Id(what.parse().unwrap());
            runtime.block_on(sync::sync_person(&office, &book, &whom, &Silent))
        }
        _ => {
            let run = RunId(what.parse().unwrap());
            let undone = runtime.block_on(sync::undo(&book, run, Want::Apply, &Silent));
            undone.map(|u| {
                println!("conflicts={}", u.conflicts.len());
                u.report
            })
        }
    };
    match done {
        Err(sync::RunError::Inactive) => println!("refused=inactive"),
        Err(sync::RunError::Store(store::StoreError::Refused(why))) => println!("refused={why:?}"),
        Err(sync::RunError::NotTold) => println!("refused=not told"),
        Err(error) => panic!("{error:?}"),
        Ok(report) => {
            println!("run={}\noutcome={}", report.run.id.0, report.run.outcome.name());
            if let Some(plan) = report.plan {
                tell(&book, plan);
            }
        }
    }
}

fn tell(book: &Book, plan: model::PlanId) {
    for row in book.plan_rows(plan, 0, i64::MAX).unwrap() {
        let line =
            format!("{} {} {:?}", row.source, row.kind.name(), row.contact.map(model::ContactId::number));
        if row.held.is_some() {
            println!("held={} {}", row.source, row.kind.name());
        } else {
            println!("free={line} {:?}", row.what);
        }
        if let store::What::Person { step, .. } = &row.what
            && let (Some(kind), None) = (step.guarded(), row.held)
        {
            println!("weighs={} {}", kind.name(), row.source);
        }
    }
}
