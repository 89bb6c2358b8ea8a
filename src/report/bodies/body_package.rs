//! `data/datapackage.json` of a roll-up.

use std::io::Write;

use serde_json::json;

use super::year_tables::{RATE_COLUMNS, REPEATED_COLUMNS, TREND_COLUMNS};
use super::{body_changes, body_findings, body_list, body_totals, kind_totals};
use crate::levels::LevelRollup;
use crate::report::Failure;
use crate::report::datapackage::resource;

/// Writes the description of the CSV files. It depends only on their columns, the years, and whether there are changes.
pub(super) fn json(rollup: &LevelRollup, out: &mut dyn Write) -> Result<(), Failure> {
    let years: Vec<String> = rollup.report_years().iter().map(u16::to_string).collect();
    let mut resources = vec![
        resource("totals", "one row per body, year, form and indicator, with its coverage", &body_totals::columns()),
        resource("totals_by_kind", "the same by kind of unit", &kind_totals::COLUMNS),
        resource("bodies", "one row per body, year and form: what its totals rest on", &body_list::columns()),
        resource("findings", "one row per cause of trouble", &body_findings::columns()),
        resource("trends", "one row per body, year and indicator: its total beside last year's", &TREND_COLUMNS),
        resource("rates", "one row per body, year and rate of outcomes", &RATE_COLUMNS),
        resource("repeated", "one row per unit and rule that it broke in several years", &REPEATED_COLUMNS),
    ];
    if rollup.changes.is_some() {
        resources.push(resource("changes", "one row per difference from an earlier roll-up", &body_changes::COLUMNS));
    }
    let package = json!({
        "name": format!("huizong-rollup-{}", years.join("-")),
        "profile": "data-package",
        "resources": resources,
    });
    serde_json::to_writer_pretty(&mut *out, &package)?;
    out.write_all(b"\n")?;
    Ok(())
}
