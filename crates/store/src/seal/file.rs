//! The key file: one base64 key per line, the newest last, `#` begins a comment.
//!
//! Rules: only its owner may read it, and the owner is who runs us; it is replaced as a whole (written beside, synced,
//! renamed), so a kill leaves the old keys or the new, never half; who changes it holds the lock beside it.

use std::fs::{self, File};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use secrecy::{ExposeSecret, SecretString};
use zeroize::Zeroizing;

use super::Key;
use crate::cause::FileAct;
use crate::error::{Result, StoreError};
use crate::files::{self, cannot};
use crate::refusal::{KeyTrouble, Refusal};

const HEAD: &str = "# Keys of Whoswho, the newest last. Without them the sealed secrets of the database are lost:\n\
                    # keep a copy, but not beside the backups.\n";

/// Where the key file is in a data folder.
pub(super) fn path_in(data: &Path) -> PathBuf {
    data.join("key")
}

/// The keys of the file; a missing file is created with one key.
pub(super) fn load_or_create(path: &Path) -> Result<Vec<Key>> {
    if let Some(keys) = load(path)? {
        return Ok(keys);
    }
    if let Some(folder) = path.parent() {
        files::create_private_folder(folder)?;
    }
    let _alone = files::lock_beside(path)?;
    // Another process may have been first.
    if let Some(keys) = load(path)? {
        return Ok(keys);
    }
    let keys = vec![Key::generate()?];
    replace(path, &keys)?;
    Ok(keys)
}

/// The file's lock, for as long as the answer lives.
pub(super) fn lock(path: &Path) -> Result<File> {
    files::lock_beside(path)
}

/// Adds a new key, which is the newest then. The caller holds the lock.
pub(super) fn add_locked(path: &Path) -> Result<()> {
    let mut keys = there(path)?;
    keys.push(Key::generate()?);
    replace(path, &keys)
}

/// Drops every key but the newest. The caller holds the lock.
pub(super) fn keep_newest(path: &Path) -> Result<()> {
    let mut keys = there(path)?;
    keys.drain(..keys.len().saturating_sub(1));
    replace(path, &keys)
}

fn there(path: &Path) -> Result<Vec<Key>> {
    let missing = || StoreError::WrongKey(KeyTrouble::FileGone(path.display().to_string()));
    load(path)?.ok_or_else(missing)
}

/// The keys of the file, if there is one.
pub(super) fn load(path: &Path) -> Result<Option<Vec<Key>>> {
    let mut file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(cannot(FileAct::Open, path, &error)),
    };
    check_private(&file, path)?;
    // Room enough not to grow while reading, which would leave copies behind.
    let mut text = Zeroizing::new(String::with_capacity(64 * 1024));
    file.read_to_string(&mut text).map_err(|error| cannot(FileAct::Read, path, &error))?;
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    let origin = path.display().to_string();
    let keys = lines.map(|line| Key::read(line, &origin)).collect::<Result<Vec<_>>>()?;
    if keys.is_empty() {
        return Err(StoreError::WrongKey(KeyTrouble::Empty(origin)));
    }
    Ok(Some(keys))
}

fn replace(path: &Path, keys: &[Key]) -> Result<()> {
    let beside = path.with_extension("new");
    let written = write(&beside, keys).and_then(|()| fs::rename(&beside, path));
    written.map_err(|error| cannot(FileAct::Write, path, &error))?;
    files::sync_folder_of(path).map_err(|error| cannot(FileAct::Write, path, &error))?;
    Ok(())
}

fn write(path: &Path, keys: &[Key]) -> std::io::Result<()> {
    // What a killed process left may have other rights.
    files::remove_if_there(path)?;
    let mut file = files::private_options().write(true).create_new(true).open(path)?;
    file.write_all(HEAD.as_bytes())?;
    for key in keys {
        let line: SecretString = key.write();
        file.write_all(line.expose_secret().as_bytes())?;
        file.write_all(b"\n")?;
    }
    file.sync_all()
}

#[cfg(unix)]
fn check_private(file: &File, path: &Path) -> Result<()> {
    use std::os::unix::fs::MetadataExt;
    let about = file.metadata().map_err(|error| cannot(FileAct::Read, path, &error))?;
    let path = path.display();
    if about.mode() & 0o077 != 0 {
        return Err(Refusal::KeyFileOpen(path.to_string()).into());
    }
    if about.uid() != rustix::process::geteuid().as_raw() {
        return Err(Refusal::KeyFileForeign(path.to_string()).into());
    }
    Ok(())
}

#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "rights are checked on Unix only")]
fn check_private(_: &File, _: &Path) -> Result<()> {
    Ok(())
}
