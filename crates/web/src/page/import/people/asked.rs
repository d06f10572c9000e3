//! What the address of the import page asks for, and whom it finds.

use model::SourceId;
use model::search::{Term, terms};
use store::{Book, Ticks};
use sync::{Grouping, Mark, Someone};

use super::super::{Desk, link};
use super::is_ticked;
use crate::answer::Trouble;
use crate::form::Form;
use crate::frame::Frame;

/// Groups that a search for one offers.
const OFFERED: usize = 20;

/// Whom the page shows, each with its text.
const SHOWS: [(&str, &str); 6] = [
    ("", "import-show-all"),
    ("new", "import-show-new"),
    ("link", "import-show-link"),
    ("book", "import-show-book"),
    ("odd", "import-show-odd"),
    ("ticked", "import-show-ticked"),
];

/// What is asked for.
#[derive(Debug, Clone, Default)]
pub struct Asked {
    /// Words of people.
    pub q: String,
    /// Words of a group's name, as they were typed.
    pub typed_group: String,
    /// A group's id.
    pub group: String,
    /// Which of them.
    pub show: &'static str,
    /// The page goes on behind this person.
    pub after: String,
    /// It ends before this one.
    pub before: String,
}

/// The group that is meant.
pub enum Chosen<'r> {
    /// None was asked for.
    All,
    /// This one.
    One(&'r Grouping),
    /// One of these, or of still more.
    Several(Vec<&'r Grouping>),
    /// There is no such group.
    Nothing,
}

/// Whom it finds.
pub struct Found<'r> {
    /// Places in the roster, in order.
    pub places: Vec<usize>,
    group: Chosen<'r>,
}

impl Asked {
    /// Reads an address.
    pub fn read(query: &Form) -> Self {
        let show = SHOWS.iter().map(|(name, _)| *name).find(|name| *name == query.get("s"));
        let text = |name: &str| query.get(name).to_owned();
        Self {
            q: text("q"),
            typed_group: text("gq"),
            group: text("g"),
            show: show.unwrap_or_default(),
            after: text("after"),
            before: text("before"),
        }
    }

    /// What somebody typed into the page's fields. A group stays as long as its name stands in the field.
    pub fn typed(form: &Form, here: &Self, desk: &Desk) -> Self {
        let typed = Self::read(form);
        let same = match here.chosen(desk) {
            Chosen::One(one) => typed.typed_group == *one.group.name,
            Chosen::All | Chosen::Several(_) | Chosen::Nothing => false,
        };
        let group = if same { here.group.clone() } else { String::new() };
        Self { group, after: String::new(), before: String::new(), ..typed }
    }

    /// Whether it leaves anybody out.
    pub fn is_filtered(&self) -> bool {
        [self.q.as_str(), &self.typed_group, &self.group, self.show].iter().any(|word| !word.is_empty())
    }

    /// The choices of the list of states, with the chosen one.
    pub fn shows(&self, f: &Frame) -> Vec<(&'static str, String, bool)> {
        SHOWS.iter().map(|(name, key)| (*name, f.s(key), *name == self.show)).collect()
    }

    fn words<'a>(&'a self, desk: &Desk) -> [(&'a str, &'a str); 4] {
        // A group that is known by its id needs no words.
        let known = !self.group.is_empty() && matches!(self.chosen(desk), Chosen::One(_));
        let typed = if known { "" } else { self.typed_group.as_str() };
        [("q", &self.q), ("gq", typed), ("g", &self.group), ("s", self.show)]
    }

    /// An address that asks for the same, and for these besides.
    pub fn link(&self, desk: &Desk, book: &Book, more: &[(&str, &str)]) -> String {
        link(&format!("/c/{}/import", book.customer.slug), &[&self.words(desk)[..], more].concat())
    }

    /// The same for the people of a group.
    pub fn link_to_group(&self, book: &Book, id: &str) -> String {
        let words = [("q", self.q.as_str()), ("g", id), ("s", self.show)];
        link(&format!("/c/{}/import", book.customer.slug), &words)
    }

    /// What stands behind the question mark.
    pub fn query(&self, desk: &Desk) -> String {
        link("", &self.words(desk)).trim_start_matches('?').to_owned()
    }

    fn chosen<'r>(&self, desk: &'r Desk) -> Chosen<'r> {
        if !self.group.is_empty() {
            let known = self.group.parse::<SourceId>().ok().and_then(|id| desk.roster.group(&id));
            return known.map_or(Chosen::Nothing, Chosen::One);
        }
        let typed = self.typed_group.to_lowercase();
        if typed.is_empty() {
            return Chosen::All;
        }
        let (groups, words) = (desk.roster.groups(), terms(&typed));
        let mut several: Vec<&Grouping> =
            groups.iter().filter(|g| g.group.name.to_lowercase() == typed).take(OFFERED).collect();
        if several.is_empty() && !words.is_empty() {
            several = groups.iter().filter(|g| g.says(&words)).take(OFFERED).collect();
        }
        match several.as_slice() {
            [] => Chosen::Nothing,
            [one] => Chosen::One(one),
            _ => Chosen::Several(several),
        }
    }

    /// Whom it finds. Until it is known which group is meant, nobody is left out for it.
    pub fn find<'r>(&self, book: &Book, desk: &'r Desk, ticks: &Ticks) -> Result<Found<'r>, Trouble> {
        let group = self.chosen(desk);
        let members = match &group {
            Chosen::One(one) => Some(desk.roster.members(book, &desk.connection, &one.group.id)?),
            Chosen::All | Chosen::Several(_) => None,
            Chosen::Nothing => return Ok(Found { places: Vec::new(), group }),
        };
        let words: Vec<Term> = terms(&self.q);
        // What has no words finds nobody.
        let hopeless = words.is_empty() && !self.q.is_empty();
        if hopeless {
            return Ok(Found { places: Vec::new(), group });
        }
        let people = desk.roster.people();
        let admits = |at: &u32| {
            members.as_ref().is_none_or(|members| members.binary_search(at).is_ok())
                && people.get(*at as usize).is_some_and(|someone| shows(self.show, someone, ticks))
        };
        let places = desk.roster.found(&words).into_iter().filter(admits).map(|at| at as usize).collect();
        Ok(Found { places, group })
    }
}

fn shows(show: &str, someone: &Someone, ticks: &Ticks) -> bool {
    match show {
        "new" => someone.mark == Mark::New,
        "link" => matches!(someone.mark, Mark::WillLink(_) | Mark::Apart(_)),
        "book" => matches!(someone.mark, Mark::InBook(_)),
        "odd" => someone.odd.is_some() || matches!(someone.mark, Mark::Excluded | Mark::KeptOut),
        "ticked" => is_ticked(ticks, someone),
        _ => true,
    }
}

impl Found<'_> {
    /// What stands in the field for the group.
    pub fn group_name(&self, asked: &Asked) -> String {
        match &self.group {
            Chosen::One(one) => one.group.name.to_string(),
            Chosen::All | Chosen::Several(_) | Chosen::Nothing => asked.typed_group.clone(),
        }
    }

    /// That there is no such group.
    pub fn group_error(&self, f: &Frame, asked: &Asked) -> String {
        match &self.group {
            Chosen::Nothing if asked.typed_group.is_empty() => f.s("import-group-gone"),
            Chosen::Nothing => f.x("import-group-none", &asked.typed_group),
            Chosen::All | Chosen::One(_) | Chosen::Several(_) => String::new(),
        }
    }

    /// The groups that may be meant: id, address, words.
    pub fn candidates(&self, f: &Frame, href: impl Fn(&str) -> String) -> Vec<(String, String, String)> {
        let Chosen::Several(several) = &self.group else { return Vec::new() };
        let one = |one: &&Grouping| {
            let (id, n) = (one.group.id.to_string(), f.number(one.members));
            let href = href(&id);
            (id, href, format!("{} ({n})", one.group.name))
        };
        several.iter().map(one).collect()
    }
}
