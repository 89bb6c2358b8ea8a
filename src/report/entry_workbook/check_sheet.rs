//! The sheet with formulas that check every sum of the form while figures are typed.

use rust_decimal::Decimal;
use rust_xlsxwriter::{ConditionalFormatFormula, Format, Formula, Worksheet};

use super::protection;
use super::sheet_plan::{
    CHECK_ABOVE, CHECK_SHEET, NOT_BEGUN, STATE_COLUMN, SheetPlan, UNFINISHED, address, side_in_words, term_in_words,
};
use crate::form::Equation;
use crate::report::layout::Area;
use crate::report::{Failure, sheet};

const COLUMNS: [(&str, f64); 8] = [
    ("序号", 6.0),
    ("表", 7.0),
    ("应当相等的两边", 44.0),
    ("左边", 9.0),
    ("右边", 9.0),
    ("差", 9.0),
    ("结果", 10.0),
    ("说明", 64.0),
];

/// Writes the sheet.
pub(super) fn write(plan: &SheetPlan<'_>, sheet: &mut Worksheet) -> Result<(), Failure> {
    sheet.set_name(CHECK_SHEET)?;
    let line = |row: usize| Area { top: row, left: 0, bottom: row, right: COLUMNS.len() - 1 };
    sheet::put(sheet, line(0), "勾稽关系校验", &sheet::title().set_font_size(14))?;
    sheet::put(sheet, line(1), "", &sheet::remark())?;
    sheet.set_row_height(0, 28)?.set_row_height(1, 22)?;
    summary(plan, sheet)?;
    for (at, (name, width)) in COLUMNS.into_iter().enumerate() {
        let column = sheet::column(at)?;
        sheet.set_column_width(column, width)?;
        sheet.write_string_with_format(sheet::row(CHECK_ABOVE - 1)?, column, name, &sheet::heading())?;
    }
    for (number, equation) in plan.equations.iter().copied().enumerate() {
        row(plan, sheet, number, equation)?;
    }
    colours(plan, sheet)?;
    sheet.set_freeze_panes(sheet::row(CHECK_ABOVE)?, 0)?;
    sheet.set_repeat_rows(sheet::row(CHECK_ABOVE - 1)?, sheet::row(CHECK_ABOVE - 1)?)?;
    sheet::page_for_others(sheet, true);
    sheet.protect_with_options(&protection());
    Ok(())
}

/// Returns the range of the results, with the sheet's name.
pub(super) fn results(plan: &SheetPlan<'_>) -> String {
    let last = CHECK_ABOVE + plan.equations.len() - 1;
    let [from, to] = [CHECK_ABOVE, last].map(|row| address(row, STATE_COLUMN));
    format!("'{CHECK_SHEET}'!{from}:{to}")
}

/// Returns the formula for the number of sums that hold.
pub(super) fn summary_formula(plan: &SheetPlan<'_>) -> Formula {
    let (results, count) = (results(plan), plan.equations.len());
    let of = |state: &str| format!("COUNTIF({results},\"{state}\")");
    let formula = format!(
        "\"共{count}项勾稽关系：平\"&{}&\"项，不平\"&{}&\"项，还没有填完或不能判断\"&({count}-{}-{})&\"项。\"",
        of("平"),
        of("不平"),
        of("平"),
        of("不平")
    );
    let result = format!("共{count}项勾稽关系：平0项，不平0项，还没有填完或不能判断{count}项。");
    Formula::new(formula).set_result(result)
}

fn summary(plan: &SheetPlan<'_>, sheet: &mut Worksheet) -> Result<(), Failure> {
    sheet.write_formula_with_format(1, 0, summary_formula(plan), &sheet::remark())?;
    Ok(())
}

/// Writes the row of a sum.
fn row(plan: &SheetPlan<'_>, sheet: &mut Worksheet, number: usize, at: usize) -> Result<(), Failure> {
    let equation = &plan.form.equations[at];
    let row = CHECK_ABOVE + number;
    let (left, right) = (plan.terms(&equation.left), plan.terms(&equation.right));
    let known = |terms: &[usize]| {
        let known = terms.iter().filter_map(|term| plan.entry.given.get(term));
        known.sum::<Decimal>()
    };
    let number = u32::try_from(number + 1)?;
    sheet.write_number_with_format(sheet::row(row)?, 0, number, &sheet::figure())?;
    sheet.write_string_with_format(sheet::row(row)?, 1, &plan.table_of(at).name, &sheet::figure())?;
    sheet.write_string_with_format(sheet::row(row)?, 2, in_words(plan, equation), &sheet::label())?;
    let mut formula = |column: usize, text: String, result: String, format: &Format| -> Result<(), Failure> {
        let (row, column) = (sheet::row(row)?, sheet::column(column)?);
        sheet.write_formula_with_format(row, column, Formula::new(text).set_result(result), format)?;
        Ok(())
    };
    let (sum_left, sum_right) = (known(&left), known(&right));
    formula(3, format!("SUM({})", plan.ranges(&left, true)), sum_left.to_string(), &sheet::figure())?;
    formula(4, format!("SUM({})", plan.ranges(&right, true)), sum_right.to_string(), &sheet::figure())?;
    let [left_sum, right_sum, state_cell] = [3, 4, STATE_COLUMN].map(|column| address(row, column));
    formula(5, format!("{left_sum}-{right_sum}"), (sum_left - sum_right).to_string(), &sheet::figure())?;
    let state = plan.first_state(at);
    formula(
        STATE_COLUMN,
        state_formula(plan, (&left, &right), (&left_sum, &right_sum)),
        state.to_owned(),
        &sheet::figure(),
    )?;
    let place = place_in_words(plan, equation);
    let (live_left, live_right) = (live(plan, equation, &left, &left_sum), live(plan, equation, &right, &right_sum));
    let said = format!("\"{place}：\"&{live_left}&\" 应等于 \"&{live_right}&\"，\"&{state_cell}");
    let (first_left, first_right) =
        (at_first(plan, equation, &left, sum_left), at_first(plan, equation, &right, sum_right));
    formula(7, said, format!("{place}：{first_left} 应等于 {first_right}，{state}"), &sheet::label())?;
    sheet.set_row_height(sheet::row(row)?, 34)?;
    Ok(())
}

/// Returns the formula for the state of a sum. A blank can be any number of zero or more, so a sum is broken only if no
/// number in the blanks can satisfy it.
fn state_formula(plan: &SheetPlan<'_>, (left, right): (&[usize], &[usize]), (d, e): (&str, &str)) -> String {
    let [left_cells, right_cells] = [left, right].map(|terms| plan.ranges(terms, true));
    let all = format!("{left_cells},{right_cells}");
    let (count_left, count_right) = (left.len(), right.len());
    let open = |cells: &str, count: usize| format!("IF(COUNT({cells})<{count},\"{UNFINISHED}\",\"不平\")");
    format!(
        "IF(COUNTA({all})>COUNT({all}),\"有的格不是数字\",IF(COUNT({all})=0,\"{NOT_BEGUN}\",IF(ROUND({d}-{e},6)=0,\
         IF(COUNT({all})={},\"平\",\"{UNFINISHED}\"),IF({d}<{e},{},{}))))",
        count_left + count_right,
        open(&left_cells, count_left),
        open(&right_cells, count_right)
    )
}

/// Returns the formula that shows a side of a sum: one or two figures with their names, else only their number and sum.
fn live(plan: &SheetPlan<'_>, equation: &Equation, terms: &[usize], sum: &str) -> String {
    if terms.len() > 2 {
        return format!("\"{}项之和\"&{sum}", terms.len());
    }
    let term = |term: &usize| {
        let name = term_in_words(plan.form, *term, equation);
        format!("\"{name}\"&{}", plan.ranges(&[*term], true))
    };
    terms.iter().map(term).collect::<Vec<_>>().join("&\"＋\"&")
}

/// Returns the initial result of that formula.
fn at_first(plan: &SheetPlan<'_>, equation: &Equation, terms: &[usize], sum: Decimal) -> String {
    if terms.len() > 2 {
        return format!("{}项之和{sum}", terms.len());
    }
    let term = |term: &usize| {
        let given = plan.entry.given.get(term).map(ToString::to_string).unwrap_or_default();
        format!("{}{given}", term_in_words(plan.form, *term, equation))
    };
    terms.iter().map(term).collect::<Vec<_>>().join("＋")
}

/// Returns the two sides of a sum in words.
fn in_words(plan: &SheetPlan<'_>, equation: &Equation) -> String {
    let (left, right) = (plan.terms(&equation.left), plan.terms(&equation.right));
    format!(
        "{}：{} ＝ {}",
        place_in_words(plan, equation),
        side_in_words(plan.form, &left, equation),
        side_in_words(plan.form, &right, equation)
    )
}

/// Returns the row or column of a sum in words.
fn place_in_words(plan: &SheetPlan<'_>, equation: &Equation) -> String {
    let form = plan.form;
    let terms: Vec<usize> = plan.terms(&equation.left).into_iter().chain(plan.terms(&equation.right)).collect();
    let Some(first) = terms.first() else { return String::new() };
    let item = &form.indicators[*first];
    let block = &form.tables[item.table].blocks[item.block];
    let is_row = terms.iter().all(|term| form.indicators[*term].row == item.row);
    if is_row {
        let row = &block.rows[item.row];
        return row.brief_label();
    }
    format!("{}列", block.columns[item.column].label)
}

/// Adds the colours of the results.
fn colours(plan: &SheetPlan<'_>, sheet: &mut Worksheet) -> Result<(), Failure> {
    let (first, last) = (sheet::row(CHECK_ABOVE)?, sheet::row(CHECK_ABOVE + plan.equations.len() - 1)?);
    let column = sheet::column(STATE_COLUMN)?;
    let cell = address(CHECK_ABOVE, STATE_COLUMN);
    for (state, tint) in [("不平", sheet::RED), ("平", sheet::GREEN), ("有的格不是数字", sheet::YELLOW)] {
        let format = Format::new().set_background_color(tint);
        let rule = ConditionalFormatFormula::new().set_rule(format!("{cell}=\"{state}\"").as_str()).set_format(format);
        sheet.add_conditional_format(first, column, last, column, &rule)?;
    }
    Ok(())
}
