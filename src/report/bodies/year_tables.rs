//! `data/trends.csv`, `data/rates.csv` and `data/repeated.csv`: bodies over the years.

use std::collections::BTreeMap;
use std::io::Write;

use rust_decimal::Decimal;

use crate::levels::LevelRollup;
use crate::report::{Failure, csv_table};

/// Columns of the trends, in order.
pub(super) const TREND_COLUMNS: [&str; 14] = [
    "body",
    "body_path",
    "level",
    "indicator",
    "continuity",
    "year",
    "total",
    "units_reporting",
    "previous_year",
    "previous_form",
    "previous_total",
    "previous_units_reporting",
    "change",
    "change_percent",
];
/// Columns of the rates, in order.
pub(super) const RATE_COLUMNS: [&str; 9] =
    ["body", "body_path", "level", "year", "form", "rate", "part", "whole", "percent"];
/// Columns of the repeated findings, in order.
pub(super) const REPEATED_COLUMNS: [&str; 7] = ["body", "body_path", "level", "unit_id", "unit", "rule", "years"];

/// Writes the totals and those of the year before as CSV: one row for each body, year and indicator with a year before.
pub(super) fn trends(rollup: &LevelRollup, out: &mut dyn Write) -> Result<(), Failure> {
    let mut writer = csv_table::for_programs(out, &TREND_COLUMNS)?;
    for (at, edition) in rollup.years.iter().enumerate() {
        let Some(before) = rollup.year_before(at) else { continue };
        let body = &rollup.bodies[edition.body];
        let (level, year, previous) =
            (body.level.to_string(), edition.year.to_string(), rollup.years[before].year.to_string());
        let form = &rollup.forms.all[rollup.years[before].form].id;
        for change in rollup.year_changes(at) {
            let total = |sums: Option<crate::levels::IndicatorSums>| text(sums.and_then(|sums| sums.total));
            let reporting = |sums: Option<crate::levels::IndicatorSums>| {
                sums.map(|sums| sums.reporting.to_string()).unwrap_or_default()
            };
            writer.write_record([
                &body.name,
                &body.path,
                &level,
                change.indicator,
                change.continuity.word(),
                &year,
                &total(change.now),
                &reporting(change.now),
                &previous,
                form,
                &total(change.then),
                &reporting(change.then),
                &text(change.change()),
                &text(change.percent()),
            ])?;
        }
    }
    writer.flush()?;
    Ok(())
}

/// Writes the rates of outcomes as CSV.
pub(super) fn rates(rollup: &LevelRollup, out: &mut dyn Write) -> Result<(), Failure> {
    let mut writer = csv_table::for_programs(out, &RATE_COLUMNS)?;
    for (at, edition) in rollup.years.iter().enumerate() {
        let body = &rollup.bodies[edition.body];
        for rate in rollup.rates(at) {
            writer.write_record([
                body.name.as_str(),
                &body.path,
                &body.level.to_string(),
                &edition.year.to_string(),
                &rollup.forms.all[edition.form].id,
                rate.kind.name,
                &rate.part.to_string(),
                &rate.whole.to_string(),
                &text(rate.percent()),
            ])?;
        }
    }
    writer.flush()?;
    Ok(())
}

/// Writes the findings that units had to fix in several years as CSV.
pub(super) fn repeated(rollup: &LevelRollup, out: &mut dyn Write) -> Result<(), Failure> {
    let by_path: BTreeMap<&str, usize> =
        rollup.bodies.iter().enumerate().map(|(at, body)| (body.path.as_str(), at)).collect();
    let mut writer = csv_table::for_programs(out, &REPEATED_COLUMNS)?;
    for finding in &rollup.repeated {
        let body = by_path.get(finding.body_path.as_str()).map(|at| &rollup.bodies[*at]);
        let years: Vec<String> = finding.years.iter().map(u16::to_string).collect();
        writer.write_record([
            body.map_or("", |body| &body.name),
            &finding.body_path,
            &body.map(|body| body.level.to_string()).unwrap_or_default(),
            &finding.unit_id,
            &finding.unit,
            &finding.rule,
            &years.join(";"),
        ])?;
    }
    writer.flush()?;
    Ok(())
}

fn text(value: Option<Decimal>) -> String {
    value.map(|value| value.normalize().to_string()).unwrap_or_default()
}
