//! Bytes of a file from sheets: a workbook, or delimited text.

use rust_xlsxwriter::{Format, Formula, Workbook, Worksheet};

use super::sheet::{Sheet, Value};

/// An xlsx workbook.
pub(crate) fn xlsx(sheets: &[Sheet]) -> Vec<u8> {
    let mut book = Workbook::new();
    for sheet in sheets {
        write(book.add_worksheet(), sheet);
    }
    book.save_to_buffer().expect("a workbook")
}

/// Writes one sheet. Merges come first: the library fills them with blanks.
fn write(out: &mut Worksheet, sheet: &Sheet) {
    let plain = Format::new();
    let narrow = |column: u32| u16::try_from(column).expect("few columns");
    out.set_name(&sheet.name).expect("a sheet name").set_hidden(sheet.hidden);
    for range in &sheet.merged {
        let (left, right) = (narrow(range.left), narrow(range.right));
        out.merge_range(range.top, left, range.bottom, right, "", &plain).expect("a range to merge");
    }
    for ((row, column), value) in &sheet.cells {
        let (row, column) = (*row, narrow(*column));
        match value {
            Value::Number(number) => out.write_number(row, column, *number),
            Value::Text(text) => out.write_string(row, column, text),
            // An empty result makes an empty value element, which is how programs that do not compute leave it.
            Value::Formula(formula, result) => {
                let result = result.map_or_else(String::new, |result| result.to_string());
                out.write_formula(row, column, Formula::new(formula).set_result(result))
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

/// Comma-separated text of one sheet, as saving it as CSV gives: values alone.
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

/// A value as a CSV shows it.
fn shown(value: &Value) -> String {
    match value {
        Value::Number(number) => number.to_string(),
        Value::Text(text) => text.clone(),
        Value::Formula(_, result) => result.map_or_else(String::new, |result| result.to_string()),
    }
}
