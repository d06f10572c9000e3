//! Words to find contacts by, however they are typed: lower case without accents, and for German letters both forms
//! (`Müller` is found as mueller, muller and müller). Index and question are folded here, so both databases answer alike.

use unicode_normalization::{UnicodeNormalization, is_nfc};

use crate::contact::{Field, Values};

/// Bytes of a word that count; what is longer is cut, in the index as in the question.
const LONGEST: usize = 60;

/// Words of one question that count.
const MOST_TERMS: usize = 16;

/// The fields by which a person is found after they changed (W5): names and address.
pub const NAMING: [Field; 4] = [Field::FirstName, Field::LastName, Field::DisplayName, Field::Email];

/// The words of a contact, each once. One value serves many contacts after [`Words::clear`].
#[derive(Debug, Clone, Default)]
pub struct Words {
    text: String,
    /// Where words begin and end in `text`.
    spans: Vec<(usize, usize)>,
}

impl Words {
    /// The words of these values.
    pub fn of(values: &Values) -> Self {
        let mut words = Self::default();
        words.add_values(values);
        words
    }

    /// Forgets all words.
    pub fn clear(&mut self) {
        self.text.clear();
        self.spans.clear();
    }

    /// Adds the words of all fields.
    pub fn add_values(&mut self, values: &Values) {
        for field in Field::ALL {
            let Some(value) = values.get(field) else { continue };
            match field {
                Field::Mobile => self.add_number(value),
                Field::BusinessPhones => value.lines().for_each(|number| self.add_number(number)),
                Field::FirstName
                | Field::LastName
                | Field::DisplayName
                | Field::Email
                | Field::JobTitle
                | Field::Department
                | Field::Company
                | Field::Office
                | Field::Site => self.add_text(value),
            }
        }
    }

    /// Adds the words of a text; the parts of an address are words of their own.
    pub fn add_text(&mut self, text: &str) {
        if text.is_ascii() {
            for word in text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|w| !w.is_empty()) {
                let start = self.text.len();
                self.text.push_str(word.get(..LONGEST).unwrap_or(word));
                if let Some(added) = self.text.get_mut(start..) {
                    added.make_ascii_lowercase();
                }
                self.keep_new(start);
            }
        } else {
            for word in split(&composed(text)) {
                for spelling in spellings(word) {
                    let start = self.text.len();
                    self.text.push_str(&spelling);
                    self.keep_new(start);
                }
            }
        }
    }

    /// Adds a number as its digits.
    pub fn add_number(&mut self, number: &str) {
        let start = self.text.len();
        push_digits(&mut self.text, number);
        self.keep_new(start);
    }

    /// The words.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.spans.iter().filter_map(|&(start, end)| self.text.get(start..end))
    }

    /// Whether each term starts a word.
    pub fn admit(&self, terms: &[Term]) -> bool {
        terms.iter().all(|term| self.has(term))
    }

    /// Whether a term starts a word.
    pub fn has(&self, term: &Term) -> bool {
        self.iter().any(|word| term.starts(word))
    }

    /// Keeps what was written behind `start` as a word, unless it is none or is there already.
    fn keep_new(&mut self, start: usize) {
        let end = self.text.len();
        let known =
            self.text.get(start..).is_none_or(|new| new.is_empty() || self.iter().any(|old| old == new));
        if known {
            self.text.truncate(start);
        } else {
            self.spans.push((start, end));
        }
    }
}

/// One word of a question: any of its spellings may start a word of the contact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term(Vec<String>);

impl Term {
    /// The spellings: lower-case letters and digits, never empty.
    pub fn spellings(&self) -> &[String] {
        &self.0
    }

    /// Whether the term starts this word.
    pub fn starts(&self, word: &str) -> bool {
        self.0.iter().any(|spelling| word.starts_with(spelling.as_str()))
    }
}

/// What somebody typed, as terms that all must be met; none where nothing was typed that could be a word. The parts of a
/// number written with blanks also count as one.
pub fn terms(typed: &str) -> Vec<Term> {
    let typed = composed(typed);
    let pieces: Vec<&str> = typed.split_whitespace().collect();
    let mut terms: Vec<Term> = Vec::new();
    for run in pieces.chunk_by(|a, b| is_number(a) == is_number(b)) {
        let mut joined = String::new();
        if run.iter().all(|piece| is_number(piece)) {
            push_digits(&mut joined, &run.join(" "));
        }
        let others = if joined.is_empty() { Vec::new() } else { other_spellings(&run.join(" "), &joined) };
        for word in run.iter().flat_map(|piece| split(piece)) {
            let mut term = spellings(word);
            for spelling in std::iter::once(&joined).chain(&others) {
                if !spelling.is_empty() && !term.contains(spelling) {
                    term.push(spelling.clone());
                }
            }
            let term = Term(term);
            if !terms.contains(&term) && terms.len() < MOST_TERMS {
                terms.push(term);
            }
        }
    }
    terms
}

pub(crate) fn composed(text: &str) -> std::borrow::Cow<'_, str> {
    if text.is_ascii() || is_nfc(text) { text.into() } else { text.nfc().collect::<String>().into() }
}

fn split(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty())
}

/// A word without accents, and before it with German letters spelled out where that differs.
fn spellings(word: &str) -> Vec<String> {
    let lower = word.to_lowercase();
    let plain = cut(fold(&lower));
    let spelled = if lower.is_ascii() { plain.clone() } else { cut(fold(&spell_german(&lower))) };
    let mut both = vec![spelled, plain];
    both.dedup();
    both.retain(|w| !w.is_empty());
    both
}

fn cut(mut word: String) -> String {
    word.truncate(word.floor_char_boundary(LONGEST));
    word
}

/// What sorts names as German telephone books do (DIN 5007-2): ä like ae, ß like ss, otherwise without accents and case; names
/// that differ only there stand beside each other, in the order of their letters. Contacts have [`crate::order::sort_key`].
pub fn collation_key(name: &str) -> (String, String) {
    let mut key = String::with_capacity(name.len());
    let spelled = spell_german(&composed(name).to_lowercase());
    let without_marks = spelled.nfkd().filter(|c| !unicode_normalization::char::is_combining_mark(*c));
    for c in without_marks.flat_map(char::to_lowercase) {
        fold_letter(&mut key, c);
    }
    (key, name.to_owned())
}

/// Adds a letter of lower case, other than A to Z as they are written where a keyboard has no more.
pub(crate) fn fold_letter(to: &mut String, c: char) {
    match c {
        'ß' => to.push_str("ss"),
        'ø' => to.push('o'),
        'æ' => to.push_str("ae"),
        'œ' => to.push_str("oe"),
        'ł' => to.push('l'),
        'đ' => to.push('d'),
        'ı' => to.push('i'),
        other => to.push(other),
    }
}

fn fold(lower: &str) -> String {
    if lower.is_ascii() {
        return lower.to_owned();
    }
    let without_marks = lower.nfkd().filter(|c| !unicode_normalization::char::is_combining_mark(*c));
    let mut out = String::with_capacity(lower.len());
    for c in without_marks.flat_map(char::to_lowercase) {
        if c.is_alphanumeric() {
            fold_letter(&mut out, c);
        }
    }
    out
}

fn spell_german(lower: &str) -> String {
    lower.replace('ä', "ae").replace('ö', "oe").replace('ü', "ue").replace('ß', "ss")
}

/// Digits as people write them, with the signs between them.
fn is_number(piece: &str) -> bool {
    piece.chars().any(|c| c.is_ascii_digit())
        && piece.chars().all(|c| c.is_ascii_digit() || matches!(c, '+' | '(' | ')' | '-' | '/' | '.'))
}

/// The digits of a number, without 00 for the country code and without the (0) that stands behind one.
fn push_digits(to: &mut String, number: &str) {
    let start = to.len();
    let trimmed = number.trim_start();
    let abroad = trimmed.starts_with('+') || trimmed.starts_with("00");
    for part in number.split("(0)") {
        if !abroad && to.len() > start {
            to.push('0');
        }
        to.extend(part.chars().filter(char::is_ascii_digit));
    }
    if to.get(start..).is_some_and(|digits| digits.starts_with("00")) {
        to.drain(start..start + 2);
    }
    to.truncate(to.len().min(start + LONGEST));
}

/// Country codes behind which a national number goes on without its leading 0.
const TRUNK_ZERO: [&str; 3] = ["49", "43", "41"];

/// Digits that a number must have before its other spelling is looked for.
const ENOUGH: usize = 4;

/// The digits of the same number as it is written at home or from abroad: 0171 for +49 171, and the other way round.
fn other_spellings(typed: &str, digits: &str) -> Vec<String> {
    let typed = typed.trim_start();
    if digits.len() < ENOUGH {
        return Vec::new();
    }
    if typed.starts_with('+') || typed.starts_with("00") {
        let national = TRUNK_ZERO.iter().find_map(|code| digits.strip_prefix(code));
        return national.map(|rest| format!("0{rest}")).into_iter().collect();
    }
    match digits.strip_prefix('0') {
        Some(rest) => TRUNK_ZERO.iter().map(|code| format!("{code}{rest}")).collect(),
        None => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str, typed: &str) -> bool {
        let mut words = Words::default();
        words.add_text(text);
        words.admit(&terms(typed))
    }

    #[test]
    fn umlauts_are_found_however_they_are_typed() {
        for typed in [
            "müller",
            "mueller",
            "muller",
            "MÜLLER",
            "mu\u{308}ller",
            "jörg groß",
            "joerg",
            "gross muel",
            "JORG",
        ] {
            assert!(found("Jörg Müller-Groß", typed), "{typed}");
        }
        assert!(found("Mueller", "müller") && found("Łukasz Sørensen", "lukasz sorensen"));
        assert!(!found("Jörg Müller", "maller"));
    }

    #[test]
    fn names_stand_in_the_order_of_german_lists() {
        let mut names = vec![
            "Zorn",
            "ähre",
            "Ahrens",
            "Äpfel",
            "apfel",
            "Strasse",
            "Straße",
            "Straub",
            "Öl",
            "oma",
            "Ødegård",
        ];
        names.sort_by_cached_key(|name| collation_key(name));
        let sorted = [
            "ähre",
            "Äpfel",
            "Ahrens",
            "apfel",
            "Ødegård",
            "Öl",
            "oma",
            "Strasse",
            "Straße",
            "Straub",
            "Zorn",
        ];
        assert_eq!(names, sorted);
    }

    #[test]
    fn every_word_must_start_a_word() {
        assert!(found("Anna Maria Schmidt", "sch ann"));
        assert!(!found("Anna Maria Schmidt", "anna weber"));
        assert!(!found("Anna Maria Schmidt", "chmidt"));
        assert!(found("anna.schmidt@muster.example", "anna.schmidt@muster.example"));
        assert!(!found("anna.weber@muster.example", "anna.schmidt@muster.example"));
    }

    #[test]
    fn numbers_are_found_by_their_digits() {
        let values = Values::default().with(Field::BusinessPhones, "+49 (0)30 1234-56\n0711/9 88 77");
        let words = Words::of(&values);
        for typed in ["+49 30 123456", "0049 30 12", "4930", "0711 98877", "0711/988", "+49 (0)30 1234-56"] {
            assert!(words.admit(&terms(typed)), "{typed} in {words:?}");
        }
        assert!(!words.admit(&terms("0712")));
        for typed in ["030 123456", "030/1234-56", "+49 711 98877", "0049711988", "(030) 123456"] {
            assert!(words.admit(&terms(typed)), "{typed} in {words:?}");
        }
        for typed in ["+33 711 98877", "031 123456", "+48 30 123456"] {
            assert!(!words.admit(&terms(typed)), "{typed} in {words:?}");
        }
        let mobile = Words::of(&Values::default().with(Field::Mobile, "0171 5551234"));
        for typed in ["+49 171 5551234", "+491715551234", "0049 (0)171/555", "0171-555 1234", "01715551234"] {
            assert!(mobile.admit(&terms(typed)), "{typed} in {mobile:?}");
        }
        assert!(found("Halle 3.12", "halle 3 12"));
    }

    #[test]
    fn words_stand_there_once_and_long_ones_are_cut_alike() {
        let values = Values::default().with(Field::FirstName, "Anna").with(Field::DisplayName, "anna Anna");
        assert_eq!(Words::of(&values).iter().collect::<Vec<_>>(), ["anna"]);
        let long = "x".repeat(100);
        assert!(found(&long, &long));
        let long = "é\u{4e2d}".repeat(60);
        assert!(found(&long, &long));
    }

    #[test]
    fn what_holds_no_word_has_no_terms() {
        assert!(terms(" -- @ ").is_empty());
        assert!(terms("").is_empty());
    }
}
