//! The ways out of the house: a mail server, or Microsoft Graph. Both take the same message.

mod by_graph;
mod smtp;

use std::sync::Arc;
use std::time::Duration;

use lettre::Message;
use secrecy::SecretString;
use serde_json::Value;
use show::texts::{Language, within};
use store::{MailServer, MailWay, StoreError};
use sync::Office;

use crate::blocking;
use crate::message::{Envelope, message};
use crate::problem::Problem;
use crate::words::{Place, letter};

/// Why a mail did not go out, with what the other side said about it, in its words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stuck {
    /// What it is.
    pub problem: Problem,
    /// What the server said, without line breaks; empty where it said nothing.
    pub said: String,
    /// Whether the mail may have gone out all the same.
    pub maybe_sent: bool,
    /// How long the other side asks to wait.
    pub after: Option<Duration>,
}

impl Stuck {
    pub(crate) fn on(problem: Problem) -> Self {
        Self { problem, said: String::new(), maybe_sent: false, after: None }
    }
}

/// Whoever sends a test mail waits so long.
const TEST: Duration = Duration::from_mins(1);
/// Characters of what a server said that are kept.
const SAID: usize = 300;

/// One line of what a server said.
pub(crate) fn one_line(text: &str) -> String {
    let line: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
    line.chars().filter(|c| !c.is_control()).take(SAID).collect()
}

/// A way out that is open: for many mails one after another.
#[derive(Clone)]
pub enum Way {
    /// A mail server.
    Smtp(Arc<smtp::Smtp>),
    /// The operator's own tenant.
    Graph(Arc<by_graph::ByGraph>),
}

impl Way {
    /// The one that the settings name. Nothing is connected yet.
    pub fn of(
        server: &MailServer,
        password: Option<&SecretString>,
        (office, patience): (&Office, Duration),
    ) -> Result<Result<Self, Stuck>, StoreError> {
        Ok(match &server.way {
            MailWay::Smtp { host, port, security, user, root } => {
                let to = smtp::To { host, port: *port, security: *security, user, root };
                smtp::Smtp::new(&to, password, patience).map(|way| Self::Smtp(Arc::new(way)))
            }
            MailWay::Graph => {
                by_graph::ByGraph::new(office, &server.sender)?.map(|way| Self::Graph(Arc::new(way)))
            }
        })
    }

    /// Whether a mail that was being sent when its process died may be sent again without asking anybody.
    pub const fn may_repeat(&self) -> bool {
        match self {
            Self::Smtp(_) => true,
            // Graph gives a message an id of its own each time (graph-facts 16: not idempotent).
            Self::Graph(_) => false,
        }
    }

    pub(crate) async fn send(&self, message: &Message) -> Result<(), Stuck> {
        match self {
            Self::Smtp(way) => way.send(message).await,
            Self::Graph(way) => way.send(message).await,
        }
    }
}

/// Sends a test mail at once, past the outbox: whoever has just typed settings wants to know. What waits is tried again where it was
/// taken. `None` where nobody has said by what mails leave.
pub async fn send_test(
    office: &Office,
    to: &str,
    language: Language,
) -> Result<Option<Result<(), Stuck>>, StoreError> {
    let store = &office.store;
    let Some(server) = blocking(|| store.mail_server())? else { return Ok(None) };
    let password = blocking(|| store.mail_password())?;
    let way = match Way::of(&server, password.as_ref(), (office, TEST))? {
        Ok(way) => way,
        Err(stuck) => return Ok(Some(Err(stuck))),
    };
    let now = Office::now();
    let domain = server.sender.rsplit_once('@').map_or("localhost", |(_, domain)| domain);
    let envelope = Envelope {
        sender: &server.sender,
        sender_name: &server.sender_name,
        to,
        id: format!("<whoswho.test.{}@{domain}>", now.0),
        at: now,
    };
    // It leads nowhere.
    let place = Place::of_operator(&blocking(|| store.settings(""))?, "", now);
    let made = within(language, || {
        let letter = letter("test", &Value::Null, &place).ok_or(Problem::Unreadable)?;
        message(&letter, code(language), &envelope)
    });
    let message = match made {
        Ok(message) => message,
        Err(problem) => return Ok(Some(Err(Stuck::on(problem)))),
    };
    let sent = way.send(&message).await;
    if sent.is_ok() {
        blocking(|| store.hurry_mails(Office::now()))?;
    }
    Ok(Some(sent))
}

/// The code of a language (BCP 47).
pub(crate) const fn code(language: Language) -> &'static str {
    match language {
        Language::German => "de",
        Language::English => "en",
    }
}
