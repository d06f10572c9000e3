//! The decision table for people who belong in the book.

use model::contact::Pin;
use model::link::LinkOrigin::{Automatic, ByHand, Creation};
use model::plan::{OpKind, Step};
use model::scope::KeptOut;
use model::source::{Licence, Presence};
use model::{Field, Preset};

use crate::show::check;
use crate::world::{ANNA, BEN, TODAY, World, contact_id, person};

#[test]
fn a2_person_without_contact_is_created() {
    check(&World::careful().user(ANNA), ANNA, "create (everybody)");
}

#[test]
fn s6_existing_contact_is_adopted_whatever_the_case_of_its_address() {
    let world = World::careful().set("link", "on").user(ANNA).contact(11, " ANNA@x.Example");
    check(
        &world,
        ANNA,
        "adopt c11 first_name=Anna last_name=Berg display_name=Anna Berg email=anna@x.example (same_email)",
    );
}

#[test]
fn s6_existing_contact_is_left_alone_while_link_is_off() {
    let world = World::careful().user(ANNA).contact(11, "anna@x.example");
    check(&world, ANNA, "finding existing_contact c11");
}

#[test]
fn row_existing_contact_gets_a_second_one_beside_it() {
    let world = World::careful().set("on_existing", "beside").user(ANNA).contact(11, "anna@x.example");
    check(&world, ANNA, "create (everybody)");
}

#[test]
fn row_several_contacts_with_the_key_are_a_finding() {
    let world = World::careful().user(ANNA).contact(11, "anna@x.example").contact(12, "anna@x.example");
    for on_existing in ["adopt", "skip"] {
        check(&world.clone().set("on_existing", on_existing), ANNA, "finding several_contacts");
    }
}

#[test]
fn row_key_of_another_living_person_is_a_finding() {
    let world = World::careful().set("fields.email", "on_create").created(BEN, 12).user(ANNA);
    let world = world.write(12, Field::Email, "anna@x.example");
    check(&world, ANNA, "finding key_taken c12 with 2");
}

#[test]
fn row_contact_of_another_connection_gets_a_second_link() {
    let mut world = World::careful().set("link", "on").created(BEN, 11).user(ANNA);
    world = world.write(11, Field::Email, "anna@x.example");
    world.links.clear();
    world.elsewhere.insert(contact_id(11));
    world.users.remove(&person(BEN));
    let text = crate::show::shown(&world.plan(ANNA));
    assert!(text.starts_with("adopt c11"), "{text}");
}

#[test]
fn row_linked_and_equal_is_nothing() {
    check(&World::careful().created(ANNA, 11), ANNA, "");
}

#[test]
fn s4_changed_names_and_address_update_the_same_contact() {
    let world = World::careful().created(ANNA, 11).change(ANNA, |u| {
        u.last_name = Some(" Cohen ".into());
        u.mail = Some("cohen@x.example".into());
    });
    check(
        &world,
        ANNA,
        "update c11 last_name=Cohen display_name=Anna Cohen email=cohen@x.example (source_changed)",
    );
}

#[test]
fn a3_empty_source_value_empties_an_owned_field() {
    let world = World::new(Preset::Helpdesk).created(ANNA, 11).write(11, Field::Mobile, "0170 1");
    check(&world, ANNA, "update c11 mobile= (source_changed)");
}

#[test]
fn a3_field_that_is_not_owned_stays_the_books() {
    let world = World::careful().created(ANNA, 11).write(11, Field::Mobile, "0170 1");
    check(&world, ANNA, "");
}

#[test]
fn a5_local_edit_of_an_owned_field_is_overwritten() {
    let world = World::new(Preset::Helpdesk).created(ANNA, 11).write(11, Field::FirstName, "Anni");
    check(&world, ANNA, "update c11 first_name=Anna (source_changed)");
}

#[test]
fn a3_field_owned_on_create_is_the_books_afterwards() {
    let world = World::new(Preset::Helpdesk).created(ANNA, 11);
    let world = world.change(ANNA, |u| u.mail = Some("new@x.example".into()));
    check(&world, ANNA, "");
}

#[test]
fn a6_address_that_is_not_written_is_not_taken_for_an_edit() {
    let world = World::new(Preset::Helpdesk).created(ANNA, 11).change(ANNA, |u| {
        u.mail = Some("new@x.example".into());
        u.first_name = Some("Anne".into());
    });
    let plan = world.plan(ANNA);
    let Step::Update { wrote_key, .. } = &plan.operations[0].step else { panic!("{plan:?}") };
    assert_eq!(wrote_key.as_ref().map(model::Key::as_str), Some("anna@x.example"));
}

fn pinned(until: i64) -> World {
    let pin =
        Pin { field: Field::FirstName, reason: "nick name".into(), until: Some(TODAY.plus_days(until)) };
    let world = World::careful().created(ANNA, 11).write(11, Field::FirstName, "Anni");
    world.write(11, Field::DisplayName, "Anni Berg").edit(11, |c| c.pins.push(pin))
}

#[test]
fn w10_pinned_field_stays_until_its_day() {
    check(&pinned(7), ANNA, "");
    check(&pinned(7).later(6), ANNA, "");
}

#[test]
fn w10_display_name_follows_a_pinned_name() {
    let world = pinned(7).write(11, Field::DisplayName, "Anna Berg");
    check(&world, ANNA, "update c11 display_name=Anni Berg (source_changed)");
}

#[test]
fn w10_value_of_the_source_returns_on_the_day_the_pin_expires() {
    check(&pinned(7).later(7), ANNA, "update c11 first_name=Anna display_name=Anna Berg (pin_expired)");
}

#[test]
fn x1_contact_removed_here_is_created_again_under_the_same_id() {
    let world = World::careful().created(ANNA, 11).purged(11);
    check(&world, ANNA, "create c11 (removed_here)");
}

#[test]
fn x1_contact_removed_here_comes_out_of_the_bin_with_the_sources_values() {
    let world = World::careful().created(ANNA, 11).write(11, Field::FirstName, "Anni").binned(11);
    check(&world, ANNA, "restore c11 first_name=Anna (removed_here)");
}

#[test]
fn row_restored_person_gets_the_contact_back_from_the_bin() {
    let mut world = World::careful().created(ANNA, 11).binned(11);
    world.links.get_mut(&person(ANNA)).unwrap().out = Some((model::reason::OutReason::Deleted, TODAY));
    check(&world, ANNA, "wait c11 forgets (restored); restore c11 (restored)");
}

#[test]
fn a6_changed_address_is_corrected() {
    let world = World::careful().created(ANNA, 11).write(11, Field::Email, "private@x.example");
    check(&world, ANNA, "update c11 email=anna@x.example (source_changed)");
}

#[test]
fn a6_changed_address_lets_a_new_contact_take_the_link_over() {
    let world = World::new(Preset::Helpdesk).created(ANNA, 11);
    let world = world.write(11, Field::Email, "private@x.example");
    check(&world, ANNA, "take_over c11 (email_changed_here)");
}

#[test]
fn a6_change_at_the_source_is_no_change_here() {
    let world = World::new(Preset::Helpdesk).set("fields.email", "always").created(ANNA, 11);
    let world = world.change(ANNA, |u| u.mail = Some("new@x.example".into()));
    check(&world, ANNA, "update c11 email=new@x.example (source_changed)");
}

#[test]
fn w11_kept_out_people_get_nothing() {
    for why in [KeptOut::Erased, KeptOut::Objected, KeptOut::Restricted] {
        for mut world in [World::careful().user(ANNA), World::careful().created(ANNA, 11).deleted(ANNA)] {
            world.kept_out.insert(person(ANNA), why);
            check(&world, ANNA, "");
        }
    }
}

#[test]
fn w1_rejected_operation_stays_away_until_the_source_changes() {
    let mut world = World::careful().created(ANNA, 11).deleted(ANNA);
    let state = world.plan(ANNA).operations[0].state;
    world.rejections.insert(person(ANNA), vec![engine::Rejection { kind: OpKind::Remove, state }]);
    check(&world, ANNA, "");
    let changed = world.change(ANNA, |u| u.office = Some("2".into()));
    check(&changed, ANNA, "remove c11 (deleted)");
}

#[test]
fn w1_a_rejection_ends_once_another_state_was_seen() {
    let mut world = World::careful().created(ANNA, 11).deleted(ANNA);
    let state = world.plan(ANNA).operations[0].state;
    let what = engine::Rejection { kind: OpKind::Remove, state };
    world.rejections.insert(person(ANNA), vec![what]);
    assert_eq!(world.plan(ANNA).outlived, [], "her state is the same");
    let hidden = world.clone().presence(ANNA, Presence::Hidden { at: TODAY });
    assert_eq!(hidden.plan(ANNA).outlived, [], "her state was not seen");
    let mut back = world.presence(ANNA, Presence::Live);
    let source = person(ANNA);
    assert_eq!(back.plan(ANNA).outlived, [engine::Outlived { source, what }]);
    back.apply(&back.plan_all());
    check(&back.deleted(ANNA), ANNA, "remove c11 (deleted)");
}

#[test]
fn w1_rejected_create_stays_away() {
    let mut world = World::careful().user(ANNA);
    let state = world.plan(ANNA).operations[0].state;
    world.rejections.insert(person(ANNA), vec![engine::Rejection { kind: OpKind::Create, state }]);
    check(&world, ANNA, "");
}

#[test]
fn s7_manual_mode_adds_nobody_but_whom_a_person_chose() {
    let world = World::careful().set("mode", "manual").user(ANNA);
    check(&world, ANNA, "");
    check(&world.choose(ANNA), ANNA, "create (chosen)");
}

#[test]
fn s7_manual_mode_updates_and_removes_who_was_imported() {
    let world = World::careful().set("mode", "manual").created(ANNA, 11);
    let renamed = world.clone().change(ANNA, |u| u.first_name = Some("Anne".into()));
    check(&renamed, ANNA, "update c11 first_name=Anne display_name=Anne Berg (source_changed)");
    check(&world.deleted(ANNA), ANNA, "remove c11 (deleted)");
}

#[test]
fn s9_switched_off_plans_nothing() {
    check(&World::careful().set("active", "off").created(ANNA, 11).deleted(ANNA), ANNA, "");
}

#[test]
fn s6_link_off_cuts_automatic_links_only() {
    for (origin, expect) in
        [(Automatic, "unlink c11 (link_off); finding existing_contact c11"), (ByHand, ""), (Creation, "")]
    {
        check(&World::careful().user(ANNA).linked(ANNA, 11, origin), ANNA, expect);
    }
    check(&World::careful().set("link", "on").user(ANNA).linked(ANNA, 11, Automatic), ANNA, "");
}

#[test]
fn s6_link_off_with_another_address_in_the_book_creates_the_contact_in_the_same_plan() {
    let world =
        World::careful().user(ANNA).linked(ANNA, 11, Automatic).write(11, Field::Email, "a@y.example");
    check(&world, ANNA, "unlink c11 (link_off); create (everybody)");
}

#[test]
fn s6_link_off_spares_a_contact_that_joins_two_connections() {
    let mut world = World::careful().user(ANNA).linked(ANNA, 11, Automatic);
    world.elsewhere.insert(contact_id(11));
    check(&world, ANNA, "");
}

#[test]
fn s6_link_off_cuts_the_link_of_people_who_are_out_as_well() {
    let world = World::careful().set("on_disabled", "mark_left").user(ANNA).linked(ANNA, 11, Automatic);
    check(&world.change(ANNA, |u| u.enabled = false), ANNA, "unlink c11 (link_off)");
}

#[test]
fn a6_nothing_is_created_for_people_who_are_out() {
    let world = World::new(Preset::Helpdesk).created(ANNA, 11).exclude(ANNA);
    let world = world.set("fields.email", "always").write(11, Field::Email, "private@x.example");
    check(&world, ANNA, "");
}

#[test]
fn a6_changed_address_counts_for_a_contact_in_the_bin_too() {
    let world = World::new(Preset::Helpdesk).created(ANNA, 11);
    let world = world.write(11, Field::Email, "private@x.example").binned(11);
    check(&world, ANNA, "take_over c11 (email_changed_here)");
}

#[test]
fn x11_person_without_mailbox_is_named_and_still_created() {
    let world = World::careful().user_with(ANNA, |u| u.licence = Licence::WithoutMailbox);
    check(&world, ANNA, "create (everybody); finding without_mailbox");
}

#[test]
fn row_other_address_of_an_account_only_makes_a_finding() {
    let world = World::careful().set("link", "on").contact(11, "berg@x.example");
    let world = world.user_with(ANNA, |u| u.aliases = vec!["Berg@x.example".into()]);
    check(&world, ANNA, "create (everybody); finding maybe_same c11");
}

#[test]
fn row_person_without_an_address_is_created_and_never_correlated() {
    let without = |world: World, n| world.user_with(n, |u| u.mail = None);
    let world = World::careful().set("people.without_email", "on").set("link", "on").contact(11, "");
    let world = without(without(world, ANNA), BEN);
    check(&world, ANNA, "create (everybody)");
    check(&world, BEN, "create (everybody)");
}
