//! Contact groups and memberships.

use std::collections::{BTreeMap, BTreeSet};

use model::ids::{ContactId, GroupId, SourceId};
use model::plan::OpKind;
use model::subject::Rejection;

use super::recall::{Recall, way};
use crate::db::params;
use crate::error::Result;
use crate::plan::Reversed;
use crate::undo::desk::{Desk, Named, Seen};
use crate::undo::{Forgotten, Rejected, Undoing};

/// Kinds about contact groups.
const GROUPS: &[OpKind] = &[OpKind::GroupCreate, OpKind::GroupRename, OpKind::GroupUntie];
const MEMBERS: &[OpKind] = &[OpKind::Members];

/// Rows about contact groups.
#[derive(Default)]
pub(super) struct Groups {
    /// Made, tied again or renamed: before their people.
    pub(super) made: Vec<Reversed>,
    /// Untied, and gone where nobody is left: behind their people.
    pub(super) untied: Vec<Reversed>,
}

impl Desk<'_, '_, '_> {
    pub(super) fn net_groups(&mut self, recall: &Recall) -> Result<Groups> {
        let mut rows = Groups::default();
        for (group, then) in self.groups.clone() {
            let now = self.stored_group(group)?;
            let Some((kind, source, name)) = difference(now.as_ref(), &then) else { continue };
            let undoing = self.group_undoing(recall, kind, &source)?;
            let before = now.map(|now| now.name);
            let row = Reversed::Group { kind, source, group, name, before, undoing };
            if kind == OpKind::GroupUntie { rows.untied.push(row) } else { rows.made.push(row) }
        }
        Ok(rows)
    }

    fn group_undoing(&mut self, recall: &Recall, kind: OpKind, source: &SourceId) -> Result<Undoing> {
        let state = self.group_state(source)?;
        let of = |kind| Rejected { source: source.clone(), what: Rejection { kind, state } };
        let mut kinds = BTreeSet::new();
        if recall.asks(source, GROUPS) {
            kinds.extend(recall.left(source, GROUPS));
            kinds.insert(match kind {
                OpKind::GroupUntie => OpKind::GroupCreate,
                OpKind::GroupCreate => OpKind::GroupUntie,
                other => other,
            });
        }
        let mut undoing = Undoing::back(kinds.iter().map(|kind| of(*kind)).collect());
        let gone = GROUPS.iter().filter(|kind| !kinds.contains(kind));
        let forgotten = |kind: &OpKind| {
            let by = recall.forgotten(source, *kind)?;
            Some(Forgotten { by, of: of(*kind) })
        };
        undoing.forget = gone.filter_map(forgotten).collect();
        undoing.way = way(&undoing);
        Ok(undoing)
    }

    pub(super) fn net_members(&mut self, recall: &Recall) -> Result<Vec<Reversed>> {
        let (mut rows, mut packed) = (Vec::new(), BTreeMap::new());
        for (group, foreseen) in std::mem::take(&mut self.members) {
            let sql = "SELECT contact, made_by FROM contact_member WHERE contact_group = $1";
            let read = |r: &crate::db::Row<'_>| Ok((ContactId::from_stored(r.int(0)?), r.int(1)?));
            let now: BTreeMap<ContactId, i64> =
                self.tx.query(sql, params![group.get()], read)?.into_iter().collect();
            let (mut join, mut leave) = (Vec::new(), Vec::new());
            for (contact, then) in foreseen {
                // Memberships go into the bin with their contact, and come out with it.
                if !matches!(self.seen(contact)?, Seen::Living(_)) {
                    continue;
                }
                let has = match self.was.get(&contact) {
                    Some(Seen::Binned(_)) => self.packed_with(&mut packed, contact, group)?,
                    Some(Seen::Living(_) | Seen::Nowhere) | None => now.get(&contact).copied(),
                };
                match (has, then) {
                    (None, Some(_)) => join.push(contact),
                    // A link that comes back makes what was let go of since a run's again, before anybody leaves.
                    (Some(made), None) if made == 0 || made > self.run.0.max(1) => leave.push(contact),
                    // What a person made stays.
                    (Some(_), _) | (None, None) => {}
                }
            }
            if !join.is_empty() || !leave.is_empty() {
                let undoing = self.member_undoing(recall, join.iter().chain(&leave))?;
                rows.push(Reversed::Members { group, join, leave, undoing });
            }
        }
        Ok(rows)
    }

    /// By whom a contact in the bin was made a member, if it was one.
    fn packed_with(
        &mut self,
        packed: &mut BTreeMap<ContactId, BTreeMap<GroupId, i64>>,
        contact: ContactId,
        group: GroupId,
    ) -> Result<Option<i64>> {
        if let Some(known) = packed.get(&contact) {
            return Ok(known.get(&group).copied());
        }
        let all: BTreeMap<_, _> = self.packed_in_bin(contact)?.into_iter().collect();
        let made_by = all.get(&group).copied();
        packed.insert(contact, all);
        Ok(made_by)
    }

    fn member_undoing<'c>(
        &mut self,
        recall: &Recall,
        contacts: impl Iterator<Item = &'c ContactId>,
    ) -> Result<Undoing> {
        let mut people = BTreeSet::new();
        for contact in contacts {
            people.extend(self.holders(*contact)?);
        }
        let mut undoing = Undoing::back(Vec::new());
        for source in people {
            if recall.asks(&source, MEMBERS) {
                undoing.leave.push(self.rejected(source, OpKind::Members));
            } else if let Some(by) = recall.forgotten(&source, OpKind::Members) {
                undoing.forget.push(Forgotten { by, of: self.rejected(source, OpKind::Members) });
            }
        }
        undoing.way = way(&undoing);
        Ok(undoing)
    }
}

/// What is to be done about a group, for which source group, and the name that it has then.
fn difference(now: Option<&Named>, then: &Named) -> Option<(OpKind, SourceId, String)> {
    match (now.and_then(|now| now.source.as_ref()), &then.source) {
        (None, None) => None,
        (Some(tied), None) => {
            let name = now.map(|now| now.name.clone()).unwrap_or_default();
            Some((OpKind::GroupUntie, tied.clone(), name))
        }
        (Some(tied), Some(source)) if tied == source => {
            let renamed = now.is_some_and(|now| now.name != then.name);
            renamed.then(|| (OpKind::GroupRename, source.clone(), then.name.clone()))
        }
        (_, Some(source)) => Some((OpKind::GroupCreate, source.clone(), then.name.clone())),
    }
}
