//! What a page answers, and why one is not shown. Status codes live here.

use std::convert::Infallible;

use askama::Template;
use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures::Stream;
use model::Right;
use store::StoreError;
use sync::RunError;

use crate::password::Crowded;

/// Only what this binary serves itself; no inline code, no frames; forms to ourselves, and on from there to these hosts alone.
pub fn policy(hosts: &[String]) -> HeaderValue {
    let text = format!(
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; \
         form-action 'self' {}; base-uri 'none'; frame-ancestors 'none'",
        hosts.join(" ")
    );
    let alone =
        "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
    HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static(alone))
}

/// What a handler answers.
pub type Outcome = Result<Answer, Trouble>;

/// An answer that was found.
#[derive(Debug)]
pub struct Answer {
    status: StatusCode,
    headers: Vec<(HeaderName, HeaderValue)>,
    body: Body,
    /// Nothing was done of what a form asks for.
    idle: bool,
}

/// Why there is none.
#[derive(Debug)]
pub enum Trouble {
    /// There is no such page, or not for this person: nobody can tell one from the other.
    NotFound,
    /// The page is there, and the role lacks this right.
    Forbidden(Right),
    /// The database does not answer.
    Away,
    /// Too many passwords are being looked at just now.
    Crowded,
    /// Too many files are being taken in just now.
    Files,
    /// A form of another site, or of this one under another address.
    Foreign,
    /// Something asked for is not done, and the reason may be told.
    Refused(StoreError),
    /// Our fault; what to look for in the log.
    Ours(String),
}

impl From<StoreError> for Trouble {
    fn from(error: StoreError) -> Self {
        match error {
            error @ StoreError::Refused(_) => Self::Refused(error),
            StoreError::NotFound => Self::NotFound,
            error if error.is_away() => {
                tracing::warn!(error = %error, "the database does not answer a page");
                Self::Away
            }
            error => Self::ours(&error),
        }
    }
}

impl From<RunError> for Trouble {
    fn from(error: RunError) -> Self {
        match error {
            RunError::Store(error) => error.into(),
            other => Self::ours(&other),
        }
    }
}

impl From<Crowded> for Trouble {
    fn from(Crowded: Crowded) -> Self {
        Self::Crowded
    }
}

impl Trouble {
    /// Logs a fault of ours under an id that the reader can name.
    pub fn ours(error: &dyn std::fmt::Display) -> Self {
        let id = uuid::Uuid::new_v4().simple().to_string().chars().take(8).collect::<String>();
        tracing::error!(id, error = %error, "a page failed");
        Self::Ours(id)
    }
}

impl From<askama::Error> for Trouble {
    fn from(error: askama::Error) -> Self {
        Self::ours(&error)
    }
}

impl Answer {
    /// A page.
    pub fn page(page: &impl Template) -> Outcome {
        Self::page_with(StatusCode::OK, page)
    }

    /// A page that says that something did not work.
    pub fn page_with(status: StatusCode, page: &impl Template) -> Outcome {
        let html = HeaderValue::from_static("text/html; charset=utf-8");
        let headers = vec![
            (header::CONTENT_TYPE, html),
            (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
            (header::VARY, HeaderValue::from_static("Accept-Language, Cookie")),
        ];
        Ok(Self { status, headers, body: page.render()?.into(), idle: false })
    }

    /// What was typed needs another look: the form comes back.
    pub fn again(page: &impl Template) -> Outcome {
        Self::page_with(StatusCode::UNPROCESSABLE_ENTITY, page)
    }

    /// Goes on at another of our pages, with GET.
    pub fn to(path: &str) -> Outcome {
        let path = HeaderValue::from_str(path).map_err(|e| Trouble::ours(&e))?;
        Ok(Self {
            status: StatusCode::SEE_OTHER,
            headers: vec![(header::LOCATION, path)],
            body: Body::empty(),
            idle: false,
        })
    }

    /// The same, where nothing was done of what a form asks for.
    pub fn back_to(path: &str) -> Outcome {
        Ok(Self::to(path)?.idle())
    }

    /// This one, after which nothing was done.
    #[must_use]
    pub fn idle(self) -> Self {
        Self { idle: true, ..self }
    }

    /// To Microsoft's pages.
    pub fn away(address: &url::Url) -> Outcome {
        Self::to(address.as_str())
    }

    /// A file that browsers keep for good, for its name changes with it.
    pub fn kept(kind: &'static str, bytes: &'static [u8]) -> Self {
        let headers = vec![
            (header::CONTENT_TYPE, HeaderValue::from_static(kind)),
            (header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=31536000, immutable")),
        ];
        Self { status: StatusCode::OK, headers, body: bytes.into(), idle: false }
    }

    /// Events, one after the other for as long as they come (HTML Living Standard, 9.2).
    pub fn events(events: impl Stream<Item = Result<Event, Infallible>> + Send + 'static) -> Self {
        let response = Sse::new(events).keep_alive(KeepAlive::default()).into_response();
        let kind = HeaderValue::from_static("text/event-stream");
        let headers = vec![
            (header::CONTENT_TYPE, kind),
            (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
            // A proxy that gathers an answer would keep events until the end.
            (HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no")),
        ];
        Self { status: StatusCode::OK, headers, body: response.into_body(), idle: false }
    }

    /// A picture that somebody brought: shown and nothing else, also where it is opened alone.
    pub fn picture(kind: &'static str, bytes: Vec<u8>) -> Self {
        let headers = vec![
            (header::CONTENT_TYPE, HeaderValue::from_static(kind)),
            (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; sandbox")),
        ];
        Self { status: StatusCode::OK, headers, body: bytes.into(), idle: false }
    }

    /// A file to keep, under a name that holds letters, digits, dots and dashes only: nothing else reaches a header, or a folder.
    pub fn download(name: &str, kind: &'static str, bytes: Vec<u8>) -> Outcome {
        Self::file(name, kind, bytes.into())
    }

    /// The same, which may still be on its way.
    pub fn file(name: &str, kind: &'static str, body: Body) -> Outcome {
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-');
        let name: String = name.chars().filter(|c| plain(*c)).collect();
        let value = HeaderValue::from_str(&format!("attachment; filename=\"{name}\""))
            .map_err(|e| Trouble::ours(&e))?;
        let headers = vec![
            (header::CONTENT_TYPE, HeaderValue::from_static(kind)),
            (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
            (header::CONTENT_DISPOSITION, value),
        ];
        Ok(Self { status: StatusCode::OK, headers, body, idle: false })
    }

    /// Whether what was asked for was done: of a form that comes back, or that found nothing to do, it was not.
    pub fn is_done(&self) -> bool {
        !self.idle && (self.status.is_success() || self.status.is_redirection())
    }

    /// With a header besides.
    #[must_use]
    pub fn with(mut self, name: HeaderName, value: Option<HeaderValue>) -> Self {
        self.headers.extend(value.map(|value| (name, value)));
        self
    }

    /// As HTTP.
    pub fn into_response(self) -> Response {
        let mut response = Response::new(self.body);
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        for (name, value) in self.headers {
            headers.append(name, value);
        }
        response
    }
}

/// What every answer forbids, whoever made it.
pub async fn guarded(policy: HeaderValue, mut response: Response) -> Response {
    let headers = response.headers_mut();
    // A stricter policy of its own stays.
    headers.entry(header::CONTENT_SECURITY_POLICY).or_insert(policy);
    for (name, value) in [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "same-origin"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}
