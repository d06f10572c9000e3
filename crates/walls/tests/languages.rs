//! Texts that stand in the code, for command line and mails, are there in both languages and differ (W12); those of pages have files of
//! their own, which `web` compares.

#![expect(clippy::unwrap_used, reason = "a test that cannot read what it asked for fails")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Words that are the same in both languages.
const SAME: &[&str] = &["Name", "optional"];

/// Rust files below a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let found = entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] });
    found.filter(|path| path.extension().is_some_and(|end| end == "rs")).collect()
}

/// The string literal that begins here, as it is written, and what stands behind it.
fn literal(text: &str) -> Option<(&str, &str)> {
    let inner = text.trim_start().strip_prefix('"')?;
    let mut escaped = false;
    let end = inner.find(|c| {
        let ends = c == '"' && !escaped;
        escaped = c == '\\' && !escaped;
        ends
    })?;
    Some((inner.get(..end)?, inner.get(end + 1..)?))
}

/// English and German of each text in this code.
fn pairs(code: &str) -> Vec<(String, String)> {
    let begins = |call: &'static str| code.match_indices(call).map(move |(at, _)| at + call.len());
    let pair = |at: usize| {
        let (english, behind) = literal(code.get(at..)?)?;
        let (german, _) = literal(behind.trim_start().strip_prefix(',')?)?;
        Some((english.to_owned(), german.to_owned()))
    };
    begins("pick(").chain(begins("say!(")).filter_map(pair).collect()
}

/// A text without what is filled in.
fn bare(text: &str) -> String {
    let mut depth = 0_usize;
    let keep = |c: &char| {
        match c {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth == 0
    };
    text.chars().filter(keep).collect()
}

#[test]
fn w12_no_text_of_commands_and_mails_is_the_same_in_both_languages() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let (mut all, mut same) = (0, BTreeSet::new());
    for folder in ["show/src", "deliver/src", "whoswho/src"] {
        for file in files(&root.join(folder)) {
            for (english, german) in pairs(&std::fs::read_to_string(&file).unwrap()) {
                all += 1;
                let words = bare(&english).split(|c: char| !c.is_alphabetic()).any(|word| word.len() > 1);
                if english == german && words {
                    same.insert(english);
                }
                assert!(!german.is_empty() || !words, "{}: no German", file.display());
            }
        }
    }
    assert!(all > 500, "texts are found: {all}");
    let allowed: BTreeSet<String> = SAME.iter().map(|text| (*text).to_owned()).collect();
    assert_eq!(same, allowed, "the same in both languages");
}

#[test]
fn texts_are_read_as_they_are_written() {
    let code = "pick(\"a \\\"b\\\"\", \"c\"), say!(\n  \"d\",\n  \"d\"\n), pick(x, \"e\")";
    let read: Vec<(String, String)> = pairs(code);
    assert_eq!(read, [("a \\\"b\\\"".into(), "c".into()), ("d".into(), "d".into())]);
}
