//! A hook for crash tests, in builds with debug assertions only: `WHOSWHO_TEST_KILL_AT_REQUEST=n` ends the process
//! without any clean-up right before its n-th request to Graph. Release builds compile it to nothing.

#[cfg(debug_assertions)]
pub(crate) fn point() {
    use std::sync::OnceLock;
    use std::sync::atomic::{AtomicU64, Ordering};

    static AT: OnceLock<Option<u64>> = OnceLock::new();
    static SENT: AtomicU64 = AtomicU64::new(0);
    let at = AT.get_or_init(|| std::env::var("WHOSWHO_TEST_KILL_AT_REQUEST").ok()?.parse().ok());
    if let Some(at) = at
        && SENT.fetch_add(1, Ordering::SeqCst) + 1 == *at
    {
        std::process::abort();
    }
}

#[cfg(not(debug_assertions))]
pub(crate) const fn point() {}
