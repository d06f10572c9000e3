//! Databases for tests: SQLite in a folder of its own and, when `WHOSWHO_TEST_POSTGRES` holds a URL, PostgreSQL in a schema
//! of its own. Both are gone when the test ends.
#![expect(clippy::expect_used, reason = "a test without its database can only stop")]

mod customers;
mod filled;
mod laid;

use std::collections::BTreeMap;
use std::ops::Deref;
use std::sync::atomic::{AtomicU32, Ordering};

use model::ids::{ConnectionId, ContactId, CustomerId, GroupId, PlanId, SourceId};
use model::{Contact, Timestamp};

use crate::db::{Db, Engine, Location, Row, Tx, params};
use crate::error::Result;
use crate::migrate;

pub use laid::Laid;

/// Where a test server is, a `postgres://` URL of a user who may create schemas.
pub const POSTGRES: &str = "WHOSWHO_TEST_POSTGRES";

/// A database of one test. Dereferences to [`Db`].
pub struct TestDb {
    /// The engine's name, for messages of assertions.
    pub name: &'static str,
    /// The open database.
    pub db: Db,
    /// Where it is, for a second process or handle.
    pub location: Location,
    gone_at_end: Gone,
}

/// What PostgreSQL believes of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Believed {
    /// Rows in it; -1 where nobody ever counted.
    pub rows: i64,
    /// How often it was counted because somebody asked.
    pub gathered: i64,
}

enum Gone {
    Folder { _kept: tempfile::TempDir },
    Schema { url: String, schema: String },
}

impl Deref for TestDb {
    type Target = Db;

    fn deref(&self) -> &Db {
        &self.db
    }
}

/// A contact as a person could see it, with what binds it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Seen {
    /// Its values and marks; none where it is not in the book.
    pub text: Vec<String>,
    /// Its links.
    pub links: Vec<SeenLink>,
    /// Its groups, and who made the membership.
    pub groups: Vec<String>,
}

/// A link of a contact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeenLink {
    source: SourceId,
    origin: String,
}

impl SeenLink {
    /// Whether it is a link to this source user.
    pub fn is_of(&self, source: &SourceId) -> bool {
        self.source == *source
    }
}

impl Seen {
    /// Whether it is in the book.
    pub fn in_book(&self) -> bool {
        !self.text.is_empty()
    }
}

impl TestDb {
    /// All contacts of a customer that are in the book or linked, by their keys.
    pub fn seen(&self, customer: CustomerId) -> BTreeMap<i64, Seen> {
        let (low, high) = ContactId::range(customer);
        let look = |tx: &mut Tx<'_>| {
            let mut seen: BTreeMap<i64, Seen> = BTreeMap::new();
            let fields = "first_name, last_name, display_name, email, job_title, department, company, office, mobile, \
                          business_phones, site, origin";
            let sql =
                format!("SELECT id, left_at IS NOT NULL, {fields} FROM contact WHERE id BETWEEN $1 AND $2");
            tx.for_each(&sql, params![low, high], |row| {
                let mut text = vec![if row.bool(1)? { "left" } else { "here" }.to_owned()];
                for at in 2..14 {
                    text.push(row.opt_text(at)?.unwrap_or("-").to_owned());
                }
                seen.entry(row.int(0)?).or_default().text = text;
                Ok(())
            })?;
            let sql =
                "SELECT contact, field FROM pin WHERE contact BETWEEN $1 AND $2 ORDER BY contact, field";
            tx.for_each(sql, params![low, high], |row| {
                if let Some(one) = seen.get_mut(&row.int(0)?) {
                    one.text.push(format!("pin {}", row.text(1)?));
                }
                Ok(())
            })?;
            let sql = "SELECT contact, source, origin FROM link WHERE contact BETWEEN $1 AND $2 ORDER BY contact, source";
            tx.for_each(sql, params![low, high], |row| {
                let link =
                    SeenLink { source: SourceId::from_bytes(row.blob(1)?), origin: row.text(2)?.to_owned() };
                seen.entry(row.int(0)?).or_default().links.push(link);
                Ok(())
            })?;
            let sql = "SELECT contact, contact_group, made_by FROM contact_member WHERE contact BETWEEN $1 AND $2 \
                       ORDER BY contact, contact_group";
            tx.for_each(sql, params![low, high], |row| {
                let by = if row.int(2)? == 0 { "run" } else { "hand" };
                let group = GroupId::from_stored(row.int(1)?).number();
                seen.entry(row.int(0)?).or_default().groups.push(format!("{group} by {by}"));
                Ok(())
            })?;
            Ok(seen)
        };
        self.db.read(look).expect("the book can be read")
    }

    /// Copies every row aside, to start from here again with [`TestDb::back`].
    pub fn keep(&self) {
        let copy = |t: &String| {
            format!("DROP TABLE IF EXISTS kept_{t}; CREATE TABLE kept_{t} AS SELECT * FROM {t};")
        };
        let sql: String = self.tables().iter().map(copy).collect();
        self.db.write(|tx| tx.script(&sql)).expect("rows can be copied");
    }

    /// Puts back the rows that [`TestDb::keep`] copied.
    pub fn back(&self) {
        let tables = self.tables();
        let empty = tables.iter().rev().map(|t| format!("DELETE FROM {t};"));
        let fill = tables.iter().map(|t| format!("INSERT INTO {t} SELECT * FROM kept_{t};"));
        let sql: String = empty.chain(fill).collect();
        let back = self.db.write(|tx| {
            tx.script(&sql)?;
            crate::search::reindex(tx)
        });
        back.expect("rows can be put back");
    }

    /// Ends all sessions on the server, as its restart would; `false` on SQLite, which has none.
    pub fn cut(&self) -> bool {
        let Gone::Schema { url, schema } = &self.gone_at_end else { return false };
        let sql = format!(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = '{schema}'"
        );
        execute(url, &sql);
        true
    }

    /// A table of somebody else's in the same place, of so many rows.
    pub fn stranger(&self, rows: i64) {
        let fill = format!(
            "CREATE TABLE stranger AS WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < {rows}) \
             SELECT n, '{}' AS padding FROM n;",
            "x".repeat(200)
        );
        self.db.write(|tx| tx.script(&fill)).expect("there is no such table");
    }

    /// Keeps PostgreSQL's autovacuum from these tables.
    pub fn leave_alone(&self, tables: &[&str]) {
        if self.db.engine() == Engine::Postgres {
            let off = |t: &&str| format!("ALTER TABLE {t} SET (autovacuum_enabled = false);");
            let sql: String = tables.iter().map(off).collect();
            self.db.write(|tx| tx.script(&sql)).expect("tables can be set");
        }
    }

    /// What PostgreSQL believes of a table; `None` on SQLite.
    pub fn believed(&self, table: &str) -> Option<Believed> {
        if self.db.engine() == Engine::Sqlite {
            return None;
        }
        let sql = "SELECT c.reltuples::int8, s.analyze_count FROM pg_class c JOIN pg_stat_all_tables s ON s.relid = c.oid \
                   WHERE c.relnamespace = current_schema()::regnamespace AND c.relname = $1";
        let read = |row: &Row<'_>| Ok(Believed { rows: row.int(0)?, gathered: row.int(1)? });
        let believed = self.db.read(|tx| tx.query_one(sql, params![table], read));
        Some(believed.expect("PostgreSQL has the table"))
    }

    /// Does something while PostgreSQL may write to a table and neither count nor vacuum it.
    pub fn while_locked<T>(&self, table: &str, f: impl FnOnce() -> T) -> T {
        let lock = format!("LOCK TABLE {table} IN SHARE UPDATE EXCLUSIVE MODE");
        let done = self.db.write(|tx| {
            tx.script(&lock)?;
            Ok(f())
        });
        done.expect("the table can be locked")
    }

    /// Every column of every row of every table as text, the search index and what is no text included; on SQLite without
    /// the index, which is several tables of its own form.
    pub fn everything(&self) -> String {
        let columns = "SELECT c.table_name::text, c.column_name::text, c.data_type::text \
                       FROM information_schema.columns AS c WHERE c.table_schema = current_schema() \
                       AND c.table_name NOT LIKE 'kept\\_%'";
        let all = self.db.read(|tx| {
            let columns: Vec<(String, String, bool)> = match tx.engine() {
                Engine::Postgres => tx.query(columns, &[], |row| {
                    Ok((row.text(0)?.to_owned(), row.text(1)?.to_owned(), row.text(2)? == "bytea"))
                })?,
                Engine::Sqlite => {
                    let all = migrate::columns::columns(tx)?;
                    all.into_iter().map(|c| (c.table, c.name, c.class == "blob")).collect()
                }
            };
            let mut lines = Vec::new();
            for (table, column, bytes) in columns {
                let what = if bytes { column.clone() } else { format!("CAST({column} AS TEXT)") };
                let cell = |row: &Row<'_>| {
                    let text = if bytes {
                        // Bytes that are letters are letters again.
                        String::from_utf8_lossy(row.opt_blob(0)?.unwrap_or_default()).into_owned()
                    } else {
                        row.opt_text(0)?.unwrap_or_default().to_owned()
                    };
                    Ok(format!("{table}.{column}: {text}"))
                };
                lines.extend(tx.query(&format!("SELECT {what} FROM {table}"), &[], cell)?);
            }
            Ok(lines.join("\n"))
        });
        all.expect("every column can be read as text")
    }

    /// Tables in the order in which they were made, so that whatever refers to a row comes behind it.
    fn tables(&self) -> Vec<String> {
        let all = self.db.read(migrate::columns::tables);
        // The search index is made anew; on SQLite it is several tables, none of which takes rows from outside. Links are
        // counted as they come and go.
        let others = ["kept_", "refinery", "contact_search", "link_count"];
        let own = |t: &String| !others.iter().any(|other| t.starts_with(other));
        all.expect("tables can be listed").into_iter().filter(own).collect()
    }
}

/// A migrated database of each engine at hand.
pub fn databases() -> Vec<TestDb> {
    let all = empty_databases();
    for one in &all {
        migrate::run(one, migrate::STEPS).expect("migrations apply");
    }
    all
}

/// A database of each engine at hand, without tables.
pub fn empty_databases() -> Vec<TestDb> {
    std::iter::once(sqlite()).chain(std::env::var(POSTGRES).ok().map(postgres)).collect()
}

/// Lets everything that the schedule goes by have happened that much earlier, as if nobody had served since.
pub fn age(location: &Location, ms: i64) {
    let db = Db::open(location).expect("the database opens");
    let earlier = |table: &str, columns: &[&str]| {
        let set: Vec<String> = columns.iter().map(|c| format!("{c} = {c} - {ms}")).collect();
        format!("UPDATE {table} SET {};", set.join(", "))
    };
    let all = [
        earlier("customer", &["created_at", "last_good_at"]),
        earlier("connection", &["connected_at", "renewed_at", "paused_until"]),
        earlier("run", &["started_at"]),
        earlier("schedule", &["since", "due_at", "waiting_at"]),
    ];
    db.write(|tx| tx.script(&all.concat())).expect("times can be changed");
}

/// Gives a table another name, so that whoever reads it meets a fault.
pub fn rename_table(location: &Location, from: &str, to: &str) {
    let db = Db::open(location).expect("the database opens");
    let sql = format!("ALTER TABLE {from} RENAME TO {to}");
    db.write(|tx| tx.script(&sql)).expect("a table can be renamed");
}

/// Lets the database's clock have gone on by so much as leases and claims see it.
pub fn wait(location: &Location, ms: i64) {
    let db = Db::open(location).expect("the database opens");
    let sql = format!(
        "UPDATE lease SET expires_at = expires_at - {ms}; \
         UPDATE schedule SET claimed_until = claimed_until - {ms} WHERE node <> 0;"
    );
    db.write(|tx| tx.script(&sql)).expect("times can be changed");
}

/// Lets whoever is signed in have proved who they are that much earlier.
pub fn age_proofs(location: &Location, ms: i64) {
    let db = Db::open(location).expect("the database opens");
    db.write(|tx| tx.script(&format!("UPDATE session SET proved_at = proved_at - {ms};")))
        .expect("times can be changed");
}

/// Lets everything that was planned have been planned that much earlier.
pub fn age_plans(location: &Location, ms: i64) {
    let db = Db::open(location).expect("the database opens");
    db.write(|tx| tx.script(&format!("UPDATE plan SET as_of = as_of - {ms};")))
        .expect("times can be changed");
}

/// Lets every run have taken so many milliseconds.
pub fn every_run_took(location: &Location, ms: i64) {
    let db = Db::open(location).expect("the database opens");
    db.write(|tx| tx.script(&format!("UPDATE run SET duration_ms = {ms};"))).expect("times can be changed");
}

/// Lets a customer's last run be under way again, in this process, with so many operations done.
pub fn halfway(location: &Location, holder: &str, done: i64) {
    let db = Db::open(location).expect("the database opens");
    let sql = format!(
        "UPDATE plan SET state = 'applying', progress = {done} WHERE id = (SELECT MAX(id) FROM plan); \
         UPDATE run SET outcome = 'running' WHERE id = (SELECT run FROM plan WHERE id = (SELECT MAX(id) FROM plan)); \
         UPDATE lease SET expires_at = 9000000000000, holder = '{holder}';"
    );
    db.write(|tx| tx.script(&sql)).expect("times can be changed");
}

/// Lets contacts have been removed that much earlier.
pub fn age_bin(location: &Location, ms: i64) {
    let db = Db::open(location).expect("the database opens");
    let sql = format!("UPDATE bin SET removed_at = removed_at - {ms};");
    db.write(|tx| tx.script(&sql)).expect("times can be changed");
}

impl crate::Book {
    /// Living users of the mirror by id.
    pub fn living_users(&self, connection: ConnectionId) -> Result<Vec<SourceId>> {
        self.owns(connection)?;
        let sql = "SELECT source FROM source_user WHERE connection = $1 AND presence = 0 ORDER BY source";
        let id = |row: &Row<'_>| Ok(SourceId::from_bytes(row.blob(0)?));
        self.store.db.read(|tx| tx.query(sql, params![connection.get()], id))
    }

    /// How many contacts the book has: as it is kept, and counted anew.
    pub fn contact_counts(&self) -> Result<(i64, i64)> {
        let (low, high) = ContactId::range(self.customer.id);
        let sql = "SELECT COUNT(*) FROM contact WHERE id BETWEEN $1 AND $2";
        let counted = self.store.db.read(|tx| tx.query_one(sql, params![low, high], |row| row.int(0)))?;
        Ok((self.count()?, counted))
    }

    /// How many contacts of the book are linked: as it is kept, and counted anew.
    pub fn linked_counts(&self, connection: ConnectionId) -> Result<(i64, i64)> {
        self.owns(connection)?;
        let (kept, counted) = self.contact_counts()?;
        assert_eq!(kept, counted, "contacts of the book");
        let kept = "SELECT COALESCE(SUM(linked), 0) FROM link_count WHERE connection = $1";
        let kept = format!("SELECT CAST(({kept}) AS BIGINT)");
        let counted =
            "SELECT COUNT(*) FROM link l JOIN contact c ON c.id = l.contact WHERE l.connection = $1";
        self.store.db.read(|tx| {
            let mut one = |sql: &str| tx.query_one(sql, params![connection.get()], |row| row.int(0));
            Ok((one(&kept)?, one(counted)?))
        })
    }

    /// The whole bin, newest first.
    pub fn bin(&self) -> Result<Vec<(Contact, Timestamp)>> {
        self.bin_page(None, i64::MAX)
    }

    /// The newest plan of the customer.
    pub fn latest_plan(&self) -> Result<Option<PlanId>> {
        let sql = "SELECT MAX(id) FROM plan WHERE customer = $1 AND state NOT IN ('draft', 'forgotten')";
        let newest = |row: &Row<'_>| Ok(row.opt_int(0)?.map(PlanId));
        self.store.db.read(|tx| tx.query_one(sql, params![self.customer.id.0], newest))
    }
}

/// A customer of its own installation, connected to a tenant that nobody asks.
#[cfg(test)]
pub(crate) fn connected(db: &TestDb) -> (crate::Book, model::ConnectionId) {
    use model::Preset;
    let folder = tempfile::tempdir().expect("a temporary folder");
    let keys = crate::KeyRing::load(folder.path(), None).expect("a key");
    let store = crate::Store::open(&db.location, keys).expect("the database opens");
    let (slug, now) = ("muster".parse().expect("a short name"), Timestamp(1_700_000_000_000));
    let book = store.add_customer(&slug, "Muster", Preset::Careful, now).expect("there is no other");
    let new = crate::NewConnection {
        tenant_id: "11111111-2222-3333-4444-555555555555",
        client_id: "c",
        login_url: "https://login.example",
        graph_url: "https://graph.example",
        credential: crate::StoredCredential::Secret("geheim-geheim".into()),
        credential_ends_at: None,
        credential_end_by: crate::EndBy::Typed,
    };
    let connection = book.connect(&new, now).expect("it is not connected").id;
    (book, connection)
}

/// The lease of a customer at whom nobody else is at work.
#[cfg(test)]
pub(crate) fn leased(book: &crate::Book, connection: model::ConnectionId) -> crate::Lease {
    let me = crate::Holder("test".into());
    match book.take_lease(connection, &me, crate::Work::Other, |_| crate::Liveness::Unknown) {
        Ok(crate::Asked::Taken(lease)) => lease,
        other => panic!("nobody else is at work: {other:?}"),
    }
}

fn sqlite() -> TestDb {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let location = Location::Sqlite(folder.path().join("data").join("whoswho.db"));
    let db = Db::open(&location).expect("SQLite opens");
    TestDb { name: "sqlite", db, location, gone_at_end: Gone::Folder { _kept: folder } }
}

fn postgres(url: String) -> TestDb {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let (process, number) = (std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
    let schema = format!("t_{process}_{number}_{:08x}", rand::random::<u32>());
    execute(&url, &format!("CREATE SCHEMA {schema}"));
    let separator = if url.contains('?') { '&' } else { '?' };
    // By its name the sessions of one test are told from those of others.
    let location =
        Location::from(format!("{url}{separator}schema={schema}&application_name={schema}").as_str());
    let db = Db::open(&location).expect("PostgreSQL opens");
    TestDb { name: "postgres", db, location, gone_at_end: Gone::Schema { url, schema } }
}

fn execute(url: &str, sql: &str) {
    let db = Db::open_postgres(url).expect("the test server answers");
    db.write(|tx| tx.script(sql)).expect("the test user may create schemas");
}

impl Drop for Gone {
    fn drop(&mut self) {
        match self {
            Self::Folder { .. } => {}
            Self::Schema { url, schema } => execute(url, &format!("DROP SCHEMA {schema} CASCADE")),
        }
    }
}
