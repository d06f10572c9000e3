//! The group table as far as the contact groups themselves go, row by row. Source groups are numbers from 100, ours are
//! small ones.

use std::collections::BTreeSet;

use engine::{DueGroups, Groups, plan_groups, still};
use model::group::{GroupSubject, Ours, RunMade, group_state};
use model::plan::{FindingKind, GroupStep, OpKind};
use model::scope::Subscription::{Active, Ended};
use model::source::{MirrorGroup, Presence, SourceGroup};
use model::subject::Rejection;
use model::{Policy, Preset, SourceId, Timestamp};

use crate::world::{TODAY, group_id, source_group};

/// One source group, number 100, called Sales at the source.
struct Case {
    policy: Policy,
    subject: GroupSubject,
    names: Vec<Box<str>>,
    filled: BTreeSet<SourceId>,
    due: BTreeSet<SourceId>,
    held: BTreeSet<SourceId>,
}

fn sales() -> Case {
    let group = SourceGroup { id: source_group(100), name: "Sales".into(), ..SourceGroup::default() };
    let subject = GroupSubject {
        source: source_group(100),
        subscription: Some(Active),
        mirror: Some(MirrorGroup { group, presence: Presence::Live }),
        ours: Ours::Nothing,
        rejections: Vec::new(),
    };
    let there = BTreeSet::from([source_group(100)]);
    let policy = Preset::Careful.policy();
    Case { policy, subject, names: Vec::new(), filled: there.clone(), due: there, held: BTreeSet::new() }
}

/// The same with our group 1, filled by runs.
fn tied(name: &str) -> Case {
    let ours = Ours::Tied { group: group_id(1), name: name.into(), members: RunMade::Some };
    sales().with(|s| s.ours = ours)
}

fn deleted_here() -> Case {
    sales().with(|s| s.ours = Ours::DeletedHere { group: group_id(1) })
}

impl Case {
    fn with(mut self, change: impl FnOnce(&mut GroupSubject)) -> Self {
        change(&mut self.subject);
        self
    }

    fn presence(self, presence: Presence) -> Self {
        self.with(|s| s.mirror.as_mut().unwrap().presence = presence)
    }

    fn set(mut self, key: &str, value: &str) -> Self {
        self.policy.set(key, value).unwrap();
        self
    }

    fn also_called(mut self, name: &str) -> Self {
        self.names.push(name.into());
        self
    }

    fn empty(mut self) -> Self {
        self.filled.clear();
        self
    }

    /// Nothing about the group is news in this plan.
    fn old_news(mut self) -> Self {
        self.due.clear();
        self
    }

    /// A person holds the group.
    fn hold(mut self) -> Self {
        self.held.insert(source_group(100));
        self
    }

    fn rejects(self, kind: OpKind) -> Self {
        self.with(|s| s.rejections.push(Rejection { kind, state: group_state("Sales") }))
    }

    fn check(&self, expected: &str) {
        assert_eq!(self.text(), expected);
    }

    fn text(&self) -> String {
        let subjects = [self.subject.clone()];
        let due = DueGroups::These(&self.due);
        let groups =
            Groups { subjects: &subjects, names: &self.names, filled: &self.filled, due, held: &self.held };
        let plan = plan_groups(&self.policy, &groups);
        let operations = plan.operations.iter().map(|o| {
            assert_eq!(o.source, source_group(100));
            let what = match o.step {
                GroupStep::Create => "create".to_owned(),
                GroupStep::Rename(group) => format!("rename g{}", group.get() & 0xff),
                GroupStep::Untie(group) => format!("untie g{}", group.get() & 0xff),
            };
            let held = o.held.map_or(String::new(), |by| format!(", held by {}", by.name()));
            format!("{what} {} ({}{held})", o.name, o.reason.code())
        });
        let findings = plan.findings.iter().map(|f| format!("finding {}", f.kind.name()));
        operations.chain(findings).collect::<Vec<_>>().join("; ")
    }
}

#[test]
fn w1_everything_about_a_held_group_waits_and_can_be_rejected_as_it_is() {
    sales().hold().check("create Sales (subscribed, held by person)");
    tied("Sales team").hold().check("rename g1 Sales (group_changed, held by person)");
    let ended = tied("Sales").with(|s| s.subscription = Some(Ended));
    ended.hold().check("untie g1 Sales (subscription_ended, held by person)");
    let case = sales().hold();
    let subjects = [case.subject.clone()];
    let groups = Groups {
        subjects: &subjects,
        names: &[],
        filled: &case.filled,
        due: DueGroups::All,
        held: &case.held,
    };
    assert_eq!(plan_groups(&case.policy, &groups).operations[0].state, group_state("Sales"));
}

#[test]
fn s8_subscribed_group_becomes_a_contact_group() {
    sales().check("create Sales (subscribed)");
    sales().also_called("Marketing").check("create Sales (subscribed)");
    tied("Sales").check("");
}

#[test]
fn s8_group_of_that_name_that_is_not_ours_gets_another_beside_it_with_a_finding() {
    sales().also_called("Sales").check("create Sales (subscribed); finding group_name_taken");
    sales().also_called(" SALES").check("create Sales (subscribed); finding group_name_taken");
    tied("Sales").also_called("Sales").check("");
}

#[test]
fn s8_renamed_source_group_renames_the_same_contact_group() {
    tied("Sales team").check("rename g1 Sales (group_changed)");
    tied("sales").check("rename g1 Sales (group_changed)");
    let taken = tied("Sales team").also_called("Sales");
    taken.check("rename g1 Sales (group_changed); finding group_name_taken");
}

#[test]
fn s8_contact_group_deleted_here_ends_the_subscription_and_is_not_created_again() {
    deleted_here().check("untie g1 Sales (group_deleted_here); finding group_deleted_here");
    deleted_here().with(|s| s.subscription = Some(Ended)).check("");
    let gone = deleted_here().with(|s| s.mirror = None);
    gone.check("untie g1  (group_deleted_here); finding group_deleted_here");
}

#[test]
fn w3_deleted_source_group_changes_nothing_and_is_said() {
    let at = TODAY;
    tied("Sales").presence(Presence::Deleted { at }).check("finding group_gone");
    tied("Old name").presence(Presence::Deleted { at }).check("finding group_gone");
    sales().presence(Presence::Deleted { at }).check("finding group_gone");
}

#[test]
fn w3_hidden_source_group_changes_nothing_and_is_said() {
    let at = TODAY;
    for presence in [Presence::Hidden { at }, Presence::Missing { at }] {
        tied("Old name").presence(presence).check("finding group_hidden");
        sales().presence(presence).check("finding group_hidden");
    }
    tied("Sales").with(|s| s.mirror = None).check("finding group_hidden");
}

#[test]
fn w2_emptied_source_group_is_said_where_runs_had_filled_it() {
    tied("Sales").empty().check("finding group_emptied");
    let never = tied("Sales").empty().with(|s| {
        s.ours = Ours::Tied { group: group_id(1), name: "Sales".into(), members: RunMade::None };
    });
    never.check("");
    let unseen = tied("Sales").empty().with(|s| s.mirror.as_mut().unwrap().group.hidden_membership = true);
    unseen.check("finding group_hidden");
}

#[test]
fn w3_state_that_lasts_is_said_once_and_not_in_every_run() {
    let at = TODAY;
    tied("Sales").presence(Presence::Deleted { at }).old_news().check("");
    tied("Sales").presence(Presence::Hidden { at }).old_news().check("");
    tied("Sales").empty().old_news().check("");
    // What is done is said whenever it is done.
    tied("Sales team").old_news().check("rename g1 Sales (group_changed)");
    deleted_here().old_news().check("untie g1 Sales (group_deleted_here); finding group_deleted_here");
}

#[test]
fn s9_ended_subscription_cuts_the_tie_and_nothing_else() {
    let ended = tied("Old name").with(|s| s.subscription = Some(Ended));
    ended.check("untie g1 Old name (subscription_ended)");
    tied("Sales").with(|s| s.subscription = None).check("untie g1 Sales (subscription_ended)");
    sales().with(|s| s.subscription = Some(Ended)).check("");
    ended.empty().presence(Presence::Deleted { at: TODAY }).check("untie g1 Old name (subscription_ended)");
}

#[test]
fn w1_undone_group_operations_stay_away_until_the_source_changes() {
    sales().also_called("Sales").rejects(OpKind::GroupCreate).check("");
    tied("Sales team").rejects(OpKind::GroupRename).check("");
    let ended = tied("Sales").with(|s| s.subscription = Some(Ended));
    ended.rejects(OpKind::GroupUntie).check("");
    let renamed = sales().rejects(OpKind::GroupCreate).with(|s| {
        s.mirror.as_mut().unwrap().group.name = "Sales Europe".into();
    });
    renamed.check("create Sales Europe (subscribed)");
    sales().rejects(OpKind::GroupRename).check("create Sales (subscribed)");
}

#[test]
fn s7_manual_mode_leaves_contact_groups_as_they_are() {
    sales().set("mode", "manual").check("");
    tied("Sales team").set("mode", "manual").check("");
    deleted_here().set("mode", "manual").check("");
    let ended = tied("Sales").with(|s| s.subscription = Some(Ended));
    ended.set("mode", "manual").check("untie g1 Sales (subscription_ended)");
}

#[test]
fn s9_switched_off_plans_no_groups() {
    for case in [sales(), tied("Sales team"), deleted_here()] {
        case.set("active", "off").check("");
    }
}

#[test]
fn w3_groups_that_tell_nothing_stand_still() {
    let at = TODAY;
    let of = |case: Case| {
        let subjects = [case.subject.clone()];
        let due = DueGroups::All;
        still(&Groups { subjects: &subjects, names: &[], filled: &case.filled, due, held: &case.held })
    };
    let one = BTreeSet::from([group_id(1)]);
    assert_eq!(of(tied("Sales")), engine::Still::default());
    assert_eq!(of(tied("Sales").empty()).emptied, one);
    for presence in [Presence::Deleted { at }, Presence::Hidden { at }, Presence::Missing { at }] {
        assert_eq!(of(tied("Sales").presence(presence)).vanished, one);
    }
    assert_eq!(of(tied("Sales").with(|s| s.mirror = None)).vanished, one);
    assert_eq!(of(sales().empty()), engine::Still::default());
}

#[test]
fn row_all_groups_are_news_where_everything_is_planned() {
    let case = tied("Sales").presence(Presence::Deleted { at: Timestamp::START });
    let subjects = [case.subject.clone()];
    let groups = Groups {
        subjects: &subjects,
        names: &[],
        filled: &case.filled,
        due: DueGroups::All,
        held: &case.held,
    };
    let kinds: Vec<FindingKind> =
        plan_groups(&case.policy, &groups).findings.iter().map(|f| f.kind).collect();
    assert_eq!(kinds, [FindingKind::GroupGone]);
}
