//! Benchmark: a whole fleet. Customers with a tenant each, all simulated in one child process: the first fill, quiet rounds,
//! and a quiet round with ten sick tenants (hanging, throttled, failing) that come first. CPU is this process's only.
//!
//! `cargo run --release -p sync --example fleet -- CUSTOMERS USERS [DATABASE]`
//!
//! Sick tenants would keep a round waiting for half an hour; here requests give up after 5 s and runs after 20 s of waiting.
#![expect(clippy::print_stdout, clippy::unwrap_used, clippy::indexing_slicing, reason = "a measuring tool")]

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};

use graph::{Limits, Transport, TransportOptions};
use m365sim::{Fault, Nasty, RetryAfter, Script, Server, ServerOptions, TenantHandle, TenantSpec, World};
use model::{Preset, Timestamp};
use secrecy::SecretString;
use store::{EndBy, KeyRing, Location, NewConnection, ScopeChange, Store, StoredCredential, Switch};
use sync::{Ended, Office, Rules, Scheduler};

const SICK: usize = 10;
const ROUNDS: usize = 5;

fn main() {
    let args: Vec<String> = std::env::args().collect();
    let number = |n: usize| args.get(n).and_then(|a| a.parse().ok()).unwrap_or(50);
    if args.get(1).is_some_and(|a| a == "serve") {
        return serve(number(2), number(3));
    }
    measure(Simulated::start(number(1), number(2)), args.get(3).map(String::as_str));
}

/// The simulated tenants: first where they are, then an answer to each line.
fn serve(tenants: usize, users: usize) {
    let world = World::new(1);
    let spec = |n| TenantSpec { groups: 0, ..TenantSpec::of(&format!("t{n}.example"), users) };
    let tenants: Vec<TenantHandle> = (0..tenants).map(|n| world.add_tenant(&spec(n))).collect();
    let server = Server::start(&world, &ServerOptions { strict: false, ..ServerOptions::default() }).unwrap();
    println!("{} {}", server.login_url(), server.graph_url());
    for tenant in &tenants {
        tenant.nasty(|n| *n = Nasty::calm());
        println!("{} {} {}", tenant.id(), tenant.client_id(), tenant.client_secret());
    }
    println!("end");
    for line in std::io::stdin().lines() {
        match line.unwrap().as_str() {
            "sick" => tenants.iter().take(SICK).enumerate().for_each(|(n, tenant)| fall_ill(n, tenant)),
            "reset" => tenants.iter().for_each(TenantHandle::reset_counts),
            _ => {}
        }
        println!("{}", tenants.iter().map(|t| t.counts().graph).sum::<u64>());
    }
}

fn fall_ill(n: usize, tenant: &TenantHandle) {
    let fault = match n % 3 {
        0 => Fault::Hang,
        1 => Fault::Throttled(RetryAfter::Seconds(10)),
        _ => Fault::Unavailable(RetryAfter::Absent),
    };
    tenant.faults(|f| f.scripts.push(Script { path: String::new(), skip: 0, times: 1_000_000, fault }));
}

struct Simulated {
    process: Child,
    stdin: ChildStdin,
    lines: std::io::Lines<BufReader<ChildStdout>>,
    hosts: Vec<String>,
    tenants: Vec<Vec<String>>,
}

impl Simulated {
    fn start(customers: usize, users: usize) -> Self {
        let mut process = Command::new(std::env::current_exe().unwrap())
            .args(["serve", &customers.to_string(), &users.to_string()])
            .stdout(Stdio::piped())
            .stdin(Stdio::piped())
            .spawn()
            .unwrap();
        let (stdin, stdout) = (process.stdin.take().unwrap(), process.stdout.take().unwrap());
        let mut lines = BufReader::new(stdout).lines();
        let words = |line: String| line.split_whitespace().map(ToOwned::to_owned).collect::<Vec<_>>();
        let hosts = words(lines.next().unwrap().unwrap());
        let mut tenants = Vec::new();
        loop {
            let line = words(lines.next().unwrap().unwrap());
            if line == ["end"] {
                break;
            }
            tenants.push(line);
        }
        Self { process, stdin, lines, hosts, tenants }
    }

    /// Answers how many requests to Graph there were since the last reset.
    fn tell(&mut self, what: &str) -> u64 {
        writeln!(self.stdin, "{what}").unwrap();
        self.lines.next().unwrap().unwrap().parse().unwrap()
    }
}

fn measure(mut sim: Simulated, database: Option<&str>) {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let location =
        database.map_or_else(|| Location::Sqlite(folder.path().join("whoswho.db")), Location::from);
    let store = Store::open(&location, KeyRing::load(folder.path(), None).unwrap()).unwrap();
    sim.tenants.iter().enumerate().for_each(|(n, tenant)| connect(&store, &sim.hosts, n, tenant));
    let now = Arc::new(AtomicI64::new(Office::now().0));
    let options = TransportOptions { timeout: Duration::from_secs(5), ..TransportOptions::default() };
    let limits = Limits { run_budget: Some(Duration::from_secs(20)), ..Limits::scheduled() };
    let office = Office { store, transport: Transport::with_options(options).unwrap(), limits };
    let clock = Arc::clone(&now);
    let clock = Arc::new(move || Timestamp(clock.load(Ordering::SeqCst)));
    let scheduler = Scheduler::new(office, Rules::default(), clock).unwrap();
    let round = |what: &str, sim: &mut Simulated| {
        now.fetch_add(2 * 86_400_000, Ordering::SeqCst);
        sim.tell("reset");
        let (start, began, cpu_before) = (Instant::now(), Office::now(), cpu());
        let ended = runtime.block_on(scheduler.round()).unwrap();
        let (wall, cpu) = (start.elapsed().as_secs_f64(), cpu() - cpu_before);
        let finished = Finished::of(&ended, began);
        println!(
            "{what:<12} wall {wall:6.2} s, cpu {cpu:6.2} s, requests {:>6}, {finished}, peak {} MB",
            sim.tell("count"),
            peak_mb()
        );
        finished
    };
    round("first fill", &mut sim);
    let mut quiet: Vec<Finished> = (0..ROUNDS).map(|_| round("quiet", &mut sim)).collect();
    quiet.sort_by_key(|f| f.last);
    let usual = &quiet[ROUNDS / 2];
    sim.tell("sick");
    let sick = round("ten sick", &mut sim);
    let ratio = |a: i64, b: i64| a as f64 / b.max(1) as f64;
    println!(
        "sick ones delay the others: median × {:.3}, p99 × {:.3}, last × {:.3}",
        ratio(sick.median, usual.median),
        ratio(sick.p99, usual.p99),
        ratio(sick.last, usual.last)
    );
    drop(sim.process.kill());
}

/// When customers with a good run had it, in milliseconds after the round began; those who are or become sick left out.
struct Finished {
    good: usize,
    bad: usize,
    median: i64,
    p99: i64,
    last: i64,
}

impl Finished {
    fn of(ended: &[Ended], began: Timestamp) -> Self {
        let sick: Vec<String> = (0..SICK).map(slug).collect();
        let good = ended.iter().filter(|e| !sick.contains(&e.customer)).filter_map(|e| e.done.as_ref().ok());
        let mut at: Vec<i64> = good
            .map(|r| r.run.started_at.plus_ms(r.run.duration_ms.unwrap_or_default()).ms_since(began))
            .collect();
        at.sort_unstable();
        let part = |percent: usize| at.get((at.len() * percent / 100).min(at.len().max(1) - 1)).copied();
        let bad = ended.iter().filter(|e| e.done.is_err()).count();
        let (median, p99, last) = (part(50), part(99), at.last().copied());
        let (median, p99, last) = (median.unwrap_or(0), p99.unwrap_or(0), last.unwrap_or(0));
        Self { good: at.len(), bad, median, p99, last }
    }
}

impl std::fmt::Display for Finished {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { good, bad, median, p99, last } = self;
        write!(f, "{good} others good, {bad} bad, finished: median {median} ms, p99 {p99} ms, last {last} ms")
    }
}

fn slug(n: usize) -> String {
    format!("c{n:05}")
}

fn connect(store: &Store, hosts: &[String], n: usize, tenant: &[String]) {
    let name = slug(n).parse().unwrap();
    let book = store.add_customer(&name, "Bench", Preset::Awareness, Office::now()).unwrap();
    let new = NewConnection {
        login_url: &hosts[0],
        graph_url: &hosts[1],
        tenant_id: &tenant[0],
        client_id: &tenant[1],
        credential: StoredCredential::Secret(SecretString::from(tenant[2].clone())),
        credential_ends_at: None,
        credential_end_by: EndBy::Typed,
    };
    let connection = book.connect(&new, Office::now()).unwrap();
    book.change_scope(connection.id, &[ScopeChange::Everybody(Switch::On)]).unwrap();
}

/// CPU seconds of this process, user and system (proc(5), fields 14 and 15, in ticks of 10 ms).
fn cpu() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap();
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap().split_whitespace().collect();
    (fields[11].parse::<f64>().unwrap() + fields[12].parse::<f64>().unwrap()) / 100.0
}

fn peak_mb() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|l| l.starts_with("VmHWM")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() / 1024
}
