//! Reads Graph's refusals (Microsoft: "Microsoft Graph error responses and resource types"): the innermost known code,
//! the ids that support asks for, and what the status means for the caller. Texts are never read; bodies may be
//! missing or HTML.

use std::time::Duration;

use serde::Deserialize;

use crate::call::Origin;
use crate::error::{Detail, Diagnostics, GraphError};
use crate::exchange::Reply;
use crate::timing::retry_after;
use crate::token::Token;

/// Codes that are acted upon or say more than the one around them.
const KNOWN: &[&str] = &[
    "InvalidAuthenticationToken",
    "Authorization_RequestDenied",
    "Authentication_RequestFromNonPremiumTenantOrB2CTenant",
    "Request_ResourceNotFound",
    "Request_BadRequest",
    "Request_UnsupportedQuery",
    "Request_ThrottledTemporarily",
    "Directory_ExpiredPageToken",
    "Directory_ConcurrencyViolation",
    "resyncRequired",
    "syncStateNotFound",
    "syncStateInvalid",
    "TooManyRequests",
    "activityLimitReached",
    "ApplicationThrottled",
    "ServiceUnavailable",
];

/// Why an attempt did not succeed, sorted by what to do next.
#[derive(Debug)]
pub(crate) enum Failure {
    /// Nothing helps.
    Final(GraphError),
    /// Try once with another token.
    Token { used: Box<Token>, error: GraphError },
    /// Everything to this tenant waits, by Retry-After or by our own back-off.
    Slow { after: Option<Duration>, diagnostics: Box<Diagnostics> },
    /// This request waits and tries again.
    Flaky(GraphError),
    /// The answer makes no sense: try again a few times.
    Garbled(GraphError),
}

/// What the sorting needs to know of the request.
pub(crate) struct Asked<'a> {
    pub(crate) origin: Origin,
    pub(crate) permission: &'static str,
    pub(crate) client_request_id: &'a str,
    pub(crate) second: Duration,
}

#[derive(Deserialize)]
struct Body {
    error: Option<Node>,
}

#[derive(Deserialize)]
struct Node {
    #[serde(default)]
    code: Option<String>,
    #[serde(default, rename = "innerError", alias = "innererror")]
    inner: Option<Box<Node>>,
    #[serde(default, rename = "request-id")]
    request_id: Option<String>,
}

/// The ids of an answer, and the code if it is a refusal.
pub(crate) fn diagnostics(reply: &Reply, client_request_id: &str) -> Diagnostics {
    let (code, inner_id) = if reply.status < 300 { (None, None) } else { node_of(&reply.body) };
    let boxed = |text: &str| Some(text.into());
    Diagnostics {
        status: Some(reply.status),
        code,
        request_id: reply.header("request-id").and_then(boxed).or(inner_id),
        client_request_id: boxed(client_request_id),
        date: reply.header("date").and_then(boxed),
        ..Diagnostics::default()
    }
}

/// Code and request id of a refusal's body.
pub(crate) fn node_of(body: &[u8]) -> (Option<Box<str>>, Option<Box<str>>) {
    let node = serde_json::from_slice::<Body>(body).ok().and_then(|body| body.error);
    let code = node.as_ref().and_then(innermost).map(Into::into);
    let id = node.and_then(|node| node.inner).and_then(|inner| inner.request_id);
    (code, id.map(Into::into))
}

/// Whether an answer is a web page. Microsoft's own gateways send some with 5xx, which are waited for; with any other status
/// one comes from something in between.
pub(crate) fn is_web_page(reply: &Reply) -> bool {
    let html =
        reply.header("content-type").is_some_and(|v| v.trim().to_ascii_lowercase().starts_with("text/html"));
    html || reply.body.trim_ascii_start().first() == Some(&b'<')
}

/// Sorts an unsuccessful answer.
pub(crate) fn sort(reply: &Reply, asked: &Asked<'_>, used: Token) -> Failure {
    let diagnostics = diagnostics(reply, asked.client_request_id);
    if reply.status < 500 && reply.status != 429 && is_web_page(reply) {
        return Failure::Garbled(GraphError::malformed(Detail::WebPage, diagnostics));
    }
    let after = reply.header("retry-after").and_then(|v| retry_after(v, reply.header("date"), asked.second));
    if matches!(reply.status, 401 | 403) && claims_challenge(reply) {
        return Failure::Final(GraphError::Unauthorised(Box::new(diagnostics)));
    }
    if reply.status == 401 {
        return Failure::Token {
            used: Box::new(used),
            error: GraphError::Unauthorised(Box::new(diagnostics)),
        };
    }
    sort_status(reply.status, after, asked, diagnostics)
}

/// The same for an item of a batch, which has no headers but Retry-After worth reading.
pub(crate) fn sort_status(
    status: u16,
    after: Option<Duration>,
    asked: &Asked<'_>,
    diagnostics: Diagnostics,
) -> Failure {
    let is = |code: &str| diagnostics.code.as_deref().is_some_and(|c| c.eq_ignore_ascii_case(code));
    let lost = ["resyncRequired", "syncStateNotFound", "syncStateInvalid", "Directory_ExpiredPageToken"];
    match status {
        429 => return Failure::Slow { after, diagnostics: Box::new(diagnostics) },
        503 if after.is_some() => return Failure::Slow { after, diagnostics: Box::new(diagnostics) },
        408 | 423 | 500 | 502 | 503 | 504 | 509 => {
            return Failure::Flaky(GraphError::Transient(Box::new(diagnostics)));
        }
        409 if is("Directory_ConcurrencyViolation") => {
            return Failure::Flaky(GraphError::Transient(Box::new(diagnostics)));
        }
        _ => {}
    }
    let expired = match (status, asked.origin) {
        (410, _) | (400 | 404, Origin::Link) => true,
        (400, Origin::Own | Origin::Batch) => lost.into_iter().any(is),
        _ => false,
    };
    let b2c = is("Authentication_RequestFromNonPremiumTenantOrB2CTenant");
    let missing = status == 404 && is("Request_ResourceNotFound");
    let diagnostics = Box::new(diagnostics);
    Failure::Final(if expired {
        GraphError::CursorExpired(diagnostics)
    } else if status == 403 && !b2c {
        GraphError::ConsentMissing { permission: asked.permission, diagnostics }
    } else if missing {
        GraphError::Gone(diagnostics)
    } else {
        GraphError::Rejected(diagnostics)
    })
}

fn innermost(node: &Node) -> Option<&str> {
    let mut best = None;
    let mut outer = None;
    let mut at = Some(node);
    while let Some(node) = at {
        let code = node.code.as_deref().filter(|code| !code.is_empty());
        outer = outer.or(code);
        best = code.filter(|c| KNOWN.iter().any(|k| k.eq_ignore_ascii_case(c))).or(best);
        at = node.inner.as_deref();
    }
    best.or(outer)
}

/// Conditional access wants a token with certain claims, which an app without a person cannot answer.
fn claims_challenge(reply: &Reply) -> bool {
    let challenges = reply.headers.get_all("www-authenticate");
    challenges.iter().any(|v| v.to_str().is_ok_and(|v| v.contains("insufficient_claims")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reply(status: u16, headers: &[(&'static str, &str)], body: &str) -> Reply {
        let headers = headers.iter().map(|(n, v)| (n.parse().unwrap(), v.parse().unwrap())).collect();
        Reply { status, headers, body: body.into(), turn: None }
    }

    fn sorted(reply: &Reply, origin: Origin) -> Failure {
        let asked = Asked {
            origin,
            permission: "User.Read.All",
            client_request_id: "c",
            second: Duration::from_secs(1),
        };
        sort(reply, &asked, Token::for_test("t"))
    }

    #[test]
    fn the_innermost_known_code_is_taken() {
        let body = r#"{"error":{"code":"BadRequest","message":"m","innerError":{"code":"resyncRequired",
            "request-id":"r","innererror":{"code":"somethingNew"}}}}"#;
        let seen = diagnostics(&reply(400, &[], body), "c");
        assert_eq!((seen.code.as_deref(), seen.request_id.as_deref()), (Some("resyncRequired"), Some("r")));
        let unknown = diagnostics(&reply(400, &[], r#"{"error":{"code":"New"}}"#), "c");
        assert_eq!(unknown.code.as_deref(), Some("New"));
        assert_eq!(diagnostics(&reply(502, &[], "<html>"), "c").code, None);
    }

    #[test]
    fn w3_a_lost_chain_is_told_from_a_wrong_request() {
        let bad = reply(400, &[], r#"{"error":{"code":"Request_BadRequest"}}"#);
        assert!(matches!(sorted(&bad, Origin::Own), Failure::Final(GraphError::Rejected(_))));
        assert!(matches!(sorted(&bad, Origin::Link), Failure::Final(GraphError::CursorExpired(_))));
        let gone = reply(410, &[], r#"{"error":{"code":"SyncStateNotFound"}}"#);
        assert!(matches!(sorted(&gone, Origin::Own), Failure::Final(GraphError::CursorExpired(_))));
        let upper = reply(400, &[], r#"{"error":{"code":"SYNCSTATENOTFOUND"}}"#);
        assert!(matches!(sorted(&upper, Origin::Own), Failure::Final(GraphError::CursorExpired(_))));
    }

    #[test]
    fn w3_a_forbidden_answer_names_the_permission_and_never_means_gone() {
        let denied = reply(403, &[], r#"{"error":{"code":"Authorization_RequestDenied"}}"#);
        let Failure::Final(GraphError::ConsentMissing { permission, .. }) = sorted(&denied, Origin::Own)
        else {
            panic!("not sorted as missing consent")
        };
        assert_eq!(permission, "User.Read.All");
        let other = reply(404, &[], r#"{"error":{"code":"ResourceNotFound"}}"#);
        assert!(matches!(sorted(&other, Origin::Own), Failure::Final(GraphError::Rejected(_))));
    }

    #[test]
    fn a_claims_challenge_is_not_answered_with_the_same_kind_of_token() {
        let challenge = [("www-authenticate", r#"Bearer error="insufficient_claims", claims="eyJ""#)];
        let failure = sorted(&reply(401, &challenge, ""), Origin::Own);
        assert!(matches!(failure, Failure::Final(GraphError::Unauthorised(_))));
        assert!(matches!(sorted(&reply(401, &[], ""), Origin::Own), Failure::Token { .. }));
    }

    #[test]
    fn w15_a_web_page_is_nobody_s_refusal() {
        for status in [400, 401, 403, 404, 407] {
            for origin in [Origin::Own, Origin::Link] {
                let page =
                    sorted(&reply(status, &[("content-type", "text/html; charset=utf-8")], "x"), origin);
                let told = |f: &Failure| {
                    matches!(f, Failure::Garbled(GraphError::Malformed { detail: Detail::WebPage, .. }))
                };
                assert!(told(&page), "{status}: {page:?}");
                let page = sorted(&reply(status, &[], "\n <!DOCTYPE html>"), origin);
                assert!(told(&page), "{status}: {page:?}");
            }
        }
    }

    #[test]
    fn w15_throttled_and_broken_services_are_waited_for() {
        let slow = sorted(&reply(429, &[("retry-after", "10")], ""), Origin::Own);
        assert!(matches!(slow, Failure::Slow { after: Some(wait), .. } if wait.as_secs() == 10));
        assert!(matches!(sorted(&reply(429, &[], ""), Origin::Own), Failure::Slow { after: None, .. }));
        assert!(matches!(
            sorted(&reply(503, &[("retry-after", "3")], ""), Origin::Own),
            Failure::Slow { .. }
        ));
        for status in [500, 502, 503, 504, 509] {
            assert!(
                matches!(sorted(&reply(status, &[], "<html>"), Origin::Own), Failure::Flaky(_)),
                "{status}"
            );
        }
    }
}
