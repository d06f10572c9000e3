//! Operations about somebody who is out: the contact is marked, untied or removed, or waits for its day.

use model::Timestamp;
use model::ids::ContactId;
use model::plan::Mark;

use super::{PlanRow, Work};
use crate::contact::{get, to_bin, untie_memberships};
use crate::db::params;
use crate::error::Result;
use crate::history::Event;
use crate::pending;

impl Work<'_, '_, '_> {
    pub(super) fn mark_left(&mut self, row: &PlanRow, id: ContactId) -> Result<()> {
        let sql = "UPDATE contact SET left_at = $2, updated_at = $2 WHERE id = $1 AND left_at IS NULL";
        if self.tx.exec(sql, params![id.get(), self.at.0])? == 1 {
            self.pen.note(id, Event::Left);
            self.counts.updated += 1;
            self.let_go(row)
        } else {
            self.stale(row)
        }
    }

    pub(super) fn unlink(&mut self, row: &PlanRow, id: ContactId, mark: Mark) -> Result<()> {
        let sql = "DELETE FROM link WHERE connection = $1 AND source = $2 AND contact = $3";
        let key = params![self.connection.get(), row.source.as_bytes(), id.get()];
        if self.tx.exec(sql, key)? == 0 {
            return self.stale(row);
        }
        untie_memberships(self.tx, id, self.run)?;
        if mark == Mark::Left {
            let sql = "UPDATE contact SET left_at = $2, updated_at = $2 WHERE id = $1 AND left_at IS NULL";
            if self.tx.exec(sql, params![id.get(), self.at.0])? == 1 {
                self.pen.note(id, Event::Left);
            }
        }
        self.pen.note(id, Event::Unlinked);
        self.counts.unlinked += 1;
        self.let_go(row)
    }

    pub(super) fn remove(&mut self, row: &PlanRow, id: ContactId) -> Result<()> {
        if get(self.tx, id)?.is_none() {
            return self.stale(row);
        }
        to_bin(self.tx, &mut self.pen, id, Some(self.run))?;
        // The link stays, with the reason: who is restored at the source comes back, and is told apart from who was
        // removed here.
        let sql = "UPDATE link SET out_reason = $1, out_since = $2 WHERE connection = $3 AND source = $4";
        self.tx
            .exec(sql, params![row.reason.code(), self.at.0, self.connection.get(), row.source.as_bytes()])?;
        self.counts.removed += 1;
        self.let_go(row)
    }

    pub(super) fn wait(
        &mut self,
        row: &PlanRow,
        out: Option<(&str, Timestamp)>,
        due: Option<Timestamp>,
    ) -> Result<()> {
        let sql = "UPDATE link SET out_reason = $1, out_since = $2 WHERE connection = $3 AND source = $4";
        let (reason, since) = (out.map(|o| o.0), out.map(|o| o.1.0));
        self.tx.exec(sql, params![reason, since, self.connection.get(), row.source.as_bytes()])?;
        match due {
            Some(due) => pending::mark(self.tx, self.connection, std::slice::from_ref(&row.source), due),
            None => Ok(()),
        }
    }

    /// A hold ends when its operation was applied.
    pub(super) fn let_go(&mut self, row: &PlanRow) -> Result<()> {
        let sql = "DELETE FROM hold WHERE connection = $1 AND source = $2 AND kind = $3";
        let key = params![self.connection.get(), row.source.as_bytes(), row.kind.name()];
        self.tx.exec(sql, key).map(drop)
    }
}
