//! One undo's plan at work: each operation of the run the other way round, if everything is still as the run left it.

use std::collections::{BTreeMap, BTreeSet};

use model::ids::{ConnectionId, ContactId, GroupId, PlanId, RunId, SourceId};
use model::plan::{GuardKind, OpKind, Step};
use model::subject::Rejection;
use model::{Contact, Timestamp};

use super::heads::{Head, Whom};
use super::{Clash, Conflict, Forgotten, Moved, Rejected, SourceState, Tie, Undoing, Way};
use crate::db::{Tx, params};
use crate::error::{Result, StoreError};
use crate::plan::{PlanRow, Reversed, What};

/// Where a contact lies, as far as the plan has come.
#[derive(Clone)]
pub(super) enum Seen {
    Living(Contact),
    Binned(Contact),
    Nowhere,
}

/// A contact group's name and the source group that it stands for, as far as the plan has come.
#[derive(Clone)]
pub(super) struct Named {
    pub(super) name: String,
    pub(super) source: Option<SourceId>,
}

/// One step of a reversal.
pub(super) struct Part {
    pub(super) step: Step,
    pub(super) source: SourceId,
    pub(super) tie: Option<Tie>,
}

/// The undo's plan at work; contacts and links are seen as its operations so far will leave them.
pub(super) struct Desk<'a, 't, 'c> {
    pub(super) tx: &'t mut Tx<'c>,
    pub(super) connection: ConnectionId,
    pub(super) now: Timestamp,
    pub(super) plan: PlanId,
    pub(super) run: RunId,
    pub(super) ended: Timestamp,
    /// Whom of the run's people it takes back.
    pub(super) about: Whom,
    /// More than one run is reversed, so memberships and groups are foreseen as well.
    pub(super) several: bool,
    /// The way goes back to a time: what people did since stays.
    pub(super) since: bool,
    pub(super) states: &'a BTreeMap<SourceId, SourceState>,
    pub(super) kept_out: BTreeSet<SourceId>,
    /// People and source groups that a person holds, as far as they are left alone.
    pub(super) held: BTreeSet<SourceId>,
    /// Contacts that belong to them.
    pub(super) held_contacts: BTreeSet<ContactId>,
    /// Held groups of which it was told that they stay: once of each.
    pub(super) told_held: BTreeSet<SourceId>,
    pub(super) guards: BTreeMap<i64, GuardKind>,
    pub(super) contacts: BTreeMap<ContactId, Seen>,
    pub(super) links: BTreeMap<SourceId, Option<Moved>>,
    /// Source users that are or were tied to a contact, as far as they were looked at.
    pub(super) tied: BTreeMap<ContactId, BTreeSet<SourceId>>,
    pub(super) groups: BTreeMap<GroupId, Named>,
    pub(super) members: BTreeMap<GroupId, BTreeMap<ContactId, Option<i64>>>,
    pub(super) packed: BTreeMap<ContactId, Vec<(GroupId, i64)>>,
    /// Contacts that the way back changes, as they are before it.
    pub(super) was: BTreeMap<ContactId, Seen>,
    /// Contacts that are not where a run on the way left them: what was done to them before stays as well.
    pub(super) stuck: BTreeSet<ContactId>,
    /// Kinds whose rejections an undo on the way had left about another state of the source than today's.
    pub(super) news: BTreeSet<(SourceId, OpKind)>,
    pub(super) rows: Vec<Reversed>,
    pub(super) conflicts: Vec<Conflict>,
}

impl<'a, 't, 'c> Desk<'a, 't, 'c> {
    pub(super) fn new(
        tx: &'t mut Tx<'c>,
        connection: ConnectionId,
        states: &'a BTreeMap<SourceId, SourceState>,
        now: Timestamp,
    ) -> Result<Self> {
        let sql = "SELECT source FROM kept_out WHERE connection = $1";
        let kept_out =
            tx.query(sql, params![connection.get()], |row| Ok(SourceId::from_bytes(row.blob(0)?)))?;
        Ok(Self {
            tx,
            connection,
            now,
            plan: PlanId(0),
            run: RunId(0),
            ended: Timestamp::START,
            about: Whom::All,
            several: false,
            since: false,
            states,
            kept_out: kept_out.into_iter().collect(),
            held: BTreeSet::new(),
            held_contacts: BTreeSet::new(),
            told_held: BTreeSet::new(),
            guards: BTreeMap::new(),
            contacts: BTreeMap::new(),
            links: BTreeMap::new(),
            tied: BTreeMap::new(),
            groups: BTreeMap::new(),
            members: BTreeMap::new(),
            packed: BTreeMap::new(),
            was: BTreeMap::new(),
            stuck: BTreeSet::new(),
            news: BTreeSet::new(),
            rows: Vec::new(),
            conflicts: Vec::new(),
        })
    }

    /// The operations that follow are those of this run.
    pub(super) fn turn_to(&mut self, head: &Head) -> Result<()> {
        (self.plan, self.run, self.ended) = (head.plan, head.run, head.ended);
        self.about = head.about.clone();
        let mut guards = BTreeMap::new();
        let sql = "SELECT n, guard FROM plan_op WHERE plan = $1 AND guard IS NOT NULL";
        self.tx.for_each(sql, params![head.plan.0], |row| {
            let (n, name) = (row.int(0)?, row.text(1)?);
            let unreadable = || StoreError::Corrupt("a guarded step is unreadable".into());
            guards.insert(n, GuardKind::named(name).ok_or_else(unreadable)?);
            Ok(())
        })?;
        self.guards = guards;
        Ok(())
    }

    /// Whom a person holds stays as it is.
    pub(super) fn leave_held(&mut self) -> Result<()> {
        let sql = "SELECT p.source, l.contact FROM held_person p \
                   LEFT JOIN link l ON l.connection = p.connection AND l.source = p.source WHERE p.connection = $1";
        let all = self.tx.query(sql, params![self.connection.get()], |row| {
            Ok((SourceId::from_bytes(row.blob(0)?), row.opt_int(1)?.map(ContactId::from_stored)))
        })?;
        for (source, contact) in all {
            self.held.insert(source);
            self.held_contacts.extend(contact);
        }
        Ok(())
    }

    /// Whether a row is about somebody, a contact or a group that is left alone because a person holds it.
    fn is_held(&self, row: &PlanRow) -> bool {
        self.held.contains(&row.source)
            || match &row.what {
                What::Person { step, created } => {
                    let from = matches!(step, Step::Relink { from, .. } if self.held.contains(from));
                    from || created.or(row.contact).is_some_and(|id| self.held_contacts.contains(&id))
                }
                What::Group { .. } | What::Members { .. } => false,
            }
    }

    pub(super) fn reverse(&mut self, row: &PlanRow) -> Result<()> {
        match &row.what {
            What::Person { .. } if !self.about.takes_row(row) => Ok(()),
            What::Group { .. } if matches!(self.about, Whom::Only(_)) => Ok(()),
            // It changed nothing in the book.
            What::Person { step: Step::Wait { .. }, .. } => Ok(()),
            _ if self.is_held(row) => {
                let contact = match &row.what {
                    What::Person { created, .. } => created.or(row.contact),
                    What::Group { .. } | What::Members { .. } => None,
                };
                let told = match contact {
                    Some(id) => self.stuck.insert(id),
                    None => self.told_held.insert(row.source.clone()),
                };
                if told {
                    self.clash(row, contact, Clash::Held);
                }
                Ok(())
            }
            What::Person { step, created } => self.person(row, step, *created),
            What::Group { group, name, former } => self.group(row, *group, (name, former.as_deref())),
            What::Members { group, join, leave } => self.members(row, *group, join, leave),
        }
    }

    pub(super) fn clash(&mut self, row: &PlanRow, contact: Option<ContactId>, why: Clash) {
        let group = match &row.what {
            What::Group { name, .. } => Some(name.clone()),
            What::Person { .. } | What::Members { .. } => None,
        };
        self.conflicts.push(Conflict { kind: row.kind, source: row.source.clone(), contact, group, why });
    }

    fn person(&mut self, row: &PlanRow, step: &Step, created: Option<ContactId>) -> Result<()> {
        let contact = created.or(row.contact);
        if self.kept_out.contains(&row.source) {
            self.clash(row, contact, Clash::KeptOut);
            return Ok(());
        }
        if contact.is_some_and(|id| self.stuck.contains(&id)) {
            return Ok(());
        }
        let parts = match self.parts(row, step, created)? {
            Ok(parts) => parts,
            Err(why) => {
                if self.several && why == Clash::Moved {
                    self.stuck.extend(contact);
                }
                self.clash(row, contact, why);
                return Ok(());
            }
        };
        let mut whole = self.undoing(row, step)?;
        let last = parts.len();
        for (at, part) in parts.into_iter().enumerate() {
            let mut undoing = Undoing { way: whole.way, tie: part.tie, ..Undoing::back(Vec::new()) };
            let mut guard = None;
            if at + 1 == last {
                undoing.leave = std::mem::take(&mut whole.leave);
                undoing.forget = std::mem::take(&mut whole.forget);
                guard = self.guards.get(&row.n).copied();
            }
            self.foresee(&part)?;
            self.rows.push(Reversed::Person { source: part.source, step: part.step, guard, undoing });
        }
        Ok(())
    }

    fn undoing(&mut self, row: &PlanRow, step: &Step) -> Result<Undoing> {
        if let Some(undo) = &row.undo {
            return self.flipped(undo);
        }
        let own = again(row.kind).iter().map(|kind| self.rejected(row.source.clone(), *kind));
        let mut of: Vec<Rejected> = own.collect();
        if let Step::Relink { from, .. } = step {
            // The gone account has its contact back and would lose it at once.
            let gone = [OpKind::Remove, OpKind::MarkLeft, OpKind::Unlink];
            of.extend(gone.into_iter().map(|kind| self.rejected(from.clone(), kind)));
        }
        Ok(Undoing::back(of))
    }

    /// An undo is undone: what it left is forgotten, and what it forgot is left again.
    pub(super) fn flipped(&mut self, undo: &Undoing) -> Result<Undoing> {
        let way = match undo.way {
            Way::Back => Way::Again,
            Way::Again => Way::Back,
        };
        let mut forget = Vec::new();
        for left in &undo.leave {
            let of = self.today(left)?;
            if of.what.state != left.what.state {
                self.news.insert((of.source.clone(), of.what.kind));
            }
            forget.push(Forgotten { by: self.run, of });
        }
        let leave = undo.forget.iter().map(|f| self.today(&f.of)).collect::<Result<_>>()?;
        Ok(Undoing { way, leave, forget, tie: None })
    }

    /// A rejection about the source's state of today.
    fn today(&mut self, r: &Rejected) -> Result<Rejected> {
        let source = r.source.clone();
        match r.what.kind {
            kind @ (OpKind::GroupCreate | OpKind::GroupRename | OpKind::GroupUntie) => {
                let state = self.group_state(&source)?;
                Ok(Rejected { source, what: Rejection { kind, state } })
            }
            kind => Ok(self.rejected(source, kind)),
        }
    }

    pub(super) fn rejected(&self, source: SourceId, kind: OpKind) -> Rejected {
        let states = self.states.get(&source).copied().unwrap_or_default();
        let state = if kind == OpKind::Members { states.groups } else { states.person };
        Rejected { source, what: Rejection { kind, state } }
    }
}

/// The operations by which a run would do again what was undone.
fn again(kind: OpKind) -> &'static [OpKind] {
    match kind {
        // The contact lies in the bin, still linked.
        OpKind::Create | OpKind::Restore => &[OpKind::Create, OpKind::Restore],
        OpKind::Adopt => &[OpKind::Adopt],
        OpKind::Update => &[OpKind::Update],
        OpKind::TakeOver => &[OpKind::TakeOver, OpKind::Update],
        OpKind::Relink => &[OpKind::Relink, OpKind::Create],
        OpKind::Return => &[OpKind::Return],
        OpKind::MarkLeft => &[OpKind::MarkLeft],
        OpKind::Unlink => &[OpKind::Unlink],
        OpKind::Remove => &[OpKind::Remove],
        OpKind::Wait | OpKind::GroupCreate | OpKind::GroupRename | OpKind::GroupUntie | OpKind::Members => {
            &[]
        }
    }
}
