//! The Chinese CSV files that an office opens in a spreadsheet.

use std::borrow::Cow;
use std::io::Write;

use rust_decimal::Decimal;

use super::Failure;
use super::balance;
use super::by_unit::{self, Intake};
use super::csv_table::ForOffices;
use super::layout::{self, PrintedCell, PrintedContent};
use crate::finding::{Answer, Finding, Subject, Suspect, number_text};
use crate::form::Form;
use crate::outcome::{Identified, Line, Outcome};
use crate::place::CellRange;
use crate::rollup::Total;
use crate::submission::Report;

/// Maximum number of cells of one finding that are listed; `data/findings.csv` has all.
pub(super) const CELLS: usize = 12;
/// Maximum number of possible corrections that are listed.
const WAYS: usize = 3;

/// Writes `县级汇总.csv`: the county's figures in the layout of the form, with their coverage below each table.
pub(super) fn county_totals(outcome: &Outcome, out: &mut dyn Write) -> Result<(), Failure> {
    let mut rows = ForOffices::new(out)?;
    let form = outcome.corpus.form();
    rows.row(&[title(outcome)])?;
    rows.row(&[received(outcome)])?;
    for (at, table) in form.tables.iter().enumerate() {
        rows.row(&[""])?;
        rows.row(&[format!("{}　{}", table.name, table.title)])?;
        for row in table_rows(outcome, form, at) {
            rows.row(&row)?;
        }
        rows.row(&[format!("（{}）", coverage(outcome, form, at))])?;
        for said in balance::sentences(outcome, form, at) {
            rows.row(&[format!("（{}）", said.trim_end_matches('。'))])?;
        }
    }
    rows.finish()
}

/// Returns the title of the county's figures.
pub(super) fn title(outcome: &Outcome) -> String {
    let county = outcome.settings.county.as_deref().unwrap_or("");
    format!("{county}{}年政府信息公开工作年度报告汇总表", outcome.corpus.year)
}

/// Returns the number of units and of counted reports in a sentence.
pub(super) fn received(outcome: &Outcome) -> String {
    let verdict = outcome.verdict();
    match verdict.missing {
        Some(_) => format!("应报单位{}个，计入汇总的报告{}份", verdict.expected, verdict.counted),
        None => format!("收到单位{}个（没有名册），计入汇总的报告{}份", verdict.received, verdict.counted),
    }
}

/// Returns a table as printed. A cell without a number is empty.
fn table_rows(outcome: &Outcome, form: &Form, table: usize) -> Vec<Vec<String>> {
    let printed = layout::printed(form, table, shows_combined(outcome, table));
    let mut rows = vec![vec![String::new(); printed.columns]; printed.rows];
    for PrintedCell { area, content } in printed.cells {
        rows[area.top][area.left] = match content {
            PrintedContent::Heading(text) | PrintedContent::Label(text) => text,
            PrintedContent::Figure(position) => {
                let total = outcome.total(position).and_then(|total| total.total);
                total.map(|value| value.to_string()).unwrap_or_default()
            }
        };
    }
    rows
}

/// Returns whether a table has totals of a group that some units filled as one row.
pub(super) fn shows_combined(outcome: &Outcome, table: usize) -> bool {
    let form = outcome.corpus.form();
    outcome.totals.iter().any(|total| total.position >= form.official && form.indicators[total.position].table == table)
}

/// Returns whether the row of such a group has any figure other than zero; the official layout has no such row.
pub(super) fn fills_combined(outcome: &Outcome, table: usize) -> bool {
    let is_filled = |total: &Total| total.total.is_some_and(|value| !value.is_zero());
    let form = outcome.corpus.form();
    let mut combined = outcome.totals.iter().filter(|total| total.position >= form.official);
    combined.any(|total| form.indicators[total.position].table == table && is_filled(total))
}

/// Returns the number of units in the figures of a table, as a range if its cells differ, with those to correct and
/// those without a number.
pub(super) fn coverage(outcome: &Outcome, form: &Form, table: usize) -> String {
    let flagged = range(outcome, form, table, |total| total.flagged);
    let blank = range(outcome, form, table, |total| total.blank);
    let added = added_up(outcome, form, table);
    format!("{added}；其中{flagged}个单位有必改问题；空白或填“/”的{blank}个，未按0计")
}

/// Returns the number of units in the figures of a table alone.
pub(super) fn added_up(outcome: &Outcome, form: &Form, table: usize) -> String {
    let expected = range(outcome, form, table, |total| total.expected);
    format!("本表各格由{}个单位的数字相加，应有{expected}个", range(outcome, form, table, |total| total.reporting))
}

/// Returns a count of the totals of a table, as a range if its cells differ.
fn range(outcome: &Outcome, form: &Form, table: usize, of: impl Fn(&Total) -> usize) -> String {
    let of_table = |total: &&Total| total.position < form.official && form.indicators[total.position].table == table;
    let counts = || outcome.totals.iter().filter(of_table).map(&of);
    let (low, high) = (counts().min().unwrap_or(0), counts().max().unwrap_or(0));
    if low == high { low.to_string() } else { format!("{low}至{high}") }
}

/// Writes `单位一览.csv`: one row for each submission and missing unit, with its main figures.
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
        report.figures.at(form.position(indicator)?).value
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

/// Columns of the list of problems.
pub(super) const PROBLEMS: [&str; 13] =
    ["编号", "规则", "性质", "单位", "年度", "位置", "现填", "应为或疑为", "差额", "说明", "文件", "单元格", "状态"];

/// Writes `问题清单.csv`: one row for each finding, with addresses in the submitted file.
pub(super) fn problems(outcome: &Outcome, out: &mut dyn Write) -> Result<(), Failure> {
    let mut rows = ForOffices::new(out)?;
    rows.row(&PROBLEMS)?;
    for identified in outcome.identified() {
        let mut row = problem(outcome, &identified);
        row[6] = as_typed(&row[6]);
        rows.row(&row)?;
    }
    rows.finish()
}

/// Returns the cells of a finding in the list of problems.
pub(super) fn problem(outcome: &Outcome, identified: &Identified) -> [String; 13] {
    let finding = identified.finding;
    let expected = finding.expected.map(|expected| format!("应为{expected}"));
    [
        identified.id.to_owned(),
        finding.rule.text().to_owned(),
        finding.severity.chinese().to_owned(),
        whose(outcome, finding).into_owned(),
        outcome.corpus.year.field(),
        finding.title.clone(),
        finding.observed.clone(),
        expected.unwrap_or_else(|| suspects(outcome, finding)),
        number_text(finding.difference),
        finding.message.zh.clone(),
        outcome.file_of(finding).to_owned(),
        place_in_file(finding),
        match identified.answer {
            Answer::Corrected => format!("{}：{}", identified.answer.chinese(), identified.explanation),
            answer => answer.chinese().to_owned(),
        },
    ]
}

/// Returns the place of a finding in its file in words: sheet and cells.
pub(super) fn place_in_file(finding: &Finding) -> String {
    let (sheets, cells) = (finding.sheets.join(";"), finding.listed_cells(CELLS, CellRange::in_words));
    let between = match cells.chars().next() {
        None => "",
        _ if sheets.is_empty() => "",
        Some('第') => "，",
        Some(_) => "!",
    };
    format!("{sheets}{between}{cells}")
}

/// Returns the name of the body that a finding is about, in words.
pub(super) fn whose<'a>(outcome: &'a Outcome, finding: &Finding) -> Cow<'a, str> {
    match outcome.whose(finding) {
        "" if finding.subject == Subject::Run => format!("{}合计", outcome.settings.whole_body()).into(),
        named => named.into(),
    }
}

/// Returns the possible corrections of broken sums, in words.
fn suspects(outcome: &Outcome, finding: &Finding) -> String {
    let form = outcome.corpus.form_of(finding.entry());
    let Some((report, _)) = finding.entry().and_then(|entry| outcome.corpus.report(entry)) else {
        return String::new();
    };
    let one = |suspect: &Suspect| correction(report, suspect, &form.indicators[suspect.figure].brief);
    let way = |set: &Vec<Suspect>| set.iter().map(one).collect::<Vec<_>>().join("，且");
    let ways: Vec<String> = finding.suspects.iter().take(WAYS).map(way).collect();
    match finding.suspects.len() {
        0 => String::new(),
        count if count > WAYS => format!("疑为：{}；等{count}种可能", ways.join("；或")),
        _ => format!("疑为：{}", ways.join("；或")),
    }
}

/// Returns a possible correction of a figure in words: `D24由31改为29`. `name` is its address or name.
pub(super) fn correction(report: &Report, suspect: &Suspect, name: &str) -> String {
    let raw = report.figures.at(suspect.figure).raw();
    let given = if raw.trim().is_empty() { "空白" } else { raw.trim() };
    suspect.value.map_or_else(|| name.to_owned(), |value| format!("{name}由{given}改为{value}"))
}

/// Returns the text of a cell, in quotes if a spreadsheet would show it differently, such as `00` as 0.
fn as_typed(observed: &str) -> String {
    let changes = observed.len() > 1 && observed.starts_with('0') && observed.bytes().all(|byte| byte.is_ascii_digit());
    if changes { format!("“{observed}”") } else { observed.to_owned() }
}

/// Columns of the list of units without a report in the totals.
pub(super) const MISSING: [&str; 4] = ["单位", "类型", "截止日期", "情况"];

/// Writes `未报送名单.csv`: the units with a report that is not in the totals or was late.
pub(super) fn missing(outcome: &Outcome, out: &mut dyn Write) -> Result<(), Failure> {
    let mut rows = ForOffices::new(out)?;
    rows.row(&MISSING)?;
    for row in missing_rows(outcome) {
        rows.row(&row)?;
    }
    rows.finish()
}

/// Returns the units with a report that is not in the totals or was late, as cells.
pub(super) fn missing_rows(outcome: &Outcome) -> Vec<[String; 4]> {
    let missing = by_unit::units(outcome).into_iter();
    let missing = missing.filter(|view| view.intake != Intake::Counted && outcome.corpus.is_expected(view.at));
    let row = |view: by_unit::UnitView<'_>| {
        let unit = view.unit;
        [unit.name.as_str(), unit.kind.chinese(), unit.due.as_deref().unwrap_or(""), view.intake_in_words()]
            .map(str::to_owned)
    };
    missing.map(row).collect()
}
