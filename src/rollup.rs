//! Totals over the units, each with its coverage, and the form's own sums checked on them. A total without any number
//! is none, not zero.

use std::collections::{BTreeMap, BTreeSet};

use polars::prelude::*;
use rust_decimal::Decimal;

use crate::corpus::{Corpus, INVALID, TermState, column, decimals, query};
use crate::error::Result;
use crate::form::Indicator;

/// The figures that are certainly wrong, by submission and position in its form, each with its right value if there is
/// only one.
pub type Corrections = BTreeMap<(usize, usize), Option<Decimal>>;

/// Names of columns that only this query uses.
const REPORTING: &str = "reporting";
const BLANK: &str = "blank";
const UNUSABLE: &str = "unusable";

/// The county's totals, and the sums of the form that they break.
#[derive(Debug, Clone, Default)]
pub struct Rollup {
    /// A total for every indicator of the form of the run's year.
    pub totals: Vec<Total>,
    /// The sums of the form that the totals break.
    pub imbalances: Vec<Imbalance>,
}

/// The county's total for one indicator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Total {
    /// Position of the indicator in the form of the run's year.
    pub position: usize,
    /// The sum; `None` if no unit has a number.
    pub total: Option<Decimal>,
    /// Number of units that must report, or without a roster of units found.
    pub expected: usize,
    /// Number of units with a number in the sum.
    pub reporting: usize,
    /// Number of units that left the cell blank or marked it as not applicable.
    pub blank: usize,
    /// Number of units in the sum with a finding that must be fixed.
    pub flagged: usize,
    /// The sum without those units.
    pub unflagged: Option<Decimal>,
    /// The sum with each certainly wrong figure replaced by its right value, or left out if that is unknown.
    pub corrected: Option<Decimal>,
    /// Number of figures that were replaced in `corrected`.
    pub cells_corrected: usize,
    /// Number of cells left out of `corrected` because they are certainly wrong and the right value is unknown.
    pub cells_left_out: usize,
}

impl Total {
    /// Returns whether the corrected sum differs from the sum.
    #[must_use]
    pub fn is_corrected(&self) -> bool {
        self.corrected != self.total
    }
}

/// A sum of the form that the county's totals break, with the units that cause the difference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Imbalance {
    /// Position of the equation in the form of the run's year.
    pub equation: usize,
    /// Sum of the totals on the left side.
    pub left: Decimal,
    /// Sum of the totals on the right side.
    pub right: Decimal,
    /// The difference (left side less right side) of each submission in which the sides differ. They add up to the
    /// total difference.
    pub units: Vec<(usize, Decimal)>,
}

/// The sum and the counts over some units.
#[derive(Debug, Clone, Copy, Default)]
struct TotalSums {
    total: Decimal,
    reporting: usize,
    blank: usize,
    invalid: usize,
}

impl Rollup {
    /// Adds up the submissions that count. `flagged` are the entries with a finding that must be fixed.
    ///
    /// Submissions on another form contribute the indicators that both forms have. Rows for groups filled as one row
    /// are last, if there are any.
    ///
    /// # Errors
    /// `Error::Query` if polars fails, which is a bug.
    pub fn build(corpus: &Corpus, flagged: &BTreeSet<usize>, corrections: &Corrections) -> Result<Self> {
        let mut totals = totals(corpus, flagged)?;
        for ((entry, position), right) in corrections {
            correct(corpus, (*entry, *position), *right, &mut totals);
        }
        let official = corpus.form().official;
        let is_shown = |total: &Total| total.position < official || total.reporting > 0 || total.cells_corrected > 0;
        totals.retain(is_shown);
        let imbalances = imbalances(corpus, &totals);
        Ok(Self { totals, imbalances })
    }
}

/// Returns a total for every indicator of the form, including those without a number from any unit.
fn totals(corpus: &Corpus, flagged: &BTreeSet<usize>) -> Result<Vec<Total>> {
    let sums = sums(corpus, flagged)?;
    let expected = expected(corpus);
    let of = |id: &str, is_flagged: bool| sums.get(&(id.to_owned(), is_flagged)).copied().unwrap_or_default();
    let total = |(position, item): (usize, &Indicator)| {
        let (sound, flagged) = (of(&item.id, false), of(&item.id, true));
        let reporting = sound.reporting + flagged.reporting;
        let total = (reporting > 0).then(|| (sound.total + flagged.total).normalize());
        Total {
            position,
            total,
            expected,
            reporting,
            blank: sound.blank + flagged.blank,
            flagged: flagged.reporting,
            unflagged: (sound.reporting > 0).then(|| sound.total.normalize()),
            corrected: total,
            cells_corrected: 0,
            cells_left_out: sound.invalid + flagged.invalid,
        }
    };
    Ok(corpus.form().indicators.iter().enumerate().map(total).collect())
}

/// Adds up the facts by indicator, separately for flagged and other submissions. Each part of the facts is summed
/// first, then the parts are added by indicator name, which is common to all forms.
fn sums(corpus: &Corpus, flagged: &BTreeSet<usize>) -> Result<BTreeMap<(String, bool), TotalSums>> {
    let mut parts = Vec::new();
    for entries in corpus.parts() {
        let submissions = corpus.submission_frame(entries, |entry| flagged.contains(&entry))?.lazy();
        let facts = corpus.fact_frame(entries)?.lazy();
        let facts = facts.inner_join(submissions, col(column::ENTRY), col(column::ENTRY));
        let count = |code: u32| col(column::COUNTS_AS).eq(lit(code)).sum();
        let sums = facts.group_by([col(column::INDICATOR), col(column::IS_FLAGGED)]).agg([
            col(column::ADDED).sum(),
            col(column::ADDED).count().alias(REPORTING),
            count(TermState::Blank.code()).alias(BLANK),
            count(INVALID).alias(UNUSABLE),
        ]);
        parts.push(sums.collect().map_err(query("sums of a part"))?.lazy());
    }
    if parts.is_empty() {
        return Ok(BTreeMap::new());
    }
    let names = corpus.indicator_frame()?.lazy();
    let whole = concat(parts, UnionArgs::default()).map_err(query("sums"))?;
    let whole = whole.inner_join(names, col(column::INDICATOR), col(column::INDICATOR));
    let whole = whole.group_by([col(column::INDICATOR_ID), col(column::IS_FLAGGED)]);
    let sums = [column::ADDED, REPORTING, BLANK, UNUSABLE].map(|name| col(name).sum());
    whole.agg(sums).collect().and_then(|frame| by_indicator(&frame)).map_err(query("sums"))
}

/// Reads the sums of a frame.
fn by_indicator(frame: &DataFrame) -> PolarsResult<BTreeMap<(String, bool), TotalSums>> {
    let keys = frame.column(column::INDICATOR_ID)?.str()?.iter().zip(frame.column(column::IS_FLAGGED)?.bool()?.iter());
    let count =
        |name: &str| Ok::<_, PolarsError>(frame.column(name)?.u32()?.iter().map(|count| count.unwrap_or(0) as usize));
    let counts = count(REPORTING)?.zip(count(BLANK)?).zip(count(UNUSABLE)?);
    let sums = decimals(frame, column::ADDED)?.into_iter().zip(counts).map(|(total, ((reporting, blank), invalid))| {
        TotalSums { total: total.unwrap_or_default(), reporting, blank, invalid }
    });
    let keys = keys.map(|(id, is_flagged)| (id.unwrap_or_default().to_owned(), is_flagged == Some(true)));
    Ok(keys.zip(sums).collect())
}

/// Returns the number of units that a total should include.
#[must_use]
pub fn expected(corpus: &Corpus) -> usize {
    (0..corpus.units.len()).filter(|unit| corpus.is_expected(*unit)).count()
}

/// Replaces the added value of one figure by its right value, or removes it.
fn correct(corpus: &Corpus, (entry, own): (usize, usize), right: Option<Decimal>, totals: &mut [Total]) {
    let Some((_, form)) = corpus.report(entry) else { return };
    let Some(total) = corpus.form().position(&form.indicators[own].id).and_then(|at| totals.get_mut(at)) else {
        return;
    };
    let added = corpus.added(entry, own);
    // The other numbers in the corrected sum: without any, the sum is none.
    let others = total.reporting + total.cells_corrected - usize::from(added.is_some());
    let sum = total.corrected.unwrap_or_default() - added.unwrap_or_default();
    if let Some(right) = right {
        total.corrected = Some((sum + right).normalize());
        total.cells_corrected += 1;
        total.cells_left_out -= usize::from(corpus.is_invalid(entry, own));
    } else if added.is_some() {
        total.corrected = (others > 0).then(|| sum.normalize());
        total.cells_left_out += 1;
    }
}

/// Returns the sums of the form that the totals break. A sum with a missing total is undecided and not returned.
fn imbalances(corpus: &Corpus, totals: &[Total]) -> Vec<Imbalance> {
    let form = corpus.form();
    let known: BTreeMap<usize, Option<Decimal>> = totals.iter().map(|total| (total.position, total.total)).collect();
    // A total that was left out belongs to a combined row that no unit used.
    let value = |term: &usize| known.get(term).copied().unwrap_or(Some(Decimal::ZERO));
    let side = |terms: &[usize]| terms.iter().map(value).sum::<Option<Decimal>>();
    let mut found = Vec::new();
    for (at, equation) in form.equations.iter().enumerate() {
        let (Some(left), Some(right)) = (side(&equation.left), side(&equation.right)) else { continue };
        if left != right {
            found.push(Imbalance { equation: at, left, right, units: behind(corpus, at) });
        }
    }
    found
}

/// Returns the left side less the right side of an equation for each submission in which they differ, computed from the
/// numbers added to the totals.
fn behind(corpus: &Corpus, equation: usize) -> Vec<(usize, Decimal)> {
    let form = corpus.form();
    let equation = &form.equations[equation];
    let amount = |entry: usize| {
        let (_, own) = corpus.report(entry)?;
        let added = |term: &usize| own.position(&form.indicators[*term].id).and_then(|at| corpus.added(entry, at));
        let side = |terms: &[usize]| terms.iter().filter_map(added).sum::<Decimal>();
        Some((entry, side(&equation.left) - side(&equation.right)))
    };
    corpus.counted().iter().filter_map(|entry| amount(*entry)).filter(|(_, amount)| !amount.is_zero()).collect()
}
