//! `facts.parquet` and `facts.csv` have the same rows, for a county and for a few reports.

#![allow(clippy::expect_used, reason = "a test that cannot go on fails")]

use std::io::Cursor;
use std::path::{Path, PathBuf};

use huizong::corpus::{column, decimals};
use huizong::outcome::Outcome;
use huizong::pipeline::{self, Plan};
use huizong::report::{FACTS_CSV, FACTS_PARQUET, OUTPUTS, Render};
use polars::prelude::*;
use polars_io::parquet::read::ParquetReader;

fn bytes(outcome: &Outcome, path: &str) -> Vec<u8> {
    let output = OUTPUTS.iter().find(|output| output.path == path).expect("an output");
    let Render::File(write) = output.render else { panic!("{path} is a file") };
    let mut bytes = Vec::new();
    write(outcome, &mut bytes).expect("bytes");
    bytes
}

/// Compares both outputs row by row and returns the number of rows.
fn compare(outcome: &Outcome) -> usize {
    let csv = bytes(outcome, FACTS_CSV);
    let mut csv = csv::Reader::from_reader(csv.as_slice());
    assert_eq!(csv.headers().expect("headings"), column::FACTS.as_slice());
    let rows: Vec<csv::StringRecord> = csv.records().map(|row| row.expect("a row")).collect();
    let frame = ParquetReader::new(Cursor::new(bytes(outcome, FACTS_PARQUET))).finish().expect("a frame");
    assert!(frame.get_column_names().iter().map(|name| name.as_str()).eq(column::FACTS));
    assert_eq!(frame.height(), rows.len());
    for (at, name) in column::FACTS.iter().enumerate() {
        let told = rows.iter().map(|row| &row[at]);
        let column = frame.column(name).expect("a column");
        match *name {
            "value" => {
                let values = decimals(&frame, name).expect("decimals");
                let values = values.iter().map(|value| value.map_or_else(String::new, |value| value.to_string()));
                assert!(values.eq(told), "{name}");
            }
            "year" => {
                let years = column.i32().expect("numbers").iter();
                assert!(years.map(|year| year.map_or_else(String::new, |year| year.to_string())).eq(told), "{name}");
            }
            _ => {
                assert_eq!(column.null_count(), 0, "{name}");
                assert!(column.str().expect("texts").iter().flatten().eq(told), "{name}");
            }
        }
    }
    rows.len()
}

fn run(inputs: PathBuf, roster: Option<PathBuf>) -> Outcome {
    let plan = Plan { inputs: vec![inputs], roster, ..Plan::default() };
    pipeline::run(&plan, &|_| {}).expect("a run that ends")
}

#[test]
fn the_facts_of_the_sample_county_are_the_same_in_both() {
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/sample");
    assert!(compare(&run(sample.join("2025"), Some(sample.join("roster.csv")))) > 1000);
}

#[test]
fn without_reports_there_are_files_without_rows() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("甲山镇2025年年报.xlsx"), "").expect("a file");
    assert_eq!(compare(&run(folder.path().to_owned(), None)), 0);
}
