//! What PostgreSQL believes of its tables right after a first fill, by which it plans the small runs that follow.

use model::Preset;
use model::run::Outcome;

use crate::kit::Kit;

const FILLED: [&str; 2] = ["source_user", "contact"];

#[test]
fn w6_postgres_counts_our_tables_once_they_were_filled_and_no_others() {
    for kit in Kit::company(Preset::Careful, 7, 700, 5) {
        let kit = kit.everybody();
        kit.db.stranger(1_000);
        kit.db.leave_alone(&FILLED);
        if kit.db.believed("contact").is_none() {
            // SQLite's statistics are set with its tables; gathering any would only make it slower.
            let stats = kit.office.store.stats();
            kit.office.store.gather_statistics().unwrap();
            assert_eq!(kit.office.store.stats(), stats);
            continue;
        }
        assert_eq!(kit.sync().run.outcome, Outcome::Done);
        let contacts = kit.book.entries().unwrap().len() as i64;
        assert!(contacts > 400);
        let gathered = |table: &str| kit.db.believed(table).unwrap();
        for table in FILLED {
            let now = gathered(table);
            assert!(now.gathered == 1 && now.rows >= contacts, "{table}: {now:?}");
        }
        assert_eq!(gathered("stranger").gathered, 0, "somebody else's table");
        // What has not grown is not counted again.
        kit.office.store.gather_statistics().unwrap();
        assert_eq!(FILLED.map(|table| gathered(table).gathered), [1; 2]);
    }
}

#[test]
fn w6_a_table_that_cannot_be_counted_now_keeps_no_run_waiting() {
    for kit in Kit::company(Preset::Careful, 7, 700, 5) {
        let kit = kit.everybody();
        if kit.db.believed("contact").is_none() {
            continue;
        }
        kit.db.leave_alone(&FILLED);
        let report = kit.db.while_locked("contact", || kit.sync());
        assert_eq!(report.run.outcome, Outcome::Done);
        let gathered = |table: &str| kit.db.believed(table).unwrap().gathered;
        assert_eq!((gathered("contact"), gathered("source_user")), (0, 1));
    }
}
