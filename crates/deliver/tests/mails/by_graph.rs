//! Through Microsoft Graph, from a mailbox of the operator's own tenant.

use deliver::Problem;
use m365sim::{Fault, RetryAfter, Server, ServerOptions, TenantHandle, TenantSpec, UserSpec, World};
use mail_parser::MessageParser;
use secrecy::SecretString;
use serde_json::json;
use store::{MailServer, MailState, MailWay, NewOperatorApp, StoredCredential};

use super::support::{Bench, NOW, bench, round};

struct Cloud {
    _server: Server,
    tenant: TenantHandle,
}

/// The operator's tenant, whose app may send.
fn cloud(bench: &Bench) -> Cloud {
    let world = World::new(7);
    let tenant = world.add_tenant(&TenantSpec::empty("operator.example"));
    let mailbox = UserSpec {
        display_name: Some("Whoswho".into()),
        user_principal_name: Some("whoswho@operator.example".into()),
        mail: Some("whoswho@operator.example".into()),
        ..UserSpec::default()
    };
    tenant.add_user(mailbox);
    tenant.grant("Mail.Send");
    let server = Server::start(&world, &ServerOptions::default()).unwrap();
    let (tenant_id, client_id) = (tenant.id(), tenant.client_id());
    let (login_url, graph_url) = (server.login_url(), server.graph_url());
    let app = NewOperatorApp {
        tenant: &tenant_id,
        client_id: &client_id,
        login_url: &login_url,
        graph_url: &graph_url,
        credential: &StoredCredential::Secret(SecretString::from(tenant.client_secret())),
        credential_ends_at: None,
    };
    bench.store.set_operator_app(&app, NOW).unwrap();
    bench.by(&settings("whoswho@operator.example"), "");
    Cloud { _server: server, tenant }
}

fn settings(sender: &str) -> MailServer {
    MailServer {
        way: MailWay::Graph,
        sender: sender.into(),
        sender_name: "Betreiber".into(),
        has_password: false,
        changed_at: NOW,
    }
}

fn held(bench: &Bench) {
    bench.post("held_operations", &json!({"customer": "muster", "new": 3}), &["it@muster.example"]);
}

fn last(bench: &Bench) -> (MailState, String) {
    bench.states().pop().unwrap()
}

fn is(state: MailState, problem: Problem) -> (MailState, String) {
    (state, problem.code().to_owned())
}

#[test]
fn a_mail_goes_through_the_operators_tenant_with_text_and_html() {
    let bench = bench();
    let cloud = cloud(&bench);
    held(&bench);
    assert_eq!(bench.round(), round(1, 0, 0));
    let sent = cloud.tenant.sent_mails();
    assert_eq!((sent.len(), sent[0].sender.as_str()), (1, "whoswho@operator.example"));
    let message = MessageParser::default().parse(sent[0].message.as_bytes()).unwrap();
    assert_eq!(message.subject(), Some("Müster & Söhne: 3 Änderungen sind zurückgehalten"));
    assert_eq!(message.to().unwrap().first().unwrap().address(), Some("it@muster.example"));
    assert!(message.body_text(0).unwrap().contains("https://whoswho.example/c/muster/plan"));
    assert!(message.body_html(0).unwrap().contains("<html"));
}

#[test]
fn what_microsoft_refuses_is_told_apart_and_mails_wait_until_it_is_mended() {
    let bench = bench();
    let cloud = cloud(&bench);
    cloud.tenant.revoke("Mail.Send");
    held(&bench);
    assert_eq!(bench.round(), round(0, 1, 0));
    assert_eq!(last(&bench), is(MailState::Waiting, Problem::Permission));
    cloud.tenant.grant("Mail.Send");
    // A token tells what was granted when it was issued.
    cloud.tenant.expire_access_tokens();
    bench.wait(60);
    bench.by(&settings("nobody@operator.example"), "");
    assert_eq!(bench.round(), round(0, 1, 0));
    assert_eq!(last(&bench), is(MailState::Waiting, Problem::NoMailbox));
    bench.wait(60);
    bench.by(&settings("whoswho@operator.example"), "");
    cloud.tenant.expire_secret();
    cloud.tenant.expire_access_tokens();
    assert_eq!(bench.round(), round(0, 1, 0));
    assert_eq!(last(&bench), is(MailState::Waiting, Problem::Token));
    assert!(cloud.tenant.sent_mails().is_empty());
    bench.store.remove_operator_app().unwrap();
    bench.wait(60);
    assert_eq!(bench.round(), round(0, 1, 0), "there is no way, and the list says why");
    assert_eq!(last(&bench), is(MailState::Waiting, Problem::NoApp));
}

#[test]
fn microsoft_is_obeyed_and_what_may_have_been_sent_is_not_sent_again_by_itself() {
    let bench = bench();
    let cloud = cloud(&bench);
    cloud.tenant.faults(|faults| faults.next("sendMail", Fault::Throttled(RetryAfter::Seconds(30))));
    held(&bench);
    assert_eq!(bench.round(), round(0, 1, 0));
    assert_eq!(last(&bench), is(MailState::Waiting, Problem::Throttled));
    bench.wait(1);
    assert_eq!(bench.round(), round(1, 0, 0));
    cloud.tenant.faults(|faults| faults.next("sendMail", Fault::Cut));
    held(&bench);
    assert_eq!(bench.round(), round(0, 0, 1));
    assert_eq!(last(&bench).0, MailState::Unclear);
    bench.wait(60);
    assert_eq!(bench.round(), round(0, 0, 0));
    let mail = bench.mails().pop().unwrap();
    assert!(bench.store.send_again(mail.id, bench.now()).unwrap());
    assert_eq!(bench.round(), round(1, 0, 0), "a person decided");
    // Of what a dead process was sending nobody knows either.
    held(&bench);
    let mail = bench.mails().pop().unwrap();
    let until = model::Timestamp(bench.now().0 + 600_000);
    assert!(bench.store.take_mail(&mail, until, bench.now()).unwrap());
    bench.wait(11);
    assert_eq!(bench.round(), round(0, 0, 1));
    assert_eq!(last(&bench), is(MailState::Unclear, Problem::Broken));
}
