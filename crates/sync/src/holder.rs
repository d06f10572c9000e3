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

/// Machine and boot in one: the kernel makes a new id at every boot. Containers of one machine share it but not their
/// process numbers, so the name space of those belongs to it.
fn boot() -> String {
    let Ok(id) = std::fs::read_to_string("/proc/sys/kernel/random/boot_id") else { return String::new() };
    let space = std::fs::read_link("/proc/self/ns/pid").unwrap_or_default();
    format!("{}.{}", id.trim(), space.display())
}
