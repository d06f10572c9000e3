//! The token cache: one entry per (sign-in host, Graph host, tenant, app, credential), one request in flight per entry,
//! renewed before the end, dropped when Graph refuses it.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use reqwest::header::HeaderValue;
use serde::Deserialize;
use tokio::sync::Mutex;
use tokio::time::Instant;

use crate::client::ConnectionSettings;
use crate::error::GraphError;

/// Tokens are renewed this long before their end, or a tenth of their life if that is less.
const EARLY: Duration = Duration::from_mins(5);

/// Whose token it is. The credential counts too: knowing an app's id must not be enough to use its cached token.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) struct TokenKey {
    login: String,
    tenant: String,
    client_id: String,
    scope: String,
    credential: [u8; 32],
}

/// An access token. It is opaque; only what is told of its permissions looks into it.
#[derive(Clone)]
pub(crate) struct Token {
    pub(crate) bearer: HeaderValue,
    pub(crate) life: Duration,
    /// `Date` of the answer, seconds since 1970.
    pub(crate) server_date: Option<i64>,
    renew_at: Instant,
    ends_at: Instant,
}

/// One cached token and those who wait for it.
#[derive(Default)]
pub(crate) struct TokenCell {
    finished: AtomicU64,
    slot: Mutex<Slot>,
}

#[derive(Default)]
struct Slot {
    token: Option<Token>,
    failure: Option<(u64, GraphError)>,
}

impl TokenKey {
    pub(crate) fn of(settings: &ConnectionSettings) -> Self {
        Self {
            login: settings.hosts.login().to_string(),
            tenant: settings.tenant_id.to_ascii_lowercase(),
            client_id: settings.client_id.to_ascii_lowercase(),
            scope: settings.hosts.scope(),
            credential: settings.credential.fingerprint(),
        }
    }
}

impl Token {
    /// A token that lives for so many seconds from now; `None` if it cannot stand in a header.
    pub(crate) fn new(access_token: &str, seconds: u64, server_date: Option<i64>) -> Option<Self> {
        let mut bearer = HeaderValue::from_str(&format!("Bearer {access_token}")).ok()?;
        bearer.set_sensitive(true);
        let (now, life) = (Instant::now(), Duration::from_secs(seconds.min(7 * 86_400)));
        let early = EARLY.min(life / 10);
        Some(Self {
            bearer,
            life,
            server_date,
            renew_at: now + life.saturating_sub(early),
            ends_at: now + life,
        })
    }

    /// The permissions in it. Microsoft does not promise that they can be read: for the diagnosis and for display only.
    pub(crate) fn roles(&self) -> Option<Vec<String>> {
        #[derive(Deserialize)]
        struct Claims {
            #[serde(default)]
            roles: Vec<String>,
        }
        let text = self.bearer.to_str().ok()?.strip_prefix("Bearer ")?;
        let payload = URL_SAFE_NO_PAD.decode(text.split('.').nth(1)?.trim_end_matches('=')).ok()?;
        serde_json::from_slice::<Claims>(&payload).ok().map(|claims| claims.roles)
    }

    #[cfg(test)]
    pub(crate) fn for_test(text: &str) -> Self {
        Self::new(text, 3600, None).unwrap()
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Token").field("life", &self.life).finish_non_exhaustive()
    }
}

impl TokenCell {
    /// The cached token, or a new one by `fetch`. Whoever comes while one is being fetched shares its outcome, a
    /// failure too: fifty callers with a wrong secret are one refusal.
    pub(crate) async fn get<F>(&self, fetch: F) -> Result<Token, GraphError>
    where
        F: Future<Output = Result<Token, GraphError>>,
    {
        let seen = self.finished.load(Ordering::SeqCst);
        let mut slot = self.slot.lock().await;
        let now = Instant::now();
        if let Some(token) = slot.token.as_ref().filter(|token| now < token.renew_at) {
            return Ok(token.clone());
        }
        if let Some((_, error)) = slot.failure.as_ref().filter(|(number, _)| *number > seen) {
            return Err(error.clone());
        }
        let outcome = fetch.await;
        let number = self.finished.fetch_add(1, Ordering::SeqCst) + 1;
        match outcome {
            Ok(token) => {
                *slot = Slot { token: Some(token.clone()), failure: None };
                Ok(token)
            }
            Err(error) => {
                let old = slot.token.clone().filter(|token| Instant::now() < token.ends_at);
                if let Some(token) = old.filter(|_| error.heals_itself()) {
                    return Ok(token);
                }
                *slot = Slot { token: None, failure: Some((number, error.clone())) };
                Err(error)
            }
        }
    }

    /// The cached token, if it still works; none is fetched for this.
    pub(crate) async fn living(&self) -> Option<Token> {
        let slot = self.slot.lock().await;
        slot.token.clone().filter(|token| Instant::now() < token.ends_at)
    }

    /// Puts a newer token in place of the cached one: only it carries permissions that were granted meanwhile.
    pub(crate) async fn put(&self, token: Token) {
        *self.slot.lock().await = Slot { token: Some(token), failure: None };
    }

    /// Drops a token that Graph has refused, unless another one has taken its place already.
    pub(crate) async fn forget(&self, used: &Token) {
        let mut slot = self.slot.lock().await;
        if slot.token.as_ref().is_some_and(|token| token.bearer == used.bearer) {
            slot.token = None;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::token_problem::TokenProblem;
    use std::sync::Arc;

    async fn fetched(
        cell: &TokenCell,
        count: &AtomicU64,
        answer: Result<&str, GraphError>,
    ) -> Result<Token, GraphError> {
        cell.get(async {
            tokio::time::sleep(Duration::from_millis(100)).await;
            count.fetch_add(1, Ordering::SeqCst);
            answer.map(Token::for_test)
        })
        .await
    }

    fn refused() -> GraphError {
        GraphError::TokenRefused { problem: TokenProblem::WrongSecret, diagnostics: Box::default() }
    }

    #[tokio::test(start_paused = true)]
    async fn fifty_callers_share_one_request_and_its_failure() {
        for good in [true, false] {
            let (cell, count) = (Arc::new(TokenCell::default()), Arc::new(AtomicU64::new(0)));
            let callers = (0..50).map(|_| {
                let (cell, count) = (cell.clone(), count.clone());
                let answer = if good { Ok("a") } else { Err(refused()) };
                tokio::spawn(async move { fetched(&cell, &count, answer).await.is_ok() })
            });
            for outcome in futures::future::join_all(callers).await {
                assert_eq!(outcome.unwrap(), good);
            }
            assert_eq!(count.load(Ordering::SeqCst), 1);
            if !good {
                assert!(fetched(&cell, &count, Ok("b")).await.is_ok());
            }
        }
    }

    #[tokio::test(start_paused = true)]
    async fn tokens_are_renewed_before_their_end_and_outlive_a_failed_renewal() {
        let (cell, count) = (TokenCell::default(), AtomicU64::new(0));
        fetched(&cell, &count, Ok("a")).await.unwrap();
        tokio::time::sleep(Duration::from_secs(3200)).await;
        fetched(&cell, &count, Ok("never")).await.unwrap();
        assert_eq!(count.load(Ordering::SeqCst), 1);
        tokio::time::sleep(Duration::from_secs(200)).await;
        let broken = GraphError::Transient(Box::default());
        assert_eq!(fetched(&cell, &count, Err(broken)).await.unwrap().bearer, "Bearer a");
        assert_eq!(fetched(&cell, &count, Ok("b")).await.unwrap().bearer, "Bearer b");
    }

    #[tokio::test(start_paused = true)]
    async fn a_refused_token_is_dropped_only_if_it_is_still_the_cached_one() {
        let (cell, count) = (TokenCell::default(), AtomicU64::new(0));
        let old = fetched(&cell, &count, Ok("a")).await.unwrap();
        cell.forget(&old).await;
        fetched(&cell, &count, Ok("b")).await.unwrap();
        cell.forget(&old).await;
        assert_eq!(fetched(&cell, &count, Ok("c")).await.unwrap().bearer, "Bearer b");
    }

    #[test]
    fn roles_are_read_from_a_token_that_is_a_jwt() {
        let payload = URL_SAFE_NO_PAD.encode(br#"{"aud":"x","roles":["User.Read.All"]}"#);
        assert_eq!(Token::for_test(&format!("h.{payload}.s")).roles().unwrap(), ["User.Read.All"]);
        assert!(Token::for_test("opaque").roles().is_none());
        assert!(!format!("{:?}", Token::for_test("opaque")).contains("opaque"));
    }
}
