//! Members of groups: nesting, cycles, casts, hidden membership, types that may not be read.

use std::collections::BTreeSet;

use m365sim::{GroupSpec, UserSpec};
use serde_json::json;

use crate::client::Stage;

#[test]
fn s10_direct_and_transitive_members_with_cycles_and_casts() {
    let stage = Stage::empty(1);
    let t = &stage.tenant;
    let (a, b) = (t.add_group(GroupSpec::default()), t.add_group(GroupSpec::default()));
    let (anna, bert) = (t.add_user(UserSpec::default()), t.add_user(UserSpec::default()));
    let device = t.add_device("NB-1");
    for (group, member) in [(&a, &b), (&b, &a), (&a, &anna), (&b, &bert), (&b, &device)] {
        assert!(t.add_member(group, member));
    }
    let token = stage.token();
    let ids = |target: &str, headers: &[(&str, &str)]| -> BTreeSet<String> {
        let told = stage.chain(&token, target, headers);
        told.items().map(|i| i["id"].as_str().unwrap().to_owned()).collect()
    };
    let set = |ids: &[&String]| ids.iter().map(|i| (*i).clone()).collect::<BTreeSet<_>>();
    assert_eq!(ids(&format!("/v1.0/groups/{a}/members"), &[]), set(&[&b, &anna]));
    let all = set(&[&a, &b, &anna, &bert, &device]);
    assert_eq!(ids(&format!("/v1.0/groups/{a}/transitiveMembers"), &[]), all);
    let cast = format!("/v1.0/groups/{a}/transitiveMembers/microsoft.graph.user?$select=id&$count=true");
    let eventual = [("consistencylevel", "eventual")];
    assert_eq!(ids(&cast, &eventual), set(&[&anna, &bert]));
    let got = stage.get(&token, &cast, &[]);
    assert_eq!((got.status, got.code().as_str()), (400, "Request_UnsupportedQuery"));
    assert_eq!(stage.get(&token, &cast, &eventual).json()["@odata.count"], 2);
    // Without the permission for devices only type and id come.
    let told = stage.chain(&token, &format!("/v1.0/groups/{b}/members?$select=id,displayName"), &[]);
    let item = told.items().find(|i| i["id"] == device.as_str()).unwrap();
    assert_eq!(item, &json!({"@odata.type": "#microsoft.graph.device", "id": device}));
    assert_eq!(
        stage.get(&token, "/v1.0/groups/11111111-2222-4333-8444-555555555555/members", &[]).status,
        404
    );
}

#[test]
fn s10_hidden_membership_shows_nothing_without_its_permission() {
    let stage = Stage::empty(2);
    let t = &stage.tenant;
    let hidden = t.add_group(GroupSpec {
        visibility: Some("HiddenMembership".into()),
        group_types: Some(vec!["Unified".into()]),
        ..Default::default()
    });
    let anna = t.add_user(UserSpec::default());
    t.add_member(&hidden, &anna);
    let told = |token: &str| {
        let listed = stage.chain(token, &format!("/v1.0/groups/{hidden}/members"), &[]).items().count();
        let delta = stage.chain(token, "/v1.0/groups/delta", &[]);
        (listed, delta.items().any(|i| i.get("members@delta").is_some()))
    };
    assert_eq!(told(&stage.token()), (1, true));
    t.revoke("Member.Read.Hidden");
    assert_eq!(told(&stage.token()), (0, false));
}

#[test]
fn s10_a_deleted_and_restored_user_leaves_and_re_enters_its_groups() {
    let stage = Stage::empty(3);
    let t = &stage.tenant;
    let group = t.add_group(GroupSpec::default());
    let anna = t.add_user(UserSpec::default());
    t.add_member(&group, &anna);
    let token = stage.token();
    let first = stage.chain(&token, "/v1.0/groups/delta?$select=members", &[]);
    let member = |told: &crate::client::Told| {
        let item = told.items().rfind_item(&group);
        item["members@delta"][0].clone()
    };
    t.delete_user(&anna);
    let second = stage.chain(&token, &first.link, &[]);
    let gone = json!({"@odata.type": "#microsoft.graph.user", "id": anna, "@removed": {"reason": "deleted"}});
    assert_eq!(member(&second), gone);
    t.restore_user(&anna);
    let third = stage.chain(&token, &second.link, &[]);
    assert_eq!(member(&third), json!({"@odata.type": "#microsoft.graph.user", "id": anna}));
}

/// The last item with an id.
trait Last<'a> {
    fn rfind_item(self, id: &str) -> &'a serde_json::Value;
}

impl<'a, I: Iterator<Item = &'a serde_json::Value>> Last<'a> for I {
    fn rfind_item(self, id: &str) -> &'a serde_json::Value {
        self.filter(|i| i["id"] == id).last().unwrap()
    }
}
