//! All users of a large tenant, listed as ranges of sign-in names beside each other: a list is a chain of pages, each known
//! only from the one before, and one chain takes longer than the quota asks for.
//!
//! The first page of the whole list shows how the names are spread, and the ranges are cut by it. Each range has both its
//! ends, neighbours share one (`le 'm'`, `ge 'm' and le 's'`, `ge 's'`), so somebody is in one of them whatever order the
//! service keeps names in; who stands on a border comes twice. A rename from a range that is still to be read into one
//! that was read is a change, and the delta of a cursor that was taken before tells it. Where the service will not filter,
//! the whole list is read on.

use std::collections::VecDeque;
use std::fmt;

use futures::StreamExt;
use futures::future::{BoxFuture, FutureExt};
use futures::stream::FuturesUnordered;
use model::source::UserChange;

use crate::client::Client;
use crate::error::GraphError;
use crate::lookup::literal;
use crate::walk::{Page, UsersWalk};

/// Ranges that a list is cut into. More than are read at once, for they are not equally long.
const RANGES: usize = 64;
/// Pages in memory at once. A page of users is the largest answer there is, more than half a megabyte, and while one is
/// read the others need not be here.
const IN_MEMORY: usize = 4;

/// Pages of all users, in no order. Lists have no cursor.
pub struct UsersList {
    client: Client,
    /// The list without ranges: its first page, and all of it where there are no ranges.
    whole: UsersWalk,
    cut: Cut,
    waiting: VecDeque<UsersWalk>,
    running: FuturesUnordered<BoxFuture<'static, Part>>,
}

/// Whether the list was cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cut {
    /// Nobody was read yet.
    NotYet,
    /// Into ranges.
    Done,
    /// It will not be.
    Never,
}

/// A range, and its next page.
type Part = (UsersWalk, Result<Option<Page<UserChange>>, GraphError>);

impl UsersList {
    pub(crate) fn new(client: Client) -> Self {
        let client = client.in_turns(IN_MEMORY);
        let whole = UsersWalk::list(client.clone());
        Self { client, whole, cut: Cut::NotYet, waiting: VecDeque::new(), running: FuturesUnordered::new() }
    }

    /// The next page, which may be empty; `None` after the last one. After an error the list is over and incomplete.
    pub async fn next_page(&mut self) -> Result<Option<Page<UserChange>>, GraphError> {
        loop {
            if self.cut != Cut::Done {
                let page = self.whole.next_page().await?;
                if let (Cut::NotYet, Some(page)) = (self.cut, &page) {
                    self.cut(&page.items);
                }
                return Ok(page);
            }
            self.fill();
            match self.running.next().await {
                None => return Ok(None),
                Some((_, Err(GraphError::Rejected(_)))) => {
                    self.stop();
                    self.cut = Cut::Never;
                }
                Some((_, Err(error))) => {
                    self.stop();
                    return Err(error);
                }
                Some((_, Ok(None))) => {}
                Some((walk, Ok(Some(page)))) => {
                    if !walk.is_over() {
                        self.waiting.push_front(walk);
                    }
                    return Ok(Some(page));
                }
            }
        }
    }

    fn cut(&mut self, sample: &[UserChange]) {
        if sample.is_empty() {
            return;
        }
        let borders = borders(sample);
        if self.whole.is_over() || borders.is_empty() {
            self.cut = Cut::Never;
            return;
        }
        let range = |filter: &String| UsersWalk::range(self.client.clone(), filter);
        self.waiting = filters(&borders).iter().map(range).collect();
        self.cut = Cut::Done;
    }

    fn fill(&mut self) {
        while self.running.len() < self.client.limits.lists_in_flight.max(1) {
            let Some(mut walk) = self.waiting.pop_front() else { return };
            let next = async move {
                let page = walk.next_page().await;
                (walk, page)
            };
            self.running.push(next.boxed());
        }
    }

    fn stop(&mut self) {
        self.running.clear();
        self.waiting.clear();
    }
}

impl fmt::Debug for UsersList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UsersList").field("cut", &self.cut).finish_non_exhaustive()
    }
}

/// Where to cut: the beginnings of the names that part the sample into equal shares.
fn borders(sample: &[UserChange]) -> Vec<String> {
    let name = |change: &UserChange| match change {
        UserChange::Upsert(user) => user.upn.as_deref().map(str::to_ascii_lowercase),
        UserChange::Removed { .. } => None,
    };
    let mut names: Vec<String> = sample.iter().filter_map(name).collect();
    names.sort_unstable();
    let share = |n: usize| n * names.len() / RANGES;
    let mut borders: Vec<String> = (1..RANGES).filter_map(|n| shortest(&names, share(n))).collect();
    borders.dedup();
    borders
}

/// The shortest beginning of a name that the name before it has not, as far as it is of plain letters and digits: no
/// address need stand in a link.
fn shortest(names: &[String], at: usize) -> Option<String> {
    let (before, name) = (names.get(at.checked_sub(1)?)?, names.get(at)?);
    let same = before.bytes().zip(name.bytes()).take_while(|(a, b)| a == b).count();
    let plain = name.bytes().take_while(u8::is_ascii_alphanumeric).count();
    name.get(..(same + 1).min(plain)).filter(|border| !border.is_empty()).map(str::to_owned)
}

/// One range more than there are borders.
fn filters(borders: &[String]) -> Vec<String> {
    let upn = |op: &str, border: &String| format!("userPrincipalName%20{op}%20{}", literal(border));
    let first = borders.first().map(|border| upn("le", border));
    let between = borders.windows(2).filter_map(|pair| match pair {
        [low, high] => Some(format!("{}%20and%20{}", upn("ge", low), upn("le", high))),
        _ => None,
    });
    let last = borders.last().map(|border| upn("ge", border));
    first.into_iter().chain(between).chain(last).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(all: &[&str]) -> Vec<String> {
        all.iter().map(|&name| name.to_owned()).collect()
    }

    #[test]
    fn borders_are_as_short_as_tells_neighbours_apart_and_hold_no_address() {
        let sorted = names(&["anna.berg@x", "anna.maier@x", "bert@x", "bertold@x"]);
        assert_eq!(shortest(&sorted, 0), None);
        assert_eq!(shortest(&sorted, 1).as_deref(), Some("anna"));
        assert_eq!(shortest(&sorted, 2).as_deref(), Some("b"));
        assert_eq!(shortest(&sorted, 3).as_deref(), Some("berto"));
        assert_eq!(shortest(&names(&["'a", "'b"]), 1), None);
    }

    #[test]
    fn neighbours_share_their_border_and_the_outer_ranges_are_open() {
        let upn = "userPrincipalName%20";
        let expected = [
            format!("{upn}le%20%27b%27"),
            format!("{upn}ge%20%27b%27%20and%20{upn}le%20%27m%27"),
            format!("{upn}ge%20%27m%27"),
        ];
        assert_eq!(filters(&names(&["b", "m"])), expected);
    }
}
