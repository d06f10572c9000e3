//! The order of a book: that of a German telephone book (DIN 5007-2). Surname before first name, ä like ae, accents and case
//! without weight, word by word, so that `Müller, Zoe` stands before `Müller-Ahrens, Anna`.
//!
//! Law: keys compare as bytes, so both databases and every list sort alike; whoever has the same key stands beside each other.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::contact::{Field, Values};
use crate::search::{composed, fold_letter};

/// Bytes of a key; what lies behind decides no order that a reader would miss.
const LONGEST: usize = 100;

/// Between surname and first name: before the blank between words, and before every letter.
const PART: char = '\t';

/// What a contact is sorted by: surname and first name; without a surname what lists show; else the address. Empty where there
/// is none of these.
pub fn sort_key(values: &Values) -> String {
    let mut key = String::with_capacity(LONGEST);
    if let Some(last) = values.get(Field::LastName) {
        add(&mut key, last);
        key.push(PART);
        add(&mut key, values.get(Field::FirstName).unwrap_or_default());
    } else {
        let shown = values.get(Field::DisplayName).or(values.get(Field::Email));
        add(&mut key, shown.unwrap_or_default());
    }
    key.truncate(key.floor_char_boundary(LONGEST));
    key
}

/// The fields that a key is made of.
pub const SORTING: [Field; 4] = [Field::FirstName, Field::LastName, Field::DisplayName, Field::Email];

/// The letter under which a key stands in an index from A to Z; `None` for figures and other scripts.
pub fn letter(key: &str) -> Option<char> {
    key.chars().next().filter(char::is_ascii_lowercase).map(|c| c.to_ascii_uppercase())
}

/// Adds a text, its words apart by one blank. Letter by letter, for a first fill does this a hundred thousand times.
fn add(key: &mut String, text: &str) {
    let mut words = Words { start: key.len(), key, gap: false };
    if text.is_ascii() {
        text.chars().for_each(|c| words.push(c.to_ascii_lowercase()));
        return;
    }
    for c in composed(text).chars().flat_map(char::to_lowercase) {
        match c {
            'ä' => words.two('a', 'e'),
            'ö' => words.two('o', 'e'),
            'ü' => words.two('u', 'e'),
            c if c.is_ascii() => words.push(c),
            c => {
                let letters = std::iter::once(c).nfkd().filter(|c| !is_combining_mark(*c));
                letters.flat_map(char::to_lowercase).for_each(|c| words.push(c));
            }
        }
    }
}

struct Words<'k> {
    key: &'k mut String,
    start: usize,
    gap: bool,
}

impl Words<'_> {
    fn push(&mut self, c: char) {
        match c {
            '\'' | '’' | 'ʼ' => {}
            c if c.is_alphanumeric() => {
                if self.gap && self.key.len() > self.start {
                    self.key.push(' ');
                }
                self.gap = false;
                fold_letter(self.key, c);
            }
            _ => self.gap = true,
        }
    }

    fn two(&mut self, first: char, second: char) {
        self.push(first);
        self.push(second);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(first: &str, last: &str, shown: &str) -> String {
        let mut values = Values::default();
        for (field, value) in
            [(Field::FirstName, first), (Field::LastName, last), (Field::DisplayName, shown)]
        {
            values.set(field, (!value.is_empty()).then_some(value));
        }
        sort_key(&values)
    }

    #[test]
    fn w12_people_stand_in_the_order_of_a_telephone_book() {
        let sorted = [
            ("", "", "24h-Notdienst"),
            ("Sabine", "Albers", "Sabine Albers"),
            ("Mehmet", "Aydın", "Mehmet Aydın"),
            ("Anna", "Götz", ""),
            ("Anna", "Goetz", ""),
            ("Bernd", "Go\u{308}tz", ""),
            ("Anna", "Goll", ""),
            ("Zoe", "Müller", "Zoe Müller"),
            ("Anna", "Müller-Ahrens", ""),
            ("Anna", "Muller", ""),
            ("Tim", "O'Neill", ""),
            ("", "", "Pharmagroßhandel Brandt"),
            ("Straße", "Strasse", ""),
            ("Tina", "Straße", ""),
            ("Friederike", "Weiß-Schönfeldt", "Prof. Dr. Friederike Weiß-Schönfeldt"),
            ("Łukasz", "Wójcik", "Dr. Łukasz Wójcik"),
            ("Яна", "Петрова", ""),
        ];
        let keys: Vec<_> = sorted.iter().map(|(first, last, shown)| key(first, last, shown)).collect();
        let mut by_key = keys.clone();
        by_key.sort();
        assert_eq!(keys, by_key);
        assert_eq!(key("Anna", "Götz", ""), key("Anna", "Goetz", ""));
    }

    #[test]
    fn a_key_is_short_and_tells_its_letter() {
        assert!(key("", &"é中".repeat(90), "").len() <= LONGEST);
        assert_eq!(letter(&key("", "Öl", "")), Some('O'));
        assert_eq!((letter(&key("", "3M", "")), letter(""), letter("я")), (None, None, None));
        assert_eq!(key("", "", " -- "), "");
        assert_eq!(sort_key(&Values::default().with(Field::Email, "a@x.example")), "a x example");
    }
}
