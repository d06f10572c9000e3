//! The test command: a build server leaves nothing out, and what comes through npm is pinned by its digest.

#![expect(clippy::unwrap_used, reason = "a test that cannot read its own tree fails")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

#[test]
fn a_build_server_does_not_leave_out_the_tests_in_the_browser() {
    for (offline, expected) in [("1", "WHOSWHO_TEST_OFFLINE is set"), ("", "Usage: ./test")] {
        let mut command = Command::new("bash");
        // Whatever else happens, an option that is none ends it at once.
        command.arg(root().join(".ci/run")).arg("--none").env("WHOSWHO_TEST_OFFLINE", offline);
        let output = command.output().unwrap();
        let told = String::from_utf8(output.stderr).unwrap();
        assert!(!output.status.success() && told.contains(expected), "{told}");
    }
}

#[test]
fn what_npm_fetches_has_its_digest_and_says_not_from_where() {
    let lock = fs::read_to_string(root().join("crates/browse/axe/package-lock.json")).unwrap();
    let packages = lock.matches("\"node_modules/").count();
    assert!(packages > 0 && lock.matches("\"integrity\": \"sha512-").count() == packages, "{lock}");
    assert!(
        !lock.contains("resolved") && !lock.contains("://"),
        "npm install --omit-lockfile-registry-resolved"
    );
}
