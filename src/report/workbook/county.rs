//! The county's figures in the official layout, each a formula that sums a column of units.

use rust_xlsxwriter::{Formula, Worksheet};

use super::{BookPlan, TableSheet};
use crate::amount::State;
use crate::report::layout::{self, Area};
use crate::report::{Failure, balance, office, sheet};
use crate::rollup::Total;

/// Maximum number of units named in a note.
const NAMED: usize = 12;

pub(super) fn write(plan: &BookPlan, table: &TableSheet, sheet: &mut Worksheet) -> Result<(), Failure> {
    let (outcome, spec) = (plan.outcome, &plan.form.tables[table.table]);
    sheet.set_name(format!("汇总{}", table.name))?;
    let printed = layout::printed(plan.form, table.table, office::shows_combined(outcome, table.table));
    // The library's default result of a formula is 0.
    sheet.set_formula_result_default("");
    let last = printed.columns - 1;
    let line = |row: usize| Area { top: row, left: 0, bottom: row, right: last };
    let (title, name) = (office::title(outcome), format!("{}　{}", spec.name, spec.title));
    sheet::put(sheet, line(0), &title, &sheet::title())?;
    sheet::put(sheet, line(1), &name, &sheet::title().set_font_size(12))?;
    let mut put_figure = |sheet: &mut Worksheet, at: (u32, u16), position: usize| {
        let column = table.figures.iter().position(|figure| *figure == position);
        match column {
            Some(column) => total(plan, table, sheet, at, (position, column)),
            None => Ok(()),
        }
    };
    sheet::draw(sheet, &printed, 2, &mut put_figure)?;
    sheet.set_row_height(0, 30)?.set_row_height(1, 24)?;
    for (at, said) in below(plan, table).iter().enumerate() {
        let row = 2 + printed.rows + at;
        sheet::put(sheet, line(row), said, &sheet::remark())?;
        sheet.set_row_height(sheet::row(row)?, sheet::height(said, 90.0))?;
    }
    sheet::page(sheet, printed.columns > 10, outcome.settings.date);
    Ok(())
}

/// Writes a sum over the units with its present result. The sum of no numbers is blank.
fn total(
    plan: &BookPlan,
    table: &TableSheet,
    sheet: &mut Worksheet,
    (row, column): (u32, u16),
    (position, of_units): (usize, usize),
) -> Result<(), Failure> {
    let range = table.range(of_units)?;
    let total = plan.outcome.total(position);
    let formula = match total.and_then(|total| total.total) {
        Some(value) => Formula::new(format!("=SUM({range})")).set_result(value.to_string()),
        None => Formula::new(format!("=IF(COUNT({range})=0,\"\",SUM({range}))")),
    };
    let noted = total.map(|total| notes(plan, total)).filter(|notes| !notes.is_empty());
    let format = match total {
        Some(total) if total.is_corrected() => sheet::figure().set_background_color(sheet::GREEN),
        Some(_) if noted.is_some() => sheet::figure().set_background_color(sheet::PALE),
        _ => sheet::figure(),
    };
    let format = sheet::decimals(format, total.and_then(|total| total.total).unwrap_or_default());
    sheet.write_formula_with_format(row, column, formula, &format)?;
    if let Some(notes) = noted {
        sheet.insert_note(row, column, &sheet::note(&notes.join("\n")))?;
    }
    Ok(())
}

/// Returns the notes on a total: its corrected value, and the units that left it blank.
fn notes(plan: &BookPlan, total: &Total) -> Vec<String> {
    let mut notes = Vec::new();
    if total.is_corrected() {
        notes.push(format!(
            "更正后的合计为{}：{}格换成唯一的正确值，{}格有误又没有唯一正确值，剔除。",
            layout::number(total.corrected),
            total.cells_corrected,
            total.cells_left_out
        ));
    } else if total.cells_left_out > 0 {
        notes.push(format!("有{}格本身有误，未计入。", total.cells_left_out));
    }
    if total.blank > 0 {
        notes.push(open(plan, total));
    }
    notes
}

/// Returns the units that left a figure blank, in a sentence.
fn open(plan: &BookPlan, total: &Total) -> String {
    let id = &plan.form.indicators[total.position].id;
    let is_open = |entry: usize| {
        plan.outcome.corpus.report(entry).is_some_and(|(report, form)| {
            let figure = form.position(id).map(|position| report.figures.at(position));
            figure.is_some_and(|figure| matches!(figure.state, State::Blank | State::NotApplicable))
        })
    };
    let rows = plan.rows.iter().filter(|row| row.entry.is_some_and(is_open));
    let names: Vec<&str> = rows.map(|row| plan.outcome.unit_name(Some(row.unit), row.entry)).collect();
    let more = if names.len() > NAMED { "等" } else { "" };
    let listed = names.iter().take(NAMED).copied().collect::<Vec<_>>().join("、");
    format!(
        "本格应由{}个单位的数字相加，计入{}个；{}个单位空白或填“/”，未按0计：{listed}{more}。",
        total.expected, total.reporting, total.blank
    )
}

/// Returns the lines below a table: its coverage, and remarks on its sums.
fn below(plan: &BookPlan, table: &TableSheet) -> Vec<String> {
    let totals = table.figures.iter().filter_map(|position| plan.outcome.total(*position));
    // Those whose corrected sum differs are green.
    let pale: Vec<&Total> =
        totals.filter(|total| !total.is_corrected() && (total.blank > 0 || total.cells_left_out > 0)).collect();
    let coverage = office::coverage(plan.outcome, plan.form, table.table);
    let mut said = vec![format!("{}。", office::received(plan.outcome)), format!("{coverage}。")];
    said.extend(balance::sentences(plan.outcome, plan.form, table.table));
    if !pale.is_empty() {
        let kinds = [
            (pale.iter().filter(|total| total.blank > 0).count(), "格有单位空白或填“/”"),
            (pale.iter().filter(|total| total.cells_left_out > 0).count(), "格有单位所填本身有误、未计入"),
        ];
        let kinds = kinds.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count}{what}"));
        let kinds = kinds.collect::<Vec<_>>().join("，");
        said.push(format!("浅黄底的{}格中，{kinds}，是哪些单位见该格批注。", pale.len()));
    }
    said.push("底色：绿 更正后的合计不同（数见批注和上面的说明）；浅黄 有单位空白、填“/”或所填本身有误。".to_owned());
    said.push(format!("各格是工作表“{}”相应一列的合计，改动单位的数字，合计随之变动。", table.name));
    said
}
