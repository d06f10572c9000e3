//! A hard stop at a chosen write, so that tests can kill the process between any two statements.
//!
//! With `debug_assertions`, `WHOSWHO_TEST_KILL_AT_WRITE=n` aborts the process right before its n-th write (from 1): each
//! writing statement, each 5,000 rows of a bulk, and each COMMIT counts as one, on both engines alike. Release builds
//! hold none of this.

#[cfg(debug_assertions)]
mod counted {
    use std::sync::OnceLock;
    use std::sync::atomic::{AtomicU64, Ordering};

    static WRITES: AtomicU64 = AtomicU64::new(0);
    static KILL_AT: OnceLock<Option<u64>> = OnceLock::new();

    /// Counts one write of this process; aborts if it is the chosen one.
    pub fn before_write() {
        let nth = WRITES.fetch_add(1, Ordering::SeqCst) + 1;
        let kill_at = KILL_AT.get_or_init(|| std::env::var("WHOSWHO_TEST_KILL_AT_WRITE").ok()?.parse().ok());
        if *kill_at == Some(nth) {
            std::process::abort();
        }
    }

    /// Writes counted in this process so far.
    pub fn writes_so_far() -> u64 {
        WRITES.load(Ordering::SeqCst)
    }
}

#[cfg(not(debug_assertions))]
mod counted {
    /// Nothing, in a release build.
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "the hook must cost nothing in a release build")]
    pub fn before_write() {}

    /// Always 0 in a release build.
    pub fn writes_so_far() -> u64 {
        0
    }
}

pub use counted::{before_write, writes_so_far};
