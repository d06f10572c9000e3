//! Delta against ground truth: a careful client ends with the truth whatever the simulator does.

use std::collections::{BTreeMap, BTreeSet};

use m365sim::TenantSpec;
use serde_json::Value;

use crate::client::{Stage, Told};

const USERS: &str = "/v1.0/users/delta?$select=id,displayName,mail,accountEnabled,department";
const GROUPS: &str = "/v1.0/groups/delta?$select=id,displayName,members";

/// A careful client's copy.
#[derive(Default)]
struct Copy {
    users: BTreeMap<String, Value>,
    groups: BTreeMap<String, (Value, BTreeSet<String>)>,
}

impl Copy {
    fn users(&mut self, told: &Told) {
        for item in told.items() {
            let id = item["id"].as_str().unwrap().to_owned();
            if item.get("@removed").is_some() {
                self.users.remove(&id);
            } else {
                self.users.insert(id, item.clone());
            }
        }
    }

    fn groups(&mut self, told: &Told) {
        for item in told.items() {
            let id = item["id"].as_str().unwrap().to_owned();
            if item.get("@removed").is_some() {
                self.groups.remove(&id);
                continue;
            }
            let entry = self.groups.entry(id).or_default();
            entry.0 = item["displayName"].clone();
            for member in item["members@delta"].as_array().unwrap_or(&vec![]) {
                let member_id = member["id"].as_str().unwrap().to_owned();
                if member.get("@removed").is_some() {
                    entry.1.remove(&member_id);
                } else {
                    entry.1.insert(member_id);
                }
            }
        }
    }

    fn assert_true(&self, stage: &Stage) {
        let truth = stage.tenant.truth();
        let mut users = 0;
        for user in truth.live_users() {
            users += 1;
            let mine = self.users.get(&user.id).unwrap_or_else(|| panic!("{} missing", user.id));
            assert_eq!(mine["displayName"].as_str(), user.spec.display_name.as_deref());
            assert_eq!(mine["mail"].as_str(), user.spec.mail.as_deref());
            assert_eq!(mine["department"].as_str(), user.spec.department.as_deref());
            assert_eq!(mine["accountEnabled"].as_bool(), user.spec.account_enabled);
        }
        assert_eq!(users, self.users.len());
        let mut groups = 0;
        for group in truth.live_groups() {
            groups += 1;
            let (name, members) = self.groups.get(&group.id).unwrap();
            assert_eq!(name.as_str(), group.spec.display_name.as_deref());
            // Service principals are never told.
            let listed = group.members.iter().filter(|m| !m.odata_type.ends_with("servicePrincipal"));
            assert_eq!(*members, listed.map(|m| m.id.clone()).collect::<BTreeSet<_>>(), "{name}");
        }
        assert_eq!(groups, self.groups.len());
    }
}

#[test]
fn s10_rounds_of_delta_lead_to_the_truth_with_everything_nasty_on() {
    for seed in 0..6 {
        let stage = Stage::new(seed, &TenantSpec::of("muster.example", 500));
        stage.tenant.pages(|p| {
            p.users_delta = 37;
            p.memberships = 20;
        });
        let token = stage.token();
        let mut copy = Copy::default();
        let (mut users, mut groups) = (USERS.to_owned(), GROUPS.to_owned());
        for _ in 0..8 {
            let told = stage.chain(&token, &users, &[]);
            copy.users(&told);
            users = told.link.clone();
            let told = stage.chain(&token, &groups, &[]);
            copy.groups(&told);
            groups = told.link.clone();
            copy.assert_true(&stage);
            stage.tenant.churn(60);
        }
    }
}

#[test]
fn s10_changes_during_a_round_come_in_the_next_one() {
    let stage = Stage::new(9, &TenantSpec::of("muster.example", 300));
    stage.tenant.pages(|p| p.users_delta = 20);
    let token = stage.token();
    let mut copy = Copy::default();
    for (start, groups) in [(USERS, false), (GROUPS, true)] {
        let mut url = start.to_owned();
        let mut rounds = 0;
        while rounds < 3 {
            let got = stage.get(&token, &url, &[]);
            assert_eq!(got.status, 200);
            let page = got.json();
            let next = page["@odata.nextLink"].as_str().map(str::to_owned);
            let link = page["@odata.deltaLink"].as_str().unwrap_or_default().to_owned();
            let told = Told { pages: vec![page], link };
            if groups {
                copy.groups(&told);
            } else {
                copy.users(&told);
            }
            if next.is_none() {
                rounds += 1;
            }
            if rounds < 2 {
                stage.tenant.churn(5);
            }
            url = next.unwrap_or(told.link);
        }
        if !groups {
            stage.tenant.churn(0);
        }
    }
    // The users' link is old by now; one more round from the start is a full one.
    let mut fresh = Copy::default();
    fresh.users(&stage.chain(&token, USERS, &[]));
    fresh.groups = copy.groups;
    fresh.assert_true(&stage);
}

#[test]
fn s10_the_nasty_things_do_happen() {
    let stage = Stage::new(11, &TenantSpec::of("muster.example", 2000));
    let token = stage.token();
    let users = stage.chain(&token, USERS, &[]);
    assert!(users.pages.iter().any(|p| p["value"].as_array().unwrap().is_empty()), "empty pages");
    let ids: Vec<&str> = users.items().map(|i| i["id"].as_str().unwrap()).collect();
    assert!(ids.iter().collect::<BTreeSet<_>>().len() < ids.len(), "duplicates");
    assert!(users.items().any(|i| i.get("@removed").is_some()), "removed in the first round");
    assert!(users.items().any(|i| i.get("mail").is_none() && i.get("@removed").is_none()), "absent");
    let groups = stage.chain(&token, GROUPS, &[]);
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    for item in groups.items() {
        *seen.entry(item["id"].as_str().unwrap()).or_default() += 1;
    }
    assert!(seen.values().any(|n| *n > 1), "split groups");
    assert!(groups.items().any(|i| i.get("members@delta").is_none()), "groups without members");
}

#[test]
fn s10_latest_expiry_minimal_and_select() {
    let stage = Stage::empty(12);
    let anna = stage.tenant.add_user(m365sim::UserSpec {
        display_name: Some("Anna".into()),
        mobile_phone: Some("0170 1".into()),
        ..Default::default()
    });
    let token = stage.token();
    let latest =
        stage.get(&token, "/v1.0/users/delta?$deltatoken=latest&$select=displayName,mobilePhone", &[]).json();
    assert_eq!(latest["value"], serde_json::json!([]));
    let link = latest["@odata.deltaLink"].as_str().unwrap().to_owned();
    // An unselected property does not make the user appear.
    stage.tenant.update_user(&anna, |u| u.city = Some("Köln".into()));
    let quiet = stage.chain(&token, &link, &[]);
    assert_eq!(quiet.items().count(), 0);
    stage.tenant.update_user(&anna, |u| u.mobile_phone = None);
    let told = stage.chain(&token, &quiet.link, &[("prefer", "return=minimal")]);
    let item = told.items().find(|i| i["id"] == anna.as_str()).unwrap();
    assert_eq!(item, &serde_json::json!({"id": anna, "mobilePhone": null}));
    let full = stage.chain(&token, &quiet.link, &[]);
    let item = full.items().find(|i| i["id"] == anna.as_str()).unwrap();
    assert_eq!(item, &serde_json::json!({"id": anna, "mobilePhone": null, "displayName": "Anna"}));
    // Deleted softly, then restored, then for good.
    stage.tenant.delete_user(&anna);
    let told = stage.chain(&token, &full.link, &[]);
    assert!(told.items().any(|i| i["id"] == anna.as_str() && i["@removed"]["reason"] == "changed"));
    stage.tenant.restore_user(&anna);
    let told = stage.chain(&token, &told.link, &[]);
    assert!(told.items().any(|i| i["id"] == anna.as_str() && i["displayName"] == "Anna"));
    stage.tenant.purge_user(&anna);
    let told = stage.chain(&token, &told.link, &[]);
    assert!(told.items().any(|i| i["id"] == anna.as_str() && i["@removed"]["reason"] == "deleted"));
    // Eight days later the link is dead.
    stage.world.advance(8 * 86_400);
    let token = stage.token();
    let got = stage.get(&token, &told.link, &[]);
    assert_eq!(got.status, 410);
    assert!(["resyncRequired", "syncStateNotFound"].contains(&got.code().as_str()));
    let again = stage.chain(&token, &got.headers["location"], &[]);
    assert!(!again.link.is_empty());
    stage.tenant.expire_delta_tokens();
    assert_eq!(stage.get(&token, &again.link, &[]).status, 410);
}
