//! The language of what people read: German or English, both beside each other where a text is made.
//!
//! Rule: a text that names a problem exists in both languages or does not compile ([`say!`] wants both). Codes, field names
//! and commands are the same in every language.

mod causes;
mod errors;

use std::cell::Cell;
use std::fmt::Display;
use std::sync::atomic::{AtomicU8, Ordering};

pub use causes::io_error;
pub use errors::{
    alarm, bad_certificate, bad_hosts, german_run_error, graph_error, kept, left_out, policy_error,
    run_error, store_error, token_problem, under_way,
};

/// A language of texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// English.
    English,
    /// German.
    German,
}

/// 0 is English: what is said before the configuration is read.
static CURRENT: AtomicU8 = AtomicU8::new(0);

impl Language {
    /// The language by its code; `auto` asks the environment as POSIX does (`LC_ALL`, `LC_MESSAGES`, `LANG`).
    pub fn named(code: &str) -> Option<Self> {
        match code {
            "de" => Some(Self::German),
            "en" => Some(Self::English),
            "auto" => Some(Self::of_environment()),
            _ => None,
        }
    }

    fn of_environment() -> Self {
        let set = |name: &str| std::env::var(name).ok().filter(|v| !v.is_empty());
        let locale = set("LC_ALL").or_else(|| set("LC_MESSAGES")).or_else(|| set("LANG")).unwrap_or_default();
        let language = locale.split(['_', '.', '@']).next().unwrap_or_default();
        if language.eq_ignore_ascii_case("de") { Self::German } else { Self::English }
    }

    /// From now on texts are in this language.
    pub fn speak(self) {
        CURRENT.store(u8::from(self == Self::German), Ordering::Relaxed);
    }
}

thread_local! {
    /// The language of whoever this thread works for just now.
    static HERE: Cell<Option<Language>> = const { Cell::new(None) };
}

/// Does something in the language of one reader, whatever the process speaks: a server answers many people. What is done must
/// stay in this thread.
pub fn within<T>(language: Language, f: impl FnOnce() -> T) -> T {
    struct Before(Option<Language>);
    impl Drop for Before {
        fn drop(&mut self) {
            HERE.set(self.0);
        }
    }
    let _before = Before(HERE.replace(Some(language)));
    f()
}

/// The language in force.
pub fn language() -> Language {
    if let Some(language) = HERE.get() {
        return language;
    }
    if CURRENT.load(Ordering::Relaxed) == 1 { Language::German } else { Language::English }
}

/// One of two fixed texts.
pub fn pick(english: &'static str, german: &'static str) -> &'static str {
    match language() {
        Language::English => english,
        Language::German => german,
    }
}

/// A number with its noun, which is another word for one than for several: `many(n, ["contact", "contacts"], ["Kontakt",
/// "Kontakte"])`.
pub fn many<N: Copy + Display + PartialEq + From<u8>>(n: N, english: [&str; 2], german: [&str; 2]) -> String {
    let [one, several] = match language() {
        Language::English => english,
        Language::German => german,
    };
    let noun = if n == N::from(1) { one } else { several };
    format!("{n} {noun}")
}

/// A text with values in it: `say!("no {x}", "kein {x}")`.
#[macro_export]
macro_rules! say {
    ($english:literal, $german:literal $(, $value:expr)* $(,)?) => {
        match $crate::texts::language() {
            $crate::texts::Language::English => format!($english $(, $value)*),
            $crate::texts::Language::German => format!($german $(, $value)*),
        }
    };
}
pub use crate::say;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reader_has_a_language_for_as_long_as_it_takes_also_when_it_breaks_off() {
        let said = || pick("one", "eins");
        assert_eq!(said(), "one");
        assert_eq!(
            within(Language::German, || (said(), within(Language::English, said), said())),
            ("eins", "one", "eins")
        );
        let broken = std::panic::catch_unwind(|| within(Language::German, || panic!("on purpose")));
        assert!(broken.is_err());
        assert_eq!(said(), "one");
    }
}
