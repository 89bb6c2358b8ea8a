//! The content of a document in a form that can be compared.

use crate::document::{Cell, Document};

/// Returns the text of each paragraph with the number of tables before it.
pub(in crate::document) fn paragraphs(document: &Document) -> Vec<(&str, usize)> {
    document.paragraphs.iter().map(|paragraph| (paragraph.text.as_str(), paragraph.after)).collect()
}

/// Returns the cells of a grid: row, column, rows and columns spanned, text.
pub(in crate::document) fn cells(document: &Document, grid: usize) -> Vec<(u32, u32, u32, u32, &str)> {
    let grid = &document.grids[grid];
    let span =
        |row, column| grid.region(row, column).map_or((1, 1), |at| (at.bottom - at.top + 1, at.right - at.left + 1));
    let place = |cell: &Cell| (cell.row, cell.column, span(cell.row, cell.column));
    let all = grid.cells().iter().map(|cell| (place(cell), cell.text.as_str()));
    all.map(|((row, column, (rows, columns)), text)| (row, column, rows, columns, text)).collect()
}
