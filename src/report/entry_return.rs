//! Comparison of a returned entry workbook with the one that was sent out.

use super::entry_workbook::{CHECK_SHEET, ENTRY_VERSION, entry_cells, entry_labels};
use super::own::EntryMark;
use crate::document::{Document, Grid};
use crate::form::Form;
use crate::place::{Spot, column_letters};
use crate::spelling::compact;
use crate::submission::{Report, ReturnedForm};

/// Prefix of the indicators with cells that may contain formulas: they combine last year's figure with the unit's
/// correction.
const GIVEN_ROW: &str = "t3.carried_in.";

/// Returns the properties of a returned workbook and the changes in it. The results of its own checks are not used:
/// they are computed again from the figures.
#[must_use]
pub fn returned_form(mark: &EntryMark, document: &Document, report: &Report, form: &Form) -> ReturnedForm {
    let is_current = mark.version == ENTRY_VERSION && mark.form == form.id;
    let mut returned = ReturnedForm {
        unit_id: mark.unit_id.clone(),
        unit: mark.unit.clone(),
        year: mark.year,
        is_current,
        ..ReturnedForm::default()
    };
    // The cells of another version's layout are not known.
    if is_current {
        compare(&mut returned, document, report, form);
    }
    returned
}

fn compare(returned: &mut ReturnedForm, document: &Document, report: &Report, form: &Form) {
    let grid = |sheet: &str| document.grids.iter().find(|grid| &*grid.name == sheet);
    for (cell, label) in entry_labels(form) {
        let text = grid(&cell.sheet).and_then(|grid| grid.cell(cell.row, cell.column)).map(|cell| compact(&cell.text));
        if text.as_deref() != Some(&compact(&label)) {
            returned.labels.push(format!("{}{}{}", cell.sheet, column_letters(cell.column), cell.row + 1));
        }
    }
    for (position, cell) in entry_cells(form).into_iter().enumerate() {
        let spot = Spot::Sheet { row: cell.row, column: cell.column };
        let place = report.figures.at(position).place();
        if place.is_some_and(|place| place.spot != spot || *place.sheet != *cell.sheet) {
            returned.moved.push(position);
        }
        let formula = grid(&cell.sheet).and_then(|grid| grid.cell(cell.row, cell.column)?.formula.as_ref());
        if formula.is_some() && !form.indicators[position].id.starts_with(GIVEN_ROW) {
            returned.formulas.push(position);
        }
    }
    for cell in entry_cells(form) {
        let first = cell.column + 1;
        match returned.check_columns.iter_mut().find(|(sheet, _)| *sheet == cell.sheet) {
            Some((_, column)) => *column = first.max(*column),
            None => returned.check_columns.push((cell.sheet, first)),
        }
    }
    let computes = |grid: &Grid| grid.cells().iter().filter(|cell| cell.formula.is_some()).count();
    returned.is_unchecked = grid(CHECK_SHEET).is_none_or(|grid| computes(grid) < form.equations.len());
}
