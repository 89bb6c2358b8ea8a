//! Alignment of a row's cells with the headings of their table. In a page or Word file, columns result from spans, so a
//! wrong span or a slightly different edge shifts a row. On a sheet every cell has its own column, but a row may have
//! been typed one column off.

use super::table_match::is_figure;
use crate::document::Grid;

/// First and last column, both inclusive.
pub(super) type Span = (u32, u32);

/// The columns of a row's values, one entry per heading; `None` for a missing value.
pub(super) type Way = Vec<Option<Span>>;

/// How the values of a row are assigned to the headings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Alignment {
    /// Only one assignment is possible.
    Certain(Way),
    /// The values do not line up with the headings.
    Shifted {
        /// The possible assignments.
        ways: Vec<Way>,
        /// Whether the first assignment is taken unless the sums contradict it.
        has_default: bool,
    },
    /// The row has one cell less than there are headings: one assignment for each cell that may be missing.
    Short(Vec<Way>),
    /// There are too many or too few cells.
    Unclear,
}

/// Aligns the cells of a row after `label_end` with the column spans of the headings, left to right. These include
/// headings that are not in the form.
pub(super) fn align(grid: &Grid, row: u32, label_end: Option<u32>, headings: &[Span]) -> Alignment {
    match grid.laid.get(row as usize).filter(|_| grid.table.is_some()) {
        Some(laid) => of_document(grid, row, label_end, laid, headings),
        None => of_sheet(grid, row, label_end, headings),
    }
}

fn below(headings: &[Span]) -> Way {
    headings.iter().copied().map(Some).collect()
}

fn overlap(one: Span, other: Span) -> bool {
    one.0 <= other.1 && other.0 <= one.1
}

fn is_within(inner: Span, outer: Span) -> bool {
    outer.0 <= inner.0 && inner.1 <= outer.1
}

/// Assigns values to the headings above them. If a row has as many values as there are headings, but not all below one,
/// the values may have been typed into the wrong columns.
fn of_sheet(grid: &Grid, row: u32, label_end: Option<u32>, headings: &[Span]) -> Alignment {
    let values = grid.row(row).iter().filter(|cell| label_end.is_none_or(|end| cell.column > end) && is_figure(cell));
    let values: Vec<Span> = values.map(|cell| (cell.column, cell.column)).collect();
    let is_headed = |value: &Span| headings.iter().any(|heading| is_within(*value, *heading));
    if headings.len() < 2 || values.len() != headings.len() || values.iter().all(is_headed) {
        return Alignment::Certain(below(headings));
    }
    Alignment::Shifted { ways: vec![below(headings), values.into_iter().map(Some).collect()], has_default: true }
}

fn of_document(grid: &Grid, row: u32, label_end: Option<u32>, laid: &[Span], headings: &[Span]) -> Alignment {
    let text = |cell: &Span| grid.cell(row, cell.0).map_or("", |cell| cell.text.trim());
    let mut cells: Vec<Span> =
        laid.iter().copied().filter(|(left, _)| label_end.is_none_or(|end| *left > end)).collect();
    // An empty column after the last heading is not part of the table.
    let last = headings.iter().map(|(_, right)| *right).max().unwrap_or(0);
    while cells.len() > headings.len() && cells.last().is_some_and(|cell| cell.0 > last && text(cell).is_empty()) {
        cells.pop();
    }
    let (count, all) = (cells.len(), headings.len());
    if count == all && cells.iter().zip(headings).all(|(cell, heading)| overlap(*cell, *heading)) {
        return Alignment::Certain(cells.into_iter().map(Some).collect());
    }
    let below_one = |cell: &Span| headings.iter().any(|heading| is_within(*cell, *heading));
    // A merged cell covers whole headings.
    let is_merged = |cell: &Span| {
        let above = headings.iter().filter(|heading| overlap(*cell, **heading));
        above.clone().count() > 1 && above.into_iter().all(|heading| is_within(*heading, *cell))
    };
    let is_covered = |heading: &Span| {
        // A cell that extends down from a row above belongs to this row too.
        cells.iter().any(|cell| overlap(*cell, *heading))
            || grid.region(row, heading.0).is_some_and(|region| region.top < row)
    };
    let filled = || cells.iter().filter(|cell| !text(cell).is_empty());
    let (is_below, is_complete) = (filled().all(below_one), headings.iter().all(is_covered));
    if is_complete && filled().all(|cell| below_one(cell) || is_merged(cell)) || filled().next().is_none() {
        return Alignment::Certain(below(headings));
    }
    let has_figures = filled().any(|cell| grid.cell(row, cell.0).is_some_and(is_figure));
    if is_below && !has_figures {
        return Alignment::Certain(below(headings));
    }
    if count == all {
        let mut ways = vec![cells.iter().copied().map(Some).collect()];
        let under = |heading: &Span| cells.iter().copied().find(|cell| overlap(*cell, *heading));
        ways.extend(is_below.then(|| headings.iter().map(under).collect::<Way>()));
        return Alignment::Shifted { ways, has_default: false };
    }
    if count + 1 == all {
        let without = |gap: usize| {
            let mut way: Way = cells.iter().copied().map(Some).collect();
            way.insert(gap, None);
            way
        };
        return Alignment::Short((0..all).map(without).collect());
    }
    Alignment::Unclear
}
