//! Tables of Word documents of all versions: rows of cells with columns, some merged with cells below.

use std::collections::{HashMap, HashSet};

use super::Grid;
use super::table_builder::TableBuilder;

/// A row under construction.
#[derive(Debug, Default)]
pub(super) struct PlacedRow {
    /// The first free column.
    pub(super) column: u32,
    /// Whether a tracked change deletes the row.
    pub(super) deleted: bool,
    /// Its cells, left to right.
    pub(super) cells: Vec<PlacedCell>,
}

/// A cell with its first column and column span.
#[derive(Debug)]
pub(super) struct PlacedCell {
    pub(super) column: u32,
    pub(super) columns: u32,
    pub(super) vertical: Vertical,
    pub(super) text: String,
}

/// A cell's part in a vertical merge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Vertical {
    #[default]
    None,
    Begins,
    Goes,
}

/// Converts the rows to a grid without deleted ones; `None` if it is wider than any sheet.
pub(super) fn grid(mut rows: Vec<PlacedRow>) -> Option<Grid> {
    rows.retain(|row| !row.deleted);
    let below = merged_below(&rows);
    let (mut table, mut begun) = (TableBuilder::default(), HashSet::new());
    for (row, below) in rows.into_iter().zip(below) {
        table.row(false);
        let mut goes_on = HashSet::new();
        for (cell, below) in row.cells.into_iter().zip(below) {
            // A continued merge that no cell above begins is ignored.
            let is_covered = cell.vertical == Vertical::Goes && begun.contains(&cell.column);
            let begins = cell.vertical == Vertical::Begins;
            if is_covered || begins {
                goes_on.insert(cell.column);
            }
            if !is_covered {
                table.seek(cell.column);
                table.cell(if begins { 1 + below } else { 1 }, cell.columns, cell.text);
            }
        }
        begun = goes_on;
    }
    table.finish()
}

/// Returns, for each cell, the number of rows below that continue a merge in its column.
fn merged_below(rows: &[PlacedRow]) -> Vec<Vec<u32>> {
    let (mut found, mut open) = (Vec::new(), HashMap::<u32, u32>::new());
    for row in rows.iter().rev() {
        let below = |cell: &PlacedCell| open.get(&cell.column).copied().unwrap_or(0);
        found.push(row.cells.iter().map(below).collect());
        let goes_on = row.cells.iter().filter(|cell| cell.vertical == Vertical::Goes);
        open = goes_on.map(|cell| (cell.column, below(cell) + 1)).collect();
    }
    found.reverse();
    found
}
