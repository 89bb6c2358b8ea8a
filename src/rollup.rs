//! Sums over the units, each with its coverage. The sum of nothing is nothing, not zero.

use std::collections::BTreeSet;

use polars::prelude::*;
use rust_decimal::Decimal;

use crate::corpus::{Corpus, InPlay, column, query, read_decimals};
use crate::error::Result;
use crate::form::Form;

/// The county's figure for one indicator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Total {
    /// Position of the indicator in the form of the run's year.
    pub position: usize,
    /// The sum; `None` where no unit has a number.
    pub total: Option<Decimal>,
    /// Units that must report, or were found where there is no roster.
    pub expected: usize,
    /// Units whose number is in the sum.
    pub reporting: usize,
    /// Units that left the cell blank or wrote that it does not apply.
    pub blank: usize,
    /// Units in the sum with something they must fix.
    pub flagged: usize,
    /// The sum without those.
    pub unflagged: Option<Decimal>,
}

/// Sum and count, of all units and of those with nothing to fix.
#[derive(Debug, Clone, Copy, Default)]
struct Sums {
    total: Decimal,
    reporting: usize,
    blank: usize,
    unflagged: Decimal,
    unflagged_reporting: usize,
}

/// A total for every indicator of the form of the run's year. `flagged` are the entries with something to fix.
///
/// Submissions on another form add where the indicator is the same. The lines for groups filled as one row come last,
/// where there are any.
///
/// # Errors
/// `Error::Query` if polars refuses, which is a bug.
pub fn totals(corpus: &Corpus, flagged: &BTreeSet<usize>) -> Result<Vec<Total>> {
    let wanted = corpus.form();
    let mut sums = vec![Sums::default(); wanted.indicators.len()];
    for (at, form) in corpus.forms.all.iter().enumerate() {
        for frame in corpus.frames(at) {
            add_part(frame?, form, wanted, flagged, &mut sums)?;
        }
    }
    let expected = expected(corpus);
    let total = |(position, sums): (usize, Sums)| Total {
        position,
        total: (sums.reporting > 0).then_some(sums.total.normalize()),
        expected,
        reporting: sums.reporting,
        blank: sums.blank,
        flagged: sums.reporting - sums.unflagged_reporting,
        unflagged: (sums.unflagged_reporting > 0).then_some(sums.unflagged.normalize()),
    };
    let official = wanted.official;
    let shown = |total: &Total| total.position < official || total.reporting > 0;
    Ok(sums.into_iter().enumerate().map(total).filter(shown).collect())
}

/// How many units a total should rest on.
#[must_use]
pub fn expected(corpus: &Corpus) -> usize {
    (0..corpus.units.len()).filter(|unit| corpus.is_expected(*unit)).count()
}

/// Adds the reports of a part of a form's frame.
fn add_part(frame: DataFrame, form: &Form, wanted: &Form, flagged: &BTreeSet<usize>, sums: &mut [Sums]) -> Result<()> {
    let entries = frame.column(column::ENTRY).and_then(|column| column.u32().cloned()).map_err(query("totals"))?;
    let sound: Vec<bool> =
        entries.iter().map(|entry| entry.is_some_and(|entry| !flagged.contains(&(entry as usize)))).collect();
    let frame = frame.lazy().with_column(lit(Series::new(SOUND.into(), sound)).alias(SOUND));
    let shared: Vec<(usize, &str)> = (0..wanted.indicators.len())
        .map(|position| (position, wanted.indicators[position].id.as_str()))
        .filter(|(_, id)| form.position(id).is_some())
        .collect();
    let select: Vec<Expr> = shared.iter().flat_map(|(_, id)| expressions(id)).collect();
    let result = frame.select(select).collect().map_err(query("totals"))?;
    for (position, id) in shared {
        let decimal = |what: &str| {
            Ok(read_decimals(result.column(&name(what, id)).map_err(query("totals"))?)?
                .first()
                .copied()
                .flatten()
                .unwrap_or_default())
        };
        let count = |what: &str| -> Result<usize> {
            let column =
                result.column(&name(what, id)).and_then(|column| column.u32().cloned()).map_err(query("totals"))?;
            Ok(column.get(0).unwrap_or(0) as usize)
        };
        let sum = &mut sums[position];
        sum.total += decimal("total")?;
        sum.unflagged += decimal("unflagged")?;
        sum.reporting += count("reporting")?;
        sum.blank += count("blank")?;
        sum.unflagged_reporting += count("unflagged reporting")?;
    }
    Ok(())
}

const SOUND: &str = "sound";

fn name(what: &str, id: &str) -> String {
    format!("{what} {id}")
}

/// The sum of an all-null column is zero to polars, so every sum goes with its count.
fn expressions(id: &str) -> [Expr; 5] {
    let value = || col(id);
    let sound = || value().filter(col(SOUND));
    let counted = |expr: Expr, what: &str| expr.cast(DataType::UInt32).alias(name(what, id));
    [
        value().sum().alias(name("total", id)),
        counted(value().count(), "reporting"),
        counted(col(column::state(id)).eq(lit(InPlay::Open.code())).sum(), "blank"),
        sound().sum().alias(name("unflagged", id)),
        counted(sound().count(), "unflagged reporting"),
    ]
}
