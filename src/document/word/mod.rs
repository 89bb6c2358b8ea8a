//! Word documents of 2007 and later: paragraphs and tables of the body, as if every tracked change were accepted.
//! Headers, footers and notes are other parts and are not read.

mod word_styles;

use std::io::Cursor;

use quick_xml::events::BytesStart;

use super::placed::{self, PlacedCell, PlacedRow, Vertical};
use super::run_format::{self, FormattedText};
use super::xml::{self, XmlHandler, attribute, for_each_element, number, part};
use super::{Document, Format, Unreadable};
use crate::source::{Limit, Limits};
use word_styles::{WordStyles, take};

/// Elements with content that is not shown: text deleted or moved away, the second of two renderings, field codes,
/// phonetic text beside a ruby base, and formatting before a tracked change.
const UNSEEN: [&str; 16] = [
    "del",
    "moveFrom",
    "Fallback",
    "instrText",
    "delText",
    "delInstrText",
    "sdtPr",
    "rt",
    "rPrChange",
    "pPrChange",
    "tblPrChange",
    "tblGridChange",
    "tblPrExChange",
    "trPrChange",
    "tcPrChange",
    "sectPrChange",
];

/// Reads a document.
pub(super) fn read(bytes: &[u8], limits: &Limits) -> Result<Document, Unreadable> {
    let damaged = |why: String| Unreadable::Damaged(Format::Docx, why);
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|error| damaged(error.to_string()))?;
    let body = body_path(&mut archive);
    let text = part(&mut archive, &body).ok_or_else(|| damaged(format!("{body} cannot be read")))?;
    let styles = styles_path(&mut archive, &body);
    let styles = part(&mut archive, &styles).unwrap_or_default();
    let mut walk = WordWalk { styles: WordStyles::parse(&styles), ..WordWalk::default() };
    xml::parse(&text, Format::Docx, limits, &mut walk)?;
    if walk.too_wide { Err(damaged("a table wider than any sheet".to_owned())) } else { Ok(walk.document) }
}

/// Returns the path of the part with the body, which has no fixed name.
fn body_path(archive: &mut zip::ZipArchive<Cursor<&[u8]>>) -> String {
    let mut path = None;
    for_each_element(&part(archive, "_rels/.rels").unwrap_or_default(), |element| {
        let is_body = attribute(element, "Type").is_some_and(|kind| kind.ends_with("/officeDocument"));
        if is_body {
            path = attribute(element, "Target").map(|target| target.trim_start_matches('/').to_owned());
        }
    });
    path.unwrap_or_else(|| "word/document.xml".to_owned())
}

/// Returns the path of the part with the body's styles.
fn styles_path(archive: &mut zip::ZipArchive<Cursor<&[u8]>>, body: &str) -> String {
    let (folder, name) = body.rsplit_once('/').unwrap_or(("", body));
    let mut path = None;
    for_each_element(&part(archive, &format!("{folder}/_rels/{name}.rels")).unwrap_or_default(), |element| {
        if attribute(element, "Type").is_some_and(|kind| kind.ends_with("/styles")) {
            path = attribute(element, "Target");
        }
    });
    let target = path.unwrap_or_else(|| "styles.xml".to_owned());
    target.strip_prefix('/').map_or_else(|| format!("{folder}/{target}"), str::to_owned)
}

/// Parser state within the body.
#[derive(Default)]
struct WordWalk {
    document: Document,
    styles: WordStyles,
    /// Open paragraphs. A text box is inside a paragraph and has paragraphs of its own.
    paragraphs: Vec<OpenParagraph>,
    tables: Vec<OpenWordTable>,
    /// Number of cells in all tables.
    cells: u64,
    /// Nesting depth within an element that is not shown.
    unseen: u32,
    in_text: bool,
    /// Open runs. A text box or ruby is inside a run and has runs of its own.
    runs: Vec<Run>,
    drop_down: Option<DropDown>,
    in_row_properties: bool,
    too_wide: bool,
}

#[derive(Default)]
struct OpenParagraph {
    style: Option<String>,
    line: FormattedText,
}

/// A run of text with its direct formatting and its character style.
#[derive(Default)]
struct Run {
    format: run_format::RunFormat,
    style: Option<String>,
}

/// A drop-down list, which shows one of its entries.
#[derive(Default)]
struct DropDown {
    entries: Vec<String>,
    default: Option<u32>,
    chosen: Option<u32>,
}

#[derive(Default)]
struct OpenWordTable {
    rows: Vec<PlacedRow>,
    cell: Option<OpenWordCell>,
}

#[derive(Default)]
struct OpenWordCell {
    columns: u32,
    vertical: Vertical,
    /// Whether it is part of the cell to its left (an older way of merging than `gridSpan`).
    joined_left: bool,
    lines: Vec<String>,
    /// Whether the cell contains a table. Then the outer table only lays out the page, and its text is running text.
    is_layout: bool,
    /// Whether a tracked change deletes it.
    is_deleted: bool,
}

impl WordWalk {
    fn begin_cell(&mut self) {
        if self.tables.last().is_some_and(|table| table.rows.iter().any(|row| row.column > 0)) {
            self.leave_outer_cells_for_text();
        }
        self.table(|table| table.cell = Some(OpenWordCell { columns: 1, ..OpenWordCell::default() }));
    }

    /// Reads a relevant property of a paragraph, run, list, row or cell.
    fn property(&mut self, element: &BytesStart<'_>) {
        let value = || attribute(element, "val");
        match element.local_name().as_ref() {
            "pStyle" => {
                if let Some(paragraph) = self.paragraphs.last_mut() {
                    paragraph.style = value();
                }
            }
            "rStyle" => {
                if let Some(run) = self.runs.last_mut() {
                    run.style = value();
                }
            }
            "strike" | "dstrike" | "vanish" | "vertAlign" | "position" => {
                if let Some(run) = self.runs.last_mut() {
                    take(&mut run.format, element);
                }
            }
            "listEntry" => self.list(|list| list.entries.push(value().unwrap_or_default())),
            "default" => self.list(|list| list.default = number(element, "val")),
            "result" => self.list(|list| list.chosen = number(element, "val")),
            "cellDel" => self.cell(|cell| cell.is_deleted = true),
            "gridBefore" if self.in_row_properties => {
                let skipped = number(element, "val").unwrap_or(0);
                self.row(|row| row.column = skipped);
            }
            "gridSpan" => self.cell(|cell| cell.columns = number(element, "val").unwrap_or(1).max(1)),
            "vMerge" => {
                let begins = value().is_some_and(|value| value == "restart");
                self.cell(|cell| cell.vertical = if begins { Vertical::Begins } else { Vertical::Goes });
            }
            "hMerge" => {
                let begins = value().is_some_and(|value| value == "restart");
                self.cell(|cell| cell.joined_left = !begins);
            }
            _ => {}
        }
    }

    fn write(&mut self, text: &str) {
        let Some(paragraph) = self.paragraphs.last_mut() else { return };
        let run = self.runs.last();
        let of_characters = self.styles.of_characters(run.and_then(|run| run.style.as_deref()));
        let of_paragraph = self.styles.of_paragraph(paragraph.style.as_deref());
        let format = run.map(|run| run.format).unwrap_or_default().over(of_characters, of_paragraph);
        paragraph.line.write(format, text);
    }

    fn end_paragraph(&mut self) {
        let Some(paragraph) = self.paragraphs.pop() else { return };
        let text = paragraph.line.finish();
        match self.tables.last_mut().and_then(|table| table.cell.as_mut()) {
            Some(cell) => cell.lines.push(text),
            None => self.document.push_paragraph(&text),
        }
    }

    /// Ends a drop-down list. It shows the chosen entry, else the default, else the first.
    fn end_list(&mut self) {
        let Some(list) = self.drop_down.take() else { return };
        let shown = list.chosen.or(list.default).unwrap_or(0) as usize;
        if let Some(entry) = list.entries.get(shown) {
            self.write(entry);
        }
    }

    /// Returns the text of a nested table with a single cell, which is only a frame around that text; `None` for any
    /// other table.
    fn frame_text(&self, table: &OpenWordTable) -> Option<String> {
        let outer = self.tables.last()?.cell.as_ref()?;
        if outer.is_layout || outer.lines.iter().any(|line| !line.trim().is_empty()) {
            return None;
        }
        match table.rows.as_slice() {
            [PlacedRow { deleted: false, cells, .. }] if cells.len() == 1 => Some(cells[0].text.clone()),
            _ => None,
        }
    }

    /// Turns the text in the current cell into running text before the table that begins.
    fn leave_cell_for_text(&mut self) {
        self.leave_for_text(self.tables.len().saturating_sub(1));
    }

    /// Does the same for the cells around the current table.
    fn leave_outer_cells_for_text(&mut self) {
        for at in 0..self.tables.len().saturating_sub(1) {
            self.leave_for_text(at);
        }
    }

    fn leave_for_text(&mut self, table: usize) {
        let Some(cell) = self.tables.get_mut(table).and_then(|table| table.cell.as_mut()) else { return };
        cell.is_layout = true;
        for line in std::mem::take(&mut cell.lines) {
            self.document.push_paragraph(&line);
        }
    }

    fn list(&mut self, change: impl FnOnce(&mut DropDown)) {
        if let Some(list) = self.drop_down.as_mut() {
            change(list);
        }
    }

    fn row_is_deleted(&mut self) {
        self.row(|row| row.deleted = true);
    }

    fn row(&mut self, change: impl FnOnce(&mut PlacedRow)) {
        if let Some(row) = self.tables.last_mut().and_then(|table| table.rows.last_mut()) {
            change(row);
        }
    }

    fn table(&mut self, change: impl FnOnce(&mut OpenWordTable)) {
        if let Some(table) = self.tables.last_mut() {
            change(table);
        }
    }

    fn cell(&mut self, change: impl FnOnce(&mut OpenWordCell)) {
        if let Some(cell) = self.tables.last_mut().and_then(|table| table.cell.as_mut()) {
            change(cell);
        }
    }
}

impl OpenWordTable {
    fn end_cell(&mut self) {
        let (Some(cell), Some(row)) = (self.cell.take(), self.rows.last_mut()) else { return };
        if cell.is_deleted {
            return;
        }
        let text = cell.lines.join("\n").trim_matches('\n').to_owned();
        let column = row.column;
        row.column = column.saturating_add(cell.columns);
        match row.cells.last_mut().filter(|_| cell.joined_left) {
            Some(left) => left.columns = left.columns.saturating_add(cell.columns),
            None => row.cells.push(PlacedCell { column, columns: cell.columns, vertical: cell.vertical, text }),
        }
    }
}

impl XmlHandler for WordWalk {
    fn start(&mut self, element: &BytesStart<'_>) {
        let local = element.local_name();
        let name = local.as_ref();
        self.cells += u64::from(name == "tc");
        if self.in_row_properties && name == "del" && self.unseen == 0 {
            self.row_is_deleted();
        }
        if self.unseen > 0 || UNSEEN.contains(&name) {
            self.unseen += 1;
            return;
        }
        match name {
            "p" => self.paragraphs.push(OpenParagraph::default()),
            "r" => self.runs.push(Run::default()),
            "t" => self.in_text = true,
            "ddList" => self.drop_down = Some(DropDown::default()),
            "tbl" => {
                // Text of outer tables before this table becomes running text before it.
                self.leave_outer_cells_for_text();
                self.tables.push(OpenWordTable::default());
            }
            "tr" => self.table(|table| table.rows.push(PlacedRow::default())),
            "trPr" => self.in_row_properties = true,
            "tc" => self.begin_cell(),
            _ => self.property(element),
        }
    }

    fn empty(&mut self, element: &BytesStart<'_>) {
        if self.unseen > 0 {
            return;
        }
        match element.local_name().as_ref() {
            "tab" | "ptab" if !self.runs.is_empty() => self.write("\t"),
            "br" | "cr" if !self.runs.is_empty() => self.write("\n"),
            "noBreakHyphen" => self.write("-"),
            "del" if self.in_row_properties => self.row_is_deleted(),
            "p" => {
                self.paragraphs.push(OpenParagraph::default());
                self.end("p");
            }
            "tc" => {
                self.begin_cell();
                self.end("tc");
            }
            _ => self.property(element),
        }
    }

    fn end(&mut self, name: &str) {
        if self.unseen > 0 {
            self.unseen -= 1;
            return;
        }
        match name {
            "p" => self.end_paragraph(),
            "r" => drop(self.runs.pop()),
            "t" => self.in_text = false,
            "ddList" => self.end_list(),
            "trPr" => self.in_row_properties = false,
            "tc" => {
                if self.tables.last().and_then(|table| table.cell.as_ref()).is_some_and(|cell| cell.is_layout) {
                    self.leave_cell_for_text();
                }
                self.table(OpenWordTable::end_cell);
            }
            "tbl" => {
                if let Some(open) = self.tables.pop() {
                    if let Some(text) = self.frame_text(&open) {
                        self.cell(|cell| cell.lines.push(text));
                        return;
                    }
                    (0..self.tables.len()).for_each(|table| self.leave_for_text(table));
                    match placed::grid(open.rows) {
                        Some(grid) => self.document.push_table(grid),
                        None => self.too_wide = true,
                    }
                }
            }
            _ => {}
        }
    }

    fn characters(&mut self, text: &str) {
        if self.in_text && self.unseen == 0 {
            self.write(text);
        }
    }

    fn check(&self, limits: &Limits) -> Result<(), Limit> {
        limits.allow(Limit::Cells, self.cells)
    }
}

#[cfg(test)]
mod tests;
