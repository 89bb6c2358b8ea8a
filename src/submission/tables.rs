//! Figures of a report's tables: those of its own form, and those that another form's tables have in common with it.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::{Report, figure};
use crate::document::Grid;
use crate::form::{Block, Form, Forms, TableMatch};
use crate::place::Spot;

/// Reads the figures of a table, except those in blocks that belong to another form.
pub(super) fn read_table(
    report: &mut Report,
    form: &Form,
    grid: Option<&Grid>,
    found: &TableMatch,
    foreign: Option<(usize, BTreeSet<usize>)>,
) {
    report.tables[found.table] |= found.positions().next().is_some();
    report.combined |= found.combined;
    report.by_sums.extend(found.by_sums.iter().map(|oddity| (found.table, oddity.clone())));
    let at = grid.map_or_else(Default::default, |grid| (Arc::clone(&grid.name), grid.table));
    if foreign.is_none() {
        report.unassigned.extend(found.unassigned(grid).into_iter().map(|unassigned| (at.clone(), unassigned)));
    }
    let is_own = |position: usize| !foreign.as_ref().is_some_and(|(_, foreign)| foreign.contains(&position));
    if let Some(grid) = grid {
        let own: Vec<_> = found.slots.iter().copied().filter(|(position, _)| is_own(*position)).collect();
        figure::read_into(&mut report.figures, form, grid, &own);
    }
    let own: Vec<_> = found.pieces.iter().filter(|(position, _)| is_own(*position)).cloned().collect();
    figure::read_pieces(&mut report.figures, form, &own);
    report.other_form.extend(foreign.map(|(other, _)| (found.table, other)));
}

/// Reads a table that only another form matches. If the report's form has all its figures, they are taken by their ids;
/// else the table is recorded as one of the other form.
pub(super) fn read_other_form(
    report: &mut Report,
    (form, forms): (&Form, &Forms),
    grid: Option<&Grid>,
    other: &TableMatch,
) {
    let theirs = &forms.all[other.form];
    let id = &theirs.tables[other.table].id;
    let table = form.tables.iter().position(|table| table.id == *id);
    let Some(table) = table.filter(|_| other.positions().next().is_some()) else { return };
    report.tables[table] = true;
    let own = |position: usize| form.position(&theirs.indicators[position].id);
    if !other.positions().all(|position| own(position).is_some()) {
        report.other_form.push((table, other.form));
        return;
    }
    if let Some(grid) = grid {
        let slots: Vec<_> = other.slots.iter().filter_map(|(at, slot)| Some((own(*at)?, *slot))).collect();
        figure::read_into(&mut report.figures, form, grid, &slots);
    }
    let pieces: Vec<_> = other.pieces.iter().filter_map(|(at, piece)| Some((own(*at)?, piece.clone()))).collect();
    figure::read_pieces(&mut report.figures, form, &pieces);
}

/// Returns the figures of a match that lie in blocks of another form; `None` if there is no such block. On a grid these
/// are rows where the other form matches more figures, at least two of them unknown to the match's own form; in running
/// text, blocks where more headings of the other form match.
pub(super) fn foreign_to(found: &TableMatch, other: &TableMatch, forms: &Forms) -> Option<BTreeSet<usize>> {
    let (own, theirs) = (&forms.all[found.form], &forms.all[other.form]);
    // A table with the same figures in both forms belongs to both.
    if other.positions().all(|position| own.position(&theirs.indicators[position].id).is_some()) {
        return None;
    }
    let in_row = |found: &TableMatch, row: u32| found.slots.iter().filter(|(_, slot)| slot.row == row).count();
    let unknown = |row: u32| {
        let slots = other.slots.iter().filter(|(_, slot)| slot.row == row);
        slots.filter(|(position, _)| own.position(&theirs.indicators[*position].id).is_none()).count()
    };
    let rows: BTreeSet<u32> = other.slots.iter().map(|(_, slot)| slot.row).collect();
    let rows: BTreeSet<u32> =
        rows.into_iter().filter(|row| unknown(*row) > 1 && in_row(other, *row) > in_row(found, *row)).collect();
    let headings = |found: &TableMatch, block: usize| found.headings.iter().filter(|(of, _)| *of == block).count();
    let is_foreign_block = |(at, block): &(usize, &Block)| {
        let has_row = |other: &Block| other.rows.iter().any(|row| block.rows.iter().any(|own| own.id == row.id));
        let blocks = theirs.tables.get(other.table).into_iter().flat_map(|table| table.blocks.iter().enumerate());
        blocks.filter(|(_, block)| has_row(block)).any(|(of, _)| headings(other, of) > headings(found, *at))
    };
    let blocks = own.tables[found.table].blocks.iter().enumerate();
    let blocks: Vec<usize> = blocks.filter(is_foreign_block).map(|(at, _)| at).collect();
    if rows.is_empty() && blocks.is_empty() {
        return None;
    }
    let is_foreign = |(position, row): &(usize, Option<u32>)| {
        row.is_some_and(|row| rows.contains(&row)) || row.is_none() && blocks.contains(&own.indicators[*position].block)
    };
    let slots = found.slots.iter().map(|(position, slot)| (*position, Some(slot.row)));
    let pieces = found.pieces.iter().map(|(position, piece)| match piece.place.spot {
        Spot::Sheet { row, .. } | Spot::Table { row, .. } | Spot::Page { row, .. } if found.headings.is_empty() => {
            (*position, Some(row))
        }
        _ => (*position, None),
    });
    Some(slots.chain(pieces).filter(is_foreign).map(|(position, _)| position).collect())
}
