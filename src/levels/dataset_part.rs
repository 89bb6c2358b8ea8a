//! A run's facts as one file of a Hive-partitioned dataset: the columns of `facts.parquet`, without the year, which is
//! part of the folder's name, and with the number that each figure adds to a total.

use polars::prelude::*;
use polars_io::parquet::write::{ParquetCompression, ParquetWriter};

use super::figure_columns::{FactBytes, FigureColumns, not_facts, read_parquet};
use super::run_tables::RunBytes;
use super::run_units::RunUnits;
use super::text_rows::TextRows;
use crate::corpus::{as_decimals, column, scale_up};
use crate::form::Form;
use crate::message::Message;

/// The column that becomes part of the folder's name.
const YEAR: &str = "year";
/// The numeric column.
const VALUE: &str = "value";

/// Returns the bytes of the file. Its last columns are `added` (the number that counts in totals, or null), `kind` (the
/// kind of unit) and `is_flagged` (whether the report has a finding that must be fixed).
///
/// # Errors
/// A message that names the damaged table.
pub fn dataset_part(bytes: RunBytes, form: &Form) -> Result<Vec<u8>, Message> {
    let findings = TextRows::parse("findings.csv", &bytes.findings, &["rule", "unit_id", "unit", "file", "indicator"])?;
    let mut units = RunUnits::read(&bytes.units, &findings)?;
    let frame = match bytes.facts {
        FactBytes::Parquet(bytes) => read_parquet(bytes, None),
        FactBytes::Csv(bytes) => frame_of_csv(&bytes),
    }
    .ok_or_else(not_facts)?;
    let added = FigureColumns::of_frame(&frame, form, &mut units)?.into_added();
    encode(frame, &added).map_err(|_| not_facts())
}

fn encode(mut frame: DataFrame, added: &[Column]) -> PolarsResult<Vec<u8>> {
    frame.hstack_mut(added)?;
    let mut frame = frame.drop(YEAR)?;
    frame.rechunk_mut();
    let mut out = Vec::new();
    ParquetWriter::new(&mut out).with_compression(ParquetCompression::Snappy).finish(&mut frame)?;
    Ok(out)
}

/// Converts the facts of a CSV to the columns of `facts.parquet`; `None` if they are damaged.
fn frame_of_csv(bytes: &[u8]) -> Option<DataFrame> {
    let rows = TextRows::parse("facts.csv", bytes, &column::FACTS).ok()?;
    let texts = |name: &str| rows.rows().map(|row| row.get(name)).collect::<Vec<_>>();
    let mut columns = Vec::new();
    for name in column::FACTS {
        columns.push(match name {
            VALUE => {
                let number = |text: &&str| if text.is_empty() { Some(None) } else { text.parse().ok().map(Some) };
                let values: Vec<_> = texts(name).iter().map(number).collect::<Option<_>>()?;
                as_decimals(name, values.into_iter().map(|value| value.map(scale_up)).collect())
            }
            YEAR => {
                let years: Vec<Option<i32>> = texts(name).iter().map(|text| text.parse().ok()).collect();
                Column::new(name.into(), years)
            }
            _ => Column::new(name.into(), texts(name)),
        });
    }
    DataFrame::new_infer_height(columns).ok()
}
