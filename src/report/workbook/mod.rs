//! `汇总表.xlsx`: the county's figures as live sums over one sheet per table with a row for each unit, and the findings.

mod about;
mod changes_sheet;
mod county;
mod lists;
mod unit_sheets;

use std::collections::BTreeMap;
use std::io::Write;

use super::Failure;
use super::by_unit::{self, UnitView};
use super::layout::{self, LabelSpan};
use super::marks::{self, Marks};
use super::office;
use super::sheet;
use crate::form::{Block, Form, ItemKind, Layout};
use crate::outcome::Outcome;
use crate::place::column_letters;

/// Number of columns before the figures: 序号, 单位, 状态.
const BEFORE: usize = 3;
/// Number of rows above the header of a sheet of units: its title, and a line of explanation.
const ABOVE: usize = 2;

/// Writes the workbook.
pub(super) fn xlsx(outcome: &Outcome, out: &mut dyn Write) -> Result<(), Failure> {
    let plan = BookPlan::of(outcome);
    let mut workbook = sheet::workbook(&office::title(outcome), "totals")?;
    for table in &plan.tables {
        county::write(&plan, table, workbook.add_worksheet())?;
    }
    for table in &plan.tables {
        unit_sheets::write(&plan, table, workbook.add_worksheet())?;
    }
    lists::problems(&plan, workbook.add_worksheet())?;
    lists::missing(outcome, workbook.add_worksheet())?;
    if let Some(changes) = &outcome.changes {
        changes_sheet::write(outcome, changes, workbook.add_worksheet())?;
    }
    about::write(outcome, workbook.add_worksheet())?;
    out.write_all(&sheet::saved(&mut workbook)?)?;
    Ok(())
}

/// The layout of the workbook, by which sheets refer to one another.
struct BookPlan<'a> {
    outcome: &'a Outcome,
    form: &'a Form,
    rows: Vec<UnitRow>,
    tables: Vec<TableSheet>,
    marks: BTreeMap<usize, Marks<'a>>,
}

/// A row of every sheet of units.
struct UnitRow {
    unit: usize,
    /// The submission that counts.
    entry: Option<usize>,
    /// The status of the submission, or why there is none.
    status: &'static str,
}

/// A sheet of units: one row for each unit, one column for each figure of a table.
struct TableSheet {
    table: usize,
    /// Its name in the workbook.
    name: String,
    /// The headers above the columns of figures.
    headings: Vec<LabelSpan>,
    /// Number of header rows, without the one with units of measure.
    depth: usize,
    /// The figures, left to right, by position in the form.
    figures: Vec<usize>,
    /// Number of figures up to the end of each row of the form.
    ends: Vec<usize>,
    /// First and last row of the units, zero-based, both inclusive.
    first: usize,
    last: usize,
}

impl<'a> BookPlan<'a> {
    fn of(outcome: &'a Outcome) -> Self {
        let form = outcome.corpus.form();
        let rows = unit_rows(outcome);
        let tables = (0..form.tables.len()).map(|table| TableSheet::of(outcome, form, table, rows.len())).collect();
        Self { outcome, form, rows, tables, marks: marks::by_entry(outcome) }
    }

    /// Returns the row of a unit in the sheet of a table.
    fn row_of(&self, table: &TableSheet, unit: usize) -> Option<usize> {
        self.rows.iter().position(|row| row.unit == unit).map(|at| table.first + at)
    }
}

/// Returns the units with a report that counts, and those that must report, in the office's order.
fn unit_rows(outcome: &Outcome) -> Vec<UnitRow> {
    let row = |view: UnitView<'_>| {
        let status = if view.entry.is_some() { view.status.chinese() } else { view.intake_in_words() };
        let shown = view.entry.is_some() || outcome.corpus.is_expected(view.at);
        shown.then_some(UnitRow { unit: view.at, entry: view.entry, status })
    };
    by_unit::units(outcome).into_iter().filter_map(row).collect()
}

impl TableSheet {
    fn of(outcome: &Outcome, form: &Form, table: usize, units: usize) -> Self {
        let combined = office::shows_combined(outcome, table);
        let (mut figures, mut ends) = (Vec::new(), Vec::new());
        let (mut above, mut below) = (Vec::new(), Vec::new());
        for (at, block) in form.tables[table].blocks.iter().enumerate() {
            for row in layout::rows_in_order(block, combined) {
                for column in 0..block.columns.len() {
                    figures.extend(form.place([table, at, row, column]));
                    let (row, column) = heading_of(block, row, column);
                    above.push(row);
                    below.push(column);
                }
                ends.push(figures.len());
            }
        }
        let (headings, depth) = two_levels(&above, &below);
        let first = ABOVE + depth + 1;
        let last = first + units.max(1) - 1;
        Self { table, name: form.tables[table].name.clone(), headings, depth, figures, ends, first, last }
    }

    /// Returns the range of a figure over all units.
    fn range(&self, column: usize) -> Result<String, Failure> {
        let letters = column_letters(u32::try_from(BEFORE + column)?);
        Ok(format!("'{}'!{letters}{}:{letters}{}", self.name, self.first + 1, self.last + 1))
    }

    /// Returns the address of a cell as a link target.
    fn address(&self, row: usize, column: usize) -> Result<String, Failure> {
        Ok(format!("internal:'{}'!{}{}", self.name, column_letters(u32::try_from(column)?), row + 1))
    }
}

/// Returns the headers above a figure on a sheet of units: those of its row, and those of its column.
fn heading_of(block: &Block, row: usize, column: usize) -> (Vec<String>, Vec<String>) {
    let (row, column) = (&block.rows[row], &block.columns[column]);
    let id = if block.layout == Layout::Matrix { &column.id } else { &row.id };
    // A header above all columns is omitted, since it distinguishes nothing.
    let over = block.headings.iter().filter(|heading| !heading.over.is_empty() && heading.is_over(id));
    let over = over.map(|heading| heading.label.clone());
    let mut path = layout::row_path(block, row);
    let mut own = vec![column.label.clone()];
    match block.layout {
        Layout::Matrix => own.splice(0..0, over).for_each(drop),
        Layout::Across => path.splice(0..0, over).for_each(drop),
    }
    if !block.heading.is_empty() {
        path.insert(0, block.heading.clone());
    }
    (path, own)
}

/// Returns the headers of rows with those of columns below them, and the number of levels. A row's own label spans all
/// its columns.
fn two_levels(above: &[Vec<String>], below: &[Vec<String>]) -> (Vec<LabelSpan>, usize) {
    let middle = layout::depth(above);
    let mut headings = Vec::new();
    let whole: Vec<Vec<String>> = above.iter().map(|path| [path.clone(), vec![String::new()]].concat()).collect();
    for mut span in layout::spans(&whole) {
        if span.level < whole[span.first].len() - 1 {
            // The last label of a row's path extends down to the column headers.
            if span.level + 2 == whole[span.first].len() {
                span.end_level = middle - 1;
            }
            headings.push(span);
        }
    }
    let mut at = 0;
    for group in above.chunk_by(|a, b| a == b) {
        for mut span in layout::spans(&below[at..at + group.len()]) {
            let shift = |place: usize, by: usize| place + by;
            (span.first, span.last) = (shift(span.first, at), shift(span.last, at));
            (span.level, span.end_level) = (shift(span.level, middle), shift(span.end_level, middle));
            headings.push(span);
        }
        at += group.len();
    }
    (headings, middle + layout::depth(below))
}

/// Returns the unit of measure of a figure.
fn measure(form: &Form, position: usize) -> &str {
    let item = &form.indicators[position];
    let column = &form.tables[item.table].blocks[item.block].columns[item.column];
    match (item.kind, item.unit) {
        (ItemKind::Money, Some(unit)) => unit.word(),
        _ => &column.measure,
    }
}
