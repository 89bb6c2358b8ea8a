//! The aggregations: of figures to the totals of each output, and of these to the totals of each body, year and kind of
//! unit.

use std::ops::Range;

use polars::prelude::*;

use super::figure_columns::{FigureColumns, figure_column};
use super::indicator_sums::IndicatorSums;
use crate::corpus::{as_decimals, decimals, query, scale_up};
use crate::error::Result;

/// Column names of the frames of totals.
const SOURCE: &str = figure_column::SOURCE;
const KIND: &str = figure_column::KIND;
const POSITION: &str = figure_column::POSITION;
const EDITION: &str = "edition";
/// Columns of exact amounts.
const AMOUNTS: [&str; 4] = ["total", "unflagged", "corrected", "official"];
/// Amounts that an output may lack although units report.
const PARTIAL: [&str; 2] = ["corrected", "official"];
/// Columns of counts.
const COUNTS: [&str; 6] = ["reporting", "blank", "flagged", "expected", "cells_corrected", "cells_left_out"];
/// Number of amounts and counts in totals by kind of unit.
const KIND_AMOUNTS: usize = 2;
const KIND_COUNTS: usize = 3;

/// Column builders of the totals of outputs.
#[derive(Debug, Default)]
pub(super) struct SumColumns {
    sources: Vec<u32>,
    kinds: Vec<u32>,
    positions: Vec<u32>,
    amounts: [Vec<Option<i128>>; AMOUNTS.len()],
    counts: [Vec<u32>; COUNTS.len()],
}

/// A total of an output, or of a body and year, with its key: output or edition, kind of unit, and position in the
/// form.
pub(super) type KeyedSums = ((u32, u32, u32), IndicatorSums);

impl SumColumns {
    /// Adds a total of one output and kind. Totals over all kinds have the kind 0.
    pub(super) fn push(&mut self, source: u32, kind: u32, position: usize, sums: &IndicatorSums) {
        self.sources.push(source);
        self.kinds.push(kind);
        self.positions.push(u32::try_from(position).unwrap_or(u32::MAX));
        let amounts = [sums.total, sums.unflagged, sums.corrected, sums.official];
        for (column, amount) in self.amounts.iter_mut().zip(amounts) {
            column.push(amount.map(scale_up));
        }
        let counts =
            [sums.reporting, sums.blank, sums.flagged, sums.expected, sums.cells_corrected, sums.cells_left_out];
        for (column, count) in self.counts.iter_mut().zip(counts) {
            column.push(count);
        }
    }

    /// Returns the frame; for totals by kind of unit it has fewer amounts and counts.
    pub(super) fn into_frame(self, by_kind: bool) -> Result<DataFrame> {
        let (amounts, counts) = widths(by_kind);
        let mut columns = vec![
            Column::new(SOURCE.into(), self.sources),
            Column::new(KIND.into(), self.kinds),
            Column::new(POSITION.into(), self.positions),
        ];
        let named = AMOUNTS.iter().zip(self.amounts).take(amounts);
        columns.extend(named.map(|(name, column)| as_decimals(name, column)));
        let named = COUNTS.iter().zip(self.counts).take(counts);
        columns.extend(named.map(|(name, column)| Column::new((*name).into(), column)));
        DataFrame::new_infer_height(columns).map_err(query("totals of outputs"))
    }
}

fn widths(by_kind: bool) -> (usize, usize) {
    if by_kind { (KIND_AMOUNTS, KIND_COUNTS) } else { (AMOUNTS.len(), COUNTS.len()) }
}

/// Adds up the figures of several outputs by kind of unit and indicator, sorted by output, kind and indicator.
///
/// # Errors
/// `Error::Query` if polars fails, which is a bug.
pub(super) fn add_figures(parts: Vec<(u32, FigureColumns)>) -> Result<Vec<KeyedSums>> {
    let what = "figures of outputs";
    let frame = FigureColumns::into_frame(parts).map_err(query(what))?;
    let (added, flagged) = (col(figure_column::ADDED), col(figure_column::IS_FLAGGED));
    let sums = frame.lazy().group_by([col(SOURCE), col(KIND), col(POSITION)]).agg([
        added.clone().sum().alias(AMOUNTS[0]),
        added.clone().filter(flagged.clone()).sum().alias(AMOUNTS[1]),
        added.clone().count().alias(COUNTS[0]),
        col(figure_column::BLANK).sum().alias(COUNTS[1]),
        added.filter(flagged).count().alias(COUNTS[2]),
    ]);
    let frame = sums.collect().map_err(query(what))?;
    let mut keyed = keyed(&frame, SOURCE, true).map_err(query(what))?;
    keyed.sort_unstable_by_key(|(key, _)| *key);
    // The second amount is the sum over the flagged reports at this point.
    let without_flagged = |(key, sums): KeyedSums| {
        let sound = sums.reporting > sums.flagged;
        let rest = sums.total.unwrap_or_default() - sums.unflagged.unwrap_or_default();
        let total = sums.total.filter(|_| sums.reporting > 0);
        (key, IndicatorSums { total, unflagged: sound.then(|| rest.normalize()), ..sums })
    };
    Ok(keyed.into_iter().map(without_flagged).collect())
}

/// Number of outputs that are added up at once: their totals by kind of unit are a million rows. A single body and year
/// may have more.
const OUTPUTS_AT_ONCE: usize = 1024;

/// Totals of outputs that are added up for a few bodies and years at a time, because those of a country by kind of unit
/// are millions of rows.
#[derive(Debug)]
pub(super) struct EditionSums {
    totals: DataFrame,
    /// Where the rows of each output begin in the totals, and the end of the last.
    starts: Vec<IdxSize>,
    /// The outputs that count for each body and year.
    sources: Vec<Vec<u32>>,
    by_kind: bool,
}

impl EditionSums {
    /// Wraps the totals of outputs, in the order of outputs, and the outputs that count for each body and year.
    ///
    /// # Errors
    /// `Error::Query` if polars fails, which is a bug.
    pub(super) fn new(totals: DataFrame, sources: Vec<Vec<u32>>, by_kind: bool) -> Result<Self> {
        let of_rows = integers(&totals, SOURCE).map_err(query("totals of outputs"))?;
        let outputs = of_rows.last().map_or(0, |last| last + 1);
        let start = |output: u32| of_rows.partition_point(|source| *source < output);
        let starts = (0..=outputs).map(|output| IdxSize::try_from(start(output)).unwrap_or(IdxSize::MAX)).collect();
        Ok(Self { totals, starts, sources, by_kind })
    }

    /// Calls `each` with the totals of all bodies and years in order, by kind of unit and indicator. A body and year
    /// has an official figure if each of its outputs has one.
    ///
    /// # Errors
    /// Any error of `each`, and `Error::Query` if polars fails, which is a bug.
    pub(super) fn for_each<E: From<crate::error::Error>>(
        &self,
        mut each: impl FnMut(KeyedSums) -> std::result::Result<(), E>,
    ) -> std::result::Result<(), E> {
        let mut start = 0;
        while start < self.sources.len() {
            let mut outputs = self.sources[start].len();
            let mut end = start + 1;
            while let Some(next) = self.sources.get(end).filter(|next| outputs + next.len() <= OUTPUTS_AT_ONCE) {
                outputs += next.len();
                end += 1;
            }
            for row in self.add_up(start..end).map_err(query("totals of bodies"))? {
                each(row)?;
            }
            start = end;
        }
        Ok(())
    }

    fn add_up(&self, editions: Range<usize>) -> PolarsResult<Vec<KeyedSums>> {
        let frame = add_to_editions(self.rows_of(editions)?, self.by_kind)?;
        let mut sums = keyed(&frame, EDITION, self.by_kind)?;
        let present = if self.by_kind {
            Vec::new()
        } else {
            PARTIAL.iter().map(|name| integers(&frame, &present_of(name))).collect::<PolarsResult<_>>()?
        };
        for (at, ((edition, ..), sums)) in sums.iter_mut().enumerate() {
            // In polars the sum of no values is zero.
            sums.total = sums.total.filter(|_| sums.reporting > 0);
            sums.unflagged = sums.unflagged.filter(|_| sums.reporting > sums.flagged);
            let all = self.sources.get(*edition as usize).map(Vec::len);
            let has = |amount: usize| present.get(amount).map(|column| column[at] as usize);
            sums.corrected = sums.corrected.filter(|_| has(0).is_some_and(|count| count > 0));
            sums.official = sums.official.filter(|_| has(1) == all);
        }
        sums.sort_unstable_by_key(|(key, _)| *key);
        Ok(sums)
    }

    /// Returns the totals of the outputs that count for some bodies and years, once for each of these. The rows of an
    /// output are contiguous, so no join has to search for them.
    fn rows_of(&self, editions: Range<usize>) -> PolarsResult<DataFrame> {
        let (mut rows, mut keys) = (Vec::new(), Vec::new());
        for edition in editions {
            let key = u32::try_from(edition).unwrap_or(u32::MAX);
            for source in self.sources[edition].iter().map(|source| *source as usize) {
                let (Some(start), Some(end)) = (self.starts.get(source), self.starts.get(source + 1)) else { continue };
                rows.extend(*start..*end);
                keys.extend((*start..*end).map(|_| key));
            }
        }
        let mut frame = self.totals.take(&IdxCa::from_vec("row".into(), rows))?;
        frame.with_column(Column::new(EDITION.into(), keys))?;
        Ok(frame)
    }
}

/// Adds up the totals of outputs by body and year, kind of unit and indicator, in no particular order.
fn add_to_editions(rows: DataFrame, by_kind: bool) -> PolarsResult<DataFrame> {
    let (amounts, counts) = widths(by_kind);
    let mut sums: Vec<Expr> = AMOUNTS[..amounts].iter().chain(&COUNTS[..counts]).map(|name| col(*name).sum()).collect();
    if !by_kind {
        sums.extend(PARTIAL.iter().map(|name| col(*name).count().alias(present_of(name))));
    }
    rows.lazy().group_by([col(EDITION), col(KIND), col(POSITION)]).agg(sums).collect()
}

fn present_of(amount: &str) -> String {
    format!("{amount}_present")
}

fn integers(frame: &DataFrame, name: &str) -> PolarsResult<Vec<u32>> {
    Ok(frame.column(name)?.u32()?.iter().map(Option::unwrap_or_default).collect())
}

/// Reads the rows of a frame of totals.
fn keyed(frame: &DataFrame, key: &str, by_kind: bool) -> PolarsResult<Vec<KeyedSums>> {
    let (amounts, counts) = widths(by_kind);
    let amounts: Vec<_> = AMOUNTS[..amounts].iter().map(|name| decimals(frame, name)).collect::<PolarsResult<_>>()?;
    let counts: Vec<_> = COUNTS[..counts].iter().map(|name| integers(frame, name)).collect::<PolarsResult<_>>()?;
    let [keys, kinds, positions] = [key, KIND, POSITION].map(|name| integers(frame, name));
    let keys = keys?.into_iter().zip(kinds?).zip(positions?);
    let row = |(at, ((key, kind), position)): (usize, ((u32, u32), u32))| {
        let amount = |column: usize| amounts.get(column).and_then(|column| column[at]);
        let count = |column: usize| counts.get(column).map_or(0, |column| column[at]);
        let sums = IndicatorSums {
            total: amount(0),
            unflagged: amount(1),
            corrected: amount(2),
            official: amount(3),
            reporting: count(0),
            blank: count(1),
            flagged: count(2),
            expected: count(3),
            cells_corrected: count(4),
            cells_left_out: count(5),
        };
        ((key, kind, position), sums)
    };
    Ok(keys.enumerate().map(row).collect())
}
