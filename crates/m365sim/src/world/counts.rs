//! Counting and remembering requests, so that tests can say how much a client asked for.

use std::collections::{BTreeMap, VecDeque};

use serde::Serialize;

/// Requests of one tenant so far.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Counts {
    /// Graph requests over HTTP; a `$batch` is one.
    pub graph: u64,
    /// Requests inside `$batch`.
    pub batched: u64,
    /// Requests to the token endpoint.
    pub token: u64,
    /// Resource units spent.
    pub units: u64,
    /// Requests refused because the documented limits were spent, batched ones included.
    pub throttled: u64,
    /// Answers with a fault injected.
    pub faults: u64,
    /// Graph requests by route, batched ones included.
    pub routes: BTreeMap<String, u64>,
}

/// One request as it came.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Logged {
    /// The method.
    pub method: String,
    /// Path and query, as sent.
    pub target: String,
    /// Headers of interest: `consistencylevel`, `prefer`, `client-request-id`, `user-agent`,
    /// `x-ms-throttle-priority`.
    pub headers: BTreeMap<String, String>,
    /// The status answered; 0 when the connection was cut.
    pub status: u16,
}

/// Counters and the last requests.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    pub(crate) counts: Counts,
    pub(crate) log: VecDeque<Logged>,
}

impl Ledger {
    pub(crate) fn push(&mut self, entry: Logged) {
        if self.log.len() >= 20_000 {
            self.log.pop_front();
        }
        self.log.push_back(entry);
    }
}
