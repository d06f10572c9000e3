//! The walls: who may depend on whom, and what model and engine must never know.
//!
//! The table in ARCHITECTURE.md is the authority and is read here, so that it cannot drift from the tree. A crate may have
//! fewer arrows than its row allows, never more; a row whose crate does not exist yet is skipped.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test that cannot read its own tree fails"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use cargo_metadata::{DependencyKind, Metadata, MetadataCommand, PackageId};

/// The simulated tenant may be a dev-dependency of any crate.
const SIMULATOR: &str = "m365sim";
/// This crate stands outside the walls: nothing of ours, and nobody needs it.
const SELF: &str = "walls";
/// Pure crates, and what they must not reach even through others.
const PURE: [&str; 2] = ["model", "engine"];
const IMPURE: [&str; 9] =
    ["tokio", "sqlx", "reqwest", "hyper", "axum", "serde", "serde_core", "serde_json", "tracing"];

/// What a row of the table allows.
#[derive(Debug, PartialEq, Eq)]
enum Allowed {
    Everything,
    Only(BTreeSet<String>),
}

impl Allowed {
    fn allows(&self, name: &str) -> bool {
        match self {
            Self::Everything => name != SELF,
            Self::Only(names) => names.contains(name),
        }
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

/// The workspace as cargo resolves it for this machine. Cargo.lock must fit; cargo goes to the network only for packages
/// that were never downloaded.
fn metadata() -> Metadata {
    let options = ["--locked", "--filter-platform", "host-tuple"].map(str::to_owned);
    MetadataCommand::new().manifest_path(root().join("Cargo.toml")).other_options(options).exec().unwrap()
}

/// The rows below the heading “Walls” in ARCHITECTURE.md: the crates of the first column with our crates of the second.
fn table() -> BTreeMap<String, Allowed> {
    let text = fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    let section = text.split("\n## Walls").nth(1).expect("ARCHITECTURE.md has a section Walls");
    let section = section.split("\n## ").next().unwrap_or_default();
    let rows = section.lines().filter(|line| line.starts_with("| `"));
    rows.flat_map(|row| {
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        names(cells[1]).into_iter().map(move |name| (name, allowed(cells[2])))
    })
    .collect()
}

fn allowed(cell: &str) -> Allowed {
    if cell == "everything" {
        return Allowed::Everything;
    }
    let names = names(cell);
    assert!(!names.is_empty() || cell == "nothing", "neither crates nor “nothing”: {cell}");
    Allowed::Only(names)
}

/// The words in back-quotes.
fn names(cell: &str) -> BTreeSet<String> {
    cell.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

#[test]
fn the_table_is_read() {
    let table = table();
    assert_eq!(table.get("model"), Some(&Allowed::Only(BTreeSet::new())));
    assert_eq!(table.get(SIMULATOR), Some(&Allowed::Only(BTreeSet::new())));
    assert_eq!(table.get("whoswho"), Some(&Allowed::Everything));
    let engine = table.get("engine").expect("engine has a row");
    assert!(engine.allows("model") && !engine.allows("store"));
}

#[test]
fn every_arrow_between_our_crates_is_in_the_table() {
    let metadata = metadata();
    let table = table();
    let ours: BTreeSet<String> =
        metadata.workspace_packages().iter().map(|p| p.name.to_string()).filter(|n| n != SELF).collect();
    let mut wrong = Vec::new();
    for package in metadata.workspace_packages() {
        let name = package.name.to_string();
        let nothing = Allowed::Only(BTreeSet::new());
        let allowed = if name == SELF { Some(&nothing) } else { table.get(&name) };
        let Some(allowed) = allowed else {
            wrong.push(format!("{name} has no row"));
            continue;
        };
        for dependency in package.dependencies.iter().filter(|d| ours.contains(&d.name) || d.name == SELF) {
            let for_tests = dependency.kind == DependencyKind::Development && dependency.name == SIMULATOR;
            if dependency.name != name && !for_tests && !allowed.allows(&dependency.name) {
                wrong.push(format!("{name} → {} ({})", dependency.name, dependency.kind));
            }
        }
    }
    assert!(wrong.is_empty(), "not in the table of walls in ARCHITECTURE.md: {wrong:#?}");
}

#[test]
fn model_and_engine_know_no_io_async_or_serde() {
    let metadata = metadata();
    for name in PURE {
        let Some(package) = metadata.workspace_packages().into_iter().find(|p| p.name == name) else {
            continue;
        };
        let reached = closure(&metadata, &package.id);
        let found: Vec<&str> = IMPURE.into_iter().filter(|n| reached.contains(*n)).collect();
        assert!(found.is_empty(), "{name} reaches {found:?}; it must never know them");
    }
}

/// Names of everything that a package reaches through normal dependencies. What a macro reaches runs in the compiler and is no part
/// of any program.
fn closure(metadata: &Metadata, start: &PackageId) -> BTreeSet<String> {
    let resolve = metadata.resolve.as_ref().expect("cargo resolves dependencies");
    let mut seen = BTreeSet::from([start]);
    let mut next = vec![start];
    while let Some(id) = next.pop() {
        if metadata[id].targets.iter().any(cargo_metadata::Target::is_proc_macro) {
            continue;
        }
        let node = resolve.nodes.iter().find(|n| &n.id == id).expect("every package is a node");
        let normal =
            node.deps.iter().filter(|d| d.dep_kinds.iter().any(|k| k.kind == DependencyKind::Normal));
        next.extend(normal.map(|d| &d.pkg).filter(|pkg| seen.insert(pkg)));
    }
    seen.into_iter().map(|id| metadata[id].name.to_string()).collect()
}
