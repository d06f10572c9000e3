//! Findings on their way into a run's report: those of its read, numbered below zero, before those of its plan.

use std::collections::BTreeSet;

use model::ids::{ContactId, RunId, SourceId};
use model::plan::{Finding, FindingKind};

use super::Draft;
use crate::codec::Encoder;
use crate::db::{Bulk, Tx, Type, Verb};
use crate::error::Result;
use crate::lease::Lease;
use crate::store::Book;

const FINDING: Bulk = Bulk {
    table: "finding",
    columns: &[
        ("run", Type::Int),
        ("n", Type::Int),
        ("kind", Type::Text),
        ("source", Type::Blob),
        ("contact", Type::Int),
        ("others", Type::Blob),
    ],
    verb: Verb::Insert { on_conflict: "" },
};

impl Book {
    /// Adds findings of a run's read to its row, before those of its plan.
    pub fn note_findings(
        &self,
        lease: &Lease,
        run: RunId,
        kind: FindingKind,
        about: &BTreeSet<SourceId>,
    ) -> Result<()> {
        if about.is_empty() {
            return Ok(());
        }
        self.fenced(lease, |tx| {
            let mut bulk = tx.bulk(&FINDING)?;
            for (n, source) in (-(about.len() as i64)..0).zip(about) {
                bulk.row(|v| {
                    v.int(run.0);
                    v.int(n);
                    v.text(kind.name());
                    v.blob(source.as_bytes());
                    v.opt_int(None);
                    v.blob(&Encoder::new().bytes);
                })?;
            }
            bulk.finish().map(drop)
        })
    }
}

pub(super) fn write_findings<'f>(
    tx: &mut Tx<'_>,
    draft: &mut Draft,
    findings: impl Iterator<Item = &'f Finding>,
) -> Result<()> {
    let mut bulk = tx.bulk(&FINDING)?;
    for finding in findings {
        draft.findings += 1;
        let mut others = Encoder::new();
        finding.others.iter().for_each(|id| others.blob(id.as_bytes()));
        bulk.row(|v| {
            v.int(draft.run.0);
            v.int(draft.findings);
            v.text(finding.kind.name());
            v.blob(finding.source.as_bytes());
            v.opt_int(finding.contact.map(ContactId::get));
            v.blob(&others.bytes);
        })?;
    }
    bulk.finish().map(drop)
}
