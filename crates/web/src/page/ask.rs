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
            button,
            danger: true,
            error: String::new(),
        }
    }

    /// The page, for whoever has not answered yet.
    pub fn page(self) -> Outcome {
        Answer::page(&self)
    }

    /// The page again, because the answer was none.
    pub fn again(self) -> Outcome {
        Answer::again(&self)
    }
}

/// Whether the question was answered with yes.
pub fn said_yes(visit: &Visit) -> bool {
    visit.form.get("sure") == "yes"
}
