//! Contact groups and memberships the other way round.

use std::collections::BTreeMap;

use model::group::group_state;
use model::ids::{ContactId, GroupId, SourceId};
use model::plan::OpKind;
use model::reason::Reason;
use model::subject::Rejection;

use super::desk::{Desk, Named};
use super::{Clash, Conflict, Rejected, Undoing};
use crate::db::params;
use crate::error::Result;
use crate::plan::{PlanRow, Reversed};

impl Desk<'_, '_, '_> {
    /// `given` is the name that the row gave the group, `former` the one that a rename found.
    pub(super) fn group(
        &mut self,
        row: &PlanRow,
        group: GroupId,
        (given, former): (&str, Option<&str>),
    ) -> Result<()> {
        let now = self.named(group)?;
        let tied = now.as_ref().is_some_and(|n| n.source.as_ref() == Some(&row.source));
        let back = match row.kind {
            OpKind::GroupCreate if tied => Some((OpKind::GroupUntie, given.to_owned())),
            OpKind::GroupRename if tied && now.as_ref().is_some_and(|now| now.name == given) => {
                former.map(|old| (OpKind::GroupRename, old.to_owned()))
            }
            // What a person deleted stays so. What was only untied is tied again, under the name that it has by now.
            OpKind::GroupUntie
                if !tied
                    && (now.is_some() || row.undo.is_some())
                    && row.reason != Reason::GroupDeletedHere
                    && !self.is_subscribed(&row.source)? =>
            {
                Some((OpKind::GroupCreate, now.map_or_else(|| given.to_owned(), |now| now.name)))
            }
            // Not as the run left it; other kinds are not about groups.
            _ => None,
        };
        let Some((kind, name)) = back else {
            self.clash(row, None, Clash::Moved);
            return Ok(());
        };
        let undoing = if let Some(undo) = &row.undo {
            self.flipped(undo)?
        } else {
            let state = self.group_state(&row.source)?;
            let what = Rejection { kind: row.kind, state };
            Undoing::back(vec![Rejected { source: row.source.clone(), what }])
        };
        let source = (kind != OpKind::GroupUntie).then(|| row.source.clone());
        self.groups.insert(group, Named { name: name.clone(), source });
        let before = Some(given.to_owned());
        self.rows.push(Reversed::Group { kind, source: row.source.clone(), group, name, before, undoing });
        Ok(())
    }

    /// A contact group as the plan so far will leave it.
    fn named(&mut self, group: GroupId) -> Result<Option<Named>> {
        if let Some(named) = self.groups.get(&group) {
            return Ok(Some(named.clone()));
        }
        self.stored_group(group)
    }

    /// A contact group as it is now.
    pub(super) fn stored_group(&mut self, group: GroupId) -> Result<Option<Named>> {
        let sql = "SELECT name, source FROM contact_group WHERE id = $1";
        self.tx.query_opt(sql, params![group.get()], |r| {
            Ok(Named { name: r.text(0)?.to_owned(), source: r.opt_blob(1)?.map(SourceId::from_bytes) })
        })
    }

    fn is_subscribed(&mut self, source: &SourceId) -> Result<bool> {
        if self.groups.values().any(|n| n.source.as_ref() == Some(source)) {
            return Ok(true);
        }
        let sql = "SELECT id FROM contact_group WHERE connection = $1 AND source = $2";
        let key = params![self.connection.get(), source.as_bytes()];
        let tied = self.tx.query_opt(sql, key, |r| Ok(GroupId::from_stored(r.int(0)?)))?;
        Ok(tied.is_some_and(|group| !self.groups.contains_key(&group)))
    }

    pub(super) fn group_state(&mut self, source: &SourceId) -> Result<i64> {
        let sql = "SELECT name FROM source_group WHERE connection = $1 AND source = $2";
        let key = params![self.connection.get(), source.as_bytes()];
        let name = self.tx.query_opt(sql, key, |r| Ok(r.text(0)?.to_owned()))?;
        Ok(name.map_or(0, |n| group_state(&n)))
    }

    pub(super) fn members(
        &mut self,
        row: &PlanRow,
        group: GroupId,
        joined: &[ContactId],
        had_left: &[ContactId],
    ) -> Result<()> {
        let sql = "SELECT contact, made_by FROM contact_member WHERE contact_group = $1";
        let mut now: BTreeMap<i64, i64> =
            self.tx.query(sql, params![group.get()], |r| Ok((r.int(0)?, r.int(1)?)))?.into_iter().collect();
        for (contact, made_by) in self.members.get(&group).into_iter().flatten() {
            match made_by {
                Some(made_by) => drop(now.insert(contact.get(), *made_by)),
                None => drop(now.remove(&contact.get())),
            }
        }
        let (about, held) = (self.about.clone(), self.held_contacts.clone());
        let wanted = |c: &&ContactId| about.takes(**c) && !held.contains(c);
        let mut join = Vec::new();
        for contact in had_left.iter().filter(wanted) {
            if !now.contains_key(&contact.get()) && self.living(*contact)?.is_some() {
                join.push(*contact);
            }
        }
        // A link that this plan ties again makes them a run's again before.
        let (several, since) = (self.several, self.run.0.max(1));
        let run_made =
            |c: &&ContactId| now.get(&c.get()).is_some_and(|made| *made == 0 || (several && *made > since));
        let leave: Vec<ContactId> = joined.iter().filter(wanted).filter(run_made).copied().collect();
        for id in joined.iter().chain(had_left).filter(|id| about.takes(**id) && held.contains(id)) {
            if self.stuck.insert(*id) {
                let held = self.holders(*id)?.into_iter().find(|source| self.held.contains(source));
                let source = held.unwrap_or_else(|| row.source.clone());
                let (kind, contact, why) = (OpKind::Members, Some(*id), Clash::Held);
                self.conflicts.push(Conflict { kind, source, contact, group: None, why });
            }
        }
        if join.is_empty() && leave.is_empty() {
            return Ok(());
        }
        if self.several {
            let foreseen = self.members.entry(group).or_default();
            foreseen.extend(join.iter().map(|c| (*c, Some(0))));
            foreseen.extend(leave.iter().map(|c| (*c, None)));
        }
        let undoing = if let Some(undo) = &row.undo {
            self.flipped(undo)?
        } else {
            let mut of = Vec::new();
            for contact in join.iter().chain(&leave) {
                for source in self.holders(*contact)? {
                    of.push(self.rejected(source, OpKind::Members));
                }
            }
            Undoing::back(of)
        };
        self.rows.push(Reversed::Members { group, join, leave, undoing });
        Ok(())
    }
}
