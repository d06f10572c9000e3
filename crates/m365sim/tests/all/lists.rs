//! Lists, filters, single objects, look-ups, batches, the bin, the tenant's own data.

use std::collections::BTreeSet;

use m365sim::{GroupSpec, TenantSpec, UserSpec};
use serde_json::{Value, json};

use crate::client::{Stage, Told};

const EVENTUAL: [(&str, &str); 1] = [("consistencylevel", "eventual")];

fn user(name: &str) -> UserSpec {
    UserSpec { display_name: Some(name.into()), ..UserSpec::default() }
}

fn ids(told: &Told) -> Vec<String> {
    told.items().map(|i| i["id"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn s10_a_list_shows_everyone_once_although_pages_are_empty() {
    for seed in 0..5 {
        let stage = Stage::new(seed, &TenantSpec::of("muster.example", 400));
        let token = stage.token();
        let told = stage.chain(&token, "/v1.0/users?$select=id&$top=7", &[]);
        let truth: BTreeSet<String> = stage.tenant.truth().live_users().map(|u| u.id.clone()).collect();
        let mine = ids(&told);
        assert_eq!(mine.len(), truth.len());
        assert_eq!(mine.into_iter().collect::<BTreeSet<_>>(), truth);
        assert!(told.pages.iter().any(|p| p["value"] == json!([])), "an empty page with a nextLink");
    }
}

#[test]
fn s10_nobody_is_skipped_when_others_vanish_between_pages() {
    let stage = Stage::empty(6);
    let all: Vec<String> = (0..50).map(|n| stage.tenant.add_user(user(&format!("U{n}")))).collect();
    let token = stage.token();
    let first = stage.get(&token, "/v1.0/users?$select=id&$top=10", &[]).json();
    for gone in &all[..5] {
        stage.tenant.delete_user(gone);
    }
    let mut seen: BTreeSet<String> = BTreeSet::new();
    let rest = stage.chain(&token, first["@odata.nextLink"].as_str().unwrap(), &[]);
    seen.extend(first["value"].as_array().unwrap().iter().map(|u| u["id"].as_str().unwrap().to_owned()));
    seen.extend(ids(&rest));
    assert!(all[5..].iter().all(|id| seen.contains(id)));
}

#[test]
fn s10_filters_answer_or_refuse_as_documented() {
    let stage = Stage::empty(7).calm();
    let anna = stage.tenant.add_user(UserSpec {
        mail: Some("Anna@muster.example".into()),
        assigned_licenses: Some(vec![m365sim::license(m365sim::sku::E3)]),
        ..user("Anna O'Brien")
    });
    let bert = stage.tenant.add_user(UserSpec { account_enabled: Some(false), ..user("Bert") });
    let token = stage.token();
    let ask = |filter: &str, advanced: bool| {
        let encoded: String = url::form_urlencoded::byte_serialize(filter.as_bytes()).collect();
        let count = if advanced { "&$count=true" } else { "" };
        let target = format!("/v1.0/users?$select=id&$filter={encoded}{count}");
        let got = stage.get(&token, &target, if advanced { &EVENTUAL } else { &[] });
        if got.status != 200 {
            return Err(got.code());
        }
        let told = Told { pages: vec![got.json()], link: String::new() };
        Ok(ids(&told))
    };
    let refused = Err("Request_UnsupportedQuery".to_owned());
    assert_eq!(ask("accountEnabled eq false", false), Ok(vec![bert.clone()]));
    assert_eq!(ask("startswith(displayName,'anna o''b')", false), Ok(vec![anna.clone()]));
    assert_eq!(ask("mail eq 'anna@MUSTER.example'", false), Ok(vec![anna.clone()]));
    assert_eq!(ask(&format!("id in ('{anna}','{bert}')"), false).unwrap().len(), 2);
    assert_eq!(ask("userType eq 'Member' and accountEnabled eq true", false), Ok(vec![anna.clone()]));
    let sku = m365sim::sku::E3;
    assert_eq!(ask(&format!("assignedLicenses/any(x:x/skuId eq {sku})"), false), Ok(vec![anna.clone()]));
    let proxy = "proxyAddresses/any(p:p eq 'smtp:anna@muster.example')";
    assert_eq!(ask(proxy, false), Ok(vec![anna.clone()]));
    for filter in [
        "displayName ne 'Bert'",
        "endswith(mail,'example')",
        "not(accountEnabled eq false)",
        "assignedLicenses/$count ne 0",
    ] {
        assert_eq!(ask(filter, false), refused, "{filter}");
        assert_eq!(ask(filter, true), Ok(vec![anna.clone()]), "{filter}");
    }
    assert_eq!(ask("id ge '8'", true), refused);
    assert_eq!(ask("nonsense", false), Err("BadRequest".to_owned()));
}

#[test]
fn s10_paging_options_are_refused_or_ignored_as_documented() {
    let stage = Stage::new(8, &TenantSpec::of("muster.example", 30));
    let token = stage.token();
    let code = |target: &str, headers: &[(&str, &str)]| {
        let got = stage.get(&token, target, headers);
        (got.status, if got.status < 400 { String::new() } else { got.code() })
    };
    assert_eq!(code("/v1.0/users?$top=1000", &[]), (400, "Request_BadRequest".into()));
    assert_eq!(code("/v1.0/users?$skip=5", &[]).0, 400);
    assert_eq!(code("/v1.0/users/$count", &[]), (400, "Request_BadRequest".into()));
    assert_eq!(code("/v1.0/users/$count", &EVENTUAL).0, 200);
    assert_eq!(
        code("/v1.0/users?$search=%22displayName:a%22", &[]),
        (400, "Request_UnsupportedQuery".into())
    );
    assert_eq!(code("/v1.0/users?$select=skills", &[]), (501, "NotImplemented".into()));
    assert_eq!(code("/v1.0/users?$select=displyName", &[]), (400, "BadRequest".into()));
    assert_eq!(code("/v1.0/users/delta?$orderby=displayName", &[]), (400, "Request_UnsupportedQuery".into()));
    assert_eq!(code("/v1.0/users/delta?$top=1", &[]).0, 200);
    // Without the header `$count=true` is silently ignored.
    let plain = stage.get(&token, "/v1.0/users?$count=true", &[]).json();
    assert!(plain.get("@odata.count").is_none());
    let counted = stage.get(&token, "/v1.0/users?$count=true", &EVENTUAL).json();
    assert_eq!(counted["@odata.count"], stage.tenant.truth().live_users().count());
    stage.tenant.expire_page_tokens();
    let next =
        stage.get(&token, "/v1.0/users?$top=3", &[]).json()["@odata.nextLink"].as_str().unwrap().to_owned();
    stage.tenant.expire_page_tokens();
    assert_eq!(code(&next, &[]), (400, "Directory_ExpiredPageToken".into()));
}

#[test]
fn w13_single_objects_and_the_bin() {
    let stage = Stage::empty(9);
    let id = stage
        .tenant
        .add_user(UserSpec { user_principal_name: Some("$anna@muster.example".into()), ..user("Anna") });
    let boss = stage.tenant.add_user(user("Chefin"));
    stage.tenant.set_manager(&id, Some(&boss));
    let token = stage.token();
    let got =
        stage.get(&token, &format!("/v1.0/users/{id}?$select=id,faxNumber,otherMails,skills"), &[]).json();
    assert_eq!(got["faxNumber"], Value::Null);
    assert_eq!(got["otherMails"], json!([]));
    assert_eq!(stage.get(&token, "/v1.0/users('$anna@muster.example')", &[]).json()["id"], id.as_str());
    assert_eq!(stage.get(&token, &format!("/v1.0/users/{id}/manager"), &[]).json()["id"], boss.as_str());
    assert_eq!(stage.get(&token, &format!("/v1.0/users/{boss}/manager"), &[]).status, 404);
    let expanded = stage.get(&token, "/v1.0/users?$select=id&$expand=manager($select=id)", &[]).json();
    assert!(expanded["value"].as_array().unwrap().iter().any(|u| u["manager"]["id"] == boss.as_str()));
    stage.tenant.delete_user(&id);
    let got = stage.get(&token, &format!("/v1.0/users/{id}"), &[]);
    assert_eq!((got.status, got.code().as_str()), (404, "Request_ResourceNotFound"));
    let bin = stage.get(&token, &format!("/v1.0/directory/deletedItems/{id}"), &[]).json();
    assert_eq!(bin["@odata.type"], "#microsoft.graph.user");
    let listed = stage.get(
        &token,
        "/v1.0/directory/deletedItems/microsoft.graph.user?$select=id,displayName,deletedDateTime",
        &[],
    );
    assert!(listed.json()["value"][0]["deletedDateTime"].is_string());
    assert_eq!(stage.get(&token, "/v1.0/directory/deletedItems", &[]).status, 400);
    assert_eq!(stage.get(&token, "/v1.0/directory/deletedItems/microsoft.graph.group", &[]).status, 403);
    stage.tenant.purge_user(&id);
    assert_eq!(stage.get(&token, &format!("/v1.0/directory/deletedItems/{id}"), &[]).status, 404);
}

#[test]
fn w13_get_by_ids_leaves_out_the_unknown_and_refuses_the_malformed() {
    let stage = Stage::empty(10);
    let anna = stage.tenant.add_user(user("Anna"));
    let group = stage.tenant.add_group(GroupSpec::default());
    let device = stage.tenant.add_device("NB-1");
    let token = stage.token();
    let ask = |ids: Vec<String>, types: &[&str]| {
        let body = json!({"ids": ids, "types": types}).to_string();
        stage.call(
            &token,
            "POST",
            "/v1.0/directoryObjects/getByIds?$select=id,displayName",
            &[],
            body.as_bytes(),
        )
    };
    let unknown = "11111111-2222-4333-8444-555555555555".to_owned();
    let got = ask(vec![anna.clone(), group.clone(), device.clone(), unknown], &[]).json();
    assert_eq!(got["value"].as_array().unwrap().len(), 3);
    // Devices may not be read: type and id only.
    let dev = got["value"].as_array().unwrap().iter().find(|o| o["id"] == device.as_str()).unwrap();
    assert_eq!(dev, &json!({"@odata.type": "#microsoft.graph.device", "id": device}));
    let only = ask(vec![anna.clone(), group], &["User"]).json();
    assert_eq!(only["value"].as_array().unwrap().len(), 1);
    assert_eq!(ask(vec!["kaputt".into()], &[]).status, 400);
    assert_eq!(ask(vec![anna; 1001], &[]).status, 400);
}

#[test]
fn w13_a_batch_answers_in_any_order_and_each_item_for_itself() {
    let stage = Stage::empty(11);
    let users: Vec<String> = (0..20).map(|n| stage.tenant.add_user(user(&format!("U{n}")))).collect();
    let token = stage.token();
    let ask = |requests: Vec<Value>| {
        let body = json!({"requests": requests}).to_string();
        stage.call(&token, "POST", "/v1.0/$batch", &[("content-type", "application/json")], body.as_bytes())
    };
    let item = |(n, id): (usize, &String)| json!({"id": n.to_string(), "method": "GET", "url": format!("/users/{id}?$select=id")});
    stage.tenant.faults(|f| {
        f.next(&format!("/users/{}", users[3]), m365sim::Fault::Throttled(m365sim::RetryAfter::Seconds(7)));
    });
    let got = ask(users.iter().enumerate().map(item).collect());
    assert_eq!(got.status, 200);
    let json = got.json();
    let responses = json["responses"].as_array().unwrap();
    assert_eq!(responses.len(), 20);
    let order: Vec<usize> = responses.iter().map(|r| r["id"].as_str().unwrap().parse().unwrap()).collect();
    assert_ne!(order, (0..20).collect::<Vec<_>>(), "any order");
    for response in responses {
        let n: usize = response["id"].as_str().unwrap().parse().unwrap();
        if n == 3 {
            assert_eq!(
                (response["status"].as_i64(), response["headers"]["Retry-After"].as_str()),
                (Some(429), Some("7"))
            );
        } else {
            assert_eq!(response["body"]["id"], users[n].as_str());
        }
    }
    let counts = stage.tenant.counts();
    assert_eq!((counts.graph, counts.batched), (1, 20));
    let mut many: Vec<Value> = users.iter().enumerate().map(item).collect();
    many.push(json!({"id": "x", "method": "GET", "url": "/organization"}));
    assert_eq!(ask(many).status, 400);
    assert_eq!(ask(vec![item((1, &users[0])), item((1, &users[1]))]).status, 400, "ids are unique");
}

#[test]
fn x11_the_tenants_own_data() {
    let stage = Stage::new(12, &TenantSpec::of("muster.example", 60));
    let token = stage.token();
    let org = stage.get(&token, "/v1.0/organization", &[]).json();
    let domains = org["value"][0]["verifiedDomains"].as_array().unwrap();
    assert!(domains.iter().any(|d| d["name"] == "muster.example" && d["isDefault"] == true));
    let skus = stage.get(&token, "/v1.0/subscribedSkus", &[]).json();
    assert!(skus["value"].as_array().unwrap().len() > 3);
    let client = stage.tenant.client_id();
    let secret = stage.tenant.client_secret();
    let select = "$select=id,appId,displayName,passwordCredentials,keyCredentials";
    let app = stage.get(&token, &format!("/v1.0/applications(appId='{client}')?{select}"), &[]).json();
    assert_eq!(app["passwordCredentials"][0]["hint"], &secret[..3]);
    assert_eq!(app["passwordCredentials"][0]["secretText"], Value::Null);
    stage.tenant.revoke("Application.Read.All");
    let token = stage.token();
    assert_eq!(stage.get(&token, &format!("/v1.0/applications(appId='{client}')"), &[]).status, 403);
}
