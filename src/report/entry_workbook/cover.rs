//! The cover sheet: unit, year, form, and the number of blank cells.

use rust_xlsxwriter::{DataValidation, DataValidationRule, Format, FormatAlign, Formula, Worksheet};

use super::sheet_plan::SheetPlan;
use super::table_sheet::{blank_count, blanks_at_first};
use super::{ENTRY_VERSION, check_sheet, protection, title};
use crate::report::layout::Area;
use crate::report::{Failure, sheet};

/// The name of the sheet.
pub(in crate::report) const COVER_SHEET: &str = "封面";
/// Labels of the lines with the report year and with the form.
pub(in crate::report) const YEAR_LABEL: &str = "报告年度";
pub(in crate::report) const FORM_LABEL: &str = "表式";

/// Writes the sheet.
pub(super) fn write(plan: &SheetPlan<'_>, sheet: &mut Worksheet) -> Result<(), Failure> {
    sheet.set_name(COVER_SHEET)?;
    sheet.set_column_width(0, 18)?.set_column_width(1, 62)?;
    sheet::put(sheet, Area { top: 0, left: 0, bottom: 0, right: 1 }, &title(plan.entry), &sheet::title())?;
    sheet.set_row_height(0, 48)?;
    let mut row = 2;
    identity(plan, sheet, &mut row)?;
    progress(plan, sheet, &mut row)?;
    for label in ["填表人", "审核人", "联系电话"] {
        line(sheet, &mut row, label, "", &sheet::label().set_unlocked())?;
    }
    sheet::page_for_others(sheet, false);
    sheet.protect_with_options(&protection());
    Ok(())
}

fn line(sheet: &mut Worksheet, row: &mut u32, label: &str, said: &str, format: &Format) -> Result<(), Failure> {
    sheet.write_string_with_format(*row, 0, label, &sheet::heading())?;
    if said.is_empty() {
        sheet.write_blank(*row, 1, format)?;
    } else {
        sheet.write_string_with_format(*row, 1, sheet::text(said), format)?;
    }
    sheet.set_row_height(*row, 30)?;
    *row += 1;
    Ok(())
}

/// Writes unit, year and form. Unknown unit and year are input cells.
fn identity(plan: &SheetPlan<'_>, sheet: &mut Worksheet, row: &mut u32) -> Result<(), Failure> {
    let entry = plan.entry;
    match entry.unit {
        Some(unit) => line(sheet, row, "填报单位", &unit.name, &sheet::label())?,
        None => line(sheet, row, "填报单位", "", &sheet::label().set_unlocked())?,
    }
    let year = sheet::label().set_align(FormatAlign::Left);
    if let Some(known) = entry.year {
        line(sheet, row, YEAR_LABEL, &format!("{known}年"), &year)?;
    } else {
        let years = DataValidation::new()
            .allow_whole_number(DataValidationRule::Between(2008, 2099))
            .set_error_title("填写有误")?
            .set_error_message("填报告年度的四位数字，例如2025。")?;
        sheet.add_data_validation(*row, 1, *row, 1, &years)?;
        line(sheet, row, YEAR_LABEL, "", &year.set_unlocked())?;
    }
    line(sheet, row, FORM_LABEL, &format!("{}（第{ENTRY_VERSION}版）", entry.form.basis), &sheet::label())
}

/// Writes the number of blank cells of each table, and the number of sums that hold.
fn progress(plan: &SheetPlan<'_>, sheet: &mut Worksheet, row: &mut u32) -> Result<(), Failure> {
    for table in &plan.tables {
        let blank = blank_count(plan, table, true);
        let formula = format!("IF({blank}=0,\"各格都已填写\",\"还有\"&({blank})&\"格空白\")");
        let result = format!("还有{}格空白", blanks_at_first(plan, table));
        sheet.write_string_with_format(*row, 0, &table.name, &sheet::heading())?;
        let formula = Formula::new(formula).set_result(result);
        sheet.write_formula_with_format(*row, 1, formula, &sheet::label())?;
        sheet.set_row_height(*row, 30)?;
        *row += 1;
    }
    sheet.write_string_with_format(*row, 0, "勾稽关系", &sheet::heading())?;
    sheet.write_formula_with_format(*row, 1, check_sheet::summary_formula(plan), &sheet::label())?;
    sheet.set_row_height(*row, 36)?;
    *row += 1;
    Ok(())
}
