//! Every awkward object that graph-facts knows, once per company: what breaks naive clients.

use serde_json::{Map, Value, json};

use crate::company::generate::TenantSpec;
use crate::company::skus::{license, plans_for, sku};
use crate::dir::{Directory, Kind, Object, State};
use crate::rng::Rng;

const SINCE: &str = "2024-01-05T10:00:00Z";

/// Adds the awkward users, contacts, devices and groups.
pub(crate) fn add(dir: &mut Directory, rng: &mut Rng, spec: &TenantSpec, users: &[u32], groups: &[u32]) {
    let domain = spec.domain.as_str();
    let odd: Vec<u32> = people(domain).into_iter().map(|v| put(dir, rng, Kind::User, &v)).collect();
    let contact = put(
        dir,
        rng,
        Kind::OrgContact,
        &json!({"displayName": "Lieferant Huber", "mail": "huber@lieferant.example",
            "companyName": "Huber KG", "proxyAddresses": ["SMTP:huber@lieferant.example"]}),
    );
    let device_id = crate::rng::guid_text(rng.guid());
    let device = put(
        dir,
        rng,
        Kind::Device,
        &json!({"displayName": "NB-0042", "accountEnabled": true, "operatingSystem": "Windows",
            "deviceId": device_id}),
    );
    let principal =
        put(dir, rng, Kind::ServicePrincipal, &json!({"displayName": "Rechnungslauf", "appId": "n/a"}));
    groups_of(dir, rng, domain, &Cast { users, groups, odd: &odd, others: &[contact, device, principal] });
    // One user is in the bin from the start; a first round may still name it (graph-facts 4.2).
    let bin = put(
        dir,
        rng,
        Kind::User,
        &json!({"displayName": "Ehemalige Kollegin", "userPrincipalName": format!("weg@{domain}"),
            "accountEnabled": false, "userType": "Member", "deletedDateTime": "2026-01-01T00:00:00Z"}),
    );
    if let Some(object) = dir.get_mut(bin) {
        object.state = State::Soft(1_767_225_600);
    }
}

/// What the awkward groups are made of.
struct Cast<'a> {
    users: &'a [u32],
    groups: &'a [u32],
    odd: &'a [u32],
    others: &'a [u32],
}

fn groups_of(dir: &mut Directory, rng: &mut Rng, domain: &str, cast: &Cast<'_>) {
    let security = |name: &str| {
        json!({"displayName": name, "groupTypes": [], "mailEnabled": false, "securityEnabled": true,
            "mailNickname": name.replace(' ', "-"), "createdDateTime": SINCE})
    };
    let outer = put(dir, rng, Kind::Group, &security("Verschachtelt aussen"));
    let inner = put(dir, rng, Kind::Group, &security("Verschachtelt innen"));
    let ring_a = put(dir, rng, Kind::Group, &security("Kreis A"));
    let ring_b = put(dir, rng, Kind::Group, &security("Kreis B"));
    let _empty = put(dir, rng, Kind::Group, &security("Leer"));
    let selfish = put(dir, rng, Kind::Group, &security("Sich selbst"));
    let mixed = put(dir, rng, Kind::Group, &security("Gemischt"));
    let hidden = put(
        dir,
        rng,
        Kind::Group,
        &json!({"displayName": "Betriebsrat", "groupTypes": ["Unified"], "mailEnabled": true,
            "securityEnabled": false, "visibility": "HiddenMembership", "mailNickname": "betriebsrat",
            "mail": format!("betriebsrat@{domain}"), "createdDateTime": SINCE}),
    );
    let dynamic = put(
        dir,
        rng,
        Kind::Group,
        &json!({"displayName": "Alle Vertriebler", "groupTypes": ["DynamicMembership"],
            "mailEnabled": false, "securityEnabled": true, "mailNickname": "dyn",
            "membershipRule": "user.department -eq \"Vertrieb\"",
            "membershipRuleProcessingState": "On", "createdDateTime": SINCE}),
    );
    let some: Vec<u32> = cast.users.iter().copied().take(3).collect();
    wire(dir, outer, &[inner]);
    wire(dir, inner, &some);
    wire(dir, ring_a, &[ring_b]);
    wire(dir, ring_b, &[ring_a]);
    wire(dir, ring_b, &some);
    wire(dir, selfish, &[selfish]);
    wire(dir, mixed, cast.odd);
    wire(dir, mixed, cast.others);
    wire(dir, mixed, &cast.groups.iter().copied().take(1).collect::<Vec<_>>());
    wire(dir, hidden, &some);
    wire(dir, dynamic, &some);
}

fn wire(dir: &mut Directory, group: u32, members: &[u32]) {
    if let Some(object) = dir.get_mut(group) {
        object.members.extend_from_slice(members);
        object.members.sort_unstable();
        object.members.dedup();
    }
}

fn put(dir: &mut Directory, rng: &mut Rng, kind: Kind, values: &Value) -> u32 {
    let mut object = Object::new(rng.guid(), kind);
    for (name, value) in values.as_object().unwrap_or(&Map::new()) {
        if let Some(prop) = kind.prop(name) {
            let span = dir.pool.raw(&value.to_string());
            object.set(prop, span);
        }
    }
    dir.found(object)
}

fn people(domain: &str) -> Vec<Value> {
    let user = |name: &str, alias: &str| {
        json!({"displayName": name, "userPrincipalName": format!("{alias}@{domain}"), "userType": "Member",
            "accountEnabled": true, "mailNickname": alias, "createdDateTime": SINCE})
    };
    let with = |mut base: Value, more: Value| {
        if let (Some(base), Value::Object(more)) = (base.as_object_mut(), more) {
            base.extend(more);
        }
        base
    };
    let mail = |alias: &str| json!({"mail": format!("{alias}@{domain}"), "proxyAddresses": [format!("SMTP:{alias}@{domain}")]});
    let lic = |id: &str| {
        let licenses = [license(id)];
        json!({"assignedLicenses": licenses, "assignedPlans": plans_for(&licenses, &[], SINCE)})
    };
    let tenant = domain.replace('.', "");
    let guest = format!("anna_partner.example#EXT#@{tenant}.onmicrosoft.example");
    let lost = plans_for(&[], &plans_for(&[license(sku::E3)], &[], SINCE), SINCE);
    vec![
        json!({"displayName": "Anna Partner", "userPrincipalName": guest, "userType": "Guest",
            "accountEnabled": true, "creationType": "Invitation", "externalUserState": "Accepted",
            "mail": "anna@partner.example", "showInAddressList": false, "createdDateTime": SINCE,
            "otherMails": ["anna@partner.example"]}),
        json!({"displayName": "Eingeladener Gast", "userType": "Guest", "accountEnabled": true,
            "userPrincipalName": format!("gast_fern.example#EXT#@{tenant}.onmicrosoft.example"),
            "externalUserState": "PendingAcceptance", "creationType": "Invitation"}),
        with(with(user("Info", "info"), mail("info")), json!({"accountEnabled": false})),
        with(
            with(user("Besprechungsraum Zugspitze", "raum1"), mail("raum1")),
            json!({"accountEnabled": false}),
        ),
        with(with(user("Beamer 3", "beamer3"), mail("beamer3")), json!({"accountEnabled": false})),
        with(with(user("Erika Ausgeschieden", "erika"), lic(sku::E3)), json!({"accountEnabled": false})),
        with(user("Nur Apps", "nurapps"), lic(sku::APPS_ENTERPRISE)),
        with(user("Ohne Exchange", "ohneexchange"), lic(sku::APPS_BUSINESS)),
        user("Ohne Lizenz", "ohnelizenz"),
        with(
            with(user("Lizenz weg", "lizenzweg"), mail("lizenzweg")),
            json!({"assignedLicenses": [], "assignedPlans": lost}),
        ),
        with(with(user("Doppelt Klein", "doppelt"), mail("Doppelt")), lic(sku::BUSINESS_BASIC)),
        with(
            with(user("Doppelt Gross", "doppelt2"), json!({"mail": format!("DOPPELT@{domain}")})),
            lic(sku::BUSINESS_BASIC),
        ),
        with(with(user("Hybrid Vorort", "vorort"), mail("vorort")), json!({"onPremisesSyncEnabled": true})),
        with(
            with(user("Früher Hybrid", "frueher"), mail("frueher")),
            json!({"onPremisesSyncEnabled": false}),
        ),
        json!({"displayName": "Uraltes Konto", "userPrincipalName": format!("uralt@{domain}"),
            "accountEnabled": true}),
        with(user("$ammelkonto", "$ammelkonto"), json!({"mobilePhone": "kaputt", "businessPhones": ["n/a"]})),
        with(with(user("O'Brien \"Bob\" \\ Söhne", "obrien"), mail("o'brien")), lic(sku::F3)),
        with(
            with(user("Versteckt Müller", "versteckt"), mail("versteckt")),
            json!({"showInAddressList": false, "givenName": "Versteckt", "surname": "Müller"}),
        ),
    ]
}
