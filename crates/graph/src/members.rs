//! Direct members of many groups: 20 groups a batch, several batches in flight, what does not fit a page followed
//! outside the batch, all of it paced by the tenant's quota. A list is complete only when it says so.
//!
//! A long list is a chain of pages, each known only from the one before, and the longest one is what a read of a large
//! tenant waits for. So each is followed in a task of its own, behind no batch and no other work of whoever reads.

use std::collections::VecDeque;
use std::fmt;

use futures::StreamExt;
use futures::future::{BoxFuture, FutureExt};
use futures::stream::FuturesUnordered;
use model::SourceId;
use model::source::Member;
use tokio::sync::mpsc::{self, Receiver, Sender};
use tokio::task::JoinSet;

use crate::batch::{BATCH, Batch};
use crate::client::Client;
use crate::cursor::Collection;
use crate::error::{Detail, Diagnostics, GraphError};
use crate::walk::{Chain, Page, Step};
use crate::wire::page::Sheet;

/// Pages that were read of long lists and that nobody has taken yet; where they are more, the lists wait.
const UNTAKEN: usize = 16;

/// Members of one group, or a part of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MemberPage {
    /// Whose members.
    pub group: SourceId,
    /// Some or all of them.
    pub members: Vec<Member>,
    /// Members that could not be read. They have not left.
    pub malformed: usize,
    /// What this page is to the list.
    pub state: MembersState,
}

/// How far a group's list of members is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MembersState {
    /// More pages follow.
    More,
    /// The last page: together with the pages before, the whole list.
    Complete,
    /// The group does not exist any more.
    Gone,
    /// The members may not be read.
    Refused,
}

/// Pages of members of many groups, in no order.
pub struct MembersWalk {
    client: Client,
    waiting: VecDeque<SourceId>,
    running: FuturesUnordered<BoxFuture<'static, Result<Vec<Outcome>, GraphError>>>,
    ready: VecDeque<MemberPage>,
    follow: VecDeque<Follow>,
    long: LongLists,
}

/// Lists that go on, each in a task that ends with the walk.
struct LongLists {
    tasks: JoinSet<Result<(), GraphError>>,
    to: Sender<MemberPage>,
    pages: Receiver<MemberPage>,
}

/// What a batch brings.
enum Outcome {
    Page(MemberPage),
    Follow(Follow),
}

/// A list that goes on elsewhere.
struct Follow {
    group: SourceId,
    chain: Chain,
}

impl Client {
    /// All direct members of these groups. For an existing group with hidden membership, an empty list means that the
    /// permission to see it is missing. Ids that are no GUIDs are never asked for.
    pub fn members(&self, groups: &[SourceId]) -> MembersWalk {
        let mut walk = MembersWalk {
            client: self.clone(),
            waiting: VecDeque::new(),
            running: FuturesUnordered::new(),
            ready: VecDeque::new(),
            follow: VecDeque::new(),
            long: LongLists::new(),
        };
        walk.add(groups);
        walk
    }
}

impl MembersWalk {
    /// Adds further groups, also to a walk that is over.
    pub fn add(&mut self, groups: &[SourceId]) {
        let refused =
            |group| MemberPage { group, members: Vec::new(), malformed: 0, state: MembersState::Refused };
        for group in groups {
            match group {
                SourceId::Guid(_) => self.waiting.push_back(group.clone()),
                SourceId::Text(_) => self.ready.push_back(refused(group.clone())),
            }
        }
    }

    /// The next page of some group; `None` after the last one. After an error the walk is over and incomplete. A wait for
    /// it may be broken off and begun anew.
    pub async fn next_page(&mut self) -> Result<Option<MemberPage>, GraphError> {
        loop {
            self.fill();
            if let Some(page) = self.ready.pop_front() {
                return Ok(Some(page));
            }
            let Self { running, long: LongLists { tasks, pages, .. }, .. } = self;
            let taken = tokio::select! {
                biased;
                Some(page) = pages.recv(), if !tasks.is_empty() => return Ok(Some(page)),
                Some(done) = tasks.join_next(), if !tasks.is_empty() => match done {
                    Ok(done) => done,
                    Err(panic) => std::panic::resume_unwind(panic.into_panic()),
                },
                Some(outcomes) = running.next(), if !running.is_empty() => outcomes.map(|some| self.take(some)),
                // A task has handed its last page over before it ended.
                else => return Ok(self.long.pages.try_recv().ok()),
            };
            if let Err(error) = taken {
                self.stop();
                return Err(error);
            }
        }
    }

    fn take(&mut self, outcomes: Vec<Outcome>) {
        for outcome in outcomes {
            match outcome {
                Outcome::Page(page) => self.ready.push_back(page),
                Outcome::Follow(follow) => self.follow.push_back(follow),
            }
        }
    }

    fn fill(&mut self) {
        let most = self.client.limits.in_flight.max(1);
        while self.long.tasks.len() < most
            && let Some(follow) = self.follow.pop_front()
        {
            self.long.tasks.spawn(follow_to_the_end(follow, self.long.to.clone()));
        }
        while self.running.len() < most && !self.waiting.is_empty() {
            let groups = self.waiting.drain(..self.waiting.len().min(BATCH)).collect();
            self.running.push(first_parts(self.client.clone(), groups).boxed());
        }
    }

    fn stop(&mut self) {
        self.running.clear();
        self.long = LongLists::new();
        self.waiting.clear();
        self.follow.clear();
    }
}

impl LongLists {
    fn new() -> Self {
        let (to, pages) = mpsc::channel(UNTAKEN);
        Self { tasks: JoinSet::new(), to, pages }
    }
}

impl fmt::Debug for MembersWalk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MembersWalk").field("waiting", &self.waiting.len()).finish_non_exhaustive()
    }
}

async fn first_parts(client: Client, groups: Vec<SourceId>) -> Result<Vec<Outcome>, GraphError> {
    let urls: Vec<String> =
        groups.iter().map(|id| format!("/groups/{id}/members?$select=id&$top=999")).collect();
    let read = |body: &[u8]| Sheet::<Member>::read(body, &());
    let batch = Batch { urls: &urls, units: 2, permission: Collection::Groups.permission(), read };
    let results = client.batch(&batch).await?;
    let mut outcomes = Vec::with_capacity(groups.len());
    for (group, result) in groups.into_iter().zip(results) {
        let whole = |state| MemberPage { group: group.clone(), members: Vec::new(), malformed: 0, state };
        match result {
            Ok(sheet) => outcomes.extend(part_of(&client, group, sheet)?),
            Err(GraphError::Gone(_)) => outcomes.push(Outcome::Page(whole(MembersState::Gone))),
            Err(GraphError::ConsentMissing { .. }) => {
                outcomes.push(Outcome::Page(whole(MembersState::Refused)));
            }
            Err(error) => return Err(error),
        }
    }
    Ok(outcomes)
}

fn part_of(client: &Client, group: SourceId, sheet: Sheet<Member>) -> Result<Vec<Outcome>, GraphError> {
    let Sheet { items: members, malformed, next, .. } = sheet;
    let Some(link) = next else {
        let state = MembersState::Complete;
        return Ok(vec![Outcome::Page(MemberPage { group, members, malformed, state })]);
    };
    if client.shared.settings.hosts.own_link(&link).is_none() {
        return Err(GraphError::malformed(Detail::ForeignLink, Diagnostics::default()));
    }
    let chain = Chain::at(client.clone(), Collection::Groups, Step::Link(link));
    let page = MemberPage { group: group.clone(), members, malformed, state: MembersState::More };
    Ok(vec![Outcome::Page(page), Outcome::Follow(Follow { group, chain })])
}

async fn follow_to_the_end(follow: Follow, to: Sender<MemberPage>) -> Result<(), GraphError> {
    let Follow { group, mut chain } = follow;
    loop {
        let Some(Page { items: members, malformed, .. }) = chain.next_page::<Member>(&()).await? else {
            // A list that is followed has not ended; one that does without a last page was not whole.
            return Err(GraphError::malformed(Detail::NoLink, Diagnostics::default()));
        };
        let ended = chain.is_over();
        let state = if ended { MembersState::Complete } else { MembersState::More };
        let page = MemberPage { group: group.clone(), members, malformed, state };
        // Without a taker the walk is gone.
        if to.send(page).await.is_err() || ended {
            return Ok(());
        }
    }
}
