//! People who share an address, people who come back under a new account, and addresses that pass from one to another.

use model::Field;
use model::link::LinkOrigin::{self, Automatic, ByHand};
use model::source::Presence;

use crate::show::check;
use crate::world::{ANNA, BEN, CARA, TODAY, World, person};

fn shared(world: World, n: u8) -> World {
    world.user_with(n, |u| u.mail = Some("Team@x.example".into()))
}

#[test]
fn row_shared_address_with_nobody_linked_creates_and_adopts_nobody() {
    for on_existing in ["adopt", "skip", "beside"] {
        let world = shared(shared(World::careful().set("on_existing", on_existing), ANNA), BEN);
        let world = world.contact(11, "team@x.example");
        check(&world, ANNA, "finding shared_address with 2");
        check(&world, BEN, "finding shared_address with 1");
    }
}

#[test]
fn row_shared_address_names_all_who_share_it() {
    let world = shared(shared(shared(World::careful(), ANNA), BEN), CARA);
    check(&world, BEN, "finding shared_address with 1,3");
}

#[test]
fn row_shared_address_ends_when_a_person_excludes_one() {
    let world = shared(shared(World::careful(), ANNA), BEN).exclude(BEN);
    check(&world, ANNA, "create (everybody)");
}

#[test]
fn row_shared_address_ends_when_one_is_gone() {
    let world = shared(shared(World::careful(), ANNA), BEN).deleted(BEN);
    check(&world, ANNA, "create (everybody)");
}

#[test]
fn row_shared_address_keeps_the_linked_one_and_does_not_write_the_key() {
    let world = shared(World::careful().created(ANNA, 11), BEN);
    let world = world.change(ANNA, |u| {
        u.mail = Some("team@x.example".into());
        u.first_name = Some("Anne".into());
    });
    check(
        &world,
        ANNA,
        "update c11 first_name=Anne display_name=Anne Berg (source_changed); finding shared_address c11 with 2",
    );
    check(&world, BEN, "finding shared_address with 1");
}

#[test]
fn row_shared_address_adopts_nobody_beside_a_linked_one() {
    let world = World::careful().set("link", "on").created(ANNA, 11).contact(12, "team@x.example");
    let world = shared(world.change(ANNA, |u| u.mail = Some("team@x.example".into())), BEN);
    check(&world, BEN, "finding shared_address with 1");
    check(&world, ANNA, "finding shared_address c11 with 2");
}

#[test]
fn row_shared_address_leaves_the_linked_ones_under_on_deleted() {
    let world = shared(shared(World::careful(), ANNA), BEN);
    let world = world.linked(ANNA, 11, LinkOrigin::Creation).linked(BEN, 12, LinkOrigin::Creation);
    check(&world, BEN, "finding shared_address c12 with 1");
    let world = world.deleted(ANNA);
    check(&world, ANNA, "remove c11 (deleted)");
    check(&world, BEN, "");
}

#[test]
fn row_shared_address_does_not_matter_where_nobody_has_one() {
    let without = |world: World, n| world.user_with(n, |u| u.mail = None);
    let world = without(without(World::careful().set("people.without_email", "on"), ANNA), BEN);
    check(&world, ANNA, "create (everybody)");
}

/// Anna's account is gone; Ben's has her address.
fn hired_again() -> World {
    World::careful().created(ANNA, 11).deleted(ANNA).user_with(BEN, |u| {
        u.first_name = Some("Anna".into());
        u.mail = Some("anna@x.example".into());
    })
}

#[test]
fn s3_person_hired_again_keeps_the_contact_and_the_relink_replaces_the_removal() {
    check(&hired_again(), BEN, "relink c11 from 1 (hired_again); finding hired_again c11 with 1");
    check(&hired_again(), ANNA, "");
}

#[test]
fn s3_person_hired_again_in_a_later_plan_gets_the_contact_out_of_the_bin() {
    let world = hired_again().binned(11);
    check(&world, BEN, "relink c11 from 1 out of bin (hired_again); finding hired_again c11 with 1");
    check(&world, ANNA, "");
}

#[test]
fn s3_person_hired_again_gets_the_new_values() {
    let world = hired_again().change(BEN, |u| u.last_name = Some("Cohen".into()));
    check(
        &world,
        BEN,
        "relink c11 from 1 last_name=Cohen display_name=Anna Cohen (hired_again); finding hired_again c11 with 1",
    );
}

#[test]
fn s3_contact_that_was_there_before_is_relinked_too() {
    for origin in [Automatic, ByHand] {
        let mut world = hired_again().set("link", "on");
        world.links.get_mut(&person(ANNA)).unwrap().origin = origin;
        check(&world, BEN, "relink c11 from 1 (hired_again); finding hired_again c11 with 1");
        check(&world, ANNA, "");
    }
}

#[test]
fn s3_person_hired_again_keeps_the_contact_that_was_marked_as_left() {
    let world = hired_again().set("on_deleted", "mark_left").edit(11, |c| c.left_at = Some(TODAY));
    check(&world, BEN, "relink c11 from 1 (hired_again); finding hired_again c11 with 1");
}

#[test]
fn w3_hidden_account_is_not_gone_so_nobody_is_relinked() {
    for presence in [Presence::Hidden { at: TODAY }, Presence::Missing { at: TODAY }] {
        let world = hired_again().presence(ANNA, presence);
        check(&world, BEN, "finding key_taken c11 with 1");
    }
}

#[test]
fn row_person_hired_again_but_out_of_scope_saves_nobody_from_removal() {
    check(&hired_again().exclude(BEN), ANNA, "remove c11 (deleted)");
}

#[test]
fn s7_manual_mode_does_not_relink_whom_nobody_chose() {
    let world = hired_again().set("mode", "manual");
    check(&world, BEN, "");
    check(&world, ANNA, "remove c11 (deleted)");
    check(&world.choose(BEN), ANNA, "");
}

#[test]
fn row_two_new_accounts_with_the_address_of_a_gone_one_relink_nobody() {
    let world = hired_again().user_with(CARA, |u| u.mail = Some("anna@x.example".into()));
    check(&world, BEN, "finding shared_address with 3");
    check(&world, ANNA, "remove c11 (deleted)");
}

#[test]
fn row_address_edited_here_no_longer_finds_the_contact_of_the_gone_account() {
    let world = hired_again().write(11, Field::Email, "other@x.example");
    check(&world, BEN, "create (everybody)");
    check(&world, ANNA, "remove c11 (deleted)");
}

#[test]
fn s4_address_that_passes_to_another_person_needs_one_plan() {
    let world = World::careful().created(ANNA, 11).change(ANNA, |u| u.mail = Some("cohen@x.example".into()));
    let world = world.user_with(BEN, |u| u.mail = Some("anna@x.example".into()));
    check(&world, ANNA, "update c11 email=cohen@x.example (source_changed)");
    check(&world, BEN, "create (everybody)");
}

#[test]
fn row_address_of_somebody_who_is_removed_is_free() {
    let world = World::careful().set("on_out_of_scope", "remove").created(ANNA, 11).exclude(ANNA);
    let world = world.user_with(BEN, |u| u.mail = Some("anna@x.example".into()));
    check(&world, ANNA, "remove c11 (excluded)");
    check(&world, BEN, "create (everybody)");
}

#[test]
fn a6_contact_whose_link_is_taken_over_is_never_shared() {
    let world = World::careful().set("on_local_email_change", "create_new").created(ANNA, 11).user(BEN);
    let world = world.write(11, Field::Email, "ben@x.example");
    check(&world, ANNA, "take_over c11 (email_changed_here)");
    check(&world, BEN, "finding existing_contact c11");
    check(&world.set("link", "on"), BEN, "create (everybody)");
}

#[test]
fn row_contact_of_a_gone_person_beside_another_goes_its_own_way() {
    let world = hired_again().set("link", "on").contact(12, "anna@x.example");
    check(&world, ANNA, "remove c11 (deleted)");
    let text = crate::show::shown(&world.plan(BEN));
    assert!(text.starts_with("adopt c12"), "{text}");
}

#[test]
fn s6_person_hired_again_whose_automatic_link_is_cut_gets_the_contact() {
    let world = hired_again().linked(BEN, 12, Automatic).write(12, Field::Email, "other@x.example");
    check(&world, ANNA, "");
    let text = crate::show::shown(&world.plan(BEN));
    assert!(text.starts_with("unlink c12 (link_off); relink c11 from 1"), "{text}");
}

#[test]
fn s6_automatic_link_of_a_gone_person_is_not_passed_on_while_link_is_off() {
    let mut world = hired_again();
    world.links.get_mut(&person(ANNA)).unwrap().origin = Automatic;
    check(&world, ANNA, "unlink c11 left (deleted)");
    check(&world, BEN, "finding existing_contact c11");
}
