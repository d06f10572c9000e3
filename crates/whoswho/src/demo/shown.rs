//! The demo in the browser: the same pages as `serve` has, over the demo's database, on loopback.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use anyhow::{Context, Result};
use deliver::{Postman, Timing};
use model::Role;
use store::{NewAccount, Reach, StoreError};
use sync::Office;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use super::stage::Stage;
use super::story::blocking;
use crate::exit::usage;
use crate::pages::{self, Pages};
use crate::texts::{pick, say};
use show::when;

/// Where people look first.
const USUAL: u16 = 8080;
/// For how long the link works: a day.
const LINK_MS: i64 = 24 * 3_600_000;
/// Who signs in; a made-up address that no mail reaches (RFC 2606).
const EMAIL: &str = "demo@whoswho.example";

/// Where the pages shall be: as it was typed, else as the environment says it for `serve` as well.
pub fn listen(typed: Option<SocketAddr>) -> Result<Option<SocketAddr>> {
    let said = std::env::var("WHOSWHO_LISTEN").ok().filter(|said| !said.is_empty());
    let (None, Some(said)) = (typed, said) else { return Ok(typed) };
    let wrong = |_| {
        usage(say!(
            "listen cannot be “{said}”; it takes an address and a port, such as 127.0.0.1:8080",
            "listen kann nicht „{said}“ sein; möglich sind Adresse und Port, etwa 127.0.0.1:8080"
        ))
    };
    said.parse().map(Some).map_err(wrong)
}

/// The pages, served until this is dropped.
pub struct Shown {
    link: String,
    served: JoinHandle<()>,
    /// Mails leave as soon as somebody has said by what.
    sending: JoinHandle<()>,
}

impl Drop for Shown {
    fn drop(&mut self) {
        self.served.abort();
        self.sending.abort();
    }
}

impl Shown {
    /// Opens them where somebody wants them, else on the usual port or any that is free, with an owner who signs in by a link.
    pub async fn open(stage: &Stage, listen: Option<SocketAddr>) -> Result<Self> {
        let at = |port| TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, port)));
        let opening = || pick("opening a port for the pages", "beim Öffnen eines Ports für die Seiten");
        let listener = match listen {
            Some(address) => TcpListener::bind(address).await.with_context(opening)?,
            None => match at(USUAL).await {
                Ok(listener) => listener,
                Err(_) => at(0).await.with_context(opening)?,
            },
        };
        let mut address = listener.local_addr()?;
        if address.ip().is_unspecified() {
            // Everywhere is no place that a browser goes to.
            address.set_ip(Ipv4Addr::LOCALHOST.into());
        }
        let public_url = format!("http://{address}");
        blocking(|| stage.has_app(&public_url))?;
        let clock: sync::Clock = Arc::new(when::now);
        let postman = Postman::new(stage.office.clone(), public_url.clone(), (clock, Timing::default()));
        let sending = tokio::spawn(async move { postman.work(std::future::pending()).await });
        let pages = Pages::new(stage.office.clone(), public_url, Some(stage.cloud()));
        let link = blocking(|| link(&pages))?;
        let router = blocking(|| pages.router());
        let served = tokio::spawn(async move {
            if let Err(error) = axum::serve(listener, router).await {
                tracing::error!(error = %error, "the pages are not served any more");
            }
        });
        Ok(Self { link, served, sending })
    }

    /// What to say about them.
    pub fn told(&self) -> String {
        say!(
            "\nIn the browser: {}\n(the link signs you in, once)",
            "\nIm Browser: {}\n(der Link meldet Sie an, einmal)",
            self.link
        )
    }
}

fn link(pages: &Pages) -> Result<String, StoreError> {
    let account = if let Some(account) = pages.store.account_named(EMAIL)? {
        account
    } else {
        let name = pick("Demo Owner", "Dana Demo").to_owned();
        let new =
            NewAccount { role: Role::Owner, reach: Reach::All, name, email: EMAIL.into(), password: None };
        pages.store.add_account(&new, Office::now())?
    };
    pages::link(&pages.store, &pages.public_url, account.id, LINK_MS)
}
