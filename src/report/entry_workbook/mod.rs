//! The workbook a unit fills in: the tables of a form in the official layout, with every sum of the form checked before
//! the eyes of whoever types.
//!
//! Totals are typed like every figure and their sums are shown beside them: a computed total would hide the errors that
//! its redundancy shows. Formulas are limited to functions that Excel, WPS and LibreOffice have in common.

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
pub(super) use sheet_plan::CHECK_SHEET;
use sheet_plan::SheetPlan;
pub use sheet_plan::{EntryCell, entry_cells, entry_labels};

/// Version of the layout, written to the properties. Every change of the layout needs a new number.
pub const ENTRY_VERSION: u32 = 1;

/// What a workbook is made for.
#[derive(Debug, Clone)]
pub struct EntryForm<'a> {
    /// The form.
    pub form: &'a Form,
    /// The unit; none for whoever is on no roster.
    pub unit: Option<&'a Unit>,
    /// The report year, where it is known.
    pub year: Option<u16>,
    /// Figures that last year's report decides, by position in the form.
    pub given: BTreeMap<usize, Decimal>,
}

/// Returns the workbook.
///
/// # Errors
/// What the writer of workbooks says.
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
    Ok(workbook.save_to_buffer()?)
}

/// Returns the properties, by which the workbook is recognised when it comes back. It carries no time.
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

/// Returns what a protected sheet still allows. There is no password: protection is against slips alone.
fn protection() -> ProtectionOptions {
    ProtectionOptions { format_columns: true, format_rows: true, ..ProtectionOptions::new() }
}
