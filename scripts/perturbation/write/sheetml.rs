//! Writer of `SpreadsheetML` 2003 workbooks.

use std::fmt::Write as _;

use super::super::case::Case;
use super::{escape, placed, sheets, stored};

/// Returns the workbook's bytes.
pub(crate) fn write(case: &Case) -> Vec<u8> {
    let space = "urn:schemas-microsoft-com:office:spreadsheet";
    let mut text = format!(
        "<?xml version=\"1.0\"?>\n<?mso-application progid=\"Excel.Sheet\"?>\n<Workbook xmlns=\"{space}\" \
         xmlns:ss=\"{space}\" xmlns:x=\"urn:schemas-microsoft-com:office:excel\">"
    );
    for sheet in sheets(case) {
        write!(text, r#"<Worksheet ss:Name="{}"><Table>"#, escape(&sheet.name)).expect("text");
        let mut last = None;
        for cell in placed(sheet) {
            if last != Some(cell.row) {
                let end = if last.is_some() { "</Row>" } else { "" };
                write!(text, r#"{end}<Row ss:Index="{}">"#, cell.row + 1).expect("text");
                last = Some(cell.row);
            }
            write!(text, r#"<Cell ss:Index="{}""#, cell.column + 1).expect("text");
            if cell.rows > 1 {
                write!(text, r#" ss:MergeDown="{}""#, cell.rows - 1).expect("text");
            }
            if cell.columns > 1 {
                write!(text, r#" ss:MergeAcross="{}""#, cell.columns - 1).expect("text");
            }
            text.push('>');
            if let Some(number) = stored(&cell, case) {
                write!(text, r#"<Data ss:Type="Number">{number}</Data>"#).expect("text");
            } else if !cell.text.is_empty() {
                let shown = escape(&cell.text).replace('\n', "&#10;");
                write!(text, r#"<Data ss:Type="String">{shown}</Data>"#).expect("text");
            }
            if let Some(comment) = &cell.look.comment {
                let comment = escape(comment);
                write!(text, r#"<Comment ss:Author="x"><ss:Data>{comment}</ss:Data></Comment>"#).expect("text");
            }
            text.push_str("</Cell>");
        }
        let end = if last.is_some() { "</Row>" } else { "" };
        write!(text, "{end}</Table>").expect("text");
        if sheet.is_hidden {
            text.push_str("<x:WorksheetOptions><x:Visible>SheetHidden</x:Visible></x:WorksheetOptions>");
        }
        text.push_str("</Worksheet>");
    }
    text.push_str("</Workbook>\n");
    text.into_bytes()
}
