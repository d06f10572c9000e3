//! Findings: what is odd, about whom.

use std::collections::BTreeMap;

use model::SourceId;
use model::plan::Finding;
use serde::Serialize;
use store::{Book, Result};

use super::words::finding_text;
use crate::people::user_name;

/// A finding.
#[derive(Debug, Clone, Serialize)]
pub struct FindingJson {
    pub kind: &'static str,
    pub source_id: String,
    pub name: Option<String>,
    pub contact: Option<String>,
    pub others: Vec<String>,
    pub text: &'static str,
}

/// Findings with the names of the people and groups that they are about.
pub fn findings(book: &Book, findings: &[Finding]) -> Result<Vec<FindingJson>> {
    if findings.is_empty() {
        return Ok(Vec::new());
    }
    let names = names(book, findings)?;
    let of = |f: &Finding| FindingJson {
        kind: f.kind.name(),
        source_id: f.source.to_string(),
        name: names.get(&f.source).cloned(),
        contact: f.contact.map(|c| book.public_id(c).to_string()),
        others: f.others.iter().map(SourceId::to_string).collect(),
        text: finding_text(f.kind),
    };
    Ok(findings.iter().map(of).collect())
}

fn names(book: &Book, findings: &[Finding]) -> Result<BTreeMap<SourceId, String>> {
    let Some(connection) = book.connection()? else { return Ok(BTreeMap::new()) };
    let ids: Vec<SourceId> = findings.iter().map(|f| f.source.clone()).collect();
    let groups = book.mirror_groups(connection.id, &ids)?.into_iter();
    let users = book.mirror_users(connection.id, &ids)?.into_iter();
    let users = users.filter_map(|(id, m)| Some((id, user_name(&m.user)?)));
    Ok(groups.map(|(id, (group, _))| (id, group.name.to_string())).chain(users).collect())
}

/// Names that a line of findings shows.
const SHOWN: usize = 3;

/// A line for each kind, with whom it is about.
pub fn findings_lines(findings: &[FindingJson]) -> Vec<String> {
    let mut by_text: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for f in findings {
        by_text.entry(f.text).or_default().push(f.name.as_deref().unwrap_or(&f.source_id));
    }
    let line = |(text, who): (&str, Vec<&str>)| {
        let first = who.iter().take(SHOWN).copied().collect::<Vec<_>>().join(", ");
        match who.len().saturating_sub(SHOWN) {
            0 => format!("finding: {first}: {text}"),
            more => format!("finding: {first} and {more} more: {text}"),
        }
    };
    by_text.into_iter().map(line).collect()
}
