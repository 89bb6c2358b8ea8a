//! Texts known to say nothing of whose a report is or for which year: the labels of a form stand in every report.

use std::collections::HashSet;
use std::sync::RwLock;

use crate::document::{Cell, Grid, Kind};

/// Longest text that is kept, in bytes.
const LONGEST: usize = 400;
/// Texts kept; a form and its variants have a few hundred labels.
const MOST: usize = 2_000;

/// The texts found to say nothing so far, whatever stands beside them. Nothing but the time taken tells whether one is
/// known.
#[derive(Debug, Default)]
pub(super) struct Silent(RwLock<HashSet<Box<str>>>);

impl Silent {
    /// The cells with a text of which that is not known.
    pub(super) fn others<'a>(&self, grid: &'a Grid) -> Vec<&'a Cell> {
        let known = self.0.read().ok();
        let is_known = |cell: &Cell| known.as_ref().is_some_and(|known| known.contains(cell.text.as_str()));
        grid.cells().iter().filter(|cell| cell.kind == Kind::Text && !is_known(cell)).collect()
    }

    /// Keeps the texts of these cells.
    pub(super) fn keep(&self, cells: &[&Cell]) {
        let is_full = || self.0.read().map_or(true, |known| known.len() >= MOST);
        if cells.is_empty() || is_full() {
            return;
        }
        if let Ok(mut known) = self.0.write() {
            let short = cells.iter().filter(|cell| cell.text.len() <= LONGEST).take(MOST.saturating_sub(known.len()));
            known.extend(short.map(|cell| Box::from(cell.text.as_str())));
        }
    }
}
