//! Users by sign-in name, so that a range of names is found without looking at everybody. Made with the directory, for a
//! service has its indexes before anybody asks, and anew when it is asked for after a change.

use std::sync::{Mutex, PoisonError};

use crate::dir::{Directory, Kind};

/// The order of names, and of which directory it is.
#[derive(Debug, Default)]
pub(crate) struct Names(Mutex<Sorted>);

#[derive(Debug, Default)]
struct Sorted {
    version: (usize, usize),
    users: Vec<u32>,
}

/// Both ends belong to it; a missing one is open.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Range<'r> {
    /// The least name, as JSON.
    pub(crate) low: Option<&'r str>,
    /// The greatest name, as JSON.
    pub(crate) high: Option<&'r str>,
}

impl Names {
    /// The names of a directory as it is.
    pub(crate) fn of(dir: &Directory) -> Self {
        let names = Self::default();
        drop(names.within(dir, Range { low: Some("\"\""), high: Some("\"\"") }));
        names
    }

    /// The numbers of the users in a range, ascending.
    pub(crate) fn within(&self, dir: &Directory, range: Range<'_>) -> Vec<u32> {
        let mut sorted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let version = (dir.objects().len(), dir.log().len());
        if sorted.version != version {
            let named =
                |at: &u32| dir.get(*at).is_some_and(|o| o.kind == Kind::User) && name(dir, *at).is_some();
            sorted.users = (0..dir.objects().len() as u32).filter(named).collect();
            sorted.users.sort_by_cached_key(|at| name(dir, *at));
            sorted.version = version;
        }
        let users = &sorted.users;
        let end = |json: &str| lower(json.as_bytes());
        let first = range.low.map_or(0, |low| {
            let low = end(low);
            users.partition_point(|at| name(dir, *at) < low)
        });
        let behind = range.high.map_or(users.len(), |high| {
            let high = end(high);
            users.partition_point(|at| name(dir, *at) <= high)
        });
        let mut found = users.get(first..behind).unwrap_or_default().to_vec();
        found.sort_unstable();
        found
    }
}

fn name(dir: &Directory, at: u32) -> Option<Vec<u8>> {
    lower(dir.json(at, "userPrincipalName")?)
}

/// A text as JSON in small letters, without its quotes; nothing is no text.
fn lower(json: &[u8]) -> Option<Vec<u8>> {
    let text = json.strip_prefix(b"\"")?.strip_suffix(b"\"")?;
    Some(text.to_ascii_lowercase())
}
