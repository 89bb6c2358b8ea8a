//! Workbooks, read by a fast path with calamine as the fallback. What calamine does not report (hidden rows, merges of
//! some formats) comes from `layout`.

use std::collections::BTreeMap;
use std::io::Cursor;

use calamine::{Data, DataType, Ods, Range, Reader, SheetType, SheetVisible, Xls, Xlsb, Xlsx};
use compact_str::{CompactString, ToCompactString};

use super::grid::number_cell;
use super::layout::{self, SheetLayout, Unknown};
use super::size::Size;
use super::{Cell, CellKind, Format, Grid, Region, Unreadable, compound, ods, xls, xlsx};
use crate::source::{Limit, Limits};

/// Reads every worksheet of a workbook. Chart and macro sheets are skipped.
pub(super) fn read(format: Format, bytes: &[u8], limits: &Limits) -> Result<Vec<Grid>, Unreadable> {
    let result = match format {
        Format::Xlsx => xlsx::read(bytes, limits).or_else(|_| read_xlsx(bytes, limits)),
        Format::Xlsb => read_xlsb(bytes, limits),
        Format::Xls => xls::read(bytes, limits).or_else(|_| read_xls(bytes, limits)),
        _ => ods::read(bytes, limits).or_else(|_| read_ods(bytes, limits)),
    };
    result.map_err(|failure| match failure {
        ReadFailure::Password => Unreadable::Password(format),
        ReadFailure::Damaged(why) => Unreadable::Damaged(format, why),
        ReadFailure::Exceeded(limit) => Unreadable::beyond(limit, limits),
    })
}

#[derive(Debug)]
pub(super) enum ReadFailure {
    Password,
    Damaged(String),
    Exceeded(Limit),
}

impl From<Limit> for ReadFailure {
    fn from(limit: Limit) -> Self {
        Self::Exceeded(limit)
    }
}

macro_rules! failure_from {
    ($($error:ty => $password:pat),*) => {$(
        impl From<$error> for ReadFailure {
            fn from(error: $error) -> Self {
                match error {
                    $password => Self::Password,
                    other => Self::Damaged(other.to_string()),
                }
            }
        }
    )*};
}

failure_from!(
    calamine::XlsxError => calamine::XlsxError::Password,
    calamine::XlsbError => calamine::XlsbError::Password,
    calamine::XlsError => calamine::XlsError::Password,
    calamine::OdsError => calamine::OdsError::Password
);

/// Returns the names of the worksheets, and whether each is hidden.
fn worksheets(sheets: &[calamine::Sheet]) -> Vec<(String, bool)> {
    let is_worksheet = |sheet: &&calamine::Sheet| sheet.typ == SheetType::WorkSheet;
    let described = |sheet: &calamine::Sheet| (sheet.name.clone(), sheet.visible != SheetVisible::Visible);
    sheets.iter().filter(is_worksheet).map(described).collect()
}

/// Reads any xlsx workbook, with calamine.
pub(super) fn read_xlsx(bytes: &[u8], limits: &Limits) -> Result<Vec<Grid>, ReadFailure> {
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes))?;
    let layouts = layout::of_xlsx(bytes);
    let (mut grids, mut size) = (Vec::new(), Size::default());
    for (name, hidden) in worksheets(book.sheets_metadata()) {
        let cells = stream_cells(&mut book, &name, &mut size, limits)?;
        let mut layout = layouts.get(&name).cloned().unwrap_or_default();
        layout.merged = book.merge_cells_by_sheet_name(&name)?.iter().map(region_of).collect();
        grids.push(assemble(&name, hidden, cells, layout));
    }
    Ok(grids)
}

/// Reads the cells of an xlsx sheet as a stream and counts them, because a sheet may claim a million rows and have ten
/// cells, and many sheets may refer to one part.
fn stream_cells(
    book: &mut Xlsx<Cursor<&[u8]>>,
    name: &str,
    size: &mut Size,
    limits: &Limits,
) -> Result<Vec<Cell>, ReadFailure> {
    size.add_sheet(0);
    let mut cells = Vec::new();
    let mut reader = book.worksheet_cells_reader(name)?;
    while let Some(found) = reader.next_cell_with_formula()? {
        let (row, column) = found.pos;
        let cell = cell_of((row, column), &found.value, found.formula, limits)?;
        size.add_cells(&cell);
        size.keep_within(limits)?;
        cells.extend(cell);
    }
    Ok(cells)
}

fn read_xlsb(bytes: &[u8], limits: &Limits) -> Result<Vec<Grid>, ReadFailure> {
    let mut book: Xlsb<_> = Xlsb::new(Cursor::new(bytes))?;
    let mut layouts = layout::of_xlsb(bytes);
    let (mut grids, mut size) = (Vec::new(), Size::default());
    for (name, hidden) in worksheets(book.sheets_metadata()) {
        let cells = stream_binary_cells(&mut book, &name, &mut size, limits)?;
        grids.push(assemble(&name, hidden, cells, layouts.remove(&name).unwrap_or_default()));
    }
    Ok(grids)
}

/// Reads the cells of an xlsb sheet, in two passes: formulas, then values.
fn stream_binary_cells(
    book: &mut Xlsb<Cursor<&[u8]>>,
    name: &str,
    size: &mut Size,
    limits: &Limits,
) -> Result<Vec<Cell>, ReadFailure> {
    size.add_sheet(0);
    let (mut formulas, mut held) = (BTreeMap::new(), *size);
    let mut reader = book.worksheet_cells_reader(name)?;
    while let Some(found) = reader.next_formula()? {
        formulas.insert(found.get_position(), found.get_value().clone());
        held.add_text(found.get_value().len() as u64, 1);
        held.keep_within(limits)?;
        limits.allow(Limit::Cells, formulas.len() as u64)?;
    }
    drop(reader);
    let mut cells = Vec::new();
    let mut reader = book.worksheet_cells_reader(name)?;
    while let Some(found) = reader.next_cell()? {
        let formula = formulas.remove(&found.get_position()).filter(|formula| !formula.is_empty());
        let cell = cell_of(found.get_position(), found.get_value(), formula, limits)?;
        size.add_cells(&cell);
        size.keep_within(limits)?;
        cells.extend(cell);
    }
    for (place, formula) in formulas.into_iter().filter(|(_, formula)| !formula.is_empty()) {
        let cell = cell_of(place, &Data::Empty, Some(formula), limits)?;
        size.add_cells(&cell);
        cells.extend(cell);
    }
    size.keep_within(limits)?;
    Ok(cells)
}

/// Reads any Excel 97 workbook, with calamine.
pub(super) fn read_xls(bytes: &[u8], limits: &Limits) -> Result<Vec<Grid>, ReadFailure> {
    if compound::chains_end(bytes) != Some(true) {
        return Err(ReadFailure::Damaged("its sectors follow one another without an end".to_owned()));
    }
    // calamine allocates the whole used area of a sheet, so two cells far apart could exhaust memory.
    let (layouts, size) = layout::of_xls(bytes).map_err(|unknown| match unknown {
        Unknown::Password => ReadFailure::Password,
        Unknown::Damaged => ReadFailure::Damaged("its workbook cannot be looked through".to_owned()),
    })?;
    size.keep_within(limits)?;
    let mut book: Xls<_> = Xls::new(Cursor::new(bytes))?;
    let mut grids = Vec::new();
    for (name, hidden) in worksheets(book.sheets_metadata()) {
        let values = book.worksheet_range(&name)?;
        let formulas = book.worksheet_formula(&name)?;
        let mut layout = layouts.get(&name).cloned().unwrap_or_default();
        layout.merged = book.merge_cells_by_sheet_name(&name)?.iter().map(region_of).collect();
        grids.push(assemble(&name, hidden, cells_of(&values, &formulas, limits)?, layout));
    }
    Ok(grids)
}

/// Reads any `OpenDocument` workbook, with calamine.
pub(super) fn read_ods(bytes: &[u8], limits: &Limits) -> Result<Vec<Grid>, ReadFailure> {
    let (layouts, size) =
        layout::of_ods(bytes).ok_or_else(|| ReadFailure::Damaged("content.xml cannot be read".to_owned()))?;
    size.keep_within(limits)?;
    let mut book: Ods<_> = Ods::new(Cursor::new(bytes))?;
    let mut grids = Vec::new();
    for (name, hidden) in worksheets(book.sheets_metadata()) {
        let values = book.worksheet_range(&name)?;
        let formulas = book.worksheet_formula(&name)?;
        let layout = layouts.get(&name).cloned().unwrap_or_default();
        grids.push(assemble(&name, hidden, cells_of(&values, &formulas, limits)?, layout));
    }
    Ok(grids)
}

fn assemble(name: &str, hidden: bool, cells: Vec<Cell>, layout: SheetLayout) -> Grid {
    let mut grid = layout.grid(name, cells);
    grid.hidden = hidden;
    grid
}

fn region_of(dimensions: &calamine::Dimensions) -> Region {
    let ((top, left), (bottom, right)) = (dimensions.start, dimensions.end);
    Region { top, left, bottom, right }
}

/// Returns the cells of a range with coordinates of the sheet; those of calamine begin at the first used cell.
fn cells_of(values: &Range<Data>, formulas: &Range<String>, limits: &Limits) -> Result<Vec<Cell>, Limit> {
    let mut cells = Vec::new();
    let (top, left) = values.start().unwrap_or_default();
    for (row, column, value) in values.used_cells() {
        let (row, column) = (offset(top, row), offset(left, column));
        let formula = formulas.get_value((row, column)).filter(|formula| !formula.is_empty());
        cells.extend(cell_of((row, column), value, formula.cloned(), limits)?);
    }
    let (top, left) = formulas.start().unwrap_or_default();
    for (row, column, formula) in formulas.used_cells() {
        let (row, column) = (offset(top, row), offset(left, column));
        let has_value = values.get_value((row, column)).is_some_and(|value| !value.is_empty());
        if !has_value && !formula.is_empty() {
            cells.extend(cell_of((row, column), &Data::Empty, Some(formula.clone()), limits)?);
        }
    }
    Ok(cells)
}

fn offset(base: u32, step: usize) -> u32 {
    base.saturating_add(u32::try_from(step).unwrap_or(u32::MAX))
}

/// Returns a cell; `None` if it has neither a value nor a formula.
fn cell_of(
    (row, column): (u32, u32),
    value: &impl DataType,
    formula: Option<String>,
    limits: &Limits,
) -> Result<Option<Cell>, Limit> {
    let formula = formula.map(|formula| formula.trim_start_matches("of:").trim_start_matches('=').into());
    let (kind, text) = match kind_and_text(value) {
        Some((CellKind::Text, text)) if text.is_empty() && formula.is_none() => return Ok(None),
        Some(known) => known,
        None if formula.is_some() => (CellKind::NoResult, CompactString::default()),
        None => return Ok(None),
    };
    limits.allow(Limit::Text, text.len() as u64)?;
    Ok(Some(Cell { row, column, kind, text, formula }))
}

fn kind_and_text(value: &impl DataType) -> Option<(CellKind, CompactString)> {
    if value.is_empty() {
        return None;
    }
    if let Some(text) = value.get_string() {
        return Some((CellKind::Text, text.into()));
    }
    if let Some(whole) = value.get_int() {
        return Some((CellKind::Number, whole.to_compact_string()));
    }
    if let Some(double) = value.get_float() {
        return Some(number_cell(double));
    }
    if let Some(truth) = value.get_bool() {
        return Some((CellKind::Boolean, if truth { "TRUE" } else { "FALSE" }.into()));
    }
    if let Some(error) = value.get_error() {
        return Some((CellKind::Error, error.to_compact_string()));
    }
    // A date before 1980 is a figure in a date format, because no report is that old.
    let serial = value.get_datetime().map(|moment| moment.as_f64());
    if let Some(serial) = serial.filter(|serial| serial.fract() == 0.0 && (0.0..FIRST_DATE).contains(serial)) {
        return Some(number_cell(serial));
    }
    Some((CellKind::Date, date_text(value).into()))
}

/// The serial number of 1 January 1980.
const FIRST_DATE: f64 = 29_221.0;

fn date_text(value: &impl DataType) -> String {
    if let Some(iso) = value.get_datetime_iso().or_else(|| value.get_duration_iso()) {
        return iso.to_owned();
    }
    let Some(moment) = value.get_datetime() else {
        return String::new();
    };
    let (year, month, day, hour, minute, second, _) = moment.to_ymd_hms_milli();
    if moment.is_duration() {
        return moment.as_f64().to_string();
    }
    let date = format!("{year:04}-{month:02}-{day:02}");
    match (hour, minute, second) {
        (0, 0, 0) => date,
        _ => format!("{date} {hour:02}:{minute:02}:{second:02}"),
    }
}
