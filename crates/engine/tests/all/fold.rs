//! Fold: the mirror after a change, and nothing to write where nothing changed.

use engine::fold::fold_user;
use model::source::{MirrorUser, Presence, RemovedReason, UserChange};

use crate::world::{ANNA, TODAY, person, user};

fn mirror(presence: Presence) -> MirrorUser {
    MirrorUser { user: user(ANNA), presence }
}

fn upsert() -> UserChange {
    UserChange::Upsert(Box::new(user(ANNA)))
}

fn removed() -> UserChange {
    UserChange::Removed { id: person(ANNA), reason: RemovedReason::Restorable }
}

#[test]
fn w6_replayed_change_writes_nothing() {
    assert_eq!(fold_user(Some(&mirror(Presence::Live)), &upsert(), TODAY), None);
    let gone = mirror(Presence::Deleted { at: TODAY });
    assert_eq!(fold_user(Some(&gone), &removed(), TODAY.plus_days(1)), None);
}

#[test]
fn w3_somebody_removed_whom_nobody_knew_is_nothing() {
    assert_eq!(fold_user(None, &removed(), TODAY), None);
}

#[test]
fn s3_removed_person_keeps_the_last_known_values() {
    for before in [Presence::Live, Presence::Hidden { at: TODAY }, Presence::Missing { at: TODAY }] {
        let after = fold_user(Some(&mirror(before)), &removed(), TODAY.plus_days(1));
        assert_eq!(after, Some(mirror(Presence::Deleted { at: TODAY.plus_days(1) })));
    }
}

#[test]
fn w3_person_who_is_seen_again_lives() {
    assert_eq!(fold_user(None, &upsert(), TODAY), Some(mirror(Presence::Live)));
    let away =
        [Presence::Deleted { at: TODAY }, Presence::Hidden { at: TODAY }, Presence::Missing { at: TODAY }];
    for before in away {
        assert_eq!(fold_user(Some(&mirror(before)), &upsert(), TODAY), Some(mirror(Presence::Live)));
    }
}
