//! Texts known to state nothing about unit or year. Most are the labels of a form, which recur in every report.

use std::collections::HashMap;
use std::sync::{Arc, RwLock};

use foldhash::fast::RandomState;

use crate::document::{Cell, CellKind, Grid};

/// Longest text that is stored, in bytes.
const LONGEST: usize = 400;
/// Most texts that are stored; a form and its variants have a few hundred labels.
const MOST: usize = 2_000;

/// The texts found so far to state nothing, whatever is beside them. Shared between threads; it changes only the time
/// taken and no result.
#[derive(Debug, Default)]
pub(super) struct NonIdentityTexts(RwLock<TextSequence>);

/// Texts in the order in which they were found, and the index of each. Labels occur in the same order in every report,
/// so the next text is mostly the next one here.
#[derive(Debug, Default)]
struct TextSequence {
    texts: Vec<Arc<str>>,
    places: HashMap<Arc<str>, usize, RandomState>,
}

impl TextSequence {
    /// Returns the index of a text; `guess` is tried first.
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
    /// Returns the text cells with a text that is not stored here.
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

    /// Stores the texts of these cells.
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
