//! Finding the tables of a form on a grid, by their labels. What does not match is left out, never shifted.

use std::sync::Arc;

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
    /// The cells that stand there, by the positions of the first and of the one behind the last among the grid's;
    /// `None` where something is merged.
    pub cells: Option<(usize, usize)>,
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
    /// Figures that fit nowhere, those of `unclaimed` rows left out.
    pub(super) loose: Vec<Loose>,
    /// Rows of the grid whose label is not the form's, with the column from which on they have figures.
    pub(super) unclaimed: Vec<(u32, u32)>,
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

    /// The figures that fit nowhere; `grid` is the one it was found on. A row that numbers the columns has none.
    #[must_use]
    pub fn loose(&self, grid: Option<&Grid>) -> Vec<Loose> {
        let rows = grid.into_iter().flat_map(|grid| self.unclaimed.iter().map(move |row| (grid, *row)));
        let rows = rows.filter_map(|(grid, (row, from))| {
            let (before, behind): (Vec<&Cell>, Vec<&Cell>) = grid.row(row).iter().partition(|cell| cell.column < from);
            let figures: Vec<&Cell> = behind.into_iter().filter(|cell| is_figure(cell)).collect();
            let label: Vec<&str> = before.into_iter().map(|cell| cell.text.trim()).collect();
            (!is_numbering(&figures)).then(|| Loose::Row { row: Some(row), label: label.join(" ") })
        });
        let is_column = |loose: &&Loose| matches!(loose, Loose::Column { .. });
        let (columns, others): (Vec<&Loose>, Vec<&Loose>) = self.loose.iter().partition(is_column);
        others.into_iter().cloned().chain(rows).chain(columns.into_iter().cloned()).collect()
    }
}

/// A row that numbers the columns: 1 2 3 …
fn is_numbering(figures: &[&Cell]) -> bool {
    let number = |cell: &Cell| cell.text.trim().parse::<u32>().ok();
    let next = |pair: &[&Cell]| number(pair[0]).zip(number(pair[1])).is_some_and(|(a, b)| b.checked_sub(a) == Some(1));
    figures.len() > 2 && figures.windows(2).all(next)
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
///
/// It depends on where labels stand and what they say, where there are figures and what is merged, and on no figure's
/// worth: a sheet laid out like one seen before has them where that one has.
#[must_use]
pub fn recognise(grid: &Grid, forms: &Forms) -> Vec<Arc<Found>> {
    if let Some(found) = forms.known.recall(grid, &forms.index) {
        return found;
    }
    let labels = hits(grid, &forms.index);
    let found: Vec<Arc<Found>> = search(grid, forms, &labels).into_iter().map(Arc::new).collect();
    if !found.is_empty() {
        forms.known.keep(grid, &forms.index, &labels, &found);
    }
    found
}

fn search(grid: &Grid, forms: &Forms, labels: &[Hit<'_>]) -> Vec<Found> {
    if labels.is_empty() {
        return Vec::new();
    }
    let mut found = Vec::new();
    for (form_at, form) in forms.all.iter().enumerate() {
        for table_at in 0..form.tables.len() {
            found.extend(find_table(grid, form, (form_at, table_at), labels));
        }
    }
    for (_, slot) in found.iter_mut().flat_map(|found| &mut found.slots) {
        let is_merged = grid.is_merged(slot.row, slot.left, slot.right);
        slot.cells = (!is_merged).then(|| grid.between(slot.row, slot.left, slot.right));
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::document;
    use crate::source::Limits;

    /// What is done to a cell.
    #[derive(Debug, Clone)]
    enum Change {
        Text(&'static str),
        Number(u32),
        Gone,
        Moved,
    }

    fn changes() -> impl Strategy<Value = Vec<(prop::sample::Index, Change)>> {
        let text = prop::sample::select(vec!["", " ", "12", "三", "规章", "总计", "其他", "（三）不予公开", "甲山镇"]);
        let change = prop_oneof![
            text.prop_map(Change::Text),
            (0..4_u32).prop_map(Change::Number),
            Just(Change::Gone),
            Just(Change::Moved),
        ];
        prop::collection::vec((any::<prop::sample::Index>(), change), 0..6)
    }

    fn changed(grid: &Grid, changes: &[(prop::sample::Index, Change)]) -> Grid {
        let mut cells = grid.cells().to_vec();
        for (at, change) in changes {
            let at = at.index(cells.len());
            match change {
                Change::Text(text) => (cells[at].kind, cells[at].text) = (Kind::Text, (*text).into()),
                Change::Number(number) => (cells[at].kind, cells[at].text) = (Kind::Number, number.to_string().into()),
                Change::Gone => drop(cells.remove(at)),
                Change::Moved => cells[at].column += 1,
            }
        }
        let mut other = Grid::new(&grid.name, cells);
        other.merged.clone_from(&grid.merged);
        other
    }

    /// The sheets of workbooks of several makers.
    fn grids() -> Vec<Grid> {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/formats");
        let is_xlsx = |path: &std::path::PathBuf| path.extension().is_some_and(|ending| ending == "xlsx");
        let files = std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
        let mut files: Vec<_> = files.filter(is_xlsx).collect();
        files.sort();
        let read = |path| {
            let bytes = std::fs::read(path).expect("a file");
            document::read("a.xlsx", &bytes, &Limits::default()).expect("a workbook").grids
        };
        files.iter().flat_map(read).filter(|grid| grid.cells().len() > 6).collect()
    }

    #[test]
    fn what_is_recalled_is_what_would_be_found() {
        let (grids, forms) = (grids(), Forms::official().expect("data files are well formed"));
        let again = |grid: &Grid| search(grid, &forms, &hits(grid, &forms.index));
        let fresh = |grid: &Grid| format!("{:?}", again(grid));
        assert!(grids.iter().any(|grid| !recognise(grid, &forms).is_empty()));
        proptest!(|(at in any::<prop::sample::Index>(), changes in changes())| {
            let grid = changed(at.get(&grids), &changes);
            prop_assert_eq!(format!("{:?}", recognise(&grid, &forms)), fresh(&grid));
            let twice = format!("{:?}", recognise(&grid, &forms));
            prop_assert_eq!(twice, fresh(&grid));
        });
        let loose =
            |grid: &Grid| recognise(grid, &forms).iter().map(|found| found.loose(Some(grid))).collect::<Vec<_>>();
        for grid in &grids {
            assert_eq!(loose(grid), again(grid).iter().map(|found| found.loose(Some(grid))).collect::<Vec<_>>());
        }
    }
}
