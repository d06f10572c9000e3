//! Sends what stands in the outbox: mails, through a mail server or through the operator's own tenant.
//!
//! *Is*: the loop that takes what is due ([`Postman`]), what each kind of mail says ([`letter`]), the two ways out ([`Way`]), and what
//! can go wrong on them ([`Problem`]).
//! *Knows*: the outbox as the store has it, SMTP through its library, one request of Graph, the languages of readers.
//! *Never*: the engine, a web framework, SQL text; never an address, a name or a subject in a log line.
//!
//! *Rules*: a notice twice is better than none. A mail that was being sent when its process died is sent again where the recipient
//! can see by its `Message-ID` that it is the same one; where the way out cannot tell, it is left as unclear and a person decides.

mod letter;
mod message;
mod postman;
mod problem;
mod way;
mod words;

pub use letter::{Button, Letter, Line};
pub use postman::{Postman, Round, Timing};
pub use problem::Problem;
pub use way::{Stuck, Way, send_test};
pub use words::{Place, kind_text, letter};

/// The store blocks.
pub(crate) fn blocking<T>(f: impl FnOnce() -> T) -> T {
    tokio::task::block_in_place(f)
}
