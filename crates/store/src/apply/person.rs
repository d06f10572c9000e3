//! One person's operation: the contact is changed if it is still what the plan saw.

use model::Field;
use model::ids::ContactId;
use model::plan::{FieldChange, GuardKind, Step};

use super::{PlanRow, Work, ties};
use crate::contact::{agrees, binned, from_bin, get, write_changes};
use crate::db::params;
use crate::error::Result;
use crate::history::Event;

impl Work<'_, '_, '_> {
    pub(super) fn person(&mut self, row: &PlanRow, step: &Step, created: Option<ContactId>) -> Result<()> {
        if row.undo.is_none()
            && (self.stale.contains(&row.source) || !ties::as_planned(self.tx, self.connection, row, step)?)
        {
            return self.stale(row);
        }
        let before = self.not_done.len();
        self.step(row, step, created)?;
        // What emptied a name may have been held whatever it was.
        if step.guarded() == Some(GuardKind::Empty) && self.not_done.len() == before {
            self.let_go(row)?;
        }
        Ok(())
    }

    fn step(&mut self, row: &PlanRow, step: &Step, created: Option<ContactId>) -> Result<()> {
        match step {
            Step::Create { .. } => Ok(()),
            Step::Adopt { contact, changes } => self.adopt(row, *contact, changes),
            Step::Update { contact, changes, .. } => self.update(row, *contact, changes),
            Step::TakeOver { from } => self.take_over(row, *from, created),
            Step::Relink { contact: _, from, changes, from_bin: bin } => {
                self.relink(row, from, changes, *bin)
            }
            Step::Restore { contact, changes } => self.restore(row, *contact, changes),
            Step::Return { contact, changes } => self.come_back(row, *contact, changes),
            Step::MarkLeft { contact } => self.mark_left(row, *contact),
            Step::Unlink { contact, mark, .. } => self.unlink(row, *contact, *mark),
            Step::Remove { contact } => self.remove(row, *contact),
            Step::Wait { out, due, .. } => self.wait(row, out.map(|(r, t)| (r.name(), t)), *due),
        }
    }

    /// Writes changes if the contact is still what the plan saw.
    pub(super) fn changed(&mut self, row: &PlanRow, id: ContactId, changes: &[FieldChange]) -> Result<bool> {
        match get(self.tx, id)? {
            Some(mut contact) if agrees(&contact, changes) => {
                write_changes(self.tx, &mut self.pen, &mut contact, changes)?;
                Ok(true)
            }
            Some(_) | None => {
                self.stale(row)?;
                Ok(false)
            }
        }
    }

    fn update(&mut self, row: &PlanRow, id: ContactId, changes: &[FieldChange]) -> Result<()> {
        if self.changed(row, id, changes)? {
            self.note_written_key(row, id, changes)?;
            self.counts.updated += 1;
        }
        Ok(())
    }

    fn restore(&mut self, row: &PlanRow, id: ContactId, changes: &[FieldChange]) -> Result<()> {
        if !self.out_of_bin(id, changes)? {
            return self.stale(row);
        }
        if self.changed(row, id, changes)? {
            self.tx.exec("UPDATE link SET out_reason = NULL, out_since = NULL WHERE connection = $1 AND source = $2 AND out_reason IS NOT NULL",
                params![self.connection.get(), row.source.as_bytes()])?;
            self.note_written_key(row, id, changes)?;
            self.counts.updated += 1;
            self.counts.restored += 1;
        }
        Ok(())
    }

    fn come_back(&mut self, row: &PlanRow, id: ContactId, changes: &[FieldChange]) -> Result<()> {
        if self.changed(row, id, changes)? {
            let sql = "UPDATE contact SET left_at = NULL, updated_at = $2 WHERE id = $1";
            self.tx.exec(sql, params![id.get(), self.at.0])?;
            self.pen.note(id, Event::Returned);
            self.note_written_key(row, id, changes)?;
            self.counts.updated += 1;
        }
        Ok(())
    }

    /// An address that the run did not write is a person's edit, and stays one.
    fn note_written_key(&mut self, row: &PlanRow, id: ContactId, changes: &[FieldChange]) -> Result<()> {
        if changes.iter().any(|c| c.field == Field::Email) { self.note_key(row, id) } else { Ok(()) }
    }

    /// A contact leaves the bin only as what the plan saw: a step that turns out stale leaves nothing behind.
    pub(super) fn out_of_bin(&mut self, id: ContactId, changes: &[FieldChange]) -> Result<bool> {
        let as_seen = binned(self.tx, id)?.is_some_and(|contact| agrees(&contact, changes));
        Ok(as_seen && from_bin(self.tx, &mut self.pen, id)?.is_some())
    }
}
