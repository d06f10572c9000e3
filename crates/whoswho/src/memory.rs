//! Memory: large blocks that are freed go back to the system.
//!
//! glibc maps a large block by itself and gives it back when it is freed, but from then on only larger ones (mallopt(3),
//! `M_MMAP_THRESHOLD`). A read frees pages of half a megabyte and buffers of several, and whatever is as large comes from
//! heaps afterwards and leaves them in pieces: 30 MB at 500,000 people. A threshold that was given stays as it is. It can
//! only be given before a process begins, so this one begins anew, with the same number, arguments and files.

/// What glibc reads as it starts.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
const THRESHOLD: &str = "MALLOC_MMAP_THRESHOLD_";
/// Bytes of a block that is large: pages of a large answer and what sorts them are, rows are not.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
const LARGE: &str = "262144";

/// Begins anew unless a threshold is given. Where that fails the process goes on as it is.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
pub(crate) fn give_back_large_blocks() {
    use std::os::unix::process::CommandExt;

    if std::env::var_os(THRESHOLD).is_some() {
        return;
    }
    let Ok(me) = std::env::current_exe() else { return };
    let (mut again, mut args) = (std::process::Command::new(me), std::env::args_os());
    if let Some(name) = args.next() {
        again.arg0(name);
    }
    // It only returns where it failed.
    let _ = again.args(args).env(THRESHOLD, LARGE).exec();
}

/// Other C libraries keep no such threshold.
#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
pub(crate) fn give_back_large_blocks() {}
