//! Comparison of a returned entry workbook with the one that was sent out.

use super::entry_workbook::{
    CHECK_SHEET, COVER_SHEET, ENTRY_VERSION, FORM_LABEL, YEAR_LABEL, entry_cells, entry_labels,
};
use super::own::EntryMark;
use crate::document::{Document, Grid};
use crate::form::Form;
use crate::place::{Spot, column_letters};
use crate::spelling::{compact, key};
use crate::submission::{Report, ReturnedForm};

/// Prefix of the indicators with cells that may contain formulas: they combine last year's figure with the unit's
/// correction.
const GIVEN_ROW: &str = "t3.carried_in.";

/// Returns the properties of a returned workbook and the changes in it. The results of its own checks are not used:
/// they are computed again from the figures.
#[must_use]
pub fn returned_form(mark: &EntryMark, document: &Document, report: &Report, form: &Form) -> ReturnedForm {
    let is_current = mark.version == ENTRY_VERSION;
    let mut returned = ReturnedForm {
        unit_id: mark.unit_id.clone(),
        unit: mark.unit.clone(),
        year: mark.year,
        form: mark.form.clone(),
        is_current,
        cover_year: on_cover(document, YEAR_LABEL),
        cover_form: on_cover(document, FORM_LABEL),
        ..ReturnedForm::default()
    };
    // The cells of another form's or version's layout are not known.
    if is_current && mark.form == form.id {
        compare(&mut returned, document, report, form);
    }
    returned
}

/// Returns the text beside a label of the cover; empty if the label or the text is missing.
fn on_cover(document: &Document, label: &str) -> String {
    let cover = document.grids.iter().find(|grid| &*grid.name == COVER_SHEET);
    let beside = cover.and_then(|grid| {
        let at = grid.cells().iter().find(|cell| key(&cell.text) == label)?;
        grid.row(at.row).iter().find(|cell| cell.column > at.column)
    });
    beside.map(|cell| cell.text.trim().to_owned()).unwrap_or_default()
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
