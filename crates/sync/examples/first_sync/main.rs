//! Benchmark: first sync of a whole tenant, quiet rounds, a hundred changes, and changes of the policy that touch everybody, with
//! the longest write transaction of each. Each run is a process of its own, with a
//! database of its own unless one is given; the simulated tenant runs in another one, so that its work is not counted. Before
//! each run the floors are measured ([`floor`]). Prints each figure as median, lowest and highest of all runs, and the ratios
//! of the medians to those of the floors.
//!
//! `cargo run --release -p sync --example first_sync -- USERS GROUPS MEMBERSHIPS [--runs N] [--rounds N] [--changes N]
//! [--limits] [--database URL]`
//!
//! `--rounds` are quiet rounds (100), `--changes` rounds of a hundred changes (5). `--limits` enforces the documented limits
//! and lets every answer take 0.3 s. A PostgreSQL URL may have a `schema=` that is empty; the server must run here, for its
//! CPU is read from the processes called `postgres`.
#![expect(clippy::print_stdout, clippy::unwrap_used, reason = "a measuring tool")]

mod floor;

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Lines, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use graph::{Limits, Transport};
use m365sim::{Server, ServerOptions, TenantSpec, World};
use model::Preset;
use model::run::ReadMode;
use secrecy::SecretString;
use store::{Book, EndBy, KeyRing, Location, NewConnection, ScopeChange, Store, StoredCredential, Switch};
use sync::{By, Monitor, Office, Order, Progress, Report, Silent, Want};

/// What is to be measured.
struct Wanted {
    users: usize,
    groups: usize,
    members: usize,
    rounds: usize,
    changes: usize,
    limits: bool,
    database: Option<String>,
}

impl Wanted {
    fn read() -> Self {
        let args: Vec<String> = std::env::args().collect();
        let plain = |n: usize| args.get(n).and_then(|a| a.parse().ok()).unwrap_or(1_000);
        let text = |name: &str| args.iter().skip_while(|a| *a != name).nth(1).cloned();
        let number = |name: &str, usual| text(name).and_then(|a| a.parse().ok()).unwrap_or(usual);
        Self {
            users: plain(2),
            groups: plain(3),
            members: plain(4),
            rounds: number("--rounds", 100),
            changes: number("--changes", 5),
            limits: args.iter().any(|a| a == "--limits"),
            database: text("--database"),
        }
    }
}

fn main() {
    let role = std::env::args().nth(1).unwrap_or_default();
    let args: Vec<String> = std::env::args().skip(1).collect();
    match role.as_str() {
        "serve" => serve(&Wanted::read()),
        "one" => one(&Wanted::read()),
        "floor" => floor_of(),
        _ => all(&args),
    }
}

/// Runs and gathers.
fn all(args: &[String]) {
    let me = std::env::current_exe().unwrap();
    let with = |role: &str| [&[role.to_owned()], args].concat();
    let runs = args.iter().skip_while(|a| *a != "--runs").nth(1).and_then(|a| a.parse().ok()).unwrap_or(1);
    // A second run would find the first one's installation there, whose key is gone.
    assert!(
        runs == 1 || !args.iter().any(|a| a == "--database"),
        "--database takes one run; give an empty database to each"
    );
    let mut figures: BTreeMap<String, Vec<f64>> = BTreeMap::new();
    for role in ["floor", "one"].repeat(runs) {
        // As the binary starts itself (`crates/whoswho/src/memory.rs`).
        let mut process = Command::new(&me);
        process.env("MALLOC_MMAP_THRESHOLD_", "262144");
        let out = process.args(with(role)).stderr(Stdio::inherit()).output().unwrap();
        for line in String::from_utf8_lossy(&out.stdout).lines() {
            if let Some((name, value)) = line.rsplit_once(' ') {
                figures.entry(name.to_owned()).or_default().push(value.parse().unwrap());
            }
        }
    }
    let load = std::fs::read_to_string("/proc/loadavg").unwrap();
    println!("{} run(s), load at the end {}", runs, load.split(' ').next().unwrap_or_default());
    let mut medians = BTreeMap::new();
    for (name, values) in figures {
        let (low, middle, high) = spread(values);
        println!("{name:<44} {middle:>10.2}  [{low:.2}-{high:.2}]");
        medians.insert(name, middle);
    }
    for (of, to, what) in [
        ("1 first sync: cpu s", floor::ALL, "first sync, cpu, over its floor"),
        ("3 100 changes: cpu ms", floor::HUNDRED, "100 changes, cpu, over their floor"),
    ] {
        if let (Some(of), Some(to)) = (medians.get(of), medians.get(to)) {
            println!("ratio: {what:<37} {:>10.2}", of / to);
        }
    }
}

/// The floors, with a simulated tenant and a database of their own.
fn floor_of() {
    let mut sim = Simulated::start();
    let folder = tempfile::tempdir().unwrap();
    drop(rustls::crypto::ring::default_provider().install_default());
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    floor::floors(&runtime, &sim.facts, folder.path());
    drop(sim.process.kill());
}

fn spread(mut values: Vec<f64>) -> (f64, f64, f64) {
    values.sort_by(f64::total_cmp);
    let at = |n: usize| values.get(n).copied().unwrap_or_default();
    (at(0), at(values.len() / 2), at(values.len().saturating_sub(1)))
}

/// The simulated tenant: first where it is, then an answer to each line.
fn serve(wanted: &Wanted) {
    let world = World::new(1);
    let (groups, memberships) = (wanted.groups, wanted.members);
    let spec = TenantSpec { groups, memberships, ..TenantSpec::of("muster.example", wanted.users) };
    let tenant = world.add_tenant(&spec);
    tenant.nasty(|n| *n = m365sim::Nasty::calm());
    if wanted.limits {
        tenant.enforce_limits();
        tenant.faults(|faults| faults.latency_ms = 300);
    }
    let server = Server::start(&world, &ServerOptions { strict: false, ..ServerOptions::default() }).unwrap();
    let (login, graph) = (server.login_url(), server.graph_url());
    println!("{login} {graph} {} {} {}", tenant.id(), tenant.client_id(), tenant.client_secret());
    for line in std::io::stdin().lines() {
        if line.unwrap() == "churn" {
            tenant.churn(100);
        }
        let counts = server.counts(&tenant.id());
        println!("{} {} {}", counts.graph + counts.batched, counts.units, counts.throttled);
    }
}

struct Simulated {
    process: Child,
    stdin: ChildStdin,
    lines: Lines<BufReader<ChildStdout>>,
    facts: Vec<String>,
}

impl Simulated {
    fn start() -> Self {
        let args = std::env::args().skip(2);
        let mut process = Command::new(std::env::current_exe().unwrap())
            .arg("serve")
            .args(args)
            .stdout(Stdio::piped())
            .stdin(Stdio::piped())
            .spawn()
            .unwrap();
        let (stdin, stdout) = (process.stdin.take().unwrap(), process.stdout.take().unwrap());
        let mut lines = BufReader::new(stdout).lines();
        let facts = lines.next().unwrap().unwrap().split_whitespace().map(ToOwned::to_owned).collect();
        Self { process, stdin, lines, facts }
    }

    /// Requests (those of batches one by one), resource units, and refusals for going too fast, so far.
    fn tell(&mut self, what: &str) -> [f64; 3] {
        writeln!(self.stdin, "{what}").unwrap();
        let line = self.lines.next().unwrap().unwrap();
        let mut numbers = line.split(' ').map(|n| n.parse().unwrap());
        [(); 3].map(|()| numbers.next().unwrap_or_default())
    }
}

/// One run at work.
struct Bench {
    runtime: tokio::runtime::Runtime,
    office: Office,
    book: Book,
}

impl Bench {
    fn open(wanted: &Wanted, sim: &Simulated, folder: &std::path::Path) -> Self {
        drop(rustls::crypto::ring::default_provider().install_default());
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let file = Location::Sqlite(folder.join("whoswho.db"));
        let location = wanted.database.as_deref().map_or(file, Location::from);
        let store = Store::open(&location, KeyRing::load(folder, None).unwrap()).unwrap();
        let slug = format!("bench-{}", std::process::id()).parse().unwrap();
        let book = store.add_customer(&slug, "Bench", Preset::Careful, Office::now()).unwrap();
        let [login_url, graph_url, tenant_id, client_id, secret] = sim.facts.as_slice() else { return no() };
        let credential = StoredCredential::Secret(SecretString::from(secret.clone()));
        let new = NewConnection {
            login_url,
            graph_url,
            tenant_id,
            client_id,
            credential,
            credential_ends_at: None,
            credential_end_by: EndBy::Typed,
        };
        let connection = book.connect(&new, Office::now()).unwrap();
        book.change_scope(connection.id, &[ScopeChange::Everybody(Switch::On)]).unwrap();
        let limits = Limits { run_budget: None, ..Limits::typed() };
        let office = Office { store, transport: Transport::new().unwrap(), limits };
        Self { runtime, office, book }
    }

    fn run(&self) -> Report {
        self.watched(&Silent)
    }

    fn watched(&self, monitor: &dyn Monitor) -> Report {
        let order = Order { want: Want::Apply, read: ReadMode::Delta, by: By::Person };
        self.runtime.block_on(sync::run(&self.office, &self.book, order, monitor)).unwrap()
    }
}

/// Notes what each part of a first sync costs, and the peak of memory within it.
struct Parts<'s>(&'s Store, Mutex<Vec<Part>>);

struct Part {
    name: &'static str,
    cpu: f64,
    wall: Instant,
    peak: u64,
    longest_write: Duration,
}

impl<'s> Parts<'s> {
    fn of(store: &'s Store) -> Self {
        store.take_longest_write();
        Self(store, Mutex::default())
    }

    fn at(&self, name: &'static str) {
        let mut parts = self.1.lock().unwrap();
        let now = || (cpu(), Instant::now());
        match parts.last_mut() {
            // The end of a part is the last that was heard of it.
            Some(last) if last.name == name => (last.cpu, last.wall) = now(),
            last => {
                if let Some(last) = last {
                    last.peak = peak_mb();
                    last.longest_write = self.0.take_longest_write();
                }
                // Peaks are counted anew (proc(5), clear_refs).
                std::fs::write("/proc/self/clear_refs", "5").unwrap();
                let (cpu, wall) = now();
                parts.push(Part { name, cpu, wall, peak: 0, longest_write: Duration::ZERO });
            }
        }
    }

    /// Prints what was noted; answers the highest peak.
    fn print(&self, idle: u64, start: Instant) -> u64 {
        self.at("6 end");
        let parts = self.1.lock().unwrap();
        let (mut cpu, mut wall) = (0.0, start);
        for part in parts.iter().filter(|part| part.peak > 0) {
            println!("1 part {}: cpu s {:.3}", part.name, part.cpu - cpu);
            println!("1 part {}: wall s {:.3}", part.name, (part.wall - wall).as_secs_f64());
            println!("1 part {}: peak memory over idle, MB {}", part.name, part.peak.saturating_sub(idle));
            println!("1 part {}: longest write transaction, ms {:.1}", part.name, ms(part.longest_write));
            (cpu, wall) = (part.cpu, part.wall);
        }
        parts.iter().map(|part| part.peak).max().unwrap_or_default()
    }
}

impl Monitor for Parts<'_> {
    fn at(&self, progress: &Progress) {
        Self::at(
            self,
            match progress {
                Progress::Reading { .. } => "1 read",
                Progress::Planning { .. } => "3 plan",
                Progress::Applying { .. } => "4 apply",
            },
        );
    }
}

fn no() -> Bench {
    panic!("the simulated tenant did not say where it is")
}

/// One run, its figures one a line.
fn one(wanted: &Wanted) {
    let mut sim = Simulated::start();
    let folder = tempfile::tempdir().unwrap();
    let bench = Bench::open(wanted, &sim, folder.path());
    let idle = peak_mb();
    println!("0 idle: memory, MB {idle}");
    let peak = first(wanted, &mut sim, &bench, idle);
    println!("1 first sync: peak memory over idle, MB {}", peak - idle);
    quiet(wanted, &bench);
    for _ in 0..wanted.changes {
        changes(&mut sim, &bench);
    }
    policy(&bench, "5 another field for everybody", ("fields.job_title", "always"));
    policy(&bench, "6 another address for everybody", ("email_from", "mail_then_upn"));
    println!("7 all: peak memory over idle, MB {}", peak_mb().max(peak) - idle);
    drop(sim.process.kill());
}

/// Reads, subscribes all groups, plans and applies; answers the peak of memory.
fn first(wanted: &Wanted, sim: &mut Simulated, bench: &Bench, idle: u64) -> u64 {
    let Bench { runtime, office, book } = bench;
    let (cpu_before, server, start, parts) = (cpu(), server_cpu(), Instant::now(), Parts::of(&office.store));
    runtime.block_on(sync::read_only(office, book, &parts)).unwrap();
    parts.at("2 mirror");
    parts.at("2 mirror");
    let read = start.elapsed().as_secs_f64();
    println!("1 first sync: read, wall s {read:.3}");
    println!("1 first sync: read, cpu s {:.3}", cpu());
    if wanted.limits {
        let [requests, units, throttled] = sim.tell("count");
        println!("1 first sync: read, requests {requests}");
        println!("1 first sync: read, resource units {units}");
        println!("1 first sync: read, wall over the quota floor {:.3}", read / (units / 800.0));
        println!("1 first sync: read, throttled % {:.3}", throttled * 100.0 / requests);
    }
    let connection = book.connection().unwrap().unwrap();
    let groups = book.living_groups(connection.id).unwrap();
    let subscribe: Vec<_> = groups.into_iter().map(|g| ScopeChange::Group(g.id, Switch::On)).collect();
    book.change_scope(connection.id, &subscribe).unwrap();
    let report = bench.watched(&parts);
    parts.at("5 log emptied");
    parts.at("5 log emptied");
    // From the start of the process on: opening the database, connecting and reading included.
    println!("1 first sync: cpu s {:.3}", cpu());
    println!("1 first sync: wall s {:.3}", start.elapsed().as_secs_f64());
    println!("1 first sync: contacts {}", report.run.counts.created);
    println!("1 first sync: memberships {}", report.run.counts.memberships);
    if wanted.database.is_some() {
        println!("1 first sync: client cpu s {:.3}", cpu() - cpu_before);
        println!("1 first sync: server cpu s {:.2}", server_cpu() - server);
    }
    parts.print(idle, start)
}

fn quiet(wanted: &Wanted, bench: &Bench) {
    if wanted.rounds == 0 {
        return;
    }
    bench.run();
    let (before, stats, mut requests) = (cpu(), bench.office.store.stats(), 0);
    for _ in 0..wanted.rounds {
        requests += bench.run().run.requests.unwrap_or_default();
    }
    let (rounds, now) = (wanted.rounds as f64, bench.office.store.stats());
    println!("2 quiet round: cpu ms {:.3}", (cpu() - before) * 1_000.0 / rounds);
    println!("2 quiet round: requests {}", requests as f64 / rounds);
    println!("2 quiet round: rows {}", (now.rows_written - stats.rows_written) as f64 / rounds);
    println!("2 quiet round: transactions {}", (now.commits - stats.commits) as f64 / rounds);
}

fn changes(sim: &mut Simulated, bench: &Bench) {
    sim.tell("churn");
    // What is left to be done behind a commit is not this round's.
    std::thread::sleep(Duration::from_millis(100));
    let (before, stats, server, start) = (cpu(), bench.office.store.stats(), server_cpu(), Instant::now());
    bench.office.store.take_longest_write();
    let report = bench.run();
    let (cpu, wall, now) = (cpu() - before, start.elapsed(), bench.office.store.stats());
    let counts = report.run.counts;
    let touched = counts.created + counts.updated + counts.removed + counts.memberships;
    println!("3 100 changes: cpu ms {:.2}", cpu * 1_000.0);
    println!("3 100 changes: wall ms {:.2}", wall.as_secs_f64() * 1_000.0);
    println!(
        "3 100 changes: longest write transaction, ms {:.1}",
        ms(bench.office.store.take_longest_write())
    );
    println!("3 100 changes: contacts and memberships touched {touched}");
    println!("3 100 changes: rows {}", now.rows_written - stats.rows_written);
    println!("3 100 changes: reading statements {}", now.reads - stats.reads);
    println!("3 100 changes: writing statements {}", now.writes - stats.writes);
    if server > 0.0 {
        println!("3 100 changes: server cpu ms {:.0}", (server_cpu() - server) * 1_000.0);
    }
}

/// A policy under which everybody is planned anew, and most contacts change.
fn policy(bench: &Bench, name: &str, (key, value): (&str, &str)) {
    bench.office.store.take_longest_write();
    let (before, start) = (cpu(), Instant::now());
    bench.book.set_policy(&[(key.into(), value.into())]).unwrap();
    let report = bench.run();
    println!("{name}: cpu s {:.3}", cpu() - before);
    println!("{name}: wall s {:.3}", start.elapsed().as_secs_f64());
    println!("{name}: contacts updated {}", report.run.counts.updated);
    println!("{name}: longest write transaction, ms {:.1}", ms(bench.office.store.take_longest_write()));
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1_000.0
}

/// CPU seconds of this process, user and system.
fn cpu() -> f64 {
    let spent = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    spent.tv_sec as f64 + spent.tv_nsec as f64 / 1e9
}

/// CPU seconds of all processes called `postgres`, in ticks of 10 ms (proc(5), fields 14 and 15).
fn server_cpu() -> f64 {
    let all = std::fs::read_dir("/proc").unwrap().filter_map(|entry| {
        let stat = std::fs::read_to_string(entry.ok()?.path().join("stat")).ok()?;
        let (head, rest) = stat.rsplit_once(')')?;
        let fields: Vec<&str> = rest.split_whitespace().collect();
        let spent: f64 = fields.get(11..=12)?.iter().filter_map(|f| f.parse::<f64>().ok()).sum();
        head.ends_with("(postgres").then_some(spent / 100.0)
    });
    all.sum()
}

fn peak_mb() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|l| l.starts_with("VmHWM")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() / 1024
}
