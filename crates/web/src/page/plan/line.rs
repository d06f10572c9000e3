//! A line of a plan: who, before and after by field, why, and what may be done about it.

use std::collections::{BTreeMap, BTreeSet};

use model::plan::OpKind;
use model::{Field, Policy, SourceId};
use show::{Change, ChangeOf, OperationJson};
use store::{Book, ConnectionRow, HoldRow, PlanRow};

use crate::answer::Trouble;
use crate::frame::{Frame, colour, initials};
use crate::page::person::label;

/// Values of a new contact that stand in its line; the others are on its page.
const SHOWN: usize = 4;

/// A line.
pub struct Line {
    /// The person, or the group.
    pub name: String,
    /// Link to the contact, where there is one.
    pub href: String,
    /// Initials; empty for a group.
    pub initials: String,
    /// Their colour.
    pub colour: u8,
    /// A second line.
    pub sub: String,
    /// Icon and colour of the kind.
    pub icon: &'static str,
    /// Its class.
    pub tone: &'static str,
    /// What the operation does.
    pub what: String,
    /// Values before and after.
    pub changes: Vec<ChangeLine>,
    /// Why.
    pub chips: Vec<Chip>,
    /// Since when it waits, where that is told.
    pub since: String,
    /// Whether it waits for a person.
    pub held: bool,
    /// Whether it was released and is not yet applied.
    pub released: bool,
    /// The person or group, to hold or let go.
    pub source: String,
    /// The contact's public id, to take this line of a run back; empty where there is none.
    pub contact: String,
    /// Whether it is about a person.
    pub is_person: bool,
}

/// A value before and after.
pub struct ChangeLine {
    /// What.
    pub label: String,
    /// Before; empty where there was nothing.
    pub before: String,
    /// After.
    pub after: String,
    /// Whether nothing stood there before is told as "empty".
    pub tells_empty: bool,
}

/// A reason.
pub struct Chip {
    /// The icon.
    pub icon: &'static str,
    /// The words.
    pub text: String,
    /// Whether it is why the line is held.
    pub held: bool,
}

/// What is known beside the plan while its lines are shown.
pub struct Desk<'a> {
    book: &'a Book,
    connection: Option<&'a ConnectionRow>,
    /// The rules of the plan, where they are not those in force.
    policy: Option<&'a Policy>,
    by_hand: BTreeSet<SourceId>,
    holds: BTreeMap<(SourceId, OpKind), HoldRow>,
    is_past: bool,
}

impl<'a> Desk<'a> {
    /// For these rows of a plan that nobody has applied yet: holds as they are now.
    pub fn of(book: &'a Book, connection: &'a ConnectionRow, rows: &[PlanRow]) -> Result<Self, Trouble> {
        let by_hand = book.held_people(connection.id)?.into_keys().collect();
        let about: Vec<SourceId> = rows.iter().map(|row| row.source.clone()).collect();
        let holds = book.holds_about(connection.id, &about)?;
        let holds = holds.into_iter().map(|hold| ((hold.source.clone(), hold.kind), hold)).collect();
        Ok(Self { book, connection: Some(connection), policy: None, by_hand, holds, is_past: false })
    }

    /// For a plan of the past: holds as they were then. What somebody new was created with is not kept with a plan, and what is known of
    /// them by now is no answer.
    pub const fn past(book: &'a Book, connection: Option<&'a ConnectionRow>) -> Self {
        Self {
            book,
            connection,
            policy: None,
            by_hand: BTreeSet::new(),
            holds: BTreeMap::new(),
            is_past: true,
        }
    }

    /// For a plan by other rules than those in force, which nobody has stored.
    pub fn by(book: &'a Book, connection: &'a ConnectionRow, policy: &'a Policy) -> Self {
        Self { policy: Some(policy), is_past: false, ..Self::past(book, Some(connection)) }
    }

    /// These rows as lines.
    pub fn lines(&self, f: &Frame, rows: &[PlanRow]) -> Result<Vec<Line>, Trouble> {
        let read = match self.policy {
            None => show::operations(self.book, rows)?,
            Some(policy) => show::operations_by(self.book, rows, policy.clone())?,
        };
        let groups = self.group_names(rows)?;
        Ok(rows.iter().zip(&read).map(|(row, read)| self.line(f, row, read, &groups)).collect())
    }

    /// Names of the groups that lead to somebody.
    fn group_names(&self, rows: &[PlanRow]) -> Result<BTreeMap<SourceId, String>, Trouble> {
        let Some(connection) = self.connection else { return Ok(BTreeMap::new()) };
        let ids: BTreeSet<SourceId> = rows.iter().flat_map(|row| path(row).iter().cloned()).collect();
        let ids: Vec<SourceId> = ids.into_iter().collect();
        let found = self.book.mirror_groups(connection.id, &ids)?;
        Ok(found.into_iter().map(|(id, (group, _))| (id, group.name.to_string())).collect())
    }

    fn line(
        &self,
        f: &Frame,
        row: &PlanRow,
        read: &OperationJson,
        groups: &BTreeMap<SourceId, String>,
    ) -> Line {
        let is_person = matches!(row.what, store::What::Person { .. });
        let name = read.name.clone().or_else(|| read.email.clone()).unwrap_or_else(|| f.s("contact-unnamed"));
        let (icon, tone) = sign(row.kind);
        let unknown = self.is_past && row.kind == OpKind::Create;
        let hold = self.holds.get(&(row.source.clone(), row.kind));
        let released = hold.is_some_and(|hold| hold.released);
        let by_hand = self.by_hand.contains(&row.source);
        let mut chips = vec![reason(f, row, read, groups)];
        if let Some(why) = read.why_held {
            chips.push(Chip { icon: "warn", text: why.to_owned(), held: true });
        } else if by_hand {
            let text = show::held_text(model::plan::HeldBy::Person).to_owned();
            chips.push(Chip { icon: "hand", text, held: true });
        }
        let slug = &self.book.customer.slug;
        let exists = is_person && !matches!(row.kind, OpKind::Create | OpKind::TakeOver);
        let contact = read.contact.clone().filter(|_| is_person).unwrap_or_default();
        let href =
            if exists && !contact.is_empty() { format!("/c/{slug}/book/{contact}") } else { String::new() };
        Line {
            initials: if is_person { initials(&name) } else { String::new() },
            colour: colour(&name),
            sub: read.email.clone().filter(|email| *email != name).unwrap_or_default(),
            what: read.what.to_owned(),
            changes: if unknown { Vec::new() } else { changes(f, row.kind, read) },
            since: String::new(),
            held: (row.held.is_some() || by_hand) && !released,
            source: read.source_id.clone(),
            contact,
            href,
            icon,
            tone,
            chips,
            released,
            is_person,
            name,
        }
    }
}

fn path(row: &PlanRow) -> &[SourceId] {
    match &row.reason {
        model::reason::Reason::In(model::reason::InReason::Group(path)) => path,
        _ => &[],
    }
}

fn reason(f: &Frame, row: &PlanRow, read: &OperationJson, groups: &BTreeMap<SourceId, String>) -> Chip {
    let names: Vec<String> =
        path(row).iter().filter_map(|id| groups.get(id)).map(|name| f.x("quoted", name)).collect();
    if names.is_empty() {
        return Chip { icon: "rule", text: read.text.to_owned(), held: false };
    }
    Chip { icon: "group", text: f.x("reason-group", names.join(" → ")), held: false }
}

/// Icon and colour of a kind.
pub const fn sign(kind: OpKind) -> (&'static str, &'static str) {
    match kind {
        OpKind::Create | OpKind::TakeOver | OpKind::Restore | OpKind::GroupCreate => ("plus", "t-ok"),
        OpKind::Adopt | OpKind::Relink => ("link", "t-acc"),
        OpKind::Update | OpKind::Return | OpKind::GroupRename | OpKind::Members => ("tilde", "t-acc"),
        OpKind::MarkLeft | OpKind::Unlink | OpKind::GroupUntie => ("off", "t-held"),
        OpKind::Remove => ("minus", "t-bad"),
        OpKind::Wait => ("clock", "muted"),
    }
}

fn changes(f: &Frame, kind: OpKind, read: &OperationJson) -> Vec<ChangeLine> {
    let all = read.changes();
    let new = matches!(kind, OpKind::Create | OpKind::TakeOver);
    // The name stands beside them already.
    let all = all.into_iter().filter(|change| !new || change.of != ChangeOf::Field(Field::DisplayName));
    let lines = all.map(|change| line(f, &change, new));
    if new { lines.take(SHOWN).collect() } else { lines.collect() }
}

fn line(f: &Frame, change: &Change, new: bool) -> ChangeLine {
    let (before, after) = (change.before.as_deref(), change.after.as_deref());
    let words = |label: &str, then: Option<String>, now: Option<String>| ChangeLine {
        label: f.s(label),
        before: then.unwrap_or_default(),
        after: now.unwrap_or_default(),
        tells_empty: !new,
    };
    let either = |label, yes: &str, no: &str| {
        let word = |there: bool| Some(f.s(if there { yes } else { no }));
        words(label, word(before.is_some()), word(after.is_some()))
    };
    match &change.of {
        ChangeOf::Field(field) => {
            words(label(*field), before.map(ToOwned::to_owned), after.map(ToOwned::to_owned))
        }
        ChangeOf::Contact => either("change-contact", "change-there", "change-in-bin"),
        ChangeOf::Left => either("change-left", "change-left-yes", "change-left-no"),
        ChangeOf::Link => either("change-link", "change-link-yes", "change-link-no"),
        ChangeOf::Subscription => either("change-subscription", "change-link-yes", "change-link-no"),
        ChangeOf::Until => {
            let day = after.and_then(|text| text.parse::<jiff::Timestamp>().ok());
            let day = day.map(|at| f.times.day(model::Timestamp(at.as_millisecond())));
            ChangeLine { tells_empty: false, ..words("change-until", None, day) }
        }
        ChangeOf::Name => ChangeLine {
            tells_empty: before.is_some(),
            ..words("change-name", before.map(ToOwned::to_owned), after.map(ToOwned::to_owned))
        },
        ChangeOf::Members => {
            let n = |text: Option<&str>| text.and_then(|text| text.parse::<i64>().ok());
            let join = n(after).map(|n| f.n("change-join", n));
            let leave = n(before).map(|n| f.n("change-leave", n));
            let both: Vec<String> = join.into_iter().chain(leave).collect();
            ChangeLine { tells_empty: false, ..words("change-members", None, Some(both.join(", "))) }
        }
    }
}
