//! Both languages are complete, differ, and have all that pages ask for (W12).

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::*;
use crate::routes::ROUTES;

/// Words that are the same in both languages.
const SAME: &[&str] = &["from-365", "plan-h", "session-browser", "when-day"];

#[test]
fn w12_both_files_are_read_without_a_fault() {
    for language in [Language::German, Language::English] {
        let read = FluentResource::try_new(language.source().to_owned());
        assert!(read.is_ok(), "{language:?}: {:?}", read.err().map(|(_, faults)| faults));
        let mut seen = BTreeSet::new();
        let keys = language.source().lines().filter_map(|line| line.split_once(" =").map(|(key, _)| key));
        let twice: Vec<_> = keys.filter(|key| is_key(key) && !seen.insert(*key)).collect();
        assert!(twice.is_empty(), "{language:?}: the later one would win: {twice:?}");
    }
}

#[test]
fn w12_no_text_is_missing_in_a_language_or_the_same_in_both() {
    let (german, english) = (written(Language::German), written(Language::English));
    let keys = |all: &BTreeMap<String, String>| all.keys().cloned().collect::<BTreeSet<_>>();
    let only: Vec<_> = keys(&german).symmetric_difference(&keys(&english)).cloned().collect();
    assert!(only.is_empty(), "in one language only: {only:?}");
    let same: Vec<_> = german
        .iter()
        .filter(|(key, text)| english.get(*key) == Some(text))
        .map(|(key, _)| key.as_str())
        .collect();
    assert_eq!(same, SAME, "the same in both languages");
}

#[test]
fn w12_every_text_that_is_asked_for_is_there_and_none_lies_idle() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (mut asked, mut quoted) = (BTreeSet::new(), BTreeSet::new());
    for file in files(&root.join("src")).into_iter().chain(files(&root.join("templates"))) {
        if file.ends_with("lang/tests.rs") {
            continue;
        }
        let text = std::fs::read_to_string(&file).unwrap();
        let parts: Vec<&str> = text.split('"').collect();
        for two in parts.windows(2).filter(|two| is_key(two[1])) {
            quoted.insert(two[1].to_owned());
            if [".s(", ".n(", ".x(", ".w(", ".nw("].iter().any(|call| two[0].ends_with(call)) {
                asked.insert(two[1].to_owned());
            }
        }
    }
    // What the audit log calls routes is made of their paths, and tested there.
    let deeds = ROUTES.iter().map(|route| crate::audit::key(route.path));
    quoted.extend(deeds.filter(|key| key.starts_with("audit-")));
    let there = written(Language::German).into_keys().collect::<BTreeSet<_>>();
    let idle: Vec<_> = there.difference(&quoted).collect();
    let missing: Vec<_> = asked.difference(&there).collect();
    assert!(asked.len() > 100 && missing.is_empty(), "not there: {missing:?}");
    assert!(idle.is_empty(), "nobody asks for: {idle:?}");
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut all = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { all.extend(files(&path)) } else { all.push(path) }
    }
    all
}

#[test]
fn a_browser_gets_the_language_that_it_likes_better() {
    for (header, expected) in [
        ("", Language::German),
        ("fr", Language::German),
        ("en-GB,en;q=0.9,de;q=0.8", Language::English),
        ("de-AT, en;q=0.9", Language::German),
        ("en;q=0.5, de;q=0.7", Language::German),
        ("en;q=x, de", Language::German),
    ] {
        assert_eq!(Language::accepted(header), expected, "{header}");
    }
}

#[test]
fn w12_numbers_are_set_apart_as_people_write_them() {
    assert_eq!(Language::German.number(12_480), "12.480");
    assert_eq!(Language::English.number(1_234_567), "1,234,567");
    assert_eq!(
        (Language::German.number(-1_000), Language::English.number(999)),
        ("−1.000".into(), "999".into())
    );
}

/// Names of Microsoft's portal, in English and in German, and the texts that send somebody to them.
const PORTAL: &[(&str, &str, &[&str])] = &[
    ("Directory (tenant) ID", "Verzeichnis-ID (Mandant)", &["connect-tenant-hint"]),
    ("Application (client) ID", "Anwendungs-ID (Client)", &["connect-client-hint"]),
    ("Overview", "Übersicht", &["connect-tenant-hint", "connect-where-app"]),
    ("App registrations", "App-Registrierungen", &["connect-where-app", "app-how-new"]),
    ("Certificates & secrets", "Zertifikate & Geheimnisse", &["connect-where-secrets"]),
    ("Client secrets", "Geheime Clientschlüssel", &["connect-where-new"]),
    ("New client secret", "Neuer geheimer Clientschlüssel", &["connect-where-new"]),
    ("Value", "Wert", &["connect-where-copy", "connect-secret-missing", "connect-secret-id"]),
    ("API permissions", "API-Berechtigungen", &["permissions-kind"]),
    ("Application permissions", "Anwendungsberechtigungen", &["permissions-kind"]),
    ("Grant admin consent", "Administratorzustimmung erteilen", &["permissions-consent"]),
    ("New registration", "Neue Registrierung", &["app-how-new"]),
    ("Authentication", "Authentifizierung", &["app-how-redirect-text"]),
    ("Redirect URIs", "Umleitungs-URIs", &["app-how-redirect-text"]),
    (
        "Global Administrator",
        "Globaler Administrator",
        &["consent-account", "connect-account", "consent-letter", "consent-not-admin"],
    ),
    (
        "Privileged Role Administrator",
        "Administrator für privilegierte Rollen",
        &["consent-account", "connect-account", "consent-letter", "consent-not-admin"],
    ),
    ("Enterprise applications", "Unternehmensanwendungen", &["consent-revoke", "consent-letter"]),
];

/// Whoever reads one language may have a portal in the other.
#[test]
fn s2_names_of_microsofts_portal_stand_in_both_languages_for_both() {
    for language in [Language::German, Language::English] {
        let texts = written(language);
        for (english, german, keys) in PORTAL {
            for key in *keys {
                let text = &texts[*key];
                assert!(text.contains(english) && text.contains(german), "{language:?} {key}: {text}");
            }
        }
        let kind = format!("{} {}", texts["app-how-kind"], texts["app-how-kind-text"]);
        for name in [
            "Accounts in any organizational directory",
            "Konten in einem beliebigen Organisationsverzeichnis",
        ] {
            assert!(kind.contains(name), "{language:?}: {kind}");
        }
    }
}
