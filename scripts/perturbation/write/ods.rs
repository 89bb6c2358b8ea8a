//! Writer of open documents, zipped or flat.

use std::fmt::Write as _;

use super::super::case::{Case, Sheet};
use super::super::grid::Cell;
use super::{escape, pack, placed, sheets, stored};

const SPACES: &str = r#"xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" xmlns:dc="http://purl.org/dc/elements/1.1/" office:version="1.2""#;
const KIND: &str = "application/vnd.oasis.opendocument.spreadsheet";

/// Returns the bytes of an ods file.
pub(crate) fn write(case: &Case) -> Vec<u8> {
    let head = r#"<?xml version="1.0" encoding="UTF-8"?>"#;
    let content = format!("{head}<office:document-content {SPACES}>{}</office:document-content>", body(case));
    let manifest = format!(
        r#"{head}<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"><manifest:file-entry manifest:full-path="/" manifest:media-type="{KIND}"/><manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>"#
    );
    pack(&[
        ("mimetype", KIND.as_bytes()),
        ("META-INF/manifest.xml", manifest.as_bytes()),
        ("content.xml", content.as_bytes()),
    ])
}

/// Returns the bytes of a flat file.
pub(crate) fn write_flat(case: &Case) -> Vec<u8> {
    let head = r#"<?xml version="1.0" encoding="UTF-8"?>"#;
    format!("{head}\n<office:document {SPACES} office:mimetype=\"{KIND}\">{}</office:document>\n", body(case))
        .into_bytes()
}

fn body(case: &Case) -> String {
    let mut text = String::from(
        r#"<office:automatic-styles><style:style style:name="ta1" style:family="table"><style:table-properties table:display="true"/></style:style><style:style style:name="ta2" style:family="table"><style:table-properties table:display="false"/></style:style></office:automatic-styles><office:body><office:spreadsheet>"#,
    );
    for sheet in sheets(case) {
        write_sheet(&mut text, sheet, case);
    }
    text.push_str("</office:spreadsheet></office:body>");
    text
}

fn write_sheet(text: &mut String, sheet: &Sheet, case: &Case) {
    let style = if sheet.is_hidden { "ta2" } else { "ta1" };
    write!(text, r#"<table:table table:name="{}" table:style-name="{style}">"#, escape(&sheet.name)).expect("text");
    let cells = placed(sheet);
    let rows = cells.iter().map(|cell| cell.row + cell.rows).max().unwrap_or(0);
    for row in 0..rows {
        text.push_str("<table:table-row>");
        let mut column = 0;
        let of_row: Vec<&Cell> = cells.iter().filter(|cell| (cell.row..cell.row + cell.rows).contains(&row)).collect();
        let width = of_row.iter().map(|cell| cell.column + cell.columns).max().unwrap_or(1);
        while column < width {
            let here = of_row.iter().find(|cell| cell.covers(row, column));
            match here {
                Some(cell) if (cell.row, cell.column) == (row, column) => write_cell(text, cell, case),
                Some(_) => text.push_str("<table:covered-table-cell/>"),
                None => text.push_str("<table:table-cell/>"),
            }
            column += 1;
        }
        text.push_str("</table:table-row>");
    }
    text.push_str("</table:table>");
}

fn write_cell(text: &mut String, cell: &Cell, case: &Case) {
    text.push_str("<table:table-cell");
    if cell.rows > 1 || cell.columns > 1 {
        let (rows, columns) = (cell.rows, cell.columns);
        write!(text, r#" table:number-columns-spanned="{columns}" table:number-rows-spanned="{rows}""#).expect("text");
    }
    if let Some(number) = stored(cell, case) {
        write!(text, r#" office:value-type="float" office:value="{number}""#).expect("text");
    } else if !cell.text.is_empty() {
        text.push_str(r#" office:value-type="string""#);
    }
    text.push('>');
    if let Some(comment) = &cell.look.comment {
        let comment = escape(comment);
        write!(text, "<office:annotation><text:p>{comment}</text:p></office:annotation>").expect("text");
    }
    for line in cell.text.lines() {
        write!(text, "<text:p>{}</text:p>", escape(line)).expect("text");
    }
    text.push_str("</table:table-cell>");
}
