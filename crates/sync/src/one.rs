//! One person now (W14): read by id, planned with whoever shares the address, applied under the guard, with a
//! run's row once the reading was possible.
//!
//! Rule: the cursor of the next read is not touched, and nobody else's marks are used up. Memberships are those of the
//! last read: Graph tells them by group, and the next run reads them.

use std::collections::BTreeSet;

use graph::Lookup;
use model::ids::SourceId;
use model::run::RunKind;
use model::source::{MirrorUser, Presence, SourceUser, UserChange};
use store::{Batch, Book, Marks, StoreError, Write};

use crate::few::Few;
use crate::office::{Monitor, Office, Report, RunError};
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
struct One<'a>(Few<'a>);

/// Reads, plans and applies one person.
pub async fn sync_person(
    office: &Office,
    book: &Book,
    whom: &Whom,
    monitor: &dyn Monitor,
) -> Result<Report, RunError> {
    let one = One(Few::open(office, book, monitor, RunKind::Person)?);
    let done = one.whole(whom).await;
    one.0.close();
    done
}

impl One<'_> {
    async fn whole(&self, whom: &Whom) -> Result<Report, RunError> {
        self.0.make_ready().await?;
        let (ids, users) = self.read(whom).await?;
        let due = blocking(|| self.write(&ids, &users))?;
        self.0.within_run(|run| {
            let planned = self.0.apply(run, due)?;
            self.0.conclude(run, &planned)
        })
    }

    /// Who is meant, and what the source says of them now where that is news.
    async fn read(&self, whom: &Whom) -> Result<(Vec<SourceId>, Vec<MirrorUser>), RunError> {
        match whom {
            Whom::Id(id) => Ok((vec![id.clone()], self.look_up(id).await?.into_iter().collect())),
            Whom::Named(name) => {
                let found = self.0.client.users_named(name).await?;
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
        let at = self.0.started;
        let presence = match (self.0.client.user(id).await?, &known) {
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
        let at = self.0.started;
        let asked = std::slice::from_ref(id);
        let control = blocking(|| self.0.book.somebody(self.0.connection.id, asked))?;
        let gone = absence::by_id(&self.0.client, asked, control.as_ref()).await?;
        Ok(if gone.contains(id) { Presence::Deleted { at } } else { Presence::Hidden { at } })
    }

    fn known(&self, id: &SourceId) -> Result<Option<MirrorUser>, StoreError> {
        let mut known =
            blocking(|| self.0.book.mirror_users(self.0.connection.id, std::slice::from_ref(id)))?;
        Ok(known.remove(id))
    }

    fn fold(&self, user: SourceUser) -> Result<Option<MirrorUser>, StoreError> {
        let known = self.known(&user.id)?;
        Ok(engine::fold::fold_user(known.as_ref(), &UserChange::Upsert(Box::new(user)), self.0.started))
    }

    /// Lays the news upon the mirror; answers who is to be planned.
    fn write(&self, ids: &[SourceId], users: &[MirrorUser]) -> Result<Vec<SourceId>, StoreError> {
        let connection = self.0.connection.id;
        let mut due: BTreeSet<SourceId> = ids.iter().cloned().collect();
        for id in ids {
            let now = users.iter().find(|m| m.user.id == *id).map(|m| m.user.clone());
            let user = match now {
                Some(user) => Some(user),
                None => {
                    self.0.book.mirror_users(connection, std::slice::from_ref(id))?.remove(id).map(|m| m.user)
                }
            };
            if let Some(user) = user {
                due.extend(self.0.book.planned_with(connection, id, &user, self.0.keys())?);
            }
        }
        self.0.leave_released(&mut due, ids)?;
        if !users.is_empty() {
            let batch = Batch { users: users.to_vec(), ..Batch::default() };
            let write = Write { keys: self.0.keys(), batch: &batch, marks: Marks::Touched, end: None };
            self.0.book.write_mirror(&self.0.lease, &write)?;
        }
        Ok(due.into_iter().collect())
    }
}

fn nobody(who: &str) -> RunError {
    RunError::Nobody(who.to_owned())
}
