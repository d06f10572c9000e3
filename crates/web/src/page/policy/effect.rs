//! What changed rules would do, before they are saved: rule by rule what changes, then how many contacts come, change and go, and who
//! they are. It is computed from what was read last, as a job; nothing is stored until somebody saves.

use std::time::Duration;

use askama::Template;
use store::{Book, ConnectionRow, PolicyChange, Rules, SignedIn};
use sync::Trial;

use super::change::{self, pairs, query};
use super::diff::{ChangeRow, meanwhile, pairs_of, rows};
use super::shown::{after_saving, shown};
use crate::answer::{Answer, Outcome, Trouble};
use crate::frame::Frame;
use crate::jobs::{Attempt, End, Job, JobKind};
use crate::page::live::part::{LivePart, Part, part};
use crate::page::plan::Line;
use crate::visit::Visit;

/// What is computed this soon needs no page that waits.
pub(super) const SOON: Duration = Duration::from_millis(1_500);
#[derive(Template)]
#[template(path = "policy-effect.html")]
pub(super) struct EffectPage {
    pub f: Frame,
    /// The page of the rules.
    pub path: String,
    pub sentence: String,
    pub sub: String,
    pub rows: Vec<ChangeRow>,
    /// What somebody else has changed since, of the same rules.
    pub meanwhile: Vec<ChangeRow>,
    pub is_meanwhile: bool,
    pub counts: Vec<Count>,
    /// What else is to be known, a sentence each.
    pub told: Vec<String>,
    pub names: String,
    pub lines: Vec<Line>,
    pub found: String,
    pub before: Option<String>,
    pub after: Option<String>,
    /// While it is computed.
    pub waits: Option<Part>,
    pub events: String,
    pub hidden: Vec<(String, String)>,
    pub query: String,
    /// Whether it can be saved.
    pub ready: Ready,
    pub note: String,
    /// Customers that inherit, of the operator's rules.
    pub heirs: Vec<HeirRow>,
    /// How many more there are.
    pub more_heirs: i64,
    pub of_operator: bool,
}

/// Whether changed rules can be saved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ready {
    /// Not before their effect is known.
    No,
    /// They can, though not all of it is known yet.
    Unseen,
    /// They can.
    Yes,
}

impl Ready {
    pub fn can_be_saved(self) -> bool {
        self != Self::No
    }

    pub fn is_unseen(self) -> bool {
        self == Self::Unseen
    }
}

/// A number of what would happen.
pub(super) struct Count {
    pub n: String,
    pub tone: &'static str,
    pub text: String,
    pub href: String,
    pub current: bool,
}

/// A customer that inherits.
pub(super) struct HeirRow {
    pub name: String,
    pub href: String,
    pub keys: String,
    /// What would become of its contacts.
    pub effect: String,
}

/// Tries a change and goes where its effect is shown.
pub fn begin(visit: &Visit, person: &SignedIn, book: &Book, change: &PolicyChange) -> Outcome {
    let to = format!("/c/{}/policy/effect?{}", book.customer.slug, query(change));
    if is_read(book)? {
        // Anew, whatever was tried before: the book may be another one by now.
        start(visit, person, book, change)?;
    }
    Answer::to(&to)
}

fn is_read(book: &Book) -> Result<bool, Trouble> {
    Ok(book.connection()?.is_some_and(|connection| connection.complete))
}

/// Begins to compute; answers the job, or `None` where something else is under way here.
fn start(
    visit: &Visit,
    person: &SignedIn,
    book: &Book,
    change: &PolicyChange,
) -> Result<Option<std::sync::Arc<Job>>, Trouble> {
    let jobs = &visit.web.jobs;
    if jobs.of(book.customer.id).is_some_and(|job| !job.has_ended()) {
        return Ok(None);
    }
    let attempt = attempt(book, change, query(change))?;
    let job = jobs.begin(book, JobKind::Try(Box::new(attempt)), &person.account.name);
    let mut watching = job.watch();
    let ended = watching.wait_for(|state| state.end.is_some());
    let _ =
        tokio::runtime::Handle::current().block_on(async { tokio::time::timeout(SOON, ended).await.is_ok() });
    Ok(Some(job))
}

fn attempt(book: &Book, change: &PolicyChange, query: String) -> Result<Attempt, Trouble> {
    let now = book.rules()?;
    let after = book.rules_after(change)?;
    let trial = Trial { policy: after.policy, everybody: after.everybody };
    Ok(Attempt { change: change.clone(), trial, seen: now.digest(), query })
}

/// The customer's job, if it tries just this over the rules as they are now.
fn tried(visit: &Visit, book: &Book, change: &PolicyChange, seen: i64) -> Option<std::sync::Arc<Job>> {
    let job = visit.web.jobs.of(book.customer.id)?;
    let is_this = matches!(&job.kind, JobKind::Try(of) if of.change == *change && of.seen == seen);
    let is_usable = !matches!(job.state().end.as_deref(), Some(End::Refused(_) | End::Stopped));
    (is_this && is_usable).then_some(job)
}

/// The page.
pub fn effect(visit: &Visit, person: &SignedIn, book: &Book) -> Outcome {
    let f = Frame::of_customer(visit, person, book, "policy")?;
    let path = format!("/c/{}/policy", book.customer.slug);
    let change = change::of_query(&visit.query);
    if change.is_empty() {
        return Answer::to(&path);
    }
    if visit.query.get("again") == "1" {
        return begin(visit, person, book, &change);
    }
    let (now, then) = (book.rules()?, book.rules_after(&change)?);
    let mut page = frame(f, path, (&now, &then, &change));
    page.meanwhile = meanwhile(&page.f, visit, &now, &then);
    page.is_meanwhile = visit.query.all("was").next().is_some();
    let connection = book.connection()?;
    match connection.filter(|connection| connection.complete) {
        None => {
            page.sentence = page.f.s("policy-unread-h");
            page.told = vec![page.f.s("policy-unread")];
            page.ready = Ready::Yes;
        }
        Some(connection) => {
            let job = match tried(visit, book, &change, now.digest()) {
                Some(job) => Some(job),
                None => start(visit, person, book, &change)?,
            };
            computed(visit, book, &connection, &mut page, (job.as_deref(), &now, &then))?;
        }
    }
    page.told.extend(after_saving(&page.f, book, (&now, &then)));
    Answer::page(&page)
}

/// The page without its effect.
pub(super) fn frame(
    f: Frame,
    path: String,
    (now, then, change): (&Rules, &Rules, &PolicyChange),
) -> EffectPage {
    let was = pairs_of(now).into_iter().map(|(key, value)| ("was".to_owned(), format!("{key}={value}")));
    let mut hidden = pairs(change);
    hidden.push(("seen".to_owned(), now.digest().to_string()));
    hidden.extend(was);
    EffectPage {
        sentence: String::new(),
        sub: f.s("policy-effect-sub"),
        rows: rows(&f, now, then, change),
        meanwhile: Vec::new(),
        is_meanwhile: false,
        counts: Vec::new(),
        told: Vec::new(),
        names: String::new(),
        lines: Vec::new(),
        found: String::new(),
        before: None,
        after: None,
        waits: None,
        events: String::new(),
        query: query(change),
        ready: Ready::No,
        note: String::new(),
        heirs: Vec::new(),
        more_heirs: 0,
        of_operator: false,
        hidden,
        path,
        f,
    }
}

fn computed(
    visit: &Visit,
    book: &Book,
    connection: &ConnectionRow,
    page: &mut EffectPage,
    (job, now, then): (Option<&Job>, &Rules, &Rules),
) -> Result<(), Trouble> {
    let Some(job) = job else {
        page.sentence = page.f.s("policy-busy-h");
        page.note = page.f.s("policy-busy");
        page.events = format!("/c/{}/live", book.customer.slug);
        return Ok(());
    };
    let state = job.state();
    match state.end.as_deref() {
        Some(End::Tried(effect)) => {
            page.ready = Ready::Yes;
            shown(visit, book, connection, page, (effect, now, then))
        }
        Some(_) => {
            page.sentence = page.f.s("policy-failed-h");
            page.note = part(&page.f, book, Some(job))?.map(|part| part.error).unwrap_or_default();
            Ok(())
        }
        None => {
            page.sentence = page.f.s("policy-trying-h");
            page.waits = part(&page.f, book, Some(job))?;
            page.events = format!("/c/{}/live/events", book.customer.slug);
            Ok(())
        }
    }
}

impl EffectPage {
    fn live(&self) -> Option<LivePart<'_>> {
        self.waits.as_ref().map(|part| LivePart { f: &self.f, part })
    }
}
