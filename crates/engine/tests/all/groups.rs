//! The group table as far as the memberships of people go, and subscriptions that end.

use engine::Standing;
use model::group::MadeBy::{Hand, Run};
use model::reason::{InReason, OutReason};
use model::scope::Subscription::{Active, Ended};

use crate::show::check;
use crate::world::{ANNA, World, group_id, source_group};

/// Scope is the subscribed source group 100, our group 1; Anna has a contact.
fn group(members: &str) -> World {
    let world = World::careful().nobody().set("group_members", members);
    world.subscribed(100, 1, Active).created(ANNA, 11)
}

#[test]
fn s8_member_of_a_subscribed_group_is_created_and_joins() {
    let world = World::careful().nobody().subscribed(100, 1, Active).user(ANNA).member(100, ANNA);
    check(&world, ANNA, "create (group); join g1");
}

#[test]
fn s3_linked_person_who_joined_the_source_group_joins_the_contact_group() {
    for members in ["mirror", "add_only"] {
        check(&group(members).member(100, ANNA), ANNA, "join g1");
        check(&group(members).member(100, ANNA).in_group(11, 1, Run), ANNA, "");
    }
}

#[test]
fn s9_leaver_of_the_source_group_stays_in_the_contact_group() {
    check(&group("add_only").in_group(11, 1, Run), ANNA, "");
}

#[test]
fn row_leaver_leaves_the_mirrored_contact_group() {
    check(&group("mirror").in_group(11, 1, Run), ANNA, "leave g1");
}

#[test]
fn row_leaver_stays_in_the_book_while_another_rule_holds_her() {
    let mut world = group("mirror").set("on_left_group", "remove").in_group(11, 1, Run);
    check(&world, ANNA, "remove c11 (left_group)");
    world.scope.everybody = true;
    check(&world, ANNA, "leave g1");
}

#[test]
fn row_membership_made_by_hand_is_never_touched() {
    for members in ["mirror", "add_only"] {
        check(&group(members).in_group(11, 1, Hand), ANNA, "");
        check(&group(members).in_group(11, 1, Hand).member(100, ANNA), ANNA, "");
    }
}

#[test]
fn row_membership_of_a_group_that_stands_for_nothing_is_not_touched() {
    check(&group("mirror").member(100, ANNA).in_group(11, 1, Run).in_group(11, 7, Run), ANNA, "");
}

#[test]
fn s9_ended_subscription_keeps_people_and_memberships() {
    for members in ["mirror", "add_only"] {
        let world = World::careful().nobody().set("group_members", members).set("on_left_group", "remove");
        let world = world.set("on_out_of_scope", "remove").subscribed(100, 1, Ended).created(ANNA, 11);
        let world = world.in_group(11, 1, Run);
        let member = world.clone().member(100, ANNA);
        assert_eq!(member.standing(ANNA), Standing::Out(OutReason::SubscriptionEnded));
        check(&member, ANNA, "");
    }
}

#[test]
fn s9_ended_subscription_adds_nobody() {
    let world = World::careful().nobody().subscribed(100, 1, Ended).user(ANNA).member(100, ANNA);
    check(&world, ANNA, "");
    let mut world = world.created(ANNA, 11);
    world.scope.everybody = true;
    check(&world, ANNA, "");
}

#[test]
fn s9_deleted_person_of_a_group_is_governed_by_on_deleted() {
    for members in ["mirror", "add_only"] {
        let world = group(members).member(100, ANNA).in_group(11, 1, Run).deleted(ANNA);
        check(&world, ANNA, "remove c11 (deleted)");
    }
}

#[test]
fn w3_hidden_person_keeps_memberships() {
    let hidden = model::source::Presence::Hidden { at: crate::world::TODAY };
    check(&group("mirror").in_group(11, 1, Run).presence(ANNA, hidden), ANNA, "finding hidden c11");
}

#[test]
fn w2_emptied_group_keeps_its_memberships_while_the_guard_watches() {
    let mut world = group("mirror").in_group(11, 1, Run);
    world.emptied.insert(group_id(1));
    check(&world, ANNA, "");
    check(&world.set("guard.group_emptied", "off"), ANNA, "leave g1");
}

#[test]
fn w2_removal_of_people_of_an_emptied_group_is_held() {
    let mut world = group("mirror").set("on_left_group", "remove").in_group(11, 1, Run);
    world.emptied.insert(group_id(1));
    check(&world, ANNA, "remove c11 (left_group) held group_emptied");
    check(&world.clone().set("guard.group_emptied", "off"), ANNA, "remove c11 (left_group)");
    let other = world.subscribed(101, 2, Active).in_group(11, 2, Run);
    check(&other, ANNA, "remove c11 (left_group)");
}

#[test]
fn w3_vanished_group_removes_neither_memberships_nor_people() {
    for guard in ["on", "off"] {
        let mut world = group("mirror").set("guard.group_emptied", guard).in_group(11, 1, Run);
        world.vanished.insert(group_id(1));
        check(&world, ANNA, "");
        let removing = world.set("on_left_group", "remove");
        check(&removing, ANNA, "remove c11 (left_group) held group_emptied");
    }
}

#[test]
fn a6_contact_that_takes_over_joins_the_groups() {
    let world = group("mirror").set("on_local_email_change", "create_new").member(100, ANNA);
    let world = world.in_group(11, 1, Run).write(11, model::Field::Email, "private@x.example");
    check(&world, ANNA, "take_over c11 (email_changed_here); join g1");
}

#[test]
fn s3_person_hired_again_leaves_the_groups_of_the_gone_account() {
    let world = group("mirror").deleted(ANNA).in_group(11, 1, Run).subscribed(101, 2, Active);
    let world = world.user_with(crate::world::BEN, |u| {
        (u.first_name, u.mail) = (Some("Anna".into()), Some("anna@x.example".into()));
    });
    let world = world.member(101, crate::world::BEN);
    let relink = "relink c11 from 1 (hired_again); join g2; leave g1; finding hired_again c11 with 1";
    check(&world, crate::world::BEN, relink);
}

#[test]
fn row_members_of_nested_groups_count_where_the_policy_says_so() {
    let world = World::careful().nobody().subscribed(100, 1, Active).nest(100, 101).nest(101, 102);
    let world = world.user(ANNA).member(102, ANNA);
    check(&world, ANNA, "create (group); join g1");
    let path = vec![source_group(100), source_group(101), source_group(102)];
    assert_eq!(world.standing(ANNA), Standing::In(InReason::Group(path)));
    check(&world.set("nested_groups", "off"), ANNA, "");
}

#[test]
fn row_nested_groups_may_run_in_circles() {
    let world = World::careful().nobody().subscribed(100, 1, Active).subscribed(101, 2, Active);
    let world = world.nest(100, 101).nest(101, 100).nest(101, 101).user(ANNA).member(101, ANNA);
    check(&world, ANNA, "create (group); join g1; join g2");
    assert_eq!(world.standing(ANNA), Standing::In(InReason::Group(vec![source_group(101)])));
}

#[test]
fn row_member_by_two_ways_leaves_when_the_last_way_ends() {
    let world = group("mirror").nest(100, 101).member(100, ANNA).member(101, ANNA).in_group(11, 1, Run);
    check(&world, ANNA, "");
    let mut one = world;
    one.groups.values_mut().for_each(|g| _ = g.remove(&source_group(100)));
    check(&one, ANNA, "");
    one.groups.clear();
    check(&one, ANNA, "leave g1");
}

#[test]
fn s9_person_of_an_ended_and_an_active_group_is_in_by_the_active_one() {
    let world = World::careful().nobody().subscribed(100, 1, Ended).subscribed(101, 2, Active);
    let world = world.user(ANNA).member(100, ANNA).member(101, ANNA);
    check(&world, ANNA, "create (group); join g2");
}

#[test]
fn row_subscribed_group_without_a_contact_group_still_brings_people() {
    let mut world = World::careful().nobody().subscribed(100, 1, Active).user(ANNA).member(100, ANNA);
    world.ties.clear();
    check(&world, ANNA, "create (group)");
}

#[test]
fn row_excluded_member_does_not_join() {
    let world = World::careful().nobody().subscribed(100, 1, Active).user(ANNA).member(100, ANNA);
    check(&world.exclude(ANNA), ANNA, "");
}

#[test]
fn s6_adopted_member_joins_in_the_same_plan() {
    let world = World::careful().nobody().set("link", "on").subscribed(100, 1, Active);
    let world = world.user(ANNA).member(100, ANNA).contact(11, "anna@x.example");
    let text = crate::show::shown(&world.plan(ANNA));
    assert!(text.starts_with("adopt c11") && text.ends_with("join g1"), "{text}");
}
