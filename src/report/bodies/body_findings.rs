//! `data/findings.csv` of a roll-up: the columns of a run's findings, followed by those of the body.

use std::collections::BTreeMap;
use std::io::Write;

use crate::levels::{LevelFinding, LevelRollup};
use crate::report::{Failure, csv_table, findings};

/// Columns after those of a run's findings.
const BODY_COLUMNS: [&str; 3] = ["body", "body_path", "level"];

/// Returns the columns, in order.
pub(super) fn columns() -> Vec<&'static str> {
    findings::COLUMNS.into_iter().chain(BODY_COLUMNS).collect()
}

/// Writes the findings as CSV. They are about bodies: the column for the unit has the body's name, and there is no unit
/// id.
pub(super) fn csv(rollup: &LevelRollup, out: &mut dyn Write) -> Result<(), Failure> {
    let levels: BTreeMap<&str, usize> =
        rollup.bodies.iter().enumerate().map(|(at, body)| (body.path.as_str(), at)).collect();
    let columns = columns();
    let mut writer = csv_table::for_programs(out, &columns)?;
    for finding in &rollup.findings {
        let body = levels.get(finding.body_path.as_str()).map(|at| &rollup.bodies[*at]);
        let name = body.map(|body| body.name.clone()).unwrap_or_default();
        let level = body.map(|body| body.level.to_string()).unwrap_or_default();
        let cells = columns.iter().map(|column| match *column {
            "unit" | "body" => name.clone(),
            "body_path" => finding.body_path.clone(),
            "level" => level.clone(),
            column => cell(rollup, finding, column),
        });
        writer.write_record(cells)?;
    }
    writer.flush()?;
    Ok(())
}

fn cell(rollup: &LevelRollup, finding: &LevelFinding, column: &str) -> String {
    let copied = finding.copied.as_ref();
    match column {
        "finding_id" => finding.id(),
        "rule" => finding.rule.clone(),
        "severity" => finding.severity.word().to_owned(),
        "year" => finding.year.map(|year| year.to_string()).unwrap_or_default(),
        "indicator" => finding.indicator.clone(),
        "file" => finding.file.clone(),
        "given" => finding.given.clone(),
        "expected" => finding.expected.clone(),
        "difference" => finding.difference.clone(),
        "checks" => finding.checks.join(";"),
        "message" => finding.message.in_language(rollup.settings.language).to_owned(),
        "fingerprint" => finding.fingerprint(),
        "status" => copied.map_or_else(|| "open".to_owned(), |copied| copied.status.clone()),
        "explanation" => copied.map(|copied| copied.explanation.clone()).unwrap_or_default(),
        _ => String::new(),
    }
}
