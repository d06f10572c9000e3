//! Writing objects: finished JSON fragments copied together in table order.

use crate::dir::props::Form;
use crate::dir::{Directory, Object};
use crate::graph::select::Select;
use crate::rng::write_guid;

/// What a property that was never set becomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unset {
    /// `null`, or `[]` (lists and single objects).
    Null,
    /// Left out (delta).
    Absent,
}

/// How an object is written.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Style<'a> {
    pub(crate) select: &'a Select,
    pub(crate) unset: Unset,
    /// Only these properties of the selection (`return=minimal`).
    pub(crate) only: u64,
    /// With `@odata.type`.
    pub(crate) typed: bool,
    /// Whether the caller may read this kind; else only type and id come.
    pub(crate) readable: bool,
    /// `id` even when not selected (delta).
    pub(crate) always_id: bool,
}

/// Writes the members of an object, braces left to the caller.
pub(crate) fn members(out: &mut Vec<u8>, dir: &Directory, object: &Object, style: Style<'_>) {
    let mut first = true;
    if style.typed {
        comma(out, &mut first);
        out.extend_from_slice(b"\"@odata.type\":\"");
        out.extend_from_slice(object.kind.odata().as_bytes());
        out.push(b'"');
    }
    let select = style.select;
    if style.always_id || !select.given || !style.readable || select.names.contains(&"id") {
        comma(out, &mut first);
        out.extend_from_slice(b"\"id\":\"");
        write_guid(out, object.id);
        out.push(b'"');
    }
    if !style.readable {
        return;
    }
    let mut entries = object.entries.iter().peekable();
    for (number, prop) in object.kind.props().iter().enumerate() {
        let set = entries.next_if(|e| usize::from(e.prop) == number);
        if select.mask & style.only & (1 << number) == 0 {
            continue;
        }
        let fragment = match (set, style.unset, prop.form) {
            (Some(entry), _, _) => dir.pool.get(entry.span),
            (None, Unset::Absent, _) => continue,
            (None, Unset::Null, Form::One) => b"null",
            (None, Unset::Null, Form::Many) => b"[]",
        };
        comma(out, &mut first);
        key(out, prop.name);
        out.extend_from_slice(fragment);
    }
    for name in &select.outside {
        comma(out, &mut first);
        key(out, name);
        out.extend_from_slice(outside(name));
    }
}

/// Nothing is kept outside the directory here: what Graph answers for unset ones.
fn outside(name: &str) -> &'static [u8] {
    match name {
        "birthday" | "hireDate" => b"\"0001-01-01T00:00:00Z\"",
        "interests" | "pastProjects" | "responsibilities" | "schools" | "skills" => b"[]",
        _ => b"null",
    }
}

/// Writes a whole object.
pub(crate) fn object(out: &mut Vec<u8>, dir: &Directory, object: &Object, style: Style<'_>) {
    out.push(b'{');
    members(out, dir, object, style);
    out.push(b'}');
}

pub(crate) fn comma(out: &mut Vec<u8>, first: &mut bool) {
    if !std::mem::take(first) {
        out.push(b',');
    }
}

pub(crate) fn key(out: &mut Vec<u8>, name: &str) {
    out.push(b'"');
    out.extend_from_slice(name.as_bytes());
    out.extend_from_slice(b"\":");
}

/// Opens a collection: the context, and the count when asked.
pub(crate) fn open(base: &str, context: &str, count: Option<usize>) -> Vec<u8> {
    let mut out = Vec::with_capacity(64 * 1024);
    out.extend_from_slice(b"{\"@odata.context\":");
    crate::dir::pool::write_text(&mut out, &format!("{base}/v1.0/$metadata#{context}"));
    if let Some(count) = count {
        out.extend_from_slice(format!(",\"@odata.count\":{count}").as_bytes());
    }
    out
}

/// Writes a link into an opened collection.
pub(crate) fn link(out: &mut Vec<u8>, name: &str, url: &str) {
    out.push(b',');
    key(out, name);
    crate::dir::pool::write_text(out, url);
}
