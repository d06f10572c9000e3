//! Secrets at rest: sealed with XChaCha20-Poly1305 under a key that is not in the database.
//!
//! A sealed value is `version (1) · key id (8) · nonce (24) · ciphertext and tag`. Rules: the place (table, row, column) is
//! authenticated, so a value moved elsewhere does not open; nonces are random, for which 24 bytes are enough; new values
//! go under the newest key, older keys only open. A key's id is a hash of the key, so two keys never share one, and a
//! value tells whether its key is at hand. Keys are wiped from memory when dropped and never printed.

mod file;
mod rotate;
#[cfg(test)]
mod rotate_tests;
#[cfg(test)]
mod tests;

pub use rotate::{KeyInfo, Rotated};
pub(crate) use rotate::{any_sealed, forget_lost, seal_in};

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use rand::TryRngCore;
use rand::rngs::OsRng;
use secrecy::{ExposeSecret, SecretBox, SecretSlice, SecretString};
use sha2::{Digest, Sha256};

use crate::error::{Result, StoreError};
use crate::files;
use crate::refusal::KeyTrouble;

/// The environment variable that may hold the keys instead of the file: base64 of 32 bytes; several separated by commas,
/// the newest last.
pub const KEY_VARIABLE: &str = "WHOSWHO_KEY";

const VERSION: u8 = 1;
const ID: usize = 8;
const NONCE: usize = 24;

/// Where a sealed value belongs.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place<'a> {
    /// The table.
    pub table: &'static str,
    /// The row's key.
    pub row: &'a [u8],
    /// The column.
    pub column: &'static str,
}

/// Tables that hold sealed credentials, each in its column `credential` of rows known by `id`.
pub(crate) const SEALED: [&str; 3] = ["connection", "operator_app", "mail_server"];

/// Where a credential of one of these tables belongs.
pub(crate) const fn credential_of<'a>(table: &'static str, row: &'a [u8]) -> Place<'a> {
    Place { table, row, column: "credential" }
}

/// The keys at hand, the newest last. A file is read again when a value needs a key that is not among them, so that a
/// process that runs for long learns of a rotation by another.
pub struct KeyRing {
    keys: RwLock<Vec<Key>>,
    from: From,
}

/// Where the keys came from, and where a new one goes.
enum From {
    File(PathBuf),
    Environment,
}

struct Key {
    id: [u8; ID],
    secret: SecretBox<[u8; 32]>,
}

impl KeyRing {
    /// The keys of `environment` (the content of [`KEY_VARIABLE`]) if given, else of `key` in the data folder. Nothing is
    /// created: whether a missing file wants a first key, the database knows.
    pub fn load(data: &Path, environment: Option<&SecretString>) -> Result<Self> {
        if let Some(text) = environment {
            let keys = text.expose_secret().split(',').map(|one| Key::read(one, KEY_VARIABLE));
            return Ok(Self { keys: RwLock::new(keys.collect::<Result<_>>()?), from: From::Environment });
        }
        files::not_a_folder(data)?;
        let path = file::path_in(data);
        Ok(Self { keys: RwLock::new(file::load(&path)?.unwrap_or_default()), from: From::File(path) })
    }

    /// Whether there is no key, for its file is missing.
    pub fn is_empty(&self) -> bool {
        self.read().is_empty()
    }

    /// Makes the key file where there is none. Only for a database that holds no sealed value.
    pub(crate) fn make_first(&self) -> Result<()> {
        if let From::File(path) = &self.from {
            *self.write() = file::load_or_create(path)?;
        }
        Ok(())
    }

    /// Adds a new key to the file: the first step of a rotation.
    #[cfg(test)]
    pub(crate) fn add_key(&self) -> Result<()> {
        if let From::File(path) = &self.from {
            let _alone = file::lock(path)?;
            file::add_locked(path)?;
        }
        self.reload()
    }

    fn read(&self) -> RwLockReadGuard<'_, Vec<Key>> {
        self.keys.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Vec<Key>> {
        self.keys.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// Seals a value for its place.
    pub(crate) fn seal(&self, place: Place<'_>, value: &[u8]) -> Result<Vec<u8>> {
        if self.is_empty() {
            self.reload()?;
        }
        let keys = self.read();
        let key = keys.last().ok_or_else(|| self.no_key())?;
        let nonce: [u8; NONCE] = random()?;
        let header = [&[VERSION], &key.id[..], &nonce[..]].concat();
        let payload = Payload { msg: value, aad: &bound(place, key.id) };
        let sealed = key.cipher().encrypt(XNonce::from_slice(&nonce), payload);
        let sealed = sealed.map_err(|_| StoreError::Internal("a value is too long to be sealed".into()))?;
        Ok([header, sealed].concat())
    }

    /// Opens a value that was sealed for this place.
    pub(crate) fn open(&self, place: Place<'_>, sealed: &[u8]) -> Result<SecretSlice<u8>> {
        let damaged = || StoreError::Corrupt(format!("sealed value of {}.{}", place.table, place.column));
        let (version, rest) = sealed.split_first().ok_or_else(damaged)?;
        let (id, rest) = rest.split_first_chunk::<ID>().ok_or_else(damaged)?;
        let (nonce, text) = rest.split_first_chunk::<NONCE>().ok_or_else(damaged)?;
        if *version != VERSION {
            return Err(damaged());
        }
        if !self.read().iter().any(|key| key.id == *id) {
            self.reload()?;
        }
        let keys = self.read();
        let Some(key) = keys.iter().find(|key| key.id == *id) else {
            drop(keys);
            return Err(self.no_key_for(place));
        };
        let payload = Payload { msg: text, aad: &bound(place, *id) };
        let value = key.cipher().decrypt(XNonce::from_slice(nonce), payload).map_err(|_| damaged())?;
        Ok(SecretSlice::from(value))
    }

    /// Where the keys are, for messages.
    pub(crate) fn origin(&self) -> String {
        match &self.from {
            From::File(path) => path.display().to_string(),
            From::Environment => KEY_VARIABLE.to_owned(),
        }
    }

    /// Why there is no key at all.
    fn no_key(&self) -> StoreError {
        StoreError::WrongKey(match &self.from {
            From::File(path) => KeyTrouble::Missing(path.display().to_string()),
            From::Environment => KeyTrouble::None,
        })
    }

    fn no_key_for(&self, place: Place<'_>) -> StoreError {
        if self.is_empty() {
            return self.no_key();
        }
        let value = format!("{}.{}", place.table, place.column);
        StoreError::WrongKey(match &self.from {
            From::File(path) => KeyTrouble::NotInFile { file: path.display().to_string(), value },
            From::Environment => KeyTrouble::NotInEnvironment(value),
        })
    }
}

/// Says how many keys there are, and nothing of them.
impl std::fmt::Debug for KeyRing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("KeyRing").field("keys", &self.read().len()).finish_non_exhaustive()
    }
}

impl Key {
    fn new(secret: SecretBox<[u8; 32]>) -> Self {
        let hash = Sha256::new_with_prefix(b"whoswho key id").chain_update(secret.expose_secret()).finalize();
        let mut id = [0; ID];
        id.iter_mut().zip(hash).for_each(|(to, from)| *to = from);
        Self { id, secret }
    }

    fn generate() -> Result<Self> {
        let mut filled = Ok(());
        let secret = SecretBox::init_with_mut(|bytes: &mut [u8; 32]| filled = OsRng.try_fill_bytes(bytes));
        filled.map_err(|_| no_randomness())?;
        Ok(Self::new(secret))
    }

    /// Reads base64 of 32 bytes; `origin` is named in the error.
    fn read(text: &str, origin: &str) -> Result<Self> {
        use base64::Engine as _;
        let mut length = Err(());
        let secret = SecretBox::init_with_mut(|bytes: &mut [u8; 32]| {
            // The decoder asks for a multiple of three; 33 bytes hold 44 characters.
            let mut room = zeroize::Zeroizing::new([0; 33]);
            let read = base64::engine::general_purpose::STANDARD.decode_slice(text.trim(), &mut room[..]);
            if let (Ok(32), Some(key)) = (read, room.first_chunk()) {
                *bytes = *key;
                length = Ok(());
            }
        });
        length.map_err(|()| {
            StoreError::WrongKey(if origin == KEY_VARIABLE {
                KeyTrouble::NoKeyInVariable(KEY_VARIABLE)
            } else {
                KeyTrouble::NoKey(origin.to_owned())
            })
        })?;
        Ok(Self::new(secret))
    }

    /// Base64, for the key file.
    fn write(&self) -> SecretString {
        use base64::Engine as _;
        SecretString::from(base64::engine::general_purpose::STANDARD.encode(self.secret.expose_secret()))
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new(self.secret.expose_secret().into())
    }
}

/// The id of the key under which a value is sealed, in hexadecimal; nothing for what is no sealed value.
pub(crate) fn key_of(sealed: &[u8]) -> Option<String> {
    sealed.get(1..=ID).map(hex)
}

/// Bytes in hexadecimal, lower case.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing into a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// What is authenticated beside the value. Lengths stand before the parts, so no two places look alike.
fn bound(place: Place<'_>, id: [u8; ID]) -> Vec<u8> {
    let mut all = vec![VERSION];
    for part in [&id[..], place.table.as_bytes(), place.row, place.column.as_bytes()] {
        all.extend_from_slice(&(part.len() as u64).to_be_bytes());
        all.extend_from_slice(part);
    }
    all
}

fn random<const N: usize>() -> Result<[u8; N]> {
    let mut bytes = [0; N];
    OsRng.try_fill_bytes(&mut bytes).map_err(|_| no_randomness())?;
    Ok(bytes)
}

fn no_randomness() -> StoreError {
    StoreError::Unavailable("the system gives no random bytes".into())
}
