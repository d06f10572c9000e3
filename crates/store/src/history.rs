//! The change log: which field of which contact changed when, and by whom. Values before and after lie in a table of
//! their own and go after [`KEPT_DAYS`]; until then a former name or address still finds its contact (W5).
//!
//! Rule: a first fill logs nothing; that a run created a contact stands in the contact's own row. [`pen`] writes, [`mod@former`]
//! knows the values that were.

mod former;
mod pen;

use std::borrow::Cow;

use model::ids::{ContactId, GroupId, RunId};
use model::{Field, Timestamp};

use crate::account::AccountId;
use crate::db::params;
use crate::error::{Result, StoreError};
use crate::store::Book;

#[cfg(test)]
pub(crate) use former::FORMER;
pub(crate) use former::{Former, erase, former, former_in, former_of, former_of_customer};
pub(crate) use pen::Pen;

/// How long values of the change log are kept, as long as the bin keeps removed contacts.
pub const KEPT_DAYS: i64 = 30;

/// Values older than this are past their term.
pub(crate) fn kept_since(now: Timestamp) -> Timestamp {
    now.plus_days(-KEPT_DAYS)
}

/// A line of a contact's history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// When.
    pub at: Timestamp,
    /// Who.
    pub by: By,
    /// What.
    pub event: Event,
    /// The value before; `None` also where its term has passed.
    pub before: Option<String>,
    /// The value after.
    pub after: Option<String>,
}

/// Who changed something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// A run, an undo's included.
    Run(RunId),
    /// A person at the command line.
    Hand,
    /// Somebody who was signed in.
    Account(AccountId),
}

/// What leads an account's number where it is written who did something.
const ACCOUNT: &str = "account ";

impl By {
    /// The stable name of who it was.
    pub(crate) fn actor(self) -> Cow<'static, str> {
        match self {
            Self::Run(_) => "run".into(),
            Self::Hand => "hand".into(),
            Self::Account(account) => format!("{ACCOUNT}{}", account.0).into(),
        }
    }

    /// From its columns.
    pub(crate) fn stored(actor: &str, run: Option<i64>) -> Option<Self> {
        match (actor, run) {
            ("run", Some(run)) => Some(Self::Run(RunId(run))),
            ("hand", None) => Some(Self::Hand),
            (account, None) => Some(Self::Account(AccountId(account.strip_prefix(ACCOUNT)?.parse().ok()?))),
            _ => None,
        }
    }
}

/// What happened to a contact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Event {
    /// It was added.
    Created,
    /// A field got another value.
    Changed(Field),
    /// It was tied to a source user.
    Linked,
    /// That tie was cut.
    Unlinked,
    /// It was marked as left.
    Left,
    /// That mark went.
    Returned,
    /// It went to the bin.
    Removed,
    /// It came out of the bin.
    Restored,
    /// A field was pinned.
    Pinned(Field),
    /// That pin went.
    Unpinned(Field),
    /// A person put it into a contact group.
    Joined(GroupId),
    /// A person took it out of one.
    Parted(GroupId),
}

impl Event {
    /// The stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Changed(_) => "changed",
            Self::Linked => "linked",
            Self::Unlinked => "unlinked",
            Self::Left => "left",
            Self::Returned => "returned",
            Self::Removed => "removed",
            Self::Restored => "restored",
            Self::Pinned(_) => "pinned",
            Self::Unpinned(_) => "unpinned",
            Self::Joined(_) => "joined",
            Self::Parted(_) => "parted",
        }
    }

    /// The field that it is about.
    pub const fn field(self) -> Option<Field> {
        match self {
            Self::Changed(field) | Self::Pinned(field) | Self::Unpinned(field) => Some(field),
            Self::Created
            | Self::Linked
            | Self::Unlinked
            | Self::Left
            | Self::Returned
            | Self::Removed
            | Self::Restored
            | Self::Joined(_)
            | Self::Parted(_) => None,
        }
    }

    /// What it is about as it is stored: a field's name, a group's key, or nothing.
    pub(crate) fn about(self) -> Cow<'static, str> {
        match self {
            Self::Joined(group) | Self::Parted(group) => group.get().to_string().into(),
            other => other.field().map_or("", Field::name).into(),
        }
    }

    fn stored(kind: &str, field: &str) -> Option<Self> {
        let of = Field::named(field);
        let group = || field.parse().ok().map(GroupId::from_stored);
        Some(match kind {
            "created" => Self::Created,
            "changed" => Self::Changed(of?),
            "linked" => Self::Linked,
            "unlinked" => Self::Unlinked,
            "left" => Self::Left,
            "returned" => Self::Returned,
            "removed" => Self::Removed,
            "restored" => Self::Restored,
            "pinned" => Self::Pinned(of?),
            "unpinned" => Self::Unpinned(of?),
            "joined" => Self::Joined(group()?),
            "parted" => Self::Parted(group()?),
            _ => return None,
        })
    }
}

impl Book {
    /// What happened to a contact, living or in the bin, newest first.
    pub fn history(&self, contact: ContactId) -> Result<Vec<Line>> {
        self.owns_contact(contact)?;
        let sql = "SELECT c.at, c.kind, c.field, c.run, v.before, v.after, c.actor FROM change c LEFT JOIN change_value v \
                   ON v.customer = $1 AND v.at = c.at AND v.contact = c.contact AND v.field = c.field AND c.kind = 'changed' \
                   WHERE c.contact = $2 ORDER BY c.at DESC, c.kind, c.field";
        let created = "SELECT r.started_at, r.id FROM contact c JOIN run r ON r.id = c.created_run WHERE c.id = $1 \
                       UNION ALL SELECT r.started_at, r.id FROM bin c JOIN run r ON r.id = c.created_run WHERE c.id = $1";
        self.store.db.read(|tx| {
            let mut lines = tx.query(sql, params![self.customer.id.0, contact.get()], |row| {
                let unreadable = || StoreError::Corrupt("a line of the change log is unreadable".into());
                Ok(Line {
                    at: Timestamp(row.int(0)?),
                    by: By::stored(row.text(6)?, row.opt_int(3)?).ok_or_else(unreadable)?,
                    event: Event::stored(row.text(1)?, row.text(2)?).ok_or_else(unreadable)?,
                    before: row.opt_text(4)?.map(ToOwned::to_owned),
                    after: row.opt_text(5)?.map(ToOwned::to_owned),
                })
            })?;
            let first = tx.query_opt(created, params![contact.get()], |row| {
                let (at, by) = (Timestamp(row.int(0)?), By::Run(RunId(row.int(1)?)));
                Ok(Line { at, by, event: Event::Created, before: None, after: None })
            })?;
            lines.extend(first);
            Ok(lines)
        })
    }
}
