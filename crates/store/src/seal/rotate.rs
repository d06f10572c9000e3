//! Rotation of the key: a new one is added, everything is sealed anew under it, then the older ones are dropped.
//!
//! Rules: a kill at any place leaves a key for every sealed value, and the next rotation goes on with the newest key it
//! finds; who seals a value and who rotates take turns in the database, so that no value is left under a dropped key.

use std::collections::BTreeMap;

use secrecy::{ExposeSecret, SecretString};

use super::{From, Key, KeyRing, Place, SEALED, credential_of, file, hex, key_of};
use crate::db::{Tx, params};
use crate::error::{Result, StoreError};
use crate::fault;
use crate::refusal::{KeyTrouble, Refusal};
use crate::store::{Store, set_setting, setting};

/// The setting that names the key under which values are sealed since the last rotation.
const CURRENT: &str = "key.current";

/// What a rotation did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rotated {
    /// The key that seals now.
    pub key: String,
    /// Keys that were dropped, or that may be dropped where they come from the environment.
    pub older: Vec<String>,
    /// Values that were sealed anew.
    pub sealed: u64,
    /// Whether a rotation that was cut off was finished instead of a new one begun.
    pub resumed: bool,
}

/// A key by its id; the key itself is never told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyInfo {
    /// Its id.
    pub id: String,
    /// Whether it is at hand.
    pub at_hand: bool,
    /// Whether new values are sealed with it.
    pub newest: bool,
    /// Values that it seals.
    pub sealed: u64,
}

impl Store {
    /// Gives this installation a new key, or finishes a rotation that was cut off.
    pub fn rotate_key(&self) -> Result<Rotated> {
        match &self.keys.from {
            From::Environment => {
                let older = self.keys.older();
                if older.is_empty() {
                    return Err(Refusal::NoNewKey.into());
                }
                let (key, sealed) = self.seal_anew()?;
                Ok(Rotated { key, older, sealed, resumed: false })
            }
            From::File(path) => {
                self.check_key()?;
                let _alone = file::lock(path)?;
                self.keys.reload()?;
                let resumed = !self.keys.older().is_empty();
                if !resumed {
                    fault::before_write();
                    file::add_locked(path)?;
                    self.keys.reload()?;
                }
                let (key, sealed) = self.seal_anew()?;
                let older = self.keys.older();
                fault::before_write();
                file::keep_newest(path)?;
                self.keys.reload()?;
                Ok(Rotated { key, older, sealed, resumed })
            }
        }
    }

    /// Every sealed value under the newest key, in one transaction.
    fn seal_anew(&self) -> Result<(String, u64)> {
        let newest = self.keys.newest()?;
        let sealed = self.db.write(|tx| {
            take_turn(tx)?;
            let mut sealed = 0;
            for table in SEALED {
                sealed += self.table_anew(tx, table, &newest)?;
            }
            set_setting(tx, CURRENT, &newest)?;
            Ok(sealed)
        })?;
        Ok((newest, sealed))
    }

    fn table_anew(&self, tx: &mut Tx<'_>, table: &'static str, newest: &str) -> Result<u64> {
        let sql = format!("SELECT id, credential FROM {table}");
        let all = tx.query(&sql, params![], |row| Ok((row.int(0)?, row.blob(1)?.to_vec())))?;
        let mut sealed = 0;
        for (id, old) in all.iter().filter(|(_, old)| !old.is_empty()) {
            if key_of(old).as_deref() == Some(newest) {
                continue;
            }
            let bytes = id.to_be_bytes();
            let value = self.keys.open(credential_of(table, &bytes), old)?;
            let new = self.keys.seal(credential_of(table, &bytes), value.expose_secret())?;
            let sql = format!("UPDATE {table} SET credential = $1 WHERE id = $2");
            tx.exec(&sql, params![&new[..], *id])?;
            sealed += 1;
        }
        Ok(sealed)
    }

    /// Refuses where the key file is missing and credentials are sealed.
    pub fn check_key(&self) -> Result<()> {
        if self.keys.is_empty() {
            self.keys.reload()?;
        }
        self.keys.newest().map(drop)
    }

    /// Where the keys are.
    pub fn key_origin(&self) -> String {
        self.keys.origin()
    }

    /// The keys at hand, oldest first, and keys that sealed values need and that are missing.
    pub fn key_infos(&self) -> Result<Vec<KeyInfo>> {
        let mut counts: BTreeMap<String, u64> = BTreeMap::new();
        self.db.read(|tx| {
            SEALED.into_iter().try_for_each(|table| {
                tx.for_each(&format!("SELECT credential FROM {table}"), params![], |row| {
                    if let Some(id) = key_of(row.blob(0)?) {
                        *counts.entry(id).or_default() += 1;
                    }
                    Ok(())
                })
            })
        })?;
        let newest = self.keys.newest().ok();
        let mut at_hand = self.keys.older();
        at_hand.extend(newest.clone());
        let mut infos: Vec<KeyInfo> = at_hand
            .into_iter()
            .map(|id| {
                let sealed = counts.remove(&id).unwrap_or(0);
                KeyInfo { newest: newest.as_ref() == Some(&id), at_hand: true, id, sealed }
            })
            .collect();
        infos.extend(counts.into_iter().map(|(id, sealed)| KeyInfo {
            id,
            at_hand: false,
            newest: false,
            sealed,
        }));
        Ok(infos)
    }
}

/// Seals a value within a transaction, under the key of the last rotation even where another process made it.
pub(crate) fn seal_in(tx: &mut Tx<'_>, keys: &KeyRing, place: Place<'_>, value: &[u8]) -> Result<Vec<u8>> {
    take_turn(tx)?;
    if let Some(current) = setting(tx, CURRENT)?
        && keys.newest()? != current
    {
        keys.reload()?;
        if keys.newest()? != current && !keys.older().contains(&current) {
            let origin = keys.origin();
            return Err(StoreError::WrongKey(KeyTrouble::RotatedElsewhere { newest: current, origin }));
        }
    }
    keys.seal(place, value)
}

/// A restored database may name the key of an installation that is lost. Whatever was sealed under it was refused or
/// dropped, so that new values go under the keys at hand.
pub(crate) fn forget_lost(tx: &mut Tx<'_>, keys: &KeyRing) -> Result<()> {
    let Some(current) = setting(tx, CURRENT)? else { return Ok(()) };
    keys.reload()?;
    if keys.newest().is_ok_and(|newest| newest == current) || keys.older().contains(&current) {
        return Ok(());
    }
    tx.exec("DELETE FROM setting WHERE name = $1", params![CURRENT]).map(drop)
}

/// Whether the database holds a sealed value.
pub(crate) fn any_sealed(tx: &mut Tx<'_>) -> Result<bool> {
    let each = SEALED.map(|table| format!("SELECT 1 FROM {table} WHERE credential <> $1"));
    let sql = format!("{} LIMIT 1", each.join(" UNION ALL "));
    Ok(tx.query_opt(&sql, params![&b""[..]], |row| row.int(0))?.is_some())
}

/// One after the other: who seals and who rotates.
fn take_turn(tx: &mut Tx<'_>) -> Result<()> {
    tx.exec("UPDATE setting SET value = value WHERE name = 'installation.salt'", params![]).map(drop)
}

impl KeyRing {
    /// A new key as text, for those who keep it in the environment.
    pub fn new_key() -> Result<SecretString> {
        Ok(Key::generate()?.write())
    }

    /// Reads the file again: another process may have rotated. Keys from the environment stay.
    pub(crate) fn reload(&self) -> Result<()> {
        if let From::File(path) = &self.from
            && let Some(keys) = file::load(path)?
        {
            *self.write() = keys;
        }
        Ok(())
    }

    /// The id of the key that seals.
    pub(crate) fn newest(&self) -> Result<String> {
        let keys = self.read();
        keys.last().map(|key| hex(&key.id)).ok_or_else(|| self.no_key())
    }

    /// Ids of the keys that only open.
    pub(crate) fn older(&self) -> Vec<String> {
        let keys = self.read();
        let all = keys.split_last().map(|(_, older)| older).unwrap_or_default();
        all.iter().map(|key| hex(&key.id)).collect()
    }
}
