//! What pages over a large book cost, on SQLite and, where `WHOSWHO_TEST_POSTGRES` names a server, on PostgreSQL: each is asked
//! thirty times over the whole service but the sockets. Prints the median, the fastest and the slowest; ends with an error where
//! a median is over the bar.
//!
//! `cargo run --release -p web --example pages [-- CONTACTS]`
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a measurement may stop"
)]

use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Body;
use axum::http::{Request, header};
use http_body_util::BodyExt;
use m365sim::{Server, ServerOptions, TenantSpec, World};
use model::run::ReadMode;
use model::search::terms;
use model::source::{
    EmailFrom, Member, MemberKind, MirrorUser, Presence, SourceGroup, SourceUser, VerifiedDomains,
};
use model::{Field, Role, SourceId, Timestamp};
use store::testing::empty_databases;
use store::{
    Asked, Batch, Book, EndBy, Filter, Holder, KeyRing, Keys, Liveness, Marks, NewAccount, NewConnection,
    Place, Reach, ReadEnd, ScopeChange, Store, StoredCredential, Switch, Work, Write,
};
use sync::{By, Office, Order, Want};
use tower::ServiceExt;
use web::{Jobs, Rosters, Web};

const NOW: Timestamp = Timestamp(1_795_344_360_000);
const BAR: Duration = Duration::from_millis(50);
const ROUNDS: usize = 30;
const CUSTOMERS: i64 = 3_000;

fn main() -> ExitCode {
    drop(rustls::crypto::ring::default_provider().install_default());
    let people = std::env::args().nth(1).map_or(100_000, |n| n.parse().unwrap());
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let mut within = true;
    for db in empty_databases() {
        let keys = tempfile::tempdir().unwrap();
        let store = Store::open(&db.location, KeyRing::load(keys.path(), None).unwrap()).unwrap();
        let book = store.add_customer(&"a".parse().unwrap(), "Alpha", None, NOW).unwrap();
        let ids = book.crowd(people, NOW).unwrap();
        store.gather_statistics().unwrap();
        let contact = ids[ids.len() / 2];
        book.edit_contact(contact, &[(Field::JobTitle, Some("Leitung".into()))], NOW).unwrap();
        let web = pages_over(&store);
        let cookie = signed_in(&store);
        let far = page_1000(&book, people);
        let group = tenant(&store, people / 2);
        let began = Instant::now();
        let first = runtime.block_on(ask(web.router(), "/c/b/import", &cookie));
        println!(
            "{:<10} {} source users  roster read anew, {:.0} ms ({:.0} ms)",
            db.name,
            people / 2,
            ms(first),
            ms(began.elapsed())
        );
        let planned = planned(&runtime, &store, people);
        println!("{:<10} {planned} lines of a plan", db.name);
        store.many_customers(CUSTOMERS, NOW).unwrap();
        store.gather_statistics().unwrap();
        for (name, path) in paths(&group, &far, people, &book.public_id(contact).to_string()) {
            let mut took: Vec<Duration> =
                (0..ROUNDS).map(|_| runtime.block_on(ask(web.router(), &path, &cookie))).collect();
            took.sort_unstable();
            let median = took[ROUNDS / 2];
            within &= median <= BAR;
            println!(
                "{:<10} {people} contacts  {name:<22} {:>6.1} ms [{:.1}–{:.1}]",
                db.name,
                ms(median),
                ms(took[0]),
                ms(took[ROUNDS - 1])
            );
        }
    }
    if within { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// The pages that are asked for.
fn paths(group: &SourceId, far: &str, people: i64, contact: &str) -> Vec<(&'static str, String)> {
    vec![
        ("3,000 customers", "/customers".to_owned()),
        ("their last page", "/customers?page=61".into()),
        ("customers, searched", "/customers?q=mueller".into()),
        ("customers, by findings", "/customers?sort=findings".into()),
        ("one of them", "/c/kunde-1".into()),
        ("import", "/c/b/import".into()),
        ("import, searched", "/c/b/import?q=mueller".into()),
        ("import, of a group", format!("/c/b/import?g={group}")),
        ("import, new ones", "/c/b/import?s=new".into()),
        ("source groups", "/c/b/import/groups".into()),
        ("list", "/c/a/book".into()),
        ("page 1,000", format!("/c/a/book?after={far}")),
        ("letter M", "/c/a/book?at=M".into()),
        ("search, one person", format!("/c/a/book?q=person{}", 1_000_000 + people / 2)),
        ("search, some thousand", "/c/a/book?q=mueller+anna".into()),
        ("search, most of them", "/c/a/book?q=person".into()),
        ("changed lately", "/c/a/book?view=changed".into()),
        ("contact", format!("/c/a/book/{contact}")),
        ("contact groups", "/c/a/groups".into()),
        ("bin", "/c/a/bin".into()),
        ("overview", "/c/c".into()),
        ("plan", "/c/c/plan".into()),
        ("plan, page 1,000", "/c/c/plan?page=1000".into()),
        ("plan, new ones", "/c/c/plan?view=new".into()),
        ("plan, searched", "/c/c/plan?q=mueller".into()),
        ("plan, by field", "/c/c/plan?field=email".into()),
        ("runs", "/c/c/runs".into()),
        ("scope", "/c/c/import/scope?view=all".into()),
        ("scope, searched", "/c/c/import/scope?view=all&q=mueller".into()),
        ("why", "/c/c/why?person=niemand%40gross.example".into()),
        ("connection", "/c/c/connection".into()),
        ("rules", "/c/c/policy".into()),
        ("rules for all", "/policy".into()),
        ("master data", "/c/c/settings".into()),
        ("people", "/staff".into()),
        ("mails", "/mail".into()),
        ("system", "/system".into()),
        ("audit log", "/audit".into()),
    ]
}

fn pages_over(store: &Store) -> Web {
    Web {
        store: store.clone(),
        clock: Arc::new(|| NOW),
        rosters: Rosters::default(),
        recents: web::Recents::default(),
        trials: web::Trials::default(),
        jobs: Jobs::new(Office::typed(store.clone()).unwrap(), Arc::new(|| NOW)),
        own_cloud: None,
        public_url: "https://x.example".into(),
        version: "1",
    }
}

/// A customer of whose tenant so many people were read, a fifth of them with an address that the book has; answers the group that
/// half of them are in.
fn tenant(store: &Store, people: i64) -> SourceId {
    let book = store.add_customer(&"b".parse().unwrap(), "Beta", None, NOW).unwrap();
    book.crowd(people / 5, NOW).unwrap();
    let new = NewConnection {
        tenant_id: "11111111-1111-1111-1111-111111111111",
        client_id: "22222222-2222-2222-2222-222222222222",
        login_url: "https://login.example",
        graph_url: "https://graph.example",
        credential: StoredCredential::Secret("secret".into()),
        credential_ends_at: None,
        credential_end_by: EndBy::Typed,
    };
    let connection = book.connect(&new, NOW).unwrap().id;
    let me = Holder("measurement".into());
    let asked = book.take_lease(connection, &me, Work::Other, |_| Liveness::Unknown).unwrap();
    let Asked::Taken(lease) = asked else { panic!("nobody else is at work") };
    let id = |kind: u8, n: i64| {
        let mut bytes = [kind; 16];
        bytes[8..].copy_from_slice(&n.wrapping_mul(0x9e37_79b9_7f4a_7c15_u64 as i64).to_be_bytes());
        SourceId::Guid(bytes)
    };
    let (domains, groups) = (VerifiedDomains(Vec::new()), 500);
    let keys = Keys { from: EmailFrom::Mail, domains: &domains };
    let group =
        |n| SourceGroup { id: id(2, n), name: format!("Gruppe {n}").into(), ..SourceGroup::default() };
    let mut batch =
        Batch { groups: (0..groups).map(|n| (group(n), Presence::Live)).collect(), ..Batch::default() };
    for n in 0..people {
        let user = SourceUser {
            id: id(1, n),
            enabled: true,
            first_name: Some(format!("Vorname{}", n % 977).into()),
            last_name: Some(if n % 100 == 0 {
                "Müller".into()
            } else {
                format!("Name{}", n * 7 % 9973).into()
            }),
            mail: Some(format!("person{}@muster.example", 1_000_000 + n).into()),
            department: Some("Vertrieb".into()),
            ..SourceUser::default()
        };
        let member = || Member { id: user.id.clone(), kind: MemberKind::User };
        batch.joined.extend((0..n % 2).map(|_| (id(2, 0), member())));
        batch.joined.push((id(2, 1 + n % (groups - 1)), member()));
        batch.users.push(MirrorUser { user, presence: Presence::Live });
    }
    let end = ReadEnd { users: "users".into(), groups: "groups".into(), at: NOW };
    let write = Write { keys, batch: &batch, marks: Marks::AtTheEnd, end: Some(&end) };
    book.write_mirror(&lease, &write).unwrap();
    book.give_back(&lease).unwrap();
    store.gather_statistics().unwrap();
    id(2, 0)
}

/// A customer whose whole tenant stands in a plan that nobody has applied; answers how many lines it has.
fn planned(runtime: &tokio::runtime::Runtime, store: &Store, people: i64) -> i64 {
    let world = World::new(7);
    let tenant = world.add_tenant(&TenantSpec::of("gross.example", people as usize));
    let server = Server::start(&world, &ServerOptions::default()).unwrap();
    let book = store.add_customer(&"c".parse().unwrap(), "Gamma", None, NOW).unwrap();
    let new = NewConnection {
        tenant_id: &tenant.id(),
        client_id: &tenant.client_id(),
        login_url: &server.login_url(),
        graph_url: &server.graph_url(),
        credential: StoredCredential::Secret(tenant.client_secret().into()),
        credential_ends_at: None,
        credential_end_by: EndBy::Typed,
    };
    let connection = book.connect(&new, NOW).unwrap().id;
    book.change_scope(connection, &[ScopeChange::Everybody(Switch::On)]).unwrap();
    let order = Order { want: Want::Plan, read: ReadMode::Delta, by: By::Person };
    let office = Office::typed(store.clone()).unwrap();
    // In a task of its own, for it blocks.
    let run = runtime.spawn({
        let book = book.clone();
        async move { sync::run(&office, &book, order, &sync::Silent).await }
    });
    let report = runtime.block_on(run).unwrap().unwrap();
    let plan = report.plan.unwrap();
    book.plan_counts(plan).unwrap().iter().map(|count| count.n).sum()
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1_000.0
}

fn signed_in(store: &Store) -> String {
    let (name, email) = ("Jana Petersen".to_owned(), "jana@x.example".to_owned());
    let new = NewAccount { role: Role::Owner, reach: Reach::All, name, email, password: None };
    let account = store.add_account(&new, NOW).unwrap();
    let token = store.begin_session(account.id, "a browser", NOW).unwrap();
    format!("__Host-whoswho={}", token.secret())
}

/// The contact behind which page 1,000 begins, or as far behind as the book goes.
fn page_1000(book: &Book, people: i64) -> String {
    let (mut place, mut passed) = (Place::Start, 0);
    let filter = Filter { terms: terms(""), ..Filter::default() };
    loop {
        let page = book.sorted(&filter, place, 4_995, NOW).unwrap();
        let last = page.hits.last().unwrap().entry.contact.id;
        passed += page.hits.len() as i64;
        if passed >= 49_950.min(people - 60) {
            return book.public_id(last).to_string();
        }
        place = Place::Behind(last);
    }
}

async fn ask(router: Router, path: &str, cookie: &str) -> Duration {
    let request = Request::get(path).header(header::COOKIE, cookie).body(Body::empty()).unwrap();
    let began = Instant::now();
    let response = router.oneshot(request).await.unwrap();
    assert!(response.status().is_success(), "{path}: {}", response.status());
    let body = response.into_body().collect().await.unwrap().to_bytes();
    assert!(body.len() > 1_000);
    began.elapsed()
}
