//! Which figures of a sheet may be missing without changing where tables are found.

use std::sync::Arc;

use super::label::{Item, Meaning};
use super::table_match::{Hit, Slot, TableMatch, is_figure};
use crate::document::{CellKind, Grid};

/// Whether a figure may be missing without changing where tables are found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Removability {
    No,
    /// Only if another removable figure remains in its row.
    BesideAnother,
    Yes,
}

/// Row and column of a cell, or of a figure that is blank.
pub(super) type Address = (u32, u32);

/// Returns the range of positions in the sorted addresses that belong to a slot.
pub(super) fn between(addresses: &[Address], slot: &Slot) -> (usize, usize) {
    let before = |column: u32| addresses.partition_point(|address| *address < (slot.row, column));
    (before(slot.left), before(slot.right.saturating_add(1)))
}

/// Returns the addresses of cells and of blank figures, each with its removability. A figure may be removable if a
/// table reads it in a slot of its own, all tables that examined its row do so too, and the meaning of the row's label
/// does not depend on figures beside it. Blanks that are not removable are left out.
pub(super) fn addresses(grid: &Grid, labels: &[Hit<'_>], found: &[Arc<TableMatch>]) -> Vec<(Address, Removability)> {
    let cells = grid.cells().iter().map(|cell| (cell.row, cell.column));
    let figures = found.iter().flat_map(|found| &found.slots).map(|(_, slot)| (slot.row, slot.left));
    let mut addresses: Vec<Address> = cells.chain(figures).collect();
    addresses.sort_unstable();
    addresses.dedup();
    let told = are_identified(&addresses, found);
    let told: Vec<(Address, bool)> = addresses.into_iter().zip(told).collect();
    let rows = told.chunk_by(|((row, _), _), ((next, _), _)| row == next);
    rows.flat_map(|row| in_row(grid, row, beside(labels_of(labels, row[0].0.0), found))).collect()
}

/// Returns the removability of the addresses of one row. Each comes with whether it is read; `beside` is that of
/// figures beside the row's labels.
fn in_row(grid: &Grid, row: &[(Address, bool)], beside: Removability) -> Vec<(Address, Removability)> {
    // For a row without figures, the matches do not show how it would be read with one.
    let shows = beside == Removability::Yes || grid.row(row[0].0.0).iter().any(is_figure);
    let with_spare = |(address, is_told): &(Address, bool)| {
        let cell = grid.cell(address.0, address.1);
        let is_number = cell.is_none_or(|cell| cell.kind == CellKind::Number);
        let spare = if *is_told && is_number { beside } else { Removability::No };
        (cell.is_some() || spare != Removability::No && shows).then_some((*address, spare))
    };
    row.iter().filter_map(with_spare).collect()
}

/// Returns whether each address is read in a slot of its own by one table and by every other table that examined its
/// row, except those that ignored the row.
fn are_identified(addresses: &[Address], found: &[Arc<TableMatch>]) -> Vec<bool> {
    let mut told: Vec<Option<bool>> = vec![None; addresses.len()];
    for found in found {
        let mut own = vec![false; addresses.len()];
        for (_, slot) in &found.slots {
            let (from, to) = between(addresses, slot);
            own[from..to].fill(true);
        }
        for ((told, own), (row, _)) in told.iter_mut().zip(own).zip(addresses) {
            let is_unclaimed = || found.unclaimed.iter().any(|(rows, _)| rows.contains(row));
            if (found.top..=found.reach).contains(row) && !is_unclaimed() {
                *told = Some(told.unwrap_or(true) && own);
            }
        }
    }
    told.into_iter().map(|told| told == Some(true)).collect()
}

fn labels_of<'l, 'a>(labels: &'l [Hit<'a>], row: u32) -> &'l [Hit<'a>] {
    let behind = &labels[labels.partition_point(|label| label.row < row)..];
    &behind[..behind.partition_point(|label| label.row == row)]
}

/// Returns the removability of figures beside these labels. Without figures a label may be read as a heading, and in a
/// row without labels the figures show that it is the line of figures. A group's heading with figures represents the
/// group's rows, unless one of these is in the same row.
fn beside(labels: &[Hit<'_>], found: &[Arc<TableMatch>]) -> Removability {
    let Some(row) = labels.first().map(|label| label.row) else { return Removability::BesideAnother };
    let has_row = |found: &TableMatch| !found.combined && found.slots.iter().any(|(_, slot)| slot.row == row);
    let of = |told: &Meaning| (told.form, told.table);
    let is_told = |told: &Meaning| found.iter().any(|found| (found.form, found.table) == of(told) && has_row(found));
    let meanings = labels.iter().flat_map(|label| label.found.meanings);
    if !meanings.filter(|told| matches!(told.item, Item::Group(_))).all(is_told) {
        return Removability::No;
    }
    if labels.iter().any(Hit::may_head_a_column) { Removability::BesideAnother } else { Removability::Yes }
}
