//! `/organization`, `/subscribedSkus` and the app's own registration.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};

use crate::company::person::EPOCH;
use crate::company::skus::{SKUS, subscribed};
use crate::dir::Kind;
use crate::graph::refusal::Refusal;
use crate::graph::{Call, Reply, Shape};
use crate::rng::guid_text;
use crate::time::iso;
use crate::world::{lock, read};

fn collection(call: &Call<'_>, shape: Shape, context: &str, value: &[Value]) -> Reply {
    let value = if call.lie { &[] } else { value };
    let context = format!("{}/v1.0/$metadata#{context}", call.base);
    let body = json!({"@odata.context": context, "value": value});
    Reply::json(shape, body.to_string().into_bytes())
}

/// Keeps the selected properties.
fn selected(call: &Call<'_>, value: Value) -> Value {
    let Some(select) = &call.query.select else { return value };
    let names: Vec<&str> = select.split(',').map(str::trim).collect();
    let Value::Object(map) = value else { return value };
    Value::Object(map.into_iter().filter(|(k, _)| names.contains(&k.as_str())).collect::<Map<_, _>>())
}

fn context(call: &Call<'_>, name: &str) -> String {
    call.query.select.as_ref().map_or_else(|| name.to_owned(), |s| format!("{name}({s})"))
}

/// `GET /organization`: one item with its verified domains.
pub(crate) fn organization(call: &Call<'_>) -> Result<Reply, Refusal> {
    if !call.roles.organization() {
        return Err(Refusal::denied());
    }
    let tenant = &call.tenant.tenant;
    let initial = format!("{}.onmicrosoft.example", tenant.domain.replace('.', ""));
    let domain = |name: &str, default: bool, capabilities: &str| {
        json!({"capabilities": capabilities, "isDefault": default, "isInitial": name == initial,
            "name": name, "type": "Managed"})
    };
    let mail = "Email, OfficeCommunicationsOnline";
    let intern = format!("intern.{}", tenant.domain);
    let item = json!({"id": guid_text(tenant.id), "deletedDateTime": null, "businessPhones": ["+49 89 100100-0"],
        "city": "München", "country": "Deutschland", "countryLetterCode": "DE",
        "createdDateTime": iso(EPOCH), "displayName": tenant.name, "marketingNotificationEmails": [],
        "onPremisesLastSyncDateTime": null, "onPremisesSyncEnabled": null, "postalCode": "80331",
        "preferredLanguage": "de", "securityComplianceNotificationMails": [],
        "securityComplianceNotificationPhones": [], "state": null, "street": "Sendlinger Straße 8",
        "technicalNotificationMails": [format!("admin@{}", tenant.domain)], "tenantType": "AAD",
        "assignedPlans": [], "provisionedPlans": [],
        "privacyProfile": {"contactEmail": format!("datenschutz@{}", tenant.domain),
            "statementUrl": format!("https://{}/datenschutz", tenant.domain)},
        "verifiedDomains": [domain(&initial, false, mail), domain(&tenant.domain, true, mail),
            domain(&intern, false, "")]});
    Ok(collection(call, "organization", &context(call, "organization"), &[selected(call, item)]))
}

/// `GET /subscribedSkus`: the products in use.
pub(crate) fn subscribed_skus(call: &Call<'_>) -> Result<Reply, Refusal> {
    if !call.roles.skus() {
        return Err(Refusal::denied());
    }
    let id = guid_text(call.tenant.tenant.id);
    let dir = read(&call.tenant.tenant.dir);
    let prop = Kind::User.prop("assignedLicenses");
    let mut used = vec![0_usize; SKUS.len()];
    for user in dir.objects().iter().filter(|o| o.kind == Kind::User && o.live()) {
        let Some(span) = prop.and_then(|p| user.span(p)) else { continue };
        let text = String::from_utf8_lossy(dir.pool.get(span));
        for (count, sku) in used.iter_mut().zip(SKUS) {
            *count += usize::from(text.contains(sku.id));
        }
    }
    let items: Vec<Value> = SKUS
        .iter()
        .zip(used)
        .filter(|(_, used)| *used > 0)
        .map(|(sku, used)| selected(call, subscribed(sku, &id, used)))
        .collect();
    Ok(collection(call, "subscribedSkus", &context(call, "subscribedSkus"), &items))
}

/// `GET /applications(appId='..')`: the registration, with its credentials (graph-facts 1.6).
pub(crate) fn application(call: &Call<'_>, app_id: &str) -> Result<Reply, Refusal> {
    if !call.roles.applications() {
        return Err(Refusal::denied());
    }
    let app = lock(&call.tenant.tenant.app);
    if guid_text(app.client_id) != app_id.to_ascii_lowercase() {
        return Err(Refusal::missing(app_id));
    }
    let secrets: Vec<Value> = app
        .secrets
        .iter()
        .map(|s| {
            json!({"customKeyIdentifier": null, "displayName": s.display_name, "endDateTime": iso(s.end),
                "hint": s.value.get(..3), "keyId": s.key_id, "secretText": null,
                "startDateTime": iso(s.start)})
        })
        .collect();
    let keys: Vec<Value> = app
        .certificates
        .iter()
        .map(|c| {
            json!({"customKeyIdentifier": STANDARD.encode(&c.thumb_sha1), "displayName": "CN=app",
                "endDateTime": iso(c.end), "key": null, "keyId": c.key_id, "startDateTime": iso(c.start),
                "type": "AsymmetricX509Cert", "usage": "Verify"})
        })
        .collect();
    let item = json!({"id": guid_text(app.object_id), "appId": app_id, "deletedDateTime": null,
        "createdDateTime": iso(EPOCH), "displayName": "Directory reader", "identifierUris": [],
        "signInAudience": "AzureADMyOrg", "tags": [], "keyCredentials": keys,
        "passwordCredentials": secrets, "requiredResourceAccess": []});
    let name = format!("{}/$entity", context(call, "applications"));
    let mut body = json!({"@odata.context": format!("{}/v1.0/$metadata#{name}", call.base)});
    if let (Some(body), Value::Object(item)) = (body.as_object_mut(), selected(call, item)) {
        body.extend(item);
    }
    Ok(Reply::json("application", body.to_string().into_bytes()))
}
