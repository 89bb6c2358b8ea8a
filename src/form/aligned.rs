//! Whether the cells of a document's table stand below their headings. In a page or a Word file columns come of spans,
//! and one span too many or an edge a hair's breadth off moves a row; its cells still follow one another.

use super::recognise::is_figure;
use crate::document::Grid;

/// How the figures of a row are to be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Row {
    /// Each stands below its heading.
    ByHeading,
    /// They are as many as the headings: by their order, with the columns each covers.
    InOrder(Vec<(u32, u32)>),
    /// Neither: which is which is not certain. What stands there.
    Unclear(String),
}

/// How the figures of a row behind `label_end` are to be told; `headings` are the columns each heading covers, left to
/// right, those without figures of the form included. On a sheet every cell has its own place.
pub(super) fn row(grid: &Grid, row: u32, label_end: Option<u32>, headings: &[(u32, u32)]) -> Row {
    let Some(laid) = grid.laid.get(row as usize).filter(|_| grid.table.is_some()) else { return Row::ByHeading };
    let behind: Vec<(u32, u32)> =
        laid.iter().copied().filter(|(left, _)| label_end.is_none_or(|end| *left > end)).collect();
    let text = |left: u32| grid.cell(row, left).map_or("", |cell| cell.text.trim());
    let within = |(left, right): &(u32, u32)| headings.iter().any(|(from, to)| from <= left && right <= to);
    let covers = |(from, to): &(u32, u32)| {
        let own = behind.iter().any(|(left, right)| left <= to && from <= right);
        // A cell that reaches down from above is this row's too.
        own || grid.region(row, *from).is_some_and(|region| region.top < row)
    };
    let strays = behind.iter().any(|span| !within(span) && !text(span.0).is_empty());
    // As many as the headings: where each stands below its own, its order says the same.
    if behind.len() == headings.len() {
        return Row::InOrder(behind);
    }
    if !strays && headings.iter().all(covers) {
        return Row::ByHeading;
    }
    let figures = behind.iter().any(|(left, _)| grid.cell(row, *left).is_some_and(is_figure));
    if !figures && !strays {
        return Row::ByHeading;
    }
    let texts: Vec<&str> = behind.iter().map(|(left, _)| text(*left)).filter(|text| !text.is_empty()).collect();
    Row::Unclear(texts.join(" "))
}
