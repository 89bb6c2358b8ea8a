//! Tables with rows and columns swapped, which are searched for on a transposed grid.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;

use super::equation::{SumState, Term};
use super::label::Item;
use super::oddity::Oddity;
use super::reading::terms;
use super::table_match::{Hit, Slot, TableMatch};
use super::{Form, Forms};
use crate::document::{Cell, Grid, Region};

/// Finds the tables on a grid that match one table, given by the indexes of the form and of its table.
type FindTables<'f> = dyn Fn(&Grid, (usize, usize)) -> Vec<TableMatch> + 'f;

/// Most sums that one wrong cell breaks: those of its row, of its column and of the balance.
const MAX_BROKEN: usize = 3;

/// Adds the tables that `labels` name and that were not found, if they are found with rows and columns swapped in rows
/// that no other table has. Because they are accepted only if their sums agree, such a layout is not stable.
pub(super) fn add(grid: &Grid, forms: &Forms, labels: &[Hit<'_>], found: &mut Vec<TableMatch>, find: &FindTables<'_>) {
    let (mut turned, mut is_weighed) = (Vec::new(), false);
    for (form_at, form) in forms.all.iter().enumerate() {
        for table in 0..form.tables.len() {
            let is_known =
                found.iter().any(|other| (other.form, other.table) == (form_at, table) && other.weight() > 0);
            if is_known || !is_named(form, (form_at, table), labels) {
                continue;
            }
            let runs = free_rows(grid, found).into_iter();
            for one in runs.filter_map(|rows| find_one(grid, form, (form_at, table), rows, find)) {
                is_weighed = true;
                turned.extend(agrees(grid, form, &one.slots, one.combined).then_some(one));
            }
        }
    }
    found.extend(turned);
    if is_weighed {
        for found in found.iter_mut() {
            found.is_stable = false;
        }
    }
}

/// Returns whether all columns of a table's blocks are among the labels, and most of its rows.
fn is_named(form: &Form, at: (usize, usize), labels: &[Hit<'_>]) -> bool {
    let (mut columns, mut rows) = (BTreeSet::new(), BTreeSet::new());
    for (block, item) in labels.iter().flat_map(|label| label.meanings(at.0, at.1)) {
        match item {
            Item::Column(column) => drop(columns.insert((block, column))),
            Item::Row(row) => drop(rows.insert((block, row))),
            _ => {}
        }
    }
    let blocks = &form.tables[at.1].blocks;
    columns.len() == blocks.iter().map(|block| block.columns.len()).sum::<usize>()
        && rows.len() * 2 > blocks.iter().map(|block| block.rows.len()).sum::<usize>()
}

/// Returns the ranges of rows in which no table was found.
fn free_rows(grid: &Grid, found: &[TableMatch]) -> Vec<RangeInclusive<u32>> {
    let taken = |row: u32| found.iter().any(|found| found.weight() > 0 && (found.top..=found.bottom).contains(&row));
    let last = grid.cells().last().map_or(0, |cell| cell.row);
    let free: Vec<u32> = (0..=last).filter(|row| !taken(*row)).collect();
    free.chunk_by(|one, next| one + 1 == *next).map(|run| run[0]..=run[run.len() - 1]).collect()
}

fn find_one(
    grid: &Grid,
    form: &Form,
    at: (usize, usize),
    rows: RangeInclusive<u32>,
    find: &FindTables<'_>,
) -> Option<TableMatch> {
    let turned = turned_over(grid, &rows);
    let [found] = find(&turned, at).try_into().ok()?;
    let is_plain = found.pieces.is_empty() && found.by_year.is_empty() && found.unassigned(Some(&turned)).is_empty();
    let held: BTreeSet<usize> = found.positions().collect();
    let is_whole =
        form.of_table(at.1).all(|position| form.is_out(position, found.combined) || held.contains(&position));
    let is_back = is_plain && is_whole;
    let slots = found.slots.iter().map(|(position, slot)| Some((*position, back(grid, slot)?)));
    let slots: Vec<(usize, Slot)> = if is_back { slots.collect::<Option<_>>()? } else { return None };
    Some(TableMatch {
        top: *rows.start(),
        bottom: *rows.end(),
        reach: *rows.end(),
        slots,
        unassigned: Vec::new(),
        unclaimed: Vec::new(),
        by_sums: vec![Oddity::Transposed],
        is_stable: false,
        ..found
    })
}

/// Returns the rows of a grid with rows and columns swapped.
fn turned_over(grid: &Grid, rows: &RangeInclusive<u32>) -> Grid {
    let is_inside = |cell: &&Cell| rows.contains(&cell.row);
    let turn = |cell: &Cell| Cell { row: cell.column, column: cell.row, ..cell.clone() };
    let mut turned = Grid::new(&grid.name, grid.cells().iter().filter(is_inside).map(turn).collect());
    let regions = grid.merged.iter().filter(|region| rows.contains(&region.top) && rows.contains(&region.bottom));
    let turn =
        |region: &Region| Region { top: region.left, left: region.top, bottom: region.right, right: region.bottom };
    turned.merged = regions.map(turn).collect();
    turned.typed = grid.typed;
    turned
}

/// Returns the place of a slot on the original grid: of the rows that its label covers, the non-empty one. `None` if
/// several are non-empty.
fn back(grid: &Grid, slot: &Slot) -> Option<Slot> {
    let column = slot.row;
    let is_filled = |row: &u32| grid.cell(*row, column).is_some_and(|cell| !cell.text.trim().is_empty());
    let filled: Vec<u32> = (slot.left..=slot.right).filter(is_filled).collect();
    let row = match filled.as_slice() {
        [] => slot.left,
        [row] => *row,
        _ => return None,
    };
    Some(Slot { row, left: column, right: column, ..*slot })
}

/// Returns whether the table's sums hold, except as many as one wrong cell can break. A shifted table breaks more.
pub(super) fn agrees(grid: &Grid, form: &Form, slots: &[(usize, Slot)], combined: bool) -> bool {
    let terms = terms(grid, slots);
    let term = |position: usize| {
        if form.is_out(position, combined) {
            return Term::Known(rust_decimal::Decimal::ZERO);
        }
        terms.get(&position).copied().unwrap_or(Term::Unknown)
    };
    let is_own = |position: &usize| terms.contains_key(position);
    let own = form.equations.iter().filter(|equation| equation.right.iter().any(is_own));
    let verdicts: Vec<SumState> = own.map(|equation| equation.evaluate(term).state()).collect();
    let count = |wanted: SumState| verdicts.iter().filter(|verdict| **verdict == wanted).count();
    let broken = count(SumState::Broken);
    broken == 0 || broken <= MAX_BROKEN && count(SumState::Kept) > broken
}
