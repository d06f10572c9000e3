//! What happened to a contact: when, by whom, and for thirty days from what to what.

use model::{ContactId, Field};
use serde::Serialize;
use store::{Account, AccountId, Book, By, Event, Line};

use crate::app::App;
use crate::texts::{pick, say};
use show::people::{binned_of, entries_of};
use show::when;
use show::{Column, event_text, table};

#[derive(Serialize)]
struct LineJson {
    at: String,
    by: &'static str,
    run: Option<i64>,
    /// The name of who did it on a page; the number where the account is gone.
    account: Option<String>,
    event: &'static str,
    field: Option<&'static str>,
    before: Option<String>,
    after: Option<String>,
    #[serde(skip)]
    shown_at: String,
}

/// Shows the history of a contact, living or in the bin.
pub fn run(app: &App, slug: &str, person: &str) -> anyhow::Result<()> {
    let book = app.book(slug)?;
    let id = match binned(&book, person)? {
        Some(id) => id,
        None => super::contact::one(&book, person)?,
    };
    let accounts = book.store().accounts()?;
    let lines: Vec<LineJson> = book.history(id)?.into_iter().map(|line| of(line, &accounts)).collect();
    app.answer(&lines, |lines| text(lines));
    Ok(())
}

/// The one contact that lies in the bin, where none in the book is meant.
fn binned(book: &Book, person: &str) -> anyhow::Result<Option<ContactId>> {
    if !entries_of(book, person)?.is_empty() {
        return Ok(None);
    }
    match binned_of(book, person)?.as_slice() {
        [one] => Ok(Some(one.contact.id)),
        _ => Ok(None),
    }
}

fn of(line: Line, accounts: &[Account]) -> LineJson {
    let account = match line.by {
        By::Account(id) => Some(name(accounts, id)),
        By::Run(_) | By::Hand => None,
    };
    let (by, run) = match line.by {
        By::Run(run) => ("run", Some(run.0)),
        By::Hand => ("hand", None),
        By::Account(_) => ("account", None),
    };
    LineJson {
        at: when::rfc3339(line.at),
        by,
        run,
        account,
        event: line.event.name(),
        field: line.event.field().map(Field::name),
        before: line.before,
        after: line.after,
        shown_at: when::short(line.at),
    }
}

/// What an account is called.
fn name(accounts: &[Account], id: AccountId) -> String {
    let known = accounts.iter().find(|account| account.id == id);
    known.map_or_else(|| id.0.to_string(), |account| account.name.clone())
}

fn text(lines: &[LineJson]) -> String {
    if lines.is_empty() {
        return pick(
            "nothing is known of this contact's past",
            "von diesem Kontakt ist kein Verlauf bekannt",
        )
        .into();
    }
    let mut table = table(&[
        Column::Whole(pick("when", "wann")),
        Column::Whole(pick("by", "durch")),
        Column::Text(pick("what", "was")),
        Column::Text(pick("before", "vorher")),
        Column::Text(pick("after", "nachher")),
    ]);
    for line in lines {
        let by = match (line.run, &line.account) {
            (Some(run), _) => say!("run {run}", "Lauf {run}"),
            (None, Some(account)) => account.clone(),
            (None, None) => pick("hand", "Hand").to_owned(),
        };
        let what = match line.field {
            Some(field) if line.event == Event::Changed(Field::Email).name() => field.to_owned(),
            Some(field) => format!("{field} {}", event_text(line.event)),
            None => event_text(line.event).to_owned(),
        };
        let value = |value: &Option<String>| value.as_deref().unwrap_or_default().replace('\n', ", ");
        table.add_row([line.shown_at.clone(), by, what, value(&line.before), value(&line.after)]);
    }
    table.text()
}
