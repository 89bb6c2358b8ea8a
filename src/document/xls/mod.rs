//! The fast path for plain Excel 97 workbooks: reads the workbook stream in one pass over borrowed records.
//!
//! As in the xlsx fast path, anything that is not plain is [`Unsupported`] and falls back to calamine. Tests compare
//! the two.
//! Records: MS-XLS 2.4.21 BOF, 2.4.103 EOF, 2.4.28 `BoundSheet8`, 2.4.52 `CodePage`, 2.4.77 `DateMode`, 2.4.106
//! `ExternSheet`, 2.4.117 `FilePass`, 2.4.126 Format, 2.4.150 Lbl, 2.4.265 SST, 2.4.353 XF.

mod formats;
mod records;
mod shared_string_table;
mod xls_formula;
mod xls_sheet;

use std::cell::RefCell;
use std::collections::BTreeSet;

use super::Grid;
use super::compound::Compound;
use super::fast_path::{FastResult, ROOM, Unsupported};
use super::numbers::{u16_at, u32_at};
use super::shared_lengths::LONGEST_NAME;
use super::size::Size;
use crate::source::Limits;
use formats::Formats;
use records::{CONTINUED, END, Records, START};
use shared_string_table::SharedStrings;

thread_local! {
    /// A buffer for the current workbook stream.
    static STREAM: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// Returns every worksheet of a plain workbook.
pub(super) fn read(bytes: &[u8], limits: &Limits) -> FastResult<Vec<Grid>> {
    STREAM.with_borrow_mut(|stream| {
        stream.clear();
        let grids = take_stream(bytes, stream).and_then(|()| book(stream, limits));
        stream.clear();
        stream.shrink_to(ROOM);
        grids
    })
}

/// Copies the whole workbook stream into the buffer. More than one is unsupported.
fn take_stream(bytes: &[u8], into: &mut Vec<u8>) -> FastResult<()> {
    let file = Compound::plain(bytes).ok_or(Unsupported)?;
    let mut alike = file.entries().iter().filter(|entry| is_like_workbook(entry.name()));
    let workbook = alike.next().filter(|entry| entry.is_called("Workbook")).ok_or(Unsupported)?;
    if alike.next().is_some() {
        return Err(Unsupported);
    }
    file.take(workbook, into).ok_or(Unsupported)
}

/// Returns whether calamine may take a stream of this name for the workbook.
fn is_like_workbook(name: &[u8]) -> bool {
    // calamine ignores bytes of byte order marks, including that of UTF-8.
    let is_mark = |byte: &u8| matches!(byte, 0 | 0xFE | 0xFF | 0xEF | 0xBB | 0xBF);
    let mut name = name.iter().filter(|byte| !is_mark(byte)).map(u8::to_ascii_lowercase);
    match name.next() {
        Some(b'w') => name.take(7).eq(*b"orkbook"),
        Some(b'b') => name.take(3).eq(*b"ook"),
        _ => false,
    }
}

/// A sheet as listed in the workbook.
struct ListedSheet {
    name: String,
    hidden: bool,
    start: usize,
}

/// The part of a workbook before its sheets.
#[derive(Default)]
struct Globals {
    sheets: Vec<ListedSheet>,
    strings: SharedStrings,
    /// For each style, whether it shows a number as a number.
    numbers: Vec<bool>,
    longest_name: usize,
}

fn book(stream: &[u8], limits: &Limits) -> FastResult<Vec<Grid>> {
    let mut records = Records::of(stream, 0);
    let globals = globals(&mut records)?;
    let (mut grids, mut size, mut names) = (Vec::new(), Size::default(), BTreeSet::new());
    // Every byte of the stream is checked: sheets follow each other directly, with only padding after the last.
    let mut end = records.at();
    for (at, listed) in globals.sheets.iter().enumerate() {
        if listed.start != end || !names.insert(&listed.name) {
            return Err(Unsupported);
        }
        let next = globals.sheets.get(at + 1).map_or(stream.len(), |next| next.start);
        let mut records = Records::of(stream.get(..next).ok_or(Unsupported)?, listed.start);
        let mut grid = xls_sheet::read(&listed.name, &mut records, &globals, &mut size, limits)?;
        grid.hidden = listed.hidden;
        grids.push(grid);
        end = records.at();
    }
    if stream[end..].iter().all(|byte| *byte == 0) { Ok(grids) } else { Err(Unsupported) }
}

fn globals(records: &mut Records<'_>) -> FastResult<Globals> {
    /// BIFF version 8, and the type of a workbook's globals.
    const OF_WORKBOOK: (u16, u16) = (0x0600, 0x0005);
    /// The code page number of UTF-16.
    const UNICODE: u16 = 1200;
    let begin = records.next()?;
    if begin.kind != START || u16_at(begin.data, 0).zip(u16_at(begin.data, 2)) != Some(OF_WORKBOOK) {
        return Err(Unsupported);
    }
    let (mut globals, mut formats, mut last) = (Globals::default(), Formats::default(), START);
    loop {
        let record = records.next()?;
        let data = record.data;
        match record.kind {
            0x0085 => {
                globals.sheets.push(listed(data)?);
                globals.longest_name = globals.longest_name.max(data.len().min(LONGEST_NAME));
            }
            0x0018 => {
                is_plain_name(data).then_some(()).ok_or(Unsupported)?;
                globals.longest_name = globals.longest_name.max(data.len().min(LONGEST_NAME));
            }
            0x0042 if u16_at(data, 0) != Some(UNICODE) => return Err(Unsupported),
            0x0017 | 0x0022 if data.len() < 2 => return Err(Unsupported),
            0x00FC if globals.strings.is_empty() => {
                globals.strings = SharedStrings::read(data, records)?;
            }
            0x0031 => formats.add_font(data),
            0x00E0 => formats.add_style(data)?,
            0x041E => formats.add_format(data)?,
            CONTINUED if matches!(last, 0x0085 | 0x0018 | 0x00E0 | 0x041E) => return Err(Unsupported),
            // Encryption, a second string table, or an embedded substream.
            0x002F | 0x00FC | START => return Err(Unsupported),
            // Struck-out text is not a figure. The calamine path marks it.
            END if formats.strike_out() || globals.strings.has_runs() && formats.have_looks() => {
                return Err(Unsupported);
            }
            END => {
                globals.numbers = formats.numbers();
                return Ok(globals);
            }
            _ => {}
        }
        last = record.kind;
    }
}

fn listed(data: &[u8]) -> FastResult<ListedSheet> {
    let start = u32_at(data, 0).and_then(|start| usize::try_from(start).ok()).ok_or(Unsupported)?;
    let (state, kind, length) = match data.get(4..7).ok_or(Unsupported)? {
        [state, kind, length] => (state & 0x3F, *kind, usize::from(*length)),
        _ => return Err(Unsupported),
    };
    // Only worksheets; macro sheets and charts are unsupported.
    if state > 2 || kind != 0 {
        return Err(Unsupported);
    }
    let name = shared_string_table::characters(data.get(7..).ok_or(Unsupported)?, length)?;
    if name.contains('\0') {
        Err(Unsupported)
    } else {
        Ok(ListedSheet { name: name.into(), hidden: state != 0, start })
    }
}

/// Returns whether calamine can parse a defined name. Its value is not used here.
fn is_plain_name(data: &[u8]) -> bool {
    let (Some(length), Some(formula)) = (data.get(3), u16_at(data, 4).map(usize::from)) else { return false };
    let Some(rest) = data.len().checked_sub(formula) else { return false };
    let needed = match data[rest..].first() {
        Some(0x3A | 0x5A | 0x7A) => 7,
        Some(0x3B | 0x5B | 0x7B) => 11,
        Some(0x3C | 0x5C | 0x7C | 0x3D | 0x5D | 0x7D) => 3,
        _ => 0,
    };
    let name = data.get(14..).map(|name| shared_string_table::characters(name, usize::from(*length)));
    formula >= needed && name.is_some_and(|name| name.is_ok())
}

#[cfg(test)]
mod tests;
