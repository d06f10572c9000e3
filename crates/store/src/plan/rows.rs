//! How operations of a plan are written and read: one place for both directions.

use model::ids::{ContactId, GroupId, PlanId, SourceId};
use model::plan::{FieldChange, FromBin, HeldBy, Mark, OpKind, Step};
use model::reason::{InReason, OutReason, Reason};
use model::{Field, Key, Timestamp};

use super::{PlanRow, What};
use crate::codec::{Decoder, Encoder};
use crate::db::{Row, Tx, params};
use crate::error::{Result, StoreError};
use crate::undo;

pub(super) fn encode_group(group: GroupId, name: &str) -> Encoder {
    let mut to = Encoder::new();
    to.int(group.get());
    to.opt_text(Some(name));
    to
}

/// A rename also notes the name before, which no other row need still know when it is undone.
pub(super) fn encode_rename(group: GroupId, name: &str, before: Option<&str>) -> Encoder {
    let mut to = encode_group(group, name);
    to.opt_text(before);
    to
}

pub(super) fn encode_members(group: GroupId, join: &[i64], leave: &[i64]) -> Encoder {
    let mut to = Encoder::new();
    to.int(group.get());
    for list in [join, leave] {
        to.int(list.len() as i64);
        for id in list {
            to.int(*id);
        }
    }
    to
}

/// Reason code, and for groups the path.
pub(super) fn reason_text(reason: &Reason) -> String {
    match reason {
        Reason::In(InReason::Group(path)) => {
            let path: Vec<String> = path.iter().map(ToString::to_string).collect();
            format!("group {}", path.join(" "))
        }
        other => other.code().to_owned(),
    }
}

fn read_reason(text: &str) -> Result<Reason> {
    let mut words = text.split(' ');
    let code = words.next().unwrap_or_default();
    let path = words.filter_map(|w| w.parse().ok()).collect();
    Reason::from_code(code, path).ok_or_else(|| StoreError::Corrupt("a plan's reason is unreadable".into()))
}

pub(super) fn encode_step(step: &Step) -> Vec<u8> {
    let mut to = Encoder::new();
    to.int(step.changes().len() as i64);
    for change in step.changes() {
        to.byte(change.field.index() as u8);
        to.opt_text(change.before.as_deref());
        to.opt_text(change.after.as_deref());
    }
    match step {
        Step::Update { wrote_key, .. } => to.opt_text(wrote_key.as_ref().map(Key::as_str)),
        Step::Relink { from, from_bin, .. } => {
            to.blob(from.as_bytes());
            to.byte(u8::from(*from_bin == FromBin::Yes));
        }
        Step::Unlink { origin, mark, .. } => {
            to.opt_text(Some(origin.name()));
            to.byte(u8::from(*mark == Mark::Left));
        }
        Step::Wait { out, due, .. } => {
            to.opt_text(out.map(|(reason, _)| reason.name()));
            to.int(out.map_or(0, |(_, since)| since.0));
            to.int(due.map_or(-1, |d| d.0));
        }
        Step::Create { .. }
        | Step::Adopt { .. }
        | Step::TakeOver { .. }
        | Step::Restore { .. }
        | Step::Return { .. }
        | Step::MarkLeft { .. }
        | Step::Remove { .. } => {}
    }
    to.bytes
}

/// Columns in the order of [`read_row`].
pub(crate) const COLUMNS: &str = "n, kind, contact, source, reason, held, state, created, detail";

/// What a row is besides its columns, written anew: for rows that lose their values when a person is erased.
pub(crate) fn encode(row: &PlanRow) -> Vec<u8> {
    let ids = |list: &[ContactId]| list.iter().map(|c| c.get()).collect::<Vec<_>>();
    let mut to = match &row.what {
        What::Person { step, .. } => Encoder { bytes: encode_step(step) },
        What::Group { group, name, former } if row.kind == OpKind::GroupRename => {
            encode_rename(*group, name, former.as_deref())
        }
        What::Group { group, name, former: _ } => encode_group(*group, name),
        What::Members { group, join, leave } => encode_members(*group, &ids(join), &ids(leave)),
    };
    if let Some(undoing) = &row.undo {
        undo::encode(&mut to, undoing);
    }
    to.bytes
}

/// At most so many rows behind a place. What was not done has left the plan, so places may be empty.
pub(super) fn rows_behind(tx: &mut Tx<'_>, plan: PlanId, after: i64, limit: i64) -> Result<Vec<PlanRow>> {
    let sql = format!("SELECT {COLUMNS} FROM plan_op WHERE plan = $1 AND n > $2 ORDER BY n LIMIT $3");
    tx.query(&sql, params![plan.0, after, limit], read_row)
}

/// The rows of so many places behind one.
pub(crate) fn rows(tx: &mut Tx<'_>, plan: PlanId, after: i64, limit: i64) -> Result<Vec<PlanRow>> {
    let sql = format!("SELECT {COLUMNS} FROM plan_op WHERE plan = $1 AND n > $2 AND n <= $3 ORDER BY n");
    tx.query(&sql, params![plan.0, after, after.saturating_add(limit)], read_row)
}

/// Reads a row whose first columns are [`COLUMNS`].
pub(crate) fn read_row(row: &Row<'_>) -> Result<PlanRow> {
    let unreadable = || StoreError::Corrupt("a stored plan is unreadable".into());
    let kind = OpKind::named(row.text(1)?).ok_or_else(unreadable)?;
    let contact = row.opt_int(2)?.map(ContactId::from_stored);
    let created = row.opt_int(7)?;
    let mut from = Decoder::new(row.blob(8)?)?;
    let what = match kind {
        OpKind::GroupCreate | OpKind::GroupRename | OpKind::GroupUntie => {
            let group = GroupId::from_stored(from.int()?);
            let name = from.opt_text()?.unwrap_or_default().into();
            let former = if kind == OpKind::GroupRename { from.opt_text()?.map(Into::into) } else { None };
            What::Group { group, name, former }
        }
        OpKind::Members => read_members(&mut from)?,
        OpKind::Create
        | OpKind::Adopt
        | OpKind::Update
        | OpKind::TakeOver
        | OpKind::Relink
        | OpKind::Restore
        | OpKind::Return
        | OpKind::MarkLeft
        | OpKind::Unlink
        | OpKind::Remove
        | OpKind::Wait => What::Person {
            step: read_step(kind, contact, &mut from)?,
            created: created.map(ContactId::from_stored),
        },
    };
    let reason = read_reason(row.text(4)?)?;
    Ok(PlanRow {
        n: row.int(0)?,
        kind,
        contact,
        source: SourceId::from_bytes(row.blob(3)?),
        undo: if reason == Reason::Undo { Some(undo::decode(&mut from)?) } else { None },
        reason,
        // Not known is not the same as not held, which would let it happen.
        held: row.opt_text(5)?.map(|by| HeldBy::named(by).ok_or_else(unreadable)).transpose()?,
        state: row.int(6)?,
        what,
    })
}

fn read_members(from: &mut Decoder<'_>) -> Result<What> {
    let group = GroupId::from_stored(from.int()?);
    let mut list = || -> Result<Vec<ContactId>> {
        let n = from.int()?;
        (0..n).map(|_| Ok(ContactId::from_stored(from.int()?))).collect()
    };
    Ok(What::Members { group, join: list()?, leave: list()? })
}

fn read_step(kind: OpKind, contact: Option<ContactId>, from: &mut Decoder<'_>) -> Result<Step> {
    let unreadable = || StoreError::Corrupt("a stored plan is unreadable".into());
    let mut changes = Vec::new();
    for _ in 0..from.int()? {
        let field = Field::ALL.get(usize::from(from.byte()?)).copied().ok_or_else(unreadable)?;
        changes.push(FieldChange { field, before: from.opt_text()?, after: from.opt_text()? });
    }
    if kind == OpKind::Create {
        return Ok(Step::Create { again: None });
    }
    let contact = contact.ok_or_else(unreadable)?;
    Ok(match kind {
        OpKind::Adopt => Step::Adopt { contact, changes },
        OpKind::Update => {
            let wrote_key = from.opt_text()?.and_then(|k| Key::of(&k));
            Step::Update { contact, changes, wrote_key }
        }
        OpKind::TakeOver => Step::TakeOver { from: contact },
        OpKind::Relink => {
            let old = from.source()?;
            let from_bin = if from.byte()? == 1 { FromBin::Yes } else { FromBin::No };
            Step::Relink { contact, from: old, changes, from_bin }
        }
        OpKind::Restore => Step::Restore { contact, changes },
        OpKind::Return => Step::Return { contact, changes },
        OpKind::MarkLeft => Step::MarkLeft { contact },
        OpKind::Unlink => {
            let origin = crate::people::link_origin(&from.opt_text()?.unwrap_or_default())?;
            let mark = if from.byte()? == 1 { Mark::Left } else { Mark::None };
            Step::Unlink { contact, origin, mark }
        }
        OpKind::Remove => Step::Remove { contact },
        OpKind::Wait => {
            let reason = from.opt_text()?.and_then(|r| OutReason::named(&r));
            let since = Timestamp(from.int()?);
            let due = from.int()?;
            Step::Wait { contact, out: reason.map(|r| (r, since)), due: (due >= 0).then_some(Timestamp(due)) }
        }
        OpKind::Create | OpKind::GroupCreate | OpKind::GroupRename | OpKind::GroupUntie | OpKind::Members => {
            return Err(unreadable());
        }
    })
}
