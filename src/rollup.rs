//! Sums over the units, each with its coverage, and the form's own sums over them. The sum of nothing is nothing, not
//! zero.

use std::collections::{BTreeMap, BTreeSet};

use polars::prelude::*;
use rust_decimal::Decimal;

use crate::corpus::{Corpus, INVALID, InPlay, column, query, scale_down};
use crate::error::Result;
use crate::form::{Form, Indicator};

/// The figures that are certainly wrong, by submission and position in its form: the one right value, where there is
/// one.
pub type Corrections = BTreeMap<(usize, usize), Option<Decimal>>;

/// The county's figures, and the sums of the form that they break.
#[derive(Debug, Clone, Default)]
pub struct Rollup {
    /// A total for every indicator of the form of the run's year.
    pub totals: Vec<Total>,
    /// The sums of the form that the totals break.
    pub imbalances: Vec<Imbalance>,
}

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
    /// The sum with each figure that is certainly wrong replaced by its one right value, or left out without one.
    pub corrected: Option<Decimal>,
    /// How many figures were replaced in it.
    pub cells_corrected: usize,
    /// How many cells were left out of it because they are certainly wrong and nothing says what is right.
    pub cells_left_out: usize,
}

impl Total {
    /// Returns whether correcting what is certainly wrong gives another figure.
    #[must_use]
    pub fn is_corrected(&self) -> bool {
        self.corrected != self.total
    }
}

/// A sum of the form that the county's totals break, with the units whose figures make the difference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Imbalance {
    /// Position of the equation in the form of the run's year.
    pub equation: usize,
    /// Sum of the totals on the left side.
    pub left: Decimal,
    /// Sum of the totals on the right side.
    pub right: Decimal,
    /// Left side less right side of each submission whose sides differ. They add up to the difference.
    pub units: Vec<(usize, Decimal)>,
}

/// Sum and count over some units.
#[derive(Debug, Clone, Copy, Default)]
struct Sums {
    total: Decimal,
    reporting: usize,
    blank: usize,
    invalid: usize,
}

impl Rollup {
    /// Adds up the submissions that count. `flagged` are the entries with something to fix.
    ///
    /// Submissions on another form add where the indicator is the same. The lines for groups filled as one row come
    /// last, where there are any.
    ///
    /// # Errors
    /// `Error::Query` if polars refuses, which is a bug.
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

/// A total for every indicator of the form, those that no unit has included.
fn totals(corpus: &Corpus, flagged: &BTreeSet<usize>) -> Result<Vec<Total>> {
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
    let total = |(position, (sound, flagged)): (usize, (Sums, Sums))| {
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
    Ok(sound.into_iter().zip(flagged).enumerate().map(total).collect())
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
        let count = |code: u32| states.equal(code).sum().unwrap_or(0) as usize;
        sums.total += scale_down(values.physical().sum()).unwrap_or_default();
        sums.reporting += values.len() - values.null_count();
        sums.blank += count(InPlay::Open.code());
        sums.invalid += count(INVALID);
    }
    Ok(())
}

/// Puts the right value of one figure in the place of the one that was added, or takes that out.
fn correct(corpus: &Corpus, (entry, own): (usize, usize), right: Option<Decimal>, totals: &mut [Total]) {
    let Some((_, form)) = corpus.report(entry) else { return };
    let Some(total) = corpus.form().position(&form.indicators[own].id).and_then(|at| totals.get_mut(at)) else {
        return;
    };
    let added = corpus.added(entry, own);
    // How many numbers the corrected sum rests on: without any there is none.
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

/// The sums of the form that the totals break. A sum in which some total is none is not decided.
fn imbalances(corpus: &Corpus, totals: &[Total]) -> Vec<Imbalance> {
    let form = corpus.form();
    let known: BTreeMap<usize, Option<Decimal>> = totals.iter().map(|total| (total.position, total.total)).collect();
    // No unit filled a group as one row where its total is not there.
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

/// Left side less right side of an equation for each submission where they differ, by what it adds to the totals.
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
