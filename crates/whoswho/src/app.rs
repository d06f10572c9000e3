//! What every command has at hand: form of answers, configuration, database, runtime. Commands are ordinary blocking
//! functions; only what talks to Microsoft is waited for, for the database's driver must not be called from async code.

use std::future::Future;
use std::path::Path;
use std::sync::OnceLock;

use anyhow::anyhow;
use store::{Book, ConnectionRow, KeyRing, Location, Store};
use sync::{Office, RunError};
use tokio::runtime::Runtime;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

use crate::ask;
use crate::config::Config;
use crate::exit::{self, NoDatabase};
use crate::out::{self, Form};
use crate::texts::{pick, say};

/// At hand for every command.
pub struct App {
    /// How to answer.
    pub form: Form,
    /// What is in force.
    pub config: Config,
    runtime: Runtime,
    /// Whether the process was asked to end; caught from the first run on.
    asked: OnceLock<watch::Receiver<bool>>,
}

impl App {
    /// Sets up the runtime.
    pub fn new(form: Form, config: Config) -> anyhow::Result<Self> {
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
        Ok(Self { form, config, runtime, asked: OnceLock::new() })
    }

    /// Waits for what is async.
    pub fn wait<F: Future>(&self, future: F) -> F::Output {
        self.runtime.block_on(future)
    }

    /// Waits for a run, or for Ctrl-C or SIGTERM: then the run is dropped at the next place where it waits itself, and says in
    /// its row that it was cut off. Who asks twice does not wait for that.
    pub fn interruptible<T>(&self, run: impl Future<Output = Result<T, RunError>>) -> Result<T, RunError> {
        self.runtime.block_on(async {
            let mut asked = self.asked.get_or_init(asked).clone();
            tokio::select! {
                biased;
                done = run => done,
                // Where nobody can ask, signals end the process as ever.
                Ok(_) = asked.wait_for(|asked| *asked) => Err(RunError::Interrupted),
            }
        })
    }

    /// The database, opened. A file that is not there is most likely a mistyped path, so it is not made; nor is one of an
    /// empty file, which may be anybody's.
    pub fn store(&self) -> anyhow::Result<Store> {
        if let Location::Sqlite(path) = self.config.location()
            && std::fs::metadata(&path).is_ok_and(|file| file.is_file() && file.len() == 0)
        {
            let path = path.display();
            return Err(NoDatabase(say!(
                "{path} is an empty file and no database; `whoswho customer add SLUG --name NAME` makes one of it, `--data` or \
                 `--database` name another one",
                "{path} ist eine leere Datei und keine Datenbank; `whoswho customer add KÜRZEL --name NAME` macht eine daraus, \
                 `--data` oder `--database` nennen eine andere"
            ))
            .into());
        }
        if let Location::Sqlite(path) = self.config.location()
            && is_missing(&path)
        {
            let path = path.display();
            return Err(NoDatabase(say!(
                "there is no {path}; `whoswho customer add SLUG --name NAME` makes it, `--data` or `--database` name another one",
                "{path} gibt es nicht; `whoswho customer add KÜRZEL --name NAME` legt sie an, `--data` oder `--database` nennen eine andere"
            ))
            .into());
        }
        self.new_store()
    }

    /// The database of a process that serves, opened, and made where there is none yet: a container starts over a folder that
    /// is empty. A folder that is not there is most likely a mistyped path, and a service over it would be ready and do
    /// nothing; only the usual one is made.
    pub fn store_to_serve(&self) -> anyhow::Result<Store> {
        if let Location::Sqlite(path) = self.config.location()
            && is_missing(&path)
            && let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty())
            && is_missing(folder)
            && !self.config.is_usual_folder()
        {
            let folder = folder.display();
            return Err(NoDatabase(say!(
                "there is no folder {folder}; `mkdir -p {folder}` makes it for a first start, `--data` or `--database` name another one",
                "den Ordner {folder} gibt es nicht; für einen ersten Start legt `mkdir -p {folder}` ihn an, `--data` oder `--database` nennen \
                 einen anderen"
            ))
            .into());
        }
        self.new_store()
    }

    /// The database, opened, and made where there is none.
    pub fn new_store(&self) -> anyhow::Result<Store> {
        let store = Store::open(&self.config.location(), self.key_ring()?);
        store.map_err(|e| {
            anyhow::Error::from(e).context(pick("opening the database", "beim Öffnen der Datenbank"))
        })
    }

    /// The keys to sealed values.
    pub fn key_ring(&self) -> anyhow::Result<KeyRing> {
        self.config.key_ring().map_err(|e| {
            anyhow::Error::from(e).context(pick("reading the key ring", "beim Lesen des Schlüsselbunds"))
        })
    }

    /// A customer's book.
    pub fn book(&self, slug: &str) -> anyhow::Result<Book> {
        let book = self.store()?.book(slug)?;
        if book.is_some() {
            exit::about(slug);
        }
        book.ok_or_else(|| {
            anyhow!(say!(
                "there is no customer “{slug}”; `whoswho customer list` shows them",
                "den Kunden „{slug}“ gibt es nicht; `whoswho customer list` zeigt alle"
            ))
        })
    }

    /// A customer's book and its connection.
    pub fn connected(&self, slug: &str) -> anyhow::Result<(Book, ConnectionRow)> {
        let book = self.book(slug)?;
        let connection = book.connection()?;
        let missing = || {
            anyhow!(say!(
                "“{slug}” is not connected to Microsoft 365; `whoswho connect {slug}` does that",
                "„{slug}“ ist nicht mit Microsoft 365 verbunden; `whoswho connect {slug}` verbindet ihn"
            ))
        };
        Ok((book, connection.ok_or_else(missing)?))
    }

    /// What runs work with.
    pub fn office(book: &Book) -> anyhow::Result<Office> {
        let transport = graph::Transport::new()?;
        Ok(Office { store: book.store().clone(), transport, limits: graph::Limits::typed() })
    }

    /// Prints a document.
    pub fn answer<T: serde::Serialize>(&self, document: &T, text: impl FnOnce(&T) -> String) {
        out::answer(self.form, document, text);
    }
}

/// Becomes true with the first Ctrl-C or SIGTERM; the second one ends the process at once. Called inside the runtime.
fn asked() -> watch::Receiver<bool> {
    let (tell, asked) = watch::channel(false);
    ask::heard();
    if let (Ok(mut term), Ok(mut int)) = (signal(SignalKind::terminate()), signal(SignalKind::interrupt())) {
        tokio::spawn(async move {
            loop {
                tokio::select! {
                    _ = term.recv() => {}
                    _ = int.recv() => {}
                }
                if tell.send_replace(true) {
                    std::process::exit(exit::OTHER.into());
                }
                out::note(pick(
                    "stopping; a second Ctrl-C does so at once",
                    "hört auf; ein zweites Strg-C beendet sofort",
                ));
            }
        });
    }
    asked
}

/// Whether there is nothing; what may not be looked at is told when it is opened.
pub fn is_missing(path: &Path) -> bool {
    matches!(path.try_exists(), Ok(false))
}
