//! What breaks naive clients, each switch allowed by Microsoft's documentation (graph-facts 4).

use serde::{Deserialize, Serialize};

/// The switches; all on unless a test turns one off.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[expect(clippy::struct_excessive_bools, reason = "a row of independent switches")]
pub struct Nasty {
    /// Pages with an empty `value` and a nextLink.
    pub empty_pages: bool,
    /// Groups come in several items, other groups in between.
    pub split_groups: bool,
    /// The same object several times in one round.
    pub duplicates: bool,
    /// Objects of an earlier round again in a later one, in their present state.
    pub replays: bool,
    /// No order: members before their groups, children before parents.
    pub shuffle: bool,
    /// `expires_in` differs from token to token.
    pub random_token_lifetimes: bool,
    /// Delta leaves out properties never set; off: they come as `null`.
    pub absent_never_set: bool,
    /// `@removed` for ids nobody has heard of, even in the first round.
    pub unknown_removed: bool,
}

impl Default for Nasty {
    fn default() -> Self {
        Self {
            empty_pages: true,
            split_groups: true,
            duplicates: true,
            replays: true,
            shuffle: true,
            random_token_lifetimes: true,
            absent_never_set: true,
            unknown_removed: true,
        }
    }
}

impl Nasty {
    /// Everything off, for reading answers by eye; never for proving a client.
    pub fn calm() -> Self {
        Self {
            empty_pages: false,
            split_groups: false,
            duplicates: false,
            replays: false,
            shuffle: false,
            random_token_lifetimes: false,
            absent_never_set: false,
            unknown_removed: false,
        }
    }
}

/// Sizes of pages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Pages {
    /// Objects on a page of users/delta.
    pub users_delta: usize,
    /// Objects on a page of groups/delta.
    pub groups_delta: usize,
    /// Memberships on a page of groups/delta.
    pub memberships: usize,
    /// Objects on a page of a list without `$top`.
    pub list: usize,
}

impl Default for Pages {
    fn default() -> Self {
        Self { users_delta: 200, groups_delta: 200, memberships: 1000, list: 100 }
    }
}
