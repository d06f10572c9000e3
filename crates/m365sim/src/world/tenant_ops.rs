//! What an administrator does in a tenant: add, change, delete, restore, and whole days of churn.

use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::company::churn::churn;
use crate::company::skus::plans_for;
use crate::company::spec::{GroupSpec, OrgContactSpec, UserSpec, from_map, to_map};
use crate::dir::{Directory, Kind, Object, State};
use crate::rng::{guid_of, guid_text};
use crate::time::iso;
use crate::world::tenant::TenantHandle;
use crate::world::{lock, read, write};

impl TenantHandle {
    /// Adds a user and gives its id. Left out: the display name follows from the names, the user
    /// principal name from the domain, plans from licences, `proxyAddresses` from `mail`; the account is
    /// an enabled member.
    pub fn add_user(&self, mut spec: UserSpec) -> String {
        let now = iso(self.shared.clock.now());
        self.complete(&mut spec, &now);
        self.put(Kind::User, &to_map(&spec))
    }

    fn complete(&self, spec: &mut UserSpec, now: &str) {
        let number = read(&self.tenant.dir).objects().len();
        let names: Vec<&str> =
            [&spec.given_name, &spec.surname].into_iter().filter_map(|n| n.as_deref()).collect();
        let made = if names.is_empty() { format!("User {number}") } else { names.join(" ") };
        spec.display_name.get_or_insert(made);
        let upn = spec.mail.clone().unwrap_or_else(|| format!("user{number}@{}", self.tenant.domain));
        let upn = spec.user_principal_name.get_or_insert(upn).clone();
        let nick = upn.split('@').next().unwrap_or("x").to_owned();
        spec.mail_nickname.get_or_insert(nick);
        spec.account_enabled.get_or_insert(true);
        spec.user_type.get_or_insert_with(|| "Member".to_owned());
        spec.created_date_time.get_or_insert_with(|| now.to_owned());
        if let Some(mail) = &spec.mail {
            spec.proxy_addresses.get_or_insert_with(|| vec![format!("SMTP:{mail}")]);
        }
        if let Some(licenses) = &spec.assigned_licenses {
            spec.assigned_plans.get_or_insert_with(|| plans_for(licenses, &[], now));
        }
    }

    fn put(&self, kind: Kind, values: &Map<String, Value>) -> String {
        let id = lock(&self.tenant.rng).guid();
        let mut dir = write(&self.tenant.dir);
        let mut object = Object::new(id, kind);
        for (name, value) in values.iter().filter(|(_, v)| !v.is_null()) {
            if let Some(prop) = kind.prop(name) {
                let span = dir.pool.raw(&value.to_string());
                object.set(prop, span);
            }
        }
        dir.add(object);
        guid_text(id)
    }

    /// Changes a user; what becomes `None` is cleared. Plans follow changed licences.
    pub fn update_user(&self, id: &str, change: impl FnOnce(&mut UserSpec)) -> bool {
        let now = iso(self.shared.clock.now());
        self.edit(id, |dir, at| {
            let before: UserSpec = from_map(dir.values(at));
            let mut after = before.clone();
            change(&mut after);
            if after.assigned_licenses != before.assigned_licenses
                && after.assigned_plans == before.assigned_plans
            {
                let old = before.assigned_plans.clone().unwrap_or_default();
                after.assigned_plans =
                    Some(plans_for(after.assigned_licenses.as_deref().unwrap_or(&[]), &old, &now));
            }
            dir.update(at, &difference(&before, &after));
        })
    }

    /// Sets properties of any object by Graph's names; `null` clears.
    pub fn patch(&self, id: &str, values: &Map<String, Value>) -> bool {
        self.edit(id, |dir, at| dir.update(at, values))
    }

    /// Sets or clears a user's manager.
    pub fn set_manager(&self, id: &str, manager: Option<&str>) -> bool {
        let manager = manager.and_then(guid_of);
        self.edit(id, |dir, at| {
            let manager = manager.and_then(|m| dir.find(m));
            dir.set_manager(at, manager);
        })
    }

    /// Adds a group and gives its id. Left out: a security group without mail.
    pub fn add_group(&self, mut spec: GroupSpec) -> String {
        let number = read(&self.tenant.dir).objects().len();
        spec.display_name.get_or_insert_with(|| format!("Group {number}"));
        spec.mail_nickname.get_or_insert_with(|| format!("group{number}"));
        spec.group_types.get_or_insert_with(Vec::new);
        let mail = spec.mail.is_some();
        spec.mail_enabled.get_or_insert(mail);
        spec.security_enabled.get_or_insert(!mail);
        spec.created_date_time.get_or_insert_with(|| iso(self.shared.clock.now()));
        if let Some(mail) = &spec.mail {
            spec.proxy_addresses.get_or_insert_with(|| vec![format!("SMTP:{mail}")]);
        }
        self.put(Kind::Group, &to_map(&spec))
    }

    /// Changes a group; what becomes `None` is cleared.
    pub fn update_group(&self, id: &str, change: impl FnOnce(&mut GroupSpec)) -> bool {
        self.edit(id, |dir, at| {
            let before: GroupSpec = from_map(dir.values(at));
            let mut after = before.clone();
            change(&mut after);
            dir.update(at, &difference(&before, &after));
        })
    }

    /// Adds an organisational contact and gives its id.
    pub fn add_org_contact(&self, spec: &OrgContactSpec) -> String {
        self.put(Kind::OrgContact, &to_map(spec))
    }

    /// Adds a device and gives its id.
    pub fn add_device(&self, name: &str) -> String {
        let values = json!({"displayName": name, "accountEnabled": true, "operatingSystem": "Windows"});
        self.put(Kind::Device, values.as_object().unwrap_or(&Map::new()))
    }

    /// Makes any object a direct member of a group.
    pub fn add_member(&self, group: &str, member: &str) -> bool {
        let Some(member) = guid_of(member) else { return false };
        self.edit(group, |dir, at| {
            if let Some(member) = dir.find(member) {
                dir.join(at, member);
            }
        })
    }

    /// Takes a direct member out of a group.
    pub fn remove_member(&self, group: &str, member: &str) -> bool {
        let Some(member) = guid_of(member) else { return false };
        self.edit(group, |dir, at| {
            if let Some(member) = dir.find(member) {
                dir.leave(at, member);
            }
        })
    }

    /// Deletes a user softly: it goes to `directory/deletedItems`.
    pub fn delete_user(&self, id: &str) -> bool {
        self.bin(id)
    }

    /// Deletes a user for good.
    pub fn purge_user(&self, id: &str) -> bool {
        self.edit(id, |dir, at| dir.set_state(at, State::Gone))
    }

    /// Restores a softly deleted user; memberships come back.
    pub fn restore_user(&self, id: &str) -> bool {
        self.restore(id)
    }

    /// Deletes a group: Microsoft 365 groups softly, all others for good (graph-facts 3.4).
    pub fn delete_group(&self, id: &str) -> bool {
        let unified = guid_of(id).is_some_and(|id| {
            let dir = read(&self.tenant.dir);
            let types = dir.find(id).and_then(|at| dir.json(at, "groupTypes"));
            types.is_some_and(|t| t.windows(9).any(|w| w == b"\"Unified\""))
        });
        if unified { self.bin(id) } else { self.purge_user(id) }
    }

    /// Restores a softly deleted group with its members.
    pub fn restore_group(&self, id: &str) -> bool {
        self.restore(id)
    }

    fn bin(&self, id: &str) -> bool {
        let now = self.shared.clock.now();
        self.edit(id, |dir, at| bin(dir, at, now))
    }

    fn restore(&self, id: &str) -> bool {
        self.edit(id, restore)
    }

    /// Lets `n` things happen as they do in a company: joiners, leavers, weddings, moves, promotions,
    /// groups gained and lost, deletions, restores.
    pub fn churn(&self, n: usize) {
        let mut rng = lock(&self.tenant.rng);
        let now = self.shared.clock.now();
        churn(&mut write(&self.tenant.dir), &mut rng, &self.tenant.domain, now, n);
    }

    fn edit(&self, id: &str, change: impl FnOnce(&mut Directory, u32)) -> bool {
        let Some(id) = guid_of(id) else { return false };
        let mut dir = write(&self.tenant.dir);
        let Some(at) = dir.find(id) else { return false };
        change(&mut dir, at);
        true
    }
}

/// Soft deletion with its date.
pub(crate) fn bin(dir: &mut Directory, at: u32, now: i64) {
    if dir.is_live(at) {
        dir.set_state(at, State::Soft(now));
        dir.update(at, &Map::from_iter([("deletedDateTime".to_owned(), json!(iso(now)))]));
    }
}

/// The way back from the bin.
pub(crate) fn restore(dir: &mut Directory, at: u32) {
    if matches!(dir.get(at).map(|o| o.state), Some(State::Soft(_))) {
        dir.update(at, &Map::from_iter([("deletedDateTime".to_owned(), Value::Null)]));
        dir.set_state(at, State::Live);
    }
}

fn difference<T: Serialize>(before: &T, after: &T) -> Map<String, Value> {
    let before = to_map(before);
    to_map(after).into_iter().filter(|(name, value)| before.get(name) != Some(value)).collect()
}
