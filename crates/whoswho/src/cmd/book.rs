//! The book, in four forms.

use clap::ValueEnum;
use formats::{Bom, Card, Separator, csv, vcard};
use model::text::search_words;
use store::BookEntry;

use super::source::Filter;
use crate::app::App;
use crate::out::{self, Form};
use crate::show::{self, ContactJson};

/// What `book` takes.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The customer
    customer: String,
    /// Only contacts in which all these words start a word
    #[arg(long)]
    search: Option<String>,
    /// How to show it
    #[arg(long, value_enum, default_value = "table")]
    format: Format,
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
    let filter = Filter::new(args.search.as_deref());
    let format = if app.form == Form::Json { Format::Json } else { args.format };
    let mut contacts = show::contacts(&book)?;
    contacts.retain(|c| filter.admits(&texts(c)));
    match format {
        Format::Table => out::lines(&show::book_table(&contacts)),
        Format::Json => out::answer(Form::Json, &contacts, |_| String::new()),
        Format::Csv | Format::Vcard => {
            let cards = cards(&book, &contacts)?;
            out::file(&if format == Format::Csv {
                csv(&cards, Separator::Comma, Bom::None)?
            } else {
                vcard(&cards)
            });
        }
    }
    Ok(())
}

fn texts(c: &ContactJson) -> String {
    let fields =
        [&c.display_name, &c.first_name, &c.last_name, &c.email, &c.job_title, &c.department, &c.company];
    let texts: Vec<&str> = fields.into_iter().flatten().map(String::as_str).collect();
    let groups = c.groups.iter().map(|g| g.name.as_str());
    let joined = texts.into_iter().chain(groups).collect::<Vec<_>>().join(" ");
    // Domains and local parts are words of their own.
    search_words(&joined).join(" ")
}

/// The shown contacts with their values, in the order shown.
fn cards(book: &store::Book, shown: &[ContactJson]) -> anyhow::Result<Vec<Card>> {
    let entries = book.entries()?;
    let of = |entry: &BookEntry| {
        let id = book.public_id(entry.contact.id).to_string();
        (id, entry.clone())
    };
    let mut by_id: std::collections::HashMap<String, BookEntry> = entries.iter().map(of).collect();
    let found = shown.iter().filter_map(|c| Some((c.id.clone(), by_id.remove(&c.id)?)));
    Ok(found.map(|(uid, entry)| card(uid, entry)).collect())
}

fn card(uid: String, entry: BookEntry) -> Card {
    let groups = entry.groups.into_iter().map(|(_, name)| name).collect();
    Card { uid, values: entry.contact.values, groups }
}
