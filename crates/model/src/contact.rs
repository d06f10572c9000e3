//! Contacts: one person in a book, with values by field, origin and pins.

use crate::ids::ContactId;
use crate::text::{Key, fnv1a, fnv1a_from};
use crate::time::Timestamp;

/// Fields of a contact; the names are those of the JSON form and of the policy's `fields.NAME`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Field {
    /// Given name.
    FirstName,
    /// Surname.
    LastName,
    /// What lists show; follows from the names where there are any.
    DisplayName,
    /// The address; its [`Key`] correlates.
    Email,
    /// Job title.
    JobTitle,
    /// Department.
    Department,
    /// Company.
    Company,
    /// Office location.
    Office,
    /// Mobile number as typed at the source.
    Mobile,
    /// Business numbers as typed, one a line.
    BusinessPhones,
    /// Site (A13).
    Site,
}

impl Field {
    /// All fields in the order in which they are stored and shown.
    pub const ALL: [Self; 11] = [
        Self::FirstName,
        Self::LastName,
        Self::DisplayName,
        Self::Email,
        Self::JobTitle,
        Self::Department,
        Self::Company,
        Self::Office,
        Self::Mobile,
        Self::BusinessPhones,
        Self::Site,
    ];

    /// The stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::FirstName => "first_name",
            Self::LastName => "last_name",
            Self::DisplayName => "display_name",
            Self::Email => "email",
            Self::JobTitle => "job_title",
            Self::Department => "department",
            Self::Company => "company",
            Self::Office => "office",
            Self::Mobile => "mobile",
            Self::BusinessPhones => "business_phones",
            Self::Site => "site",
        }
    }

    /// The field of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|f| f.name() == name)
    }

    /// Characters that a typed value may have; of business numbers each of them.
    pub const fn longest(self) -> usize {
        match self {
            Self::Mobile | Self::BusinessPhones => 64,
            // RFC 5321, section 4.5.3.1: a path has 256 octets, brackets included.
            Self::Email => 254,
            Self::FirstName
            | Self::LastName
            | Self::DisplayName
            | Self::JobTitle
            | Self::Department
            | Self::Company
            | Self::Office
            | Self::Site => 256,
        }
    }

    /// Its place in [`Field::ALL`].
    pub const fn index(self) -> usize {
        self as usize
    }
}

/// Values by field; `None` is "has no value". Business phones are one value, a number a line.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Values([Option<Box<str>>; 11]);

impl Values {
    /// The value of a field.
    pub fn get(&self, field: Field) -> Option<&str> {
        self.0.get(field.index()).and_then(|v| v.as_deref())
    }

    /// Sets or clears a field; an empty text clears it.
    pub fn set(&mut self, field: Field, value: Option<&str>) {
        if let Some(slot) = self.0.get_mut(field.index()) {
            *slot = value.filter(|v| !v.is_empty()).map(Into::into);
        }
    }

    /// Sets a field and gives the whole back.
    #[must_use]
    pub fn with(mut self, field: Field, value: &str) -> Self {
        self.set(field, Some(value));
        self
    }

    /// Business numbers, in order.
    pub fn business_phones(&self) -> impl Iterator<Item = &str> {
        self.get(Field::BusinessPhones).into_iter().flat_map(str::lines)
    }

    /// The key of the e-mail.
    pub fn key(&self) -> Option<Key> {
        self.get(Field::Email).and_then(Key::of)
    }

    /// First and last name joined, where there is either.
    pub fn joined_name(&self) -> Option<String> {
        match (self.get(Field::FirstName), self.get(Field::LastName)) {
            (Some(first), Some(last)) => Some(format!("{first} {last}")),
            (Some(one), None) | (None, Some(one)) => Some(one.to_owned()),
            (None, None) => None,
        }
    }

    /// A digest over all fields.
    pub fn digest(&self) -> i64 {
        self.0.iter().fold(fnv1a(&[]), |hash, value| match value {
            Some(value) => fnv1a_from(fnv1a_from(hash, &[1]), value.as_bytes()),
            None => fnv1a_from(hash, &[0]),
        }) as i64
    }
}

/// Where a contact came from; a stable mark in lists and details (A9).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Origin {
    /// A run created it.
    Microsoft365,
    /// A person typed it.
    Manual,
    /// An import of a CSV file.
    Csv,
}

impl Origin {
    /// The stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Microsoft365 => "microsoft365",
            Self::Manual => "manual",
            Self::Csv => "csv",
        }
    }

    /// The origin of that name.
    pub fn named(name: &str) -> Option<Self> {
        [Self::Microsoft365, Self::Manual, Self::Csv].into_iter().find(|o| o.name() == name)
    }
}

/// A value that stays although the source says otherwise, until it expires (W10).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pin {
    /// The pinned field; its value stands in the contact.
    pub field: Field,
    /// Why.
    pub reason: Box<str>,
    /// On that day the source's value returns; `None` stays until it is unpinned.
    pub until: Option<Timestamp>,
}

impl Pin {
    /// Whether the pin holds at that time.
    pub fn holds(&self, as_of: Timestamp) -> bool {
        self.until.is_none_or(|until| as_of < until)
    }
}

/// One person in a book.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contact {
    /// The id, for life.
    pub id: ContactId,
    /// Where it came from.
    pub origin: Origin,
    /// Its values.
    pub values: Values,
    /// Marked as left since then: shown, no longer updated.
    pub left_at: Option<Timestamp>,
    /// Pinned fields.
    pub pins: Vec<Pin>,
    /// Last change of anything above.
    pub updated_at: Timestamp,
}

impl Contact {
    /// Whether a field is pinned at that time.
    pub fn pinned(&self, field: Field, as_of: Timestamp) -> bool {
        self.pins.iter().any(|p| p.field == field && p.holds(as_of))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn field_names_and_places_agree() {
        for (at, field) in Field::ALL.into_iter().enumerate() {
            assert_eq!(field.index(), at);
            assert_eq!(Field::named(field.name()), Some(field));
        }
    }

    #[test]
    fn w10_pin_ends_on_its_day() {
        let pin = Pin { field: Field::Mobile, reason: "on loan".into(), until: Some(Timestamp(10)) };
        assert!(pin.holds(Timestamp(9)));
        assert!(!pin.holds(Timestamp(10)));
    }
}
