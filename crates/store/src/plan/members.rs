//! Memberships on their way into a plan, and what of them waits for a person: everything where a person holds the group (W1),
//! and who would leave where nobody whom runs put in would be left (W2), while those who join go on.
//!
//! Rule: a group that waits is weighed whole. Whoever is due brings along the members of a group that waits
//! ([`bring_along`]), so that no plan of some people lets one of them go alone.

use std::collections::{BTreeMap, BTreeSet};

use model::Timestamp;
use model::ids::{ConnectionId, GroupId, SourceId};
use model::plan::{GuardKind, HeldBy, OpKind, leavers_seen};
use model::reason::Reason;

use super::rows::encode_members;
use super::write::NewRow;
use super::{Draft, PIECE, Packed};
use crate::codec::{Decoder, Encoder};
use crate::db::{List, Row, Tx, params};
use crate::error::Result;
use crate::pending;

/// Contact groups of fewer than so many are too small to be held as emptied.
pub const FEW: i64 = 3;

/// What of a group's memberships waits.
#[derive(Debug, Default)]
pub(super) enum Waits {
    /// Nothing.
    #[default]
    Nothing,
    /// All of it: a person holds the group.
    Everything { source: SourceId },
    /// Those who would leave. Without the group where only some people were planned: that plan keeps no hold of it.
    Leavers { source: Option<SourceId>, seen: i64 },
    /// Nothing, for a person has released just this; its hold ends when it is applied.
    Released { source: SourceId },
}

/// What a draft is weighed by.
pub(super) struct Scales<'a> {
    pub(super) connection: ConnectionId,
    /// Whether the guard holds emptied groups.
    pub(super) group_emptied: bool,
    /// Where only some people were planned: the groups that would lose everybody if all were.
    pub(super) some_only: Option<&'a BTreeSet<GroupId>>,
}

/// A hold on a group's memberships that an earlier plan left.
struct Hold {
    source: SourceId,
    seen: i64,
    released: bool,
    /// Who would have left, with the digests of their groups.
    members: Vec<(i64, i64)>,
}

/// Decides what of the draft's memberships waits. Marks whom it lets go on although they were held, and whom a plan of some
/// people leaves to the next one.
pub(super) fn weigh(tx: &mut Tx<'_>, scales: &Scales<'_>, draft: &mut Draft) -> Result<()> {
    let by_hand = if draft.members.is_empty() { BTreeSet::new() } else { by_hand(tx, scales.connection)? };
    let moved = |(_, packed): &(&GroupId, &Packed)| packed.leave.len() > 0 || !by_hand.is_empty();
    let asked: Vec<i64> = draft.members.iter().filter(moved).map(|(group, _)| group.get()).collect();
    if asked.is_empty() {
        return Ok(());
    }
    let ties = ties(tx, scales.connection, &asked)?;
    let holds = holds(tx, scales.connection, draft.as_of)?;
    let there = counted(tx, scales, draft, &asked)?;
    let mut members = std::mem::take(&mut draft.members);
    for (group, packed) in &mut members {
        let Some(source) = ties.get(group) else { continue };
        let hold = holds.iter().find(|hold| hold.source == *source);
        packed.waits = if by_hand.contains(source) {
            Waits::Everything { source: source.clone() }
        } else {
            let there = there.get(group).copied().unwrap_or(0);
            weigh_leavers(tx, scales, draft, &Leavers { group: *group, source, packed, hold, there })?
        };
    }
    draft.members = members;
    Ok(())
}

/// What is weighed of a group.
struct Leavers<'a> {
    group: GroupId,
    source: &'a SourceId,
    packed: &'a Packed,
    hold: Option<&'a Hold>,
    /// How many whom runs put in it has, as far as they were counted.
    there: i64,
}

fn weigh_leavers(tx: &mut Tx<'_>, scales: &Scales<'_>, draft: &Draft, of: &Leavers<'_>) -> Result<Waits> {
    let Leavers { group, source, packed, hold, .. } = *of;
    let mut leave = packed.leave.to_vec();
    if leave.is_empty() || !scales.group_emptied {
        return Ok(Waits::Nothing);
    }
    if let Some(emptied) = scales.some_only {
        let unheld = hold.is_none() && emptied.contains(&group);
        if unheld {
            let people = linked(tx, scales.connection, &leave)?;
            pending::mark(tx, scales.connection, &people, Timestamp::START)?;
        }
        let waits = unheld || hold.is_some();
        return Ok(if waits { Waits::Leavers { source: None, seen: 0 } } else { Waits::Nothing });
    }
    if !asks(tx, draft, &leave, of)? {
        if hold.is_some() {
            pending::mark_linked(tx, scales.connection, &leave, draft.seq)?;
        }
        return Ok(Waits::Nothing);
    }
    let (source, seen) = (source.clone(), leavers_seen(&mut leave));
    Ok(match hold {
        Some(hold) if hold.released && hold.seen == seen => Waits::Released { source },
        Some(_) | None => Waits::Leavers { source: Some(source), seen },
    })
}

/// From so many whom runs put in somebody stays for sure when so many leave: each who is removed may be one of them.
fn enough(draft: &Draft, leave: usize) -> i64 {
    leave as i64 + removals(draft) + 1
}

fn removals(draft: &Draft) -> i64 {
    draft.guarded.get(&GuardKind::Remove).copied().unwrap_or(0)
}

/// How many whom runs put in each of the groups has, counted no further than the most that any of them needs: one statement
/// for all groups, and a large one is not read for one who leaves.
fn counted(
    tx: &mut Tx<'_>,
    scales: &Scales<'_>,
    draft: &Draft,
    groups: &[i64],
) -> Result<BTreeMap<GroupId, i64>> {
    if scales.some_only.is_some() || !scales.group_emptied {
        return Ok(BTreeMap::new());
    }
    let leavers = draft.members.values().map(|packed| packed.leave.len()).max().unwrap_or(0);
    let of = List::Ints.holds(tx.engine(), 1);
    let sql = format!(
        "SELECT g.id, (SELECT COUNT(*) FROM (SELECT 1 AS one FROM contact_member m WHERE m.contact_group = g.id \
         AND m.made_by = 0 LIMIT $2) AS few) FROM contact_group g WHERE g.id {of}"
    );
    let read = |row: &Row<'_>| Ok((GroupId::from_stored(row.int(0)?), row.int(1)?));
    Ok(tx.query(&sql, params![groups, enough(draft, leavers)], read)?.into_iter().collect())
}

/// Whether nobody whom runs put in would be left: by leaving, or with a contact that is removed. Once it is held, those who
/// have joined since do not count: it is held until somebody of those who were to leave has come back.
fn asks(tx: &mut Tx<'_>, draft: &Draft, leave: &[i64], of: &Leavers<'_>) -> Result<bool> {
    let Leavers { group, hold, there, .. } = *of;
    if hold.is_none() && (there < FEW || there >= enough(draft, leave.len())) {
        return Ok(false);
    }
    let sql = "SELECT contact FROM contact_member WHERE contact_group = $1 AND made_by = 0";
    let members = tx.query(sql, params![group.get()], |row| row.int(0))?;
    let mut gone: BTreeSet<i64> = leave.iter().copied().collect();
    if removals(draft) > 0 {
        let sql = "SELECT contact FROM plan_op WHERE plan = $1 AND guard = 'remove' AND held IS NULL AND contact IS NOT NULL";
        gone.extend(tx.query(sql, params![draft.id.0], |row| row.int(0))?);
    }
    let mut stay = members.iter().filter(|contact| !gone.contains(contact));
    Ok(match hold {
        None => stay.next().is_none(),
        Some(hold) => {
            let were_to_leave: BTreeSet<i64> = hold.members.iter().map(|(contact, _)| *contact).collect();
            !stay.any(|contact| were_to_leave.contains(contact))
        }
    })
}

/// One by one: a first fill has as many memberships as people.
pub(super) fn rows<'m>(
    members: &'m BTreeMap<GroupId, Packed>,
    made: &'m BTreeSet<GroupId>,
) -> impl Iterator<Item = NewRow> + 'm {
    members.iter().flat_map(|(group, packed)| {
        let reason = if made.contains(group) { Reason::Subscribed } else { Reason::GroupChanged };
        let row =
            |source: Option<&SourceId>, held: Option<HeldBy>, seen: i64, join: &[i64], leave: &[i64]| {
                NewRow {
                    kind: OpKind::Members,
                    contact: None,
                    source: source.map(|s| s.as_bytes().to_vec()).unwrap_or_default(),
                    reason: reason.code().into(),
                    held,
                    guard: None,
                    created: Some(group.get()),
                    state: 0,
                    seen: held.map(|_| seen),
                    detail: encode_members(*group, join, leave).bytes,
                }
            };
        let (join, leave) = (packed.join.to_vec(), packed.leave.to_vec());
        match &packed.waits {
            Waits::Nothing => vec![row(None, None, 0, &join, &leave)],
            Waits::Released { source } => vec![row(Some(source), None, 0, &join, &leave)],
            Waits::Everything { source } => {
                vec![row(Some(source), Some(HeldBy::Person), 0, &join, &leave)]
            }
            Waits::Leavers { source, seen } => {
                let go_on = (!join.is_empty()).then(|| row(None, None, 0, &join, &[]));
                let wait = row(source.as_ref(), Some(HeldBy::GroupEmptied), *seen, &[], &leave);
                go_on.into_iter().chain([wait]).collect()
            }
        }
    })
}

/// Notes with the holds of groups whom they are about, so that a rejection can say it of each. What a person holds grows
/// with every plan of some people.
pub(super) fn keep(
    tx: &mut Tx<'_>,
    connection: ConnectionId,
    members: &BTreeMap<GroupId, Packed>,
) -> Result<()> {
    for packed in members.values() {
        let (source, before) = match &packed.waits {
            Waits::Nothing | Waits::Released { .. } | Waits::Leavers { source: None, .. } => continue,
            Waits::Everything { source } => (source, noted(tx, connection, source)?),
            Waits::Leavers { source: Some(source), .. } => (source, Vec::new()),
        };
        let leave: BTreeSet<i64> = packed.leave.to_vec().into_iter().collect();
        let everything = matches!(packed.waits, Waits::Everything { .. });
        let about = packed.states.iter().filter(|(contact, _)| everything || leave.contains(contact));
        let all: BTreeMap<i64, i64> = before.into_iter().chain(about.copied()).collect();
        let mut to = Encoder::new();
        to.int(all.len() as i64);
        for (contact, state) in all {
            to.int(contact);
            to.int(state);
        }
        let sql = "UPDATE hold SET members = $3 WHERE connection = $1 AND source = $2 AND kind = 'members'";
        tx.exec(sql, params![connection.get(), source.as_bytes(), &to.bytes[..]])?;
    }
    Ok(())
}

/// Whom the hold on a group's memberships is about.
pub(crate) fn noted(tx: &mut Tx<'_>, connection: ConnectionId, group: &SourceId) -> Result<Vec<(i64, i64)>> {
    let sql = "SELECT members FROM hold WHERE connection = $1 AND source = $2 AND kind = 'members'";
    let key = params![connection.get(), group.as_bytes()];
    Ok(tx.query_opt(sql, key, |row| decode(row.opt_blob(0)?))?.unwrap_or_default())
}

fn decode(members: Option<&[u8]>) -> Result<Vec<(i64, i64)>> {
    let Some(members) = members else { return Ok(Vec::new()) };
    let mut from = Decoder::new(members)?;
    (0..from.int()?).map(|_| Ok((from.int()?, from.int()?))).collect()
}

/// Adds to those who are due the members of emptied groups that wait, where one of them is due or the group is.
pub(super) fn bring_along(
    tx: &mut Tx<'_>,
    connection: ConnectionId,
    mut people: Vec<SourceId>,
) -> Result<Vec<SourceId>> {
    let sql = "SELECT source, contact_group FROM hold WHERE connection = $1 AND contact_group IS NOT NULL \
               AND kind = 'members' AND held_by <> 'person'";
    let read = |row: &Row<'_>| Ok((SourceId::from_bytes(row.blob(0)?), row.int(1)?));
    let mut waiting = Vec::new();
    for (source, group) in tx.query(sql, params![connection.get()], read)? {
        waiting.push((put_in_by_runs(tx, connection, group)?, source));
    }
    if waiting.is_empty() {
        return Ok(people);
    }
    let mut due: BTreeSet<SourceId> = people.drain(..).collect();
    loop {
        let before = waiting.len();
        waiting.retain(|(members, source)| {
            let touched = due.contains(source) || members.iter().any(|member| due.contains(member));
            if touched {
                due.extend(members.iter().chain([source]).cloned());
            }
            !touched
        });
        if waiting.is_empty() || waiting.len() == before {
            return Ok(due.into_iter().collect());
        }
    }
}

/// Linked people whom runs put into a contact group.
pub(crate) fn put_in_by_runs(tx: &mut Tx<'_>, connection: ConnectionId, group: i64) -> Result<Vec<SourceId>> {
    let sql = "SELECT l.source FROM contact_member m JOIN link l ON l.contact = m.contact \
               WHERE m.contact_group = $2 AND m.made_by = 0 AND l.connection = $1";
    tx.query(sql, params![connection.get(), group], |row| Ok(SourceId::from_bytes(row.blob(0)?)))
}

/// Groups whom a person holds, people among them.
fn by_hand(tx: &mut Tx<'_>, connection: ConnectionId) -> Result<BTreeSet<SourceId>> {
    let sql = "SELECT source FROM held_person WHERE connection = $1";
    let all = tx.query(sql, params![connection.get()], |row| Ok(SourceId::from_bytes(row.blob(0)?)))?;
    Ok(all.into_iter().collect())
}

/// The source groups that these contact groups stand for.
fn ties(tx: &mut Tx<'_>, connection: ConnectionId, groups: &[i64]) -> Result<BTreeMap<GroupId, SourceId>> {
    let of = List::Ints.holds(tx.engine(), 2);
    let sql = format!(
        "SELECT id, source FROM contact_group WHERE connection = $1 AND source IS NOT NULL AND id {of}"
    );
    let read = |row: &Row<'_>| Ok((GroupId::from_stored(row.int(0)?), SourceId::from_bytes(row.blob(1)?)));
    Ok(tx.query(&sql, params![connection.get(), groups], read)?.into_iter().collect())
}

/// What earlier plans hold of groups' memberships.
fn holds(tx: &mut Tx<'_>, connection: ConnectionId, as_of: Timestamp) -> Result<Vec<Hold>> {
    let sql = "SELECT source, seen, released_at, members FROM hold WHERE connection = $1 AND contact_group IS NOT NULL \
               AND kind = 'members' AND held_by <> 'person'";
    tx.query(sql, params![connection.get()], |row| {
        Ok(Hold {
            source: SourceId::from_bytes(row.blob(0)?),
            seen: row.int(1)?,
            released: row.opt_int(2)?.is_some_and(|at| at <= as_of.0),
            members: decode(row.opt_blob(3)?)?,
        })
    })
}

/// To whom these contacts are linked.
fn linked(tx: &mut Tx<'_>, connection: ConnectionId, contacts: &[i64]) -> Result<Vec<SourceId>> {
    let of = List::Ints.holds(tx.engine(), 2);
    let sql = format!("SELECT source FROM link WHERE connection = $1 AND contact {of} ORDER BY source");
    let mut people = Vec::new();
    for some in contacts.chunks(PIECE) {
        let read = |row: &Row<'_>| Ok(SourceId::from_bytes(row.blob(0)?));
        people.extend(tx.query(&sql, params![connection.get(), some], read)?);
    }
    people.sort_unstable();
    people.dedup();
    Ok(people)
}
