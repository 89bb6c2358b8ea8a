//! A sheet or table: its non-empty cells with their places, and what is merged or hidden.

use std::collections::BTreeMap;
use std::ops::{Range, RangeInclusive};
use std::sync::Arc;

use compact_str::CompactString;

use super::number_format::DisplayedNumber;
use crate::amount;
use crate::place::{Place, Spot};

/// The kind of a cell's content. Empty cells are not stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CellKind {
    /// Text, as typed.
    Text,
    /// A number in a workbook. The text is its decimal form with fifteen significant digits.
    Number,
    /// A date or a time. The text is in ISO form.
    Date,
    /// An error value such as `#REF!`.
    Error,
    /// A truth value.
    Boolean,
    /// A formula without a stored result. The text is empty.
    NoResult,
}

/// A non-empty cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    /// Row, from zero.
    pub row: u32,
    /// Column, from zero.
    pub column: u32,
    /// The kind of its content.
    pub kind: CellKind,
    /// Its text, unchanged.
    pub text: CompactString,
    /// Its formula, without the equals sign.
    pub formula: Option<CompactString>,
}

/// Cells merged into one. All bounds are inclusive and count from zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Region {
    /// First row.
    pub top: u32,
    /// First column.
    pub left: u32,
    /// Last row.
    pub bottom: u32,
    /// Last column.
    pub right: u32,
}

impl Region {
    /// Returns whether the cell is in the region.
    #[must_use]
    pub fn contains(&self, row: u32, column: u32) -> bool {
        (self.top..=self.bottom).contains(&row) && (self.left..=self.right).contains(&column)
    }
}

/// The cell at which a page of a table begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PageStart {
    /// First row of the grid on the page, from zero.
    pub row: u32,
    /// First column of the grid on the page, from zero. It is not the first one on a page with further columns.
    pub column: u32,
    /// The page number, from one.
    pub page: u32,
    /// The number of that row within the page, from zero. Repeated headers count here, although they are no rows of the
    /// grid.
    pub number: u32,
}

/// A sheet, or a table of a document.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Grid {
    /// The sheet's name; empty if there is none.
    pub name: Arc<str>,
    /// Whether the sheet itself is hidden.
    pub hidden: bool,
    /// Merged regions.
    pub merged: Vec<Region>,
    /// Hidden rows, sorted.
    pub hidden_rows: Vec<u32>,
    /// Hidden columns, sorted.
    pub hidden_columns: Vec<u32>,
    /// The number of the table in the document, from one; `None` for a sheet.
    pub table: Option<u32>,
    /// In a table of a document: the first and last column of each cell in each row, including blank cells, in order.
    pub laid: Vec<Vec<(u32, u32)>>,
    /// In a table of a document with pages: where each page begins, by row and column. Empty otherwise.
    pub pages: Vec<PageStart>,
    /// Whether cells have types, as in workbooks, so that a number stored as text is unusual.
    pub typed: bool,
    /// Numbers that their number format shows differently, by row and column.
    pub shown: BTreeMap<(u32, u32), DisplayedNumber>,
    /// Whether the workbook requires formulas to be computed when it is opened, so that results stored as 0 are not
    /// results.
    pub recalculates: bool,
    cells: Vec<Cell>,
}

/// Number of cells that are scanned in order before a binary search.
const NEAR: usize = 16;

impl Grid {
    /// Creates a grid of these cells. If several have the same place the last wins, as in spreadsheet programs.
    #[must_use]
    pub fn new(name: &str, mut cells: Vec<Cell>) -> Self {
        let place = |cell: &Cell| (cell.row, cell.column);
        if !cells.is_sorted_by(|one, next| place(one) < place(next)) {
            cells.sort_by_key(place);
            cells.reverse();
            cells.dedup_by_key(|cell| place(cell));
            cells.reverse();
        }
        Self { name: name.into(), cells, ..Self::default() }
    }

    /// Returns all cells, row by row.
    #[must_use]
    pub fn cells(&self) -> &[Cell] {
        &self.cells
    }

    /// Returns the cells of one row, left to right.
    #[must_use]
    pub fn row(&self, row: u32) -> &[Cell] {
        let start = self.cells.partition_point(|cell| cell.row < row);
        let end = start + self.cells[start..].partition_point(|cell| cell.row == row);
        &self.cells[start..end]
    }

    /// Returns a copy with only the cells in these columns.
    #[must_use]
    pub fn part(&self, columns: &RangeInclusive<u32>) -> Self {
        let cells = self.cells.iter().filter(|cell| columns.contains(&cell.column)).cloned().collect();
        let merged = self.merged.iter().filter(|region| columns.contains(&region.left)).copied().collect();
        Self { merged, cells, ..self.clone() }
    }

    /// Returns the non-empty rows of a range, each as its cells.
    pub fn rows(&self, range: &Range<u32>) -> impl Iterator<Item = &[Cell]> {
        let before = |row: u32| self.cells.partition_point(|cell| cell.row < row);
        self.cells[before(range.start)..before(range.end)].chunk_by(|a, b| a.row == b.row)
    }

    /// Returns the cells of one row from `left` to `right`, inclusive, as a half-open range of positions in
    /// [`Self::cells`].
    #[must_use]
    pub fn between(&self, row: u32, left: u32, right: u32) -> (usize, usize) {
        let start = self.cells.partition_point(|cell| (cell.row, cell.column) < (row, left));
        let here = self.cells[start..].iter().take_while(|cell| cell.row == row && cell.column <= right);
        (start, start + here.count())
    }

    /// Returns the cells of a region, row by row.
    pub fn within(&self, region: Region) -> impl Iterator<Item = &Cell> {
        let mut at = 0;
        (region.top..=region.bottom).flat_map(move |row| {
            at += before(&self.cells[at..], (row, region.left));
            let here = self.cells[at..].iter();
            here.take_while(move |cell| cell.row == row && cell.column <= region.right)
        })
    }

    /// Returns the cell at a place; `None` if it is empty.
    #[must_use]
    pub fn cell(&self, row: u32, column: u32) -> Option<&Cell> {
        let found = self.cells.binary_search_by_key(&(row, column), |cell| (cell.row, cell.column));
        found.ok().map(|index| &self.cells[index])
    }

    /// Returns the texts of the grid row by row, including empty cells and rows.
    #[must_use]
    pub fn texts(&self) -> Vec<Vec<String>> {
        let mut rows: Vec<Vec<String>> = Vec::new();
        for cell in &self.cells {
            let (row, column) = (cell.row as usize, cell.column as usize);
            if rows.len() <= row {
                rows.resize(row + 1, Vec::new());
            }
            if rows[row].len() <= column {
                rows[row].resize(column + 1, String::new());
            }
            cell.text.as_str().clone_into(&mut rows[row][column]);
        }
        rows
    }

    /// Drops cells that are covered by a merged region. Programs show only the first cell of a region; the others are
    /// leftovers of copied formats or of a library.
    pub(super) fn drop_covered(&mut self) {
        let mut covered = Vec::new();
        for region in &self.merged {
            let from = self.cells.partition_point(|cell| cell.row < region.top);
            let cells = self.cells[from..].iter().take_while(|cell| cell.row <= region.bottom);
            let places =
                cells.map(|cell| (cell.row, cell.column)).filter(|(row, column)| region.contains(*row, *column));
            covered.extend(places.filter(|place| *place != (region.top, region.left)));
        }
        if !covered.is_empty() {
            covered.sort_unstable();
            self.cells.retain(|cell| covered.binary_search(&(cell.row, cell.column)).is_err());
        }
    }

    /// Returns the merged region that contains a cell.
    #[must_use]
    pub fn region(&self, row: u32, column: u32) -> Option<Region> {
        self.merged.iter().copied().find(|region| region.contains(row, column))
    }

    /// Returns whether a merged region overlaps a part of a row. Both columns are inclusive.
    #[must_use]
    pub fn is_merged(&self, row: u32, left: u32, right: u32) -> bool {
        let rows = |region: &Region| (region.top..=region.bottom).contains(&row);
        self.merged.iter().any(|region| rows(region) && region.left <= right && left <= region.right)
    }

    /// Returns the place of a cell, in the coordinates of the submitted file.
    #[must_use]
    pub fn place(&self, row: u32, column: u32) -> Place {
        let page = self.pages.iter().rfind(|start| start.row <= row && start.column <= column);
        let spot = match self.table {
            Some(table) => page.map_or(Spot::Table { table, row, column }, |start| Spot::Page {
                page: start.page,
                row: row - start.row + start.number,
                column: column - start.column,
            }),
            None => Spot::Sheet { row, column },
        };
        Place { sheet: Arc::clone(&self.name), spot }
    }

    /// Returns whether a cell is not visible because its sheet, row or column is hidden.
    #[must_use]
    pub fn is_hidden(&self, row: u32, column: u32) -> bool {
        self.hidden
            || self.hidden_rows.binary_search(&row).is_ok()
            || self.hidden_columns.binary_search(&column).is_ok()
    }
}

/// Returns how many of the cells come before a place. It is mostly near, because rows of a form have few cells.
fn before(cells: &[Cell], place: (u32, u32)) -> usize {
    let is_before = |cell: &Cell| (cell.row, cell.column) < place;
    let near = cells.iter().take(NEAR).position(|cell| !is_before(cell));
    near.unwrap_or_else(|| cells.partition_point(is_before))
}

/// Returns the kind and text of a cell with a double. Infinity and NaN give an error.
pub(super) fn number_cell(double: f64) -> (CellKind, CompactString) {
    // A whole number below this bound is shown with all its digits.
    if double.fract() == 0.0 && (1.0..1e15).contains(&double) {
        return (CellKind::Number, double.to_string().into());
    }
    match amount::from_double(double) {
        Some(text) => (CellKind::Number, text.into()),
        None => (CellKind::Error, double.to_string().into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cell(row: u32, column: u32, text: &str) -> Cell {
        Cell { row, column, kind: CellKind::Text, text: text.into(), formula: None }
    }

    #[test]
    fn rows_and_cells_are_found_where_they_are() {
        let grid = Grid::new("s", vec![cell(7, 2, "c"), cell(3, 1, "a"), cell(3, 4, "b"), cell(7, 2, "later")]);
        assert_eq!(grid.cell(3, 4).map(|cell| cell.text.as_str()), Some("b"));
        assert_eq!(grid.cell(3, 2), None);
        assert_eq!(grid.row(3).len(), 2);
        assert!(grid.row(4).is_empty());
        assert_eq!(grid.cell(7, 2).map(|cell| cell.text.as_str()), Some("later"));
    }

    #[test]
    fn the_cells_of_a_region_are_those_within_it() {
        let grid = Grid::new("s", (0..2000).map(|at| cell(at / 61, at % 61 * 2, "")).collect());
        for (top, left, bottom, right) in [(0, 0, 0, 0), (0, 3, 31, 9), (2, 100, 40, 200), (5, 7, 5, 7), (33, 0, 90, 3)]
        {
            let region = Region { top, left, bottom, right };
            let within: Vec<&Cell> = grid.within(region).collect();
            let all = grid.cells().iter();
            assert_eq!(within, all.filter(|cell| region.contains(cell.row, cell.column)).collect::<Vec<_>>());
        }
    }
}
