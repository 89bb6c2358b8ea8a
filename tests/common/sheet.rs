//! A sheet in memory, with the changes that a person may make to it.

use std::collections::{BTreeMap, BTreeSet};

use huizong::place::parse_a1;

/// The value of a cell.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value {
    /// A number.
    Number(f64),
    /// Text.
    Text(String),
    /// A formula without its equals sign, and its stored result, if any.
    Formula(String, Option<f64>),
}

/// A block of cells. Rows and columns are zero-based; all bounds are inclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Range {
    /// First row.
    pub(crate) top: u32,
    /// First column.
    pub(crate) left: u32,
    /// Last row.
    pub(crate) bottom: u32,
    /// Last column.
    pub(crate) right: u32,
}

impl Range {
    /// Parses an address such as `D23:J23` or `D23`.
    pub(crate) fn parse(address: &str) -> Self {
        let (from, to) = address.split_once(':').unwrap_or((address, address));
        let corner = |text: &str| parse_a1(text).unwrap_or_else(|| panic!("no address: {address}"));
        let ((top, left), (bottom, right)) = (corner(from), corner(to));
        assert!(top <= bottom && left <= right, "a range runs down and to the right: {address}");
        Self { top, left, bottom, right }
    }

    /// Returns whether a cell is in the range.
    fn contains(&self, (row, column): (u32, u32)) -> bool {
        (self.top..=self.bottom).contains(&row) && (self.left..=self.right).contains(&column)
    }

    /// Returns whether two ranges have a cell in common.
    fn touches(&self, other: &Self) -> bool {
        self.top <= other.bottom && other.top <= self.bottom && self.left <= other.right && other.left <= self.right
    }

    /// Returns whether it is more than one cell and can be merged.
    fn is_wide(&self) -> bool {
        self.top < self.bottom || self.left < self.right
    }
}

/// A sheet: its cells, merges, hidden rows and columns, and the ranges of its tables.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Sheet {
    /// Its name.
    pub(crate) name: String,
    /// Cells by row and column.
    pub(crate) cells: BTreeMap<(u32, u32), Value>,
    /// Merged ranges.
    pub(crate) merged: Vec<Range>,
    /// Hidden rows.
    pub(crate) hidden_rows: BTreeSet<u32>,
    /// Hidden columns.
    pub(crate) hidden_columns: BTreeSet<u32>,
    /// Whether the sheet itself is hidden.
    pub(crate) hidden: bool,
    /// The ranges of the tables by id, headers included.
    pub(crate) tables: BTreeMap<String, Range>,
}

impl Sheet {
    /// Sets the value of a cell.
    pub(crate) fn set(&mut self, row: u32, column: u32, value: Value) {
        self.cells.insert((row, column), value);
    }

    /// Multiplies every number.
    pub(crate) fn multiply(&mut self, times: f64) {
        for value in self.cells.values_mut() {
            if let Value::Number(number) = value {
                *number *= times;
            }
        }
    }

    /// Sets a text in the first cell of a range and merges the range if it is more than one cell.
    pub(crate) fn label(&mut self, range: Range, text: &str) {
        self.set(range.top, range.left, Value::Text(text.to_owned()));
        self.join(range);
    }

    /// Merges a range if it is more than one cell. The values of its other cells stay in the file.
    pub(crate) fn join(&mut self, range: Range) {
        if range.is_wide() {
            self.merged.push(range);
        }
    }

    /// Empties a range; its merges stay.
    pub(crate) fn clear(&mut self, range: Range) {
        self.cells.retain(|place, _| !range.contains(*place));
    }

    /// Clears a range and merges it into one cell with a value. Merges that overlap the range are removed.
    pub(crate) fn merge(&mut self, range: Range, value: Value) {
        self.clear(range);
        self.merged.retain(|other| !other.touches(&range));
        self.set(range.top, range.left, value);
        self.join(range);
    }

    /// Deletes a row; the rows below move up, as in office programs.
    pub(crate) fn delete_row(&mut self, row: u32) {
        let up = |at: u32| if at > row { at - 1 } else { at };
        let kept = std::mem::take(&mut self.cells).into_iter().filter(|((at, _), _)| *at != row);
        self.cells = kept.map(|((at, column), value)| ((up(at), column), value)).collect();
        self.hidden_rows = self.hidden_rows.iter().filter(|at| **at != row).map(|at| up(*at)).collect();
        let gone = |range: &Range| range.top == row && range.bottom == row;
        let shrunk = |range: Range| Range {
            top: up(range.top),
            bottom: if range.bottom >= row { range.bottom - 1 } else { range.bottom },
            ..range
        };
        self.merged = self.merged.iter().filter(|range| !gone(range)).map(|range| shrunk(*range)).collect();
        self.merged.retain(Range::is_wide);
        self.tables = self.tables.iter().map(|(id, range)| (id.clone(), shrunk(*range))).collect();
    }

    /// Replaces every label by a text of its own, except the titles of tables.
    pub(crate) fn relabel(&mut self) {
        for (at, cell) in self.cells.values_mut().enumerate() {
            match cell {
                Value::Text(text) if !text.contains("情况") => *text = format!("自拟项目{at}"),
                _ => {}
            }
        }
    }

    /// Removes a table with its header. Its rows stay blank, so that the addresses below do not change.
    pub(crate) fn drop_table(&mut self, id: &str) {
        let range = self.tables.remove(id).unwrap_or_else(|| panic!("no table {id}"));
        self.clear(range);
        self.merged.retain(|other| !other.touches(&range));
    }
}
