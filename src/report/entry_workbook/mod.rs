//! The entry workbook for a unit: the tables of a form in the official layout, with formulas that check every sum while
//! the unit types.
//!
//! Totals are typed like all figures, and the computed sums are shown next to them: computed totals would hide the
//! errors that redundancy reveals. Formulas only use functions that Excel, WPS and LibreOffice have in common.

mod check_sheet;
mod cover;
mod guide;
mod sheet_plan;
mod table_sheet;

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use rust_xlsxwriter::{DocProperties, ProtectionOptions, Workbook};

use super::own::{EntryMark, MARK};
use super::{Failure, sheet};
use crate::form::Form;
use crate::roster::Unit;
pub(super) use cover::{COVER_SHEET, FORM_LABEL, YEAR_LABEL};
pub(super) use sheet_plan::CHECK_SHEET;
use sheet_plan::SheetPlan;
pub use sheet_plan::{EntryCell, entry_cells, entry_labels};

/// Version of the layout, stored in the properties. It must be increased with every change of the layout.
pub const ENTRY_VERSION: u32 = 1;

/// The parameters of an entry workbook.
#[derive(Debug, Clone)]
pub struct EntryForm<'a> {
    /// The form.
    pub form: &'a Form,
    /// The unit; `None` for any unit.
    pub unit: Option<&'a Unit>,
    /// The report year, if known.
    pub year: Option<u16>,
    /// Figures given by last year's report, by position in the form.
    pub given: BTreeMap<usize, Decimal>,
}

/// Returns the workbook.
///
/// # Errors
/// The error of the workbook writer.
pub fn entry_workbook(entry: &EntryForm<'_>) -> Result<Vec<u8>, Failure> {
    let plan = SheetPlan::new(entry);
    let mut workbook = Workbook::new();
    workbook.set_properties(&properties(entry)?);
    cover::write(&plan, workbook.add_worksheet())?;
    for table in &plan.tables {
        table_sheet::write(&plan, table, workbook.add_worksheet())?;
    }
    check_sheet::write(&plan, workbook.add_worksheet())?;
    guide::write(&plan, workbook.add_worksheet())?;
    sheet::saved(&mut workbook)
}

/// Returns the properties by which a returned workbook is recognised. They have no time.
fn properties(entry: &EntryForm<'_>) -> Result<DocProperties, Failure> {
    let mark = EntryMark {
        version: ENTRY_VERSION,
        form: entry.form.id.clone(),
        unit_id: entry.unit.map(|unit| unit.id.clone()).unwrap_or_default(),
        unit: entry.unit.map(|unit| unit.name.clone()).unwrap_or_default(),
        year: entry.year,
    };
    let properties = sheet::undated()?.set_title(sheet::text(&title(entry)));
    let mut properties = properties.set_custom_property(MARK, mark.property());
    for (name, value) in mark.fields() {
        properties = properties.set_custom_property(name, sheet::text(&value));
    }
    Ok(properties)
}

/// Returns the title of the report.
fn title(entry: &EntryForm<'_>) -> String {
    let unit = entry.unit.map_or("", |unit| unit.name.as_str());
    let year = entry.year.map(|year| format!("{year}年")).unwrap_or_default();
    format!("{unit}{year}政府信息公开工作年度报告")
}

/// Returns the options of a protected sheet. There is no password, because protection only prevents slips.
fn protection() -> ProtectionOptions {
    ProtectionOptions { format_columns: true, format_rows: true, ..ProtectionOptions::new() }
}
