//! What `serve` answers: alive, ready, metrics.

use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use model::Timestamp;

use super::{Node, metrics};
use crate::exit;
use crate::texts::{self, say};
use show::when;

/// Routes.
pub(super) fn router(node: Node) -> Router {
    Router::new()
        .route("/healthz", get(async || "ok\n"))
        .route("/readyz", get(ready))
        .route("/metrics", get(exposition))
        .with_state(node)
}

/// Ready means: not stopping, the database answers, the schedule is being looked at, and every customer has good runs.
async fn ready(State(node): State<Node>) -> Response {
    if *node.stopping.borrow() {
        return not_ready("stopping\n".into());
    }
    let now = when::now();
    let store = node.store.clone();
    let mut lines = match blocking(move || ::sync::look(&store, now)).await {
        Ok(rows) => rows.into_iter().filter_map(|(_, alarm)| alarm).map(|a| texts::alarm(&a)).collect(),
        Err(error) => vec![exit::text_of(&error)],
    };
    lines.extend(standing_still(&node, now));
    if lines.is_empty() { "ready\n".into_response() } else { not_ready(lines.join("\n") + "\n") }
}

/// A scheduler that has not looked at the database for twelve times its interval, at least a minute.
fn standing_still(node: &Node, now: Timestamp) -> Option<String> {
    let last = node.beat.as_ref()?.last().unwrap_or(node.since);
    let patience = (node.poll.as_millis() as i64 * 12).max(60_000);
    let at = when::short(last);
    (now.ms_since(last) > patience).then(|| {
        say!(
            "the schedule stands still on this node since {at} (UTC); restart it",
            "der Zeitplan steht auf diesem Knoten seit {at} (UTC) still; bitte neu starten"
        )
    })
}

async fn exposition(State(node): State<Node>) -> Response {
    let now = when::now();
    match blocking(move || metrics::exposition(&node, now)).await {
        Ok(text) => ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], text).into_response(),
        Err(error) => not_ready(format!("{}\n", exit::text_of(&error))),
    }
}

fn not_ready(text: String) -> Response {
    (StatusCode::SERVICE_UNAVAILABLE, text).into_response()
}

pub(super) async fn blocking<T: Send + 'static>(
    f: impl FnOnce() -> store::Result<T> + Send + 'static,
) -> anyhow::Result<T> {
    Ok(tokio::task::spawn_blocking(f).await??)
}
