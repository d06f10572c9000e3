//! Laws over random histories of source, book, scope, policy and time.

use std::collections::BTreeMap;

use engine::Rejection;
use engine::guard::{Weights, held_kinds};
use model::LinkOrigin;
use model::ids::SourceId;
use model::plan::{GuardKind, OpKind, Operation, PersonPlan, Step};
use model::policy::GuardLimits;
use proptest::prelude::*;

use crate::history::{after, events};
use crate::show::shown;
use crate::world::{ANNA, BEN, World};

type Plans = Vec<(SourceId, PersonPlan)>;

/// What of a plan would still change something.
fn changes(plans: &Plans) -> Vec<String> {
    let changing =
        |p: &PersonPlan| p.operations.iter().any(|o| o.held.is_none()) || !p.memberships.is_empty();
    plans.iter().filter(|(_, p)| changing(p)).map(|(id, p)| format!("{id}: {}", shown(p))).collect()
}

fn operations(plans: &Plans) -> impl Iterator<Item = (&SourceId, &Operation)> {
    plans.iter().flat_map(|(id, plan)| plan.operations.iter().map(move |o| (id, o)))
}

#[test]
fn first_fill_is_done_in_one_plan() {
    let mut world = World::careful().set("link", "on").user(ANNA).user(BEN).contact(11, "ben@x.example");
    world.apply(&world.plan_all());
    assert_eq!(world.book.len(), 2);
    assert_eq!(changes(&world.plan_all()), Vec::<String>::new());
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn law_applying_and_planning_again_plans_nothing(history in events()) {
        let mut world = after(&history);
        let first = world.plan_all();
        world.apply(&first);
        let again = changes(&world.plan_all());
        prop_assert!(again.is_empty(), "again: {again:?}\nfirst: {:?}\n{world:#?}", changes(&first));
    }

    #[test]
    fn law_order_of_reading_does_not_matter(history in events()) {
        let world = after(&history);
        let backwards = World { backwards: true, ..world.clone() };
        let by_person = |w: &World| -> BTreeMap<_, _> {
            w.plan_all().into_iter().map(|(id, p)| (id, (p.operations, p.memberships))).collect()
        };
        prop_assert_eq!(by_person(&world), by_person(&backwards));
    }

    #[test]
    fn law_only_ours_is_touched_and_only_what_a_run_created_is_removed(history in events()) {
        let world = after(&history);
        for (id, operation) in operations(&world.plan_all()) {
            let kind = operation.step.kind();
            let link = world.links.get(id);
            match (link, operation.step.contact()) {
                (None, Some(_)) => prop_assert!(matches!(kind, OpKind::Adopt | OpKind::Relink), "{operation:?}"),
                (Some(link), Some(contact)) if kind != OpKind::Relink => prop_assert_eq!(link.contact, contact),
                (Some(_), _) | (None, None) => {}
            }
            if let Step::Adopt { contact, .. } = operation.step {
                prop_assert!(!world.links.values().any(|l| l.contact == contact), "{operation:?}");
            }
            if kind == OpKind::Remove {
                prop_assert_eq!(link.map(|l| l.origin), Some(LinkOrigin::Creation));
            }
        }
    }

    #[test]
    fn law_w2_plan_over_the_limit_is_held(
        history in events(), base in 0..60_i64, recent in 0..8_i64, count in 0..12_i64, percent in 0..30_i64,
    ) {
        let world = after(&history);
        let mut planned: BTreeMap<GuardKind, i64> = BTreeMap::new();
        for (_, operation) in operations(&world.plan_all()) {
            if let Some(kind) = operation.step.guarded() {
                *planned.entry(kind).or_default() += 1;
            }
        }
        let recent: BTreeMap<_, _> = GuardKind::ALL.into_iter().map(|k| (k, recent)).collect();
        let weights = Weights { base, recent: recent.clone(), planned: planned.clone() };
        let held = held_kinds(GuardLimits { count, percent, group_emptied: true }, &weights);
        let small = (count, percent) == (10, 10) && base < 20;
        let most = if small { (base / 2).max(1) } else { count.max(base * percent / 100) };
        for (kind, n) in planned {
            prop_assert_eq!(held.contains(&kind), n + recent[&kind] > most, "{:?} {} of {}", kind, n, most);
        }
    }

    #[test]
    fn law_kept_out_and_rejected_get_nothing(history in events()) {
        let mut world = after(&history);
        let plans = world.plan_all();
        for (id, operation) in operations(&plans) {
            prop_assert!(!world.kept_out.contains_key(id), "{operation:?}");
        }
        for (id, operation) in operations(&plans) {
            let rejection = Rejection { kind: operation.step.kind(), state: operation.state };
            world.rejections.entry(id.clone()).or_default().push(rejection);
        }
        let rejected = world.rejections.clone();
        for (id, operation) in operations(&world.plan_all()) {
            let again = rejected.get(id).is_some_and(|r| r.iter().any(|r| r.kind == operation.step.kind()));
            prop_assert!(!again, "{operation:?}");
        }
    }
}
