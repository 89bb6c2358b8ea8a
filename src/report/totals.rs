//! `data/totals.csv`: the county's total of every indicator, with its coverage.

use std::io::Write;

use super::{Failure, csv_table};
use crate::outcome::Outcome;

/// Columns, in order.
pub(super) const COLUMNS: [&str; 14] = [
    "year",
    "form",
    "indicator",
    "total",
    "units_expected",
    "units_reporting",
    "units_blank",
    "units_flagged",
    "total_unflagged",
    "official",
    "difference",
    "total_corrected",
    "cells_corrected",
    "cells_left_out",
];

/// Writes the totals as CSV. `official` and `difference` are empty unless the county's own report is given.
pub(super) fn csv(outcome: &Outcome, out: &mut dyn Write) -> Result<(), Failure> {
    let mut writer = csv_table::for_programs(out, &COLUMNS)?;
    let form = outcome.corpus.form();
    let official = |position: usize| outcome.corpus.official_figure(position).and_then(|figure| figure.value);
    for total in &outcome.totals {
        let number = |value: Option<rust_decimal::Decimal>| value.map(|value| value.to_string()).unwrap_or_default();
        writer.write_record([
            outcome.corpus.year.field(),
            form.id.clone(),
            form.indicators[total.position].id.clone(),
            number(total.total),
            total.expected.to_string(),
            total.reporting.to_string(),
            total.blank.to_string(),
            total.flagged.to_string(),
            number(total.unflagged),
            number(official(total.position)),
            number(official(total.position).and_then(|official| Some((official - total.total?).normalize()))),
            number(total.corrected),
            total.cells_corrected.to_string(),
            total.cells_left_out.to_string(),
        ])?;
    }
    writer.flush()?;
    Ok(())
}
