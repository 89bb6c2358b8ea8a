//! `标注/单位.xlsx` for a unit that sent an xlsx: a copy of its own workbook with tinted cells and notes, and a first sheet
//! that lists the findings.
//!
//! The parts of the workbook are edited as text, so that everything not concerned by a finding stays byte for byte. A
//! workbook is not copied if its markup is unusual, or if it could run or load something on the unit's computer
//! (macros, external links, connections, embedded objects).

mod notes;

use std::collections::BTreeMap;
use std::io::Cursor;

use super::workbook_edit::{CellEdit, Package, StyleEdit, XlsxArchive};
use crate::finding::Severity;

/// The mark on a cell of the unit's workbook.
#[derive(Debug, Clone)]
pub(super) struct CellMark {
    /// The highest severity of its findings.
    pub(super) severity: Severity,
    /// The text of its note.
    pub(super) note: String,
}

/// The marks of a copy.
#[derive(Debug, Default)]
pub(super) struct CopyMarks {
    /// By sheet, then by row and column, zero-based.
    pub(super) cells: BTreeMap<String, BTreeMap<(u32, u32), CellMark>>,
    /// The rows of the first sheet: the title, the header, then the findings.
    pub(super) list: Vec<Vec<String>>,
    /// The property that marks the copy.
    pub(super) property: String,
}

/// Parts that prevent a copy.
const REFUSED_PARTS: [&str; 14] = [
    "vbaproject",
    "externallinks/",
    "connections.xml",
    "embeddings/",
    "activex/",
    "ctrlprops/",
    "customui",
    "querytables/",
    "macrosheets/",
    "dialogsheets/",
    "_xmlsignatures/",
    "webextensions/",
    "model/",
    "attachedtoolbars",
];

/// Returns the annotated copy; `None` if the workbook is not plain enough to be copied.
pub(super) fn marked_copy(original: &[u8], marks: &CopyMarks) -> Option<Vec<u8>> {
    let mut archive: XlsxArchive<'_> = zip::ZipArchive::new(Cursor::new(original)).ok()?;
    let is_refused = |name: &str| {
        let name = name.to_lowercase();
        REFUSED_PARTS.iter().any(|part| name.contains(part))
    };
    if archive.file_names().any(|name| name.map_or(true, |name| is_refused(&name))) {
        return None;
    }
    let mut package = Package::read(&mut archive)?;
    // A copy of a copy would list problems of an earlier submission.
    if package.has_external_targets() || package.is_own() {
        return None;
    }
    let style_part = package.styles.clone();
    let style_text = package.part(&style_part)?.to_owned();
    let mut styles = StyleEdit::parse(&style_text)?;
    for (number, (sheet, cells)) in (1..).zip(&marks.cells) {
        let part = package.sheets.get(sheet)?.clone();
        let markup = package.part(&part)?.to_owned();
        let mut edit = CellEdit::new(&markup)?;
        for (place, mark) in cells {
            edit.tint(*place, |style| styles.tinted(style, mark.severity))?;
        }
        if edit.takes_notes() {
            let id = package.add_notes(&part, number, &notes::comments(cells), &notes::drawing(cells))?;
            edit.add_notes(&id);
        }
        package.set(&part, edit.finish()?);
    }
    let list = notes::list_sheet(&marks.list, styles.wrapped(), styles.heading());
    package.set(&style_part, styles.finish()?);
    package.add_first_sheet("问题", list)?;
    package.add_property(&marks.property)?;
    package.finish(original)
}
