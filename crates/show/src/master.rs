//! Master data of a customer and of the operator: which keys there are, what they are called, what they take. Command line and pages
//! keep the same.

use model::number::Country;
use model::text::Breaks;

use crate::numbers::extensions;
use crate::texts::{Language, language, pick, say};
use crate::values::{fits, is_address};

/// Characters of one line.
const LINE: usize = 256;
/// Digits of an area code.
const DIGITS: usize = 5;
/// Characters of a note, and of a list of addresses.
const NOTE: usize = 4_000;

/// What a key takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// One line.
    Line,
    /// Several.
    Note,
    /// An e-mail address.
    Address,
    /// Several, separated by commas.
    Addresses,
    /// `https://…`.
    Link,
    /// `de` or `en`.
    Language,
    /// `on` or `off`.
    Switch,
    /// A country by its two letters.
    Country,
    /// The digits of an area code.
    AreaCode,
    /// Ranges of numbers, separated by commas.
    Extensions,
}

/// A key of the master data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Key {
    /// As it is stored and typed.
    pub name: &'static str,
    /// What it takes.
    pub kind: Kind,
    words: [&'static str; 2],
}

const fn key(name: &'static str, kind: Kind, words: [&'static str; 2]) -> Key {
    Key { name, kind, words }
}

/// All keys but the name, which is the customer's own; the operator has `name` besides.
pub const KEYS: [Key; 23] = [
    key("notify.to", Kind::Addresses, ["Recipients of notices", "Empfänger von Benachrichtigungen"]),
    key(
        "notify.removed",
        Kind::Switch,
        ["Microsoft 365 user synchronisation", "Microsoft 365-Benutzerabgleich"],
    ),
    key(
        "notify.count_only",
        Kind::Switch,
        ["Only the number of removed contacts", "Nur die Anzahl entfernter Kontakte"],
    ),
    key("notify.held", Kind::Switch, ["Removals are held", "Löschungen zurückgehalten"]),
    key("notify.failed", Kind::Switch, ["Run failed", "Lauf fehlgeschlagen"]),
    key("notify.silent", Kind::Switch, ["No good run", "Kein guter Lauf"]),
    key("notify.expiry", Kind::Switch, ["Access expires", "Zugang läuft ab"]),
    key("street", Kind::Line, ["Street and number", "Straße und Hausnummer"]),
    key("postal_code", Kind::Line, ["Postal code", "Postleitzahl"]),
    key("city", Kind::Line, ["City", "Ort"]),
    key("country", Kind::Line, ["Country", "Land"]),
    key("phone", Kind::Line, ["Phone", "Telefon"]),
    key("service_phone", Kind::Line, ["Service number", "Servicenummer"]),
    key("email", Kind::Address, ["E-mail", "E-Mail"]),
    key("website", Kind::Line, ["Website", "Webseite"]),
    key("contact_person", Kind::Line, ["Contact person", "Ansprechperson"]),
    key("imprint", Kind::Link, ["Imprint (link)", "Impressum (Link)"]),
    key("privacy", Kind::Link, ["Privacy notice (link)", "Datenschutzerklärung (Link)"]),
    key("number.country", Kind::Country, ["Country of phone numbers", "Land der Rufnummern"]),
    key("number.area_code", Kind::AreaCode, ["Area code", "Ortsvorwahl"]),
    key("number.extensions", Kind::Extensions, ["Extensions", "Durchwahlen"]),
    key("language", Kind::Language, ["Language of mails", "Sprache der Mails"]),
    key("note", Kind::Note, ["Note", "Notiz"]),
];

/// The operator's name.
pub const NAME: Key = key("name", Kind::Line, ["Name", "Name des Betreibers"]);

/// A key by its name.
pub fn named(name: &str) -> Option<Key> {
    KEYS.into_iter().chain([NAME]).find(|key| key.name == name)
}

impl Key {
    /// What people call it.
    pub fn label(self) -> &'static str {
        let [english, german] = self.words;
        pick(english, german)
    }

    /// What it takes, in words for the command line.
    pub fn takes(self) -> &'static str {
        match (self.name, self.kind) {
            ("notify.removed", _) => pick(
                "on or off: a mail that lists removed contacts",
                "on oder off: eine Mail mit den entfernten Kontakten",
            ),
            (_, Kind::Switch) => pick("on or off", "on oder off"),
            (_, Kind::Line | Kind::Note) => pick("text", "Text"),
            (_, Kind::Address) => pick("an address", "eine Adresse"),
            (_, Kind::Addresses) => pick(
                "addresses for notices, separated by commas",
                "Adressen für Benachrichtigungen, mit Komma getrennt",
            ),
            (_, Kind::Link) => pick("a link that begins with https://", "ein Link, der mit https:// beginnt"),
            (_, Kind::Language) => pick("de or en", "de oder en"),
            (_, Kind::Country) => pick(
                "a country code of two letters, such as DE",
                "ein Ländercode aus zwei Buchstaben, etwa DE",
            ),
            (_, Kind::AreaCode) => pick("digits, such as 40", "Ziffern, etwa 40"),
            (_, Kind::Extensions) => pick(
                "ranges of numbers of one length, such as 10-89, 100-199",
                "Bereiche von Nummern gleicher Länge, etwa 10-89, 100-199",
            ),
        }
    }

    /// The value as it is kept; an empty one clears. `None` where it does not fit.
    fn spelled(self, value: &str) -> Option<String> {
        let value = value.trim();
        if value.is_empty() {
            return Some(String::new());
        }
        let fits = match self.kind {
            Kind::Line | Kind::Note => true,
            Kind::Address => is_address(value),
            Kind::Addresses => {
                let all: Vec<&str> = value.split(BETWEEN).filter(|a| !a.is_empty()).collect();
                return all.iter().all(|a| is_address(a)).then(|| all.join(","));
            }
            Kind::Link => is_link(value),
            Kind::Language => matches!(value, "de" | "en"),
            Kind::Switch => matches!(value, "on" | "off"),
            Kind::Country => {
                let code = value.to_ascii_uppercase();
                return code.parse::<Country>().is_ok().then_some(code);
            }
            Kind::AreaCode => value.len() <= DIGITS && value.bytes().all(|b| b.is_ascii_digit()),
            Kind::Extensions => extensions(value).is_some(),
        };
        fits.then(|| value.to_owned())
    }

    /// Characters that it may have, and whether they may stand in several lines.
    const fn room(self) -> (usize, Breaks) {
        match self.kind {
            Kind::Note | Kind::Addresses => (NOTE, Breaks::Allowed),
            Kind::Line
            | Kind::Address
            | Kind::Link
            | Kind::Language
            | Kind::Switch
            | Kind::Country
            | Kind::AreaCode
            | Kind::Extensions => (LINE, Breaks::None),
        }
    }

    /// The value as it is kept, or what is wrong with it for the command line.
    pub fn check(self, value: &str) -> Result<String, String> {
        let (most, breaks) = self.room();
        fits(self.name, value, most, breaks)?;
        let (name, takes) = (self.name, self.takes());
        self.spelled(value).ok_or_else(|| {
            say!(
                "{name} cannot be “{value}”; it takes {takes}",
                "{name} kann nicht „{value}“ sein; möglich: {takes}"
            )
        })
    }

    /// The same for a form whose field stands beside it.
    pub fn check_field(self, value: &str) -> Result<String, String> {
        let (most, breaks) = self.room();
        fits(self.label(), value, most, breaks)?;
        self.spelled(value).ok_or_else(|| match (self.kind, language()) {
            (Kind::Addresses, _) => wrong_address(value),
            (Kind::Link, _) => pick(
                "Please type a link that begins with https://",
                "Bitte einen Link eingeben, der mit https:// beginnt.",
            )
            .to_owned(),
            (Kind::Address, _) => pick(
                "This is no e-mail address. One looks like office@example.com",
                "Das ist keine E-Mail-Adresse. Eine sieht so aus: buero@example.com",
            )
            .to_owned(),
            (_, Language::English) => format!("It takes {}.", self.takes()),
            (_, Language::German) => format!("Möglich: {}.", self.takes()),
        })
    }
}

/// What people put between addresses; Outlook puts semicolons.
const BETWEEN: [char; 4] = [',', ';', ' ', '\n'];

fn wrong_address(list: &str) -> String {
    let bad = list.split(BETWEEN).find(|a| !a.is_empty() && !is_address(a)).unwrap_or_default();
    say!("“{bad}” is no e-mail address.", "„{bad}“ ist keine E-Mail-Adresse.")
}

/// An address of the web that is safe to follow: https, a host, nothing that hides where it leads.
pub fn is_link(text: &str) -> bool {
    let Some(rest) = text.strip_prefix("https://") else { return false };
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let label = |text: &str| !text.is_empty() && text.chars().all(|c| c.is_alphanumeric() || c == '-');
    let (name, port) = host.split_once(':').map_or((host, None), |(name, port)| (name, Some(port)));
    name.contains('.')
        && name.split('.').all(label)
        && port.is_none_or(|port| port.parse::<u16>().is_ok())
        && !text
            .contains(|c: char| c.is_whitespace() || c.is_control() || matches!(c, '"' | '<' | '>' | '\\'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::texts::within;

    #[test]
    fn s5_notices_take_switches_and_addresses() {
        let one = |name: &str, value: &str| named(name).unwrap().check(value).ok();
        assert_eq!(one("notify.removed", "on").as_deref(), Some("on"));
        assert_eq!(one("notify.held", "maybe"), None);
        assert_eq!(one("notify.to", "a@x.example, b@x.example").as_deref(), Some("a@x.example,b@x.example"));
        assert_eq!(one("notify.to", "nobody"), None);
        assert_eq!(one("notify.to", "a@x..example"), None);
        assert_eq!(one("email", "a@@x.example"), None);
        assert_eq!(one("email", "").as_deref(), Some(""));
        assert_eq!(named("colour"), None);
    }

    #[test]
    fn s12_links_are_https_and_lead_where_they_say() {
        for good in
            ["https://x.example", "https://www.x.example/impressum?a=1#b", "https://bäcker.example:8443/"]
        {
            assert!(is_link(good), "{good}");
        }
        for bad in [
            "http://x.example",
            "javascript:alert(1)",
            "https://",
            "https://x",
            "https://a@x.example",
            "https://x.example/\"><b>",
            "https://x.example:port",
            "//x.example",
        ] {
            assert!(!is_link(bad), "{bad}");
        }
    }

    #[test]
    fn w12_every_key_has_a_name_in_both_languages() {
        for key in KEYS.into_iter().chain([NAME]) {
            let said = |language| within(language, || key.label());
            let (german, english) = (said(Language::German), said(Language::English));
            assert_ne!(german, english, "{}", key.name);
        }
    }
}
