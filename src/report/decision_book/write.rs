//! Writer of the sheets: drop-down lists, frozen headers, and protection without a password for the program's own
//! columns.

use rust_xlsxwriter::{
    Color, DataValidation, ExcelDateTime, Format, FormatAlign, FormatBorder, Formula, ProtectionOptions, Workbook,
    Worksheet,
};

use super::book_pages::{BookDraft, DecisionPage};
use super::hints::hints;
use crate::decisions::{Topic, UNIT_LIST};
use crate::document::{Cell, CellKind};
use crate::report::{Failure, sheet};

/// Number of rows below the filled ones in which answers can be chosen from a list.
const FREE_ROWS: u32 = 300;
/// Number of columns that are unlocked for a person's own entries.
const FREE_COLUMNS: u16 = 60;
/// Text colour of rows that no longer apply.
const GREY_TEXT: Color = Color::RGB(0x00A6_A6A6);
/// Width of a column of the office's own, in characters.
const OWN_WIDTH: f64 = 14.0;

/// Returns the workbook.
pub(super) fn xlsx(book: &BookDraft, units: &[&str]) -> Result<Vec<u8>, Failure> {
    let mut workbook = sheet::workbook("办理单", "decisions")?;
    for page in &book.pages {
        let sheet = workbook.add_worksheet();
        sheet.set_name(&page.name)?;
        match page.topic {
            Some(topic) => write_topic(sheet, page, topic, units)?,
            None => write_own(sheet, page)?,
        }
    }
    if !units.is_empty() {
        list_units(&mut workbook, units)?;
    }
    sheet::saved(&mut workbook)
}

fn list_units(workbook: &mut Workbook, units: &[&str]) -> Result<(), Failure> {
    let list = workbook.add_worksheet();
    list.set_name(UNIT_LIST)?.set_hidden(true);
    for (row, unit) in (0..).zip(units) {
        list.write_string(row, 0, sheet::text(unit))?;
    }
    Ok(())
}

/// Writes the office's own sheet: its cells and merged ranges.
fn write_own(sheet: &mut Worksheet, page: &DecisionPage) -> Result<(), Failure> {
    let format = Format::new().set_text_wrap().set_align(FormatAlign::VerticalCenter);
    for region in &page.merged {
        let (left, right) = (narrow(region.left)?, narrow(region.right)?);
        if (region.top, left) != (region.bottom, right) {
            sheet.merge_range(region.top, left, region.bottom, right, "", &format)?;
        }
    }
    page.cells.values().try_for_each(|cell| write_cell(sheet, cell, &format))
}

/// Writes a sheet of decisions.
fn write_topic(sheet: &mut Worksheet, page: &DecisionPage, topic: Topic, units: &[&str]) -> Result<(), Failure> {
    let free = Format::new().set_unlocked();
    for column in 0..FREE_COLUMNS {
        sheet.set_column_width(column, OWN_WIDTH)?;
        sheet.set_column_format(column, &free)?;
    }
    for (column, width) in page.columns.iter().zip(widths(topic)) {
        sheet.set_column_width(narrow(*column)?, *width)?;
    }
    for row in page.rows() {
        for (own, column) in
            page.columns.iter().enumerate().filter(|(_, column)| !page.cells.contains_key(&(row, **column)))
        {
            let is_program = topic.program_columns().contains(&own);
            sheet.write_blank(row, narrow(*column)?, &format_of(page, row, is_program))?;
        }
    }
    for ((row, column), cell) in &page.cells {
        let own = page.columns.iter().position(|stands| stands == column);
        let is_program = own.is_some_and(|own| topic.program_columns().contains(&own));
        write_cell(sheet, cell, &format_of(page, *row, is_program))?;
    }
    for (row, why) in &page.grey {
        let column = page.columns.first().copied().unwrap_or(0);
        sheet.insert_note(*row, narrow(column)?, &sheet::note(&format!("已不适用：{why}")))?;
    }
    for (column, hint) in page.columns.iter().zip(hints(topic)) {
        sheet.insert_note(page.header, narrow(*column)?, &sheet::note(hint))?;
    }
    set_heights(sheet, page, topic)?;
    choices(sheet, page, topic, units)?;
    sheet.set_freeze_panes(page.header + 1, 0)?;
    sheet.set_repeat_rows(page.header, page.header)?;
    sheet.protect_with_options(&ProtectionOptions {
        format_cells: true,
        format_columns: true,
        format_rows: true,
        insert_columns: true,
        insert_rows: true,
        insert_links: true,
        delete_columns: true,
        delete_rows: true,
        sort: true,
        use_autofilter: true,
        ..ProtectionOptions::new()
    });
    let last = page.columns.iter().max().copied().unwrap_or(0);
    sheet.autofilter(page.header, 0, page.next_row().max(page.header + 1), narrow(last)?)?;
    sheet::page(sheet, true, None);
    Ok(())
}

fn format_of(page: &DecisionPage, row: u32, is_program: bool) -> Format {
    if row == page.header {
        return sheet::heading().set_text_wrap();
    }
    let format = Format::new()
        .set_font_name("宋体")
        .set_font_size(10.5)
        .set_align(FormatAlign::VerticalCenter)
        .set_text_wrap()
        .set_border(FormatBorder::Thin);
    let format = if is_program { format.set_background_color(0x00F7_F7F7) } else { format.set_unlocked() };
    if page.grey.contains_key(&row) { format.set_font_color(GREY_TEXT) } else { format }
}

/// Sets the height of each row for its longest text.
fn set_heights(sheet: &mut Worksheet, page: &DecisionPage, topic: Topic) -> Result<(), Failure> {
    for row in page.rows() {
        let needed = |(column, width): (usize, &f64)| sheet::height(page.text(row, column), *width * 0.9);
        let highest = widths(topic).iter().enumerate().map(needed).fold(20.0, f64::max);
        sheet.set_row_height(row, highest.min(400.0))?;
    }
    Ok(())
}

/// Adds the drop-down lists.
fn choices(sheet: &mut Worksheet, page: &DecisionPage, topic: Topic, units: &[&str]) -> Result<(), Failure> {
    let (first, last) = (page.header + 1, page.next_row() + FREE_ROWS);
    let choice = |words: &[&str]| DataValidation::new().allow_list_strings(words);
    let of_units = || {
        let range = Formula::new(format!("='{UNIT_LIST}'!$A$1:$A${}", units.len()));
        // A name that is typed in full is also accepted.
        DataValidation::new().allow_list_formula(range).show_error_message(false)
    };
    let mut validations = match topic {
        Topic::Explanations => vec![(Topic::ACCEPTED, choice(&["是", "否"])?)],
        Topic::Corrections | Topic::Names => Vec::new(),
        Topic::Adoptions => vec![(2, choice(&["是"])?)],
    };
    if !units.is_empty() {
        match topic {
            Topic::Corrections => validations.push((0, of_units())),
            Topic::Names => validations.push((1, of_units())),
            Topic::Explanations | Topic::Adoptions => {}
        }
    }
    for (column, validation) in validations {
        let column = narrow(page.columns[column])?;
        sheet.add_data_validation(first, column, last, column, &validation)?;
    }
    Ok(())
}

fn widths(topic: Topic) -> &'static [f64] {
    match topic {
        Topic::Explanations => &[18.0, 24.0, 7.0, 52.0, 34.0, 8.0, 10.0, 12.0, 14.0, 30.0],
        Topic::Corrections => &[24.0, 26.0, 8.0, 26.0, 16.0, 10.0, 10.0, 30.0, 10.0, 12.0],
        Topic::Names => &[34.0, 34.0, 60.0],
        Topic::Adoptions => &[30.0, 60.0, 8.0],
    }
}

/// Writes a cell with its type.
fn write_cell(sheet: &mut Worksheet, cell: &Cell, format: &Format) -> Result<(), Failure> {
    let (row, column) = (cell.row, narrow(cell.column)?);
    let text = cell.text.as_str();
    if let Some(formula) = &cell.formula {
        sheet.write_formula_with_format(row, column, Formula::new(formula.as_str()).set_result(text), format)?;
        return Ok(());
    }
    match cell.kind {
        CellKind::Number => match text.parse::<f64>() {
            Ok(number) => sheet.write_number_with_format(row, column, number, format)?,
            Err(_) => sheet.write_string_with_format(row, column, text, format)?,
        },
        CellKind::Date => match ExcelDateTime::parse_from_str(text) {
            Ok(date) => {
                let shown = if text.contains(':') { "yyyy-mm-dd hh:mm" } else { "yyyy-mm-dd" };
                sheet.write_datetime_with_format(row, column, &date, &format.clone().set_num_format(shown))?
            }
            Err(_) => sheet.write_string_with_format(row, column, text, format)?,
        },
        CellKind::Boolean => sheet.write_boolean_with_format(row, column, text.eq_ignore_ascii_case("true"), format)?,
        CellKind::Text | CellKind::Error | CellKind::NoResult => {
            sheet.write_string_with_format(row, column, sheet::text(text), format)?
        }
    };
    Ok(())
}

fn narrow(column: u32) -> Result<u16, Failure> {
    Ok(u16::try_from(column)?)
}
