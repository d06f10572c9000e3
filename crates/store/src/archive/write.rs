//! Writing an archive: one snapshot, table by table, row by row; memory does not grow with the database.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

use flate2::Compression;
use flate2::write::GzEncoder;
use model::Timestamp;
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::{Class, End, FORMAT, Head, PACE, Step, TableHead, Watch, catalog};
use crate::cause::Said;
use crate::db::{Row, Tx, params};
use crate::error::{Result, StoreError};
use crate::migrate;
use crate::refusal::Refusal;
use crate::seal::{self, SEALED, hex};
use crate::store::Store;

/// What was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// Rows of each table.
    pub rows: BTreeMap<String, u64>,
    /// Ids of the keys that its credentials need.
    pub keys: Vec<String>,
}

impl Store {
    /// Writes the whole database as one archive.
    pub fn backup(&self, to: &mut dyn Write, now: Timestamp, watch: Watch<'_>) -> Result<Written> {
        self.db.read(|tx| {
            let keys = keys(tx)?;
            let tables = catalog(tx)?;
            let head = Head {
                whoswho_archive: FORMAT,
                schema: migrate::newest(),
                written_at: now.0,
                written_by: env!("CARGO_PKG_VERSION").to_owned(),
                keys: keys.clone(),
            };
            let mut lines = Lines::new(to);
            lines.json(&head)?;
            let mut rows = BTreeMap::new();
            for table in &tables {
                lines.json(table)?;
                let before = lines.rows;
                self::rows(tx, table, &mut lines, watch)?;
                rows.insert(table.table.clone(), lines.rows - before);
            }
            lines.end(rows.clone())?;
            Ok(Written { rows, keys })
        })
    }
}

/// Ids of the keys under which values are sealed.
fn keys(tx: &mut Tx<'_>) -> Result<Vec<String>> {
    let mut ids = BTreeSet::new();
    for table in SEALED {
        tx.for_each(&format!("SELECT credential FROM {table}"), params![], |row| {
            ids.extend(seal::key_of(row.blob(0)?));
            Ok(())
        })?;
    }
    Ok(ids.into_iter().collect())
}

fn rows(tx: &mut Tx<'_>, table: &TableHead, lines: &mut Lines<'_>, watch: Watch<'_>) -> Result<()> {
    let names: Vec<&str> = table.columns.iter().map(|(name, _)| name.as_str()).collect();
    let sql = format!("SELECT {} FROM {}", names.join(", "), table.table);
    tx.for_each(&sql, params![], |row| {
        lines.row(&table.columns, row)?;
        if lines.rows.is_multiple_of(PACE) {
            watch(Step::Saving { rows: lines.rows });
        }
        Ok(())
    })
}

/// Lines on their way into the file.
struct Lines<'w> {
    to: GzEncoder<io::BufWriter<&'w mut dyn Write>>,
    sum: Sha256,
    line: Vec<u8>,
    rows: u64,
}

impl<'w> Lines<'w> {
    fn new(to: &'w mut dyn Write) -> Self {
        let to = GzEncoder::new(io::BufWriter::new(to), Compression::fast());
        Self { to, sum: Sha256::new(), line: Vec::new(), rows: 0 }
    }

    fn json(&mut self, what: &impl Serialize) -> Result<()> {
        self.line.clear();
        serde_json::to_writer(&mut self.line, what).map_err(|e| unwritable(&e.into()))?;
        self.send()
    }

    fn row(&mut self, columns: &[(String, Class)], row: &Row<'_>) -> Result<()> {
        self.line.clear();
        self.line.push(b'[');
        for (at, (_, class)) in columns.iter().enumerate() {
            if at > 0 {
                self.line.push(b',');
            }
            self.cell(*class, row, at)?;
        }
        self.line.push(b']');
        self.rows += 1;
        self.send()
    }

    fn cell(&mut self, class: Class, row: &Row<'_>, at: usize) -> Result<()> {
        use base64::Engine as _;
        let written = match class {
            Class::Int => serde_json::to_writer(&mut self.line, &row.opt_int(at)?),
            Class::Text => serde_json::to_writer(&mut self.line, &row.opt_text(at)?),
            Class::Blob => {
                let text = row.opt_blob(at)?.map(|b| base64::engine::general_purpose::STANDARD.encode(b));
                serde_json::to_writer(&mut self.line, &text)
            }
        };
        written.map_err(|e| unwritable(&e.into()))
    }

    fn send(&mut self) -> Result<()> {
        self.line.push(b'\n');
        self.sum.update(&self.line);
        self.to.write_all(&self.line).map_err(|e| unwritable(&e))
    }

    fn end(mut self, rows: BTreeMap<String, u64>) -> Result<()> {
        let sha256 = hex(&self.sum.finalize_reset());
        self.json(&End { rows, sha256 })?;
        let inner = self.to.finish().and_then(|mut inner| inner.flush());
        inner.map_err(|e| unwritable(&e))
    }
}

fn unwritable(error: &io::Error) -> StoreError {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Refusal::NoRoom.into(),
        _ => Refusal::ArchiveUnwritable(Said::of(error)).into(),
    }
}
