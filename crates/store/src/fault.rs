//! A hard stop at a chosen write, so that tests can kill the process between any two statements.
//!
//! With `debug_assertions`, `WHOSWHO_TEST_KILL_AT_WRITE=n` aborts the process right before its n-th write (from 1): each
//! writing statement, each 5,000 rows of a bulk, and each COMMIT counts as one, on both engines alike.
//! `WHOSWHO_TEST_NO_PENDING=1` loses every mark of what must be planned, which the crash suite must notice;
//! `WHOSWHO_TEST_CHUNK=n` applies a plan in pieces of n operations, so that small plans have many;
//! `WHOSWHO_TEST_MANY=n` marks everybody once more than n people are touched, so that a small delta is planned like a large one;
//! `WHOSWHO_TEST_PIECE=n` lays a first read down in pieces of n memberships while it goes on;
//! `WHOSWHO_TEST_PAUSE_AT_WRITE=n` says `paused` on stderr before the n-th write and goes on with the next line on stdin,
//! so that a test can take the server away just there; `WHOSWHO_TEST_PAGES=n` lets an SQLite file have n pages and no
//! more, as a full disk does. Release builds hold none of this.

#[cfg(debug_assertions)]
mod counted {
    use std::sync::OnceLock;
    use std::sync::atomic::{AtomicU64, Ordering};

    static WRITES: AtomicU64 = AtomicU64::new(0);
    #[cfg(test)]
    thread_local! {
        static OF_THREAD: std::cell::Cell<u64> = const { std::cell::Cell::new(0) };
    }
    static KILL_AT: OnceLock<Option<u64>> = OnceLock::new();
    static PAUSE_AT: OnceLock<Option<u64>> = OnceLock::new();

    fn number(name: &str) -> Option<u64> {
        std::env::var(name).ok()?.parse().ok()
    }

    /// Counts one write of this process; aborts if it is the chosen one.
    pub(crate) fn before_write() {
        let nth = WRITES.fetch_add(1, Ordering::SeqCst) + 1;
        #[cfg(test)]
        OF_THREAD.set(OF_THREAD.get() + 1);
        if *KILL_AT.get_or_init(|| number("WHOSWHO_TEST_KILL_AT_WRITE")) == Some(nth) {
            std::process::abort();
        }
        if *PAUSE_AT.get_or_init(|| number("WHOSWHO_TEST_PAUSE_AT_WRITE")) == Some(nth) {
            pause();
        }
    }

    /// Where nobody listens or answers, there is nobody to wait for.
    fn pause() {
        use std::io::Write;
        let said = std::io::stderr().write_all(b"paused\n");
        let _ = said.and_then(|()| std::io::stdin().read_line(&mut String::new()));
    }

    /// Most pages of an SQLite file, where a test makes its disk small.
    pub(crate) fn most_pages() -> Option<u64> {
        number("WHOSWHO_TEST_PAGES")
    }

    /// Writes counted in this process so far.
    pub fn writes_so_far() -> u64 {
        WRITES.load(Ordering::SeqCst)
    }

    /// The same of this thread, for a test beside which others write.
    #[cfg(test)]
    pub(crate) fn writes_of_thread() -> u64 {
        OF_THREAD.get()
    }

    /// Whether marks of what must be planned are lost.
    pub(crate) fn loses_pending() -> bool {
        static LOSES: OnceLock<bool> = OnceLock::new();
        *LOSES.get_or_init(|| std::env::var("WHOSWHO_TEST_NO_PENDING").is_ok_and(|v| v == "1"))
    }

    /// How many operations a transaction applies, `usual` unless a test wants fewer.
    pub(crate) fn chunk(usual: i64) -> i64 {
        static CHUNK: OnceLock<Option<i64>> = OnceLock::new();
        CHUNK.get_or_init(|| std::env::var("WHOSWHO_TEST_CHUNK").ok()?.parse().ok()).unwrap_or(usual)
    }

    /// Beyond how many touched people one mark stands for everybody, `usual` unless a test wants fewer.
    pub(crate) fn many(usual: usize) -> usize {
        static MANY: OnceLock<Option<usize>> = OnceLock::new();
        MANY.get_or_init(|| std::env::var("WHOSWHO_TEST_MANY").ok()?.parse().ok()).unwrap_or(usual)
    }

    /// How many memberships make a piece of a first read, `usual` unless a test wants fewer.
    pub(crate) fn piece(usual: usize) -> usize {
        static PIECE: OnceLock<Option<usize>> = OnceLock::new();
        PIECE.get_or_init(|| std::env::var("WHOSWHO_TEST_PIECE").ok()?.parse().ok()).unwrap_or(usual)
    }
}

#[cfg(not(debug_assertions))]
mod counted {
    /// Nothing, in a release build.
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "the hook must cost nothing in a release build")]
    pub(crate) fn before_write() {}

    /// Always 0 in a release build.
    pub fn writes_so_far() -> u64 {
        0
    }

    /// Always 0 in a release build.
    #[cfg(test)]
    pub(crate) fn writes_of_thread() -> u64 {
        0
    }

    /// No limit, in a release build.
    pub(crate) const fn most_pages() -> Option<u64> {
        None
    }

    /// Never, in a release build.
    pub(crate) const fn loses_pending() -> bool {
        false
    }

    /// The usual number, in a release build.
    pub(crate) const fn chunk(usual: i64) -> i64 {
        usual
    }

    /// The usual number, in a release build.
    pub(crate) const fn many(usual: usize) -> usize {
        usual
    }

    /// The usual number, in a release build.
    pub(crate) const fn piece(usual: usize) -> usize {
        usual
    }
}

#[cfg(test)]
pub(crate) use counted::writes_of_thread;
pub use counted::writes_so_far;
pub(crate) use counted::{before_write, chunk, loses_pending, many, most_pages, piece};
