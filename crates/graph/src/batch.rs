//! JSON batches (Microsoft: "Combine multiple HTTP requests using JSON batching"): up to 20 requests in one, answered in
//! any order, each with its own status; only those that were throttled or failed are sent again.

use std::borrow::Cow;
use std::collections::HashMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::call::{Call, Origin, Prepared};
use crate::client::Client;
use crate::error::{Detail, Diagnostics, GraphError};
use crate::hosts::Hosts;
use crate::refusal::{Asked, Failure, node_of, sort_status};
use crate::send::Patience;
use crate::timing::retry_after;

/// The most requests that a batch takes.
pub(crate) const BATCH: usize = 20;

/// Requests of the same kind.
pub(crate) struct Batch<'a, T> {
    /// Addresses below the version, encoded.
    pub(crate) urls: &'a [String],
    /// Estimated resource units of each.
    pub(crate) units: u32,
    pub(crate) permission: &'static str,
    /// Reads the body of a good answer.
    pub(crate) read: fn(&[u8]) -> Result<T, Detail>,
}

/// The answer to the request of that number.
pub(crate) struct ItemReply<T> {
    index: usize,
    status: u16,
    after: Option<String>,
    units: Option<u32>,
    diagnostics: Diagnostics,
    value: Option<Result<T, Detail>>,
}

#[derive(Serialize)]
struct Envelope<'a> {
    requests: Vec<Request<'a>>,
}

#[derive(Serialize)]
struct Request<'a> {
    id: String,
    method: &'static str,
    url: &'a str,
}

#[derive(Deserialize)]
struct Answers<'a> {
    #[serde(borrow)]
    responses: Vec<Answer<'a>>,
}

#[derive(Deserialize)]
struct Answer<'a> {
    #[serde(borrow)]
    id: Cow<'a, str>,
    status: u16,
    #[serde(borrow, default)]
    headers: Option<HashMap<Cow<'a, str>, &'a RawValue>>,
    #[serde(borrow, default)]
    body: Option<&'a RawValue>,
}

/// One sending: those of `urls` that are still open.
struct Sending<'a, 'b, T> {
    batch: &'b Batch<'a, T>,
    open: &'b [usize],
}

impl<T: Send> Call for Sending<'_, '_, T> {
    type Answer = Vec<ItemReply<T>>;

    fn prepare(&self, hosts: &Hosts) -> Prepared {
        let request = |index: &usize| {
            let url = self.batch.urls.get(*index)?;
            Some(Request { id: index.to_string(), method: "GET", url })
        };
        let envelope = Envelope { requests: self.open.iter().filter_map(request).collect() };
        let body = serde_json::to_vec(&envelope).unwrap_or_default();
        Prepared::batch(hosts.graph_url("/$batch", None), body, self.batch.units * self.open.len() as u32)
    }

    fn parse(&self, body: &[u8]) -> Result<Self::Answer, Detail> {
        let answers: Answers<'_> = serde_json::from_slice(body).map_err(|_| Detail::Json)?;
        let known = |answer: Answer<'_>| {
            let index = answer.id.parse().ok().filter(|index| self.open.contains(index))?;
            Some(item(index, &answer, self.batch.read))
        };
        Ok(answers.responses.into_iter().filter_map(known).collect())
    }

    fn permission(&self) -> &'static str {
        self.batch.permission
    }
}

fn item<T>(index: usize, answer: &Answer<'_>, read: fn(&[u8]) -> Result<T, Detail>) -> ItemReply<T> {
    let header = |name: &str| {
        let found = answer.headers.as_ref()?.iter().find(|(key, _)| key.eq_ignore_ascii_case(name))?;
        Some(found.1.get().trim_matches('"').to_owned())
    };
    let body = answer.body.map_or(&b""[..], |raw| raw.get().as_bytes());
    let good = (200..300).contains(&answer.status);
    let (code, request_id) = if good { (None, None) } else { node_of(body) };
    let diagnostics = Diagnostics { status: Some(answer.status), code, request_id, ..Diagnostics::default() };
    ItemReply {
        index,
        status: answer.status,
        after: header("retry-after"),
        units: header("x-ms-resource-unit").and_then(|units| units.parse().ok()),
        diagnostics,
        value: good.then(|| read(body)),
    }
}

impl Client {
    /// Sends a batch until each request has its answer; the answers stand in the order of the requests.
    pub(crate) async fn batch<T: Send>(
        &self,
        batch: &Batch<'_, T>,
    ) -> Result<Vec<Result<T, GraphError>>, GraphError> {
        let mut results: Vec<Option<Result<T, GraphError>>> = batch.urls.iter().map(|_| None).collect();
        let mut open: Vec<usize> = (0..batch.urls.len()).collect();
        let mut patience = Patience::default();
        while !open.is_empty() {
            let sent: Vec<usize> = open.iter().copied().take(BATCH).collect();
            self.shared.counters.batch_items.add(sent.len());
            let replies = self.call(&Sending { batch, open: &sent }).await?;
            self.correct(batch, &replies);
            let mut worst = None;
            for reply in replies {
                let index = reply.index;
                match self.settle(batch, reply) {
                    Ok(result) => {
                        open.retain(|other| *other != index);
                        if let Some(slot) = results.get_mut(index) {
                            *slot = Some(result);
                        }
                    }
                    Err(failure) => worst = Some(worse(worst, failure)),
                }
            }
            let again = sent.iter().filter(|index| open.contains(index)).count();
            if again > 0 {
                self.shared.counters.retries.add(again);
                let lost = || Failure::Flaky(GraphError::malformed(Detail::Json, Diagnostics::default()));
                self.recover(worst.unwrap_or_else(lost), &mut patience).await?;
            }
        }
        Ok(results.into_iter().flatten().collect())
    }

    /// The result of one request, or why it must be sent again.
    fn settle<T>(&self, batch: &Batch<'_, T>, reply: ItemReply<T>) -> Result<Result<T, GraphError>, Failure> {
        if let Some(value) = reply.value {
            return match value {
                Ok(value) => Ok(Ok(value)),
                Err(detail) => Err(Failure::Garbled(GraphError::malformed(detail, reply.diagnostics))),
            };
        }
        let second = self.shared.transport.options().second;
        let after = reply.after.and_then(|after| retry_after(&after, None, second));
        if reply.status == 429 {
            self.shared.counters.throttled.add(1);
        }
        let asked =
            Asked { origin: Origin::Own, permission: batch.permission, client_request_id: "", second };
        match sort_status(reply.status, after, &asked, reply.diagnostics) {
            Failure::Final(error) => Ok(Err(error)),
            failure => Err(failure),
        }
    }

    fn correct<T>(&self, batch: &Batch<'_, T>, replies: &[ItemReply<T>]) {
        let told: Vec<u32> = replies.iter().filter_map(|reply| reply.units).collect();
        self.shared.gate.correct(batch.units * told.len() as u32, told.iter().sum());
    }
}

/// Of two reasons to wait, the one with the longer wait; Retry-After counts before our own back-off.
fn worse(one: Option<Failure>, two: Failure) -> Failure {
    let rank = |failure: &Failure| match failure {
        Failure::Slow { after, .. } => (2, after.unwrap_or(Duration::ZERO)),
        Failure::Flaky(_) => (1, Duration::ZERO),
        Failure::Garbled(_) | Failure::Token { .. } | Failure::Final(_) => (0, Duration::ZERO),
    };
    match one {
        Some(one) if rank(&one) >= rank(&two) => one,
        Some(_) | None => two,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hosts::Cloud;

    fn read(body: &[u8]) -> Result<String, Detail> {
        String::from_utf8(body.to_vec()).map_err(|_| Detail::Json)
    }

    fn batch(urls: &[String]) -> Batch<'_, String> {
        Batch { urls, units: 2, permission: "GroupMember.Read.All", read }
    }

    #[test]
    fn a_batch_names_each_request_and_costs_their_sum() {
        let urls = ["/a?$select=id".to_owned(), "/b".to_owned(), "/c".to_owned()];
        let batch = batch(&urls);
        let prepared = Sending { batch: &batch, open: &[0, 2] }.prepare(&Hosts::cloud(Cloud::Global));
        assert_eq!((prepared.url.as_str(), prepared.units), ("https://graph.microsoft.com/v1.0/$batch", 4));
        let expected = r#"{"requests":[{"id":"0","method":"GET","url":"/a?$select=id"},{"id":"2","method":"GET","url":"/c"}]}"#;
        assert_eq!(prepared.body.unwrap(), expected.as_bytes());
    }

    #[test]
    fn answers_come_in_any_order_with_headers_in_any_case() {
        let urls = [String::new(), String::new()];
        let batch = batch(&urls);
        let body = r#"{"responses":[
            {"id":"1","status":429,"headers":{"retry-AFTER":"7","x-ms-resource-unit":"3"},
             "body":{"error":{"code":"TooManyRequests"}}},
            {"id":"9","status":200,"body":{}},
            {"body":{"value":[]},"headers":{"Retry-After":5},"status":200,"id":"0"}]}"#;
        let replies = Sending { batch: &batch, open: &[0, 1] }.parse(body.as_bytes()).unwrap();
        assert_eq!(replies.len(), 2);
        assert_eq!((replies[0].index, replies[0].status, replies[0].after.as_deref()), (1, 429, Some("7")));
        assert_eq!(
            (replies[0].units, replies[0].diagnostics.code.as_deref()),
            (Some(3), Some("TooManyRequests"))
        );
        assert_eq!(replies[1].value, Some(Ok(r#"{"value":[]}"#.to_owned())));
    }

    #[test]
    fn the_longest_wait_counts() {
        let slow = |seconds| Failure::Slow {
            after: Some(Duration::from_secs(seconds)),
            diagnostics: <_>::default(),
        };
        let flaky = || Failure::Flaky(GraphError::Transient(Box::default()));
        let first = worse(Some(flaky()), slow(3));
        let worst = worse(Some(worse(Some(first), slow(9))), flaky());
        assert!(matches!(worst, Failure::Slow { after: Some(wait), .. } if wait.as_secs() == 9));
    }
}
