//! Findings: what is odd, about whom.

use model::SourceId;
use model::plan::Finding;
use serde::Serialize;
use store::Book;

use super::words::finding_text;

/// A finding.
#[derive(Debug, Clone, Serialize)]
pub struct FindingJson {
    pub kind: &'static str,
    pub source_id: String,
    pub contact: Option<String>,
    pub others: Vec<String>,
    pub text: &'static str,
}

/// A finding as JSON.
pub fn finding(book: &Book, finding: &Finding) -> FindingJson {
    FindingJson {
        kind: finding.kind.name(),
        source_id: finding.source.to_string(),
        contact: finding.contact.map(|c| book.public_id(c).to_string()),
        others: finding.others.iter().map(SourceId::to_string).collect(),
        text: finding_text(finding.kind),
    }
}
