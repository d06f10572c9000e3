//! Groups and members as Graph writes them (Microsoft: "group resource type", "group: delta", "list group members").

use std::borrow::Cow;

use model::SourceId;
use model::source::{GroupChange, GroupKind, Member, MemberKind, SourceGroup};
use model::text::clean;
use serde::Deserialize;

use crate::wire::field::{Field, Spoilt, object};
use crate::wire::page::Item;
use crate::wire::user::WireRemoved;

/// What lists of groups select.
pub(crate) const SELECT: &str = "id,displayName,description,mail,mailEnabled,securityEnabled,groupTypes,visibility,resourceProvisioningOptions";
/// What delta selects: the same and members.
pub(crate) const DELTA_SELECT: &str = "id,displayName,description,mail,mailEnabled,securityEnabled,groupTypes,\
visibility,resourceProvisioningOptions,members";

type Text<'a> = Field<Cow<'a, str>>;

/// A group, a part of a large one, or the notice that one was removed.
#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct WireGroup<'a> {
    #[serde(borrow)]
    id: Text<'a>,
    #[serde(borrow, rename = "@removed")]
    removed: Field<WireRemoved<'a>>,
    #[serde(borrow)]
    display_name: Text<'a>,
    #[serde(borrow)]
    description: Text<'a>,
    #[serde(borrow)]
    mail: Text<'a>,
    mail_enabled: Field<bool>,
    security_enabled: Field<bool>,
    #[serde(borrow)]
    group_types: Field<Vec<Cow<'a, str>>>,
    #[serde(borrow)]
    visibility: Text<'a>,
    #[serde(borrow)]
    resource_provisioning_options: Field<Vec<Cow<'a, str>>>,
    #[serde(borrow, rename = "members@delta")]
    members: Field<Vec<WireMember<'a>>>,
}

/// A member, or the notice that one left.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(crate) struct WireMember<'a> {
    #[serde(borrow)]
    id: Text<'a>,
    #[serde(borrow, rename = "@odata.type")]
    kind: Text<'a>,
    #[serde(borrow, rename = "@removed")]
    removed: Field<WireRemoved<'a>>,
}

object!(WireGroup);
object!(WireMember);

impl WireMember<'_> {
    fn id(&self) -> Option<SourceId> {
        match &self.id {
            Field::Value(id) => id.parse().ok(),
            Field::Absent | Field::Bad => None,
        }
    }

    fn member(&self) -> Option<Member> {
        let kind = match &self.kind {
            Field::Value(kind) if kind.eq_ignore_ascii_case("#microsoft.graph.user") => MemberKind::User,
            Field::Value(kind) if kind.eq_ignore_ascii_case("#microsoft.graph.group") => MemberKind::Group,
            Field::Value(_) | Field::Absent | Field::Bad => MemberKind::Other,
        };
        self.id().map(|id| Member { id, kind })
    }
}

impl Item for Member {
    type Wire<'a> = WireMember<'a>;
    type Context = ();

    fn of_wire(wire: WireMember<'_>, (): &()) -> Result<Self, Option<SourceId>> {
        wire.member().ok_or(None)
    }
}

/// An object of which only the id matters.
impl Item for SourceId {
    type Wire<'a> = WireMember<'a>;
    type Context = ();

    fn of_wire(wire: WireMember<'_>, (): &()) -> Result<Self, Option<SourceId>> {
        wire.id().ok_or(None)
    }
}

impl Item for GroupChange {
    type Wire<'a> = WireGroup<'a>;
    type Context = ();

    fn of_wire(mut wire: WireGroup<'_>, (): &()) -> Result<Self, Option<SourceId>> {
        let id: SourceId = std::mem::take(&mut wire.id).ok().and_then(|id| id.parse().ok()).ok_or(None)?;
        match std::mem::take(&mut wire.removed) {
            Field::Absent => {}
            Field::Value(removed) => return Ok(Self::Removed { id, reason: removed.reason() }),
            Field::Bad => return Err(Some(id)),
        }
        change(id.clone(), wire).map_err(|Spoilt| Some(id))
    }
}

/// A member whose id cannot be read spoils the group: a list that is not complete must not pass for one that is.
fn change(id: SourceId, wire: WireGroup<'_>) -> Result<GroupChange, Spoilt> {
    let (mut added, mut removed) = (Vec::new(), Vec::new());
    for member in wire.members.get()?.unwrap_or_default() {
        match member.removed {
            Field::Absent => added.push(member.member().ok_or(Spoilt)?),
            Field::Value(_) => removed.push(member.id().ok_or(Spoilt)?),
            Field::Bad => return Err(Spoilt),
        }
    }
    let types = wire.group_types.get()?.unwrap_or_default();
    let is = |name: &str| types.iter().any(|kind| kind.eq_ignore_ascii_case(name));
    let options = wire.resource_provisioning_options.get()?.unwrap_or_default();
    let team = options.iter().any(|option| option.eq_ignore_ascii_case("Team"));
    let mail_enabled = wire.mail_enabled.get()?.unwrap_or_default();
    let security_enabled = wire.security_enabled.get()?.unwrap_or_default();
    let visibility = wire.visibility.get()?;
    let group = SourceGroup {
        id,
        name: wire.display_name.get()?.as_deref().and_then(clean).unwrap_or_default(),
        description: wire.description.get()?.as_deref().and_then(clean),
        mail: wire.mail.get()?.as_deref().map(str::trim).filter(|mail| !mail.is_empty()).map(Into::into),
        kind: match (is("Unified"), mail_enabled, security_enabled) {
            (true, _, _) if team => GroupKind::Team,
            (true, _, _) => GroupKind::Microsoft365,
            (false, true, true) => GroupKind::MailSecurity,
            (false, true, false) => GroupKind::Distribution,
            (false, false, _) => GroupKind::Security,
        },
        hidden_membership: visibility.is_some_and(|text| text.eq_ignore_ascii_case("HiddenMembership")),
        dynamic: is("DynamicMembership"),
    };
    Ok(GroupChange::Upsert { group: Box::new(group), added, removed })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::page::Sheet;
    use model::source::RemovedReason;

    const ID: &str = "2e5807ce-58f3-4a94-9b37-ffff2e085957";
    const USER: &str = "37de1ae3-408f-4702-8636-20824abda004";

    fn sheet(items: &str) -> Sheet<GroupChange> {
        Sheet::read(format!(r#"{{"value":[{items}]}}"#).as_bytes(), &()).unwrap()
    }

    fn kind(properties: &str) -> (GroupKind, bool, bool) {
        let page = sheet(&format!(r#"{{"id":"{ID}","displayName":"G",{properties}}}"#));
        match page.items.into_iter().next() {
            Some(GroupChange::Upsert { group, .. }) => (group.kind, group.hidden_membership, group.dynamic),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn kinds_of_groups_are_told_apart() {
        let of = |types, mail, security| {
            kind(&format!(r#""groupTypes":{types},"mailEnabled":{mail},"securityEnabled":{security}"#)).0
        };
        assert_eq!(of(r#"["Unified"]"#, true, true), GroupKind::Microsoft365);
        assert_eq!(of("[]", false, true), GroupKind::Security);
        assert_eq!(of("[]", true, true), GroupKind::MailSecurity);
        assert_eq!(of("[]", true, false), GroupKind::Distribution);
        let team = r#""groupTypes":["Unified"],"mailEnabled":true,"resourceProvisioningOptions":["Team"]"#;
        assert_eq!(kind(team).0, GroupKind::Team);
        let hidden = r#""visibility":"Hiddenmembership","groupTypes":["DynamicMembership"]"#;
        assert_eq!(kind(hidden), (GroupKind::Security, true, true));
    }

    #[test]
    fn members_come_and_go_in_parts() {
        let part =
            |members: &str| format!(r#"{{"id":"{ID}","displayName":"Large","members@delta":[{members}]}}"#);
        let joined = format!(r##"{{"@odata.type":"#microsoft.graph.user","id":"{USER}"}}"##);
        let nested = format!(r##"{{"@odata.type":"#microsoft.graph.group","id":"{USER}"}}"##);
        let device = format!(r##"{{"@odata.type":"#microsoft.graph.device","id":"{USER}"}}"##);
        let left = format!(
            r##"{{"@odata.type":"#microsoft.graph.user","id":"{USER}","@removed":{{"reason":"deleted"}}}}"##
        );
        let page = sheet(&[part(&joined), part(&[nested, device, left].join(","))].join(","));
        let parts: Vec<_> = page
            .items
            .into_iter()
            .map(|item| match item {
                GroupChange::Upsert { added, removed, .. } => {
                    (added.iter().map(|member| member.kind).collect::<Vec<_>>(), removed.len())
                }
                GroupChange::Removed { .. } => panic!("removed"),
            })
            .collect();
        assert_eq!(parts[0], (vec![MemberKind::User], 0));
        assert_eq!(parts[1], (vec![MemberKind::Group, MemberKind::Other], 1));
    }

    #[test]
    fn w3_a_group_with_an_unreadable_member_is_not_taken_for_complete() {
        let page = sheet(&format!(r#"{{"id":"{ID}","members@delta":[{{"id":"short"}}]}}"#));
        assert_eq!((page.items.len(), page.unreadable.len()), (0, 1));
    }

    #[test]
    fn removed_groups_say_why() {
        let page = sheet(&format!(r#"{{"id":"{ID}","@removed":{{"reason":"changed"}}}}"#));
        assert!(matches!(page.items[..], [GroupChange::Removed { reason: RemovedReason::Restorable, .. }]));
    }
}
