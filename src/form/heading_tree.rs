//! Headings of several rows in a document's table as a tree: a heading that does not extend to the last row is over
//! cells of the next row. The order of the leaves is independent of the stated cell widths.

use super::aligned::Span;
use crate::document::Grid;

/// Returns the first columns of the leaf headings in the rows `top..=bottom`, in the order of the tree; `None` if it is
/// uncertain which heading is below which.
pub(super) fn leaf_order(grid: &Grid, top: u32, bottom: u32) -> Option<Vec<u32>> {
    let cells = grid.laid.get(top as usize)?;
    let left = |cell: &Span| cell.0;
    if top == bottom || is_plain(grid, top, bottom) {
        return Some(grid.laid.get(bottom as usize)?.iter().map(left).collect());
    }
    let last_row = |cell: &Span| grid.region(top, cell.0).map_or(top, |region| region.bottom);
    let is_leaf = |cell: &&Span| last_row(cell) >= bottom;
    let before = cells.iter().take_while(is_leaf).count();
    let behind = cells[before..].iter().rev().take_while(is_leaf).count();
    let bands = &cells[before..cells.len() - behind];
    if bands.is_empty() || bands.iter().any(|band| last_row(band) != top) {
        return None;
    }
    let below = leaf_order(grid, top + 1, bottom)?;
    let (before, behind) = (cells[..before].iter(), cells[cells.len() - behind..].iter());
    Some(before.map(left).chain(below).chain(behind.map(left)).collect())
}

/// Returns whether these rows have the same columns and no merged cells, so that no width can be wrong.
fn is_plain(grid: &Grid, top: u32, bottom: u32) -> bool {
    let rows = &grid.laid[top as usize..grid.laid.len().min(bottom as usize + 1)];
    let is_merged = grid.merged.iter().any(|region| region.top <= bottom && top <= region.bottom);
    !is_merged && rows.windows(2).all(|pair| pair[0] == pair[1])
}

/// Returns the leaf headings that extend to the row `bottom`, with their first row and columns. These include headings
/// that begin above `top`. Empty if the tree is uncertain.
pub(super) fn leaves(grid: &Grid, top: u32, bottom: u32) -> Vec<(u32, Span)> {
    if leaf_order(grid, top, bottom).is_none() {
        return Vec::new();
    }
    let reaches = |row: u32, cell: &Span| grid.region(row, cell.0).map_or(row, |region| region.bottom) >= bottom;
    let first = grid.merged.iter().filter(|region| region.top < top).map(|region| region.top).min().unwrap_or(top);
    let cells = (first..=bottom).flat_map(|row| {
        let laid = grid.laid.get(row as usize).map_or(&[][..], Vec::as_slice);
        laid.iter().filter(move |cell| reaches(row, cell)).map(move |cell| (row, *cell))
    });
    cells.collect()
}
