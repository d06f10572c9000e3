//! Serve: health checks and metrics over HTTP, until SIGTERM or SIGINT; requests under way are answered before the end.

use std::fmt::Write;
use std::net::SocketAddr;

use anyhow::Context;
use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use store::Store;
use tokio::net::TcpListener;

use crate::app::App;
use crate::exit::usage;
use crate::out;

/// What `serve` takes.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Address and port [default: 127.0.0.1:8080]
    #[arg(long, value_name = "ADDRESS:PORT")]
    listen: Option<String>,
}

/// Runs the command.
pub fn run(app: &App, args: &Args) -> anyhow::Result<()> {
    let listen = args.listen.as_ref().unwrap_or(&app.config.settings.listen);
    let address: SocketAddr = listen
        .parse()
        .map_err(|_| usage(format!("listen cannot be “{listen}”; it takes an address and a port")))?;
    let store = app.new_store()?;
    // This handle is the last one: PostgreSQL's driver must not be closed from async code.
    app.wait(serve(address, store.clone()))
}

async fn serve(address: SocketAddr, store: Store) -> anyhow::Result<()> {
    let listener = TcpListener::bind(address).await.with_context(|| format!("listening on {address}"))?;
    out::note(&format!("listening on http://{}", listener.local_addr()?));
    let stop = stop()?;
    axum::serve(listener, router(store)).with_graceful_shutdown(stop).await.context("serving")?;
    out::note("stopped");
    Ok(())
}

/// Both signals are caught from the first request on.
fn stop() -> anyhow::Result<impl Future<Output = ()> + Send + 'static> {
    use tokio::signal::unix::{SignalKind, signal};
    let (mut term, mut int) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    Ok(async move {
        tokio::select! {
            _ = term.recv() => {}
            _ = int.recv() => {}
        }
    })
}

fn router(store: Store) -> Router {
    Router::new()
        .route("/healthz", get(async || "ok\n"))
        .route("/readyz", get(ready))
        .route("/metrics", get(metrics))
        .with_state(store)
}

/// Ready means that the database answers.
async fn ready(State(store): State<Store>) -> Response {
    match blocking(move || store.customers()).await {
        Ok(_) => "ready\n".into_response(),
        Err(error) => (StatusCode::SERVICE_UNAVAILABLE, format!("{error:#}\n")).into_response(),
    }
}

async fn metrics(State(store): State<Store>) -> Response {
    match blocking(move || exposition(&store)).await {
        Ok(text) => ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], text).into_response(),
        Err(error) => (StatusCode::SERVICE_UNAVAILABLE, format!("{error:#}\n")).into_response(),
    }
}

async fn blocking<T: Send + 'static>(
    f: impl FnOnce() -> store::Result<T> + Send + 'static,
) -> anyhow::Result<T> {
    Ok(tokio::task::spawn_blocking(f).await??)
}

/// Prometheus text format 0.0.4. Slugs need no escaping: letters, digits, hyphens.
fn exposition(store: &Store) -> store::Result<String> {
    let customers = store.customers()?;
    let stats = store.stats();
    let mut text = String::new();
    let mut gauge = |name: &str, kind: &str, help: &str, lines: &[(String, String)]| {
        let _ = writeln!(text, "# HELP {name} {help}\n# TYPE {name} {kind}");
        for (labels, value) in lines {
            let _ = writeln!(text, "{name}{labels} {value}");
        }
    };
    let one = |value: u64| [(String::new(), value.to_string())];
    gauge("whoswho_customers", "gauge", "Customers.", &one(customers.len() as u64));
    let mut good = Vec::new();
    let mut outcomes = Vec::new();
    for row in &customers {
        let labels = format!("{{customer=\"{}\"}}", row.slug);
        good.extend(row.last_good_at.map(|at| (labels, format!("{:.3}", at.0 as f64 / 1000.0))));
        let Some(book) = store.book(&row.slug)? else { continue };
        let last = book.runs(1)?;
        let outcome = last.first().map(|run| run.outcome.name());
        outcomes
            .extend(outcome.map(|o| (format!("{{customer=\"{}\",outcome=\"{o}\"}}", row.slug), "1".into())));
    }
    gauge("whoswho_last_good_run_timestamp_seconds", "gauge", "End of the last good run.", &good);
    gauge("whoswho_last_run_outcome", "gauge", "Outcome of the last listed run.", &outcomes);
    gauge(
        "whoswho_database_reads_total",
        "counter",
        "Reading statements since the start.",
        &one(stats.reads),
    );
    gauge(
        "whoswho_database_writes_total",
        "counter",
        "Writing statements since the start.",
        &one(stats.writes),
    );
    gauge(
        "whoswho_database_rows_written_total",
        "counter",
        "Rows written since the start.",
        &one(stats.rows_written),
    );
    Ok(text)
}
