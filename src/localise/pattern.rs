//! Mistakes that affect many figures at once, each with the changes that would undo it.

use std::collections::BTreeMap;

use super::sums::Sums;
use crate::form::Form;

/// What happened to many figures at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Pattern {
    /// Totals of one kind of sum are zero.
    TotalsZero,
    /// Two figures one row apart are swapped.
    RowOff,
    /// Two figures one column apart are swapped.
    ColumnOff,
    /// All figures of a row are one column too far to one side.
    RowShifted,
    /// All rows of a table are one column too far to one side.
    TableShifted,
    /// A whole row equals last year's and not this report's.
    LastYearsRow,
    /// A whole row does not belong to this report.
    WrongRow,
}

/// Changes as figures by position, with differences in thousandths.
type Deltas = Vec<(usize, i128)>;

/// Returns the first pattern that mends the group, with its changes.
pub(super) fn find(
    form: &Form,
    sums: &Sums,
    group: &[usize],
    last_year: Option<&[Option<i128>]>,
) -> Option<(Pattern, Deltas)> {
    let layout = FigureTable::of(form, sums, group)?;
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

/// Returns the shift of the whole table by one column, if that mends the group. The row totals determine the missing
/// column, so a shift mends many groups by chance. It is evidence only if no smaller set mends them or, with `emptied`,
/// if the first column has only zeros: few reports have no application by a natural person.
pub(super) fn table_shifted(form: &Form, sums: &Sums, group: &[usize], emptied: bool) -> Option<(Pattern, Deltas)> {
    let candidates = FigureTable::of(form, sums, group)?.shifted_table(sums, emptied);
    let mending = candidates.into_iter().find(|deltas| sums.mends(group, deltas));
    mending.map(|deltas| (Pattern::TableShifted, deltas))
}

/// Returns, for each kind of sum, the changes that fill in the zero totals of its broken sums.
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

/// The known figures of the table a group is in, by row and column.
struct FigureTable {
    cells: BTreeMap<(usize, usize), usize>,
    rows: usize,
    columns: usize,
}

impl FigureTable {
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

    /// Returns every pair of neighbours with their figures swapped.
    fn swaps(&self, sums: &Sums, down: usize, right: usize) -> Vec<Deltas> {
        let pair = |((row, column), cell): (&(usize, usize), &usize)| {
            let other = self.at(row + down, column + right)?;
            let (a, b) = (sums.values[*cell]?, sums.values[other]?);
            (a != b).then(|| vec![(*cell, b - a), (other, a - b)])
        };
        self.cells.iter().filter_map(pair).collect()
    }

    /// Returns the changes that move the figures of a row one column to the left or right. The figure that was pushed
    /// out at the other end is the rest of the row's total, which is in the last column.
    fn shifted(&self, sums: &Sums, row: usize, to_left: bool) -> Option<Deltas> {
        // With only one column of known figures there is nothing to shift.
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

    /// Returns whether all known figures of a column are zero.
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

    /// Returns the row that does not belong to this report: one that equals last year's, or the only row whose
    /// replacement mends three columns or more.
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

    /// Returns the changes of a row that satisfy the column sums.
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
