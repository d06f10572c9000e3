//! Walks: pages, links, cursors, and everything that must not pass for a complete read.

use graph::{Client, Cursor, CursorError, DeltaStart, Detail, GraphError, GroupsWalk, Page, UsersWalk};
use model::source::{GroupChange, RemovedReason, UserChange};

use crate::script::{Answer, Asked, Script, answer, ok, refusal};

fn id(n: u32) -> String {
    format!("00000000-0000-4000-8000-{n:012}")
}

fn person(n: u32, more: &str) -> String {
    format!(r#"{{"id":"{}","accountEnabled":true{more}}}"#, id(n))
}

fn link(asked: &Asked, rest: &str) -> String {
    format!("http://{}/v1.0/users/delta?{rest}", asked.header("host"))
}

fn page(asked: &Asked, items: &[String], next: &str) -> Answer {
    let name = if next.contains("deltatoken") { "@odata.deltaLink" } else { "@odata.nextLink" };
    ok(format!(r#"{{"@odata.context":"c","{name}":"{}","value":[{}]}}"#, link(asked, next), items.join(",")))
}

async fn all(walk: &mut UsersWalk) -> Result<Vec<Page<UserChange>>, GraphError> {
    let mut pages = Vec::new();
    while let Some(page) = walk.next_page().await? {
        pages.push(page);
    }
    Ok(pages)
}

async fn groups(walk: &mut GroupsWalk) -> Vec<GroupChange> {
    let mut items = Vec::new();
    while let Some(page) = walk.next_page().await.unwrap() {
        items.extend(page.items);
    }
    items
}

#[tokio::test]
async fn w6_a_delta_selects_walks_through_empty_pages_and_ends_with_a_cursor() {
    let script = Script::new(|asked, n| match n {
        0 => page(asked, &[], "$skiptoken=a"),
        1 => page(asked, &[person(1, ""), person(1, r#","mail":"a@x.example""#)], "$skiptoken=b"),
        _ => page(asked, &[], "$deltatoken=d%2Fe"),
    })
    .await;
    let client = script.client();
    let mut walk = client.users_delta(DeltaStart::Beginning);
    let pages = all(&mut walk).await.unwrap();
    assert_eq!(pages.iter().map(|page| page.items.len()).collect::<Vec<_>>(), [0, 2, 0]);
    assert!(pages[1].bytes > 100);
    let asked = script.graph();
    assert!(asked[0].target.starts_with("/v1.0/users/delta?$select=id,accountEnabled,"));
    assert_eq!(asked[1].target, "/v1.0/users/delta?$skiptoken=a");
    assert!(asked.iter().all(|asked| asked.header("client-request-id").len() == 36));

    let stored = walk.into_cursor().unwrap().to_stored();
    let cursor = Cursor::from_stored(&stored).unwrap();
    let mut next = client.users_delta(DeltaStart::Cursor(cursor));
    assert_eq!(all(&mut next).await.unwrap().len(), 1);
    assert_eq!(script.graph()[3].target, "/v1.0/users/delta?$deltatoken=d%2Fe");
}

#[tokio::test]
async fn latest_gives_a_cursor_and_no_people() {
    let script = Script::new(|asked, _| page(asked, &[], "$deltatoken=now")).await;
    let mut walk = script.client().users_delta(DeltaStart::Latest);
    all(&mut walk).await.unwrap();
    assert!(script.graph()[0].target.starts_with("/v1.0/users/delta?$deltatoken=latest&$select=id,"));
    assert!(walk.into_cursor().is_some());
}

#[tokio::test]
async fn lists_come_in_large_pages_and_have_no_cursor() {
    let script = Script::new(|_, _| ok(format!(r#"{{"value":[{}]}}"#, person(1, "")))).await;
    let client = script.client();
    assert_eq!(listed(&client).await.unwrap().len(), 1);
    assert!(script.graph()[0].target.starts_with("/v1.0/users?$select=id,"));
    assert!(script.graph()[0].target.ends_with("&$top=999"));
    groups(&mut client.groups_list()).await;
    assert!(!script.graph()[1].target.contains("members"));
}

/// Pages of a list of all users.
async fn listed(client: &Client) -> Result<Vec<Page<UserChange>>, GraphError> {
    let (mut walk, mut pages) = (client.users_list(), Vec::new());
    while let Some(page) = walk.next_page().await? {
        pages.push(page);
    }
    Ok(pages)
}

/// A list of two pages; ranges of it are answered as `range` says.
async fn two_pages(range: fn(&str) -> Answer) -> Script {
    Script::new(move |asked, _| {
        let next = format!("http://{}/v1.0/users?$skiptoken=2", asked.header("host"));
        let upn = |n: u32, name: &str| person(n, &format!(r#","userPrincipalName":"{name}@x.example""#));
        match asked.target.as_str() {
            ranged if ranged.contains("$filter=") => range(ranged),
            second if second.contains("skiptoken") => ok(format!(r#"{{"value":[{}]}}"#, upn(3, "zoe"))),
            _ => ok(format!(
                r#"{{"@odata.nextLink":"{next}","value":[{},{}]}}"#,
                upn(1, "anna"),
                upn(2, "mia")
            )),
        }
    })
    .await
}

#[tokio::test]
async fn w6_a_long_list_is_cut_into_ranges_of_names_that_leave_nobody_out() {
    let script = two_pages(|_| ok(format!(r#"{{"value":[{}]}}"#, person(4, "")))).await;
    assert_eq!(listed(&script.client()).await.unwrap().len(), 3);
    let mut asked: Vec<String> = script.graph()[1..].iter().map(|asked| asked.target.clone()).collect();
    asked.sort();
    let upn = "/v1.0/users?$filter=userPrincipalName%20";
    assert!(asked[0].starts_with(&format!("{upn}ge%20%27m%27&$select=id,")), "{asked:?}");
    assert!(asked[1].starts_with(&format!("{upn}le%20%27m%27&$select=id,")), "{asked:?}");
    assert_eq!(asked.len(), 2);
}

#[tokio::test]
async fn w6_where_the_service_will_not_filter_the_whole_list_is_read_on() {
    let script = two_pages(|_| refusal(400, "Request_UnsupportedQuery")).await;
    let pages = listed(&script.client()).await.unwrap();
    let people: usize = pages.iter().map(|page| page.items.len()).sum();
    assert_eq!(people, 3);
    let script = two_pages(|_| refusal(403, "Authorization_RequestDenied")).await;
    listed(&script.client()).await.unwrap_err();
}

#[tokio::test]
async fn removals_replays_and_nulls_come_through_as_they_are() {
    let removed = |n, reason| format!(r#"{{"id":"{}","@removed":{{"reason":"{reason}"}}}}"#, id(n));
    let items = [person(1, r#","mail":null"#), removed(2, "changed"), removed(2, "deleted"), person(1, "")];
    let script = Script::new(move |asked, _| page(asked, &items, "$deltatoken=x")).await;
    let mut walk = script.client().users_delta(DeltaStart::Beginning);
    let items = all(&mut walk).await.unwrap().remove(0).items;
    assert_eq!(items[0], items[3]);
    let reason = |item: &UserChange| match item {
        UserChange::Removed { reason, .. } => Some(*reason),
        UserChange::Upsert(_) => None,
    };
    assert_eq!(
        (reason(&items[1]), reason(&items[2])),
        (Some(RemovedReason::Restorable), Some(RemovedReason::Final))
    );
}

#[tokio::test]
async fn split_groups_come_in_parts_over_several_pages() {
    let part = |group: u32, member: u32| {
        let member = format!(r##"{{"@odata.type":"#microsoft.graph.user","id":"{}"}}"##, id(member));
        format!(r#"{{"id":"{}","displayName":"Large","members@delta":[{member}]}}"#, id(group))
    };
    let script = Script::new(move |asked, n| match n {
        0 => page(asked, &[part(1, 11), part(2, 21)], "$skiptoken=b"),
        _ => page(asked, &[part(1, 12)], "$deltatoken=x"),
    })
    .await;
    let items = groups(&mut script.client().groups_delta(DeltaStart::Beginning)).await;
    assert_eq!(items.len(), 3);
    assert!(script.graph()[0].target.starts_with("/v1.0/groups/delta?$select="));
    assert!(script.graph()[0].target.ends_with(",members"));
}

#[tokio::test]
async fn w3_an_expired_cursor_asks_for_a_complete_read() {
    for (status, code) in [(410, "syncStateNotFound"), (400, "Request_BadRequest"), (404, "ResourceNotFound")]
    {
        let script = Script::new(move |asked, n| match n {
            0 => page(asked, &[], "$deltatoken=old"),
            _ => refusal(status, code),
        })
        .await;
        let client = script.client();
        let mut walk = client.users_delta(DeltaStart::Beginning);
        all(&mut walk).await.unwrap();
        let mut next = client.users_delta(DeltaStart::Cursor(walk.into_cursor().unwrap()));
        let error = next.next_page().await.unwrap_err();
        assert!(matches!(error, GraphError::CursorExpired(_)), "{status}");
        assert_eq!(error.diagnostics().code.as_deref(), Some(code));
        assert!(next.into_cursor().is_none());
        assert_eq!(client.stats().requests, 2);
    }
}

#[tokio::test]
async fn w3_a_chain_that_is_lost_in_the_middle_has_no_cursor_and_carries_on_where_it_was() {
    let script = Script::new(|asked, n| match n {
        0 => page(asked, &[person(1, "")], "$skiptoken=a"),
        1 => refusal(403, "Authorization_RequestDenied"),
        _ => page(asked, &[person(2, "")], "$deltatoken=x"),
    })
    .await;
    let mut walk = script.client().users_delta(DeltaStart::Beginning);
    walk.next_page().await.unwrap();
    let error = walk.next_page().await.unwrap_err();
    assert!(matches!(error, GraphError::ConsentMissing { permission: "User.Read.All", .. }));
    assert_eq!(all(&mut walk).await.unwrap().len(), 1);
    assert_eq!(script.graph()[2].target, "/v1.0/users/delta?$skiptoken=a");
}

#[tokio::test]
async fn links_to_another_host_are_refused_before_a_token_goes_there() {
    let evil = Script::new(|asked, _| page(asked, &[], "$deltatoken=x")).await;
    let base = evil.base.clone();
    let script =
        Script::new(move |_, _| ok(format!(r#"{{"value":[],"@odata.nextLink":"{base}/v1.0/users"}}"#))).await;
    let error = all(&mut script.client().users_delta(DeltaStart::Beginning)).await.unwrap_err();
    assert!(matches!(error, GraphError::Malformed { detail: Detail::ForeignLink, .. }));
    assert!(evil.asked.lock().unwrap().is_empty());
}

#[tokio::test]
async fn redirects_are_not_followed() {
    let evil = Script::new(|asked, _| page(asked, &[], "$deltatoken=x")).await;
    let base = evil.base.clone();
    let script =
        Script::new(move |_, _| answer(302, "").with("location", format!("{base}/v1.0/users"))).await;
    let error = all(&mut script.client().users_delta(DeltaStart::Beginning)).await.unwrap_err();
    assert!(matches!(error, GraphError::Rejected(_)));
    assert!(evil.asked.lock().unwrap().is_empty());
}

#[tokio::test]
async fn a_cursor_of_other_groups_hosts_or_properties_asks_for_a_complete_read() {
    let script = Script::new(|asked, _| page(asked, &[], "$deltatoken=x")).await;
    let other = Script::new(|asked, _| page(asked, &[], "$deltatoken=x")).await;
    let mut walk = script.client().users_delta(DeltaStart::Beginning);
    all(&mut walk).await.unwrap();
    let cursor = walk.into_cursor().unwrap();
    let mut wrong = script.client().groups_delta(DeltaStart::Cursor(cursor.clone()));
    assert!(matches!(wrong.next_page().await, Err(GraphError::CursorExpired(_))));
    let mut moved = other.client().users_delta(DeltaStart::Cursor(cursor));
    assert!(matches!(moved.next_page().await, Err(GraphError::CursorExpired(_))));
    assert!(other.graph().is_empty());
    assert_eq!(Cursor::from_stored("u00 http://x"), Err(CursorError::OtherProperties));
}

#[tokio::test]
async fn pages_that_go_in_circles_end_the_walk() {
    let script =
        Script::new(|asked, n| page(asked, &[], if n % 2 == 0 { "$skiptoken=a" } else { "$skiptoken=b" }))
            .await;
    let error = all(&mut script.client().users_delta(DeltaStart::Beginning)).await.unwrap_err();
    assert!(matches!(error, GraphError::Malformed { detail: Detail::EndlessChain, .. }));
    assert_eq!(script.graph().len(), 3);
}

#[tokio::test]
async fn w3_a_delta_without_a_link_at_its_end_is_not_complete() {
    let script = Script::new(|_, _| ok(r#"{"value":[]}"#)).await;
    let mut walk = script.client().users_delta(DeltaStart::Beginning);
    let error = walk.next_page().await.unwrap_err();
    assert!(matches!(error, GraphError::Malformed { detail: Detail::NoLink, .. }));
}

#[tokio::test]
async fn w15_cut_and_html_bodies_are_asked_for_again() {
    let script = Script::new(|asked, n| match n {
        0 => ok("<html>gateway</html>"),
        1 => ok(r#"{"value":[{"id":"#),
        2 => Answer { cut: true, ..ok(r#"{"value":["#) },
        _ => page(asked, &[person(1, "")], "$deltatoken=x"),
    })
    .await;
    let client = script.client();
    assert_eq!(all(&mut client.users_delta(DeltaStart::Beginning)).await.unwrap().len(), 1);
    assert_eq!(client.stats().retries, 3);
}

#[tokio::test]
async fn w3_bodies_that_stay_unreadable_are_an_error() {
    let page = ("<html>gateway</html>", Detail::WebPage);
    for (body, why) in
        [page, (r#"{"value":[{"id":"x"#, Detail::Json), ("{}", Detail::Json), ("", Detail::Json)]
    {
        let script = Script::new(move |_, _| ok(body)).await;
        let error = all(&mut script.client().users_delta(DeltaStart::Beginning)).await.unwrap_err();
        assert!(matches!(error, GraphError::Malformed { detail, .. } if detail == why), "{body}: {error}");
        assert_eq!(script.graph().len(), 3);
    }
}

#[tokio::test]
async fn bodies_beyond_the_limit_are_not_taken_in() {
    let script = Script::new(|asked, _| page(asked, &vec![person(1, ""); 100], "$deltatoken=x")).await;
    let limits = graph::Limits { max_page_bytes: 1000, ..crate::script::limits() };
    let client = script.client_of(&crate::script::transport(), "tenant", limits);
    let error = all(&mut client.users_delta(DeltaStart::Beginning)).await.unwrap_err();
    assert!(matches!(error, GraphError::Malformed { detail: Detail::TooLarge, .. }));
    assert_eq!(script.graph().len(), 1);
}

#[tokio::test]
async fn w3_a_broken_person_is_counted_and_the_page_goes_on() {
    let items = [person(1, r#","mail":{"a":1}"#), person(2, ""), r#"{"id":"x"}"#.to_owned()];
    let script = Script::new(move |asked, _| page(asked, &items, "$deltatoken=x")).await;
    let pages = all(&mut script.client().users_delta(DeltaStart::Beginning)).await.unwrap();
    assert_eq!((pages[0].items.len(), pages[0].malformed), (1, 2));
    assert_eq!(pages[0].unreadable, [id(1).parse().unwrap()]);
}
