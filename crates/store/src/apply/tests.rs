//! A plan that a killed apply left goes on, and a person has linked or unlinked somebody meanwhile.

use model::ids::{ContactId, GroupId};
use model::link::LinkOrigin;
use model::plan::{Direction, GroupPlan, GuardKind, Mark, MembershipChange, Operation, PersonPlan};
use model::reason::{InReason, OutReason, Reason};
use model::run::{ReadMode, RunKind};
use model::source::{EmailFrom, MirrorUser, Presence, VerifiedDomains};
use model::{Field, Origin};

use super::*;
use crate::connection::{ScopeChange, Switch};
use crate::hold::Chosen;
use crate::mirror::{Batch, Keys, Marks, Write};
use crate::outbox::Mail;
use crate::pending::Due;
use crate::plan::{Closing, Draft, Guarded};
use crate::runs::{GuardWindow, RunStart, Spent};
use crate::testing::{TestDb, connected, empty_databases, leased};

const NOW: Timestamp = Timestamp(1_700_000_000_000);

/// A customer whose mirror knows two people, and the lease of a run.
struct Office {
    book: Book,
    lease: Lease,
    name: &'static str,
    _db: TestDb,
}

fn offices() -> impl Iterator<Item = Office> {
    empty_databases().into_iter().map(|db| {
        let (book, connection) = connected(&db);
        let lease = leased(&book, connection);
        let live = |n| SourceUser { id: source(n), ..SourceUser::default() };
        let users = [1, 2].map(|n| MirrorUser { user: live(n), presence: Presence::Live }).into();
        let batch = Batch { users, ..Batch::default() };
        let keys = Keys { from: EmailFrom::Mail, domains: &VerifiedDomains::default() };
        book.write_mirror(&lease, &Write { keys, batch: &batch, marks: Marks::Touched, end: None }).unwrap();
        Office { book, lease, name: db.name, _db: db }
    })
}

fn source(n: u8) -> SourceId {
    SourceId::Guid([n; 16])
}

impl Office {
    fn contact(&self, name: &str) -> ContactId {
        let mut values = Values::default();
        values.set(Field::DisplayName, Some(name));
        self.book.add_contact(&values, Origin::Manual, NOW).unwrap()
    }

    fn link(&self, n: u8, contact: ContactId) {
        self.book.link_by_hand(self.lease.connection, &source(n), contact, NOW).unwrap();
    }

    /// A plan of these steps about the first person, ready to be applied.
    fn plan(&self, steps: Vec<Step>) -> Draft {
        let operation = |step| Operation {
            connection: self.lease.connection,
            source: source(1),
            reason: match step {
                Step::Create { .. } => Reason::In(InReason::Everybody),
                _ => Reason::Out(OutReason::Deleted),
            },
            step,
            held: None,
            state: 0,
        };
        let operations = steps.into_iter().map(operation).collect();
        self.plan_of(PersonPlan { operations, ..PersonPlan::default() })
    }

    fn plan_of(&self, plan: PersonPlan) -> Draft {
        let (kind, mode) = (RunKind::Run, ReadMode::Delta);
        let start = RunStart { kind, mode, spent: Spent::default(), at: NOW };
        let run = self.book.begin_run(&self.lease, &start).unwrap();
        let (mut draft, due) = self.book.begin_plan(&self.lease, run, NOW).unwrap();
        self.book.plan_groups(&self.lease, &mut draft, &GroupPlan::default()).unwrap();
        self.book.plan_people(&self.lease, &mut draft, vec![plan]).unwrap();
        let tell = |_| -> Mail { panic!("nothing is held") };
        let guard = |_: &GuardWindow, _: &BTreeMap<GuardKind, i64>| Guarded::default();
        let closing = Closing { guard: &guard, due: &due, some_only: None, unchanged: 0, tell: &tell };
        self.book.close_plan(&self.lease, &mut draft, &closing).unwrap();
        draft
    }

    /// What applying the next chunk answers.
    fn chunk(&self, draft: &Draft) -> Result<Progress> {
        let named = |_: &SourceUser| {
            let mut values = Values::default();
            values.set(Field::DisplayName, Some("Neu"));
            values
        };
        self.book.apply_chunk(&self.lease, draft.id, NOW, &named)
    }

    /// Applies a plan; answers what its run counts, all kinds together.
    fn apply(&self, draft: &Draft) -> i64 {
        let done = self.chunk(draft).unwrap();
        assert_eq!(done.done, done.of);
        let counts = self.book.run(draft.run).unwrap().unwrap().counts;
        counts.created
            + counts.updated
            + counts.removed
            + counts.adopted
            + counts.unlinked
            + counts.memberships
            + counts.restored
    }

    /// Everything about links and contacts, as text.
    fn state(&self) -> String {
        format!("{:?} {:?}", self.book.entries().unwrap(), self.book.bin().unwrap())
    }

    /// How many rows a plan has.
    fn rows(&self, draft: &Draft) -> usize {
        self.book.plan_rows(draft.id, 0, i64::MAX).unwrap().len()
    }

    /// Nothing was written, and the first person is planned again.
    fn is_stale(&self, what: &str, draft: &Draft) {
        let before = self.state();
        assert_eq!(self.apply(draft), 0, "{what} on {}", self.name);
        assert_eq!(self.state(), before, "{what} on {}", self.name);
        let due = self.book.due(self.lease.connection, NOW).unwrap();
        let again = match due {
            Due::Everybody => true,
            Due::People(people) => people.contains(&source(1)),
            Due::Nobody => false,
        };
        assert!(again, "{what} on {}", self.name);
    }
}

#[test]
fn w15_whom_a_person_unlinked_since_the_plan_was_made_is_left_alone() {
    let steps: [fn(ContactId) -> Step; 6] = [
        |contact| Step::Remove { contact },
        |contact| Step::MarkLeft { contact },
        |contact| Step::Update { contact, changes: Vec::new(), wrote_key: None },
        |from| Step::TakeOver { from },
        |contact| Step::Unlink { contact, origin: LinkOrigin::ByHand, mark: Mark::Left },
        |contact| Step::Wait { contact, out: None, due: None },
    ];
    for step in steps {
        for office in offices() {
            let anna = office.contact("Anna");
            office.link(1, anna);
            let step = step(anna);
            let what = format!("{step:?}");
            let draft = office.plan(vec![step]);
            office.book.unlink_by_hand(anna, NOW).unwrap();
            office.is_stale(&what, &draft);
        }
    }
}

#[test]
fn w15_whom_a_person_linked_since_the_plan_was_made_stays_so() {
    for office in offices() {
        let (anna, berta) = (office.contact("Anna"), office.contact("Berta"));
        let adopt = office.plan(vec![Step::Adopt { contact: anna, changes: Vec::new() }]);
        office.link(1, berta);
        office.is_stale("adopted", &adopt);
        office.book.unlink_by_hand(berta, NOW).unwrap();

        let create = office.plan(vec![Step::Create { again: None }]);
        office.link(1, berta);
        office.is_stale("created", &create);
        office.book.unlink_by_hand(berta, NOW).unwrap();

        let adopt = office.plan(vec![Step::Adopt { contact: anna, changes: Vec::new() }]);
        office.link(2, anna);
        office.is_stale("somebody else's by now", &adopt);
    }
}

#[test]
fn w15_a_link_that_is_as_planned_is_no_obstacle() {
    for office in offices() {
        let anna = office.contact("Anna");
        office.link(1, anna);
        let unlink = Step::Unlink { contact: anna, origin: LinkOrigin::ByHand, mark: Mark::None };
        let draft = office.plan(vec![unlink, Step::Create { again: None }]);
        assert_eq!(office.apply(&draft), 2, "cut, and beside it a new one, on {}", office.name);
        let entries = office.book.entries().unwrap();
        let linked: Vec<_> = entries.iter().filter(|e| e.source.is_some()).collect();
        assert!(entries.len() == 2 && linked.len() == 1, "on {}: {entries:?}", office.name);
        let new = linked.first().unwrap().contact.id;
        assert_ne!(new, anna);

        let draft = office.plan(vec![Step::Remove { contact: new }]);
        assert_eq!(office.apply(&draft), 1, "on {}", office.name);
        let again = office.plan(vec![Step::Create { again: Some(new) }]);
        assert_eq!(office.apply(&again), 1, "on {}", office.name);
        assert!(office.book.entries().unwrap().iter().any(|e| e.contact.id == new), "on {}", office.name);
    }
}

#[test]
fn w15_a_run_puts_nobody_into_a_group_whom_it_does_not_follow_any_more() {
    for office in offices() {
        let group = GroupId::new(office.book.customer.id, 1);
        let sql = "INSERT INTO contact_group (id, name) VALUES ($1, 'Vertrieb')";
        office.book.store.db.write(|tx| tx.exec(sql, params![group.get()])).unwrap();
        let anna = office.contact("Anna");
        for (still, members) in [(false, 0), (true, 1)] {
            office.link(1, anna);
            let memberships = vec![MembershipChange { group, direction: Direction::Join }];
            let draft =
                office.plan_of(PersonPlan { contact: Some(anna), memberships, ..PersonPlan::default() });
            if !still {
                office.book.unlink_by_hand(anna, NOW).unwrap();
            }
            assert_eq!(office.apply(&draft), members, "on {}", office.name);
            assert_eq!(
                office.book.group_rows().unwrap().first().unwrap().members,
                members,
                "on {}",
                office.name
            );
        }
    }
}

#[test]
fn w1_what_cannot_be_read_as_held_is_not_done() {
    for office in offices() {
        let anna = office.contact("Anna");
        office.link(1, anna);
        let draft = office.plan(vec![Step::Remove { contact: anna }]);
        let sql = "UPDATE plan_op SET held = 'nonsense' WHERE plan = $1";
        office.book.store.db.write(|tx| tx.exec(sql, params![draft.id.0])).unwrap();
        assert!(matches!(office.chunk(&draft), Err(StoreError::Corrupt(_))), "on {}", office.name);
    }
}

/// What a person does about the first person and contact once the plan is made.
type Deed = (&'static str, fn(&Office, ContactId));

const DEEDS: [Deed; 6] = [
    ("held", |o, _| o.book.hold(o.lease.connection, &source(1), "so", NOW).unwrap()),
    ("edited", |o, anna| {
        o.book.edit_contact(anna, &[(Field::JobTitle, Some("Leitung".into()))], NOW).unwrap();
    }),
    ("pinned", |o, anna| {
        let pin = model::Pin { field: Field::LastName, reason: "so".into(), until: None };
        o.book.pin(anna, &pin, NOW).unwrap();
    }),
    ("excluded", |o, _| {
        let change = [ScopeChange::Exclude(source(1), Switch::On)];
        o.book.change_scope(o.lease.connection, &change).unwrap();
    }),
    ("kept by the policy", |o, _| {
        o.book.set_policy(&[("on_deleted".into(), "keep".into())]).unwrap();
    }),
    ("kept by the operator", |o, _| {
        o.book.store.set_policy(&[("on_deleted".into(), "keep".into())]).unwrap();
    }),
];

#[test]
fn w1_what_a_person_says_after_the_plan_was_made_holds_for_its_last_operation_too() {
    let steps: [fn(ContactId) -> Step; 3] = [
        |contact| Step::Remove { contact },
        |from| Step::TakeOver { from },
        |contact| Step::Unlink { contact, origin: LinkOrigin::ByHand, mark: Mark::Left },
    ];
    for ((what, deed), step) in DEEDS.iter().flat_map(|deed| steps.map(|step| (deed, step))) {
        for office in offices() {
            let anna = office.contact("Anna");
            office.link(1, anna);
            let step = step(anna);
            let what = format!("{what} before {step:?}");
            let draft = office.plan(vec![step]);
            deed(&office, anna);
            office.is_stale(&what, &draft);
            assert_eq!(office.rows(&draft), 0, "{what} on {}: the plan says what was done", office.name);
        }
    }
}

#[test]
fn w1_whom_a_person_holds_or_excludes_is_not_created_by_a_first_fill_under_way() {
    for (what, deed) in [DEEDS[0], DEEDS[3]] {
        for office in offices() {
            let draft = office.plan(vec![Step::Create { again: None }]);
            deed(&office, ContactId::new(office.book.customer.id, 1));
            office.is_stale(what, &draft);
        }
    }
}

#[test]
fn w1_memberships_of_whom_a_person_holds_wait_as_well() {
    for office in offices() {
        let group = GroupId::new(office.book.customer.id, 1);
        let sql = "INSERT INTO contact_group (id, name) VALUES ($1, 'Vertrieb')";
        office.book.store.db.write(|tx| tx.exec(sql, params![group.get()])).unwrap();
        let anna = office.contact("Anna");
        office.link(1, anna);
        let of = |direction| {
            let memberships = vec![MembershipChange { group, direction }];
            office.plan_of(PersonPlan { contact: Some(anna), memberships, ..PersonPlan::default() })
        };
        let members = || office.book.group_rows().unwrap().first().unwrap().members;
        let (book, connection) = (&office.book, office.lease.connection);
        let draft = of(Direction::Join);
        book.hold(connection, &source(1), "so", NOW).unwrap();
        assert_eq!((office.apply(&draft), members()), (0, 0), "on {}", office.name);
        assert_eq!(book.due(connection, NOW).unwrap(), Due::People(vec![source(1)]), "on {}", office.name);
        let chosen = Chosen { by_hand: [source(1)].into(), ..Chosen::default() };
        book.release(connection, &chosen, NOW).unwrap();
        assert_eq!((office.apply(&of(Direction::Join)), members()), (1, 1), "on {}", office.name);
        let draft = of(Direction::Leave);
        book.hold(connection, &source(1), "so", NOW).unwrap();
        assert_eq!((office.apply(&draft), members()), (0, 1), "on {}", office.name);
    }
}

#[test]
fn w15_what_other_customers_do_is_no_news() {
    for office in offices() {
        let anna = office.contact("Anna");
        office.link(1, anna);
        let draft = office.plan(vec![Step::Remove { contact: anna }]);
        let slug = "nachbar".parse().unwrap();
        let store = &office.book.store;
        let other = store.add_customer(&slug, "Nachbar", model::Preset::Careful, NOW).unwrap();
        other.set_policy(&[("on_deleted".into(), "keep".into())]).unwrap();
        store.db.write(|tx| pending::last(tx).and_then(|_| crate::store::next(tx, "pending"))).unwrap();
        assert_eq!(office.apply(&draft), 1, "on {}", office.name);
    }
}
