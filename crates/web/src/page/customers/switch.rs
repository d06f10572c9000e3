//! To another customer, and to the same page there: those that somebody looked at last, or whom the words find. The menu in the bar
//! shows the list of this page; without a script it is a page of its own.

use askama::Template;
use model::search::{Words, terms};
use store::{CustomerRow, SignedIn};

use super::{everybody, view};
use crate::answer::{Answer, Outcome, Trouble};
use crate::frame::{CustomerTab, Frame, Namesakes};
use crate::visit::Visit;

/// Customers that are offered at once.
const OFFERED: usize = 8;
/// Customers looked at lately that are offered.
const LATELY: usize = 4;
/// Kinds of pages that every customer has, and where they lie.
const KINDS: [(&str, &str); 7] = [
    ("plan", "/plan"),
    ("runs", "/runs"),
    ("book", "/book"),
    ("connection", "/connection"),
    ("import", "/import"),
    ("policy", "/policy"),
    ("settings", "/settings"),
];

#[derive(Template)]
#[template(path = "customers-switch.html")]
struct Switch {
    f: Frame,
    q: String,
    kind: String,
    heading: String,
    there: Vec<(String, CustomerTab)>,
    /// Where the list of all customers is searched for the same, where more are found than stand here.
    all: Option<String>,
}

/// The page. Whoever presses the button and means one alone is led there.
pub fn page(visit: &Visit, person: &SignedIn) -> Outcome {
    let f = Frame::of(visit, person, "switch")?;
    let (q, kind) = (visit.query.get("q").trim(), visit.query.get("kind"));
    let below = KINDS.iter().find(|(name, _)| *name == kind).map_or("", |(_, below)| below);
    let all = person.customers()?;
    let namesakes = Namesakes::among(all.iter().map(|one| one.name.as_str()));
    let found = if q.is_empty() { lately(visit, person, all) } else { find(person, &f, q, all)? };
    if !visit.query.get("go").is_empty()
        && !q.is_empty()
        && let [one] = found.as_slice()
    {
        return Answer::to(&format!("/c/{}{below}", one.slug));
    }
    let n = found.len();
    let there = found.into_iter().take(OFFERED).map(|one| {
        let tab = namesakes.tell_apart(CustomerTab::of(&one.slug, &one.name, one.id.0));
        (format!("/c/{}{below}", one.slug), tab)
    });
    let words = url::form_urlencoded::Serializer::new(String::new()).append_pair("q", q).finish();
    Answer::page(&Switch {
        heading: match (q.is_empty(), n) {
            (true, 0) => String::new(),
            (true, _) => f.s("switch-lately"),
            (false, 0) => f.s("customers-none-found"),
            (false, n) => f.n("switch-found", n as i64),
        },
        there: there.collect(),
        all: (n > OFFERED).then(|| format!("/customers?{words}")),
        q: q.to_owned(),
        kind: kind.to_owned(),
        f,
    })
}

/// Those whom somebody looked at last, but for the one that is looked at.
fn lately(visit: &Visit, person: &SignedIn, mut there: Vec<CustomerRow>) -> Vec<CustomerRow> {
    let now = visit.query.get("now");
    let ids = visit.web.recents.of(person.account.id);
    there.retain(|one| ids.contains(&one.id) && one.slug != now);
    there.sort_by_key(|one| ids.iter().position(|id| *id == one.id));
    there.truncate(LATELY);
    there
}

/// By name; where no name is meant by what else is known of them, as their list does it.
fn find(
    person: &SignedIn,
    f: &Frame,
    q: &str,
    mut there: Vec<CustomerRow>,
) -> Result<Vec<CustomerRow>, Trouble> {
    let wanted = terms(q);
    // What has no words finds nobody.
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    there.retain(|one| {
        let mut words = Words::default();
        words.add_text(&one.name);
        words.add_text(&one.slug);
        words.admit(&wanted)
    });
    if there.is_empty() {
        let all = everybody(person, f)?;
        let mut shown = all.iter().collect();
        view::search(&mut shown, q);
        there = shown.into_iter().map(|one| one.row.customer.clone()).collect();
    }
    there.sort_by_cached_key(|one| model::search::collation_key(&one.name));
    Ok(there)
}
