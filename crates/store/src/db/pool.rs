//! A small pool of connections, the same for readers, the SQLite writer (a pool of one) and PostgreSQL.
//!
//! Rule: a caller never waits for ever. After [`WAIT`] it hears [`StoreError::Busy`].

use std::ops::{Deref, DerefMut};
use std::sync::{Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::error::{Result, StoreError};

/// How long a caller waits: for a free connection, for SQLite's write lock, for a row lock on PostgreSQL.
pub(crate) const WAIT: Duration = Duration::from_secs(30);

/// A connection that a pool can hold.
pub(crate) trait Connection: Sized + Send + 'static {
    /// Whether it is closed in a thread of its own: its driver must not be where async tasks are driven.
    const CLOSED_APART: bool;

    /// Whether it can be used again; a lost or half-finished one is dropped.
    fn is_fit(&self) -> bool;
}

/// Connections of one kind, opened when first needed.
pub(crate) struct Pool<C: Connection> {
    open: Box<dyn Fn() -> Result<C> + Send + Sync>,
    max: usize,
    state: Mutex<State<C>>,
    returned: Condvar,
}

struct State<C> {
    idle: Vec<C>,
    out: usize,
}

impl<C: Connection> Pool<C> {
    /// An empty pool of at most `max` connections.
    pub(crate) fn new(max: usize, open: impl Fn() -> Result<C> + Send + Sync + 'static) -> Self {
        let state = State { idle: Vec::new(), out: 0 };
        Self { open: Box::new(open), max: max.max(1), state: Mutex::new(state), returned: Condvar::new() }
    }

    /// A connection for as long as the guard lives.
    pub(crate) fn get(&self) -> Result<Pooled<'_, C>> {
        match self.take()? {
            Some(connection) => Ok(Pooled { pool: self, connection: Some(connection), fresh: false }),
            None => self.open_new(),
        }
    }

    /// A connection opened just now, for when the idle ones proved dead. Drops those.
    pub(crate) fn get_fresh(&self) -> Result<Pooled<'_, C>> {
        if self.take()?.is_some() {
            self.lock().idle.clear();
        }
        self.open_new()
    }

    /// Reserves a place and hands out an idle connection, if there is one.
    fn take(&self) -> Result<Option<C>> {
        let give_up = Instant::now() + WAIT;
        let mut state = self.lock();
        while state.out >= self.max {
            let left = give_up.checked_duration_since(Instant::now()).ok_or(StoreError::Busy)?;
            state = self.returned.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0;
        }
        state.out += 1;
        Ok(state.idle.pop())
    }

    /// Opens into the place reserved by `take`; the guard gives the place back if opening fails.
    fn open_new(&self) -> Result<Pooled<'_, C>> {
        let mut guard = Pooled { pool: self, connection: None, fresh: true };
        guard.connection = Some((self.open)()?);
        Ok(guard)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State<C>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<C: Connection> Drop for Pool<C> {
    fn drop(&mut self) {
        let state = self.state.get_mut().unwrap_or_else(PoisonError::into_inner);
        let idle = std::mem::take(&mut state.idle);
        if !C::CLOSED_APART || idle.is_empty() {
            return;
        }
        // The last handle of a database may go with a task that the end of the process has cut off.
        let closing = std::thread::Builder::new().spawn(move || drop(idle));
        let _ = closing.map(std::thread::JoinHandle::join);
    }
}

/// A connection taken from a pool; goes back when dropped.
pub(crate) struct Pooled<'p, C: Connection> {
    pool: &'p Pool<C>,
    connection: Option<C>,
    fresh: bool,
}

impl<C: Connection> Pooled<'_, C> {
    /// Whether it was opened for this caller.
    pub(crate) fn is_fresh(&self) -> bool {
        self.fresh
    }
}

impl<C: Connection> Drop for Pooled<'_, C> {
    fn drop(&mut self) {
        let mut state = self.pool.lock();
        state.out -= 1;
        state.idle.extend(self.connection.take().filter(Connection::is_fit));
        drop(state);
        self.pool.returned.notify_one();
    }
}

impl<C: Connection> Deref for Pooled<'_, C> {
    type Target = C;

    #[expect(
        clippy::expect_used,
        reason = "a guard that reached a caller holds a connection until it is dropped"
    )]
    fn deref(&self) -> &C {
        self.connection.as_ref().expect("held until dropped")
    }
}

impl<C: Connection> DerefMut for Pooled<'_, C> {
    #[expect(
        clippy::expect_used,
        reason = "a guard that reached a caller holds a connection until it is dropped"
    )]
    fn deref_mut(&mut self) -> &mut C {
        self.connection.as_mut().expect("held until dropped")
    }
}
