//! A page of a list or delta: `value`, and where it goes on. Items are turned into the model's types one by one while
//! the text is read, so that a page exists once in memory.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use model::SourceId;
use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

use crate::error::Detail;
use crate::wire::field::{Field, Shape};
use crate::wire::read_with;

/// Something that lists hold.
pub(crate) trait Item: Sized + Send {
    /// Its form on the wire.
    type Wire<'a>: Shape<'a>;
    /// What reading it needs to know.
    type Context: Sync;

    /// Makes it of its wire form; if it is spoilt, the id as far as that is readable.
    fn of_wire(wire: Self::Wire<'_>, context: &Self::Context) -> Result<Self, Option<SourceId>>;
}

/// A page as read.
#[derive(Debug)]
pub(crate) struct Sheet<T> {
    pub(crate) items: Vec<T>,
    pub(crate) malformed: usize,
    pub(crate) unreadable: Vec<SourceId>,
    pub(crate) next: Option<String>,
    pub(crate) delta: Option<String>,
}

impl<T: Item> Sheet<T> {
    /// Reads a page; without a `value` list it is none.
    pub(crate) fn read(body: &[u8], context: &T::Context) -> Result<Self, Detail> {
        read_with(body, Seed(context, PhantomData))?.ok_or(Detail::Json)
    }
}

struct Seed<'c, T: Item>(&'c T::Context, PhantomData<T>);

impl<T: Item> Clone for Seed<'_, T> {
    fn clone(&self) -> Self {
        Self(self.0, PhantomData)
    }
}

impl<'de, T: Item> DeserializeSeed<'de> for Seed<'_, T> {
    type Value = Option<Sheet<T>>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de, T: Item> Visitor<'de> for Seed<'_, T> {
    type Value = Option<Sheet<T>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a page")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut sheet =
            Sheet { items: Vec::new(), malformed: 0, unreadable: Vec::new(), next: None, delta: None };
        let mut has_value = false;
        while let Some(name) = map.next_key::<Cow<'de, str>>()? {
            match &*name {
                "value" => {
                    map.next_value_seed(Items(self.0, &mut sheet))?;
                    has_value = true;
                }
                "@odata.nextLink" => sheet.next = link(map.next_value()?)?,
                "@odata.deltaLink" => sheet.delta = link(map.next_value()?)?,
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(has_value.then_some(sheet))
    }
}

/// A link that cannot be read spoils the page: a list that goes on must not pass for one that has ended.
fn link<E: Error>(field: Field<Cow<'_, str>>) -> Result<Option<String>, E> {
    match field {
        Field::Value(link) => Ok(Some(link.into_owned())),
        Field::Absent => Ok(None),
        Field::Bad => Err(E::custom("a link that is no text")),
    }
}

struct Items<'s, 'c, T: Item>(&'c T::Context, &'s mut Sheet<T>);

impl<'de, T: Item> DeserializeSeed<'de> for Items<'_, '_, T> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de, T: Item> Visitor<'de> for Items<'_, '_, T> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of items")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        let Self(context, sheet) = self;
        while let Some(wire) = list.next_element::<Field<T::Wire<'de>>>()? {
            match wire.ok().map_or(Err(None), |wire| T::of_wire(wire, context)) {
                Ok(item) => sheet.items.push(item),
                Err(id) => {
                    sheet.malformed += 1;
                    sheet.unreadable.extend(id);
                }
            }
        }
        Ok(())
    }
}
