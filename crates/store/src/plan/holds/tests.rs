//! What becomes of holds when a plan is closed.

use model::ids::{PlanId, RunId};
use model::plan::{HeldBy, OpKind};
use model::reason::Reason;

use super::*;
use crate::hold::Chosen;
use crate::plan::write::{NewRow, write_rows};
use crate::store::Store;
use crate::store::next;
use crate::testing::{connected, empty_databases};

const NOW: Timestamp = Timestamp(1_700_000_000_000);

fn source(n: i64) -> SourceId {
    let mut id = [0; 16];
    id[8..].copy_from_slice(&n.to_be_bytes());
    SourceId::Guid(id)
}

/// A plan of removals of these people, each with its state, held or not.
fn plan(store: &Store, connection: ConnectionId, rows: &[(i64, i64, Option<HeldBy>)]) -> Draft {
    let row = |(n, state, held): &(i64, i64, Option<HeldBy>)| NewRow {
        kind: OpKind::Remove,
        contact: Some(*n),
        source: source(*n).as_bytes().to_vec(),
        reason: Reason::GroupChanged.code().into(),
        held: *held,
        guard: None,
        created: None,
        state: *state,
        seen: Some(*state),
        detail: Vec::new(),
    };
    let write = |tx: &mut Tx<'_>| {
        let id = PlanId(next(tx, "plan")?);
        let sql = "INSERT INTO plan (id, customer, connection, run, state, as_of, pending_seq, marks, lease, operations, \
                   progress) VALUES ($1, $2, $3, 0, 'draft', 0, 0, 0, 0, 0, 0)";
        tx.exec(sql, params![id.0, connection.customer().0, connection.get()])?;
        let mut draft = Draft::new(id, RunId(0), NOW, 0);
        write_rows(tx, id, &mut draft.operations, rows.iter().map(row))?;
        Ok(draft)
    };
    store.db.write(write).unwrap()
}

fn close(store: &Store, connection: ConnectionId, draft: &Draft, due: &Due) -> i64 {
    store.db.write(|tx| keep_holds(tx, connection, draft, due)).unwrap()
}

#[test]
fn w2_a_hold_lives_while_a_plan_of_its_person_asks_for_it() {
    const GUARD: Option<HeldBy> = Some(HeldBy::Guard);
    for db in empty_databases() {
        let (book, connection) = connected(&db);
        let store = &book.store;
        let state = || {
            let holds = book.holds(connection).unwrap();
            holds.iter().map(|h| (h.contact.unwrap().get(), h.released)).collect::<Vec<_>>()
        };
        let asks = |rows: &[_], due: Due| close(store, connection, &plan(store, connection, rows), &due);
        let first = [(1, 1, GUARD), (2, 1, GUARD), (3, 1, GUARD), (4, 1, GUARD), (5, 1, None)];
        assert_eq!(asks(&first, Due::Everybody), 4, "{}", db.name);
        let chosen = book.held_about(connection, &BTreeSet::from([source(2), source(3)])).unwrap();
        assert_eq!(book.release(connection, &chosen, NOW).unwrap().count(), 2);

        // Of those who are planned: 1 is not asked for, 2 is let through, 3 is something else by now and so waits anew, 6 is new.
        let people = [1, 2, 3, 6].map(source).to_vec();
        let second = [(2, 1, None), (3, 2, GUARD), (6, 1, GUARD)];
        assert_eq!(asks(&second, Due::People(people)), 2, "{}", db.name);
        assert_eq!(state(), [(2, true), (3, false), (4, false), (6, false)], "{}", db.name);

        assert_eq!(asks(&[], Due::Nobody), 0, "{}", db.name);
        assert_eq!(state().len(), 4, "{}: nobody was planned", db.name);
        assert_eq!(asks(&[(4, 1, None), (2, 1, None)], Due::Everybody), 0, "{}", db.name);
        assert_eq!(state(), [(2, true)], "{}", db.name);
    }
}

#[test]
fn w2_whom_the_guard_lets_go_on_is_due_until_the_plan_is_applied() {
    for db in empty_databases() {
        let (book, connection) = connected(&db);
        let store = &book.store;
        let first = plan(store, connection, &[(1, 1, Some(HeldBy::Guard)), (2, 1, Some(HeldBy::Guard))]);
        close(store, connection, &first, &Due::Everybody);
        store.db.write(|tx| tx.script("DELETE FROM pending")).unwrap();
        assert_eq!(book.due(connection, NOW).unwrap(), Due::Nobody, "{}", db.name);

        let due = Due::People(vec![source(1), source(2)]);
        let later = plan(store, connection, &[(1, 1, None), (2, 1, Some(HeldBy::Guard))]);
        close(store, connection, &later, &due);
        assert_eq!(book.due(connection, NOW).unwrap(), Due::People(vec![source(1)]), "{}", db.name);
        store.db.write(|tx| pending::clear(tx, connection, later.as_of, later.seq)).unwrap();
        assert_eq!(book.due(connection, NOW).unwrap(), Due::Nobody, "{}", db.name);
    }
}

#[test]
fn w6_what_many_holds_cost_grows_with_them_and_not_with_their_square() {
    let db = empty_databases().swap_remove(0);
    let (book, connection) = connected(&db);
    let steps = |n: i64| {
        let rows: Vec<_> = (1..=n).map(|n| (n, 1, Some(HeldBy::Guard))).collect();
        let due = Due::People(rows.iter().map(|(n, ..)| source(*n)).collect());
        close(&book.store, connection, &plan(&book.store, connection, &rows), &due);
        let again = plan(&book.store, connection, &rows);
        let before = book.store.stats().steps;
        close(&book.store, connection, &again, &due);
        book.store.stats().steps - before
    };
    let (few, many) = (steps(100), steps(1_000));
    assert!(few > 100 && many < few * 15, "{few} steps with 100 holds, {many} with 1000");
}

#[test]
fn w2_a_release_and_a_rejection_reach_only_what_was_looked_at() {
    const GUARD: Option<HeldBy> = Some(HeldBy::Guard);
    for db in empty_databases() {
        let (book, connection) = connected(&db);
        let store = &book.store;
        let asks = |rows: &[_]| close(store, connection, &plan(store, connection, rows), &Due::Everybody);
        asks(&[(1, 1, GUARD), (2, 1, GUARD), (3, 1, GUARD)]);
        let looked_at = book.holds(connection).unwrap();
        // While somebody looks, a run finds 2 changed, and 4 besides.
        asks(&[(1, 1, GUARD), (2, 2, GUARD), (3, 1, GUARD), (4, 1, GUARD)]);
        let chosen =
            |n: std::ops::Range<usize>| Chosen { operations: looked_at[n].to_vec(), ..Chosen::default() };
        assert_eq!(book.release(connection, &chosen(0..2), NOW).unwrap().count(), 1, "{}", db.name);
        assert_eq!(book.reject(connection, &chosen(1..3), "", NOW).unwrap().count(), 1, "{}", db.name);
        let left: Vec<_> =
            book.holds(connection).unwrap().into_iter().map(|h| (h.source, h.released)).collect();
        assert_eq!(left, [(source(1), true), (source(2), false), (source(4), false)], "{}", db.name);
        assert!(book.rejections(connection, &source(2)).unwrap().is_empty(), "{}", db.name);
    }
}
