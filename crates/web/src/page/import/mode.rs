//! Who may add people: a person, or runs. Switching is asked about, for it changes what the next run does, though nothing at once.

use store::{Book, SignedIn};

use crate::answer::{Answer, Outcome, Trouble};
use crate::frame::Frame;
use crate::page::ask::{Ask, said_yes};
use crate::visit::Visit;

fn question(visit: &Visit, person: &SignedIn, book: &Book, to: &str) -> Result<Ask, Trouble> {
    let f = Frame::of_customer(visit, person, book, "import")?;
    let manual = to == "manual";
    let heading = f.s(if manual { "import-to-manual-q" } else { "import-to-automatic-q" });
    let button = f.s(if manual { "import-to-manual-sure" } else { "import-to-automatic-sure" });
    let back = format!("/c/{}/import{}", book.customer.slug, if manual { "/groups" } else { "" });
    let mut ask = Ask::new(f, back, heading, button);
    ask.danger = false;
    ask.action = format!("/c/{}/import/mode", book.customer.slug);
    let what = if manual { "import-to-manual-text" } else { "import-to-automatic-text" };
    ask.texts = vec![ask.f.s(what), ask.f.s("import-mode-keeps")];
    let effect = format!("/c/{}/policy/effect?mode={to}", book.customer.slug);
    ask.more = Some((effect, ask.f.s("policy-look")));
    ask.hidden = vec![("to".into(), to.to_owned())];
    Ok(ask)
}

fn wanted(text: &str) -> Result<&'static str, Trouble> {
    match text {
        "manual" => Ok("manual"),
        // A link that says nothing asks for the usual one.
        "automatic" | "" => Ok("automatic"),
        _ => Err(Trouble::NotFound),
    }
}

/// Asks.
pub fn ask(visit: &Visit, person: &SignedIn, book: &Book) -> Outcome {
    question(visit, person, book, wanted(visit.query.get("to"))?)?.page()
}

/// Switches.
pub fn set(visit: &Visit, person: &SignedIn, book: &Book) -> Outcome {
    let to = wanted(visit.form.get("to"))?;
    if !said_yes(visit) {
        return question(visit, person, book, to)?.again(visit);
    }
    book.set_policy(&[("mode".to_owned(), to.to_owned())])?;
    let tab = if to == "manual" { "" } else { "/groups" };
    Answer::to(&format!("/c/{}/import{tab}?mode=1", book.customer.slug))
}
