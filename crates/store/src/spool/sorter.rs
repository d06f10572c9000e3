//! Sorts rows by key within a fixed amount of memory. What does not fit is written, sorted, to a file without a name that
//! vanishes with the process; at the end all sorted parts are merged.
//!
//! Rows with equal keys keep the order in which they came, and reading hands out only what counts: the last one that says
//! something.

use std::fs::File;
use std::io::{BufWriter, Read, Seek, SeekFrom, Write};
use std::path::PathBuf;
use std::sync::Arc;

use crate::cause::{Cause, Said};
use crate::error::{Result, StoreError};

/// Bytes written at once, and the most that is read at once from a part of the file.
const BUFFER: usize = 64 << 10;
/// Bytes that all parts of the file together read at once.
const READ: usize = 1 << 20;
/// Lengths and tag in front of a row: two of the keys, one of the payload.
const HEAD: usize = 9;

/// What a row says of its key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tag {
    /// It has this value.
    Value,
    /// It is gone.
    Gone,
    /// It is there; its value could not be read.
    Seen,
}

/// Takes rows in any order.
pub(crate) struct Sorter {
    limit: usize,
    folder: PathBuf,
    data: Vec<u8>,
    rows: Vec<Entry>,
    /// Rows that lie in the file.
    spilt: usize,
    parts: Vec<(u64, u64)>,
    file: Option<File>,
    end: u64,
}

/// A row in memory: the first bytes of its key, so that most comparisons need no more, and where it stands.
#[derive(Clone, Copy)]
struct Entry {
    prefix: u64,
    at: usize,
}

/// A row, borrowed.
#[derive(Clone, Copy)]
struct Raw<'r>(&'r [u8]);

impl<'r> Raw<'r> {
    /// The row that starts there, if it stands there whole.
    fn starting(bytes: &'r [u8]) -> Option<Self> {
        let head = bytes.get(..HEAD)?;
        let length = HEAD + number(head, 0..2)? + number(head, 2..4)? + number(head, 5..9)?;
        bytes.get(..length).map(Self)
    }

    fn keys(self) -> (&'r [u8], &'r [u8]) {
        let length = |range| number(self.0, range).unwrap_or_default();
        let (first, second) = (length(0..2), length(2..4));
        let part = |from: usize, n: usize| self.0.get(from..from + n).unwrap_or_default();
        (part(HEAD, first), part(HEAD + first, second))
    }

    fn tag(self) -> Tag {
        match self.0.get(4) {
            Some(0) => Tag::Value,
            Some(1) => Tag::Gone,
            Some(_) | None => Tag::Seen,
        }
    }

    fn payload(self) -> &'r [u8] {
        let (first, second) = self.keys();
        self.0.get(HEAD + first.len() + second.len()..).unwrap_or_default()
    }
}

fn number(bytes: &[u8], range: std::ops::Range<usize>) -> Option<usize> {
    Some(bytes.get(range)?.iter().fold(0, |sum, byte| sum << 8 | usize::from(*byte)))
}

fn prefix_of(key: &[u8]) -> u64 {
    let mut bytes = [0; 8];
    for (slot, byte) in bytes.iter_mut().zip(key) {
        *slot = *byte;
    }
    u64::from_be_bytes(bytes)
}

impl Sorter {
    /// An empty one that keeps about `limit` bytes in memory and the rest below `folder`.
    pub(crate) fn new(limit: usize, folder: PathBuf) -> Self {
        let (data, rows, parts) = (Vec::new(), Vec::new(), Vec::new());
        Self { limit, folder, data, rows, spilt: 0, parts, file: None, end: 0 }
    }

    /// Rows so far, of each key as many as came.
    pub(crate) fn rows(&self) -> usize {
        self.spilt + self.rows.len()
    }

    /// Hands over what is here and begins anew.
    pub(crate) fn take(&mut self) -> Self {
        let empty = Self::new(self.limit, self.folder.clone());
        std::mem::replace(self, empty)
    }

    /// Takes a row. Keys are compared part by part.
    pub(crate) fn push(&mut self, key: (&[u8], &[u8]), tag: Tag, payload: &[u8]) -> Result<()> {
        let too_long = |_| StoreError::Invalid("an id from Microsoft is longer than any id may be".into());
        let first = u16::try_from(key.0.len()).map_err(too_long)?;
        let second = u16::try_from(key.1.len()).map_err(too_long)?;
        let third = u32::try_from(payload.len()).map_err(too_long)?;
        if self.data.len() + self.rows.len() * size_of::<Entry>() >= self.limit {
            self.spill()?;
        }
        if self.data.capacity() == 0 {
            // Room that is not used costs nothing, room that grows is there twice for a moment.
            self.data.reserve_exact(self.limit);
        }
        self.rows.push(Entry { prefix: prefix_of(key.0), at: self.data.len() });
        self.data.extend_from_slice(&first.to_be_bytes());
        self.data.extend_from_slice(&second.to_be_bytes());
        self.data.push(match tag {
            Tag::Value => 0,
            Tag::Gone => 1,
            Tag::Seen => 2,
        });
        self.data.extend_from_slice(&third.to_be_bytes());
        self.data.extend_from_slice(key.0);
        self.data.extend_from_slice(key.1);
        self.data.extend_from_slice(payload);
        Ok(())
    }

    fn row(data: &[u8], at: usize) -> Option<Raw<'_>> {
        Raw::starting(data.get(at..)?)
    }

    fn sort(&mut self) {
        let data = &self.data;
        let keys = |entry: &Entry| Self::row(data, entry.at).map(Raw::keys);
        self.rows.sort_unstable_by(|a, b| {
            let by_key = a.prefix.cmp(&b.prefix).then_with(|| keys(a).cmp(&keys(b)));
            by_key.then_with(|| a.at.cmp(&b.at))
        });
    }

    /// Writes what is in memory to the file, sorted.
    fn spill(&mut self) -> Result<()> {
        self.sort();
        let file = match self.file.take() {
            Some(file) => file,
            None => tempfile::tempfile_in(&self.folder).map_err(|e| no_file(&e))?,
        };
        let (start, mut end) = (self.end, self.end);
        let mut to = BufWriter::with_capacity(BUFFER, &file);
        for entry in &self.rows {
            if let Some(row) = Self::row(&self.data, entry.at) {
                to.write_all(row.0).map_err(|e| no_file(&e))?;
                end += row.0.len() as u64;
            }
        }
        to.flush().map_err(|e| no_file(&e))?;
        drop(to);
        self.parts.push((start, end));
        self.end = end;
        self.file = Some(file);
        self.spilt += self.rows.len();
        self.data.clear();
        self.rows.clear();
        Ok(())
    }

    /// All rows by key.
    pub(crate) fn sorted(mut self) -> Result<Sorted> {
        if self.parts.is_empty() {
            self.sort();
        } else {
            // What is merged with a file needs no room of its own.
            self.spill()?;
            (self.data, self.rows) = (Vec::new(), Vec::new());
        }
        let mut parts = Vec::with_capacity(self.parts.len() + 1);
        if let Some(file) = self.file.take().map(Arc::new) {
            let read = (READ / self.parts.len().max(1)).min(BUFFER);
            for (at, end) in self.parts {
                let file = Arc::clone(&file);
                let mut part = FilePart { file, at, end, read, buffer: Vec::new(), start: 0 };
                part.fill()?;
                parts.push(Part::File(part));
            }
        }
        parts.push(Part::Memory { data: self.data, rows: self.rows, next: 0 });
        let mut sorted = Sorted { order: Vec::with_capacity(parts.len()), parts };
        (0..sorted.parts.len()).for_each(|part| sorted.enqueue(part));
        Ok(sorted)
    }
}

fn no_file(error: &std::io::Error) -> StoreError {
    match error.kind() {
        std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => StoreError::DiskFull,
        _ => StoreError::ReadOnly(Cause::NoSpool(Said::of(error))),
    }
}

/// A sorted part.
enum Part {
    Memory { data: Vec<u8>, rows: Vec<Entry>, next: usize },
    File(FilePart),
}

struct FilePart {
    file: Arc<File>,
    at: u64,
    end: u64,
    read: usize,
    buffer: Vec<u8>,
    start: usize,
}

impl FilePart {
    fn head(&self) -> Option<Raw<'_>> {
        Raw::starting(self.buffer.get(self.start..)?)
    }

    /// Reads on until a whole row stands in the buffer, or the part is at its end.
    fn fill(&mut self) -> Result<()> {
        while self.head().is_none() && self.at < self.end {
            self.buffer.drain(..self.start);
            self.start = 0;
            let held = self.buffer.len();
            let more = self.read.min(usize::try_from(self.end - self.at).unwrap_or(self.read));
            self.buffer.resize(held + more, 0);
            let into = self.buffer.get_mut(held..).unwrap_or_default();
            let mut file = &*self.file;
            file.seek(SeekFrom::Start(self.at)).map_err(|e| no_file(&e))?;
            file.read_exact(into).map_err(|e| no_file(&e))?;
            self.at += more as u64;
        }
        Ok(())
    }
}

impl Part {
    fn head(&self) -> Option<Raw<'_>> {
        match self {
            Self::Memory { data, rows, next } => Sorter::row(data, rows.get(*next)?.at),
            Self::File(part) => part.head(),
        }
    }

    fn advance(&mut self) -> Result<()> {
        match self {
            Self::Memory { next, .. } => {
                *next += 1;
                Ok(())
            }
            Self::File(part) => {
                part.start += part.head().map_or(0, |row| row.0.len());
                part.fill()
            }
        }
    }
}

/// Rows by key, each key once.
pub(crate) struct Sorted {
    parts: Vec<Part>,
    /// Parts that are not at their end, the one with the lowest key last; of those with equal keys the earliest.
    order: Vec<usize>,
}

/// A row, owned; its room is used again.
#[derive(Default)]
pub(crate) struct Record(Vec<u8>);

impl Record {
    pub(crate) fn keys(&self) -> (&[u8], &[u8]) {
        Raw(&self.0).keys()
    }

    pub(crate) fn tag(&self) -> Tag {
        Raw(&self.0).tag()
    }

    pub(crate) fn payload(&self) -> &[u8] {
        Raw(&self.0).payload()
    }
}

impl Sorted {
    /// The lowest key that is left.
    pub(crate) fn peek(&self) -> Option<(&[u8], &[u8])> {
        self.order.last().and_then(|part| self.keys(*part))
    }

    fn keys(&self, part: usize) -> Option<(&[u8], &[u8])> {
        self.parts.get(part).and_then(Part::head).map(Raw::keys)
    }

    /// Puts a part where its next row belongs.
    fn enqueue(&mut self, part: usize) {
        let Some(keys) = self.keys(part) else { return };
        let at = self.order.partition_point(|other| (self.keys(*other), *other) > (Some(keys), part));
        self.order.insert(at, part);
    }

    /// The next key with what counts of it: the last row that says more than that it is there. Answers whether there was one.
    pub(crate) fn next(&mut self, into: &mut Record) -> Result<bool> {
        let mut first = true;
        // Parts are in the order of time, and so are equal keys within one.
        while let Some(number) = self.order.last().copied() {
            let Some(part) = self.parts.get_mut(number) else { break };
            let Some(row) = part.head() else { break };
            if !first && row.keys() != into.keys() {
                break;
            }
            if first || row.tag() != Tag::Seen {
                into.0.clear();
                into.0.extend_from_slice(row.0);
            }
            first = false;
            part.advance()?;
            self.order.pop();
            self.enqueue(number);
        }
        Ok(!first)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Found = (Vec<u8>, Vec<u8>, Tag, Vec<u8>);

    fn all(from: Sorter) -> Vec<Found> {
        let (mut rows, mut record, mut found) = (from.sorted().unwrap(), Record::default(), Vec::new());
        while rows.next(&mut record).unwrap() {
            let (first, second) = record.keys();
            found.push((first.to_vec(), second.to_vec(), record.tag(), record.payload().to_vec()));
        }
        found
    }

    #[test]
    fn w6_rows_come_sorted_whatever_fits_into_memory_and_the_last_word_counts() {
        for limit in [0, 100, 3_000, 1 << 20] {
            let mut sorter = Sorter::new(limit, std::env::temp_dir());
            let mut expected = std::collections::BTreeMap::new();
            for n in 0_u32..2_000 {
                let key = (n.wrapping_mul(2_654_435_761) % 700).to_be_bytes();
                let second = [u8::try_from(n % 3).unwrap()];
                let tag = [Tag::Value, Tag::Gone, Tag::Seen][(n % 7 % 3) as usize];
                let payload = vec![7; (n % 300) as usize];
                sorter.push((&key, &second), tag, &payload).unwrap();
                let slot = expected.entry((key.to_vec(), second.to_vec()));
                let row = (tag, payload);
                match slot {
                    std::collections::btree_map::Entry::Vacant(slot) => drop(slot.insert(row)),
                    std::collections::btree_map::Entry::Occupied(mut slot) => {
                        if tag != Tag::Seen {
                            slot.insert(row);
                        }
                    }
                }
            }
            let expected: Vec<_> = expected.into_iter().map(|((a, b), (tag, p))| (a, b, tag, p)).collect();
            assert_eq!(all(sorter), expected, "with {limit} bytes");
        }
    }

    #[test]
    fn a_shorter_key_stands_before_a_longer_one_as_in_the_database() {
        let mut sorter = Sorter::new(1 << 20, std::env::temp_dir());
        for key in [&b"b"[..], b"ab", b"a", b"a\0"] {
            sorter.push((key, b""), Tag::Value, b"").unwrap();
        }
        let keys: Vec<Vec<u8>> = all(sorter).into_iter().map(|row| row.0).collect();
        assert_eq!(keys, [&b"a"[..], b"a\0", b"ab", b"b"]);
    }
}
