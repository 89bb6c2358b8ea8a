//! Tables of pages and documents, with cells that span rows and columns, built as grids.

use super::{Cell, CellKind, Grid, Region};

/// Most columns of any sheet. A table with more is damaged.
const WIDEST: u32 = 16_384;
/// Longest row span; a longer one is cut. No report has as many rows.
const TALLEST_SPAN: u32 = 4_096;

/// A table under construction, row by row. Cells are added left to right, each in the first free column.
#[derive(Debug, Default)]
pub(super) struct TableBuilder {
    cells: Vec<Cell>,
    merged: Vec<Region>,
    hidden_rows: Vec<u32>,
    /// Rows begun so far.
    rows: u32,
    column: u32,
    /// For each column, the first row in which it is free again.
    free_from: Vec<u32>,
    too_wide: bool,
    laid: Vec<Vec<(u32, u32)>>,
}

impl TableBuilder {
    /// Begins the next row.
    pub(super) fn row(&mut self, hidden: bool) {
        if hidden {
            self.hidden_rows.push(self.rows);
        }
        self.rows = self.rows.saturating_add(1);
        self.laid.push(Vec::new());
        self.column = 0;
    }

    /// Sets the column of the next cell, which goes there or into the first free column after it.
    pub(super) fn seek(&mut self, column: u32) {
        self.column = column;
    }

    /// Sets the column of the next cell, even if a span from above covers it: that span then ends in the row before.
    pub(super) fn place(&mut self, column: u32) {
        let Some(row) = self.rows.checked_sub(1) else { return };
        let claims = |region: &&mut Region| {
            region.top < row && row <= region.bottom && region.left <= column && column <= region.right
        };
        for region in self.merged.iter_mut().filter(claims) {
            region.bottom = row - 1;
            for free in &mut self.free_from[region.left as usize..=region.right as usize] {
                *free = (*free).min(row);
            }
        }
        self.column = column;
    }

    /// Adds the next cell of this row. `rows` and `columns` are its spans; zero rows mean all rows that follow.
    pub(super) fn cell(&mut self, rows: u32, columns: u32, text: String) {
        let Some(row) = self.rows.checked_sub(1) else { return };
        let free = |at: u32| self.free_from.get(at as usize).is_none_or(|from| *from <= row);
        let left = (self.column..=WIDEST).find(|at| free(*at)).unwrap_or(WIDEST);
        let columns = columns.max(1);
        let end = left.saturating_add(columns);
        if end > WIDEST {
            self.too_wide = true;
            return;
        }
        let rows = if rows == 0 { TALLEST_SPAN } else { rows.min(TALLEST_SPAN) };
        if self.free_from.len() < end as usize {
            self.free_from.resize(end as usize, 0);
        }
        self.free_from[left as usize..end as usize].fill(row.saturating_add(rows));
        self.column = end;
        self.laid.last_mut().into_iter().for_each(|laid| laid.push((left, end - 1)));
        if rows > 1 || columns > 1 {
            self.merged.push(Region { top: row, left, bottom: row + rows - 1, right: end - 1 });
        }
        if !text.trim().is_empty() {
            self.cells.push(Cell { row, column: left, kind: CellKind::Text, text: text.into(), formula: None });
        }
    }

    /// Returns the grid; `None` if the table has more columns than any sheet.
    pub(super) fn finish(mut self) -> Option<Grid> {
        if self.too_wide {
            return None;
        }
        let last = self.rows.saturating_sub(1);
        for region in &mut self.merged {
            region.bottom = region.bottom.min(last);
        }
        let mut grid = Grid::new("", self.cells);
        grid.merged = self.merged;
        grid.hidden_rows = self.hidden_rows;
        grid.laid = self.laid;
        Some(grid)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_push_later_cells_aside() {
        let mut table = TableBuilder::default();
        table.row(false);
        table.cell(2, 1, "a".to_owned());
        table.cell(1, 2, "b".to_owned());
        table.row(true);
        table.cell(1, 1, "c".to_owned());
        table.cell(1, 1, "  ".to_owned());
        table.row(false);
        table.cell(0, 1, "d".to_owned());
        let grid = table.finish().expect("narrow");
        let at = |row, column| grid.cell(row, column).map(|cell| cell.text.as_str());
        assert_eq!([at(0, 0), at(0, 1), at(1, 1), at(2, 0)], [Some("a"), Some("b"), Some("c"), Some("d")]);
        assert_eq!(grid.cells().len(), 4);
        assert_eq!(grid.region(1, 0), Some(Region { top: 0, left: 0, bottom: 1, right: 0 }));
        assert_eq!(grid.region(2, 0), Some(Region { top: 2, left: 0, bottom: 2, right: 0 }));
        assert!(grid.is_hidden(1, 1) && !grid.is_hidden(0, 1));
    }

    #[test]
    fn a_table_wider_than_any_sheet_is_refused() {
        let mut table = TableBuilder::default();
        table.row(false);
        table.cell(1, u32::MAX, "a".to_owned());
        assert!(table.finish().is_none());
    }
}
