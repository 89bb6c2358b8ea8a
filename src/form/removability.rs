//! Which figures of a sheet are spare: whether they stand there or not, every table is found where it is.

use std::sync::Arc;

use super::label::{Item, Meaning};
use super::table_match::{Hit, Slot, TableMatch, is_figure};
use crate::document::{CellKind, Grid};

/// Whether the tables would be found without a figure just as well.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Removability {
    No,
    /// As long as another figure that is spare is left in its row.
    BesideAnother,
    Yes,
}

/// Row and column of a cell, or of a figure that was left blank.
pub(super) type Address = (u32, u32);

/// Returns where the cells of a slot are among these, which are sorted.
pub(super) fn between(addresses: &[Address], slot: &Slot) -> (usize, usize) {
    let before = |column: u32| addresses.partition_point(|address| *address < (slot.row, column));
    (before(slot.left), before(slot.right.saturating_add(1)))
}

/// Returns where cells are, and where figures were left blank; with each, whether a figure there is spare: of the
/// tables that looked at the row one has it in a place of its own, and so have all that know the row's label; and what
/// they made of the label did not hang on there being figures beside it. Blanks that are not spare are left out.
pub(super) fn addresses(grid: &Grid, labels: &[Hit<'_>], found: &[Arc<TableMatch>]) -> Vec<(Address, Removability)> {
    let cells = grid.cells().iter().map(|cell| (cell.row, cell.column));
    let figures = found.iter().flat_map(|found| &found.slots).map(|(_, slot)| (slot.row, slot.left));
    let mut addresses: Vec<Address> = cells.chain(figures).collect();
    addresses.sort_unstable();
    addresses.dedup();
    let told = are_told(&addresses, found);
    let told: Vec<(Address, bool)> = addresses.into_iter().zip(told).collect();
    let rows = told.chunk_by(|((row, _), _), ((next, _), _)| row == next);
    rows.flat_map(|row| in_row(grid, row, beside(labels_of(labels, row[0].0.0), found))).collect()
}

/// Returns the same for a row, of which is known what is told and how figures beside its labels are.
fn in_row(grid: &Grid, row: &[(Address, bool)], beside: Removability) -> Vec<(Address, Removability)> {
    // Where a row has no figure, what was found shows nothing of how it would be with one.
    let shows = beside == Removability::Yes || grid.row(row[0].0.0).iter().any(is_figure);
    let with_spare = |(address, is_told): &(Address, bool)| {
        let cell = grid.cell(address.0, address.1);
        let is_number = cell.is_none_or(|cell| cell.kind == CellKind::Number);
        let spare = if *is_told && is_number { beside } else { Removability::No };
        (cell.is_some() || spare != Removability::No && shows).then_some((*address, spare))
    };
    row.iter().filter_map(with_spare).collect()
}

/// Returns whether each of these is in a place of its own for one table, and for every other that looked at its row,
/// unless that made nothing of it.
fn are_told(addresses: &[Address], found: &[Arc<TableMatch>]) -> Vec<bool> {
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

/// Returns whether figures beside these labels are spare. Without any beside it, what may be a heading is one, and
/// where there is no label the figures tell which row is theirs. The heading of a group stands for the group's rows
/// where it has figures, unless one of them has the same row.
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
