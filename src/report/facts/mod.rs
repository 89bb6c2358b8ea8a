//! `data/facts.csv` and `data/facts.parquet`: a row per indicator of each counted submission, written one submission
//! after the other.

mod csv;
mod parquet;

pub(super) use csv::write as csv;
pub(super) use parquet::write as parquet;
