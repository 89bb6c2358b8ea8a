//! `OpenDocument` spreadsheets as a single XML file (fods).
//!
//! The file is the content of an ods with the other parts inlined. It is therefore read by the ods readers, from an
//! archive with this content only.

use std::io::{Cursor, Write};

use quick_xml::events::Event;

use super::charset::decode_markup;
use super::{Format, Grid, Unreadable, spreadsheet};
use crate::source::{Limit, Limits};

/// Content of the part that states the format of the archive.
const MIMETYPE: &str = "application/vnd.oasis.opendocument.spreadsheet";
/// A manifest that lists no part as encrypted.
const MANIFEST: &str =
    r#"<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"></manifest:manifest>"#;

/// Reads every sheet.
pub(super) fn read(bytes: &[u8], limits: &Limits) -> Result<Vec<Grid>, Unreadable> {
    let damaged = |why: &str| Unreadable::Damaged(Format::Fods, why.to_owned());
    let text = decode_markup(bytes).ok_or_else(|| damaged("no known encoding"))?;
    let within = limits.allow(Limit::Document, text.len() as u64);
    within.map_err(|limit| Unreadable::beyond(limit, limits))?;
    let archive = archive(&content(&text, limits)?).map_err(|error| damaged(&error.to_string()))?;
    spreadsheet::read(Format::Fods, &archive, limits)
}

/// Converts the XML to the content of an ods. Removes the white space that indents a single file, and charts and other
/// objects, which have tables too and are separate parts in an ods.
fn content(xml: &str, limits: &Limits) -> Result<String, Unreadable> {
    let damaged = |why: String| Unreadable::Damaged(Format::Fods, why);
    let xml = xml.trim_start_matches('\u{feff}');
    let mut reader = quick_xml::Reader::from_str(xml);
    let mut content = String::with_capacity(xml.len());
    // Nesting depth of all elements, within paragraphs, and within objects.
    let (mut depth, mut paragraphs, mut objects) = (0_u64, 0_u64, 0_u64);
    let mut start = 0;
    loop {
        let event = reader.read_event().map_err(|error| damaged(error.to_string()))?;
        let end = usize::try_from(reader.buffer_position()).unwrap_or(xml.len());
        let written = xml.get(start..end).unwrap_or_default();
        start = end;
        let is_unseen = objects > 0;
        match &event {
            Event::Eof if depth == 0 => return Ok(content),
            Event::Eof => return Err(damaged("it breaks off".to_owned())),
            Event::Start(element) => {
                depth += 1;
                limits.allow(Limit::Depth, depth).map_err(|limit| Unreadable::beyond(limit, limits))?;
                let is_object = matches!(element.local_name().as_ref(), "object" | "binary-data");
                objects += u64::from(is_unseen || is_object);
                paragraphs += u64::from(paragraphs > 0 || is_paragraph(element.local_name().as_ref()));
            }
            Event::End(_) => {
                depth = depth.saturating_sub(1);
                objects = objects.saturating_sub(1);
                paragraphs = paragraphs.saturating_sub(1);
            }
            // A declaration may name an encoding other than that of the decoded text.
            Event::Decl(_) | Event::DocType(_) | Event::Comment(_) => continue,
            Event::Text(_) if paragraphs == 0 && written.trim().is_empty() => continue,
            _ => {}
        }
        if !is_unseen && objects == 0 {
            content.push_str(written);
        }
    }
}

fn is_paragraph(name: &str) -> bool {
    matches!(name, "p" | "h")
}

fn archive(content: &str) -> zip::result::ZipResult<Vec<u8>> {
    let stored = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::with_capacity(content.len() + 1024)));
    for (name, part) in [("mimetype", MIMETYPE), ("META-INF/manifest.xml", MANIFEST), ("content.xml", content)] {
        archive.start_file(name, stored)?;
        archive.write_all(part.as_bytes())?;
    }
    archive.finish().map(Cursor::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(sheet: &str) -> String {
        format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<office:document xmlns:office=\"o\" xmlns:table=\"t\" \
             xmlns:text=\"x\" office:mimetype=\"application/vnd.oasis.opendocument.spreadsheet\">\n <office:body>\n  \
             <office:spreadsheet>\n   {sheet}\n  </office:spreadsheet>\n </office:body>\n</office:document>\n"
        )
    }

    const SHEET: &str = "<table:table table:name=\"年报\">\n    <table:table-row>\n     <table:table-cell \
        office:value-type=\"string\" table:number-columns-spanned=\"2\">\n      <text:p>行政 许可</text:p>\n     \
        </table:table-cell>\n     <table:covered-table-cell/>\n     <table:table-cell office:value-type=\"float\" \
        office:value=\"12\">\n      <text:p>12</text:p>\n     </table:table-cell>\n    </table:table-row>\n   </table:table>";

    #[test]
    fn an_indented_file_has_the_cells_of_its_sheets() {
        let chart = "<table:shapes><draw:frame xmlns:draw=\"d\"><draw:object><office:document><table:table \
            table:name=\"local-table\"><table:table-row/></table:table></office:document></draw:object></draw:frame></table:shapes>";
        let with_chart = SHEET.replacen("<table:table-row>", &format!("{chart}<table:table-row>"), 1);
        for sheet in [SHEET, &with_chart] {
            let grids = read(file(sheet).as_bytes(), &Limits::default()).expect("a workbook");
            assert_eq!(grids.len(), 1);
            assert_eq!(&*grids[0].name, "年报");
            let cells: Vec<(u32, &str)> =
                grids[0].cells().iter().map(|cell| (cell.column, cell.text.as_str())).collect();
            assert_eq!(cells, [(0, "行政 许可"), (2, "12")]);
            assert_eq!(grids[0].merged.len(), 1);
        }
    }

    #[test]
    fn a_file_that_breaks_off_or_goes_too_deep_is_not_read() {
        let whole = file(SHEET);
        assert!(matches!(
            read(&whole.as_bytes()[..400], &Limits::default()),
            Err(Unreadable::Damaged(Format::Fods, _))
        ));
        let read = |depth| read(whole.as_bytes(), &Limits { depth, ..Limits::default() }).map(|grids| grids.len());
        assert_eq!(read(7), Ok(1));
        assert_eq!(read(8), Ok(1));
        assert_eq!(read(6), Err(Unreadable::Exceeded { limit: Limit::Depth, most: 6 }));
    }
}
