//! What somebody typed as a number, before a country is asked: the words for an extension taken off, the place of its hyphen kept.

use rlibphonenumber::{PHONE_NUMBER_UTIL, PhoneNumber, PhoneNumberFormat};

use super::NumberRules;

/// Words that stand before an extension in German. libphonenumber knows the English ones, which are dialled after somebody has
/// answered; these are dialled at once, in place of the exchange.
const EXTENSION_WORDS: [&str; 8] =
    ["durchwahl", "durchw", "nebenstelle", "apparat", "nebenst", "app", "nst", "dw"];
/// Digits of the longest extension: what is longer is a number of its own.
const LONGEST_EXTENSION: usize = 6;

/// A typed number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Typed {
    /// What is to be read as a number: without blanks around it and without the extension that a word stands before.
    pub(super) base: String,
    /// The digits behind such a word.
    pub(super) extension: Option<String>,
}

impl Typed {
    pub(super) fn of(text: &str) -> Self {
        // "Tel. 040 …": where the number begins. Letters within it are keys, as in 0800 FLOWERS.
        let begins = |c: char| c.is_numeric() || matches!(c, '+' | '＋' | '(');
        let text = text.find(begins).and_then(|at| text.get(at..)).unwrap_or_default().trim();
        match split_extension(text) {
            Some((base, extension)) => Self { base: abroad(base), extension: Some(extension) },
            None => Self { base: abroad(text), extension: None },
        }
    }

    /// The digits, where nothing else was typed but signs between them.
    pub(super) fn bare_digits(&self) -> Option<String> {
        let between = |c: char| c.is_whitespace() || matches!(c, '-' | '–' | '/' | '.' | '(' | ')');
        let bare = self.base.chars().all(|c| c.is_ascii_digit() || between(c));
        let digits: String = self.base.chars().filter(char::is_ascii_digit).collect();
        (bare && !digits.is_empty()).then_some(digits)
    }

    /// Whether it begins with what is dialled for another country.
    fn is_abroad(&self) -> bool {
        let begin = self.base.trim_start_matches('(');
        begin.starts_with(['+', '＋']) || PHONE_NUMBER_UTIL.normalize_digits_only(begin).starts_with("00")
    }

    /// Whether it may be a number within a town: it begins neither as abroad nor with the trunk prefix.
    pub(super) fn may_be_local(&self, rules: &NumberRules) -> bool {
        let digits = PHONE_NUMBER_UTIL.normalize_digits_only(&self.base);
        !self.is_abroad() && rules.trunk_prefix.as_deref().is_none_or(|trunk| !digits.starts_with(trunk))
    }

    /// Whether what was read of it was typed with its area: with a country code, or as it is dialled within the country, which there
    /// begins with a trunk prefix or does not.
    pub(super) fn names_its_area(&self, read: &PhoneNumber, rules: &NumberRules) -> bool {
        let Some(trunk) = rules.trunk_prefix.as_deref().filter(|_| !self.is_abroad()) else { return true };
        let begins = |text: &str| PHONE_NUMBER_UTIL.normalize_digits_only(text).starts_with(trunk);
        begins(&self.base) || !begins(&read.format_as(PhoneNumberFormat::National))
    }

    /// How many digits stand behind the one hyphen that was typed, where they are an extension: a hyphen behind an area code is none,
    /// and of several none is.
    pub(super) fn hyphened(&self, number: &PhoneNumber) -> Option<usize> {
        let (before, behind) = self.base.rsplit_once(['-', '–'])?;
        let several = before.contains(['-', '–']);
        let digits = |text: &str| text.chars().filter(char::is_ascii_digit).count();
        let extension = digits(behind);
        let plain = behind.trim().chars().all(|c| c.is_ascii_digit() || c == ' ');
        if several || !plain || extension == 0 || extension > LONGEST_EXTENSION {
            return None;
        }
        // Of the national number more must stand before the hyphen than the area code.
        let national = rlibphonenumber::get_national_significant_number_owned(number).len();
        let area = PHONE_NUMBER_UTIL.get_length_of_national_destination_code(number);
        (national > area + extension).then_some(extension)
    }
}

/// What stands before a word for an extension, and the digits behind it.
fn split_extension(text: &str) -> Option<(&str, String)> {
    let lower = text.to_ascii_lowercase();
    EXTENSION_WORDS.iter().find_map(|word| {
        let at = lower.find(word)?;
        let (before, behind) = (text.get(..at)?, text.get(at + word.len()..)?);
        let behind = behind.trim_start_matches(['.', ':']).trim();
        let digits = !behind.is_empty()
            && behind.len() <= LONGEST_EXTENSION
            && behind.bytes().all(|b| b.is_ascii_digit());
        let apart = !before.ends_with(|c: char| c.is_alphanumeric() && !c.is_ascii_digit());
        let base = before.trim_end_matches(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '/' | '('));
        (digits && apart && base.chars().any(|c| c.is_ascii_digit())).then(|| (base, behind.to_owned()))
    })
}

/// Without the zero in brackets that is dialled at home alone: `+49 (0) 40`. libphonenumber takes it off where the country has one; this
/// leaves nothing to doubt where it has none.
fn abroad(text: &str) -> String {
    let text = text.trim();
    if !text.starts_with(['+', '＋']) && !text.starts_with("00") {
        return text.to_owned();
    }
    ["(0)", "( 0 )"].iter().fold(text.to_owned(), |text, zero| text.replace(zero, " "))
}
