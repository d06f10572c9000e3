//! Contacts as the book shows them.

use model::search::collation_key;
use model::{Contact, Field, GroupId, SourceId};
use serde::Serialize;
use store::{Book, BookEntry, Hit, Result};

use super::codes::{link_text, origin_text};
use super::{Column, table};
use crate::texts::{many, pick, say};
use crate::when;

/// A contact.
#[derive(Debug, Clone, Serialize)]
pub struct ContactJson {
    pub id: String,
    pub first_name: Option<String>,
    pub last_name: Option<String>,
    pub display_name: Option<String>,
    pub email: Option<String>,
    pub job_title: Option<String>,
    pub department: Option<String>,
    pub company: Option<String>,
    pub office: Option<String>,
    pub mobile: Option<String>,
    pub business_phones: Vec<String>,
    pub site: Option<String>,
    pub source: &'static str,
    pub source_id: Option<String>,
    pub linked: Option<&'static str>,
    pub groups: Vec<GroupJson>,
    pub pins: Vec<PinJson>,
    pub left_at: Option<String>,
    pub updated_at: String,
    /// Former names and addresses by which a search found the contact.
    pub formerly: Vec<String>,
}

/// A contact group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct GroupJson {
    pub id: String,
    pub name: String,
}

/// A pinned field.
#[derive(Debug, Clone, Serialize)]
pub struct PinJson {
    pub field: &'static str,
    pub reason: String,
    pub until: Option<String>,
}

/// The whole book, by display name; for small books.
pub fn contacts(book: &Book) -> Result<Vec<ContactJson>> {
    let mut all: Vec<ContactJson> = book.entries()?.iter().map(|entry| of_entry(book, entry)).collect();
    all.sort_by_cached_key(|c| (c.display_name.as_deref().map(collation_key), c.id.clone()));
    Ok(all)
}

/// A contact as a search found it.
pub fn of_hit(book: &Book, hit: &Hit) -> ContactJson {
    ContactJson { formerly: hit.formerly.clone(), ..of_entry(book, &hit.entry) }
}

/// A contact with its link and groups.
pub fn of_entry(book: &Book, entry: &BookEntry) -> ContactJson {
    let group = |(id, name): &(GroupId, String)| GroupJson {
        id: book.store().public_group_id(*id).to_string(),
        name: name.clone(),
    };
    ContactJson {
        source_id: entry.source.as_ref().map(SourceId::to_string),
        linked: entry.linked.map(model::LinkOrigin::name),
        groups: entry.groups.iter().map(group).collect(),
        ..contact(book, &entry.contact)
    }
}

/// A contact alone.
pub fn contact(book: &Book, contact: &Contact) -> ContactJson {
    let text = |field| contact.values.get(field).map(str::to_owned);
    let now = when::now();
    let pins = contact.pins.iter().filter(|pin| pin.holds(now)).map(|pin| PinJson {
        field: pin.field.name(),
        reason: pin.reason.to_string(),
        until: pin.until.map(when::rfc3339),
    });
    ContactJson {
        id: book.public_id(contact.id).to_string(),
        first_name: text(Field::FirstName),
        last_name: text(Field::LastName),
        display_name: text(Field::DisplayName),
        email: text(Field::Email),
        job_title: text(Field::JobTitle),
        department: text(Field::Department),
        company: text(Field::Company),
        office: text(Field::Office),
        mobile: text(Field::Mobile),
        business_phones: contact.values.business_phones().map(str::to_owned).collect(),
        site: text(Field::Site),
        source: contact.origin.name(),
        source_id: None,
        linked: None,
        groups: Vec::new(),
        pins: pins.collect(),
        left_at: contact.left_at.map(when::rfc3339),
        updated_at: when::rfc3339(contact.updated_at),
        formerly: Vec::new(),
    }
}

/// The book as a table.
pub fn book_table(contacts: &[ContactJson]) -> String {
    let mut table = table(&[
        Column::Name(pick("name", "Name")),
        Column::Name(pick("e-mail", "E-Mail")),
        Column::Whole(pick("phone", "Telefon")),
        Column::Text(pick("groups", "Gruppen")),
        Column::Whole(pick("from", "von")),
        Column::Whole(pick("link", "Verknüpfung")),
    ]);
    for c in contacts {
        let phone = c.mobile.as_ref().or(c.business_phones.first()).cloned().unwrap_or_default();
        let groups: Vec<&str> = c.groups.iter().map(|g| g.name.as_str()).collect();
        let name = c.display_name.clone().unwrap_or_default();
        let left = if c.left_at.is_some() { pick(" (left)", " (ausgeschieden)") } else { "" };
        let formerly =
            c.formerly.first().map(|old| say!(" (formerly {old})", " (früher {old})")).unwrap_or_default();
        table.add_row([
            format!("{name}{left}{formerly}"),
            c.email.clone().unwrap_or_default(),
            phone,
            groups.join(", "),
            origin_text(c.source).to_owned(),
            c.linked.map_or("", link_text).to_owned(),
        ]);
    }
    table.text()
}

/// How many contacts there are.
pub fn counted(contacts: usize) -> String {
    many(contacts, ["contact", "contacts"], ["Kontakt", "Kontakte"])
}
