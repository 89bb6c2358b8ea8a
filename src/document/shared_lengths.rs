//! Upper bounds for the content that cells of an Excel 97 workbook share: strings, and names in formulas. After MS-XLS
//! 2.4.265 SST, 2.4.58 Continue and 2.5.293 `XLUnicodeRichExtendedString`; 2.4.127 Formula, 2.4.150 Lbl, 2.4.28
//! `BoundSheet8`.

use super::emphasis::Look;
use super::run_fonts::{RunText, RunTexts};

const TABLE: u16 = 0x00FC;
const CONTINUED: u16 = 0x003C;
const SHARED_TEXT: u16 = 0x00FD;
const FORMULA: u16 = 0x0006;
const NAMES: [u16; 2] = [0x0018, 0x0085];

/// Longest name in bytes of UTF-8: its length in characters is stored in one byte.
pub(super) const LONGEST_NAME: usize = 1 << 10;

/// Returns the most bytes by which the text of a formula is longer than its record, if no name is longer than
/// `longest_name`.
pub(super) fn longest_formula(data: &[u8], longest_name: u64) -> u64 {
    /// Bytes of the shortest token that refers to a name.
    const NAMED: usize = 5;
    /// The token of a double, its length in bytes, and the longest text of a double.
    const DOUBLE: u8 = 0x1F;
    const DOUBLE_TAKES: usize = 9;
    const DOUBLE_SHOWS: u64 = 330;
    let doubles = memchr::memchr_iter(DOUBLE, data).count().min(data.len() / DOUBLE_TAKES);
    (data.len() / NAMED) as u64 * longest_name + doubles as u64 * DOUBLE_SHOWS
}

/// Lengths of shared strings and names, in bytes.
pub(super) struct SharedLengths {
    texts: Vec<u64>,
    longest_name: u64,
}

impl SharedLengths {
    /// Measures the shared strings and names in the records of a workbook.
    pub(super) fn of<'a, I: Iterator<Item = (u16, &'a [u8])>>(records: impl Fn() -> I) -> Self {
        let names = records().filter(|(kind, _)| NAMES.contains(kind));
        let longest_name = names.map(|(_, data)| data.len().min(LONGEST_NAME) as u64).max().unwrap_or(0);
        Self { texts: lengths(records()), longest_name }
    }

    /// Returns the most bytes that a cell's record gets from shared content.
    pub(super) fn in_cell(&self, kind: u16, data: &[u8]) -> u64 {
        match (kind, data.get(6..10)) {
            (SHARED_TEXT, Some(&[a, b, c, d])) => {
                self.texts.get(u32::from_le_bytes([a, b, c, d]) as usize).copied().unwrap_or(0)
            }
            (FORMULA, _) => longest_formula(data, self.longest_name),
            _ => 0,
        }
    }
}

/// Returns the most bytes that each shared string takes as UTF-8. With several tables, each index gets the longest.
fn lengths<'a>(records: impl Iterator<Item = (u16, &'a [u8])>) -> Vec<u64> {
    let mut lengths: Vec<u64> = Vec::new();
    let mut records = records.peekable();
    while let Some((kind, data)) = records.next() {
        if kind != TABLE {
            continue;
        }
        let more = std::iter::from_fn(|| records.next_if(|(kind, _)| *kind == CONTINUED).map(|(_, data)| data));
        let mut rest = Rest { data: data.get(8..).unwrap_or_default(), more };
        let mut at = 0;
        while let Some(length) = rest.text() {
            match lengths.get_mut(at) {
                Some(known) => *known = length.max(*known),
                None => lengths.push(length),
            }
            at += 1;
        }
    }
    lengths
}

/// Returns the strings that have formatted runs, by index. `look` returns the formatting of a font. If there are
/// several tables, which no program writes, only the first is read.
pub(super) fn texts_with_runs<'a>(
    records: impl Iterator<Item = (u16, &'a [u8])>,
    look: impl Fn(u16) -> Look,
) -> RunTexts {
    let mut records = records.skip_while(|(kind, _)| *kind != TABLE);
    let first = records.next().and_then(|(_, data)| data.get(8..)).unwrap_or_default();
    let more = records.map_while(|(kind, data)| (kind == CONTINUED).then_some(data));
    let (mut rest, mut texts, mut at) = (Rest { data: first, more }, RunTexts::new(), 0);
    while let Some((units, runs)) = rest.text_with_runs() {
        if !runs.is_empty() {
            texts.insert(at, RunText::new(units, &runs, &look));
        }
        at += 1;
    }
    texts
}

/// The unread part of a table: the current record, and the records that continue it.
struct Rest<'a, I> {
    data: &'a [u8],
    more: I,
}

impl<'a, I: Iterator<Item = &'a [u8]>> Rest<'a, I> {
    fn text(&mut self) -> Option<u64> {
        let (count, flags) = (self.number(2)?, self.number(1)?);
        let runs = if flags & 8 == 0 { 0 } else { self.number(2)? };
        let phonetic = if flags & 4 == 0 { 0 } else { self.number(4)? };
        self.characters(count, flags & 1 == 1, |_| ())?;
        self.skip(runs * 4)?;
        self.skip(phonetic)?;
        Some(count as u64 * 3)
    }

    /// Returns the next string in UTF-16 units, and its runs as raw bytes.
    fn text_with_runs(&mut self) -> Option<(Vec<u16>, Vec<u8>)> {
        let (count, flags) = (self.number(2)?, self.number(1)?);
        let runs = if flags & 8 == 0 { 0 } else { self.number(2)? };
        let phonetic = if flags & 4 == 0 { 0 } else { self.number(4)? };
        let (mut units, mut bytes) = (Vec::new(), Vec::new());
        self.characters(count, flags & 1 == 1, |unit| units.push(unit))?;
        for _ in 0..runs * 4 {
            bytes.extend(u8::try_from(self.number(1)?));
        }
        self.skip(phonetic)?;
        Some((units, bytes))
    }

    /// Reads a little-endian number of the given length in bytes.
    fn number(&mut self, bytes: usize) -> Option<usize> {
        let mut value = 0;
        for at in 0..bytes {
            while self.data.is_empty() {
                self.data = self.more.next()?;
            }
            value |= usize::from(self.data[0]) << (8 * at);
            self.data = &self.data[1..];
        }
        Some(value)
    }

    fn skip(&mut self, mut bytes: usize) -> Option<()> {
        while bytes > self.data.len() {
            bytes -= self.data.len();
            self.data = self.more.next()?;
        }
        self.data = &self.data[bytes..];
        Some(())
    }

    /// Reads characters and passes each to `take`. A record that continues a string begins with its own character
    /// width.
    fn characters(&mut self, mut count: usize, mut wide: bool, mut take: impl FnMut(u16)) -> Option<()> {
        loop {
            let width = if wide { 2 } else { 1 };
            let here = count.min(self.data.len() / width);
            let (characters, rest) = self.data.split_at(here * width);
            let unit = |bytes: &[u8]| u16::from_le_bytes([bytes[0], bytes.get(1).copied().unwrap_or(0)]);
            characters.chunks_exact(width).map(unit).for_each(&mut take);
            self.data = rest;
            count -= here;
            if count == 0 {
                return Some(());
            }
            self.data = self.more.next()?;
            wide = self.number(1)? & 1 == 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_as_long_as_they_are_wherever_they_are_cut() {
        let narrow = |text: &str| {
            let count = u16::try_from(text.len()).expect("short").to_le_bytes();
            [&count[..], &[0], text.as_bytes()].concat()
        };
        // A string with a run and phonetic data, which switches to two-byte characters at its second record.
        let rich = [&[3, 0, 0b1100, 1, 0, 2, 0, 0, 0, b'a'][..]].concat();
        let goes_on = [&[1, b'b', 0, b'c', 0, 9, 9, 9, 9, 8, 8][..], &narrow("12345")].concat();
        let table = [&[0; 8][..], &narrow("1"), &narrow("ab"), &rich].concat();
        let records = [(0x0085, &[0; 9][..]), (TABLE, &table), (CONTINUED, &goes_on), (0x000A, &[])];
        assert_eq!(lengths(records.into_iter()), [3, 6, 9, 15]);
        let two = [(TABLE, &table[..]), (0x000A, &[]), (TABLE, &[0; 8]), (CONTINUED, &[2, 0, 0, 1, 1])];
        assert_eq!(lengths(two.into_iter()), [6, 6]);
        assert!(lengths([(TABLE, &[0; 3][..])].into_iter()).is_empty());
        let shared = SharedLengths::of(|| records.into_iter());
        assert_eq!(shared.in_cell(SHARED_TEXT, &[0, 0, 0, 0, 0, 0, 3, 0, 0, 0]), 15);
        assert_eq!(shared.in_cell(SHARED_TEXT, &[0, 0, 0, 0, 0, 0, 4, 0, 0, 0]), 0);
        assert_eq!(shared.in_cell(FORMULA, &[0; 25]), 5 * 9);
    }
}
