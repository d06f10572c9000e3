//! Scope: who belongs in the book.

mod shown;

use std::collections::BTreeSet;
use std::str::FromStr;

use clap::{Args, Subcommand};
use model::SourceId;
use model::source::SourceGroup;
use store::{Book, ConnectionRow, ScopeChange, Switch};

use self::shown::{Done, Ended, Part, Shown, list};
use super::{agreement, source};
use crate::app::App;
use crate::exit::usage;
use crate::texts::say;
use show::people::{may_be_group, may_be_person, no_such_person, one_line, people_told_apart, sources_of};

/// What to do with the scope.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Add to the scope
    Add(Change),
    /// Take out of the scope
    Remove(Change),
    /// Show the scope
    List {
        /// The customer
        customer: String,
        /// Also groups whose subscription was ended
        #[arg(long)]
        all: bool,
    },
}

/// Whose scope, and what of it.
#[derive(Debug, Args)]
pub struct Change {
    /// The customer
    customer: String,
    #[command(subcommand)]
    what: What,
}

/// Parts of a scope.
#[derive(Debug, Subcommand)]
enum What {
    /// Everybody who counts as a person
    All,
    /// People chosen by hand, by source id or e-mail address
    User {
        #[arg(required_unless_present = "group", conflicts_with = "group")]
        ids: Vec<String>,
        /// All who are in a group now, or in a group within it, by name or source id
        #[arg(long, value_name = "GROUP")]
        group: Vec<String>,
    },
    /// Members of groups, by source id or name
    Group {
        #[arg(required_unless_present = "all", conflicts_with = "all")]
        ids: Vec<String>,
        /// All groups of the tenant (or all subscribed ones, when removing)
        #[arg(long)]
        all: bool,
    },
    /// People who stay out, by source id or e-mail address
    Exclude {
        #[arg(required = true)]
        ids: Vec<String>,
    },
}

/// Runs the command.
pub fn run(app: &App, command: Command) -> anyhow::Result<()> {
    match command {
        Command::Add(change) => apply(app, &change, Switch::On),
        Command::Remove(change) => apply(app, &change, Switch::Off),
        Command::List { customer, all } => {
            let (book, connection) = app.connected(&customer)?;
            let ended = if all { Ended::Shown } else { Ended::Counted };
            list(app, &book, &connection, &Shown { ended, done: None })
        }
    }
}

fn apply(app: &App, change: &Change, switch: Switch) -> anyhow::Result<()> {
    let by_id = |ids: &[String]| ids.iter().all(|id| SourceId::from_str(id).is_ok());
    let needs_names = match &change.what {
        What::All => false,
        What::User { ids, group } => !group.is_empty() || !by_id(ids),
        What::Exclude { ids } => !by_id(ids),
        What::Group { ids, all } => *all || !by_id(ids),
    };
    let read = if needs_names { source::ready } else { App::connected };
    let (book, connection) = read(app, &change.customer)?;
    // What is taken out need not be there any more.
    let adds = switch == Switch::On;
    let people = |ids: &[String], make: fn(SourceId, Switch) -> ScopeChange| {
        let found = ids.iter().map(|text| {
            let id = person(&book, &connection, text)?;
            if adds && !may_be_person(&book, &connection, &id)? {
                return Err(anyhow::anyhow!(no_such_person(&book, &id)));
            }
            Ok(id)
        });
        found.map(|id| Ok(make(id?, switch))).collect::<anyhow::Result<Vec<_>>>()
    };
    let mut passed_over = 0;
    let changes = match &change.what {
        What::All => vec![ScopeChange::Everybody(switch)],
        What::User { ids, group } if group.is_empty() => people(ids, ScopeChange::Person)?,
        What::User { group, .. } => {
            let (chosen, others) = members(&book, &connection, group, switch)?;
            passed_over = others;
            chosen.into_iter().map(|id| ScopeChange::Person(id, switch)).collect()
        }
        What::Exclude { ids } => people(ids, ScopeChange::Exclude)?,
        What::Group { ids, all } => {
            let groups = if *all {
                every_group(&book, &connection, switch)?
            } else {
                let found = groups(&book, &connection, ids)?;
                if adds {
                    there(&book, &connection, &found)?;
                }
                found
            };
            groups.into_iter().map(|id| ScopeChange::Group(id, switch)).collect()
        }
    };
    let done = Done {
        part: part(&change.what),
        about: about(&changes),
        changed: agreement::changing(&book, || Ok(book.change_scope(connection.id, &changes)?))?,
        named: changes.len(),
        passed_over,
        switch,
    };
    let shown = Shown { ended: Ended::Counted, done: Some(done) };
    list(app, &book, &connection, &shown)
}

fn part(what: &What) -> Part {
    match what {
        What::All => Part::Everybody,
        What::User { .. } => Part::People,
        What::Group { .. } => Part::Groups,
        What::Exclude { .. } => Part::Excluded,
    }
}

fn about(changes: &[ScopeChange]) -> Vec<SourceId> {
    let id = |change: &ScopeChange| match change {
        ScopeChange::Everybody(_) => None,
        ScopeChange::Person(id, _) | ScopeChange::Exclude(id, _) | ScopeChange::Group(id, _) => {
            Some(id.clone())
        }
    };
    changes.iter().filter_map(id).collect()
}

/// Who is in these groups or in groups within them. Whoever a person has excluded, or who is kept out, stays so: that was
/// said of them and not of their group.
fn members(
    book: &Book,
    connection: &ConnectionRow,
    named: &[String],
    switch: Switch,
) -> anyhow::Result<(Vec<SourceId>, usize)> {
    let found = groups(book, connection, named)?;
    there(book, connection, &found)?;
    let mut people = book.people_in(connection.id, &found)?;
    if people.is_empty() {
        let slug = &book.customer.slug;
        anyhow::bail!(say!(
            "nobody is in that group; `whoswho source groups {slug}` shows how many are in each",
            "in dieser Gruppe ist niemand; `whoswho source groups {slug}` zeigt, wie viele in jeder sind"
        ));
    }
    let scope = book.scope(connection.id)?;
    let all = people.len();
    match switch {
        Switch::On => {
            let kept_out: BTreeSet<SourceId> = book.kept_out()?.into_iter().map(|row| row.source).collect();
            people.retain(|id| !scope.excluded.contains(id) && !kept_out.contains(id));
            let passed_over = all - people.len();
            Ok((people, passed_over))
        }
        Switch::Off => {
            people.retain(|id| scope.chosen.contains(id));
            Ok((people, 0))
        }
    }
}

fn person(book: &Book, connection: &ConnectionRow, text: &str) -> anyhow::Result<SourceId> {
    match sources_of(book, connection.id, text)?.as_slice() {
        [one] => Ok(one.clone()),
        [] => {
            let slug = &book.customer.slug;
            Err(anyhow::anyhow!(say!(
                "nobody in the tenant has “{text}”; `whoswho source users {slug} --search …` finds people",
                "niemand im Mandanten hat „{text}“; `whoswho source users {slug} --search …` findet Personen"
            )))
        }
        several => {
            let all = people_told_apart(book, connection.id, several)?;
            Err(usage(say!(
                "several people have “{text}”, name one by its id:{all}",
                "mehrere Personen haben „{text}“, bitte die Kennung von einer nennen:{all}"
            )))
        }
    }
}

/// Refuses ids that no group of the tenant has.
fn there(book: &Book, connection: &ConnectionRow, groups: &[SourceId]) -> anyhow::Result<()> {
    for id in groups {
        if !may_be_group(book, connection, id)? {
            let slug = &book.customer.slug;
            anyhow::bail!(say!(
                "no group of the tenant has the id {id}; `whoswho source groups {slug}` lists groups, `whoswho sync {slug}` \
                 reads anew",
                "keine Gruppe des Mandanten hat die Kennung {id}; `whoswho source groups {slug}` zeigt Gruppen, \
                 `whoswho sync {slug}` liest neu"
            ));
        }
    }
    Ok(())
}

fn every_group(book: &Book, connection: &ConnectionRow, switch: Switch) -> anyhow::Result<Vec<SourceId>> {
    Ok(match switch {
        Switch::On => book.living_groups(connection.id)?.into_iter().map(|g| g.id).collect(),
        Switch::Off => book.scope(connection.id)?.active_groups().cloned().collect(),
    })
}

/// Source groups by id or by name.
fn groups(book: &Book, connection: &ConnectionRow, ids: &[String]) -> anyhow::Result<Vec<SourceId>> {
    let named = ids.iter().any(|text| SourceId::from_str(text).is_err());
    let living = if named { book.living_groups(connection.id)? } else { Vec::new() };
    ids.iter().map(|text| group(book, &living, text)).collect()
}

/// A source group by id or by name.
pub fn source_group(book: &Book, connection: &ConnectionRow, text: &str) -> anyhow::Result<SourceId> {
    let found = groups(book, connection, &[text.to_owned()])?;
    there(book, connection, &found)?;
    found.into_iter().next().ok_or_else(|| store::StoreError::NotFound.into())
}

fn group(book: &Book, living: &[SourceGroup], text: &str) -> anyhow::Result<SourceId> {
    if let Ok(id) = SourceId::from_str(text) {
        return Ok(id);
    }
    let named = |g: &&SourceGroup| g.name.to_lowercase() == text.trim().to_lowercase();
    let matching: Vec<&SourceGroup> = living.iter().filter(named).collect();
    match matching.as_slice() {
        [one] => Ok(one.id.clone()),
        [] => Err(anyhow::anyhow!(no_group(book, living, text))),
        several => {
            let line = |g: &&SourceGroup| {
                let about = g.mail.as_deref().or(g.description.as_deref());
                one_line(&g.id.to_string(), Some(&g.name), about)
            };
            let all: String = several.iter().map(line).collect();
            Err(usage(say!(
                "several groups are called “{text}”, name one by its id:{all}",
                "mehrere Gruppen heißen „{text}“, bitte die Kennung von einer nennen:{all}"
            )))
        }
    }
}

/// Nobody types names without slips, and groups made lately are not read yet.
fn no_group(book: &Book, living: &[SourceGroup], text: &str) -> String {
    let slug = &book.customer.slug;
    let filter = source::Filter::new(Some(text));
    let near: Vec<String> = living
        .iter()
        .filter(|g| !text.trim().is_empty() && filter.admits(&g.name))
        .take(3)
        .map(|g| say!("“{}”", "„{}“", g.name))
        .collect();
    let meant = if near.is_empty() {
        String::new()
    } else {
        say!("; did you mean {}?", "; gemeint ist vielleicht {}", near.join(", "))
    };
    say!(
        "no group of the tenant is called “{text}”{meant}; `whoswho source groups {slug}` lists those of the last read, \
         `whoswho plan {slug}` reads anew",
        "keine Gruppe des Mandanten heißt „{text}“{meant}; `whoswho source groups {slug}` zeigt die zuletzt gelesenen, \
         `whoswho plan {slug}` liest neu"
    )
}
