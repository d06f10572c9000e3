//! A life, told event by event; behind each run the laws look. What breaks one is told as text, so that a life can be made
//! shorter while it still breaks.

use std::collections::{BTreeMap, BTreeSet};

use model::Preset;
use model::ids::SourceId;
use model::run::Outcome;
use store::testing::{Seen, TestDb};

use crate::child::{End, Ran, Task};
use crate::company::Company;
use crate::event::{Event, SETTINGS};

/// The book as a person could see it, by contact.
type Book = BTreeMap<i64, Seen>;

/// What a life has met, so that the suite can say that it tried something.
#[derive(Debug, Default)]
pub struct Met {
    pub runs: u64,
    pub kills: u64,
    pub undone: u64,
    pub held: u64,
    pub over_limit: u64,
}

/// A company at the age of some events.
struct Life<'m> {
    company: Company,
    met: &'m mut Met,
    /// A process was killed, and no run has finished since.
    leftover: bool,
    /// Removals and the like that no person released, by kind, since `base` began.
    weighed: BTreeMap<String, i64>,
    /// The most contacts that were linked and in the book since the last day began.
    base: i64,
    /// Undo is tried behind every so many runs, for it takes several.
    turn: u64,
}

/// Tells a life; where it breaks a law, behind how many events, and how.
pub fn live(
    db: TestDb,
    preset: Preset,
    events: &[(usize, Event)],
    met: &mut Met,
) -> Result<(), (usize, String)> {
    let company = Company::new(db, preset);
    let neighbour = company.db.seen(company.neighbour.customer.id);
    let (weighed, turn) = (BTreeMap::new(), events.len() as u64);
    let mut life = Life { company, met, leftover: false, weighed, base: 0, turn };
    let tells = std::env::var_os("WHOSWHO_TEST_TELL").is_some();
    for (told, (_, event)) in events.iter().enumerate() {
        if tells {
            println!("{}", shown(*event));
        }
        life.event(*event).map_err(|why| (told + 1, why))?;
    }
    let now = life.company.db.seen(life.company.neighbour.customer.id);
    if now == neighbour { Ok(()) } else { Err((events.len(), "the neighbour's book was touched".into())) }
}

impl Life<'_> {
    fn event(&mut self, event: Event) -> Result<(), String> {
        match event {
            Event::Run => self.run(&Task::Run),
            Event::Complete => self.run(&Task::Complete),
            Event::Looked => self.quietly(&Task::Look),
            Event::PersonNow(who) => {
                let Some(source) = self.company.source(who) else { return Ok(()) };
                if !self.company.book.connection().unwrap().unwrap().complete {
                    return Ok(());
                }
                self.quietly(&Task::Person(source.to_string()))
            }
            Event::KilledAtWrite(n, pieces) => {
                let chunk = (u64::from(pieces) % 4 + 1).to_string();
                let at = (u64::from(n) % 36 + 1).to_string();
                // What one mark for everybody covers must end like what each person's own does.
                let many = [0, 1, 5_000][usize::from(n) % 3].to_string();
                let at = ("WHOSWHO_TEST_KILL_AT_WRITE", at);
                self.killed(&[at, ("WHOSWHO_TEST_CHUNK", chunk), ("WHOSWHO_TEST_MANY", many)])
            }
            Event::KilledAtRequest(n) => {
                let at = (u64::from(n) % 4 + 1).to_string();
                self.killed(&[("WHOSWHO_TEST_KILL_AT_REQUEST", at)])
            }
            Event::Undone => self.undone(),
            // Another limit, another day, or room that came back: what was let through before says nothing more.
            Event::Policy(_) | Event::Restored(_) => {
                self.look_at_base();
                self.weighed.clear();
                self.company.happens(event)
            }
            Event::Days(_) => {
                (self.weighed, self.base) = (BTreeMap::new(), 0);
                self.company.happens(event)
            }
            _ => {
                self.look_at_base();
                self.company.happens(event)
            }
        }
    }

    fn seen(&self) -> Book {
        self.company.db.seen(self.company.book.customer.id)
    }

    fn look_at_base(&mut self) {
        let linked = self.seen().values().filter(|s| s.in_book() && !s.links.is_empty()).count() as i64;
        self.base = self.base.max(linked);
    }

    /// A whole run, and all laws.
    fn run(&mut self, task: &Task) -> Result<(), String> {
        let (before, groups, leftover) = (self.seen(), self.groups(), self.leftover);
        let released = self.released();
        let End::Ran(ran) = self.watched(task, &before)? else { return Ok(()) };
        self.leftover = false;
        self.met.runs += 1;
        self.met.held += ran.held.len() as u64;
        self.within_limits(&ran, &released)?;
        self.nothing_left()?;
        self.turn += 1;
        // A contact group that a person deleted stays so, whatever is undone.
        let deleted_here = ran.free.iter().any(|o| named(o).ends_with(" group_untie"));
        if self.turn.is_multiple_of(3)
            && ran.outcome == Outcome::Done
            && !leftover
            && !deleted_here
            && !ran.free.is_empty()
        {
            self.there_and_back(&ran, &before, &groups)?;
        }
        Ok(())
    }

    /// A run or something like it, behind which marks may be left.
    fn quietly(&mut self, task: &Task) -> Result<(), String> {
        let (before, released) = (self.seen(), self.released());
        if let End::Ran(ran) = self.watched(task, &before)?
            && *task != Task::Look
        {
            self.leftover = false;
            self.within_limits(&ran, &released)?;
        }
        Ok(())
    }

    fn killed(&mut self, at: &[(&'static str, String)]) -> Result<(), String> {
        let before = self.seen();
        self.look_at_base();
        let end = self.company.child(&Task::Run, at)?;
        self.untouched(&before)?;
        self.leftover = end == End::Killed;
        self.met.kills += u64::from(self.leftover);
        // What it has applied is not told.
        self.weighed.clear();
        Ok(())
    }

    fn undone(&mut self) -> Result<(), String> {
        let runs = self.company.book.runs(10).unwrap();
        let Some(last) = runs.iter().find(|run| run.outcome == Outcome::Done) else { return Ok(()) };
        self.met.undone += u64::from(matches!(self.company.child(&Task::Undo(last.id), &[])?, End::Ran(_)));
        self.weighed.clear();
        Ok(())
    }

    /// Does a task and sees that nobody was touched whom it does not concern.
    fn watched(&mut self, task: &Task, before: &Book) -> Result<End, String> {
        self.look_at_base();
        let end = self.company.child(task, &[])?;
        if std::env::var_os("WHOSWHO_TEST_TELL").is_some() {
            println!("    {end:?}");
        }
        self.untouched(before)?;
        Ok(end)
    }

    /// No unlinked contact and nobody whom a person holds is changed.
    fn untouched(&self, before: &Book) -> Result<(), String> {
        let (after, company) = (self.seen(), &self.company);
        let held: BTreeSet<SourceId> =
            company.book.held_people(company.connection).unwrap().into_keys().collect();
        let waits = |seen: &Seen| seen.links.iter().any(|link| held.iter().any(|id| link.is_of(id)));
        for (contact, was) in before {
            let is = after.get(contact).cloned().unwrap_or_default();
            let foreign = was.links.is_empty() && is.links.is_empty() && !self.leftover;
            let changed = was.text != is.text || was.groups != is.groups;
            // The bin empties itself.
            if foreign && changed && (was.in_book() || is.in_book()) {
                return Err(format!("foreign contact {contact} was touched: {was:?} is {is:?}"));
            }
            if waits(was) && (changed || was.links != is.links) && (was.in_book() || is.in_book()) {
                return Err(format!("contact {contact} is held and was touched: {was:?} is {is:?}"));
            }
        }
        Ok(())
    }

    /// Source and kind of what a person has released.
    fn released(&self) -> BTreeSet<String> {
        let holds = self.company.book.holds(self.company.connection).unwrap();
        holds.iter().filter(|h| h.released).map(|h| format!("{} {}", h.source, h.kind.name())).collect()
    }

    /// What no person released stays within the guard's limit, since the last day began.
    fn within_limits(&mut self, ran: &Ran, released: &BTreeSet<String>) -> Result<(), String> {
        let policy = self.company.book.policy().unwrap();
        let guard = policy.guard;
        let limit = if (guard.count, guard.percent) == (10, 10) && self.base < 20 {
            (self.base / 2).max(1)
        } else {
            guard.count.max(self.base * guard.percent / 100)
        };
        for one in &ran.weighs {
            let (kind, operation) = one.split_once(' ').unwrap_or_default();
            if !released.contains(operation) {
                *self.weighed.entry(kind.to_owned()).or_default() += 1;
            }
        }
        self.met.over_limit += u64::from(ran.held.iter().any(|h| !h.starts_with(' ')));
        match self.weighed.iter().find(|(_, n)| **n > limit) {
            None => Ok(()),
            Some((kind, n)) => {
                Err(format!("{n} of {kind} at a limit of {limit} of {}: {:?}", self.base, ran.weighs))
            }
        }
    }

    /// Everybody is planned on a copy: nothing is left to do, and what waits is what the holds say.
    fn nothing_left(&mut self) -> Result<(), String> {
        let company = &self.company;
        let holds = company.book.holds(company.connection).unwrap();
        let waiting: BTreeSet<String> =
            holds.iter().filter(|h| !h.released).map(|h| format!("{} {}", h.source, h.kind.name())).collect();
        company.db.keep();
        company.book.set_policy(&[]).unwrap();
        let looked = company.child(&Task::Look, &[]);
        company.db.back();
        let End::Ran(everybody) = looked? else { return Ok(()) };
        // What the guard holds is planned again a day later only: until then it waits, though the book may have grown.
        let waits = |operation: &&String| waiting.contains(&named(operation));
        let left: Vec<&String> = everybody.free.iter().filter(|o| !waits(o)).collect();
        if !left.is_empty() {
            return Err(format!("left to do for everybody: {left:#?}"));
        }
        let still = everybody.free.iter().filter(waits).map(|o| named(o));
        let held = everybody.held.iter().filter(|h| !h.starts_with(' ')).cloned();
        let wanted: BTreeSet<String> = held.chain(still).collect();
        if wanted == waiting { Ok(()) } else { Err(format!("holds {waiting:?}, everybody's {wanted:?}")) }
    }

    fn groups(&self) -> Vec<String> {
        self.company.book.groups().unwrap().iter().map(|g| format!("{g:?}")).collect()
    }

    /// The book as it can be compared: an undone creation lies in the bin.
    fn shown(&self) -> (Book, Vec<String>) {
        (self.seen().into_iter().filter(|(_, seen)| seen.in_book()).collect(), self.groups())
    }

    /// Undo then run is undo, and the undo of an undo is the run again; on a copy.
    fn there_and_back(&mut self, ran: &Ran, before: &Book, groups: &[String]) -> Result<(), String> {
        let after = self.shown();
        let mut before = before.clone();
        before.retain(|_, seen| seen.in_book());
        self.company.db.keep();
        let tried = self.back_on_copy(ran, &(before, groups.to_vec()), &after);
        self.company.db.back();
        tried
    }

    fn back_on_copy(
        &mut self,
        ran: &Ran,
        before: &(Book, Vec<String>),
        after: &(Book, Vec<String>),
    ) -> Result<(), String> {
        let undo = |run: i64| Task::Undo(model::RunId(run));
        let End::Ran(undone) = self.company.child(&undo(ran.run), &[])? else { return Ok(()) };
        self.met.undone += 1;
        if undone.conflicts > 0 {
            return Err(format!("{} conflicts, though nobody meddled", undone.conflicts));
        }
        self.equals(before, "undone")?;
        self.company.child(&Task::Run, &[])?;
        self.equals(before, "undone, then run")?;
        let End::Ran(_) = self.company.child(&undo(undone.run), &[])? else { return Ok(()) };
        self.equals(after, "done again")?;
        self.company.child(&Task::Run, &[])?;
        self.equals(after, "done again, then run")
    }

    fn equals(&self, wanted: &(Book, Vec<String>), when: &str) -> Result<(), String> {
        let found = self.shown();
        if found.1 != wanted.1 {
            return Err(format!("{when}: groups {:?}, not {:?}", found.1, wanted.1));
        }
        let ids: BTreeSet<&i64> = found.0.keys().chain(wanted.0.keys()).collect();
        for id in ids {
            let (is, was) = (found.0.get(id), wanted.0.get(id));
            if is != was {
                return Err(format!("{when}: contact {id} is\n {is:?}, not\n {was:?}"));
            }
        }
        Ok(())
    }
}

/// Source and kind of an operation that was told.
fn named(operation: &str) -> String {
    operation.split(' ').take(2).collect::<Vec<_>>().join(" ")
}

/// An event as a reader understands it.
pub fn shown(event: Event) -> String {
    match event {
        Event::Policy(n) => {
            let (key, value) = SETTINGS[usize::from(n) % SETTINGS.len()];
            format!("Policy({n}) {key}={value}")
        }
        other => format!("{other:?}"),
    }
}
