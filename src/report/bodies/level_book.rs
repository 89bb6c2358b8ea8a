//! `汇总表.xlsx` of a roll-up, for its main year: the root in the official layout, and one row for each body and table.

use std::io::Write;

use rust_xlsxwriter::{Workbook, Worksheet};

use super::sheet_table::{LevelCell, SheetTable};
use crate::form::Form;
use crate::levels::{BodyYear, LevelChange, LevelRollup};
use crate::report::layout::{self, Area};
use crate::report::{Failure, sheet};

/// Maximum number of listed findings; `data/findings.csv` has all.
const MAX_FINDINGS: usize = 5_000;

/// Maximum number of listed differences; `data/changes.csv` has all.
const MAX_CHANGES: usize = 50_000;

/// Chinese names of the counts in `data/bodies.csv`.
const COVERAGE_WORDS: [(&str, &str); 19] = [
    ("outputs", "结果份数"),
    ("outputs_left_out", "未计入的结果"),
    ("units_expected", "应报单位"),
    ("units_received", "收到单位"),
    ("reports_counted", "计入报告"),
    ("reports_flagged", "计入的必改报告"),
    ("units_missing", "未报单位"),
    ("files_accepted", "通过"),
    ("files_queried", "待说明"),
    ("files_flagged", "必改"),
    ("files_unreadable", "无法采用"),
    ("files_superseded", "已被代替"),
    ("files_conflicting", "重复待定"),
    ("files_unmatched", "不在名册"),
    ("must_fix", "必改问题"),
    ("must_explain", "待说明问题"),
    ("outputs_without_roster", "没有名册的结果"),
    ("outputs_with_changed_rules", "改过规则性质的结果"),
    ("bodies_absent", "没有结果的地区"),
];

/// Columns of coverage on the sheet of bodies.
const COVERAGE_COLUMNS: [(&str, f64, &str); 7] = [
    ("结果份数", 9.0, "outputs"),
    ("未计入的结果", 9.0, "outputs_left_out"),
    ("应报单位", 9.0, "units_expected"),
    ("收到", 9.0, "units_received"),
    ("计入", 9.0, "reports_counted"),
    ("必改", 9.0, "reports_flagged"),
    ("未报", 9.0, "units_missing"),
];
/// Indicators on the sheet of bodies.
pub(super) const MAIN_INDICATORS: [(&str, &str); 7] = [
    ("新收", "t3.received.total"),
    ("上年结转", "t3.carried_in.total"),
    ("办结", "t3.concluded_total.total"),
    ("结转下年", "t3.carried_out.total"),
    ("复议", "t4.review.total"),
    ("直接诉讼", "t4.litigation_direct.total"),
    ("复议后诉讼", "t4.litigation_after_review.total"),
];

/// Writes the workbook.
pub(super) fn xlsx(rollup: &LevelRollup, out: &mut dyn Write) -> Result<(), Failure> {
    let title = book_title(rollup);
    let mut workbook = sheet::workbook(&title, "rollup")?;
    if let Some(at) = rollup.main_root() {
        whole(rollup, at, &title, &mut workbook)?;
    }
    bodies(rollup, &title, workbook.add_worksheet())?;
    let form = main_form(rollup);
    for table in 0..form.map_or(0, |form| form.tables.len()) {
        by_body(rollup, table, &title, workbook.add_worksheet())?;
    }
    years(rollup, workbook.add_worksheet())?;
    findings(rollup, workbook.add_worksheet())?;
    if let Some(changes) = &rollup.changes {
        since_last(rollup, changes, workbook.add_worksheet())?;
    }
    out.write_all(&sheet::saved(&mut workbook)?)?;
    Ok(())
}

/// Returns the title with the name of the root and the year.
pub(super) fn book_title(rollup: &LevelRollup) -> String {
    let whole = rollup.bodies.first().map_or("", |body| &body.name);
    let year = rollup.main_year.as_ref().map(u16::to_string).unwrap_or_default();
    format!("{whole}{year}年度政府信息公开工作年度报告合并汇总")
}

fn main_form(rollup: &LevelRollup) -> Option<&Form> {
    rollup.main_editions().first().map(|at| &rollup.forms.all[rollup.years[*at].form])
}

/// Writes the totals of the root in the official layout, one sheet for each table.
fn whole(rollup: &LevelRollup, at: usize, title: &str, workbook: &mut Workbook) -> Result<(), Failure> {
    let form = &rollup.forms.all[rollup.years[at].form];
    for (table, spec) in form.tables.iter().enumerate() {
        let sheet = workbook.add_worksheet();
        sheet.set_name(format!("汇总{}", spec.name))?;
        let has_combined = |position: &usize| form.indicators[*position].table == table;
        let combined = (form.official..form.indicators.len())
            .filter(has_combined)
            .any(|position| rollup.sums_at(at, position).is_some_and(|sums| sums.reporting > 0));
        let printed = layout::printed(form, table, combined);
        let line = |row: usize| Area { top: row, left: 0, bottom: row, right: printed.columns - 1 };
        sheet::put(sheet, line(0), title, &sheet::title())?;
        sheet::put(sheet, line(1), &format!("{}　{}", spec.name, spec.title), &sheet::title().set_font_size(12))?;
        let mut put_figure = |sheet: &mut Worksheet, (row, column): (u32, u16), position: usize| {
            let total = rollup.sums_at(at, position).and_then(|sums| sums.total);
            match total {
                Some(value) => {
                    let format = sheet::decimals(sheet::figure(), value);
                    sheet.write_number_with_format(row, column, value.to_string().parse::<f64>()?, &format)?
                }
                None => sheet.write_blank(row, column, &sheet::figure())?,
            };
            Ok(())
        };
        sheet::draw(sheet, &printed, 2, &mut put_figure)?;
        let unplaced = rollup.unplaced_in_words().map_or_else(String::new, |unplaced| format!("；{}", unplaced.zh));
        let said = format!("{}{unplaced}。", rollup.years[at].coverage.in_words().zh);
        let below = 2 + printed.rows;
        sheet::put(sheet, line(below), &said, &sheet::remark())?;
        sheet.set_row_height(sheet::row(below)?, sheet::height(&said, 90.0))?;
        sheet::page(sheet, printed.columns > 10, None);
    }
    Ok(())
}

/// Returns the columns that identify a row's body.
fn body_columns() -> Vec<(String, f64)> {
    vec![("地区".to_owned(), 18.0), ("层级".to_owned(), 7.0), ("全称".to_owned(), 36.0)]
}

fn body_cells(rollup: &LevelRollup, edition: &BodyYear) -> Vec<LevelCell> {
    let body = &rollup.bodies[edition.body];
    vec![body.name.as_str().into(), (body.level as u64).into(), body.path.as_str().into()]
}

/// Writes the coverage and the main figures of each body.
fn bodies(rollup: &LevelRollup, title: &str, sheet: &mut Worksheet) -> Result<(), Failure> {
    let mut columns = body_columns();
    columns.extend(COVERAGE_COLUMNS.map(|(name, width, _)| (name.to_owned(), width)));
    columns.push(("必改占比（%）".to_owned(), 10.0));
    columns.extend(MAIN_INDICATORS.map(|(name, _)| (name.to_owned(), 10.0)));
    let mut table = SheetTable::new(sheet, "各地区", title, &columns)?;
    for at in rollup.main_editions() {
        let edition = &rollup.years[at];
        let form = &rollup.forms.all[edition.form];
        let mut cells = body_cells(rollup, edition);
        let known = |column: &str| edition.coverage.known(column).map(rust_decimal::Decimal::from);
        cells.extend(COVERAGE_COLUMNS.map(|(_, _, column)| LevelCell::from(known(column))));
        let share = edition.coverage.flagged_percent();
        cells.push(LevelCell::from(share));
        let figure = |indicator: &str| rollup.sums_at(at, form.position(indicator)?)?.total;
        cells.extend(MAIN_INDICATORS.map(|(_, indicator)| figure(indicator).into()));
        table.push(&cells)?;
    }
    table.finish(columns.len())
}

/// Writes one row for each body with the figures of one table.
fn by_body(rollup: &LevelRollup, table: usize, title: &str, sheet: &mut Worksheet) -> Result<(), Failure> {
    let Some(form) = main_form(rollup) else { return Ok(()) };
    let shown = rollup.main_editions().first().map(|at| rollup.shown_indicators(rollup.years[*at].form));
    let is_of_table = |position: &usize| form.indicators[*position].table == table;
    let positions: Vec<usize> = shown.unwrap_or_default().into_iter().filter(is_of_table).collect();
    let mut columns = body_columns();
    let prefix = &form.tables[table].name;
    let brief = |position: &usize| {
        let brief = &form.indicators[*position].brief;
        brief.strip_prefix(prefix.as_str()).unwrap_or(brief).to_owned()
    };
    columns.extend(positions.iter().map(|position| (brief(position), 11.0)));
    let name = format!("{prefix}（各地区）");
    let mut rows = SheetTable::new(sheet, &name, &format!("{title}　{prefix}"), &columns)?;
    for at in rollup.main_editions() {
        let own = &rollup.forms.all[rollup.years[at].form];
        let mut cells = body_cells(rollup, &rollup.years[at]);
        let figure = |position: &usize| {
            let total = own.position(&form.indicators[*position].id).and_then(|own| rollup.sums_at(at, own));
            LevelCell::from(total.and_then(|sums| sums.total))
        };
        cells.extend(positions.iter().map(figure));
        rows.push(&cells)?;
    }
    rows.finish(columns.len())
}

/// Writes the root's totals over the years, with the number of outputs and reports of each. Indicators that several
/// forms have share a row; a row for a combined group is another one than the official row of that name.
fn years(rollup: &LevelRollup, sheet: &mut Worksheet) -> Result<(), Failure> {
    let editions: Vec<usize> = (0..rollup.years.len()).filter(|at| rollup.years[*at].body == 0).collect();
    let mut columns = vec![("指标".to_owned(), 46.0)];
    columns.extend(editions.iter().map(|at| (format!("{}年度", rollup.years[*at].year), 14.0)));
    let whole = rollup.bodies.first().map_or("", |body| &body.name);
    let mut table =
        SheetTable::new(sheet, "历年", &format!("{whole}历年合计（空格：无数字；—：该年度表式无此项）"), &columns)?;
    for (word, column) in [("汇总结果份数", "outputs"), ("计入的报告份数", "reports_counted")] {
        let count = |at: &usize| LevelCell::from(rollup.years[*at].coverage.get(column));
        table.push(&[vec![word.into()], editions.iter().map(count).collect()].concat())?;
    }
    let mut seen = std::collections::BTreeSet::new();
    for (at, form) in rollup.forms.all.iter().enumerate().rev() {
        for position in rollup.shown_indicators(at) {
            let (item, is_official) = (&form.indicators[position], form.is_official(position));
            if !seen.insert((item.id.as_str(), is_official)) {
                continue;
            }
            let figure = |at: &usize| {
                let own = &rollup.forms.all[rollup.years[*at].form];
                match own.position(&item.id).filter(|position| own.is_official(*position) == is_official) {
                    Some(position) => rollup.sums_at(*at, position).and_then(|sums| sums.total).into(),
                    None => LevelCell::from("—"),
                }
            };
            let figures: Vec<LevelCell> = editions.iter().map(figure).collect();
            // Indicators that are on no form of these years are skipped.
            if figures.iter().any(|cell| *cell != LevelCell::from("—")) {
                table.push(&[vec![item.title.as_str().into()], figures].concat())?;
            }
        }
    }
    table.finish(columns.len())
}

/// Writes the findings of the roll-up: outputs left out, bodies without outputs, and totals that do not balance or
/// differ from the county's own report. These are all that the summary counts.
fn findings(rollup: &LevelRollup, sheet: &mut Worksheet) -> Result<(), Failure> {
    let columns = [("规则", 8.0), ("性质", 10.0), ("地区", 36.0), ("年度", 8.0), ("结果", 36.0), ("说明", 80.0)];
    let columns = columns.map(|(name, width)| (name.to_owned(), width));
    let mut table = SheetTable::new(sheet, "问题", "合并时和各县合计中的问题（各单位的问题见各县的结果）", &columns)?;
    for finding in rollup.findings.iter().take(MAX_FINDINGS) {
        table.push(&[
            finding.rule.as_str().into(),
            finding.severity.chinese().into(),
            finding.body_path.as_str().into(),
            finding.year.map_or(LevelCell::Nothing, |year| u64::from(year).into()),
            finding.file.as_str().into(),
            finding.message.zh.as_str().into(),
        ])?;
    }
    table.finish(columns.len())
}

/// Writes the differences from an earlier roll-up.
fn since_last(rollup: &LevelRollup, changes: &[LevelChange], sheet: &mut Worksheet) -> Result<(), Failure> {
    let columns = [("地区", 36.0), ("年度", 8.0), ("变化", 10.0), ("指标", 46.0), ("上次", 14.0), ("本次", 14.0)];
    let columns = columns.map(|(name, width)| (name.to_owned(), width));
    let said =
        if changes.len() > MAX_CHANGES { "与上次相比（其余见 data/changes.csv）" } else { "与上次相比" };
    let mut table = SheetTable::new(sheet, "与上次相比", said, &columns)?;
    for change in changes.iter().take(MAX_CHANGES) {
        let form = change.edition.map(|at| &rollup.forms.all[rollup.years[at].form]);
        let item = form.and_then(|form| Some(&form.indicators[form.position(&change.indicator)?]));
        let counted = || COVERAGE_WORDS.iter().find(|(column, _)| *column == change.indicator).map(|(_, word)| *word);
        let title = item.map(|item| item.title.as_str()).or_else(counted).unwrap_or_default();
        table.push(&[
            change.body_path.as_str().into(),
            u64::from(change.year).into(),
            change.what.chinese().into(),
            title.into(),
            number_or_nothing(&change.before),
            number_or_nothing(&change.after),
        ])?;
    }
    table.finish(columns.len())
}

fn number_or_nothing(text: &str) -> LevelCell {
    LevelCell::from(text.parse::<rust_decimal::Decimal>().ok())
}
