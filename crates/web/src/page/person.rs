//! How a contact is named and addressed, wherever it stands.

use model::{Contact, Field};

use crate::frame::Frame;

/// What lists show of a contact; never empty.
pub fn name_of(f: &Frame, contact: &Contact) -> String {
    let name = contact.values.get(Field::DisplayName).or_else(|| contact.values.get(Field::Email));
    name.map_or_else(|| f.s("contact-unnamed"), ToOwned::to_owned)
}

/// The number that a list shows.
pub fn phone_of(contact: &Contact) -> String {
    let mobile = contact.values.get(Field::Mobile).map(str::to_owned);
    mobile.or_else(|| contact.values.business_phones().next().map(str::to_owned)).unwrap_or_default()
}

/// An address as a `mailto:` link takes it: what would begin another part of the link is encoded (RFC 6068, 2).
pub fn mailto(address: &str) -> String {
    address.chars().fold(String::from("mailto:"), |mut link, c| {
        match c {
            '%' => link.push_str("%25"),
            '?' => link.push_str("%3F"),
            '&' => link.push_str("%26"),
            '#' => link.push_str("%23"),
            c => link.push(c),
        }
        link
    })
}

/// The text that names a field.
pub const fn label(field: Field) -> &'static str {
    match field {
        Field::FirstName => "field-first-name",
        Field::LastName => "field-last-name",
        Field::DisplayName => "field-display-name",
        Field::Email => "field-email",
        Field::JobTitle => "field-job-title",
        Field::Department => "field-department",
        Field::Company => "field-company",
        Field::Office => "field-office",
        Field::Mobile => "field-mobile",
        Field::BusinessPhones => "field-business-phones",
        Field::Site => "field-site",
    }
}
