//! Sheets laid out like one seen before. An office hands out one workbook and has it back from everybody: where the same
//! labels stand in the same places, and figures where figures stood, the tables are where they were.

use std::sync::{Arc, RwLock};

use super::label::Index;
use super::recognise::{Found, Hit, is_figure};
use crate::document::{Cell, Grid, Kind, Region};

/// Layouts kept; a county's units use few.
const MOST: usize = 64;
/// Sheets with more cells are not kept.
const LARGEST: usize = 2_000;

/// The layouts seen so far, with what was found on them. Nothing but the time taken tells whether one is known.
#[derive(Debug, Default)]
pub(super) struct Known(RwLock<Vec<Seen>>);

#[derive(Debug)]
struct Seen {
    cells: Vec<Mark>,
    merged: Vec<Region>,
    found: Vec<Arc<Found>>,
}

/// A cell as finding the tables looks at it.
#[derive(Debug)]
struct Mark {
    row: u32,
    column: u32,
    /// What stands there, unless it is a number.
    text: Option<Box<str>>,
    is_label: bool,
    role: Role,
}

/// All that finding the tables wants to know of a cell that is no label.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Role {
    figure: bool,
    blank: bool,
}

impl Role {
    fn of(cell: &Cell) -> Self {
        Self { figure: is_figure(cell), blank: cell.text.trim().is_empty() }
    }
}

impl Mark {
    fn of(cell: &Cell, is_label: bool) -> Self {
        let text = (cell.kind == Kind::Text).then(|| cell.text.as_str().into());
        Self { row: cell.row, column: cell.column, text, is_label, role: Role::of(cell) }
    }

    fn fits(&self, cell: &Cell, index: &Index) -> bool {
        if (self.row, self.column) != (cell.row, cell.column) {
            return false;
        }
        if cell.kind != Kind::Text {
            return !self.is_label && self.role == Role::of(cell);
        }
        let same = self.text.as_deref() == Some(cell.text.as_str());
        same || !self.is_label && self.role == Role::of(cell) && index.find(&cell.text).is_none()
    }
}

impl Seen {
    fn fits(&self, grid: &Grid, index: &Index) -> bool {
        self.cells.len() == grid.cells().len()
            && self.merged == grid.merged
            && self.cells.iter().zip(grid.cells()).all(|(mark, cell)| mark.fits(cell, index))
    }
}

impl Known {
    /// What was found on a sheet laid out like this one.
    pub(super) fn recall(&self, grid: &Grid, index: &Index) -> Option<Vec<Arc<Found>>> {
        let seen = self.0.read().ok().filter(|_| grid.table.is_none())?;
        Some(seen.iter().find(|seen| seen.fits(grid, index))?.found.clone())
    }

    /// Keeps what was found on a sheet with these labels, unless another thread has found it meanwhile.
    pub(super) fn keep(&self, grid: &Grid, index: &Index, labels: &[Hit<'_>], found: &[Arc<Found>]) {
        if grid.table.is_some() || grid.cells().len() > LARGEST {
            return;
        }
        if let Ok(mut seen) = self.0.write()
            && seen.len() < MOST
            && !seen.iter().any(|seen| seen.fits(grid, index))
        {
            let mut labels = labels.iter().map(|label| (label.row, label.left)).peekable();
            let mark = |cell: &Cell| Mark::of(cell, labels.next_if_eq(&(cell.row, cell.column)).is_some());
            let cells = grid.cells().iter().map(mark).collect();
            seen.push(Seen { cells, merged: grid.merged.clone(), found: found.to_vec() });
        }
    }
}
