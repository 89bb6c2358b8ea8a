//! Size of the content read from all sheets of a workbook together. Many sheets may refer to one part, and many cells
//! to one text, so a small file can expand beyond any memory.

use compact_str::CompactString;

use super::Cell;
use crate::source::{Limit, Limits};

/// Counts of sheets, cells and text, taken while reading or in advance.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Size {
    sheets: u64,
    cells: u64,
    /// Bytes of texts and formulas, counted once for each cell that has them.
    text: u64,
}

impl Size {
    /// Counts a sheet with the given number of cells.
    pub(super) fn add_sheet(&mut self, cells: u64) {
        self.sheets = self.sheets.saturating_add(1);
        self.cells = self.cells.saturating_add(cells);
    }

    /// Counts a text of the given length that occurs in the given number of cells.
    pub(super) fn add_text(&mut self, bytes: u64, cells: u64) {
        self.text = self.text.saturating_add(bytes.saturating_mul(cells));
    }

    /// Counts cells with their texts and formulas.
    pub(super) fn add_cells<'a>(&mut self, cells: impl IntoIterator<Item = &'a Cell>) {
        for cell in cells {
            self.cells = self.cells.saturating_add(1);
            self.add_text((cell.text.len() + cell.formula.as_ref().map_or(0, CompactString::len)) as u64, 1);
        }
    }

    /// Checks the counts against the limits.
    ///
    /// # Errors
    /// The limit that is exceeded.
    pub(super) fn keep_within(&self, limits: &Limits) -> Result<(), Limit> {
        limits.allow(Limit::Entries, self.sheets)?;
        limits.allow(Limit::Cells, self.cells)?;
        limits.allow(Limit::Document, self.text)
    }
}
