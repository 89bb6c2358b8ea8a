//! Mistakes that spoil many figures at once, each with the change that would undo it.

use std::collections::BTreeMap;

use super::sums::Sums;
use crate::form::Form;

/// What happened to many figures at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Pattern {
    /// Totals of one kind were left at zero.
    TotalsZero,
    /// Two figures one row apart stand in each other's place.
    RowOff,
    /// Two figures one column apart stand in each other's place.
    ColumnOff,
    /// All figures of a row stand one column too far to one side.
    RowShifted,
    /// All rows of a table stand one column too far to one side.
    TableShifted,
    /// A whole row is not this report's: it equals last year's.
    LastYearsRow,
    /// A whole row is not this report's.
    WrongRow,
}

/// Changes as differences, in thousandths.
type Deltas = Vec<(usize, i128)>;

/// Returns the first pattern that mends the group, with its changes.
pub(super) fn find(
    form: &Form,
    sums: &Sums,
    group: &[usize],
    last_year: Option<&[Option<i128>]>,
) -> Option<(Pattern, Deltas)> {
    let layout = Layout::of(form, sums, group)?;
    let mends = |deltas: &Deltas| deltas.len() > 1 && sums.mends(group, deltas);
    let one = |pattern: Pattern, candidates: Vec<Deltas>| {
        candidates.into_iter().find(|deltas| mends(deltas)).map(|deltas| (pattern, deltas))
    };
    one(Pattern::TotalsZero, totals_zero(form, sums, group))
        .or_else(|| one(Pattern::RowOff, layout.swaps(sums, 1, 0)))
        .or_else(|| one(Pattern::ColumnOff, layout.swaps(sums, 0, 1)))
        .or_else(|| one(Pattern::RowShifted, layout.shifted_rows(sums)))
        .or_else(|| layout.wrong_row(sums, group, last_year))
}

/// Returns the whole table one column off, if that mends the group. With the rows' totals to go by, that mends much: it
/// says something only where nothing small does, or, with `emptied`, where the first column holds nothing: few reports
/// have no natural person in them.
pub(super) fn table_shifted(form: &Form, sums: &Sums, group: &[usize], emptied: bool) -> Option<(Pattern, Deltas)> {
    let candidates = Layout::of(form, sums, group)?.shifted_table(sums, emptied);
    let mending = candidates.into_iter().find(|deltas| sums.mends(group, deltas));
    mending.map(|deltas| (Pattern::TableShifted, deltas))
}

/// Returns, for each kind of sum of which broken ones have a total of zero: those totals filled in.
fn totals_zero(form: &Form, sums: &Sums, group: &[usize]) -> Vec<Deltas> {
    let mut by_kind: BTreeMap<&str, Deltas> = BTreeMap::new();
    for equation in group {
        let spec = &form.equations[*equation];
        let [total] = spec.right.as_slice() else { continue };
        if sums.values[*total] == Some(0) {
            let kind = spec.id.split(':').next().unwrap_or_default();
            by_kind.entry(kind).or_default().push((*total, sums.residual(*equation)));
        }
    }
    by_kind.into_values().collect()
}

/// The figures of the table a group is in, by row and column.
struct Layout {
    cells: BTreeMap<(usize, usize), usize>,
    rows: usize,
    columns: usize,
}

impl Layout {
    fn of(form: &Form, sums: &Sums, group: &[usize]) -> Option<Self> {
        let first = form.indicators.get(*form.equations[*group.first()?].right.first()?)?;
        let (table, block) = (first.table, first.block);
        let here = form.indicators.iter().enumerate().filter(|(_, item)| (item.table, item.block) == (table, block));
        let known = here.filter(|(at, _)| sums.values[*at].is_some());
        let cells: BTreeMap<(usize, usize), usize> = known.map(|(at, item)| ((item.row, item.column), at)).collect();
        let rows = cells.keys().map(|(row, _)| row + 1).max()?;
        let columns = cells.keys().map(|(_, column)| column + 1).max()?;
        Some(Self { cells, rows, columns })
    }

    fn at(&self, row: usize, column: usize) -> Option<usize> {
        self.cells.get(&(row, column)).copied()
    }

    /// Pairs of neighbours, each with the other's figure.
    fn swaps(&self, sums: &Sums, down: usize, right: usize) -> Vec<Deltas> {
        let pair = |((row, column), cell): (&(usize, usize), &usize)| {
            let other = self.at(row + down, column + right)?;
            let (a, b) = (sums.values[*cell]?, sums.values[other]?);
            (a != b).then(|| vec![(*cell, b - a), (other, a - b)])
        };
        self.cells.iter().filter_map(pair).collect()
    }

    /// Returns a row with its figures one column further to the left or to the right. What was pushed out at the other
    /// end is what the row's total, standing in the last column, leaves for it.
    fn shifted(&self, sums: &Sums, row: usize, to_left: bool) -> Option<Deltas> {
        // Where figures are known in one column alone, there is nothing beside it.
        let kinds = self.columns.checked_sub(1).filter(|kinds| *kinds > 0)?;
        let old: Vec<i128> = (0..kinds).map(|column| sums.values[self.at(row, column)?]).collect::<Option<_>>()?;
        let total = sums.values[self.at(row, kinds)?]?;
        let mut new = if to_left { old[1..].to_vec() } else { old[..kinds - 1].to_vec() };
        let rest = total - new.iter().sum::<i128>();
        new.insert(if to_left { kinds - 1 } else { 0 }, rest);
        let delta = |column: usize| Some((self.at(row, column)?, new[column] - old[column]));
        let deltas: Deltas = (0..kinds).filter_map(delta).filter(|(_, delta)| *delta != 0).collect();
        (rest >= 0).then_some(deltas)
    }

    fn shifted_rows(&self, sums: &Sums) -> Vec<Deltas> {
        let both = (0..self.rows).flat_map(|row| [(row, true), (row, false)]);
        both.filter_map(|(row, to_left)| self.shifted(sums, row, to_left)).filter(|deltas| deltas.len() > 2).collect()
    }

    /// Returns whether a column holds nothing but zeros.
    fn is_empty(&self, sums: &Sums, column: usize) -> bool {
        (0..self.rows).filter_map(|row| self.at(row, column)).all(|cell| sums.values[cell] == Some(0))
    }

    fn shifted_table(&self, sums: &Sums, emptied: bool) -> Vec<Deltas> {
        let rows = || (0..self.rows).filter(|row| self.at(*row, 0).is_some());
        let whole = |to_left: bool| {
            let rows: Option<Vec<Deltas>> = rows().map(|row| self.shifted(sums, row, to_left)).collect();
            rows.map(|rows| rows.concat())
        };
        let ways: &[bool] = match emptied {
            true if !self.is_empty(sums, 0) => &[],
            true => &[true],
            false => &[true, false],
        };
        ways.iter().filter_map(|to_left| whole(*to_left)).collect()
    }

    /// Returns the row that was not meant for this report: last year's, or the only one whose change mends three
    /// columns or more.
    fn wrong_row(&self, sums: &Sums, group: &[usize], last_year: Option<&[Option<i128>]>) -> Option<(Pattern, Deltas)> {
        let mut mending: Vec<(usize, Deltas)> = (0..self.rows)
            .map(|row| (row, self.row_as_columns_want(sums, group, row)))
            .filter(|(_, deltas)| deltas.len() > 1 && sums.mends(group, deltas))
            .collect();
        let is_last_years = |row: usize| {
            let cells = (0..self.columns).filter_map(|column| self.at(row, column));
            let same = |cell: usize| last_year.and_then(|last| last.get(cell).copied().flatten()) == sums.values[cell];
            cells.into_iter().all(same)
        };
        if let Some(at) = mending.iter().position(|(row, _)| is_last_years(*row)) {
            return Some((Pattern::LastYearsRow, mending.swap_remove(at).1));
        }
        match mending.as_slice() {
            [(_, deltas)] if deltas.len() > 2 => Some((Pattern::WrongRow, deltas.clone())),
            _ => None,
        }
    }

    /// Returns what the figures of a row would have to be for the sums down the columns.
    fn row_as_columns_want(&self, sums: &Sums, group: &[usize], row: usize) -> Deltas {
        let delta = |cell: usize| {
            let wants = |equation: &&usize| group.contains(equation) && sums.is_exact(**equation);
            let equation = *sums.of_cell[cell].iter().find(wants)?;
            let sign = sums.terms[equation].iter().find(|(other, _)| *other == cell)?.1;
            Some((cell, -sums.residual(equation) * sign))
        };
        (0..self.columns).filter_map(|column| self.at(row, column)).filter_map(delta).collect()
    }
}
