//! Layouts of Excel 97 workbooks.

use std::collections::HashMap;
use std::io::{Cursor, Read};

use super::super::appearance::{CellStyle, built_in};
use super::super::emphasis::Look;
use super::super::numbers::{u16_at, u32_at};
use super::super::run_fonts::{RunTexts, font_look};
use super::super::shared_lengths::{self, SharedLengths};
use super::super::size::Size;
use super::{Layouts, SheetLayout};

/// Returns the layouts of the sheets of an Excel 97 workbook, and its size. Records: MS-XLS 2.4.28 `BoundSheet8`,
/// 2.4.53 `ColInfo`, 2.4.221 Row, 2.4.90 Dimensions, 2.4.117 `FilePass`, and those of cells.
pub(in crate::document) fn of_xls(bytes: &[u8]) -> Result<(Layouts, Size), Unknown> {
    let (mut layouts, mut size) = (Layouts::new(), Size::default());
    let streams = workbook_streams(bytes).ok_or(Unknown::Damaged)?;
    if streams.last().is_some_and(|own| records(own, 0).any(|(kind, _)| kind == 0x002F)) {
        return Err(Unknown::Password);
    }
    for stream in streams {
        let (shared, styles) = (SharedLengths::of(|| all_records(&stream, 0)), BookStyles::of(&stream));
        let sheets: Vec<(usize, String)> = records(&stream, 0)
            .filter(|(kind, _)| *kind == 0x0085)
            // A sheet with an unreadable name counts for the size too.
            .filter_map(|(_, data)| Some((usize::try_from(u32_at(data, 0)?).ok()?, short_name(data.get(6..)?))))
            .map(|(offset, name)| (offset, name.unwrap_or_else(|| format!("#{offset}"))))
            .collect();
        for (offset, name) in sheets {
            layouts.insert(name, of_xls_sheet(&stream, offset, (&shared, &styles), &mut size));
        }
    }
    Ok((layouts, size))
}

/// Why the layout and size of a workbook cannot be determined.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::document) enum Unknown {
    /// It needs a password.
    Password,
    /// The file has no readable workbook stream.
    Damaged,
}

/// The styles and shared strings of an Excel 97 workbook.
struct BookStyles {
    cells: Vec<CellStyle>,
    /// Shared strings with runs; empty if no font strikes out or raises.
    strings: RunTexts,
}

impl BookStyles {
    /// Reads the styles of a workbook. Records: MS-XLS 2.4.122 Font, 2.4.126 Format, 2.4.353 XF.
    fn of(stream: &[u8]) -> Self {
        let (mut fonts, mut formats, mut styles) = (Vec::new(), HashMap::new(), Vec::new());
        for (kind, data) in records(stream, 0) {
            match kind {
                0x0031 => fonts.push(look_of_font(data)),
                0x041E => formats.extend(u16_at(data, 0).zip(data.get(2..).and_then(long_text))),
                0x00E0 => styles.extend(u16_at(data, 0).zip(u16_at(data, 2))),
                _ => {}
            }
        }
        let look = |font: u16| fonts.get(font_index(font)).copied().unwrap_or_default();
        let style = |(font, format): (u16, u16)| {
            let code = formats.get(&format).map(String::as_str).or_else(|| built_in(format.into()));
            CellStyle::new(code, look(font).struck)
        };
        let has_looks = fonts.iter().any(|look| *look != Look::default());
        let strings =
            if has_looks { shared_lengths::texts_with_runs(all_records(stream, 0), look) } else { RunTexts::new() };
        Self { cells: styles.into_iter().map(style).collect(), strings }
    }

    /// Records the styles of a record's cells, and the text of a cell with formatted runs.
    fn add_cells(&self, kind: u16, data: &[u8], layout: &mut SheetLayout) {
        for (address, style) in styled_cells(kind, data) {
            let style = self.cells.get(style);
            if let Some(style) = style {
                layout.appearance.add(address, style);
            }
            let number = u32_at(data, 6).filter(|_| kind == SHARED_TEXT && !self.strings.is_empty());
            let text = number.and_then(|number| self.strings.get(&(number as usize)));
            if let Some(text) = text.and_then(|text| text.marked(style.map(CellStyle::look).unwrap_or_default())) {
                layout.appearance.add_text(address, &text);
            }
        }
    }
}

/// Returns the formatting of text in a font.
pub(in crate::document) fn look_of_font(data: &[u8]) -> Look {
    font_look(data, 2, 8)
}

/// Returns the position of a font record. Number 4 is not used.
pub(in crate::document) fn font_index(number: u16) -> usize {
    usize::from(if number > 4 { number - 1 } else { number })
}

/// Parses an `XLUnicodeString`: length in two bytes, one flag for two-byte characters, characters.
fn long_text(data: &[u8]) -> Option<String> {
    let (length, wide) = (usize::from(u16_at(data, 0)?), data.get(2)? & 1 == 1);
    let characters = data.get(3..3 + length * if wide { 2 } else { 1 })?;
    Some(text_of(characters, wide))
}

/// Returns the addresses of a record's cells, each with the index of its style.
fn styled_cells(kind: u16, data: &[u8]) -> Vec<((u32, u32), usize)> {
    let Some((row, first)) = u16_at(data, 0).zip(u16_at(data, 2)) else { return Vec::new() };
    let numbers =
        if kind == MULTIPLE_NUMBERS { data.get(4..).unwrap_or_default() } else { data.get(4..10).unwrap_or_default() };
    let styles = numbers.as_chunks::<6>().0.iter().filter_map(|number| u16_at(number, 0));
    (u32::from(first)..).zip(styles).map(|(column, style)| ((row.into(), column), style.into())).collect()
}

fn of_xls_sheet(
    stream: &[u8],
    offset: usize,
    (shared, styles): (&SharedLengths, &BookStyles),
    size: &mut Size,
) -> SheetLayout {
    let (mut layout, mut area, mut said) = (SheetLayout::default(), CellBounds::default(), 0);
    for (kind, data) in records(stream, offset) {
        match kind {
            _ if CELL_RECORDS.contains(&kind) => {
                area.take_in(data, kind == MULTIPLE_NUMBERS);
                size.add_text(shared.in_cell(kind, data), 1);
                styles.add_cells(kind, data, &mut layout);
            }
            // calamine allocates as many cells as the sheet states. No sheet has more rows than this.
            0x0200 if data.len() > 10 && u32_at(data, 4).is_some_and(|rows| rows > 1 << 16) => said = u64::MAX,
            UNCALCULATED => layout.recalculates = true,
            0x0208 if u16_at(data, 12).is_some_and(|flags| flags & 0x20 != 0) => {
                layout.hidden_rows.extend(u16_at(data, 0).map(u32::from));
            }
            0x007D if u16_at(data, 8).is_some_and(|flags| flags & 1 != 0) => {
                let columns = u16_at(data, 0).zip(u16_at(data, 2)).map(|(first, last)| first..=last.min(255));
                layout.hidden_columns.extend(columns.into_iter().flatten().map(u32::from));
            }
            _ => {}
        }
    }
    size.add_sheet(area.cells().max(said));
    layout
}

/// Records of cells: formula, multiple numbers, rich text, shared string, label, number, boolean or error, packed
/// number.
const CELL_RECORDS: [u16; 8] = [0x0006, MULTIPLE_NUMBERS, 0x00D6, SHARED_TEXT, 0x0203, 0x0204, 0x0205, 0x027E];
/// The record of a cell that has a shared string.
const SHARED_TEXT: u16 = 0x00FD;
/// The record of several packed numbers in one row.
const MULTIPLE_NUMBERS: u16 = 0x00BD;

/// The record of a workbook saved without computing its formulas: 2.4.331 Uncalced.
pub(in crate::document) const UNCALCULATED: u16 = 0x005E;

/// The rectangle around some cells: first and last row, first and last column.
#[derive(Default)]
struct CellBounds(Option<[u16; 4]>);

impl CellBounds {
    /// Extends the rectangle by a record's cells. A record of several cells ends with its last column.
    fn take_in(&mut self, data: &[u8], several: bool) {
        let Some((row, first)) = u16_at(data, 0).zip(u16_at(data, 2)) else { return };
        let last = data.len().checked_sub(2).filter(|_| several).and_then(|at| u16_at(data, at)).unwrap_or(first);
        let [top, bottom, left, right] = self.0.unwrap_or([row, row, first, last]);
        self.0 = Some([top.min(row), bottom.max(row), left.min(first), right.max(last)]);
    }

    fn cells(&self) -> u64 {
        let length = |from: u16, to: u16| u64::from(to.saturating_sub(from)) + 1;
        self.0.map_or(0, |[top, bottom, left, right]| length(top, bottom) * length(left, right))
    }
}

/// Returns the workbook streams of a file, the top-level one last. There may be an embedded workbook, and calamine may
/// read either.
fn workbook_streams(bytes: &[u8]) -> Option<Vec<Vec<u8>>> {
    let mut file = cfb::CompoundFile::open(Cursor::new(bytes)).ok()?;
    let is_workbook = |name: &str| ["Workbook", "Book"].iter().any(|known| name.eq_ignore_ascii_case(known));
    let found = file.walk().filter(|entry| entry.is_stream() && is_workbook(entry.name()));
    let mut paths: Vec<_> = found.map(|entry| entry.path().to_owned()).collect();
    paths.sort_by_key(|path| std::cmp::Reverse(path.components().count()));
    let mut streams = Vec::new();
    for path in &paths {
        let mut content = Vec::new();
        file.open_stream(path).ok()?.read_to_end(&mut content).ok()?;
        streams.push(content);
    }
    (!streams.is_empty()).then_some(streams)
}

/// Returns the records from an offset to the end of the substream that begins there, without those of nested
/// substreams.
fn records(stream: &[u8], offset: usize) -> impl Iterator<Item = (u16, &[u8])> {
    let mut all = all_records(stream, offset);
    let mut deep = 0_usize;
    std::iter::from_fn(move || {
        loop {
            let (kind, data) = all.next()?;
            match kind {
                0x0809 => deep += 1,
                0x000A if deep <= 1 => return None,
                0x000A => deep -= 1,
                _ if deep <= 1 => return Some((kind, data)),
                _ => {}
            }
        }
    })
}

/// Returns the records from an offset to the end of the stream.
fn all_records(stream: &[u8], mut at: usize) -> impl Iterator<Item = (u16, &[u8])> {
    std::iter::from_fn(move || {
        let (kind, length) = (u16_at(stream, at)?, usize::from(u16_at(stream, at + 2)?));
        let data = stream.get(at + 4..at + 4 + length)?;
        at += 4 + length;
        Some((kind, data))
    })
}

/// Parses a `ShortXLUnicodeString`: length, one flag for two-byte characters, characters.
fn short_name(data: &[u8]) -> Option<String> {
    let (length, wide) = (usize::from(*data.first()?), data.get(1)? & 1 == 1);
    let characters = data.get(2..2 + length * if wide { 2 } else { 1 })?;
    Some(text_of(characters, wide))
}

/// Decodes characters of one byte each, or of two if `wide`.
fn text_of(characters: &[u8], wide: bool) -> String {
    if wide {
        let units: Vec<u16> = characters.as_chunks::<2>().0.iter().map(|pair| u16::from_le_bytes(*pair)).collect();
        return String::from_utf16_lossy(&units);
    }
    characters.iter().copied().map(char::from).collect()
}
