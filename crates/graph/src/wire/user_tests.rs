//! What becomes of users, from a page's text to the model.

use super::*;
use crate::wire::page::Sheet;
use model::source::Licence;

const ID: &str = "00000000-0000-4000-8000-000000000001";

fn sheet(items: &str) -> Sheet<UserChange> {
    let page = format!(r#"{{"@odata.context":"c","value":[{items}],"@odata.deltaLink":"https://g/d"}}"#);
    Sheet::read(page.as_bytes(), &MailboxPlans::default()).unwrap()
}

fn one(properties: &str) -> SourceUser {
    let item = format!(r#"{{"id":"{ID}","accountEnabled":true,{properties}}}"#);
    match sheet(&item).items.pop() {
        Some(UserChange::Upsert(user)) => *user,
        other => panic!("{other:?}"),
    }
}

#[test]
fn every_property_finds_its_place_cleaned() {
    let user = one(
        r#""userType":"Member","givenName":" Anna  Maria ","surname":"Mu\u0308ller","displayName":"Anna Müller",
        "mail":" Anna@X.example ","userPrincipalName":"anna@x.example","jobTitle":"Leiterin","department":"Vertrieb",
        "companyName":"X","officeLocation":"B 1","mobilePhone":"0171 1","businessPhones":["","+49 30 1"],
        "proxyAddresses":["SMTP:Anna@X.example","smtp:a@x.example","x500:/o=x","SIP:a@x.example","smtp:ANNA@x.example"],
        "assignedLicenses":[{"skuId":"f245ecc8-75af-4f8e-b61f-27d8114de5f3","disabledPlans":[]}],
        "assignedPlans":[{"capabilityStatus":"Enabled","servicePlanId":"9aaf7827-d63c-4b61-89c3-182f06f82e5c"}],
        "somethingNew":{"a":[1]}"#,
    );
    assert_eq!(user.first_name.as_deref(), Some("Anna Maria"));
    assert_eq!(user.last_name.as_deref(), Some("Müller"));
    assert_eq!(user.mail.as_deref(), Some("Anna@X.example"));
    assert_eq!(user.business_phone.as_deref(), Some("+49 30 1"));
    assert_eq!(user.aliases, ["a@x.example".into()]);
    assert_eq!((user.licence, user.skus.len()), (Licence::Mailbox, 1));
    let all = [&user.display_name, &user.upn, &user.job_title, &user.department, &user.company, &user.office];
    assert!(all.iter().all(|text| text.is_some()) && user.mobile.is_some());
}

#[test]
fn absent_and_null_are_no_value() {
    let null = one(r#""mail":null,"businessPhones":[],"assignedPlans":null,"userType":null"#);
    let absent = one(r#""displayName":null"#);
    assert_eq!(null, absent);
    assert_eq!((null.mail, null.kind, null.licence), (None, UserKind::Member, Licence::None));
}

#[test]
fn guests_are_known_by_type_or_by_name() {
    assert_eq!(one(r#""userType":"Guest""#).kind, UserKind::Guest);
    assert_eq!(one(r#""userPrincipalName":"a_b.example#EXT#@x.onmicrosoft.com""#).kind, UserKind::Guest);
}

#[test]
fn both_reasons_of_removal_are_told_apart() {
    let removed = |reason| format!(r#"{{"id":"{ID}","@removed":{{"reason":"{reason}"}}}}"#);
    let page = sheet(&[removed("changed"), removed("deleted"), removed("new")].join(","));
    let reasons = page.items.iter().filter_map(|item| match item {
        UserChange::Removed { reason, .. } => Some(*reason),
        UserChange::Upsert(_) => None,
    });
    assert_eq!(
        reasons.collect::<Vec<_>>(),
        [RemovedReason::Restorable, RemovedReason::Final, RemovedReason::Restorable]
    );
}

#[test]
fn w3_one_broken_person_spoils_no_page() {
    let good = format!(r#"{{"id":"{ID}","accountEnabled":true}}"#);
    let broken = [
        r#"{"accountEnabled":true,"displayName":"no id"}"#.to_owned(),
        r#"{"id":"x","accountEnabled":true}"#.to_owned(),
        r#"{"id":7}"#.to_owned(),
        "null".to_owned(),
        "[1]".to_owned(),
        format!(r#"{{"id":"{ID}","accountEnabled":true,"mail":{{"a":1}}}}"#),
        format!(r#"{{"id":"{ID}","accountEnabled":true,"proxyAddresses":"x"}}"#),
        format!(r#"{{"id":"{ID}","accountEnabled":"yes"}}"#),
        format!(r#"{{"id":"{ID}","@removed":true}}"#),
    ];
    let page = sheet(&format!("{good},{},{good}", broken.join(",")));
    assert_eq!((page.items.len(), page.malformed, page.unreadable.len()), (2, 9, 4));
}

#[test]
fn w3_a_person_whose_properties_are_hidden_is_unreadable_and_not_cleared() {
    let page = sheet(&format!(r#"{{"id":"{ID}","displayName":null,"accountEnabled":null}}"#));
    assert_eq!((page.items.len(), page.unreadable.len()), (0, 1));
}

#[test]
fn lone_surrogates_spoil_nothing() {
    let page = sheet(&format!(r#"{{"id":"{ID}","accountEnabled":true,"displayName":"A\ud83d B"}}"#));
    assert_eq!((page.items.len(), page.malformed), (1, 0));
}

#[test]
fn a_page_without_value_is_no_page() {
    let read = |body: &str| Sheet::<UserChange>::read(body.as_bytes(), &MailboxPlans::default()).is_err();
    assert!(read("{}") && read("<html>") && read("") && read(r#"{"value":[{"id":"#));
    assert!(read(r#"{"value":[]} trailing"#));
    assert!(!read(r#"{"value":[]}"#));
}

#[test]
fn microsofts_examples_of_mailboxes_read_as_documented() {
    let body = r#"{"value":[
        {"id":"00000000-0000-4000-8000-000000000002","accountEnabled":true,"assignedLicenses":[{"skuId":"s"}],
         "assignedPlans":[{"capabilityStatus":"Enabled","service":"exchange","servicePlanId":"113feb6c-3fe4-4440-bddc-54d774bf0318"}]},
        {"id":"00000000-0000-4000-8000-000000000004","accountEnabled":true,"assignedLicenses":[],
         "assignedPlans":[{"capabilityStatus":"Warning","service":"exchange","servicePlanId":"4a82b400-a79f-41a4-b4e2-e94f5787b113"}]}]}"#;
    let page = Sheet::<UserChange>::read(body.as_bytes(), &MailboxPlans::default()).unwrap();
    let licences = page.items.iter().map(|item| match item {
        UserChange::Upsert(user) => user.licence,
        UserChange::Removed { .. } => panic!("removed"),
    });
    assert_eq!(licences.collect::<Vec<_>>(), [Licence::WithoutMailbox, Licence::Mailbox]);
}
