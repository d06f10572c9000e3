//! Writes the third column of docs/behaviours.md anew from the tests in the tree: `cargo run -p walls --example behaviours`.
//!
//! The fourth column stays as people wrote it; only the bare word `missing` gives way where tests have appeared.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// What the fourth column says until somebody has judged the tests.
const UNJUDGED: &str = "from tenant to output";

/// Test names by the behaviour's number in lower case (`s4`).
type Tests = BTreeMap<String, BTreeSet<String>>;

fn main() -> io::Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut tests = Tests::new();
    collect(&root.join("crates"), &mut tests)?;
    let page = root.join("docs/behaviours.md");
    let text = fs::read_to_string(&page)?;
    let lines: Vec<String> = text.lines().map(|line| renewed(line, &tests)).collect();
    fs::write(page, lines.join("\n") + "\n")
}

/// Gathers tests below a folder: functions that follow an attribute, with a behaviour's number in front.
fn collect(folder: &Path, tests: &mut Tests) -> io::Result<()> {
    let mut entries: Vec<PathBuf> =
        fs::read_dir(folder)?.map(|e| e.map(|e| e.path())).collect::<Result<_, _>>()?;
    entries.sort();
    for path in entries {
        if path.is_dir() {
            collect(&path, tests)?;
        } else if path.extension().is_some_and(|e| e == "rs") {
            for after in fs::read_to_string(&path)?.split("fn ").skip(1) {
                let name: String = after.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
                if let Some(number) = number(&name) {
                    tests.entry(number.to_owned()).or_default().insert(name);
                }
            }
        }
    }
    Ok(())
}

/// `s4` of `s4_a_rename_is_an_update`.
fn number(name: &str) -> Option<&str> {
    let (number, rest) = name.split_once('_')?;
    let digits = number.strip_prefix(['s', 'a', 'x', 'o', 'w'])?;
    let good = !digits.is_empty() && digits.chars().all(|c| c.is_ascii_digit()) && !rest.is_empty();
    good.then_some(number)
}

/// A row with its tests; any other line as it is.
fn renewed(line: &str, tests: &Tests) -> String {
    let cells: Vec<&str> = line.split('|').map(str::trim).collect();
    let [_, row, text, _, missing, _] = cells.as_slice() else { return line.to_owned() };
    let known = tests.get(&row.to_lowercase());
    if known.is_none() && number(&format!("{}_x", row.to_lowercase())).is_none() {
        return line.to_owned();
    }
    let shown: Vec<String> = known.into_iter().flatten().map(|name| format!("`{name}`")).collect();
    let missing = match (*missing, shown.is_empty()) {
        ("missing", false) => UNJUDGED,
        (UNJUDGED, true) => "missing",
        (as_written, _) => as_written,
    };
    let cell = |text: &str| if text.is_empty() { " ".to_owned() } else { format!(" {text} ") };
    format!("| {row} | {text} |{}|{}|", cell(&shown.join("<br>")), cell(missing))
}
