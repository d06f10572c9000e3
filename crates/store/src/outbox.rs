//! The outbox: durable rows of what must leave the house, written with what they tell of, and a mail for each recipient.
//!
//! *Rules*: a mail is taken by one process at a time; one that a dead process had taken is taken again when its time is over. Of
//! what was sent the row stays until its term ends, so that people see what they were told.

use std::collections::BTreeSet;

use model::ids::{CustomerId, Slug};
use model::{Key, Timestamp};

use crate::db::{Row, Tx, params};
use crate::error::{Result, StoreError};
use crate::store::{Book, Store, next};

/// A mail on its way into the outbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    /// Kind of mail.
    pub kind: &'static str,
    /// Its content as JSON, without a sentence: these are made in each recipient's language.
    pub body: String,
    /// The addresses that it goes to.
    pub to: Vec<String>,
}

/// What must leave the house.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutboxRow {
    /// Number.
    pub id: i64,
    /// Kind of mail.
    pub kind: String,
    /// Its content as JSON.
    pub body: String,
    /// When it was posted.
    pub created_at: Timestamp,
    /// Its mails, one for each recipient.
    pub mails: Vec<MailRow>,
}

/// How far a mail is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MailState {
    /// It is sent when its time comes.
    Waiting,
    /// A process is sending it.
    Sending,
    /// A server has taken it.
    Sent,
    /// It is not sent any more, until somebody says so.
    Failed,
    /// Whether it was sent is not known, and sending it again might send it twice.
    Unclear,
}

impl MailState {
    /// A stable code.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Sending => "sending",
            Self::Sent => "sent",
            Self::Failed => "failed",
            Self::Unclear => "unclear",
        }
    }

    fn named(name: &str) -> Result<Self> {
        [Self::Waiting, Self::Sending, Self::Sent, Self::Failed, Self::Unclear]
            .into_iter()
            .find(|state| state.name() == name)
            .ok_or_else(|| StoreError::Corrupt("the state of a mail is unknown".into()))
    }
}

/// Which mail: the row of the outbox, and the how manyeth of its recipients.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct MailId {
    /// The row of the outbox.
    pub outbox: i64,
    /// From 0.
    pub n: i64,
}

/// A mail to one recipient.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailRow {
    /// Which.
    pub id: MailId,
    /// The recipient.
    pub address: String,
    /// How far it is.
    pub state: MailState,
    /// How often it was tried.
    pub tries: i64,
    /// When it is tried next; while it is being sent, when that is thought to have died.
    pub due_at: Timestamp,
    /// Since when it is like that.
    pub changed_at: Timestamp,
    /// Why it was not sent so far: a code, empty where nothing went wrong.
    pub why: String,
    /// What the server said, in its words.
    pub said: String,
    /// When it was posted, or when somebody wanted it sent again.
    pub since: Timestamp,
}

/// A mail whose time has come, with what it tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DueMail {
    /// The mail.
    pub mail: MailRow,
    /// Kind of mail.
    pub kind: String,
    /// Its content as JSON.
    pub body: String,
    /// When it was posted.
    pub created_at: Timestamp,
    /// Whose it is; nothing where the operator itself is told.
    pub customer: Option<Slug>,
}

/// A mail in the list of all of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedMail {
    /// The mail.
    pub mail: MailRow,
    /// Kind of mail.
    pub kind: String,
    /// When it was posted.
    pub created_at: Timestamp,
    /// The customer's short name and name; nothing where the operator itself is told.
    pub customer: Option<(Slug, String)>,
}

/// How many mails are how far.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct MailCounts {
    /// Waiting, or being sent.
    pub waiting: i64,
    /// Failed, or not known whether they were sent.
    pub failed: i64,
    /// The oldest that waits was posted then.
    pub oldest: Option<Timestamp>,
}

const MAIL: &str =
    "m.outbox, m.n, m.address, m.state, m.tries, m.due_at, m.changed_at, m.why, m.said, m.since";
/// Days that what the operator itself was told is kept.
const KEPT_DAYS: i64 = 30;

impl Book {
    /// Puts a mail into the outbox.
    pub fn post(&self, mail: &Mail, now: Timestamp) -> Result<()> {
        self.store.db.write(|tx| post(tx, self, mail, now))
    }

    /// The outbox, newest first.
    pub fn outbox(&self) -> Result<Vec<OutboxRow>> {
        let rows = "SELECT id, kind, body, created_at FROM outbox WHERE customer = $1 ORDER BY id DESC";
        let mails = format!(
            "SELECT {MAIL} FROM outbox_mail m JOIN outbox o ON o.id = m.outbox WHERE o.customer = $1 \
             ORDER BY m.outbox DESC, m.n"
        );
        self.store.db.read(|tx| {
            let mut all = tx.query(rows, params![self.customer.id.0], |row| {
                Ok(OutboxRow {
                    id: row.int(0)?,
                    kind: row.text(1)?.to_owned(),
                    body: row.text(2)?.to_owned(),
                    created_at: Timestamp(row.int(3)?),
                    mails: Vec::new(),
                })
            })?;
            let mut mails = tx.query(&mails, params![self.customer.id.0], read)?.into_iter().peekable();
            for row in &mut all {
                while let Some(mail) = mails.next_if(|mail| mail.id.outbox == row.id) {
                    row.mails.push(mail);
                }
            }
            Ok(all)
        })
    }
}

impl Store {
    /// Puts a mail of the operator itself into the outbox; answers the number of its row.
    pub fn post(&self, mail: &Mail, now: Timestamp) -> Result<i64> {
        self.db.write(|tx| put(tx, None, mail, now))
    }

    /// The same, unless a mail of that kind went to its recipient less than so many milliseconds ago: whoever asks again and again fills
    /// nobody's mailbox. Without an account nothing is posted, which costs as much.
    pub fn post_apart(
        &self,
        (kind, to): (&'static str, &str),
        body: Option<&str>,
        apart_ms: i64,
        now: Timestamp,
    ) -> Result<()> {
        let sql = "SELECT 1 FROM outbox o JOIN outbox_mail m ON m.outbox = o.id WHERE o.customer IS NULL AND o.kind = $1 \
                   AND o.created_at > $2 AND m.address = $3 LIMIT 1";
        self.db.write(|tx| {
            // Two at once take turns here.
            next(tx, "outbox")?;
            let lately = tx.query_opt(sql, params![kind, now.0 - apart_ms, to], |_| Ok(()))?;
            match (body, lately) {
                (Some(body), None) => {
                    let mail = Mail { kind, body: body.to_owned(), to: vec![to.to_owned()] };
                    put(tx, None, &mail, now).map(drop)
                }
                _ => Ok(()),
            }
        })
    }

    /// Mails whose time has come, at most `limit`, those first that have waited longest.
    pub fn due_mails(&self, now: Timestamp, limit: i64) -> Result<Vec<DueMail>> {
        let sql = format!(
            "SELECT {MAIL}, o.kind, o.body, o.created_at, c.slug FROM outbox_mail m JOIN outbox o ON o.id = m.outbox \
             LEFT JOIN customer c ON c.id = o.customer WHERE m.state IN ('waiting', 'sending') AND m.due_at <= $1 \
             ORDER BY m.due_at, m.outbox, m.n LIMIT $2"
        );
        self.db.look_up(|tx| {
            tx.query(&sql, params![now.0, limit], |row| {
                Ok(DueMail {
                    mail: read(row)?,
                    kind: row.text(10)?.to_owned(),
                    body: row.text(11)?.to_owned(),
                    created_at: Timestamp(row.int(12)?),
                    customer: row.opt_text(13)?.map(slug).transpose()?,
                })
            })
        })
    }

    /// Takes a mail that is due, until then; `false` where another process was quicker. What is answered of it later is answered
    /// with `until`, by which it is seen that nobody else has taken it meanwhile.
    pub fn take_mail(&self, mail: &MailRow, until: Timestamp, now: Timestamp) -> Result<bool> {
        let sql = "UPDATE outbox_mail SET state = 'sending', tries = tries + 1, due_at = $1, changed_at = $2 \
                   WHERE outbox = $3 AND n = $4 AND state = $5 AND due_at = $6";
        let values = params![until.0, now.0, mail.id.outbox, mail.id.n, mail.state.name(), mail.due_at.0];
        self.db.write(|tx| Ok(tx.exec(sql, values)? == 1))
    }

    /// Says what became of a mail that was taken until then: sent, failed, unclear, or waiting until it is tried again. Why is a
    /// code, with what the server said.
    pub fn mail_is(
        &self,
        (id, taken_until): (MailId, Timestamp),
        (state, due_at): (MailState, Timestamp),
        (why, said): (&str, &str),
        now: Timestamp,
    ) -> Result<()> {
        let sql = "UPDATE outbox_mail SET state = $1, due_at = $2, changed_at = $3, why = $4, said = $5 \
                   WHERE outbox = $6 AND n = $7 AND state = 'sending' AND due_at = $8";
        let values = params![state.name(), due_at.0, now.0, why, said, id.outbox, id.n, taken_until.0];
        self.db.write(|tx| tx.exec(sql, values).map(drop))
    }

    /// Sends a mail again that failed or may not have been sent; `false` where it is none of these.
    pub fn send_again(&self, id: MailId, now: Timestamp) -> Result<bool> {
        let sql = "UPDATE outbox_mail SET state = 'waiting', tries = 0, due_at = $1, changed_at = $1, since = $1, why = '', said = '' \
                   WHERE outbox = $2 AND n = $3 AND state IN ('failed', 'unclear')";
        self.db.write(|tx| Ok(tx.exec(sql, params![now.0, id.outbox, id.n])? == 1))
    }

    /// Tries everything that waits now: what kept it may be mended.
    pub fn hurry_mails(&self, now: Timestamp) -> Result<()> {
        let sql = "UPDATE outbox_mail SET due_at = $1 WHERE state = 'waiting' AND due_at > $1";
        self.db.write(|tx| tx.exec(sql, params![now.0]).map(drop))
    }

    /// The newest mails of all, at most `limit`.
    pub fn mails(&self, limit: i64) -> Result<Vec<ListedMail>> {
        let sql = format!(
            "SELECT {MAIL}, o.kind, o.created_at, c.slug, c.name FROM outbox_mail m JOIN outbox o ON o.id = m.outbox \
             LEFT JOIN customer c ON c.id = o.customer ORDER BY m.outbox DESC, m.n LIMIT $1"
        );
        self.db.read(|tx| {
            tx.query(&sql, params![limit], |row| {
                let customer = match (row.opt_text(12)?, row.opt_text(13)?) {
                    (Some(of), Some(name)) => Some((slug(of)?, name.to_owned())),
                    _ => None,
                };
                Ok(ListedMail {
                    mail: read(row)?,
                    kind: row.text(10)?.to_owned(),
                    created_at: Timestamp(row.int(11)?),
                    customer,
                })
            })
        })
    }

    /// How many are how far.
    pub fn mail_counts(&self) -> Result<MailCounts> {
        let waiting = "SELECT COUNT(*), MIN(o.created_at) FROM outbox_mail m JOIN outbox o ON o.id = m.outbox \
                       WHERE m.state IN ('waiting', 'sending')";
        let failed = "SELECT COUNT(*) FROM outbox_mail WHERE state IN ('failed', 'unclear')";
        self.db.read(|tx| {
            let (waiting, oldest) =
                tx.query_one(waiting, params![], |row| Ok((row.int(0)?, row.opt_int(1)?)))?;
            let failed = tx.query_one(failed, params![], |row| row.int(0))?;
            Ok(MailCounts { waiting, failed, oldest: oldest.map(Timestamp) })
        })
    }

    /// In which language somebody reads mails: as the account with that address, else as the customer, else as the operator
    /// wants it; the code, empty where nobody has said.
    pub fn language_of_mail(&self, address: &str, customer: Option<&Slug>) -> Result<String> {
        let Some(key) = Key::of(address) else { return Ok(String::new()) };
        let account = "SELECT language FROM account WHERE email_key = $1";
        let listed = |settings: &[(String, String)]| {
            let to = settings.iter().find(|(name, _)| name == "notify.to").map(|(_, value)| value.as_str());
            to.is_some_and(|to| to.split([',', ' ']).any(|one| Key::of(one).as_ref() == Some(&key)))
        };
        let language = |settings: &[(String, String)]| {
            let found = settings.iter().find(|(name, _)| name == "language");
            found.map(|(_, value)| value.clone()).filter(|value| !value.is_empty())
        };
        let own = self
            .db
            .look_up(|tx| tx.query_opt(account, params![key.as_str()], |row| Ok(row.text(0)?.to_owned())))?;
        if let Some(own) = own.filter(|own| !own.is_empty()) {
            return Ok(own);
        }
        let operators = self.settings("")?;
        if let Some(slug) = customer
            && let Some(book) = self.book(slug.as_str())?
        {
            let settings = book.settings("")?;
            if listed(&settings) || !listed(&operators) {
                return Ok(language(&settings).or_else(|| language(&operators)).unwrap_or_default());
            }
        }
        Ok(language(&operators).unwrap_or_default())
    }

    /// Drops what the operator itself was told and whose term has ended.
    pub fn purge_mails(&self, now: Timestamp) -> Result<()> {
        let before = now.plus_days(-KEPT_DAYS).0;
        self.db.write(|tx| {
            let old = "SELECT id FROM outbox WHERE customer IS NULL AND created_at < $1";
            tx.exec(&format!("DELETE FROM outbox_mail WHERE outbox IN ({old})"), params![before])?;
            tx.exec("DELETE FROM outbox WHERE customer IS NULL AND created_at < $1", params![before])
                .map(drop)
        })
    }
}

/// Posts what a customer's recipients are told.
pub(crate) fn post(tx: &mut Tx<'_>, book: &Book, mail: &Mail, now: Timestamp) -> Result<()> {
    put(tx, Some(book.customer.id), mail, now).map(drop)
}

/// The same of anybody; each address once, however often it is named.
pub(crate) fn put(tx: &mut Tx<'_>, customer: Option<CustomerId>, mail: &Mail, now: Timestamp) -> Result<i64> {
    let id = next(tx, "outbox")?;
    let sql = "INSERT INTO outbox (id, customer, kind, body, created_at) VALUES ($1, $2, $3, $4, $5)";
    tx.exec(sql, params![id, customer.map(|c| c.0), mail.kind, mail.body.as_str(), now.0])?;
    let mut known = BTreeSet::new();
    let news = mail.to.iter().filter(|address| known.insert(address.trim().to_lowercase()));
    let sql = "INSERT INTO outbox_mail (outbox, n, address, state, tries, due_at, changed_at, since, why, said) \
               VALUES ($1, $2, $3, 'waiting', 0, $4, $4, $4, '', '')";
    for (n, address) in news.enumerate() {
        tx.exec(sql, params![id, n as i64, address.trim(), now.0])?;
    }
    Ok(id)
}

/// What waited when a backup was made may have been sent since, and a copy of an installation tells nobody anything by itself: a
/// person decides. Links that let somebody in are asked for anew.
pub(crate) fn restored(tx: &mut Tx<'_>) -> Result<()> {
    let unclear = "UPDATE outbox_mail SET state = 'unclear', why = 'restored', said = '' WHERE state IN ('waiting', 'sending')";
    tx.exec(unclear, params![])?;
    let links = "SELECT id FROM outbox WHERE kind IN ('password_reset', 'invitation', 'consent_link')";
    for id in tx.query(links, params![], |row| row.int(0))? {
        remove(tx, id)?;
    }
    Ok(())
}

/// Takes a row out, with its mails.
pub(crate) fn remove(tx: &mut Tx<'_>, id: i64) -> Result<()> {
    tx.exec("DELETE FROM outbox_mail WHERE outbox = $1", params![id])?;
    tx.exec("DELETE FROM outbox WHERE id = $1", params![id]).map(drop)
}

fn slug(text: &str) -> Result<Slug> {
    text.parse().map_err(|_| StoreError::Corrupt("a customer's short name is none".into()))
}

fn read(row: &Row<'_>) -> Result<MailRow> {
    Ok(MailRow {
        id: MailId { outbox: row.int(0)?, n: row.int(1)? },
        address: row.text(2)?.to_owned(),
        state: MailState::named(row.text(3)?)?,
        tries: row.int(4)?,
        due_at: Timestamp(row.int(5)?),
        changed_at: Timestamp(row.int(6)?),
        why: row.text(7)?.to_owned(),
        said: row.text(8)?.to_owned(),
        since: Timestamp(row.int(9)?),
    })
}
