//! Edits of an xlsx that preserve everything else byte for byte.
//!
//! The parts are edited as text. A workbook is not edited if its markup differs from what office programs write.

mod package;
mod sheet_edit;
mod style_edit;

use std::io::Cursor;

pub(super) use package::{Package, XlsxArchive};
pub(super) use sheet_edit::CellEdit;
pub(super) use style_edit::StyleEdit;

/// Returns a workbook with the text of one cell replaced; row and column are zero-based. `None` if the workbook cannot be
/// edited, or the cell has a formula.
#[must_use]
pub fn with_cell_text(original: &[u8], sheet: &str, place: (u32, u32), text: &str) -> Option<Vec<u8>> {
    let mut archive = zip::ZipArchive::new(Cursor::new(original)).ok()?;
    let mut package = Package::read(&mut archive)?;
    let part = package.sheets.get(sheet)?.clone();
    let mut edit = CellEdit::new(package.part(&part)?)?;
    edit.set_text(place, text)?;
    let markup = edit.finish()?;
    package.set(&part, markup);
    package.finish(original)
}
