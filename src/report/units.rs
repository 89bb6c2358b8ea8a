//! `data/units.csv`: one row for each submission and each missing unit.

use std::io::Write;

use super::{Failure, csv_table};
use crate::amount::State;
use crate::form::Form;
use crate::outcome::{Line, Outcome};
use crate::submission::Report;

/// Columns, in order.
pub(super) const COLUMNS: [&str; 14] = [
    "unit_id",
    "unit",
    "kind",
    "status",
    "year",
    "form",
    "file",
    "must_fix",
    "must_explain",
    "notes",
    "cells_number",
    "cells_blank",
    "cells_other",
    "other_names",
];

/// Writes the submissions as CSV.
pub(super) fn csv(outcome: &Outcome, out: &mut dyn Write) -> Result<(), Failure> {
    let mut writer = csv_table::for_programs(out, &COLUMNS)?;
    for line in outcome.lines() {
        writer.write_record(record(outcome, *line))?;
    }
    writer.flush()?;
    Ok(())
}

fn record(outcome: &Outcome, line: Line) -> Vec<String> {
    let unit = line.unit.map(|unit| &outcome.corpus.units[unit]);
    let submission = line.entry.map(|entry| &outcome.corpus.entries[entry].submission);
    let report = line.entry.and_then(|entry| outcome.corpus.report(entry));
    let counts = match line.entry {
        Some(entry) => outcome.counts(entry),
        None => outcome.unit_counts(line.unit),
    };
    let [numbers, blanks, others] = report.map(cells).map_or_else(Default::default, |of| of.map(|n| n.to_string()));
    vec![
        unit.map(|unit| unit.id.clone()).unwrap_or_default(),
        outcome.unit_name(line.unit, line.entry).to_owned(),
        unit.map(|unit| unit.kind.word().to_owned()).unwrap_or_default(),
        line.status.word().to_owned(),
        submission.and_then(|submission| submission.year).map(|year| year.to_string()).unwrap_or_default(),
        report.map(|(_, form)| form.id.clone()).unwrap_or_default(),
        submission.map(|submission| submission.file.clone()).unwrap_or_default(),
        counts.must_fix.to_string(),
        counts.must_explain.to_string(),
        counts.notes.to_string(),
        numbers,
        blanks,
        others,
        line.unit.map(|unit| outcome.corpus.other_names(unit).join(";")).unwrap_or_default(),
    ]
}

/// Returns the number of official figures that are numbers, blank, and anything else.
fn cells((report, form): (&Report, &Form)) -> [usize; 3] {
    if report.plain {
        return [form.official, 0, 0];
    }
    let mut counts = [0; 3];
    for figure in report.figures.iter().take(form.official) {
        let kind = match figure.state {
            State::Number => 0,
            State::Blank => 1,
            State::NotApplicable | State::Text | State::Absent => 2,
        };
        counts[kind] += 1;
    }
    counts
}
