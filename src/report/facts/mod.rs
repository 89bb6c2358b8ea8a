//! `data/facts.csv` and `data/facts.parquet`: one row for each indicator of each counted submission, written without
//! holding all rows in memory.

mod csv;
mod parquet;

pub(super) use csv::write as csv;
pub(super) use parquet::write as parquet;
