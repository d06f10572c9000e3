//! The sending loop, the only place that retries single requests: token, gate, send, sort, wait, again. Every request
//! carries a fresh `client-request-id`; the log line holds ids and status, never an address, a name or a token.

use std::time::Duration;

use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderName, HeaderValue};
use tokio::time::Instant;
use uuid::Uuid;

use crate::call::{Call, Origin, Prepared};
use crate::client::Client;
use crate::error::{Detail, Diagnostics, GraphError, Unreach};
use crate::exchange::{Broken, Reply, exchange};
use crate::kill;
use crate::refusal::{Asked, Failure, diagnostics, is_web_page, sort};
use crate::report::Reach;
use crate::timing::{backoff, http_date, retry_after};
use crate::token::Token;
use crate::token_request::{Issued, TokenRequest};

/// How often an unreadable or late answer is asked for.
const READINGS: u32 = 3;
/// How often one request obeys Retry-After before it counts as throttled for good.
const OBEYED: u32 = 50;

/// How often a Retry-After of zero is taken at its word.
const AT_ONCE: u32 = 3;
/// A connection that failed sooner has not been waited for.
const A_WAIT: Duration = Duration::from_secs(1);

/// What one request has waited and tried so far.
#[derive(Default)]
pub(crate) struct Patience {
    waited: Duration,
    failures: u32,
    garbled: u32,
    obeyed: u32,
    token_refused: bool,
}

impl Client {
    /// Sends a request until it succeeds or there is no point in going on.
    pub(crate) async fn call<C: Call>(&self, call: &C) -> Result<C::Answer, GraphError> {
        let prepared = call.prepare(&self.shared.settings.hosts);
        let mut patience = Patience::default();
        loop {
            match self.attempt(call, &prepared, &mut patience).await {
                Ok(answer) => return Ok(answer),
                Err(failure) => self.recover(failure, &mut patience).await?,
            }
            self.shared.counters.retries.add(1);
        }
    }

    /// Sends a request that must not be repeated: another token is the only reason to try again, for it was refused unread.
    pub(crate) async fn call_once<C: Call>(&self, call: &C) -> Result<C::Answer, GraphError> {
        let prepared = call.prepare(&self.shared.settings.hosts);
        let mut patience = Patience::default();
        loop {
            match self.attempt(call, &prepared, &mut patience).await {
                Ok(answer) => return Ok(answer),
                Err(failure @ Failure::Token { .. }) => self.recover(failure, &mut patience).await?,
                Err(Failure::Final(error) | Failure::Flaky(error) | Failure::Garbled(error)) => {
                    return Err(error);
                }
                Err(Failure::Slow { after, diagnostics }) => {
                    let after = after.unwrap_or(self.limits.first_backoff);
                    return Err(GraphError::Throttled { after, diagnostics });
                }
            }
        }
    }

    async fn attempt<C: Call>(
        &self,
        call: &C,
        prepared: &Prepared,
        patience: &mut Patience,
    ) -> Result<C::Answer, Failure> {
        let token = self.token().await.map_err(Failure::Final)?;
        self.enter(prepared.units).await.map_err(Failure::Final)?;
        let id = Uuid::new_v4().to_string();
        let begun = Instant::now();
        let reply = self.send(prepared, &token, &id).await.inspect_err(|_| patience.count(self, begun))?;
        self.account(&reply, prepared);
        tracing::debug!(
            status = reply.status,
            client_request_id = id,
            request_id = reply.header("request-id"),
            bytes = reply.body.len(),
            "graph"
        );
        if (200..300).contains(&reply.status) {
            return call.parse(&reply.body).map_err(|detail| {
                let garbled = detail == Detail::Json;
                let detail = if garbled && is_web_page(&reply) { Detail::WebPage } else { detail };
                let error = GraphError::malformed(detail, diagnostics(&reply, &id));
                if garbled { Failure::Garbled(error) } else { Failure::Final(error) }
            });
        }
        let asked = Asked {
            origin: prepared.origin,
            permission: call.permission(),
            client_request_id: &id,
            second: self.shared.transport.options().second,
        };
        Err(sort(&reply, &asked, token))
    }

    async fn send(&self, prepared: &Prepared, token: &Token, id: &str) -> Result<Reply, Failure> {
        let shared = &self.shared;
        let http = shared.transport.http(&shared.settings);
        let mut request = http
            .request(prepared.method.clone(), prepared.url.clone())
            .header(ACCEPT, "application/json")
            .header(AUTHORIZATION, token.bearer.clone())
            .header(HeaderName::from_static("client-request-id"), id)
            .header(HeaderName::from_static("x-ms-throttle-priority"), self.limits.priority.header());
        for (name, value) in prepared.headers {
            request = request.header(*name, *value);
        }
        if let Some(body) = &prepared.body {
            request = request.header(CONTENT_TYPE, prepared.media).body(body.clone());
        }
        kill::point();
        shared.counters.requests.add(1);
        exchange(request, self.limits.max_page_bytes, self.turns.as_ref()).await.map_err(|broken| {
            tracing::debug!(client_request_id = id, ?broken, "graph");
            let seen = Diagnostics { client_request_id: Some(id.into()), ..Default::default() };
            let error = broken.into_error(seen);
            if broken == Broken::TooLarge { Failure::Final(error) } else { Failure::Flaky(error) }
        })
    }

    fn account(&self, reply: &Reply, prepared: &Prepared) {
        let number = |name: &str| reply.header(name).and_then(|v| v.trim().parse::<f64>().ok());
        self.shared.counters.bytes_read.add(reply.body.len());
        if reply.status == 429 {
            self.shared.counters.throttled.add(1);
        }
        if let Some(units) = number("x-ms-resource-unit").filter(|_| prepared.origin != Origin::Batch) {
            self.shared.gate.correct(prepared.units, units.clamp(0.0, 1000.0) as u32);
        }
        if let Some(part) = number("x-ms-throttle-limit-percentage") {
            self.shared.gate.load(part);
        }
    }

    /// Waits until the tenant's gate is open and the request's units are free.
    async fn enter(&self, units: u32) -> Result<(), GraphError> {
        self.wait_for_gate().await?;
        self.shared.gate.pace(units).await;
        self.wait_for_gate().await
    }

    async fn wait_for_gate(&self) -> Result<(), GraphError> {
        while let Some(closed) = self.shared.gate.closed() {
            let after = closed.until.saturating_duration_since(Instant::now());
            if after > self.limits.longest_retry_after {
                return Err(GraphError::Throttled { after, diagnostics: Box::new(closed.by) });
            }
            let error = GraphError::Throttled { after, diagnostics: Box::new(closed.by) };
            self.spend(after, &error)?;
            let _obeyed = self.shared.obeyed.count();
            self.shared.waits.until(closed.until).await;
        }
        Ok(())
    }

    /// Whether the run may wait so much longer; if not, it ends for the reason that made it wait.
    fn spend(&self, wait: Duration, reason: &GraphError) -> Result<(), GraphError> {
        let waited = self.shared.waits.total();
        match self.limits.run_budget {
            Some(budget) if waited + wait > budget => {
                let diagnostics = Box::new(reason.diagnostics().clone());
                Err(GraphError::BudgetSpent { waited, after: wait, diagnostics })
            }
            Some(_) | None => Ok(()),
        }
    }

    /// Does what the failure asks for; an error is the end of the request.
    pub(crate) async fn recover(&self, failure: Failure, patience: &mut Patience) -> Result<(), GraphError> {
        match failure {
            Failure::Final(error) => Err(error),
            Failure::Token { used, error } => {
                if std::mem::replace(&mut patience.token_refused, true) {
                    return Err(error);
                }
                self.shared.tokens.forget(&used).await;
                Ok(())
            }
            Failure::Slow { after, diagnostics } => {
                patience.obeyed += 1;
                // "At once" is believed a few times only.
                let wait = after.filter(|wait| !wait.is_zero() || patience.obeyed <= AT_ONCE);
                let wait = wait.or_else(|| patience.next(self));
                let Some(wait) = wait.filter(|_| patience.obeyed <= OBEYED) else {
                    let after = self.limits.longest_backoff;
                    return Err(GraphError::Throttled { after, diagnostics });
                };
                self.shared.gate.close(Instant::now() + wait, *diagnostics);
                Ok(())
            }
            Failure::Garbled(error) => {
                patience.garbled += 1;
                if patience.garbled >= READINGS {
                    return Err(error);
                }
                self.pause(error, patience).await
            }
            Failure::Flaky(error) => {
                // Answers that come late count as unreadable ones, also where the limit is shorter than a wait.
                let late = matches!(error, GraphError::Unreachable { why: Unreach::Timeout, .. });
                patience.garbled += u32::from(late);
                if patience.garbled >= READINGS {
                    return Err(error);
                }
                self.pause(error, patience).await
            }
        }
    }

    async fn pause(&self, error: GraphError, patience: &mut Patience) -> Result<(), GraphError> {
        let Some(wait) = patience.next(self) else { return Err(error) };
        self.spend(wait, &error)?;
        self.shared.waits.until(Instant::now() + wait).await;
        Ok(())
    }

    /// The cached token or a new one.
    pub(crate) async fn token(&self) -> Result<Token, GraphError> {
        self.shared.tokens.get(self.fetch_token()).await
    }

    /// A new token, past the cache.
    pub(crate) async fn fetch_token(&self) -> Result<Token, GraphError> {
        let mut patience = Patience::default();
        loop {
            let begun = Instant::now();
            let TokenFailure { error, after } = match self.ask_for_token().await {
                Ok(token) => return Ok(token),
                Err(failure) => failure,
            };
            if matches!(error, GraphError::Unreachable { .. }) {
                patience.count(self, begun);
            }
            if let Some(after) = after.filter(|after| *after > self.limits.longest_retry_after) {
                let diagnostics = Box::new(error.diagnostics().clone());
                return Err(GraphError::Throttled { after, diagnostics });
            }
            let wait = if error.heals_itself() { after.or_else(|| patience.next(self)) } else { None };
            patience.obeyed += 1;
            let Some(wait) = wait.filter(|_| patience.obeyed <= OBEYED) else { return Err(error) };
            self.spend(wait, &error)?;
            let _obeyed = after.map(|_| self.shared.obeyed.count());
            self.shared.waits.until(Instant::now() + wait).await;
        }
    }

    /// Whether Graph answers at all, without a token.
    pub(crate) async fn reach_graph(&self) -> Reach {
        let settings = &self.shared.settings;
        let url = settings.hosts.graph_url("/organization", Some("$select=id"));
        kill::point();
        self.shared.counters.requests.add(1);
        match exchange(self.shared.transport.http(settings).get(url), 1 << 20, None).await {
            Err(Broken::Unreachable(why)) => Reach::Unreachable(why),
            Ok(_) | Err(Broken::TooLarge) => Reach::Reached,
        }
    }

    async fn ask_for_token(&self) -> Result<Token, TokenFailure> {
        let shared = &self.shared;
        let options = shared.transport.options();
        let asked = TokenRequest { settings: &shared.settings, now: (options.clock)(), id: Uuid::new_v4() };
        let (url, form) = asked.prepare();
        let type_ = HeaderValue::from_static("application/x-www-form-urlencoded");
        let request =
            shared.transport.http(&shared.settings).post(url).header(CONTENT_TYPE, type_).body(form);
        shared.counters.token_requests.add(1);
        let reply =
            exchange(request, 1 << 20, None).await.map_err(|broken| broken.into_error(<_>::default()))?;
        shared.counters.bytes_read.add(reply.body.len());
        tracing::debug!(status = reply.status, request_id = reply.header("x-ms-request-id"), "token");
        if reply.status == 200 {
            let date = reply.header("date").and_then(http_date);
            let token =
                Issued::parse(&reply.body).and_then(|t| Token::new(&t.access_token, t.seconds(), date));
            let detail = if is_web_page(&reply) { Detail::WebPage } else { Detail::Json };
            return token.ok_or_else(|| GraphError::malformed(detail, diagnostics(&reply, "")).into());
        }
        if reply.status < 500 && reply.status != 429 && is_web_page(&reply) {
            return Err(GraphError::malformed(Detail::WebPage, diagnostics(&reply, "")).into());
        }
        let (problem, diagnostics) = asked.refusal(&reply);
        let after =
            reply.header("retry-after").and_then(|v| retry_after(v, reply.header("date"), options.second));
        let after = after.filter(|wait| !wait.is_zero());
        Err(TokenFailure {
            error: GraphError::TokenRefused { problem, diagnostics: Box::new(diagnostics) },
            after,
        })
    }
}

/// A failed request for a token, and how long the sign-in host asks to wait.
struct TokenFailure {
    error: GraphError,
    after: Option<Duration>,
}

impl From<GraphError> for TokenFailure {
    fn from(error: GraphError) -> Self {
        Self { error, after: None }
    }
}

impl Patience {
    /// Counts an exchange that was waited for in vain as a wait of the request and of the run.
    fn count(&mut self, client: &Client, begun: Instant) {
        let waited = begun.elapsed();
        if waited >= A_WAIT {
            self.waited += waited;
            client.shared.waits.add(waited);
        }
    }

    /// The next wait that nobody asked for, as long as there is patience left.
    fn next(&mut self, client: &Client) -> Option<Duration> {
        let limits = &client.limits;
        self.failures += 1;
        let wait = backoff(self.failures, limits.first_backoff, limits.longest_backoff, rand::random());
        self.waited += wait;
        (self.waited <= limits.per_request_wait).then_some(wait)
    }
}
