//! `对比表.xlsx`: the county's totals compared with its own report and with last year, and the units compared with one
//! another.

use std::collections::BTreeMap;
use std::io::Write;

use rust_decimal::Decimal;
use rust_xlsxwriter::{Format, Worksheet};

use super::by_unit::{self, UnitView};
use super::layout::Area;
use super::{Failure, office, sheet};
use crate::amount;
use crate::finding::FailedCheck;
use crate::form::{self, Term};
use crate::outcome::Outcome;
use crate::roster::UnitKind;

/// The remark on a figure that differs from the sum by rounding alone.
const ROUNDED: &str = "只差四舍五入，不算不一致";

/// The value of a cell.
enum CellValue {
    Text(String),
    Number(Decimal),
    Nothing,
}

impl From<Option<Decimal>> for CellValue {
    fn from(value: Option<Decimal>) -> Self {
        value.map_or(Self::Nothing, Self::Number)
    }
}

impl From<&str> for CellValue {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

/// Writes the workbook.
pub(super) fn xlsx(outcome: &Outcome, out: &mut dyn Write) -> Result<(), Failure> {
    let mut workbook = sheet::workbook(&format!("{}（对比）", office::title(outcome)), "comparison")?;
    if outcome.corpus.official.is_some() {
        compare_with_official(outcome, workbook.add_worksheet())?;
    }
    compare_with_last_year(outcome, workbook.add_worksheet())?;
    units(outcome, workbook.add_worksheet())?;
    out.write_all(&sheet::saved(&mut workbook)?)?;
    Ok(())
}

/// Writes the totals and the county's own report side by side, with the explanations of R01.
fn compare_with_official(outcome: &Outcome, sheet: &mut Worksheet) -> Result<(), Failure> {
    let form = outcome.corpus.form();
    let columns = [
        ("指标", 46.0),
        ("本级年报", 11.0),
        ("各单位合计", 11.0),
        ("差额", 9.0),
        ("更正后的合计", 12.0),
        ("原因", 80.0),
    ];
    head(sheet, "与本级", &columns, &summary(outcome))?;
    let mut reasons: BTreeMap<usize, &str> = BTreeMap::new();
    for finding in &outcome.findings {
        for check in &finding.checks {
            if let FailedCheck::Official(figure) = check {
                reasons.entry(*figure).or_insert(&finding.in_full().zh);
            }
        }
    }
    let official_totals = outcome.totals.iter().filter(|total| total.position < form.official);
    for (row, total) in (3..).zip(official_totals) {
        let item = &form.indicators[total.position];
        let official = outcome.corpus.official_figure(total.position).and_then(|figure| figure.value);
        let difference = official.zip(total.total).map(|(official, sum)| (official - sum).normalize());
        let reason = reasons.get(&total.position).copied().unwrap_or_default();
        let is_rounded = difference.is_some_and(|difference| !difference.is_zero()) && reason.is_empty();
        let remark = if is_rounded { ROUNDED } else { reason };
        let cells = [
            CellValue::from(item.title.as_str()),
            official.into(),
            total.total.into(),
            difference.into(),
            total.corrected.into(),
            remark.into(),
        ];
        let tint = if reason.is_empty() { None } else { Some(sheet::YELLOW) };
        put_row(sheet, row, &cells, &columns, tint)?;
    }
    sheet::page(sheet, true, outcome.settings.date);
    Ok(())
}

/// Returns a summary of the differences: their number, and whether one unit that is not counted can explain those that
/// remain after the correction of certain errors.
fn summary(outcome: &Outcome) -> String {
    let form = outcome.corpus.form();
    let mut rest: BTreeMap<usize, Decimal> = BTreeMap::new();
    let (mut compared, mut differing) = (0_usize, 0_usize);
    for total in outcome.totals.iter().filter(|total| total.position < form.official) {
        let official = outcome.corpus.official_figure(total.position).and_then(|figure| figure.value);
        let (Some(official), Some(sum)) = (official, total.total) else { continue };
        let kind = form.indicators[total.position].kind;
        let corrected = total.corrected.unwrap_or_default();
        compared += 1;
        differing += usize::from(kind.is_apart(official, sum));
        let difference = if kind.is_apart(official, corrected) { official - corrected } else { Decimal::ZERO };
        rest.insert(total.position, difference);
    }
    let said = format!("本级年报与各单位合计逐格比较{compared}格，不一致{differing}格。");
    let left = rest.values().filter(|rest| !rest.is_zero()).count();
    let outside: Vec<[String; 4]> = office::missing_rows(outcome).into_iter().filter(|row| row[3] != "迟报").collect();
    // A figure that is not compared counts as zero.
    let term = |position: usize| Term::Known(rest.get(&position).copied().unwrap_or_default());
    let is_report = rest.values().all(|rest| !rest.is_sign_negative() || rest.is_zero()) && form.keeps_sums(term);
    match (left, outside.as_slice()) {
        (0, _) if differing > 0 => format!("{said}更正有误的数字之后，全部一致。"),
        (1.., [only]) if is_report => {
            format!(
                "{said}更正有误的数字之后还有{left}格不一致，合起来勾稽关系都成立，其余差额都可由{}一家解释。",
                only[0]
            )
        }
        _ => said,
    }
}

/// Writes the totals of this year and last year side by side.
fn compare_with_last_year(outcome: &Outcome, sheet: &mut Worksheet) -> Result<(), Failure> {
    let columns =
        [("指标", 46.0), ("本年", 11.0), ("上年", 11.0), ("增减", 10.0), ("增减率%", 10.0), ("比较的单位数", 12.0)];
    let said = "只比较两年都有数字的单位；没有上年数字的指标不列。增减率以上年为基数，上年为0的不计算。";
    head(sheet, "与上年", &columns, said)?;
    let form = outcome.corpus.form();
    let ids: Vec<[&str; 1]> = form.indicators[..form.official].iter().map(|item| [item.id.as_str()]).collect();
    let groups: Vec<(&str, &[&str])> = ids.iter().map(|id| (id[0], id.as_slice())).collect();
    let sums = outcome.corpus.year_sums(&groups)?;
    let mut row = 3;
    for item in &form.indicators[..form.official] {
        let Some(sums) = sums.get(&item.id) else { continue };
        let change = (sums.now - sums.then).normalize();
        let rate = amount::percent(change, sums.then, 1).map(|rate| rate.normalize());
        let cells = [
            CellValue::from(item.title.as_str()),
            CellValue::Number(sums.now.normalize()),
            CellValue::Number(sums.then.normalize()),
            CellValue::Number(change),
            rate.into(),
            CellValue::Number(Decimal::from(sums.units)),
        ];
        put_row(sheet, row, &cells, &columns, None)?;
        row += 1;
    }
    if row == 3 {
        let line = Area { top: 3, left: 0, bottom: 3, right: columns.len() - 1 };
        sheet::put(sheet, line, "没有给出上年的数字。", &sheet::remark())?;
    }
    sheet::page(sheet, false, outcome.settings.date);
    Ok(())
}

/// The compared figures of a unit.
struct UnitFigures {
    name: String,
    kind: UnitKind,
    received: Option<Decimal>,
    received_then: Option<Decimal>,
    open: Option<Decimal>,
    concluded: Option<Decimal>,
    share: Option<Decimal>,
    corrected: Option<Decimal>,
    carried_out: Option<Decimal>,
}

impl UnitFigures {
    fn of(outcome: &Outcome, view: &UnitView<'_>) -> Option<Self> {
        let (report, form) = outcome.corpus.report(view.entry?)?;
        let value = |id: &str| {
            let figure = report.figures.get(form.position(id)?)?;
            figure.value.filter(|_| figure.addable).map(|value| value.normalize())
        };
        let sum = |indicators| outcome.sum_of_figures(view.entry?, indicators).map(|sum| sum.normalize());
        let share = outcome.share_of_figures(view.entry?, form::DISCLOSED);
        let past = outcome.corpus.prior_report_of(view.at);
        Some(Self {
            name: view.unit.name.clone(),
            kind: view.unit.kind,
            received: value("t3.received.total"),
            received_then: past.and_then(|past| past.values.get("t3.received.total").copied()),
            open: sum(form::DISCLOSED.part),
            concluded: sum(form::DISCLOSED.whole),
            share: share.map(|share| share.normalize()),
            corrected: value("t4.review.corrected"),
            carried_out: value("t3.carried_out.total"),
        })
    }
}

/// Returns the rank of a value among units of the same kind, with the largest first; equal values share a rank.
fn rank(all: &[UnitFigures], own: &UnitFigures, of: fn(&UnitFigures) -> Option<Decimal>) -> Option<Decimal> {
    let value = of(own)?;
    let larger = all.iter().filter(|other| other.kind == own.kind && of(other).is_some_and(|other| other > value));
    Some(Decimal::from(larger.count() + 1))
}

/// Writes the units side by side.
fn units(outcome: &Outcome, sheet: &mut Worksheet) -> Result<(), Failure> {
    let columns = [
        ("单位", 34.0),
        ("类型", 8.0),
        ("新收", 9.0),
        ("上年新收", 9.0),
        ("新收同类位次", 9.0),
        ("予以和部分公开", 10.0),
        ("办结", 9.0),
        ("公开率%", 10.0),
        ("公开率同类位次", 10.0),
        ("复议纠正", 9.0),
        ("结转下年", 9.0),
    ];
    let said =
        "只列计入汇总的单位。公开率：予以公开和部分公开之和除以办理结果总计。位次在同类单位中由大到小，相同的并列。";
    head(sheet, "各单位", &columns, said)?;
    let views = by_unit::units(outcome);
    let figures: Vec<UnitFigures> = views.iter().filter_map(|view| UnitFigures::of(outcome, view)).collect();
    for (row, one) in (3..).zip(&figures) {
        let cells = [
            CellValue::from(one.name.as_str()),
            one.kind.chinese().into(),
            one.received.into(),
            one.received_then.into(),
            rank(&figures, one, |one| one.received).into(),
            one.open.into(),
            one.concluded.into(),
            one.share.into(),
            rank(&figures, one, |one| one.share).into(),
            one.corrected.into(),
            one.carried_out.into(),
        ];
        put_row(sheet, row, &cells, &columns, None)?;
    }
    let last = sheet::row(3 + figures.len().max(1) - 1)?;
    sheet.autofilter(2, 0, last, sheet::column(columns.len() - 1)?)?;
    sheet::page(sheet, true, outcome.settings.date);
    Ok(())
}

/// Writes the name of a sheet, its explanation, and the header.
fn head(sheet: &mut Worksheet, name: &str, columns: &[(&str, f64)], said: &str) -> Result<(), Failure> {
    sheet.set_name(name)?;
    let line = |row: usize| Area { top: row, left: 0, bottom: row, right: columns.len() - 1 };
    sheet::put(sheet, line(0), name, &sheet::title())?;
    sheet::put(sheet, line(1), said, &sheet::remark())?;
    let width: f64 = columns.iter().map(|(_, width)| width).sum();
    sheet.set_row_height(0, 30)?.set_row_height(1, sheet::height(said, width))?;
    for (at, (name, width)) in columns.iter().enumerate() {
        let column = sheet::column(at)?;
        sheet.set_column_width(column, *width)?;
        sheet.write_string_with_format(2, column, *name, &sheet::heading())?;
    }
    sheet.set_row_height(2, 36)?;
    sheet.set_freeze_panes(3, 1)?.set_repeat_rows(2, 2)?;
    Ok(())
}

fn put_row(
    sheet: &mut Worksheet,
    row: usize,
    cells: &[CellValue],
    columns: &[(&str, f64)],
    tint: Option<u32>,
) -> Result<(), Failure> {
    let mut highest: f64 = 22.0;
    for (at, cell) in cells.iter().enumerate() {
        let (y, x) = (sheet::row(row)?, sheet::column(at)?);
        let tinted =
            |format: Format| tint.map_or_else(|| format.clone(), |tint| format.clone().set_background_color(tint));
        match cell {
            CellValue::Text(text) => {
                let shown = sheet::text(text);
                sheet.write_string_with_format(y, x, shown, &tinted(sheet::label()))?;
                highest = highest.max(sheet::height(text, columns[at].1 * 0.93).min(400.0));
            }
            CellValue::Number(value) => {
                let format = sheet::decimals(tinted(sheet::figure()), *value);
                sheet.write_number_with_format(y, x, value.to_string().parse::<f64>()?, &format)?;
            }
            CellValue::Nothing => {
                sheet.write_blank(y, x, &tinted(sheet::figure()))?;
            }
        }
    }
    sheet.set_row_height(sheet::row(row)?, highest)?;
    Ok(())
}
