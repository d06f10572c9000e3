//! Who holds a lease: boot and process. A process of this machine that no longer lives is told apart at once.

use std::path::Path;

use store::{Holder, Liveness, Store, StoreError};

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

/// Whether runs were made over this database elsewhere than here: on another machine, or on this one before it was started
/// anew. Blocking.
pub fn seen_elsewhere(store: &Store) -> Result<bool, StoreError> {
    let here = boot();
    let there = |holder: &Holder| holder.0.rsplit_once('/').is_some_and(|(boot, _)| boot != here);
    Ok(store.holders()?.iter().any(there))
}

/// Machine and boot in one: the kernel makes a new id at every boot. Containers of one machine share it but not their
/// process numbers, so the name space of those belongs to it.
fn boot() -> String {
    let Ok(id) = std::fs::read_to_string("/proc/sys/kernel/random/boot_id") else { return String::new() };
    let space = std::fs::read_link("/proc/self/ns/pid").unwrap_or_default();
    format!("{}.{}", id.trim(), space.display())
}
