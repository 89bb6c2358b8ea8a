//! Writer of Word documents.

use std::fmt::Write as _;

use super::super::case::{Case, Part};
use super::super::grid::{Cell, Grid};
use super::{escape, pack};

const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";
const WORD: &str = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";
const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006";
const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

/// Returns the document's bytes.
pub(crate) fn write(case: &Case) -> Vec<u8> {
    let mut body = String::new();
    for part in case.sheets.iter().filter(|sheet| !sheet.is_hidden).flat_map(|sheet| &sheet.parts) {
        match part {
            Part::Text(_, text) => body.push_str(&paragraph(text)),
            Part::Table(grid) => {
                write_table(&mut body, grid, case);
                body.push_str(&paragraph(""));
            }
        }
    }
    document(&body, case.markup.running.as_ref())
}

/// Returns the bytes of a document with these paragraphs.
pub(crate) fn plain(lines: &[&str]) -> Vec<u8> {
    document(&lines.iter().map(|line| paragraph(line)).collect::<String>(), None)
}

fn document(body: &str, running: Option<&(String, String)>) -> Vec<u8> {
    let (section, relations, types) = if running.is_some() {
        (
            format!(
                "<w:sectPr><w:headerReference xmlns:r=\"{OFFICE}\" w:type=\"default\" r:id=\"rId2\"/>\
                 <w:footerReference xmlns:r=\"{OFFICE}\" w:type=\"default\" r:id=\"rId3\"/></w:sectPr>"
            ),
            format!(
                "{HEAD}<Relationships xmlns=\"{PACKAGE}/relationships\"><Relationship Id=\"rId2\" \
                 Type=\"{OFFICE}/header\" Target=\"header1.xml\"/><Relationship Id=\"rId3\" \
                 Type=\"{OFFICE}/footer\" Target=\"footer1.xml\"/></Relationships>"
            ),
            ["header", "footer"].map(|part| {
                format!(
                    "<Override PartName=\"/word/{part}1.xml\" ContentType=\"application/vnd.openxmlformats-\
                     officedocument.wordprocessingml.{part}+xml\"/>"
                )
            }),
        )
    } else {
        (String::new(), String::new(), [String::new(), String::new()])
    };
    let types = format!(
        "{HEAD}<Types xmlns=\"{PACKAGE}/content-types\"><Default Extension=\"rels\" \
         ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/><Override \
         PartName=\"/word/document.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.\
         wordprocessingml.document.main+xml\"/>{}</Types>",
        types.concat()
    );
    let root = format!(
        "{HEAD}<Relationships xmlns=\"{PACKAGE}/relationships\"><Relationship Id=\"rId1\" \
         Type=\"{OFFICE}/officeDocument\" Target=\"word/document.xml\"/></Relationships>"
    );
    let main = format!("{HEAD}<w:document xmlns:w=\"{WORD}\"><w:body>{body}{section}</w:body></w:document>");
    let side = |tag: &str, text: &str| format!("{HEAD}<w:{tag} xmlns:w=\"{WORD}\">{}</w:{tag}>", paragraph(text));
    let mut files = vec![("[Content_Types].xml", types), ("_rels/.rels", root), ("word/document.xml", main)];
    if let Some((header, footer)) = running {
        files.push(("word/_rels/document.xml.rels", relations));
        files.push(("word/header1.xml", side("hdr", header)));
        files.push(("word/footer1.xml", side("ftr", footer)));
    }
    let files: Vec<(&str, &[u8])> = files.iter().map(|(name, text)| (*name, text.as_bytes())).collect();
    pack(&files)
}

fn paragraph(text: &str) -> String {
    format!("<w:p>{}</w:p>", run(text, ""))
}

fn run(text: &str, properties: &str) -> String {
    let lines: Vec<String> =
        text.split('\n').map(|line| format!("<w:t xml:space=\"preserve\">{}</w:t>", escape(line))).collect();
    format!("<w:r><w:rPr>{properties}</w:rPr>{}</w:r>", lines.join("<w:br/>"))
}

fn write_table(body: &mut String, grid: &Grid, case: &Case) {
    body.push_str("<w:tbl><w:tblPr/><w:tblGrid>");
    body.push_str(&"<w:gridCol/>".repeat(grid.columns));
    body.push_str("</w:tblGrid>");
    for row in 0..grid.rows {
        body.push_str("<w:tr>");
        let mut column = 0;
        while column < grid.columns {
            let here = grid.cells.iter().find(|cell| cell.covers(row, column));
            write_cell(body, here, row, case);
            column = here.map_or(column + 1, |cell| cell.column + cell.columns);
        }
        body.push_str("</w:tr>");
    }
    body.push_str("</w:tbl>");
}

fn write_cell(body: &mut String, cell: Option<&Cell>, row: usize, case: &Case) {
    let mut properties = String::new();
    let mut content = String::new();
    if let Some(cell) = cell {
        if cell.columns > 1 {
            write!(properties, "<w:gridSpan w:val=\"{}\"/>", cell.columns).expect("text");
        }
        if cell.rows > 1 {
            properties.push_str(if cell.row == row { "<w:vMerge w:val=\"restart\"/>" } else { "<w:vMerge/>" });
        }
        if cell.row == row {
            content = runs(cell, case);
        }
    }
    write!(body, "<w:tc><w:tcPr>{properties}</w:tcPr><w:p>{content}</w:p></w:tc>").expect("text");
}

fn runs(cell: &Cell, case: &Case) -> String {
    const AUTHOR: &str = "w:id=\"1\" w:author=\"x\" w:date=\"2025-01-02T03:04:05Z\"";
    let mut runs = String::new();
    if let Some((text, _)) = &cell.look.struck {
        runs.push_str(&run(text, "<w:strike/>"));
    }
    if let Some((text, _)) = &cell.look.hidden {
        runs.push_str(&run(text, "<w:vanish/>"));
    }
    match &cell.look.tracked {
        Some(old) if old.is_empty() => {
            let history = format!("<w:rPrChange {AUTHOR}><w:rPr><w:strike/><w:vanish/></w:rPr></w:rPrChange>");
            runs.push_str(&run(&cell.text, &history));
        }
        Some(old) => {
            let gone = escape(old);
            write!(runs, "<w:del {AUTHOR}><w:r><w:delText>{gone}</w:delText></w:r></w:del>").expect("text");
            write!(runs, "<w:ins {AUTHOR}>{}</w:ins>", run(&cell.text, "")).expect("text");
        }
        None if case.markup.splits_runs && cell.text.chars().count() > 1 => {
            let at = cell.text.char_indices().nth(1).map_or(0, |(at, _)| at);
            let (head, tail) = cell.text.split_at(at);
            runs.push_str(&run(head, ""));
            runs.push_str(&run(tail, ""));
        }
        None => match &cell.look.ruby {
            Some(above) => {
                let (above, text) = (run(above, ""), run(&cell.text, ""));
                let ruby = format!("<w:ruby><w:rt>{above}</w:rt><w:rubyBase>{text}</w:rubyBase></w:ruby>");
                write!(runs, "<w:r>{ruby}</w:r>").expect("text");
            }
            None => runs.push_str(&run(&cell.text, "")),
        },
    }
    if let Some(mark) = &cell.look.raised {
        runs.push_str(&run(mark, "<w:vertAlign w:val=\"superscript\"/>"));
    }
    runs
}
