//! The language of what people read at the command line. What pages and mails say as well comes from [`show::texts`].

mod command_line;

pub use command_line::misused;
pub use show::texts::*;
