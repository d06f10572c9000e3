//! Ground truth: what is in a tenant, as plain data to compare a client's result with.
//! Rule: sorted by id, so that equal worlds give equal truths.

use serde::Serialize;

use crate::company::spec::{GroupSpec, OrgContactSpec, UserSpec, from_map};
use crate::dir::{Directory, Kind, State};
use crate::rng::guid_text;

/// Whether an object is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Presence {
    /// In the directory.
    Live,
    /// Softly deleted, can be restored.
    SoftDeleted,
    /// Gone for good.
    Purged,
}

/// A user.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TrueUser {
    /// The object id.
    pub id: String,
    /// Whether it is there.
    pub presence: Presence,
    /// The manager's id.
    pub manager: Option<String>,
    /// All properties.
    #[serde(flatten)]
    pub spec: UserSpec,
}

/// A direct member of a group.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TrueMember {
    /// The member's id.
    pub id: String,
    /// `#microsoft.graph.user`, `#microsoft.graph.group`, ...
    #[serde(rename = "@odata.type")]
    pub odata_type: String,
}

/// A group.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TrueGroup {
    /// The object id.
    pub id: String,
    /// Whether it is there.
    pub presence: Presence,
    /// Direct members that are there, of all kinds, sorted.
    pub members: Vec<TrueMember>,
    /// All properties.
    #[serde(flatten)]
    pub spec: GroupSpec,
}

/// An organisational contact.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TrueContact {
    /// The object id.
    pub id: String,
    /// Whether it is there.
    pub presence: Presence,
    /// All properties.
    #[serde(flatten)]
    pub spec: OrgContactSpec,
}

/// A tenant as it truly is.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Truth {
    /// The tenant's id.
    pub tenant_id: String,
    /// Users, deleted ones too, sorted by id.
    pub users: Vec<TrueUser>,
    /// Groups, deleted ones too, sorted by id.
    pub groups: Vec<TrueGroup>,
    /// Organisational contacts, sorted by id.
    pub contacts: Vec<TrueContact>,
}

impl Truth {
    /// The users that are there.
    pub fn live_users(&self) -> impl Iterator<Item = &TrueUser> {
        self.users.iter().filter(|u| u.presence == Presence::Live)
    }

    /// The groups that are there.
    pub fn live_groups(&self) -> impl Iterator<Item = &TrueGroup> {
        self.groups.iter().filter(|g| g.presence == Presence::Live)
    }
}

fn presence(state: State) -> Presence {
    match state {
        State::Live => Presence::Live,
        State::Soft(_) => Presence::SoftDeleted,
        State::Gone => Presence::Purged,
    }
}

/// Reads the truth off a directory.
pub(crate) fn truth(tenant: u128, dir: &Directory) -> Truth {
    let mut truth =
        Truth { tenant_id: guid_text(tenant), users: Vec::new(), groups: Vec::new(), contacts: Vec::new() };
    for (at, object) in dir.objects().iter().enumerate() {
        let (id, presence, at) = (guid_text(object.id), presence(object.state), at as u32);
        match object.kind {
            Kind::User => truth.users.push(TrueUser {
                id,
                presence,
                manager: dir.get(object.manager).filter(|m| m.live()).map(|m| guid_text(m.id)),
                spec: from_map(dir.values(at)),
            }),
            Kind::Group => {
                let members = object.members.iter().filter_map(|m| dir.get(*m)).filter(|m| m.live());
                let mut members: Vec<TrueMember> = members
                    .map(|m| TrueMember { id: guid_text(m.id), odata_type: m.kind.odata().to_owned() })
                    .collect();
                members.sort();
                truth.groups.push(TrueGroup { id, presence, members, spec: from_map(dir.values(at)) });
            }
            Kind::OrgContact => {
                truth.contacts.push(TrueContact { id, presence, spec: from_map(dir.values(at)) });
            }
            Kind::Device | Kind::ServicePrincipal => {}
        }
    }
    truth.users.sort_by(|a, b| a.id.cmp(&b.id));
    truth.groups.sort_by(|a, b| a.id.cmp(&b.id));
    truth.contacts.sort_by(|a, b| a.id.cmp(&b.id));
    truth
}
