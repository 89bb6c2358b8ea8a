//! Size of what is read from a workbook, all its sheets together: many sheets may be one part, and many cells one text,
//! so that a small file can expand beyond any memory.

use compact_str::CompactString;

use super::Cell;
use crate::source::{Limit, Limits};

/// How much it is, counted as it comes or before it is taken.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Size {
    sheets: u64,
    cells: u64,
    /// Bytes, formulas included, as often as they stand somewhere.
    text: u64,
}

impl Size {
    /// Counts a sheet of which so many cells are taken.
    pub(super) fn add_sheet(&mut self, cells: u64) {
        self.sheets = self.sheets.saturating_add(1);
        self.cells = self.cells.saturating_add(cells);
    }

    /// Counts text that stands in so many cells.
    pub(super) fn add_text(&mut self, bytes: u64, cells: u64) {
        self.text = self.text.saturating_add(bytes.saturating_mul(cells));
    }

    /// Counts cells.
    pub(super) fn add_cells<'a>(&mut self, cells: impl IntoIterator<Item = &'a Cell>) {
        for cell in cells {
            self.cells = self.cells.saturating_add(1);
            self.add_text((cell.text.len() + cell.formula.as_ref().map_or(0, CompactString::len)) as u64, 1);
        }
    }

    /// Checks that it is within the limits.
    ///
    /// # Errors
    /// The limit that is exceeded.
    pub(super) fn keep_within(&self, limits: &Limits) -> Result<(), Limit> {
        limits.allow(Limit::Entries, self.sheets)?;
        limits.allow(Limit::Cells, self.cells)?;
        limits.allow(Limit::Document, self.text)
    }
}
