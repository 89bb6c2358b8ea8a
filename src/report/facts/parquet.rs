//! `data/facts.parquet`, written in row groups by polars.

use std::io::Write;

use polars::prelude::*;
use polars_io::parquet::write::{BatchedWriter, ParquetCompression, ParquetWriter};

use crate::corpus::{Facts, column};
use crate::outcome::Outcome;
use crate::report::Failure;

/// Writes the facts as Parquet, with the same types as the CSV's schema: text, a 32-bit year, an exact decimal.
pub(in crate::report) fn write(outcome: &Outcome, out: &mut dyn Write) -> Result<(), Failure> {
    let mut file: Option<BatchedWriter<&mut dyn Write>> = None;
    let mut out = Some(out);
    // Even a file without rows needs its columns.
    let none: &[usize] = &[];
    for entries in outcome.corpus.parts().chain([none]) {
        let mut group = group(outcome, entries)?;
        // The writer makes a row group of each chunk.
        group.rechunk_mut();
        if let Some(out) = out.take() {
            let writer = ParquetWriter::new(out).with_compression(ParquetCompression::Snappy);
            file = Some(writer.batched(group.schema())?);
        }
        if let Some(file) = &mut file {
            file.write_batch(&group)?;
        }
    }
    if let Some(file) = file {
        file.finish()?;
    }
    Ok(())
}

/// Returns the facts of some submissions with all keys replaced by names, in the order of the columns.
fn group(outcome: &Outcome, entries: &[usize]) -> Result<DataFrame, Failure> {
    let corpus = &outcome.corpus;
    let facts: Vec<Facts<'_>> = entries.iter().filter_map(|entry| corpus.facts_of(*entry)).collect();
    let mut rows = corpus.fact_frame(entries)?.select([column::ENTRY, column::INDICATOR, column::VALUE])?;
    rows.hstack_mut(&written(&facts))?;
    let lookup = JoinArgs { maintain_order: MaintainOrderJoin::Left, ..JoinArgs::new(JoinType::Left) };
    let on = |name: &str| vec![col(name)];
    let named = rows
        .lazy()
        .join(
            submissions(entries, &facts, outcome.corpus.year.known())?.lazy(),
            on(column::ENTRY),
            on(column::ENTRY),
            lookup.clone(),
        )
        .join(corpus.indicator_frame()?.lazy(), on(column::INDICATOR), on(column::INDICATOR), lookup)
        .with_column(col(column::INDICATOR_ID).alias(column::INDICATOR));
    Ok(named.select(column::FACTS.map(col)).collect()?)
}

/// Returns the columns that are constant within a submission.
fn submissions(entries: &[usize], facts: &[Facts<'_>], year: Option<u16>) -> PolarsResult<DataFrame> {
    let texts =
        |name: &str, of: fn(&Facts<'_>) -> String| Column::new(name.into(), facts.iter().map(of).collect::<Vec<_>>());
    DataFrame::new_infer_height(vec![
        Column::new(
            column::ENTRY.into(),
            entries.iter().filter_map(|entry| u32::try_from(*entry).ok()).collect::<Vec<_>>(),
        ),
        texts("unit_id", |facts| facts.unit.map_or_else(String::new, |unit| unit.id.clone())),
        texts("unit", |facts| facts.unit.map_or_else(String::new, |unit| unit.name.clone())),
        Column::new("year".into(), vec![year.map(i32::from); facts.len()]),
        texts("form", |facts| facts.form.id.clone()),
        texts("file", |facts| facts.submission.file.clone()),
    ])
}

/// Returns the columns with each figure's state, raw text and place.
fn written(facts: &[Facts<'_>]) -> Vec<Column> {
    let rows = facts.iter().map(|facts| facts.figures().len()).sum();
    let [mut state, mut raw, mut sheet, mut cell, mut correction] =
        ["state", "raw", "sheet", "cell", column::CORRECTION].map(|name| StringChunkedBuilder::new(name.into(), rows));
    let figures =
        facts.iter().flat_map(|facts| facts.figures().enumerate().map(move |(at, figure)| (facts, at, figure)));
    for (facts, position, (_, figure)) in figures {
        state.append_value(figure.state.word());
        raw.append_value(figure.raw());
        sheet.append_value(figure.sheet().unwrap_or_default());
        cell.append_value(figure.spot().map_or_else(String::new, |spot| spot.to_string()));
        correction.append_value(facts.correction(position).map_or("", |corrected| &corrected.reason));
    }
    [state, raw, sheet, cell, correction].map(|column| column.finish().into_column()).into()
}
