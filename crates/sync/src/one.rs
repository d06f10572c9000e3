//! One person now (W14): read by id, planned with whoever shares the address, applied under the guard, with a
//! run's row once the reading was possible.
//!
//! Rule: the cursor of the next read is not touched, and nobody else's marks are used up. Memberships are those of the
//! last read: Graph tells them by group, and the next run reads them.

use std::collections::BTreeSet;

use graph::{Client, Lookup};
use model::ids::{RunId, SourceId};
use model::run::{Outcome, ReadMode, RunKind};
use model::source::{MirrorUser, Presence, SourceUser, UserChange};
use model::{Policy, Timestamp};
use store::{Batch, Book, ConnectionRow, Due, Keys, Lease, Marks, RunEnd, RunStart, StoreError, Work, Write};

use crate::absence::Released;
use crate::charge::{Renewal, give_back, spent, take_charge};
use crate::cut::Cut;
use crate::failure::kept;
use crate::leftover::{Applying, end, outcome_of};
use crate::office::{Monitor, Office, Report, RunError, client};
use crate::planning::{Part, Planning};
use crate::{absence, blocking};

/// Who is meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Whom {
    /// A person of the tenant, by id.
    Id(SourceId),
    /// Somebody whom the last read did not know: by e-mail address or sign-in name.
    Named(String),
}

/// A run about one person.
struct One<'a> {
    book: &'a Book,
    client: Client,
    lease: Lease,
    connection: ConnectionRow,
    policy: Policy,
    monitor: &'a dyn Monitor,
    started: Timestamp,
}

/// Reads, plans and applies one person.
pub async fn sync_person(
    office: &Office,
    book: &Book,
    whom: &Whom,
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
    let work = Work::Run { kind: RunKind::Person, mode: ReadMode::Delta };
    let (lease, connection, policy) = take_charge(book, work)?;
    let started = Office::now();
    let mut cut = Cut::new(book, connection.id, (work, started), Some(client.clone()));
    cut.holds(&lease);
    let _renewal = Renewal::start(book.clone(), lease.clone(), Some(client.clone()));
    let one = One { book, client, lease, connection, policy, monitor, started };
    let done = one.whole(whom).await;
    cut.ended();
    give_back(book, &one.lease);
    done
}

impl One<'_> {
    async fn whole(&self, whom: &Whom) -> Result<Report, RunError> {
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
        let (ids, users) = self.read(whom).await?;
        let due = blocking(|| self.write(&ids, &users))?;
        let (kind, mode) = (RunKind::Person, ReadMode::Delta);
        let start = RunStart { kind, mode, spent: spent(&self.client), at: self.started };
        let run = blocking(|| self.book.begin_run(&self.lease, &start))?;
        let done = blocking(|| self.carry_out(run, &due));
        done.map_err(|error| self.broken(run, error))
    }

    /// Who is meant, and what the source says of them now where that is news.
    async fn read(&self, whom: &Whom) -> Result<(Vec<SourceId>, Vec<MirrorUser>), RunError> {
        match whom {
            Whom::Id(id) => Ok((vec![id.clone()], self.look_up(id).await?.into_iter().collect())),
            Whom::Named(name) => {
                let found = self.client.users_named(name).await?;
                if found.is_empty() {
                    return Err(nobody(name));
                }
                let ids = found.iter().map(|u| u.id.clone()).collect();
                let mut news = Vec::new();
                for user in found {
                    news.extend(self.fold(user)?);
                }
                Ok((ids, news))
            }
        }
    }

    async fn look_up(&self, id: &SourceId) -> Result<Option<MirrorUser>, RunError> {
        let known = self.known(id)?;
        let at = self.started;
        let presence = match (self.client.user(id).await?, &known) {
            (Lookup::Found(user), _) => return Ok(self.fold(user)?),
            (Lookup::Refused, _) => {
                return Err(RunError::NotTold);
            }
            (Lookup::Deleted | Lookup::Gone, None) => return Err(nobody(&id.to_string())),
            (Lookup::Deleted, Some(_)) => Presence::Deleted { at },
            (Lookup::Gone, Some(_)) => self.confirmed(id).await?,
        };
        // Who is known to be gone or hidden already is no news.
        let same = |old: &MirrorUser| {
            matches!(
                (old.presence, presence),
                (Presence::Deleted { .. }, Presence::Deleted { .. } | Presence::Hidden { .. })
                    | (Presence::Hidden { .. }, Presence::Hidden { .. })
            )
        };
        Ok(known.filter(|old| !same(old)).map(|old| MirrorUser { user: old.user, presence }))
    }

    async fn confirmed(&self, id: &SourceId) -> Result<Presence, RunError> {
        let at = self.started;
        let asked = std::slice::from_ref(id);
        let control = blocking(|| self.book.somebody(self.connection.id, asked))?;
        let gone = absence::by_id(&self.client, asked, control.as_ref()).await?;
        Ok(if gone.contains(id) { Presence::Deleted { at } } else { Presence::Hidden { at } })
    }

    fn known(&self, id: &SourceId) -> Result<Option<MirrorUser>, StoreError> {
        let mut known = blocking(|| self.book.mirror_users(self.connection.id, std::slice::from_ref(id)))?;
        Ok(known.remove(id))
    }

    fn fold(&self, user: SourceUser) -> Result<Option<MirrorUser>, StoreError> {
        let known = self.known(&user.id)?;
        Ok(engine::fold::fold_user(known.as_ref(), &UserChange::Upsert(Box::new(user)), self.started))
    }

    fn keys(&self) -> Keys<'_> {
        Keys { from: self.policy.email_from, domains: &self.connection.domains }
    }

    /// Lays the news upon the mirror; answers who is to be planned.
    fn write(&self, ids: &[SourceId], users: &[MirrorUser]) -> Result<Vec<SourceId>, StoreError> {
        let connection = self.connection.id;
        let mut due: BTreeSet<SourceId> = ids.iter().cloned().collect();
        for id in ids {
            let now = users.iter().find(|m| m.user.id == *id).map(|m| m.user.clone());
            let user = match now {
                Some(user) => Some(user),
                None => {
                    self.book.mirror_users(connection, std::slice::from_ref(id))?.remove(id).map(|m| m.user)
                }
            };
            if let Some(user) = user {
                due.extend(self.book.planned_with(connection, id, &user, self.keys())?);
            }
        }
        // A removal that was released is confirmed by id first; the next run does that.
        for hold in self.book.holds(connection)?.iter().filter(|h| h.released) {
            if !ids.contains(&hold.source) {
                due.remove(&hold.source);
            }
        }
        if !users.is_empty() {
            let batch = Batch { users: users.to_vec(), ..Batch::default() };
            let write = Write { keys: self.keys(), batch: &batch, marks: Marks::Touched, end: None };
            self.book.write_mirror(&self.lease, &write)?;
        }
        Ok(due.into_iter().collect())
    }

    fn carry_out(&self, run: RunId, people: &[SourceId]) -> Result<Report, RunError> {
        let planning = Planning {
            book: self.book,
            lease: &self.lease,
            connection: &self.connection,
            monitor: self.monitor,
            as_of: self.started,
            part: Part::Some,
            products: std::sync::Mutex::default(),
        };
        let planned = planning.plan(run, Some(&Due::People(people.to_vec())))?;
        let applying = Applying { policy: &planned.policy, ..self.applying() };
        applying.apply(planned.draft.id)?;
        self.book.planned(&self.lease, &planned.draft, people)?;
        let mail = applying.removed(planned.draft.id)?;
        self.book.end_run_telling(&self.lease, run, &self.end(Outcome::Done), mail.as_slice())?;
        let row = self.book.run(run)?.ok_or(StoreError::NotFound)?;
        Ok(Report { run: row, plan: Some(planned.draft.id), holds_grew: planned.closed.holds_grew })
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

fn nobody(who: &str) -> RunError {
    RunError::Nobody(who.to_owned())
}
