//! A sheet, read in one pass: cells, merged regions, hidden rows and columns. An element for a row or cell may stand
//! for many.

use compact_str::CompactString;

use super::super::fast_path::{FastResult, Unsupported};
use super::super::layout::{REACH, SheetLayout};
use super::super::markup::{Tag, TagKind, for_each_attribute, unescape};
use super::super::size::Size;
use super::super::{Cell, CellKind, Grid};
use super::Region;
use super::cell::{Said, number};
use super::walk::{Walk, local, spaces};
use crate::source::{Limit, Limits};

/// Most rows and columns; calamine cuts off any beyond these.
const MOST_ROWS: u32 = 1 << 20;
const MOST_COLUMNS: u32 = 1 << 14;

/// Returns whether an element is part of a table, whatever its prefix.
pub(super) fn is_part(name: &str) -> bool {
    matches!(local(name), "table" | "table-column" | "table-row" | "table-cell" | "covered-table-cell")
}

/// Reads the sheet that begins with `tag`. `size` counts the content of the workbook so far.
pub(super) fn read<'a>(
    name: &str,
    tag: &Tag<'a>,
    walk: &mut Walk<'a>,
    size: &mut Size,
    limits: &Limits,
) -> FastResult<Grid> {
    let mut pass = OdsPass {
        walk,
        size,
        limits,
        cells: Vec::new(),
        layout: SheetLayout::default(),
        row: 0,
        next_row: 0,
        column: 0,
        next_column: 0,
        width: 0,
        extent: (0, 0),
        repeated: 0,
    };
    pass.walk.text = 0;
    if tag.kind == TagKind::Open {
        pass.table()?;
    }
    pass.end_row()?;
    pass.size.add_sheet(pass.area());
    let grid = pass.layout.grid(name, pass.cells);
    size.keep_within(limits).map(|()| grid).map_err(|_| Unsupported)
}

struct OdsPass<'a, 'p> {
    walk: &'p mut Walk<'a>,
    size: &'p mut Size,
    limits: &'p Limits,
    cells: Vec<Cell>,
    layout: SheetLayout,
    row: u32,
    next_row: u32,
    column: u32,
    next_column: u32,
    /// Columns up to the last non-empty cell of the row.
    width: u32,
    /// Columns of the widest row, and rows up to the last non-empty one.
    extent: (u32, u32),
    /// Number of cells that the current one represents, in its row and in repeated rows.
    repeated: u64,
}

impl<'a> OdsPass<'a, '_> {
    fn table(&mut self) -> FastResult<()> {
        loop {
            let tag = self.walk.within()?;
            match (tag.name, tag.kind) {
                ("table:table", TagKind::Close) => return Ok(()),
                ("table:table-row", TagKind::Open | TagKind::Empty) => self.row(&tag)?,
                ("table:table-column", TagKind::Open | TagKind::Empty) => self.column(&tag)?,
                ("table:table-column", TagKind::Close) => {}
                _ if is_part(tag.name) => return Err(Unsupported),
                _ => {}
            }
        }
    }

    fn column(&mut self, tag: &Tag<'_>) -> FastResult<()> {
        let (hidden, repeated) = stretch(tag, "table:number-columns-repeated")?;
        let first = self.next_column;
        self.next_column = first.saturating_add(repeated);
        if hidden {
            self.layout.hidden_columns.extend(first..self.next_column.min(REACH));
        }
        Ok(())
    }

    fn row(&mut self, tag: &Tag<'_>) -> FastResult<()> {
        self.end_row()?;
        let (hidden, repeated) = stretch(tag, "table:number-rows-repeated")?;
        self.row = self.next_row;
        self.next_row = self.row.saturating_add(repeated);
        self.column = 0;
        if hidden {
            self.layout.hidden_rows.extend(self.row..self.next_row.min(REACH));
        }
        let first = self.cells.len();
        if tag.kind == TagKind::Open {
            self.cells_of_row()?;
        }
        if self.width > 0 && repeated > 1 {
            self.keep_within()?;
            let row = self.cells[first..].to_vec();
            for again in self.row + 1..self.next_row {
                self.cells.extend(row.iter().cloned().map(|cell| Cell { row: again, ..cell }));
            }
        }
        Ok(())
    }

    /// Reads the cells of a row. Anything else in it is unsupported.
    fn cells_of_row(&mut self) -> FastResult<()> {
        loop {
            let tag = self.walk.within()?;
            match (tag.name, tag.kind) {
                _ if !tag.before.is_empty() => return Err(Unsupported),
                ("table:table-row", TagKind::Close) => return Ok(()),
                ("table:table-cell" | "table:covered-table-cell", TagKind::Open | TagKind::Empty) => self.cell(&tag)?,
                _ => return Err(Unsupported),
            }
        }
    }

    fn cell(&mut self, tag: &Tag<'a>) -> FastResult<()> {
        self.end_cell();
        if tag.kind == TagKind::Empty && tag.attributes.is_empty() {
            self.column = self.column.saturating_add(1);
            return Ok(());
        }
        let said = Said::of(tag.attributes)?;
        let (first, (columns, rows)) = (self.column, said.span());
        self.column = first.saturating_add(said.repeated());
        self.walk.text += said.length;
        if columns > 1 || rows > 1 {
            let (bottom, right) = (self.row.saturating_add(rows - 1), first.saturating_add(columns - 1));
            self.layout.merged.push(Region { top: self.row, left: first, bottom, right });
        }
        if said.holds {
            self.width = self.column;
            self.repeated = u64::from(said.repeated()) * u64::from(self.next_row - self.row);
            if self.column > MOST_COLUMNS || self.next_row > MOST_ROWS {
                return Err(Unsupported);
            }
        }
        let value = if said.is_written() {
            Some((CellKind::Text, self.written(tag)?))
        } else {
            self.pass_over(tag)?;
            said.value()?
        };
        let (kind, text) = match value {
            Some((CellKind::Text, text)) if text.is_empty() && said.formula.is_none() => return Ok(()),
            Some(known) => known,
            None if said.formula.is_some() => (CellKind::NoResult, CompactString::default()),
            None => return Ok(()),
        };
        self.limits.allow(Limit::Text, text.len() as u64).map_err(|_| Unsupported)?;
        self.keep_within()?;
        let cell = Cell { row: self.row, column: first, kind, text, formula: said.formula };
        for column in first + 1..self.column {
            self.cells.push(Cell { column, ..cell.clone() });
        }
        self.cells.push(cell);
        Ok(())
    }

    /// Returns the text between the tags of a cell, with its paragraphs as lines.
    fn written(&mut self, tag: &Tag<'a>) -> FastResult<CompactString> {
        if tag.kind == TagKind::Empty {
            return Ok(CompactString::default());
        }
        if let Some(text) = self.walk.paragraph()? {
            return Ok(unescape(text)?.into());
        }
        let (mut text, mut paragraphs, depth) = (String::new(), 0, self.walk.depth());
        loop {
            let tag = self.walk.within()?;
            text.push_str(&unescape(tag.before)?);
            match (tag.name, tag.kind) {
                (_, TagKind::Close) if self.walk.depth() < depth => return Ok(text.into()),
                (_, TagKind::Close) => {}
                ("office:annotation", _) => self.pass_over(&tag)?,
                ("text:p", _) => {
                    text.push_str(if paragraphs > 0 { "\n" } else { "" });
                    paragraphs += 1;
                }
                ("text:s", _) => {
                    let count = spaces(&tag)?;
                    let length = text.len() as u64 + u64::from(count);
                    self.limits.allow(Limit::Text, length).map_err(|_| Unsupported)?;
                    text.extend((0..count).map(|_| ' '));
                }
                ("text:tab", _) => text.push('\t'),
                ("text:line-break", _) => text.push('\n'),
                _ if is_part(tag.name) => return Err(Unsupported),
                _ => {}
            }
        }
    }

    /// Skips the content of an element.
    fn pass_over(&mut self, tag: &Tag<'a>) -> FastResult<()> {
        if tag.kind == TagKind::Empty || self.walk.paragraph()?.is_some() {
            return Ok(());
        }
        let depth = self.walk.depth();
        while self.walk.depth() >= depth {
            let within = self.walk.within()?;
            if within.kind != TagKind::Close && (is_part(within.name) || within.name == tag.name) {
                return Err(Unsupported);
            }
        }
        Ok(())
    }

    fn end_cell(&mut self) {
        let (text, repeated) = (std::mem::take(&mut self.walk.text), std::mem::take(&mut self.repeated));
        self.size.add_text(text, repeated);
    }

    fn end_row(&mut self) -> FastResult<()> {
        self.end_cell();
        if self.width > 0 {
            self.extent = (self.extent.0.max(self.width), self.next_row);
        }
        self.width = 0;
        self.keep_within()
    }

    /// Returns the number of cells in the used area so far.
    fn area(&self) -> u64 {
        let (width, rows) = self.extent;
        let (width, rows) = if self.width > 0 { (width.max(self.width), self.next_row) } else { (width, rows) };
        u64::from(width) * u64::from(rows)
    }

    /// Checks that the content of the workbook so far is within the limits.
    fn keep_within(&self) -> FastResult<()> {
        let mut size = *self.size;
        size.add_sheet(self.area());
        size.add_text(self.walk.text, self.repeated);
        size.keep_within(self.limits).map_err(|_| Unsupported)
    }
}

/// Returns whether an element's rows or columns are hidden, and their number.
fn stretch(tag: &Tag<'_>, repeated: &str) -> FastResult<(bool, u32)> {
    let (mut hidden, mut count) = (None, None);
    for_each_attribute(tag.attributes, |name, value| match local(name) {
        // With any prefix, as in the layout for the fallback.
        "visibility" => hidden = hidden.or(Some(matches!(value, "collapse" | "filter"))),
        found if found == local(repeated) => {
            let number = if name == repeated && count.is_none() { number(value) } else { Err(Unsupported) };
            count = Some(number);
        }
        _ => {}
    })?;
    Ok((hidden.unwrap_or(false), count.unwrap_or(Ok(1))?))
}
