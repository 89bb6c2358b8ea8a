//! `data/totals.csv` of a roll-up: one row for each body, year, form and indicator. The columns of a run's totals are
//! first.

use std::io::Write;

use rust_decimal::Decimal;

use crate::levels::{BodyYear, LevelRollup};
use crate::report::{Failure, csv_table, totals};

/// Columns after those of a run's totals.
const BODY_COLUMNS: [&str; 3] = ["body", "body_path", "level"];
/// Size of the output buffer, in bytes.
const GATHERED_BYTES: usize = 1 << 16;

/// Returns the columns, in order.
pub(super) fn columns() -> Vec<&'static str> {
    totals::COLUMNS.into_iter().chain(BODY_COLUMNS).collect()
}

/// Writes the totals as CSV. Fields common to all rows of a body and year are formatted once.
pub(super) fn csv(rollup: &LevelRollup, out: &mut dyn Write) -> Result<(), Failure> {
    let mut rows = header(&columns())?;
    for (at, edition) in rollup.years.iter().enumerate() {
        let form = &rollup.forms.all[edition.form];
        let (begin, end) = (csv_table::fields(&[&edition.year.to_string(), &form.id])?, body_fields(rollup, edition)?);
        for (position, sums) in rollup.totals.of(at) {
            rows.extend(&begin);
            write!(rows, ",{},", form.indicators[*position].id)?;
            number(sums.total, &mut rows)?;
            write!(rows, ",{},{},{},{},", sums.expected, sums.reporting, sums.blank, sums.flagged)?;
            number(sums.unflagged, &mut rows)?;
            rows.push(b',');
            number(sums.official, &mut rows)?;
            rows.push(b',');
            number(sums.difference(), &mut rows)?;
            rows.push(b',');
            number(sums.corrected, &mut rows)?;
            write!(rows, ",{},{},", sums.cells_corrected, sums.cells_left_out)?;
            rows.extend(&end);
            rows.push(b'\n');
            write_out_full_buffer(&mut rows, out)?;
        }
    }
    Ok(out.write_all(&rows)?)
}

/// Returns the header as a row.
pub(super) fn header(columns: &[&str]) -> Result<Vec<u8>, Failure> {
    let mut header = csv_table::fields(columns)?;
    header.push(b'\n');
    Ok(header)
}

/// Returns the name, path and level of a body as fields.
pub(super) fn body_fields(rollup: &LevelRollup, edition: &BodyYear) -> Result<Vec<u8>, Failure> {
    let body = &rollup.bodies[edition.body];
    csv_table::fields(&[&body.name, &body.path, &body.level.to_string()])
}

/// Writes a number without trailing zeros; nothing for `None`. Small whole numbers, which are most, take the fast path.
pub(super) fn number(value: Option<Decimal>, rows: &mut Vec<u8>) -> std::io::Result<()> {
    let Some(value) = value else { return Ok(()) };
    match i64::try_from(value.mantissa()) {
        Ok(whole) if value.scale() == 0 => write!(rows, "{whole}"),
        _ => write!(rows, "{}", value.normalize()),
    }
}

/// Writes the buffered rows out once the buffer is full.
pub(super) fn write_out_full_buffer(rows: &mut Vec<u8>, out: &mut dyn Write) -> std::io::Result<()> {
    if rows.len() >= GATHERED_BYTES {
        out.write_all(rows)?;
        rows.clear();
    }
    Ok(())
}
