//! Rows of the mirror as values.

use model::Timestamp;
use model::ids::SourceId;
use model::source::{MemberKind, MirrorUser, Presence, SourceGroup};

use crate::codec::{decode_group, decode_user};
use crate::db::Row;
use crate::error::Result;

pub(crate) fn read_user(row: &Row<'_>) -> Result<MirrorUser> {
    let id = SourceId::from_bytes(row.blob(0)?);
    Ok(MirrorUser { presence: presence(row.int(1)?, row.int(2)?), user: decode_user(id, row.blob(3)?)? })
}

pub(crate) fn read_group(row: &Row<'_>) -> Result<(SourceGroup, Presence)> {
    let id = SourceId::from_bytes(row.blob(0)?);
    Ok((decode_group(id, row.text(4)?, row.blob(3)?)?, presence(row.int(1)?, row.int(2)?)))
}

/// How [`Presence::Deleted`] is stored.
pub(crate) const DELETED: i64 = 1;
/// The same of somebody whose values are past their term, and gone.
pub(crate) const FORGOTTEN: i64 = 4;

pub(crate) fn presence(code: i64, since: i64) -> Presence {
    let at = Timestamp(since);
    match code {
        0 => Presence::Live,
        DELETED | FORGOTTEN => Presence::Deleted { at },
        2 => Presence::Hidden { at },
        _ => Presence::Missing { at },
    }
}

pub(super) fn presence_code(presence: Presence) -> (i64, i64) {
    match presence {
        Presence::Live => (0, 0),
        Presence::Deleted { at } => (DELETED, at.0),
        Presence::Hidden { at } => (2, at.0),
        Presence::Missing { at } => (3, at.0),
    }
}

/// A membership's kind as it is stored.
pub(crate) fn kind_code(kind: MemberKind) -> u8 {
    match kind {
        MemberKind::User => 0,
        MemberKind::Group => 1,
        MemberKind::Other => 2,
    }
}

pub(super) fn member_kind(code: i64) -> MemberKind {
    match code {
        0 => MemberKind::User,
        1 => MemberKind::Group,
        _ => MemberKind::Other,
    }
}
