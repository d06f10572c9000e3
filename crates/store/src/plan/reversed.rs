//! The plan of an undo: rows that take operations back, each with the place of what it takes back.

use model::ids::{ContactId, GroupId, PlanId, SourceId};
use model::plan::{GuardKind, OpKind, Step};
use model::reason::Reason;

use super::rows::{encode_group, encode_members, encode_rename, encode_step};
use super::write::{NewRow, write_rows};
use crate::codec::Encoder;
use crate::db::Tx;
use crate::error::Result;
use crate::undo::{self, Undoing, Way};

/// A row of an undo's plan.
pub(crate) enum Reversed {
    /// About a person.
    Person { source: SourceId, step: Step, guard: Option<GuardKind>, undoing: Undoing },
    /// About a contact group.
    Group {
        kind: OpKind,
        source: SourceId,
        group: GroupId,
        name: String,
        /// The name that a rename takes away.
        before: Option<String>,
        undoing: Undoing,
    },
    /// Memberships.
    Members { group: GroupId, join: Vec<ContactId>, leave: Vec<ContactId>, undoing: Undoing },
}

impl Reversed {
    /// What it takes back.
    pub(crate) fn undoing(&self) -> &Undoing {
        match self {
            Self::Person { undoing, .. } | Self::Group { undoing, .. } | Self::Members { undoing, .. } => {
                undoing
            }
        }
    }

    /// The same, to be changed.
    pub(crate) fn undoing_mut(&mut self) -> &mut Undoing {
        match self {
            Self::Person { undoing, .. } | Self::Group { undoing, .. } | Self::Members { undoing, .. } => {
                undoing
            }
        }
    }
}

/// Writes the rows of an undo's plan. No guard holds what a person undoes: the kind is noted for the 24 hours' count only.
pub(crate) fn write_reversed(tx: &mut Tx<'_>, plan: PlanId, reversed: Vec<Reversed>) -> Result<()> {
    write_rows(tx, plan, &mut 0, reversed.into_iter().map(reversed_row))
}

fn reversed_row(row: Reversed) -> NewRow {
    let (kind, contact, source, created, guard, mut to, undoing) = match row {
        Reversed::Person { source, step, guard, undoing } => {
            let contact = step.contact().map(ContactId::get);
            let to = Encoder { bytes: encode_step(&step) };
            (step.kind(), contact, source.as_bytes().to_vec(), None, guard, to, undoing)
        }
        Reversed::Group { kind, source, group, name, before, undoing } => {
            let to = if kind == OpKind::GroupRename {
                encode_rename(group, &name, before.as_deref())
            } else {
                encode_group(group, &name)
            };
            (kind, None, source.as_bytes().to_vec(), Some(group.get()), None, to, undoing)
        }
        Reversed::Members { group, join, leave, undoing } => {
            let ids = |list: &[ContactId]| list.iter().map(|c| c.get()).collect::<Vec<_>>();
            let to = encode_members(group, &ids(&join), &ids(&leave));
            (OpKind::Members, None, Vec::new(), Some(group.get()), None, to, undoing)
        }
    };
    undo::encode(&mut to, &undoing);
    let reason = match undoing.way {
        Way::Back => Reason::Undo.code().to_owned(),
        Way::Again => format!("{} again", Reason::Undo.code()),
    };
    NewRow {
        kind,
        contact,
        source,
        reason,
        held: None,
        guard,
        created,
        state: 0,
        seen: None,
        detail: to.bytes,
    }
}
