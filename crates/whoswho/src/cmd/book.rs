//! The book, in four forms, page by page: a book of a million contacts needs no more memory than one of thousands.

use clap::ValueEnum;
use formats::{Bom, Card, Separator, csv, csv_rows, vcard};
use model::search::{Term, collation_key, terms};
use model::{ContactId, Field};
use store::{Book, Hit};

use crate::app::App;
use crate::exit::usage;
use crate::out::{self, Form, Stream};
use crate::texts::{pick, say};
use show;
use show::when;

/// Contacts read at a time.
const PAGE: i64 = 5_000;

/// What `book` takes.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The customer
    customer: String,
    /// Only contacts in which all these words start a word
    #[arg(long)]
    search: Option<String>,
    /// How to show it [default: table]
    #[arg(long, value_enum)]
    format: Option<Format>,
}

/// Forms of a book.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Table,
    Json,
    Csv,
    Vcard,
}

/// Runs the command.
pub fn run(app: &App, args: &Args) -> anyhow::Result<()> {
    let book = app.book(&args.customer)?;
    let words = args.search.as_deref().map(str::trim).filter(|words| !words.is_empty());
    let mut pages = Pages { terms: words.map(terms), after: None, ended: false, book: &book };
    let format = match (app.form, args.format) {
        (Form::Json, None) => Format::Json,
        (Form::Text, None) => Format::Table,
        (Form::Json, Some(other)) if other != Format::Json => {
            return Err(usage(pick(
                "--json answers JSON; leave it out, or take --format json",
                "--json antwortet mit JSON; weglassen, oder --format json nehmen",
            )));
        }
        (Form::Json | Form::Text, Some(format)) => format,
    };
    match format {
        Format::Table => table(&mut pages, words)?,
        Format::Json => json(&mut pages)?,
        Format::Csv => {
            let mut to = Stream::stdout();
            to.write(&csv(&cards(&book, pages.next()?), Separator::Comma, Bom::None)?);
            while !pages.ended && !to.closed() {
                to.write(&csv_rows(&cards(&book, pages.next()?), Separator::Comma)?);
            }
        }
        Format::Vcard => {
            let mut to = Stream::stdout();
            while !pages.ended && !to.closed() {
                to.write(&vcard(&cards(&book, pages.next()?)));
            }
        }
    }
    Ok(())
}

/// The book, or what was found in it: by name where it fits one page, in the order of ids where it does not.
struct Pages<'a> {
    book: &'a Book,
    terms: Option<Vec<Term>>,
    after: Option<ContactId>,
    ended: bool,
}

impl Pages<'_> {
    fn next(&mut self) -> anyhow::Result<Vec<Hit>> {
        let first = self.after.is_none();
        let mut found: Vec<Hit> = if let Some(terms) = &self.terms {
            let page = self.book.search(terms, self.after, PAGE, when::now())?;
            self.after = page.next;
            page.hits
        } else {
            let page = self.book.page(self.after, PAGE)?;
            self.after = page.last().map(|e| e.contact.id).filter(|_| page.len() as i64 == PAGE);
            page.into_iter().map(|entry| Hit { entry, formerly: Vec::new() }).collect()
        };
        self.ended = self.after.is_none();
        if first && self.ended {
            let name = |hit: &Hit| hit.entry.contact.values.get(Field::DisplayName).map(collation_key);
            found.sort_by_cached_key(|hit| (name(hit), hit.entry.contact.id));
        }
        Ok(found)
    }
}

fn table(pages: &mut Pages<'_>, words: Option<&str>) -> anyhow::Result<()> {
    let mut to = Stream::stdout();
    let mut count = 0;
    while !pages.ended && !to.closed() {
        let page: Vec<_> = pages.next()?.iter().map(|hit| show::of_hit(pages.book, hit)).collect();
        if !page.is_empty() {
            to.tell(&show::book_table(&page));
        }
        count += page.len();
    }
    drop(to);
    out::lines(&match (count, words) {
        (0, Some(words)) => say!("nobody matches “{words}”", "niemand passt zu „{words}“"),
        (0, None) => pick("the book is empty", "das Kontaktbuch ist leer").to_owned(),
        (count, _) => show::counted(count),
    });
    Ok(())
}

fn json(pages: &mut Pages<'_>) -> anyhow::Result<()> {
    let mut page = pages.next()?;
    let mut to = Stream::stdout();
    let mut array = out::Array::default();
    loop {
        for hit in &page {
            array.push(&mut to, &show::of_hit(pages.book, hit))?;
        }
        if pages.ended || to.closed() {
            break;
        }
        page = pages.next()?;
    }
    array.end(&mut to);
    Ok(())
}

fn cards(book: &Book, hits: Vec<Hit>) -> Vec<Card> {
    let card = |hit: Hit| Card {
        uid: book.public_id(hit.entry.contact.id).to_string(),
        values: hit.entry.contact.values,
        groups: hit.entry.groups.into_iter().map(|(_, name)| name).collect(),
    };
    hits.into_iter().map(card).collect()
}
