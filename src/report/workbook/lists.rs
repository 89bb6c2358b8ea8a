//! The list of problems, each with a link to its cell, and the list of missing units.

use chrono::NaiveDate;
use rust_xlsxwriter::{FormatUnderline, IgnoreError, Worksheet};

use super::{BEFORE, BookPlan};
use crate::outcome::{Identified, Outcome};
use crate::report::{Failure, marks, office, sheet};

/// Width of the column of messages, in characters.
const MESSAGE: f64 = 44.0;
/// Maximum number of links on a sheet; Excel allows 65,530.
const LINKS: usize = 65_000;

pub(super) fn problems(plan: &BookPlan, sheet: &mut Worksheet) -> Result<(), Failure> {
    sheet.set_name("问题清单")?;
    let widths = [10.0, 6.5, 9.0, 16.0, 7.0, 36.0, 11.0, 26.0, 9.0, MESSAGE, 18.0, 14.0, 9.0];
    header(sheet, &office::PROBLEMS, &widths)?;
    let mut count = 0;
    for (at, identified) in plan.outcome.identified().enumerate() {
        let row = sheet::row(at + 1)?;
        let cells = office::problem(plan.outcome, &identified);
        let highest =
            cells.iter().zip(widths).map(|(said, width)| sheet::height(said, width * 0.93)).fold(22.0, f64::max);
        sheet.set_row_height(row, highest.min(400.0))?;
        let tint = sheet::tint(marks::weight(&identified));
        for (column, said) in cells.iter().enumerate() {
            let format = if matches!(column, 5 | 7 | 9) { sheet::label() } else { sheet::figure() };
            // The severity has the same tint as on every sheet.
            let format = if column == 2 { format.set_background_color(tint) } else { format };
            sheet.write_string_with_format(row, sheet::column(column)?, sheet::text(said), &format)?;
        }
        if let Some(target) = target(plan, &identified)?.filter(|_| count < LINKS) {
            count += 1;
            let brief = brief_place(&identified, plan);
            let whole = if cells[5].is_empty() { "（整份报告）" } else { &cells[5] };
            let said = brief.as_deref().unwrap_or(whole);
            let format = sheet::label().set_font_color(0x0005_63C1).set_underline(FormatUnderline::Single);
            sheet.write_url_with_options(
                row,
                5,
                target.as_str(),
                sheet::text(said),
                "转到单位的这一格",
                Some(&format),
            )?;
        }
    }
    finish(sheet, plan.outcome.findings.len(), widths.len(), plan.outcome.settings.date)
}

/// Returns a short place for a finding about figures, because some programs truncate long links.
fn brief_place(identified: &Identified, plan: &BookPlan) -> Option<String> {
    let finding = identified.finding;
    let (_, form) = plan.outcome.corpus.report(finding.entry()?)?;
    let brief = &form.indicators[*finding.figures.first()?].brief;
    let count = finding.figures.len();
    let said = if count > 1 { format!("{brief}等{count}格") } else { brief.clone() };
    finding.tables.is_empty().then_some(said)
}

/// Returns the cell of a finding in the sheets of units.
fn target(plan: &BookPlan, identified: &Identified) -> Result<Option<String>, Failure> {
    let finding = identified.finding;
    let own = plan.outcome.corpus.form_of(finding.entry());
    let position = finding.figures.first().and_then(|figure| plan.form.position(&own.indicators[*figure].id));
    let of_figure = position.and_then(|position| {
        plan.tables.iter().find_map(|table| Some((table, table.figures.iter().position(|at| *at == position)?)))
    });
    let id = finding.tables.first().map(|table| &own.tables[*table].id);
    let of_table = || plan.tables.iter().find(|table| Some(&plan.form.tables[table.table].id) == id);
    let (table, column) = match (of_figure, of_table().or(plan.tables.first())) {
        (Some((table, column)), _) => (table, BEFORE + column),
        (None, Some(table)) => (table, 1),
        (None, None) => return Ok(None),
    };
    // A report that is not counted is on no sheet.
    let counted = |row: &super::UnitRow| finding.entry().is_none() || row.entry == finding.entry();
    let unit = plan.rows.iter().find(|row| Some(row.unit) == finding.unit() && counted(row)).map(|row| row.unit);
    unit.and_then(|unit| plan.row_of(table, unit)).map(|row| table.address(row, column)).transpose()
}

pub(super) fn missing(outcome: &Outcome, sheet: &mut Worksheet) -> Result<(), Failure> {
    sheet.set_name("未报送名单")?;
    let widths = [40.0, 12.0, 18.0, 16.0];
    header(sheet, &office::MISSING, &widths)?;
    let rows = office::missing_rows(outcome);
    for (at, cells) in rows.iter().enumerate() {
        for (column, said) in cells.iter().enumerate() {
            let format = if column == 0 { sheet::label() } else { sheet::figure() };
            sheet.write_string_with_format(sheet::row(at + 1)?, sheet::column(column)?, sheet::text(said), &format)?;
        }
    }
    finish(sheet, rows.len(), widths.len(), outcome.settings.date)
}

fn header(sheet: &mut Worksheet, names: &[&str], widths: &[f64]) -> Result<(), Failure> {
    for (column, (name, width)) in names.iter().zip(widths).enumerate() {
        let column = sheet::column(column)?;
        sheet.write_string_with_format(0, column, *name, &sheet::heading())?;
        sheet.set_column_width(column, *width)?;
    }
    sheet.set_row_height(0, 24)?;
    Ok(())
}

fn finish(sheet: &mut Worksheet, rows: usize, columns: usize, date: Option<NaiveDate>) -> Result<(), Failure> {
    let (last, right) = (sheet::row(rows)?, sheet::column(columns - 1)?);
    sheet.autofilter(0, 0, last, right)?;
    // Raw texts are shown as read, including those that are only digits.
    sheet.ignore_error_range(0, 0, last, right, IgnoreError::NumberStoredAsText)?;
    sheet.set_freeze_panes(1, 0)?;
    sheet.set_repeat_rows(0, 0)?;
    sheet::page(sheet, columns > 6, date);
    Ok(())
}
