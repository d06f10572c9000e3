//! Contacts as vCard 3.0 (RFC 2426), the version that phones, Outlook and Apple's contacts import alike.
//!
//! UID, FN, N, EMAIL, TITLE, ORG (company;department), TEL (WORK, CELL) and CATEGORIES (contact groups). Office and site
//! have no property of their own in this version and are left out. The rule: one line of a value is one line of text;
//! control characters, which no importer expects, become blanks.

use calcard::vcard::{VCardEntry, VCardParameter, VCardProperty, VCardType, VCardValue};
use model::{Field, Values};

use crate::card::Card;

/// The contacts one behind the other, lines ended by CRLF and folded at 75 octets (RFC 2425 section 5.8.1).
pub fn vcard<'a>(cards: impl IntoIterator<Item = &'a Card>) -> String {
    let mut out = String::new();
    for card in cards {
        out.push_str("BEGIN:VCARD\r\nVERSION:3.0\r\n");
        for entry in entries(card) {
            // The library's form for 4.0 writes text without a CHARSET parameter, which 3.0 no longer has (RFC 2426
            // section 5); the two agree in everything else that is written here. A String takes every text.
            entry.write_to(&mut out, true).ok();
        }
        out.push_str("END:VCARD\r\n");
    }
    out
}

fn entries(card: &Card) -> Vec<VCardEntry> {
    let values = &card.values;
    let mut entries = vec![
        entry(VCardProperty::Uid, [card.uid.as_str()]),
        entry(VCardProperty::Fn, [card.title().as_str()]),
        // Both names may be missing; N itself may not (RFC 2426 section 3.1.2).
        entry(VCardProperty::N, [text(values, Field::LastName), text(values, Field::FirstName), "", "", ""]),
    ];
    if let Some(email) = values.get(Field::Email) {
        let typed = VCardParameter::typ("INTERNET".to_owned());
        entries.push(entry(VCardProperty::Email, [email]).with_param(typed));
    }
    if let Some(title) = values.get(Field::JobTitle) {
        entries.push(entry(VCardProperty::Title, [title]));
    }
    match (text(values, Field::Company), text(values, Field::Department)) {
        ("", "") => {}
        (company, "") => entries.push(entry(VCardProperty::Org, [company])),
        (company, department) => entries.push(entry(VCardProperty::Org, [company, department])),
    }
    entries.extend(values.business_phones().map(|number| phone(number, VCardType::Work)));
    entries.extend(values.get(Field::Mobile).map(|number| phone(number, VCardType::Cell)));
    if !card.groups.is_empty() {
        entries.push(entry(VCardProperty::Categories, card.groups.iter().map(String::as_str)));
    }
    entries
}

fn phone(number: &str, kind: VCardType) -> VCardEntry {
    entry(VCardProperty::Tel, [number]).with_param(VCardParameter::typ(kind))
}

fn entry<'a>(name: VCardProperty, values: impl IntoIterator<Item = &'a str>) -> VCardEntry {
    let values = values.into_iter().map(|v| VCardValue::Text(plain(v))).collect();
    VCardEntry::new(name).with_values(values)
}

fn text(values: &Values, field: Field) -> &str {
    values.get(field).unwrap_or_default()
}

/// All kinds of line ends as `\n`, which is the only one that RFC 2426 escapes; other control characters as blanks.
pub(crate) fn plain(value: &str) -> String {
    let lines = value.replace("\r\n", "\n").replace(['\r', '\u{85}', '\u{2028}', '\u{2029}'], "\n");
    lines.chars().map(|c| if c.is_control() && c != '\n' { ' ' } else { c }).collect()
}

#[cfg(test)]
#[path = "vcard_tests.rs"]
mod tests;
