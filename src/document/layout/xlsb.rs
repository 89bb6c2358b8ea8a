//! Layouts of binary workbooks of 2007 (xlsb).

use std::collections::HashMap;
use std::io::{Cursor, Read};

use super::super::Region;
use super::super::appearance::{CellStyle, built_in};
use super::super::emphasis::Look;
use super::super::numbers::{u16_at, u32_at};
use super::super::run_fonts::{RunText, RunTexts, font_look};
use super::super::xml::{attribute, for_each_element, part};
use super::{Layouts, REACH, SheetLayout};

/// Records: MS-XLSB 2.4.732 `BrtRowHdr`, 2.4.325 `BrtColInfo`, 2.4.703 `BrtMergeCell`, 2.4.312 `BrtBundleSh`, 2.4.722
/// `BrtSSTItem`, 2.4.149 `BrtFont`, 2.4.656 `BrtFmt`, 2.4.876 `BrtXF`, 2.4.5 `BrtBeginCellXFs` and its end.
const ROW: u16 = 0;
const COLUMNS: u16 = 60;
const MERGED: u16 = 176;
const SHEET: u16 = 156;
const SHARED_STRING: u16 = 19;
const FONT: u16 = 43;
const FORMAT: u16 = 44;
const STYLE: u16 = 47;
const CELL_STYLES: u16 = 617;
const CELL_STYLES_END: u16 = 618;
/// Records of cells: blank, packed number, error, boolean, number, text, shared string, and formulas by result.
const CELLS: std::ops::RangeInclusive<u16> = 1..=11;
/// The record of a cell with a shared string.
const SHARED_TEXT: u16 = 7;
/// Most merged regions of a sheet that are kept; a report has some hundred.
const MAX_MERGED: usize = 100_000;

type XlsbArchive<'a> = zip::ZipArchive<Cursor<&'a [u8]>>;

/// Returns hidden rows and columns, merged cells and the appearance of cells of a binary workbook.
pub(in crate::document) fn of_xlsb(bytes: &[u8]) -> Layouts {
    layouts(bytes).unwrap_or_default()
}

fn layouts(bytes: &[u8]) -> Option<Layouts> {
    let mut archive = XlsbArchive::new(Cursor::new(bytes)).ok()?;
    let workbook = binary_part(&mut archive, "xl/workbook.bin")?;
    let mut targets = HashMap::new();
    for_each_element(&part(&mut archive, "xl/_rels/workbook.bin.rels")?, |element| {
        if let (Some(id), Some(target)) = (attribute(element, "Id"), attribute(element, "Target")) {
            let path = target.strip_prefix('/').map_or_else(|| format!("xl/{target}"), str::to_owned);
            targets.insert(id, path);
        }
    });
    let styles = binary_part(&mut archive, "xl/styles.bin").unwrap_or_default();
    let strings = binary_part(&mut archive, "xl/sharedStrings.bin").unwrap_or_default();
    let styles = XlsbStyles::of(&styles, &strings);
    let mut layouts = Layouts::new();
    for (_, data) in records(&workbook).filter(|(kind, _)| *kind == SHEET) {
        let Some((id, rest)) = data.get(8..).and_then(wide_text) else { continue };
        let Some((name, _)) = wide_text(rest) else { continue };
        if let Some(sheet) = targets.get(&id).and_then(|path| binary_part(&mut archive, path)) {
            layouts.insert(name, of_sheet(&sheet, &styles));
        }
    }
    Some(layouts)
}

fn binary_part(archive: &mut XlsbArchive<'_>, path: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    archive.by_name(path).ok()?.read_to_end(&mut bytes).ok()?;
    Some(bytes)
}

/// The styles and shared strings of a workbook.
struct XlsbStyles {
    cells: Vec<CellStyle>,
    /// Shared strings with runs; empty if no font strikes out or raises.
    strings: RunTexts,
}

impl XlsbStyles {
    fn of(styles: &[u8], strings: &[u8]) -> Self {
        let (mut fonts, mut formats, mut cells, mut in_cell_styles) = (Vec::new(), HashMap::new(), Vec::new(), false);
        for (kind, data) in records(styles) {
            match kind {
                FONT => fonts.push(font_look(data, 2, 6)),
                FORMAT => formats.extend(u16_at(data, 0).zip(data.get(2..).and_then(wide_text).map(|(code, _)| code))),
                CELL_STYLES => in_cell_styles = true,
                CELL_STYLES_END => in_cell_styles = false,
                STYLE if in_cell_styles => cells.extend(u16_at(data, 2).zip(u16_at(data, 4))),
                _ => {}
            }
        }
        let look = |font: u16| fonts.get(usize::from(font)).copied().unwrap_or_default();
        let style = |(format, font): (u16, u16)| {
            let code = formats.get(&format).map(String::as_str).or_else(|| built_in(format.into()));
            CellStyle::new(code, look(font).struck)
        };
        let mut texts = RunTexts::new();
        if fonts.iter().any(|look| *look != Look::default()) {
            let items = records(strings).filter(|(kind, _)| *kind == SHARED_STRING).enumerate();
            texts.extend(items.filter_map(|(at, (_, data))| Some((at, run_text(data, look)?))));
        }
        Self { cells: cells.into_iter().map(style).collect(), strings: texts }
    }
}

/// Parses a shared string with runs: MS-XLSB 2.5.121 `RichStr`; `None` if it has none.
fn run_text(data: &[u8], look: impl Fn(u16) -> Look) -> Option<RunText> {
    let (flags, data) = data.split_first()?;
    let count = usize::try_from(u32_at(data, 0)?).ok()?;
    let (units, rest) = data.get(4..)?.split_at_checked(count.checked_mul(2)?)?;
    let runs = usize::try_from(u32_at(rest, 0).filter(|_| flags & 1 == 1)?).ok()?;
    let runs = rest.get(4..)?.get(..runs.checked_mul(4)?)?;
    let units = units.as_chunks::<2>().0.iter().map(|pair| u16::from_le_bytes(*pair));
    Some(RunText::new(units.collect(), runs, look))
}

fn of_sheet(sheet: &[u8], styles: &XlsbStyles) -> SheetLayout {
    let (mut layout, mut row) = (SheetLayout::default(), 0);
    for (kind, data) in records(sheet) {
        match kind {
            ROW => {
                row = u32_at(data, 0).unwrap_or(row);
                if data.get(11).is_some_and(|flags| flags & 0x10 != 0) {
                    layout.hidden_rows.insert(row);
                }
            }
            COLUMNS if u16_at(data, 16).is_some_and(|flags| flags & 1 != 0) => {
                let columns = u32_at(data, 0).zip(u32_at(data, 4)).map(|(first, last)| first..=last.min(REACH));
                layout.hidden_columns.extend(columns.into_iter().flatten());
            }
            MERGED if layout.merged.len() < MAX_MERGED => layout.merged.extend(region(data)),
            kind if CELLS.contains(&kind) => add_cell(&mut layout, row, (kind, data), styles),
            _ => {}
        }
    }
    layout
}

fn region(data: &[u8]) -> Option<Region> {
    let (top, bottom) = (u32_at(data, 0)?, u32_at(data, 4)?);
    let (left, right) = (u32_at(data, 8)?, u32_at(data, 12)?);
    (top <= bottom && left <= right).then_some(Region { top, left, bottom, right })
}

/// Records the style of a cell, and its text if that has formatted runs. MS-XLSB 2.5.9 `Cell`.
fn add_cell(layout: &mut SheetLayout, row: u32, (kind, data): (u16, &[u8]), styles: &XlsbStyles) {
    let Some((column, style)) = u32_at(data, 0).zip(u32_at(data, 4)) else { return };
    // The highest byte has flags.
    let style = styles.cells.get((style & 0x00FF_FFFF) as usize);
    if let Some(style) = style {
        layout.appearance.add((row, column), style);
    }
    let text =
        u32_at(data, 8).filter(|_| kind == SHARED_TEXT).and_then(|number| styles.strings.get(&(number as usize)));
    if let Some(text) = text.and_then(|text| text.marked(style.map(CellStyle::look).unwrap_or_default())) {
        layout.appearance.add_text((row, column), &text);
    }
}

/// Reads a text that follows its length in four bytes; returns it and the rest.
fn wide_text(data: &[u8]) -> Option<(String, &[u8])> {
    let count = usize::try_from(u32_at(data, 0)?).ok()?;
    let (units, rest) = data.get(4..)?.split_at_checked(count.checked_mul(2)?)?;
    let units: Vec<u16> = units.as_chunks::<2>().0.iter().map(|pair| u16::from_le_bytes(*pair)).collect();
    Some((String::from_utf16_lossy(&units), rest))
}

/// Returns the records of a part up to the first that is incomplete. Kind and length use seven bits of each byte.
/// MS-XLSB 2.1.4.
fn records(part: &[u8]) -> impl Iterator<Item = (u16, &[u8])> {
    let mut rest = part;
    std::iter::from_fn(move || {
        let kind = packed_number(&mut rest, 2)?;
        let length = usize::try_from(packed_number(&mut rest, 4)?).ok()?;
        let (data, behind) = rest.split_at_checked(length)?;
        rest = behind;
        Some((u16::try_from(kind).ok()?, data))
    })
}

fn packed_number(bytes: &mut &[u8], longest: u32) -> Option<u32> {
    let mut number = 0;
    for place in 0..longest {
        let (byte, rest) = bytes.split_first()?;
        *bytes = rest;
        number |= u32::from(byte & 0x7F) << (7 * place);
        if byte & 0x80 == 0 {
            break;
        }
    }
    Some(number)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;
    use crate::document::{Format, Grid};
    use crate::source::Limits;

    fn record(kind: u16, data: &[u8]) -> Vec<u8> {
        let kind = u8::try_from(kind & 0x7F).ok().zip(u8::try_from(kind >> 7).ok()).expect("a kind");
        let mut bytes = if kind.1 > 0 { vec![kind.0 | 0x80, kind.1] } else { vec![kind.0] };
        let length = data.len();
        bytes.extend([u8::try_from(length & 0x7F | 0x80), u8::try_from(length >> 7)].map(|byte| byte.expect("short")));
        [&bytes, data].concat()
    }

    fn wide(text: &str) -> Vec<u8> {
        let units: Vec<u16> = text.encode_utf16().collect();
        let count = u32::try_from(units.len()).expect("short").to_le_bytes();
        [&count[..], &units.into_iter().flat_map(u16::to_le_bytes).collect::<Vec<u8>>()].concat()
    }

    fn words(numbers: &[u32]) -> Vec<u8> {
        numbers.iter().flat_map(|number| number.to_le_bytes()).collect()
    }

    fn row(number: u32, hidden: bool) -> Vec<u8> {
        let flags = if hidden { 0x10 } else { 0 };
        record(ROW, &[words(&[number, 0]), vec![0, 0, 0, flags, 0], words(&[0])].concat())
    }

    /// Returns a workbook with one sheet.
    fn workbook(sheet: &[u8], strings: &[u8], styles: &[u8]) -> Vec<u8> {
        let listed = [words(&[0, 1]), wide("rId1"), wide("年报")].concat();
        let relations = "<Relationships><Relationship Id='rId1' Type='http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet' Target='worksheets/sheet1.bin'/></Relationships>";
        let book = [record(131, &[]), record(143, &[]), record(SHEET, &listed), record(144, &[]), record(132, &[])];
        let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for (name, content) in [
            ("xl/workbook.bin", &book.concat()[..]),
            ("xl/_rels/workbook.bin.rels", relations.as_bytes()),
            ("xl/worksheets/sheet1.bin", sheet),
            ("xl/sharedStrings.bin", strings),
            ("xl/styles.bin", styles),
        ] {
            archive.start_file(name, zip::write::SimpleFileOptions::default()).expect("a part");
            archive.write_all(content).expect("its bytes");
        }
        archive.finish().expect("an archive").into_inner()
    }

    fn grid(sheet: &[Vec<u8>], strings: &[Vec<u8>], styles: &[Vec<u8>]) -> Grid {
        let (before, rows): (Vec<&Vec<u8>>, Vec<&Vec<u8>>) = sheet.iter().partition(|record| record[0] == 60);
        let before: Vec<u8> =
            [record(390, &[]), before.into_iter().flatten().copied().collect(), record(391, &[])].concat();
        let rows: Vec<u8> = rows.into_iter().flatten().copied().collect();
        let begin = [record(129, &[]), record(148, &[0; 16]), before, record(145, &[])].concat();
        let sheet = [begin, rows, record(146, &[]), record(130, &[])].concat();
        let count = u32::try_from(strings.len()).expect("few");
        let strings = [record(159, &words(&[count, count])), strings.concat(), record(160, &[])].concat();
        let bytes = workbook(&sheet, &strings, &styles.concat());
        let read = super::super::super::read_as(Format::Xlsb, &bytes, &Limits::default());
        read.expect("a workbook").grids.remove(0)
    }

    fn number(column: u32, style: u32, value: f64) -> Vec<u8> {
        record(5, &[words(&[column, style]), value.to_le_bytes().to_vec()].concat())
    }

    #[test]
    fn hidden_rows_and_columns_and_merged_cells_are_read() {
        let columns = [words(&[2, 3, 2304, 0]), vec![1, 0]].concat();
        let sheet = [
            record(COLUMNS, &columns),
            row(0, false),
            number(0, 0, 7.0),
            number(1, 0, 8.0),
            row(4, true),
            number(0, 0, 9.0),
            record(MERGED, &words(&[0, 1, 0, 1])),
            record(MERGED, &words(&[3, 1, 0, 1])),
        ];
        let grid = grid(&sheet, &[], &[record(CELL_STYLES, &words(&[0]))]);
        assert_eq!((grid.hidden_rows.as_slice(), grid.hidden_columns.as_slice()), (&[4][..], &[2, 3][..]));
        assert_eq!(grid.merged, [Region { top: 0, left: 0, bottom: 1, right: 1 }]);
        // A cell covered by the merged region is dropped.
        let texts: Vec<&str> = grid.cells().iter().map(|cell| cell.text.as_str()).collect();
        assert_eq!(texts, ["7", "9"]);
    }

    #[test]
    fn formats_and_struck_runs_of_cells_are_read() {
        let font = |flags: u8| record(FONT, &[&[220, 0, flags, 0, 0, 0, 0, 0][..], &[0; 20]].concat());
        let style = |format: u16, font: u16| {
            record(STYLE, &[&[0, 0][..], &format.to_le_bytes(), &font.to_le_bytes(), &[0; 10]].concat())
        };
        let styles = [
            record(615, &words(&[1])),
            record(FORMAT, &[&164_u16.to_le_bytes()[..], &wide("0!.0,")].concat()),
            font(0),
            font(8),
            style(0, 1),
            record(CELL_STYLES, &words(&[3])),
            style(0, 0),
            style(164, 0),
            style(0, 1),
            record(CELL_STYLES_END, &[]),
        ];
        let runs = [words(&[2]), vec![0, 0, 1, 0, 2, 0, 0, 0]].concat();
        let strings = [record(SHARED_STRING, &[&[1][..], &wide("9912"), &runs].concat())];
        let text = record(SHARED_TEXT, &words(&[2, 0, 0]));
        let grid = grid(&[row(0, false), number(0, 1, 35_000.0), number(1, 2, 9.0), text], &strings, &styles);
        let texts: Vec<&str> = grid.cells().iter().map(|cell| cell.text.as_str()).collect();
        assert_eq!(texts, ["35000", "~~9~~", "~~99~~12"]);
        assert_eq!(grid.shown.keys().collect::<Vec<_>>(), [&(0, 0)]);
    }

    #[test]
    fn damaged_parts_yield_what_is_whole() {
        assert_eq!(records(&[0x80]).count(), 0);
        assert_eq!(records(&[0, 5, 1, 2]).count(), 0);
        assert_eq!(records(&[0, 1, 9, 0, 0, 0xFF]).count(), 2);
        assert!(of_xlsb(b"PK").is_empty());
    }
}
