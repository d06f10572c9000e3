//! Who holds a lease: boot and process. A process of this machine that no longer lives is told apart at once.

use std::path::Path;

use store::{Holder, Liveness};

/// This process.
pub(crate) fn me() -> Holder {
    Holder(format!("{}/{}", boot(), std::process::id()))
}

/// Whether a holder still lives.
pub(crate) fn lives(holder: &str) -> Liveness {
    let Some((its_boot, pid)) = holder.rsplit_once('/') else { return Liveness::Unknown };
    let here = its_boot == boot() && !its_boot.is_empty();
    if here && !Path::new("/proc").join(pid).exists() { Liveness::Dead } else { Liveness::Unknown }
}

/// Machine and boot in one: the kernel makes a new id at every boot.
fn boot() -> String {
    std::fs::read_to_string("/proc/sys/kernel/random/boot_id")
        .map(|id| id.trim().to_owned())
        .unwrap_or_default()
}
