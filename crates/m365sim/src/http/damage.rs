//! What a fault does to an answer.

use serde_json::Value;

use crate::graph::Reply;
use crate::graph::refusal::Refusal;
use crate::time::http_date;
use crate::world::faults::{Fault, RetryAfter};

const HTML: &[u8] =
    b"<!DOCTYPE html><html><head><title>Our services aren't available right now</title></head>\
<body><h2>We're working to restore all services as soon as possible.</h2></body></html>";

/// How the connection treats an answer.
#[derive(Debug)]
pub(crate) enum Delivery {
    /// As it is.
    Whole(Reply),
    /// Breaks off within the body.
    CutBody(Reply),
    /// Ends before any byte.
    Cut,
    /// Never comes.
    Hang,
}

/// A refusal that stands for a fault, if the fault replaces the answer.
pub(crate) fn refusal(fault: &Fault, now: i64) -> Option<Refusal> {
    let wait = |refusal: Refusal, after: RetryAfter| match after {
        RetryAfter::Absent => refusal,
        RetryAfter::Seconds(s) => refusal.with("retry-after", s.to_string()),
        RetryAfter::Date(s) => refusal.with("retry-after", http_date(now + i64::from(s))),
    };
    match fault {
        Fault::Throttled(after) => {
            let refusal = Refusal::new(429, "TooManyRequests", "Please retry again later.");
            Some(wait(refusal, *after))
        }
        Fault::Unavailable(after) => Some(wait(Refusal::status(503), *after)),
        Fault::Status(status) => Some(Refusal::status(*status)),
        Fault::Gone => Some(Refusal::new(410, "resyncRequired", "Resync required.")),
        Fault::Cut
        | Fault::CutInBody
        | Fault::TruncatedJson
        | Fault::Html
        | Fault::HtmlError
        | Fault::EmptyBody
        | Fault::EmptyList
        | Fault::Slow(_)
        | Fault::Hang
        | Fault::ForeignLink
        | Fault::Omits(_)
        | Fault::Spoils { .. } => None,
    }
}

/// Applies a fault that is about one object to a finished answer, also to one within a batch.
pub(crate) fn edit(reply: &mut Reply, fault: &Fault) {
    let Ok(mut body) = serde_json::from_slice::<Value>(&reply.body) else { return };
    let is = |item: &Value, id: &str| item.get("id").and_then(Value::as_str) == Some(id);
    let items: Vec<&mut Value> = match (fault, body.get("value").is_some_and(Value::is_array)) {
        (Fault::Omits(id), true) => {
            if let Some(list) = body.get_mut("value").and_then(Value::as_array_mut) {
                list.retain(|item| !is(item, id));
            }
            Vec::new()
        }
        (_, true) => body.get_mut("value").and_then(Value::as_array_mut).into_iter().flatten().collect(),
        (_, false) => vec![&mut body],
    };
    if let Fault::Spoils { id, property } = fault {
        items.into_iter().filter(|item| is(item, id)).for_each(|item| spoil(item, property));
    }
    reply.body = body.to_string().into_bytes();
}

/// No property is a list within a list.
fn spoil(item: &mut Value, property: &str) {
    if let Some(object) = item.as_object_mut() {
        object.insert(property.to_owned(), serde_json::json!([[1]]));
    }
}

/// Applies a fault to a finished answer.
pub(crate) fn damage(mut reply: Reply, fault: Option<&Fault>, base: &str) -> Delivery {
    let page = |status: u16| Reply {
        status,
        headers: vec![("content-type", "text/html".to_owned())],
        body: HTML.to_vec(),
        shape: "html",
    };
    match fault {
        Some(Fault::Cut) => Delivery::Cut,
        Some(Fault::CutInBody) => Delivery::CutBody(reply),
        Some(Fault::Hang) => Delivery::Hang,
        Some(Fault::TruncatedJson) => {
            reply.body.truncate(reply.body.len() * 2 / 3);
            Delivery::Whole(reply)
        }
        Some(Fault::EmptyBody) => {
            reply.body.clear();
            Delivery::Whole(reply)
        }
        Some(Fault::Html) => Delivery::Whole(page(200)),
        Some(Fault::HtmlError) => Delivery::Whole(page(502)),
        Some(Fault::ForeignLink) => {
            let text = String::from_utf8_lossy(&reply.body)
                .replace(&format!("Link\":\"{base}"), "Link\":\"https://graph.attacker.example");
            reply.body = text.into_bytes();
            Delivery::Whole(reply)
        }
        Some(fault @ (Fault::Omits(_) | Fault::Spoils { .. })) => {
            edit(&mut reply, fault);
            Delivery::Whole(reply)
        }
        Some(
            Fault::Throttled(_)
            | Fault::Unavailable(_)
            | Fault::Status(_)
            | Fault::Gone
            | Fault::EmptyList
            | Fault::Slow(_),
        )
        | None => Delivery::Whole(reply),
    }
}
