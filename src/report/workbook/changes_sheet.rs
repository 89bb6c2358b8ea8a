//! Differences from an earlier run: one row for each unit, then one row for each total.

use rust_xlsxwriter::Worksheet;

use crate::changes::Changes;
use crate::finding::Language;
use crate::outcome::Outcome;
use crate::report::change_words::{
    finding_counts, next_step, open_in_words, received_in_words, since_in_words, status, total_title,
    unit_changes_in_words, units_behind,
};
use crate::report::layout::Area;
use crate::report::{Failure, sheet};

const WIDTHS: [f64; 6] = [34.0, 11.0, 11.0, 44.0, 24.0, 22.0];

/// Writes the sheet.
pub(super) fn write(outcome: &Outcome, changes: &Changes, sheet: &mut Worksheet) -> Result<(), Failure> {
    sheet.set_name("与上次相比")?;
    for (at, width) in WIDTHS.into_iter().enumerate() {
        sheet.set_column_width(sheet::column(at)?, width)?;
    }
    let counts = changes.counts;
    let received = received_in_words(&counts, |count| count.to_string());
    let said = format!("{received}。{}。", finding_counts(&counts).zh);
    line(sheet, 0, &since_in_words(changes).zh, &sheet::title())?;
    line(sheet, 1, &said, &sheet::remark())?;
    sheet.set_row_height(0, 30)?.set_row_height(1, sheet::height(&said, WIDTHS.iter().sum()))?;
    let below = units(changes, sheet, 2)?;
    totals(outcome, changes, sheet, below + 1)?;
    sheet.set_repeat_rows(2, 2)?;
    sheet::page(sheet, true, outcome.settings.date);
    Ok(())
}

fn line(sheet: &mut Worksheet, row: usize, said: &str, format: &rust_xlsxwriter::Format) -> Result<(), Failure> {
    sheet::put(sheet, Area { top: row, left: 0, bottom: row, right: WIDTHS.len() - 1 }, said, format)
}

/// Writes the units from a row on, and returns the first row below them.
fn units(changes: &Changes, sheet: &mut Worksheet, top: usize) -> Result<usize, Failure> {
    let heads = ["单位", "上次", "本次", "改动", "仍未解决", "下一步"];
    cells(sheet, top, &heads.map(str::to_owned), true)?;
    for (row, unit) in (top + 1..).zip(&changes.units) {
        let [then, now] = [&unit.before, &unit.after].map(|word| status(word, Language::Chinese));
        let texts =
            [unit.unit.clone(), then, now, unit_changes_in_words(unit).zh, open_in_words(unit), next_step(unit).zh];
        cells(sheet, row, &texts, false)?;
    }
    Ok(top + 1 + changes.units.len())
}

fn totals(outcome: &Outcome, changes: &Changes, sheet: &mut Worksheet, top: usize) -> Result<(), Failure> {
    if changes.totals.is_empty() {
        return line(sheet, top, "合计没有变化。", &sheet::remark());
    }
    cells(sheet, top, &["合计", "上次", "本次", "由哪些单位引起"].map(str::to_owned), true)?;
    for (row, total) in (top + 1..).zip(&changes.totals) {
        let texts = [
            total_title(outcome, &total.indicator).to_owned(),
            total.before.clone(),
            total.after.clone(),
            units_behind(total),
        ];
        cells(sheet, row, &texts, false)?;
    }
    Ok(())
}

fn cells(sheet: &mut Worksheet, row: usize, texts: &[String], is_head: bool) -> Result<(), Failure> {
    let heights = texts.iter().zip(WIDTHS).map(|(said, width)| sheet::height(said, width * 0.93));
    sheet.set_row_height(sheet::row(row)?, heights.fold(22.0, f64::max).min(400.0))?;
    for (at, said) in texts.iter().enumerate() {
        let format = match (is_head, at) {
            (true, _) => sheet::heading(),
            (false, 0 | 3) => sheet::label(),
            (false, _) => sheet::figure(),
        };
        let (row, column) = (sheet::row(row)?, sheet::column(at)?);
        match said.parse::<f64>() {
            Ok(number) => sheet.write_number_with_format(row, column, number, &format)?,
            Err(_) => sheet.write_string_with_format(row, column, sheet::text(said), &format)?,
        };
    }
    Ok(())
}
