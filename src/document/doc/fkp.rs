//! Formatted disk pages: the formatting of runs and paragraphs, by position in the file. After MS-DOC 2.8.5
//! `PlcBteChpx`, 2.8.6 `PlcBtePapx`, 2.9.33 `ChpxFkp` and 2.9.174 `PapxFkp`.

use std::collections::BTreeSet;

use super::super::numbers::{numbers, u32_at};
use super::doc_streams::{File, TablePart};

/// Bytes of a page; the last one is the number of runs on it.
const PAGE: usize = 512;

/// Runs with their formatting, in order of position.
pub(super) struct Pages<'f> {
    runs: Vec<FormattedRange<'f>>,
    /// The run found last. The next position is mostly in it too.
    last: usize,
}

struct FormattedRange<'f> {
    start: usize,
    end: usize,
    formatting: &'f [u8],
}

/// Finds the formatting on a page, given the data of a run.
type Find<'f> = fn(&'f [u8], &[u8]) -> Option<&'f [u8]>;

impl<'f> Pages<'f> {
    /// Reads the formatting of runs of characters.
    pub(super) fn of_characters(file: &'f File) -> Option<Self> {
        Self::of(file, TablePart::CharacterPages, 1, |page, described| {
            let at = 2 * usize::from(*described.first()?);
            let length = usize::from(*page.get(at).filter(|_| at > 0)?);
            page.get(at + 1..at + 1 + length)
        })
    }

    /// Reads the formatting of paragraphs. Each begins with the index of its style.
    pub(super) fn of_paragraphs(file: &'f File) -> Option<Self> {
        Self::of(file, TablePart::ParagraphPages, 13, |page, described| {
            let at = 2 * usize::from(*described.first()?);
            match usize::from(*page.get(at).filter(|_| at > 0)?) {
                0 => page.get(at + 2..at + 2 + 2 * usize::from(*page.get(at + 1)?)),
                words => page.get(at + 1..at + 2 * words),
            }
        })
    }

    /// Reads the runs on all pages of a list. The data of each run take `described` bytes. Returns `None` if a page is
    /// beyond the end of the file.
    fn of(file: &'f File, part: TablePart, described: usize, find: Find<'f>) -> Option<Self> {
        let list = file.part(part);
        let count = list.len().saturating_sub(4) / 8;
        let pages: BTreeSet<u32> = numbers(list.get(4 * (count + 1)..).unwrap_or_default()).take(count).collect();
        let mut runs = Vec::new();
        for page in pages {
            let start = usize::try_from(page & 0x003F_FFFF).unwrap_or(usize::MAX).saturating_mul(PAGE);
            let page = file.main.get(start..start.saturating_add(PAGE))?;
            let count = usize::from(page[PAGE - 1]);
            for at in 0..count {
                let (Some(start), Some(end)) = (place(page, at), place(page, at + 1)) else { break };
                let bytes = page.get(4 * (count + 1) + described * at..).unwrap_or_default();
                runs.push(FormattedRange { start, end, formatting: find(page, bytes).unwrap_or_default() });
            }
        }
        runs.sort_by_key(|run| run.start);
        Some(Self { runs, last: 0 })
    }

    /// Returns the formatting at a position in the file; empty if there is none.
    pub(super) fn at(&mut self, place: usize) -> &'f [u8] {
        let holds = |run: &FormattedRange<'f>| (run.start..run.end).contains(&place);
        if !self.runs.get(self.last).is_some_and(holds) {
            self.last = self.runs.partition_point(|run| run.start <= place).saturating_sub(1);
        }
        self.runs.get(self.last).filter(|run| holds(run)).map(|run| run.formatting).unwrap_or_default()
    }
}

fn place(page: &[u8], at: usize) -> Option<usize> {
    usize::try_from(u32_at(page, 4 * at)?).ok()
}
