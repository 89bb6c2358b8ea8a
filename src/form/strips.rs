//! Sheets with several tables or reports side by side, and their division at empty columns.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use super::Forms;
use super::label::Item;
use super::recognise::{hits, search};
use super::table_match::{Hit, TableMatch};
use crate::document::Grid;

/// Fewest cells of a table: those of a block of table 4 with its heading.
const MIN_TABLE_CELLS: usize = 6;

/// Splits a sheet into parts that are side by side with an empty column between them. Returns an empty list unless more
/// figures are read from the parts than from the whole sheet.
#[must_use]
pub fn strips(grid: &Grid, forms: &Forms) -> Vec<Grid> {
    if grid.table.is_some() {
        return Vec::new();
    }
    let counts = count_by_column(grid);
    if !may_have_strips(&counts) {
        return Vec::new();
    }
    let labels = hits(grid, &forms.index);
    let parts: Vec<Grid> = between_gaps(&counts, &labels).into_iter().map(|columns| grid.part(&columns)).collect();
    if parts.len() < 2 {
        return Vec::new();
    }
    let read = |part: &Grid| read_of(&search(part, forms, &hits(part, &forms.index)));
    let worth: Vec<usize> = parts.iter().map(read).collect();
    let is_apart = worth.iter().all(|worth| *worth > 0);
    let is_more = || worth.iter().sum::<usize>() > read_of(&search(grid, forms, &labels));
    if is_apart && is_more() { parts } else { Vec::new() }
}

/// Returns the number of cells in each column, from the first.
fn count_by_column(grid: &Grid) -> Vec<usize> {
    let mut counts: Vec<usize> = Vec::new();
    for cell in grid.cells() {
        let column = cell.column as usize;
        if counts.len() <= column {
            counts.resize(column + 1, 0);
        }
        counts[column] += 1;
    }
    counts
}

/// Returns whether there are enough cells for a table on both sides of an empty column. Most sheets fail this test,
/// which saves a search for labels.
fn may_have_strips(counts: &[usize]) -> bool {
    let runs = counts.split(|count| *count == 0);
    runs.filter(|run| run.iter().sum::<usize>() >= MIN_TABLE_CELLS).nth(1).is_some()
}

/// Returns how many figures are read, for each table with the form that reads most of it.
fn read_of(found: &[TableMatch]) -> usize {
    let mut best: BTreeMap<(usize, u32), usize> = BTreeMap::new();
    for found in found {
        let weight = best.entry((found.table, found.top)).or_default();
        *weight = found.weight().max(*weight);
    }
    best.into_values().sum()
}

/// Returns the column ranges between empty columns that are below no label of a row or column. A range must have labels
/// of rows and of columns; ranges without are joined, because there may be an empty column between labels and figures.
fn between_gaps(counts: &[usize], labels: &[Hit<'_>]) -> Vec<RangeInclusive<u32>> {
    let is_inner =
        |hit: &&Hit<'_>| hit.found.meanings.iter().any(|told| !matches!(told.item, Item::Title | Item::Heading));
    let own = (0_u32..).zip(counts).filter(|(_, count)| **count > 0).map(|(column, _)| column);
    let mut used: Vec<u32> = own.chain(labels.iter().filter(is_inner).flat_map(|hit| hit.left..=hit.right)).collect();
    used.sort_unstable();
    used.dedup();
    let runs = used.chunk_by(|one, next| one + 1 == *next).map(|run| run[0]..=run[run.len() - 1]);
    let mut joined: Vec<RangeInclusive<u32>> = Vec::new();
    for run in runs {
        match joined.last_mut() {
            Some(last) if !is_table(labels, last) => *last = *last.start()..=*run.end(),
            _ => joined.push(run),
        }
    }
    if joined.len() > 1 && joined.last().is_some_and(|last| !is_table(labels, last)) {
        let end = joined.pop().map_or(0, |last| *last.end());
        if let Some(last) = joined.last_mut() {
            *last = *last.start()..=end;
        }
    }
    joined
}

/// Returns whether these columns have labels of rows and of columns.
fn is_table(labels: &[Hit<'_>], columns: &RangeInclusive<u32>) -> bool {
    let here = || labels.iter().filter(|hit| columns.contains(&hit.left)).flat_map(|hit| hit.found.meanings);
    here().any(|told| matches!(told.item, Item::Row(_))) && here().any(|told| matches!(told.item, Item::Column(_)))
}
