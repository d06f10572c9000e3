//! Telephone numbers: read as people type them, in E.164 inside (ITU-T E.164, 11/2010), shown as DIN 5008:2020 writes them. What
//! somebody typed is kept where it was typed; a number is read from it by the rules of the place that it belongs to, whenever it is
//! needed, so that changed rules rewrite nothing.
//!
//! Which digits a country has, how it dials abroad and at home, and where its area codes end is libphonenumber's to say. Of our own are
//! the German words for an extension, the hyphen that stands before one, and the short numbers that no person has.

mod rules;
mod typed;

use std::fmt;

use rlibphonenumber::{
    NumberLengthType, PHONE_NUMBER_UTIL, PhoneNumber, PhoneNumberFormat,
    get_national_significant_number_owned,
};

pub use rules::{BadRules, Country, ExtensionRange, NumberRules};
use typed::Typed;

/// Digits of the longest number that E.164 allows.
pub const LONGEST: usize = 15;

/// Digits of the longest number within a town, without an extension that was typed apart.
const LONGEST_LOCAL: usize = 8;

/// What somebody typed, read by the rules of a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Number {
    /// A number that can be dialled from everywhere.
    International(E164),
    /// Digits that reach somebody within the place alone.
    Extension(Box<str>),
    /// An emergency or service number, which no person has.
    Short(Box<str>),
    /// Nothing that could be dialled.
    Text,
}

/// A number in E.164, with what was typed apart of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct E164 {
    /// Country code and national number: digits alone, fifteen at most.
    digits: Box<str>,
    /// How many of the last digits were typed apart as an extension: `-12`.
    indial: usize,
    /// What is dialled after somebody has answered (RFC 3966, `;ext=`).
    post_dial: Option<Box<str>>,
}

impl Number {
    /// Reads what somebody typed at a place with these rules.
    pub fn read(text: &str, rules: &NumberRules) -> Self {
        let typed = Typed::of(text);
        if typed.base.is_empty() {
            return Self::Text;
        }
        if let Some(digits) = typed.bare_digits() {
            if rules.country.has_short(&digits) {
                return Self::Short(digits.into());
            }
            if typed.extension.is_none() && rules.is_extension(&digits) {
                return Self::Extension(digits.into());
            }
        }
        let number = parse(&typed.base, rules.country);
        // Of a number in some town libphonenumber takes the first digits for an area code.
        let read = match number {
            Some(number) if typed.names_its_area(&number, rules) => E164::of(&number, &typed),
            _ => rules.area_code.as_deref().and_then(|area| within(&typed, rules, area)),
        };
        read.map_or(Self::Text, Self::International)
    }
}

/// A number without its area code, in that area. What is longer than numbers in a town are has lost its first digits, or its sign:
/// spreadsheets take them off.
fn within(typed: &Typed, rules: &NumberRules, area: &str) -> Option<E164> {
    if !typed.may_be_local(rules) {
        return None;
    }
    let trunk = rules.trunk_prefix.as_deref().unwrap_or_default();
    let number = parse(&format!("{trunk}{area} {}", typed.base), rules.country)?;
    let own = get_national_significant_number_owned(&number).len().saturating_sub(area.len());
    let stem = own - typed.hyphened(&number).unwrap_or_default().min(own);
    if stem > LONGEST_LOCAL { None } else { E164::of(&number, typed) }
}

/// A number that the country has, or, where it was typed in full, could have.
fn parse(text: &str, country: Country) -> Option<PhoneNumber> {
    let number = PHONE_NUMBER_UTIL.parse(text, Some(country.0)).ok()?;
    if number.is_valid() {
        return Some(number);
    }
    let in_full = text.trim_start().starts_with(['+', '＋']);
    let possible =
        PHONE_NUMBER_UTIL.is_possible_number_with_reason(&number) == Ok(NumberLengthType::IsPossible);
    (in_full && possible).then_some(number)
}

impl E164 {
    fn of(number: &PhoneNumber, typed: &Typed) -> Option<Self> {
        let mut digits = format!("{}{}", number.country_code, get_national_significant_number_owned(number));
        let mut indial = typed.hyphened(number).unwrap_or(0);
        if let Some(extension) = &typed.extension {
            // "1234567-0 Durchwahl 12": the 0 stands for the exchange, in whose place the extension is dialled.
            if indial == 1 && digits.ends_with('0') {
                digits.pop();
            }
            digits.push_str(extension);
            indial = extension.len();
        }
        let post_dial = number.extension.as_deref().filter(|digits| !digits.is_empty()).map(Into::into);
        (digits.len() <= LONGEST).then(|| Self { digits: digits.into(), indial, post_dial })
    }

    /// Country code and national number, digits alone: what is compared and looked up.
    pub fn digits(&self) -> &str {
        &self.digits
    }

    /// As DIN 5008 writes it: `+49 40 1234567-12`, blanks between country code, area code and number, a hyphen before an extension that
    /// was typed apart.
    pub fn din5008(&self) -> String {
        let mut text = match PHONE_NUMBER_UTIL.parse(format!("+{}", self.digits), None) {
            Ok(number) => number.format_as(PhoneNumberFormat::International).replace(['-', '/', '.'], " "),
            Err(_) => format!("+{}", self.digits),
        };
        if let Some(at) = self.indial.checked_sub(1).and_then(|behind| nth_digit_from_end(&text, behind)) {
            let before = text.get(..at).unwrap_or_default().trim_end().len();
            text.replace_range(before..at, "-");
        }
        match &self.post_dial {
            Some(digits) => format!("{text} ext. {digits}"),
            None => text,
        }
    }

    /// As a link dials it (RFC 3966, without `tel:`).
    pub fn dialled(&self) -> String {
        match &self.post_dial {
            Some(digits) => format!("{self};ext={digits}"),
            None => self.to_string(),
        }
    }
}

/// `+` and the digits.
impl fmt::Display for E164 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "+{}", self.digits)
    }
}

/// Where the digit stands behind which so many others follow.
fn nth_digit_from_end(text: &str, behind: usize) -> Option<usize> {
    text.char_indices().rev().filter(|(_, c)| c.is_ascii_digit()).nth(behind).map(|(at, _)| at)
}

#[cfg(test)]
mod tests;
