//! `汇总表（定稿）.xlsx`: the county's tables in their final form, without tints and notes, and table 3 by kind of unit, each
//! kind on one page.

use std::io::Write;

use rust_decimal::Decimal;
use rust_xlsxwriter::Worksheet;

use super::by_unit::{self, UnitView};
use super::layout::{self, Area};
use super::{Failure, office, sheet};
use crate::form::{Form, Layout};
use crate::outcome::Outcome;
use crate::roster::UnitKind;

/// The kinds, in the order of their sheets.
const KINDS: [UnitKind; 4] = [UnitKind::Township, UnitKind::Subdistrict, UnitKind::Department, UnitKind::Other];
/// Number of rows above the header of a sheet of units.
const ABOVE: usize = 2;

/// Writes the workbook.
pub(super) fn xlsx(outcome: &Outcome, out: &mut dyn Write) -> Result<(), Failure> {
    let mut workbook = sheet::workbook(&office::title(outcome), "final")?;
    let form = outcome.corpus.form();
    for table in 0..form.tables.len() {
        county(outcome, form, table, workbook.add_worksheet())?;
    }
    let views = by_unit::units(outcome);
    for kind in KINDS {
        let units: Vec<&UnitView<'_>> =
            views.iter().filter(|view| view.unit.kind == kind && view.entry.is_some()).collect();
        for table in 0..form.tables.len() {
            if let Some(columns) = KindColumns::of_totals(outcome, form, table, &units) {
                of_kind(outcome, kind, &units, &columns, workbook.add_worksheet())?;
            }
        }
    }
    out.write_all(&sheet::saved(&mut workbook)?)?;
    Ok(())
}

/// Writes a table of the county as printed on the form.
fn county(outcome: &Outcome, form: &Form, table: usize, sheet: &mut Worksheet) -> Result<(), Failure> {
    let spec = &form.tables[table];
    sheet.set_name(&spec.name)?;
    let printed = layout::printed(form, table, office::fills_combined(outcome, table));
    let line = |row: usize| Area { top: row, left: 0, bottom: row, right: printed.columns - 1 };
    sheet::put(sheet, line(0), &office::title(outcome), &sheet::title())?;
    sheet::put(sheet, line(1), &format!("{}　{}", spec.name, spec.title), &sheet::title().set_font_size(12))?;
    sheet::draw(sheet, &printed, ABOVE, &mut |sheet, at, position| {
        number(sheet, at, outcome.total(position).and_then(|total| total.total))
    })?;
    sheet.set_row_height(0, 30)?.set_row_height(1, 24)?;
    let said = format!("{}。{}。", office::received(outcome), office::added_up(outcome, form, table));
    let row = ABOVE + printed.rows;
    sheet::put(sheet, line(row), &said, &sheet::remark())?;
    sheet.set_row_height(sheet::row(row)?, sheet::height(&said, 90.0))?;
    sheet::page_for_others(sheet, printed.columns > 10);
    sheet.set_print_fit_to_pages(1, 1);
    Ok(())
}

fn number(sheet: &mut Worksheet, (row, column): (u32, u16), value: Option<Decimal>) -> Result<(), Failure> {
    match value {
        Some(value) => {
            let format = sheet::decimals(sheet::figure(), value);
            sheet.write_number_with_format(row, column, value.to_string().parse::<f64>()?, &format)?
        }
        None => sheet.write_blank(row, column, &sheet::figure())?,
    };
    Ok(())
}

/// The columns of a sheet of units: figures, with the labels above them.
struct KindColumns {
    title: String,
    name: String,
    figures: Vec<usize>,
    labels: Vec<Vec<String>>,
}

impl KindColumns {
    /// Selects the last column of each row of a table, without rows that are zero for all units. `None` for a table
    /// without groups of rows, which fits a page as it is, and if no row is left.
    fn of_totals(outcome: &Outcome, form: &Form, table: usize, units: &[&UnitView<'_>]) -> Option<Self> {
        let spec = &form.tables[table];
        let block = spec.blocks.first().filter(|block| block.layout == Layout::Matrix && !block.groups.is_empty())?;
        let last = block.columns.len().checked_sub(1)?;
        let (mut figures, mut labels) = (Vec::new(), Vec::new());
        for row in layout::rows_in_order(block, office::shows_combined(outcome, table)) {
            let position = form.place([table, 0, row, last])?;
            let is_filled =
                |view: &&UnitView<'_>| figure(outcome, form, view, position).is_some_and(|value| !value.is_zero());
            if units.iter().any(is_filled) {
                figures.push(position);
                labels.push(layout::row_path(block, &block.rows[row]));
            }
        }
        let title = format!("{}　{}（{}）", spec.name, spec.title, block.columns[last].label);
        (!figures.is_empty()).then(|| Self { title, name: spec.name.clone(), figures, labels })
    }
}

/// Returns the number that a unit adds to a total.
fn figure(outcome: &Outcome, form: &Form, view: &UnitView<'_>, position: usize) -> Option<Decimal> {
    let entry = view.entry?;
    let (_, own) = outcome.corpus.report(entry)?;
    outcome.corpus.added(entry, own.position(&form.indicators[position].id)?)
}

/// Writes the units of a kind, one row each, and their sum.
fn of_kind(
    outcome: &Outcome,
    kind: UnitKind,
    units: &[&UnitView<'_>],
    columns: &KindColumns,
    sheet: &mut Worksheet,
) -> Result<(), Failure> {
    let form = outcome.corpus.form();
    sheet.set_name(format!("{}（{}）", columns.name, kind.chinese()))?;
    let last = columns.figures.len();
    let line = |row: usize| Area { top: row, left: 0, bottom: row, right: last };
    sheet::put(sheet, line(0), &format!("{}　{}", columns.title, kind.chinese()), &sheet::title())?;
    let said = format!("{}个单位，全部为0的项目不列。", units.len());
    sheet::put(sheet, line(1), &said, &sheet::remark())?;
    sheet.set_row_height(0, 30)?.set_row_height(1, 20)?;
    let depth = layout::depth(&columns.labels);
    let mut widths = vec![28.0];
    widths.extend(std::iter::repeat_n(7.5, last));
    for (at, width) in widths.iter().enumerate() {
        sheet.set_column_width(sheet::column(at)?, *width)?;
    }
    let corner = Area { top: ABOVE, left: 0, bottom: ABOVE + depth - 1, right: 0 };
    sheet::put(sheet, corner, "单位", &sheet::heading())?;
    let spans = layout::spans(&columns.labels);
    let mut texts = Vec::new();
    for span in &spans {
        let (top, bottom) = (ABOVE + span.level, ABOVE + span.end_level);
        let area = Area { top, left: 1 + span.first, bottom, right: 1 + span.last };
        sheet::put(sheet, area, &span.label, &sheet::heading())?;
        texts.push((area, span.label.as_str()));
    }
    sheet::set_heights(sheet, &texts, &widths, ABOVE..ABOVE + depth)?;
    let first = ABOVE + depth;
    for (row, view) in (first..).zip(units) {
        sheet.write_string_with_format(sheet::row(row)?, 0, sheet::text(&view.unit.name), &sheet::label())?;
        sheet.set_row_height(sheet::row(row)?, sheet::height(&view.unit.name, 28.0))?;
        for (at, position) in columns.figures.iter().enumerate() {
            number(sheet, (sheet::row(row)?, sheet::column(1 + at)?), figure(outcome, form, view, *position))?;
        }
    }
    let below = first + units.len();
    sheet.write_string_with_format(sheet::row(below)?, 0, "合计", &sheet::heading())?;
    sheet.set_row_height(sheet::row(below)?, 22)?;
    for (at, position) in columns.figures.iter().enumerate() {
        let sum: Decimal = units.iter().filter_map(|view| figure(outcome, form, view, *position)).sum();
        number(sheet, (sheet::row(below)?, sheet::column(1 + at)?), Some(sum.normalize()))?;
    }
    sheet.set_repeat_rows(sheet::row(ABOVE)?, sheet::row(first - 1)?)?;
    sheet::page_for_others(sheet, true);
    sheet.set_print_fit_to_pages(1, 1);
    Ok(())
}
