//! Reading an archive: every line is handed over as it comes, and what comes is checked to the end.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

use flate2::bufread::GzDecoder;
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::{Class, End, FORMAT, Head, TableHead, trouble};
use crate::cause::FileAct;
use crate::error::{Result, StoreError};
use crate::migrate;
use crate::refusal::{Damage, Part, Refusal};
use crate::seal::hex;

/// What an archive says of itself.
#[derive(Debug, Clone)]
pub(super) struct Content {
    /// Its first line.
    pub head: Head,
    /// Rows in all.
    pub rows: u64,
    /// Checksum of its lines.
    pub sum: String,
}

/// Takes what is read. Errors end the reading.
pub(super) trait Visitor {
    /// A table begins.
    fn table(&mut self, table: &TableHead) -> Result<()>;
    /// One of its rows, as many cells as it has columns.
    fn row(&mut self, row: &[Cell]) -> Result<()>;
}

/// A value of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Cell {
    Null,
    Int(i64),
    Text(String),
    Blob(Vec<u8>),
}

/// Reads an archive to its end. That it is whole is known only when this has returned.
pub(super) fn read(path: &Path, visitor: &mut dyn Visitor) -> Result<Content> {
    let file = File::open(path).map_err(|e| trouble(FileAct::Open, path, &e))?;
    let mut reader = Reader {
        lines: BufReader::with_capacity(64 * 1024, GzDecoder::new(BufReader::with_capacity(64 * 1024, file))),
        path,
        sum: Sha256::new(),
        line: Vec::new(),
    };
    reader.whole(visitor)
}

struct Reader<'p> {
    lines: BufReader<GzDecoder<BufReader<File>>>,
    path: &'p Path,
    sum: Sha256,
    line: Vec<u8>,
}

impl Reader<'_> {
    fn whole(&mut self, visitor: &mut dyn Visitor) -> Result<Content> {
        let head = self.head()?;
        let mut counts: BTreeMap<String, u64> = BTreeMap::new();
        let mut columns: Vec<(String, Class)> = Vec::new();
        let (mut table, mut row) = (None, Vec::new());
        loop {
            let sum = self.sum.clone();
            self.next()?;
            if self.line.starts_with(b"[") {
                let Some(name) = &table else { return Err(self.damaged(Damage::Line)) };
                self.cells(&columns, &mut row)?;
                if let Some(count) = counts.get_mut(name) {
                    *count += 1;
                }
                visitor.row(&row)?;
            } else if self.line.starts_with(b"{\"table\"") {
                let next: TableHead = self.json()?;
                visitor.table(&next)?;
                counts.insert(next.table.clone(), 0);
                columns = next.columns;
                table = Some(next.table);
            } else {
                let end: End = self.json()?;
                let sum = hex(&sum.finalize());
                if end.sha256 != sum || end.rows != counts {
                    return Err(self.damaged(Damage::Checksum));
                }
                self.nothing_more()?;
                return Ok(Content { head, rows: counts.values().sum(), sum });
            }
        }
    }

    fn head(&mut self) -> Result<Head> {
        self.next()?;
        let format = serde_json::from_slice::<Value>(&self.line).ok();
        match format.as_ref().and_then(|head| head.get("whoswho_archive")).and_then(Value::as_i64) {
            None => {
                return Err(Refusal::NoArchive(self.path.display().to_string()).into());
            }
            Some(format) if format > FORMAT => return Err(self.newer(Part::Format, format, FORMAT)),
            Some(_) => {}
        }
        let head: Head = self.json()?;
        if head.schema > migrate::newest() {
            return Err(self.newer(Part::Database, head.schema, migrate::newest()));
        }
        Ok(head)
    }

    fn newer(&self, of: Part, found: i64, known: i64) -> StoreError {
        Refusal::NewerArchive { file: self.path.display().to_string(), of, found, known }.into()
    }

    /// Reads the next line, without its end.
    fn next(&mut self) -> Result<()> {
        self.line.clear();
        match self.lines.read_until(b'\n', &mut self.line) {
            Ok(_) if self.line.last() == Some(&b'\n') => {
                self.sum.update(&self.line);
                self.line.pop();
                Ok(())
            }
            Ok(_) => Err(self.damaged(Damage::Short)),
            Err(error) => match error.kind() {
                // What is no gzip at all fails at its first bytes, or has not even as many.
                std::io::ErrorKind::InvalidInput
                | std::io::ErrorKind::InvalidData
                | std::io::ErrorKind::UnexpectedEof
                    if self.lines.get_ref().header().is_none() =>
                {
                    Err(Refusal::NoArchive(self.path.display().to_string()).into())
                }
                std::io::ErrorKind::UnexpectedEof => Err(self.damaged(Damage::Short)),
                std::io::ErrorKind::InvalidInput | std::io::ErrorKind::InvalidData => {
                    Err(self.damaged(Damage::Packing))
                }
                _ => Err(trouble(FileAct::Read, self.path, &error)),
            },
        }
    }

    /// Behind the last line comes only gzip's own checksum.
    fn nothing_more(&mut self) -> Result<()> {
        match self.lines.read(&mut [0]) {
            Ok(0) => {}
            Ok(_) => return Err(self.damaged(Damage::Behind)),
            Err(_) => return Err(self.damaged(Damage::Checksum)),
        }
        match self.lines.get_mut().get_mut().read(&mut [0]) {
            Ok(0) => Ok(()),
            Ok(_) | Err(_) => Err(self.damaged(Damage::Behind)),
        }
    }

    fn json<T: serde::de::DeserializeOwned>(&self) -> Result<T> {
        serde_json::from_slice(&self.line).map_err(|_| self.damaged(Damage::Line))
    }

    fn cells(&self, columns: &[(String, Class)], row: &mut Vec<Cell>) -> Result<()> {
        let values: Vec<Value> = self.json()?;
        row.clear();
        if values.len() != columns.len() {
            return Err(self.damaged(Damage::Line));
        }
        for (value, (_, class)) in values.into_iter().zip(columns) {
            row.push(cell(value, *class).ok_or_else(|| self.damaged(Damage::Line))?);
        }
        Ok(())
    }

    fn damaged(&self, why: Damage) -> StoreError {
        Refusal::DamagedArchive { file: self.path.display().to_string(), why }.into()
    }
}

fn cell(value: Value, class: Class) -> Option<Cell> {
    use base64::Engine as _;
    match (class, value) {
        (_, Value::Null) => Some(Cell::Null),
        (Class::Int, Value::Number(number)) => number.as_i64().map(Cell::Int),
        (Class::Text, Value::String(text)) => Some(Cell::Text(text)),
        (Class::Blob, Value::String(text)) => {
            base64::engine::general_purpose::STANDARD.decode(text).ok().map(Cell::Blob)
        }
        (Class::Int | Class::Text | Class::Blob, _) => None,
    }
}
