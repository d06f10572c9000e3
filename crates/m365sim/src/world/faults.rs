//! Faults on demand: by probability, or scripted for the n-th request that matches a path.

use serde::{Deserialize, Serialize};

use crate::rng::Rng;

/// How a refusal says when to come back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum RetryAfter {
    /// Not at all.
    Absent,
    /// In seconds.
    Seconds(u32),
    /// As an HTTP date this many seconds ahead of the server's clock.
    Date(u32),
}

/// What goes wrong with one request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Fault {
    /// 429.
    Throttled(RetryAfter),
    /// 503.
    Unavailable(RetryAfter),
    /// Any other status with an error body, such as 500, 502, 504 or 401.
    Status(u16),
    /// The connection ends before any answer.
    Cut,
    /// The connection ends within the body.
    CutInBody,
    /// Status 200, a body that breaks off, a `Content-Length` that fits it.
    TruncatedJson,
    /// Status 200 with an HTML page, as proxies send it.
    Html,
    /// Status 502 with an HTML page.
    HtmlError,
    /// Status 200 with an empty body.
    EmptyBody,
    /// "Lies empty": a list without items; a delta round ends at once with a valid deltaLink.
    EmptyList,
    /// 410 with `resyncRequired`.
    Gone,
    /// The answer comes this many milliseconds late.
    Slow(u64),
    /// No answer until the client gives up.
    Hang,
    /// Links in the answer lead to another host; following them would give the token away.
    ForeignLink,
    /// The list leaves out the object with this id.
    Omits(String),
    /// This property of the object with this id has a type that no contract allows, in lists, delta and by itself.
    Spoils {
        /// Which object.
        id: String,
        /// Which property; `id` leaves nothing to know the object by.
        property: String,
    },
}

/// A fault for certain requests.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Script {
    /// The request's path and query must contain this; empty matches every Graph request.
    #[serde(default)]
    pub path: String,
    /// How many matching requests pass first.
    #[serde(default)]
    pub skip: u32,
    /// How many matching requests fail then.
    #[serde(default = "once")]
    pub times: u32,
    /// How they fail.
    pub fault: Fault,
}

fn once() -> u32 {
    1
}

/// A tenant's faults. Probabilities run from 0 to 1 and hold for each Graph request.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Faults {
    /// 429 with `Retry-After` of [`Faults::retry_after`] seconds.
    pub throttled: f64,
    /// 429 without `Retry-After`.
    pub throttled_bare: f64,
    /// 429 with an HTTP date.
    pub throttled_date: f64,
    /// 503.
    pub unavailable: f64,
    /// 504.
    pub gateway_timeout: f64,
    /// Connection cut before the answer.
    pub cut: f64,
    /// Connection cut within the body.
    pub cut_in_body: f64,
    /// Broken-off JSON with status 200.
    pub truncated_json: f64,
    /// HTML with status 200.
    pub html: f64,
    /// Empty lists.
    pub empty_list: f64,
    /// Seconds that `Retry-After` names; 0 keeps tests quick.
    pub retry_after: u32,
    /// Milliseconds every Graph answer takes.
    pub latency_ms: u64,
    /// Answers to requests whose path and query contain this are held back until it is taken away; they say what was true
    /// when the request came.
    pub hold: Option<String>,
    /// Seconds by which the `Date` header is wrong.
    pub date_skew: i64,
    /// Whether probabilities hold for the token endpoint too.
    pub token_endpoint: bool,
    /// Scripted faults; they go before probabilities.
    pub scripts: Vec<Script>,
}

impl Faults {
    /// Lets the next request whose path and query contain `path` fail.
    pub fn next(&mut self, path: &str, fault: Fault) {
        self.nth(path, 0, fault);
    }

    /// Lets one request fail after `skip` matching ones have passed.
    pub fn nth(&mut self, path: &str, skip: u32, fault: Fault) {
        self.scripts.push(Script { path: path.to_owned(), skip, times: 1, fault });
    }

    /// The fault for a request, if any; scripts count down.
    pub(crate) fn draw(&mut self, rng: &mut Rng, target: &str, token: bool) -> Option<Fault> {
        let scripted = self.scripted(target, token);
        if scripted.is_some() || (token && !self.token_endpoint) {
            return scripted;
        }
        let seconds = self.retry_after;
        let odds = [
            (self.throttled, Fault::Throttled(RetryAfter::Seconds(seconds))),
            (self.throttled_bare, Fault::Throttled(RetryAfter::Absent)),
            (self.throttled_date, Fault::Throttled(RetryAfter::Date(seconds))),
            (self.unavailable, Fault::Unavailable(RetryAfter::Seconds(seconds))),
            (self.gateway_timeout, Fault::Status(504)),
            (self.cut, Fault::Cut),
            (self.cut_in_body, Fault::CutInBody),
            (self.truncated_json, Fault::TruncatedJson),
            (self.html, Fault::Html),
            (self.empty_list, Fault::EmptyList),
        ];
        odds.into_iter().find_map(|(odds, fault)| rng.chance(odds).then_some(fault))
    }

    fn scripted(&mut self, target: &str, token: bool) -> Option<Fault> {
        let mut hit = None;
        for script in &mut self.scripts {
            let matches = if script.path.is_empty() { !token } else { target.contains(&script.path) };
            if !matches {
                continue;
            }
            if script.skip > 0 {
                script.skip -= 1;
                continue;
            }
            if hit.is_none() {
                script.times = script.times.saturating_sub(1);
                hit = Some(script.fault.clone());
            }
        }
        self.scripts.retain(|s| s.times > 0);
        hit
    }
}
