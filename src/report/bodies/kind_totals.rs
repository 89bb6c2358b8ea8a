//! `data/totals_by_kind.csv`: one row for each body, year, form, kind of unit and indicator.

use std::io::Write;

use super::body_totals::{body_fields, header, number, write_out_full_buffer};
use crate::levels::{KindTotal, LevelRollup, UNIT_KINDS};
use crate::report::{Failure, csv_table};

/// Columns, in order.
pub(super) const COLUMNS: [&str; 12] = [
    "year",
    "form",
    "kind",
    "indicator",
    "total",
    "units_reporting",
    "units_blank",
    "units_flagged",
    "total_unflagged",
    "body",
    "body_path",
    "level",
];

/// Writes the totals by kind of unit as CSV.
pub(super) fn csv(rollup: &LevelRollup, out: &mut dyn Write) -> Result<(), Failure> {
    let mut rows = header(&COLUMNS)?;
    let mut fields: Option<(usize, Vec<u8>, Vec<u8>)> = None;
    rollup.for_each_kind_total::<Failure>(|total| {
        let KindTotal { edition: at, kind, position, sums } = total;
        let edition = &rollup.years[at];
        let form = &rollup.forms.all[edition.form];
        let (_, begin, end) = match &mut fields {
            Some(fields) if fields.0 == at => fields,
            fields => {
                let begin = csv_table::fields(&[&edition.year.to_string(), &form.id])?;
                fields.insert((at, begin, body_fields(rollup, edition)?))
            }
        };
        rows.extend(&*begin);
        write!(rows, ",{},{},", UNIT_KINDS[kind].word(), form.indicators[position].id)?;
        number(sums.total, &mut rows)?;
        write!(rows, ",{},{},{},", sums.reporting, sums.blank, sums.flagged)?;
        number(sums.unflagged, &mut rows)?;
        rows.push(b',');
        rows.extend(&*end);
        rows.push(b'\n');
        Ok(write_out_full_buffer(&mut rows, out)?)
    })?;
    Ok(out.write_all(&rows)?)
}
