//! Names and addresses as people and machines compare them.

use unicode_normalization::{UnicodeNormalization, is_nfc};

/// A name as the book stores it: NFC, no outer and no double blanks, control characters being blanks; `None` when nothing is
/// left.
pub fn clean(text: &str) -> Option<Box<str>> {
    let words = || text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty());
    let tidy = !text.is_empty()
        && is_nfc(text)
        && words().map(str::len).sum::<usize>() + words().count() == text.len() + 1;
    if tidy && !text.contains(|c: char| (c.is_whitespace() && c != ' ') || c.is_control()) {
        return Some(text.into());
    }
    let joined = words().collect::<Vec<_>>().join(" ");
    if joined.is_empty() { None } else { Some(joined.nfc().collect::<String>().into()) }
}

/// Why a text that a person typed cannot be kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unfit {
    /// A character that commands a terminal or a phone, or turns around what follows it.
    Control,
    /// It has more than so many characters.
    TooLong(usize),
}

/// Whether a typed text can be kept: no more characters than these, and none that nobody can see. What a source writes is
/// made fit by [`clean`] instead.
pub fn fits(text: &str, longest: usize, breaks: Breaks) -> Result<(), Unfit> {
    let hidden = |c: char| {
        let turns = matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{2028}' | '\u{2029}' | '\u{feff}');
        turns || (c.is_control() && !(breaks == Breaks::Allowed && matches!(c, '\n' | '\t')))
    };
    if text.contains(hidden) {
        return Err(Unfit::Control);
    }
    if text.chars().nth(longest).is_some() { Err(Unfit::TooLong(longest)) } else { Ok(()) }
}

/// Whether a text may have several lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Breaks {
    /// One line.
    None,
    /// Line breaks and tabs are text.
    Allowed,
}

/// The key that correlates people with contacts: the whole e-mail address, trimmed, NFC, lower case.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key(Box<str>);

impl Key {
    /// The key of an address; an empty address has none and so matches nobody.
    pub fn of(address: &str) -> Option<Self> {
        let trimmed = address.trim();
        if trimmed.is_empty() {
            return None;
        }
        if trimmed.is_ascii() {
            return Some(Self(trimmed.to_ascii_lowercase().into()));
        }
        // NFC once more behind lower case: lowering İ leaves a combining dot.
        Some(Self(trimmed.nfc().collect::<String>().to_lowercase().nfc().collect::<String>().into()))
    }

    /// The compared text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// A 63-bit digest for indexes; never 0 for a stored key. Equal keys have equal digests; whoever finds by digest
    /// compares the key itself afterwards.
    pub fn digest(&self) -> i64 {
        ((fnv1a(self.0.as_bytes()) >> 1) | 1) as i64
    }
}

/// FNV-1a with 64 bits: stable over versions and platforms, as what is stored must be.
pub fn fnv1a(bytes: &[u8]) -> u64 {
    fnv1a_from(0xcbf2_9ce4_8422_2325, bytes)
}

/// Goes on with a digest. Parts of varying length need a separator between them.
pub fn fnv1a_from(seed: u64, bytes: &[u8]) -> u64 {
    bytes.iter().fold(seed, |hash, &b| (hash ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lose_outer_and_double_blanks_and_are_composed() {
        assert_eq!(clean("  Anna   Maria\u{a0} ").as_deref(), Some("Anna Maria"));
        assert_eq!(clean("Mu\u{308}ller").as_deref(), Some("Müller"));
        assert_eq!(clean("Ok Name").as_deref(), Some("Ok Name"));
        assert_eq!(clean("nul\0and\u{1b}[2J\u{7}").as_deref(), Some("nul and [2J"));
        assert_eq!(clean(" \t\0 "), None);
        assert_eq!(clean(""), None);
    }

    #[test]
    fn typed_texts_fit_or_say_why_not() {
        let one = |text: &str| fits(text, 5, Breaks::None);
        assert_eq!(one("Jörg!"), Ok(()));
        assert_eq!(one("Jörg!!"), Err(Unfit::TooLong(5)));
        for hidden in ["a\u{7}", "a\nb", "a\tb", "\u{1b}[2J", "a\u{202e}b", "\0", "a\u{2028}b"] {
            assert_eq!(one(hidden), Err(Unfit::Control), "{hidden:?}");
        }
        assert_eq!(fits("a\nb\tc", 5, Breaks::Allowed), Ok(()));
        assert_eq!(fits("a\rb", 5, Breaks::Allowed), Err(Unfit::Control));
    }

    #[test]
    fn s6_keys_ignore_case_and_outer_blanks_and_nothing_else() {
        assert_eq!(Key::of(" Anna@X.example "), Key::of("anna@x.EXAMPLE"));
        assert_eq!(Key::of("mu\u{308}ller@x.example"), Key::of("MÜLLER@x.example"));
        assert_ne!(Key::of("anna+a@x.example"), Key::of("anna@x.example"));
        assert_eq!(Key::of("  "), None);
    }
}
