//! Events for whoever watches: the part of the page that changes, until what is watched has ended.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use askama::Template;
use axum::response::sse::Event;
use futures::stream;
use store::{Book, SignedIn};
use tokio::sync::{mpsc, watch};
use tokio::time::{Instant, sleep};

use super::part::{LivePart, part};
use crate::answer::{Answer, Outcome, Trouble};
use crate::frame::Frame;
use crate::jobs::State;
use crate::visit::Visit;

/// Between two parts.
const BEAT: Duration = Duration::from_millis(250);
/// Between two looks at the database, for what runs elsewhere and for whether the session still lives.
const LOOK: Duration = Duration::from_secs(2);
/// A browser asks anew after so long.
const WHOLE: Duration = Duration::from_mins(10);

/// The part that changes, again and again, until what is watched has ended.
pub fn events(visit: &Visit, person: &SignedIn, book: &Book) -> Outcome {
    let f = Frame::of_customer(visit, person, book, "runs")?;
    let (send, receive) = mpsc::channel(2);
    let follower = Follower { f, book: book.clone(), person: person.clone(), visit: visit.clone() };
    tokio::spawn(follower.follow(send));
    let events = stream::unfold(receive, |mut receive| async move {
        receive.recv().await.map(|event| (Ok::<Event, Infallible>(event), receive))
    });
    Ok(Answer::events(events))
}

/// Whoever watches.
struct Follower {
    f: Frame,
    book: Book,
    person: SignedIn,
    visit: Visit,
}

/// What is to be told.
enum Told {
    Part(String),
    /// It has ended, and this is where to go on.
    End(String),
    /// Nobody is signed in any more.
    Over,
}

impl Follower {
    async fn follow(self, send: mpsc::Sender<Event>) {
        let jobs = self.visit.web.jobs.clone();
        let mut closing = jobs.closing();
        let mut job = jobs.of(self.book.customer.id).map(|job| job.watch());
        let follower = Arc::new(self);
        let until = Instant::now() + WHOLE;
        let mut looked = Instant::now();
        while Instant::now() < until {
            let asks = looked.elapsed() >= LOOK;
            if asks {
                looked = Instant::now();
            }
            let teller = follower.clone();
            let told = tokio::task::spawn_blocking(move || teller.tell(asks)).await;
            match told {
                Ok(Ok(Told::Part(html))) => {
                    if send.send(Event::default().event("part").data(html)).await.is_err() {
                        return;
                    }
                }
                Ok(Ok(Told::End(path))) => {
                    let _ = send.send(Event::default().event("end").data(path)).await;
                    return;
                }
                // The browser asks anew, and is told what is wrong.
                Ok(Ok(Told::Over) | Err(_)) | Err(_) => return,
            }
            tokio::select! {
                _ = closing.wait_for(|closing| *closing) => return,
                () = news(job.as_mut()) => {}
            }
        }
    }

    fn tell(&self, asks: bool) -> Result<Told, Trouble> {
        if asks && !self.still_signed_in()? {
            return Ok(Told::Over);
        }
        let job = self.visit.web.jobs.of(self.book.customer.id);
        let here = format!("/c/{}/live", self.book.customer.slug);
        show::texts::within(self.f.t.language.of_show(), || {
            match part(&self.f, &self.book, job.as_deref())? {
                Some(part) if part.under_way => {
                    Ok(Told::Part(LivePart { f: &self.f, part: &part }.render()?))
                }
                _ => Ok(Told::End(here)),
            }
        })
    }

    fn still_signed_in(&self) -> Result<bool, Trouble> {
        let found = self.visit.web.store.signed_in(self.person.token(), (self.visit.web.clock)())?;
        let reaches = found.map(|person| person.book(&self.book.customer.slug)).transpose()?;
        Ok(reaches.flatten().is_some())
    }
}

/// Until there is news, but not too soon; of what runs elsewhere a while.
async fn news(job: Option<&mut watch::Receiver<State>>) {
    sleep(BEAT).await;
    match job {
        Some(job) if job.borrow().end.is_none() => {
            let _ = tokio::time::timeout(LOOK, job.changed()).await;
        }
        _ => sleep(LOOK).await,
    }
}
