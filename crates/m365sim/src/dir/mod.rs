//! The directory of one tenant in memory: objects, memberships and the log of changes.
//! Rule: values are kept as finished JSON text, so that a page is copied together, not built.

pub(crate) mod names;
pub(crate) mod object;
pub(crate) mod pool;
pub(crate) mod props;
pub(crate) mod store;

pub(crate) use names::{Names, Range};
pub(crate) use object::{Change, EXISTENCE, MANAGER, NOBODY, Object, State};
pub(crate) use props::Kind;
pub(crate) use store::Directory;
