//! Contact groups by hand: list, remove, link.

use clap::Subcommand;
use model::group::folded;
use model::search::collation_key;
use serde::Serialize;
use store::{Book, GroupRow};

use super::{agreement, scope, source};
use crate::app::App;
use crate::exit::usage;
use crate::texts::{many, pick, say};
use show::{self, Column, table};

/// What to do with contact groups.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// List contact groups
    List { customer: String },
    /// Delete a contact group; its contacts stay, and the next run ends a subscription that it stood for
    Remove {
        customer: String,
        /// Name or id of the contact group
        group: String,
    },
    /// Let a contact group stand for a group of the tenant, which is subscribed with it
    Link {
        customer: String,
        /// Name or id of the contact group
        group: String,
        /// Name or id of the group in the tenant
        source: String,
    },
}

#[derive(Clone, Serialize)]
struct GroupJson {
    id: String,
    name: String,
    members: i64,
    source_id: Option<String>,
}

/// Runs the command.
pub fn run(app: &App, command: Command) -> anyhow::Result<()> {
    match command {
        Command::List { customer } => list(app, &app.book(&customer)?),
        Command::Remove { customer, group } => {
            let book = app.book(&customer)?;
            let row = find(&book, &group)?;
            book.remove_group(row.group.id)?;
            app.answer(&json(&book, &row), |g| {
                let (name, contacts) =
                    (&g.name, show::counted(usize::try_from(g.members).unwrap_or_default()));
                let gone = say!(
                    "{name} is deleted; what was in it stays: {contacts}",
                    "{name} ist gelöscht; was darin war, bleibt: {contacts}"
                );
                match &g.source_id {
                    Some(_) => say!(
                        "{gone}; the next run ends the subscription",
                        "{gone}; der nächste Lauf beendet das Abonnement"
                    ),
                    None => gone,
                }
            });
            Ok(())
        }
        Command::Link { customer, group, source } => {
            let (book, connection) = source::ready(app, &customer)?;
            let id = find(&book, &group)?.group.id;
            let to = scope::source_group(&book, &connection, &source)?;
            agreement::changing(&book, || Ok(book.link_group(connection.id, id, &to)?))?;
            let row = book.group_rows()?.into_iter().find(|r| r.group.id == id);
            let row = row.ok_or(store::StoreError::NotFound)?;
            app.answer(&json(&book, &row), |g| {
                say!(
                    "{} follows its source group from now on; `whoswho plan {customer}` shows what that changes",
                    "{} folgt ab jetzt ihrer Quellgruppe; `whoswho plan {customer}` zeigt, was das ändert",
                    g.name
                )
            });
            Ok(())
        }
    }
}

fn list(app: &App, book: &Book) -> anyhow::Result<()> {
    let mut groups: Vec<GroupJson> = book.group_rows()?.iter().map(|row| json(book, row)).collect();
    groups.sort_by_cached_key(|group| (collation_key(&group.name), group.id.clone()));
    app.answer(&groups, |groups| {
        if groups.is_empty() {
            return pick("there are no contact groups", "es gibt keine Kontaktgruppen").into();
        }
        let mut table = table(&[
            Column::Name(pick("group", "Gruppe")),
            Column::Whole(pick("contacts", "Kontakte")),
            Column::Whole(pick("id", "Kennung")),
            Column::Whole(pick("stands for", "steht für")),
        ]);
        for g in groups {
            let source = g.source_id.as_deref().unwrap_or_default();
            table.add_row([g.name.as_str(), &g.members.to_string(), &g.id, source]);
        }
        table.text()
    });
    Ok(())
}

fn json(book: &Book, row: &GroupRow) -> GroupJson {
    GroupJson {
        id: book.store().public_group_id(row.group.id).to_string(),
        name: row.group.name.to_string(),
        members: row.members,
        source_id: row.group.source.as_ref().map(|(_, source)| source.to_string()),
    }
}

/// The contact group that a person means, by id or by name whatever its case.
fn find(book: &Book, text: &str) -> anyhow::Result<GroupRow> {
    let id = text.trim().parse().ok().and_then(|id| book.store().group_of(id));
    let name = folded(text);
    let named = |r: &GroupRow| folded(&r.group.name) == name;
    let mut found = book.group_rows()?;
    if found.iter().any(|r| Some(r.group.id) == id) {
        found.retain(|r| Some(r.group.id) == id);
    } else {
        found.retain(named);
    }
    match found.as_slice() {
        [one] => Ok(one.clone()),
        [] => {
            let slug = &book.customer.slug;
            Err(anyhow::anyhow!(say!(
                "no contact group is called “{text}”; `whoswho group list {slug}` lists them",
                "keine Kontaktgruppe heißt „{text}“; `whoswho group list {slug}` zeigt alle"
            )))
        }
        several => {
            let line = |row| {
                let one = json(book, row);
                let members = many(one.members, ["contact", "contacts"], ["Kontakt", "Kontakte"]);
                format!("\n  {}  {} ({members})", one.id, one.name)
            };
            let all: String = several.iter().map(line).collect();
            Err(usage(say!(
                "several contact groups are called “{text}”, name one by its id:{all}",
                "mehrere Kontaktgruppen heißen „{text}“, bitte die Kennung von einer nennen:{all}"
            )))
        }
    }
}
