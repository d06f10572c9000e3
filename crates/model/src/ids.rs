//! Ids. Database keys are single integers whose leading bits are the customer's id, so that every key starts with the
//! customer and a range of keys is a customer's own; ids of source objects are Microsoft's bytes.

use std::fmt;
use std::str::FromStr;

/// Bits that number connections within a customer.
const CONNECTION_BITS: u32 = 16;
/// Bits that number contacts and contact groups within a customer (a trillion each).
const BOOK_BITS: u32 = 40;

/// A customer: an organisation whose books are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CustomerId(pub i64);

macro_rules! customer_keyed {
    ($(#[$doc:meta])* $name:ident, $bits:expr) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(i64);

        impl $name {
            /// The `n`-th of this customer, counted from 1; `n` beyond the key's room wraps into it.
            pub const fn new(customer: CustomerId, n: i64) -> Self {
                Self((customer.0 << $bits) | (n & ((1 << $bits) - 1)))
            }
            /// The key as stored.
            pub const fn get(self) -> i64 {
                self.0
            }
            /// Reads a stored key.
            pub const fn from_stored(key: i64) -> Self {
                Self(key)
            }
            /// Whose it is: the leading bits.
            pub const fn customer(self) -> CustomerId {
                CustomerId(self.0 >> $bits)
            }
            /// The number within the customer.
            pub const fn number(self) -> i64 {
                self.0 & ((1 << $bits) - 1)
            }
            /// First and last possible key of a customer, both inclusive.
            pub const fn range(customer: CustomerId) -> (i64, i64) {
                (customer.0 << $bits, (customer.0 << $bits) | ((1 << $bits) - 1))
            }
        }
    };
}

customer_keyed!(
    /// A customer's connection to one Microsoft 365 tenant.
    ConnectionId, CONNECTION_BITS
);
customer_keyed!(
    /// A contact; lives as long as the person is known, through renames, bin and restore (W5).
    ContactId, BOOK_BITS
);
customer_keyed!(
    /// A contact group.
    GroupId, BOOK_BITS
);

/// A run, numbered over all customers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RunId(pub i64);

/// A stored plan, numbered over all customers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PlanId(pub i64);

/// What an id could not be read from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadId(pub String);

impl fmt::Display for BadId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "“{}” is not a valid id", self.0)
    }
}

impl std::error::Error for BadId {}

/// Id of a source object: 16 bytes for the directory, case-sensitive text for Exchange.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SourceId {
    /// A directory object's GUID in the order in which its text form is written.
    Guid([u8; 16]),
    /// Any other id, byte for byte.
    Text(Box<[u8]>),
}

impl SourceId {
    /// The bytes as stored.
    pub fn as_bytes(&self) -> &[u8] {
        match self {
            Self::Guid(bytes) => bytes,
            Self::Text(bytes) => bytes,
        }
    }

    /// Reads stored bytes: 16 bytes are a GUID.
    pub fn from_bytes(bytes: &[u8]) -> Self {
        match <[u8; 16]>::try_from(bytes) {
            Ok(guid) => Self::Guid(guid),
            Err(_) => Self::Text(bytes.into()),
        }
    }
}

impl FromStr for SourceId {
    type Err = BadId;

    /// Reads a GUID in its hyphenated text form, in either case.
    fn from_str(text: &str) -> Result<Self, BadId> {
        parse_guid(text.as_bytes()).map(Self::Guid).ok_or_else(|| BadId(text.to_owned()))
    }
}

impl fmt::Display for SourceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Guid(bytes) => write_guid(f, bytes),
            Self::Text(bytes) => f.write_str(&String::from_utf8_lossy(bytes)),
        }
    }
}

impl fmt::Debug for SourceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

fn parse_guid(text: &[u8]) -> Option<[u8; 16]> {
    if text.len() != 36 {
        return None;
    }
    let mut bytes = [0_u8; 16];
    let mut nibbles = 0_usize;
    for (at, &c) in text.iter().enumerate() {
        if matches!(at, 8 | 13 | 18 | 23) {
            if c != b'-' {
                return None;
            }
            continue;
        }
        let value = (c as char).to_digit(16)? as u8;
        let byte = bytes.get_mut(nibbles / 2)?;
        *byte = (*byte << 4) | value;
        nibbles += 1;
    }
    Some(bytes)
}

fn write_guid(f: &mut fmt::Formatter<'_>, bytes: &[u8; 16]) -> fmt::Result {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    let mut text = [b'-'; 36];
    let mut at = 0;
    for byte in bytes {
        if matches!(at, 8 | 13 | 18 | 23) {
            at += 1;
        }
        for nibble in [byte >> 4, byte & 15] {
            if let (Some(slot), Some(&digit)) = (text.get_mut(at), HEX.get(nibble as usize)) {
                *slot = digit;
            }
            at += 1;
        }
    }
    f.write_str(std::str::from_utf8(&text).unwrap_or_default())
}

/// The public id of a contact or a contact group: a version 8 UUID (RFC 9562 section 5.8) of the installation's salt and the
/// stored key, the same in book, CardDAV, LDAP, vCard and API, and computable without a look-up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PublicId([u8; 16]);

/// The bit that stored keys do not have. Contacts and contact groups of a customer are numbered alike, so it tells them apart.
const OF_GROUP: i64 = i64::MIN;

impl PublicId {
    /// A contact's. `salt` is the installation's, 58 bits of it are used; `key` is a stored key (63 bits).
    pub fn new(salt: u64, key: i64) -> Self {
        let key = u128::from(key as u64);
        let salt = u128::from(salt);
        let bits = ((salt & 0xFFFF_FFFF_FFFF) << 80)
            | (8 << 76)
            | (((key >> 52) & 0xFFF) << 64)
            | (0b10 << 62)
            | (((salt >> 48) & 0x3FF) << 52)
            | (key & 0xF_FFFF_FFFF_FFFF);
        Self(bits.to_be_bytes())
    }

    /// A contact group's.
    pub fn of_group(salt: u64, group: GroupId) -> Self {
        Self::new(salt, group.get() | OF_GROUP)
    }

    /// The stored key of a contact, if this id belongs to the installation with that salt.
    pub fn key(self, salt: u64) -> Option<i64> {
        self.any_key(salt).filter(|key| *key >= 0)
    }

    /// The contact group, likewise.
    pub fn group(self, salt: u64) -> Option<GroupId> {
        let key = self.any_key(salt).filter(|key| *key < 0)?;
        Some(GroupId::from_stored(key & !OF_GROUP))
    }

    fn any_key(self, salt: u64) -> Option<i64> {
        let bits = u128::from_be_bytes(self.0);
        let key = ((((bits >> 64) & 0xFFF) << 52) | (bits & 0xF_FFFF_FFFF_FFFF)) as u64 as i64;
        (Self::new(salt, key) == self).then_some(key)
    }
}

impl fmt::Display for PublicId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_guid(f, &self.0)
    }
}

impl FromStr for PublicId {
    type Err = BadId;

    fn from_str(text: &str) -> Result<Self, BadId> {
        parse_guid(text.as_bytes()).map(Self).ok_or_else(|| BadId(text.to_owned()))
    }
}

/// A customer's short name on the command line and in addresses: lower-case letters, digits and hyphens, 1 to 40 long.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Slug(String);

impl Slug {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Slug {
    type Err = BadId;

    fn from_str(text: &str) -> Result<Self, BadId> {
        let legal = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        let good = !text.is_empty() && text.len() <= 40 && text.chars().all(legal) && !text.starts_with('-');
        if good { Ok(Self(text.to_owned())) } else { Err(BadId(text.to_owned())) }
    }
}

impl fmt::Display for Slug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_start_with_their_customer() {
        let id = ContactId::new(CustomerId(7), 42);
        assert_eq!((id.customer(), id.number()), (CustomerId(7), 42));
        let (low, high) = ContactId::range(CustomerId(7));
        assert!(low <= id.get() && id.get() <= high);
        assert!(ContactId::new(CustomerId(8), 0).get() > high);
    }

    #[test]
    fn guids_are_read_in_any_case_and_written_in_lower_case() {
        let id: SourceId = "FFFF7B1A-13b6-477b-8c0c-380905cd99f7".parse().unwrap();
        assert_eq!(id.to_string(), "ffff7b1a-13b6-477b-8c0c-380905cd99f7");
        assert_eq!(SourceId::from_bytes(id.as_bytes()), id);
        assert!("ffff7b1a13b6477b8c0c380905cd99f7".parse::<SourceId>().is_err());
        assert!("zfff7b1a-13b6-477b-8c0c-380905cd99f7".parse::<SourceId>().is_err());
    }

    #[test]
    fn public_ids_are_uuids_of_version_8_and_lead_back_to_the_key() {
        let salt = 0x02A3_4567_89AB_CDEF;
        for key in [1, ContactId::new(CustomerId(8_000_000), 999_999_999_999).get(), i64::MAX] {
            let id = PublicId::new(salt, key);
            let text = id.to_string();
            assert_eq!(text.as_bytes()[14], b'8');
            assert!(matches!(text.as_bytes()[19], b'8' | b'9' | b'a' | b'b'));
            assert_eq!(text.parse::<PublicId>().unwrap().key(salt), Some(key));
            assert_eq!(id.key(salt ^ 1), None);
        }
    }

    #[test]
    fn public_ids_of_a_contact_and_of_a_group_with_the_same_number_differ() {
        let (salt, customer) = (0x02A3_4567_89AB_CDEF, CustomerId(8_000_000));
        for n in [1, 999_999_999_999] {
            let (contact, group) = (ContactId::new(customer, n), GroupId::new(customer, n));
            let (of_contact, of_group) =
                (PublicId::new(salt, contact.get()), PublicId::of_group(salt, group));
            assert_ne!(of_contact, of_group);
            assert_eq!((of_group.group(salt), of_group.key(salt)), (Some(group), None));
            assert_eq!((of_contact.key(salt), of_contact.group(salt)), (Some(contact.get()), None));
            assert_eq!(of_group.to_string().as_bytes()[14], b'8');
            assert_eq!(of_group.group(salt ^ 1), None);
        }
    }

    #[test]
    fn slugs_refuse_what_an_address_could_not_carry() {
        assert!("muster-gmbh".parse::<Slug>().is_ok());
        for bad in ["", "Muster", "müller", "-a", "a b", &"x".repeat(41)] {
            assert!(bad.parse::<Slug>().is_err(), "{bad}");
        }
    }
}
