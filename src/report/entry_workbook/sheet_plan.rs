//! Positions in the entry workbook: figures, labels, and sums beside and below the tables.

use std::collections::BTreeMap;

use super::EntryForm;
use crate::form::{Equation, Form};
use crate::place::column_letters;
use crate::report::layout::{self, Printed, PrintedContent};

/// Number of lines above a table: its title, and the number of blank cells.
pub(super) const ABOVE: usize = 2;
/// The sheet that checks the sums.
pub(in crate::report) const CHECK_SHEET: &str = "校验";
/// Number of rows above the first sum of that sheet.
pub(super) const CHECK_ABOVE: usize = 3;
/// Its column with the state of a sum, zero-based.
pub(super) const STATE_COLUMN: usize = 6;

/// States of a sum without any figure yet, and of one that blanks leave undecided.
pub(super) const NOT_BEGUN: &str = "未填";
pub(super) const UNFINISHED: &str = "未填完";

/// A cell of the workbook. Row and column are zero-based.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryCell {
    /// The sheet's name.
    pub sheet: String,
    /// Its row.
    pub row: u32,
    /// Its column.
    pub column: u32,
}

/// The plan of a form's workbook.
pub(super) struct SheetPlan<'a> {
    pub(super) entry: &'a EntryForm<'a>,
    pub(super) form: &'a Form,
    pub(super) tables: Vec<TablePlan>,
    /// The sums that are checked, by position in the form, without those of combined rows.
    pub(super) equations: Vec<usize>,
}

/// The plan of a table's sheet.
pub(super) struct TablePlan {
    pub(super) table: usize,
    pub(super) name: String,
    pub(super) printed: Printed,
    /// Row and column of each figure, by position in the form.
    pub(super) cells: BTreeMap<usize, (usize, usize)>,
    /// Sums shown next to their row.
    pub(super) beside: Vec<usize>,
    /// Lines of sums shown below the table.
    pub(super) below: Vec<SumLine>,
}

/// A line below a table, with a value in the column of each of its sums.
pub(super) struct SumLine {
    pub(super) label: String,
    pub(super) shown: ShownPart,
    pub(super) equations: Vec<usize>,
    pub(super) row: usize,
}

/// The part of a sum that a line shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ShownPart {
    Left,
    Right,
    State,
}

impl<'a> SheetPlan<'a> {
    pub(super) fn new(entry: &'a EntryForm<'a>) -> Self {
        let form = entry.form;
        let is_official = |equation: &Equation| {
            let only_combined = equation.right.iter().any(|term| *term >= form.official);
            !only_combined
        };
        let equations: Vec<usize> = (0..form.equations.len()).filter(|at| is_official(&form.equations[*at])).collect();
        let tables = (0..form.tables.len()).map(|table| TablePlan::new(form, table, &equations)).collect();
        Self { entry, form, tables, equations }
    }

    /// Returns the official terms of a side.
    pub(super) fn terms(&self, side: &[usize]) -> Vec<usize> {
        side.iter().copied().filter(|term| *term < self.form.official).collect()
    }

    /// Returns the row of a sum in the sheet of checks.
    pub(super) fn check_row(&self, equation: usize) -> usize {
        CHECK_ABOVE + self.equations.iter().position(|at| *at == equation).unwrap_or_default()
    }

    /// Returns the address of the cell with the state of a sum.
    pub(super) fn state_address(&self, equation: usize) -> String {
        format!("'{CHECK_SHEET}'!{}", address(self.check_row(equation), STATE_COLUMN))
    }

    /// Returns the initial state of a sum.
    pub(super) fn first_state(&self, equation: usize) -> &'static str {
        let equation = &self.form.equations[equation];
        let is_given = |term: &usize| self.entry.given.contains_key(term);
        if equation.left.iter().chain(&equation.right).any(is_given) { UNFINISHED } else { NOT_BEGUN }
    }

    /// Returns the table of an equation.
    pub(super) fn table_of(&self, equation: usize) -> &TablePlan {
        &self.tables[self.form.equations[equation].table]
    }

    /// Returns the ranges of some figures of one table; with `outside`, including the sheet's name.
    pub(super) fn ranges(&self, terms: &[usize], outside: bool) -> String {
        let Some(first) = terms.first() else { return String::new() };
        let table = &self.tables[self.form.indicators[*first].table];
        let sheet = if outside { format!("'{}'!", table.name) } else { String::new() };
        let places: Vec<(usize, usize)> = terms.iter().filter_map(|term| table.cells.get(term).copied()).collect();
        let ranges = runs(&places);
        let shown = ranges.iter().map(|(from, to)| {
            let (from, to) = (address(from.0, from.1), address(to.0, to.1));
            if from == to { format!("{sheet}{from}") } else { format!("{sheet}{from}:{to}") }
        });
        shown.collect::<Vec<_>>().join(",")
    }
}

impl TablePlan {
    fn new(form: &Form, table: usize, checked: &[usize]) -> Self {
        let printed = layout::printed(form, table, false);
        let mut cells = BTreeMap::new();
        for cell in &printed.cells {
            if let PrintedContent::Figure(position) = cell.content {
                cells.insert(position, (ABOVE + cell.area.top, cell.area.left));
            }
        }
        let of_table = checked.iter().copied().filter(|at| form.equations[*at].table == table);
        let is_row = |at: &usize| row_of(&form.equations[*at], form, &cells).is_some();
        let (beside, others): (Vec<usize>, Vec<usize>) = of_table.partition(is_row);
        let mut below = lines_below(form, &others);
        let top = ABOVE + printed.rows + 1;
        for (line, row) in below.iter_mut().zip(top..) {
            line.row = row;
        }
        Self { table, name: form.tables[table].name.clone(), printed, cells, beside, below }
    }

    /// Returns the column right of the table in which the first sum of a row is shown.
    pub(super) fn beside_column(&self) -> usize {
        self.printed.columns + 1
    }

    /// Returns the sums of rows with their cells to the right of the table, side by side if a row has several.
    pub(super) fn beside_cells(&self, form: &Form) -> Vec<(usize, (usize, usize))> {
        let mut next: BTreeMap<usize, usize> = BTreeMap::new();
        let place = |at: &usize| {
            let row = row_of(&form.equations[*at], form, &self.cells)?;
            let column = next.entry(row).or_insert_with(|| self.beside_column());
            *column += 1;
            Some((*at, (row, *column - 1)))
        };
        self.beside.iter().filter_map(place).collect()
    }

    /// Returns the column in which a sum is shown below the table: that of its last term.
    pub(super) fn below_column(&self, equation: &Equation) -> Option<usize> {
        equation.right.last().and_then(|term| self.cells.get(term)).map(|(_, column)| *column)
    }

    /// Returns the cells of this sheet with the state of a sum, by equation. Their text ends with the state.
    pub(super) fn states(&self, form: &Form) -> BTreeMap<usize, (usize, usize)> {
        let beside = self.beside_cells(form).into_iter();
        let lines = self.below.iter().filter(|line| line.shown == ShownPart::State);
        let below = lines.flat_map(|line| {
            let place = |at: &usize| Some((*at, (line.row, self.below_column(&form.equations[*at])?)));
            line.equations.iter().filter_map(place).collect::<Vec<_>>()
        });
        beside.chain(below).collect()
    }
}

/// Returns the row of all official terms of a sum, if they share one.
pub(super) fn row_of(equation: &Equation, form: &Form, cells: &BTreeMap<usize, (usize, usize)>) -> Option<usize> {
    let terms = equation.left.iter().chain(&equation.right).filter(|term| **term < form.official);
    let mut rows = terms.map(|term| cells.get(term).map(|(row, _)| *row));
    let first = rows.next()??;
    rows.all(|row| row == Some(first)).then_some(first)
}

/// Returns the lines below a table: for each kind of sum, its sides with several terms, and its state.
fn lines_below(form: &Form, equations: &[usize]) -> Vec<SumLine> {
    let kind = |at: usize| form.equations[at].id.split(':').next().unwrap_or_default();
    let mut lines = Vec::new();
    for of_kind in equations.chunk_by(|a, b| kind(*a) == kind(*b)) {
        let equation = &form.equations[of_kind[0]];
        let mut line = |label: String, shown| {
            lines.push(SumLine { label, shown, equations: of_kind.to_vec(), row: 0 });
        };
        line(format!("自动：{}", side_in_words(form, &equation.left, equation)), ShownPart::Left);
        if equation.right.len() > 1 {
            line(format!("自动：{}", side_in_words(form, &equation.right, equation)), ShownPart::Right);
        }
        line("自动：是否相平".to_owned(), ShownPart::State);
    }
    lines
}

/// Returns the terms of a side in words, without the row or column.
pub(super) fn side_in_words(form: &Form, side: &[usize], equation: &Equation) -> String {
    let terms: Vec<usize> = side.iter().copied().filter(|term| *term < form.official).collect();
    if terms.len() > 2 {
        return format!("{}项之和", terms.len());
    }
    terms.iter().map(|term| term_in_words(form, *term, equation)).collect::<Vec<_>>().join("＋")
}

/// Returns the name of a term: its row if the sum is along a column, else its column.
pub(super) fn term_in_words(form: &Form, term: usize, equation: &Equation) -> String {
    let item = &form.indicators[term];
    let block = &form.tables[item.table].blocks[item.block];
    let is_down = equation.left.iter().chain(&equation.right).any(|other| form.indicators[*other].row != item.row);
    if is_down {
        let row = &block.rows[item.row];
        row.brief.clone().unwrap_or_else(|| plain(&row.label).to_owned())
    } else {
        plain(&block.columns[item.column].label).to_owned()
    }
}

fn plain(label: &str) -> &str {
    label.split('（').next().filter(|head| !head.is_empty()).unwrap_or(label)
}

/// Returns an address such as `D7`.
pub(super) fn address(row: usize, column: usize) -> String {
    format!("{}{}", column_letters(u32::try_from(column).unwrap_or(0)), row + 1)
}

/// A rectangle of cells, by its corners.
type AreaCorners = ((usize, usize), (usize, usize));

/// Joins neighbouring cells of a row or column to ranges.
fn runs(places: &[(usize, usize)]) -> Vec<AreaCorners> {
    let mut ranges: Vec<AreaCorners> = Vec::new();
    for place in places {
        if let Some((from, to)) = ranges.last_mut() {
            let is_right = from.0 == place.0 && to.0 == place.0 && to.1 + 1 == place.1;
            let is_below = from.1 == place.1 && to.1 == place.1 && to.0 + 1 == place.0;
            if is_right || is_below {
                *to = *place;
                continue;
            }
        }
        ranges.push((*place, *place));
    }
    ranges
}

/// Returns the cell of each official figure, in the order of the form.
#[must_use]
pub fn entry_cells(form: &Form) -> Vec<EntryCell> {
    let mut cells = Vec::with_capacity(form.official);
    for table in 0..form.tables.len() {
        let plan = TablePlan::new(form, table, &[]);
        let cell = |place: &(usize, usize)| entry_cell(&plan.name, *place);
        cells.extend(plan.cells.iter().map(|(position, place)| (*position, cell(place))));
    }
    cells.sort_by_key(|(position, _)| *position);
    cells.into_iter().map(|(_, cell)| cell).collect()
}

/// Returns the labels of the tables with their cells.
#[must_use]
pub fn entry_labels(form: &Form) -> Vec<(EntryCell, String)> {
    let mut labels = Vec::new();
    for table in 0..form.tables.len() {
        let name = &form.tables[table].name;
        for cell in layout::printed(form, table, false).cells {
            let (PrintedContent::Heading(text) | PrintedContent::Label(text)) = cell.content else { continue };
            labels.push((entry_cell(name, (ABOVE + cell.area.top, cell.area.left)), text));
        }
    }
    labels
}

fn entry_cell(sheet: &str, (row, column): (usize, usize)) -> EntryCell {
    let narrow = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    EntryCell { sheet: sheet.to_owned(), row: narrow(row), column: narrow(column) }
}
