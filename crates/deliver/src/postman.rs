//! The loop that takes what is due and sends it.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use jiff::tz::TimeZone;
use model::Timestamp;
use serde_json::Value;
use show::texts::{Language, within};
use store::{AccountId, Book, DueMail, LinkFor, MailServer, MailState, StoreError, Token};
use sync::{Clock, Office};

use crate::blocking;
use crate::message::{Envelope, message, message_id};
use crate::problem::Problem;
use crate::way::{Stuck, Way, code};
use crate::words::{Place, letter};

/// How patient the postman is.
#[derive(Debug, Clone, Copy)]
pub struct Timing {
    /// Between two looks at what is due.
    pub look: Duration,
    /// Between two mails through Graph, of which a mailbox may send 30 a minute.
    pub graph_gap: Duration,
    /// How long a mail server may take for one mail.
    pub patience: Duration,
}

impl Default for Timing {
    fn default() -> Self {
        Self {
            look: Duration::from_secs(5),
            graph_gap: Duration::from_secs(3),
            patience: Duration::from_mins(3),
        }
    }
}

/// Mails of one round.
const ROUND: i64 = 50;
/// After so long a process that was sending a mail is thought to have died: ten minutes, in milliseconds.
const DEAD_MS: i64 = 10 * 60_000;
/// After so long a mail is given up: five days, in milliseconds (RFC 5321, 4.5.4.1: four to five days).
const GIVEN_UP_MS: i64 = 5 * 86_400_000;
/// Kinds with a link that is made when the mail leaves.
const LINKS: [&str; 3] = ["password_reset", "invitation", "consent_link"];
/// A link by which somebody chooses a new password works for so long: an hour, in milliseconds.
const RESET_MS: i64 = 3_600_000;
/// An invitation works for so many days.
const INVITED_DAYS: i64 = 3;
/// Minutes until a mail that was refused for now is tried again; the last one again and again.
const WAITS: [i64; 5] = [1, 5, 15, 60, 120];
/// Minutes that all mails wait where the way out is shut; the last one again and again.
const PAUSES: [i64; 4] = [1, 2, 5, 15];

/// Sends what stands in the outbox.
pub struct Postman {
    office: Office,
    public_url: String,
    clock: Clock,
    timing: Timing,
    shut: Mutex<Option<Shut>>,
    /// The process is asked to end.
    stopping: AtomicBool,
}

/// The way out is shut.
#[derive(Clone, Copy)]
struct Shut {
    /// Until it is tried again.
    until: Timestamp,
    /// How often in a row it was.
    times: usize,
    /// By which settings; others are tried at once.
    settings: Timestamp,
}

/// What a round did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Round {
    /// Mails that a server took.
    pub sent: usize,
    /// Mails that are tried again later.
    pub later: usize,
    /// Mails that are given up, or of which nobody knows whether they were sent.
    pub given_up: usize,
}

impl Round {
    const fn is_full(self) -> bool {
        self.sent + self.later + self.given_up >= ROUND as usize
    }
}

/// What became of one mail.
enum Fate {
    Sent,
    Later(Stuck),
    Failed(Stuck),
    Unclear(Stuck),
}

impl Postman {
    /// One for this process; links in mails lead to `public_url`.
    pub fn new(office: Office, public_url: String, (clock, timing): (Clock, Timing)) -> Self {
        Self { office, public_url, clock, timing, shut: Mutex::new(None), stopping: AtomicBool::new(false) }
    }

    /// Sends what is due until the process is asked to end; a mail that is under way is finished.
    pub async fn work(&self, stopped: impl Future<Output = ()>) {
        tokio::pin!(stopped);
        let mut clock = tokio::time::interval(self.timing.look);
        clock.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                () = &mut stopped => return,
                _ = clock.tick() => {}
            }
            // A round is not dropped in the middle, for what a server has taken is written down: it ends behind the mail under way.
            let round = self.round();
            tokio::pin!(round);
            let done = loop {
                tokio::select! {
                    done = &mut round => break done,
                    () = &mut stopped, if !self.stopping.load(Ordering::Relaxed) => {
                        self.stopping.store(true, Ordering::Relaxed);
                    }
                }
            };
            match done {
                _ if self.stopping.load(Ordering::Relaxed) => return,
                Ok(round) if round.is_full() => clock.reset_immediately(),
                Ok(_) => {}
                Err(error) => tracing::warn!(%error, "mails wait for the database"),
            }
        }
    }

    /// Sends what is due now.
    pub async fn round(&self) -> Result<Round, StoreError> {
        let now = (self.clock)();
        let mut round = Round::default();
        let due = blocking(|| self.office.store.due_mails(now, ROUND))?;
        if due.is_empty() {
            return Ok(round);
        }
        // What has waited too long is not sent any more, by whatever.
        let (late, due): (Vec<_>, Vec<_>) = due.into_iter().partition(|mail| is_late(mail, now));
        for mail in late {
            round.given_up += usize::from(self.put(&mail, now, (MailState::Failed, now), Problem::Late)?);
        }
        let Some(server) = blocking(|| self.office.store.mail_server())? else { return Ok(round) };
        let shut = *self.shut.lock().unwrap_or_else(PoisonError::into_inner);
        if shut.is_some_and(|shut| shut.settings == server.changed_at && shut.until > now) {
            return Ok(round);
        }
        let password = blocking(|| self.office.store.mail_password())?;
        let way = match Way::of(&server, password.as_ref(), (&self.office, self.timing.patience))? {
            Ok(way) => way,
            Err(stuck) => {
                let until = self.close(&server, now, &stuck);
                for mail in due {
                    let waits = (MailState::Waiting, until);
                    round.later += usize::from(self.put(&mail, now, waits, stuck.problem)?);
                }
                return Ok(round);
            }
        };
        for mail in &due {
            if round.sent + round.later > 0 && matches!(way, Way::Graph(_)) {
                tokio::time::sleep(self.timing.graph_gap).await;
            }
            if self.stopping.load(Ordering::Relaxed) {
                break;
            }
            let Some((fate, shut)) = self.one(mail, &way, &server).await? else { continue };
            match fate {
                Done::Sent => round.sent += 1,
                Done::Later => round.later += 1,
                Done::GivenUp => round.given_up += 1,
            }
            if shut {
                break;
            }
        }
        Ok(round)
    }

    /// Sends one; `None` where another process was quicker. Answers besides whether the way out is shut.
    async fn one(
        &self,
        mail: &DueMail,
        way: &Way,
        server: &MailServer,
    ) -> Result<Option<(Done, bool)>, StoreError> {
        let now = (self.clock)();
        let until = Timestamp(now.0 + DEAD_MS);
        let died = mail.mail.state == MailState::Sending;
        if !blocking(|| self.office.store.take_mail(&mail.mail, until, now))? {
            return Ok(None);
        }
        let fate = if died && !way.may_repeat() {
            Fate::Unclear(Stuck::on(Problem::Broken))
        } else {
            match self.send(mail, way, server, now).await {
                Ok(fate) => fate,
                Err(error) => {
                    // Nothing was sent: it is not left as one that may have been.
                    let waits = (MailState::Waiting, after(&WAITS, 0, now));
                    blocking(|| self.office.store.mail_is((mail.mail.id, until), waits, ("", ""), now))?;
                    return Err(error);
                }
            }
        };
        let now = (self.clock)();
        let tries = usize::try_from(mail.mail.tries).unwrap_or_default();
        let id = (mail.mail.id, until);
        let mut shut = false;
        let (done, state, stuck) = match &fate {
            Fate::Sent => (Done::Sent, (MailState::Sent, now), None),
            Fate::Later(stuck) => {
                shut = stuck.problem.is_of_all();
                let due = if shut { self.close(server, now, stuck) } else { after(&WAITS, tries, now) };
                (Done::Later, (MailState::Waiting, due), Some(stuck))
            }
            Fate::Failed(stuck) => (Done::GivenUp, (MailState::Failed, now), Some(stuck)),
            Fate::Unclear(stuck) => {
                shut = stuck.problem.is_of_all();
                if shut {
                    self.close(server, now, stuck);
                }
                (Done::GivenUp, (MailState::Unclear, now), Some(stuck))
            }
        };
        if matches!(fate, Fate::Sent) {
            *self.shut.lock().unwrap_or_else(PoisonError::into_inner) = None;
        }
        let (why, said) = stuck.map_or(("", ""), |stuck| (stuck.problem.code(), stuck.said.as_str()));
        blocking(|| self.office.store.mail_is(id, state, (why, said), now))?;
        tracing::info!(
            kind = mail.kind,
            outbox = id.0.outbox,
            n = id.0.n,
            state = state.0.name(),
            why,
            "mail"
        );
        Ok(Some((done, shut)))
    }

    async fn send(
        &self,
        mail: &DueMail,
        way: &Way,
        server: &MailServer,
        now: Timestamp,
    ) -> Result<Fate, StoreError> {
        let (letter_of, language) = match blocking(|| self.written(mail, now))? {
            Ok(written) => written,
            Err(problem) => return Ok(Fate::Failed(Stuck::on(problem))),
        };
        // Of a mail with a link only the last one is of use, so it is another mail at each try.
        let tries = if LINKS.contains(&mail.kind.as_str()) { mail.mail.tries } else { 0 };
        let envelope = Envelope {
            sender: &server.sender,
            sender_name: &server.sender_name,
            to: &mail.mail.address,
            id: message_id(mail.mail.id, (mail.created_at, tries), &server.sender),
            at: mail.created_at,
        };
        let made = match within(language, || message(&letter_of, code(language), &envelope)) {
            Ok(made) => made,
            Err(problem) => return Ok(Fate::Failed(Stuck::on(problem))),
        };
        Ok(match way.send(&made).await {
            Ok(()) => Fate::Sent,
            Err(stuck) if stuck.maybe_sent && !way.may_repeat() => Fate::Unclear(stuck),
            Err(stuck) if stuck.problem.is_final() => Fate::Failed(stuck),
            Err(stuck) => Fate::Later(stuck),
        })
    }

    /// What a mail says to its recipient. Links that let somebody in are made now, so that none lies in the outbox; of several tries
    /// only the last one's works.
    fn written(
        &self,
        mail: &DueMail,
        now: Timestamp,
    ) -> Result<Result<(crate::Letter, Language), Problem>, StoreError> {
        let Ok(body) = serde_json::from_str::<Value>(&mail.body) else { return Ok(Err(Problem::Unreadable)) };
        // Whoever sends a mail by hand says in which language.
        let wanted = match body.get("language").and_then(Value::as_str) {
            Some(code) => code.to_owned(),
            None => self.office.store.language_of_mail(&mail.mail.address, mail.customer.as_ref())?,
        };
        let language = if wanted == "en" { Language::English } else { Language::German };
        let settings = self.office.store.settings("")?;
        let book = match &mail.customer {
            Some(slug) => match self.office.store.book(slug.as_str())? {
                Some(book) => Some(book),
                None => return Ok(Err(Problem::Gone)),
            },
            None => None,
        };
        let mut place = Place::of_operator(&settings, &self.public_url, now);
        if let Some(book) = &book {
            place.customer = Some((book.customer.slug.clone(), book.customer.name.clone()));
            // Damaged settings must keep nobody from learning of them.
            let zone = book.policy().ok().and_then(|policy| TimeZone::get(&policy.time_zone).ok());
            place.zone = zone.unwrap_or(TimeZone::UTC);
        }
        if LINKS.contains(&mail.kind.as_str()) {
            place.link = self.link(mail, &body, (book.as_ref(), now))?;
            if place.link.is_none() {
                return Ok(Err(Problem::Gone));
            }
        }
        Ok(within(language, || letter(&mail.kind, &body, &place))
            .map(|letter| (letter, language))
            .ok_or(Problem::Unreadable))
    }

    /// A link that lets somebody in, made for this very try; `None` where what it is for is not there any more.
    fn link(
        &self,
        mail: &DueMail,
        body: &Value,
        (book, now): (Option<&Book>, Timestamp),
    ) -> Result<Option<String>, StoreError> {
        let number = |name: &str| body.get(name).and_then(Value::as_i64);
        let at = |path: &str, token: &Token| {
            format!("{}/{path}/{}", self.public_url.trim_end_matches('/'), token.secret())
        };
        if mail.kind == "consent_link" {
            let (Some(book), Some(request)) = (book, number("request")) else { return Ok(None) };
            return Ok(book.renew_consent_link(request, now)?.map(|token| at("ask", &token)));
        }
        let account = match number("account") {
            Some(id) => self.account(id, &mail.mail.address)?,
            None => None,
        };
        let Some(account) = account else { return Ok(None) };
        let (of, ends) = if mail.kind == "invitation" {
            (LinkFor::Account(account), now.plus_days(INVITED_DAYS))
        } else {
            (LinkFor::Reset(account), Timestamp(now.0 + RESET_MS))
        };
        Ok(Some(at("link", &self.office.store.make_link(of, ends)?)))
    }

    /// The account of that number, if that is still its address.
    fn account(&self, id: i64, address: &str) -> Result<Option<AccountId>, StoreError> {
        let account = self.office.store.account_named(address)?;
        Ok(account.filter(|account| account.id.0 == id).map(|account| account.id))
    }

    /// Says of a mail that was not tried what becomes of it; `false` where another process was quicker.
    fn put(
        &self,
        mail: &DueMail,
        now: Timestamp,
        state: (MailState, Timestamp),
        problem: Problem,
    ) -> Result<bool, StoreError> {
        let until = Timestamp(now.0 + DEAD_MS);
        blocking(|| {
            if !self.office.store.take_mail(&mail.mail, until, now)? {
                return Ok(false);
            }
            self.office.store.mail_is((mail.mail.id, until), state, (problem.code(), ""), now)?;
            Ok(true)
        })
    }

    /// Shuts the way out for a while; answers until when.
    fn close(&self, server: &MailServer, now: Timestamp, stuck: &Stuck) -> Timestamp {
        let mut shut = self.shut.lock().unwrap_or_else(PoisonError::into_inner);
        let times = shut.filter(|shut| shut.settings == server.changed_at).map_or(0, |shut| shut.times + 1);
        // Microsoft is obeyed where it asks for more.
        let asked = stuck.after.map_or(now, |wait| Timestamp(now.0 + wait.as_millis() as i64));
        let until = after(&PAUSES, times, now).max(asked);
        *shut = Some(Shut { until, times, settings: server.changed_at });
        tracing::warn!(why = stuck.problem.code(), times, "mails cannot leave the house");
        until
    }
}

/// What became of a mail, for counting.
enum Done {
    Sent,
    Later,
    GivenUp,
}

/// Whether it has waited too long: a link for a new password for an hour, anything else for five days since it was posted or somebody
/// wanted it sent again.
fn is_late(mail: &DueMail, now: Timestamp) -> bool {
    let term = if mail.kind == "password_reset" { RESET_MS } else { GIVEN_UP_MS };
    now.ms_since(mail.mail.since) > term
}

fn after(minutes: &[i64], tries: usize, now: Timestamp) -> Timestamp {
    let minutes = minutes.get(tries).or(minutes.last()).copied().unwrap_or(1);
    Timestamp(now.0 + minutes * 60_000)
}
