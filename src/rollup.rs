//! Sums over the units, each with its coverage. The sum of nothing is nothing, not zero.

use std::collections::BTreeSet;

use polars::prelude::*;
use rust_decimal::Decimal;

use crate::corpus::{Corpus, InPlay, column, query, scale_down};
use crate::error::Result;
use crate::form::{Form, Indicator};

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

/// Sum and count over some units.
#[derive(Debug, Clone, Copy, Default)]
struct Sums {
    total: Decimal,
    reporting: usize,
    blank: usize,
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
    // Apart: the units with nothing to fix, and those with something.
    let mut sums = [vec![Sums::default(); wanted.indicators.len()], vec![Sums::default(); wanted.indicators.len()]];
    for (at, form) in corpus.forms.all.iter().enumerate() {
        let (flagged, sound): (Vec<usize>, _) =
            corpus.counted_on(at).into_iter().partition(|entry| flagged.contains(entry));
        for (entries, sums) in [sound, flagged].into_iter().zip(&mut sums) {
            for frame in corpus.frames(at, &entries) {
                add_part(&frame?, form, wanted, sums)?;
            }
        }
    }
    let [sound, flagged] = sums;
    let expected = expected(corpus);
    let total = |(position, (sound, flagged)): (usize, (Sums, Sums))| Total {
        position,
        total: (sound.reporting + flagged.reporting > 0).then(|| (sound.total + flagged.total).normalize()),
        expected,
        reporting: sound.reporting + flagged.reporting,
        blank: sound.blank + flagged.blank,
        flagged: flagged.reporting,
        unflagged: (sound.reporting > 0).then(|| sound.total.normalize()),
    };
    let official = wanted.official;
    let shown = |total: &Total| total.position < official || total.reporting > 0;
    Ok(sound.into_iter().zip(flagged).enumerate().map(total).filter(shown).collect())
}

/// How many units a total should rest on.
#[must_use]
pub fn expected(corpus: &Corpus) -> usize {
    (0..corpus.units.len()).filter(|unit| corpus.is_expected(*unit)).count()
}

/// Adds the reports of a part of a form's frame, where the run's form has the indicator too.
fn add_part(frame: &DataFrame, form: &Form, wanted: &Form, sums: &mut [Sums]) -> Result<()> {
    let shared = wanted.indicators.iter().zip(sums).filter(|(item, _)| form.position(&item.id).is_some());
    for (Indicator { id, .. }, sums) in shared {
        let values = frame.column(id).and_then(Column::decimal).map_err(query("totals"))?;
        let states = frame.column(&column::state(id)).and_then(Column::u32).map_err(query("totals"))?;
        sums.total += scale_down(values.physical().sum()).unwrap_or_default();
        sums.reporting += values.len() - values.null_count();
        sums.blank += states.equal(InPlay::Open.code()).sum().unwrap_or(0) as usize;
    }
    Ok(())
}
