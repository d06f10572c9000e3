//! The rules of a place: what short forms of numbers mean there.

use std::fmt;
use std::ops::RangeInclusive;
use std::str::FromStr;

use rlibphonenumber::{PHONE_NUMBER_UTIL, PhoneNumberFormat, Region, get_national_significant_number_owned};

/// A country that has telephone numbers, by its ISO 3166-1 code.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Country(pub(super) Region);

/// What a number means that somebody types or dials at a place: a customer, or one of its sites.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NumberRules {
    /// The country.
    pub country: Country,
    /// The area code without the trunk prefix: `40` for Hamburg. None where numbers are always typed with it.
    pub area_code: Option<Box<str>>,
    /// What is dialled before an area code within the country.
    pub trunk_prefix: Option<Box<str>>,
    /// Which numbers are extensions of the place.
    pub extensions: Vec<ExtensionRange>,
}

/// Extensions from one number to another, both of them and all of them of the same length: `10` to `89`, `000` to `499`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExtensionRange {
    from: Box<str>,
    to: Box<str>,
}

/// Why rules cannot be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BadRules {
    /// No country has this code.
    Country(String),
    /// This is no range of numbers of one length.
    Range(String),
}

impl NumberRules {
    /// Those of a country, where nothing else is known.
    pub fn of(country: Country) -> Self {
        let trunk_prefix = country.trunk_prefix();
        Self { country, area_code: None, trunk_prefix, extensions: Vec::new() }
    }

    /// Whether these digits are an extension of the place.
    pub fn is_extension(&self, digits: &str) -> bool {
        self.extensions.iter().any(|range| range.holds(digits))
    }
}

/// Numbers of emergency and public services, which are the same in many countries: the European emergency number (Directive (EU)
/// 2018/1972, Article 109) and those of harmonised social value (Decision 2007/116/EC), six digits that begin so.
const EUROPEAN: [&str; 2] = ["112", "116"];
/// Those of countries, whole, and how they begin with how many digits they have: the Bundesnetzagentur's numbering plan (110, 115, and
/// directory enquiries, 118xx and 1180xx), the RTR's (KEM-V, § 18 to § 33: 122 to 147, and 118xx), the BAKOM's short numbers (117, 118,
/// 143 to 147, and 18xx).
const NATIONAL: [(Region, &[&str], &str, RangeInclusive<usize>); 3] = [
    (Region::DE, &["110", "115"], "118", 5..=6),
    (Region::AT, &["122", "128", "130", "133", "140", "141", "142", "144", "147"], "118", 5..=6),
    (Region::CH, &["117", "118", "143", "144", "145", "147"], "18", 4..=4),
];
/// Digits of the longest number that is dialled within a place, or of a service.
const LONGEST_SHORT: usize = 6;

impl Country {
    /// Germany.
    pub const GERMANY: Self = Self(Region::DE);

    /// The code: two capital letters.
    pub fn code(self) -> String {
        self.0.as_region_str().to_string()
    }

    /// What stands before an area code at home, where something does: what a number has more at home than abroad.
    fn trunk_prefix(self) -> Option<Box<str>> {
        let number = PHONE_NUMBER_UTIL.get_example_number(self.0).ok()?;
        let at_home = PHONE_NUMBER_UTIL.normalize_digits_only(number.format_as(PhoneNumberFormat::National));
        let prefix = at_home.strip_suffix(&get_national_significant_number_owned(&number))?;
        (!prefix.is_empty()).then(|| prefix.into())
    }

    /// Whether these digits are an emergency or service number there.
    pub(super) fn has_short(self, digits: &str) -> bool {
        if digits == EUROPEAN[0] || (digits.len() == LONGEST_SHORT && digits.starts_with(EUROPEAN[1])) {
            return true;
        }
        NATIONAL.iter().filter(|(region, ..)| *region == self.0).any(|(_, whole, begin, long)| {
            whole.contains(&digits) || digits.starts_with(begin) && long.contains(&digits.len())
        })
    }
}

impl FromStr for Country {
    type Err = BadRules;

    fn from_str(code: &str) -> Result<Self, BadRules> {
        let region = Region::from_code(code).ok();
        let known = |region: &Region| PHONE_NUMBER_UTIL.get_country_code_for_region(*region).is_some();
        region.filter(known).map(Self).ok_or_else(|| BadRules::Country(code.to_owned()))
    }
}

impl fmt::Debug for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.code())
    }
}

impl ExtensionRange {
    fn holds(&self, digits: &str) -> bool {
        digits.len() == self.from.len() && *self.from <= *digits && *digits <= *self.to
    }
}

/// `10-89`; one number alone is a range of its own.
impl FromStr for ExtensionRange {
    type Err = BadRules;

    fn from_str(text: &str) -> Result<Self, BadRules> {
        let (from, to) = text.split_once('-').unwrap_or((text, text));
        let (from, to) = (from.trim(), to.trim());
        let digits = |text: &str| {
            !text.is_empty() && text.len() <= LONGEST_SHORT && text.bytes().all(|b| b.is_ascii_digit())
        };
        if digits(from) && digits(to) && from.len() == to.len() && from <= to {
            return Ok(Self { from: from.into(), to: to.into() });
        }
        Err(BadRules::Range(text.to_owned()))
    }
}
