//! Master data and notifications: the keys that customers and the operator have beside their policy.

use anyhow::Context;
use formats::picture::BadPicture;
use serde::Serialize;
use show::master::{KEYS, named};
use store::Logo;

use crate::exit::usage;
use crate::texts::{pick, say};
use show::{Column, table};

/// A key with its value.
#[derive(Debug, Clone, Serialize)]
pub struct Pair {
    pub key: String,
    pub value: String,
}

/// Checks keys and values; an empty value clears. Who takes `more` keys has them listed where one is mistyped.
pub fn checked(pairs: Vec<(String, String)>, more: &[&str]) -> anyhow::Result<Vec<Pair>> {
    let check = |(name, value): (String, String)| {
        let Some(key) = named(&name) else {
            let names = KEYS.iter().map(|key| key.name).chain(more.iter().copied());
            let names = names.collect::<Vec<_>>().join(", ");
            return Err(usage(say!(
                "there is no key “{name}”; the keys are {names}",
                "den Schlüssel „{name}“ gibt es nicht; es gibt {names}"
            )));
        };
        Ok(Pair { key: name, value: key.check(&value).map_err(usage)? })
    };
    pairs.into_iter().map(check).collect()
}

/// The key that takes a file.
pub const LOGO_KEY: &str = "logo";

/// What is to become of a logo.
pub enum LogoChange {
    /// Nobody has named it.
    Stays,
    /// It is taken away.
    Goes,
    /// This one takes its place.
    Is(Logo),
}

impl LogoChange {
    /// Puts it where it belongs.
    pub fn keep(self, put: impl FnOnce(Option<&Logo>) -> store::Result<()>) -> store::Result<()> {
        match self {
            Self::Stays => Ok(()),
            Self::Goes => put(None),
            Self::Is(logo) => put(Some(&logo)),
        }
    }
}

/// Takes the logo out of the pairs and reads its file; an empty value takes the logo away.
pub fn logo(pairs: &mut Vec<(String, String)>) -> anyhow::Result<LogoChange> {
    let Some(at) = pairs.iter().position(|(key, _)| key == LOGO_KEY) else { return Ok(LogoChange::Stays) };
    let (_, file) = pairs.remove(at);
    if file.is_empty() {
        return Ok(LogoChange::Goes);
    }
    let bytes = std::fs::read(&file).with_context(|| file.clone())?;
    let picture = formats::picture::read(&bytes).map_err(|why| {
        usage(match why {
            BadPicture::TooLarge => say!(
                "{file} is too large for a logo: at most 512 kB, and 4000 pixels a side",
                "{file} ist für ein Logo zu groß: höchstens 512 kB und 4000 Pixel je Seite"
            ),
            BadPicture::Unreadable => say!(
                "{file} is no readable picture; PNG and JPEG are possible",
                "{file} ist kein lesbares Bild; möglich sind PNG und JPEG"
            ),
        })
    })?;
    Ok(LogoChange::Is(Logo { media: picture.media.to_owned(), bytes: picture.bytes }))
}

/// Pairs as they are stored.
pub fn settings(pairs: Vec<Pair>) -> Vec<(String, String)> {
    pairs.into_iter().map(|pair| (pair.key, pair.value)).collect()
}

/// The stored pairs among all settings, cleared ones left out.
pub fn stored(settings: Vec<(String, String)>) -> Vec<Pair> {
    let known = |key: &str| named(key).is_some();
    let pairs = settings.into_iter().filter(|(key, value)| known(key) && !value.is_empty());
    pairs.map(|(key, value)| Pair { key, value }).collect()
}

/// Pairs as a table.
pub fn pairs_table(pairs: &[Pair]) -> String {
    if pairs.is_empty() {
        return pick("nothing is set", "nichts ist gesetzt").into();
    }
    let mut table = table(&[Column::Whole(pick("key", "Schlüssel")), Column::Text(pick("value", "Wert"))]);
    for pair in pairs {
        table.add_row([&pair.key, &pair.value]);
    }
    table.text()
}
