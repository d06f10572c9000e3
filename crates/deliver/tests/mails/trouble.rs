//! What goes wrong on the way, and what becomes of mails then.

use std::net::TcpListener;

use deliver::Problem;
use serde_json::json;
use store::{MailSecurity, MailServer, MailState, MailWay, Password};

use super::server::{PASSWORD, Smtp};
use super::support::{Bench, bench, benches, round};

fn held(bench: &Bench, to: &[&str]) {
    bench.post("held_operations", &json!({"customer": "muster", "new": 3}), to);
}

/// A port where nobody listens.
fn nobody() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

fn is(state: MailState, problem: Problem) -> (MailState, String) {
    (state, problem.code().to_owned())
}

#[test]
fn mails_wait_while_the_server_is_away_and_all_go_when_it_is_back() {
    for bench in benches() {
        let port = nobody();
        let way = MailWay::Smtp {
            host: "127.0.0.1".into(),
            port,
            security: MailSecurity::None,
            user: String::new(),
            root: String::new(),
        };
        let smtp = Smtp::plain();
        bench.by(&MailServer { way, ..smtp.settings() }, "");
        held(&bench, &["it@muster.example"]);
        held(&bench, &["desk@operator.example"]);
        assert_eq!(bench.round(), round(0, 1, 0), "{}: the second is not tried in vain", bench.name);
        let fresh = (MailState::Waiting, String::new());
        assert_eq!(bench.states(), [is(MailState::Waiting, Problem::NoConnection), fresh]);
        assert_eq!(bench.round(), round(0, 0, 0), "for a minute nothing is tried");
        bench.wait(1);
        assert_eq!(bench.round(), round(0, 1, 0));
        drop(smtp);
        let back = Smtp::start(MailSecurity::None, false, port);
        bench.wait(2);
        assert_eq!(bench.round(), round(2, 0, 0), "{}", bench.name);
        back.next();
        back.next();
        assert!(bench.states().iter().all(|(state, why)| *state == MailState::Sent && why.is_empty()));
    }
}

#[test]
fn a_wrong_password_keeps_mails_until_the_right_one_is_typed_and_then_they_go_at_once() {
    let smtp = Smtp::guarded(MailSecurity::StartTls);
    let bench = bench();
    bench.by(&smtp.settings(), "falsch");
    held(&bench, &["it@muster.example"]);
    assert_eq!(bench.round(), round(0, 1, 0));
    assert_eq!(bench.states(), [is(MailState::Waiting, Problem::SignIn)]);
    bench.tick();
    bench.store.set_mail_server(&smtp.settings(), &Password::Is(PASSWORD.into()), bench.now()).unwrap();
    assert_eq!(bench.round(), round(1, 0, 0));
    smtp.next();
}

#[test]
fn what_is_refused_for_now_is_tried_again_and_what_is_refused_for_good_is_given_up() {
    for bench in benches() {
        let smtp = Smtp::plain();
        bench.by(&smtp.settings(), "");
        held(&bench, &["busy-2@muster.example", "refused@muster.example", "it@muster.example"]);
        assert_eq!(bench.round(), round(1, 1, 1), "{}: one wrong address keeps nobody else", bench.name);
        assert_eq!(smtp.next().to(), "it@muster.example");
        let mails = bench.mails();
        assert_eq!((mails[0].why.as_str(), mails[1].why.as_str()), ("busy", "refused"));
        assert!(mails[0].said.contains("greylisted"), "{:?}", mails[0]);
        assert!(mails[1].said.contains("no such user here"), "{:?}", mails[1]);
        assert_eq!(bench.round(), round(0, 0, 0));
        bench.wait(1);
        assert_eq!(bench.round(), round(0, 1, 0));
        bench.wait(4);
        assert_eq!(bench.round(), round(0, 0, 0), "each wait is longer");
        bench.wait(1);
        assert_eq!(bench.round(), round(1, 0, 0));
        assert_eq!(smtp.next().to(), "busy-2@muster.example");
        assert!(bench.store.send_again(mails[1].id, bench.now()).unwrap());
        assert!(!bench.store.send_again(mails[2].id, bench.now()).unwrap(), "a sent one is not sent again");
        assert_eq!(bench.round(), round(0, 0, 1));
        bench.wait(8 * 1440);
        assert!(bench.store.send_again(mails[1].id, bench.now()).unwrap());
        assert_eq!(bench.round(), round(0, 0, 1));
        assert_eq!(bench.mails()[1].why, "refused", "{}: however old it is, it was tried", bench.name);
    }
}

#[test]
fn a_mail_that_came_twice_because_the_connection_broke_is_known_as_the_same_one() {
    let smtp = Smtp::plain();
    let bench = bench();
    bench.by(&smtp.settings(), "");
    held(&bench, &["cut-1@muster.example"]);
    assert_eq!(bench.round(), round(0, 1, 0));
    assert_eq!(bench.states(), [is(MailState::Waiting, Problem::Broken)]);
    bench.wait(1);
    assert_eq!(bench.round(), round(1, 0, 0));
    let (first, second) = (smtp.next(), smtp.next());
    assert_eq!(first.id(), second.id());
    let but_boundary = |raw: &str| {
        let boundary = raw.split("boundary=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
        raw.replace(&boundary, "-")
    };
    assert_eq!(but_boundary(first.raw()), but_boundary(second.raw()));
}

#[test]
fn w15_what_a_dead_process_was_sending_is_sent_by_another_one_and_of_two_at_work_only_one_sends() {
    for bench in benches() {
        let smtp = Smtp::plain();
        bench.by(&smtp.settings(), "");
        held(&bench, &["it@muster.example"]);
        let mail = bench.mails().remove(0);
        let until = model::Timestamp(bench.now().0 + 600_000);
        assert!(bench.store.take_mail(&mail, until, bench.now()).unwrap(), "and then it is killed");
        assert_eq!(bench.round(), round(0, 0, 0), "{}", bench.name);
        bench.wait(10);
        assert_eq!(bench.round(), round(1, 0, 0), "{}", bench.name);
        // What the dead one would say now counts no more.
        let late = ((mail.id, until), (MailState::Failed, bench.now()), ("broken", ""));
        bench.store.mail_is(late.0, late.1, late.2, bench.now()).unwrap();
        assert_eq!(bench.mails()[0].state, MailState::Sent);
        smtp.next();
        for n in 0..20 {
            held(&bench, &[&format!("n{n}@muster.example")]);
        }
        let other = bench.another_postman();
        let (one, two) = bench.runtime.block_on(async { tokio::join!(bench.postman.round(), other.round()) });
        assert_eq!(one.unwrap().sent + two.unwrap().sent, 20, "{}", bench.name);
        let mut to: Vec<_> = (0..20).map(|_| smtp.next().to().to_owned()).collect();
        to.sort();
        to.dedup();
        assert_eq!(to.len(), 20, "{}: each once", bench.name);
        assert!(smtp.is_quiet());
    }
}

#[test]
fn without_settings_mails_wait_and_after_five_days_they_are_given_up() {
    for bench in benches() {
        held(&bench, &["it@muster.example"]);
        assert_eq!(bench.round(), round(0, 0, 0));
        bench.wait(3 * 1440);
        held(&bench, &["it@muster.example"]);
        bench.wait(2 * 1440 + 1);
        assert_eq!(bench.round(), round(0, 0, 1), "{}", bench.name);
        let fresh = (MailState::Waiting, String::new());
        assert_eq!(bench.states(), [is(MailState::Failed, Problem::Late), fresh]);
        let smtp = Smtp::plain();
        bench.by(&smtp.settings(), "");
        assert_eq!(bench.round(), round(1, 0, 0));
        smtp.next();
    }
}

#[test]
fn nothing_goes_in_the_clear_where_tls_is_wanted_and_no_certificate_is_trusted_by_itself() {
    let smtp = Smtp::plain();
    let bench = bench();
    let with = |security, root: &str, port| MailServer {
        way: MailWay::Smtp {
            host: "127.0.0.1".into(),
            port,
            security,
            user: String::new(),
            root: root.into(),
        },
        ..smtp.settings()
    };
    bench.by(&with(MailSecurity::StartTls, "", smtp.port), "");
    held(&bench, &["it@muster.example"]);
    assert_eq!(bench.round(), round(0, 1, 0));
    assert_eq!(bench.states(), [is(MailState::Waiting, Problem::Tls)], "a server without STARTTLS");
    assert!(smtp.is_quiet());
    for mode in [MailSecurity::Tls, MailSecurity::StartTls] {
        let guarded = Smtp::start(mode, false, 0);
        bench.wait(60);
        bench.by(&with(mode, "", guarded.port), "");
        assert_eq!(bench.round(), round(0, 1, 0));
        assert_eq!(
            bench.states(),
            [is(MailState::Waiting, Problem::Tls)],
            "a certificate that nobody knows: {mode:?}"
        );
        bench.wait(60);
        bench.by(&with(mode, "no certificate", guarded.port), "");
        assert_eq!(bench.round(), round(0, 1, 0), "an authority that is none is trusted by nobody");
        assert!(guarded.is_quiet());
    }
}

#[test]
fn a_server_that_says_nothing_holds_up_one_mail_for_a_while_and_nobody_for_good() {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let bench = bench();
    let way = MailWay::Smtp {
        host: "127.0.0.1".into(),
        port: silent.local_addr().unwrap().port(),
        security: MailSecurity::None,
        user: String::new(),
        root: String::new(),
    };
    bench.by(&MailServer { way, ..Smtp::plain().settings() }, "");
    held(&bench, &["it@muster.example"]);
    assert_eq!(bench.round(), round(0, 1, 0));
    assert_eq!(bench.states(), [is(MailState::Waiting, Problem::Broken)]);
}

#[test]
fn w15_a_restored_copy_writes_to_nobody_by_itself() {
    for bench in benches() {
        let smtp = Smtp::plain();
        bench.by(&smtp.settings(), "");
        held(&bench, &["it@muster.example"]);
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("archive");
        bench.store.backup_to(&file, store::Existing::Keep, bench.now(), &|_| ()).unwrap();
        assert_eq!(bench.round(), round(1, 0, 0), "{}", bench.name);
        smtp.next();
        let order = store::Restore {
            from: file,
            kept_out: None,
            target: store::Target::Replace,
            credentials: store::Credentials::Keep,
        };
        bench.store.clone().restore(&order, &|_| ()).unwrap();
        assert_eq!(bench.round(), round(0, 0, 0), "{}", bench.name);
        assert_eq!(bench.states(), [is(MailState::Unclear, Problem::Restored)]);
    }
}
