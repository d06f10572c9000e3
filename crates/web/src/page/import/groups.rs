//! Groups and teams of the tenant (S8): none is ticked but those that are subscribed; ticking one subscribes to it, unticking ends
//! that, and both are told before they are done (S9: groups and contacts stay). The master box means the groups that exist now.

mod pick;
mod save;

use std::collections::BTreeMap;

use askama::Template;
use model::Right;
use model::policy::Mode;
use model::scope::Subscription;
use model::search::{Term, terms};
use model::source::GroupKind;
use model::{GroupId, SourceId};
use store::{AccountId, Book, SignedIn, TickOf, Ticks};
use sync::Grouping;

use super::{Desk, Head, Tab, link, stretch, to_connection};
use crate::answer::{Answer, Outcome, Trouble};
use crate::form::Form;
use crate::frame::Frame;
use crate::visit::Visit;

pub use self::pick::pick;
pub use self::save::{check, save};

/// Groups on a page.
const PAGE: usize = 50;

/// Which groups the page shows, each with its text.
const SHOWS: [(&str, &str); 4] = [
    ("", "subscribe-show-all"),
    ("subscribed", "subscribe-show-subscribed"),
    ("free", "subscribe-show-free"),
    ("ticked", "subscribe-show-ticked"),
];

#[derive(Template)]
#[template(path = "subscribe.html")]
struct Page {
    f: Frame,
    head: Head,
    done: String,
    sub: String,
    here: String,
    q: String,
    shows: Vec<(&'static str, String, bool)>,
    filtered: bool,
    rows: Vec<Row>,
    found: String,
    before: Option<String>,
    after: Option<String>,
    /// Ticked, and of these not on this page.
    ticked: i64,
    elsewhere: i64,
    /// What saving would change.
    changes: i64,
    tickable: i64,
    in_all: i64,
    /// All that there are are ticked.
    every: bool,
    /// That runs add nobody.
    manual: String,
    /// What "hidden" means, where it stands on the page.
    hidden: String,
    may: bool,
}

/// A group on a line.
struct Row {
    id: String,
    name: String,
    sub: String,
    kind: String,
    members: String,
    ticked: bool,
    /// `subscribed`, `ended`, `free`.
    state: &'static str,
    /// The contact group that stands for it.
    href: String,
}

/// What the address asks for.
#[derive(Default)]
struct Asked {
    q: String,
    show: &'static str,
    after: String,
    before: String,
}

impl Asked {
    fn read(query: &Form) -> Self {
        let show = SHOWS.iter().map(|(name, _)| *name).find(|name| *name == query.get("s"));
        let text = |name: &str| query.get(name).to_owned();
        Self { q: text("q"), show: show.unwrap_or_default(), after: text("after"), before: text("before") }
    }

    fn is_filtered(&self) -> bool {
        !self.q.is_empty() || !self.show.is_empty()
    }

    fn link(&self, book: &Book, more: &[(&str, &str)]) -> String {
        let path = format!("/c/{}/import/groups", book.customer.slug);
        link(&path, &[&[("q", self.q.as_str()), ("s", self.show)], more].concat())
    }

    fn query(&self) -> String {
        link("", &[("q", self.q.as_str()), ("s", self.show)]).trim_start_matches('?').to_owned()
    }
}

/// The groups, what is subscribed, and what is ticked.
struct Groups {
    desk: Desk,
    subscribed: BTreeMap<SourceId, Subscription>,
    ticks: Ticks,
}

impl Groups {
    fn of(visit: &Visit, book: &Book, account: AccountId) -> Result<Option<Self>, Trouble> {
        let Some(desk) = Desk::of(visit, book)? else { return Ok(None) };
        let subscribed = book.subscriptions(desk.connection.id)?;
        let ticks = book.ticks(desk.connection.id, account, TickOf::Groups, visit.now)?;
        Ok(Some(Self { desk, subscribed, ticks }))
    }

    fn all(&self) -> &[Grouping] {
        self.desk.roster.groups()
    }

    fn is_subscribed(&self, group: &Grouping) -> bool {
        self.subscribed.get(&group.group.id) == Some(&Subscription::Active)
    }

    fn is_ticked(&self, group: &Grouping) -> bool {
        self.ticks.has(&group.group.id, self.is_subscribed(group))
    }

    fn find(&self, asked: &Asked) -> Vec<usize> {
        let words: Vec<Term> = terms(&asked.q);
        let hopeless = words.is_empty() && !asked.q.is_empty();
        let shows = |group: &Grouping| match asked.show {
            "subscribed" => self.is_subscribed(group),
            "free" => !self.is_subscribed(group),
            "ticked" => self.is_ticked(group),
            _ => true,
        };
        let all = self.all().iter().enumerate().filter(|_| !hopeless);
        all.filter(|(_, g)| shows(g) && g.says(&words)).map(|(at, _)| at).collect()
    }

    fn place(&self, id: &str) -> Option<usize> {
        let id: SourceId = id.parse().ok()?;
        self.all().iter().position(|group| group.group.id == id)
    }
}

/// The page.
pub fn page(visit: &Visit, person: &SignedIn, book: &Book) -> Outcome {
    let Some(groups) = Groups::of(visit, book, person.account.id)? else { return to_connection(book) };
    let f = Frame::of_customer(visit, person, book, "import")?;
    let asked = Asked::read(&visit.query);
    let found = groups.find(&asked);
    let range = stretch(&found, groups.place(&asked.after), groups.place(&asked.before), PAGE);
    let (first, last, total) = (range.start, range.end, found.len());
    let shown: Vec<&Grouping> =
        found.get(range).unwrap_or_default().iter().filter_map(|at| groups.all().get(*at)).collect();
    let tied = tied(book, &groups)?;
    let rows: Vec<Row> = shown.iter().map(|group| row(&f, book, &groups, (group, &tied))).collect();
    let all = groups.all();
    let ticked = all.iter().filter(|g| groups.is_ticked(g)).count() as i64;
    let here = rows.iter().filter(|row| row.ticked).count() as i64;
    let subscribed = all.iter().filter(|g| groups.is_subscribed(g)).count() as i64;
    let changes = all.iter().filter(|g| groups.is_ticked(g) != groups.is_subscribed(g)).count() as i64;
    let page = |word: &str, group: Option<&&Grouping>| {
        group.map(|group| asked.link(book, &[(word, &group.group.id.to_string())]))
    };
    let may = f.may(Right::Act);
    let text = |key: &'static str, holds: bool| if holds { f.s(key) } else { String::new() };
    Answer::page(&Page {
        head: groups.desk.head(&f, book, Tab::Groups),
        done: done(visit, &f),
        sub: f.t.nw("subscribe-counts", all.len() as i64, &[("subscribed", &f.number(subscribed))]),
        here: asked.query(),
        shows: SHOWS.iter().map(|(name, key)| (*name, f.s(key), *name == asked.show)).collect(),
        filtered: asked.is_filtered(),
        found: if total == 0 { String::new() } else { f.pager(first as i64 + 1, last as i64, total as i64) },
        before: page("before", shown.first()).filter(|_| first > 0),
        after: page("after", shown.last()).filter(|_| last < total),
        elsewhere: ticked - here,
        tickable: total as i64,
        in_all: all.len() as i64,
        every: !all.is_empty() && ticked == all.len() as i64,
        manual: text("subscribe-manual-text", groups.desk.policy.mode == Mode::Manual),
        hidden: text("subscribe-hidden-hint", shown.iter().any(|group| group.group.hidden_membership)),
        q: asked.q,
        ticked,
        changes,
        may,
        rows,
        f,
    })
}

fn done(visit: &Visit, f: &Frame) -> String {
    let query = &visit.query;
    let n = |name: &str| query.get(name).parse::<i64>().unwrap_or(0).max(0);
    match (query.get("loaded"), query.get("mode"), query.get("none"), query.get("saved")) {
        ("1", ..) => f.s("import-loaded"),
        (_, "1", ..) => f.s("import-mode-done"),
        (_, _, "1", _) => f.s("subscribe-nothing"),
        (.., "1") => saved(f, n("new"), n("ended")),
        _ => String::new(),
    }
}

/// "2 Gruppen abonniert, 1 Abonnement beendet."
fn saved(f: &Frame, new: i64, ended: i64) -> String {
    let parts = [("subscribe-done-new", new), ("subscribe-done-ended", ended)];
    let told = parts.into_iter().filter(|(_, n)| *n > 0).map(|(key, n)| f.n(key, n));
    told.collect::<Vec<_>>().join(" ")
}

/// The contact groups that stand for source groups.
fn tied(book: &Book, groups: &Groups) -> Result<BTreeMap<SourceId, GroupId>, Trouble> {
    let of = |row: store::GroupRow| {
        let (connection, source) = row.group.source?;
        (connection == groups.desk.connection.id).then_some((source, row.group.id))
    };
    Ok(book.group_rows()?.into_iter().filter_map(of).collect())
}

fn row(
    f: &Frame,
    book: &Book,
    groups: &Groups,
    (group, tied): (&Grouping, &BTreeMap<SourceId, GroupId>),
) -> Row {
    let own = &group.group;
    let sub = own.description.as_deref().or(own.mail.as_deref()).unwrap_or_default();
    let kind = f.s(match own.kind {
        GroupKind::Security => "group-kind-security",
        GroupKind::MailSecurity => "group-kind-mail-security",
        GroupKind::Distribution => "group-kind-distribution",
        GroupKind::Microsoft365 => "group-kind-microsoft365",
        GroupKind::Team => "group-kind-team",
    });
    let dynamic = if own.dynamic { f.s("subscribe-dynamic") } else { String::new() };
    Row {
        id: own.id.to_string(),
        name: own.name.to_string(),
        sub: sub.to_owned(),
        kind: [kind, dynamic].into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join(", "),
        members: if own.hidden_membership { f.s("subscribe-hidden") } else { f.number(group.members) },
        ticked: groups.is_ticked(group),
        state: match groups.subscribed.get(&own.id) {
            Some(Subscription::Active) => "subscribed",
            Some(Subscription::Ended) => "ended",
            None => "free",
        },
        href: tied
            .get(&own.id)
            .map(|id| format!("/c/{}/book?group={}", book.customer.slug, id.number()))
            .unwrap_or_default(),
    }
}
