//! `data/findings.csv`: one row for each finding.

use std::io::Write;

use super::{Failure, csv_table};
use crate::finding::{Suspect, number_text};
use crate::outcome::{Identified, Outcome};
use crate::place::CellRange;

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

/// Writes the findings as CSV.
pub(super) fn csv(outcome: &Outcome, out: &mut dyn Write) -> Result<(), Failure> {
    let mut writer = csv_table::for_programs(out, &COLUMNS)?;
    for identified in outcome.identified() {
        writer.write_record(record(outcome, &identified))?;
    }
    writer.flush()?;
    Ok(())
}

fn record(outcome: &Outcome, identified: &Identified<'_>) -> Vec<String> {
    let finding = identified.finding;
    let unit = finding.unit().map(|unit| &outcome.corpus.units[unit]);
    let form = outcome.corpus.form_of(finding.entry());
    let cells: Vec<String> = finding.cells.iter().map(CellRange::to_string).collect();
    let checks: Vec<String> = finding.checks.iter().map(|check| check.id(form)).collect();
    let suspect = |suspect: &Suspect| format!("{}={}", form.indicators[suspect.figure].id, suspect.value_text());
    let set = |set: &Vec<Suspect>| set.iter().map(suspect).collect::<Vec<_>>().join("+");
    vec![
        identified.id.to_owned(),
        finding.rule.to_string(),
        finding.severity.word().to_owned(),
        unit.map(|unit| unit.id.clone()).unwrap_or_default(),
        outcome.whose(finding).to_owned(),
        outcome.corpus.year.field(),
        finding.indicators(form).join(";"),
        outcome.file_of(finding).to_owned(),
        finding.sheets.join(";"),
        cells.join(";"),
        finding.observed.clone(),
        number_text(finding.expected),
        number_text(finding.difference),
        checks.join(";"),
        finding.suspects.iter().map(set).collect::<Vec<_>>().join(";"),
        finding.message.in_language(outcome.settings.language).to_owned(),
        identified.fingerprint.to_owned(),
        identified.answer.word().to_owned(),
        identified.explanation.to_owned(),
    ]
}
