//! Files that only we may read, and a lock between processes.
//!
//! Rule: what holds personal data or keys is created with its final rights; there is no moment at which others may read.

use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{Error, ErrorKind};
use std::path::Path;

use crate::error::{Result, StoreError};

/// Creates an empty file with rights 0600, unless there is one.
pub(crate) fn create_private(path: &Path) -> Result<()> {
    match private_options().write(true).create_new(true).open(path) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(cannot("create", path, &error)),
    }
}

/// Creates a folder and what is missing above it, with rights 0700.
pub(crate) fn create_private_folder(path: &Path) -> Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path).map_err(|error| cannot("create", path, &error))
}

/// Waits for the lock of `path` (a file `<path>.lock` beside it), held until the answer is dropped or the process ends.
pub(crate) fn lock_beside(path: &Path) -> Result<File> {
    let mut name = path.as_os_str().to_owned();
    name.push(".lock");
    let lock = Path::new(&name);
    let file = private_options().write(true).create(true).truncate(false).open(lock);
    let file = file.map_err(|error| cannot("open", lock, &error))?;
    file.lock().map_err(|error| cannot("lock", lock, &error))?;
    Ok(file)
}

/// Options that create with rights 0600.
pub(crate) fn private_options() -> OpenOptions {
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// An I/O error, by what a person has to do.
pub(crate) fn cannot(what: &str, path: &Path, error: &Error) -> StoreError {
    match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => StoreError::DiskFull,
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => {
            StoreError::ReadOnly(format!("cannot {what} {}: {error}", path.display()))
        }
        _ => StoreError::Unavailable(format!("cannot {what} {}: {error}", path.display())),
    }
}
