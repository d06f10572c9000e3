//! The question before an import by hand, and the import: what becomes of whom is told before anything is done.

use std::collections::BTreeSet;
use std::sync::Arc;

use model::SourceId;
use store::{Book, SignedIn};
use sync::{Mark, Someone};

use super::super::{Desk, digest, is_busy, to_connection};
use super::{is_ticked, rows, ticks};
use crate::answer::{Answer, Outcome, Trouble};
use crate::frame::Frame;
use crate::jobs::JobKind;
use crate::page::ask::{Ask, said_yes};
use crate::page::live;
use crate::visit::Visit;

/// People that the question names.
const NAMED: usize = 20;

/// Everybody who is ticked, and the addresses that keep people out: two who belong in the book have them.
struct Ticked<'r>(Vec<&'r Someone>, BTreeSet<i64>);

impl<'r> Ticked<'r> {
    fn of(visit: &Visit, person: &SignedIn, book: &Book, desk: &'r Desk) -> Result<Self, Trouble> {
        let ticks = ticks(visit, book, desk, person.account.id)?;
        let (mut ticked, mut once, mut several) = (Vec::new(), BTreeSet::new(), BTreeSet::new());
        for someone in desk.roster.people() {
            let picked = is_ticked(&ticks, someone);
            if picked {
                ticked.push(someone);
            }
            let belongs = picked || matches!(someone.mark, Mark::InBook(_));
            several.extend(someone.key.filter(|key| belongs && someone.shares && !once.insert(*key)));
        }
        Ok(Self(ticked, several))
    }

    /// Whether nobody is made of somebody, for the address is another's as well.
    fn is_kept_out(&self, someone: &Someone) -> bool {
        someone.key.is_some_and(|key| self.1.contains(&key))
    }

    /// What the question is about: these people, and what becomes of each.
    fn digest(&self) -> String {
        let code = |mark| match mark {
            Mark::New => 0,
            Mark::WillLink(_) => 1,
            Mark::Apart(_) => 2,
            Mark::InBook(_) | Mark::Excluded | Mark::KeptOut => 3,
        };
        digest(self.0.iter().map(|someone| (&someone.id, code(someone.mark))))
    }

    fn count(&self, is: impl Fn(&Someone) -> bool) -> i64 {
        self.0.iter().filter(|someone| is(someone)).count() as i64
    }
}

fn question(
    visit: &Visit,
    person: &SignedIn,
    book: &Book,
    (desk, ticked): (&Desk, &Ticked<'_>),
) -> Result<Ask, Trouble> {
    let f = Frame::of_customer(visit, person, book, "import")?;
    let n = ticked.0.len() as i64;
    let (heading, button) = (f.n("import-q", n), f.n("import-n", n));
    let mut ask = Ask::new(f, format!("/c/{}/import", book.customer.slug), heading, button);
    ask.danger = false;
    ask.action = format!("/c/{}/import", book.customer.slug);
    ask.hidden = vec![("seen".into(), ticked.digest())];
    let f = &ask.f;
    let counts = [
        ("import-will-new", ticked.count(|p| p.mark == Mark::New && !ticked.is_kept_out(p))),
        ("import-will-link", ticked.count(|p| matches!(p.mark, Mark::WillLink(_)) && !ticked.is_kept_out(p))),
        ("import-will-not", ticked.count(|p| matches!(p.mark, Mark::Apart(_)) && !ticked.is_kept_out(p))),
        ("import-will-share", ticked.count(|p| ticked.is_kept_out(p))),
        ("import-will-odd", ticked.count(|p| p.odd.is_some())),
    ];
    let mut texts: Vec<String> =
        counts.into_iter().filter(|(_, n)| *n > 0).map(|(key, n)| f.n(key, n)).collect();
    texts.push(f.s("import-only-these"));
    let named: Vec<SourceId> = ticked.0.iter().take(NAMED).map(|p| p.id.clone()).collect();
    let known = book.mirror_users(desk.connection.id, &named)?;
    let line = |someone: &&Someone| {
        let name = rows::name(f, known.get(&someone.id).map(|mirror| &mirror.user));
        let shares = ticked.is_kept_out(someone).then(|| f.s("import-odd-shares"));
        format!("{name}: {}", shares.unwrap_or_else(|| rows::mark_text(f, someone.mark)))
    };
    let mut lines: Vec<String> = ticked.0.iter().take(NAMED).map(line).collect();
    if ticked.0.len() > NAMED {
        lines.push(f.n("and-more", (ticked.0.len() - NAMED) as i64));
    }
    (ask.texts, ask.lines) = (texts, lines);
    Ok(ask)
}

fn to_nobody(book: &Book) -> Outcome {
    Answer::to(&format!("/c/{}/import?none=1", book.customer.slug))
}

/// Asks.
pub fn check(visit: &Visit, person: &SignedIn, book: &Book) -> Outcome {
    let Some(desk) = Desk::of(visit, book)? else { return to_connection(book) };
    let ticked = Ticked::of(visit, person, book, &desk)?;
    if ticked.0.is_empty() {
        return to_nobody(book);
    }
    question(visit, person, book, (&desk, &ticked))?.page()
}

/// Imports, unless the answer was about others than those who are ticked now.
pub fn run(visit: &Visit, person: &SignedIn, book: &Book) -> Outcome {
    let Some(desk) = Desk::of(visit, book)? else { return to_connection(book) };
    let ticked = Ticked::of(visit, person, book, &desk)?;
    if ticked.0.is_empty() {
        return to_nobody(book);
    }
    let mut ask = question(visit, person, book, (&desk, &ticked))?;
    if !said_yes(visit) {
        return ask.again(visit);
    }
    if visit.form.get("seen") != ticked.digest() {
        ask.error = ask.f.s("import-other");
        return ask.again(visit);
    }
    if is_busy(visit, book)? {
        ask.error = ask.f.s("import-busy");
        return ask.again(visit);
    }
    let people: Arc<[SourceId]> = ticked.0.iter().map(|someone| someone.id.clone()).collect();
    live::begin(visit, person, book, JobKind::Import { people, account: person.account.id })
}
