//! Files that only we may read, and a lock between processes.
//!
//! Rule: what holds personal data or keys is created with its final rights; there is no moment at which others may read.

use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{Error, ErrorKind, Read};
use std::path::Path;

use crate::cause::{Cause, FileAct, Said};
use crate::error::{Result, StoreError};
use crate::refusal::{Refusal, Unusable};

/// Creates an empty file with rights 0600, unless there is one.
pub(crate) fn create_private(path: &Path) -> Result<()> {
    match private_options().write(true).create_new(true).open(path) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(cannot(FileAct::Create, path, &error)),
    }
}

/// Creates a folder and what is missing above it, with rights 0700.
pub(crate) fn create_private_folder(path: &Path) -> Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path).map_err(|error| match (not_a_folder(path), error.kind()) {
        (Err(refused), _) => refused,
        (
            Ok(()),
            ErrorKind::StorageFull
            | ErrorKind::QuotaExceeded
            | ErrorKind::PermissionDenied
            | ErrorKind::ReadOnlyFilesystem,
        ) => cannot(FileAct::Create, path, &error),
        (Ok(()), _) => {
            let (path, why) = (path.display().to_string(), Said::of(&error));
            Refusal::NoDatabase(Unusable::Folder { path, why }).into()
        }
    })
}

/// Refuses a path where a file stands in the place of a folder.
pub(crate) fn not_a_folder(path: &Path) -> Result<()> {
    let there = path.ancestors().find(|part| part.exists());
    match there.filter(|part| !part.is_dir()) {
        Some(file) => Err(Refusal::NoDatabase(Unusable::NoFolder(file.display().to_string())).into()),
        None => Ok(()),
    }
}

/// Waits for the lock of `path` (a file `<path>.lock` beside it), held until the answer is dropped or the process ends.
pub(crate) fn lock_beside(path: &Path) -> Result<File> {
    let mut name = path.as_os_str().to_owned();
    name.push(".lock");
    let lock = Path::new(&name);
    let file = private_options().write(true).create(true).truncate(false).open(lock);
    let file = file.map_err(|error| cannot(FileAct::Open, lock, &error))?;
    file.lock().map_err(|error| cannot(FileAct::Lock, lock, &error))?;
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
pub(crate) fn cannot(act: FileAct, path: &Path, error: &Error) -> StoreError {
    let cause = || Cause::of_file(act, path, error);
    match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => StoreError::DiskFull,
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => StoreError::ReadOnly(cause()),
        _ => StoreError::Unavailable(cause()),
    }
}

/// Removes a file, if there is one.
pub(crate) fn remove_if_there(path: &Path) -> std::io::Result<()> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        Ok(()) | Err(_) => Ok(()),
    }
}

/// Makes a rename durable.
pub(crate) fn sync_folder_of(path: &Path) -> std::io::Result<()> {
    #[cfg(unix)]
    if let Some(folder) = path.parent() {
        let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
        File::open(folder)?.sync_all()?;
    }
    Ok(())
}

/// Whether a file holds one of these texts anywhere, upper and lower case of ASCII alike.
pub(crate) fn holds_any(path: &Path, texts: &[String]) -> Result<bool> {
    const PIECE: usize = 1024 * 1024;
    let texts: Vec<&[u8]> = texts.iter().map(String::as_bytes).filter(|t| !t.is_empty()).collect();
    if texts.is_empty() {
        return Ok(false);
    }
    let overlap = texts.iter().map(|t| t.len()).max().unwrap_or(0);
    let mut file = File::open(path).map_err(|error| cannot(FileAct::Open, path, &error))?;
    let mut piece: Vec<u8> = Vec::with_capacity(PIECE + overlap);
    loop {
        let read = (&mut file).take(PIECE as u64).read_to_end(&mut piece);
        if read.map_err(|error| cannot(FileAct::Read, path, &error))? == 0 {
            return Ok(false);
        }
        if texts.iter().any(|text| holds(&piece, text)) {
            return Ok(true);
        }
        // The end of this piece may be the beginning of a text.
        piece.drain(..piece.len().saturating_sub(overlap));
    }
}

fn holds(piece: &[u8], text: &[u8]) -> bool {
    let Some(first) = text.first() else { return false };
    let mut rest = piece;
    while let Some(at) = rest.iter().position(|byte| byte.eq_ignore_ascii_case(first)) {
        let Some(from) = rest.get(at..) else { return false };
        if from.get(..text.len()).is_some_and(|part| part.eq_ignore_ascii_case(text)) {
            return true;
        }
        rest = from.get(1..).unwrap_or_default();
    }
    false
}
