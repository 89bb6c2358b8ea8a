//! `data/facts.csv` and `data/facts.parquet`: a row per indicator of each counted submission, written one submission
//! after the other.

mod chunk;
mod csv;
mod parquet;
mod runs;

pub(super) use csv::write as csv;
pub(super) use parquet::write as parquet;
