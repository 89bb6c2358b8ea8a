//! A clean report of an invented unit, laid out like the printed official form. Labels of rows and columns are from the
//! form's data; only texts that are not in that data are here.

use huizong::form::{Block, Form, Forms, ItemKind, Layout, Row, Table};

use super::sheet::{Range, Sheet, Value};

/// Columns A to C have labels; the figures start in column D.
const LABELS: u32 = 3;
/// The text in the corner of table 3.
const CORNER: &str = "（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）";
/// Numbers of the report's sections that are tables.
const SECTIONS: [&str; 3] = ["二、", "三、", "四、"];

/// Figures other than zero: small, and in agreement with every sum of the forms.
const FIGURES: [(&str, &[f64]); 17] = [
    ("t2.normative_documents", &[2.0, 1.0, 9.0]),
    ("t2.licences", &[12.0, -2.0, 30.0]),
    ("t2.other_services", &[4.0, 0.0, 6.0]),
    ("t2.penalties", &[3.0, -1.0, 5.0]),
    ("t2.coercive_measures", &[1.0, 0.0, 2.0]),
    ("t2.administrative_fees", &[3.0, 1.0]),
    ("t2.procurement", &[2.0]),
    ("t3.received", &[4.0, 2.0, 0.0, 0.0, 0.0, 1.0, 7.0]),
    ("t3.carried_in", &[1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0]),
    ("t3.granted", &[2.0, 1.0, 0.0, 0.0, 0.0, 1.0, 4.0]),
    ("t3.partly_granted", &[1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0]),
    ("t3.unavailable.not_held", &[1.0, 1.0, 0.0, 0.0, 0.0, 0.0, 2.0]),
    ("t3.concluded_total", &[4.0, 2.0, 0.0, 0.0, 0.0, 1.0, 7.0]),
    ("t3.carried_out", &[1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0]),
    ("t4.review", &[1.0, 0.0, 0.0, 1.0, 2.0]),
    ("t4.litigation_direct", &[0.0, 0.0, 1.0, 0.0, 1.0]),
    ("t4.litigation_after_review", &[1.0, 0.0, 0.0, 0.0, 1.0]),
];

/// Returns the form in force for a year.
pub(crate) fn form_for(year: u16) -> Form {
    let mut forms = Forms::official().expect("data files are well formed");
    let at = forms.for_year(year);
    forms.all.swap_remove(at)
}

/// Returns the form with an id.
pub(crate) fn form_of(id: &str) -> Form {
    let forms = Forms::official().expect("data files are well formed");
    forms.all.into_iter().find(|form| form.id == id).unwrap_or_else(|| panic!("no form {id}"))
}

/// Returns the clean report of a unit and year: title, unit line, and the form's tables below one another.
pub(crate) fn compose(form: &Form, unit: &str, year: u16) -> Sheet {
    let mut sheet = Sheet { name: "年报".to_owned(), ..Sheet::default() };
    sheet.label(cells(0, 0, 1, 10), &format!("{unit}{year}年政府信息公开工作年度报告"));
    sheet.label(cells(1, 0, 1, 1), &format!("填报单位：{unit}　　报告年度：{year}年"));
    let mut row = 2;
    for (table, section) in form.tables.iter().zip(SECTIONS) {
        let top = row;
        sheet.label(cells(row, 0, 1, 1), &format!("{section}{}", table.title));
        row += 1;
        for block in &table.blocks {
            row = match (block.layout, block.heading.is_empty()) {
                (Layout::Across, _) => across(&mut sheet, row, table, block),
                (Layout::Matrix, true) => applicants(&mut sheet, row, table, block),
                (Layout::Matrix, false) => article(&mut sheet, row, table, block),
            };
        }
        sheet.tables.insert(table.id.clone(), Range { top, left: 0, bottom: row - 1, right: 25 });
        row += 1;
    }
    sheet
}

/// Returns a range by its first cell and size.
fn cells(top: u32, left: u32, rows: u32, columns: u32) -> Range {
    Range { top, left, bottom: top + rows - 1, right: left + columns - 1 }
}

/// Returns the figure in a row's column. Amounts of money have decimals if the form prints their unit, else they are
/// zero.
fn figure(table: &Table, block: &Block, row: &Row, column: usize) -> Value {
    if block.columns[column].kind == ItemKind::Money {
        return Value::Number(if block.columns[column].label.contains('元') { 1.25 } else { 0.0 });
    }
    let id = format!("{}.{}", table.id, row.id);
    let line = FIGURES.iter().find(|(name, _)| *name == id).map(|(_, figures)| *figures);
    Value::Number(line.and_then(|figures| figures.get(column)).copied().unwrap_or(0.0))
}

/// Lays out a block of table 2: the line of the article, headers, rows. A single column spans the width of three.
fn article(sheet: &mut Sheet, mut row: u32, table: &Table, block: &Block) -> u32 {
    let span = if block.columns.len() == 1 { 3 } else { 1 };
    sheet.label(cells(row, 0, 1, LABELS + 3), &block.heading);
    row += 1;
    sheet.label(cells(row, 0, 1, LABELS), "信息内容");
    for (left, column) in (LABELS..).zip(&block.columns) {
        sheet.label(cells(row, left, 1, span), &column.label);
    }
    for line in &block.rows {
        row += 1;
        sheet.label(cells(row, 0, 1, LABELS), &format!("{}{}", line.number, line.label));
        for (left, column) in (LABELS..).zip(0..block.columns.len()) {
            sheet.set(row, left, figure(table, block, line, column));
            sheet.join(cells(row, left, 1, span));
        }
    }
    row + 1
}

/// Lays out table 3: three header rows, then rows with labels in the first, second or third label column.
fn applicants(sheet: &mut Sheet, top: u32, table: &Table, block: &Block) -> u32 {
    let count = u32::try_from(block.columns.len()).expect("a few");
    sheet.label(cells(top, 0, 3, LABELS), CORNER);
    sheet.label(cells(top, LABELS, 1, count), "申请人情况");
    sheet.label(cells(top + 1, LABELS + 1, 1, count - 2), "法人或其他组织");
    for (left, column) in (LABELS..).zip(&block.columns) {
        let alone = left == LABELS || left == LABELS + count - 1;
        let place = if alone { cells(top + 1, left, 2, 1) } else { cells(top + 2, left, 1, 1) };
        sheet.label(place, &column.label);
    }
    let rows: Vec<&Row> = block.rows.iter().filter(|row| !block.is_combined_row(&row.id)).collect();
    let at = |index: usize| top + 3 + u32::try_from(index).expect("a few");
    for group in &block.groups {
        let belongs = |row: &&Row| match group.id.as_str() {
            "outcomes" => depth(row) > 0,
            id => row.group.as_deref() == Some(id),
        };
        let first = rows.iter().position(belongs).expect("a row of the group");
        let many = u32::try_from(rows.iter().filter(|row| belongs(row)).count()).expect("a few");
        let column = u32::from(group.id != "outcomes");
        sheet.label(cells(at(first), column, many, 1), &format!("{}{}", group.number, group.label));
    }
    for (index, line) in rows.iter().enumerate() {
        let (row, left) = (at(index), depth(line));
        sheet.label(cells(row, left, 1, LABELS - left), &format!("{}{}", line.number, line.label));
        for (left, column) in (LABELS..).zip(0..block.columns.len()) {
            sheet.set(row, left, figure(table, block, line, column));
        }
    }
    at(rows.len())
}

/// Returns the label column, zero-based, in which a row of table 3 starts: 一、 the first, （一） the second, 1. the third.
fn depth(row: &Row) -> u32 {
    match (&row.group, row.number.ends_with('、')) {
        (Some(_), _) => 2,
        (None, false) => 1,
        (None, true) => 0,
    }
}

/// Lays out table 4: one row of figures below three header rows, with a common header for all lawsuits.
fn across(sheet: &mut Sheet, top: u32, table: &Table, block: &Block) -> u32 {
    let width = u32::try_from(block.columns.len()).expect("a few");
    let suits = u32::try_from(block.rows.len() - 1).expect("a few");
    sheet.label(cells(top, width, 1, width * suits), "行政诉讼");
    for (index, line) in (0..).zip(&block.rows) {
        let (left, deep) = (index * width, u32::from(index > 0));
        sheet.label(cells(top + deep, left, 1, width), &line.label);
        for (left, (at, column)) in (left..).zip(block.columns.iter().enumerate()) {
            sheet.label(cells(top + 1 + deep, left, 2 - deep, 1), &column.label);
            sheet.set(top + 3, left, figure(table, block, line, at));
        }
    }
    top + 4
}
