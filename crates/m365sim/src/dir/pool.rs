//! One long text holding every value of a tenant as JSON, addressed by position.
//! Rule: a value once written is never changed; a changed property gets a new place.

use std::collections::HashMap;

/// Where a value stands in the pool.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Span {
    off: u32,
    len: u32,
}

/// The text of all values of a tenant; half a million users fit in some hundred megabytes.
#[derive(Debug)]
pub(crate) struct Pool {
    text: Vec<u8>,
    shared: HashMap<Box<str>, Span>,
    null: Span,
}

impl Pool {
    pub(crate) fn new() -> Self {
        let mut pool = Self { text: Vec::new(), shared: HashMap::new(), null: Span { off: 0, len: 0 } };
        pool.null = pool.raw("null");
        pool
    }

    /// The place of `null`.
    pub(crate) fn null(&self) -> Span {
        self.null
    }

    /// Adds a finished JSON value.
    pub(crate) fn raw(&mut self, json: &str) -> Span {
        let off = self.text.len() as u32;
        self.text.extend_from_slice(json.as_bytes());
        Span { off, len: json.len() as u32 }
    }

    /// Adds a finished JSON value that many objects carry, once.
    pub(crate) fn shared(&mut self, json: &str) -> Span {
        if let Some(span) = self.shared.get(json) {
            return *span;
        }
        let span = self.raw(json);
        self.shared.insert(json.into(), span);
        span
    }

    /// Adds a text, quoted and escaped.
    pub(crate) fn text(&mut self, value: &str) -> Span {
        let off = self.text.len() as u32;
        write_text(&mut self.text, value);
        Span { off, len: self.text.len() as u32 - off }
    }

    /// Adds a text that many objects carry, once.
    pub(crate) fn shared_text(&mut self, value: &str) -> Span {
        let mut json = Vec::new();
        write_text(&mut json, value);
        self.shared(&String::from_utf8(json).unwrap_or_default())
    }

    /// Gives back what growing took too much.
    pub(crate) fn trim(&mut self) {
        self.text.shrink_to_fit();
    }

    /// The JSON of a value.
    pub(crate) fn get(&self, span: Span) -> &[u8] {
        let start = span.off as usize;
        self.text.get(start..start + span.len as usize).unwrap_or(b"null")
    }
}

/// Writes a text as JSON.
pub(crate) fn write_text(out: &mut Vec<u8>, value: &str) {
    if value.bytes().any(|b| b < 0x20 || b == b'"' || b == b'\\') {
        out.extend_from_slice(&serde_json::to_vec(value).unwrap_or_default());
    } else {
        out.push(b'"');
        out.extend_from_slice(value.as_bytes());
        out.push(b'"');
    }
}
