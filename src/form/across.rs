//! Tables with one line of figures: the form's rows side by side, each with all its columns below its own heading.

use super::label::Item;
use super::recognise::{Doubt, Found, Hit, Loose, Piece, Slot, is_figure};
use super::{Block, Form, aligned};
use crate::document::Grid;

/// Rows a heading may be spread over, counted from its first.
const HEADING_ROWS: u32 = 4;
/// How far below the headings the figures may start.
const GAP: u32 = 3;

/// A column heading: which column of the block, and the grid columns it covers.
#[derive(Debug, Clone, Copy)]
struct Headed {
    column: usize,
    row: u32,
    left: u32,
    right: u32,
}

/// All occurrences of one table on the grid.
pub(super) fn find(grid: &Grid, form: &Form, at: (usize, usize), hits: &[&Hit<'_>]) -> Vec<Found> {
    let Some(block) = form.tables[at.1].blocks.first() else {
        return Vec::new();
    };
    let mut found = Vec::new();
    let mut rest = hits;
    while let Some(first) = rest.iter().position(|hit| rows_of(hit, at).next().is_some()) {
        let top = rest[first].row;
        let end = first + rest[first..].partition_point(|hit| hit.row < top + HEADING_ROWS);
        let table = &rest[first..end];
        found.extend(find_one(grid, form, at, block, table));
        rest = &rest[end..];
    }
    found
}

fn rows_of(hit: &Hit<'_>, at: (usize, usize)) -> impl Iterator<Item = usize> {
    let rows =
        hit.meanings(at.0, at.1).filter_map(|(_, item)| if let Item::Row(row) = item { Some(row) } else { None });
    rows.collect::<Vec<_>>().into_iter()
}

fn find_one(grid: &Grid, form: &Form, at: (usize, usize), block: &Block, hits: &[&Hit<'_>]) -> Option<Found> {
    let mut columns = Vec::new();
    let mut rows = Vec::new();
    for hit in hits {
        for (_, item) in hit.meanings(at.0, at.1) {
            match item {
                Item::Column(column) => columns.push(Headed { column, row: hit.row, left: hit.left, right: hit.right }),
                Item::Row(row) => rows.push((row, hit.left, hit.right)),
                _ => {}
            }
        }
    }
    columns.sort_by_key(|headed| headed.left);
    // Headings that share a column are a table's that was pasted as text: what stands below them is not theirs.
    if columns.windows(2).any(|pair| pair[1].left <= pair[0].right) {
        return None;
    }
    let owners = owners(block, &columns, &rows)?;
    let (top, headings_end) = (hits.first()?.row, columns.iter().map(|headed| headed.row).max()?);
    let row = figures_row(grid, headings_end, &columns);
    let mut slots = Vec::new();
    for (owner, headed) in owners.iter().zip(&columns) {
        let twin =
            owners.iter().zip(&columns).filter(|(other, same)| *other == owner && same.column == headed.column).count();
        let position = owner.filter(|_| twin == 1).and_then(|owner| form.place([at.1, 0, owner, headed.column]));
        slots.extend(
            position.map(|position| {
                (position, Slot { row, left: headed.left, right: headed.right, unit: None, cells: None })
            }),
        );
    }
    slots.sort_by_key(|(position, _)| *position);
    let spans: Vec<(u32, u32)> = columns.iter().map(|headed| (headed.left, headed.right)).collect();
    let laid = aligned::row(grid, row, None, &spans);
    let moved_row = laid != aligned::Row::ByHeading;
    let (slots, pieces) = match laid {
        aligned::Row::ByHeading => (slots, Vec::new()),
        aligned::Row::InOrder(cells) => (in_order(slots, &spans, &cells), Vec::new()),
        aligned::Row::Unclear(text) => {
            let unclear = |(position, slot): (usize, Slot)| {
                let place = grid.place(row, slot.left);
                (position, Piece { text: text.clone(), place, doubt: Some(Doubt::Unplaced), unit: None })
            };
            (Vec::new(), slots.into_iter().map(unclear).collect())
        }
    };
    let loose = if moved_row { Vec::new() } else { loose(grid, row, &columns) };
    let found = Found {
        form: at.0,
        table: at.1,
        top,
        bottom: row,
        reach: row.saturating_add(1).max(headings_end.saturating_add(GAP)),
        slots,
        pieces,
        loose,
        unclaimed: Vec::new(),
        combined: false,
    };
    let holds_any = found.positions().next().is_some();
    holds_any.then_some(found)
}

/// The slots at the cells that stand where their headings do, counted from the left.
fn in_order(slots: Vec<(usize, Slot)>, headings: &[(u32, u32)], cells: &[(u32, u32)]) -> Vec<(usize, Slot)> {
    let moved = |(position, slot): (usize, Slot)| {
        let (left, right) = cells[headings.iter().position(|span| *span == (slot.left, slot.right))?];
        Some((position, Slot { left, right, ..slot }))
    };
    slots.into_iter().filter_map(moved).collect()
}

/// Figures beside the line of figures, and a second line right below it.
fn loose(grid: &Grid, row: u32, columns: &[Headed]) -> Vec<Loose> {
    let covered = |column: u32| columns.iter().any(|headed| (headed.left..=headed.right).contains(&column));
    let figures = |row: u32| grid.row(row).iter().filter(|cell| is_figure(cell));
    let beside = figures(row).filter(|cell| !covered(cell.column)).map(|cell| Loose::Column { column: cell.column });
    let mut loose: Vec<Loose> = beside.collect();
    if figures(row + 1).filter(|cell| covered(cell.column)).count() > 1 {
        loose.push(Loose::Row { row: Some(row + 1), label: String::new() });
    }
    loose
}

/// Which row of the form each heading belongs to. A full set in the form's own order speaks for itself; else the
/// labels above decide: the one whose merged cell covers the heading, or the last that starts at or left of it.
fn owners(block: &Block, columns: &[Headed], rows: &[(usize, u32, u32)]) -> Option<Vec<Option<usize>>> {
    let (width, height) = (block.columns.len(), block.rows.len());
    let in_order = columns.iter().enumerate().all(|(at, headed)| headed.column == at % width);
    if columns.len() == width * height && in_order {
        return Some((0..columns.len()).map(|at| Some(at / width)).collect());
    }
    if columns.len() < width {
        return None;
    }
    let owner = |headed: &Headed| {
        let covering = rows.iter().find(|(_, left, right)| left < right && (*left..=*right).contains(&headed.left));
        let before = || rows.iter().filter(|(_, left, _)| *left <= headed.left).max_by_key(|(_, left, _)| *left);
        covering.or_else(before).map(|(row, _, _)| *row)
    };
    Some(columns.iter().map(owner).collect())
}

/// The first row below the headings that holds a figure in their columns, or more than a stray remark; else the next row.
fn figures_row(grid: &Grid, headings_end: u32, columns: &[Headed]) -> u32 {
    let covered = |column: u32| columns.iter().any(|headed| (headed.left..=headed.right).contains(&column));
    let filled = |row: u32| grid.row(row).iter().filter(|cell| covered(cell.column)).count();
    let figures = |row: &u32| grid.row(*row).iter().any(|cell| covered(cell.column) && is_figure(cell));
    let below = headings_end + 1..=headings_end.saturating_add(GAP);
    let first = below.clone().find(figures).or_else(|| below.clone().find(|row| filled(*row) > 1));
    first.unwrap_or(headings_end.saturating_add(1))
}
