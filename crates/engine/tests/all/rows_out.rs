//! The decision table for people who do not belong in the book, and who belongs at all.

use engine::Standing;
use model::Field;
use model::Preset;
use model::link::LinkOrigin::{Automatic, ByHand, Creation};
use model::reason::{InReason, OutReason};
use model::source::{Licence, Presence, SourceUser, UserKind};

use crate::show::check;
use crate::world::{ANNA, TODAY, World, person};

#[test]
fn s3_deleted_person_is_removed_if_a_run_created_the_contact() {
    check(&World::careful().created(ANNA, 11).deleted(ANNA), ANNA, "remove c11 (deleted)");
}

#[test]
fn s3_deleted_person_is_unlinked_and_marked_if_the_contact_was_there_before() {
    for origin in [Automatic, ByHand] {
        let world = World::careful().set("link", "on").user(ANNA).linked(ANNA, 11, origin).deleted(ANNA);
        check(&world, ANNA, "unlink c11 left (deleted)");
    }
}

#[test]
fn a4_helpdesk_leaves_the_contact_of_a_deleted_person_as_it_is() {
    let world = World::new(Preset::Helpdesk).created(ANNA, 11).deleted(ANNA);
    check(&world.write(11, Field::FirstName, "Anni"), ANNA, "");
}

#[test]
fn s3_deleted_person_is_marked_where_the_policy_says_so_and_only_once() {
    let world = World::careful().set("on_deleted", "mark_left").created(ANNA, 11).deleted(ANNA);
    check(&world, ANNA, "mark_left c11 (deleted)");
    check(&world.edit(11, |c| c.left_at = Some(TODAY)), ANNA, "");
}

#[test]
fn row_gone_and_never_ours_is_nothing() {
    let world = World::careful().user(ANNA).contact(11, "anna@x.example").deleted(ANNA);
    check(&world, ANNA, "");
}

#[test]
fn s3_removed_contact_of_a_deleted_person_is_done() {
    check(&World::careful().created(ANNA, 11).deleted(ANNA).binned(11), ANNA, "");
    check(&World::careful().created(ANNA, 11).deleted(ANNA).purged(11), ANNA, "");
}

#[test]
fn w3_hidden_person_keeps_the_contact_with_a_finding() {
    let world = World::careful().created(ANNA, 11).presence(ANNA, Presence::Hidden { at: TODAY });
    check(&world, ANNA, "finding hidden c11");
}

#[test]
fn w3_missing_person_is_held_unconfirmed() {
    let world = World::careful().created(ANNA, 11).presence(ANNA, Presence::Missing { at: TODAY });
    check(&world, ANNA, "remove c11 (deleted) held unconfirmed");
}

#[test]
fn w3_linked_person_whom_the_mirror_does_not_know_loses_nothing() {
    let mut world = World::careful().created(ANNA, 11);
    world.users.clear();
    check(&world, ANNA, "finding hidden c11");
}

type Leaves = fn(World) -> World;

/// Ways out and the keys that govern them.
const WAYS_OUT: [(&str, &str, Leaves); 6] = [
    ("on_disabled", "disabled", |w| w.change(ANNA, |u| u.enabled = false)),
    ("on_unlicensed", "unlicensed", |w| {
        w.set("people.unlicensed", "off").change(ANNA, |u| u.licence = Licence::None)
    }),
    ("on_left_group", "left_group", |w| w.nobody().subscribed(100, 1, model::scope::Subscription::Active)),
    ("on_out_of_scope", "not_in_scope", World::nobody),
    ("on_out_of_scope", "excluded", |w| w.exclude(ANNA)),
    ("on_out_of_scope", "guest", |w| w.change(ANNA, |u| u.kind = UserKind::Guest)),
];

#[test]
fn w3_every_way_out_has_its_own_key() {
    for (key, why, leave) in WAYS_OUT {
        let world = leave(World::careful().created(ANNA, 11));
        check(&world.clone().set(key, "remove"), ANNA, &format!("remove c11 ({why})"));
        check(&world.set(key, "mark_left"), ANNA, &format!("mark_left c11 ({why})"));
    }
}

#[test]
fn w3_kept_contact_goes_on_being_updated_while_the_person_lives() {
    for (_, _, leave) in WAYS_OUT {
        let world = leave(World::careful().created(ANNA, 11));
        check(&world, ANNA, "");
        check(
            &world.write(11, Field::FirstName, "Anni"),
            ANNA,
            "update c11 first_name=Anna (source_changed)",
        );
    }
}

#[test]
fn w3_what_a_run_did_not_create_is_never_removed() {
    for (key, _, leave) in WAYS_OUT {
        for origin in [Automatic, ByHand] {
            let world = World::careful().set("link", "on").set(key, "remove");
            let world = leave(world.user(ANNA).linked(ANNA, 11, origin));
            let kinds: Vec<_> = world.plan(ANNA).operations.iter().map(|o| o.step.kind().name()).collect();
            assert!(!kinds.contains(&"remove"), "{key} {origin:?}: {kinds:?}");
        }
    }
}

#[test]
fn w3_marked_contact_is_no_longer_updated_and_returns_by_itself() {
    let world = World::careful().set("on_disabled", "mark_left").created(ANNA, 11);
    let world = world.edit(11, |c| c.left_at = Some(TODAY)).write(11, Field::FirstName, "Anni");
    check(&world.clone().change(ANNA, |u| u.enabled = false), ANNA, "");
    check(&world, ANNA, "return c11 first_name=Anna (restored)");
}

#[test]
fn row_out_and_never_ours_is_nothing() {
    for (_, _, leave) in WAYS_OUT {
        check(&leave(World::careful().user(ANNA)), ANNA, "");
    }
}

#[test]
fn x3_excluded_before_chosen_before_group_before_everybody() {
    let world = World::careful().user(ANNA);
    assert_eq!(world.standing(ANNA), Standing::In(InReason::Everybody));
    let world = world.subscribed(100, 1, model::scope::Subscription::Active).member(100, ANNA);
    assert!(matches!(world.standing(ANNA), Standing::In(InReason::Group(path)) if path.len() == 1));
    let world = world.choose(ANNA);
    assert_eq!(world.standing(ANNA), Standing::In(InReason::Chosen));
    let mut world = world.exclude(ANNA);
    assert_eq!(world.standing(ANNA), Standing::Out(OutReason::Excluded));
    world.kept_out.insert(person(ANNA), model::scope::KeptOut::Erased);
    assert_eq!(world.standing(ANNA), Standing::KeptOut(model::scope::KeptOut::Erased));
}

type Account = fn(&mut SourceUser);

#[test]
fn x3_kinds_of_accounts_count_by_their_switch_and_chosen_ones_always() {
    let kinds: [(&str, OutReason, Account); 6] = [
        ("people.guests", OutReason::Guest, |u| u.kind = UserKind::Guest),
        ("people.disabled", OutReason::Disabled, |u| u.enabled = false),
        ("people.unlicensed", OutReason::Unlicensed, |u| u.licence = Licence::None),
        ("people.shared_mailboxes", OutReason::SharedMailbox, |u| {
            (u.enabled, u.licence, u.first_name, u.last_name) = (false, Licence::None, None, None);
        }),
        ("people.resources", OutReason::SharedMailbox, |u| {
            (u.enabled, u.licence, u.first_name, u.last_name) = (false, Licence::None, None, None);
        }),
        ("people.without_email", OutReason::WithoutEmail, |u| u.mail = None),
    ];
    for (key, why, change) in kinds {
        let world = World::careful().user_with(ANNA, change);
        assert_eq!(world.clone().set(key, "off").standing(ANNA), Standing::Out(why), "{key}");
        assert_eq!(world.clone().set(key, "on").standing(ANNA), Standing::In(InReason::Everybody), "{key}");
        assert_eq!(
            world.set(key, "off").choose(ANNA).standing(ANNA),
            Standing::In(InReason::Chosen),
            "{key}"
        );
    }
}

#[test]
fn row_shared_mailbox_or_room_is_said_to_be_presumed_whichever_switch_admits_it() {
    let world = World::careful().user_with(ANNA, |u| {
        (u.enabled, u.licence, u.first_name, u.last_name) = (false, Licence::None, None, None);
    });
    for key in ["people.shared_mailboxes", "people.resources"] {
        check(&world.clone().set(key, "on"), ANNA, "create (everybody); finding presumed_shared");
    }
}

#[test]
fn row_deleted_wins_over_every_rule_of_scope() {
    for world in [World::careful().choose(ANNA), World::careful().exclude(ANNA), World::careful().nobody()] {
        let world = world.user(ANNA).linked(ANNA, 11, Creation).deleted(ANNA);
        check(&world, ANNA, "remove c11 (deleted)");
    }
}
