//! `data/findings.csv`: a row per cause.

use std::io::Write;

use super::{Failure, table};
use crate::outcome::{Identified, Outcome};

/// Columns, in order.
pub(super) const COLUMNS: [&str; 19] = [
    "finding_id",
    "rule",
    "severity",
    "unit_id",
    "unit",
    "year",
    "indicator",
    "file",
    "sheet",
    "cell",
    "given",
    "expected",
    "difference",
    "checks",
    "suspects",
    "message",
    "fingerprint",
    "status",
    "explanation",
];

/// The findings as CSV.
pub(super) fn csv(outcome: &Outcome, out: &mut dyn Write) -> Result<(), Failure> {
    let mut writer = table::for_programs(out, &COLUMNS)?;
    for identified in outcome.identified() {
        writer.write_record(record(outcome, &identified))?;
    }
    writer.flush()?;
    Ok(())
}

fn record(outcome: &Outcome, identified: &Identified<'_>) -> Vec<String> {
    let finding = identified.finding;
    let unit = finding.unit.map(|unit| &outcome.corpus.units[unit]);
    vec![
        identified.id.to_owned(),
        finding.rule.to_string(),
        finding.severity.word().to_owned(),
        unit.map(|unit| unit.id.clone()).unwrap_or_default(),
        outcome.whose(finding).to_owned(),
        outcome.corpus.year.field(),
        finding.indicator.clone(),
        outcome.file_of(finding).to_owned(),
        finding.sheet.clone(),
        finding.cell.clone(),
        finding.given.clone(),
        finding.expected.clone(),
        finding.difference.clone(),
        finding.checks.join(";"),
        finding.suspects.join(";"),
        finding.message.in_language(outcome.settings.language).to_owned(),
        identified.fingerprint.to_owned(),
        identified.answer.word().to_owned(),
        identified.explanation.to_owned(),
    ]
}
