//! Finding people and contacts by what a person types, and naming them.

use std::collections::{BTreeMap, HashMap};
use std::str::FromStr;

use model::ids::{ConnectionId, PublicId};
use model::source::{MirrorUser, SourceUser};
use model::{Contact, ContactId, Field, Key, SourceId};
use store::{Book, BookEntry, Result};

/// Mirror rows and contacts at hand, for naming whom a plan or a hold is about.
pub struct Names {
    users: BTreeMap<SourceId, MirrorUser>,
    contacts: HashMap<ContactId, Contact>,
}

impl Names {
    /// Looks these people up, with the contacts of the book and its bin.
    pub fn of(
        book: &Book,
        connection: Option<ConnectionId>,
        people: impl Iterator<Item = SourceId>,
    ) -> Result<Self> {
        let people: Vec<SourceId> = people.collect();
        let users = match connection {
            Some(connection) => book.mirror_users(connection, &people)?,
            None => BTreeMap::new(),
        };
        let living = book.entries()?.into_iter().map(|e| e.contact);
        let binned = book.bin()?.into_iter().map(|(contact, _)| contact);
        Ok(Self { users, contacts: binned.chain(living).map(|c| (c.id, c)).collect() })
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
    let mut entries = book.entries()?;
    entries.retain(|entry| {
        contact == Some(entry.contact.id)
            || (source.is_some() && source == entry.source)
            || (key.is_some() && key == entry.contact.values.key())
    });
    Ok(entries)
}

/// The source users that a PERSON means: by source id, by contact id over its link, by e-mail address or sign-in name.
pub fn sources_of(book: &Book, connection: ConnectionId, person: &str) -> Result<Vec<SourceId>> {
    let mut found: Vec<SourceId> = Vec::new();
    let contact = PublicId::from_str(person).ok().and_then(|id| book.store().contact_of(id));
    let source = SourceId::from_str(person).ok();
    if contact.is_none()
        && let Some(id) = source
    {
        return Ok(vec![id]);
    }
    found.extend(entries_of(book, person)?.into_iter().filter_map(|entry| entry.source));
    if contact.is_none() {
        let key = Key::of(person);
        book.each_user(connection, |mirror| {
            let addresses = [mirror.user.mail.as_deref(), mirror.user.upn.as_deref()];
            if key.is_some() && addresses.into_iter().flatten().any(|a| Key::of(a) == key) {
                found.push(mirror.user.id);
            }
        })?;
    }
    found.sort_unstable();
    found.dedup();
    Ok(found)
}
