//! Laws over random histories of source, book, scope, policy and time.

use std::collections::{BTreeMap, BTreeSet};

use engine::guard::{Weights, held_kinds};
use engine::{Rejection, Standing};
use model::ids::SourceId;
use model::plan::{FindingKind, GuardKind, HeldBy, OpKind, Operation, PersonPlan, Step};
use model::policy::{GuardLimits, Ownership};
use model::source::Presence;
use model::{Field, LinkOrigin};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

use crate::happen::after;
use crate::history::events;
use crate::show::shown;
use crate::world::{ANNA, BEN, World, number};

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

/// Findings that keep somebody in scope out of the book until a person decides.
fn stands_in_the_way(plan: &PersonPlan) -> bool {
    plan.findings.iter().any(|f| match f.kind {
        FindingKind::ExistingContact
        | FindingKind::SeveralContacts
        | FindingKind::KeyTaken
        | FindingKind::SharedAddress => true,
        FindingKind::HiredAgain
        | FindingKind::Hidden
        | FindingKind::WithoutMailbox
        | FindingKind::MaybeSame
        | FindingKind::PresumedShared
        | FindingKind::GroupGone
        | FindingKind::GroupNameTaken
        | FindingKind::GroupDeletedHere
        | FindingKind::GroupHidden
        | FindingKind::Unreadable
        | FindingKind::GroupEmptied => false,
    })
}

#[test]
fn first_fill_is_done_in_one_plan() {
    let mut world = World::careful().set("link", "on").user(ANNA).user(BEN).contact(11, "ben@x.example");
    world.apply(&world.plan_all());
    assert_eq!(world.book.len(), 2);
    assert_eq!(changes(&world.plan_all()), Vec::<String>::new());
}

/// Otherwise the laws would hold for want of trying.
#[test]
fn histories_reach_every_kind_of_operation_and_finding() {
    let mut runner = TestRunner::deterministic();
    let (mut kinds, mut findings) = (BTreeSet::new(), BTreeSet::new());
    for _ in 0..250 {
        let mut world = after(&[]);
        for event in events().new_tree(&mut runner).unwrap().current() {
            world.happen(&event);
            let plans = world.plan_all();
            kinds.extend(operations(&plans).map(|(_, o)| o.step.kind()));
            findings.extend(plans.iter().flat_map(|(_, p)| p.findings.iter().map(|f| f.kind)));
        }
    }
    let of_people = OpKind::ALL.into_iter().filter(|k| *k <= OpKind::Wait);
    let missing: Vec<_> = of_people.filter(|k| !kinds.contains(k)).collect();
    assert!(missing.is_empty(), "{missing:?}");
    assert!(findings.len() >= 7, "{findings:?}");
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn law_applying_and_planning_again_plans_nothing(history in events()) {
        let world = after(&history);
        let mut first = world.plan_all();
        for order in ["forwards", "backwards"] {
            let mut then = world.clone();
            then.apply(&first);
            let again = changes(&then.plan_all());
            prop_assert!(again.is_empty(), "{order}: {again:?}\nfirst: {:?}\n{then:#?}", changes(&first));
            first.reverse();
        }
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

    #[test]
    fn law_w3_who_is_hidden_or_missing_loses_nothing(history in events()) {
        let world = after(&history);
        for (id, plan) in world.plan_all() {
            match world.users.get(&id).map(|m| m.presence) {
                None | Some(Presence::Hidden { .. }) => {
                    prop_assert!(plan.operations.is_empty() && plan.memberships.is_empty(), "{plan:?}");
                }
                Some(Presence::Missing { .. }) => {
                    prop_assert!(plan.memberships.is_empty(), "{plan:?}");
                    prop_assert!(plan.operations.iter().all(|o| o.held == Some(HeldBy::Unconfirmed)), "{plan:?}");
                }
                Some(Presence::Live | Presence::Deleted { .. }) => {}
            }
        }
    }

    #[test]
    fn law_book_follows_the_source(history in events()) {
        let mut world = after(&history);
        world.policy.set("mode", "automatic").unwrap();
        world.apply(&world.plan_all());
        for (id, plan) in world.plan_all() {
            if !matches!(world.standing(number(&id)), Standing::In(_)) || stands_in_the_way(&plan) {
                continue;
            }
            let link = world.links.get(&id);
            prop_assert!(link.is_some(), "{id} has no link: {}\n{world:#?}", shown(&plan));
            let contact = world.book.get(&link.unwrap().contact);
            prop_assert!(contact.is_some_and(|c| c.left_at.is_none()), "{id}: {contact:?}");
            let (contact, user) = (contact.unwrap(), &world.users[&id].user);
            let pairs = [
                (Field::FirstName, &user.first_name),
                (Field::LastName, &user.last_name),
                (Field::Mobile, &user.mobile),
            ];
            for (field, wanted) in pairs {
                let ours = world.policy.ownership(field) == Ownership::Always && !contact.pinned(field, world.as_of);
                prop_assert!(!ours || contact.values.get(field) == wanted.as_deref(), "{field:?} {contact:?}");
            }
        }
    }
}
