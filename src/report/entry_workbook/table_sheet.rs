//! A sheet with one table: input cells, sums beside and below the table, and colours for broken sums.

use rust_decimal::Decimal;
use rust_xlsxwriter::{
    ConditionalFormatFormula, DataValidation, DataValidationErrorStyle, DataValidationRule, Format, FormatAlign,
    Formula, Worksheet,
};

use super::protection;
use super::sheet_plan::{ABOVE, SheetPlan, ShownPart, SumLine, TablePlan, address};
use crate::form::ItemKind;
use crate::report::layout::Area;
use crate::report::{Failure, sheet};
use crate::rules;

/// Colour of blank input cells.
const TO_FILL: u32 = 0x00FF_FBE6;
/// Colour of computed cells.
const COMPUTED: u32 = 0x00F2_F2F2;
/// Amount in 10,000 yuan from which a note asks about yuan, if the kind of the unit is unknown.
const LARGE_AMOUNT: i64 = 10_000;

/// Writes the sheet of a table.
pub(super) fn write(plan: &SheetPlan<'_>, table: &TablePlan, sheet: &mut Worksheet) -> Result<(), Failure> {
    let spec = &plan.form.tables[table.table];
    sheet.set_name(&table.name)?;
    let line = |row: usize| Area { top: row, left: 0, bottom: row, right: table.printed.columns - 1 };
    let title = format!("{}　{}", spec.name, spec.title);
    sheet::put(sheet, line(0), &title, &sheet::title().set_font_size(14))?;
    sheet.set_row_height(0, 28)?.set_row_height(1, 20)?;
    sheet::put(sheet, line(1), "", &sheet::remark())?;
    completeness(plan, table, sheet)?;
    sheet::draw(sheet, &table.printed, ABOVE, &mut |sheet, at, position| figure(plan, sheet, at, position))?;
    beside(plan, table, sheet)?;
    for line in &table.below {
        below(plan, table, line, sheet)?;
    }
    given(plan, table, sheet)?;
    colours(plan, table, sheet)?;
    sheet::page_for_others(sheet, table.printed.columns > 10);
    sheet.set_freeze_panes(sheet::row(ABOVE)?, 0)?;
    sheet.protect_with_options(&protection());
    Ok(())
}

/// Writes the number of blank cells of the table in words.
fn completeness(plan: &SheetPlan<'_>, table: &TablePlan, sheet: &mut Worksheet) -> Result<(), Failure> {
    let blank = blank_count(plan, table, false);
    let count = blanks_at_first(plan, table);
    let formula =
        format!("IF({blank}=0,\"本表各格都已填写。\",\"本表还有\"&({blank})&\"格空白。没有的填0，不要留空。\")");
    let result = format!("本表还有{count}格空白。没有的填0，不要留空。");
    let formula = Formula::new(formula).set_result(result);
    sheet.write_formula_with_format(1, 0, formula, &sheet::remark())?;
    Ok(())
}

/// Returns the expression for the number of blank cells of a table.
pub(super) fn blank_count(plan: &SheetPlan<'_>, table: &TablePlan, outside: bool) -> String {
    let all: Vec<usize> = table.cells.keys().copied().collect();
    format!("{}-COUNTA({})", all.len(), plan.ranges(&all, outside))
}

/// Returns the initial number of blank cells of a table.
pub(super) fn blanks_at_first(plan: &SheetPlan<'_>, table: &TablePlan) -> usize {
    table.cells.keys().filter(|position| !plan.entry.given.contains_key(position)).count()
}

/// Writes an input cell, or a formula if the figure is given by last year's report.
fn figure(
    plan: &SheetPlan<'_>,
    sheet: &mut Worksheet,
    (row, column): (u32, u16),
    position: usize,
) -> Result<(), Failure> {
    let item = &plan.form.indicators[position];
    let table = &plan.tables[item.table];
    if let Some(value) = plan.entry.given.get(&position) {
        let [from, by] = [0, 1].map(|line| address(given_row(table) + line, usize::from(column)));
        let formula = Formula::new(format!("SUM({from},{by})")).set_result(value.to_string());
        sheet.write_formula_with_format(row, column, formula, &sheet::figure().set_background_color(COMPUTED))?;
        return Ok(());
    }
    sheet.write_blank(row, column, &sheet::figure().set_unlocked())?;
    let stop = DataValidation::new().set_error_style(DataValidationErrorStyle::Stop).set_error_title("填写有误")?;
    let validation = match item.kind {
        ItemKind::Count => stop
            .allow_whole_number(DataValidationRule::GreaterThanOrEqualTo(0))
            .set_error_message("这一格填不小于0的整数，不带单位和文字；没有的填0。")?,
        ItemKind::Change => stop
            .allow_whole_number(DataValidationRule::Between(-1_000_000_000, 1_000_000_000))
            .set_error_message("这一格填整数，减少的写负数；没有变化的填0。")?,
        ItemKind::Money => stop
            .allow_decimal_number(DataValidationRule::GreaterThanOrEqualTo(0.0))
            .set_error_message("这一格填不小于0的数字，以万元为单位；没有的填0。")?
            .set_input_title("以万元为单位")?
            .set_input_message("例如收费3000元，填0.3。")?,
    };
    sheet.add_data_validation(row, column, row, column, &validation)?;
    if item.kind == ItemKind::Money {
        large_amount(plan, sheet, (row, table.beside_column()), (row, usize::from(column)))?;
    }
    Ok(())
}

/// Writes the note next to an amount, which changes if the amount looks like yuan.
fn large_amount(
    plan: &SheetPlan<'_>,
    sheet: &mut Worksheet,
    (row, column): (u32, usize),
    of: (u32, usize),
) -> Result<(), Failure> {
    let bound = plan.entry.unit.and_then(|unit| rules::yuan_bound(unit.kind)).unwrap_or(LARGE_AMOUNT);
    let cell = address(of.0 as usize, of.1);
    let formula = format!(
        "IF(ISNUMBER({cell}),IF({cell}>={bound},\"数额较大：应以万元为单位，\"&{cell}&\"元应填\"&{cell}/10000,\"以万元为单位\"),\"以万元为单位\")"
    );
    let format = sheet::remark().set_font_color(0x00C0_0000);
    sheet.write_formula_with_format(
        row,
        sheet::column(column)?,
        Formula::new(formula).set_result("以万元为单位"),
        &format,
    )?;
    sheet.set_column_width(sheet::column(column)?, 30)?;
    Ok(())
}

fn computed() -> Format {
    sheet::figure().set_background_color(COMPUTED).set_font_color(0x0059_5959)
}

/// Writes the sums of rows to the right of the table, as text: a number there would be read as a figure.
fn beside(plan: &SheetPlan<'_>, table: &TablePlan, sheet: &mut Worksheet) -> Result<(), Failure> {
    if table.beside.is_empty() {
        return Ok(());
    }
    sheet.set_column_width(sheet::column(table.beside_column() - 1)?, 2)?;
    for (equation, (row, column)) in table.beside_cells(plan.form) {
        sheet.set_column_width(sheet::column(column)?, 16)?;
        let terms = plan.terms(&plan.form.equations[equation].left);
        let known: Decimal = terms.iter().filter_map(|term| plan.entry.given.get(term)).sum();
        let state = plan.state_address(equation);
        let formula = format!("\"相加得\"&SUM({})&\"，\"&{state}", plan.ranges(&terms, false));
        let result = format!("相加得{known}，{}", plan.first_state(equation));
        text_formula(sheet, (row, column), &formula, &result)?;
        mark_broken(sheet, (row, column))?;
    }
    Ok(())
}

fn text_formula(sheet: &mut Worksheet, at: (usize, usize), formula: &str, result: &str) -> Result<(), Failure> {
    let formula = Formula::new(formula).set_result(result);
    let format = computed().set_font_size(9);
    sheet.write_formula_with_format(sheet::row(at.0)?, sheet::column(at.1)?, formula, &format)?;
    Ok(())
}

/// Colours a cell if its state is that of a broken sum.
fn mark_broken(sheet: &mut Worksheet, at: (usize, usize)) -> Result<(), Failure> {
    let bad = Format::new().set_background_color(sheet::RED).set_font_color(0x009C_0006).set_bold();
    let rule = ConditionalFormatFormula::new().set_rule(is_broken(at).as_str()).set_format(bad);
    let (row, column) = (sheet::row(at.0)?, sheet::column(at.1)?);
    sheet.add_conditional_format(row, column, row, column, &rule)?;
    Ok(())
}

/// Returns the condition that a cell's state is that of a broken sum.
fn is_broken((row, column): (usize, usize)) -> String {
    format!("(RIGHT({},2)=\"不平\")", address(row, column))
}

/// Writes a line of sums below the table.
fn below(plan: &SheetPlan<'_>, table: &TablePlan, line: &SumLine, sheet: &mut Worksheet) -> Result<(), Failure> {
    let label = Area { top: line.row, left: 0, bottom: line.row, right: table.printed.stub.max(1) - 1 };
    sheet::put(sheet, label, &line.label, &computed().set_align(FormatAlign::Left))?;
    sheet.set_row_height(sheet::row(line.row)?, 22)?;
    for equation in line.equations.iter().copied() {
        let spec = &plan.form.equations[equation];
        let Some(column) = table.below_column(spec) else { continue };
        let side = match line.shown {
            ShownPart::Left => &spec.left,
            ShownPart::Right => &spec.right,
            ShownPart::State => {
                text_formula(sheet, (line.row, column), &plan.state_address(equation), plan.first_state(equation))?;
                mark_broken(sheet, (line.row, column))?;
                continue;
            }
        };
        let terms = plan.terms(side);
        let known: Decimal = terms.iter().filter_map(|term| plan.entry.given.get(term)).sum();
        let formula = format!("\"得\"&SUM({})", plan.ranges(&terms, false));
        text_formula(sheet, (line.row, column), &formula, &format!("得{known}"))?;
    }
    Ok(())
}

/// Returns the row of the figures given by last year's report, below the lines of sums.
fn given_row(table: &TablePlan) -> usize {
    table.below.last().map_or(ABOVE + table.printed.rows, |line| line.row) + 2
}

/// Writes the figures given by last year's report, with input cells for corrections and their reason.
fn given(plan: &SheetPlan<'_>, table: &TablePlan, sheet: &mut Worksheet) -> Result<(), Failure> {
    let mine = |position: &usize| plan.form.indicators[*position].table == table.table;
    let given: Vec<(usize, Decimal)> =
        plan.entry.given.iter().filter(|(at, _)| mine(at)).map(|(at, value)| (*at, *value)).collect();
    if given.is_empty() {
        return Ok(());
    }
    let (top, stub) = (given_row(table), table.printed.stub.max(1));
    let labels = ["给定数（取自本单位上年年报）", "增减数（实际与给定数不符的填差数）"];
    for (row, label) in (top..).zip(labels) {
        let area = Area { top: row, left: 0, bottom: row, right: stub - 1 };
        sheet::put(sheet, area, label, &computed().set_align(FormatAlign::Left))?;
        sheet.set_row_height(sheet::row(row)?, 34)?;
    }
    for (position, value) in given {
        let Some((_, column)) = table.cells.get(&position) else { continue };
        let column = sheet::column(*column)?;
        let number = value.to_string().parse::<f64>()?;
        sheet.write_number_with_format(sheet::row(top)?, column, number, &computed())?;
        let row = sheet::row(top + 1)?;
        sheet.write_number_with_format(row, column, 0, &sheet::figure().set_unlocked())?;
        let whole = DataValidation::new()
            .allow_whole_number(DataValidationRule::Between(-1_000_000, 1_000_000))
            .set_error_title("填写有误")?
            .set_error_message("填整数：实际结转比给定数多几件填几，少几件填负数；相符的填0。")?;
        sheet.add_data_validation(row, column, row, column, &whole)?;
    }
    let reason = Area { top: top + 2, left: 0, bottom: top + 2, right: stub - 1 };
    sheet::put(sheet, reason, "增减原因", &computed().set_align(FormatAlign::Left))?;
    let room = Area { top: top + 2, left: stub, bottom: top + 2, right: table.printed.columns - 1 };
    sheet::put(sheet, room, "", &sheet::label().set_unlocked())?;
    sheet.set_row_height(sheet::row(top + 2)?, 34)?;
    Ok(())
}

/// Colours the cells: blank ones, those in two or more broken sums, and the totals of a broken sum.
fn colours(plan: &SheetPlan<'_>, table: &TablePlan, sheet: &mut Worksheet) -> Result<(), Failure> {
    let states = table.states(plan.form);
    for (position, (row, column)) in &table.cells {
        let cell = address(*row, *column);
        let (top, left) = (sheet::row(*row)?, sheet::column(*column)?);
        let mut rule = |condition: &str, tint: u32| {
            let format = Format::new().set_background_color(tint);
            let rule = ConditionalFormatFormula::new().set_rule(condition).set_format(format);
            sheet.add_conditional_format(top, left, top, left, &rule).map(drop)
        };
        let about = states.iter().filter(|(at, _)| {
            let equation = &plan.form.equations[**at];
            equation.left.contains(position) || equation.right.contains(position)
        });
        let about: Vec<(usize, String)> = about.map(|(at, place)| (*at, is_broken(*place))).collect();
        if about.len() > 1 {
            let broken: Vec<&str> = about.iter().map(|(_, state)| state.as_str()).collect();
            rule(&format!("({})>=2", broken.join("+")), sheet::RED)?;
        }
        let is_total = |at: usize| {
            let equation = &plan.form.equations[at];
            equation.right.contains(position) || equation.left.len() <= 2
        };
        let single: Vec<&str> = about.iter().filter(|(at, _)| is_total(*at)).map(|(_, state)| state.as_str()).collect();
        if !single.is_empty() {
            rule(&format!("({})>=1", single.join("+")), sheet::YELLOW)?;
        }
        if !plan.entry.given.contains_key(position) {
            rule(&format!("ISBLANK({cell})"), TO_FILL)?;
        }
    }
    Ok(())
}
