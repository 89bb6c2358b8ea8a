//! `对比表.xlsx` of a roll-up: the counties' own figures and the sums, this year and last year, and rates of outcomes.

use std::collections::BTreeSet;
use std::io::Write;

use rust_xlsxwriter::Worksheet;

use super::level_book::{MAIN_INDICATORS, book_title};
use super::sheet_table::{LevelCell, SheetTable};
use crate::levels::{Continuity, LevelRollup, RATES, Rate};
use crate::report::{Failure, sheet};

/// Maximum number of bodies named in a note.
const NAMED_BODIES: usize = 3;

/// Maximum number of rows of differences; `data/totals.csv` has all.
const MAX_DIFFERENCES: usize = 50_000;

/// Writes the workbook.
pub(super) fn xlsx(rollup: &LevelRollup, out: &mut dyn Write) -> Result<(), Failure> {
    let title = book_title(rollup);
    let mut workbook = sheet::workbook(&format!("{title}（对比）"), "rollup comparison")?;
    compare_with_official(rollup, &title, workbook.add_worksheet())?;
    compare_with_last_year(rollup, &title, workbook.add_worksheet())?;
    rates(rollup, &title, workbook.add_worksheet())?;
    out.write_all(&sheet::saved(&mut workbook)?)?;
    Ok(())
}

fn named(columns: &[(&str, f64)]) -> Vec<(String, f64)> {
    columns.iter().map(|(name, width)| ((*name).to_owned(), *width)).collect()
}

/// Writes the totals that differ from the counties' own reports.
fn compare_with_official(rollup: &LevelRollup, title: &str, sheet: &mut Worksheet) -> Result<(), Failure> {
    let columns = named(&[
        ("地区", 18.0),
        ("层级", 7.0),
        ("年度", 8.0),
        ("指标", 46.0),
        ("单位合计", 12.0),
        ("本级数", 12.0),
        ("差额", 12.0),
    ]);
    let said = format!("{title}　本级与合计不同的格（上级的本级数为下级本级数之和，缺一个就不列）");
    let mut table = SheetTable::new(sheet, "本级与合计", &said, &columns)?;
    let mut rows = 0;
    for (at, edition) in rollup.years.iter().enumerate() {
        let (body, form) = (&rollup.bodies[edition.body], &rollup.forms.all[edition.form]);
        for (position, sums) in rollup.totals.of(at) {
            let Some(difference) = sums.difference().filter(|difference| !difference.is_zero()) else { continue };
            rows += 1;
            if rows > MAX_DIFFERENCES {
                continue;
            }
            table.push(&[
                body.name.as_str().into(),
                (body.level as u64).into(),
                u64::from(edition.year).into(),
                form.indicators[*position].title.as_str().into(),
                sums.total.into(),
                sums.official.into(),
                LevelCell::Number(difference),
            ])?;
        }
    }
    table.finish(columns.len())
}

/// Writes the main figures of the year and of the year before side by side.
fn compare_with_last_year(rollup: &LevelRollup, title: &str, sheet: &mut Worksheet) -> Result<(), Failure> {
    let columns = named(&[
        ("地区", 18.0),
        ("层级", 7.0),
        ("指标", 14.0),
        ("本年", 12.0),
        ("上年", 12.0),
        ("增减", 12.0),
        ("增减（%）", 10.0),
        ("说明", 40.0),
    ]);
    let mut table = SheetTable::new(sheet, "与上年", &format!("{title}　与上年"), &columns)?;
    for at in rollup.main_editions() {
        let body = &rollup.bodies[rollup.years[at].body];
        let changes = rollup.year_changes(at);
        let unlike = unlike(rollup, at);
        for (name, indicator) in MAIN_INDICATORS {
            let Some(change) = changes.iter().find(|change| change.indicator == indicator) else { continue };
            let note = match change.continuity {
                Continuity::Continued => unlike.as_str(),
                Continuity::Begun => "上年表式无此项，不能比较",
                Continuity::Ended => "本年表式无此项，不能比较",
            };
            table.push(&[
                body.name.as_str().into(),
                (body.level as u64).into(),
                name.into(),
                change.now.and_then(|sums| sums.total).into(),
                change.then.and_then(|sums| sums.total).into(),
                change.change().into(),
                change.percent().into(),
                note.into(),
            ])?;
        }
    }
    table.finish(columns.len())
}

/// Returns what to know of a comparison with last year if the totals are not of the same bodies and of equally many
/// reports; else nothing.
fn unlike(rollup: &LevelRollup, at: usize) -> String {
    let Some(before) = rollup.year_before(at) else { return String::new() };
    let [now, then] = [at, before].map(|at| rollup.run_bodies(at));
    let count = |at: usize, column: &str| rollup.years[at].coverage.get(column);
    let names = |bodies: &BTreeSet<&str>, others: &BTreeSet<&str>| {
        let own: Vec<&str> = bodies.difference(others).map(|path| path.rsplit('/').next().unwrap_or(path)).collect();
        match own.len() {
            0 => "无".to_owned(),
            count if count > NAMED_BODIES => format!("{}等{count}个", own[..NAMED_BODIES].join("、")),
            _ => own.join("、"),
        }
    };
    if now != then {
        return format!("地区不同（仅上年：{}；仅本年：{}），不能直接比较", names(&then, &now), names(&now, &then));
    }
    match ["outputs", "reports_counted"].map(|column| [count(before, column), count(at, column)]) {
        [[then, now], _] if then != now => format!("上年{then}份结果，本年{now}份，不能直接比较"),
        [_, [then, now]] if then != now => format!("上年计入{then}份报告，本年{now}份"),
        _ => String::new(),
    }
}

/// Writes the rates of outcomes in percent, one row for each body and year.
fn rates(rollup: &LevelRollup, title: &str, sheet: &mut Worksheet) -> Result<(), Failure> {
    let mut columns = named(&[("地区", 18.0), ("层级", 7.0), ("年度", 8.0)]);
    columns.extend(RATES.iter().map(|rate| (format!("{}率（%）", rate.chinese), 12.0)));
    let mut table = SheetTable::new(sheet, "比率", &format!("{title}　比率"), &columns)?;
    for (at, edition) in rollup.years.iter().enumerate() {
        let body = &rollup.bodies[edition.body];
        let rates = rollup.rates(at);
        let mut cells = vec![body.name.as_str().into(), (body.level as u64).into(), u64::from(edition.year).into()];
        let percent = |name: &str| rates.iter().find(|rate| rate.kind.name == name).and_then(Rate::percent);
        cells.extend(RATES.iter().map(|rate| LevelCell::from(percent(rate.name))));
        table.push(&cells)?;
    }
    table.finish(columns.len())
}
