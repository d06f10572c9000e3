//! An import that was done: what it brought, and the way back as a whole.

use askama::Template;
use store::{Book, CsvImport, CsvTaken, CsvUndo, SignedIn};

use super::file::{counts, who};
use crate::answer::{Answer, Outcome, Trouble};
use crate::frame::Frame;
use crate::page::ask::{Ask, said_yes};
use crate::visit::Visit;

/// Contacts that a question names.
const NAMED: usize = 20;

#[derive(Template)]
#[template(path = "csv-done.html")]
struct Page {
    f: Frame,
    n: i64,
    file: String,
    at: String,
    by: String,
    counts: String,
    undone: String,
    done: String,
}

/// The import that the address or a form names; none where its term has passed.
fn import_of(visit: &Visit, book: &Book) -> Result<Option<CsvImport>, Trouble> {
    let n = [&visit.form, &visit.query].into_iter().find_map(|form| form.get("n").parse::<i64>().ok());
    n.map_or(Ok(None), |n| Ok(book.csv_import(n)?))
}

fn start(book: &Book) -> Outcome {
    Answer::to(&format!("/c/{}/csv", book.customer.slug))
}

/// The page.
pub fn page(visit: &Visit, person: &SignedIn, book: &Book) -> Outcome {
    let Some(import) = import_of(visit, book)? else { return start(book) };
    let f = Frame::of_customer(visit, person, book, "book")?;
    let done = match visit.query.get("done") {
        "1" => {
            f.t.w("csv-done", &[("new", &f.number(import.created)), ("changed", &f.number(import.changed))])
        }
        "back" => f.s("csv-undone"),
        _ => String::new(),
    };
    Answer::page(&Page {
        n: import.n,
        file: import.file.clone(),
        at: f.times.exact(import.at),
        by: who(&f, import.by, &book.store().accounts()?),
        counts: counts(&f, &import),
        undone: import.undone_at.map(|at| f.x("csv-undone-at", f.times.exact(at))).unwrap_or_default(),
        done,
        f,
    })
}

/// Asks before an import is taken back, with what that does.
pub fn ask_undo(visit: &Visit, person: &SignedIn, book: &Book) -> Outcome {
    let Some(import) = import_of(visit, book)?.filter(|import| import.undone_at.is_none()) else {
        return start(book);
    };
    question(visit, person, book, &import)?.page()
}

fn question(visit: &Visit, person: &SignedIn, book: &Book, import: &CsvImport) -> Result<Ask, Trouble> {
    let f = Frame::of_customer(visit, person, book, "book")?;
    let undo: CsvUndo = book.csv_undo(import)?;
    let (heading, button) = (f.x("csv-undo-q", &import.file), f.s("csv-undo-sure"));
    let mut ask =
        Ask::new(f, format!("/c/{}/csv/import?n={}", book.customer.slug, import.n), heading, button);
    let removed = ask.f.n("csv-undo-removes", undo.remove.len() as i64);
    let restored = ask.f.n("csv-undo-restores", undo.restore.len() as i64);
    let parted = ask.f.n("csv-undo-parts", undo.leave.len() as i64);
    ask.texts = vec![removed, restored, parted];
    let back = ::show::csv_import::back(book, import.n, &undo)?;
    if !back.kept.is_empty() {
        ask.texts.push(ask.f.n("csv-undo-keeps", back.kept.len() as i64));
        let unnamed = ask.f.s("contact-unnamed");
        let line = |one: &::show::csv_import::StaysJson| {
            format!("{}: {}", one.name.as_deref().unwrap_or(&unnamed), one.text)
        };
        ask.lines = back.kept.iter().take(NAMED).map(line).collect();
        if back.kept.len() > NAMED {
            ask.lines.push(ask.f.n("and-more", (back.kept.len() - NAMED) as i64));
        }
    }
    ask.hidden = vec![("n".to_owned(), import.n.to_string()), ("seen".to_owned(), undo.digest().to_string())];
    Ok(ask)
}

/// Takes it back, as it was shown and not otherwise.
pub fn undo(visit: &Visit, person: &SignedIn, book: &Book) -> Outcome {
    let Some(import) = import_of(visit, book)? else { return start(book) };
    if import.undone_at.is_none() {
        let seen = visit.form.get("seen").parse().ok().filter(|_| said_yes(visit));
        let Some(seen) = seen else { return question(visit, person, book, &import)?.again(visit) };
        if book.undo_csv_import(import.n, Some(seen), visit.now)? == CsvTaken::Otherwise {
            let mut ask = question(visit, person, book, &import)?;
            ask.error = ask.f.s("csv-undo-changed");
            return ask.again(visit);
        }
    }
    Answer::to(&format!("/c/{}/csv/import?n={}&done=back", book.customer.slug, import.n))
}
