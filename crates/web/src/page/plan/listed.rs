//! The lines of a plan page by page: of a kind, about somebody whose name is looked for, of a field that changes. All of that stands in
//! the address, so it can be shared and comes back.

use std::collections::BTreeSet;

use model::plan::OpKind;
use model::search::{Term, Words, terms};
use model::{ContactId, Field, SourceId};
use store::{Book, ConnectionRow, KindCount, LinesOf, Meant, PlanRow, ShownPlan, Sought};
use url::form_urlencoded::Serializer;

use super::line::Chip;
use super::{Desk, Line, PAGE, VIEWS, View, kinds_of, skip, sum};
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
    /// The page of what is held.
    pub(super) held: i64,
    base: String,
}

/// Who is looked for by name.
pub(super) struct Whom {
    wanted: Vec<Term>,
    /// People and source groups.
    pub(super) sources: BTreeSet<SourceId>,
    /// Contacts, also those that Microsoft 365 knows no more.
    pub(super) contacts: BTreeSet<ContactId>,
}

impl Whom {
    /// Who is meant by the words that are asked for, if any are. Who is new, the tenant's roster knows; who has left it, the book's
    /// index.
    pub(super) fn of(
        visit: &Visit,
        book: &Book,
        connection: &ConnectionRow,
        asked: &Asked,
    ) -> Result<Option<Self>, Trouble> {
        let wanted = terms(&asked.q);
        if wanted.is_empty() {
            return Ok(None);
        }
        let roster = visit.web.rosters.of(book, connection, &book.policy()?)?;
        let people = roster.found(&wanted).into_iter().filter_map(|at| roster.people().get(at as usize));
        let groups = roster.groups().iter().filter(|grouping| grouping.says(&wanted));
        let sources = people
            .map(|someone| someone.id.clone())
            .chain(groups.map(|grouping| grouping.group.id.clone()))
            .collect();
        let contacts = book.meant_by(&wanted)?;
        Ok(Some(Self { wanted, sources, contacts }))
    }

    /// Says of lines about contacts that are found by a former name only which one that was.
    pub(super) fn tell_former<'l>(
        &self,
        f: &Frame,
        book: &Book,
        lines: impl Iterator<Item = &'l mut Line>,
    ) -> Result<(), Trouble> {
        let id = |line: &Line| line.contact.parse().ok().and_then(|id| book.store().contact_of(id));
        let mut about: Vec<(ContactId, &mut Line)> =
            lines.filter_map(|line| id(line).map(|id| (id, line))).collect();
        let ids: Vec<ContactId> = about.iter().map(|(id, _)| *id).collect();
        let formerly = book.found_formerly(&ids, &self.wanted, f.times.now)?;
        for (id, line) in &mut about {
            if let Some(names) = formerly.get(id) {
                let text = f.x("formerly", names.join(", "));
                line.chips.push(Chip { icon: "log", text, held: false });
            }
        }
        Ok(())
    }

    /// Whether a name is meant.
    pub(super) fn name(&self, name: &str) -> bool {
        let mut words = Words::default();
        words.add_text(name);
        words.admit(&self.wanted)
    }
}

impl Asked {
    pub(super) fn read(visit: &Visit, base: &str) -> Self {
        let field = visit.query.get("field");
        Self {
            view: visit.query.get("view").to_owned(),
            q: visit.query.get("q").to_owned(),
            field: Field::ALL.into_iter().find(|known| known.name() == field),
            page: visit.query.get("page").parse().unwrap_or(1),
            held: visit.query.get("held").parse().unwrap_or(1),
            base: base.to_owned(),
        }
    }

    /// Whether not all lines are looked at.
    pub(super) fn is_filtered(&self) -> bool {
        self.field.is_some() || !terms(&self.q).is_empty()
    }

    /// The same with another view, on a page.
    fn link(&self, view: &str, page: i64) -> String {
        self.address(view, page, 1)
    }

    /// The same with another page of what is held.
    pub(super) fn held_link(&self, held: i64) -> String {
        format!("{}#held", self.address(&self.view, self.page, held))
    }

    fn address(&self, view: &str, page: i64, held: i64) -> String {
        let [page, held] = [page, held].map(|n| if n > 1 { n.to_string() } else { String::new() });
        let field = self.field.map_or("", Field::name);
        let words = [("view", view), ("q", &self.q), ("field", field), ("page", &page), ("held", &held)];
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
    f: &Frame,
    book: &Book,
    (connection, shown): (&ConnectionRow, Option<&ShownPlan>),
    (asked, whom): (&Asked, Option<&Whom>),
    counts: &[KindCount],
) -> Result<Listed, Trouble> {
    let Some(plan) = shown else { return Ok(Listed::default()) };
    let kinds = kinds_of(&asked.view).unwrap_or(&OpKind::ALL);
    let (rows, skip, counts) = if asked.is_filtered() {
        let places = sought(book, plan, asked, whom)?;
        let count = |kind| KindCount {
            kind,
            held: false,
            n: places.iter().filter(|(of, _)| *of == kind).count() as i64,
        };
        let counts: Vec<KindCount> = OpKind::ALL.into_iter().map(count).collect();
        let here: Vec<i64> =
            places.iter().filter(|(kind, _)| kinds.contains(kind)).map(|(_, n)| *n).collect();
        let skip = skip(asked.page, here.len() as i64);
        let here: Vec<i64> = here.into_iter().skip(skip as usize).take(PAGE as usize).collect();
        (book.plan_lines_at(plan.id, &here)?, skip, counts)
    } else {
        let of = sum(counts, |c| !c.held && kinds.contains(&c.kind));
        let skip = skip(asked.page, of);
        let rows: Vec<PlanRow> =
            book.plan_lines(plan.id, &LinesOf { kinds, held: Some(false), skip, most: PAGE })?;
        (rows, skip, counts.to_vec())
    };
    let of = sum(&counts, |c| !c.held && kinds.contains(&c.kind));
    let mut lines = Desk::of(book, connection, &rows)?.lines(f, &rows)?;
    if let Some(whom) = whom {
        whom.tell_former(f, book, lines.iter_mut())?;
    }
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

/// Places in the plan that are looked for, with their kinds.
fn sought(
    book: &Book,
    plan: &ShownPlan,
    asked: &Asked,
    whom: Option<&Whom>,
) -> Result<Vec<(OpKind, i64)>, Trouble> {
    let group = |name: &str| whom.is_none_or(|whom| whom.name(name));
    let meant = whom.map(|whom| Meant { sources: &whom.sources, contacts: &whom.contacts, group: &group });
    let found = book.plan_found(plan.id, &Sought { meant, field: asked.field })?;
    Ok(found.into_iter().map(|line| (line.kind, line.n)).collect())
}
