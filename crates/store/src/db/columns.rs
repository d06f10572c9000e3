//! Rows of a bulk on their way to PostgreSQL: one array per column, or copied row by row.
//!
//! Texts and blobs of a column lie in one buffer that is kept between batches, so a row allocates nothing.

use std::ops::Range;

use postgres::binary_copy::BinaryCopyInWriter;
use postgres::types::{self, ToSql};
use postgres::{Client, Statement};

use super::bulk::Type;
use super::param::Param;
use crate::error::Result;

/// The columns of up to one batch.
pub(super) struct Columns(Vec<Column>);

enum Column {
    Int(Vec<Option<i64>>),
    Text { data: String, cells: Vec<Option<Range<usize>>> },
    Blob { data: Vec<u8>, cells: Vec<Option<Range<usize>>> },
}

impl Columns {
    /// Empty columns of these types.
    pub(super) fn of(columns: &[(&str, Type)]) -> Self {
        Self(columns.iter().map(|(_, ty)| Column::of(*ty)).collect())
    }

    /// Adds a value whose type was checked.
    pub(super) fn push(&mut self, column: usize, value: Param<'_>) {
        if let Some(column) = self.0.get_mut(column) {
            column.push(value);
        }
    }

    /// Whether there is no row.
    pub(super) fn is_empty(&self) -> bool {
        self.0.first().is_none_or(|column| column.len() == 0)
    }

    /// Runs the statement over all rows; answers how many it hit.
    pub(super) fn send(&self, client: &mut Client, statement: &Statement) -> Result<u64> {
        let arrays: Vec<Array<'_>> = self.0.iter().map(Column::array).collect();
        let arrays: Vec<&(dyn ToSql + Sync)> = arrays.iter().map(Array::value).collect();
        Ok(client.execute(statement, &arrays)?)
    }

    /// Copies all rows; answers how many.
    pub(super) fn copy(&self, client: &mut Client, statement: &Statement) -> Result<u64> {
        let types: Vec<types::Type> = self.0.iter().map(Column::ty).collect();
        let mut writer = BinaryCopyInWriter::new(client.copy_in(statement)?, &types);
        for row in 0..self.0.first().map_or(0, Column::len) {
            writer.write_raw(self.0.iter().map(|column| column.cell(row)))?;
        }
        Ok(writer.finish()?)
    }

    /// Forgets the rows, keeps the buffers.
    pub(super) fn clear(&mut self) {
        for column in &mut self.0 {
            match column {
                Column::Int(cells) => cells.clear(),
                Column::Text { data, cells } => {
                    data.clear();
                    cells.clear();
                }
                Column::Blob { data, cells } => {
                    data.clear();
                    cells.clear();
                }
            }
        }
    }
}

impl Column {
    fn of(ty: Type) -> Self {
        match ty {
            Type::Int => Self::Int(Vec::new()),
            Type::Text => Self::Text { data: String::new(), cells: Vec::new() },
            Type::Blob => Self::Blob { data: Vec::new(), cells: Vec::new() },
        }
    }

    fn push(&mut self, value: Param<'_>) {
        match (self, value) {
            (Self::Int(cells), Param::Int(value)) => cells.push(Some(value)),
            (Self::Text { data, cells }, Param::Text(value)) => {
                let start = data.len();
                data.push_str(value);
                cells.push(Some(start..data.len()));
            }
            (Self::Blob { data, cells }, Param::Blob(value)) => {
                let start = data.len();
                data.extend_from_slice(value);
                cells.push(Some(start..data.len()));
            }
            // NULL; a value of another type was refused before.
            (Self::Int(cells), _) => cells.push(None),
            (Self::Text { cells, .. } | Self::Blob { cells, .. }, _) => cells.push(None),
        }
    }

    fn ty(&self) -> types::Type {
        match self {
            Self::Int(_) => types::Type::INT8,
            Self::Text { .. } => types::Type::TEXT,
            Self::Blob { .. } => types::Type::BYTEA,
        }
    }

    fn len(&self) -> usize {
        match self {
            Self::Int(cells) => cells.len(),
            Self::Text { cells, .. } | Self::Blob { cells, .. } => cells.len(),
        }
    }

    fn cell(&self, row: usize) -> Param<'_> {
        let value = match self {
            Self::Int(cells) => cells.get(row).copied().flatten().map(Param::Int),
            Self::Text { data, cells } => range(cells, row).and_then(|at| data.get(at)).map(Param::Text),
            Self::Blob { data, cells } => range(cells, row).and_then(|at| data.get(at)).map(Param::Blob),
        };
        value.unwrap_or(Param::Null)
    }

    fn array(&self) -> Array<'_> {
        match self {
            Self::Int(cells) => Array::Int(cells),
            Self::Text { data, cells } => {
                Array::Text(cells.iter().map(|cell| data.get(cell.clone()?)).collect())
            }
            Self::Blob { data, cells } => {
                Array::Blob(cells.iter().map(|cell| data.get(cell.clone()?)).collect())
            }
        }
    }
}

fn range(cells: &[Option<Range<usize>>], row: usize) -> Option<Range<usize>> {
    cells.get(row)?.clone()
}

/// A column as the driver wants it.
enum Array<'a> {
    Int(&'a Vec<Option<i64>>),
    Text(Vec<Option<&'a str>>),
    Blob(Vec<Option<&'a [u8]>>),
}

impl Array<'_> {
    fn value(&self) -> &(dyn ToSql + Sync) {
        match self {
            Self::Int(cells) => *cells,
            Self::Text(cells) => cells,
            Self::Blob(cells) => cells,
        }
    }
}
