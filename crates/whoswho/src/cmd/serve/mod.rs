//! Serve: pages, the schedule, health checks and metrics, until SIGTERM or SIGINT. Then no run is started, those under way get some
//! seconds, requests are answered, and the process ends.

mod answers;
mod metrics;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use ::sync::{Beat, Office, Rules, Scheduler};
use anyhow::Context;
use deliver::{Postman, Timing};
use graph::{Limits, Transport};
use model::Timestamp;
use store::Store;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::app::App;
use crate::exit::usage;
use crate::out;
use crate::pages::Pages;
use crate::texts::{pick, say};
use show::when;

/// What `serve` takes.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Address and port [default: 127.0.0.1:8080]
    #[arg(long, value_name = "ADDRESS:PORT")]
    listen: Option<String>,
    /// Start no runs; for nodes that only answer
    #[arg(long)]
    no_schedule: bool,
}

/// Between two looks at whether a customer is silent.
const WATCH: Duration = Duration::from_mins(1);
/// Between two times that ended sessions are dropped.
const TIDY: Duration = Duration::from_hours(1);

/// What answers need.
#[derive(Clone)]
pub(super) struct Node {
    pub store: Store,
    /// The scheduler's beat; `None` where this node starts no runs.
    pub beat: Option<Arc<Beat>>,
    pub poll: Duration,
    pub since: Timestamp,
    pub stopping: watch::Receiver<bool>,
}

/// Runs the command.
pub fn run(app: &App, args: &Args) -> anyhow::Result<()> {
    let settings = &app.config.settings;
    let listen = args.listen.as_ref().unwrap_or(&settings.listen);
    let address: SocketAddr = listen.parse().map_err(|_| {
        usage(say!(
            "listen cannot be “{listen}”; it takes an address and a port",
            "listen kann nicht „{listen}“ sein; möglich sind Adresse und Port"
        ))
    })?;
    let store = app.store_to_serve()?;
    let scheduler = if settings.schedule && !args.no_schedule {
        let rules = Rules { poll: Duration::from_secs(settings.poll_seconds.max(1)), ..Rules::default() };
        let office =
            Office { store: store.clone(), transport: Transport::new()?, limits: Limits::scheduled() };
        Some((Scheduler::new(office, rules, Arc::new(when::now))?, rules))
    } else {
        None
    };
    let at = (address, settings.public_url.clone(), settings.own_cloud());
    app.wait(serve(at, store, scheduler))
}

async fn serve(
    (address, public_url, own_cloud): (SocketAddr, Option<String>, Option<(String, String)>),
    store: Store,
    scheduler: Option<(Scheduler, Rules)>,
) -> anyhow::Result<()> {
    let (stop, stopping) = watch::channel(false);
    // Both signals are caught from the first request on.
    let signalled = signalled()?;
    let listener = TcpListener::bind(address)
        .await
        .with_context(|| say!("listening on {address}", "beim Öffnen von {address}"))?;
    let at = listener.local_addr()?;
    out::note(&say!("listening on http://{at}", "erreichbar unter http://{at}"));
    let office = Office::typed(store.clone())?;
    let postman = Postman::new(
        office.clone(),
        public_url.clone().unwrap_or_else(|| format!("http://{at}")),
        (Arc::new(when::now), Timing::default()),
    );
    let pages = Pages::new(office, public_url.unwrap_or_else(|| format!("http://{at}")), own_cloud);
    let (jobs, trials) = (pages.jobs.clone(), pages.trials.clone());
    let set_up = pages.clone();
    if let Some(link) = answers::blocking(move || set_up.to_set_up()).await? {
        out::note(&link);
    }
    let node = Node {
        store: store.clone(),
        beat: scheduler.as_ref().map(|(scheduler, _)| scheduler.beat()),
        poll: scheduler.as_ref().map_or(Duration::ZERO, |(_, rules)| rules.poll),
        since: when::now(),
        stopping: stopping.clone(),
    };
    let at_work = scheduler.map(|(scheduler, _)| work(scheduler, stopping.clone()));
    let sending = {
        let stopping = stopping.clone();
        tokio::spawn(async move { postman.work(stopped(stopping)).await })
    };
    let watching = tokio::spawn(watch_silence(store.clone(), stopping.clone()));
    let tidying = tokio::spawn(tidy_sessions(store, stopping.clone()));
    let drained = async move {
        signalled.await;
        out::note(pick("stopping", "hört auf"));
        stop.send_replace(true);
        jobs.close();
        trials.close();
        if let Some(at_work) = at_work {
            // A scheduler that broke off has said so, and readiness with it.
            let _ = at_work.await;
        }
        let _ = watching.await;
        let _ = tidying.await;
        let _ = sending.await;
    };
    // Which hosts forms may lead to is read from the database.
    let pages = answers::blocking(move || Ok(pages.router())).await?;
    axum::serve(listener, answers::router(node).merge(pages))
        .with_graceful_shutdown(drained)
        .await
        .context(pick("serving", "beim Antworten"))?;
    out::note(pick("stopped", "beendet"));
    Ok(())
}

fn signalled() -> anyhow::Result<impl Future<Output = ()> + Send + 'static> {
    use tokio::signal::unix::{SignalKind, signal};
    let (mut term, mut int) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    Ok(async move {
        tokio::select! {
            _ = term.recv() => {}
            _ = int.recv() => {}
        }
    })
}

/// Resolves when the node shall stop.
async fn stopped(mut stopping: watch::Receiver<bool>) {
    // An error means that nobody can ask any longer, which is the end as well.
    let _ = stopping.wait_for(|stop| *stop).await;
}

fn work(scheduler: Scheduler, stopping: watch::Receiver<bool>) -> JoinHandle<()> {
    tokio::spawn(async move { scheduler.work(stopped(stopping)).await })
}

/// Sessions and links that have ended are dropped now and then; whether one has ended is asked each time anyway.
async fn tidy_sessions(store: Store, stopping: watch::Receiver<bool>) {
    let stop = stopped(stopping);
    tokio::pin!(stop);
    let mut clock = tokio::time::interval(TIDY);
    loop {
        tokio::select! {
            () = &mut stop => return,
            _ = clock.tick() => {}
        }
        let store = store.clone();
        let tidy = move || {
            store.drop_ended_sessions(when::now())?;
            store.purge_mails(when::now())?;
            store.purge_audit(when::now())
        };
        if let Err(error) = answers::blocking(tidy).await {
            tracing::warn!(
                error = format!("{error:#}"),
                "ended sessions, old mails and old lines of the audit log were not dropped"
            );
        }
    }
}

/// Beside the scheduler and independent of it, for what it must notice includes a scheduler that stands still. Credentials that end
/// before long are told of here as well.
async fn watch_silence(store: Store, stopping: watch::Receiver<bool>) {
    let stop = stopped(stopping);
    tokio::pin!(stop);
    let mut clock = tokio::time::interval(WATCH);
    loop {
        tokio::select! {
            () = &mut stop => return,
            _ = clock.tick() => {}
        }
        let store = store.clone();
        let look = {
            let store = store.clone();
            move || ::sync::tell_silence(&store, when::now())
        };
        if let Err(error) = answers::blocking(look).await {
            tracing::warn!(error = format!("{error:#}"), "whether a customer is silent is not known");
        }
        if let Err(error) = answers::blocking(move || ::sync::tell_ending(&store, when::now())).await {
            tracing::warn!(
                error = format!("{error:#}"),
                "whether a credential ends before long is not known"
            );
        }
    }
}
