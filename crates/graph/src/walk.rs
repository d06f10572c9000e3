//! Walks over pages: one page at a time, links followed only to the configured host and never in circles. A walk that
//! fails stays where it is; only a walk that has returned `None` was complete, and only it has a cursor.

use std::collections::HashSet;

use model::SourceId;
use model::source::{GroupChange, UserChange};
use model::text::fnv1a;

use crate::call::{Call, Origin, Prepared};
use crate::client::Client;
use crate::cursor::{Collection, Cursor, DeltaStart};
use crate::error::{Detail, Diagnostics, GraphError};
use crate::hosts::Hosts;
use crate::wire::page::{Item, Sheet};
use crate::wire::plans::MailboxPlans;
use crate::wire::{group, user};

/// One page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    /// What it holds; the same object may come several times in a walk, the last one counts.
    pub items: Vec<T>,
    /// The size of the answer.
    pub bytes: usize,
    /// Items that could not be read. They are not gone.
    pub malformed: usize,
    /// Ids of such items, as far as they have readable ones.
    pub unreadable: Vec<SourceId>,
}

/// Pages of users.
#[derive(Debug)]
pub struct UsersWalk {
    chain: Chain,
    seen: usize,
}

/// Pages of groups; from a delta also of members.
#[derive(Debug)]
pub struct GroupsWalk {
    chain: Chain,
}

impl UsersWalk {
    pub(crate) fn delta(client: Client, start: DeltaStart) -> Self {
        Self { chain: Chain::delta(client, Collection::Users, start), seen: 0 }
    }

    pub(crate) fn list(client: Client) -> Self {
        Self { chain: Chain::list(client, Collection::Users, user::SELECT), seen: 0 }
    }

    /// A list of those who match; the filter is encoded already.
    pub(crate) fn range(client: Client, filter: &str) -> Self {
        let query = format!("$filter={filter}&$select={}&$top=999", user::SELECT);
        let step = Step::Own { path: Collection::Users.path().to_owned(), query };
        Self { chain: Chain::at(client, Collection::Users, step), seen: 0 }
    }

    /// Whether the last page was read.
    pub(crate) fn is_over(&self) -> bool {
        self.chain.is_over()
    }

    /// The next page, which may be empty; `None` after the last one. [`GraphError::CursorExpired`] also means that a
    /// chain was left alone for too long: start anew.
    pub async fn next_page(&mut self) -> Result<Option<Page<UserChange>>, GraphError> {
        let plans = self.chain.client.plans.clone();
        let page = self.chain.next_page::<UserChange>(&plans).await?;
        self.seen += page.as_ref().map_or(0, |page| page.items.len());
        self.chain.client.shared.gate.learn_users(self.seen);
        Ok(page)
    }

    /// Where the next delta starts, once the walk is complete; lists have none.
    pub fn into_cursor(self) -> Option<Cursor> {
        self.chain.cursor
    }
}

impl GroupsWalk {
    pub(crate) fn delta(client: Client, start: DeltaStart) -> Self {
        Self { chain: Chain::delta(client, Collection::Groups, start) }
    }

    pub(crate) fn list(client: Client) -> Self {
        Self { chain: Chain::list(client, Collection::Groups, group::SELECT) }
    }

    /// The next page, which may be empty; `None` after the last one. Lists carry no members.
    pub async fn next_page(&mut self) -> Result<Option<Page<GroupChange>>, GraphError> {
        self.chain.next_page::<GroupChange>(&()).await
    }

    /// Where the next delta starts, once the walk is complete; lists have none.
    pub fn into_cursor(self) -> Option<Cursor> {
        self.chain.cursor
    }
}

/// Reads the body of a page of users without sending anything, as measurements and recorded answers need it.
pub fn read_users_page(body: &[u8], plans: &MailboxPlans) -> Option<Page<UserChange>> {
    Sheet::read(body, plans).ok().map(|sheet| Page::of(sheet, body.len()))
}

impl<T> Page<T> {
    /// Fails where something unreadable does not even say what it is. A read with such a page is not complete: whoever it
    /// lacks may be just that.
    pub fn all_named(&self) -> Result<(), GraphError> {
        if self.malformed > self.unreadable.len() {
            return Err(GraphError::malformed(Detail::Nameless, Diagnostics::default()));
        }
        Ok(())
    }

    fn of(sheet: Sheet<T>, bytes: usize) -> Self {
        Self { items: sheet.items, bytes, malformed: sheet.malformed, unreadable: sheet.unreadable }
    }
}

/// A chain of pages.
#[derive(Debug)]
pub(crate) struct Chain {
    client: Client,
    of: Collection,
    kind: ChainKind,
    next: Option<Step>,
    seen: HashSet<u64>,
    cursor: Option<Cursor>,
    headers: &'static [(&'static str, &'static str)],
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ChainKind {
    List,
    Delta,
}

/// Where the next page is.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Step {
    /// An address built here.
    Own { path: String, query: String },
    /// A link from an answer or from an earlier run.
    Link(String),
    /// A cursor of another collection.
    Misplaced,
}

impl std::fmt::Debug for Step {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Own { .. } => "Own",
            Self::Link(_) => "Link",
            Self::Misplaced => "Misplaced",
        })
    }
}

impl Chain {
    fn delta(client: Client, of: Collection, start: DeltaStart) -> Self {
        let own = |prefix: &str| Step::Own {
            path: format!("{}/delta", of.path()),
            query: format!("{prefix}$select={}", of.delta_select()),
        };
        let step = match start {
            DeltaStart::Beginning => own(""),
            DeltaStart::Latest => own("$deltatoken=latest&"),
            DeltaStart::Cursor(cursor) if cursor.of == of => Step::Link(cursor.link),
            DeltaStart::Cursor(_) => Step::Misplaced,
        };
        Self::new(client, of, ChainKind::Delta, step)
    }

    fn list(client: Client, of: Collection, select: &str) -> Self {
        let step = Step::Own { path: of.path().to_owned(), query: format!("$select={select}&$top=999") };
        Self::new(client, of, ChainKind::List, step)
    }

    /// Any other list.
    pub(crate) fn at(client: Client, of: Collection, step: Step) -> Self {
        Self::new(client, of, ChainKind::List, step)
    }

    fn new(client: Client, of: Collection, kind: ChainKind, step: Step) -> Self {
        Self { client, of, kind, next: Some(step), seen: HashSet::new(), cursor: None, headers: &[] }
    }

    /// Whether the last page was read.
    pub(crate) fn is_over(&self) -> bool {
        self.next.is_none()
    }

    /// Reads the next page and moves on only if it is good.
    pub(crate) async fn next_page<T: Item>(
        &mut self,
        context: &T::Context,
    ) -> Result<Option<Page<T>>, GraphError> {
        let Some(step) = self.next.clone() else { return Ok(None) };
        let call = PageCall::<T> { step, of: self.of, headers: self.headers, context };
        if !call.stays_home(&self.client.shared.settings.hosts) {
            return Err(GraphError::CursorExpired(Box::default()));
        }
        let (sheet, bytes) = self.client.call(&call).await?;
        self.advance(&sheet)?;
        Ok(Some(Page::of(sheet, bytes)))
    }

    fn advance<T>(&mut self, sheet: &Sheet<T>) -> Result<(), GraphError> {
        let broken = |detail| Err(GraphError::malformed(detail, Diagnostics::default()));
        let link = sheet.next.as_ref().or(sheet.delta.as_ref());
        if let Some(link) = link
            && self.client.shared.settings.hosts.own_link(link).is_none()
        {
            return broken(Detail::ForeignLink);
        }
        match (&sheet.next, &sheet.delta) {
            (Some(next), _) => {
                let new = self.seen.insert(fnv1a(next.as_bytes()));
                if !new || self.seen.len() > self.client.limits.max_pages as usize {
                    return broken(Detail::EndlessChain);
                }
                self.next = Some(Step::Link(next.clone()));
            }
            (None, Some(delta)) => {
                self.cursor = Some(Cursor { of: self.of, link: delta.clone() });
                self.next = None;
            }
            (None, None) if self.kind == ChainKind::Delta => return broken(Detail::NoLink),
            (None, None) => self.next = None,
        }
        Ok(())
    }
}

/// The request for one page. Headers are no part of a link and are sent with every page.
pub(crate) struct PageCall<'c, T: Item> {
    pub(crate) step: Step,
    pub(crate) of: Collection,
    pub(crate) headers: &'static [(&'static str, &'static str)],
    pub(crate) context: &'c T::Context,
}

impl<T: Item> PageCall<'_, T> {
    /// A stored link to another host belongs to an earlier configuration.
    fn stays_home(&self, hosts: &Hosts) -> bool {
        match &self.step {
            Step::Own { .. } => true,
            Step::Link(link) => hosts.own_link(link).is_some(),
            Step::Misplaced => false,
        }
    }
}

impl<T: Item> Call for PageCall<'_, T> {
    type Answer = (Sheet<T>, usize);

    fn prepare(&self, hosts: &Hosts) -> Prepared {
        let own = |path: &str, query: &str| Prepared::get(hosts.graph_url(path, Some(query)), 1);
        let prepared = match &self.step {
            Step::Own { path, query } => own(path, query),
            Step::Link(link) => match hosts.own_link(link) {
                Some(url) => Prepared { origin: Origin::Link, ..Prepared::get(url, 1) },
                None => own(self.of.path(), ""),
            },
            Step::Misplaced => own(self.of.path(), ""),
        };
        Prepared { headers: self.headers, ..prepared }
    }

    fn parse(&self, body: &[u8]) -> Result<Self::Answer, Detail> {
        Ok((Sheet::read(body, self.context)?, body.len()))
    }

    fn permission(&self) -> &'static str {
        self.of.permission()
    }
}

/// `GET /users` with `$count`, an advanced query.
pub(crate) struct CountCall;

#[derive(serde::Deserialize)]
struct Count {
    #[serde(rename = "@odata.count")]
    count: Option<u64>,
}

impl Call for CountCall {
    type Answer = Option<u64>;

    fn prepare(&self, hosts: &Hosts) -> Prepared {
        let url = hosts.graph_url(Collection::Users.path(), Some("$select=id&$top=1&$count=true"));
        Prepared { headers: &[("ConsistencyLevel", "eventual")], ..Prepared::get(url, 1) }
    }

    fn parse(&self, body: &[u8]) -> Result<Self::Answer, Detail> {
        serde_json::from_slice::<Count>(body).map(|count| count.count).map_err(|_| Detail::Json)
    }

    fn permission(&self) -> &'static str {
        Collection::Users.permission()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hosts::Cloud;

    fn prepared(step: Step, headers: &'static [(&'static str, &'static str)]) -> Prepared {
        let call = PageCall::<SourceId> { step, of: Collection::Users, headers, context: &() };
        call.prepare(&Hosts::cloud(Cloud::Global))
    }

    #[test]
    fn headers_are_sent_with_every_page() {
        const ADVANCED: &[(&str, &str)] = &[("ConsistencyLevel", "eventual"), ("Prefer", "x")];
        let own = Step::Own { path: "/users".into(), query: "$select=id".into() };
        let link = "https://graph.microsoft.com/v1.0/users?$skiptoken=a%20b";
        for step in [own, Step::Link(link.into())] {
            assert_eq!(prepared(step, ADVANCED).headers, ADVANCED);
        }
    }

    #[test]
    fn links_are_followed_unchanged() {
        let link = "https://graph.microsoft.com/v1.0/users/delta?$skiptoken=a%20b_-!$c";
        let prepared = prepared(Step::Link(link.into()), &[]);
        assert_eq!((prepared.url.as_str(), prepared.origin), (link, Origin::Link));
    }
}
