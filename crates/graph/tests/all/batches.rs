//! Members of many groups, in batches whose items fail one by one.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use graph::{Client, GraphError, MembersState};
use model::SourceId;
use tokio::sync::Notify;

use crate::script::{Answer, Asked, Script, ok, refusal};

fn id(n: usize) -> String {
    format!("00000000-0000-4000-8000-{n:012}")
}

fn ids(n: usize) -> Vec<SourceId> {
    (0..n).map(|n| id(n).parse().unwrap()).collect()
}

fn members(n: usize) -> String {
    let member = |n| format!(r##"{{"@odata.type":"#microsoft.graph.user","id":"{}"}}"##, id(n));
    (0..n).map(member).collect::<Vec<_>>().join(",")
}

/// Answers each item of a batch as `play` says: status, headers, body.
fn batch(asked: &Asked, play: impl Fn(&str) -> (u16, &'static str, String)) -> Answer {
    let envelope: serde_json::Value = serde_json::from_str(&asked.body).unwrap();
    let items = envelope["requests"].as_array().unwrap();
    assert!(items.len() <= 20);
    let item = |item: &serde_json::Value| {
        let (status, headers, body) = play(item["url"].as_str().unwrap());
        format!(r#"{{"id":{},"status":{status},"headers":{headers},"body":{body}}}"#, item["id"])
    };
    let mut responses: Vec<String> = items.iter().map(item).collect();
    responses.reverse();
    ok(format!(r#"{{"responses":[{}]}}"#, responses.join(",")))
}

async fn read(
    client: &Client,
    groups: &[SourceId],
) -> Result<BTreeMap<SourceId, (usize, MembersState)>, GraphError> {
    let mut walk = client.members(groups);
    let mut found = BTreeMap::new();
    while let Some(page) = walk.next_page().await? {
        let entry = found.entry(page.group).or_insert((0, MembersState::More));
        assert_eq!(entry.1, MembersState::More);
        *entry = (entry.0 + page.members.len(), page.state);
    }
    Ok(found)
}

#[tokio::test]
async fn members_come_twenty_groups_a_batch() {
    let script = Script::new(|asked, _| {
        batch(asked, |url| {
            assert!(url.ends_with("/members?$select=id&$top=999"));
            (200, "{}", format!(r#"{{"value":[{}]}}"#, members(3)))
        })
    })
    .await;
    let client = script.client();
    let found = read(&client, &ids(45)).await.unwrap();
    assert_eq!(found.len(), 45);
    assert!(found.values().all(|value| *value == (3, MembersState::Complete)));
    let stats = client.stats();
    assert_eq!((stats.requests, stats.batch_items, stats.throttled, stats.retries), (3, 45, 0, 0));
}

#[tokio::test]
async fn w15_only_the_throttled_items_of_a_batch_are_sent_again() {
    let tries = Mutex::new(BTreeMap::<String, u32>::new());
    let script = Script::new(move |asked, _| {
        batch(asked, |url| {
            let mut tries = tries.lock().unwrap();
            let count = tries.entry(url.to_owned()).or_default();
            *count += 1;
            match (url[8..44].ends_with('7'), *count) {
                (true, 1) => {
                    (429, r#"{"retry-after":"3"}"#, r#"{"error":{"code":"TooManyRequests"}}"#.to_owned())
                }
                (true, 2) => (503, "{}", "null".to_owned()),
                _ => (200, r#"{"x-ms-resource-unit":"2"}"#, format!(r#"{{"value":[{}]}}"#, members(1))),
            }
        })
    })
    .await;
    let client = script.client();
    let found = read(&client, &ids(20)).await.unwrap();
    assert!(found.values().all(|value| *value == (1, MembersState::Complete)));
    let stats = client.stats();
    assert_eq!((stats.requests, stats.batch_items, stats.throttled, stats.retries), (3, 24, 2, 4));
    assert!(stats.waited_ms >= 29);
}

#[tokio::test]
async fn w3_vanished_and_forbidden_groups_are_told_from_empty_ones() {
    let script = Script::new(|asked, _| {
        batch(asked, |url| match url {
            url if url.contains(&id(0)) => {
                (404, "{}", r#"{"error":{"code":"Request_ResourceNotFound"}}"#.to_owned())
            }
            url if url.contains(&id(1)) => {
                (403, "{}", r#"{"error":{"code":"Authorization_RequestDenied"}}"#.to_owned())
            }
            _ => (200, "{}", r#"{"value":[]}"#.to_owned()),
        })
    })
    .await;
    let mut groups = ids(3);
    groups.push(SourceId::from_bytes(b"odd/../id"));
    let found = read(&script.client(), &groups).await.unwrap();
    let states: Vec<_> = groups.iter().map(|group| found[group].1).collect();
    let refused = MembersState::Refused;
    assert_eq!(states, [MembersState::Gone, refused, MembersState::Complete, refused]);
}

/// A group of 2,000 members, in three pages.
fn three_pages(asked: &Asked) -> Answer {
    let link = |n: u32| format!("http://{}/v1.0/groups/x/members?$skiptoken={n}", asked.header("host"));
    if asked.method == "POST" {
        let next = link(1);
        return batch(asked, |_| {
            (200, "{}", format!(r#"{{"@odata.nextLink":"{next}","value":[{}]}}"#, members(999)))
        });
    }
    match asked.target.rsplit('=').next() {
        Some("1") => ok(format!(r#"{{"@odata.nextLink":"{}","value":[{}]}}"#, link(2), members(999))),
        _ => ok(format!(r#"{{"value":[{}]}}"#, members(2))),
    }
}

#[tokio::test]
async fn w6_a_long_list_is_read_on_while_nobody_takes_its_pages() {
    let asked_to_the_end = Arc::new(Notify::new());
    let at_its_end = Arc::clone(&asked_to_the_end);
    let script = Script::new(move |asked, _| {
        if asked.target.ends_with("=2") {
            at_its_end.notify_one();
        }
        three_pages(asked)
    })
    .await;
    let client = script.client();
    let mut walk = client.members(&ids(1));
    assert_eq!(walk.next_page().await.unwrap().unwrap().members.len(), 999);
    let in_time = tokio::time::timeout(Duration::from_secs(20), asked_to_the_end.notified()).await;
    assert!(in_time.is_ok(), "the second and third page were not asked for");
    let (mut left, mut last) = (0, MembersState::More);
    while let Some(page) = walk.next_page().await.unwrap() {
        (left, last) = (left + page.members.len(), page.state);
    }
    assert_eq!((left, last), (1001, MembersState::Complete));
}

#[tokio::test]
async fn large_groups_are_followed_outside_the_batch() {
    let script = Script::new(|asked, _| three_pages(asked)).await;
    let found = read(&script.client(), &ids(1)).await.unwrap();
    assert_eq!(found.values().copied().collect::<Vec<_>>(), [(2000, MembersState::Complete)]);
}

#[tokio::test]
async fn w3_a_list_that_breaks_off_is_an_error_and_not_a_short_list() {
    let script = Script::new(|asked, _| {
        if asked.method == "GET" {
            return refusal(404, "Request_ResourceNotFound");
        }
        let next = format!("http://{}/v1.0/groups/x/members?$skiptoken=1", asked.header("host"));
        batch(asked, |_| (200, "{}", format!(r#"{{"@odata.nextLink":"{next}","value":[]}}"#)))
    })
    .await;
    assert!(matches!(read(&script.client(), &ids(1)).await, Err(GraphError::CursorExpired(_))));
}

#[tokio::test]
async fn answers_that_are_missing_in_a_batch_are_asked_for_again() {
    let script = Script::new(|asked, n| match n {
        0 => ok(r#"{"responses":[]}"#),
        _ => batch(asked, |_| (200, "{}", r#"{"value":[]}"#.to_owned())),
    })
    .await;
    assert_eq!(read(&script.client(), &ids(2)).await.unwrap().len(), 2);
}
