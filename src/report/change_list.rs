//! `data/changes.csv`: a row for each difference from an earlier run. Also the tables of a run, for comparison with an
//! earlier one.

use std::io::Write;

use super::{Failure, csv_table, facts, findings, totals, units};
use crate::changes::{Changes, Snapshot, TextTable};
use crate::error::{Error, Result};
use crate::message::Message;
use crate::outcome::Outcome;

/// Columns, in order.
pub(super) const COLUMNS: [&str; 9] =
    ["unit_id", "unit", "what", "rule", "finding_id", "indicator", "before", "after", "file"];

/// Writes the differences of an outcome as CSV.
pub(super) fn csv(outcome: &Outcome, out: &mut dyn Write) -> std::result::Result<(), Failure> {
    match &outcome.changes {
        Some(changes) => write(changes, out),
        None => Ok(()),
    }
}

/// Writes differences as CSV.
///
/// # Errors
/// The error of the writer.
pub fn write(changes: &Changes, out: &mut dyn Write) -> std::result::Result<(), Failure> {
    let mut writer = csv_table::for_programs(out, &COLUMNS)?;
    for change in &changes.rows {
        writer.write_record([
            change.unit_id.as_str(),
            &change.unit,
            change.what.word(),
            &change.rule,
            &change.finding_id,
            &change.indicator,
            &change.before,
            &change.after,
            &change.file,
        ])?;
    }
    writer.flush()?;
    Ok(())
}

/// A function that writes a table of an outcome.
type Writer = fn(&Outcome, &mut dyn Write) -> std::result::Result<(), Failure>;

/// Returns the tables of an outcome as written, to be compared with those of an earlier run.
///
/// # Errors
/// `Error::Given` if a table cannot be written, which is a bug.
pub fn snapshot(outcome: &Outcome) -> Result<Snapshot> {
    let render: [Writer; 4] = [facts::csv, units::csv, findings::csv, totals::csv];
    let table = |at: usize| {
        let failed = |why: Message| Error::Given { file: Snapshot::TABLES[at].to_owned(), why };
        let mut bytes = Vec::new();
        render[at](outcome, &mut bytes).map_err(|error| failed(Message::new("写不出来", error.to_string())))?;
        TextTable::parse(&bytes, Snapshot::COLUMNS[at]).map_err(failed)
    };
    let digests = outcome.receipts.iter();
    let digests = digests.filter_map(|receipt| Some((receipt.file.clone(), receipt.digest.as_ref()?.sha256.clone())));
    Ok(Snapshot::new([table(0)?, table(1)?, table(2)?, table(3)?]).with_digests(digests))
}
