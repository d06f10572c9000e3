//! The fleet: every customer in reach, what needs somebody first, then all of them (W9, W17).

use std::collections::BTreeMap;

use askama::Template;
use model::search::collation_key;
use model::{CustomerId, Preset, Slug};
use store::{CustomerRow, ForAPerson, Refusal, SignedIn, StoreError, Watched};
use sync::{Alarm, Why};

use crate::answer::{Answer, Outcome, Trouble};
use crate::frame::{CustomerTab, Frame};
use crate::page::customer::{State, access};
use crate::visit::Visit;

/// Customers on a page.
const PAGE: usize = 50;
/// Days before its end from which a credential is counted as expiring.
const EXPIRING_DAYS: i64 = 30;
/// Lines of what needs somebody that stand on the page at once.
const FIRST: usize = 8;

#[derive(Template)]
#[template(path = "customers.html")]
struct Customers {
    f: Frame,
    sentence: String,
    tiles: Vec<Tile>,
    todo: Vec<Todo>,
    more_todo: i64,
    q: String,
    view: String,
    rows: Vec<Row>,
    first: i64,
    last: i64,
    of: i64,
    before: Option<String>,
    after: Option<String>,
    none_at_all: bool,
}

struct Tile {
    view: &'static str,
    icon: &'static str,
    colour: &'static str,
    n: String,
    text: String,
    current: bool,
}

struct Todo {
    icon: &'static str,
    colour: &'static str,
    what: String,
    whom: String,
    href: String,
    button: String,
    rank: u8,
}

struct Row {
    tab: CustomerTab,
    domain: String,
    state: State,
    last_good: String,
    next: String,
    held: String,
    is_held: bool,
    access: String,
    access_sub: String,
    access_colour: &'static str,
}

/// What is known of a customer without opening its book.
struct Known {
    row: CustomerRow,
    watched: Option<Watched>,
    alarm: Option<Alarm>,
    waits: ForAPerson,
    state: State,
}

fn known(person: &SignedIn, f: &Frame) -> Result<Vec<Known>, Trouble> {
    let store = person.store();
    let waits = store.for_a_person()?;
    let mut watched: BTreeMap<CustomerId, (Watched, Option<Alarm>)> =
        sync::look(store, f.times.now)?.into_iter().map(|(row, alarm)| (row.id, (row, alarm))).collect();
    let all = person.customers()?.into_iter().map(|row| {
        let (seen, alarm) = watched.remove(&row.id).map_or((None, None), |(w, a)| (Some(w), a));
        let waits = waits.get(&row.id).copied().unwrap_or_default();
        let state = State::of(f, seen.as_ref(), alarm.as_ref(), waits);
        Known { row, watched: seen, alarm, waits, state }
    });
    let mut all: Vec<Known> = all.collect();
    all.sort_by_cached_key(|known| (collation_key(&known.row.name), known.row.slug.clone()));
    Ok(all)
}

/// The page.
pub fn list(visit: &Visit, person: &SignedIn) -> Outcome {
    let f = Frame::of(visit, person, "customers")?;
    let all = known(person, &f)?;
    let (q, view) = (visit.query.get("q").to_owned(), visit.query.get("view").to_owned());
    let tiles = tiles(&f, &all, &view);
    let (todo, more_todo) = todo(&f, &all);
    let needs = all.iter().filter(|known| known.state.needs_somebody()).count();
    // Of one customer its line says all.
    let sentence = if all.len() < 2 {
        String::new()
    } else {
        let (a, b) = (f.number((all.len() - needs) as i64), f.number(all.len() as i64));
        f.t.nw("fleet-sentence", needs as i64, &[("a", &a), ("b", &b)])
    };
    let terms = model::search::terms(&q);
    let shown: Vec<&Known> = all
        .iter()
        .filter(|known| in_view(known, &view))
        .filter(|known| {
            let mut words = model::search::Words::default();
            words.add_text(&known.row.name);
            words.add_text(&known.row.slug);
            q.is_empty() || words.admit(&terms)
        })
        .collect();
    let of = shown.len();
    let page = visit.query.get("page").parse::<usize>().unwrap_or(1).clamp(1, of.div_ceil(PAGE).max(1));
    let from = (page - 1) * PAGE;
    let rows: Vec<Row> =
        shown.iter().skip(from).take(PAGE).map(|known| row(person, &f, known)).collect::<Result<_, _>>()?;
    let link = |page: usize| {
        let mut link = url::form_urlencoded::Serializer::new(String::new());
        for (name, value) in [("q", q.as_str()), ("view", view.as_str()), ("page", &page.to_string())] {
            if !value.is_empty() {
                link.append_pair(name, value);
            }
        }
        format!("/customers?{}", link.finish())
    };
    let (first, last) = (if of == 0 { 0 } else { from + 1 }, from + rows.len());
    Answer::page(&Customers {
        before: (page > 1).then(|| link(page - 1)),
        after: (last < of).then(|| link(page + 1)),
        none_at_all: all.is_empty(),
        sentence,
        tiles,
        todo,
        more_todo,
        rows,
        first: first as i64,
        last: last as i64,
        of: of as i64,
        q,
        view,
        f,
    })
}

fn in_view(known: &Known, view: &str) -> bool {
    match view {
        "held" => known.waits.held > 0 || known.waits.first_plan,
        "silent" => known.alarm.is_some(),
        "paused" => known.watched.as_ref().is_some_and(|w| sync::quarantine(w).is_some()),
        "off" => known.watched.is_none(),
        _ => true,
    }
}

fn tiles(f: &Frame, all: &[Known], view: &str) -> Vec<Tile> {
    // Of three customers everything is on one screen anyway.
    if all.len() < 4 {
        return Vec::new();
    }
    let kinds = [
        ("", "", "", "fleet-tile-all"),
        ("held", "hand", "t-held", "fleet-tile-held"),
        ("silent", "bad", "t-bad", "fleet-tile-silent"),
        ("paused", "clock", "t-held", "fleet-tile-paused"),
        ("off", "none", "", "fleet-tile-off"),
    ];
    let tile = |(kind, icon, colour, text): (&'static str, &'static str, &'static str, &str)| {
        let n = all.iter().filter(|known| in_view(known, kind)).count() as i64;
        let colour = if n == 0 { "muted" } else { colour };
        Tile { view: kind, icon, colour, n: f.number(n), text: f.n(text, n), current: view == kind }
    };
    kinds.into_iter().map(tile).collect()
}

fn todo(f: &Frame, all: &[Known]) -> (Vec<Todo>, i64) {
    let mut todo: Vec<Todo> = all.iter().flat_map(|known| lines(f, known)).collect();
    todo.sort_by_key(|line| line.rank);
    let more = todo.len().saturating_sub(FIRST) as i64;
    todo.truncate(FIRST);
    (todo, more)
}

/// What needs somebody at a customer, most urgent first.
fn lines(f: &Frame, known: &Known) -> Vec<Todo> {
    let (slug, name) = (&known.row.slug, &known.row.name);
    let mut lines = Vec::new();
    if let Some(alarm) = &known.alarm {
        let (what, since) = match alarm.why {
            Why::Silent { since } => ("todo-silent", since),
            Why::Failed { at } => ("todo-failed", at),
            Why::Unreadable { since } => ("todo-unreadable", since),
        };
        let error = alarm.error.as_ref().map(|error| show::texts::kept(error).to_owned()).unwrap_or_default();
        let dot = if error.is_empty() { "" } else { " · " };
        lines.push(Todo {
            icon: "bad",
            colour: "t-bad",
            what: f.x(what, f.times.short(since)),
            whom: format!("{name}{dot}{error}"),
            href: format!("/c/{slug}/runs"),
            button: f.s("view-runs"),
            rank: 0,
        });
    }
    if known.waits.held > 0 {
        lines.push(Todo {
            icon: "hand",
            colour: "t-held",
            what: f.n("todo-held", known.waits.held),
            whom: name.clone(),
            href: format!("/c/{slug}"),
            button: f.s("view-customer"),
            rank: 1,
        });
    }
    if known.waits.first_plan {
        lines.push(Todo {
            icon: "plan",
            colour: "t-acc",
            what: f.s("todo-first-plan"),
            whom: name.clone(),
            href: format!("/c/{slug}"),
            button: f.s("view-customer"),
            rank: 2,
        });
    }
    lines
}

fn row(person: &SignedIn, f: &Frame, known: &Known) -> Result<Row, Trouble> {
    let book = person.book(&known.row.slug)?.ok_or(Trouble::NotFound)?;
    let connection = book.connection()?;
    let (access, access_sub, access_colour) = access(f, connection.as_ref(), EXPIRING_DAYS);
    let domain = match &connection {
        Some(c) if c.tenant_typed.contains('.') => c.tenant_typed.clone(),
        Some(c) if !c.organisation.is_empty() => c.organisation.clone(),
        Some(_) => f.s("tenant-unnamed"),
        None => f.s("by-hand-only"),
    };
    let next = known.watched.as_ref().and_then(sync::next_run);
    let next = match next {
        Some(at) if at <= f.times.now => f.s("next-now"),
        Some(at) => f.x("next-at", f.times.short(at)),
        None if known.watched.is_some() => f.s("next-none"),
        None => String::new(),
    };
    Ok(Row {
        tab: CustomerTab::of(&known.row.slug, &known.row.name, known.row.id.0),
        domain,
        state: known.state.clone(),
        last_good: known.row.last_good_at.map_or_else(|| "–".to_owned(), |at| f.times.short(at)),
        next,
        held: f.number(known.waits.held),
        is_held: known.waits.held > 0,
        access,
        access_sub,
        access_colour,
    })
}

#[derive(Template)]
#[template(path = "customer-add.html")]
struct Add {
    f: Frame,
    name: String,
    slug: String,
    preset: String,
    presets: Vec<(&'static str, String)>,
    name_error: String,
    slug_error: String,
}

fn add_page(visit: &Visit, person: &SignedIn) -> Result<Add, Trouble> {
    let f = Frame::of(visit, person, "customers")?;
    let presets = Preset::ALL.map(|preset| (preset.name(), preset_text(&f, preset))).to_vec();
    let typed = visit.form.get("preset");
    let usual = person.store().usual_preset()?.name();
    Ok(Add {
        name: visit.form.get("name").to_owned(),
        slug: visit.form.get("slug").to_owned(),
        preset: if typed.is_empty() { usual.to_owned() } else { typed.to_owned() },
        presets,
        name_error: String::new(),
        slug_error: String::new(),
        f,
    })
}

/// A preset in one sentence.
pub fn preset_text(f: &Frame, preset: Preset) -> String {
    f.s(match preset {
        Preset::Careful => "preset-careful",
        Preset::Awareness => "preset-awareness",
        Preset::Helpdesk => "preset-helpdesk",
        Preset::PhoneSystem => "preset-phone-system",
        Preset::BusinessCard => "preset-business-card",
    })
}

/// The form for a new customer.
pub fn form(visit: &Visit, person: &SignedIn) -> Outcome {
    Answer::page(&add_page(visit, person)?)
}

/// Adds a customer; without a short name one is made of the name.
pub fn add(visit: &Visit, person: &SignedIn) -> Outcome {
    let mut page = add_page(visit, person)?;
    if page.name.is_empty() || page.name.chars().count() > 200 {
        page.name_error = page.f.s("add-name-missing");
    }
    if page.slug.is_empty() {
        page.slug = slug_of(&page.name);
    }
    let slug: Option<Slug> = page.slug.parse().ok();
    if slug.is_none() {
        page.slug_error = page.f.s("add-slug-wrong");
    }
    let (Some(slug), true) = (slug, page.name_error.is_empty()) else { return Answer::again(&page) };
    let preset = Preset::named(&page.preset).filter(|p| person.store().usual_preset().ok() != Some(*p));
    match person.enrol(&slug, &page.name, preset, visit.now) {
        Ok(book) => Answer::to(&format!("/c/{}", book.customer.slug)),
        Err(StoreError::Refused(Refusal::CustomerExists(_))) => {
            page.slug_error = page.f.s("add-slug-taken");
            Answer::again(&page)
        }
        Err(error) => Err(error.into()),
    }
}

/// A short name out of a name: letters and digits, hyphens between words, at most 40.
fn slug_of(name: &str) -> String {
    let spelled: String = name.chars().flat_map(char::to_lowercase).fold(String::new(), |mut text, c| {
        match c {
            'ä' => text.push_str("ae"),
            'ö' => text.push_str("oe"),
            'ü' => text.push_str("ue"),
            c => text.push(c),
        }
        text
    });
    let (folded, _) = collation_key(&spelled);
    let mut slug = String::new();
    for c in folded.chars() {
        if c.is_ascii_alphanumeric() {
            slug.push(c.to_ascii_lowercase());
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    let slug: String = slug.chars().take(40).collect();
    slug.trim_end_matches('-').to_owned()
}

#[cfg(test)]
mod tests {
    use super::slug_of;

    #[test]
    fn a_short_name_is_made_of_a_name() {
        for (name, expected) in
            [("Nordlicht Apotheken KG", "nordlicht-apotheken-kg"), ("Bäckerei & Café!", "baeckerei-cafe")]
        {
            assert_eq!(slug_of(name), expected);
        }
    }
}
