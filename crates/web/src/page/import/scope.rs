//! Who belongs in the book: everybody or not, how many groups, and whom a person has chosen or excluded by hand. Nothing here changes
//! the book; the next run plans what follows from it.

use askama::Template;
use model::policy::Mode;
use model::scope::Scope;
use model::search::terms;
use model::{Right, SourceId};
use store::{Book, ScopeChange, SignedIn, Switch};

use super::people::rows::{mark_text, name as user_name};
use super::{Desk, Head, Tab, link, to_connection};
use crate::answer::{Answer, Outcome, Trouble};
use crate::frame::{Frame, colour, initials};
use crate::page::ask::{Ask, said_yes};
use crate::visit::Visit;

/// People on a page.
const PAGE: usize = 50;

/// Whom the page shows, as its address says it, with its text.
const VIEWS: [(&str, &str); 3] =
    [("", "scope-chosen-n"), ("excluded", "scope-excluded-n"), ("all", "scope-all-n")];

#[derive(Template)]
#[template(path = "scope.html")]
struct Page {
    f: Frame,
    head: Head,
    may: bool,
    done: String,
    facts: Vec<Fact>,
    everybody: bool,
    views: Vec<(String, String, bool)>,
    view: &'static str,
    q: String,
    rows: Vec<Row>,
    found: String,
    before: Option<String>,
    after: Option<String>,
    /// What can be said of all who are ticked.
    acts: Vec<Act>,
}

/// A part of the scope in a line, with where it is changed.
struct Fact {
    icon: &'static str,
    text: String,
    href: String,
    link: String,
}

/// Somebody.
struct Row {
    id: String,
    name: String,
    initials: String,
    colour: u8,
    email: String,
    /// How they stand towards the book.
    mark: String,
    /// What is said of them by hand.
    said: String,
    acts: Vec<Act>,
}

/// Something that a button says of somebody.
pub struct Act {
    /// What the button sends.
    pub name: &'static str,
    /// What it says.
    pub text: String,
}

/// What is said of somebody by hand.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Said {
    Chosen,
    Excluded,
    Nothing,
}

impl Said {
    fn of(scope: &Scope, id: &SourceId) -> Self {
        if scope.excluded.contains(id) {
            Self::Excluded
        } else if scope.chosen.contains(id) {
            Self::Chosen
        } else {
            Self::Nothing
        }
    }
}

fn acts(f: &Frame, said: Option<Said>) -> Vec<Act> {
    let all = [
        ("choose", Said::Chosen, "scope-choose"),
        ("exclude", Said::Excluded, "scope-exclude"),
        ("clear", Said::Nothing, "scope-clear"),
    ];
    let others = all.into_iter().filter(|(_, becomes, _)| said != Some(*becomes));
    others.map(|(name, _, key)| Act { name, text: f.s(key) }).collect()
}

/// What else can be said of somebody by hand.
pub fn said_by_hand(f: &Frame, scope: &Scope, id: &SourceId) -> Vec<Act> {
    acts(f, Some(Said::of(scope, id)))
}

/// What the address asks for.
struct Asked {
    view: &'static str,
    q: String,
    page: usize,
    path: String,
}

impl Asked {
    fn read(form: &crate::form::Form, book: &Book) -> Self {
        let view = VIEWS.iter().map(|(name, _)| *name).find(|name| *name == form.get("view"));
        Self {
            view: view.unwrap_or_default(),
            q: form.get("q").to_owned(),
            page: form.get("page").parse().unwrap_or(1),
            path: format!("/c/{}/import/scope", book.customer.slug),
        }
    }

    fn link(&self, view: &str, page: usize) -> String {
        let page = if page > 1 { page.to_string() } else { String::new() };
        link(&self.path, &[("view", view), ("q", &self.q), ("page", &page)])
    }

    /// Whom it finds: the tenant's people in their order, then those who are in it no more.
    fn find<'a>(&self, desk: &'a Desk, scope: &'a Scope) -> Vec<&'a SourceId> {
        let of = match self.view {
            "all" => None,
            "excluded" => Some(&scope.excluded),
            _ => Some(&scope.chosen),
        };
        let (roster, wanted) = (&desk.roster, terms(&self.q));
        let places = roster.found(&wanted).into_iter();
        let people = places
            .filter_map(|at| roster.people().get(at as usize))
            .filter(|one| of.is_none_or(|of| of.contains(&one.id)));
        let gone = of.into_iter().flatten().filter(|id| wanted.is_empty() && roster.place(id).is_none());
        people.map(|one| &one.id).chain(gone).collect()
    }
}

/// The page.
pub fn page(visit: &Visit, person: &SignedIn, book: &Book) -> Outcome {
    let Some(desk) = Desk::of(visit, book)? else { return to_connection(book) };
    let f = Frame::of_customer(visit, person, book, "import")?;
    let scope = book.scope(desk.connection.id)?;
    let asked = Asked::read(&visit.query, book);
    let found = asked.find(&desk, &scope);
    let pages = found.len().div_ceil(PAGE).max(1);
    let page = asked.page.clamp(1, pages);
    let skip = (page - 1) * PAGE;
    let here: Vec<SourceId> = found.iter().skip(skip).take(PAGE).map(|id| (*id).clone()).collect();
    let rows = rows(&f, book, &desk, (&scope, &here))?;
    let (first, last, of) = (skip as i64 + 1, (skip + rows.len()) as i64, found.len() as i64);
    let counts = [scope.chosen.len(), scope.excluded.len(), desk.roster.people().len()];
    let views = VIEWS
        .iter()
        .zip(counts)
        .map(|((view, key), n)| (asked.link(view, 1), f.n(key, n as i64), *view == asked.view));
    Answer::page(&Page {
        head: desk.head(&f, book, Tab::Scope),
        may: f.may(Right::Act),
        done: done(visit, &f),
        facts: facts(&f, book, &desk, &scope)?,
        everybody: scope.everybody,
        views: views.collect(),
        found: if rows.is_empty() { String::new() } else { f.pager(first, last, of) },
        before: (page > 1).then(|| asked.link(asked.view, page - 1)),
        after: (page < pages).then(|| asked.link(asked.view, page + 1)),
        acts: acts(
            &f,
            match asked.view {
                "all" => None,
                "excluded" => Some(Said::Excluded),
                _ => Some(Said::Chosen),
            },
        ),
        view: asked.view,
        q: asked.q,
        rows,
        f,
    })
}

fn done(visit: &Visit, f: &Frame) -> String {
    let n = visit.query.get("n").parse::<i64>().unwrap_or_default();
    match visit.query.get("done") {
        "choose" => f.n("scope-chosen-done", n),
        "exclude" => f.n("scope-excluded-done", n),
        "clear" => f.n("scope-cleared-done", n),
        "on" => f.s("scope-everybody-on-done"),
        "off" => f.s("scope-everybody-off-done"),
        "none" => f.s("scope-none-ticked"),
        _ => String::new(),
    }
}

fn facts(f: &Frame, book: &Book, desk: &Desk, scope: &Scope) -> Result<Vec<Fact>, Trouble> {
    let base = f.base();
    let fact = |icon, text, href: &str, link: &str| Fact {
        icon,
        text,
        href: if href.is_empty() { String::new() } else { format!("{base}{href}") },
        link: if link.is_empty() { String::new() } else { f.s(link) },
    };
    let everybody = f.s(if scope.everybody { "scope-everybody-on" } else { "scope-everybody-off" });
    let groups = scope.active_groups().count() as i64;
    let kept_out = book.kept_out()?.len() as i64;
    let mut all = vec![
        fact("people", everybody, "", ""),
        fact("group", f.n("scope-groups-n", groups), "/import/groups", "scope-to-groups"),
    ];
    if desk.policy.mode == Mode::Manual {
        all.push(fact("info", f.s("scope-manual"), "", ""));
    }
    if kept_out > 0 {
        all.push(fact("shield", f.n("scope-kept-out-n", kept_out), "/kept-out", "scope-to-kept-out"));
    }
    Ok(all)
}

fn rows(
    f: &Frame,
    book: &Book,
    desk: &Desk,
    (scope, here): (&Scope, &[SourceId]),
) -> Result<Vec<Row>, Trouble> {
    let known = book.mirror_users(desk.connection.id, here)?;
    let row = |id: &SourceId| {
        let user = known.get(id).map(|mirror| &mirror.user);
        let name = user_name(f, user);
        let said = Said::of(scope, id);
        let place = desk.roster.place(id).and_then(|at| desk.roster.people().get(at));
        Row {
            id: id.to_string(),
            initials: initials(&name),
            colour: colour(&name),
            email: user.and_then(|user| user.mail.as_deref()).unwrap_or_default().to_owned(),
            mark: place.map_or_else(|| f.s("scope-gone"), |someone| mark_text(f, someone.mark)),
            said: match said {
                Said::Chosen => f.s("scope-is-chosen"),
                Said::Excluded => f.s("scope-is-excluded"),
                Said::Nothing => f.s("scope-by-rules"),
            },
            acts: acts(f, Some(said)),
            name,
        }
    };
    Ok(here.iter().map(row).collect())
}

/// Says something of people by hand, and comes back: to the page of the scope, or to why somebody is in the book or not.
pub fn set(visit: &Visit, _: &SignedIn, book: &Book) -> Outcome {
    let Some(connection) = book.connection()? else { return to_connection(book) };
    let form = &visit.form;
    let (act, people) = match form.get("one").split_once(':') {
        Some((act, person)) => (act, vec![person]),
        None => (form.get("act"), form.all("person").collect()),
    };
    let parse = |text: &str| text.parse::<SourceId>().map_err(|_| Trouble::NotFound);
    let people = people.into_iter().map(parse).collect::<Result<Vec<_>, _>>()?;
    let change: fn(SourceId) -> Vec<ScopeChange> = match act {
        "choose" => |id| vec![ScopeChange::Person(id, Switch::On)],
        "exclude" => |id| vec![ScopeChange::Exclude(id, Switch::On)],
        "clear" => {
            |id| vec![ScopeChange::Person(id.clone(), Switch::Off), ScopeChange::Exclude(id, Switch::Off)]
        }
        _ => return Err(Trouble::NotFound),
    };
    // What is said no more may be about people who are there no more.
    if act != "clear" {
        let known = book.mirror_users(connection.id, &people)?;
        if !people.iter().all(|id| known.contains_key(id)) {
            return Err(Trouble::NotFound);
        }
    }
    let changes: Vec<ScopeChange> = people.iter().cloned().flat_map(change).collect();
    let n = if changes.is_empty() { 0 } else { book.change_scope(connection.id, &changes)? };
    visit.changed(act, "", &n.to_string());
    if let (Some(one), "why") = (people.first(), form.get("to")) {
        return Answer::to(&link(
            &format!("/c/{}/why", book.customer.slug),
            &[("person", &one.to_string()), ("done", act)],
        ));
    }
    let asked = Asked::read(form, book);
    let said = if people.is_empty() { "none" } else { act };
    let words = [("view", asked.view), ("q", &asked.q), ("done", said), ("n", &n.to_string())];
    Answer::to(&link(&asked.path, &words))
}

fn everybody_question(visit: &Visit, person: &SignedIn, book: &Book, on: bool) -> Result<Ask, Trouble> {
    let f = Frame::of_customer(visit, person, book, "import")?;
    let heading = f.s(if on { "scope-everybody-on-q" } else { "scope-everybody-off-q" });
    let button = f.s(if on { "scope-everybody-on-sure" } else { "scope-everybody-off-sure" });
    let path = format!("/c/{}/import/scope", book.customer.slug);
    let mut ask = Ask::new(f, path.clone(), heading, button);
    let text = if on { "scope-everybody-on-text" } else { "scope-everybody-off-text" };
    ask.texts = vec![ask.f.s(text), ask.f.s("subscribe-plan-text")];
    ask.hidden = vec![("to".into(), if on { "on" } else { "off" }.into())];
    (ask.action, ask.danger) = (format!("{path}/everybody"), false);
    Ok(ask)
}

/// Asks before everybody belongs in the book, or no longer.
pub fn ask_everybody(visit: &Visit, person: &SignedIn, book: &Book) -> Outcome {
    everybody_question(visit, person, book, visit.query.get("to") != "off")?.page()
}

/// Says it.
pub fn set_everybody(visit: &Visit, person: &SignedIn, book: &Book) -> Outcome {
    let Some(connection) = book.connection()? else { return to_connection(book) };
    let on = match visit.form.get("to") {
        "on" => true,
        "off" => false,
        _ => return Err(Trouble::NotFound),
    };
    if !said_yes(visit) {
        return everybody_question(visit, person, book, on)?.again(visit);
    }
    let switch = if on { Switch::On } else { Switch::Off };
    book.change_scope(connection.id, &[ScopeChange::Everybody(switch)])?;
    let to = if on { "on" } else { "off" };
    visit.changed("everybody", "", to);
    Answer::to(&format!("/c/{}/import/scope?done={to}", book.customer.slug))
}
