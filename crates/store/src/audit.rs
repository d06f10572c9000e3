//! The audit log: who did what when, on pages and by commands. Lines are only ever added, and dropped when their term ends.

use model::Timestamp;

use crate::account::AccountId;
use crate::db::{Row, params};
use crate::error::Result;
use crate::store::{Store, next};

/// Days that lines are kept.
const KEPT_DAYS: i64 = 365;
/// Characters of what was changed that a line keeps.
const LONGEST: usize = 4_000;

/// What somebody did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deed {
    /// The name of whoever did it.
    pub actor: String,
    /// The account; `None` for commands.
    pub account: Option<AccountId>,
    /// The customer's short name; empty where it was about none, or about all.
    pub customer: String,
    /// The route as the table of routes has it, or the command.
    pub what: String,
    /// An id out of the path; empty where there is none.
    pub about: String,
    /// What was changed, one thing a line.
    pub detail: String,
}

/// A line of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditRow {
    /// Its number.
    pub id: i64,
    /// When.
    pub at: Timestamp,
    /// Who did what.
    pub deed: Deed,
}

/// Which lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct AuditOf<'a> {
    /// Of this customer only.
    pub customer: Option<&'a str>,
    /// Whose actor or customer has these letters in it, in any case.
    pub words: &'a str,
    /// Older than this line.
    pub before: Option<i64>,
}

impl Store {
    /// Adds a line.
    pub fn audit(&self, deed: &Deed, now: Timestamp) -> Result<()> {
        let detail: String = deed.detail.chars().take(LONGEST).collect();
        let sql = "INSERT INTO audit (id, at, actor, account, customer, what, about, detail) \
                   VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
        self.db.write(|tx| {
            let id = next(tx, "audit")?;
            let (actor, customer, what) = (deed.actor.as_str(), deed.customer.as_str(), deed.what.as_str());
            let account = deed.account.map(|id| id.0);
            let values =
                params![id, now.0, actor, account, customer, what, deed.about.as_str(), detail.as_str()];
            tx.exec(sql, values).map(drop)
        })
    }

    /// Lines, newest first, at most `limit`.
    pub fn audited(&self, of: &AuditOf<'_>, limit: i64) -> Result<Vec<AuditRow>> {
        let sql = "SELECT id, at, actor, account, customer, what, about, detail FROM audit \
                   WHERE id < $1 AND ($2 = '' OR customer = $2) \
                   AND ($3 = '' OR LOWER(actor) LIKE $3 ESCAPE '!' OR customer LIKE $3 ESCAPE '!') ORDER BY id DESC LIMIT $4";
        let words = match of.words.trim().to_lowercase() {
            words if words.is_empty() => words,
            words => {
                let plain = words.replace('!', "!!").replace('%', "!%").replace('_', "!_");
                format!("%{plain}%")
            }
        };
        let before = of.before.unwrap_or(i64::MAX);
        let customer = of.customer.unwrap_or_default();
        self.db.read(|tx| tx.query(sql, params![before, customer, words.as_str(), limit], read))
    }

    /// Drops lines whose term has ended.
    pub fn purge_audit(&self, now: Timestamp) -> Result<()> {
        let before = now.plus_days(-KEPT_DAYS).0;
        self.db.write(|tx| tx.exec("DELETE FROM audit WHERE at < $1", params![before]).map(drop))
    }
}

fn read(row: &Row<'_>) -> Result<AuditRow> {
    let text = |column| -> Result<String> { Ok(row.text(column)?.to_owned()) };
    Ok(AuditRow {
        id: row.int(0)?,
        at: Timestamp(row.int(1)?),
        deed: Deed {
            actor: text(2)?,
            account: row.opt_int(3)?.map(AccountId),
            customer: text(4)?,
            what: text(5)?,
            about: text(6)?,
            detail: text(7)?,
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::KeyRing;
    use crate::testing::empty_databases;

    fn deed(actor: &str, customer: &str) -> Deed {
        Deed {
            actor: actor.into(),
            account: None,
            customer: customer.into(),
            what: "policy set".into(),
            about: String::new(),
            detail: "guard.count: 5 → 9".into(),
        }
    }

    #[test]
    fn the_audit_log_is_read_newest_first_found_by_who_and_whom_and_forgets_after_a_year() {
        for db in empty_databases() {
            let folder = tempfile::tempdir().unwrap();
            let store = Store::open(&db.location, KeyRing::load(folder.path(), None).unwrap()).unwrap();
            let at = Timestamp(1_795_161_600_000);
            store.audit(&deed("Jana Petersen", "muster"), at.plus_days(-400)).unwrap();
            store.audit(&deed("Jana Petersen", "muster"), at).unwrap();
            store.audit(&deed("Tom_1", "nord"), at).unwrap();
            let ids = |of: &AuditOf<'_>| -> Vec<i64> {
                store.audited(of, 10).unwrap().into_iter().map(|row| row.id).collect()
            };
            assert_eq!(ids(&AuditOf::default()), [3, 2, 1], "{}", db.name);
            assert_eq!(ids(&AuditOf { before: Some(3), ..AuditOf::default() }), [2, 1]);
            assert_eq!(ids(&AuditOf { customer: Some("nord"), ..AuditOf::default() }), [3]);
            assert_eq!(ids(&AuditOf { words: "JANA", ..AuditOf::default() }), [2, 1]);
            assert_eq!(ids(&AuditOf { words: "m_1", ..AuditOf::default() }), [3]);
            assert_eq!(ids(&AuditOf { words: "%", ..AuditOf::default() }), [0_i64; 0]);
            store.purge_audit(at).unwrap();
            assert_eq!(ids(&AuditOf::default()), [3, 2], "{}", db.name);
        }
    }
}
