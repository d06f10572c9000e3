//! The plan: what is due, line by line, and what waits for a person. Nothing here changes the book; a run does, and it reads anew.

mod held;
mod line;
mod listed;

use askama::Template;
use model::plan::OpKind;
use model::{Right, Timestamp};
use store::{Book, ConnectionRow, KindCount, ShownPlan, SignedIn};

use crate::answer::{Answer, Outcome, Trouble};
use crate::frame::Frame;
use crate::visit::Visit;

use self::held::{Held, held};
use self::listed::{Asked, Whom, listed};

pub use held::{HeldLine, held_lines, op_of};
pub use line::{Desk, Line};

/// Lines on a page.
const PAGE: i64 = 50;

/// What is told apart in a plan, in the order in which it is shown: the view's name, its kinds, its icon and colour, and the key of
/// its name.
const VIEWS: [(&str, &[OpKind], &str, &str, &str); 6] = [
    ("new", &[OpKind::Create, OpKind::TakeOver, OpKind::Restore], "plus", "t-ok", "plan-new"),
    ("linked", &[OpKind::Adopt, OpKind::Relink], "link", "t-acc", "plan-linked"),
    (
        "changed",
        &[OpKind::Update, OpKind::Return, OpKind::MarkLeft, OpKind::Unlink],
        "tilde",
        "t-acc",
        "plan-changed",
    ),
    ("removed", &[OpKind::Remove], "minus", "t-bad", "plan-removed"),
    (
        "groups",
        &[OpKind::GroupCreate, OpKind::GroupRename, OpKind::GroupUntie, OpKind::Members],
        "group",
        "t-acc",
        "plan-groups",
    ),
    ("later", &[OpKind::Wait], "clock", "muted", "plan-later"),
];

#[derive(Template)]
#[template(path = "plan.html")]
struct PlanPage {
    f: Frame,
    base: String,
    sentence: String,
    sub: String,
    connected: bool,
    notes: Vec<Note>,
    empty: Option<Empty>,
    bars: Vec<Bar>,
    share: String,
    /// Of the whole plan.
    kinds: Vec<View>,
    /// Of what is looked for.
    views: Vec<View>,
    view: String,
    q: String,
    fields: Vec<(&'static str, String, bool)>,
    filtered: bool,
    waiting: Held,
    held: i64,
    /// What the box of what waits is called.
    held_h: String,
    /// How much was released and waits for the next run.
    released: i64,
    /// What there is to say where nothing is planned.
    stands: Stands,
    lines: Vec<Line>,
    lines_any: bool,
    found: String,
    before: Option<String>,
    after: Option<String>,
    findings: i64,
    run: i64,
    due: i64,
    plan: i64,
}

/// What is said above everything else.
#[derive(Default)]
struct Note {
    tone: &'static str,
    icon: &'static str,
    heading: String,
    text: String,
}

/// What stands there instead of lines.
struct Empty {
    icon: &'static str,
    text: String,
}

/// A part of the bar.
struct Bar {
    class: &'static str,
    x: i64,
    width: i64,
}

/// A choice of lines.
pub struct View {
    /// Where it leads.
    pub href: String,
    /// The icon.
    pub icon: &'static str,
    /// Its colour.
    pub tone: &'static str,
    /// Its name.
    pub text: String,
    /// How many lines it has.
    pub n: i64,
    /// Whether it is shown.
    pub current: bool,
}

/// The page.
pub fn page(visit: &Visit, person: &SignedIn, book: &Book) -> Outcome {
    let f = Frame::of_customer(visit, person, book, "plan")?;
    let base = format!("/c/{}", book.customer.slug);
    let Some(connection) = book.connection()? else { return not_connected(f, base) };
    let shown = book.shown_plan(connection.id, f.times.now)?;
    let mut counts = shown.map_or(Ok(Vec::new()), |plan| book.plan_counts(plan.id))?;
    let asked = Asked::read(visit, &base);
    let whom = Whom::of(visit, book, &connection, &asked)?;
    let mut waiting = held(&f, book, &connection, (&asked, whom.as_ref()))?;
    let lines_any = counts.iter().any(|c| !c.held);
    let planned = counts.clone();
    if let Some(plan) = shown.as_ref().filter(|_| waiting.any_by_hand) {
        // What was planned before somebody held it waits as what was planned after.
        let since = book.plan_held_since(connection.id, plan.id)?;
        for (_, kind) in &since {
            counts.iter_mut().filter(|c| !c.held && c.kind == *kind).for_each(|c| c.n -= 1);
        }
        waiting.also(&since);
    }
    let listed = listed(&f, book, (&connection, shown.as_ref()), (&asked, whom.as_ref()), &planned)?;
    let due = sum(&counts, |c| !c.held && c.kind != OpKind::Wait);
    let held = waiting.n;
    let stands = Stands::of(book, &connection, shown.as_ref(), f.times.now)?;
    let told = Told { due, held, only_removals: waiting.only_removals, released: waiting.released, stands };
    let contacts = book.size()?.contacts;
    let (bars, share) = bars(&f, contacts, &counts, held);
    Answer::page(&PlanPage {
        sentence: told.sentence(&f),
        stands,
        released: waiting.released,
        sub: sub(&f, book, shown.as_ref()),
        notes: notes(visit, &f, shown.as_ref()),
        empty: (shown.is_none() && !waiting.any).then(|| stands.empty(&f)),
        findings: shown.map_or(Ok(0), |plan| book.findings(plan.run).map(|all| all.len() as i64))?,
        run: shown.map_or(0, |plan| plan.run.0),
        plan: shown.map_or(0, |plan| plan.id.0),
        kinds: asked.views(&f, &counts),
        views: asked.views(&f, &listed.counts),
        fields: asked.fields(&f),
        filtered: asked.is_filtered(),
        view: asked.view,
        q: asked.q,
        held_h: waiting_heading(&f, &waiting),
        waiting,
        lines_any,
        connected: true,
        lines: listed.lines,
        found: listed.found,
        before: listed.before,
        after: listed.after,
        bars,
        share,
        held,
        due,
        base,
        f,
    })
}

fn not_connected(f: Frame, base: String) -> Outcome {
    Answer::page(&PlanPage {
        sentence: f.s("plan-off-h"),
        sub: f.s("plan-off-text"),
        base,
        connected: false,
        notes: Vec::new(),
        empty: Some(Empty { icon: "plug", text: f.s("not-connected-text") }),
        bars: Vec::new(),
        share: String::new(),
        kinds: Vec::new(),
        views: Vec::new(),
        view: String::new(),
        q: String::new(),
        fields: Vec::new(),
        filtered: false,
        waiting: Held::default(),
        held: 0,
        held_h: String::new(),
        released: 0,
        stands: Stands::UpToDate,
        lines: Vec::new(),
        lines_any: false,
        found: String::new(),
        before: None,
        after: None,
        findings: 0,
        run: 0,
        due: 0,
        plan: 0,
        f,
    })
}

fn sum(counts: &[KindCount], which: impl Fn(&KindCount) -> bool) -> i64 {
    counts.iter().filter(|c| which(c)).map(|c| c.n).sum()
}

/// How many lines stand on the pages before this one, of so many in all.
fn skip(page: i64, of: i64) -> i64 {
    let pages = (of + PAGE - 1) / PAGE;
    (page.clamp(1, pages.max(1)) - 1) * PAGE
}

/// How it stands where nothing is planned.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stands {
    /// Nobody was ever chosen for the book.
    Nobody,
    /// The tenant was not read yet.
    Unread,
    /// Somebody has changed something since the last run, and nobody has planned it yet.
    Behind,
    /// There is nothing to do.
    UpToDate,
}

impl Stands {
    fn of(
        book: &Book,
        connection: &ConnectionRow,
        shown: Option<&ShownPlan>,
        now: Timestamp,
    ) -> Result<Self, Trouble> {
        Ok(if !connection.applied && book.scope(connection.id)?.is_nobody() {
            Self::Nobody
        } else if !connection.complete {
            Self::Unread
        } else if shown.is_none() && book.is_due(connection.id, now)? {
            Self::Behind
        } else {
            Self::UpToDate
        })
    }

    fn heading(self) -> &'static str {
        match self {
            Self::Nobody => "overview-nobody-h",
            Self::Unread => "plan-unread-h",
            Self::Behind => "plan-behind-h",
            Self::UpToDate => "plan-none-h",
        }
    }

    fn empty(self, f: &Frame) -> Empty {
        let (icon, key) = match self {
            Self::Nobody => ("people", "overview-nobody"),
            Self::Unread => ("runs", "plan-unread-text"),
            Self::Behind => ("runs", "plan-behind"),
            Self::UpToDate => ("ok", "plan-empty"),
        };
        Empty { icon, text: f.s(key) }
    }
}

/// What the heading is told from.
struct Told {
    due: i64,
    held: i64,
    only_removals: bool,
    released: i64,
    stands: Stands,
}

impl Told {
    fn sentence(&self, f: &Frame) -> String {
        let waiting =
            || f.n(if self.only_removals { "plan-removals-wait" } else { "plan-changes-wait" }, self.held);
        match (self.due, self.held) {
            (0, 0) if self.released > 0 => f.n("plan-released-h", self.released),
            (0, 0) => f.s(self.stands.heading()),
            (0, _) => waiting(),
            (_, 0) => f.n("plan-due", self.due),
            (_, _) => format!("{}, {}", f.n("plan-due", self.due), waiting()),
        }
    }
}

/// Changes that wait, and people and groups whom somebody holds beside them.
fn waiting_heading(f: &Frame, waiting: &Held) -> String {
    match (waiting.n, waiting.beside) {
        (0, 1..) => f.n("held-by-hand-h", waiting.beside),
        (n, 0) => f.n("held-h", n),
        (n, beside) => format!("{}, {}", f.n("held-h", n), f.n("held-besides", beside)),
    }
}

fn sub(f: &Frame, book: &Book, shown: Option<&ShownPlan>) -> String {
    match (shown, book.customer.last_good_at) {
        (Some(plan), _) => f.x("plan-sub", f.times.exact(plan.as_of)),
        (None, Some(at)) => f.x("last-good", f.times.short(at)),
        (None, None) => f.s("plan-unread-text"),
    }
}

/// What to know of the plan before it is read.
fn notes(visit: &Visit, f: &Frame, shown: Option<&ShownPlan>) -> Vec<Note> {
    let mut notes = Vec::new();
    let said = said(visit, f);
    if !said.is_empty() {
        notes.push(Note { tone: "ok", icon: "ok", text: said, ..Note::default() });
    }
    if visit.query.get("said") == "none" {
        notes.push(Note { tone: "held", icon: "warn", text: f.s("said-none"), ..Note::default() });
    }
    if shown.is_some_and(|plan| plan.outdated) {
        notes.push(Note { icon: "info", text: f.s("plan-outdated"), ..Note::default() });
    }
    if shown.is_some_and(|plan| plan.waits) {
        let (heading, text) = (f.s("plan-first-h"), f.s("plan-first-text"));
        notes.push(Note { tone: "held", icon: "hand", heading, text });
    }
    notes
}

/// What was done before this page was shown.
fn said(visit: &Visit, f: &Frame) -> String {
    let n = |name: &str| visit.query.get(name).parse::<i64>().ok();
    if let Some(n) = n("released") {
        return f.n("said-released", n);
    }
    if let Some(n) = n("rejected") {
        return f.n("said-rejected", n);
    }
    match visit.query.get("said") {
        "nothing" => f.s("said-nothing"),
        "held" => f.s("said-held"),
        "other" => f.s("said-other"),
        _ => String::new(),
    }
}

fn kinds_of(view: &str) -> Option<&'static [OpKind]> {
    VIEWS.iter().find(|(name, ..)| *name == view).map(|(_, kinds, ..)| *kinds)
}

/// The bar over all contacts, in thousandths: new, changed, removed, held, the rest.
fn bars(f: &Frame, contacts: i64, counts: &[KindCount], held: i64) -> (Vec<Bar>, String) {
    let n = |kinds: &[OpKind]| sum(counts, |c| !c.held && kinds.contains(&c.kind));
    let [new, linked, changed, removed, ..] = VIEWS.map(|(_, kinds, ..)| n(kinds));
    let changed = changed + linked;
    let of = (contacts + new).max(new + changed + removed + held).max(1);
    let parts = [("f-new", new), ("f-upd", changed), ("f-rem", removed), ("f-held", held)];
    let mut bars = vec![Bar { class: "f-same", x: 0, width: 1_000 }];
    let mut x = 0;
    for (class, n) in parts {
        // Few among many are still to be seen.
        let width = if n == 0 { 0 } else { (n * 1_000 / of).max(6) };
        if width > 0 && x < 1_000 {
            bars.push(Bar { class, x, width: width.min(1_000 - x) });
            x += width + 4;
        }
    }
    let number = |n: i64| f.number(n);
    let share = f.t.w(
        "plan-share",
        &[
            ("all", &number(contacts)),
            ("new", &number(new)),
            ("changed", &number(changed)),
            ("removed", &number(removed)),
            ("held", &number(held)),
        ],
    );
    (bars, share)
}

impl PlanPage {
    fn may_act(&self) -> bool {
        self.f.may(Right::Act)
    }

    fn chooses(&self) -> bool {
        self.stands == Stands::Nobody
    }
}
