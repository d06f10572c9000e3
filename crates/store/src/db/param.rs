//! Values handed to a statement.
//!
//! Rule: an `Int` binds to BIGINT and nothing else, a `Null` to any type. PostgreSQL caches a statement by its text and
//! would misread an integer of another width; SQLite would hide it.

use std::error::Error;

use postgres::types::private::BytesMut;
use postgres::types::{IsNull, ToSql, Type, to_sql_checked};
use rusqlite::types::{ToSqlOutput, Value, ValueRef};

use super::Engine;

/// One value for `$n`.
#[derive(Clone, Copy)]
pub(crate) enum Param<'a> {
    /// NULL of any type.
    Null,
    /// A BIGINT.
    Int(i64),
    /// A TEXT.
    Text(&'a str),
    /// A BLOB, BYTEA on PostgreSQL.
    Blob(&'a [u8]),
    /// Any number of BIGINTs, for [`List`].
    Ints(&'a [i64]),
    /// Any number of BLOBs, for [`List`].
    Blobs(&'a [&'a [u8]]),
}

/// How a statement reads one parameter that holds many values: an array on PostgreSQL, JSON on SQLite.
#[derive(Debug, Clone, Copy)]
pub(crate) enum List {
    /// [`Param::Ints`].
    Ints,
    /// [`Param::Blobs`].
    Blobs,
}

impl List {
    /// "is one of the values of parameter `$place`", to stand behind a column.
    pub(crate) fn holds(self, engine: Engine, place: usize) -> String {
        match (engine, self) {
            (Engine::Sqlite, Self::Ints) => format!("IN (SELECT value FROM json_each(${place}))"),
            (Engine::Sqlite, Self::Blobs) => format!("IN (SELECT unhex(value) FROM json_each(${place}))"),
            (Engine::Postgres, Self::Ints) => format!("= ANY(${place}::int8[])"),
            (Engine::Postgres, Self::Blobs) => format!("= ANY(${place}::bytea[])"),
        }
    }
}

/// A slice of parameters: `params![id, name, None::<i64>]`.
macro_rules! params {
    ($($value:expr),* $(,)?) => { &[$($crate::db::Param::from($value)),*] };
}
pub(crate) use params;

impl Param<'_> {
    /// PostgreSQL's TEXT cannot hold U+0000, so neither may SQLite's.
    pub(crate) fn is_storable(&self) -> bool {
        match self {
            Self::Text(text) => is_storable(text),
            Self::Null | Self::Int(_) | Self::Blob(_) | Self::Ints(_) | Self::Blobs(_) => true,
        }
    }
}

/// Whether both engines can hold this text.
pub(crate) fn is_storable(text: &str) -> bool {
    !text.as_bytes().contains(&0)
}

impl From<i64> for Param<'_> {
    fn from(value: i64) -> Self {
        Self::Int(value)
    }
}

impl From<bool> for Param<'_> {
    fn from(value: bool) -> Self {
        Self::Int(i64::from(value))
    }
}

impl<'a> From<&'a str> for Param<'a> {
    fn from(value: &'a str) -> Self {
        Self::Text(value)
    }
}

impl<'a> From<&'a String> for Param<'a> {
    fn from(value: &'a String) -> Self {
        Self::Text(value)
    }
}

impl<'a> From<&'a [u8]> for Param<'a> {
    fn from(value: &'a [u8]) -> Self {
        Self::Blob(value)
    }
}

impl<'a> From<&'a [i64]> for Param<'a> {
    fn from(value: &'a [i64]) -> Self {
        Self::Ints(value)
    }
}

impl<'a> From<&'a [&'a [u8]]> for Param<'a> {
    fn from(value: &'a [&'a [u8]]) -> Self {
        Self::Blobs(value)
    }
}

impl<'a> From<&'a Vec<u8>> for Param<'a> {
    fn from(value: &'a Vec<u8>) -> Self {
        Self::Blob(value)
    }
}

impl<'a, const N: usize> From<&'a [u8; N]> for Param<'a> {
    fn from(value: &'a [u8; N]) -> Self {
        Self::Blob(value)
    }
}

impl<'a, T: Into<Param<'a>>> From<Option<T>> for Param<'a> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

impl rusqlite::ToSql for Param<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match self {
            Self::Null => ToSqlOutput::Owned(Value::Null),
            Self::Int(value) => ToSqlOutput::Owned(Value::Integer(*value)),
            Self::Text(value) => ToSqlOutput::Borrowed(ValueRef::Text(value.as_bytes())),
            Self::Blob(value) => ToSqlOutput::Borrowed(ValueRef::Blob(value)),
            Self::Ints(values) => ToSqlOutput::Owned(Value::Text(json(values, |text, value| {
                text.push_str(&value.to_string());
            }))),
            Self::Blobs(values) => ToSqlOutput::Owned(Value::Text(json(values, |text, value| {
                text.push('"');
                value.iter().for_each(|byte| push_hex(text, *byte));
                text.push('"');
            }))),
        })
    }
}

impl ToSql for Param<'_> {
    fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        match self {
            Self::Null => Ok(IsNull::Yes),
            Self::Int(value) => value.to_sql_checked(ty, out),
            Self::Text(value) => value.to_sql_checked(ty, out),
            Self::Blob(value) => value.to_sql_checked(ty, out),
            Self::Ints(values) => values.to_sql_checked(ty, out),
            Self::Blobs(values) => values.to_sql_checked(ty, out),
        }
    }

    /// The value decides, in `to_sql`.
    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

/// A JSON array, as SQLite's `json_each` reads it.
fn json<T>(values: &[T], write: impl Fn(&mut String, &T)) -> String {
    let mut text = String::with_capacity(2 + values.len() * 36);
    text.push('[');
    for (n, value) in values.iter().enumerate() {
        if n > 0 {
            text.push(',');
        }
        write(&mut text, value);
    }
    text.push(']');
    text
}

fn push_hex(text: &mut String, byte: u8) {
    for nibble in [byte >> 4, byte & 0xf] {
        text.push(char::from(if nibble < 10 { b'0' + nibble } else { b'a' + nibble - 10 }));
    }
}

/// Never shows a value, so that none reaches a log.
impl std::fmt::Debug for Param<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Null => "Null",
            Self::Int(_) => "Int",
            Self::Text(_) => "Text",
            Self::Blob(_) => "Blob",
            Self::Ints(_) => "Ints",
            Self::Blobs(_) => "Blobs",
        })
    }
}
