//! Source: users and groups of the tenant as last read; the first time they are read for it.

use std::collections::BTreeSet;

use clap::{Args, Subcommand};
use model::search::{Term, Words, collation_key, terms};
use model::source::{GroupKind, Licence, Presence, SourceGroup, SourceUser, UserKind};
use serde::Serialize;
use store::{Book, ConnectionRow, InBook};

use crate::app::App;
use crate::progress;
use crate::texts::{many, pick, say};
use show::people::user_name;
use show::{Column, source_text, table};

/// What to look at.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// List users of the tenant
    Users(Which),
    /// List groups of the tenant
    Groups(Which),
}

/// Whose, and which.
#[derive(Debug, Args)]
pub struct Which {
    /// The customer
    customer: String,
    /// Only names and addresses in which all these words start a word
    #[arg(long)]
    search: Option<String>,
}

#[derive(Serialize)]
struct UserJson {
    source_id: String,
    name: Option<String>,
    email: Option<String>,
    sign_in_name: Option<String>,
    /// These three are null for somebody who is kept out: nothing is known of them.
    kind: Option<&'static str>,
    enabled: Option<bool>,
    licence: Option<&'static str>,
    /// `linked` to a contact of the book, or a contact there has the `same_address`.
    in_book: Option<&'static str>,
    /// That contact.
    contact: Option<String>,
}

#[derive(Serialize)]
struct GroupJson {
    source_id: String,
    name: String,
    email: Option<String>,
    kind: &'static str,
    dynamic: bool,
    hidden_membership: bool,
    members: i64,
    subscribed: bool,
}

/// Runs the command.
pub fn run(app: &App, command: Command) -> anyhow::Result<()> {
    match command {
        Command::Users(which) => {
            let (book, connection) = ready(app, &which.customer)?;
            users(app, &book, &connection, which.search.as_deref())
        }
        Command::Groups(which) => {
            let (book, connection) = ready(app, &which.customer)?;
            groups(app, &book, &connection, which.search.as_deref())
        }
    }
}

/// A connected customer whose tenant was read at least once.
pub fn ready(app: &App, slug: &str) -> anyhow::Result<(Book, ConnectionRow)> {
    let (book, connection) = app.connected(slug)?;
    if connection.complete {
        return Ok((book, connection));
    }
    let office = App::office(&book)?;
    let monitor = progress::monitor();
    app.interruptible(::sync::read_only(&office, &book, &*monitor))?;
    drop(monitor);
    app.connected(slug)
}

fn users(app: &App, book: &Book, connection: &ConnectionRow, search: Option<&str>) -> anyhow::Result<()> {
    let filter = Filter::new(search);
    let there = book.in_book(connection.id)?;
    let mut found = Vec::new();
    book.each_user(connection.id, |mirror| {
        if mirror.presence == Presence::Live && filter.admits(&texts(&mirror.user)) {
            let (in_book, contact) = match there.get(&mirror.user.id) {
                Some(InBook::Linked(contact)) => (Some("linked"), Some(contact)),
                Some(InBook::SameAddress(contact)) => (Some("same_address"), Some(contact)),
                None => (None, None),
            };
            let contact = contact.map(|id| book.public_id(*id).to_string());
            found.push(UserJson { in_book, contact, ..user(&mirror.user) });
        }
    })?;
    found.sort_by_cached_key(|u| (u.name.as_deref().map(collation_key), u.source_id.clone()));
    app.answer(&found, |found| {
        let mut table = table(&[
            Column::Whole(LINKED),
            Column::Name(pick("name", "Name")),
            Column::Name(pick("e-mail", "E-Mail")),
            Column::Name(pick("kind", "Art")),
            Column::Name(pick("licence", "Lizenz")),
            Column::Whole(pick("id", "Kennung")),
        ]);
        for u in found {
            let off = if u.enabled == Some(false) { pick(", disabled", ", gesperrt") } else { "" };
            let kind = u.kind.map_or(pick("unknown, kept out", "unbekannt, ausgeschlossen"), source_text);
            table.add_row([
                u.mark(),
                u.name.as_deref().unwrap_or_default(),
                u.email.as_deref().unwrap_or_default(),
                &format!("{kind}{off}"),
                u.licence.map_or("", source_text),
                &u.source_id,
            ]);
        }
        format!("{}\n{}", table.text(), counted(found))
    });
    Ok(())
}

/// A narrow table has room for a sign only.
const LINKED: &str = "✓";
const SAME_ADDRESS: &str = "≈";

impl UserJson {
    fn mark(&self) -> &'static str {
        match self.in_book {
            Some("linked") => LINKED,
            Some(_) => SAME_ADDRESS,
            None => "",
        }
    }
}

/// How many users, how many of them are in the book, and what the signs mean.
fn counted(found: &[UserJson]) -> String {
    let users = many(found.len(), ["user", "users"], ["Benutzer", "Benutzer"]);
    let with = |sign: &str| found.iter().filter(|u| u.mark() == sign).count();
    let (linked, address) = (with(LINKED), with(SAME_ADDRESS));
    if linked + address == 0 {
        return say!("{users}, none in the book", "{users}, keiner davon im Kontaktbuch");
    }
    say!(
        "{users}, {} in the book: {LINKED} {linked} linked, {SAME_ADDRESS} {address} by an address that a contact has",
        "{users}, {} im Kontaktbuch: {LINKED} {linked} verknüpft, {SAME_ADDRESS} {address} mit der Adresse eines Kontakts",
        linked + address
    )
}

fn texts(user: &SourceUser) -> String {
    let all = [&user.first_name, &user.last_name, &user.display_name, &user.mail, &user.upn];
    all.into_iter().flatten().map(|t| &**t).collect::<Vec<_>>().join(" ")
}

fn user(user: &SourceUser) -> UserJson {
    let text = |value: &Option<Box<str>>| value.as_deref().map(str::to_owned);
    let known = !user.is_blank();
    UserJson {
        source_id: user.id.to_string(),
        name: user_name(user),
        email: text(&user.mail),
        sign_in_name: text(&user.upn),
        kind: known.then_some(match user.kind {
            UserKind::Member => "member",
            UserKind::Guest => "guest",
        }),
        enabled: known.then_some(user.enabled),
        licence: known.then_some(match user.licence {
            Licence::None => "none",
            Licence::WithoutMailbox => "without_mailbox",
            Licence::Mailbox => "mailbox",
        }),
        in_book: None,
        contact: None,
    }
}

fn groups(app: &App, book: &Book, connection: &ConnectionRow, search: Option<&str>) -> anyhow::Result<()> {
    let filter = Filter::new(search);
    let subscribed: BTreeSet<_> = book.scope(connection.id)?.active_groups().cloned().collect();
    let counts = book.member_counts(connection.id)?;
    let mut found = Vec::new();
    for group in book.living_groups(connection.id)? {
        let text = [Some(&group.name), group.mail.as_ref(), group.description.as_ref()];
        if filter.admits(&text.into_iter().flatten().map(|t| &**t).collect::<Vec<_>>().join(" ")) {
            let members = counts.get(&group.id).copied().unwrap_or_default();
            let is_subscribed = subscribed.contains(&group.id);
            found.push(GroupJson { members, subscribed: is_subscribed, ..of_group(&group) });
        }
    }
    found.sort_by_cached_key(|g| (collation_key(&g.name), g.source_id.clone()));
    app.answer(&found, |found| {
        let mut table = table(&[
            Column::Name(pick("group", "Gruppe")),
            Column::Whole(pick("members", "Mitglieder")),
            Column::Name(pick("kind", "Art")),
            Column::Whole(pick("subscribed", "abonniert")),
            Column::Whole(pick("id", "Kennung")),
        ]);
        for g in found {
            let members = if g.hidden_membership {
                pick("hidden", "verborgen").to_owned()
            } else {
                g.members.to_string()
            };
            let subscribed = if g.subscribed { pick("yes", "ja") } else { "" };
            table.add_row([g.name.as_str(), &members, source_text(g.kind), subscribed, &g.source_id]);
        }
        let count = many(found.len(), ["group", "groups"], ["Gruppe", "Gruppen"]);
        format!("{}\n{count}{}", table.text(), legend(found))
    });
    Ok(())
}

/// What the column of members does not say.
fn legend(groups: &[GroupJson]) -> String {
    let mut lines = String::new();
    if !groups.is_empty() {
        lines.push_str(pick(
            "\nmembers: who and what stands in the group itself; a group within it counts as one, and its people belong to both",
            "\nMitglieder: wer und was in der Gruppe selbst steht; eine Gruppe darin zählt als eines, und ihre Leute gehören zu beiden",
        ));
    }
    if groups.iter().any(|g| g.hidden_membership) {
        lines.push_str(pick(
            "\nhidden: the group hides its members from apps; the permission Member.Read.Hidden shows them",
            "\nverborgen: die Gruppe zeigt Apps ihre Mitglieder nicht; mit der Berechtigung Member.Read.Hidden sind sie lesbar",
        ));
    }
    lines
}

fn of_group(group: &SourceGroup) -> GroupJson {
    GroupJson {
        source_id: group.id.to_string(),
        name: group.name.to_string(),
        email: group.mail.as_deref().map(str::to_owned),
        kind: match group.kind {
            GroupKind::Security => "security",
            GroupKind::MailSecurity => "mail_security",
            GroupKind::Distribution => "distribution",
            GroupKind::Microsoft365 => "microsoft365",
            GroupKind::Team => "team",
        },
        dynamic: group.dynamic,
        hidden_membership: group.hidden_membership,
        members: 0,
        subscribed: false,
    }
}

/// Finds texts in which each searched word starts a word, however umlauts are typed.
pub struct Filter {
    terms: Vec<Term>,
    /// What was typed has no words, so nothing can be found.
    hopeless: bool,
}

impl Filter {
    /// Where nothing was typed, everything is found.
    pub fn new(search: Option<&str>) -> Self {
        let typed = search.unwrap_or_default();
        let terms = terms(typed);
        Self { hopeless: terms.is_empty() && !typed.trim().is_empty(), terms }
    }

    /// Whether a text is found.
    pub fn admits(&self, text: &str) -> bool {
        if self.terms.is_empty() {
            return !self.hopeless;
        }
        let mut words = Words::default();
        words.add_text(text);
        words.admit(&self.terms)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_by_their_starts_in_any_order() {
        let filter = Filter::new(Some("mueller jö"));
        assert!(filter.admits("Jörg Müller"));
        assert!(!filter.admits("Anna Müller"));
        assert!(Filter::new(None).admits(""));
    }
}
