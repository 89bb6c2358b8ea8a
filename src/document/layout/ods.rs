//! Layouts of `OpenDocument` spreadsheets.

use std::io::Cursor;

use quick_xml::events::{BytesStart, Event};

use super::super::Region;
use super::super::size::Size;
use super::super::xml::{attribute, characters, for_each, number, part, unescaped};
use super::ods_styles::OdsStyles;
use super::{Layouts, REACH, SheetLayout};
use crate::document::emphasis::{Look, MarkedText};

/// Returns the layouts of an `OpenDocument` spreadsheet, and its size. `None` if it has no content or the content
/// breaks off, which would make calamine wait for its end.
pub(in crate::document) fn of_ods(bytes: &[u8]) -> Option<(Layouts, Size)> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).ok()?;
    let content = part(&mut archive, "content.xml")?;
    let common = part(&mut archive, "styles.xml").unwrap_or_default();
    let mut walk = OdsWalk { styles: OdsStyles::parse(&content, &common), ..OdsWalk::default() };
    let whole = for_each(&content, |event| match event {
        Event::Start(element) | Event::Empty(element) => {
            walk.element(element);
            walk.begin_text(element, matches!(event, Event::Start(_)));
        }
        Event::End(element) => walk.end_text(element.local_name().as_ref()),
        event => {
            if let Some(text) = characters(event) {
                walk.text = walk.text.saturating_add(text.len() as u64);
                walk.add_text(&text);
            }
        }
    });
    walk.end_table();
    whole.then_some((walk.layouts, walk.size))
}

/// Parser state within an `OpenDocument` table. An element may represent many rows or columns.
#[derive(Default)]
struct OdsWalk {
    layouts: Layouts,
    size: Size,
    name: Option<String>,
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
    /// Bytes of text since the beginning of the cell.
    text: u64,
    styles: OdsStyles,
    /// The default style of each column's cells, with the index after the last column it applies to.
    column_styles: Vec<(u32, Option<String>)>,
    cell_text: CellText,
}

/// The text of a cell with its formatting.
#[derive(Default)]
struct CellText {
    /// The address of the cell while it is open.
    address: Option<(u32, u32)>,
    text: MarkedText,
    is_marked: bool,
    /// The formatting of the open spans, the innermost last.
    looks: Vec<Look>,
    paragraphs: u32,
    /// Nesting depth within the cell's comment.
    comments: u32,
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
                self.column_styles.push((self.next_column, exactly(element, "table:default-cell-style-name")));
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
            // An element for a number of spaces.
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
        if holds {
            self.style_cells(element, repeated);
        }
        self.column = self.column.saturating_add(repeated);
        if holds {
            self.width = self.column;
            self.repeated = u64::from(repeated).saturating_mul(u64::from(self.next_row - self.row));
        }
    }

    /// Records the appearance of the cells, by their own style or that of their column.
    fn style_cells(&mut self, element: &BytesStart<'_>, repeated: u32) {
        let of_column =
            || self.column_styles.iter().find(|(end, _)| self.column < *end).and_then(|(_, style)| style.clone());
        let style = exactly(element, "table:style-name").or_else(of_column);
        let Some(style) = style.and_then(|style| self.styles.of_cell(&style)) else { return };
        for row in self.row..self.next_row.min(REACH) {
            for column in self.column..self.column.saturating_add(repeated).min(REACH) {
                self.layout.appearance.add((row, column), &style);
            }
        }
    }

    fn begin_text(&mut self, element: &BytesStart<'_>, is_start: bool) {
        let (local, column) = (element.local_name(), self.column);
        let cell = &mut self.cell_text;
        match local.as_ref() {
            "table-cell" | "covered-table-cell" => {
                let address = is_start.then(|| (self.row, column.saturating_sub(1)));
                *cell = CellText { address, ..CellText::default() };
            }
            "annotation" => cell.comments += u32::from(is_start),
            _ if cell.comments > 0 => {}
            "p" => {
                cell.text.push_str(if cell.paragraphs > 0 { "\n" } else { "" });
                cell.paragraphs += 1;
            }
            "span" if is_start => {
                let outer = cell.looks.last().copied().unwrap_or_default();
                let own = attribute(element, "style-name").map(|name| self.styles.of_text(&name)).unwrap_or_default();
                cell.looks.push(Look { struck: outer.struck || own.struck, raised: outer.raised || own.raised });
            }
            "s" => cell.text.push_str(" "),
            "tab" => cell.text.push_str("\t"),
            "line-break" => cell.text.push_str("\n"),
            _ => {}
        }
    }

    fn add_text(&mut self, text: &str) {
        let cell = &mut self.cell_text;
        if cell.address.is_none() || cell.comments > 0 || cell.paragraphs == 0 {
            return;
        }
        let look = cell.looks.last().copied().unwrap_or_default();
        cell.is_marked |= look != Look::default() && !text.trim().is_empty();
        cell.text.set_look(look);
        cell.text.push_str(text);
    }

    fn end_text(&mut self, name: &str) {
        match name {
            "annotation" => self.cell_text.comments = self.cell_text.comments.saturating_sub(1),
            "span" if self.cell_text.comments == 0 => drop(self.cell_text.looks.pop()),
            "table-cell" | "covered-table-cell" => {
                let mut cell = std::mem::take(&mut self.cell_text);
                if let Some(address) = cell.address.filter(|_| cell.is_marked) {
                    self.layout.appearance.add_text(address, &cell.text.take());
                }
            }
            _ => {}
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
        self.column_styles.clear();
    }
}

/// Returns the value of a repeat attribute, one if it is missing. The name must match exactly with its prefix, as in
/// calamine.
fn count(element: &BytesStart<'_>, name: &str) -> u32 {
    exactly(element, name).map_or(1, |value| counted(&value))
}

/// Returns the unescaped value of the attribute with exactly this name.
fn exactly(element: &BytesStart<'_>, name: &str) -> Option<String> {
    let mut found = element.attributes().flatten();
    found.find(|attribute| attribute.key.as_ref() == name).map(|found| unescaped(&found.value))
}

/// Parses a repeat count. An invalid one counts as more than any sheet has, so that the limit applies.
fn counted(value: &str) -> u32 {
    value.parse().unwrap_or(u32::MAX)
}
