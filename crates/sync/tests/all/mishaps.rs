//! What goes wrong at the source is no reason to remove anybody: contacts, groups and memberships stay as they were, under
//! every preset, and also where the policy removes whoever leaves.

use m365sim::{DEFAULT_ROLES, Fault, GroupSpec, Script};
use model::Preset;
use model::run::ReadMode;
use store::{ScopeChange, Switch};

use crate::equal::{differences, with_groups};
use crate::kit::{Kit, id, person};
use crate::model_book::Expected;

const PRESETS: [Preset; 4] = [Preset::Careful, Preset::Awareness, Preset::Helpdesk, Preset::PhoneSystem];

/// Ways to read everything: by delta, and by lists however small the tenant is.
const WAYS: [u64; 2] = [u64::MAX, 0];

/// Careful on every engine; what the other presets decide is decided above the store, so one engine shows it.
fn kits(preset: Preset) -> Vec<Kit> {
    let mut kits = Kit::each(preset);
    if preset != Preset::Careful {
        kits.truncate(1);
    }
    kits
}

/// Everything with its groups, ids and links.
fn all(kit: &Kit) -> Vec<String> {
    let fact = |e: &store::BookEntry| {
        format!("{} {:?} {:?} {:?} {:?}", e.contact.id.get(), e.contact.values, e.linked, e.source, e.groups)
    };
    kit.book.entries().unwrap().iter().map(fact).collect()
}

/// Nine people, most of them in subscribed groups, one of which hides its members; whoever leaves is removed at once.
fn company(kit: &Kit) -> (Vec<String>, [String; 2]) {
    let people: Vec<String> = (0..9).map(|n| kit.hire("Person", &format!("N{n}"))).collect();
    let open = kit.group("Offen", &people.iter().take(5).map(String::as_str).collect::<Vec<_>>());
    let hidden = kit.tenant.add_group(GroupSpec {
        display_name: Some("Verborgen".into()),
        group_types: Some(vec!["Unified".into()]),
        visibility: Some("HiddenMembership".into()),
        ..GroupSpec::default()
    });
    assert!(people.iter().skip(3).all(|p| kit.tenant.add_member(&hidden, p)));
    kit.scope(&[&open, &hidden].map(|g| ScopeChange::Group(id(g), Switch::On)));
    for key in ["on_deleted", "on_disabled", "on_left_group", "on_unlicensed", "on_out_of_scope"] {
        kit.policy(key, "remove");
    }
    kit.policy("group_members", "mirror");
    kit.sync();
    assert_eq!(kit.book.entries().unwrap().len(), 9);
    (people, [open, hidden])
}

/// Lets something go wrong, reads both ways, and compares; then it goes right again, and nothing has come of it.
fn survives(what: &str, wrong: impl Fn(&Kit, &[String; 2]), right: impl Fn(&Kit)) {
    for (preset, way) in PRESETS.into_iter().flat_map(|preset| WAYS.map(|way| (preset, way))) {
        for mut kit in kits(preset) {
            kit.office.limits.walks_up_to = way;
            let place = format!("{what}, {preset:?} on {}, {way}", kit.db.name);
            let (_, groups) = company(&kit);
            let before = all(&kit);
            wrong(&kit, &groups);
            for read in [ReadMode::Delta, ReadMode::Complete, ReadMode::Complete, ReadMode::Delta] {
                // Refused or not, nothing may come of it.
                drop(kit.try_sync(read));
                assert_eq!(all(&kit), before, "{place}, {read:?}");
            }
            right(&kit);
            kit.sync();
            kit.complete();
            assert_eq!(all(&kit), before, "{place}, all well again");
            assert!(kit.book.bin().unwrap().is_empty());
        }
    }
}

fn granted(kit: &Kit) {
    for role in DEFAULT_ROLES {
        kit.tenant.grant(role);
    }
    kit.tenant.expire_access_tokens();
}

fn lies(path: &'static str) -> impl Fn(&Kit, &[String; 2]) {
    move |kit, _| {
        let fault = Fault::EmptyList;
        let script = Script { path: path.into(), skip: 0, times: 1_000, fault };
        kit.tenant.faults(|f| f.scripts.push(script));
    }
}

fn honest(kit: &Kit) {
    kit.tenant.faults(|f| f.scripts.clear());
}

#[test]
fn w3_a_lost_permission_for_groups_changes_nothing() {
    let lost = |kit: &Kit, _: &[String; 2]| {
        kit.tenant.revoke("GroupMember.Read.All");
        kit.tenant.revoke("Group.Read.All");
        kit.tenant.expire_access_tokens();
    };
    survives("no right to groups", lost, granted);
}

#[test]
fn w3_a_lost_permission_for_people_changes_nothing() {
    let lost = |kit: &Kit, _: &[String; 2]| {
        kit.tenant.revoke("User.Read.All");
        kit.tenant.expire_access_tokens();
    };
    survives("no right to people", lost, granted);
}

#[test]
fn w3_a_lost_permission_for_hidden_members_changes_nothing() {
    let lost = |kit: &Kit, _: &[String; 2]| {
        kit.tenant.revoke("Member.Read.Hidden");
        kit.tenant.expire_access_tokens();
    };
    survives("no right to hidden members", lost, granted);
}

#[test]
fn w3_a_revoked_consent_changes_nothing() {
    let lost = |kit: &Kit, _: &[String; 2]| {
        kit.tenant.revoke_consent();
        kit.tenant.expire_access_tokens();
    };
    survives("consent revoked", lost, granted);
}

#[test]
fn w3_empty_answers_about_people_change_nothing() {
    survives("no people", lies("/v1.0/users"), honest);
}

#[test]
fn w3_empty_answers_about_groups_change_nothing() {
    survives("no groups", lies("/v1.0/groups/delta"), honest);
    survives("no groups in lists", lies("/v1.0/groups?"), honest);
    survives("neither groups nor members", lies("/v1.0/groups"), honest);
}

#[test]
fn w3_empty_answers_about_everything_change_nothing() {
    survives("nothing at all", lies(""), honest);
}

/// A fault for each request whose path holds this, about the open group.
fn of_the_open(path: &'static str, fault: impl Fn(&str) -> Fault) -> impl Fn(&Kit, &[String; 2]) {
    move |kit, [open, _]| {
        let script = Script { path: path.replace("{id}", open), skip: 0, times: 1_000, fault: fault(open) };
        kit.tenant.faults(|f| f.scripts.push(script));
    }
}

#[test]
fn w3_a_group_that_the_answers_lack_changes_nothing() {
    let lacks = |open: &str| Fault::Omits(open.to_owned());
    survives("not in the list", of_the_open("/v1.0/groups?", lacks), honest);
    survives("neither in the list nor in the delta", of_the_open("/v1.0/groups", lacks), honest);
    // What else happens to it says nothing about those whom nobody names.
    let renamed = |kit: &Kit, groups: &[String; 2]| {
        of_the_open("/v1.0/groups?", lacks)(kit, groups);
        kit.tenant.update_group(&groups[0], |g| g.description = Some("neu".into()));
    };
    survives("not in the list, and changed", renamed, honest);
}

#[test]
fn w3_members_that_are_told_in_part_change_nothing() {
    let refused = |_: &str| Fault::Status(403);
    survives("members refused", of_the_open("/groups/{id}/members", refused), honest);
    let missing = |_: &str| Fault::Status(404);
    survives("no such group", of_the_open("/groups/{id}/members", missing), honest);
    let empty = |_: &str| Fault::EmptyList;
    survives("no members", of_the_open("/groups/{id}/members", empty), honest);
    let broken = |kit: &Kit, [open, _]: &[String; 2]| {
        let member = kit.tenant.truth().live_users().next().unwrap().id.clone();
        let fault = Fault::Spoils { id: member, property: "id".into() };
        let path = format!("/groups/{open}/members");
        kit.tenant.faults(|f| f.scripts.push(Script { path, skip: 0, times: 1_000, fault }));
    };
    survives("one of the members", broken, honest);
}

#[test]
fn w3_a_vanished_group_changes_nothing() {
    let vanishes = |kit: &Kit, groups: &[String; 2]| assert!(kit.tenant.delete_group(&groups[0]));
    survives("a group is gone", vanishes, |_| {});
}

#[test]
fn w3_a_position_that_expired_while_much_happened_ends_where_the_tenant_is() {
    for preset in PRESETS {
        for kit in kits(preset) {
            let rules = with_groups(preset);
            let kit = if rules.everybody { kit.everybody() } else { kit };
            let people: Vec<String> = (0..12).map(|n| kit.hire("Person", &format!("N{n}"))).collect();
            let members: Vec<&str> = people.iter().take(6).map(String::as_str).collect();
            let groups = [kit.group("Vertrieb", &members), kit.group("Technik", &[&people[6], &people[7]])];
            kit.scope(&groups.each_ref().map(|g| ScopeChange::Group(id(g), Switch::On)));
            kit.sync();
            let expected = Expected::default().after(rules, &groups, &kit.tenant.truth());
            assert_eq!(differences(&kit.book, &expected), Vec::<String>::new());
            let ids: Vec<_> =
                kit.book.entries().unwrap().iter().map(|e| (e.source.clone(), e.contact.id)).collect();

            kit.tenant.update_user(&people[0], |u| u.surname = Some("Weber".into()));
            kit.tenant.update_user(&people[1], |u| u.mail = Some("neu@muster.example".into()));
            kit.tenant.delete_user(&people[2]);
            kit.tenant.remove_member(&groups[0], &people[3]);
            kit.tenant.add_member(&groups[1], &people[4]);
            let joined = kit.hire("Neu", "Da");
            kit.tenant.add_member(&groups[0], &joined);
            kit.tenant.update_group(&groups[1], |g| g.display_name = Some("IT".into()));
            kit.tenant.expire_delta_tokens();
            assert_eq!(kit.sync().run.mode, ReadMode::Complete);
            let expected = expected.after(rules, &groups, &kit.tenant.truth());
            let wrong = differences(&kit.book, &expected);
            assert!(wrong.is_empty(), "{preset:?} on {}: {wrong:#?}", kit.db.name);
            for entry in kit.book.entries().unwrap() {
                let known = ids.iter().find(|(source, _)| *source == entry.source);
                assert!(
                    known.is_none_or(|(_, id)| *id == entry.contact.id),
                    "the same person, the same contact"
                );
            }
        }
    }
}

#[test]
fn s3_the_same_person_hired_again_keeps_one_contact_under_every_preset() {
    for preset in PRESETS {
        for order in ["gone first", "both at once", "the new one first"] {
            for kit in kits(preset) {
                let rules = with_groups(preset);
                let kit = if rules.everybody { kit.everybody() } else { kit };
                let others: Vec<String> = (0..5).map(|n| kit.hire("Person", &format!("N{n}"))).collect();
                let old = kit.hire("Anna", "Test");
                let group = kit.group("Team", &[&others[0], &others[1], &old]);
                kit.scope(&[ScopeChange::Group(id(&group), Switch::On)]);
                kit.sync();
                let contact = kit.entry("anna.test@muster.example").unwrap().contact.id;
                let hire = || {
                    let new = kit.tenant.add_user(person("Anna", "Test"));
                    assert!(kit.tenant.add_member(&group, &new));
                    new
                };
                let new = match order {
                    "gone first" => {
                        kit.tenant.delete_user(&old);
                        kit.sync();
                        hire()
                    }
                    "both at once" => {
                        kit.tenant.delete_user(&old);
                        hire()
                    }
                    _ => {
                        let new = hire();
                        kit.sync();
                        kit.tenant.delete_user(&old);
                        new
                    }
                };
                kit.sync();
                kit.sync();
                let found: Vec<_> = kit
                    .book
                    .entries()
                    .unwrap()
                    .into_iter()
                    .filter(|e| e.contact.values.get(model::Field::Email) == Some("anna.test@muster.example"))
                    .collect();
                let place = format!("{order}, {preset:?} on {}", kit.db.name);
                assert_eq!(found.len(), 1, "{place}: {found:#?}");
                assert_eq!((found[0].contact.id, &found[0].source), (contact, &Some(id(&new))), "{place}");
                assert!(found[0].contact.left_at.is_none(), "{place}");
                assert_eq!(found[0].groups.len(), 1, "{place}");
                assert_eq!(kit.sync().run.outcome, model::run::Outcome::Quiet, "{place}");
            }
        }
    }
}
