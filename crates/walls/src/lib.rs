//! The walls between the crates, kept by tests.
//!
//! *Is*: empty. Its tests read the workspace as cargo sees it and compare it with what ARCHITECTURE.md and docs/ say.
//! *Knows*: `cargo metadata` and the text of the documents.
//! *Never*: any of our crates; nothing depends on it.
