//! What a sent page of groups ticks, and where its button leads.

use std::collections::BTreeSet;

use store::{AccountId, Book, SignedIn, TickBase, TickOf};

use super::super::to_connection;
use super::{Asked, Groups};
use crate::answer::{Answer, Outcome, Trouble};
use crate::form::Form;
use crate::visit::Visit;

/// Keeps what is ticked on the page that was sent, and goes where its button says.
pub fn pick(visit: &Visit, person: &SignedIn, book: &Book) -> Outcome {
    let account = person.account.id;
    let Some(groups) = Groups::of(visit, book, account)? else { return to_connection(book) };
    keep_ticks(visit, book, &groups, account)?;
    let form = &visit.form;
    let here = Asked::read(&Form::read(form.raw("here").as_bytes()));
    let typed = Asked { after: String::new(), before: String::new(), ..Asked::read(form) };
    let edge = |id: Option<&str>| id.unwrap_or_default().to_owned();
    let to = match form.get("go") {
        "next" => here.link(book, &[("after", &edge(form.all("row").last()))]),
        "prev" => here.link(book, &[("before", &edge(form.all("row").next()))]),
        "all" => return tick_found(visit, book, &groups, (account, &here, true)),
        "none" => return tick_found(visit, book, &groups, (account, &here, false)),
        "first" => {
            let of = (TickOf::Groups, visit.now);
            book.tick_all(groups.desk.connection.id, account, of, TickBase::First)?;
            here.link(book, &[])
        }
        "save" => format!("/c/{}/import/groups/check", book.customer.slug),
        "clear" => format!("/c/{}/import/groups", book.customer.slug),
        _ => typed.link(book, &[]),
    };
    Answer::to(&to)
}

/// The master box first: it means all groups that exist now, whatever page they stand on. Else what the page's boxes say.
fn keep_ticks(visit: &Visit, book: &Book, groups: &Groups, account: AccountId) -> Result<(), Trouble> {
    let (form, of) = (&visit.form, (TickOf::Groups, visit.now));
    let connection = groups.desk.connection.id;
    let (master, was) = (form.get("master") == "1", form.get("was") == "1");
    let ticked: BTreeSet<&str> = form.all("u").collect();
    if master != was {
        let now = groups.all().iter().filter(|g| groups.is_ticked(g) != master);
        let now = now.map(|group| (group.group.id.clone(), master)).collect();
        return Ok(book.tick(connection, account, of, &now)?);
    }
    let changed = |row: &str| {
        let group = groups.all().get(groups.place(row)?)?;
        let now = ticked.contains(row);
        (groups.is_ticked(group) != now).then(|| (group.group.id.clone(), now))
    };
    Ok(book.tick(connection, account, of, &form.all("row").filter_map(changed).collect())?)
}

fn tick_found(
    visit: &Visit,
    book: &Book,
    groups: &Groups,
    (account, here, tick): (AccountId, &Asked, bool),
) -> Outcome {
    // Each group by itself, so that one that appears later is not ticked.
    let found = groups.find(here).into_iter().filter_map(|at| groups.all().get(at));
    let other = found.filter(|group| groups.is_ticked(group) != tick);
    let other = other.map(|group| (group.group.id.clone(), tick)).collect();
    book.tick(groups.desk.connection.id, account, (TickOf::Groups, visit.now), &other)?;
    Answer::to(&here.link(book, &[]))
}
