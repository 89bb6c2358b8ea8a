//! Writer of xlsx workbooks.

use rust_xlsxwriter::{Format, FormatAlign, FormatScript, Formula, Note, Workbook, Worksheet, XlsxError};

use super::super::case::{Case, Sheet};
use super::super::grid::Cell;
use super::super::small;
use super::{address, placed, sheets, stored};

/// Returns the workbook's bytes.
pub(crate) fn write(case: &Case) -> Vec<u8> {
    let mut book = Workbook::new();
    for sheet in sheets(case) {
        let page = book.add_worksheet();
        page.set_name(&sheet.name).expect("a sheet's name");
        fill(page, sheet, case).expect("cells that do not overlap");
        page.set_hidden(sheet.is_hidden);
    }
    if let Some(first) = sheets(case).iter().position(|sheet| !sheet.is_hidden) {
        book.worksheet_from_index(first).expect("a sheet").set_active(true).set_first_tab(true);
    }
    book.save_to_buffer().expect("memory")
}

fn fill(page: &mut Worksheet, sheet: &Sheet, case: &Case) -> Result<(), XlsxError> {
    let cells = placed(sheet);
    for cell in &cells {
        let (row, column) = (small::<u32>(cell.row), small::<u16>(cell.column));
        let look = format(cell);
        if cell.rows > 1 || cell.columns > 1 {
            let (bottom, right) = (small(cell.row + cell.rows - 1), small(cell.column + cell.columns - 1));
            page.merge_range(row, column, bottom, right, "", &look)?;
        }
        write_cell(page, cell, &cells, case, &look)?;
        write_beneath(page, cell)?;
        if cell.look.is_row_hidden {
            page.set_row_hidden(row)?;
        }
        if let Some(comment) = &cell.look.comment {
            page.insert_note(row, column, &Note::new(comment))?;
        }
    }
    Ok(())
}

/// Writes the texts left in the positions that a merged cell covers.
fn write_beneath(page: &mut Worksheet, cell: &Cell) -> Result<(), XlsxError> {
    let Some(text) = &cell.look.beneath else { return Ok(()) };
    for (row, column) in cell.places().skip(1) {
        let (row, column) = (small(row), small(column));
        match text.parse::<f64>() {
            Ok(number) => page.write_number(row, column, number)?,
            Err(_) => page.write_string(row, column, text)?,
        };
    }
    Ok(())
}

fn format(cell: &Cell) -> Format {
    let format = Format::new().set_align(FormatAlign::Center).set_text_wrap();
    cell.look.format.map_or(format.clone(), |code| format.set_num_format(code))
}

fn write_cell(page: &mut Worksheet, cell: &Cell, cells: &[Cell], case: &Case, look: &Format) -> Result<(), XlsxError> {
    let (row, column) = (small::<u32>(cell.row), small::<u16>(cell.column));
    let number = stored(cell, case);
    if let (Some((parts, has_result)), Some(number)) = (&cell.look.sum, &number) {
        let terms: Vec<String> = parts.iter().filter_map(|at| address(cells, *at)).collect();
        let formula = Formula::new(format!("={}", terms.join("+")));
        let formula = if *has_result { formula.set_result(number) } else { formula };
        page.write_formula_with_format(row, column, formula, look)?;
        return Ok(());
    }
    if let Some(number) = number {
        page.write_number_with_format(row, column, number.parse::<f64>().expect("a number"), look)?;
        return Ok(());
    }
    let plain = Format::new();
    let struck = Format::new().set_font_strikethrough();
    let raised = Format::new().set_font_script(FormatScript::Superscript);
    let mut runs = Vec::new();
    if let Some((text, _)) = &cell.look.struck {
        runs.push((&struck, text.as_str()));
    }
    runs.push((&plain, cell.text.as_str()));
    if let Some(text) = &cell.look.raised {
        runs.push((&raised, text.as_str()));
    }
    runs.retain(|(_, text)| !text.is_empty());
    if let [(look, text)] = runs[..]
        && text != cell.text
    {
        page.write_string_with_format(row, column, text, look)?;
        return Ok(());
    }
    match (runs.len().max(1), cell.text.is_empty()) {
        (1, true) => page.write_blank(row, column, look)?,
        (1, false) => page.write_string_with_format(row, column, &cell.text, look)?,
        _ => page.write_rich_string_with_format(row, column, &runs, look)?,
    };
    Ok(())
}
