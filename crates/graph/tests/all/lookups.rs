//! Look-ups by id: what counts as gone, and what proves nothing.

use graph::{Existence, Lookup};
use model::SourceId;

use crate::script::{Answer, Asked, Script, ok, refusal};

fn id(n: u8) -> SourceId {
    SourceId::Guid([n; 16])
}

fn list(ids: &[SourceId]) -> Answer {
    let item = |id: &SourceId| format!(r##"{{"@odata.type":"#microsoft.graph.user","id":"{id}"}}"##);
    ok(format!(r#"{{"value":[{}]}}"#, ids.iter().map(item).collect::<Vec<_>>().join(",")))
}

#[tokio::test]
async fn w3_a_missing_person_is_deleted_gone_or_not_readable() {
    let script = Script::new(|asked, _| {
        let of = |n: u8| asked.target.contains(&id(n).to_string());
        let bin = asked.target.contains("/directory/deletedItems/");
        match (of(1), of(2), of(3), bin) {
            (true, ..) => ok(format!(r#"{{"id":"{}","accountEnabled":true}}"#, id(1))),
            (_, true, _, true) => ok(format!(r#"{{"id":"{}"}}"#, id(2))),
            (_, _, true, _) => refusal(403, "Authorization_RequestDenied"),
            _ => refusal(404, "Request_ResourceNotFound"),
        }
    })
    .await;
    let client = script.client();
    assert!(matches!(client.user(&id(1)).await.unwrap(), Lookup::Found(user) if user.id == id(1)));
    assert_eq!(client.user(&id(2)).await.unwrap(), Lookup::Deleted);
    assert_eq!(client.user(&id(3)).await.unwrap(), Lookup::Refused);
    assert_eq!(client.user(&id(4)).await.unwrap(), Lookup::Gone);
    assert_eq!(client.user(&SourceId::from_bytes(b"../me")).await.unwrap(), Lookup::Refused);
}

#[tokio::test]
async fn w3_existence_needs_its_control() {
    let script = Script::new(|asked, n| match n {
        0 => list(&[id(1), id(9), id(77)]),
        1 => list(&[id(1)]),
        _ => {
            assert!(asked.target.starts_with("/v1.0/directoryObjects/getByIds"));
            refusal(500, "UnknownError")
        }
    })
    .await;
    let client = script.client();
    let known = client.living_ids(&[id(1), id(2)], &id(9)).await.unwrap();
    assert_eq!(known, Existence::Known { living: [id(1)].into() });
    assert_eq!(client.living_ids(&[id(1), id(2)], &id(9)).await.unwrap(), Existence::Unknown);
    assert!(client.living_ids(&[id(1)], &id(9)).await.is_err());
}

#[tokio::test]
async fn w3_without_get_by_ids_each_is_asked_for_by_itself() {
    let play = |asked: &Asked, control_lives: bool| {
        if asked.target.contains("getByIds") {
            return refusal(403, "Authorization_RequestDenied");
        }
        let envelope: serde_json::Value = serde_json::from_str(&asked.body).unwrap();
        let answer = |item: &serde_json::Value| {
            let url = item["url"].as_str().unwrap();
            let lives =
                url.contains(&id(1).to_string()) || (control_lives && url.contains(&id(99).to_string()));
            if lives {
                format!(r#"{{"id":{},"status":200,"body":{{"id":"x"}}}}"#, item["id"])
            } else {
                format!(
                    r#"{{"id":{},"status":404,"body":{{"error":{{"code":"Request_ResourceNotFound"}}}}}}"#,
                    item["id"]
                )
            }
        };
        let items = envelope["requests"].as_array().unwrap();
        ok(format!(r#"{{"responses":[{}]}}"#, items.iter().map(answer).collect::<Vec<_>>().join(",")))
    };
    let ids: Vec<_> = (1..50).map(id).collect();
    let script = Script::new(move |asked, _| play(asked, true)).await;
    let client = script.client();
    assert_eq!(client.living_ids(&ids, &id(99)).await.unwrap(), Existence::Known { living: [id(1)].into() });
    assert_eq!(client.stats().batch_items, 49 + 3);
    let script = Script::new(move |asked, _| play(asked, false)).await;
    assert_eq!(script.client().living_ids(&ids, &id(99)).await.unwrap(), Existence::Unknown);
}

#[tokio::test]
async fn a_thousand_ids_fit_one_question() {
    let script = Script::new(|asked, _| {
        let body: serde_json::Value = serde_json::from_str(&asked.body).unwrap();
        let ids = body["ids"].as_array().unwrap();
        assert!(ids.len() <= 1000);
        list(&ids.iter().map(|id| id.as_str().unwrap().parse().unwrap()).collect::<Vec<_>>())
    })
    .await;
    let ids: Vec<SourceId> = (0_u32..1500).map(|n| SourceId::Guid(u128::from(n + 1).to_be_bytes())).collect();
    let client = script.client();
    let Existence::Known { living } = client.living_ids(&ids, &id(9)).await.unwrap() else {
        panic!("unknown")
    };
    assert_eq!((living.len(), client.stats().requests), (1500, 2));
}

#[tokio::test]
async fn the_bin_is_read_to_its_end() {
    let script = Script::new(|asked, n| {
        let next = format!("http://{}/v1.0/directory/deletedItems/x?$skiptoken=1", asked.header("host"));
        match n {
            0 => ok(format!(r#"{{"value":[{{"id":"{}"}}],"@odata.nextLink":"{next}"}}"#, id(1))),
            _ => list(&[id(2)]),
        }
    })
    .await;
    assert_eq!(script.client().deleted_users().await.unwrap(), [id(1), id(2)]);
    assert!(
        script.graph()[0].target.starts_with("/v1.0/directory/deletedItems/microsoft.graph.user?$select=id")
    );
}
