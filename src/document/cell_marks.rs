//! Documents of Word 97 and RTF, in which a mark ends each cell and each row, and the row's mark has the edges of its
//! cells. Cells span several columns where the edges differ from row to row.

use super::placed::{self, PlacedCell, PlacedRow, Vertical};
use super::{Document, Grid};
use crate::source::{Limit, Limits};

/// Largest distance in twips between edges that count as one: a third of a millimetre.
const SAME_EDGE: i64 = 20;

/// The layout of a row, from the mark at its end.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct RowShape {
    /// The edges of the cells from left to right in twips, one more than there are cells.
    pub(super) edges: Vec<i32>,
    /// How each cell is merged with its neighbours.
    pub(super) cells: Vec<CellMerge>,
    /// Whether a tracked change deletes the row.
    pub(super) deleted: bool,
}

/// How a cell is merged with its neighbours.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct CellMerge {
    /// Whether it is part of the cell to its left.
    pub(super) left: bool,
    pub(super) vertical: Vertical,
}

/// A document under construction, paragraph by paragraph.
pub(super) struct DocumentBuilder<'l> {
    document: Document,
    /// The open tables, each nested in a cell of the one before.
    tables: Vec<MarkedTable>,
    cells: u64,
    limits: &'l Limits,
    too_wide: bool,
}

#[derive(Default)]
struct MarkedTable {
    rows: Vec<(RowShape, Vec<String>)>,
    /// The cells of the current row.
    cells: Vec<String>,
    /// The paragraphs of the current cell.
    lines: Vec<String>,
    /// Whether the current cell contains a table. Then the outer table only lays out the page, and its text is running
    /// text.
    is_layout: bool,
}

impl<'l> DocumentBuilder<'l> {
    pub(super) fn new(limits: &'l Limits) -> Self {
        Self { document: Document::default(), tables: Vec::new(), cells: 0, limits, too_wide: false }
    }

    /// Ends a paragraph nested in `depth` tables.
    pub(super) fn paragraph(&mut self, depth: usize, text: String) -> Result<(), Limit> {
        self.go_to(depth)?;
        match self.tables.last_mut() {
            Some(open) => open.lines.push(text),
            None => self.document.push_paragraph(&text),
        }
        Ok(())
    }

    /// Ends a cell of the table at `depth`, with its last paragraph.
    pub(super) fn cell(&mut self, depth: usize, text: String) -> Result<(), Limit> {
        self.go_to(depth)?;
        self.cells += 1;
        self.limits.allow(Limit::Cells, self.cells)?;
        let at = self.tables.len().saturating_sub(1);
        let is_second = self.tables.last().is_some_and(MarkedTable::is_begun);
        if is_second {
            (0..at).for_each(|outer| self.leave_for_text(outer));
        }
        let Some(open) = self.tables.last_mut() else { return Ok(()) };
        open.lines.push(text);
        if open.is_layout {
            self.leave_for_text(at);
        }
        let Some(open) = self.tables.last_mut() else { return Ok(()) };
        let text = std::mem::take(&mut open.lines).join("\n").trim_matches('\n').to_owned();
        open.is_layout = false;
        open.cells.push(text);
        Ok(())
    }

    /// Ends a row of the table at `depth`.
    pub(super) fn row(&mut self, depth: usize, shape: RowShape) -> Result<(), Limit> {
        // A row mark without cells before it is ignored.
        if self.tables.get(depth.saturating_sub(1)).is_none_or(|open| open.cells.is_empty()) {
            return Ok(());
        }
        self.go_to(depth)?;
        if let Some(open) = self.tables.last_mut() {
            open.rows.push((shape, std::mem::take(&mut open.cells)));
        }
        Ok(())
    }

    /// Returns the document; `None` if a table is wider than any sheet.
    pub(super) fn finish(mut self) -> Option<Document> {
        while !self.tables.is_empty() {
            self.end_table();
        }
        (!self.too_wide).then_some(self.document)
    }

    /// Ends or begins tables until `depth` of them are open.
    fn go_to(&mut self, depth: usize) -> Result<(), Limit> {
        self.limits.allow(Limit::Depth, depth as u64)?;
        while self.tables.len() > depth {
            self.end_table();
        }
        while self.tables.len() < depth {
            // Text of outer tables before this table becomes running text before it.
            (0..self.tables.len().saturating_sub(1)).for_each(|outer| self.leave_for_text(outer));
            self.tables.push(MarkedTable::default());
        }
        Ok(())
    }

    fn end_table(&mut self) {
        let Some(mut open) = self.tables.pop() else { return };
        // Text after the last row becomes running text.
        open.cells.append(&mut open.lines);
        let (unlaid, outer) = (std::mem::take(&mut open.cells), self.tables.len().saturating_sub(1));
        if open.rows.is_empty() {
            for line in unlaid.iter().flat_map(|cell| cell.lines()) {
                match self.tables.get_mut(outer) {
                    Some(outer) => outer.lines.push(line.to_owned()),
                    None => self.document.push_paragraph(line),
                }
            }
            return;
        }
        if unlaid.iter().any(|cell| !cell.trim().is_empty()) {
            open.rows.push((RowShape::default(), unlaid));
        }
        if let Some(text) = self.frame_text(&open) {
            self.tables.last_mut().into_iter().for_each(|outer| outer.lines.push(text.clone()));
            return;
        }
        (0..self.tables.len()).for_each(|outer| self.leave_for_text(outer));
        match grid(open.rows) {
            Some(grid) => self.document.push_table(grid),
            None => self.too_wide = true,
        }
    }

    /// Returns the text of a nested table with a single cell, which is only a frame around that text; `None` for any
    /// other table.
    fn frame_text(&self, table: &MarkedTable) -> Option<String> {
        let outer = self.tables.last()?;
        if outer.is_layout || outer.lines.iter().any(|line| !line.trim().is_empty()) {
            return None;
        }
        match table.rows.as_slice() {
            [(RowShape { deleted: false, .. }, cells)] if cells.len() == 1 => cells.first().cloned(),
            _ => None,
        }
    }

    /// Turns the text in the current cell of a table into running text.
    fn leave_for_text(&mut self, table: usize) {
        let Some(open) = self.tables.get_mut(table) else { return };
        open.is_layout = true;
        for line in std::mem::take(&mut open.lines) {
            self.document.push_paragraph(&line);
        }
    }
}

impl MarkedTable {
    /// Returns whether at least one cell has ended.
    fn is_begun(&self) -> bool {
        !self.rows.is_empty() || !self.cells.is_empty()
    }
}

/// Converts the rows to a grid, in which each cell spans the columns between its edges. If the edges of a row do not
/// match its cells, every cell takes one column instead.
fn grid(rows: Vec<(RowShape, Vec<String>)>) -> Option<Grid> {
    let fits = |(shape, cells): &(RowShape, Vec<String>)| {
        shape.cells.len() == cells.len()
            && shape.edges.len() == cells.len() + 1
            && shape.edges.is_sorted()
            && shape.edges.first() < shape.edges.last()
    };
    let is_laid = rows.iter().filter(|(shape, _)| !shape.deleted).all(fits);
    let of_rows = |near: i64| {
        let columns = ColumnEdges::of(rows.iter().filter(|(shape, _)| !shape.deleted), near);
        columns.keep_all(&rows).then_some(columns)
    };
    let columns = is_laid.then(|| of_rows(SAME_EDGE).or_else(|| of_rows(0))).flatten();
    let rows = rows.into_iter().map(|(shape, cells)| match &columns {
        Some(columns) if !shape.deleted => columns.row(&shape, cells),
        _ => unlaid(&shape, cells),
    });
    placed::grid(rows.collect())
}

/// Returns a row in which every cell is one column wide.
fn unlaid(shape: &RowShape, cells: Vec<String>) -> PlacedRow {
    let place = |(column, text)| PlacedCell { column, columns: 1, vertical: Vertical::None, text };
    PlacedRow { column: 0, deleted: shape.deleted, cells: (0..).zip(cells).map(place).collect() }
}

/// The edges of a table's columns in twips, ascending.
struct ColumnEdges(Vec<i64>);

impl ColumnEdges {
    /// Collects the edges of all cells. An edge at most `near` twips after the previous one is merged with it.
    fn of<'a>(rows: impl Iterator<Item = &'a (RowShape, Vec<String>)>, near: i64) -> Self {
        let mut edges: Vec<i64> = rows.flat_map(|(shape, _)| shape.edges.iter().map(|edge| i64::from(*edge))).collect();
        edges.sort_unstable();
        let mut kept: Vec<i64> = Vec::new();
        for edge in edges {
            if kept.last().is_none_or(|last| edge - last > near) {
                kept.push(edge);
            }
        }
        Self(kept)
    }

    /// Returns the index of the column that begins at an edge.
    fn at(&self, edge: i32) -> u32 {
        let column = self.0.partition_point(|kept| *kept <= i64::from(edge)).saturating_sub(1);
        u32::try_from(column).unwrap_or(u32::MAX)
    }

    /// Returns whether every non-empty cell is at least one column wide.
    fn keep_all(&self, rows: &[(RowShape, Vec<String>)]) -> bool {
        let is_kept = |shape: &RowShape, at: usize| self.at(shape.edges[at]) < self.at(shape.edges[at + 1]);
        let of_row = |(shape, cells): &(RowShape, Vec<String>)| {
            shape.deleted
                || cells.iter().enumerate().all(|(at, text)| {
                    let says = !text.trim().is_empty() && !shape.cells[at].left;
                    !says || is_kept(shape, at)
                })
        };
        rows.iter().all(of_row)
    }

    /// Places a row in these columns.
    fn row(&self, shape: &RowShape, cells: Vec<String>) -> PlacedRow {
        let mut row = PlacedRow::default();
        for (at, (joined, text)) in shape.cells.iter().zip(cells).enumerate() {
            let (column, end) = (self.at(shape.edges[at]), self.at(shape.edges[at + 1]));
            match row.cells.last_mut().filter(|_| joined.left) {
                Some(left) => left.columns = end - left.column,
                // A cell of no width is not visible.
                None if end == column => {}
                None => row.cells.push(PlacedCell { column, columns: end - column, vertical: joined.vertical, text }),
            }
        }
        row
    }
}
