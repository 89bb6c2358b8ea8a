//! `data/changes.csv` of a roll-up: the differences from an earlier one.

use std::io::Write;

use crate::levels::LevelRollup;
use crate::report::{Failure, csv_table};

/// Columns, in order.
pub(super) const COLUMNS: [&str; 8] = ["body", "body_path", "level", "year", "what", "indicator", "before", "after"];

/// Writes the differences as CSV.
pub(super) fn csv(rollup: &LevelRollup, out: &mut dyn Write) -> Result<(), Failure> {
    let mut writer = csv_table::for_programs(out, &COLUMNS)?;
    for change in rollup.changes.iter().flatten() {
        let body = change.edition.map(|at| &rollup.bodies[rollup.years[at].body]);
        let name = change.body_path.rsplit('/').next().unwrap_or_default();
        let level = body.map_or_else(|| change.body_path.matches('/').count(), |body| body.level);
        writer.write_record([
            name,
            &change.body_path,
            &level.to_string(),
            &change.year.to_string(),
            change.what.word(),
            &change.indicator,
            &change.before,
            &change.after,
        ])?;
    }
    writer.flush()?;
    Ok(())
}
