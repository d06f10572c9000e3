//! People imported by hand (S7): what changed is read, they are chosen, and they and whoever shares an address with them are
//! planned and applied, under the guard. Nobody else is added, changed or removed by it.
//!
//! Rule: whom somebody has excluded, or who is kept out, stays out; that was said of the person and not of a list.

use std::collections::BTreeSet;

use graph::Client;
use model::ids::{ConnectionId, RunId, SourceId};
use model::policy::Mode;
use model::run::{Outcome, ReadMode, RunKind};
use model::source::Presence;
use model::{Policy, Timestamp};
use store::{Book, ConnectionRow, Due, Keys, Lease, RunEnd, RunStart, StoreError, Work};

use crate::absence::Released;
use crate::blocking;
use crate::charge::{Renewal, give_back, spent, take_charge};
use crate::cut::Cut;
use crate::failure::kept;
use crate::leftover::{Applying, end, outcome_of};
use crate::office::{Monitor, Office, Report, RunError, client};
use crate::planning::{Part, Planning};
use crate::pull::Pull;

/// People looked up at once.
const LOOKED_UP: usize = 2_000;

const WORK: Work = Work::Run { kind: RunKind::Import, mode: ReadMode::Delta };

/// An import at work.
struct Import<'a> {
    book: &'a Book,
    client: Client,
    lease: Lease,
    connection: ConnectionRow,
    policy: Policy,
    monitor: &'a dyn Monitor,
    started: Timestamp,
}

/// Imports these people; who of them may not be imported is passed over.
pub async fn import(
    office: &Office,
    book: &Book,
    people: &[SourceId],
    monitor: &dyn Monitor,
) -> Result<Report, RunError> {
    let policy = blocking(|| book.policy())?;
    if !policy.active {
        return Err(RunError::Inactive);
    }
    let connection = blocking(|| book.connection())?.ok_or(RunError::NotConnected)?;
    if !connection.complete {
        return Err(RunError::NothingRead { slug: book.customer.slug.clone() });
    }
    let client = client(office, book, &connection)?;
    let (lease, connection, policy) = take_charge(book, WORK)?;
    let started = Office::now();
    let mut cut = Cut::new(book, connection.id, (WORK, started), Some(client.clone()));
    cut.holds(&lease);
    let _renewal = Renewal::start(book.clone(), lease.clone(), Some(client.clone()));
    let mut import = Import { book, client, lease, connection, policy, monitor, started };
    let done = import.whole(people).await;
    cut.ended();
    give_back(book, &import.lease);
    done
}

/// Whom of these an import takes: people of the tenant who live there and are neither excluded nor kept out. Each once.
pub fn importable(
    book: &Book,
    connection: ConnectionId,
    people: &[SourceId],
) -> Result<Vec<SourceId>, StoreError> {
    let excluded = book.scope(connection)?.excluded;
    let kept_out: BTreeSet<SourceId> = book.kept_out()?.into_iter().map(|row| row.source).collect();
    let asked: Vec<SourceId> = people.iter().cloned().collect::<BTreeSet<_>>().into_iter().collect();
    let mut found = Vec::new();
    for some in asked.chunks(LOOKED_UP) {
        let known = book.mirror_users(connection, some)?;
        let living = known.into_iter().filter(|(_, mirror)| mirror.presence == Presence::Live);
        found.extend(living.map(|(id, _)| id).filter(|id| !excluded.contains(id) && !kept_out.contains(id)));
    }
    Ok(found)
}

impl Import<'_> {
    async fn whole(&mut self, people: &[SourceId]) -> Result<Report, RunError> {
        // It may have been switched off while another run held the lease.
        if !self.policy.active {
            return Err(RunError::Inactive);
        }
        if blocking(|| self.book.unfinished_plan(self.connection.id))?.is_some() {
            let (book, lease, client, at) = (self.book, &self.lease, &self.client, self.started);
            Released { book, lease, client, keys: self.keys(), at }.confirm().await?;
        }
        blocking(|| self.applying().finish_old())?;
        blocking(|| self.book.keep_keys(&self.lease, self.keys()))?;
        self.read().await?;
        let (people, due) = blocking(|| self.chosen(people))?;
        let (kind, mode) = (RunKind::Import, ReadMode::Delta);
        let start = RunStart { kind, mode, spent: spent(&self.client), at: self.started };
        let run = blocking(|| self.book.begin_run(&self.lease, &start))?;
        let done = blocking(|| self.carry_out(run, &people, due));
        done.map_err(|error| self.broken(run, error))
    }

    /// What changed since the last read, so that nobody is made from what was.
    async fn read(&mut self) -> Result<(), RunError> {
        let pull = Pull {
            book: self.book,
            lease: &self.lease,
            connection: &self.connection,
            client: &self.client,
            policy: &self.policy,
            monitor: self.monitor,
            now: self.started,
        };
        if let Some(end) = pull.pull(ReadMode::Delta, None).await?.end {
            blocking(|| self.book.keep_cursors(&self.lease, &end))?;
        }
        self.connection = blocking(|| self.book.connection())?.ok_or(RunError::NotConnected)?;
        Ok(())
    }

    /// Who is imported, and who is planned with them.
    fn chosen(&self, people: &[SourceId]) -> Result<(Vec<SourceId>, Vec<SourceId>), StoreError> {
        let people = importable(self.book, self.connection.id, people)?;
        let mut due = self.book.planned_with_all(self.connection.id, &people)?;
        // A removal that was released is confirmed by id first; the next run does that.
        for hold in self.book.holds(self.connection.id)?.iter().filter(|hold| hold.released) {
            if people.binary_search(&hold.source).is_err() {
                due.remove(&hold.source);
            }
        }
        Ok((people, due.into_iter().collect()))
    }

    fn carry_out(&self, run: RunId, people: &[SourceId], due: Vec<SourceId>) -> Result<Report, RunError> {
        self.book.choose_people(&self.lease, people, &due)?;
        let planning = Planning {
            book: self.book,
            lease: &self.lease,
            connection: &self.connection,
            monitor: self.monitor,
            as_of: self.started,
            part: Part::Some,
            products: std::sync::Mutex::default(),
        };
        let due = Due::People(due);
        let planned = planning.plan(run, Some(&due))?;
        let applying = Applying { policy: &planned.policy, ..self.applying() };
        applying.apply(planned.draft.id)?;
        if let Due::People(due) = &due {
            self.book.planned(&self.lease, &planned.draft, due)?;
        }
        if planned.policy.mode == Mode::Manual {
            // A person has said who belongs in the book, and nobody else is added: no first plan is left to ask about.
            self.book.note_applied(&self.lease)?;
        }
        let mail = applying.removed(planned.draft.id)?;
        self.book.end_run_telling(&self.lease, run, &self.end(Outcome::Done), mail.as_slice())?;
        let row = self.book.run(run)?.ok_or(StoreError::NotFound)?;
        Ok(Report { run: row, plan: Some(planned.draft.id), holds_grew: planned.closed.holds_grew })
    }

    fn keys(&self) -> Keys<'_> {
        Keys { from: self.policy.email_from, domains: &self.connection.domains }
    }

    fn applying(&self) -> Applying<'_> {
        Applying {
            book: self.book,
            lease: &self.lease,
            connection: &self.connection,
            policy: &self.policy,
            monitor: self.monitor,
            as_of: self.started,
        }
    }

    fn end(&self, outcome: Outcome) -> RunEnd {
        RunEnd { spent: Some(spent(&self.client)), ..end(outcome) }
    }

    fn broken(&self, run: RunId, error: RunError) -> RunError {
        let outcome = outcome_of(&error);
        let told = (outcome != Outcome::CutOff).then(|| kept(&error));
        let failed = RunEnd { error: told, ..self.end(outcome) };
        // The first error is the one to tell; that its row could not be written follows from it.
        drop(blocking(|| self.book.end_run(&self.lease, run, &failed)));
        error
    }
}
