//! A worksheet, read in one pass: cells, merged regions, hidden rows and columns. Records: MS-XLS 2.4.24 `BoolErr`,
//! 2.4.53 `ColInfo`, 2.4.90 Dimensions, 2.4.127 Formula, 2.4.148 Label, 2.4.149 `LabelSst`, 2.4.168 `MergeCells`,
//! 2.4.175 `MulRk`, 2.4.180 Number, 2.4.220 RK, 2.4.221 Row, 2.4.268 String.

use compact_str::{CompactString, ToCompactString};

use super::super::fast_path::{FastResult, Unsupported};
use super::super::grid::number_cell;
use super::super::layout::{SheetLayout, UNCALCULATED};
use super::super::numbers::{u16_at, u32_at};
use super::super::shared_lengths::longest_formula;
use super::super::size::Size;
use super::super::{Cell, CellKind, Grid, Region};
use super::records::{CONTINUED, END, Record, Records, START};
use super::{Globals, shared_string_table, xls_formula};
use crate::source::{Limit, Limits};

const FORMULA: u16 = 0x0006;

/// Typical bytes of a cell's record, to estimate the capacity; and most bytes that the estimate is made for.
const BYTES_PER_CELL: usize = 16;
const MOST_AT_ONCE: usize = 64 << 10;

/// Reads a worksheet. `size` counts the content of the workbook so far.
pub(super) fn read(
    name: &str,
    records: &mut Records<'_>,
    globals: &Globals,
    size: &mut Size,
    limits: &Limits,
) -> FastResult<Grid> {
    if records.next()?.kind != START {
        return Err(Unsupported);
    }
    let cells = Vec::with_capacity(records.left().min(MOST_AT_ONCE) / BYTES_PER_CELL);
    let layout = SheetLayout::default();
    let mut pass = XlsPass { globals, size, limits, cells, is_sorted: true, columns: None, awaits_text: false, layout };
    let mut is_known = false;
    loop {
        let record = records.next()?;
        match record.kind {
            END => break,
            // An embedded substream, or a record longer than one can be.
            START => return Err(Unsupported),
            CONTINUED if is_known => return Err(Unsupported),
            CONTINUED => {}
            _ => is_known = pass.take(record)?,
        }
    }
    pass.sort()?;
    pass.size.add_sheet(pass.area());
    pass.cells.retain(is_kept);
    let grid = pass.layout.grid(name, pass.cells);
    size.keep_within(limits).map(|()| grid).map_err(|_| Unsupported)
}

fn is_kept(cell: &Cell) -> bool {
    let may_be_empty = matches!(cell.kind, CellKind::Text | CellKind::NoResult);
    !may_be_empty || !cell.text.is_empty() || cell.formula.is_some()
}

struct XlsPass<'p> {
    globals: &'p Globals,
    size: &'p mut Size,
    limits: &'p Limits,
    /// The cells in the order of the sheet, including those with empty text.
    cells: Vec<Cell>,
    /// Whether the cells are in row-major order so far.
    is_sorted: bool,
    /// First and last column of the cells.
    columns: Option<(u32, u32)>,
    /// Whether the last cell is a formula with its text in the next record.
    awaits_text: bool,
    layout: SheetLayout,
}

impl XlsPass<'_> {
    /// Handles a record. Returns whether it is of a known kind.
    fn take(&mut self, Record { kind, data }: Record<'_>) -> FastResult<bool> {
        match kind {
            FORMULA => self.formula(data)?,
            0x00BD => self.several(data)?,
            0x00FD => {
                let at = u32_at(data, 6).and_then(|at| usize::try_from(at).ok()).ok_or(Unsupported)?;
                let (text, length) = self.globals.strings.get(at).ok_or(Unsupported)?;
                self.size.add_text(length, 1);
                self.size.keep_within(self.limits).map_err(|_| Unsupported)?;
                self.text(place(data)?, text)?;
            }
            0x0203 => drop(self.number(place(data)?, data.get(4..6), Number::Double(f64_at(data, 6)?))?),
            0x00D6 | 0x0204 => {
                self.text(place(data)?, &shared_string_table::text(data.get(6..).ok_or(Unsupported)?)?)?;
            }
            0x0205 => match data.get(6..8).ok_or(Unsupported)? {
                [truth, 0] => {
                    let cell = self.add(place(data)?)?;
                    (cell.kind, cell.text) = (CellKind::Boolean, truth_text(*truth));
                }
                _ => return Err(Unsupported),
            },
            0x0207 => self.text_of_formula(data)?,
            0x027E => drop(self.number(place(data)?, data.get(4..6), packed(data.get(6..10).ok_or(Unsupported)?)?)?),
            0x007D | 0x00E5 | 0x0200 | 0x0208 | UNCALCULATED => self.lay_out(kind, data)?,
            // Records that belong before the sheets.
            0x0018 | 0x0085 | 0x00FC => return Err(Unsupported),
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// Adds a cell with empty text, and returns it to be filled in place.
    fn add(&mut self, (row, column): (u32, u32)) -> FastResult<&mut Cell> {
        self.limits.allow(Limit::Cells, self.cells.len() as u64).map_err(|_| Unsupported)?;
        self.is_sorted &= self.cells.last().is_none_or(|last| (last.row, last.column) < (row, column));
        let (first, last) = self.columns.unwrap_or((column, column));
        self.columns = Some((first.min(column), last.max(column)));
        self.awaits_text = false;
        self.cells.push(Cell { row, column, kind: CellKind::Text, text: CompactString::const_new(""), formula: None });
        self.cells.last_mut().ok_or(Unsupported)
    }

    /// Adds a cell with text.
    fn text(&mut self, place: (u32, u32), text: &str) -> FastResult<()> {
        self.limits.allow(Limit::Text, text.len() as u64).map_err(|_| Unsupported)?;
        self.add(place).map(|cell| cell.text.push_str(text))
    }

    /// Adds a cell with a number. A style that may not show it as a number is unsupported.
    fn number(&mut self, place: (u32, u32), style: Option<&[u8]>, number: Number) -> FastResult<&mut Cell> {
        let style = style.and_then(|style| u16_at(style, 0)).ok_or(Unsupported)?;
        if self.globals.numbers.get(usize::from(style)) != Some(&true) {
            return Err(Unsupported);
        }
        let cell = self.add(place)?;
        cell.kind = CellKind::Number;
        match number {
            Number::Whole(whole) => match char::from_digit(whole.cast_unsigned(), 10) {
                Some(digit) => cell.text.push(digit),
                None => cell.text = whole.to_compact_string(),
            },
            Number::Double(double) => (cell.kind, cell.text) = number_cell(double),
        }
        Ok(cell)
    }

    /// Reads adjacent packed numbers, each with its style. The last column is at the end of the record.
    fn several(&mut self, data: &[u8]) -> FastResult<()> {
        let (numbers, last) = data.get(4..).and_then(|rest| rest.split_last_chunk::<2>()).ok_or(Unsupported)?;
        let (row, first) = place(data)?;
        let (numbers, rest) = numbers.as_chunks::<6>();
        let columns = first..=u32::from(u16::from_le_bytes(*last));
        if !rest.is_empty() || columns.is_empty() || columns.clone().count() != numbers.len() {
            return Err(Unsupported);
        }
        for (column, number) in columns.zip(numbers) {
            self.number((row, column), Some(&number[..2]), packed(&number[2..])?)?;
        }
        Ok(())
    }

    fn formula(&mut self, data: &[u8]) -> FastResult<()> {
        let result: &[u8; 8] = data.get(6..).and_then(|rest| rest.first_chunk()).ok_or(Unsupported)?;
        let formula = xls_formula::text(data.get(20..).ok_or(Unsupported)?)?.map(CompactString::from);
        self.size.add_text(longest_formula(data, self.globals.longest_name as u64), 1);
        self.size.keep_within(self.limits).map_err(|_| Unsupported)?;
        let place = place(data)?;
        let (kind, text) = match result {
            [0, .., 0xFF, 0xFF] => (CellKind::NoResult, CompactString::default()),
            [1, _, truth, .., 0xFF, 0xFF] => (CellKind::Boolean, truth_text(*truth)),
            [3, _, .., 0xFF, 0xFF] => (CellKind::Text, CompactString::default()),
            [_, .., 0xFF, 0xFF] => return Err(Unsupported),
            _ => {
                let result = Number::Double(f64::from_le_bytes(*result));
                self.number(place, data.get(4..6), result)?.formula = formula;
                return Ok(());
            }
        };
        let cell = self.add(place)?;
        (cell.kind, cell.text, cell.formula) = (kind, text, formula);
        self.awaits_text = kind == CellKind::NoResult;
        Ok(())
    }

    fn text_of_formula(&mut self, data: &[u8]) -> FastResult<()> {
        let cell = self.cells.last_mut().filter(|_| self.awaits_text).ok_or(Unsupported)?;
        (cell.kind, cell.text) = (CellKind::Text, shared_string_table::text(data)?);
        self.awaits_text = false;
        self.limits.allow(Limit::Text, cell.text.len() as u64).map_err(|_| Unsupported)
    }

    /// Reads a record of the sheet's layout.
    fn lay_out(&mut self, kind: u16, data: &[u8]) -> FastResult<()> {
        let flag = |at, flag| u16_at(data, at).is_some_and(|flags| flags & flag != 0);
        match kind {
            0x0200 => is_plain_extent(data).then_some(()).ok_or(Unsupported)?,
            UNCALCULATED => self.layout.recalculates = true,
            0x0208 if flag(12, 0x20) => self.layout.hidden_rows.extend(u16_at(data, 0).map(u32::from)),
            0x007D if flag(8, 1) => {
                let (first, last) = u16_at(data, 0).zip(u16_at(data, 2)).ok_or(Unsupported)?;
                self.layout.hidden_columns.extend((first..=last.min(255)).map(u32::from));
            }
            0x00E5 => {
                let count = usize::from(u16_at(data, 0).ok_or(Unsupported)?);
                let regions = data.get(2..2 + count * 8).ok_or(Unsupported)?.as_chunks::<8>().0;
                self.layout.merged.extend(regions.iter().map(|region| {
                    let [top, bottom, left, right] =
                        [0, 2, 4, 6].map(|at| u32::from(u16::from_le_bytes([region[at], region[at + 1]])));
                    Region { top, left, bottom, right }
                }));
            }
            _ => {}
        }
        Ok(())
    }

    /// Sorts the cells, because some programs write rows in the order they were filled. Duplicates are unsupported.
    fn sort(&mut self) -> FastResult<()> {
        if self.is_sorted {
            return Ok(());
        }
        let place = |cell: &Cell| (cell.row, cell.column);
        self.cells.sort_unstable_by_key(place);
        let is_twice = self.cells.windows(2).any(|pair| place(&pair[0]) == place(&pair[1]));
        if is_twice { Err(Unsupported) } else { Ok(()) }
    }

    /// Returns the number of cells in the used area.
    fn area(&self) -> u64 {
        let (Some(first), Some(last), Some((left, right))) = (self.cells.first(), self.cells.last(), self.columns)
        else {
            return 0;
        };
        u64::from(last.row - first.row + 1) * u64::from(right - left + 1)
    }
}

/// Returns whether the stated extent of the sheet is unambiguous.
fn is_plain_extent(data: &[u8]) -> bool {
    let (Some(top), Some(bottom), Some(left), Some(right)) =
        (u32_at(data, 0), u32_at(data, 4), u16_at(data, 8), u16_at(data, 10))
    else {
        return false;
    };
    let is_nothing = bottom == 0 || right == 0;
    matches!(data.len(), 14 | 16) && bottom <= 1 << 16 && (is_nothing || top < bottom && left < right && left <= 255)
}

/// Returns the row and column at the beginning of a cell's record.
fn place(data: &[u8]) -> FastResult<(u32, u32)> {
    let place = u16_at(data, 0).zip(u16_at(data, 2)).ok_or(Unsupported)?;
    Ok((place.0.into(), place.1.into()))
}

/// A number in the form of its record.
#[derive(Debug, Clone, Copy)]
enum Number {
    Whole(i32),
    Double(f64),
}

/// Decodes a packed number. Two bits mark whether it is whole and whether it is in hundredths.
fn packed(data: &[u8]) -> FastResult<Number> {
    let packed = u32_at(data, 0).ok_or(Unsupported)?;
    let (is_whole, in_hundredths) = (packed & 2 != 0, packed & 1 != 0);
    let whole = packed.cast_signed() >> 2;
    Ok(match (is_whole, in_hundredths) {
        (true, false) => Number::Whole(whole),
        (true, true) if whole % 100 == 0 => Number::Whole(whole / 100),
        (true, true) => Number::Double(f64::from(whole) / 100.0),
        (false, _) => {
            let double = f64::from_bits(u64::from(packed & !3) << 32);
            Number::Double(if in_hundredths { double / 100.0 } else { double })
        }
    })
}

fn truth_text(truth: u8) -> CompactString {
    if truth == 0 { "FALSE" } else { "TRUE" }.into()
}

fn f64_at(data: &[u8], at: usize) -> FastResult<f64> {
    let bytes = data.get(at..).and_then(|rest| rest.first_chunk::<8>()).ok_or(Unsupported)?;
    Ok(f64::from_le_bytes(*bytes))
}
