//! Word documents of 2007 and later: paragraphs and tables of the body, as they read once every tracked change is
//! accepted. Headers, footers and notes are other parts and are not read.

use std::io::Cursor;

use quick_xml::events::{BytesStart, Event};

use super::table::Table;
use super::xml::{attribute, characters, for_each_element, number, part};
use super::{Document, Format, Unreadable};
use crate::source::{Limit, Limits};

/// Elements whose content does not show: what was deleted or moved away, the second of two renderings, field codes.
const UNSEEN: [&str; 7] = ["del", "moveFrom", "Fallback", "instrText", "delText", "delInstrText", "sdtPr"];

/// Reads a document.
pub(super) fn read(bytes: &[u8], limits: &Limits) -> Result<Document, Unreadable> {
    let damaged = |why: String| Unreadable::Damaged(Format::Docx, why);
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|error| damaged(error.to_string()))?;
    let body = body_path(&mut archive);
    let xml = part(&mut archive, &body).ok_or_else(|| damaged(format!("{body} cannot be read")))?;
    let mut walk = Walk::default();
    let (mut depth, mut cells) = (0, 0);
    let beyond = |limit| Unreadable::beyond(limit, limits);
    let mut reader = quick_xml::Reader::from_str(&xml);
    loop {
        match reader.read_event() {
            Ok(Event::Start(element)) => {
                depth += 1;
                limits.allow(Limit::Depth, depth).map_err(beyond)?;
                cells += u64::from(element.local_name().as_ref() == "tc");
                limits.allow(Limit::Cells, cells).map_err(beyond)?;
                walk.start(&element);
            }
            Ok(Event::Empty(element)) => walk.empty(&element),
            Ok(Event::End(element)) => {
                depth = depth.saturating_sub(1);
                walk.end(element.local_name().as_ref());
            }
            Ok(Event::Eof) => break,
            Ok(event) => {
                if let Some(text) = characters(&event) {
                    walk.characters(&text);
                }
            }
            Err(error) => return Err(damaged(error.to_string())),
        }
    }
    if walk.too_wide { Err(damaged("a table wider than any sheet".to_owned())) } else { Ok(walk.document) }
}

/// The path of the part that holds the body; programs may name it as they like.
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

/// Where the walk through the body stands.
#[derive(Default)]
struct Walk {
    document: Document,
    /// Paragraphs begun and not ended; a text box stands within a paragraph and has its own.
    paragraphs: Vec<String>,
    tables: Vec<OpenTable>,
    /// Depth within an element that does not show.
    unseen: u32,
    in_text: bool,
    run: Run,
    in_row_properties: bool,
    too_wide: bool,
}

/// Whether the walk is within a run of text, and whether that is formatted as hidden.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Run {
    #[default]
    Outside,
    Shown,
    Hidden,
}

#[derive(Default)]
struct OpenTable {
    rows: Vec<Row>,
    cell: Option<OpenCell>,
}

#[derive(Default)]
struct Row {
    /// First column that no cell has taken.
    column: u32,
    deleted: bool,
    cells: Vec<PlacedCell>,
}

struct PlacedCell {
    column: u32,
    columns: u32,
    vertical: Vertical,
    text: String,
}

/// A cell's part in a vertical merge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Vertical {
    #[default]
    None,
    Begins,
    Goes,
}

#[derive(Default)]
struct OpenCell {
    columns: u32,
    vertical: Vertical,
    /// Whether it is a part of the cell at its left (a way of merging older than `gridSpan`).
    joined_left: bool,
    lines: Vec<String>,
    /// Whether a table stands in it: it lays out a page then, and its text is no cell's.
    is_layout: bool,
}

impl Walk {
    fn start(&mut self, element: &BytesStart<'_>) {
        let local = element.local_name();
        let name = local.as_ref();
        if self.in_row_properties && name == "del" {
            self.row_is_deleted();
        }
        if self.unseen > 0 || UNSEEN.contains(&name) {
            self.unseen += 1;
            return;
        }
        match name {
            "p" => self.paragraphs.push(String::new()),
            "r" => self.run = Run::Shown,
            "t" => self.in_text = true,
            "tbl" => {
                self.leave_cell_for_text();
                self.tables.push(OpenTable::default());
            }
            "tr" => self.table(|table| table.rows.push(Row::default())),
            "trPr" => self.in_row_properties = true,
            "tc" => self.table(|table| table.cell = Some(OpenCell { columns: 1, ..OpenCell::default() })),
            _ => self.property(element),
        }
    }

    fn empty(&mut self, element: &BytesStart<'_>) {
        if self.unseen > 0 {
            return;
        }
        match element.local_name().as_ref() {
            "tab" if self.run != Run::Outside => self.write("\t"),
            "br" | "cr" if self.run != Run::Outside => self.write("\n"),
            "noBreakHyphen" => self.write("-"),
            "del" if self.in_row_properties => self.row_is_deleted(),
            "p" => {
                self.paragraphs.push(String::new());
                self.end("p");
            }
            "tc" => {
                self.table(|table| table.cell = Some(OpenCell { columns: 1, ..OpenCell::default() }));
                self.end("tc");
            }
            _ => self.property(element),
        }
    }

    /// What formatting says that matters here.
    fn property(&mut self, element: &BytesStart<'_>) {
        let value = || attribute(element, "val");
        match element.local_name().as_ref() {
            "vanish" if self.run != Run::Outside && value().is_none_or(|value| value != "0" && value != "false") => {
                self.run = Run::Hidden;
            }
            // Struck out or raised, digits are no part of the number beside them: the marks keep them from being read so.
            "strike" | "dstrike"
                if self.run != Run::Outside && value().is_none_or(|value| value != "0" && value != "false") =>
            {
                self.write("~~");
            }
            "vertAlign" if self.run != Run::Outside && value().is_some_and(|value| value != "baseline") => {
                self.write("^");
            }
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

    fn end(&mut self, name: &str) {
        if self.unseen > 0 {
            self.unseen -= 1;
            return;
        }
        match name {
            "p" => self.end_paragraph(),
            "r" => self.run = Run::Outside,
            "t" => self.in_text = false,
            "trPr" => self.in_row_properties = false,
            "tc" => {
                if self.tables.last().and_then(|table| table.cell.as_ref()).is_some_and(|cell| cell.is_layout) {
                    self.leave_cell_for_text();
                }
                self.table(OpenTable::end_cell);
            }
            "tbl" => {
                if let Some(open) = self.tables.pop() {
                    match open.finish() {
                        Some(grid) => self.document.push_table(grid),
                        None => self.too_wide = true,
                    }
                }
            }
            _ => {}
        }
    }

    fn characters(&mut self, text: &str) {
        if self.in_text && self.unseen == 0 && self.run != Run::Hidden {
            self.write(text);
        }
    }

    fn write(&mut self, text: &str) {
        if let Some(paragraph) = self.paragraphs.last_mut() {
            paragraph.push_str(text);
        }
    }

    fn end_paragraph(&mut self) {
        let Some(text) = self.paragraphs.pop() else { return };
        match self.tables.last_mut().and_then(|table| table.cell.as_mut()) {
            Some(cell) => cell.lines.push(text),
            None => self.document.push_paragraph(&text),
        }
    }

    /// What has been said in the cell in hand is running text, which comes before the table that begins.
    fn leave_cell_for_text(&mut self) {
        let Some(cell) = self.tables.last_mut().and_then(|table| table.cell.as_mut()) else { return };
        cell.is_layout = true;
        for line in std::mem::take(&mut cell.lines) {
            self.document.push_paragraph(&line);
        }
    }

    fn row_is_deleted(&mut self) {
        self.row(|row| row.deleted = true);
    }

    fn row(&mut self, change: impl FnOnce(&mut Row)) {
        if let Some(row) = self.tables.last_mut().and_then(|table| table.rows.last_mut()) {
            change(row);
        }
    }

    fn table(&mut self, change: impl FnOnce(&mut OpenTable)) {
        if let Some(table) = self.tables.last_mut() {
            change(table);
        }
    }

    fn cell(&mut self, change: impl FnOnce(&mut OpenCell)) {
        if let Some(cell) = self.tables.last_mut().and_then(|table| table.cell.as_mut()) {
            change(cell);
        }
    }
}

impl OpenTable {
    fn end_cell(&mut self) {
        let (Some(cell), Some(row)) = (self.cell.take(), self.rows.last_mut()) else { return };
        let text = cell.lines.join("\n").trim_matches('\n').to_owned();
        let column = row.column;
        row.column = column.saturating_add(cell.columns);
        match row.cells.last_mut().filter(|_| cell.joined_left) {
            Some(left) => left.columns = left.columns.saturating_add(cell.columns),
            None => row.cells.push(PlacedCell { column, columns: cell.columns, vertical: cell.vertical, text }),
        }
    }

    /// The table as a grid, deleted rows left out; `None` where it is wider than any sheet.
    fn finish(mut self) -> Option<super::Grid> {
        self.rows.retain(|row| !row.deleted);
        let mut table = Table::default();
        for (at, row) in self.rows.iter().enumerate() {
            table.row(false);
            for cell in &row.cells {
                if cell.vertical == Vertical::Goes && self.begins_above(at, cell.column) {
                    continue;
                }
                let below = self.rows[at + 1..].iter().take_while(|row| row.goes_on(cell.column)).count();
                let rows = if cell.vertical == Vertical::None { 1 } else { 1 + u32::try_from(below).ok()? };
                table.seek(cell.column);
                table.cell(rows, cell.columns, cell.text.clone());
            }
        }
        table.finish()
    }

    /// Whether the merge that goes on in this row and column begins above it.
    fn begins_above(&self, row: usize, column: u32) -> bool {
        let above = self.rows[..row].iter().rev();
        let first = above.map(|row| row.merge_at(column)).find(|merge| *merge != Some(Vertical::Goes));
        first == Some(Some(Vertical::Begins))
    }
}

impl Row {
    fn merge_at(&self, column: u32) -> Option<Vertical> {
        self.cells.iter().find(|cell| cell.column == column).map(|cell| cell.vertical)
    }

    fn goes_on(&self, column: u32) -> bool {
        self.merge_at(column) == Some(Vertical::Goes)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn document(body: &str) -> Document {
        let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
        archive.start_file("word/document.xml", zip::write::SimpleFileOptions::default()).expect("a part");
        write!(archive, "<w:document xmlns:w='w' xmlns:mc='mc'><w:body>{body}</w:body></w:document>").expect("a part");
        read(&archive.finish().expect("an archive").into_inner(), &Limits::default()).expect("a document")
    }

    fn paragraph(text: &str) -> String {
        format!("<w:p><w:r><w:t>{text}</w:t></w:r></w:p>")
    }

    #[test]
    fn the_accepted_text_counts() {
        let document = document(
            "<w:p><w:r><w:t>收到</w:t></w:r><w:del><w:r><w:delText>8</w:delText></w:r></w:del>
             <w:ins><w:r><w:t>1</w:t></w:r></w:ins><w:r><w:t>2&amp;</w:t><w:br/><w:t>件</w:t></w:r>
             <w:r><w:rPr><w:vanish/></w:rPr><w:t>不可见</w:t></w:r><w:moveFrom><w:r><w:t>旧</w:t></w:r></w:moveFrom>
             <w:r><w:instrText>PAGE</w:instrText></w:r></w:p>",
        );
        assert_eq!(document.paragraphs[0].text, "收到12&\n件");
    }

    #[test]
    fn cells_span_rows_and_columns() {
        let cell =
            |properties: &str, text: &str| format!("<w:tc><w:tcPr>{properties}</w:tcPr>{}</w:tc>", paragraph(text));
        let document = document(&format!(
            "<w:tbl><w:tr>{}{}</w:tr><w:tr>{}{}{}</w:tr><w:tr><w:trPr><w:del/></w:trPr>{}</w:tr><w:tr>{}{}</w:tr></w:tbl>",
            cell("<w:vMerge w:val='restart'/>", "办理结果"),
            cell("<w:gridSpan w:val='2'/>", "申请人"),
            cell("<w:vMerge/>", ""),
            cell("", "自然人"),
            cell("", "总计"),
            cell("", "已删除的行"),
            cell("<w:vMerge/>", ""),
            cell("", "0"),
        ));
        let grid = &document.grids[0];
        let at = |row, column| grid.cell(row, column).map(|cell| cell.text.as_str());
        assert_eq!([at(0, 1), at(1, 2), at(2, 1)], [Some("申请人"), Some("总计"), Some("0")]);
        assert_eq!(grid.region(2, 0).map(|region| (region.top, region.bottom)), Some((0, 2)));
        assert_eq!(grid.cells().len(), 5);
    }

    #[test]
    fn a_table_within_a_cell_is_a_table_of_its_own() {
        let document = document(&format!(
            "<w:tbl><w:tr><w:tc>{}<w:tbl><w:tr><w:tc>{}</w:tc></w:tr></w:tbl>{}</w:tc></w:tr></w:tbl>{}",
            paragraph("外"),
            paragraph("内"),
            paragraph("后"),
            paragraph("文"),
        ));
        assert_eq!(document.grids[0].cells()[0].text, "内");
        assert!(document.grids[1].cells().is_empty());
        let said: Vec<(&str, usize)> =
            document.paragraphs.iter().map(|paragraph| (paragraph.text.as_str(), paragraph.after)).collect();
        assert_eq!(said, [("外", 0), ("后", 1), ("文", 2)]);
    }
}
