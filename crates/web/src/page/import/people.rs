//! Import by hand (S7): the tenant's people, searched and paged by the server, with how each stands towards the book; ticked all,
//! by group or one by one; and the import of whoever is ticked, which says before what becomes of them.

mod asked;
mod import;
pub(super) mod rows;

use askama::Template;
use model::run::{Outcome as End, RunKind};
use model::{Field, Right, RunId};
use store::{AccountId, Book, Filter, Place, SignedIn, TickBase, TickOf, Ticks};
use sync::{Mark, Someone};

use self::asked::Asked;
use self::rows::Row;
use super::{Desk, Head, Tab, stretch, to_connection};
use crate::answer::{Answer, Outcome, Trouble};
use crate::form::Form;
use crate::frame::Frame;
use crate::page::person::name_of;
use crate::visit::Visit;

pub use self::import::{check, run};

/// People on a page.
const PAGE: usize = 50;
/// Contacts of the book that are shown below.
const CONTACTS: i64 = 10;
/// Names of groups that a field suggests while somebody types.
const SUGGESTED: usize = 100;

#[derive(Template)]
#[template(path = "import.html")]
struct Page {
    f: Frame,
    head: Head,
    done: Done,
    sub: String,
    here: String,
    asked: Asked,
    shows: Vec<(&'static str, String, bool)>,
    group: String,
    group_error: String,
    candidates: Vec<(String, String, String)>,
    suggested: Vec<String>,
    filtered: bool,
    rows: Vec<Row>,
    found: String,
    /// Addresses for whoever only looks.
    before: Option<String>,
    after: Option<String>,
    left_out: String,
    /// Ticked, and of these not on this page.
    ticked: i64,
    elsewhere: i64,
    /// Whom the buttons for all would tick.
    tickable: i64,
    may: bool,
    contacts: Vec<(String, String, String)>,
    in_all: i64,
}

/// A message about what was done.
#[derive(Default)]
struct Done {
    text: String,
    /// The run's page.
    run: String,
    findings: String,
}

/// Whether somebody is ticked.
fn is_ticked(ticks: &Ticks, someone: &Someone) -> bool {
    someone.can_be_ticked() && ticks.has(&someone.id, someone.is_ticked_at_first())
}

fn ticks(visit: &Visit, book: &Book, desk: &Desk, account: AccountId) -> Result<Ticks, Trouble> {
    Ok(book.ticks(desk.connection.id, account, TickOf::People, visit.now)?)
}

/// The page.
pub fn page(visit: &Visit, person: &SignedIn, book: &Book) -> Outcome {
    let Some(desk) = Desk::of(visit, book)? else { return to_connection(book) };
    let f = Frame::of_customer(visit, person, book, "import")?;
    let ticks = ticks(visit, book, &desk, person.account.id)?;
    let asked = Asked::read(&visit.query);
    let found = asked.find(book, &desk, &ticks)?;
    let place = |id: &str| desk.roster.place(&id.parse().ok()?);
    let range = stretch(&found.places, place(&asked.after), place(&asked.before), PAGE);
    let (first, last, total) = (range.start, range.end, found.places.len());
    let people = desk.roster.people();
    let shown: Vec<&Someone> =
        found.places.get(range).unwrap_or_default().iter().filter_map(|at| people.get(*at)).collect();
    let rows = rows::rows(&f, book, &desk, (&shown, &ticks))?;
    let ticked = people.iter().filter(|p| is_ticked(&ticks, p)).count() as i64;
    let here = rows.iter().filter(|row| row.ticked).count() as i64;
    let of_all = || found.places.iter().filter_map(|at| people.get(*at));
    let page = |word: &str, someone: Option<&&Someone>| {
        someone.map(|someone| asked.link(&desk, book, &[(word, &someone.id.to_string())]))
    };
    let may = f.may(Right::Act);
    let size = book.size()?;
    Answer::page(&Page {
        head: desk.head(&f, book, Tab::People),
        done: done(visit, &f, book)?,
        sub: sub(&f, people),
        here: asked.query(&desk),
        shows: asked.shows(&f),
        group: found.group_name(&asked),
        group_error: found.group_error(&f, &asked),
        candidates: found.candidates(&f, |id| asked.link_to_group(book, id)),
        suggested: desk.roster.groups().iter().take(SUGGESTED).map(|g| g.group.name.to_string()).collect(),
        filtered: asked.is_filtered(),
        found: if total == 0 { String::new() } else { f.pager(first as i64 + 1, last as i64, total as i64) },
        before: page("before", shown.first()).filter(|_| first > 0),
        after: page("after", shown.last()).filter(|_| last < total),
        left_out: left_out(&f, people),
        elsewhere: ticked - here,
        tickable: of_all().filter(|p| p.can_be_ticked()).count() as i64,
        contacts: if desk.connection.complete && total > 0 { Vec::new() } else { contacts(&f, book, visit)? },
        in_all: size.contacts,
        ticked,
        may,
        rows,
        asked,
        f,
    })
}

/// "512 Benutzer in Microsoft 365, 471 davon im Kontaktbuch."
fn sub(f: &Frame, people: &[Someone]) -> String {
    let there = people.iter().filter(|p| matches!(p.mark, Mark::InBook(_))).count();
    f.t.nw("import-counts", people.len() as i64, &[("there", &f.number(there as i64))])
}

fn left_out(f: &Frame, people: &[Someone]) -> String {
    let odd = people.iter().filter(|p| p.can_be_ticked() && p.odd.is_some()).count() as i64;
    if odd > 0 { f.n("import-left-out", odd) } else { String::new() }
}

fn done(visit: &Visit, f: &Frame, book: &Book) -> Result<Done, Trouble> {
    let text = |key| Done { text: f.s(key), ..Done::default() };
    if visit.query.get("loaded") == "1" {
        return Ok(text("import-loaded"));
    }
    if visit.query.get("mode") == "1" {
        return Ok(text("import-mode-done"));
    }
    if visit.query.get("none") == "1" {
        return Ok(text("import-none"));
    }
    let run = visit.query.get("run").parse().ok().map(|id| book.run(RunId(id))).transpose()?.flatten();
    let Some(run) = run.filter(|run| run.kind == RunKind::Import && run.outcome == End::Done) else {
        return Ok(Done::default());
    };
    let found = book.findings(run.id)?.len() as i64;
    Ok(Done {
        text: imported(f, &run.counts),
        run: format!("/c/{}/runs/{}", book.customer.slug, run.id.0),
        findings: if found > 0 { f.n("import-findings", found) } else { String::new() },
    })
}

/// "2 Benutzer importiert, 1 mit vorhandenen Kontakten verknüpft."
pub fn imported(f: &Frame, counts: &model::run::Counts) -> String {
    let all = counts.created + counts.adopted + counts.restored;
    f.t.nw("import-ok", all, &[("linked", &f.number(counts.adopted))])
}

/// The book as it is, from its beginning: name, address and where a click leads.
fn contacts(f: &Frame, book: &Book, visit: &Visit) -> Result<Vec<(String, String, String)>, Trouble> {
    let page = book.sorted(&Filter::default(), Place::Start, CONTACTS, visit.now)?;
    let line = |hit: store::Hit| {
        let contact = hit.entry.contact;
        let href = format!("/c/{}/book/{}", book.customer.slug, book.public_id(contact.id));
        (href, name_of(f, &contact), contact.values.get(Field::Email).unwrap_or_default().to_owned())
    };
    Ok(page.hits.into_iter().map(line).collect())
}

/// Keeps what is ticked on the page that was sent, and goes where its button says.
pub fn pick(visit: &Visit, person: &SignedIn, book: &Book) -> Outcome {
    let Some(desk) = Desk::of(visit, book)? else { return to_connection(book) };
    let account = person.account.id;
    keep_ticks(visit, book, &desk, account)?;
    let form = &visit.form;
    let here = Asked::read(&Form::read(form.raw("here").as_bytes()));
    let typed = Asked::typed(form, &here, &desk);
    let edge = |id: Option<&str>| id.unwrap_or_default().to_owned();
    let to = match form.get("go") {
        "next" => here.link(&desk, book, &[("after", &edge(form.all("row").last()))]),
        "prev" => here.link(&desk, book, &[("before", &edge(form.all("row").next()))]),
        "all" => return tick_found(visit, book, &desk, (account, &here, true)),
        "none" => return tick_found(visit, book, &desk, (account, &here, false)),
        "first" => {
            book.tick_all(desk.connection.id, account, (TickOf::People, visit.now), TickBase::First)?;
            here.link(&desk, book, &[])
        }
        "import" => format!("/c/{}/import/check", book.customer.slug),
        "clear" => format!("/c/{}/import", book.customer.slug),
        other => match other.strip_prefix("group:") {
            Some(id) => typed.link_to_group(book, id),
            None => typed.link(&desk, book, &[]),
        },
    };
    Answer::to(&to)
}

/// What the boxes of one page say: each row is named, and the ticked ones once more.
fn keep_ticks(visit: &Visit, book: &Book, desk: &Desk, account: AccountId) -> Result<(), Trouble> {
    let ticks = ticks(visit, book, desk, account)?;
    let ticked: std::collections::BTreeSet<&str> = visit.form.all("u").collect();
    let of = |row: &str| {
        let place = desk.roster.place(&row.parse().ok()?)?;
        let someone = desk.roster.people().get(place).filter(|p| p.can_be_ticked())?;
        let now = ticked.contains(row);
        (is_ticked(&ticks, someone) != now).then(|| (someone.id.clone(), now))
    };
    let changed = visit.form.all("row").filter_map(of).collect();
    Ok(book.tick(desk.connection.id, account, (TickOf::People, visit.now), &changed)?)
}

/// Ticks or unticks all whom the page finds, those on its other pages included.
fn tick_found(
    visit: &Visit,
    book: &Book,
    desk: &Desk,
    (account, here, tick): (AccountId, &Asked, bool),
) -> Outcome {
    let of = (TickOf::People, visit.now);
    if here.is_filtered() {
        let ticks = ticks(visit, book, desk, account)?;
        let found = here.find(book, desk, &ticks)?;
        let people = found.places.iter().filter_map(|at| desk.roster.people().get(*at));
        let other = people.filter(|p| p.can_be_ticked() && is_ticked(&ticks, p) != tick);
        let other = other.map(|p| (p.id.clone(), tick)).collect();
        book.tick(desk.connection.id, account, of, &other)?;
    } else {
        let base = if tick { TickBase::Everybody } else { TickBase::Nobody };
        book.tick_all(desk.connection.id, account, of, base)?;
    }
    Answer::to(&here.link(desk, book, &[]))
}
