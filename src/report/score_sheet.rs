//! `考核计分.xlsx`: the scores with ranks, grades, reasons in words, and columns for objections.

use std::io::Write;

use rust_decimal::Decimal;
use rust_xlsxwriter::Worksheet;

use super::layout::Area;
use super::scoring::{Score, ScoringTable, scores};
use super::{Failure, office, sheet, templates};
use crate::outcome::Outcome;

const COLUMNS: [(&str, f64); 8] = [
    ("位次", 7.0),
    ("单位", 34.0),
    ("类型", 8.0),
    ("得分", 8.0),
    ("等次", 22.0),
    ("扣分理由", 56.0),
    ("单位异议", 30.0),
    ("处理意见", 24.0),
];

/// The grade of units without a score.
const SAID: &str = "过了报送期限没有报送的计0分。未评定的不排位次：未到报送期限的，没有写明日期、不能判断是否到期的，\
    以及报来的还没有计入汇总的（无法读取、没有年报表格、几份报告不同、年度不符或者不明）。计分是参考，等次以本地考核办法为准。";

/// Writes the workbook.
pub(super) fn xlsx(outcome: &Outcome, out: &mut dyn Write) -> Result<(), Failure> {
    let given = templates::bytes(&outcome.settings.templates, templates::SCORING);
    let table = ScoringTable::read(given).map_err(|why| why.about(templates::SCORING))?;
    let mut workbook = sheet::workbook(&format!("{}（考核计分）", office::title(outcome)), "scores")?;
    let mut all = scores(outcome, &table);
    // The order of the roster stays among those of one place; those without a score come last.
    all.sort_by_key(|score| std::cmp::Reverse(score.points.ok()));
    scores_sheet(outcome, &table, &all, workbook.add_worksheet())?;
    basis(&table, workbook.add_worksheet())?;
    out.write_all(&sheet::saved(&mut workbook)?)?;
    Ok(())
}

fn scores_sheet(
    outcome: &Outcome,
    table: &ScoringTable,
    all: &[Score<'_>],
    sheet: &mut Worksheet,
) -> Result<(), Failure> {
    sheet.set_name("计分")?;
    let line = |row: usize| Area { top: row, left: 0, bottom: row, right: COLUMNS.len() - 1 };
    let county = outcome.settings.county.as_deref().unwrap_or_default();
    let title = format!("{county}{}年度政府信息公开工作年度报告考核计分", outcome.corpus.year);
    sheet::put(sheet, line(0), &title, &sheet::title())?;
    sheet::put(sheet, line(1), SAID, &sheet::remark())?;
    let width = COLUMNS.iter().map(|(_, width)| width).sum::<f64>();
    sheet.set_row_height(0, 30)?.set_row_height(1, sheet::height(SAID, width * 0.93))?;
    for (at, (name, width)) in COLUMNS.into_iter().enumerate() {
        let column = sheet::column(at)?;
        sheet.set_column_width(column, width)?;
        sheet.write_string_with_format(2, column, name, &sheet::heading())?;
    }
    for (row, score) in (3..).zip(all) {
        let larger = all.iter().filter(|other| other.points.ok() > score.points.ok()).count();
        let place = score.points.map(|_| (larger + 1).to_string()).unwrap_or_default();
        let points = score.points.map(|points| points.to_string()).unwrap_or_default();
        let (grade, reasons) = (score.grade(table), score.reasons(table));
        let texts = [&place, &score.view.unit.name, score.view.unit.kind.chinese(), &points, &grade, &reasons, "", ""];
        let needed = [(&grade, COLUMNS[4].1), (&reasons, COLUMNS[5].1)];
        let needed = needed.map(|(text, width)| sheet::height(text, width * 0.93));
        let highest = needed[0].max(needed[1]).clamp(24.0, 400.0);
        sheet.set_row_height(sheet::row(row)?, highest)?;
        for (at, text) in texts.into_iter().enumerate() {
            let format = if matches!(at, 1 | 5 | 6 | 7) { sheet::label() } else { sheet::figure() };
            let (row, column) = (sheet::row(row)?, sheet::column(at)?);
            match text.parse::<Decimal>() {
                Ok(number) => {
                    let format = sheet::decimals(format, number);
                    sheet.write_number_with_format(row, column, text.parse::<f64>()?, &format)?
                }
                Err(_) => sheet.write_string_with_format(row, column, sheet::text(text), &format)?,
            };
        }
    }
    sheet.set_freeze_panes(3, 2)?.set_repeat_rows(2, 2)?;
    sheet::page_for_others(sheet, true);
    Ok(())
}

/// Writes the scoring table in words.
fn basis(table: &ScoringTable, sheet: &mut Worksheet) -> Result<(), Failure> {
    sheet.set_name("计分办法")?;
    let columns = [("扣分项", 30.0), ("包括的问题", 50.0), ("每处扣分", 10.0), ("最多扣分", 10.0)];
    for (at, (name, width)) in columns.into_iter().enumerate() {
        let column = sheet::column(at)?;
        sheet.set_column_width(column, width)?;
        sheet.write_string_with_format(0, column, name, &sheet::heading())?;
    }
    for (row, texts) in (1_u32..).zip(table.in_words()) {
        sheet.set_row_height(row, sheet::height(&texts[1], columns[1].1 * 0.93).clamp(30.0, 400.0))?;
        for (column, text) in (0_u16..).zip(texts) {
            sheet.write_string_with_format(row, column, sheet::text(&text), &sheet::label())?;
        }
    }
    sheet::page_for_others(sheet, false);
    Ok(())
}
