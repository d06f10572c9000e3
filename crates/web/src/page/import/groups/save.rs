//! The question before subscriptions change, and the change: who comes in is for the next run to plan, and what an end leaves is
//! told before (S9).

use model::SourceId;
use model::policy::Mode;
use store::{Book, ScopeChange, SignedIn, Switch, TickBase, TickOf};
use sync::Grouping;

use super::super::{digest, to_connection};
use super::Groups;
use crate::answer::{Answer, Outcome, Trouble};
use crate::frame::Frame;
use crate::page::ask::{Ask, said_yes};
use crate::visit::Visit;

/// Groups that the question names.
const NAMED: usize = 20;

/// What would change.
struct Changes<'g> {
    new: Vec<&'g Grouping>,
    ended: Vec<&'g Grouping>,
}

impl<'g> Changes<'g> {
    fn of(groups: &'g Groups) -> Self {
        let differ = groups.all().iter().filter(|g| groups.is_ticked(g) != groups.is_subscribed(g));
        let (new, ended) = differ.partition(|group| groups.is_ticked(group));
        Self { new, ended }
    }

    fn each(&self) -> impl Iterator<Item = (&'g SourceId, Switch)> {
        let new = self.new.iter().map(|group| (&group.group.id, Switch::On));
        new.chain(self.ended.iter().map(|group| (&group.group.id, Switch::Off)))
    }

    fn is_nothing(&self) -> bool {
        self.new.is_empty() && self.ended.is_empty()
    }

    fn digest(&self) -> String {
        digest(self.each().map(|(id, switch)| (id, u8::from(switch == Switch::On))))
    }
}

fn question(
    visit: &Visit,
    person: &SignedIn,
    book: &Book,
    (groups, changes): (&Groups, &Changes<'_>),
) -> Result<Ask, Trouble> {
    let f = Frame::of_customer(visit, person, book, "import")?;
    let (new, ended) = (changes.new.len() as i64, changes.ended.len() as i64);
    let parts = [("subscribe-new-n", new), ("subscribe-end-n", ended)];
    let told: Vec<String> = parts.into_iter().filter(|(_, n)| *n > 0).map(|(key, n)| f.n(key, n)).collect();
    let button = told.join(", ");
    let path = format!("/c/{}/import/groups", book.customer.slug);
    let mut ask = Ask::new(f, path.clone(), format!("{button}?"), button);
    (ask.danger, ask.action) = (false, path);
    ask.hidden = vec![("seen".into(), changes.digest())];
    let f = &ask.f;
    let mut texts = Vec::new();
    if new > 0 {
        texts.push(f.s("subscribe-new-text"));
        if groups.desk.policy.mode == Mode::Manual {
            texts.push(f.s("subscribe-manual-text"));
        }
    }
    if ended > 0 {
        texts.push(f.s("subscribe-end-text"));
    }
    texts.push(f.s("subscribe-plan-text"));
    let of = |key: &'static str| move |group: &&Grouping| f.x(key, &*group.group.name);
    let ends = changes.ended.iter().map(of("subscribe-line-end"));
    let mut lines: Vec<String> = changes.new.iter().map(of("subscribe-line-new")).chain(ends).collect();
    let more = lines.len().saturating_sub(NAMED) as i64;
    lines.truncate(NAMED);
    if more > 0 {
        lines.push(f.n("and-more", more));
    }
    (ask.texts, ask.lines) = (texts, lines);
    Ok(ask)
}

fn to_nothing(book: &Book) -> Outcome {
    Answer::to(&format!("/c/{}/import/groups?none=1", book.customer.slug))
}

/// Asks.
pub fn check(visit: &Visit, person: &SignedIn, book: &Book) -> Outcome {
    let Some(groups) = Groups::of(visit, book, person.account.id)? else { return to_connection(book) };
    let changes = Changes::of(&groups);
    if changes.is_nothing() {
        return to_nothing(book);
    }
    question(visit, person, book, (&groups, &changes))?.page()
}

/// Subscribes and ends subscriptions, unless the answer was about other groups than those that are ticked now.
pub fn save(visit: &Visit, person: &SignedIn, book: &Book) -> Outcome {
    let account = person.account.id;
    let Some(groups) = Groups::of(visit, book, account)? else { return to_connection(book) };
    let changes = Changes::of(&groups);
    if changes.is_nothing() {
        return to_nothing(book);
    }
    let mut ask = question(visit, person, book, (&groups, &changes))?;
    if !said_yes(visit) {
        return ask.again(visit);
    }
    if visit.form.get("seen") != changes.digest() {
        ask.error = ask.f.s("subscribe-other");
        return ask.again(visit);
    }
    let scope: Vec<ScopeChange> =
        changes.each().map(|(id, switch)| ScopeChange::Group(id.clone(), switch)).collect();
    let connection = groups.desk.connection.id;
    book.change_scope(connection, &scope)?;
    book.tick_all(connection, account, (TickOf::Groups, visit.now), TickBase::First)?;
    let (new, ended) = (changes.new.len(), changes.ended.len());
    Answer::to(&format!("/c/{}/import/groups?saved=1&new={new}&ended={ended}", book.customer.slug))
}
