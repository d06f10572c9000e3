//! The steps that lead back from each step of a run, if everything is still as the run left it.

use model::ids::{ContactId, SourceId};
use model::link::LinkOrigin;
use model::plan::{FieldChange, FromBin, Mark, Step};
use model::{Contact, Field};

use super::desk::{Desk, Part, Seen};
use super::{Clash, Moved, Tie};
use crate::db::params;
use crate::error::Result;
use crate::plan::PlanRow;

/// What reversing one operation takes.
pub(super) type Parts = std::result::Result<Vec<Part>, Clash>;

impl Desk<'_, '_, '_> {
    /// The steps that lead back, if everything is still as the run left it.
    pub(super) fn parts(&mut self, row: &PlanRow, step: &Step, created: Option<ContactId>) -> Result<Parts> {
        match step {
            Step::Create { .. } => self.uncreate(row, created),
            Step::Adopt { contact, changes } => self.unadopt(row, *contact, changes),
            Step::Update { contact, changes, .. } => {
                let steps = Vec::new();
                self.rewritten(row, *contact, changes, steps)
            }
            Step::TakeOver { from } => self.give_back(row, *from, created),
            Step::Relink { from, changes, from_bin, .. } => self.move_back(row, from, changes, *from_bin),
            Step::Restore { contact, .. } | Step::MarkLeft { contact }
                if self.brought_back_by_hand(row, *contact)? =>
            {
                Ok(Ok(Vec::new()))
            }
            Step::Restore { contact, changes } => match self.untouched(*contact)? {
                Ok(_) => self.rewritten(row, *contact, changes, vec![Step::Remove { contact: *contact }]),
                Err(why) => Ok(Err(why)),
            },
            Step::Return { contact, changes } => match self.living(*contact)? {
                Some(one) if one.left_at.is_none() => {
                    self.rewritten(row, *contact, changes, vec![Step::MarkLeft { contact: *contact }])
                }
                Some(_) | None => Ok(Err(Clash::Moved)),
            },
            Step::MarkLeft { contact } => Ok(match self.living(*contact)? {
                Some(one) if one.left_at.is_some() => {
                    Ok(vec![part(row, Step::Return { contact: *contact, changes: Vec::new() })])
                }
                Some(_) | None => Err(Clash::Moved),
            }),
            Step::Unlink { contact, origin, mark } => self.tie_again(row, *contact, *origin, *mark),
            Step::Remove { contact } => self.unbin(row, *contact),
            // It changed nothing in the book.
            Step::Wait { .. } => Ok(Ok(Vec::new())),
        }
    }

    fn uncreate(&mut self, row: &PlanRow, created: Option<ContactId>) -> Result<Parts> {
        let Some(contact) = created else { return Ok(Err(Clash::Moved)) };
        if self.was.contains_key(&contact) && matches!(self.seen(contact)?, Seen::Binned(_)) {
            // On the way it has gone where this would lead it.
            return Ok(Ok(Vec::new()));
        }
        Ok(self.untouched(contact)?.map(|_| vec![part(row, Step::Remove { contact })]))
    }

    /// Fields go back to what they were, then come `more` steps.
    fn rewritten(
        &mut self,
        row: &PlanRow,
        contact: ContactId,
        changes: &[FieldChange],
        more: Vec<Step>,
    ) -> Result<Parts> {
        let Some(one) = self.living(contact)? else { return Ok(Err(Clash::Moved)) };
        if let Some(why) = differing(&one, changes) {
            return Ok(Err(why));
        }
        let back = swapped(changes);
        let update = (!back.is_empty()).then_some(Step::Update { contact, changes: back, wrote_key: None });
        Ok(Ok(update.into_iter().chain(more).map(|step| part(row, step)).collect()))
    }

    fn unadopt(&mut self, row: &PlanRow, contact: ContactId, changes: &[FieldChange]) -> Result<Parts> {
        if self.link(&row.source)?.map(|l| l.from) != Some(contact) {
            return Ok(Err(Clash::Relinked));
        }
        let tie = row.undo.as_ref().and_then(|u| u.tie);
        let origin = tie.map_or(LinkOrigin::Automatic, |t| t.origin);
        if let Some(moved) = tie.and_then(|t| t.moved) {
            if self.living(moved.from)?.is_none() {
                return Ok(Err(Clash::Moved));
            }
            let (moved_on, since) = (Some(Moved { from: contact, origin }), self.run);
            let away = Tie { origin: moved.origin, moved: moved_on, since };
            let step = Step::Adopt { contact: moved.from, changes: Vec::new() };
            return Ok(Ok(vec![Part { tie: Some(away), ..part(row, step) }]));
        }
        // Who is adopted has not left: the mark was there before.
        let left = self.returned_here(contact)?.then_some(Step::MarkLeft { contact });
        let cut = Step::Unlink { contact, origin, mark: Mark::None };
        self.rewritten(row, contact, changes, std::iter::once(cut).chain(left).collect())
    }

    /// The link goes back to the contact whose address a person had changed.
    fn give_back(&mut self, row: &PlanRow, from: ContactId, created: Option<ContactId>) -> Result<Parts> {
        let Some(created) = created else { return Ok(Err(Clash::Moved)) };
        if self.link(&row.source)?.map(|l| l.from) != Some(created) {
            return Ok(Err(Clash::Relinked));
        }
        if let Err(why) = self.untouched(created)? {
            return Ok(Err(why));
        }
        if self.living(from)?.is_none() {
            return Ok(Err(Clash::Moved));
        }
        let sql = "SELECT created_run FROM contact WHERE id = $1";
        let by_run = self.tx.query_opt(sql, params![from.get()], |r| r.opt_int(0))?.flatten();
        let origin = if by_run.is_some() { LinkOrigin::Creation } else { LinkOrigin::Automatic };
        let moved = Some(Moved { from: created, origin: LinkOrigin::Creation });
        let back = part(row, Step::Adopt { contact: from, changes: Vec::new() });
        let tied = Part { tie: Some(Tie { origin, moved, since: self.run }), ..back };
        Ok(Ok(vec![tied, part(row, Step::Remove { contact: created })]))
    }

    /// The link goes back to the account that is gone.
    fn move_back(
        &mut self,
        row: &PlanRow,
        from: &SourceId,
        changes: &[FieldChange],
        from_bin: FromBin,
    ) -> Result<Parts> {
        let Some(contact) = row.contact else { return Ok(Err(Clash::Moved)) };
        if self.kept_out.contains(from) {
            return Ok(Err(Clash::KeptOut));
        }
        if self.link(&row.source)?.map(|l| l.from) != Some(contact) || self.link(from)?.is_some() {
            return Ok(Err(Clash::Relinked));
        }
        let one = match (from_bin, self.untouched(contact)?) {
            (FromBin::Yes, Err(why)) => return Ok(Err(why)),
            (FromBin::Yes | FromBin::No, _) => self.living(contact)?,
        };
        let Some(one) = one else { return Ok(Err(Clash::Moved)) };
        if let Some(why) = differing(&one, changes) {
            return Ok(Err(why));
        }
        let (source, changes) = (from.clone(), swapped(changes));
        let step = Step::Relink { contact, from: row.source.clone(), changes, from_bin: FromBin::No };
        let mut parts = vec![Part { step, source: source.clone(), tie: None }];
        if self.returned_here(contact)? {
            parts.push(Part { step: Step::MarkLeft { contact }, source: source.clone(), tie: None });
        }
        if from_bin == FromBin::Yes {
            parts.push(Part { step: Step::Remove { contact }, source, tie: None });
        }
        Ok(Ok(parts))
    }

    fn tie_again(
        &mut self,
        row: &PlanRow,
        contact: ContactId,
        origin: LinkOrigin,
        mark: Mark,
    ) -> Result<Parts> {
        let Some(one) = self.living(contact)? else { return Ok(Err(Clash::Moved)) };
        if self.link(&row.source)?.is_some() || !self.holders(contact)?.is_empty() {
            return Ok(Err(Clash::Relinked));
        }
        let step = Step::Adopt { contact, changes: Vec::new() };
        let mut parts =
            vec![Part { tie: Some(Tie { origin, moved: None, since: self.run }), ..part(row, step) }];
        if mark == Mark::Left && one.left_at.is_some() {
            parts.push(part(row, Step::Return { contact, changes: Vec::new() }));
        }
        Ok(Ok(parts))
    }

    fn unbin(&mut self, row: &PlanRow, contact: ContactId) -> Result<Parts> {
        let one = match self.seen(contact)? {
            Seen::Binned(one) => one,
            Seen::Living(_) => return Ok(Err(Clash::Moved)),
            Seen::Nowhere => return Ok(Err(Clash::Purged)),
        };
        let mut parts = vec![part(row, Step::Restore { contact, changes: Vec::new() })];
        if one.left_at.is_some() {
            // Coming out of the bin takes the mark away; it was there before.
            parts.push(part(row, Step::MarkLeft { contact }));
        }
        Ok(Ok(parts))
    }
}

fn part(row: &PlanRow, step: Step) -> Part {
    Part { step, source: row.source.clone(), tie: None }
}

fn swapped(changes: &[FieldChange]) -> Vec<FieldChange> {
    let swap =
        |c: &FieldChange| FieldChange { field: c.field, before: c.after.clone(), after: c.before.clone() };
    changes.iter().map(swap).collect()
}

/// Fields that are not what the run wrote.
fn differing(contact: &Contact, changes: &[FieldChange]) -> Option<Clash> {
    let other = |c: &&FieldChange| contact.values.get(c.field) != c.after.as_deref();
    let fields: Vec<Field> = changes.iter().filter(other).map(|c| c.field).collect();
    (!fields.is_empty()).then_some(Clash::Fields(fields))
}
