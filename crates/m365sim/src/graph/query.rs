//! The query part of a Graph URL: OData system options, and which of them an endpoint takes.

use crate::graph::refusal::Refusal;

/// The options of one request. Names are compared without case and with or without `$`.
#[derive(Clone, Debug, Default)]
pub(crate) struct Query {
    /// The query as sent, for nextLinks.
    pub(crate) raw: String,
    pub(crate) select: Option<String>,
    pub(crate) filter: Option<String>,
    pub(crate) search: Option<String>,
    pub(crate) orderby: Option<String>,
    pub(crate) expand: Option<String>,
    pub(crate) top: Option<String>,
    pub(crate) count: bool,
    pub(crate) skip: bool,
    pub(crate) skiptoken: Option<String>,
    pub(crate) deltatoken: Option<String>,
    unknown: Option<String>,
}

impl Query {
    pub(crate) fn parse(raw: &str) -> Self {
        let mut query = Self { raw: raw.to_owned(), ..Self::default() };
        for (name, value) in url::form_urlencoded::parse(raw.as_bytes()) {
            let value = value.into_owned();
            match name.trim_start_matches('$').to_ascii_lowercase().as_str() {
                "select" => query.select = Some(value),
                "filter" => query.filter = Some(value),
                "search" => query.search = Some(value),
                "orderby" => query.orderby = Some(value),
                "expand" => query.expand = Some(value),
                "top" => query.top = Some(value),
                "count" => query.count = value.eq_ignore_ascii_case("true"),
                "skip" => query.skip = true,
                "skiptoken" => query.skiptoken = Some(value),
                "deltatoken" => query.deltatoken = Some(value),
                _ if name.starts_with('$') => query.unknown = Some(name.into_owned()),
                _ => {}
            }
        }
        query
    }

    /// The query without paging tokens, for the next link.
    pub(crate) fn without_token(&self) -> String {
        let kept: Vec<&str> = self
            .raw
            .split('&')
            .filter(|p| !p.is_empty() && !p.to_ascii_lowercase().contains("skiptoken="))
            .collect();
        kept.join("&")
    }

    /// The page size: 1 to 999 (graph-facts 3.1).
    pub(crate) fn page_size(&self, default: usize) -> Result<usize, Refusal> {
        let Some(top) = &self.top else { return Ok(default) };
        match top.parse::<usize>() {
            Ok(n) if (1..=999).contains(&n) => Ok(n),
            _ => Err(Refusal::bad("Invalid page size specified: '$top' must be between 1 and 999.")),
        }
    }

    /// `$skip` and options nobody knows are refused everywhere.
    pub(crate) fn check(&self) -> Result<(), Refusal> {
        if self.skip {
            return Err(Refusal::bad("'$skip' is not supported by the service."));
        }
        match &self.unknown {
            Some(name) => Err(Refusal::bad(format!("The query parameter '{name}' is not supported."))),
            None => Ok(()),
        }
    }
}

/// Decodes the percent signs of a path segment.
pub(crate) fn decode(segment: &str) -> String {
    let bytes = segment.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut rest = bytes.iter();
    while let Some(byte) = rest.next() {
        if *byte == b'%' {
            let ahead = rest.as_slice();
            let hex = ahead.get(..2).and_then(|h| std::str::from_utf8(h).ok());
            if let Some(value) = hex.and_then(|h| u8::from_str_radix(h, 16).ok()) {
                out.push(value);
                rest.nth(1);
                continue;
            }
        }
        out.push(*byte);
    }
    String::from_utf8_lossy(&out).into_owned()
}
