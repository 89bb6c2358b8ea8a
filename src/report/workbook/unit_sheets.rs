//! The sheet of a table: one row for each unit, one column for each figure.

use chrono::NaiveDate;
use rust_xlsxwriter::{Format, Worksheet};

use super::{ABOVE, BEFORE, BookPlan, TableSheet, UnitRow, measure};
use crate::outcome::Identified;
use crate::report::layout::Area;
use crate::report::sheet::FigureCell;
use crate::report::{Failure, marks, office, sheet};

/// Maximum number of figures that fit the width of one page.
const ONE_PAGE: usize = 24;
/// Approximate number of figures on a page of a table that is split.
const A_PAGE: usize = 21;
/// Width of the column of names, in characters.
const NAME: f64 = 24.0;

pub(super) fn write(plan: &BookPlan, table: &TableSheet, sheet: &mut Worksheet) -> Result<(), Failure> {
    sheet.set_name(&table.name)?;
    headings(plan, table, sheet)?;
    for (at, row) in plan.rows.iter().enumerate() {
        let number = table.first + at;
        let name = plan.outcome.unit_name(Some(row.unit), row.entry);
        sheet.set_row_height(sheet::row(number)?, sheet::height(name, NAME))?;
        match row.entry {
            Some(entry) => counted(plan, table, sheet, (number, at + 1), (row, entry))?,
            None => absent(plan, table, sheet, (number, at + 1), row)?,
        }
    }
    let last = BEFORE + table.figures.len() - 1;
    sheet.autofilter(sheet::row(table.first - 1)?, 0, sheet::row(table.last)?, sheet::column(last)?)?;
    sheet.set_freeze_panes(sheet::row(table.first)?, sheet::column(BEFORE)?)?;
    paper(table, sheet, plan.outcome.settings.date)
}

fn headings(plan: &BookPlan, table: &TableSheet, sheet: &mut Worksheet) -> Result<(), Failure> {
    let width = if table.figures.len() > ONE_PAGE { 6.5 } else { 12.0 };
    let mut widths = vec![6.0, NAME, 10.0];
    widths.extend(std::iter::repeat_n(width, table.figures.len()));
    for (at, width) in widths.iter().enumerate() {
        sheet.set_column_width(sheet::column(at)?, *width)?;
    }
    // The title only spans the columns that fit a screen, so that it stays visible.
    let shown = (BEFORE + table.figures.len()).min(BEFORE + ONE_PAGE) - 1;
    let spec = &plan.form.tables[table.table];
    let title = format!("{}年{}　{}（各单位）", plan.outcome.corpus.year, spec.name, spec.title);
    sheet::put(sheet, Area { top: 0, left: 0, bottom: 0, right: shown }, &title, &sheet::title())?;
    let said = format!("{}。空白未按0计。{}", office::received(plan.outcome), sheet::LEGEND);
    sheet::put(sheet, Area { top: 1, left: 0, bottom: 1, right: shown }, &said, &sheet::remark())?;
    let bottom = ABOVE + table.depth;
    let mut texts = Vec::new();
    for (column, said) in ["序号", "单位", "状态"].into_iter().enumerate() {
        let area = Area { top: ABOVE, left: column, bottom: bottom - 1, right: column };
        sheet::put(sheet, area, said, &sheet::heading())?;
        sheet.write_string_with_format(
            sheet::row(bottom)?,
            sheet::column(column)?,
            if column == 1 { "计量单位" } else { "" },
            &sheet::heading().set_bold(),
        )?;
    }
    for span in &table.headings {
        let (top, bottom) = (ABOVE + span.level, ABOVE + span.end_level);
        let area = Area { top, left: BEFORE + span.first, bottom, right: BEFORE + span.last };
        sheet::put(sheet, area, &span.label, &sheet::heading())?;
        texts.push((area, span.label.as_str()));
    }
    for (at, position) in table.figures.iter().enumerate() {
        let (row, column) = (sheet::row(bottom)?, sheet::column(BEFORE + at)?);
        sheet.write_string_with_format(row, column, measure(plan.form, *position), &sheet::heading())?;
    }
    sheet::set_heights(sheet, &texts, &widths, ABOVE..bottom + 1)?;
    sheet.set_row_height(0, 30)?.set_row_height(1, 20)?;
    Ok(())
}

/// Writes a unit whose report counts.
fn counted(
    plan: &BookPlan,
    table: &TableSheet,
    sheet: &mut Worksheet,
    (row, number): (usize, usize),
    (unit, entry): (&UnitRow, usize),
) -> Result<(), Failure> {
    let Some((report, form)) = plan.outcome.corpus.report(entry) else { return Ok(()) };
    let marks = plan.marks.get(&entry);
    let own_table = form.tables.iter().position(|spec| spec.id == plan.form.tables[table.table].id);
    let mut on_unit: Vec<Identified> =
        own_table.and_then(|table| marks?.tables.get(&table)).map(Vec::as_slice).unwrap_or_default().to_vec();
    on_unit.extend(marks.map(|marks| marks.whole.as_slice()).unwrap_or_default());
    let at = sheet::row(row)?;
    sheet.write_number_with_format(at, 0, sheet::row(number)?, &sheet::figure())?;
    let name = plan.outcome.unit_name(Some(unit.unit), Some(entry));
    sheet.write_string_with_format(at, 1, sheet::text(name), &tinted(sheet::label(), &on_unit))?;
    if !on_unit.is_empty() {
        let file = &plan.outcome.corpus.entries[entry].submission.file;
        let said = format!("{}\n原文件：{file}", marks::sentences(&on_unit));
        sheet.insert_note(at, 1, &sheet::note(&said))?;
    }
    sheet.write_string_with_format(at, 2, unit.status, &sheet::figure())?;
    for (column, position) in table.figures.iter().enumerate() {
        let column = sheet::column(BEFORE + column)?;
        // A report on another form has the indicators that both forms have.
        let Some(own) = form.position(&plan.form.indicators[*position].id) else {
            sheet.write_blank(at, column, &sheet::figure())?;
            continue;
        };
        let found = marks.and_then(|marks| marks.figures.get(&own)).map(Vec::as_slice).unwrap_or_default();
        FigureCell::added(report.figures.at(own), &form.indicators[own]).write(
            sheet,
            at,
            column,
            &tinted(sheet::figure(), found),
        )?;
        if let Some(said) = marks::note(plan.outcome, entry, own, found) {
            sheet.insert_note(at, column, &sheet::note(&said))?;
        }
    }
    Ok(())
}

/// Writes a unit without a counted report: grey, with the reason. Figures typed in are added.
fn absent(
    plan: &BookPlan,
    table: &TableSheet,
    sheet: &mut Worksheet,
    (row, number): (usize, usize),
    unit: &UnitRow,
) -> Result<(), Failure> {
    let grey = |format: Format| format.set_background_color(sheet::GREY).set_font_color(0x0080_8080);
    let at = sheet::row(row)?;
    sheet.write_number_with_format(at, 0, sheet::row(number)?, &grey(sheet::figure()))?;
    let name = sheet::text(plan.outcome.unit_name(Some(unit.unit), None));
    sheet.write_string_with_format(at, 1, name, &grey(sheet::label()))?;
    sheet.write_string_with_format(at, 2, unit.status, &grey(sheet::figure()))?;
    for column in 0..table.figures.len() {
        sheet.write_blank(at, sheet::column(BEFORE + column)?, &grey(sheet::figure()))?;
    }
    Ok(())
}

fn tinted(format: Format, found: &[Identified]) -> Format {
    match marks::heaviest(found) {
        Some(severity) => format.set_background_color(sheet::tint(severity)),
        None => format,
    }
}

/// Sets the page layout: landscape, with headers and units on every page. A wide table is split between rows of the
/// form.
fn paper(table: &TableSheet, sheet: &mut Worksheet, date: Option<NaiveDate>) -> Result<(), Failure> {
    sheet::page(sheet, true, date);
    sheet.set_repeat_rows(sheet::row(ABOVE)?, sheet::row(table.first - 1)?)?;
    if table.figures.len() > ONE_PAGE {
        sheet.set_repeat_columns(0, sheet::column(BEFORE - 1)?)?;
        let (mut breaks, mut begun) = (Vec::new(), 0);
        for pair in table.ends.windows(2) {
            if pair[1] - begun > A_PAGE {
                breaks.push(u32::from(sheet::column(BEFORE + pair[0])?));
                begun = pair[0];
            }
        }
        sheet.set_vertical_page_breaks(&breaks)?;
        sheet.set_print_scale(54);
    }
    Ok(())
}
