//! Connecting with a certificate instead of a secret.

use std::os::unix::fs::PermissionsExt;

use base64::Engine as _;
use serde_json::json;

use crate::support::{Office, asked, person};

/// Key and self-signed certificate, and another pair.
const OURS: &str = include_str!("../../../graph/tests/data/pkcs8.pem");
const OTHER: &str = include_str!("../../../graph/tests/data/other.pem");

fn certificate(pem: &str) -> Vec<u8> {
    let block = pem.split("-----BEGIN CERTIFICATE-----").nth(1).unwrap();
    let text: String = block.split("-----END").next().unwrap().split_whitespace().collect();
    base64::engine::general_purpose::STANDARD.decode(text).unwrap()
}

#[test]
fn s1_a_certificate_connects_runs_and_is_told_apart_when_it_is_the_wrong_one() {
    for office in Office::each("certificate") {
        let desk = &office.desk;
        let (ours, other) = (desk.file("ours.pem", OURS), desk.file("other.pem", OTHER));
        let with = |file: &str| office.connect_with("muster", &office.tenant, &["--certificate", file]);
        let told = with(&ours);
        assert_eq!(told.code, 4, "not uploaded yet: {}", told.out);
        assert!(told.out.contains("upload this certificate"), "{}", told.out);
        office.tenant.add_certificate(&certificate(OURS)).unwrap();
        let told = with(&other);
        assert_eq!(told.code, 4);
        assert!(
            told.out.contains("upload this certificate") && !told.out.contains("secret's value"),
            "{}",
            told.out
        );
        assert_eq!(desk.json(&["customer", "show", "muster"])["connected"], false);

        let told = with(&ours);
        assert_eq!(told.code, 0, "{}{}", told.out, told.err);
        assert!(desk.json(&["check", "muster"])["credential_ends_at"].is_string());
        std::fs::remove_file(&ours).unwrap();
        office.tenant.add_user(person("Anna", "Ast"));
        office.tenant.expire_access_tokens();
        desk.good(&["scope", "add", "muster", "all"]);
        assert_eq!(desk.json(&["sync", "muster"])["created"], json!(1));
        if desk.database.is_none() {
            let line = OURS.lines().nth(5).unwrap().as_bytes();
            for file in ["whoswho.db", "whoswho.db-wal"] {
                let all = std::fs::read(desk.data.join(file)).unwrap_or_default();
                assert!(!all.windows(line.len()).any(|w| w == line), "the key lies open in {file}");
            }
        }
    }
}

#[test]
fn s1_a_certificate_that_cannot_be_used_is_named_before_anything_is_sent() {
    let office = Office::open("certificate-files", &m365sim::TenantSpec::empty("muster.example"));
    let desk = &office.desk;
    let locked = desk.file("locked.pem", OURS);
    std::fs::set_permissions(&locked, std::fs::Permissions::from_mode(0o000)).unwrap();
    let parts = |pem: &str| {
        let key = pem.find("-----BEGIN PRIVATE KEY").unwrap();
        let certificate = pem.find("-----BEGIN CERTIFICATE").unwrap();
        let (first, second) = pem.split_at(key.max(certificate));
        if key < certificate {
            (first.to_owned(), second.to_owned())
        } else {
            (second.to_owned(), first.to_owned())
        }
    };
    let (key_only, certificate_only) = parts(OURS);
    let mixed = key_only.clone() + &parts(OTHER).1;
    let files = [
        (desk.data.join("missing.pem").to_str().unwrap().to_owned(), "missing.pem"),
        (desk.file("empty.pem", ""), "empty.pem"),
        (desk.file("text.pem", "my certificate"), "text.pem"),
        (desk.file("key-only.pem", &key_only), "key-only.pem"),
        (desk.file("certificate-only.pem", &certificate_only), "certificate-only.pem"),
        (desk.file("mixed.pem", &mixed), "mixed.pem"),
        (desk.data.to_str().unwrap().to_owned(), "directory"),
    ];
    for (file, names) in &files {
        let told = office.connect_with("muster", &office.tenant, &["--certificate", file]);
        assert_eq!(told.code, 2, "{file}: {}{}", told.out, told.err);
        assert!(told.err.to_lowercase().contains(names), "{file}: {}", told.err);
        assert!(!told.err.contains("BEGIN"), "no part of a key is repeated: {}", told.err);
    }
    // Whoever may read everything (root) reads this one too.
    if std::fs::read(&locked).is_err() {
        assert_eq!(office.connect_with("muster", &office.tenant, &["--certificate", &locked]).code, 2);
    }
    assert_eq!(asked(&office.tenant), 0);
}
