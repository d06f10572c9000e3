//! Contact groups of the book: list, add, rename, delete; and what is done to many contacts at once: into a group, out of one, to
//! the bin.

use askama::Template;
use model::group::{LONGEST_NAME, folded};
use model::search::{Words, collation_key, terms};
use model::text::Breaks;
use model::{ContactId, GroupId, Right};
use store::{Book, GroupRow, Refusal, SignedIn, StoreError};

use crate::answer::{Answer, Outcome, Trouble};
use crate::frame::Frame;
use crate::page::ask::{Ask, said_yes};
use crate::page::book::group_of;
use crate::page::person::name_of;
use crate::visit::Visit;

/// Names that a question shows.
const NAMED: usize = 20;

#[derive(Template)]
#[template(path = "book-groups.html")]
struct Groups {
    f: Frame,
    rows: Vec<Row>,
    /// What was looked for.
    q: String,
    /// "3 Gruppen"
    found: String,
    name: String,
    error: String,
    may: bool,
    /// Whether a group of the tenant can be named.
    connected: bool,
    done: String,
}

/// A group in the list.
struct Row {
    n: i64,
    name: String,
    members: i64,
    from_365: bool,
}

/// The page.
pub fn list(visit: &Visit, person: &SignedIn, book: &Book) -> Outcome {
    Answer::page(&page(visit, person, book, "", String::new())?)
}

fn page(visit: &Visit, person: &SignedIn, book: &Book, name: &str, error: String) -> Result<Groups, Trouble> {
    let f = Frame::of_customer(visit, person, book, "book")?;
    let mut rows = book.group_rows()?;
    rows.sort_by_cached_key(|row| (collation_key(&row.group.name), row.group.id));
    let q = visit.query.get("q").to_owned();
    let wanted = terms(&q);
    rows.retain(|row| {
        let mut words = Words::default();
        words.add_text(&row.group.name);
        words.admit(&wanted)
    });
    let row = |row: GroupRow| Row {
        n: row.group.id.number(),
        members: row.members,
        from_365: row.group.source.is_some(),
        name: row.group.name.into(),
    };
    Ok(Groups {
        found: f.n("contact-groups-n", rows.len() as i64),
        rows: rows.into_iter().map(row).collect(),
        q,
        name: name.to_owned(),
        error,
        may: f.may(Right::Act),
        connected: book.connection()?.is_some(),
        done: match visit.query.get("done") {
            "added" => f.s("done-group-added"),
            "renamed" => f.s("done-group-renamed"),
            "deleted" => f.s("done-group-deleted"),
            "linked" => f.s("done-group-linked"),
            _ => String::new(),
        },
        f,
    })
}

fn to_list(book: &Book, done: &str) -> Outcome {
    Answer::to(&format!("/c/{}/groups?done={done}", book.customer.slug))
}

/// A name that a group may have; otherwise why not.
fn named(f: &Frame, book: &Book, name: &str, own: Option<GroupId>) -> Result<Option<String>, Trouble> {
    if name.is_empty() {
        return Ok(Some(f.s("group-nameless")));
    }
    if let Err(wrong) = show::values::fits(&f.s("group-name"), name, LONGEST_NAME, Breaks::None) {
        return Ok(Some(wrong));
    }
    let name = folded(name);
    let taken = book.groups()?.iter().any(|g| Some(g.id) != own && folded(&g.name) == name);
    Ok(taken.then(|| f.s("group-taken")))
}

/// Adds a group.
pub fn add(visit: &Visit, person: &SignedIn, book: &Book) -> Outcome {
    let f = Frame::of_customer(visit, person, book, "book")?;
    let name = visit.form.get("name");
    if let Some(wrong) = named(&f, book, name, None)? {
        return Answer::again(&page(visit, person, book, name, wrong)?);
    }
    book.add_group(name)?;
    to_list(book, "added")
}

/// The group that the path names.
fn row_of(visit: &Visit, book: &Book) -> Result<GroupRow, Trouble> {
    let id = group_of(visit.part("n"), book);
    book.group_rows()?.into_iter().find(|row| Some(row.group.id) == id).ok_or(Trouble::NotFound)
}

/// Asks for another name.
pub fn rename_form(visit: &Visit, person: &SignedIn, book: &Book) -> Outcome {
    rename_question(visit, person, book)?.page()
}

fn rename_question(visit: &Visit, person: &SignedIn, book: &Book) -> Result<Ask, Trouble> {
    let row = row_of(visit, book)?;
    let f = Frame::of_customer(visit, person, book, "book")?;
    let (heading, button) = (f.x("group-rename-h", &row.group.name), f.s("save"));
    let mut ask = Ask::new(f, format!("/c/{}/groups", book.customer.slug), heading, button);
    ask.typed = Some(("name", ask.f.s("group-name")));
    ask.danger = false;
    if row.group.source.is_some() {
        ask.error = ask.f.s("group-follows");
    }
    Ok(ask)
}

/// Renames it.
pub fn rename(visit: &Visit, person: &SignedIn, book: &Book) -> Outcome {
    let row = row_of(visit, book)?;
    let mut ask = rename_question(visit, person, book)?;
    let name = visit.form.get("name");
    if ask.error.is_empty() {
        ask.error = named(&ask.f, book, name, Some(row.group.id))?.unwrap_or_default();
    }
    if !ask.error.is_empty() {
        return ask.again(visit);
    }
    book.rename_group(row.group.id, name)?;
    to_list(book, "renamed")
}

/// Asks for which group of the tenant it stands.
pub fn link_form(visit: &Visit, person: &SignedIn, book: &Book) -> Outcome {
    link_question(visit, person, book)?.page()
}

fn link_question(visit: &Visit, person: &SignedIn, book: &Book) -> Result<Ask, Trouble> {
    let row = row_of(visit, book)?;
    let f = Frame::of_customer(visit, person, book, "book")?;
    let (heading, button) = (f.x("group-link-q", &row.group.name), f.s("group-link-sure"));
    let mut ask = Ask::new(f, format!("/c/{}/groups", book.customer.slug), heading, button);
    ask.texts = ["group-link-text", "group-link-stays", "subscribe-plan-text"].map(|key| ask.f.s(key)).into();
    ask.typed = Some(("source", ask.f.s("group-link-which")));
    ask.danger = false;
    Ok(ask)
}

/// Lets it stand for one, which is subscribed with it.
pub fn link(visit: &Visit, person: &SignedIn, book: &Book) -> Outcome {
    let row = row_of(visit, book)?;
    let mut ask = link_question(visit, person, book)?;
    if !said_yes(visit) {
        return ask.again(visit);
    }
    let typed = visit.form.get("source");
    let Some(connection) = book.connection()? else {
        ask.error = ask.f.s("why-not-connected");
        return ask.again(visit);
    };
    let (id, name) = (typed.parse().ok(), folded(typed));
    let mut found = book.living_groups(connection.id)?;
    if found.iter().any(|group| Some(&group.id) == id.as_ref()) {
        found.retain(|group| Some(&group.id) == id.as_ref());
    } else {
        found.retain(|group| folded(&group.name) == name);
    }
    let source = match found.as_slice() {
        [one] => &one.id,
        [] => {
            ask.error = ask.f.x("group-link-none", typed);
            return ask.again(visit);
        }
        several => {
            ask.error = ask.f.s("group-link-several");
            ask.lines = several.iter().map(|group| format!("{} · {}", group.name, group.id)).collect();
            return ask.again(visit);
        }
    };
    match book.link_group(connection.id, row.group.id, source) {
        Ok(()) => to_list(book, "linked"),
        Err(StoreError::Refused(Refusal::SourceGroupTaken(name))) => {
            ask.error = ask.f.x("group-link-taken", name);
            ask.again(visit)
        }
        Err(StoreError::Refused(_)) => {
            ask.error = ask.f.s("group-link-already");
            ask.again(visit)
        }
        Err(why) => Err(why.into()),
    }
}

/// Asks before a group goes.
pub fn delete_form(visit: &Visit, person: &SignedIn, book: &Book) -> Outcome {
    delete_question(visit, person, book)?.page()
}

fn delete_question(visit: &Visit, person: &SignedIn, book: &Book) -> Result<Ask, Trouble> {
    let row = row_of(visit, book)?;
    let f = Frame::of_customer(visit, person, book, "book")?;
    let (heading, button) = (f.x("group-delete-q", &row.group.name), f.s("group-delete-sure"));
    let mut ask = Ask::new(f, format!("/c/{}/groups", book.customer.slug), heading, button);
    ask.texts = vec![ask.f.n("group-delete-text", row.members)];
    if row.group.source.is_some() {
        ask.texts.push(ask.f.s("group-delete-365"));
    }
    Ok(ask)
}

/// Deletes it.
pub fn delete(visit: &Visit, person: &SignedIn, book: &Book) -> Outcome {
    let row = row_of(visit, book)?;
    if !said_yes(visit) {
        return delete_question(visit, person, book)?.again(visit);
    }
    book.remove_group(row.group.id)?;
    to_list(book, "deleted")
}

/// What is done to the contacts that are ticked in the list.
pub fn many(visit: &Visit, person: &SignedIn, book: &Book) -> Outcome {
    let f = Frame::of_customer(visit, person, book, "book")?;
    let back = format!("/c/{}/book", book.customer.slug);
    let own = |id: &ContactId| id.customer() == book.customer.id;
    let picked = visit.form.all("pick").filter_map(|text| book.store().contact_of(text.parse().ok()?));
    let picked: Vec<ContactId> = picked.filter(own).collect();
    if picked.is_empty() {
        let (heading, button) = (f.s("many-none"), f.s("back-word"));
        let mut ask = Ask::new(f, back.clone(), heading, button);
        (ask.danger, ask.action) = (false, back);
        ask.texts = vec![ask.f.s("many-none-text")];
        return ask.again(visit);
    }
    let group = group_of(visit.form.get("group"), book);
    match (visit.form.get("act"), group) {
        ("join", Some(group)) => {
            book.add_members(group, &picked, visit.now)?;
            Answer::to(&format!("{back}?group={}", group.number()))
        }
        ("leave", Some(group)) => {
            book.remove_members(group, &picked, visit.now)?;
            Answer::to(&format!("{back}?group={}", group.number()))
        }
        ("delete", _) if said_yes(visit) => {
            let mut select = url::form_urlencoded::Serializer::new(String::new());
            for id in &picked {
                if book.entry(*id)?.is_some() {
                    book.remove_contact(*id, visit.now)?;
                    select.append_pair("select", &book.public_id(*id).to_string());
                }
            }
            Answer::to(&format!("/c/{}/bin?done=removed&{}", book.customer.slug, select.finish()))
        }
        ("delete", _) => delete_many(f, book, back, &picked)?.page(),
        (..) => {
            let (heading, button) = (f.s("many-group"), f.s("many-group-sure"));
            let mut ask = Ask::new(f, back, heading, button);
            ask.hidden = hidden(book, &picked, "join");
            ask.danger = false;
            let groups = book.groups()?.into_iter().map(|g| (g.id.number().to_string(), g.name.into()));
            ask.choose = Some(("group", ask.f.s("group-word"), groups.collect()));
            ask.page()
        }
    }
}

fn hidden(book: &Book, picked: &[ContactId], act: &str) -> Vec<(String, String)> {
    let pick = picked.iter().map(|id| ("pick".to_owned(), book.public_id(*id).to_string()));
    pick.chain([("act".to_owned(), act.to_owned())]).collect()
}

fn delete_many(f: Frame, book: &Book, back: String, picked: &[ContactId]) -> Result<Ask, Trouble> {
    let entries = book.entries_by_id(picked)?;
    let n = entries.len() as i64;
    let (heading, button) = (f.n("many-delete-q", n), f.n("many-delete-sure", n));
    let mut ask = Ask::new(f, back, heading, button);
    ask.texts = vec![ask.f.s("delete-text")];
    if entries.iter().any(|entry| entry.linked.is_some()) {
        ask.texts.push(ask.f.s("delete-comes-back"));
    }
    ask.lines = entries.iter().take(NAMED).map(|entry| name_of(&ask.f, &entry.contact)).collect();
    if entries.len() > NAMED {
        ask.lines.push(ask.f.n("and-more", (entries.len() - NAMED) as i64));
    }
    ask.hidden = hidden(book, picked, "delete");
    Ok(ask)
}
