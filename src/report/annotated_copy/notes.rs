//! Notes of cells with the shapes that show them, and the sheet that lists the findings.

use std::collections::BTreeMap;
use std::fmt::Write;

use quick_xml::escape::escape;

use super::CellMark;
use crate::place::column_letters;
use crate::report::sheet;

const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";
const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
/// Widths of the list's columns, in characters.
const WIDTHS: [f64; 8] = [6.0, 9.0, 30.0, 12.0, 10.0, 70.0, 22.0, 7.0];

type MarkedCells = BTreeMap<(u32, u32), CellMark>;

/// Returns the notes of a sheet.
pub(super) fn comments(cells: &MarkedCells) -> String {
    let mut xml = format!("{HEAD}<comments xmlns=\"{MAIN}\"><authors><author>huizong</author></authors><commentList>");
    for ((row, column), mark) in cells {
        let note = sheet::text(&mark.note);
        let _ = write!(
            xml,
            "<comment ref=\"{}{}\" authorId=\"0\"><text><r><t xml:space=\"preserve\">{}</t></r></text></comment>",
            column_letters(*column),
            row + 1,
            escape(note.as_str())
        );
    }
    xml.push_str("</commentList></comments>");
    xml
}

/// Returns the shapes of the notes, which are hidden until the pointer is over the cell.
pub(super) fn drawing(cells: &MarkedCells) -> String {
    let mut xml = String::from(
        "<xml xmlns:v=\"urn:schemas-microsoft-com:vml\" xmlns:o=\"urn:schemas-microsoft-com:office:office\" \
         xmlns:x=\"urn:schemas-microsoft-com:office:excel\"><o:shapelayout v:ext=\"edit\"><o:idmap v:ext=\"edit\" \
         data=\"1\"/></o:shapelayout><v:shapetype id=\"_x0000_t202\" coordsize=\"21600,21600\" o:spt=\"202\" \
         path=\"m,l,21600r21600,l21600,xe\"><v:stroke joinstyle=\"miter\"/><v:path gradientshapeok=\"t\" \
         o:connecttype=\"rect\"/></v:shapetype>",
    );
    for (number, (row, column)) in (1025..).zip(cells.keys()) {
        let (left, right, bottom) = (column + 1, column + 6, row + 8);
        let _ = write!(
            xml,
            "<v:shape id=\"_x0000_s{number}\" type=\"#_x0000_t202\" style=\"position:absolute;visibility:hidden\" \
             fillcolor=\"#ffffe1\" o:insetmode=\"auto\"><v:fill color2=\"#ffffe1\"/><v:shadow on=\"t\" color=\"black\" \
             obscured=\"t\"/><v:path o:connecttype=\"none\"/><v:textbox style=\"mso-direction-alt:auto\"><div \
             style=\"text-align:left\"/></v:textbox><x:ClientData ObjectType=\"Note\"><x:MoveWithCells/>\
             <x:SizeWithCells/><x:Anchor>{left}, 15, {row}, 10, {right}, 15, {bottom}, 4</x:Anchor>\
             <x:AutoFill>False</x:AutoFill><x:Row>{row}</x:Row><x:Column>{column}</x:Column></x:ClientData></v:shape>"
        );
    }
    xml.push_str("</xml>");
    xml
}

/// Returns the sheet that lists the findings: title, header, then one row for each finding.
pub(super) fn list_sheet(list: &[Vec<String>], text_style: usize, heading_style: usize) -> String {
    let mut xml = format!("{HEAD}<worksheet xmlns=\"{MAIN}\"><sheetPr><pageSetUpPr fitToPage=\"1\"/></sheetPr><cols>");
    for (at, width) in (1..).zip(WIDTHS) {
        let _ = write!(xml, "<col min=\"{at}\" max=\"{at}\" width=\"{width}\" customWidth=\"1\"/>");
    }
    xml.push_str("</cols><sheetData>");
    for (at, texts) in list.iter().enumerate() {
        let style = if at == 1 { heading_style } else { text_style };
        let height =
            texts.iter().zip(WIDTHS).map(|(text, width)| sheet::height(text, width * 0.8)).fold(22.0, f64::max);
        let height = if at == 0 { 40.0 } else { height.min(400.0) };
        let _ = write!(xml, "<row r=\"{}\" ht=\"{height}\" customHeight=\"1\">", at + 1);
        for (column, text) in (0..).zip(texts) {
            let text = sheet::text(text);
            let _ = write!(
                xml,
                "<c r=\"{}{}\" s=\"{style}\" t=\"inlineStr\"><is><t xml:space=\"preserve\">{}</t></is></c>",
                column_letters(column),
                at + 1,
                escape(text.as_str())
            );
        }
        xml.push_str("</row>");
    }
    xml.push_str("</sheetData><mergeCells count=\"1\"><mergeCell ref=\"A1:H1\"/></mergeCells>");
    xml.push_str("<pageSetup paperSize=\"9\" orientation=\"landscape\" fitToHeight=\"0\"/></worksheet>");
    xml
}
