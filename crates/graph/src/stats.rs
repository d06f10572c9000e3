//! What a client has done so far, for run records and metrics: counters only, cheap to read at any time.

use std::sync::atomic::{AtomicU64, Ordering};

/// Cumulative figures of one client.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Stats {
    /// HTTP requests sent to Graph, retries included.
    pub requests: u64,
    /// Requests inside batches, retries included.
    pub batch_items: u64,
    /// HTTP requests sent to the sign-in host.
    pub token_requests: u64,
    /// Bytes of answers, after decompression.
    pub bytes_read: u64,
    /// Requests and batch items answered with 429.
    pub throttled: u64,
    /// Requests and batch items sent again, whatever the reason.
    pub retries: u64,
    /// Wall time spent waiting because Graph was slow or refused; waits side by side count once.
    pub waited_ms: u64,
}

/// The counters behind [`Stats`].
#[derive(Debug, Default)]
pub(crate) struct Counters {
    pub(crate) requests: Counter,
    pub(crate) batch_items: Counter,
    pub(crate) token_requests: Counter,
    pub(crate) bytes_read: Counter,
    pub(crate) throttled: Counter,
    pub(crate) retries: Counter,
}

/// One counter that only grows.
#[derive(Debug, Default)]
pub(crate) struct Counter(AtomicU64);

impl Counter {
    pub(crate) fn add(&self, n: usize) {
        self.0.fetch_add(n as u64, Ordering::Relaxed);
    }

    fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

impl Counters {
    pub(crate) fn read(&self, waited_ms: u64) -> Stats {
        Stats {
            requests: self.requests.get(),
            batch_items: self.batch_items.get(),
            token_requests: self.token_requests.get(),
            bytes_read: self.bytes_read.get(),
            throttled: self.throttled.get(),
            retries: self.retries.get(),
            waited_ms,
        }
    }
}
