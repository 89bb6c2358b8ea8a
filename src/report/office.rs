//! The Chinese CSV files an office opens by a double click.

use std::io::Write;

use rust_decimal::Decimal;

use super::Failure;
use super::by_unit::{self, Intake};
use super::table::ForOffices;
use crate::form::{Block, Form, Layout, Table};
use crate::outcome::{Line, Outcome};
use crate::rollup::Total;

/// `县级汇总.csv`: the county's figures in the layout of the form, with their coverage below each table.
pub(super) fn county_totals(outcome: &Outcome, out: &mut dyn Write) -> Result<(), Failure> {
    let mut rows = ForOffices::new(out)?;
    let (form, verdict) = (outcome.corpus.form(), outcome.verdict());
    let county = outcome.settings.county.as_deref().unwrap_or("");
    rows.row(&[format!("{county}{}年政府信息公开工作年度报告汇总表", outcome.corpus.year)])?;
    rows.row(&[format!("应报单位{}个，计入汇总的报告{}份", verdict.expected, verdict.counted)])?;
    for (at, table) in form.tables.iter().enumerate() {
        rows.row(&[""])?;
        rows.row(&[format!("{}　{}", table.name, table.title)])?;
        for (block_at, block) in table.blocks.iter().enumerate() {
            for row in block_rows(outcome, form, (at, table), (block_at, block)) {
                rows.row(&row)?;
            }
        }
        rows.row(&[coverage(outcome, form, at)])?;
    }
    rows.finish()
}

/// A block as printed: its heading, its column headings, its rows. Without a number a cell stays empty.
fn block_rows(
    outcome: &Outcome,
    form: &Form,
    (table_at, table): (usize, &Table),
    (block_at, block): (usize, &Block),
) -> Vec<Vec<String>> {
    let cell = |row: usize, column: usize| {
        let position = form.place([table_at, block_at, row, column]);
        let total = outcome.totals.iter().find(|total| Some(total.position) == position);
        total.and_then(|total| total.total).map(|value| value.to_string()).unwrap_or_default()
    };
    let labels = |texts: &mut dyn Iterator<Item = String>| texts.collect::<Vec<String>>();
    let mut rows = Vec::new();
    if !block.heading.is_empty() {
        rows.push(vec![block.heading.clone()]);
    }
    match block.layout {
        Layout::Matrix => {
            let stub = if table.blocks.len() > 1 { "信息内容" } else { "" };
            rows.push(labels(
                &mut std::iter::once(stub.to_owned()).chain(block.columns.iter().map(|column| column.label.clone())),
            ));
            for (at, row) in block.rows.iter().enumerate() {
                let cells: Vec<String> = (0..block.columns.len()).map(|column| cell(at, column)).collect();
                if block.is_combined_row(&row.id) && cells.iter().all(String::is_empty) {
                    continue;
                }
                let group = row.group.as_ref().and_then(|id| block.groups.iter().find(|group| group.id == *id));
                let group = group.map(|group| format!("{}{} ", group.number, group.label)).unwrap_or_default();
                let label = if block.is_combined_row(&row.id) {
                    format!("{}{}", row.number, row.label)
                } else {
                    format!("{group}{}{}", row.number, row.label)
                };
                rows.push(labels(&mut std::iter::once(label).chain(cells)));
            }
        }
        Layout::Across => {
            let width = block.columns.len();
            let headed = |row: &crate::form::Row| {
                std::iter::once(row.label.clone())
                    .chain(std::iter::repeat_n(String::new(), width - 1))
                    .collect::<Vec<_>>()
            };
            rows.push(labels(&mut block.rows.iter().flat_map(headed)));
            rows.push(labels(
                &mut block.rows.iter().flat_map(|_| block.columns.iter().map(|column| column.label.clone())),
            ));
            rows.push(labels(
                &mut (0..block.rows.len())
                    .flat_map(|row| (0..width).map(move |column| (row, column)))
                    .map(|(row, column)| cell(row, column)),
            ));
        }
    }
    rows
}

/// On how many units the figures of a table rest; a range where its cells differ.
fn coverage(outcome: &Outcome, form: &Form, table: usize) -> String {
    let of_table = |total: &&Total| total.position < form.official && form.indicators[total.position].table == table;
    let totals: Vec<&Total> = outcome.totals.iter().filter(of_table).collect();
    let range = |of: &dyn Fn(&Total) -> usize| {
        let (low, high) = (
            totals.iter().map(|total| of(total)).min().unwrap_or(0),
            totals.iter().map(|total| of(total)).max().unwrap_or(0),
        );
        if low == high { low.to_string() } else { format!("{low}至{high}") }
    };
    let expected = totals.first().map_or(0, |total| total.expected);
    format!(
        "（本表各格由{}个单位的数字相加，应有{expected}个；其中{}个单位有须更正的问题；空白或填“/”的{}个，没有当作0。各格情况见 data/totals.csv）",
        range(&|total| total.reporting),
        range(&|total| total.flagged),
        range(&|total| total.blank),
    )
}

/// `单位一览.csv`: a row per submission and missing unit, with the figures a leader asks for.
pub(super) fn units(outcome: &Outcome, out: &mut dyn Write) -> Result<(), Failure> {
    let mut rows = ForOffices::new(out)?;
    rows.row(&[
        "序号",
        "单位",
        "类型",
        "状态",
        "文件",
        "必改",
        "待说明",
        "提示",
        "新收",
        "上年结转",
        "办结",
        "结转下年",
        "复议",
        "诉讼",
    ])?;
    for (number, line) in (1..).zip(outcome.lines()) {
        rows.row(&unit_row(outcome, *line, number))?;
    }
    rows.finish()
}

fn unit_row(outcome: &Outcome, line: Line, number: u32) -> Vec<String> {
    let counts = line.entry.map_or_else(|| outcome.unit_counts(line.unit), |entry| outcome.counts(entry));
    let value = |indicator: &str| -> Option<Decimal> {
        let (report, form) = outcome.corpus.report(line.entry?)?;
        report.figures[form.position(indicator)?].value
    };
    let shown = |value: Option<Decimal>| value.map(|value| value.to_string()).unwrap_or_default();
    let suits = value("t4.litigation_direct.total")
        .zip(value("t4.litigation_after_review.total"))
        .map(|(direct, after)| direct + after);
    vec![
        number.to_string(),
        outcome.unit_name(line.unit, line.entry).to_owned(),
        line.unit.map(|unit| outcome.corpus.units[unit].kind.chinese().to_owned()).unwrap_or_default(),
        line.status.chinese().to_owned(),
        line.entry.map(|entry| outcome.corpus.entries[entry].submission.file.clone()).unwrap_or_default(),
        counts.must_fix.to_string(),
        counts.must_explain.to_string(),
        counts.notes.to_string(),
        shown(value("t3.received.total")),
        shown(value("t3.carried_in.total")),
        shown(value("t3.concluded_total.total")),
        shown(value("t3.carried_out.total")),
        shown(value("t4.review.total")),
        shown(suits),
    ]
}

/// `问题清单.csv`: a row per cause, in the submitter's own coordinates.
pub(super) fn problems(outcome: &Outcome, out: &mut dyn Write) -> Result<(), Failure> {
    let mut rows = ForOffices::new(out)?;
    rows.row(&[
        "编号",
        "规则",
        "性质",
        "单位",
        "年度",
        "位置",
        "现填",
        "应为或疑为",
        "差额",
        "说明",
        "文件",
        "单元格",
        "状态",
    ])?;
    for identified in outcome.identified() {
        let finding = identified.finding;
        let suspects = if finding.expected.is_empty() {
            finding.suspects.join(";")
        } else {
            format!("应为{}", finding.expected)
        };
        let cell = if finding.sheet.is_empty() || finding.cell.is_empty() {
            format!("{}{}", finding.sheet, finding.cell)
        } else {
            format!("{}!{}", finding.sheet, finding.cell)
        };
        rows.row(&[
            identified.id,
            finding.rule.text(),
            finding.severity.chinese(),
            outcome.whose(finding),
            &outcome.corpus.year.to_string(),
            &finding.title,
            &as_typed(&finding.given),
            &suspects,
            &finding.difference,
            &finding.message.zh,
            outcome.file_of(finding),
            &cell,
            identified.answer.chinese(),
        ])?;
    }
    rows.finish()
}

/// What stood in a cell, in quotes where a spreadsheet would show something else: it takes `00` for 0.
fn as_typed(given: &str) -> String {
    let changes = given.len() > 1 && given.starts_with('0') && given.bytes().all(|byte| byte.is_ascii_digit());
    if changes { format!("“{given}”") } else { given.to_owned() }
}

/// `未报送名单.csv`: units whose report is not in the totals, and why.
pub(super) fn missing(outcome: &Outcome, out: &mut dyn Write) -> Result<(), Failure> {
    let mut rows = ForOffices::new(out)?;
    rows.row(&["单位", "类型", "截止日期", "情况"])?;
    for view in by_unit::units(outcome) {
        if view.intake == Intake::Counted || !outcome.corpus.is_expected(view.at) {
            continue;
        }
        let (unit, why) = (view.unit, view.intake.chinese());
        rows.row(&[unit.name.as_str(), unit.kind.chinese(), unit.due.as_deref().unwrap_or(""), why])?;
    }
    rows.finish()
}
