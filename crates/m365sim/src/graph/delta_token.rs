//! `$deltatoken` and `$skiptoken` of delta rounds: position, selection and collection, unreadable to
//! clients by intent. Tokens age by the world's clock and by generations.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

/// What a token says.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq, Eq)]
pub(crate) struct Token {
    /// `users` or `groups`.
    pub(crate) c: String,
    /// Whether it is a page of a round, and which: the number of the round and the page.
    pub(crate) r: Option<(u64, usize)>,
    /// The position of the log the next round starts from.
    pub(crate) to: usize,
    /// `$select` as asked.
    pub(crate) s: Option<String>,
    /// Ids the round is limited to.
    pub(crate) ids: Vec<u128>,
    /// `return=minimal` for the pages of this round.
    pub(crate) m: bool,
    /// A page of a full round.
    pub(crate) f: bool,
    /// Generation and time of issue.
    pub(crate) g: u32,
    pub(crate) t: i64,
}

const VEIL: u8 = 0xA7;

impl Token {
    pub(crate) fn seal(&self) -> String {
        let mut bytes = serde_json::to_vec(self).unwrap_or_default();
        bytes.iter_mut().enumerate().for_each(|(at, b)| *b ^= VEIL.wrapping_add(at as u8));
        URL_SAFE_NO_PAD.encode(bytes)
    }

    pub(crate) fn open(text: &str) -> Option<Self> {
        let mut bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        bytes.iter_mut().enumerate().for_each(|(at, b)| *b ^= VEIL.wrapping_add(at as u8));
        serde_json::from_slice(&bytes).ok()
    }
}

/// Directory tokens live seven days (graph-facts 4.3).
pub(crate) const LIFE: i64 = 7 * 86_400;
