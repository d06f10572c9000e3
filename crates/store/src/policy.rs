//! A customer's rules: the policy in force with where each key comes from, and changes of it. A change that a person has looked
//! at carries a digest of the rules that it was made over, so whoever is slower overwrites nobody.

use std::collections::BTreeMap;

use model::ids::CustomerId;
use model::text::{fnv1a, fnv1a_from};
use model::{Policy, Preset};

use crate::connection::{Switch, change_scope, current, is_everybody};
use crate::customer::{self, Levels};
use crate::db::{Tx, params};
use crate::error::{Result, StoreError};
use crate::store::{Book, CustomerRow, Store};
use crate::{pending, schedule};

/// Which preset a customer is to have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PresetChoice {
    /// The operator's, with all keys of the operator.
    Operator,
    /// One of its own.
    Own(Preset),
}

/// What a person wants of the rules, all of it or nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PolicyChange {
    /// Another preset; a customer's own keys are dropped with it.
    pub preset: Option<PresetChoice>,
    /// Keys with their values, set behind the preset; an empty value drops a key, which is inherited from then on.
    pub keys: Vec<(String, String)>,
    /// Whether everybody belongs in the book, of a customer that is connected.
    pub everybody: Option<Switch>,
}

impl PolicyChange {
    /// Whether nothing is to become of it.
    pub fn is_empty(&self) -> bool {
        self.preset.is_none() && self.keys.is_empty() && self.everybody.is_none()
    }
}

/// The rules of a customer, or those that all inherit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rules {
    /// In force; of the operator what its preset and keys make.
    pub policy: Policy,
    /// Which keys the two levels set in it, by bare keys; of the operator only the operator's.
    pub levels: Levels,
    /// The preset that they start from.
    pub preset: Preset,
    /// Whether it was chosen for this customer.
    pub chosen: bool,
    /// Whether everybody belongs in the book; `None` without a connection.
    pub everybody: Option<bool>,
}

impl Rules {
    /// Of everything that a person could have seen of them.
    pub fn digest(&self) -> i64 {
        let mut hash = fnv1a(self.preset.name().as_bytes());
        hash = fnv1a_from(hash, &[u8::from(self.chosen), self.everybody.map_or(2, u8::from)]);
        let of_key = |key: &&str| self.policy.get(key).unwrap_or_default();
        for value in Policy::KEYS.iter().map(of_key) {
            hash = fnv1a_from(fnv1a_from(hash, value.as_bytes()), &[0]);
        }
        for (level, keys) in [(1, &self.levels.operator), (2, &self.levels.own)] {
            for (key, value) in keys {
                hash = fnv1a_from(fnv1a_from(hash, &[level]), key.as_bytes());
                hash = fnv1a_from(fnv1a_from(hash, &[0]), value.as_bytes());
            }
        }
        hash as i64
    }
}

/// What became of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PolicyChanged {
    /// It is in force.
    Done,
    /// Somebody has changed the rules since they were looked at; nothing was done.
    Meanwhile,
}

/// A customer as heir of the operator's keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heir {
    /// The customer.
    pub customer: CustomerRow,
    /// Keys that it sets itself.
    pub own: Vec<String>,
}

impl Heir {
    /// Whether what the operator says of a key holds for it.
    pub fn inherits(&self, key: &str) -> bool {
        let key = Policy::stored_name(key);
        let by_preset = self.customer.preset_chosen && Preset::differ_in(key);
        !by_preset && self.own.iter().all(|own| own != key)
    }
}

impl Book {
    /// The policy in force: preset, then the operator's keys that hold for this customer, then the customer's.
    pub fn policy(&self) -> Result<Policy> {
        Ok(self.policy_and_levels()?.0)
    }

    /// The policy in force, and which keys the two levels set in it; names are bare keys.
    pub fn policy_and_levels(&self) -> Result<(Policy, Levels)> {
        let levels = self.levels("policy.")?;
        in_force(self.customer.preset, self.customer.preset_chosen, levels)
    }

    /// The rules as they are now, whatever this handle has read of its customer.
    pub fn rules(&self) -> Result<Rules> {
        self.store.db.read(|tx| rules(tx, self))
    }

    /// The rules as a change would make them; nothing is stored.
    pub fn rules_after(&self, change: &PolicyChange) -> Result<Rules> {
        self.store.db.read(|tx| {
            let now = rules(tx, self)?;
            let (preset, chosen) = match change.preset {
                None => (now.preset, now.chosen),
                Some(PresetChoice::Operator) => (customer::usual_preset(tx)?, false),
                Some(PresetChoice::Own(preset)) => (preset, true),
            };
            let mut levels = customer::levels(tx, self.customer.id.0, "policy.")?;
            if change.preset.is_some() {
                levels.own.clear();
            }
            let (base, _) = in_force(preset, chosen, levels.clone())?;
            for (key, value) in spelled(base, &change.keys)? {
                let name = format!("policy.{key}");
                levels.own.retain(|(own, _)| *own != name);
                levels.own.extend(value.map(|value| (name, value)));
            }
            levels.own.sort();
            let (policy, levels) = in_force(preset, chosen, levels)?;
            let asked = change.everybody.map(|switch| switch == Switch::On);
            let everybody = now.everybody.map(|now| asked.unwrap_or(now));
            Ok(Rules { policy, levels, preset, chosen, everybody })
        })
    }

    /// What the rules would be if the operator changed these keys for all; a preset there is for customers to come.
    pub fn rules_under(&self, change: &PolicyChange) -> Result<Rules> {
        let keys = spelled(Preset::Careful.policy(), &change.keys)?;
        self.store.db.read(|tx| {
            let now = rules(tx, self)?;
            let mut levels = customer::levels(tx, self.customer.id.0, "policy.")?;
            for (key, value) in &keys {
                let name = format!("policy.{key}");
                levels.operator.retain(|(set, _)| *set != name);
                levels.operator.extend(value.clone().map(|value| (name, value)));
            }
            levels.operator.sort();
            let (policy, levels) = in_force(now.preset, now.chosen, levels)?;
            Ok(Rules { policy, levels, ..now })
        })
    }

    /// Changes the rules, unless somebody has changed them since `seen`; everybody is planned anew with the next run.
    pub fn change_rules(&self, change: &PolicyChange, seen: i64) -> Result<PolicyChanged> {
        self.store.db.write(|tx| {
            let now = rules(tx, self)?;
            if now.digest() != seen {
                return Ok(PolicyChanged::Meanwhile);
            }
            if let Some(choice) = change.preset {
                put_preset(tx, self, choice)?;
            }
            put_keys(tx, self.customer.id, &spelled(now.policy, &change.keys)?)?;
            if let Some(switch) = change.everybody {
                let connection = current(tx, self)?.ok_or(StoreError::NotFound)?.id;
                change_scope(tx, connection, &crate::ScopeChange::Everybody(switch))?;
            }
            marked(tx, self.customer.id)?;
            Ok(PolicyChanged::Done)
        })
    }

    /// Sets keys of the customer's policy, or drops those with an empty value, which are inherited from then on; everybody
    /// is planned anew.
    pub fn set_policy(&self, keys: &[(String, String)]) -> Result<()> {
        let changes = spelled(self.policy()?, keys)?;
        self.store.db.write(|tx| {
            put_keys(tx, self.customer.id, &changes)?;
            marked(tx, self.customer.id)
        })
    }

    /// Takes a preset, or with `None` the operator's and every key of the operator; the customer's own keys are dropped.
    pub fn take_preset(&self, chosen: Option<Preset>) -> Result<()> {
        self.store.db.write(|tx| {
            put_preset(tx, self, chosen.map_or(PresetChoice::Operator, PresetChoice::Own))?;
            marked(tx, self.customer.id)
        })
    }
}

impl Store {
    /// What all customers inherit.
    pub fn operator_rules(&self) -> Result<Rules> {
        self.db.read(operator_rules)
    }

    /// The same as a change would make it; nothing is stored.
    pub fn operator_rules_after(&self, change: &PolicyChange) -> Result<Rules> {
        let now = self.operator_rules()?;
        let preset = match change.preset {
            Some(PresetChoice::Own(preset)) => preset,
            Some(PresetChoice::Operator) | None => now.preset,
        };
        let mut keys = now.levels.operator;
        for (key, value) in spelled(Preset::Careful.policy(), &change.keys)? {
            keys.retain(|(name, _)| *name != key);
            keys.extend(value.map(|value| (key, value)));
        }
        keys.sort();
        let levels = Levels { operator: keys, own: Vec::new() };
        let (policy, levels) = in_force(preset, false, levels)?;
        Ok(Rules { policy, levels, preset, chosen: false, everybody: None })
    }

    /// Changes what all customers inherit, unless somebody has changed it since `seen`.
    pub fn change_operator_rules(&self, change: &PolicyChange, seen: i64) -> Result<PolicyChanged> {
        let keys = spelled(Preset::Careful.policy(), &change.keys)?;
        self.db.write(|tx| {
            if operator_rules(tx)?.digest() != seen {
                return Ok(PolicyChanged::Meanwhile);
            }
            if let Some(PresetChoice::Own(preset)) = change.preset {
                crate::store::set_setting(tx, "preset", preset.name())?;
            }
            put_for_all(tx, &keys)?;
            Ok(PolicyChanged::Done)
        })
    }

    /// Sets keys of the policy that customers inherit, or drops those with an empty value; every customer's schedule is looked
    /// at and everybody is planned anew.
    pub fn set_policy(&self, keys: &[(String, String)]) -> Result<()> {
        let changes = spelled(Preset::Careful.policy(), keys)?;
        self.db.write(|tx| put_for_all(tx, &changes))
    }

    /// All customers, each with the keys that it sets itself.
    pub fn heirs(&self) -> Result<Vec<Heir>> {
        self.db.read(|tx| {
            let mut own: BTreeMap<i64, Vec<String>> = BTreeMap::new();
            let sql = "SELECT customer, name FROM customer_setting WHERE name LIKE 'policy.%' ORDER BY customer, name";
            tx.for_each(sql, params![], |row| {
                own.entry(row.int(0)?).or_default().push(bare(row.text(1)?).to_owned());
                Ok(())
            })?;
            let heir = |customer: CustomerRow| {
                let own = own.remove(&customer.id.0).unwrap_or_default();
                Heir { customer, own }
            };
            let heirs = customer::all(tx)?.into_iter().map(heir).collect();
            Ok(heirs)
        })
    }
}

fn bare(name: &str) -> &str {
    name.strip_prefix("policy.").unwrap_or(name)
}

/// A preset under two levels of keys: the policy, and which of the keys count in it, by bare names.
fn in_force(preset: Preset, chosen: bool, mut levels: Levels) -> Result<(Policy, Levels)> {
    let mut policy = preset.policy();
    for (name, _) in levels.operator.iter_mut().chain(&mut levels.own) {
        *name = bare(name).to_owned();
    }
    if chosen {
        levels.operator.retain(|(key, _)| !Preset::differ_in(key));
    }
    for (key, value) in levels.operator.iter().chain(&levels.own) {
        policy.set(key, value).map_err(|e| StoreError::Corrupt(format!("stored policy: {e}")))?;
    }
    Ok((policy, levels))
}

fn rules(tx: &mut Tx<'_>, book: &Book) -> Result<Rules> {
    let row = customer::by_slug(tx, &book.customer.slug)?.ok_or(StoreError::NotFound)?;
    let levels = customer::levels(tx, row.id.0, "policy.")?;
    let (policy, levels) = in_force(row.preset, row.preset_chosen, levels)?;
    let connection = current(tx, book)?.map(|row| row.id);
    let everybody = connection.map(|connection| is_everybody(tx, connection)).transpose()?;
    Ok(Rules { policy, levels, preset: row.preset, chosen: row.preset_chosen, everybody })
}

fn operator_rules(tx: &mut Tx<'_>) -> Result<Rules> {
    let preset = customer::usual_preset(tx)?;
    let sql = "SELECT name, value FROM setting WHERE name LIKE 'policy.%' ORDER BY name";
    let keys = tx.query(sql, params![], |row| Ok((row.text(0)?.to_owned(), row.text(1)?.to_owned())))?;
    let levels = Levels { operator: keys, own: Vec::new() };
    let (policy, levels) = in_force(preset, false, levels)?;
    Ok(Rules { policy, levels, preset, chosen: false, everybody: None })
}

/// Everybody of the customer is planned anew, by a schedule that may be another.
fn marked(tx: &mut Tx<'_>, customer: CustomerId) -> Result<()> {
    schedule::changed(tx, customer)?;
    pending::mark_everybody(tx, customer)
}

fn put_keys(tx: &mut Tx<'_>, customer: CustomerId, changes: &[(String, Option<String>)]) -> Result<()> {
    for (key, value) in changes {
        let name = format!("policy.{key}");
        match value {
            Some(value) => customer::set(tx, customer.0, &name, value)?,
            None => customer::drop_setting(tx, customer.0, &name)?,
        }
    }
    Ok(())
}

fn put_for_all(tx: &mut Tx<'_>, changes: &[(String, Option<String>)]) -> Result<()> {
    schedule::all_changed(tx)?;
    pending::mark_every_customer(tx)?;
    for (key, value) in changes {
        let name = format!("policy.{key}");
        match value {
            Some(value) => crate::store::set_setting(tx, &name, value)?,
            None => {
                tx.exec("DELETE FROM setting WHERE name = $1", params![name.as_str()])?;
            }
        }
    }
    Ok(())
}

/// The name of the operator's own time zone, of its settings ([`Store::settings`] of all); that of new customers where it set none.
pub fn operators_zone(settings: &[(String, String)]) -> String {
    let own = settings.iter().find(|(name, _)| name == "policy.time_zone").map(|(_, zone)| zone.clone());
    own.unwrap_or_else(|| Preset::Careful.policy().time_zone.into())
}

fn put_preset(tx: &mut Tx<'_>, book: &Book, choice: PresetChoice) -> Result<()> {
    let (preset, chosen) = match choice {
        PresetChoice::Operator => (customer::usual_preset(tx)?, false),
        PresetChoice::Own(preset) => (preset, true),
    };
    let id = book.customer.id.0;
    tx.exec(
        "UPDATE customer SET preset = $1, preset_chosen = $2 WHERE id = $3",
        params![preset.name(), i64::from(chosen), id],
    )?;
    let sql = "DELETE FROM customer_setting WHERE customer = $1 AND name LIKE 'policy.%'";
    tx.exec(sql, params![id]).map(drop)
}

/// Keys and values as they are stored: under one name each, tried in their order on the policy in force. `None` drops a key.
fn spelled(mut policy: Policy, keys: &[(String, String)]) -> Result<Vec<(String, Option<String>)>> {
    let bad = |e: model::policy::PolicyError| StoreError::Invalid(e.to_string());
    let spell = |(key, value): &(String, String)| {
        let name = Policy::stored_name(key);
        if value.is_empty() {
            policy.get(name).map_err(bad)?;
            return Ok((name.to_owned(), None));
        }
        policy.set(key, value).map_err(bad)?;
        Ok((name.to_owned(), Some(policy.get(name).map_err(bad)?)))
    };
    keys.iter().map(spell).collect()
}
