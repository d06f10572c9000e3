//! Contact groups as a person makes them: new ones, other names, who is in them.

use model::Timestamp;
use model::group::MadeBy;
use model::ids::{ContactId, GroupId};

use super::find;
use crate::contact::{made_by, reserve};
use crate::db::params;
use crate::error::{Result, StoreError};
use crate::history::Event;
use crate::refusal::Refusal;
use crate::store::Book;

impl Book {
    /// Adds a contact group that follows no source group.
    pub fn add_group(&self, name: &str) -> Result<GroupId> {
        self.store.db.write(|tx| {
            let id = GroupId::new(self.customer.id, reserve(tx, self, "next_group", 1)?);
            tx.exec("INSERT INTO contact_group (id, name) VALUES ($1, $2)", params![id.get(), name])?;
            Ok(id)
        })
    }

    /// Gives a contact group another name. One that stands for a source group has that group's name.
    pub fn rename_group(&self, group: GroupId, name: &str) -> Result<()> {
        self.store.db.write(|tx| {
            if find(tx, self, group)?.source.is_some() {
                return Err(Refusal::GroupTaken.into());
            }
            tx.exec("UPDATE contact_group SET name = $1 WHERE id = $2", params![name, group.get()]).map(drop)
        })
    }

    /// Puts contacts into a group by hand, where no run takes them out again; answers how many were not in it.
    pub fn add_members(&self, group: GroupId, contacts: &[ContactId], now: Timestamp) -> Result<i64> {
        let sql = "INSERT INTO contact_member (contact_group, contact, made_by) SELECT $1, id, $3 FROM contact WHERE id = $2 \
                   ON CONFLICT DO NOTHING";
        self.each_member(group, contacts, |tx, id| {
            if tx.exec(sql, params![group.get(), id.get(), made_by(MadeBy::Hand)])? == 0 {
                return Ok(0);
            }
            self.noted(tx, now, id, Event::Joined(group))?;
            Ok(1)
        })
    }

    /// Takes contacts out of a group; answers how many were in it. Whom a run put there the next one may put there again.
    pub fn remove_members(&self, group: GroupId, contacts: &[ContactId], now: Timestamp) -> Result<i64> {
        let sql = "DELETE FROM contact_member WHERE contact_group = $1 AND contact = $2";
        self.each_member(group, contacts, |tx, id| {
            if tx.exec(sql, params![group.get(), id.get()])? == 0 {
                return Ok(0);
            }
            self.noted(tx, now, id, Event::Parted(group))?;
            crate::contact::mark_linked(tx, id, Timestamp::START)?;
            Ok(1)
        })
    }

    fn each_member(
        &self,
        group: GroupId,
        contacts: &[ContactId],
        mut one: impl FnMut(&mut crate::db::Tx<'_>, ContactId) -> Result<i64>,
    ) -> Result<i64> {
        if group.customer() != self.customer.id {
            return Err(StoreError::NotFound);
        }
        contacts.iter().try_for_each(|id| self.owns_contact(*id))?;
        self.store.db.write(|tx| {
            find(tx, self, group)?;
            let mut sum = 0;
            for id in contacts {
                sum += one(tx, *id)?;
            }
            Ok(sum)
        })
    }
}
