//! People imported by hand (S7): what changed is read, they are chosen, and they and whoever shares an address with them are
//! planned and applied, under the guard. Nobody else is added, changed or removed by it.
//!
//! Rule: whom somebody has excluded, or who is kept out, stays out; that was said of the person and not of a list.

use std::collections::BTreeSet;

use model::ids::{ConnectionId, RunId, SourceId};
use model::policy::Mode;
use model::run::{ReadMode, RunKind};
use model::source::Presence;
use store::{Book, StoreError};

use crate::blocking;
use crate::few::Few;
use crate::office::{Monitor, Office, Report, RunError};
use crate::pull::Pull;

/// People looked up at once.
const LOOKED_UP: usize = 2_000;

/// An import at work.
struct Import<'a>(Few<'a>);

/// Imports these people; who of them may not be imported is passed over.
pub async fn import(
    office: &Office,
    book: &Book,
    people: &[SourceId],
    monitor: &dyn Monitor,
) -> Result<Report, RunError> {
    let mut import = Import(Few::open(office, book, monitor, RunKind::Import)?);
    let done = import.whole(people).await;
    import.0.close();
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
        self.0.make_ready().await?;
        self.read().await?;
        let (people, due) = blocking(|| self.chosen(people))?;
        self.0.within_run(|run| self.carry_out(run, &people, due))
    }

    /// What changed since the last read, so that nobody is made from what was.
    async fn read(&mut self) -> Result<(), RunError> {
        let pull = Pull {
            book: self.0.book,
            lease: &self.0.lease,
            connection: &self.0.connection,
            client: &self.0.client,
            policy: &self.0.policy,
            monitor: self.0.monitor,
            now: self.0.started,
        };
        if let Some(end) = pull.pull(ReadMode::Delta, None).await?.end {
            blocking(|| self.0.book.keep_cursors(&self.0.lease, &end))?;
        }
        self.0.connection = blocking(|| self.0.book.connection())?.ok_or(RunError::NotConnected)?;
        Ok(())
    }

    /// Who is imported, and who is planned with them.
    fn chosen(&self, people: &[SourceId]) -> Result<(Vec<SourceId>, Vec<SourceId>), StoreError> {
        let people = importable(self.0.book, self.0.connection.id, people)?;
        let mut due = self.0.book.planned_with_all(self.0.connection.id, &people)?;
        self.0.leave_released(&mut due, &people)?;
        Ok((people, due.into_iter().collect()))
    }

    fn carry_out(&self, run: RunId, people: &[SourceId], due: Vec<SourceId>) -> Result<Report, RunError> {
        let few = &self.0;
        few.book.choose_people(&few.lease, people, &due)?;
        let planned = few.apply(run, due)?;
        if planned.policy.mode == Mode::Manual {
            // A person has said who belongs in the book, and nobody else is added: no first plan is left to ask about.
            few.book.note_applied(&few.lease)?;
        }
        few.conclude(run, &planned)
    }
}
