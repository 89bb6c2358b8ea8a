//! What the value reader does not tell of a workbook: hidden rows and columns, and merged cells where calamine has none.
//!
//! Lenient by design: a part that cannot be understood yields no layout; the values come from calamine either way.
//! Binary workbooks of 2007 (xlsb) have none yet.

use std::collections::{BTreeSet, HashMap};
use std::io::{Cursor, Read};

use quick_xml::events::{BytesStart, Event};

use super::numbers::{u16_at, u32_at};
use super::shared::Shared;
use super::size::Size;
use super::xml::{attribute, characters, for_each, for_each_element, number, part, unescaped};
use super::{Cell, Grid, Region};

/// Hidden rows and columns, each once however often it is hidden, and merged regions of one sheet. Everything counts
/// from zero.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Layout {
    pub(super) merged: Vec<Region>,
    pub(super) hidden_rows: BTreeSet<u32>,
    pub(super) hidden_columns: BTreeSet<u32>,
}

impl Layout {
    /// The sheet that is laid out so.
    pub(super) fn grid(self, name: &str, cells: Vec<Cell>) -> Grid {
        let mut grid = Grid::new(name, cells);
        grid.typed = true;
        grid.merged = self.merged;
        grid.hidden_rows = self.hidden_rows.into_iter().collect();
        grid.hidden_columns = self.hidden_columns.into_iter().collect();
        grid
    }
}

/// Layouts by sheet name.
pub(super) type Layouts = HashMap<String, Layout>;

/// More rows or columns than any report has; a hidden stretch to the sheet's end is cut here.
pub(super) const REACH: u32 = 2048;

/// Hidden rows and columns of an xlsx workbook.
pub(super) fn of_xlsx(bytes: &[u8]) -> Layouts {
    xlsx_layouts(bytes).unwrap_or_default()
}

fn xlsx_layouts(bytes: &[u8]) -> Option<Layouts> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).ok()?;
    let workbook = part(&mut archive, "xl/workbook.xml")?;
    let relations = part(&mut archive, "xl/_rels/workbook.xml.rels")?;
    let mut targets = HashMap::new();
    for_each_element(&relations, |element| {
        if let (Some(id), Some(target)) = (attribute(element, "Id"), attribute(element, "Target")) {
            let path = target.strip_prefix('/').map_or_else(|| format!("xl/{target}"), str::to_owned);
            targets.insert(id, path);
        }
    });
    let mut sheets = Vec::new();
    for_each_element(&workbook, |element| {
        if element.local_name().as_ref() == "sheet" {
            sheets.extend(attribute(element, "name").zip(attribute(element, "id")));
        }
    });
    let mut layouts = Layouts::new();
    for (name, id) in sheets {
        let Some(sheet) = targets.get(&id).and_then(|path| part(&mut archive, path)) else {
            continue;
        };
        if sheet.contains("hidden") {
            layouts.insert(name, xlsx_sheet(&sheet));
        }
    }
    Some(layouts)
}

fn xlsx_sheet(xml: &str) -> Layout {
    let mut layout = Layout::default();
    let mut row = 0;
    for_each_element(xml, |element| {
        let hidden = attribute(element, "hidden").is_some_and(|value| value == "1" || value == "true");
        match element.local_name().as_ref() {
            "row" => {
                row = number(element, "r").unwrap_or(row + 1);
                if hidden {
                    layout.hidden_rows.extend(row.checked_sub(1));
                }
            }
            "col" if hidden => {
                let (first, last) = (number(element, "min").unwrap_or(1), number(element, "max").unwrap_or(0));
                layout.hidden_columns.extend((first..=last.min(REACH)).filter_map(|column| column.checked_sub(1)));
            }
            _ => {}
        }
    });
    layout
}

/// Merged cells, hidden rows and columns and the size of an `OpenDocument` spreadsheet; `None` where it has no content
/// or that breaks off, which the workbook reader would wait for the end of.
pub(super) fn of_ods(bytes: &[u8]) -> Option<(Layouts, Size)> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).ok()?;
    let content = part(&mut archive, "content.xml")?;
    let mut walk = OdsWalk::default();
    let whole = for_each(&content, |event| match event {
        Event::Start(element) | Event::Empty(element) => walk.element(element),
        event => walk.text = walk.text.saturating_add(characters(event).map_or(0, |text| text.len() as u64)),
    });
    walk.end_table();
    whole.then_some((walk.layouts, walk.size))
}

/// Where the walk through an `OpenDocument` table stands. Rows and columns may stand for many of their kind.
#[derive(Default)]
struct OdsWalk {
    layouts: Layouts,
    size: Size,
    name: Option<String>,
    layout: Layout,
    row: u32,
    next_row: u32,
    column: u32,
    next_column: u32,
    /// Columns up to the last cell of the row that holds something.
    width: u32,
    /// The same of the widest row, and rows up to the last that holds anything.
    extent: (u32, u32),
    /// How often the cell in hand is repeated, down its column too.
    repeated: u64,
    /// Bytes of text since the cell began.
    text: u64,
}

impl OdsWalk {
    fn element(&mut self, element: &BytesStart<'_>) {
        let is_hidden = || matches!(attribute(element, "visibility").as_deref(), Some("collapse" | "filter"));
        match element.local_name().as_ref() {
            "table" => {
                self.end_table();
                self.name = exactly(element, "table:name");
            }
            "table-column" => {
                let first = self.next_column;
                self.next_column = first.saturating_add(number(element, "number-columns-repeated").unwrap_or(1));
                if is_hidden() {
                    self.layout.hidden_columns.extend(first..self.next_column.min(REACH));
                }
            }
            "table-row" => {
                self.end_row();
                self.row = self.next_row;
                self.next_row = self.row.saturating_add(count(element, "table:number-rows-repeated"));
                self.column = 0;
                if is_hidden() {
                    self.layout.hidden_rows.extend(self.row..self.next_row.min(REACH));
                }
            }
            "table-cell" | "covered-table-cell" => self.cell(element),
            // So many spaces.
            "s" => self.text = self.text.saturating_add(u64::from(count(element, "text:c"))),
            _ => {}
        }
    }

    fn cell(&mut self, element: &BytesStart<'_>) {
        self.end_cell();
        let (mut columns, mut rows, mut repeated, mut holds) = (1_u32, 1_u32, 1_u32, false);
        for attribute in element.attributes().flatten() {
            let value = &*attribute.value;
            match attribute.key.as_ref() {
                "table:number-columns-spanned" => columns = value.parse().unwrap_or(1).max(1),
                "table:number-rows-spanned" => rows = value.parse().unwrap_or(1).max(1),
                "table:number-columns-repeated" => repeated = counted(value),
                "office:value-type" | "calcext:value-type" => holds = true,
                key if key == "table:formula" || key.starts_with("office:") => {
                    holds = true;
                    self.text += value.len() as u64;
                }
                _ => {}
            }
        }
        if columns > 1 || rows > 1 {
            let (bottom, right) = (self.row.saturating_add(rows - 1), self.column.saturating_add(columns - 1));
            self.layout.merged.push(Region { top: self.row, left: self.column, bottom, right });
        }
        self.column = self.column.saturating_add(repeated);
        if holds {
            self.width = self.column;
            self.repeated = u64::from(repeated).saturating_mul(u64::from(self.next_row - self.row));
        }
    }

    fn end_cell(&mut self) {
        let (text, repeated) = (std::mem::take(&mut self.text), std::mem::take(&mut self.repeated));
        self.size.add_text(text, repeated);
    }

    fn end_row(&mut self) {
        self.end_cell();
        if self.width > 0 {
            self.extent = (self.extent.0.max(self.width), self.next_row);
        }
        self.width = 0;
    }

    fn end_table(&mut self) {
        self.end_row();
        let (columns, rows) = std::mem::take(&mut self.extent);
        self.size.add_sheet(u64::from(columns) * u64::from(rows));
        let layout = std::mem::take(&mut self.layout);
        if let Some(name) = self.name.take() {
            self.layouts.insert(name, layout);
        }
        (self.row, self.next_row, self.column, self.next_column) = (0, 0, 0, 0);
    }
}

/// Hidden rows and columns of the sheets of an Excel 97 workbook, and its size. Records: MS-XLS 2.4.28 `BoundSheet8`, 2.4.53
/// `ColInfo`, 2.4.221 Row, 2.4.90 Dimensions, 2.4.117 `FilePass`, and those of cells.
pub(super) fn of_xls(bytes: &[u8]) -> Result<(Layouts, Size), Unknown> {
    let (mut layouts, mut size) = (Layouts::new(), Size::default());
    let streams = workbook_streams(bytes).ok_or(Unknown::Damaged)?;
    if streams.last().is_some_and(|own| records(own, 0).any(|(kind, _)| kind == 0x002F)) {
        return Err(Unknown::Password);
    }
    for stream in streams {
        let shared = Shared::of(|| all_records(&stream, 0));
        let sheets: Vec<(usize, String)> = records(&stream, 0)
            .filter(|(kind, _)| *kind == 0x0085)
            // One whose name cannot be read has an area as well.
            .filter_map(|(_, data)| Some((usize::try_from(u32_at(data, 0)?).ok()?, short_name(data.get(6..)?))))
            .map(|(offset, name)| (offset, name.unwrap_or_else(|| format!("#{offset}"))))
            .collect();
        for (offset, name) in sheets {
            layouts.insert(name, of_xls_sheet(&stream, offset, &shared, &mut size));
        }
    }
    Ok((layouts, size))
}

/// Why nothing is known of how a workbook is laid out, nor of its size.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unknown {
    /// It needs a password.
    Password,
    /// Its file has no workbook that can be looked through.
    Damaged,
}

fn of_xls_sheet(stream: &[u8], offset: usize, shared: &Shared, size: &mut Size) -> Layout {
    let (mut layout, mut area, mut said) = (Layout::default(), Area::default(), 0);
    for (kind, data) in records(stream, offset) {
        match kind {
            _ if CELL_RECORDS.contains(&kind) => {
                area.take_in(data, kind == MULTIPLE_NUMBERS);
                size.add_text(shared.in_cell(kind, data), 1);
            }
            // Room is made for as many cells as a sheet is said to have; no sheet has more rows than this.
            0x0200 if data.len() > 10 && u32_at(data, 4).is_some_and(|rows| rows > 1 << 16) => said = u64::MAX,
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

/// Records of a cell: formula, several numbers, shared text, plain text, number, truth or error, packed number.
const CELL_RECORDS: [u16; 8] = [0x0006, MULTIPLE_NUMBERS, 0x00D6, 0x00FD, 0x0203, 0x0204, 0x0205, 0x027E];
/// The record of several packed numbers in one row.
const MULTIPLE_NUMBERS: u16 = 0x00BD;

/// The rectangle that holds some cells: first and last row, first and last column.
#[derive(Default)]
struct Area(Option<[u16; 4]>);

impl Area {
    /// Takes in the place a record begins with; one of several cells ends with its last column.
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

/// The workbooks of a file, its own last: one may be embedded in it, and which the workbook reader takes is its own choice.
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

/// The records from an offset up to the end of the substream that starts there, without those of substreams within it.
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

/// The records from an offset up to the end of the stream.
fn all_records(stream: &[u8], mut at: usize) -> impl Iterator<Item = (u16, &[u8])> {
    std::iter::from_fn(move || {
        let (kind, length) = (u16_at(stream, at)?, usize::from(u16_at(stream, at + 2)?));
        let data = stream.get(at + 4..at + 4 + length)?;
        at += 4 + length;
        Some((kind, data))
    })
}

/// A `ShortXLUnicodeString`: length, one flag for two-byte characters, characters.
fn short_name(data: &[u8]) -> Option<String> {
    let (length, wide) = (usize::from(*data.first()?), data.get(1)? & 1 == 1);
    let characters = data.get(2..2 + length * if wide { 2 } else { 1 })?;
    if wide {
        let units: Vec<u16> = characters.as_chunks::<2>().0.iter().map(|pair| u16::from_le_bytes(*pair)).collect();
        return Some(String::from_utf16_lossy(&units));
    }
    Some(characters.iter().copied().map(char::from).collect())
}

/// How often something is repeated, as its attribute of exactly this name says, which is what the workbook reader goes by.
fn count(element: &BytesStart<'_>, name: &str) -> u32 {
    exactly(element, name).map_or(1, |value| counted(&value))
}

/// The value of the attribute of exactly this name, unescaped.
fn exactly(element: &BytesStart<'_>, name: &str) -> Option<String> {
    let mut found = element.attributes().flatten();
    found.find(|attribute| attribute.key.as_ref() == name).map(|found| unescaped(&found.value))
}

/// A number of times; more than any sheet holds where it is none that can be counted.
fn counted(value: &str) -> u32 {
    value.parse().unwrap_or(u32::MAX)
}
