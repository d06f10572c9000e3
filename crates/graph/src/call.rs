//! A request as a type: what to send and how to read the answer, without anything that sends. Each request is tested in
//! both directions without a network.

use bytes::Bytes;
use reqwest::Method;
use url::Url;

use crate::error::Detail;
use crate::hosts::Hosts;

/// One request to Graph.
pub(crate) trait Call: Sync {
    /// What the caller gets.
    type Answer: Send;

    /// What to send.
    fn prepare(&self, hosts: &Hosts) -> Prepared;

    /// Reads a successful answer.
    fn parse(&self, body: &[u8]) -> Result<Self::Answer, Detail>;

    /// The permission to name when the request is forbidden.
    fn permission(&self) -> &'static str {
        "User.Read.All"
    }
}

/// A request ready to be sent, without token and ids.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Prepared {
    pub(crate) method: Method,
    pub(crate) url: Url,
    pub(crate) headers: &'static [(&'static str, &'static str)],
    /// What the body is (RFC 9110, 8.3).
    pub(crate) media: &'static str,
    pub(crate) body: Option<Bytes>,
    /// Estimated resource units.
    pub(crate) units: u32,
    pub(crate) origin: Origin,
}

/// Where the address comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Origin {
    /// Built here.
    Own,
    /// A next or delta link from an answer: if it is refused, the chain is lost.
    Link,
    /// A batch, whose items tell their costs one by one.
    Batch,
}

impl Prepared {
    pub(crate) fn get(url: Url, units: u32) -> Self {
        Self {
            method: Method::GET,
            url,
            headers: &[],
            media: "application/json",
            body: None,
            units,
            origin: Origin::Own,
        }
    }

    pub(crate) fn batch(url: Url, body: Vec<u8>, units: u32) -> Self {
        Self { origin: Origin::Batch, ..Self::post(url, body, units) }
    }

    pub(crate) fn post(url: Url, body: Vec<u8>, units: u32) -> Self {
        Self { method: Method::POST, body: Some(body.into()), ..Self::get(url, units) }
    }
}
