//! An archive as a file: written beside, renamed when it is whole, readable by its owner only.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use model::Timestamp;

use super::{Watch, Written, trouble};
use crate::cause::FileAct;
use crate::error::Result;
use crate::files;
use crate::refusal::Refusal;
use crate::store::Store;

/// What becomes of a file that is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Existing {
    /// It stays, and nothing is written.
    Keep,
    /// It is replaced once the new one is whole.
    Replace,
}

impl Store {
    /// Writes an archive to a file (0600). A backup that is killed leaves the file as it was, and `FILE.part` beside it.
    pub fn backup_to(
        &self,
        path: &Path,
        existing: Existing,
        now: Timestamp,
        watch: Watch<'_>,
    ) -> Result<Written> {
        if let Ok(there) = path.symlink_metadata() {
            let file = path.display().to_string();
            // A pipe, a link or a device would be gone, and nothing would be where it led.
            if !there.is_file() {
                return Err(Refusal::NoPlainFile(file).into());
            }
            if existing == Existing::Keep {
                return Err(Refusal::FileExists(file).into());
            }
        }
        let part = beside(path);
        let done = self.write_part(&part, now, watch);
        if done.is_err() {
            // What is left would only be in the way; that it cannot be removed is told by the error itself.
            let _ = fs::remove_file(&part);
        }
        let written = done?;
        let named = fs::rename(&part, path).and_then(|()| files::sync_folder_of(path));
        named.map_err(|e| trouble(FileAct::Write, path, &e))?;
        Ok(written)
    }

    fn write_part(&self, part: &Path, now: Timestamp, watch: Watch<'_>) -> Result<Written> {
        files::remove_if_there(part).map_err(|e| trouble(FileAct::Write, part, &e))?;
        let file = files::private_options().write(true).create_new(true).open(part);
        let mut file = file.map_err(|e| trouble(FileAct::Write, part, &e))?;
        let written = self.backup(&mut file, now, watch)?;
        file.flush().and_then(|()| file.sync_all()).map_err(|e| trouble(FileAct::Write, part, &e))?;
        Ok(written)
    }
}

fn beside(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".part");
    name.into()
}
