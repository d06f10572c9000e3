//! What is released about people who are not there: nothing is done that was not confirmed once more by id (W3).

use m365sim::Fault;
use model::plan::{HeldBy, OpKind};
use model::{Field, Origin, Preset, Values};
use sync::Office;

use crate::kit::Kit;

fn company(kit: &Kit, people: usize) -> Vec<String> {
    let ids = (0..people).map(|n| kit.hire("Person", &format!("N{n}"))).collect();
    kit.sync();
    ids
}

fn nobody_answers(kit: &Kit) {
    kit.tenant.faults(|f| f.next("/users/delta", Fault::EmptyList));
}

/// Thirty living people whom a complete answer lacks, twice, with everything about them released in between.
fn lacked_twice(kit: &Kit, kind: OpKind) {
    let before = kit.lines();
    nobody_answers(kit);
    kit.complete();
    let holds = kit.holds();
    let asks = |h: &store::HoldRow| (h.kind, h.held_by) == (kind, HeldBy::Unconfirmed);
    assert!(holds.len() == 30 && holds.iter().all(asks), "on {}: {holds:?}", kit.db.name);
    assert_eq!(kit.release_all(), 30);
    nobody_answers(kit);
    let run = kit.sync().run;
    assert_eq!((run.counts.removed, run.counts.unlinked), (0, 0), "on {}", kit.db.name);
    assert_eq!(kit.lines(), before, "on {}", kit.db.name);
    kit.sync();
    assert_eq!(kit.lines(), before, "on {}", kit.db.name);
    assert!(kit.holds().is_empty(), "on {}", kit.db.name);
}

#[test]
fn w3_released_removals_of_living_people_are_not_done_where_nobody_is_left_as_a_control() {
    for kit in Kit::each(Preset::Careful) {
        let kit = kit.everybody();
        company(&kit, 30);
        lacked_twice(&kit, OpKind::Remove);
    }
}

#[test]
fn w3_released_marks_of_living_people_are_not_made() {
    for kit in Kit::each(Preset::Careful) {
        let kit = kit.everybody();
        kit.policy("on_deleted", "mark_left");
        company(&kit, 30);
        lacked_twice(&kit, OpKind::MarkLeft);
    }
}

#[test]
fn w3_released_ends_of_links_of_living_people_are_not_made() {
    for kit in Kit::each(Preset::Careful) {
        let kit = kit.everybody();
        kit.policy("on_existing", "adopt");
        for n in 0..30 {
            let mut typed = Values::default();
            typed.set(Field::Email, Some(&format!("person.n{n}@muster.example")));
            kit.book.add_contact(&typed, Origin::Manual, Office::now()).unwrap();
        }
        company(&kit, 30);
        lacked_twice(&kit, OpKind::Unlink);
    }
}

#[test]
fn w3_released_marks_of_people_who_are_back_are_not_made_although_no_delta_told_of_it() {
    for kit in Kit::each(Preset::Careful) {
        let kit = kit.everybody();
        kit.policy("on_deleted", "mark_left");
        let ids = company(&kit, 30);
        let before = kit.lines();
        for one in &ids[..12] {
            assert!(kit.tenant.delete_user(one));
        }
        assert_eq!(kit.sync().run.counts.held, 12);
        assert_eq!(kit.release_all(), 12);
        for one in &ids[..12] {
            assert!(kit.tenant.restore_user(one));
        }
        nobody_answers(&kit);
        kit.sync();
        assert_eq!(kit.lines(), before, "on {}", kit.db.name);
    }
}

#[test]
fn w3_released_removals_of_the_whole_company_are_done_once_each_id_is_not_found() {
    for kit in Kit::each(Preset::Careful) {
        let kit = kit.everybody();
        let ids = company(&kit, 30);
        for one in &ids {
            assert!(kit.tenant.delete_user(one));
        }
        // Neither listed nor in the bin: only the ids themselves say that nobody is there.
        kit.tenant.expire_delta_tokens();
        for one in &ids[..15] {
            assert!(kit.tenant.purge_user(one));
        }
        kit.sync();
        assert_eq!(kit.release_all(), 30);
        kit.sync();
        // Of some the second read tells that they are deleted: another state, which is released anew.
        kit.release_all();
        kit.sync();
        assert!(kit.lines().is_empty(), "on {}: {:?}", kit.db.name, kit.lines());
    }
}
