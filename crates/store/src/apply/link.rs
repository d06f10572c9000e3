//! Operations that give a link to a contact or move it.

use model::ids::{ContactId, SourceId};
use model::link::LinkOrigin;
use model::plan::{FieldChange, FromBin};
use model::{Key, Origin};

use super::{PlanRow, Work};
use crate::contact::{NewContact, get, insert, tie_memberships, untie_memberships};
use crate::db::params;
use crate::error::Result;
use crate::history::Event;
use crate::undo::Tie;

impl Work<'_, '_, '_> {
    pub(super) fn adopt(&mut self, row: &PlanRow, id: ContactId, changes: &[FieldChange]) -> Result<()> {
        if let Some(tie) = row.undo.as_ref().and_then(|u| u.tie) {
            return self.tie_back(row, id, tie);
        }
        if self.changed(row, id, changes)? {
            self.tie(row, id, LinkOrigin::Automatic)?;
            self.no_longer_left(id)?;
            self.counts.adopted += 1;
        }
        Ok(())
    }

    /// A link comes back with its old origin. One that moves keeps the key that a run wrote: a person's edit stays one.
    fn tie_back(&mut self, row: &PlanRow, id: ContactId, tie: Tie) -> Result<()> {
        if get(self.tx, id)?.is_none() {
            return self.stale(row);
        }
        match tie.moved {
            None => self.tie(row, id, tie.origin)?,
            Some(moved) => {
                let sql = "UPDATE link SET contact = $1, origin = $2 WHERE connection = $3 AND source = $4 AND contact = $5";
                let (connection, source) = (self.connection.get(), row.source.as_bytes());
                let values = params![id.get(), tie.origin.name(), connection, source, moved.from.get()];
                if self.tx.exec(sql, values)? == 0 {
                    return self.stale(row);
                }
                self.pen.note(moved.from, Event::Unlinked);
                self.pen.note(id, Event::Linked);
                untie_memberships(self.tx, moved.from, self.run)?;
                let sql = "UPDATE contact SET origin = $2 WHERE id = $1";
                self.tx.exec(sql, params![moved.from.get(), Origin::Manual.name()])?;
                if tie.origin == LinkOrigin::Creation {
                    self.tx.exec(sql, params![id.get(), Origin::Microsoft365.name()])?;
                }
            }
        }
        tie_memberships(self.tx, id, tie.since)?;
        self.counts.adopted += 1;
        Ok(())
    }

    pub(super) fn take_over(
        &mut self,
        row: &PlanRow,
        from: ContactId,
        created: Option<ContactId>,
    ) -> Result<()> {
        let (Some(id), Some(user)) = (created, self.users.get(&row.source)) else {
            return self.stale(row);
        };
        let values = (self.project)(user);
        let (at, run) = (self.at, Some(self.run));
        let new = NewContact { id, origin: Origin::Microsoft365, values: &values, at, run };
        insert(self.tx, self.connection.customer(), std::iter::once(new))?;
        self.tie(row, id, LinkOrigin::Creation)?;
        self.pen.note(from, Event::Unlinked);
        let sql = "UPDATE contact SET origin = 'manual' WHERE id = $1";
        self.tx.exec(sql, params![from.get()])?;
        untie_memberships(self.tx, from, self.run)?;
        self.counts.created += 1;
        Ok(())
    }

    pub(super) fn relink(
        &mut self,
        row: &PlanRow,
        old: &SourceId,
        changes: &[FieldChange],
        bin: FromBin,
    ) -> Result<()> {
        let Some(id) = row.contact else { return self.stale(row) };
        let sql = "SELECT origin FROM link WHERE connection = $1 AND source = $2 AND contact = $3";
        let key = params![self.connection.get(), old.as_bytes(), id.get()];
        let origin = self.tx.query_opt(sql, key, |r| crate::people::link_origin(r.text(0)?))?;
        let Some(origin) = origin else { return self.stale(row) };
        if bin == FromBin::Yes && !self.out_of_bin(id, changes)? {
            return self.stale(row);
        }
        if self.changed(row, id, changes)? {
            let sql = "DELETE FROM link WHERE connection = $1 AND source = $2";
            self.tx.exec(sql, params![self.connection.get(), old.as_bytes()])?;
            self.no_longer_left(id)?;
            self.tie(row, id, origin)?;
            self.counts.updated += 1;
            self.counts.restored += i64::from(bin == FromBin::Yes);
        }
        Ok(())
    }

    /// Whoever is linked anew has not left.
    fn no_longer_left(&mut self, id: ContactId) -> Result<()> {
        let sql = "UPDATE contact SET left_at = NULL, updated_at = $2 WHERE id = $1 AND left_at IS NOT NULL";
        if self.tx.exec(sql, params![id.get(), self.at.0])? == 1 {
            self.pen.note(id, Event::Returned);
        }
        Ok(())
    }

    fn tie(&mut self, row: &PlanRow, id: ContactId, origin: LinkOrigin) -> Result<()> {
        let sql = "INSERT INTO link (connection, source, contact, origin) VALUES ($1, $2, $3, $4) \
                   ON CONFLICT (connection, source) DO UPDATE SET contact = excluded.contact, origin = excluded.origin, \
                   out_reason = NULL, out_since = NULL";
        let values = params![self.connection.get(), row.source.as_bytes(), id.get(), origin.name()];
        self.tx.exec(sql, values)?;
        if origin != LinkOrigin::Creation {
            self.pen.note(id, Event::Linked);
        }
        self.note_key(row, id)
    }

    /// Notes the key that the contact has now as the one that a run wrote.
    pub(super) fn note_key(&mut self, row: &PlanRow, id: ContactId) -> Result<()> {
        let key = get(self.tx, id)?.and_then(|c| c.values.key());
        let sql = "UPDATE link SET wrote_key = $1 WHERE connection = $2 AND source = $3";
        let key = key.as_ref().map(Key::as_str);
        self.tx.exec(sql, params![key, self.connection.get(), row.source.as_bytes()]).map(drop)
    }
}
