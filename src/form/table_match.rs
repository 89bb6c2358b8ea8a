//! Matches of a form's tables on grids and in running text: the place of each figure, and figures without a place.

use std::borrow::Cow;
use std::ops::Range;

use super::label::{Item, Match, Meaning};
use super::oddity::Oddity;
use crate::amount::{self, MoneyUnit, State};
use crate::document::{Cell, CellKind, Grid};
use crate::place::Place;
use crate::spelling::{compact, key};

/// Longest label of a row that numbers the columns, in characters: 栏次.
const NUMBERING_LABEL: usize = 2;

/// The place of a figure: one row, and the columns that its heading covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Slot {
    /// Row of the grid.
    pub row: u32,
    /// First column of the heading.
    pub left: u32,
    /// Last column of the heading.
    pub right: u32,
    /// The unit of money printed in the heading.
    pub unit: Option<MoneyUnit>,
    /// The cells in the slot, as a half-open range of positions among the grid's cells; `None` if there are merged
    /// cells.
    pub cells: Option<(usize, usize)>,
}

/// Figures inside a table that match no cell of the form, or a cell that is claimed twice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unassigned {
    /// A row with figures and a label that the form does not have.
    Row {
        /// Row of the grid; `None` in running text.
        row: Option<u32>,
        /// The text in place of its label.
        label: String,
    },
    /// A column with figures and no heading of the form.
    Column {
        /// Column of the grid.
        column: u32,
    },
    /// Two rows with the same label. Neither is used.
    Twice {
        /// The first of them.
        row: u32,
        /// The second.
        again: u32,
        /// The label.
        label: String,
    },
}

/// Why a text is not used as the value of a figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Doubt {
    /// One merged cell covers several figures.
    Merged,
    /// It is uncertain which figure the text belongs to.
    Unplaced,
}

/// A figure read from running text, or a text on a grid at an uncertain place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextValue {
    /// The text as written. With a doubt, all text that may belong to the figure.
    pub text: String,
    /// Its place, as far as it is known.
    pub place: Place,
    /// Why the text is not used; `None` if it is.
    pub doubt: Option<Doubt>,
    /// The unit of money printed in the heading.
    pub unit: Option<MoneyUnit>,
}

/// A table of a form, found on a grid or in running text.
#[derive(Debug, Clone)]
pub struct TableMatch {
    /// Index of the form.
    pub form: usize,
    /// Index of the table in the form.
    pub table: usize,
    /// First row, including headings; in running text, the first line of the flow.
    pub top: u32,
    /// Last row or line.
    pub bottom: u32,
    /// Last row or line that was examined to find it.
    pub(super) reach: u32,
    /// The places of figures found on a grid, by the indicator's position in the form.
    pub slots: Vec<(usize, Slot)>,
    /// The figures found in running text, and texts with a doubt, by the indicator's position in the form.
    pub pieces: Vec<(usize, TextValue)>,
    /// Lines of figures labelled with years. The pieces of their figures apply only if none has the report's year.
    pub(super) by_year: Vec<(u16, Vec<(usize, Slot)>)>,
    /// Figures that match no cell of the form, except those in `unclaimed` rows.
    pub(super) unassigned: Vec<Unassigned>,
    /// Rows of the grid without a label of the form, and the first column in which figures would be unassigned.
    pub(super) unclaimed: Vec<(Range<u32>, u32)>,
    /// The column at which another table begins beside this one.
    pub(super) until: u32,
    /// Whether a group was filled in as one row.
    pub combined: bool,
    /// In running text, the column headings found, as block and column.
    pub headings: Vec<(usize, usize)>,
    /// Irregularities of the layout that the form's sums resolved, and misspelt labels.
    pub by_sums: Vec<Oddity>,
    /// Whether another sheet with the same layout is read in the same way, whatever the values of its figures.
    pub(super) is_stable: bool,
}

impl TableMatch {
    /// Returns the indicators of its figures, by position.
    pub fn positions(&self) -> impl Iterator<Item = usize> + '_ {
        self.slots.iter().map(|(position, _)| *position).chain(self.pieces.iter().map(|(position, _)| *position))
    }

    /// Returns the weight of the match: the number of slots on a grid, and of certain non-blank figures in running
    /// text.
    #[must_use]
    pub fn weight(&self) -> usize {
        self.slots.len()
            + self.pieces.iter().filter(|(_, piece)| piece.doubt.is_none() && !piece.text.is_empty()).count()
    }

    /// Returns the match with the line of figures for the report's year, if lines are labelled with years. A single
    /// line is used if the report states no year.
    #[must_use]
    pub fn of_year(&self, year: Option<u16>) -> Cow<'_, Self> {
        let own = match self.by_year.as_slice() {
            [(_, only)] if year.is_none() => Some(only),
            lines => lines.iter().find(|(of, _)| Some(*of) == year).map(|(_, slots)| slots),
        };
        let Some(own) = own else { return Cow::Borrowed(self) };
        let mut found = self.clone();
        found.slots.extend(own);
        found.slots.sort_by_key(|(position, _)| *position);
        found.pieces.retain(|(position, _)| own.iter().all(|(read, _)| read != position));
        Cow::Owned(found)
    }

    /// Returns a copy with other cells at its slots.
    pub(super) fn with_cells(&self, cells: impl Fn(&Slot) -> Option<(usize, usize)>) -> Self {
        let slot = |(position, slot): &(usize, Slot)| (*position, Slot { cells: cells(slot), ..*slot });
        let slots = self.slots.iter().map(slot).collect();
        Self { slots, ..self.clone() }
    }

    /// Returns the figures that match no cell of the form; `grid` is the one it was found on. A row that numbers the
    /// columns has none.
    #[must_use]
    pub fn unassigned<'a>(&self, grid: Option<&'a Grid>) -> Vec<Unassigned> {
        let rows_of =
            |grid: &'a Grid| self.unclaimed.iter().flat_map(|(rows, from)| grid.rows(rows).map(|row| (row, *from)));
        let rows = grid.into_iter().flat_map(rows_of).filter_map(|(row, from)| {
            let (before, behind): (Vec<&Cell>, Vec<&Cell>) = row.iter().partition(|cell| cell.column < from);
            let behind = behind.into_iter().filter(|cell| cell.column < self.until);
            let figures: Vec<&Cell> = behind.filter(|cell| is_figure(cell)).collect();
            let label: Vec<&str> = before.into_iter().map(|cell| cell.text.trim()).collect();
            let label = label.join(" ");
            let numbers_columns = || is_numbering(&figures) && key(&label).chars().count() <= NUMBERING_LABEL;
            let is_loose = !figures.is_empty() && !numbers_columns();
            is_loose.then(|| Unassigned::Row { row: row.first().map(|cell| cell.row), label })
        });
        let is_column = |unassigned: &&Unassigned| matches!(unassigned, Unassigned::Column { .. });
        let (columns, others): (Vec<&Unassigned>, Vec<&Unassigned>) = self.unassigned.iter().partition(is_column);
        others.into_iter().cloned().chain(rows).chain(columns.into_iter().cloned()).collect()
    }
}

/// Returns whether the figures of a row number the columns: 1 2 3 …
pub(super) fn is_numbering(figures: &[&Cell]) -> bool {
    let number = |cell: &Cell| compact(&cell.text).parse::<u32>().ok();
    let next = |pair: &[&Cell]| number(pair[0]).zip(number(pair[1])).is_some_and(|(a, b)| b.checked_sub(a) == Some(1));
    figures.len() > 2 && figures.windows(2).all(next)
}

/// A cell that contains a label of some form.
pub(super) struct Hit<'a> {
    pub(super) row: u32,
    pub(super) left: u32,
    pub(super) right: u32,
    pub(super) text: &'a str,
    pub(super) found: Match<'a>,
    /// Whether one character differs from the label.
    pub(super) is_misspelt: bool,
}

impl Hit<'_> {
    /// Returns its meanings in one table of one form, as `(block, item)`.
    pub(super) fn meanings(&self, form: usize, table: usize) -> impl Iterator<Item = (usize, Item)> + '_ {
        let here = self.found.meanings.iter().filter(move |meaning| meaning.form == form && meaning.table == table);
        here.map(|meaning| (meaning.block, meaning.item))
    }

    /// Returns whether it may be the heading of a column in some table.
    pub(super) fn may_head_a_column(&self) -> bool {
        let is_column = |meaning: &Meaning| matches!(meaning.item, Item::Column(_) | Item::Cell(..) | Item::Ignored);
        !self.found.numbered && self.found.meanings.iter().any(is_column)
    }
}

/// Returns whether a cell has a figure, whatever its value.
pub(super) fn is_figure(cell: &Cell) -> bool {
    match cell.kind {
        CellKind::Number | CellKind::NoResult => true,
        CellKind::Text => amount::read(&cell.text).state == State::Number,
        _ => false,
    }
}

/// Returns the unit of money printed in a heading.
pub(super) fn printed_unit(heading: &str) -> Option<MoneyUnit> {
    MoneyUnit::named_in(heading)
}
