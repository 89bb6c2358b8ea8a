//! Finding the tables of a form on a grid, by their labels. What does not match is left out, never shifted.

use super::label::{Index, Item, Match};
use super::tokens::{self, Line};
use super::{Form, Forms, Layout};
use super::{across, flow, matrix};
use crate::amount::{self, MoneyUnit, State};
use crate::document::{Cell, Document, Grid, Kind};
use crate::place::Place;

/// Where a figure stands: one row, and the columns its heading covers.
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
}

/// Figures inside a table that belong to no cell of the form, or to one that is claimed twice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Loose {
    /// A row with figures under a label the form does not have.
    Row {
        /// Row of the grid; `None` in running text.
        row: Option<u32>,
        /// What stands as its label.
        label: String,
    },
    /// A column with figures under no heading of the form.
    Column {
        /// Column of the grid.
        column: u32,
    },
    /// Two rows under one label; neither is used.
    Twice {
        /// The first of them.
        row: u32,
        /// The second.
        again: u32,
        /// The label.
        label: String,
    },
}

/// A figure read from running text, where it has no address on a grid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// What stands there.
    pub text: String,
    /// Where it stands, as far as that can be said.
    pub place: Place,
    /// Whether it stands for several figures at once.
    pub merged: bool,
    /// The unit of money printed in the heading.
    pub unit: Option<MoneyUnit>,
}

/// A table of a form, found on a grid or in running text.
#[derive(Debug, Clone)]
pub struct Found {
    /// Index of the form.
    pub form: usize,
    /// Index of the table in the form.
    pub table: usize,
    /// First row, headings included; in running text, first line of the flow.
    pub top: u32,
    /// Last row or line.
    pub bottom: u32,
    /// Where each figure found on a grid stands, by the indicator's position in the form.
    pub slots: Vec<(usize, Slot)>,
    /// The figures found in running text, likewise.
    pub pieces: Vec<(usize, Piece)>,
    /// Figures that fit nowhere.
    pub loose: Vec<Loose>,
    /// Whether a group was filled as one row.
    pub combined: bool,
}

impl Found {
    /// The indicators it has figures of, by position.
    pub fn positions(&self) -> impl Iterator<Item = usize> + '_ {
        self.slots.iter().map(|(position, _)| *position).chain(self.pieces.iter().map(|(position, _)| *position))
    }

    /// How much speaks for it: places on a grid, and figures of running text that are as many as the form has there.
    #[must_use]
    pub fn weight(&self) -> usize {
        self.slots.len() + self.pieces.iter().filter(|(_, piece)| !piece.merged && !piece.text.is_empty()).count()
    }
}

/// A cell whose text is a label of some form.
pub(super) struct Hit<'a> {
    pub(super) row: u32,
    pub(super) left: u32,
    pub(super) right: u32,
    pub(super) text: &'a str,
    pub(super) found: Match<'a>,
}

impl Hit<'_> {
    /// What it means in one table of one form: `(block, item)`.
    pub(super) fn meanings(&self, form: usize, table: usize) -> impl Iterator<Item = (usize, Item)> + '_ {
        let here = self.found.meanings.iter().filter(move |meaning| meaning.form == form && meaning.table == table);
        here.map(|meaning| (meaning.block, meaning.item))
    }
}

/// Every table of every form that the grid holds, top to bottom for each table.
#[must_use]
pub fn recognise(grid: &Grid, forms: &Forms) -> Vec<Found> {
    let hits = hits(grid, &forms.index);
    if hits.is_empty() {
        return Vec::new();
    }
    let mut found = Vec::new();
    for (form_at, form) in forms.all.iter().enumerate() {
        for table_at in 0..form.tables.len() {
            found.extend(find_table(grid, form, (form_at, table_at), &hits));
        }
    }
    found
}

/// Every table of every form in the flow of a document: its paragraphs, and the rows of its tables that `is_free`
/// says nothing has been found in (grid, row). Each comes with the line it begins on.
#[must_use]
pub fn recognise_flow(document: &Document, forms: &Forms, is_free: &dyn Fn(usize, u32) -> bool) -> Vec<(Line, Found)> {
    let (lines, tokens) = tokens::flow(document, &forms.index, is_free);
    let mut found = Vec::new();
    for (form_at, form) in forms.all.iter().enumerate() {
        for table_at in 0..form.tables.len() {
            found.extend(flow::find(form, (form_at, table_at), &tokens));
        }
    }
    let line = |found: &Found| lines.get(found.top as usize).copied();
    found.into_iter().filter_map(|found| Some((line(&found)?, found))).collect()
}

fn find_table(grid: &Grid, form: &Form, (form_at, table_at): (usize, usize), hits: &[Hit<'_>]) -> Vec<Found> {
    let here: Vec<&Hit<'_>> = hits.iter().filter(|hit| hit.meanings(form_at, table_at).next().is_some()).collect();
    let across = form.tables[table_at].blocks.iter().any(|block| block.layout == Layout::Across);
    if across {
        across::find(grid, form, (form_at, table_at), &here)
    } else {
        matrix::find(grid, form, (form_at, table_at), &here)
    }
}

fn hits<'a>(grid: &'a Grid, index: &'a Index) -> Vec<Hit<'a>> {
    let hit = |cell: &'a Cell| {
        let found = index.find(&cell.text)?;
        let right = grid.region(cell.row, cell.column).map_or(cell.column, |region| region.right);
        Some(Hit { row: cell.row, left: cell.column, right, text: &cell.text, found })
    };
    grid.cells().iter().filter(|cell| cell.kind == Kind::Text).filter_map(hit).collect()
}

/// Whether a cell holds a figure, whatever it is worth.
pub(super) fn is_figure(cell: &Cell) -> bool {
    match cell.kind {
        Kind::Number | Kind::NoResult => true,
        Kind::Text => amount::read(&cell.text).state == State::Number,
        _ => false,
    }
}

/// The unit of money a heading prints.
pub(super) fn printed_unit(heading: &str) -> Option<MoneyUnit> {
    if heading.contains(MoneyUnit::TenThousandYuan.word()) {
        Some(MoneyUnit::TenThousandYuan)
    } else {
        heading.contains(MoneyUnit::Yuan.word()).then_some(MoneyUnit::Yuan)
    }
}
