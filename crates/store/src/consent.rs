//! Consents that are asked for: which tenant's, for which customer, on whose word, and what became of it (W16, *send link*).
//!
//! Rules: whoever asks says which tenant it shall be, and no other one's consent counts, for what comes back from Microsoft
//! could be forged (graph-facts 1.7). A link works until it ends, is used or is taken back. What goes to Microsoft comes back
//! once, to the browser that went there.

use model::Timestamp;

use crate::account::Token;
use crate::db::{Row, Tx, params};
use crate::error::{Result, StoreError};
use crate::store::{Book, Store, next};

/// What became of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConsentOutcome {
    /// Nothing yet.
    Open,
    /// The administrator consented.
    Consented,
    /// It was declined, or Microsoft did not take it.
    Refused,
    /// Whoever asked took it back.
    TakenBack,
}

impl ConsentOutcome {
    const fn name(self) -> &'static str {
        match self {
            Self::Open => "",
            Self::Consented => "consented",
            Self::Refused => "refused",
            Self::TakenBack => "taken_back",
        }
    }

    fn named(name: &str) -> Result<Self> {
        let all = [Self::Open, Self::Consented, Self::Refused, Self::TakenBack];
        let found = all.into_iter().find(|one| one.name() == name);
        found.ok_or_else(|| StoreError::Corrupt("a consent ended in no known way".into()))
    }
}

/// A request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConsentRequest {
    /// Its number.
    pub id: i64,
    /// The tenant that is to consent, by its id.
    pub tenant: String,
    /// As whoever asked named it.
    pub tenant_typed: String,
    /// Whether it was sent as a link, or asked for by somebody before their own browser.
    pub is_link: bool,
    /// The name of whoever asked.
    pub made_by: String,
    /// When.
    pub made_at: Timestamp,
    /// Until when it works.
    pub ends_at: Timestamp,
    /// When its link was first opened.
    pub opened_at: Option<Timestamp>,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// How.
    pub outcome: ConsentOutcome,
    /// Why it was refused: a word of the pages, perhaps with Microsoft's number.
    pub why: String,
}

/// A request as the browser that follows it finds it, with the book that it is for.
#[derive(Clone)]
pub struct Consenting {
    /// The customer's book; the request is the way to it.
    pub book: Book,
    /// The request.
    pub request: ConsentRequest,
}

const COLUMNS: &str = "q.id, q.tenant, q.tenant_typed, q.by_link, q.made_by, q.made_at, q.ends_at, q.opened_at, \
                       q.ended_at, q.outcome, q.why";

impl Book {
    /// Asks for a tenant's consent; with a link to be sent, whose token is the answer's. A link that is still open is taken
    /// back: one at a time.
    pub fn ask_consent(
        &self,
        (tenant, typed): (&str, &str),
        by: &str,
        (now, ends_at): (Timestamp, Timestamp),
        as_link: bool,
    ) -> Result<(i64, Option<Token>)> {
        let token = if as_link { Some(Token::new()?) } else { None };
        let digest = token.as_ref().map(Token::digest);
        let id = self.store.db.write(|tx| {
            end_open(tx, self, now)?;
            let id = next(tx, "consent")?;
            let sql = "INSERT INTO consent_request (id, customer, tenant, tenant_typed, digest, made_by, made_at, ends_at, \
                       by_link, outcome, why) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, '', '')";
            let values = params![
                id,
                self.customer.id.0,
                tenant,
                typed,
                digest.as_deref(),
                by,
                now.0,
                ends_at.0,
                as_link
            ];
            tx.exec(sql, values)?;
            Ok(id)
        })?;
        Ok((id, token))
    }

    /// What was asked for last, newest first.
    pub fn consent_requests(&self, limit: i64) -> Result<Vec<ConsentRequest>> {
        let sql = format!(
            "SELECT {COLUMNS} FROM consent_request q WHERE q.customer = $1 ORDER BY q.id DESC LIMIT $2"
        );
        self.store.db.look_up(|tx| tx.query(&sql, params![self.customer.id.0, limit], read))
    }

    /// Takes back whatever is still open.
    pub fn take_back_consents(&self, now: Timestamp) -> Result<()> {
        self.store.db.write(|tx| end_open(tx, self, now))
    }

    /// Sends a browser to Microsoft with a request: the answer is the `state` that comes back with it. `browser` is what that
    /// browser proves itself by. `None` where the request is no more open; one that was refused
    /// may be tried again.
    pub fn begin_consent(&self, id: i64, browser: &Token, now: Timestamp) -> Result<Option<Token>> {
        let state = Token::new()?;
        let sql = "UPDATE consent_request SET state = $1, browser = $2, outcome = '', why = '', ended_at = NULL WHERE id = $3 \
                   AND customer = $4 AND outcome IN ('', 'refused') AND ends_at > $5";
        let (digest, browser) = (state.digest(), browser.digest());
        let values = params![&digest, &browser, id, self.customer.id.0, now.0];
        let begun = self.store.db.write(|tx| tx.exec(sql, values))?;
        Ok((begun > 0).then_some(state))
    }

    /// Gives a sent link another token, in place of the one before: it is made when it leaves the house, so that none lies about.
    /// `None` where the request is no more open.
    pub fn renew_consent_link(&self, id: i64, now: Timestamp) -> Result<Option<Token>> {
        let token = Token::new()?;
        let sql = "UPDATE consent_request SET digest = $1 WHERE id = $2 AND customer = $3 AND digest IS NOT NULL \
                   AND outcome IN ('', 'refused') AND ends_at > $4";
        let digest = token.digest();
        let values = params![&digest, id, self.customer.id.0, now.0];
        let renewed = self.store.db.write(|tx| tx.exec(sql, values))?;
        Ok((renewed > 0).then_some(token))
    }

    /// Notes how a request ended; it works no more then. A refusal of a sent link leaves the link open, so that the right
    /// administrator can still use it.
    pub fn end_consent(&self, id: i64, outcome: ConsentOutcome, why: &str, now: Timestamp) -> Result<()> {
        let sql = "UPDATE consent_request SET state = NULL, browser = NULL, outcome = $1, why = $2, ended_at = $3, digest = \
                   CASE WHEN $1 = 'consented' THEN NULL ELSE digest END WHERE id = $4 AND customer = $5";
        let values = params![outcome.name(), why, now.0, id, self.customer.id.0];
        self.store.db.write(|tx| tx.exec(sql, values).map(drop))
    }
}

impl Store {
    /// What a sent link leads to; opening it is noted the first time. `None` where it was used, has ended, was taken back, or
    /// never was.
    pub fn open_consent(&self, token: &Token, now: Timestamp) -> Result<Option<Consenting>> {
        let digest = token.digest();
        let Some(found) = self.consent_where("q.digest = $1 AND q.ends_at > $2", &digest, now)? else {
            return Ok(None);
        };
        if !matches!(found.request.outcome, ConsentOutcome::Open | ConsentOutcome::Refused) {
            return Ok(None);
        }
        if found.request.opened_at.is_none() {
            let sql = "UPDATE consent_request SET opened_at = $1 WHERE id = $2 AND opened_at IS NULL";
            self.db.write(|tx| tx.exec(sql, params![now.0, found.request.id]).map(drop))?;
        }
        Ok(Some(found))
    }

    /// Whose request comes back with this state, to the browser that went with it. `None` for any other browser, and once it
    /// was answered.
    pub fn consent_of_state(
        &self,
        state: &Token,
        browser: &Token,
        now: Timestamp,
    ) -> Result<Option<Consenting>> {
        let (digest, browser) = (state.digest(), browser.digest());
        let Some(found) = self.consent_where("q.state = $1 AND q.ends_at > $2", &digest, now)? else {
            return Ok(None);
        };
        let sql = "SELECT 1 FROM consent_request WHERE id = $1 AND browser = $2";
        let id = found.request.id;
        let same = self.db.look_up(|tx| tx.query_opt(sql, params![id, &browser], |_| Ok(())))?;
        Ok(same.map(|()| found))
    }

    /// The short names of the customers whose tenant this is by a connection, or was by a consent.
    pub fn customers_known_by(&self, tenant: &str) -> Result<Vec<String>> {
        let sql = "SELECT c.slug FROM customer c WHERE c.id IN (SELECT (k.id >> 16) FROM connection k WHERE k.tenant_id = $1) \
                   OR c.id IN (SELECT q.customer FROM consent_request q WHERE q.tenant = $1 AND q.outcome = 'consented') \
                   ORDER BY c.slug";
        let tenant = tenant.to_ascii_lowercase();
        self.db.look_up(|tx| tx.query(sql, params![tenant.as_str()], |row| Ok(row.text(0)?.to_owned())))
    }

    fn consent_where(&self, condition: &str, digest: &[u8], now: Timestamp) -> Result<Option<Consenting>> {
        let sql = format!(
            "SELECT {COLUMNS}, c.slug FROM consent_request q JOIN customer c ON c.id = q.customer WHERE {condition}"
        );
        let found = self.db.look_up(|tx| {
            tx.query_opt(&sql, params![digest, now.0], |row| Ok((read(row)?, row.text(11)?.to_owned())))
        })?;
        let Some((request, slug)) = found else { return Ok(None) };
        Ok(self.book(&slug)?.map(|book| Consenting { book, request }))
    }
}

fn end_open(tx: &mut Tx<'_>, book: &Book, now: Timestamp) -> Result<()> {
    let sql = "UPDATE consent_request SET outcome = CASE WHEN outcome = '' THEN 'taken_back' ELSE outcome END, \
               ended_at = COALESCE(ended_at, $1), digest = NULL, state = NULL, browser = NULL \
               WHERE customer = $2 AND (digest IS NOT NULL OR state IS NOT NULL OR outcome = '')";
    tx.exec(sql, params![now.0, book.customer.id.0]).map(drop)
}

fn read(row: &Row<'_>) -> Result<ConsentRequest> {
    Ok(ConsentRequest {
        id: row.int(0)?,
        tenant: row.text(1)?.to_owned(),
        tenant_typed: row.text(2)?.to_owned(),
        is_link: row.bool(3)?,
        made_by: row.text(4)?.to_owned(),
        made_at: Timestamp(row.int(5)?),
        ends_at: Timestamp(row.int(6)?),
        opened_at: row.opt_int(7)?.map(Timestamp),
        ended_at: row.opt_int(8)?.map(Timestamp),
        outcome: ConsentOutcome::named(row.text(9)?)?,
        why: row.text(10)?.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::KeyRing;
    use crate::testing::empty_databases;

    const TENANT: (&str, &str) = ("11111111-1111-4111-8111-111111111111", "muster.de");

    #[test]
    fn w16_a_link_works_for_one_browser_until_it_is_used_ends_or_is_taken_back() {
        for db in empty_databases() {
            let folder = tempfile::tempdir().unwrap();
            let store = Store::open(&db.location, KeyRing::load(folder.path(), None).unwrap()).unwrap();
            let slug = "muster".parse().unwrap();
            let book = store.add_customer(&slug, "Muster", None, Timestamp(1)).unwrap();
            let end = Timestamp(1_000);
            let (id, token) = book.ask_consent(TENANT, "Jana", (Timestamp(1), end), true).unwrap();
            let token = token.unwrap();
            let found = store.open_consent(&token, Timestamp(2)).unwrap().unwrap();
            assert_eq!((found.request.id, found.request.tenant_typed.as_str()), (id, "muster.de"));
            assert_eq!(book.consent_requests(5).unwrap()[0].opened_at, Some(Timestamp(2)), "{}", db.name);
            let (browser, other) = (Token::new().unwrap(), Token::new().unwrap());
            let state = book.begin_consent(id, &browser, Timestamp(3)).unwrap().unwrap();
            let back =
                |browser: &Token| store.consent_of_state(&state, browser, Timestamp(4)).unwrap().is_some();
            assert!(!back(&other) && back(&browser), "{}: only where it went from", db.name);
            book.end_consent(id, ConsentOutcome::Refused, "denied", Timestamp(5)).unwrap();
            assert!(!back(&browser), "{}: once", db.name);
            assert!(
                store.open_consent(&token, Timestamp(6)).unwrap().is_some(),
                "the right one may still come"
            );
            let again = book.begin_consent(id, &browser, Timestamp(6)).unwrap().unwrap();
            assert!(store.consent_of_state(&again, &browser, Timestamp(7)).unwrap().is_some(), "{}", db.name);
            book.end_consent(id, ConsentOutcome::Consented, "", Timestamp(8)).unwrap();
            assert!(store.open_consent(&token, Timestamp(9)).unwrap().is_none(), "{}: used", db.name);
            let known = store.customers_known_by(&TENANT.0.to_uppercase()).unwrap();
            assert_eq!(known, ["muster"], "{}: without any connection", db.name);
            let (_, second) = book.ask_consent(TENANT, "Jana", (Timestamp(10), end), true).unwrap();
            let second = second.unwrap();
            assert!(store.open_consent(&second, end).unwrap().is_none(), "{}: ended", db.name);
            book.take_back_consents(Timestamp(11)).unwrap();
            assert!(store.open_consent(&second, Timestamp(12)).unwrap().is_none(), "{}", db.name);
            let outcomes: Vec<_> = book.consent_requests(5).unwrap().iter().map(|one| one.outcome).collect();
            assert_eq!(outcomes, [ConsentOutcome::TakenBack, ConsentOutcome::Consented], "{}", db.name);
        }
    }
}
