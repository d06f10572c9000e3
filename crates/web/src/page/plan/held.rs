//! What waits for a person, page by page, and what they have released.

use std::collections::BTreeSet;

use model::SourceId;
use model::plan::{HeldBy, OpKind};
use show::HoldJson;
use store::{Book, ConnectionRow, HoldCount, HoldRow, PlanRow};

use super::line::{Chip, Desk, Line, sign};
use super::listed::{Asked, Whom};
use super::{PAGE, skip};
use crate::answer::Trouble;
use crate::frame::{Frame, colour, initials};

/// Something that waits for a person.
pub struct HeldLine {
    /// What names it in a form: as it was looked at.
    pub op: String,
    /// What would be done, with the values before and after, and why, as the plan has it.
    pub line: Line,
}

/// What is shown of all that is held.
#[derive(Default)]
pub(super) struct Held {
    /// Whether there is anything at all.
    pub(super) any: bool,
    /// Whether a person holds anybody.
    pub(super) any_by_hand: bool,
    /// Lines on the page.
    pub(super) lines: Vec<HeldLine>,
    /// Which of how many they are, where others are looked for or stand on other pages.
    pub(super) found: String,
    pub(super) before: Option<String>,
    pub(super) after: Option<String>,
    /// How many changes wait, whatever is looked for.
    pub(super) n: i64,
    /// How many people and groups a person holds beside them, about whom no change waits.
    pub(super) beside: i64,
    /// How much was released and waits for the next run.
    pub(super) released: i64,
    /// How much of what waits the guard holds.
    pub(super) by_guard: i64,
    /// Whether all of it are removals.
    pub(super) only_removals: bool,
    /// Why things wait, a sentence for each cause.
    pub(super) why: Vec<String>,
}

impl Held {
    /// These operations wait as well, for a person holds whom they are about.
    pub(super) fn also(&mut self, since: &[(SourceId, OpKind)]) {
        // Who is only waited for has no change that could wait for somebody.
        let changes = || since.iter().filter(|(_, kind)| *kind != OpKind::Wait);
        let none_yet = self.n == 0;
        self.n += changes().count() as i64;
        let whom = changes().map(|(source, _)| source).collect::<BTreeSet<_>>().len() as i64;
        // Somebody whom the guard holds as well is counted among the changes already.
        self.beside = (self.beside - whom).max(0);
        self.only_removals = self.n > 0
            && (none_yet || self.only_removals)
            && changes().all(|(_, kind)| *kind == OpKind::Remove);
    }
}

/// What waits, as it was looked at: the person or group, the kind, and the digest of what was shown.
pub fn op_of(hold: &HoldRow) -> String {
    format!("{}.{}.{}", hold.source, hold.kind.name(), hold.seen)
}

/// These holds as lines, and behind them people and groups who are held by hand while nothing is planned about them.
pub fn held_lines(
    f: &Frame,
    book: &Book,
    connection: &ConnectionRow,
    rows: &[HoldRow],
    beside: &[SourceId],
) -> Result<Vec<HeldLine>, Trouble> {
    let told = show::these_holds(book, connection, rows, beside)?;
    let planned = book.held_lines(connection.id, rows)?;
    let known: Vec<PlanRow> = planned.iter().flatten().cloned().collect();
    let mut lines = Desk::of(book, connection, &known)?.lines(f, &known)?.into_iter();
    let slug = &book.customer.slug;
    let held = told.into_iter().enumerate().map(|(n, hold)| {
        let (row, is_planned) = (rows.get(n), planned.get(n).is_some_and(Option::is_some));
        let by_hand = hold.held_by == HeldBy::Person.name();
        let op = row.filter(|_| !by_hand).map_or_else(|| hold.source_id.clone(), op_of);
        let said = hold.why.clone();
        let planned = if is_planned { lines.next() } else { None };
        let mut line = planned.unwrap_or_else(|| bare(f, slug, row, hold));
        line.since = row.map_or_else(String::new, |row| f.times.short(row.since));
        // What whoever holds it by hand has said.
        line.chips.extend(said.map(|text| Chip { icon: "info", text, held: false }));
        HeldLine { op, line }
    });
    Ok(held.collect())
}

/// A line of whom no plan tells anything: who it is, and that they are held.
fn bare(f: &Frame, slug: &str, row: Option<&HoldRow>, hold: HoldJson) -> Line {
    let name = hold.name.unwrap_or_else(|| f.s("contact-unnamed"));
    let is_person = hold.about == "person";
    Line {
        initials: if is_person { initials(&name) } else { String::new() },
        colour: colour(&name),
        href: hold.contact.as_ref().map(|id| format!("/c/{slug}/book/{id}")).unwrap_or_default(),
        sub: hold.email.unwrap_or_default(),
        icon: row.map_or("hand", |row| sign(row.kind).0),
        tone: "t-held",
        what: hold.what.to_owned(),
        changes: Vec::new(),
        chips: vec![Chip { icon: "warn", text: hold.text.to_owned(), held: true }],
        held: true,
        released: hold.released,
        source: hold.source_id,
        contact: hold.contact.unwrap_or_default(),
        since: String::new(),
        is_person,
        name,
    }
}

/// The page of what is held that is asked for.
pub(super) fn held(
    f: &Frame,
    book: &Book,
    connection: &ConnectionRow,
    (asked, whom): (&Asked, Option<&Whom>),
) -> Result<Held, Trouble> {
    let counts = book.hold_counts(connection.id)?;
    let mut beside = book.held_beside_plans(connection.id)?;
    let sum = |which: &dyn Fn(&HoldCount) -> bool| -> i64 {
        counts.iter().filter(|count| which(count)).map(|count| count.n).sum()
    };
    let idle = beside.len() as i64;
    let n = sum(&|count| !count.released);
    // Whom a person holds besides is let go by name alone.
    let by_hand: Vec<SourceId> = book.held_people(connection.id)?.into_keys().collect();
    let both = book.holds_about(connection.id, &by_hand)?;
    let both = both.iter().filter(|hold| !hold.released && hold.held_by != HeldBy::Person).count() as i64;
    let by_guard = sum(&|count| !count.released && count.held_by != HeldBy::Person) - both;
    let only_removals = n > 0 && sum(&|count| !count.released && count.kind != OpKind::Remove) == 0;
    let mut held = Held {
        any: sum(&|_| true) + idle > 0,
        beside: idle,
        why: why(f, book, &counts, idle)?,
        n,
        any_by_hand: !by_hand.is_empty(),
        released: sum(&|count| count.released),
        by_guard,
        only_removals,
        ..Held::default()
    };
    let (rows, of, skip) = if let Some(whom) = whom {
        let mut rows = book.some_holds(connection.id, 0, i64::MAX)?;
        rows.retain(|row| {
            whom.sources.contains(&row.source) || row.contact.is_some_and(|id| whom.contacts.contains(&id))
        });
        let mut meant = Vec::new();
        for source in beside {
            // Who is in the tenant no more is found by the contact.
            let contact = book.contact_linked(connection.id, &source)?;
            if whom.sources.contains(&source) || contact.is_some_and(|id| whom.contacts.contains(&id)) {
                meant.push(source);
            }
        }
        beside = meant;
        let of = (rows.len() + beside.len()) as i64;
        let skip = skip(asked.held, of);
        (rows.into_iter().skip(skip as usize).take(PAGE as usize).collect(), of, skip)
    } else {
        let of = sum(&|_| true) + idle;
        let skip = skip(asked.held, of);
        (book.some_holds(connection.id, skip, PAGE)?, of, skip)
    };
    // Behind the operations stand those about whom nothing is planned.
    let first = (skip - (of - beside.len() as i64)).max(0) as usize;
    let room = PAGE as usize - rows.len();
    let beside: Vec<SourceId> = beside.into_iter().skip(first).take(room).collect();
    held.lines = held_lines(f, book, connection, &rows, &beside)?;
    if let Some(whom) = whom {
        whom.tell_former(f, book, held.lines.iter_mut().map(|held| &mut held.line))?;
    }
    let last = skip + held.lines.len() as i64;
    let page = skip / PAGE + 1;
    if (of > PAGE || whom.is_some()) && !held.lines.is_empty() {
        held.found = f.pager(skip + 1, last, of);
    }
    held.before = (page > 1).then(|| asked.held_link(page - 1));
    held.after = (last < of).then(|| asked.held_link(page + 1));
    Ok(held)
}

fn why(f: &Frame, book: &Book, counts: &[HoldCount], idle: i64) -> Result<Vec<String>, Trouble> {
    let mut said = Vec::new();
    let any = |by: HeldBy| counts.iter().any(|count| !count.released && count.held_by == by);
    if any(HeldBy::Guard) {
        let guard = book.policy()?.guard;
        let (percent, count) = (f.number(guard.percent), f.number(guard.count));
        said.push(f.t.w("held-why-guard", &[("percent", &percent), ("count", &count)]));
    }
    if any(HeldBy::GroupEmptied) {
        said.push(f.s("held-why-emptied"));
    }
    if any(HeldBy::Unconfirmed) {
        said.push(f.s("held-why-unconfirmed"));
    }
    if idle > 0 || any(HeldBy::Person) {
        said.push(f.s("held-why-person"));
    }
    Ok(said)
}
