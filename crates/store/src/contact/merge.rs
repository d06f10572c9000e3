//! Two contacts that are one person become one: what a person chose of both stays, the other goes to the bin.

use model::group::MadeBy;
use model::ids::ContactId;
use model::{Field, Timestamp, Values};

use super::by_hand::{mark_key, mark_linked};
use super::{get, made_by, to_bin};
use crate::db::{Tx, params};
use crate::error::{Result, StoreError};
use crate::history::Event;
use crate::refusal::Refusal;
use crate::store::Book;

/// What a person makes of two contacts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Merge<'a> {
    /// The contact that stays, with its id.
    pub keep: ContactId,
    /// The one that goes to the bin.
    pub other: ContactId,
    /// What the one that stays says from then on.
    pub values: &'a Values,
    /// Digests of what was shown of both, the one that stays first.
    pub seen: (i64, i64),
}

/// Whether something was saved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Saved {
    /// It was.
    Done,
    /// Somebody changed the contact after it was shown; nothing was saved.
    ChangedMeanwhile,
}

impl Book {
    /// Merges two contacts. The one that stays gets the other's groups, and its link where it has none itself. Both linked over
    /// the same connection are two people of the tenant, and refused.
    pub fn merge_contacts(&self, merge: &Merge<'_>, now: Timestamp) -> Result<Saved> {
        let (keep, other) = (merge.keep, merge.other);
        self.owns_contact(keep)?;
        self.owns_contact(other)?;
        if keep == other {
            return Err(StoreError::NotFound);
        }
        self.store.db.write(|tx| {
            let here = get(tx, keep)?.ok_or(StoreError::NotFound)?;
            let there = get(tx, other)?.ok_or(StoreError::NotFound)?;
            if (here.values.digest(), there.values.digest()) != merge.seen {
                return Ok(Saved::ChangedMeanwhile);
            }
            mark_linked(tx, other, Timestamp::START)?;
            let moved = self.move_links(tx, keep, other, now)?;
            // With the link comes whose the memberships are; without it they are a person's.
            let whose = if moved { "made_by".to_owned() } else { made_by(MadeBy::Hand).to_string() };
            let groups = format!(
                "INSERT INTO contact_member (contact_group, contact, made_by) \
                 SELECT contact_group, $1, {whose} FROM contact_member WHERE contact = $2 ON CONFLICT DO NOTHING"
            );
            tx.exec(&groups, params![keep.get(), other.get()])?;
            let values: Vec<_> =
                Field::ALL.map(|field| (field, merge.values.get(field).map(ToOwned::to_owned))).to_vec();
            self.edit(tx, keep, &values, now)?;
            // Last, for it counts.
            let mut pen = self.pen(now);
            to_bin(tx, &mut pen, other, None)?;
            pen.finish(tx)?;
            mark_key(tx, other, there.values.key().as_ref())?;
            Ok(Saved::Done)
        })
    }

    /// The other's links become those of the one that stays; answers whether there were any.
    fn move_links(&self, tx: &mut Tx<'_>, keep: ContactId, other: ContactId, now: Timestamp) -> Result<bool> {
        let both = "SELECT 1 FROM link a JOIN link b ON b.connection = a.connection WHERE a.contact = $1 AND b.contact = $2";
        if tx.query_opt(both, params![keep.get(), other.get()], |_| Ok(()))?.is_some() {
            return Err(Refusal::LinkedAlready.into());
        }
        let moved =
            tx.exec("UPDATE link SET contact = $1 WHERE contact = $2", params![keep.get(), other.get()])?;
        if moved > 0 {
            self.noted(tx, now, keep, Event::Linked)?;
            self.noted(tx, now, other, Event::Unlinked)?;
        }
        Ok(moved > 0)
    }
}
