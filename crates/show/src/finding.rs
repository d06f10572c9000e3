//! Findings: what is odd, about whom.

use std::collections::BTreeMap;

use model::SourceId;
use model::plan::{Finding, FindingKind};
use model::source::{Licence, MirrorUser, SourceUser};
use serde::Serialize;
use store::{Book, Result};

use super::products::product_name;
use super::words::{finding_on_pages, finding_text};
use crate::people::user_name;
use crate::texts::say;

/// A finding.
#[derive(Debug, Clone, Serialize)]
pub struct FindingJson {
    pub kind: &'static str,
    pub source_id: String,
    pub name: Option<String>,
    pub contact: Option<String>,
    pub others: Vec<String>,
    pub licences: Vec<String>,
    pub text: String,
}

/// Findings with the names of the people and groups that they are about.
pub fn findings(book: &Book, findings: &[Finding]) -> Result<Vec<FindingJson>> {
    told(book, findings, finding_text)
}

/// The same for pages, where nobody types commands.
pub fn findings_on_pages(book: &Book, findings: &[Finding]) -> Result<Vec<FindingJson>> {
    told(book, findings, finding_on_pages)
}

fn told(
    book: &Book,
    findings: &[Finding],
    text: fn(FindingKind) -> &'static str,
) -> Result<Vec<FindingJson>> {
    if findings.is_empty() {
        return Ok(Vec::new());
    }
    let known = Known::of(book, findings)?;
    Ok(findings.iter().map(|f| known.json(book, f, text(f.kind))).collect())
}

/// What is known of those whom findings are about.
#[derive(Default)]
struct Known {
    names: BTreeMap<SourceId, String>,
    users: BTreeMap<SourceId, MirrorUser>,
    products: BTreeMap<[u8; 16], Box<str>>,
}

impl Known {
    fn of(book: &Book, findings: &[Finding]) -> Result<Self> {
        let Some(connection) = book.connection()? else { return Ok(Self::default()) };
        let ids: Vec<SourceId> = findings.iter().map(|f| f.source.clone()).collect();
        let groups = book.mirror_groups(connection.id, &ids)?.into_iter();
        let users = book.mirror_users(connection.id, &ids)?;
        let of_users = users.iter().filter_map(|(id, m)| Some((id.clone(), user_name(&m.user)?)));
        let names = groups.map(|(id, (group, _))| (id, group.name.to_string())).chain(of_users).collect();
        Ok(Self { names, users, products: book.products(connection.id)? })
    }

    fn json(&self, book: &Book, finding: &Finding, text: &'static str) -> FindingJson {
        let user = self.users.get(&finding.source).map(|m| &m.user);
        let without = finding.kind == FindingKind::WithoutMailbox;
        let licences = user.filter(|_| without).map_or_else(Vec::new, |u| self.licences(u));
        FindingJson {
            kind: finding.kind.name(),
            source_id: finding.source.to_string(),
            name: self.names.get(&finding.source).cloned(),
            contact: finding.contact.map(|c| book.public_id(c).to_string()),
            others: finding.others.iter().map(SourceId::to_string).collect(),
            text: match user.map(|u| u.licence) {
                Some(Licence::None) if without => {
                    say!("{text}; without any licence", "{text}; ganz ohne Lizenz")
                }
                _ if licences.is_empty() => text.to_owned(),
                _ => say!("{text}; with {}", "{text}; mit {}", licences.join(", ")),
            },
            licences,
        }
    }

    /// The products whose names are known; without the permission to read them there are none (X11).
    fn licences(&self, user: &SourceUser) -> Vec<String> {
        let parts = user.skus.iter().filter_map(|sku| self.products.get(sku));
        parts.map(|part| product_name(part).to_owned()).collect()
    }
}

/// Names that a line of findings shows.
const SHOWN: usize = 3;

/// A line for each kind, with whom it is about.
pub fn findings_lines(findings: &[FindingJson]) -> Vec<String> {
    let mut by_text: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for f in findings {
        by_text.entry(&f.text).or_default().push(f.name.as_deref().unwrap_or(&f.source_id));
    }
    let line = |(text, who): (&str, Vec<&str>)| {
        let first = who.iter().take(SHOWN).copied().collect::<Vec<_>>().join(", ");
        match who.len().saturating_sub(SHOWN) {
            0 => say!("finding: {first}: {text}", "Hinweis: {first}: {text}"),
            more => say!(
                "finding: {first} and {more} more: {text}",
                "Hinweis: {first} und {more} weitere: {text}"
            ),
        }
    };
    by_text.into_iter().map(line).collect()
}
