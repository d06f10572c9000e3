//! Contacts and links as the operations of the undo so far will leave them.

use model::ids::{ContactId, SourceId};
use model::link::LinkOrigin;
use model::plan::Step;
use model::{Contact, Timestamp};

use super::desk::{Desk, Part, Seen};
use super::{Clash, Moved};
use crate::contact::{COLUMNS, get, read_contact};
use crate::db::params;
use crate::error::Result;

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
            Some(contact) => Ok(contact),
        })
    }

    pub(super) fn link(&mut self, source: &SourceId) -> Result<Option<Moved>> {
        if let Some(link) = self.links.get(source) {
            return Ok(*link);
        }
        let sql = "SELECT contact, origin FROM link WHERE connection = $1 AND source = $2";
        let key = params![self.connection.get(), source.as_bytes()];
        let link = self.tx.query_opt(sql, key, |r| {
            let origin = crate::people::link_origin(r.text(1)?)?;
            Ok(Moved { from: ContactId::from_stored(r.int(0)?), origin })
        })?;
        self.links.insert(source.clone(), link);
        Ok(link)
    }

    /// Contacts and links as this part will leave them.
    pub(super) fn foresee(&mut self, part: &Part) {
        let Some(id) = part.step.contact() else { return };
        if let Some(Seen::Living(contact)) = self.contacts.get_mut(&id) {
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
                    let back = Contact { left_at: None, updated_at: Timestamp::START, ..contact };
                    self.contacts.insert(id, Seen::Living(back));
                }
            }
            Step::Return { .. } => self.mark(id, None),
            Step::MarkLeft { .. } => self.mark(id, Some(Timestamp::START)),
            Step::Adopt { .. } => {
                let origin = part.tie.map_or(LinkOrigin::Automatic, |t| t.origin);
                self.links.insert(part.source.clone(), Some(Moved { from: id, origin }));
            }
            Step::Unlink { .. } => drop(self.links.insert(part.source.clone(), None)),
            Step::Relink { from, .. } => {
                let link = self.links.insert(from.clone(), None).flatten();
                self.links.insert(part.source.clone(), link);
            }
            Step::Create { .. } | Step::Update { .. } | Step::TakeOver { .. } | Step::Wait { .. } => {}
        }
    }

    fn mark(&mut self, id: ContactId, left_at: Option<Timestamp>) {
        if let Some(Seen::Living(contact)) = self.contacts.get_mut(&id) {
            contact.left_at = left_at;
        }
    }
}
