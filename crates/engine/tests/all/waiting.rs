//! Waiting: "mark_left after 14 days" counts from the plan that first saw the person out.

use model::reason::OutReason;

use crate::show::check;
use crate::world::{ANNA, TODAY, World, person};

/// Anna is disabled; the policy waits.
fn disabled(policy: &str) -> World {
    World::careful().set("on_disabled", policy).created(ANNA, 11).change(ANNA, |u| u.enabled = false)
}

fn noted(mut world: World, why: OutReason) -> World {
    world.links.get_mut(&person(ANNA)).unwrap().out = Some((why, TODAY));
    world
}

#[test]
fn w3_wait_is_noted_with_the_day_on_which_it_ends() {
    check(&disabled("mark_left after 14 days"), ANNA, "wait c11 since 100 due 114 (disabled)");
}

#[test]
fn w3_wait_does_nothing_before_its_day() {
    let world = noted(disabled("mark_left after 14 days"), OutReason::Disabled);
    check(&world, ANNA, "");
    check(&world.later(13), ANNA, "");
}

#[test]
fn w3_wait_ends_on_its_day() {
    for (policy, expect) in [
        ("mark_left after 14 days", "mark_left c11 (disabled)"),
        ("remove after 14 days", "remove c11 (disabled)"),
    ] {
        check(&noted(disabled(policy), OutReason::Disabled).later(14), ANNA, expect);
    }
}

#[test]
fn w3_wait_is_forgotten_when_the_person_returns() {
    let world = noted(disabled("mark_left after 14 days"), OutReason::Disabled);
    check(&world.change(ANNA, |u| u.enabled = true), ANNA, "wait c11 forgets (restored)");
}

#[test]
fn w3_person_who_went_and_came_waits_anew() {
    let world = disabled("mark_left after 14 days").later(20);
    check(&world, ANNA, "wait c11 since 120 due 134 (disabled)");
}

#[test]
fn w3_waiting_contact_goes_on_being_updated() {
    let world = noted(disabled("mark_left after 14 days"), OutReason::Disabled);
    let world = world.change(ANNA, |u| u.first_name = Some("Anne".into()));
    check(&world, ANNA, "update c11 first_name=Anne display_name=Anne Berg (source_changed)");
}

#[test]
fn w3_first_plan_of_a_wait_may_update_as_well() {
    let world = disabled("remove after 3 days").change(ANNA, |u| u.first_name = Some("Anne".into()));
    let text = crate::show::shown(&world.plan(ANNA));
    assert!(text.contains("update c11 first_name=Anne"), "{text}");
    assert!(text.contains("wait c11 since 100 due 103"), "{text}");
}

#[test]
fn w3_deleted_person_waits_without_updates() {
    let world = World::careful().set("on_deleted", "remove after 30 days").created(ANNA, 11).deleted(ANNA);
    let world = world.change(ANNA, |u| u.first_name = Some("Anne".into()));
    check(&world, ANNA, "wait c11 since 100 due 130 (deleted)");
    check(&noted(world, OutReason::Deleted).later(30), ANNA, "remove c11 (deleted)");
}

#[test]
fn w3_other_reason_starts_another_wait() {
    let world = noted(disabled("remove after 14 days"), OutReason::Disabled).later(10);
    let world = world.set("on_deleted", "remove after 14 days").deleted(ANNA);
    check(&world, ANNA, "wait c11 since 110 due 124 (deleted)");
}

#[test]
fn w3_shorter_wait_of_a_changed_policy_counts_from_the_same_day() {
    let world = noted(disabled("remove after 14 days"), OutReason::Disabled).later(5);
    check(&world.set("on_disabled", "remove after 5 days"), ANNA, "remove c11 (disabled)");
}

#[test]
fn w3_wait_of_another_length_is_looked_at_on_its_new_day() {
    let world = noted(disabled("remove after 14 days"), OutReason::Disabled).later(5);
    let day = |policy: &str| world.clone().set("on_disabled", policy).plan(ANNA).look_again.map(|l| l.at);
    assert_eq!(day("remove after 30 days"), Some(TODAY.plus_days(30)));
    assert_eq!(day("remove after 6 days"), Some(TODAY.plus_days(6)));
    assert_eq!(day("remove after 5 days"), None, "it goes now");
}

#[test]
fn w3_wait_of_zero_days_is_none() {
    check(&disabled("remove after 0 days"), ANNA, "remove c11 (disabled)");
}

#[test]
fn w3_marked_contact_stays_marked_while_the_reason_changes() {
    let world = disabled("mark_left").edit(11, |c| c.left_at = Some(TODAY));
    check(&world.set("on_disabled", "mark_left after 14 days"), ANNA, "");
}

#[test]
fn w3_marked_contact_waits_for_its_removal_without_updates() {
    let world = disabled("remove after 14 days").edit(11, |c| c.left_at = Some(TODAY));
    let world = world.change(ANNA, |u| u.first_name = Some("Anne".into()));
    check(&world, ANNA, "wait c11 since 100 due 114 (disabled)");
}
