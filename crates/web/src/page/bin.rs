//! The bin (W4): removed contacts with the days that are left, and back with those that are ticked. An address may tick some:
//! `?select=ID` opens the page with them, `?plan=N` with those that a plan removed, as mails about it do.

use std::collections::BTreeSet;

use askama::Template;
use model::plan::OpKind;
use model::{ContactId, Field, PlanId, Right, Timestamp};
use store::{Back, Book, KEPT_DAYS, SignedIn, StoreError};
use sync::{RunError, Silent, Want};
use tokio::runtime::Handle;

use crate::answer::{Answer, Outcome, Trouble};
use crate::frame::{Frame, colour, initials};
use crate::page::person::name_of;
use crate::visit::Visit;

/// Contacts on a page.
const PAGE: i64 = 100;
/// Contacts that are brought back at once; each is a run of its own where the customer is connected.
const AT_ONCE: usize = 200;

#[derive(Template)]
#[template(path = "bin.html")]
struct Bin {
    f: Frame,
    rows: Vec<Row>,
    behind: Option<String>,
    may: bool,
    /// The plan whose contacts are ticked; empty where it is none.
    plan: String,
    ticked: i64,
    done: String,
    error: String,
}

/// A contact in the bin.
struct Row {
    id: String,
    name: String,
    initials: String,
    colour: u8,
    email: String,
    since: String,
    left: String,
    ticked: bool,
}

/// The page.
pub fn list(visit: &Visit, person: &SignedIn, book: &Book) -> Outcome {
    let f = Frame::of_customer(visit, person, book, "book")?;
    let done = match visit.query.get("done") {
        "removed" => f.s("done-removed"),
        "restored" => f.n("done-restored", visit.query.get("n").parse().unwrap_or(1)),
        _ => String::new(),
    };
    let mut ticked = ids(book, visit.query.all("select"));
    if let Ok(plan) = visit.query.get("plan").parse() {
        ticked.extend(removed_by(book, PlanId(plan))?);
    }
    Answer::page(&page(f, visit, book, (&ticked, done, String::new()))?)
}

/// Whom a plan removed and who is still in the bin, as many as are brought back at once.
fn removed_by(book: &Book, plan: PlanId) -> Result<BTreeSet<ContactId>, Trouble> {
    let (mut found, mut after) = (BTreeSet::new(), 0);
    loop {
        let rows = match book.plan_rows(plan, after, 1_000) {
            // Past its term, or nobody's here.
            Err(StoreError::NotFound) => return Ok(found),
            rows => rows?,
        };
        let Some(last) = rows.last() else { return Ok(found) };
        after = last.n;
        let removed = rows.iter().filter(|row| row.kind == OpKind::Remove && row.held.is_none());
        for id in removed.filter_map(|row| row.contact) {
            if book.binned(id)?.is_some() {
                found.insert(id);
            }
            if found.len() == AT_ONCE {
                return Ok(found);
            }
        }
    }
}

fn page(
    f: Frame,
    visit: &Visit,
    book: &Book,
    (ticked, done, error): (&BTreeSet<ContactId>, String, String),
) -> Result<Bin, Trouble> {
    let mut found = book.bin_page(behind(visit, book), PAGE)?;
    let last = found.last().filter(|_| found.len() as i64 == PAGE);
    let behind = last.map(|(contact, at)| format!("?after={}&at={}", book.public_id(contact.id), at.0));
    // Whom an address names is shown, however long ago that was.
    for id in ticked.iter().take(AT_ONCE) {
        if !found.iter().any(|(contact, _)| contact.id == *id)
            && let Some(binned) = book.binned(*id)?
        {
            found.insert(0, (binned.contact, binned.since));
        }
    }
    let row = |(contact, since): &(model::Contact, Timestamp)| {
        let name = name_of(&f, contact);
        Row {
            id: book.public_id(contact.id).to_string(),
            initials: initials(&name),
            colour: colour(&name),
            name,
            email: contact.values.get(Field::Email).unwrap_or_default().to_owned(),
            since: f.times.short(*since),
            left: f.n("days-left", f.times.days_until(since.plus_days(KEPT_DAYS)).unwrap_or_default().max(0)),
            ticked: ticked.contains(&contact.id),
        }
    };
    let rows = found.iter().map(row).collect();
    let plan = [&visit.query, &visit.form].map(|form| form.get("plan").to_owned());
    let plan = plan.into_iter().find(|plan| plan.parse::<i64>().is_ok()).unwrap_or_default();
    let ticked = ticked.len().min(AT_ONCE) as i64;
    Ok(Bin { rows, behind, may: f.may(Right::Act), plan, ticked, done, error, f })
}

fn behind(visit: &Visit, book: &Book) -> Option<(Timestamp, ContactId)> {
    let id = visit.query.get("after").parse().ok().and_then(|id| book.store().contact_of(id))?;
    Some((Timestamp(visit.query.get("at").parse().ok()?), id))
}

fn ids<'a>(book: &Book, texts: impl Iterator<Item = &'a str>) -> BTreeSet<ContactId> {
    let own = |id: &ContactId| id.customer() == book.customer.id;
    texts.filter_map(|text| book.store().contact_of(text.parse().ok()?)).filter(own).collect()
}

/// Brings those that are ticked back: where the customer is connected by an undo, so that no run removes them again.
pub fn restore(visit: &Visit, person: &SignedIn, book: &Book) -> Outcome {
    let f = Frame::of_customer(visit, person, book, "book")?;
    let ticked = ids(book, visit.form.all("select"));
    if ticked.is_empty() {
        let error = f.s("bin-none-ticked");
        return Answer::again(&page(f, visit, book, (&ticked, String::new(), error))?);
    }
    let connected = book.connection()?.is_some();
    let mut n = 0;
    for id in ticked.iter().take(AT_ONCE) {
        if book.binned(*id)?.is_none() {
            continue;
        }
        let back = if connected {
            undo(book, *id)
        } else {
            book.restore_contact(*id, visit.now).map_err(RunError::from)
        };
        match back {
            Ok(()) => n += 1,
            Err(why) => {
                let error = show::texts::run_error(&why);
                return Answer::again(&page(f, visit, book, (&ticked, String::new(), error))?);
            }
        }
    }
    let plan =
        visit.form.get("plan").parse::<i64>().map_or_else(|_| String::new(), |plan| format!("&plan={plan}"));
    Answer::to(&format!("/c/{}/bin?done=restored&n={n}{plan}", book.customer.slug))
}

fn undo(book: &Book, id: ContactId) -> Result<(), RunError> {
    Handle::current().block_on(sync::undo(book, Back::Removal(id), Want::Apply, &Silent)).map(drop)
}
