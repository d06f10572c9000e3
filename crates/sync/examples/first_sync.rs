//! Benchmark: first sync of a whole tenant, quiet rounds and a hundred changes, CPU of this process only; the simulated
//! tenant runs in a child process.
//!
//! `cargo run --release -p sync --example first_sync -- USERS GROUPS MEMBERSHIPS [DATABASE]`
#![expect(clippy::print_stdout, clippy::unwrap_used, clippy::indexing_slicing, reason = "a measuring tool")]

use std::io::{BufRead, Write};
use std::process::{Child, Command, Stdio};
use std::time::Instant;

use graph::{Limits, Transport};
use m365sim::{Server, ServerOptions, TenantSpec, World};
use model::Preset;
use model::run::ReadMode;
use secrecy::SecretString;
use store::{KeyRing, Location, NewConnection, ScopeChange, Store, StoredCredential, Switch};
use sync::{By, Office, Order, Silent, Want};

/// As in the binary.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    let args: Vec<String> = std::env::args().collect();
    let number = |n: usize| args.get(n).and_then(|a| a.parse().ok()).unwrap_or(1_000);
    if args.get(1).is_some_and(|a| a == "serve") {
        return serve(number(2), number(3), number(4));
    }
    let (users, groups, members) = (number(1), number(2), number(3));
    let mut child = spawn(users, groups, members);
    measure(&mut child, args.get(4).map(String::as_str));
    drop(child.process.kill());
}

struct Simulated {
    process: Child,
    facts: Vec<String>,
}

/// The simulated tenant in a process of its own, so that its work is not counted here.
fn spawn(users: usize, groups: usize, members: usize) -> Simulated {
    let mut process = Command::new(std::env::current_exe().unwrap())
        .args(["serve", &users.to_string(), &groups.to_string(), &members.to_string()])
        .stdout(Stdio::piped())
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    std::io::BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
    Simulated { process, facts: line.split_whitespace().map(ToOwned::to_owned).collect() }
}

fn serve(users: usize, groups: usize, members: usize) {
    let world = World::new(1);
    let spec = TenantSpec { groups, memberships: members, ..TenantSpec::of("muster.example", users) };
    let tenant = world.add_tenant(&spec);
    tenant.nasty(|n| *n = m365sim::Nasty::calm());
    let server = Server::start(&world, &ServerOptions { strict: false, ..ServerOptions::default() }).unwrap();
    println!(
        "{} {} {} {} {}",
        server.login_url(),
        server.graph_url(),
        tenant.id(),
        tenant.client_id(),
        tenant.client_secret()
    );
    // A line on standard input asks for a hundred changes; its end ends the process.
    let mut line = String::new();
    while std::io::stdin().read_line(&mut line).unwrap_or(0) > 0 {
        tenant.churn(100);
    }
}

fn measure(child: &mut Simulated, database: Option<&str>) {
    drop(rustls::crypto::ring::default_provider().install_default());
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let location =
        database.map_or_else(|| Location::Sqlite(folder.path().join("whoswho.db")), Location::from);
    let store = Store::open(&location, KeyRing::load(folder.path(), None).unwrap()).unwrap();
    let slug = format!("bench-{}", std::process::id()).parse().unwrap();
    let book = store.add_customer(&slug, "Bench", Preset::Careful, Office::now()).unwrap();
    let facts = &child.facts;
    let new = NewConnection {
        login_url: &facts[0],
        graph_url: &facts[1],
        tenant_id: &facts[2],
        client_id: &facts[3],
        credential: StoredCredential::Secret(SecretString::from(facts[4].clone())),
        credential_ends_at: None,
    };
    let connection = book.connect(&new, Office::now()).unwrap();
    let office = Office { store, transport: Transport::new().unwrap(), limits: Limits::typed() };
    let order = Order { want: Want::Apply, read: ReadMode::Delta, by: By::Person };
    let run = || runtime.block_on(sync::run(&office, &book, order, &Silent)).unwrap();
    book.change_scope(connection.id, &[ScopeChange::Everybody(Switch::On)]).unwrap();
    runtime.block_on(sync::read_only(&office, &book, &Silent)).unwrap();
    let groups = book.living_groups(connection.id).unwrap();
    let subscribe: Vec<_> = groups.into_iter().map(|g| ScopeChange::Group(g.id, Switch::On)).collect();
    println!("read          cpu {:.2} s", cpu());
    book.change_scope(connection.id, &subscribe).unwrap();
    let start = Instant::now();
    let first = run();
    println!(
        "first sync    cpu {:.2} s in all, plan and apply {:.2} s wall, created {}, memberships {}, peak {} MB",
        cpu(),
        start.elapsed().as_secs_f64(),
        first.run.counts.created,
        first.run.counts.memberships,
        peak_mb()
    );
    let before = cpu();
    for _ in 0..100 {
        run();
    }
    println!("quiet round   cpu {:.2} ms, requests {}", (cpu() - before) * 10.0, run().run.requests);
    for _ in 0..3 {
        writeln!(child.process.stdin.as_mut().unwrap()).unwrap();
        std::thread::sleep(std::time::Duration::from_millis(300));
        let before = cpu();
        let report = run();
        println!("100 changes   cpu {:.1} ms, {:?}", (cpu() - before) * 1000.0, report.run.counts);
    }
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
