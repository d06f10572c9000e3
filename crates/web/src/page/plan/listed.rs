//! The lines of a plan page by page: of a kind, about somebody whose name is looked for, of a field that changes. All of that stands in
//! the address, so it can be shared and comes back.

use std::collections::BTreeSet;

use model::Field;
use model::plan::OpKind;
use model::search::{Words, terms};
use store::{Book, ConnectionRow, KindCount, LinesOf, Meant, PlanRow, ShownPlan, Sought};
use url::form_urlencoded::Serializer;

use super::{Desk, Line, PAGE, VIEWS, View, kinds_of, sum};
use crate::answer::Trouble;
use crate::frame::Frame;
use crate::page::person::label;
use crate::visit::Visit;

/// What the address asks for.
pub(super) struct Asked {
    /// The view's name; empty for all kinds.
    pub(super) view: String,
    /// A name, or a part of one.
    pub(super) q: String,
    /// A field that changes.
    field: Option<Field>,
    page: i64,
    base: String,
}

impl Asked {
    pub(super) fn read(visit: &Visit, base: &str) -> Self {
        let field = visit.query.get("field");
        Self {
            view: visit.query.get("view").to_owned(),
            q: visit.query.get("q").to_owned(),
            field: Field::ALL.into_iter().find(|known| known.name() == field),
            page: visit.query.get("page").parse().unwrap_or(1),
            base: base.to_owned(),
        }
    }

    /// Whether not all lines are looked at.
    pub(super) fn is_filtered(&self) -> bool {
        self.field.is_some() || !terms(&self.q).is_empty()
    }

    /// The same with another view, on a page.
    fn link(&self, view: &str, page: i64) -> String {
        let page = if page > 1 { page.to_string() } else { String::new() };
        let words =
            [("view", view), ("q", &self.q), ("field", self.field.map_or("", Field::name)), ("page", &page)];
        let mut query = Serializer::new(String::new());
        for (name, value) in words.into_iter().filter(|(_, value)| !value.is_empty()) {
            query.append_pair(name, value);
        }
        let query = query.finish();
        if query.is_empty() { format!("{}/plan", self.base) } else { format!("{}/plan?{query}", self.base) }
    }

    /// The fields to choose from, and which is chosen.
    pub(super) fn fields(&self, f: &Frame) -> Vec<(&'static str, String, bool)> {
        Field::ALL.map(|field| (field.name(), f.s(label(field)), self.field == Some(field))).to_vec()
    }

    /// All kinds of lines, and how many there are of each.
    pub(super) fn views(&self, f: &Frame, counts: &[KindCount]) -> Vec<View> {
        let all = View {
            href: self.link("", 1),
            icon: "plan",
            tone: "",
            text: f.s("plan-all"),
            n: sum(counts, |c| !c.held),
            current: kinds_of(&self.view).is_none(),
        };
        let some = VIEWS.iter().filter_map(|(name, kinds, icon, tone, key)| {
            let n = sum(counts, |c| !c.held && kinds.contains(&c.kind));
            let (href, current) = (self.link(name, 1), *name == self.view);
            (n > 0 || current).then(|| View { href, icon, tone, text: f.n(key, n), n, current })
        });
        std::iter::once(all).chain(some).collect()
    }
}

/// Lines on the page, and the way to the others.
#[derive(Default)]
pub(super) struct Listed {
    pub(super) lines: Vec<Line>,
    pub(super) found: String,
    pub(super) before: Option<String>,
    pub(super) after: Option<String>,
    /// How many there are of each kind that are looked for.
    pub(super) counts: Vec<KindCount>,
}

/// The lines that are asked for; `counts` are those of the whole plan.
pub(super) fn listed(
    visit: &Visit,
    f: &Frame,
    book: &Book,
    (connection, shown): (&ConnectionRow, Option<&ShownPlan>),
    (asked, counts): (&Asked, &[KindCount]),
) -> Result<Listed, Trouble> {
    let Some(plan) = shown else { return Ok(Listed::default()) };
    let kinds = kinds_of(&asked.view).unwrap_or(&OpKind::ALL);
    let (rows, skip, counts) = if asked.is_filtered() {
        let places = sought(visit, book, connection, (plan, asked))?;
        let count = |kind| KindCount {
            kind,
            held: false,
            n: places.iter().filter(|(of, _)| *of == kind).count() as i64,
        };
        let counts: Vec<KindCount> = OpKind::ALL.into_iter().map(count).collect();
        let here: Vec<i64> =
            places.iter().filter(|(kind, _)| kinds.contains(kind)).map(|(_, n)| *n).collect();
        let skip = skip(asked, here.len() as i64);
        let here: Vec<i64> = here.into_iter().skip(skip as usize).take(PAGE as usize).collect();
        (book.plan_lines_at(plan.id, &here)?, skip, counts)
    } else {
        let of = sum(counts, |c| !c.held && kinds.contains(&c.kind));
        let skip = skip(asked, of);
        let rows: Vec<PlanRow> =
            book.plan_lines(plan.id, &LinesOf { kinds, held: Some(false), skip, most: PAGE })?;
        (rows, skip, counts.to_vec())
    };
    let of = sum(&counts, |c| !c.held && kinds.contains(&c.kind));
    let lines = Desk::of(book, connection)?.lines(f, &rows)?;
    let last = skip + lines.len() as i64;
    let page = skip / PAGE + 1;
    Ok(Listed {
        found: if lines.is_empty() { String::new() } else { f.pager(skip + 1, last, of) },
        before: (page > 1).then(|| asked.link(&asked.view, page - 1)),
        after: (last < of).then(|| asked.link(&asked.view, page + 1)),
        lines,
        counts,
    })
}

/// How many lines stand on the pages before.
fn skip(asked: &Asked, of: i64) -> i64 {
    let pages = (of + PAGE - 1) / PAGE;
    (asked.page.clamp(1, pages.max(1)) - 1) * PAGE
}

/// Places in the plan that are looked for, with their kinds. Who is new there, the tenant's roster knows; who has left it, the
/// book's index.
fn sought(
    visit: &Visit,
    book: &Book,
    connection: &ConnectionRow,
    (plan, asked): (&ShownPlan, &Asked),
) -> Result<Vec<(OpKind, i64)>, Trouble> {
    let wanted = terms(&asked.q);
    let (mut sources, mut contacts) = (BTreeSet::new(), BTreeSet::new());
    if !wanted.is_empty() {
        let roster = visit.web.rosters.of(book, connection, &book.policy()?)?;
        let people = roster.people().iter().filter(|someone| roster.says(someone, &wanted));
        sources.extend(people.map(|someone| someone.id.clone()));
        let groups = roster.groups().iter().filter(|grouping| grouping.says(&wanted));
        sources.extend(groups.map(|grouping| grouping.group.id.clone()));
        contacts = book.meant_by(&wanted)?;
    }
    let group = |name: &str| {
        let mut words = Words::default();
        words.add_text(name);
        words.admit(&wanted)
    };
    let meant =
        (!wanted.is_empty()).then_some(Meant { sources: &sources, contacts: &contacts, group: &group });
    let found = book.plan_found(plan.id, &Sought { meant, field: asked.field })?;
    Ok(found.into_iter().map(|line| (line.kind, line.n)).collect())
}
