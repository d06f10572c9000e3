//! The fleet: every customer in reach, what needs somebody first, then all of them, searched, sorted and page by page (W9, W17).
//!
//! All of them are read by one statement, and what the runs of those on the page did by another, however many there are.

mod order;
mod row;
mod strip;
mod switch;
mod todo;
mod view;

use askama::Template;
use store::{FleetRow, SignedIn};
use sync::Alarm;

use self::order::{Column, Order};
use self::row::Row;
use self::todo::Todos;
use self::view::{Tile, View};
use crate::answer::{Answer, Outcome, Trouble};
use crate::frame::{Frame, Namesakes};
use crate::page::stand::{Known, Stand};
use crate::visit::Visit;

pub use self::switch::page as switch;

/// Customers on a page.
const PAGE: usize = 50;
/// Days that a strip shows.
const DAYS: usize = 14;

#[derive(Template)]
#[template(path = "customers.html")]
struct Customers {
    f: Frame,
    sentence: String,
    tiles: Vec<Tile>,
    todo: Todos,
    /// Where all of it is looked through, page by page; and the pages before and after.
    all_todo: String,
    todo_before: Option<String>,
    todo_after: Option<String>,
    /// The page of it, kept while the list below is searched.
    todo_page: String,
    q: String,
    views: Vec<(&'static str, String, bool)>,
    /// Orders to choose from where the columns' heads are not seen.
    orders: Vec<(String, String, bool)>,
    columns: Vec<Column>,
    rows: Vec<Row>,
    first: i64,
    last: i64,
    of: i64,
    before: Option<String>,
    after: Option<String>,
    filtered: bool,
    none_at_all: bool,
    /// That a customer was just removed.
    removed: bool,
}

/// A customer, with what is wrong and how it stands.
struct One {
    row: FleetRow,
    alarm: Option<Alarm>,
    stand: Stand,
}

impl One {
    fn known(&self) -> Known<'_> {
        Known::in_list(&self.row, self.alarm.as_ref())
    }
}

fn everybody(person: &SignedIn, f: &Frame) -> Result<Vec<One>, Trouble> {
    let found = sync::fleet(person, f.times.now)?;
    let one = |(row, alarm): (FleetRow, Option<Alarm>)| {
        let stand = Stand::of(&Known::in_list(&row, alarm.as_ref()), f.times.now);
        One { row, alarm, stand }
    };
    Ok(found.into_iter().map(one).collect())
}

/// What the address asks for.
struct Asked {
    q: String,
    view: View,
    order: Order,
    /// The page of what is to be done, where all of it is looked through.
    todo: Option<usize>,
}

impl Asked {
    fn read(visit: &Visit) -> Self {
        Self {
            q: visit.query.get("q").to_owned(),
            view: View::named(visit.query.get("view")),
            order: Order::named(visit.query.get("sort")),
            todo: visit.query.get("todo").parse().ok(),
        }
    }

    /// The same page with other words in its address.
    fn link(&self, order: Order, page: usize, todo: Option<usize>) -> String {
        let (sort, page) = (order.name(), if page > 1 { page.to_string() } else { String::new() });
        let todo = todo.map(|page| page.to_string()).unwrap_or_default();
        let mut link = url::form_urlencoded::Serializer::new(String::new());
        let words = [
            ("q", self.q.as_str()),
            ("view", self.view.name()),
            ("sort", &sort),
            ("page", &page),
            ("todo", &todo),
        ];
        for (name, value) in words.into_iter().filter(|(_, value)| !value.is_empty()) {
            link.append_pair(name, value);
        }
        let link = link.finish();
        if link.is_empty() { "/customers".to_owned() } else { format!("/customers?{link}") }
    }
}

/// The page.
pub fn list(visit: &Visit, person: &SignedIn) -> Outcome {
    let f = Frame::of(visit, person, "customers")?;
    let all = everybody(person, &f)?;
    let asked = Asked::read(visit);
    let todo = todo::lines(&f, &all, asked.todo);
    let mut shown: Vec<&One> = all.iter().filter(|one| asked.view.has(one, f.times.now)).collect();
    view::search(&mut shown, &asked.q);
    asked.order.sort(&mut shown);
    let of = shown.len();
    let page = visit.query.get("page").parse::<usize>().unwrap_or(1).clamp(1, of.div_ceil(PAGE).max(1));
    let from = (page - 1) * PAGE;
    let here: Vec<&One> = shown.into_iter().skip(from).take(PAGE).collect();
    let days = f.times.days(DAYS);
    let listed: Vec<&FleetRow> = here.iter().map(|one| &one.row).collect();
    let runs = person.run_days(&listed, &days)?;
    let blank = Vec::new();
    let namesakes = Namesakes::among(all.iter().map(|one| one.row.customer.name.as_str()));
    let rows: Vec<Row> = here
        .iter()
        .map(|one| row::of(&f, one, &namesakes, (&days, runs.get(&one.row.customer.id).unwrap_or(&blank))))
        .collect();
    let (first, last) = (if of == 0 { 0 } else { from + 1 }, from + rows.len());
    let turned = |page| asked.link(asked.order, page, asked.todo);
    let todo_page = |to| asked.link(asked.order, page, Some(to));
    Answer::page(&Customers {
        before: (page > 1).then(|| turned(page - 1)),
        after: (last < of).then(|| turned(page + 1)),
        none_at_all: all.is_empty(),
        removed: visit.query.get("removed") == "1",
        sentence: sentence(&f, &all),
        tiles: view::tiles(&f, &all, asked.view),
        views: view::choices(&f, asked.view),
        columns: order::columns(&f, asked.order, |order| asked.link(order, 1, asked.todo)),
        orders: order::choices(&f, asked.order),
        all_todo: todo_page(1),
        todo_before: todo.before.map(todo_page),
        todo_after: todo.after.map(todo_page),
        todo_page: asked.todo.map(|page| page.to_string()).unwrap_or_default(),
        filtered: !asked.q.is_empty() || asked.view != View::All,
        todo,
        rows,
        first: first as i64,
        last: last as i64,
        of: of as i64,
        q: asked.q,
        f,
    })
}

fn sentence(f: &Frame, all: &[One]) -> String {
    // Of one customer its line says all.
    if all.len() < 2 {
        return String::new();
    }
    let needs = all.iter().filter(|one| one.stand.needs_somebody()).count();
    let good = all.iter().filter(|one| one.stand == Stand::Good).count();
    let (a, b) = (f.number(good as i64), f.number(all.len() as i64));
    if needs == 0 && good < all.len() {
        return f.t.w("fleet-sentence-calm", &[("a", &a), ("b", &b)]);
    }
    f.t.nw("fleet-sentence", needs as i64, &[("a", &a), ("b", &b)])
}
