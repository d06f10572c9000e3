//! The story so far: runs, changes, and how both are told.

use anyhow::Result;
use model::run::ReadMode;
use model::{RunId, SourceId};
use store::Book;
use sync::{By, Monitor, Order, Report, Silent, Want};

use super::company::Change;
use super::figures::{Figures, RunFigures};
use super::stage::Stage;
use crate::out::{self, Form};
use crate::texts::say;
use show::{self, ContactJson, RunJson};

/// What is told, and what happened.
pub struct Story {
    pub stage: Stage,
    form: Form,
    chapter: usize,
    runs: Vec<RunFigures>,
    changes: Vec<Change>,
    undone: Vec<String>,
}

/// A run's report, and the same as it is shown.
pub struct Told {
    pub report: Report,
    pub run: RunJson,
}

/// Calls of the store block; the demo makes them from async code.
pub fn blocking<T>(f: impl FnOnce() -> T) -> T {
    tokio::task::block_in_place(f)
}

impl Story {
    /// Begins.
    pub fn new(stage: Stage, form: Form) -> Self {
        Self { stage, form, chapter: 0, runs: Vec::new(), changes: Vec::new(), undone: Vec::new() }
    }

    /// The customer's book.
    pub fn book(&self) -> &Book {
        &self.stage.book
    }

    /// The next chapter's heading.
    pub fn chapter(&mut self, title: &str) {
        self.chapter += 1;
        self.tell(&format!("\n{}. {title}\n", self.chapter));
    }

    /// Tells text: with `--json`, stdout is the document's alone.
    pub fn tell(&self, text: &str) {
        match self.form {
            Form::Text => out::lines(text),
            Form::Json => out::note(text),
        }
    }

    /// Tells what happened in the company, and remembers it.
    pub fn happened(&mut self, changes: impl IntoIterator<Item = Change>) {
        for change in changes {
            self.tell(&format!("   {}", change.sentence()));
            self.changes.push(change);
        }
    }

    /// Remembers what was told already.
    pub fn remember(&mut self, changes: Vec<Change>) {
        self.changes.extend(changes);
    }

    /// One run, with the report that the command would show.
    pub async fn run(&mut self, chapter: &'static str, want: Want) -> Result<Told> {
        self.run_watched(chapter, want, &Silent).await
    }

    /// One run that somebody watches.
    pub async fn run_watched(
        &mut self,
        chapter: &'static str,
        want: Want,
        monitor: &dyn Monitor,
    ) -> Result<Told> {
        let order = Order { want, read: ReadMode::Delta, by: By::Person };
        let report = sync::run(&self.stage.office, self.book(), order, monitor).await?;
        let run = blocking(|| show::run_json(self.book(), &report.run))?;
        self.runs.push(RunFigures::of(chapter, &run));
        Ok(Told { report, run })
    }

    /// Undoes a run about one person, as the command does.
    pub async fn undo(&mut self, chapter: &'static str, run: RunId, whom: &SourceId) -> Result<Told> {
        self.undone.push(whom.to_string());
        let done = sync::undo(self.book(), run, Want::Apply, &Silent).await?;
        let report = done.report;
        let run = blocking(|| show::run_json(self.book(), &report.run))?;
        self.runs.push(RunFigures::of(chapter, &run));
        Ok(Told { report, run })
    }

    /// The book.
    pub fn contacts(&self) -> Result<Vec<ContactJson>> {
        Ok(blocking(|| show::contacts(self.book()))?)
    }

    /// Accounts that a contact is linked to, in the order of their ids.
    pub fn linked(&self) -> Result<Vec<String>> {
        let mut ids: Vec<String> = self.contacts()?.into_iter().filter_map(|c| c.source_id).collect();
        ids.sort_unstable();
        Ok(ids)
    }

    /// The end: where the book lies, and with `--json` the document.
    pub fn close(&self, seed: u64, employees: usize) -> Result<()> {
        let data = self.stage.data.display();
        let slug = &self.book().customer.slug;
        self.tell(&say!(
            "\nThe book stays in {data}; every command works on it, for example:",
            "\nDas Kontaktbuch bleibt in {data}; jeder Befehl geht damit, zum Beispiel:"
        ));
        self.tell(&format!("  whoswho --data {data} book {slug}\n  whoswho --data {data} holds {slug}"));
        match self.form {
            Form::Text => {}
            Form::Json => out::answer(self.form, &self.figures(seed, employees)?, |_| String::new()),
        }
        Ok(())
    }

    fn figures(&self, seed: u64, employees: usize) -> Result<Figures> {
        let sum = |count: fn(&RunFigures) -> i64| self.runs.iter().map(count).sum();
        let book = self.book();
        let (held, groups, binned) = blocking(|| {
            let held = book.holds(self.stage.connection.id)?.len();
            Ok::<_, store::StoreError>((held, book.groups()?.len(), book.bin_page(None, i64::MAX)?.len()))
        })?;
        Ok(Figures {
            data: self.stage.data.display().to_string(),
            customer: book.customer.slug.clone(),
            seed,
            employees,
            users: self.stage.company.people().len(),
            created: sum(|r| r.created),
            updated: sum(|r| r.updated),
            removed: sum(|r| r.removed),
            held,
            contacts: self.contacts()?.len(),
            groups,
            binned,
            runs: self.runs.clone(),
            changes: self.changes.clone(),
            undone: self.undone.clone(),
        })
    }
}
