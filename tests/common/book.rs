//! Converts sheets to the bytes of a file: a workbook, or delimited text.

use std::collections::BTreeMap;
use std::io::{Cursor, Read, Write};

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Formula, Workbook, Worksheet};
use zip::{ZipArchive, ZipWriter, write::SimpleFileOptions};

use super::sheet::{Sheet, Value};

/// Returns an xlsx workbook of some sheets.
pub(crate) fn xlsx(sheets: &[Sheet]) -> Vec<u8> {
    let mut book = Workbook::new();
    // The same sheets give the same bytes at any time.
    let day = ExcelDateTime::from_ymd(2000, 1, 1).expect("a day");
    book.set_properties(&DocProperties::new().set_creation_datetime(&day));
    for sheet in sheets {
        write(book.add_worksheet(), sheet);
    }
    let bytes = book.save_to_buffer().expect("a workbook");
    let is_bare = |value: &Value| matches!(value, Value::Formula(_, None));
    if sheets.iter().any(|sheet| sheet.cells.values().any(is_bare)) { without_empty_results(&bytes) } else { bytes }
}

/// Returns the workbook without stored results of formulas with an empty text as result, as programs that do not
/// compute formulas leave them.
fn without_empty_results(bytes: &[u8]) -> Vec<u8> {
    let mut from = ZipArchive::new(Cursor::new(bytes)).expect("a workbook is an archive");
    let mut to = ZipWriter::new(Cursor::new(Vec::new()));
    for index in 0..from.len() {
        let mut part = from.by_index(index).expect("a part");
        let name = part.name().expect("a name").into_owned();
        let mut text = String::new();
        part.read_to_string(&mut text).expect("XML");
        if name.starts_with("xl/worksheets/") {
            text = text.replace(r#" t="str""#, "").replace("<v></v>", "");
        }
        to.start_file(name, SimpleFileOptions::default()).expect("a part");
        to.write_all(text.as_bytes()).expect("a part");
    }
    to.finish().expect("an archive").into_inner()
}

/// Writes one sheet. Merges are written first, because the library fills the merged cells with blanks.
fn write(out: &mut Worksheet, sheet: &Sheet) {
    let plain = Format::new();
    let narrow = |column: u32| u16::try_from(column).expect("few columns");
    out.set_name(&sheet.name).expect("a sheet name").set_hidden(sheet.hidden);
    // The library's default result of a formula is 0.
    out.set_formula_result_default("");
    for range in &sheet.merged {
        let (left, right) = (narrow(range.left), narrow(range.right));
        out.merge_range(range.top, left, range.bottom, right, "", &plain).expect("a range to merge");
    }
    for ((row, column), value) in &sheet.cells {
        let (row, column) = (*row, narrow(*column));
        match value {
            Value::Number(number) => out.write_number(row, column, *number),
            Value::Text(text) => out.write_string(row, column, text),
            Value::Formula(formula, None) => out.write_formula(row, column, Formula::new(formula)),
            Value::Formula(formula, Some(result)) => {
                out.write_formula(row, column, Formula::new(formula).set_result(result.to_string()))
            }
        }
        .expect("a cell");
    }
    for row in &sheet.hidden_rows {
        out.set_row_hidden(*row).expect("a row");
    }
    for column in &sheet.hidden_columns {
        out.set_column_hidden(narrow(*column)).expect("a column");
    }
}

/// Returns the values of one sheet as comma-separated text, as saved by an office program.
pub(crate) fn csv(sheet: &Sheet) -> Vec<u8> {
    let size = |of: fn(&(u32, u32)) -> u32| sheet.cells.keys().map(of).max().map_or(0, |last| last + 1);
    let (rows, columns) = (size(|place| place.0), size(|place| place.1));
    let mut out = csv::Writer::from_writer(Vec::new());
    for row in 0..rows {
        let field = |column| sheet.cells.get(&(row, column)).map_or_else(String::new, shown);
        out.write_record((0..columns).map(field)).expect("a record");
    }
    out.into_inner().expect("a buffer")
}

/// Returns a report as text: title, paragraphs, the rows of its tables with bars between the cells, paragraphs.
/// `around` holds the paragraphs before and after the tables.
pub(crate) fn text(sheet: &Sheet, around: &[Vec<String>; 2]) -> Vec<u8> {
    let mut rows: BTreeMap<u32, Vec<String>> = BTreeMap::new();
    for ((row, _), value) in &sheet.cells {
        rows.entry(*row).or_default().push(shown(value));
    }
    let mut lines: Vec<String> = rows.into_values().map(|cells| cells.join(" | ")).collect();
    // The title and the unit line are first.
    let at = lines.iter().position(|line| line.starts_with("二、")).unwrap_or(lines.len());
    lines.splice(at..at, around[0].iter().cloned());
    lines.extend(around[1].iter().cloned());
    lines.join("\n").into_bytes()
}

/// Returns a value as shown in a CSV.
fn shown(value: &Value) -> String {
    match value {
        Value::Number(number) => number.to_string(),
        Value::Text(text) => text.clone(),
        Value::Formula(_, result) => result.map_or_else(String::new, |result| result.to_string()),
    }
}
