//! `data/bodies.csv`: one row for each body, year and form, with the coverage of its totals.

use std::io::Write;

use crate::levels::{COVERAGE_COLUMNS, LevelRollup};
use crate::report::{Failure, csv_table};

/// Columns before the counts.
const FIRST: [&str; 6] = ["body", "body_path", "level", "parent_path", "year", "form"];
/// Columns after the counts: the share of flagged reports, and the page of the body's only run.
const LAST: [&str; 2] = ["flagged_percent", "page"];

/// Returns the columns, in order.
pub(super) fn columns() -> Vec<&'static str> {
    FIRST.into_iter().chain(COVERAGE_COLUMNS).chain(LAST).collect()
}

/// Writes the bodies as CSV.
pub(super) fn csv(rollup: &LevelRollup, out: &mut dyn Write) -> Result<(), Failure> {
    let mut writer = csv_table::for_programs(out, &columns())?;
    for edition in &rollup.years {
        let body = &rollup.bodies[edition.body];
        let parent = body.parent.map(|parent| rollup.bodies[parent].path.clone()).unwrap_or_default();
        let mut record = vec![body.name.clone(), body.path.clone(), body.level.to_string(), parent];
        record.extend([edition.year.to_string(), rollup.forms.all[edition.form].id.clone()]);
        record.extend(edition.coverage.counts().iter().map(u64::to_string));
        record.push(edition.coverage.flagged_percent().map(|share| format!("{share:.2}")).unwrap_or_default());
        record.push(edition.page.clone().unwrap_or_default());
        writer.write_record(record)?;
    }
    writer.flush()?;
    Ok(())
}
