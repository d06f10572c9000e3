//! The documents tell the truth: every behaviour has its row, every test that a row names exists, and every dependency its
//! sentence.

#![expect(clippy::unwrap_used, reason = "a test that cannot read its own tree fails")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Behaviours by their letter and how many there are.
const BEHAVIOURS: [(char, u32); 5] = [('S', 12), ('A', 13), ('X', 12), ('O', 8), ('W', 17)];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

fn rows() -> Vec<String> {
    let text = fs::read_to_string(root().join("docs/behaviours.md")).unwrap();
    text.lines().filter(|line| line.starts_with("| ")).map(str::to_owned).collect()
}

#[test]
fn every_behaviour_has_one_row() {
    let rows = rows();
    for (letter, last) in BEHAVIOURS {
        for number in 1..=last {
            let start = format!("| {letter}{number} |");
            assert_eq!(
                rows.iter().filter(|row| row.starts_with(&start)).count(),
                1,
                "rows of {letter}{number}"
            );
        }
    }
}

#[test]
fn every_test_named_in_behaviours_exists() {
    let functions = functions();
    let missing: Vec<String> = rows()
        .iter()
        .flat_map(|row| row.split('`').skip(1).step_by(2))
        .filter(|name| is_test_name(name) && !functions.contains(*name))
        .map(str::to_owned)
        .collect();
    assert!(missing.is_empty(), "named in docs/behaviours.md but nowhere in crates/: {missing:#?}");
}

/// `s4_…`, `w12_…`: a behaviour's number in front.
fn is_test_name(name: &str) -> bool {
    let Some((number, rest)) = name.split_once('_') else { return false };
    let behaviour = BEHAVIOURS.iter().any(|(letter, last)| {
        let digits = number.strip_prefix(letter.to_ascii_lowercase());
        digits.and_then(|d| d.parse::<u32>().ok()).is_some_and(|n| (1..=*last).contains(&n))
    });
    behaviour && !rest.is_empty() && rest.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// Names of all functions in our crates.
fn functions() -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let mut folders = vec![root().join("crates")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == "rs") {
                let text = fs::read_to_string(&path).unwrap();
                names.extend(text.split("fn ").skip(1).map(name_at_start));
            }
        }
    }
    names
}

fn name_at_start(text: &str) -> String {
    text.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect()
}

#[test]
fn test_names_are_told_from_other_words() {
    assert!(is_test_name("s4_a_rename_is_an_update"));
    assert!(is_test_name("w17_silence_is_an_alarm"));
    for word in ["s13_x", "on_deleted", "s4", "w2_", "guard.count", "a3_x y"] {
        assert!(!is_test_name(word), "{word}");
    }
}

#[test]
fn every_dependency_has_its_sentence() {
    let manifest = fs::read_to_string(root().join("Cargo.toml")).unwrap();
    let section = manifest.split("[workspace.dependencies]").nth(1).unwrap().split("\n[").next().unwrap();
    let direct: BTreeSet<&str> = section
        .lines()
        .filter(|line| !line.starts_with('#') && !line.contains("path = \""))
        .filter_map(|line| line.split_once(" = ").map(|(name, _)| name))
        .collect();
    let page = fs::read_to_string(root().join("docs/decisions/0002-dependencies.md")).unwrap();
    let explained: BTreeSet<&str> = page
        .lines()
        .filter_map(|line| {
            line.strip_prefix("| `").and_then(|rest| rest.split_once("` |")).map(|(name, _)| name)
        })
        .collect();
    assert_eq!(direct, explained, "root Cargo.toml (left) and docs/decisions/0002-dependencies.md (right)");
}

/// Documents that exist in both languages.
const TWINS: [(&str, &str); 2] = [("docs/policy.md", "docs/de/policy.md"), ("docs/cli.md", "docs/de/cli.md")];

/// What the rows of a document's tables are about: the words in code of their first cell that are no placeholders.
fn subjects(document: &str) -> Vec<String> {
    let text = fs::read_to_string(root().join(document)).unwrap();
    let cells = text.lines().filter_map(|line| line.strip_prefix("| ")?.split(" |").next());
    let codes =
        cells.flat_map(|cell| cell.split('`').skip(1).step_by(2).map(str::to_owned).collect::<Vec<_>>());
    let is_word = |w: &&str| w.chars().any(char::is_lowercase);
    codes.map(|code| code.split_whitespace().filter(is_word).collect::<Vec<_>>().join(" ")).collect()
}

#[test]
fn german_and_english_documents_are_about_the_same_things() {
    for (english, german) in TWINS {
        let (left, right) = (subjects(english), subjects(german));
        assert!(left.len() > 10, "{english} has no tables any more");
        assert_eq!(left, right, "{english} (left) and {german} (right)");
    }
}

/// What makes a text for people out of a literal in one language only.
const ONE_LANGUAGE: [&str; 8] = [
    "usage(\"",
    "usage(format!(",
    "anyhow!(\"",
    "bail!(\"",
    "out::note(\"",
    "out::note(&format!(",
    "table(&[\"",
    "context(\"",
];

/// Whether a literal has words of its own, and not only values.
fn speaks(text: &str) -> bool {
    let literal = text.split('"').nth(1).unwrap_or_default();
    let outside = literal.split('{').map(|part| part.rsplit('}').next().unwrap_or_default());
    outside.flat_map(str::chars).any(char::is_alphabetic)
}

/// Texts that are made without the language: each place with what it says, all blanks left out.
fn literals_in_one_language(source: &str) -> Vec<String> {
    let code = source.split("#[cfg(test)]").next().unwrap();
    let dense: String = code.lines().filter(|l| !l.trim_start().starts_with("//")).collect();
    let dense: String = dense.chars().filter(|c| !c.is_whitespace()).collect();
    let found = ONE_LANGUAGE.iter().flat_map(|maker| dense.match_indices(maker));
    let text = |at: usize| dense[at..].chars().take(60).collect::<String>();
    found.map(|(at, _)| text(at)).filter(|text| speaks(text)).collect()
}

#[test]
fn a_literal_in_one_language_is_found_wherever_its_line_breaks() {
    let source = "// usage(\"x\")\nusage(\n  format!(\"no {x}\"))\nbail!(say!(\"a\", \"b\"))\nusage(pick(\"a\", \"b\"))";
    let found = literals_in_one_language(source);
    assert!(matches!(found.as_slice(), [one] if one.starts_with("usage(format!(")), "{found:?}");
}

#[test]
fn what_commands_say_is_said_in_both_languages() {
    let mut wrong = Vec::new();
    let mut folders = vec![root().join("crates/whoswho/src/cmd"), root().join("crates/show/src")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let found = literals_in_one_language(&fs::read_to_string(&path).unwrap());
                wrong.extend(found.into_iter().map(|text| format!("{}: {text}", path.display())));
            }
        }
    }
    assert!(wrong.is_empty(), "say!(english, german) or pick(english, german) instead: {wrong:#?}");
}
