//! One JSON value that may be absent, null, right or of the wrong type. A wrong value is taken in and marked, so that
//! the parser stays in step and only the item it belongs to is spoilt.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserialize, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// A value as it came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Field<T> {
    /// Absent or null.
    #[default]
    Absent,
    /// Of the right type.
    Value(T),
    /// Of the wrong type.
    Bad,
}

/// A value was of the wrong type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Spoilt;

impl<T> Field<T> {
    /// The value, if any.
    pub(crate) fn get(self) -> Result<Option<T>, Spoilt> {
        match self {
            Self::Absent => Ok(None),
            Self::Value(value) => Ok(Some(value)),
            Self::Bad => Err(Spoilt),
        }
    }

    /// The value; a wrong one counts as none.
    pub(crate) fn ok(self) -> Option<T> {
        self.get().unwrap_or(None)
    }
}

/// What a type makes of the kinds of JSON values; `None` is "wrong type".
pub(crate) trait Shape<'de>: Sized {
    fn text(_: Cow<'de, str>) -> Option<Self> {
        None
    }

    fn flag(_: bool) -> Option<Self> {
        None
    }

    fn list<A: SeqAccess<'de>>(mut list: A) -> Result<Option<Self>, A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(None)
    }

    fn map<A: MapAccess<'de>>(mut map: A) -> Result<Option<Self>, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(None)
    }
}

impl<'de: 'a, 'a> Shape<'de> for Cow<'a, str> {
    fn text(text: Cow<'de, str>) -> Option<Self> {
        Some(text)
    }
}

impl Shape<'_> for bool {
    fn flag(flag: bool) -> Option<Self> {
        Some(flag)
    }
}

/// Nulls in lists are left out; one wrong element makes the list wrong.
impl<'de, T: Shape<'de>> Shape<'de> for Vec<T> {
    fn list<A: SeqAccess<'de>>(mut list: A) -> Result<Option<Self>, A::Error> {
        let mut all = Self::new();
        let mut good = true;
        while let Some(element) = list.next_element::<Field<T>>()? {
            match element {
                Field::Value(value) => all.push(value),
                Field::Absent => {}
                Field::Bad => good = false,
            }
        }
        Ok(good.then_some(all))
    }
}

/// Makes a struct with `Deserialize` a shape: it is a JSON object.
macro_rules! object {
    ($name:ident) => {
        impl<'de: 'a, 'a> $crate::wire::field::Shape<'de> for $name<'a> {
            fn map<A: serde::de::MapAccess<'de>>(map: A) -> Result<Option<Self>, A::Error> {
                serde::Deserialize::deserialize(serde::de::value::MapAccessDeserializer::new(map)).map(Some)
            }
        }
    };
}
pub(crate) use object;

impl<'de, T: Shape<'de>> Deserialize<'de> for Field<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Any(PhantomData))
    }
}

struct Any<T>(PhantomData<T>);

impl<'de, T: Shape<'de>> Visitor<'de> for Any<T> {
    type Value = Field<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_unit<E: Error>(self) -> Result<Field<T>, E> {
        Ok(Field::Absent)
    }

    fn visit_bool<E: Error>(self, flag: bool) -> Result<Field<T>, E> {
        Ok(or_bad(T::flag(flag)))
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<Field<T>, E> {
        Ok(Field::Bad)
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<Field<T>, E> {
        Ok(Field::Bad)
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<Field<T>, E> {
        Ok(Field::Bad)
    }

    fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Field<T>, E> {
        Ok(or_bad(T::text(harmless(Cow::Borrowed(text)))))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Field<T>, E> {
        Ok(or_bad(T::text(harmless(Cow::Owned(text.to_owned())))))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Field<T>, A::Error> {
        T::list(list).map(or_bad)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Field<T>, A::Error> {
        T::map(map).map(or_bad)
    }
}

/// Control characters become blanks: no value of a directory has a use for them, and they break lines, command terminals
/// and, as U+0000, cannot be stored. Plain ASCII from an unescaped text has none but DEL.
fn harmless(text: Cow<'_, str>) -> Cow<'_, str> {
    let plain = matches!(text, Cow::Borrowed(ascii) if ascii.is_ascii());
    if plain || !text.contains(char::is_control) { text } else { text.replace(char::is_control, " ").into() }
}

fn or_bad<T>(value: Option<T>) -> Field<T> {
    value.map_or(Field::Bad, Field::Value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(json: &str) -> Field<Cow<'_, str>> {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn control_characters_become_blanks() {
        assert!(matches!(text(r#""a\u0000b\u001b[2J\n""#), Field::Value(t) if t == "a b [2J "));
        assert!(matches!(text("\"c\u{9b}31m\""), Field::Value(t) if t == "c 31m"));
    }

    #[test]
    fn absent_null_right_and_wrong_are_told_apart() {
        assert_eq!(text("null"), Field::Absent);
        assert!(matches!(text(r#""plain""#), Field::Value(Cow::Borrowed("plain"))));
        assert!(matches!(text(r#""\u00e4""#), Field::Value(Cow::Owned(t)) if t == "ä"));
        for wrong in ["1", "-1", "1.5", "true", "[1,[2]]", r#"{"a":{"b":1}}"#] {
            assert_eq!(text(wrong), Field::Bad, "{wrong}");
        }
        let list: Field<Vec<Cow<'_, str>>> = serde_json::from_str(r#"["a",null,"b"]"#).unwrap();
        assert_eq!(list, Field::Value(vec!["a".into(), "b".into()]));
        let list: Field<Vec<Cow<'_, str>>> = serde_json::from_str(r#"["a",1,"b"]"#).unwrap();
        assert_eq!(list, Field::Bad);
    }
}
