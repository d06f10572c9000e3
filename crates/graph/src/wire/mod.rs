//! Microsoft's JSON, read straight into what the rest of the crate works with. Absent and null are the same for the
//! default mode of delta; a value of the wrong type spoils one item, never a page.

pub(crate) mod field;
pub(crate) mod group;
pub(crate) mod page;
pub(crate) mod plans;
pub(crate) mod user;

use std::borrow::Cow;

use serde::de::{DeserializeOwned, DeserializeSeed};

use crate::error::Detail;

/// Reads a whole answer.
pub(crate) fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, Detail> {
    serde_json::from_slice(body).map_err(|_| Detail::Json)
}

/// Reads a whole answer into borrowed values. A lone surrogate (`\ud83d` without its other half, which some clients
/// write into names) is valid JSON but no text: it is replaced, and only then is the answer given up.
pub(crate) fn read_with<S, T>(body: &[u8], seed: S) -> Result<T, Detail>
where
    S: Clone + for<'de> DeserializeSeed<'de, Value = T>,
{
    let text = std::str::from_utf8(body).map_err(|_| Detail::Json)?;
    let read = |text: &str| {
        let mut json = serde_json::Deserializer::from_str(text);
        let value = seed.clone().deserialize(&mut json)?;
        json.end().map(|()| value)
    };
    read(text).or_else(|_| match mend(text) {
        Cow::Owned(mended) => read(&mended).map_err(|_| Detail::Json),
        Cow::Borrowed(_) => Err(Detail::Json),
    })
}

/// Replaces escapes of lone surrogates by that of the replacement character.
fn mend(text: &str) -> Cow<'_, str> {
    let mut out = String::new();
    let mut kept = 0;
    let mut at = 0;
    while let Some(found) = text.get(at..).and_then(|rest| rest.find('\\')) {
        let start = at + found;
        match escape(text, start) {
            Some(0xD800..=0xDBFF) if matches!(escape(text, start + 6), Some(0xDC00..=0xDFFF)) => {
                at = start + 12;
            }
            Some(0xD800..=0xDFFF) => {
                out.push_str(text.get(kept..start).unwrap_or_default());
                out.push_str("\\ufffd");
                at = start + 6;
                kept = at;
            }
            Some(_) => at = start + 6,
            None => at = start + 2,
        }
    }
    if kept == 0 {
        return Cow::Borrowed(text);
    }
    out.push_str(text.get(kept..).unwrap_or_default());
    Cow::Owned(out)
}

fn escape(text: &str, at: usize) -> Option<u16> {
    let hex = text.get(at..at + 6)?.strip_prefix("\\u")?;
    u16::from_str_radix(hex, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::mend;

    #[test]
    fn lone_surrogates_are_replaced_and_nothing_else() {
        assert_eq!(mend(r#"{"a":"x\ud83dy"}"#), r#"{"a":"x\ufffdy"}"#);
        assert_eq!(mend(r#"{"a":"\ude00"}"#), r#"{"a":"\ufffd"}"#);
        let whole = r#"{"a":"\ud83d\ude00 \\ud83d \u00e4 \" ü"}"#;
        assert_eq!(mend(whole), whole);
        assert_eq!(mend("\\"), "\\");
    }
}
