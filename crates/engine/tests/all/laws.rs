//! Laws over random histories of source, book, scope, policy and time.

use crate::world::{ANNA, BEN, World};

#[test]
fn first_fill_is_done_in_one_plan() {
    let mut world = World::careful().set("link", "on").user(ANNA).user(BEN).contact(11, "ben@x.example");
    world.apply(&world.plan_all());
    assert_eq!(world.book.len(), 2);
    assert!(world.plan_all().iter().all(|(_, plan)| plan.operations.is_empty()));
}
