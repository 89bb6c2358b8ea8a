//! Texts known to say nothing of whose a report is or for which year: the labels of a form stand in every report.

use std::collections::HashMap;
use std::sync::{Arc, RwLock};

use foldhash::fast::RandomState;

use crate::document::{Cell, CellKind, Grid};

/// Longest text that is kept, in bytes.
const LONGEST: usize = 400;
/// Texts kept; a form and its variants have a few hundred labels.
const MOST: usize = 2_000;

/// The texts found to say nothing so far, whatever stands beside them. Nothing but the time taken tells whether one is
/// known.
#[derive(Debug, Default)]
pub(super) struct NonIdentityTexts(RwLock<TextSequence>);

/// Texts in the order in which they were found, and where each stands in it. Labels follow one another in every report
/// as they did in the first, so that the next text is mostly the next one here.
#[derive(Debug, Default)]
struct TextSequence {
    texts: Vec<Arc<str>>,
    places: HashMap<Arc<str>, usize, RandomState>,
}

impl TextSequence {
    /// Returns where a text stands; `guess` is where it may.
    fn place(&self, text: &str, guess: usize) -> Option<usize> {
        let is_there = self.texts.get(guess).is_some_and(|known| **known == *text);
        if is_there { Some(guess) } else { self.places.get(text).copied() }
    }

    fn add(&mut self, text: &str) {
        if text.len() <= LONGEST && self.texts.len() < MOST && !self.places.contains_key(text) {
            let text: Arc<str> = text.into();
            self.places.insert(Arc::clone(&text), self.texts.len());
            self.texts.push(text);
        }
    }
}

impl NonIdentityTexts {
    /// Returns the cells with a text of which that is not known.
    pub(super) fn others<'a>(&self, grid: &'a Grid) -> Vec<&'a Cell> {
        let texts = grid.cells().iter().filter(|cell| cell.kind == CellKind::Text);
        let Ok(known) = self.0.read() else { return texts.collect() };
        let mut next = 0;
        let is_other = |cell: &&Cell| {
            let place = known.place(&cell.text, next);
            next = place.map_or(next, |place| place + 1);
            place.is_none()
        };
        texts.filter(is_other).collect()
    }

    /// Keeps the texts of these cells.
    pub(super) fn keep(&self, cells: &[&Cell]) {
        let is_full = || self.0.read().map_or(true, |known| known.texts.len() >= MOST);
        if cells.is_empty() || is_full() {
            return;
        }
        if let Ok(mut known) = self.0.write() {
            for cell in cells {
                known.add(&cell.text);
            }
        }
    }
}
