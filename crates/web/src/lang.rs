//! The language of pages: German or English, by the profile, else by the browser, else German.
//!
//! Texts lie in `texts/de.ftl` and `texts/en.ftl` (Fluent). A test compares the two files and what pages ask for, so a
//! text that is missing fails the build's tests and never a reader.

use std::sync::OnceLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use unic_langid::LanguageIdentifier;

/// A language of pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// German.
    German,
    /// English.
    English,
}

impl Language {
    /// The code (BCP 47).
    pub const fn code(self) -> &'static str {
        match self {
            Self::German => "de",
            Self::English => "en",
        }
    }

    /// The language of a code.
    pub fn named(code: &str) -> Option<Self> {
        match code {
            "de" => Some(Self::German),
            "en" => Some(Self::English),
            _ => None,
        }
    }

    /// What a browser asks for (RFC 9110, 12.5.4): of our two languages the one that it likes better.
    pub fn accepted(header: &str) -> Self {
        let wanted = header.split(',').filter_map(|part| {
            let mut halves = part.trim().split(";q=");
            let language = halves.next()?.split('-').next()?.trim().to_ascii_lowercase();
            let weight: f32 = halves.next().map_or(Some(1.0), |q| q.trim().parse().ok())?;
            Some((Self::named(&language)?, weight))
        });
        // The first of equals: `max_by` would take the last.
        let best = wanted.fold(None, |best: Option<(Self, f32)>, one| match best {
            Some(best) if best.1 >= one.1 => Some(best),
            _ => Some(one),
        });
        best.map_or(Self::German, |(language, _)| language)
    }

    /// The same for texts of the command line and of pages alike.
    pub const fn of_show(self) -> show::texts::Language {
        match self {
            Self::German => show::texts::Language::German,
            Self::English => show::texts::Language::English,
        }
    }

    fn id(self) -> LanguageIdentifier {
        self.code().parse().unwrap_or_default()
    }

    const fn source(self) -> &'static str {
        match self {
            Self::German => include_str!("../texts/de.ftl"),
            Self::English => include_str!("../texts/en.ftl"),
        }
    }

    /// A number with its thousands set apart: 12.480 in German, 12,480 in English.
    pub fn number(self, n: i64) -> String {
        let (digits, mark) = (n.unsigned_abs().to_string(), if self == Self::German { '.' } else { ',' });
        let mut text = String::from(if n < 0 { "−" } else { "" });
        for (place, digit) in digits.chars().enumerate() {
            if place > 0 && (digits.len() - place).is_multiple_of(3) {
                text.push(mark);
            }
            text.push(digit);
        }
        text
    }
}

/// The texts of one language.
pub struct Texts {
    /// Which.
    pub language: Language,
    bundle: FluentBundle<FluentResource>,
}

impl Texts {
    /// Those of a language; read once.
    pub fn of(language: Language) -> &'static Self {
        static GERMAN: OnceLock<Texts> = OnceLock::new();
        static ENGLISH: OnceLock<Texts> = OnceLock::new();
        match language {
            Language::German => GERMAN.get_or_init(|| Self::read(language)),
            Language::English => ENGLISH.get_or_init(|| Self::read(language)),
        }
    }

    fn read(language: Language) -> Self {
        let mut bundle = FluentBundle::new_concurrent(vec![language.id()]);
        bundle.set_use_isolating(false);
        bundle.set_formatter(Some(match language {
            Language::German => |value, _| grouped(Language::German, value),
            Language::English => |value, _| grouped(Language::English, value),
        }));
        // A test reads both files without a fault.
        let resource = match FluentResource::try_new(language.source().to_owned()) {
            Ok(resource) | Err((resource, _)) => resource,
        };
        bundle.add_resource_overriding(resource);
        Self { language, bundle }
    }

    /// Whether there is such a text.
    pub fn has(&self, key: &str) -> bool {
        self.bundle.has_message(key)
    }

    /// A text.
    pub fn s(&self, key: &str) -> String {
        self.text(key, None)
    }

    /// A text with a number `n` in it, which also decides between one and several.
    pub fn n(&self, key: &str, n: i64) -> String {
        let mut args = FluentArgs::new();
        args.set("n", n);
        self.text(key, Some(&args))
    }

    /// A text with words in it.
    pub fn w(&self, key: &str, words: &[(&str, &str)]) -> String {
        let mut args = FluentArgs::new();
        for (name, word) in words {
            args.set(*name, *word);
        }
        self.text(key, Some(&args))
    }

    /// A text with a number `n` and words in it.
    pub fn nw(&self, key: &str, n: i64, words: &[(&str, &str)]) -> String {
        let mut args = FluentArgs::new();
        args.set("n", n);
        for (name, word) in words {
            args.set(*name, *word);
        }
        self.text(key, Some(&args))
    }

    fn text(&self, key: &str, args: Option<&FluentArgs<'_>>) -> String {
        let Some(pattern) = self.bundle.get_message(key).and_then(|message| message.value()) else {
            debug_assert!(false, "there is no text {key}");
            return key.to_owned();
        };
        let mut faults = Vec::new();
        let text = self.bundle.format_pattern(pattern, args, &mut faults).into_owned();
        debug_assert!(faults.is_empty(), "{key}: {faults:?}");
        text
    }
}

fn grouped(language: Language, value: &FluentValue<'_>) -> Option<String> {
    match value {
        FluentValue::Number(n) => Some(language.number(n.value as i64)),
        _ => None,
    }
}

/// All texts of a language by their keys, as they are written, for the tests that compare the languages.
#[cfg(test)]
fn written(language: Language) -> std::collections::BTreeMap<String, String> {
    let mut all = std::collections::BTreeMap::new();
    let mut last: Option<String> = None;
    for line in language.source().lines() {
        if let Some((key, text)) = line.split_once(" =").filter(|(key, _)| is_key(key)) {
            all.insert(key.to_owned(), text.trim().to_owned());
            last = Some(key.to_owned());
        } else if line.starts_with(' ')
            && let Some(text) = last.as_ref().and_then(|key| all.get_mut(key))
        {
            text.push(' ');
            text.push_str(line.trim());
        }
    }
    all
}

#[cfg(test)]
fn is_key(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
}

#[cfg(test)]
mod tests;
