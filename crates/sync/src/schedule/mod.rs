//! What starts runs by itself, and notices when none goes well.
//!
//! [`due`] says when a run is due, [`standing`] whether a customer has runs that start by themselves, [`mod@quarantine`] how long
//! a sick connection is left alone, [`place`] who may be at work at the same time; [`scheduler`] claims and starts runs,
//! [`alarm`] tells of silence, [`tidy`] drops what is past its term. The rows stand in the database, so that nodes share them and nothing is lost with a process.

mod alarm;
mod due;
mod ending;
pub(crate) mod place;
mod quarantine;
mod scheduler;
mod standing;
mod tidy;

pub(crate) use alarm::minute;
pub use alarm::{Alarm, Why, fleet, look, look_at, one_line, tell_silence};
pub use due::{next_after, silent_from};
pub use ending::{days_between, tell_ending};
pub use quarantine::{Quarantine, next_run, quarantine};
pub use scheduler::{Beat, Clock, Ended, Rules, Scheduler};
pub use standing::bring_up_to_date;
