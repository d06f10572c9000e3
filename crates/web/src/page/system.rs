//! The installation itself (page 10): how it is, what it is made of, its keys, a backup, and what is under way.

use std::io::{Read, Seek};

use askama::Template;
use axum::body::{Body, Bytes};
use futures::stream;
use model::Timestamp;
use store::{LAST_BACKUP, SignedIn, Watched};
use sync::Alarm;

use crate::answer::{Answer, Outcome, Trouble};
use crate::frame::Frame;
use crate::visit::Visit;

/// A backup that is older tells so: a week, in milliseconds.
const WEEK_MS: i64 = 7 * 24 * 3_600_000;
/// Mails that have waited longer tell so: an hour, in milliseconds.
const HOUR_MS: i64 = 3_600_000;
/// A run that is due for longer tells that the schedule stands still: ten minutes, in milliseconds.
const STILL_MS: i64 = 10 * 60_000;
/// Bytes of a backup that are sent at a time.
const PIECE: usize = 64 * 1024;
/// Runs to come that are listed.
const NEXT: usize = 8;

#[derive(Template)]
#[template(path = "system.html")]
struct System {
    f: Frame,
    health: Vec<Line>,
    engine: String,
    customers: i64,
    contacts: i64,
    origin: String,
    keys: Vec<Key>,
    backup: String,
    at_work: Vec<(String, String, String)>,
    next: Vec<(String, String, String)>,
}

/// A sentence about how something is.
struct Line {
    good: bool,
    text: String,
    /// Where that is mended; empty where nowhere.
    link: &'static str,
}

struct Key {
    id: String,
    state: String,
    colour: &'static str,
    values: String,
}

/// The page.
pub fn page(visit: &Visit, person: &SignedIn) -> Outcome {
    let f = Frame::of(visit, person, "system")?;
    let store = person.store();
    let about = store.about_database()?;
    let infos = store.key_infos()?;
    let backup = store.setting(LAST_BACKUP)?.and_then(|at| at.parse().ok()).map(Timestamp);
    let looked = sync::look(store, visit.now)?;
    let mut due: Vec<_> = looked.iter().filter_map(|(row, _)| Some((sync::next_run(row)?, row))).collect();
    due.sort_by_key(|(at, row)| (*at, row.slug.clone()));

    let health = health(visit, &f, person, (&looked, infos.iter().all(|key| key.at_hand), backup))?;
    let engine =
        f.s(if about.engine == "sqlite" { "system-engine-sqlite" } else { "system-engine-postgres" });
    let keys = infos.into_iter().map(|info| {
        let (state, colour) = match (info.at_hand, info.newest) {
            (false, _) => ("system-key-missing", "t-bad"),
            (true, true) => ("system-key-newest", "t-ok"),
            (true, false) => ("system-key-older", ""),
        };
        Key { state: f.s(state), colour, values: f.n("system-key-n", info.sealed as i64), id: info.id }
    });
    let at_work = store.at_work(visit.now)?;
    let names = person.customers()?;
    let name = |slug: &str| {
        names.iter().find(|row| row.slug == slug).map_or_else(|| slug.to_owned(), |row| row.name.clone())
    };
    Answer::page(&System {
        engine: format!("{engine} ({})", about.version),
        customers: about.customers,
        contacts: about.contacts,
        origin: store.key_origin(),
        keys: keys.collect(),
        backup: backup
            .map_or_else(|| f.s("system-backup-never"), |at| f.x("system-backup-last", f.times.exact(at))),
        at_work: at_work
            .into_iter()
            .map(|run| (run.slug.to_string(), run.name, f.times.short(run.since)))
            .collect(),
        next: due
            .into_iter()
            .take(NEXT)
            .map(|(at, row)| (row.slug.clone(), name(&row.slug), f.times.short(at)))
            .collect(),
        health,
        f,
    })
}

/// A customer as the schedule sees it, with its alarm where there is one.
type Looked = (Watched, Option<Alarm>);

/// How everything is, in sentences.
fn health(
    visit: &Visit,
    f: &Frame,
    person: &SignedIn,
    (looked, keys, backup): (&[Looked], bool, Option<Timestamp>),
) -> Result<Vec<Line>, Trouble> {
    let store = person.store();
    let mut health = vec![Line { good: true, text: f.s("system-database-ok"), link: "" }];
    let mut tell = |good: bool, text: String, link: &'static str| health.push(Line { good, text, link });
    tell(keys, f.s(if keys { "system-keys-ok" } else { "system-keys-missing" }), "");
    let due = looked.iter().filter_map(|(row, _)| sync::next_run(row)).min();
    let still = due.is_some_and(|at| visit.now.ms_since(at) > STILL_MS);
    tell(!still, f.s(if still { "system-schedule-still" } else { "system-schedule-ok" }), "");
    let alarms = looked.iter().filter(|(_, alarm)| alarm.is_some()).count() as i64;
    tell(alarms == 0, f.n("system-alarms-n", alarms), "/customers");
    let mails = store.mail_counts()?;
    let waits = mails.oldest.filter(|at| visit.now.ms_since(*at) > HOUR_MS);
    match (store.mail_server()?, waits) {
        (None, _) => tell(false, f.s("system-mail-none"), "/mail"),
        (Some(_), Some(since)) => tell(false, f.x("system-mail-old", f.times.short(since)), "/mail"),
        (Some(_), None) if mails.failed > 0 => {
            tell(false, f.n("system-mail-failed-n", mails.failed), "/mail");
        }
        (Some(_), None) => tell(true, f.s("system-mail-ok"), "/mail"),
    }
    let fresh = backup.is_some_and(|at| visit.now.ms_since(at) <= WEEK_MS);
    let key = match backup {
        None => "system-backup-never",
        Some(_) if fresh => "system-backup-fresh",
        Some(_) => "system-backup-old",
    };
    tell(fresh, f.s(key), "#ba");
    Ok(health)
}

/// The whole database as a file. It is written in a folder for passing things, where nobody sees it, and sent from there, so that a
/// slow reader holds up nothing.
pub fn backup(visit: &Visit, person: &SignedIn) -> Outcome {
    let store = person.store();
    let file = |error: std::io::Error| Trouble::ours(&error);
    let mut archive = tempfile::tempfile().map_err(file)?;
    store.backup(&mut archive, visit.now, &|_| ())?;
    archive.rewind().map_err(file)?;
    let name = format!("whoswho-{}.archive", Frame::of(visit, person, "system")?.times.stamp(visit.now));
    let (store, made) = (store.clone(), visit.now.0.to_string());
    let pieces = stream::unfold(Some(archive), move |archive| {
        let (store, made) = (store.clone(), made.clone());
        async move {
            let mut archive = archive?;
            let read = tokio::task::spawn_blocking(move || {
                let mut piece = vec![0; PIECE];
                let n = archive.read(&mut piece)?;
                piece.truncate(n);
                if n == 0 {
                    // It counts as a backup once the last of it was taken.
                    store.set_setting(LAST_BACKUP, &made).map_err(std::io::Error::other)?;
                }
                Ok::<_, std::io::Error>((piece, archive))
            });
            match read.await.unwrap_or_else(|broken| Err(std::io::Error::other(broken))) {
                Ok((piece, _)) if piece.is_empty() => None,
                Ok((piece, archive)) => Some((Ok(Bytes::from(piece)), Some(archive))),
                // The connection is cut then, so that nobody takes a part for the whole.
                Err(error) => Some((Err(error), None)),
            }
        }
    });
    Answer::file(&name, "application/octet-stream", Body::from_stream(pieces))
}
