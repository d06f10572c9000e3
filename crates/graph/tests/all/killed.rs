//! The hook that crash tests use: the process ends at a given request, before it is sent.

use std::process::Command;

use crate::script::{Script, ok};

const KILL: &str = "WHOSWHO_TEST_KILL_AT_REQUEST";
const CHILD: &str = "GRAPH_TEST_IS_THE_CHILD";

#[test]
fn w15_a_process_can_be_killed_right_before_its_nth_request() {
    let this = std::env::current_exe().unwrap();
    let run = |at: &str| {
        let child = ["--exact", "killed::three_requests"];
        Command::new(&this).args(child).env(CHILD, "1").env(KILL, at).output().unwrap().status.success()
    };
    assert!(run("4"));
    assert!(!run("3"));
}

#[tokio::test]
async fn three_requests() {
    if std::env::var_os(CHILD).is_none() {
        return;
    }
    let script = Script::new(|_, _| ok(r#"{"value":[]}"#)).await;
    let client = script.client();
    for _ in 0..3 {
        client.subscribed_skus().await.unwrap();
    }
}
