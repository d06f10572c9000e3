//! What needs somebody, over all customers: the most urgent first, each line with the button that solves it.

use model::Timestamp;
use store::AppOf;
use sync::Why;

use super::One;
use crate::frame::{CustomerTab, Frame, Namesakes};

/// Lines that stand above the list.
const FIRST: usize = 8;
/// Lines on a page of all of them.
const MOST: usize = 50;

/// What is shown of what is to be done.
pub(super) struct Todos {
    pub(super) lines: Vec<Todo>,
    /// How many more there are, where only the first are shown.
    pub(super) more: i64,
    /// Which of how many the lines are, and the pages before and after, where all of them are looked through.
    pub(super) found: String,
    pub(super) before: Option<usize>,
    pub(super) after: Option<usize>,
}

/// A line.
pub(super) struct Todo {
    pub(super) icon: &'static str,
    pub(super) colour: &'static str,
    pub(super) what: String,
    pub(super) whom: String,
    pub(super) href: String,
    pub(super) button: String,
}

/// What is to be done, in the order of urgency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Task {
    Ended,
    Missing,
    Alarm,
    Held,
    FirstPlan,
    Paused,
    Expiring,
    Nobody,
}

/// The first lines, or a page of all of them. Only those that are shown are put in words.
pub(super) fn lines(f: &Frame, all: &[One], page: Option<usize>) -> Todos {
    let mut tasks: Vec<(Task, &One)> =
        all.iter().flat_map(|one| of(one, f.times.now).into_iter().map(move |task| (task, one))).collect();
    tasks.sort_by_key(|(task, one)| (*task, since(*task, one), one.row.customer.id));
    let n = tasks.len();
    let namesakes = Namesakes::among(all.iter().map(|one| one.row.customer.name.as_str()));
    let worded = |skip: usize, most: usize| -> Vec<Todo> {
        tasks.iter().skip(skip).take(most).map(|(task, one)| line(f, &namesakes, *task, one)).collect()
    };
    let Some(page) = page else {
        let more = n.saturating_sub(FIRST) as i64;
        return Todos { lines: worded(0, FIRST), more, found: String::new(), before: None, after: None };
    };
    let pages = n.div_ceil(MOST).max(1);
    let page = page.clamp(1, pages);
    let lines = worded((page - 1) * MOST, MOST);
    let first = (page - 1) * MOST + 1;
    let last = first + lines.len() - 1;
    Todos {
        found: if lines.is_empty() { String::new() } else { f.pager(first as i64, last as i64, n as i64) },
        more: 0,
        before: (page > 1).then(|| page - 1),
        after: (page < pages).then(|| page + 1),
        lines,
    }
}

fn of(one: &One, now: Timestamp) -> Vec<Task> {
    let (known, waits) = (one.known(), one.row.waits);
    if known.nobody {
        return vec![Task::Nobody];
    }
    // Who is switched off needs nobody.
    let Some(watched) = &one.row.watched else { return Vec::new() };
    let mut tasks = Vec::new();
    if known.access.has_ended(now) {
        tasks.push(Task::Ended);
    } else if known.lacks() {
        tasks.push(Task::Missing);
    } else if one.alarm.is_some() {
        tasks.push(Task::Alarm);
    } else if sync::quarantine(watched).is_some() {
        tasks.push(Task::Paused);
    }
    if waits.held > 0 {
        tasks.push(Task::Held);
    }
    if waits.first_plan {
        tasks.push(Task::FirstPlan);
    }
    if known.access.expires(now) {
        tasks.push(Task::Expiring);
    }
    tasks
}

/// What is older, or ends sooner, is more urgent; of what is held the more.
fn since(task: Task, one: &One) -> i64 {
    match task {
        Task::Ended | Task::Expiring => one.known().access.ends.map_or(0, |at| at.0),
        Task::Alarm => one.alarm.as_ref().map_or(0, |alarm| alarm.since().0),
        Task::Held => -one.row.waits.held,
        Task::Missing | Task::FirstPlan | Task::Paused | Task::Nobody => 0,
    }
}

fn line(f: &Frame, namesakes: &Namesakes, task: Task, one: &One) -> Todo {
    let customer = &one.row.customer;
    let base = format!("/c/{}", customer.slug);
    let CustomerTab { name, apart, .. } =
        namesakes.tell_apart(CustomerTab::of(&customer.slug, &customer.name, customer.id.0));
    let name = if apart.is_empty() { name } else { format!("{name} · {apart}") };
    let known = one.known();
    let said = |icon, colour, what: String, href: &str, button: &str| Todo {
        icon,
        colour,
        what,
        whom: name.clone(),
        href: format!("{base}{href}"),
        button: f.s(button),
    };
    // What ends is renewed where it is the customer's own.
    let (renew, renews) = match known.access.app {
        AppOf::Customer if f.may_connect() => ("/connection/renew", "renew-access"),
        AppOf::Customer | AppOf::Operator => ("/connection", "view-connection"),
    };
    match task {
        Task::Ended => {
            let line = said("bad", "t-bad", f.s("todo-ended"), renew, renews);
            let day = known.access.ends.filter(|_| !known.access.left_out).map(|at| f.times.day(at));
            let why = day.map_or_else(|| f.s("access-left-out"), |day| f.x("todo-ended-since", day));
            Todo { whom: format!("{name} · {why}"), ..line }
        }
        Task::Missing => {
            let missing = known.granted.map(|granted| granted.missing.join(", ")).unwrap_or_default();
            said("shield", "t-bad", f.x("todo-missing", missing), "/connection", "view-connection")
        }
        Task::Alarm => alarm(f, one, said("bad", "t-bad", String::new(), "/runs", "view-runs")),
        Task::Held => said("hand", "t-held", f.n("todo-held", one.row.waits.held), "/plan", "view-plan"),
        Task::Nobody => {
            let to = ("/import/scope", "overview-nobody-button");
            said("people", "t-held", f.s("overview-nobody-h"), to.0, to.1)
        }
        Task::FirstPlan => said("plan", "t-acc", f.s("todo-first-plan"), "/plan", "view-plan"),
        Task::Paused => {
            let quarantine = one.row.watched.as_ref().and_then(sync::quarantine);
            let until = quarantine.map(|q| f.times.short(q.until)).unwrap_or_default();
            let failures = quarantine.map_or(0, |q| q.failures);
            let what = f.t.nw("todo-paused", failures, &[("until", &until)]);
            said("clock", "t-held", what, "/runs", "view-runs")
        }
        Task::Expiring => {
            let days = known.access.ends.and_then(|at| f.times.days_until(at)).unwrap_or_default();
            let line = said("key", "t-held", f.n("todo-expiring", days), renew, renews);
            let day = known.access.ends.map(|at| f.x("todo-expiring-on", f.times.day(at)));
            Todo { whom: format!("{name} · {}", day.unwrap_or_default()), ..line }
        }
    }
}

fn alarm(f: &Frame, one: &One, line: Todo) -> Todo {
    let Some(alarm) = &one.alarm else { return line };
    let what = match alarm.why {
        Why::Silent { .. } => "todo-silent",
        Why::Failed { .. } => "todo-failed",
        Why::Unreadable { .. } => "todo-unreadable",
    };
    let error = alarm.error.as_ref().map(|error| show::texts::kept(error).to_owned()).unwrap_or_default();
    let dot = if error.is_empty() { "" } else { " · " };
    Todo { what: f.x(what, f.times.short(alarm.since())), whom: format!("{}{dot}{error}", line.whom), ..line }
}
