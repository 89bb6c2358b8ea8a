//! `标注/单位.xlsx` for a unit that sent an xlsx: a copy of its own workbook with tinted cells and notes, and a first sheet
//! that lists the findings.
//!
//! The parts of the workbook are edited as text, so that everything not concerned by a finding stays byte for byte. A
//! workbook is not copied if its markup is unusual, or if it could run or load something on the unit's computer
//! (macros, external links, connections, embedded objects).

mod notes;
mod package;
mod sheet_edit;
mod style_edit;

use std::collections::BTreeMap;
use std::io::{Cursor, Read};

use crate::finding::Severity;
use crate::source::repack;
use package::Package;
use sheet_edit::CellEdit;
use style_edit::StyleEdit;

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
    let mut archive = zip::ZipArchive::new(Cursor::new(original)).ok()?;
    let names: Vec<String> = (0..archive.len())
        .map(|at| Some(archive.by_index_raw(at).ok()?.name().ok()?.into_owned()))
        .collect::<Option<_>>()?;
    let is_refused = |name: &String| {
        let name = name.to_lowercase();
        REFUSED_PARTS.iter().any(|part| name.contains(part))
    };
    if names.iter().any(is_refused) {
        return None;
    }
    let mut package = Package::read(&mut |name| text(&mut archive, name), &names)?;
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
    let changed = package.changed.into_iter().map(|(name, text)| (name, text.into_bytes())).collect();
    repack(original, changed).ok()
}

/// Returns the text of a part.
fn text(archive: &mut zip::ZipArchive<Cursor<&[u8]>>, name: &str) -> Option<String> {
    let mut part = archive.by_name(name).ok()?;
    let mut text = String::new();
    part.read_to_string(&mut text).ok()?;
    Some(text)
}
