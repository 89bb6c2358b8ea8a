//! `OpenDocument` texts, zipped (odt) or as a single XML file (fodt): paragraphs and tables of the body, as if every
//! tracked change were accepted. Headers, footers and notes are not read.

mod odt_styles;

use std::io::Cursor;

use quick_xml::events::BytesStart;

use super::charset::decode_markup;
use super::emphasis::MarkedText;
use super::table_builder::TableBuilder;
use super::xml::{self, XmlHandler, attribute, number, part};
use super::{Document, Format, Unreadable};
use crate::source::{Limit, Limits};
use odt_styles::{OdtStyles, OdtTextStyle};

/// Elements with content that is not shown in the text: deleted text, notes, comments, phonetic text, titles and
/// alternative texts of frames, objects with their own tables, declarations of fields.
const UNSEEN: [&str; 14] = [
    "tracked-changes",
    "note",
    "annotation",
    "ruby-text",
    "title",
    "desc",
    "object",
    "binary-data",
    "forms",
    "sequence-decls",
    "variable-decls",
    "user-field-decls",
    "index-title-template",
    "table-of-content-source",
];

/// Most repeated cells, rows or spaces; no table of a report has as many.
const MAX_REPEATED: u32 = 256;

/// Reads a document.
pub(super) fn read(bytes: &[u8], limits: &Limits) -> Result<Document, Unreadable> {
    let damaged = |why: &str| Unreadable::Damaged(Format::Odt, why.to_owned());
    let (content, named) = if bytes.starts_with(b"PK") {
        super::container::measure(Format::Odt, bytes, limits)?;
        let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|error| damaged(&error.to_string()))?;
        if part(&mut archive, "META-INF/manifest.xml").is_some_and(|manifest| manifest.contains("encryption-data")) {
            return Err(Unreadable::Password(Format::Odt));
        }
        let content = part(&mut archive, "content.xml").ok_or_else(|| damaged("content.xml cannot be read"))?;
        (content, part(&mut archive, "styles.xml").unwrap_or_default())
    } else {
        (decode_markup(bytes).ok_or_else(|| damaged("no known encoding"))?, String::new())
    };
    let mut styles = OdtStyles::default();
    styles.add(&named);
    styles.add(&content);
    let mut walk = OdtReader::new(styles);
    if !xml::parse(content.trim_start_matches('\u{feff}'), Format::Odt, limits, &mut walk)? {
        return Err(damaged("it breaks off"));
    }
    if walk.too_wide { Err(damaged("a table wider than any sheet")) } else { Ok(walk.document) }
}

/// A reader of the body from its beginning to its end.
struct OdtReader {
    document: Document,
    styles: OdtStyles,
    in_body: bool,
    /// Nesting depth within an element that is not shown.
    unseen: u32,
    /// Open paragraphs. A text box is inside a paragraph and has paragraphs of its own.
    paragraphs: Vec<OpenOdtParagraph>,
    tables: Vec<OpenOdtTable>,
    /// Number of cells in all tables.
    cells: u64,
    too_wide: bool,
}

#[derive(Default)]
struct OpenOdtParagraph {
    text: MarkedText,
    /// The formatting of the paragraph and of the open spans, the innermost last.
    looks: Vec<OdtTextStyle>,
}

#[derive(Default)]
struct OpenOdtTable {
    table: TableBuilder,
    cell: Option<OpenOdtCell>,
    /// The number of times the current row is repeated.
    repeated: u32,
    row: Vec<OdtCell>,
    /// The column of the next cell, including covered cells.
    column: u32,
    is_hidden: bool,
    has_cells: bool,
}

/// A cell of the current row.
struct OdtCell {
    column: u32,
    rows: u32,
    columns: u32,
    text: String,
}

#[derive(Default)]
struct OpenOdtCell {
    columns: u32,
    rows: u32,
    repeated: u32,
    lines: Vec<String>,
    /// Whether the cell contains a table. Then the outer table only lays out the page, and its text is running text.
    is_layout: bool,
}

impl OdtReader {
    fn new(styles: OdtStyles) -> Self {
        Self {
            document: Document::default(),
            styles,
            in_body: false,
            unseen: 0,
            paragraphs: Vec::new(),
            tables: Vec::new(),
            cells: 0,
            too_wide: false,
        }
    }

    /// Returns whether the document hides an element: by a condition, or as a hidden section.
    fn is_hidden_element(name: &str, element: &BytesStart<'_>) -> bool {
        let is = |name: &str, value: &str| attribute(element, name).is_some_and(|own| own == value);
        match name {
            "hidden-text" | "hidden-paragraph" => is("is-hidden", "true"),
            "section" => is("display", "none") || is("display", "condition") && is("is-hidden", "true"),
            _ => false,
        }
    }

    fn begin_row(&mut self, element: &BytesStart<'_>) {
        let repeated = number(element, "number-rows-repeated").unwrap_or(1).clamp(1, MAX_REPEATED);
        let is_hidden = matches!(attribute(element, "visibility").as_deref(), Some("collapse" | "filter"));
        if let Some(open) = self.tables.last_mut() {
            (open.repeated, open.is_hidden) = (repeated, is_hidden);
            open.row.clear();
            open.column = 0;
        }
    }

    fn write(&mut self, text: &str) {
        let Some(paragraph) = self.paragraphs.last_mut() else { return };
        let look = paragraph.looks.last().copied().unwrap_or_default();
        if !look.is_hidden() {
            paragraph.text.set_look(look.look());
            paragraph.text.push_str(text);
        }
    }

    fn end_paragraph(&mut self) {
        let Some(mut paragraph) = self.paragraphs.pop() else { return };
        let text = paragraph.text.take();
        match self.tables.last_mut().and_then(|open| open.cell.as_mut()) {
            Some(cell) => cell.lines.push(text),
            None => self.document.push_paragraph(&text),
        }
    }

    fn end_cell(&mut self) {
        let at = self.tables.len().saturating_sub(1);
        if self.tables.last().and_then(|open| open.cell.as_ref()).is_some_and(|cell| cell.is_layout) {
            self.leave_for_text(at);
        }
        let Some(open) = self.tables.last_mut() else { return };
        let Some(cell) = open.cell.take() else { return };
        let text = cell.lines.join("\n").trim().to_owned();
        self.cells += u64::from(cell.repeated);
        let placed = |at: u32| OdtCell {
            column: open.column.saturating_add(at),
            rows: cell.rows,
            columns: cell.columns,
            text: text.clone(),
        };
        open.row.extend((0..cell.repeated).map(placed));
        open.column = open.column.saturating_add(cell.repeated);
    }

    fn end_row(&mut self) {
        let Some(open) = self.tables.last_mut() else { return };
        let row = std::mem::take(&mut open.row);
        self.cells += u64::from(open.repeated.saturating_sub(1)) * row.len() as u64;
        for _ in 0..open.repeated {
            open.table.row(open.is_hidden);
            for cell in &row {
                open.table.place(cell.column);
                open.table.cell(cell.rows, cell.columns, cell.text.clone());
            }
        }
    }

    fn end_table(&mut self) {
        let Some(open) = self.tables.pop() else { return };
        match open.table.finish() {
            Some(grid) => self.document.push_table(grid),
            None => self.too_wide = true,
        }
    }

    /// Turns the text of all open cells into running text before the table that begins.
    fn leave_cells_for_text(&mut self) {
        (0..self.tables.len()).for_each(|at| self.leave_for_text(at));
    }

    /// Does the same for the cells around the current table.
    fn leave_outer_cells_for_text(&mut self) {
        (0..self.tables.len().saturating_sub(1)).for_each(|at| self.leave_for_text(at));
    }

    fn leave_for_text(&mut self, table: usize) {
        let Some(cell) = self.tables.get_mut(table).and_then(|open| open.cell.as_mut()) else { return };
        cell.is_layout = true;
        for line in std::mem::take(&mut cell.lines) {
            self.document.push_paragraph(&line);
        }
    }
}

impl XmlHandler for OdtReader {
    fn start(&mut self, element: &BytesStart<'_>) {
        let local = element.local_name();
        let name = local.as_ref();
        if !self.in_body {
            self.in_body = name == "body";
            return;
        }
        if self.unseen > 0 || UNSEEN.contains(&name) || Self::is_hidden_element(name, element) {
            self.unseen += 1;
            return;
        }
        match name {
            "p" | "h" => {
                let style = attribute(element, "style-name").unwrap_or_default();
                let looks = vec![self.styles.of_paragraph(&style)];
                self.paragraphs.push(OpenOdtParagraph { looks, ..OpenOdtParagraph::default() });
            }
            "span" => {
                let own = self.styles.of_text(&attribute(element, "style-name").unwrap_or_default());
                if let Some(paragraph) = self.paragraphs.last_mut() {
                    let outer = paragraph.looks.last().copied().unwrap_or_default();
                    paragraph.looks.push(own.within(outer));
                }
            }
            "s" => {
                let count = number(element, "c").unwrap_or(1).min(MAX_REPEATED);
                self.write(&" ".repeat(count as usize));
            }
            "tab" => self.write("\t"),
            "line-break" => self.write("\n"),
            "table" => {
                self.leave_cells_for_text();
                self.tables.push(OpenOdtTable::default());
            }
            "table-row" => self.begin_row(element),
            "table-cell" => {
                if self.tables.last().is_some_and(|open| open.has_cells) {
                    self.leave_outer_cells_for_text();
                }
                let count = |name: &str| number(element, name).unwrap_or(1);
                let (columns, rows) = (count("number-columns-spanned").max(1), count("number-rows-spanned").max(1));
                let repeated = count("number-columns-repeated").clamp(1, MAX_REPEATED);
                if let Some(open) = self.tables.last_mut() {
                    open.has_cells = true;
                    open.cell = Some(OpenOdtCell { columns, rows, repeated, ..OpenOdtCell::default() });
                }
            }
            // Only the first cell of a merged region is shown.
            "covered-table-cell" => {
                let repeated = number(element, "number-columns-repeated").unwrap_or(1).clamp(1, MAX_REPEATED);
                if let Some(open) = self.tables.last_mut() {
                    open.column = open.column.saturating_add(repeated);
                }
                self.unseen += 1;
            }
            _ => {}
        }
    }

    fn end(&mut self, name: &str) {
        if self.unseen > 0 {
            self.unseen -= 1;
            return;
        }
        match name {
            "body" => self.in_body = false,
            "p" | "h" => self.end_paragraph(),
            "span" => {
                if let Some(paragraph) = self.paragraphs.last_mut().filter(|paragraph| paragraph.looks.len() > 1) {
                    paragraph.looks.pop();
                }
            }
            "table-cell" => self.end_cell(),
            "table-row" => self.end_row(),
            "table" => self.end_table(),
            _ => {}
        }
    }

    fn characters(&mut self, text: &str) {
        if self.unseen == 0 {
            // White space in the source collapses to one space; other white space is written as elements.
            let mut flowed = String::with_capacity(text.len());
            for c in text.chars() {
                if !matches!(c, ' ' | '\t' | '\r' | '\n') {
                    flowed.push(c);
                } else if !flowed.ends_with(' ') {
                    flowed.push(' ');
                }
            }
            self.write(&flowed);
        }
    }

    fn check(&self, limits: &Limits) -> Result<(), Limit> {
        limits.allow(Limit::Cells, self.cells)
    }
}

#[cfg(test)]
mod tests;
