//! Shared strings of binary workbooks with formatted runs of characters.

use std::collections::HashMap;

use compact_str::CompactString;

use super::emphasis::{Look, MarkedText};
use super::numbers::u16_at;

/// Shared strings with runs, by index.
pub(super) type RunTexts = HashMap<usize, RunText>;

/// A text with the formatting of each run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct RunText {
    units: Vec<u16>,
    /// The start of each run in UTF-16 units, and its formatting. Text before the first run has that of the cell.
    runs: Vec<(usize, Look)>,
}

impl RunText {
    /// Creates a text from its UTF-16 units. `runs` are pairs of a start and a font index, of two bytes each.
    pub(super) fn new(units: Vec<u16>, runs: &[u8], look: impl Fn(u16) -> Look) -> Self {
        let run = |bytes: &[u8; 4]| Some((usize::from(u16_at(bytes, 0)?), look(u16_at(bytes, 2)?)));
        Self { units, runs: runs.as_chunks::<4>().0.iter().filter_map(run).collect() }
    }

    /// Returns the text with marks around struck-out or raised parts; `None` if there is no such part.
    pub(super) fn marked(&self, of_cell: Look) -> Option<CompactString> {
        let (mut text, mut is_marked, mut from, mut look) = (MarkedText::default(), false, 0, of_cell);
        let end = (self.units.len(), Look::default());
        for (start, next) in self.runs.iter().copied().chain([end]) {
            let start = start.clamp(from, self.units.len());
            let part = String::from_utf16_lossy(self.units.get(from..start).unwrap_or_default());
            is_marked |= look != Look::default() && !part.trim().is_empty();
            text.set_look(look);
            text.push_str(&part);
            (from, look) = (start, next);
        }
        is_marked.then(|| text.take().into())
    }
}

/// Returns the formatting of a font record, given the offsets of its flags and of its script field. MS-XLS 2.4.122 and
/// MS-XLSB 2.4.149 have the same two fields at different offsets.
pub(super) fn font_look(data: &[u8], flags: usize, script: usize) -> Look {
    Look {
        struck: u16_at(data, flags).is_some_and(|flags| flags & 8 != 0),
        raised: matches!(u16_at(data, script), Some(1 | 2)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_look_like_their_fonts_and_the_beginning_like_its_cell() {
        let looks = [Look::default(), Look { struck: true, raised: false }, Look { struck: false, raised: true }];
        let text = |text: &str, runs: &[u8]| {
            RunText::new(text.encode_utf16().collect(), runs, |font| looks[usize::from(font)])
        };
        let marked = |text: RunText, of_cell: Look| text.marked(of_cell).map(String::from);
        assert_eq!(marked(text("9912", &[0, 0, 1, 0, 2, 0, 0, 0]), looks[0]).as_deref(), Some("~~99~~12"));
        assert_eq!(marked(text("122", &[2, 0, 2, 0]), looks[0]).as_deref(), Some("12^2"));
        assert_eq!(marked(text("9912", &[2, 0, 0, 0]), looks[1]).as_deref(), Some("~~99~~12"));
        assert_eq!(marked(text("9912", &[2, 0, 0, 0]), looks[0]), None);
        // Unsorted runs, and runs beyond the text, as in a damaged file.
        assert_eq!(marked(text("12", &[9, 0, 1, 0, 1, 0, 1, 0]), looks[0]), None);
        assert_eq!(marked(text("12", &[1, 0, 1, 0, 0, 0, 0, 0]), looks[0]), None);
    }
}
