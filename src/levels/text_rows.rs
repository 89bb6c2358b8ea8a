//! The rows of a CSV in `data/`, with cells accessed by column name.

use std::collections::BTreeMap;

use crate::message::Message;

/// A parsed table.
#[derive(Debug, Default)]
pub(super) struct TextRows {
    columns: BTreeMap<String, usize>,
    rows: Vec<csv::StringRecord>,
}

/// A row of a table.
#[derive(Debug, Clone, Copy)]
pub(super) struct NamedRow<'a> {
    columns: &'a BTreeMap<String, usize>,
    cells: &'a csv::StringRecord,
}

impl TextRows {
    /// Parses a table that has at least the columns `wanted`.
    ///
    /// # Errors
    /// A message that names the table.
    pub(super) fn parse(name: &str, bytes: &[u8], wanted: &[&str]) -> Result<Self, Message> {
        let mut reader = csv::Reader::from_reader(bytes);
        let header = reader.headers().map_err(|_| damaged_table(name))?;
        let columns: BTreeMap<String, usize> =
            header.iter().enumerate().map(|(at, column)| (column.to_owned(), at)).collect();
        if wanted.iter().any(|column| !columns.contains_key(*column)) {
            return Err(damaged_table(name));
        }
        let rows = reader.records().collect::<Result<Vec<_>, _>>().map_err(|_| damaged_table(name))?;
        Ok(Self { columns, rows })
    }

    /// Returns the rows.
    pub(super) fn rows(&self) -> impl Iterator<Item = NamedRow<'_>> {
        self.rows.iter().map(|cells| NamedRow { columns: &self.columns, cells })
    }
}

impl<'a> NamedRow<'a> {
    /// Returns the cell in a column; empty if there is no such column.
    pub(super) fn get(self, column: &str) -> &'a str {
        self.columns.get(column).and_then(|at| self.cells.get(*at)).unwrap_or("")
    }

    /// Returns the cells by column name.
    pub(super) fn by_column(self) -> BTreeMap<&'a str, &'a str> {
        self.columns.iter().map(|(name, at)| (name.as_str(), self.cells.get(*at).unwrap_or(""))).collect()
    }
}

/// Returns the message that a table is damaged.
pub(super) fn damaged_table(name: &str) -> Message {
    Message::new(format!("数据文件 data/{name} 已损坏"), format!("its data/{name} is damaged"))
}
