//! Throttled, failing, cut, truncated and reordered answers, in the first run, delta runs, complete runs and for groups:
//! after each run the book is what the independent model says, in every field, group and membership.

use m365sim::{Faults, Nasty, Pages};
use model::Preset;
use model::run::{Outcome, ReadMode};
use store::{ScopeChange, Switch};

use crate::equal::{differences, with_groups};
use crate::kit::{Kit, id};
use crate::model_book::Expected;

/// People in groups, small pages so that every walk is long, and everything nasty on.
fn company(kit: &Kit, people: usize) -> Vec<String> {
    assert_eq!(Nasty::default(), Nasty { empty_pages: true, replays: true, ..Nasty::default() });
    kit.tenant.nasty(|nasty| *nasty = Nasty::default());
    kit.tenant.pages(|p| *p = Pages { users_delta: 7, groups_delta: 3, memberships: 5, list: 7 });
    let ids: Vec<String> = (0..people).map(|n| kit.hire("Person", &format!("N{n}"))).collect();
    let groups: Vec<String> = (0..6)
        .map(|g| {
            let members: Vec<&str> = ids.iter().skip(g).step_by(g + 2).map(String::as_str).collect();
            kit.group(&format!("Gruppe {g}"), &members)
        })
        .collect();
    let wanted: Vec<ScopeChange> =
        groups.iter().take(4).map(|g| ScopeChange::Group(id(g), Switch::On)).collect();
    kit.scope(&wanted);
    groups.into_iter().take(4).collect()
}

/// 20 % throttled and 10 % failing in all the ways that there are.
fn rough(faults: &mut Faults) {
    *faults = Faults {
        throttled: 0.1,
        throttled_bare: 0.05,
        throttled_date: 0.05,
        unavailable: 0.02,
        gateway_timeout: 0.02,
        cut: 0.01,
        cut_in_body: 0.02,
        truncated_json: 0.02,
        html: 0.01,
        ..Faults::default()
    };
}

fn rounds(preset: Preset, seed: u64) {
    for kit in Kit::each_of(preset, seed) {
        let rules = with_groups(preset);
        let kit = if rules.everybody { kit.everybody() } else { kit };
        let groups = company(&kit, 40);
        kit.tenant.faults(rough);
        let mut expected = Expected::default();
        for round in 0..8 {
            // Whole days of joiners, leavers, weddings, moves, deletions, restores; the first round is the first run.
            if round > 0 {
                kit.tenant.churn(6);
            }
            let read = if round == 5 { ReadMode::Complete } else { ReadMode::Delta };
            let report = kit.try_sync(read).unwrap();
            assert!(
                matches!(report.run.outcome, Outcome::Done | Outcome::Quiet),
                "round {round}: {report:?}"
            );
            assert_eq!(report.run.counts.held, 0, "small steps, so the guard stays out of it");
            expected = expected.after(rules, &groups, &kit.tenant.truth());
            let wrong = differences(&kit.book, &expected);
            assert!(wrong.is_empty(), "{preset:?} on {}, round {round}: {wrong:#?}", kit.db.name);
        }
        assert!(kit.tenant.counts().faults > 20, "the tenant was rough");
        kit.tenant.faults(|f| *f = Faults::default());
        assert_eq!(kit.complete().run.outcome, Outcome::Quiet, "on {}", kit.db.name);
    }
}

#[test]
fn w15_rough_answers_end_equal_for_careful() {
    rounds(Preset::Careful, 1);
}

#[test]
fn w15_rough_answers_end_equal_for_awareness() {
    rounds(Preset::Awareness, 2);
}

#[test]
fn w15_rough_answers_end_equal_for_helpdesk() {
    rounds(Preset::Helpdesk, 3);
}

#[test]
fn w15_rough_answers_end_equal_for_phone_system() {
    rounds(Preset::PhoneSystem, 4);
}

/// The most that was told while it read.
#[derive(Default)]
struct Most(std::sync::Mutex<(u64, u64)>);

impl sync::Monitor for Most {
    fn at(&self, progress: &sync::Progress) {
        if let sync::Progress::Reading { users, groups } = *progress {
            let mut most = self.0.lock().unwrap();
            *most = (most.0.max(users), most.1.max(groups));
        }
    }
}

#[test]
fn w10_progress_counts_whoever_is_told_again_once() {
    for kit in Kit::each(Preset::Careful) {
        company(&kit, 40);
        for (way, book) in [(u64::MAX, kit.book.clone()), (0, kit.neighbour(Preset::Careful))] {
            let most = Most::default();
            kit.read(way, &book, &most).unwrap();
            assert_eq!(*most.0.lock().unwrap(), (40, 6), "walks up to {way} on {}", kit.db.name);
        }
    }
}
