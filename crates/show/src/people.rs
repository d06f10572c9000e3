//! Finding people and contacts by what a person types, and naming them.

use std::collections::BTreeMap;
use std::slice;
use std::str::FromStr;

use model::ids::{ConnectionId, PublicId};
use model::source::{MirrorUser, SourceUser};
use model::{Contact, ContactId, Field, Key, SourceId};
use store::{Binned, Book, BookEntry, ConnectionRow, Result};

use crate::texts::{pick, say};
use crate::when;

/// Mirror rows and contacts at hand, for naming whom a plan or a hold is about.
pub struct Names {
    users: BTreeMap<SourceId, MirrorUser>,
    contacts: BTreeMap<ContactId, Contact>,
}

impl Names {
    /// Looks these people up, and these contacts in the book and its bin.
    pub fn of(
        book: &Book,
        connection: Option<ConnectionId>,
        people: impl Iterator<Item = SourceId>,
        contacts: impl Iterator<Item = ContactId>,
    ) -> Result<Self> {
        let people: Vec<SourceId> = people.collect();
        let users = match connection {
            Some(connection) => book.mirror_users(connection, &people)?,
            None => BTreeMap::new(),
        };
        let mut ids: Vec<ContactId> = contacts.collect();
        ids.sort_unstable();
        ids.dedup();
        Ok(Self { users, contacts: book.contacts_by_id(&ids)? })
    }

    /// A source user as last read.
    pub fn user(&self, id: &SourceId) -> Option<&SourceUser> {
        self.users.get(id).map(|m| &m.user)
    }

    /// A contact, living or in the bin.
    pub fn contact(&self, id: ContactId) -> Option<&Contact> {
        self.contacts.get(&id)
    }

    /// The contact's name and address, or the source user's.
    pub fn name_and_email(
        &self,
        source: &SourceId,
        contact: Option<ContactId>,
    ) -> (Option<String>, Option<String>) {
        let user = self.user(source);
        let contact = contact.and_then(|id| self.contact(id));
        let of_contact = |field| contact.and_then(|c| c.values.get(field)).map(str::to_owned);
        let name = of_contact(Field::DisplayName).or_else(|| user.and_then(user_name));
        let email =
            of_contact(Field::Email).or_else(|| user.and_then(|u| u.mail.as_deref()).map(str::to_owned));
        (name, email)
    }
}

/// What a list calls a source user.
pub fn user_name(user: &SourceUser) -> Option<String> {
    let parts = [user.first_name.as_deref(), user.last_name.as_deref()];
    let joined = parts.into_iter().flatten().collect::<Vec<_>>().join(" ");
    if joined.is_empty() { user.display_name.as_deref().map(str::to_owned) } else { Some(joined) }
}

/// The entries that a PERSON means: one by contact id or source id, any number by e-mail address.
pub fn entries_of(book: &Book, person: &str) -> Result<Vec<BookEntry>> {
    let contact = PublicId::from_str(person).ok().and_then(|id| book.store().contact_of(id));
    let source = SourceId::from_str(person).ok();
    let key = Key::of(person).filter(|_| person.contains('@'));
    let mut entries = Vec::new();
    if let Some(id) = contact {
        entries.extend(book.entry(id)?);
    }
    if let Some(source) = source {
        entries.extend(book.entries_by_source(&source)?);
    }
    if let Some(key) = key {
        entries.extend(book.entries_by_key(&key)?);
    }
    entries.sort_by_key(|e| e.contact.id);
    entries.dedup_by_key(|e| e.contact.id);
    Ok(entries)
}

/// The contacts that a PERSON means, in the book and in the bin: one by contact id or source id, any number by e-mail
/// address.
pub fn contacts_of(book: &Book, person: &str) -> Result<Vec<ContactId>> {
    let mut found: Vec<ContactId> = entries_of(book, person)?.into_iter().map(|e| e.contact.id).collect();
    let contact = PublicId::from_str(person).ok().and_then(|id| book.store().contact_of(id));
    if let Some(id) = contact {
        found.extend(book.contacts_by_id(&[id])?.into_keys());
    }
    if let (Ok(source), Some(connection)) = (SourceId::from_str(person), book.connection()?) {
        found.extend(book.contact_linked(connection.id, &source)?);
    }
    if let Some(key) = Key::of(person).filter(|_| person.contains('@')) {
        found.extend(book.binned_by_key(&key)?);
    }
    found.sort_unstable();
    found.dedup();
    Ok(found)
}

/// The contacts of the bin that a PERSON means.
pub fn binned_of(book: &Book, person: &str) -> Result<Vec<Binned>> {
    let mut found = Vec::new();
    for id in contacts_of(book, person)? {
        found.extend(book.binned(id)?);
    }
    Ok(found)
}

/// That the contacts which a PERSON means lie in the bin, since when, and how each comes back; `None` where none does.
pub fn in_the_bin(book: &Book, person: &str) -> Result<Option<String>> {
    let slug = &book.customer.slug;
    let line = |binned: &Binned| {
        let (value, id) = (|field| binned.contact.values.get(field), book.public_id(binned.contact.id));
        let name = match (value(Field::DisplayName), value(Field::Email)) {
            (Some(name), Some(email)) => format!("{name} ({email})"),
            (Some(one), None) | (None, Some(one)) => one.to_owned(),
            (None, None) => id.to_string(),
        };
        let since = when::short(binned.since);
        say!(
            "{name} is in the bin since {since} UTC; `whoswho bin restore {slug} {id}` brings the contact back",
            "{name} ist seit {since} UTC im Papierkorb; `whoswho bin restore {slug} {id}` holt den Kontakt zurück"
        )
    };
    let found = binned_of(book, person)?;
    Ok((!found.is_empty()).then(|| found.iter().map(line).collect::<Vec<_>>().join("\n  ")))
}

/// Contacts of the book and its bin by id, name and address, a line each: for questions which one is meant.
pub fn told_apart(book: &Book, ids: &[ContactId]) -> Result<String> {
    let contacts = book.contacts_by_id(ids)?;
    let line = |id: &ContactId| {
        let value = |field| contacts.get(id).and_then(|contact| contact.values.get(field));
        one_line(&book.public_id(*id).to_string(), value(Field::DisplayName), value(Field::Email))
    };
    Ok(ids.iter().map(line).collect())
}

/// The same of people of the tenant, as last read.
pub fn people_told_apart(book: &Book, connection: ConnectionId, ids: &[SourceId]) -> Result<String> {
    let users = book.mirror_users(connection, ids)?;
    let line = |id: &SourceId| {
        let user = users.get(id).map(|mirror| &mirror.user);
        let address = user.and_then(|u| u.mail.as_deref().or(u.upn.as_deref()));
        one_line(&id.to_string(), user.and_then(user_name).as_deref(), address)
    };
    Ok(ids.iter().map(line).collect())
}

/// A line of such a list, with its line break in front.
pub fn one_line(id: &str, name: Option<&str>, address: Option<&str>) -> String {
    let name = name.unwrap_or(pick("(no name)", "(ohne Namen)"));
    address.map_or_else(|| format!("\n  {id}  {name}"), |address| format!("\n  {id}  {name} ({address})"))
}

/// Whether an id can be a person's: the mirror knows it, or has not seen everybody yet. Whatever else is typed is a slip.
pub fn may_be_person(book: &Book, connection: &ConnectionRow, id: &SourceId) -> Result<bool> {
    let known = || book.mirror_users(connection.id, slice::from_ref(id)).map(|found| !found.is_empty());
    Ok(!connection.complete || known()?)
}

/// The same of a group.
pub fn may_be_group(book: &Book, connection: &ConnectionRow, id: &SourceId) -> Result<bool> {
    let known = || book.mirror_groups(connection.id, slice::from_ref(id)).map(|found| !found.is_empty());
    Ok(!connection.complete || known()?)
}

/// That the tenant has nobody of that id.
pub fn no_such_person(book: &Book, id: &SourceId) -> String {
    let slug = &book.customer.slug;
    say!(
        "nobody in the tenant has the id {id}; `whoswho source users {slug}` lists people, `whoswho sync {slug}` reads anew",
        "niemand im Mandanten hat die Kennung {id}; `whoswho source users {slug}` zeigt Personen, `whoswho sync {slug}` liest neu"
    )
}

/// The source users that a PERSON means: by source id, by contact id over its link, by e-mail address or sign-in name. A
/// contact in the bin keeps its link, and stands for its person where nobody else does.
pub fn sources_of(book: &Book, connection: ConnectionId, person: &str) -> Result<Vec<SourceId>> {
    let contact = PublicId::from_str(person).ok().and_then(|id| book.store().contact_of(id));
    if contact.is_none()
        && let Ok(id) = SourceId::from_str(person)
    {
        return Ok(vec![id]);
    }
    let mut found: Vec<SourceId> =
        entries_of(book, person)?.into_iter().filter_map(|entry| entry.source).collect();
    if contact.is_none()
        && let Some(address) = Key::of(person)
    {
        found.extend(book.users_by_address(connection, &address)?.into_iter().map(|mirror| mirror.user.id));
    }
    if found.is_empty() {
        let links = binned_of(book, person)?.into_iter().flat_map(|binned| binned.sources);
        found.extend(links.filter(|(of, _)| *of == connection).map(|(_, source)| source));
    }
    found.sort_unstable();
    found.dedup();
    Ok(found)
}
