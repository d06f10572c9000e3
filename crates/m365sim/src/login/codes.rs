//! What sign-in remembers between its steps: codes and refresh tokens, and whose turn it is to sign.

use std::collections::HashMap;

/// A code works so long: ten minutes, in seconds (graph-facts 1.8).
pub(crate) const CODE_LIFE: i64 = 600;
/// A refresh token works so long: 90 days, in seconds.
pub(crate) const REFRESH_LIFE: i64 = 90 * 86_400;

/// Who has signed in, where, and for what.
#[derive(Clone, Debug)]
pub(crate) struct Grant {
    pub(crate) client: u128,
    pub(crate) tenant: u128,
    pub(crate) user: u128,
    pub(crate) redirect: String,
    pub(crate) nonce: Option<String>,
    /// PKCE: the SHA-256 of the verifier, base64url.
    pub(crate) challenge: Option<String>,
    pub(crate) scope: String,
    pub(crate) at: i64,
    pub(crate) used: bool,
}

/// All of it.
#[derive(Debug, Default)]
pub(crate) struct SignIn {
    pub(crate) codes: HashMap<String, Grant>,
    pub(crate) refresh: HashMap<String, Grant>,
    /// How often the key was rolled over.
    pub(crate) turn: usize,
    /// Whether the key before is published no more.
    pub(crate) only_newest: bool,
}
