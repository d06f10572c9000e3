//! Whom a person holds: what is planned about them waits, and others are planned as if it did not happen (W1).

use model::plan::{Direction, HeldBy, OpKind};

use crate::world::{ANNA, BEN, World, person, user};

/// Kinds of the operations that happen, and of those that wait for a person.
fn kinds(world: &World, n: u8) -> (Vec<OpKind>, Vec<OpKind>) {
    let plan = world.plan(n);
    let of = |held: Option<HeldBy>| {
        plan.operations.iter().filter(|o| o.held == held).map(|o| o.step.kind()).collect::<Vec<_>>()
    };
    (of(None), of(Some(HeldBy::Person)))
}

/// Anna gave her address up and Ben has it now; he has no contact yet.
fn address_passes_on() -> World {
    let old = user(ANNA).mail.unwrap();
    World::careful()
        .created(ANNA, 11)
        .change(ANNA, |u| u.mail = Some("anna.new@x.example".into()))
        .user_with(BEN, |u| u.mail = Some(old))
}

#[test]
fn w1_everything_about_a_held_person_waits() {
    let world = World::careful().created(ANNA, 11).change(ANNA, |u| u.last_name = Some("Neu".into()));
    assert_eq!(kinds(&world, ANNA), (vec![OpKind::Update], vec![]));
    assert!(world.plan(ANNA).held.is_none());
    let world = world.hold(ANNA);
    assert_eq!(kinds(&world, ANNA), (vec![], vec![OpKind::Update]));
    assert_eq!(world.plan(ANNA).held.unwrap().person, person(ANNA), "memberships wait as well");
    assert_eq!(kinds(&World::careful().user(BEN).hold(BEN), BEN), (vec![], vec![OpKind::Create]));
    assert_eq!(kinds(&World::careful().created(ANNA, 11).deleted(ANNA).hold(ANNA), ANNA).1, [OpKind::Remove]);
}

#[test]
fn w1_memberships_of_a_held_person_wait_with_the_groups_that_led_to_them() {
    use model::scope::Subscription;
    let world = World::careful().created(ANNA, 11).subscribed(1, 1, Subscription::Active).member(1, ANNA);
    let plan = world.hold(ANNA).plan(ANNA);
    assert_eq!(plan.memberships.iter().map(|m| m.direction).collect::<Vec<_>>(), [Direction::Join]);
    assert!(plan.held.is_some_and(|h| h.state != 0));
}

#[test]
fn w1_an_address_that_a_held_person_would_give_up_is_not_free_for_the_newcomer() {
    assert_eq!(kinds(&address_passes_on(), BEN).0, [OpKind::Create], "her own update frees it");
    let held = address_passes_on().hold(ANNA);
    assert_eq!(kinds(&held, BEN), (vec![], vec![]), "her contact keeps the address until she is released");
    let findings: Vec<_> = held.plan(BEN).findings.iter().map(|f| f.kind).collect();
    assert_eq!(findings, [model::plan::FindingKind::KeyTaken]);
}

#[test]
fn w1_a_contact_is_not_moved_away_from_somebody_who_is_gone_and_held() {
    let old = user(ANNA).mail.unwrap();
    let hired_again = World::careful().created(ANNA, 11).deleted(ANNA).user_with(BEN, |u| u.mail = Some(old));
    assert_eq!(kinds(&hired_again.clone(), BEN).0, [OpKind::Relink]);
    let held = hired_again.hold(ANNA);
    assert_eq!(kinds(&held, BEN), (vec![], vec![]));
    assert_eq!(kinds(&held, ANNA), (vec![], vec![OpKind::Remove]));
}

#[test]
fn w1_a_removal_goes_on_beside_a_newcomer_who_is_held() {
    let old = user(ANNA).mail.unwrap();
    let hired_again = World::careful().created(ANNA, 11).deleted(ANNA).user_with(BEN, |u| u.mail = Some(old));
    assert_eq!(kinds(&hired_again.clone(), ANNA), (vec![], vec![]), "the relink replaces it");
    let held = hired_again.hold(BEN);
    assert_eq!(kinds(&held, BEN), (vec![], vec![OpKind::Relink]));
    assert_eq!(kinds(&held, ANNA), (vec![OpKind::Remove], vec![]));
    assert_eq!(kinds(&held.binned(11).later(1), BEN).1, [OpKind::Relink], "out of the bin once released");
}
