//! Queries that compare the reports with those of last year.

use polars::prelude::*;
use rust_decimal::Decimal;

use crate::corpus::{Corpus, column, decimals, query};
use crate::error::Result;

/// A figure and last year's figure of the same indicator and unit.
#[derive(Debug, Clone, Copy)]
pub(super) struct Compared {
    /// Position of the submission in `Corpus::entries`.
    pub(super) entry: usize,
    /// The indicator, by its position in the submission's form.
    pub(super) position: usize,
    pub(super) now: Decimal,
    pub(super) then: Decimal,
}

/// Returns the figures that are known in both years and satisfy a condition on the columns `value` and `then`, in the
/// order of the submissions and their forms.
pub(super) fn compared(corpus: &Corpus, condition: &Expr) -> Result<Vec<Compared>> {
    let mut found = Vec::new();
    for entries in corpus.parts() {
        // Without last year's reports there is nothing to compare.
        if entries.iter().all(|entry| corpus.prior_report(*entry).is_none()) {
            continue;
        }
        let both = col(column::VALUE).is_not_null().and(col(column::THEN).is_not_null());
        let rows = corpus.compare_with_last_year(entries)?.filter(both.and(condition.clone())).collect();
        found.extend(rows.and_then(|rows| read(corpus, &rows)).map_err(query("last year"))?);
    }
    Ok(found)
}

fn read(corpus: &Corpus, rows: &DataFrame) -> PolarsResult<Vec<Compared>> {
    let keys = |name: &str| Ok::<_, PolarsError>(rows.column(name)?.u32()?.iter().flatten());
    let places = keys(column::ENTRY)?.zip(keys(column::INDICATOR)?);
    let places = places.map(|(entry, indicator)| corpus.fact_at(entry, indicator));
    let values = decimals(rows, column::VALUE)?.into_iter().zip(decimals(rows, column::THEN)?);
    let compared = places.zip(values).filter_map(|(place, (now, then))| {
        let (entry, position) = place?;
        Some(Compared { entry, position, now: now?, then: then? })
    });
    Ok(compared.collect())
}
