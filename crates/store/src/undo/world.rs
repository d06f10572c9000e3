//! Contacts and links as the operations of the undo so far will leave them.

use std::collections::BTreeMap;

use model::ids::{ContactId, GroupId, SourceId};
use model::link::LinkOrigin;
use model::plan::Step;
use model::{Contact, Field, Timestamp};

use super::desk::{Desk, Part, Seen};
use super::{Clash, Moved, sources_of};
use crate::contact::{COLUMNS, get, read_contact, unpack};
use crate::db::params;
use crate::error::Result;
use crate::plan::PlanRow;

impl Desk<'_, '_, '_> {
    pub(super) fn seen(&mut self, id: ContactId) -> Result<Seen> {
        if let Some(seen) = self.contacts.get(&id) {
            return Ok(seen.clone());
        }
        let seen = if let Some(contact) = get(self.tx, id)? {
            Seen::Living(contact)
        } else {
            let sql = format!("SELECT {COLUMNS} FROM bin WHERE id = $1");
            let binned = self.tx.query_opt(&sql, params![id.get()], read_contact)?;
            binned.map_or(Seen::Nowhere, Seen::Binned)
        };
        self.contacts.insert(id, seen.clone());
        Ok(seen)
    }

    pub(super) fn living(&mut self, id: ContactId) -> Result<Option<Contact>> {
        Ok(match self.seen(id)? {
            Seen::Living(contact) => Some(contact),
            Seen::Binned(_) | Seen::Nowhere => None,
        })
    }

    /// A living contact that nobody changed after the run: only such a one is removed.
    pub(super) fn untouched(&mut self, id: ContactId) -> Result<std::result::Result<Contact, Clash>> {
        Ok(match self.living(id)? {
            None => Err(Clash::Moved),
            Some(contact) if contact.updated_at > self.ended => Err(Clash::Changed),
            // A later run that is taken back as well wrote last, and may have followed a person; or a person was as fast as
            // the clock.
            Some(contact) => {
                let unsure = contact.updated_at == Timestamp::START || contact.updated_at == self.ended;
                if unsure && self.typed_since(&contact)? { Err(Clash::Changed) } else { Ok(contact) }
            }
        })
    }

    /// Whether this run, an undo, brought back what a person had removed: on the way to a time that is a person's doing, as
    /// the removal is, and stays.
    pub(super) fn brought_back_by_hand(&mut self, row: &PlanRow, id: ContactId) -> Result<bool> {
        if !self.since || row.undo.is_none() {
            return Ok(false);
        }
        let here = "SELECT at FROM change WHERE contact = $1 AND kind = 'restored' AND run = $2";
        let key = params![id.get(), self.run.0];
        let Some(at) = self.tx.query_opt(here, key, |row| row.int(0))? else { return Ok(false) };
        let gone = "SELECT actor FROM change WHERE contact = $1 AND kind = 'removed' AND at <= $2 ORDER BY at DESC LIMIT 1";
        let actor = self.tx.query_opt(gone, params![id.get(), at], |row| Ok(row.text(0)? == "hand"))?;
        Ok(actor == Some(true))
    }

    /// Whether this run took away the mark of a contact that had left.
    pub(super) fn returned_here(&mut self, id: ContactId) -> Result<bool> {
        let sql = "SELECT at FROM change WHERE contact = $1 AND kind = 'returned' AND run = $2 LIMIT 1";
        Ok(self.tx.query_opt(sql, params![id.get(), self.run.0], |row| row.int(0))?.is_some())
    }

    /// Whether a contact has a value that a person typed after the run.
    fn typed_since(&mut self, contact: &Contact) -> Result<bool> {
        let sql = "SELECT c.field, v.after FROM change c LEFT JOIN change_value v ON v.customer = $3 AND v.at = c.at \
                   AND v.contact = c.contact AND v.field = c.field \
                   WHERE c.contact = $1 AND c.at >= $2 AND c.actor <> 'run' AND c.kind = 'changed' ORDER BY c.at";
        let mut typed = BTreeMap::new();
        let key = params![contact.id.get(), self.ended.0, contact.id.customer().0];
        self.tx.for_each(sql, key, |row| {
            if let Some(field) = Field::named(row.text(0)?) {
                typed.insert(field, row.opt_text(1)?.map(ToOwned::to_owned));
            }
            Ok(())
        })?;
        Ok(typed.iter().any(|(field, value)| contact.values.get(*field) == value.as_deref()))
    }

    pub(super) fn link(&mut self, source: &SourceId) -> Result<Option<Moved>> {
        if let Some(link) = self.links.get(source) {
            return Ok(*link);
        }
        let link = self.stored_link(source)?;
        self.set_link(source, link);
        Ok(link)
    }

    /// A link as it is now.
    pub(super) fn stored_link(&mut self, source: &SourceId) -> Result<Option<Moved>> {
        let sql = "SELECT contact, origin FROM link WHERE connection = $1 AND source = $2";
        let key = params![self.connection.get(), source.as_bytes()];
        self.tx.query_opt(sql, key, |r| {
            let origin = crate::people::link_origin(r.text(1)?)?;
            Ok(Moved { from: ContactId::from_stored(r.int(0)?), origin })
        })
    }

    fn set_link(&mut self, source: &SourceId, link: Option<Moved>) {
        if let Some(link) = link {
            self.tied.entry(link.from).or_default().insert(source.clone());
        }
        self.links.insert(source.clone(), link);
    }

    /// Source users that are linked to a contact.
    pub(super) fn holders(&mut self, id: ContactId) -> Result<Vec<SourceId>> {
        let mut all = sources_of(self.tx, self.connection, id)?;
        all.retain(|source| !self.links.contains_key(source));
        let known = self.tied.get(&id).into_iter().flatten();
        all.extend(
            known.filter(|s| self.links.get(*s).copied().flatten().is_some_and(|l| l.from == id)).cloned(),
        );
        all.sort_unstable();
        Ok(all)
    }

    /// Contacts, links and memberships as this part will leave them.
    pub(super) fn foresee(&mut self, part: &Part) -> Result<()> {
        let Some(id) = part.step.contact() else { return Ok(()) };
        if self.several {
            self.carry_memberships(&part.step, id)?;
        }
        if self.since
            && let Some(seen) = self.contacts.get(&id)
        {
            self.was.entry(id).or_insert_with(|| seen.clone());
        }
        if let Some(Seen::Living(contact)) = self.contacts.get_mut(&id) {
            // Whoever wrote last was this run: it says nothing about what came before it.
            if contact.updated_at <= self.ended {
                contact.updated_at = Timestamp::START;
            }
            for change in part.step.changes() {
                contact.values.set(change.field, change.after.as_deref());
            }
        }
        match &part.step {
            Step::Remove { .. } => {
                if let Some(Seen::Living(contact)) = self.contacts.remove(&id) {
                    self.contacts.insert(id, Seen::Binned(contact));
                }
            }
            Step::Restore { .. } => {
                if let Some(Seen::Binned(contact)) = self.contacts.remove(&id) {
                    // When it was last changed before its removal is what counts for earlier runs.
                    let back = Contact { left_at: None, ..contact };
                    self.contacts.insert(id, Seen::Living(back));
                }
            }
            Step::Return { .. } => self.mark(id, None),
            Step::MarkLeft { .. } => self.mark(id, Some(Timestamp::START)),
            Step::Adopt { .. } => {
                let origin = part.tie.map_or(LinkOrigin::Automatic, |t| t.origin);
                self.set_link(&part.source, Some(Moved { from: id, origin }));
            }
            Step::Unlink { .. } => self.set_link(&part.source, None),
            Step::Relink { from, .. } => {
                let link = self.links.get(from).copied().flatten();
                self.set_link(from, None);
                self.set_link(&part.source, link);
                self.mark(id, None);
            }
            Step::Create { .. } | Step::Update { .. } | Step::TakeOver { .. } | Step::Wait { .. } => {}
        }
        Ok(())
    }

    /// The bin keeps memberships and gives them back.
    fn carry_memberships(&mut self, step: &Step, id: ContactId) -> Result<()> {
        match step {
            Step::Remove { .. } => {
                let sql = "SELECT contact_group, made_by FROM contact_member WHERE contact = $1";
                let read = |r: &crate::db::Row<'_>| Ok((GroupId::from_stored(r.int(0)?), Some(r.int(1)?)));
                let mut now: BTreeMap<GroupId, Option<i64>> =
                    self.tx.query(sql, params![id.get()], read)?.into_iter().collect();
                let foreseen =
                    self.members.iter().filter_map(|(g, all)| all.get(&id).map(|made| (*g, *made)));
                now.extend(foreseen);
                let packed = now.iter().filter_map(|(group, made)| made.map(|made| (*group, made)));
                self.packed.insert(id, packed.collect());
                for group in now.into_keys() {
                    self.members.entry(group).or_default().insert(id, None);
                }
            }
            Step::Restore { .. } => {
                let packed = match self.packed.remove(&id) {
                    Some(packed) => packed,
                    None => self.packed_in_bin(id)?,
                };
                for (group, made) in packed {
                    self.members.entry(group).or_default().insert(id, Some(made));
                }
            }
            Step::Create { .. }
            | Step::Adopt { .. }
            | Step::Update { .. }
            | Step::TakeOver { .. }
            | Step::Relink { .. }
            | Step::Return { .. }
            | Step::MarkLeft { .. }
            | Step::Unlink { .. }
            | Step::Wait { .. } => {}
        }
        Ok(())
    }

    pub(super) fn packed_in_bin(&mut self, id: ContactId) -> Result<Vec<(GroupId, i64)>> {
        let sql = "SELECT memberships FROM bin WHERE id = $1";
        let Some(bytes) = self.tx.query_opt(sql, params![id.get()], |row| Ok(row.blob(0)?.to_vec()))? else {
            return Ok(Vec::new());
        };
        unpack(&bytes)
    }

    fn mark(&mut self, id: ContactId, left_at: Option<Timestamp>) {
        if let Some(Seen::Living(contact)) = self.contacts.get_mut(&id) {
            contact.left_at = left_at;
        }
    }
}
