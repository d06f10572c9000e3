//! A store with a customer, and a postman whose clock a test moves.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use deliver::{Postman, Round, Timing};
use graph::{Limits, Transport};
use model::{Preset, Timestamp};
use serde_json::Value;
use store::testing::{TestDb, empty_databases};
use store::{Book, KeyRing, Mail, MailRow, MailServer, MailState, Password, Store};
use sync::Office;
use tempfile::TempDir;
use tokio::runtime::Runtime;

/// 20 November 2026, 8:00 UTC.
pub const NOW: Timestamp = Timestamp(1_795_161_600_000);

pub struct Bench {
    pub store: Store,
    pub book: Book,
    pub office: Office,
    pub postman: Arc<Postman>,
    clock: Arc<AtomicI64>,
    pub name: &'static str,
    pub runtime: Runtime,
    _db: TestDb,
    _keys: TempDir,
}

/// One for each engine.
pub fn benches() -> Vec<Bench> {
    empty_databases().into_iter().map(Bench::new).collect()
}

/// On one engine, where the database plays no part.
pub fn bench() -> Bench {
    benches().swap_remove(0)
}

impl Bench {
    fn new(db: TestDb) -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let keys = tempfile::tempdir().unwrap();
        let store = Store::open(&db.location, KeyRing::load(keys.path(), None).unwrap()).unwrap();
        let slug = "muster".parse().unwrap();
        let book = store.add_customer(&slug, "Müster & Söhne", Some(Preset::Careful), NOW).unwrap();
        let office =
            Office { store: store.clone(), transport: Transport::new().unwrap(), limits: Limits::typed() };
        let clock = Arc::new(AtomicI64::new(NOW.0));
        let postman = Arc::new(postman(&office, &clock));
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        Self { runtime, name: db.name, store, book, office, postman, clock, _db: db, _keys: keys }
    }

    /// Another process over the same database.
    pub fn another_postman(&self) -> Postman {
        postman(&self.office, &self.clock)
    }

    pub fn now(&self) -> Timestamp {
        Timestamp(self.clock.load(Ordering::Relaxed))
    }

    /// Lets minutes pass.
    pub fn wait(&self, minutes: i64) {
        self.clock.fetch_add(minutes * 60_000, Ordering::Relaxed);
    }

    /// Lets a moment pass.
    pub fn tick(&self) {
        self.clock.fetch_add(1, Ordering::Relaxed);
    }

    pub fn by(&self, server: &MailServer, password: &str) {
        let server = MailServer { changed_at: self.now(), ..server.clone() };
        let now = self.now();
        self.store.set_mail_server(&server, &Password::Is(password.into()), now).unwrap();
    }

    pub fn post(&self, kind: &'static str, body: &Value, to: &[&str]) {
        let to = to.iter().map(|to| (*to).to_owned()).collect();
        self.book.post(&Mail { kind, body: body.to_string(), to }, self.now()).unwrap();
    }

    pub fn round(&self) -> Round {
        self.runtime.block_on(self.postman.round()).unwrap()
    }

    /// All mails, in the order in which they were posted.
    pub fn mails(&self) -> Vec<MailRow> {
        let mut all: Vec<_> = self.store.mails(100).unwrap().into_iter().map(|listed| listed.mail).collect();
        all.sort_by_key(|mail| mail.id);
        all
    }

    pub fn states(&self) -> Vec<(MailState, String)> {
        self.mails().into_iter().map(|mail| (mail.state, mail.why)).collect()
    }
}

fn postman(office: &Office, clock: &Arc<AtomicI64>) -> Postman {
    let clock = clock.clone();
    let timing = Timing {
        graph_gap: std::time::Duration::ZERO,
        patience: std::time::Duration::from_secs(5),
        ..Timing::default()
    };
    let clock = Arc::new(move || Timestamp(clock.load(Ordering::Relaxed)));
    Postman::new(office.clone(), "https://whoswho.example".into(), (clock, timing))
}

/// What was sent, what comes later, what is given up.
pub const fn round(sent: usize, later: usize, given_up: usize) -> Round {
    Round { sent, later, given_up }
}
