//! Sheets with tables or whole reports beside one another: the strips between their empty columns.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;

use super::Forms;
use super::label::Item;
use super::recognise::{hits, search};
use super::table_match::{Hit, TableMatch};
use crate::document::Grid;

/// Returns the parts of a sheet that stand beside one another with an empty column between them, where more is read of
/// them one by one than of the whole; else nothing.
#[must_use]
pub fn strips(grid: &Grid, forms: &Forms) -> Vec<Grid> {
    let used: BTreeSet<u32> = grid.cells().iter().map(|cell| cell.column).collect();
    let is_close = used.iter().zip(used.iter().skip(1)).all(|(one, next)| one + 1 == *next);
    if grid.table.is_some() || is_close {
        return Vec::new();
    }
    let labels = hits(grid, &forms.index);
    let parts: Vec<Grid> = between_gaps(used, &labels).into_iter().map(|columns| grid.part(&columns)).collect();
    if parts.len() < 2 {
        return Vec::new();
    }
    let read = |part: &Grid| read_of(&search(part, forms, &hits(part, &forms.index)));
    let worth: Vec<usize> = parts.iter().map(read).collect();
    let is_apart = worth.iter().all(|worth| *worth > 0);
    let is_more = || worth.iter().sum::<usize>() > read_of(&search(grid, forms, &labels));
    if is_apart && is_more() { parts } else { Vec::new() }
}

/// How many figures are read, each table by the form that reads most of it.
fn read_of(found: &[TableMatch]) -> usize {
    let mut best: BTreeMap<(usize, u32), usize> = BTreeMap::new();
    for found in found {
        let weight = best.entry((found.table, found.top)).or_default();
        *weight = found.weight().max(*weight);
    }
    best.into_values().sum()
}

/// The runs of columns between those that are empty and lie below no label of a row or column. Labels and figures with an
/// empty column between them are one run: a run has labels of rows and of columns.
fn between_gaps(mut used: BTreeSet<u32>, labels: &[Hit<'_>]) -> Vec<RangeInclusive<u32>> {
    let is_inner =
        |hit: &&Hit<'_>| hit.found.meanings.iter().any(|told| !matches!(told.item, Item::Title | Item::Heading));
    used.extend(labels.iter().filter(is_inner).flat_map(|hit| hit.left..=hit.right));
    let used: Vec<u32> = used.into_iter().collect();
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

/// Whether these columns hold labels of rows and of columns.
fn is_table(labels: &[Hit<'_>], columns: &RangeInclusive<u32>) -> bool {
    let here = || labels.iter().filter(|hit| columns.contains(&hit.left)).flat_map(|hit| hit.found.meanings);
    here().any(|told| matches!(told.item, Item::Row(_))) && here().any(|told| matches!(told.item, Item::Column(_)))
}
