//! Making up a whole company from a seed: users, groups, memberships, managers.

use serde::{Deserialize, Serialize};

use crate::company::awkward;
use crate::company::names::DEPARTMENT;
use crate::company::person::{EPOCH, Person, Writer};
use crate::dir::{Directory, Kind, Object};
use crate::rng::Rng;
use crate::time::iso;

/// What a company looks like.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default)]
pub struct TenantSpec {
    /// The company's name.
    pub name: String,
    /// The mail domain; ends in `.example`.
    pub domain: String,
    /// Ordinary employees to make up.
    pub users: usize,
    /// Groups to make up.
    pub groups: usize,
    /// Direct memberships to spread over the groups; the sizes differ widely.
    pub memberships: usize,
    /// Whether to add every awkward object (guests, rooms, cycles, hidden groups, ...) once.
    pub awkward: bool,
    /// Percent of employees synchronised from an own directory.
    pub hybrid_percent: u32,
}

impl Default for TenantSpec {
    fn default() -> Self {
        Self {
            name: "Muster GmbH".to_owned(),
            domain: "muster.example".to_owned(),
            users: 0,
            groups: 0,
            memberships: 0,
            awkward: false,
            hybrid_percent: 20,
        }
    }
}

impl TenantSpec {
    /// An empty company, for tests that say exactly what is in it.
    pub fn empty(domain: &str) -> Self {
        Self { domain: domain.to_owned(), ..Self::default() }
    }

    /// A company of a size, with a twentieth of groups and one membership per head, awkward objects in.
    pub fn of(domain: &str, users: usize) -> Self {
        Self {
            domain: domain.to_owned(),
            users,
            groups: (users / 20).clamp(3, 5_000),
            memberships: users,
            awkward: true,
            ..Self::default()
        }
    }
}

/// Fills an empty directory.
pub(crate) fn company(dir: &mut Directory, rng: &mut Rng, spec: &TenantSpec) {
    let mut users = Vec::with_capacity(spec.users);
    for number in 0..spec.users {
        let hybrid = rng.percent(spec.hybrid_percent);
        let person = Person::draw(rng, number, &spec.domain, hybrid);
        let mut object = person.object(rng, &mut dir.pool, &spec.domain);
        // Everybody but the first has somebody above.
        if number > 0 && rng.percent(80) {
            object.manager = users.get(rng.below(number / 8 + 1)).copied().unwrap_or(crate::dir::NOBODY);
        }
        users.push(dir.found(object));
    }
    let groups: Vec<u32> = (0..spec.groups).map(|number| group(dir, rng, spec, number)).collect();
    spread(dir, rng, &users, &groups, spec.memberships);
    if spec.awkward {
        awkward::add(dir, rng, spec, &users, &groups);
    }
}

/// One group of a drawn kind.
fn group(dir: &mut Directory, rng: &mut Rng, spec: &TenantSpec, number: usize) -> u32 {
    let department = rng.pick(DEPARTMENT);
    let name = format!("{department} {number}");
    let nick = format!("{}-{number}", crate::company::names::local(department));
    let id = rng.guid();
    let mut w = Writer { pool: &mut dir.pool, object: Object::new(id, Kind::Group) };
    w.text("displayName", &name);
    w.text("mailNickname", &nick);
    w.text("createdDateTime", &iso(EPOCH + number as i64 * 60));
    let kind = rng.below(10);
    let (unified, mail, security) = match kind {
        0..4 => (true, true, false),
        4..7 => (false, false, true),
        7 => (false, true, true),
        _ => (false, true, false),
    };
    w.json("groupTypes", if unified { r#"["Unified"]"# } else { "[]" });
    w.json("mailEnabled", if mail { "true" } else { "false" });
    w.json("securityEnabled", if security { "true" } else { "false" });
    if mail {
        let address = format!("{nick}@{}", spec.domain);
        w.text("mail", &address);
        w.texts("proxyAddresses", &[&format!("SMTP:{address}")]);
    }
    if unified {
        w.word("visibility", rng.pick(&["Public", "Private"]));
        w.text("description", &format!("Gruppe {name}"));
        if rng.percent(50) {
            w.json("resourceProvisioningOptions", r#"["Team"]"#);
        }
    }
    let object = w.object;
    dir.found(object)
}

/// Spreads memberships: the first group gets a tenth of them, a few get many, most get few.
fn spread(dir: &mut Directory, rng: &mut Rng, users: &[u32], groups: &[u32], memberships: usize) {
    if groups.is_empty() || users.is_empty() {
        return;
    }
    let mut lists: Vec<Vec<u32>> = vec![Vec::new(); groups.len()];
    for number in 0..memberships {
        let group = if number % 10 == 0 {
            0
        } else {
            // The smaller of two draws: sizes fall off, as in real companies.
            rng.below(groups.len()).min(rng.below(groups.len()))
        };
        let user = users.get(rng.below(users.len())).copied();
        if let (Some(list), Some(user)) = (lists.get_mut(group), user) {
            list.push(user);
        }
    }
    for (group, mut list) in groups.iter().zip(lists) {
        list.sort_unstable();
        list.dedup();
        if let Some(object) = dir.get_mut(*group) {
            object.members = list;
        }
    }
}
