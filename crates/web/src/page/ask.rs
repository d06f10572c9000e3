//! The page that asks before something that matters is done. A form without its answer comes back to the same question, so nothing
//! dangerous is done by a stray request.

use askama::Template;

use crate::answer::{Answer, Outcome};
use crate::frame::Frame;
use crate::visit::Visit;

/// The name of an input, its label, and values with words for them.
type Choices = (&'static str, String, Vec<(String, String)>);

/// A question.
#[derive(Template)]
#[template(path = "ask.html")]
pub struct Ask {
    /// Around it.
    pub f: Frame,
    /// Where one comes from.
    pub back: String,
    /// What the form goes to; empty for the page itself.
    pub action: String,
    /// The question.
    pub heading: String,
    /// What follows from a yes.
    pub texts: Vec<String>,
    /// Where more of what follows is shown: an address and its words.
    pub more: Option<(String, String)>,
    /// Whom or what it is about.
    pub lines: Vec<String>,
    /// What goes along.
    pub hidden: Vec<(String, String)>,
    /// Something to choose: name, label, values with words.
    pub choose: Option<Choices>,
    /// Something to tick: name, label, values with words.
    pub tick: Option<Choices>,
    /// Something to type: name and label.
    pub typed: Option<(&'static str, String)>,
    /// What was typed there.
    pub was_typed: String,
    /// What was chosen or ticked, by name and value.
    was_chosen: Vec<(String, String)>,
    /// What the button says.
    pub button: String,
    /// Whether it takes something away.
    pub danger: bool,
    /// Why the last answer was none.
    pub error: String,
}

impl Ask {
    /// A question with nothing to choose.
    pub fn new(f: Frame, back: String, heading: String, button: String) -> Self {
        Self {
            f,
            back,
            action: String::new(),
            heading,
            texts: Vec::new(),
            more: None,
            lines: Vec::new(),
            hidden: Vec::new(),
            choose: None,
            tick: None,
            typed: None,
            was_typed: String::new(),
            was_chosen: Vec::new(),
            button,
            danger: true,
            error: String::new(),
        }
    }

    /// The page, for whoever has not answered yet.
    pub fn page(self) -> Outcome {
        Answer::page(&self)
    }

    /// The page again, because the answer was none, with what was typed, chosen and ticked.
    pub fn again(mut self, visit: &Visit) -> Outcome {
        if let Some((name, _)) = &self.typed {
            visit.form.get(name).clone_into(&mut self.was_typed);
        }
        let own = |name: &str| [&self.choose, &self.tick].into_iter().flatten().any(|one| one.0 == name);
        let chosen = visit.form.pairs().filter(|(name, _)| own(name));
        self.was_chosen = chosen.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        Answer::again(&self)
    }

    /// Whether a value was chosen or ticked before.
    fn was(&self, name: &str, value: &str) -> bool {
        self.was_chosen.iter().any(|(n, v)| n == name && v == value)
    }

    /// Whether the keyboard goes to what is typed or ticked, which is where an error is; else to the way back.
    fn looks_at_field(&self) -> bool {
        !self.error.is_empty() && (self.typed.is_some() || self.tick.is_some())
    }
}

/// Whether the question was answered with yes.
pub fn said_yes(visit: &Visit) -> bool {
    visit.form.get("sure") == "yes"
}
