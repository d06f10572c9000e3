//! A contact comes back from the bin because a person says so.

use model::Timestamp;
use model::ids::{ContactId, SourceId};
use model::plan::{GuardKind, OpKind, Step};

use super::desk::{Desk, Seen};
use super::{Clash, Conflict, Undoing};
use crate::contact::from_bin;
use crate::db::params;
use crate::error::{Result, StoreError};
use crate::history::Pen;
use crate::plan::Reversed;
use crate::refusal::Refusal;
use crate::store::Book;

impl Book {
    /// Takes a contact out of the bin by hand, for a book without a connection: no run would remove it again.
    pub fn restore_contact(&self, id: ContactId, now: Timestamp) -> Result<()> {
        if id.customer() != self.customer.id {
            return Err(StoreError::NotFound);
        }
        self.store.db.write(|tx| {
            let mut pen = Pen::new(self.customer.id, self.by, now);
            from_bin(tx, &mut pen, id)?.ok_or_else(not_in_the_bin)?;
            pen.finish(tx)
        })
    }
}

fn not_in_the_bin() -> StoreError {
    Refusal::NotInTheBin.into()
}

impl Desk<'_, '_, '_> {
    /// The same id, with links and memberships; a rejection keeps the next run from removing it again.
    pub(super) fn bring_back(&mut self, contact: ContactId) -> Result<()> {
        let Seen::Binned(one) = self.seen(contact)? else {
            return Err(not_in_the_bin());
        };
        let sources = self.holders(contact)?;
        let nobody = SourceId::Text([].into());
        let source = sources.first().cloned().unwrap_or(nobody);
        if let Some(out) = sources.iter().find(|s| self.kept_out.contains(*s)) {
            let (kind, contact, source) = (OpKind::Remove, Some(contact), out.clone());
            self.conflicts.push(Conflict { kind, source, contact, group: None, why: Clash::KeptOut });
            return Ok(());
        }
        let guard = self.weighed(contact)?;
        let of = sources.into_iter().map(|s| self.rejected(s, OpKind::Remove)).collect();
        let undoing = Undoing::back(of);
        let step = Step::Restore { contact, changes: Vec::new() };
        self.rows.push(Reversed::Person { source: source.clone(), step, guard, undoing });
        if one.left_at.is_some() {
            // Coming out of the bin takes the mark away; it was there before.
            let undoing = Undoing::back(Vec::new());
            let step = Step::MarkLeft { contact };
            self.rows.push(Reversed::Person { source, step, guard: None, undoing });
        }
        Ok(())
    }

    /// The guard's count of 24 hours takes back what it counted, and nothing else.
    fn weighed(&mut self, contact: ContactId) -> Result<Option<GuardKind>> {
        let sql = "SELECT id FROM bin WHERE id = $1 AND removed_run IS NOT NULL AND removed_at > $2";
        let young = params![contact.get(), self.now.plus_days(-1).0];
        Ok(self.tx.query_opt(sql, young, |row| row.int(0))?.map(|_| GuardKind::Remove))
    }
}
