//! The web application: pages in German and English for operators and customers.
//!
//! *Is*: the table of routes with their rules, sign-in, sessions in cookies, pages, assets.
//! *Knows*: HTTP, HTML, what a browser promises; store and sync as callers do.
//! *Never*: SQL text, Graph's JSON, sockets, the process's environment. Whether somebody may is asked in one place
//! (`desk.rs`) by the rule that stands beside the route (`routes.rs`); a page gets the handle of what it may touch.

mod answer;
mod assets;
mod audit;
mod cookie;
mod desk;
mod form;
mod frame;
mod jobs;
mod lang;
mod page;
mod password;
mod recents;
mod rosters;
mod routes;
mod trials;
mod upload;
mod visit;
mod when;

use std::sync::Arc;

use axum::Router;
use store::Store;

pub use jobs::Jobs;
pub use lang::Language;
pub use recents::Recents;
pub use rosters::Rosters;
pub use routes::{Care, Door, ROUTES, Route, Verb};
pub use trials::Trials;

/// The clock that pages go by.
pub type Clock = Arc<dyn Fn() -> model::Timestamp + Send + Sync>;

/// What the pages work with.
#[derive(Clone)]
pub struct Web {
    /// The database.
    pub store: Store,
    /// What time it is.
    pub clock: Clock,
    /// What pages have begun.
    pub jobs: Jobs,
    /// Who is in the tenants that somebody is just picking people from.
    pub rosters: Rosters,
    /// Which customers people looked at lately.
    pub recents: Recents,
    /// The trial of rules that all customers inherit.
    pub trials: Trials,
    /// Where browsers reach the pages, without a path: `https://whoswho.example`. Decides whether cookies want HTTPS, and
    /// stands in links that are sent.
    pub public_url: String,
    /// Sign-in and Graph of a cloud that the configuration names, if it does: where there is no way to Microsoft's own.
    pub own_cloud: Option<(String, String)>,
    /// The version of the program.
    pub version: &'static str,
}

impl Web {
    /// The pages as a service of axum.
    pub fn router(&self) -> Router {
        desk::router(self)
    }

    /// Whether browsers reach the pages by HTTPS.
    fn is_secure(&self) -> bool {
        !self.public_url.starts_with("http://")
    }
}
