//! Conversion of printed tables to Word tables, which replace placeholder paragraphs.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{Cursor, Read};

use super::template_pattern::escaped;
use crate::report::Failure;
use crate::report::layout::{Printed, PrintedCell, PrintedContent};
use crate::source::repack;

/// Width of the text on a page, in twentieths of a point: A4 less the templates' margins.
const TEXT_WIDTH: usize = 8844;
/// Least height of a row, in twentieths of a point.
const ROW_HEIGHT: usize = 320;
/// Fill of the headings across the whole table, as in the official format.
const BAND_COLOUR: &str = "C6D9F1";
/// The main part of a document.
const BODY: &str = "word/document.xml";

/// Returns the markup of a printed table; `figure` formats its figures.
pub(in crate::report) fn word_table(printed: &Printed, figure: &dyn Fn(usize) -> String) -> String {
    let widths = widths(printed);
    let mut xml = String::from(
        "<w:tbl><w:tblPr><w:tblStyle w:val=\"TableGrid\"/><w:tblW w:w=\"8844\" w:type=\"dxa\"/><w:jc w:val=\"center\"/>\
         <w:tblLayout w:type=\"fixed\"/><w:tblCellMar><w:left w:w=\"28\" w:type=\"dxa\"/><w:right w:w=\"28\" \
         w:type=\"dxa\"/></w:tblCellMar></w:tblPr><w:tblGrid>",
    );
    for width in &widths {
        let _ = write!(xml, "<w:gridCol w:w=\"{width}\"/>");
    }
    xml.push_str("</w:tblGrid>");
    let heading_rows = heading_rows(printed);
    for row in 0..printed.rows {
        let repeated = if row < heading_rows { "<w:tblHeader/>" } else { "" };
        let _ = write!(xml, "<w:tr><w:trPr><w:cantSplit/><w:trHeight w:val=\"{ROW_HEIGHT}\"/>{repeated}</w:trPr>");
        let mut in_row: Vec<&PrintedCell> =
            printed.cells.iter().filter(|cell| (cell.area.top..=cell.area.bottom).contains(&row)).collect();
        in_row.sort_by_key(|cell| cell.area.left);
        for cell in in_row {
            put_cell(&mut xml, cell, row, &widths, figure);
        }
        xml.push_str("</w:tr>");
    }
    xml.push_str("</w:tbl>");
    xml
}

/// Returns the number of heading rows to repeat on each page; zero if the table has headings between its rows.
fn heading_rows(printed: &Printed) -> usize {
    let is_heading = |cell: &&PrintedCell| matches!(cell.content, PrintedContent::Heading(_));
    let first = printed.cells.iter().filter(|cell| !is_heading(cell)).map(|cell| cell.area.top).min().unwrap_or(0);
    let is_on_top = printed.cells.iter().filter(is_heading).all(|cell| cell.area.bottom < first);
    if is_on_top { first } else { 0 }
}

fn put_cell(xml: &mut String, cell: &PrintedCell, row: usize, widths: &[usize], figure: &dyn Fn(usize) -> String) {
    let area = cell.area;
    let width: usize = widths[area.left..=area.right].iter().sum();
    let _ = write!(xml, "<w:tc><w:tcPr><w:tcW w:w=\"{width}\" w:type=\"dxa\"/>");
    if area.right > area.left {
        let _ = write!(xml, "<w:gridSpan w:val=\"{}\"/>", area.right - area.left + 1);
    }
    let is_first = row == area.top;
    if area.bottom > area.top {
        xml.push_str(if is_first { "<w:vMerge w:val=\"restart\"/>" } else { "<w:vMerge/>" });
    }
    if matches!(cell.content, PrintedContent::Heading(_)) && area.left == 0 && area.right + 1 == widths.len() {
        let _ = write!(xml, "<w:shd w:val=\"clear\" w:color=\"auto\" w:fill=\"{BAND_COLOUR}\"/>");
    }
    xml.push_str("<w:vAlign w:val=\"center\"/></w:tcPr>");
    let (text, is_left, is_heading) = match &cell.content {
        PrintedContent::Heading(text) => (text.clone(), false, true),
        PrintedContent::Label(text) => (text.clone(), area.bottom == area.top, false),
        PrintedContent::Figure(position) => (figure(*position), false, false),
    };
    let align = if is_left { "left" } else { "center" };
    let style = if is_heading { "公文表头" } else { "公文表内" };
    let _ = write!(
        xml,
        "<w:p><w:pPr><w:pStyle w:val=\"{style}\"/><w:spacing w:line=\"240\" w:lineRule=\"exact\"/><w:jc \
         w:val=\"{align}\"/></w:pPr>"
    );
    if is_first && !text.is_empty() {
        let _ = write!(xml, "<w:r><w:rPr><w:sz w:val=\"18\"/></w:rPr><w:t>{}</w:t></w:r>", escaped(&text));
    }
    xml.push_str("</w:p></w:tc>");
}

/// Returns the widths of the columns: label columns by depth, figure columns equal.
fn widths(printed: &Printed) -> Vec<usize> {
    let stub: &[usize] = match printed.stub {
        0 => &[],
        1 => &[2600],
        2 => &[900, 2500],
        _ => &[500, 900, 2500],
    };
    let stub: Vec<usize> = stub.iter().copied().chain(std::iter::repeat(600)).take(printed.stub).collect();
    let figures = (printed.columns - printed.stub).max(1);
    let each = (TEXT_WIDTH - stub.iter().sum::<usize>()) / figures;
    stub.into_iter().chain(std::iter::repeat_n(each, printed.columns - printed.stub)).collect()
}

/// Returns a document in which each paragraph with a placeholder is replaced by a table.
///
/// # Errors
/// The error of the archive, or a missing placeholder.
pub(in crate::report) fn with_tables(docx: &[u8], tables: &[(String, String)]) -> Result<Vec<u8>, Failure> {
    let mut xml = String::new();
    zip::ZipArchive::new(Cursor::new(docx))?.by_name(BODY)?.read_to_string(&mut xml)?;
    for (mark, table) in tables {
        xml = replaced(&xml, mark, table)?;
    }
    Ok(repack(docx, BTreeMap::from([(BODY.to_owned(), xml.into_bytes())]))?)
}

/// Returns the text with the paragraph around a placeholder replaced.
fn replaced(xml: &str, mark: &str, table: &str) -> Result<String, Failure> {
    let at = xml.find(mark).ok_or("a table has no place in the document")?;
    let start = ["<w:p>", "<w:p "].iter().filter_map(|open| xml[..at].rfind(open)).max();
    let start = start.ok_or("a table's place is in no paragraph")?;
    let close = "</w:p>";
    let end = at + xml[at..].find(close).ok_or("a table's place is in no paragraph")? + close.len();
    Ok(format!("{}{table}{}", &xml[..start], &xml[end..]))
}
