//! Writers of a case's file in every format.

mod docx;
mod html;
mod ods;
mod sheetml;
mod text;
mod xlsx;

use std::io::{Cursor, Write as _};

use rust_decimal::Decimal;
use zip::write::SimpleFileOptions;

use super::case::{Case, Format, Part, Sheet};
use super::grid::{Cell, Role};

pub(crate) use docx::plain as plain_docx;

/// Returns the bytes of the case's file.
pub(crate) fn bytes(case: &Case) -> Vec<u8> {
    match case.format {
        Format::Xlsx => xlsx::write(case),
        Format::Ods => ods::write(case),
        Format::Fods => ods::write_flat(case),
        Format::SheetMl => sheetml::write(case),
        Format::Html | Format::HtmlXls => html::write(case).into_bytes(),
        Format::HtmlGbk => encoding_rs::GB18030.encode(&html::write(case).replace("utf-8", "gb2312")).0.into_owned(),
        Format::Mht => html::write_archive(case).into_bytes(),
        Format::Docx => docx::write(case),
        Format::Csv | Format::CsvGbk | Format::Tsv => text::delimited(case),
        Format::Bars | Format::Tabs | Format::Aligned | Format::Lines | Format::Markdown => text::flowing(case),
    }
}

/// Returns every file of a case: path within the folder of submissions, and bytes.
pub(crate) fn files(case: &Case) -> Vec<(String, Vec<u8>)> {
    let bytes = bytes(case);
    let mut files = match &case.name.archive {
        Some((archive, is_gbk)) => vec![(archive.clone(), packed(&case.path(), &bytes, *is_gbk))],
        None => vec![(case.path(), bytes)],
    };
    files.extend(case.neighbours.iter().cloned());
    files
}

/// Packs one file into an archive, with its name in UTF-8 or GBK.
fn packed(name: &str, bytes: &[u8], is_gbk: bool) -> Vec<u8> {
    if !is_gbk {
        return pack(&[(name, bytes)]);
    }
    let raw = encoding_rs::GBK.encode(name).0.into_owned();
    // The writer only supports UTF-8: a name of the same length is written and then replaced.
    let holder = "n".repeat(raw.len());
    let mut archive = pack(&[(&holder, bytes)]);
    let starts: Vec<usize> =
        (0..archive.len() - raw.len()).filter(|at| archive[*at..].starts_with(holder.as_bytes())).collect();
    for start in starts {
        archive[start..start + raw.len()].copy_from_slice(&raw);
    }
    archive
}

/// Packs files into a zip archive.
pub(crate) fn pack(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        // The first entry of an open document is not compressed, so that its type can be read from the first bytes.
        let is_kind = *name == "mimetype";
        let method = if is_kind { zip::CompressionMethod::Stored } else { zip::CompressionMethod::Deflated };
        let options = SimpleFileOptions::default().compression_method(method);
        archive.start_file(*name, options).expect("a new entry");
        archive.write_all(bytes).expect("memory");
    }
    archive.finish().expect("memory").into_inner()
}

/// Escapes a text for XML.
pub(crate) fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// Returns the number that a workbook stores for a cell, if any.
fn stored(cell: &Cell, case: &Case) -> Option<String> {
    let plain = || (cell.is_figure() && !cell.look.is_text).then(|| cell.text.clone());
    let number = cell.look.stored.clone().or_else(plain)?;
    (!case.book.is_text && number.parse::<Decimal>().is_ok()).then_some(number)
}

/// Returns a sheet's cells at their positions in the workbook. Each line is a cell, and a blank row follows each table.
fn placed(sheet: &Sheet) -> Vec<Cell> {
    let (top, left) = sheet.offset;
    let mut cells = Vec::new();
    let (mut row, mut column) = (top, left);
    let mut right = left;
    let (mut first_table, mut below) = (None, top);
    for part in &sheet.parts {
        match part {
            Part::Text(_, text) => {
                cells.push(Cell::new(row, column, Role::Other, text));
                row += 1;
                below = row;
            }
            Part::Table(grid) => {
                if sheet.is_beside {
                    let start = *first_table.get_or_insert(row);
                    row = start;
                    column = right;
                }
                for cell in &grid.cells {
                    cells.push(Cell { row: row + cell.row, column: column + cell.column, ..cell.clone() });
                }
                right = right.max(column + grid.columns + 1);
                // Text after tables that are side by side is placed below all of them.
                row = below.max(row + grid.rows + 1);
                below = row;
                column = left;
            }
        }
    }
    cells.retain(|cell| cell.rows > 0 && cell.columns > 0);
    cells.sort_by_key(|cell| (cell.row, cell.column));
    cells
}

/// Returns the sheets of a workbook in order.
fn sheets<'a>(case: &'a Case) -> Vec<&'a Sheet> {
    let mut sheets: Vec<&Sheet> = case.sheets.iter().collect();
    if case.last_sheet_first {
        sheets.rotate_right(1);
    }
    sheets
}

/// Returns the address of a figure among placed cells, in A1 notation.
fn address(cells: &[Cell], indicator: usize) -> Option<String> {
    let cell = cells.iter().find(|cell| cell.role == Role::Figure(indicator))?;
    let letters = huizong::place::column_letters(super::small(cell.column));
    Some(format!("{letters}{}", cell.row + 1))
}
