//! Polars frames of the corpus: the facts in long form, with one row for each indicator of each submission that counts,
//! and the tables of submissions and indicators that the facts refer to by number.

use std::collections::BTreeSet;

use polars::prelude::*;
use rust_decimal::Decimal;

use super::facts::reported_count;
use super::{Corpus, column};
use crate::amount::{DECIMALS, State};
use crate::error::{Error, Result};
use crate::submission::Figure;

/// Decimal places in the frames: those an amount can be written with, plus four for the conversion from 元 to 万元.
const SCALE: u32 = DECIMALS + 4;
/// Scale factor of the stored integers.
pub const WHOLE: i128 = 10_i128.pow(SCALE);
/// Submissions in one part of the facts, each with about two hundred rows: a part of this size fits the processor's
/// cache.
const PART: usize = 512;
/// Code in the column `counts_as` of a cell with content that cannot be a figure of its indicator: a text, a negative
/// number, or a fraction.
pub const INVALID: u32 = 3;
/// Exclusive upper bound of numbers that are read: thirteen digits before the decimal point.
pub const LARGEST: i64 = 10_000_000_000_000;
/// Total number of digits of the decimal columns; sums over a whole country stay within it.
const PRECISION: usize = 38;

/// How a figure counts in an equation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TermState {
    /// Its value is known.
    Known,
    /// The cell is blank: any value of zero or more is possible.
    Blank,
    /// The cell is unreadable or does not exist.
    Unknown,
    /// Not a term of the equation: the row replaces other rows, or other rows replace it.
    Excluded,
}

impl TermState {
    /// Returns the code in the column `counts_as`.
    #[must_use]
    pub const fn code(self) -> u32 {
        match self {
            Self::Known | Self::Excluded => 0,
            Self::Blank => 1,
            Self::Unknown => 2,
        }
    }

    /// Returns how a figure counts; `is_out` means that it is not part of its report.
    #[must_use]
    pub fn of(figure: Figure<'_>, is_out: bool) -> Self {
        match figure.state {
            _ if is_out => Self::Excluded,
            State::Number if figure.addable => Self::Known,
            State::Blank | State::NotApplicable => Self::Blank,
            State::Number | State::Text | State::Absent => Self::Unknown,
        }
    }
}

impl Corpus {
    /// Returns the submissions that count in parts, ordered by unit, so that the facts of a whole country need not be
    /// in memory at once.
    pub fn parts(&self) -> impl Iterator<Item = &[usize]> {
        self.counted().chunks(PART)
    }

    /// Returns the facts of some submissions: a row for each indicator of each submission, in order, with the columns
    /// `entry`, `indicator` (see [`Self::indicator_frame`]), `value` (null if there is no number), `added` (null if
    /// there is no number that can be added, or an invalid one) and `counts_as`.
    ///
    /// # Errors
    /// `Error::Query` if polars fails, which is a bug.
    pub fn fact_frame(&self, entries: &[usize]) -> Result<DataFrame> {
        let mut columns = FactColumns::default();
        for entry in entries {
            columns.push(self, *entry);
        }
        columns.into_frame().map_err(query("facts"))
    }

    /// Returns some submissions with the columns `entry` and `unit` (positions) and `is_flagged`, which the function
    /// computes.
    ///
    /// # Errors
    /// `Error::Query` if polars fails, which is a bug.
    pub fn submission_frame(&self, entries: &[usize], is_flagged: impl Fn(usize) -> bool) -> Result<DataFrame> {
        let rows: Vec<u32> = entries.iter().copied().map(as_key).collect();
        let units: Vec<Option<u32>> = entries.iter().map(|at| self.entries[*at].unit.map(as_key)).collect();
        let flags: Vec<bool> = entries.iter().map(|at| is_flagged(*at)).collect();
        DataFrame::new_infer_height(vec![
            Column::new(column::ENTRY.into(), rows),
            Column::new(column::UNIT.into(), units),
            Column::new(column::IS_FLAGGED.into(), flags),
        ])
        .map_err(query("submissions"))
    }

    /// Returns the indicators of all forms: `indicator`, the number by which the facts refer to it, and `indicator_id`,
    /// the name that is the same on every form that has it.
    ///
    /// # Errors
    /// `Error::Query` if polars fails, which is a bug.
    pub fn indicator_frame(&self) -> Result<DataFrame> {
        let ids: Vec<&str> =
            self.forms.all.iter().flat_map(|form| &form.indicators).map(|item| item.id.as_str()).collect();
        let numbers: Vec<u32> = (0..ids.len()).map(as_key).collect();
        let columns =
            vec![Column::new(column::INDICATOR.into(), numbers), Column::new(column::INDICATOR_ID.into(), ids)];
        DataFrame::new_infer_height(columns).map_err(query("indicators"))
    }

    /// Returns the facts of some submissions joined with last year's: the rows of [`Self::fact_frame`] with the columns
    /// `indicator_id`, `unit` and `then`, which is last year's number of the same indicator and unit, or null.
    ///
    /// # Errors
    /// `Error::Query` if polars fails, which is a bug.
    pub fn compare_with_last_year(&self, entries: &[usize]) -> Result<LazyFrame> {
        let submissions = self.submission_frame(entries, |_| false)?.lazy();
        let indicators = self.indicator_frame()?.lazy();
        let in_order = || JoinArgs { maintain_order: MaintainOrderJoin::Left, ..JoinArgs::new(JoinType::Left) };
        let on = |names: &[&str]| names.iter().map(|name| col(*name)).collect::<Vec<_>>();
        let of_unit = on(&[column::UNIT, column::INDICATOR_ID]);
        let facts = self.fact_frame(entries)?.lazy();
        let facts = facts.join(submissions, on(&[column::ENTRY]), on(&[column::ENTRY]), in_order());
        let facts = facts.join(indicators, on(&[column::INDICATOR]), on(&[column::INDICATOR]), in_order());
        Ok(facts.join(self.last_year_frame(entries)?.lazy(), of_unit.clone(), of_unit, in_order()))
    }

    /// Returns last year's numbers of the units of some submissions: `unit`, `indicator_id`, `then`. Numbers larger
    /// than the reader accepts are left out.
    fn last_year_frame(&self, entries: &[usize]) -> Result<DataFrame> {
        let units: BTreeSet<usize> = entries.iter().filter_map(|at| self.entries[*at].unit).collect();
        let (mut keys, mut ids, mut values) = (Vec::new(), Vec::new(), Vec::new());
        for (unit, past) in units.into_iter().filter_map(|unit| Some((unit, self.prior_report_of(unit)?))) {
            for (id, value) in past.values.iter().filter(|(_, value)| value.abs() < Decimal::from(LARGEST)) {
                keys.push(as_key(unit));
                ids.push(id.as_str());
                values.push(Some(scale_up(*value)));
            }
        }
        let (keys, ids) = (Column::new(column::UNIT.into(), keys), Column::new(column::INDICATOR_ID.into(), ids));
        DataFrame::new_infer_height(vec![keys, ids, as_decimals(column::THEN, values)]).map_err(query("last year"))
    }

    /// Returns the entry of a fact in a frame, and the position of its indicator in that entry's form.
    #[must_use]
    pub fn fact_at(&self, entry: u32, indicator: u32) -> Option<(usize, usize)> {
        let entry = usize::try_from(entry).ok()?;
        let (report, _) = self.report(entry)?;
        Some((entry, usize::try_from(indicator).ok()?.checked_sub(self.first_indicator(report.form))?))
    }

    /// Returns the number of a form's first indicator.
    fn first_indicator(&self, form: usize) -> usize {
        self.forms.all[..form].iter().map(|form| form.indicators.len()).sum()
    }

    /// Returns how a figure of an entry counts in equations.
    #[must_use]
    pub fn term_state(&self, entry: usize, position: usize) -> TermState {
        let Some((report, form)) = self.report(entry) else {
            return TermState::Unknown;
        };
        TermState::of(report.figures.at(position), form.is_out(position, report.combined))
    }

    /// Returns the number that a figure of an entry adds to the county's total; `None` if its unit of money is unknown
    /// or the number is not valid for its indicator.
    #[must_use]
    pub fn added(&self, entry: usize, position: usize) -> Option<Decimal> {
        let (report, form) = self.report(entry)?;
        let figure = report.figures.get(position)?;
        figure.value.filter(|value| figure.addable && form.indicators[position].accepts(*value))
    }

    /// Returns the code of a figure in the column `counts_as`.
    fn code(&self, entry: usize, position: usize) -> u32 {
        let way = self.term_state(entry, position);
        if way != TermState::Excluded && self.is_invalid(entry, position) { INVALID } else { way.code() }
    }

    /// Returns whether a cell of an entry is invalid for its indicator, whatever the other cells contain (rules V03,
    /// V04, V05).
    #[must_use]
    pub fn is_invalid(&self, entry: usize, position: usize) -> bool {
        self.report(entry).is_some_and(|(report, form)| {
            let figure = report.figures.at(position);
            let item = &form.indicators[position];
            figure.value.map_or(figure.is_not_a_number(), |value| !item.accepts(value))
        })
    }
}

/// Converts a position to a key of a frame. No table has 2³² rows.
pub(super) fn as_key(position: usize) -> u32 {
    u32::try_from(position).unwrap_or(u32::MAX)
}

/// Column builders of the facts.
#[derive(Default)]
struct FactColumns {
    entries: Vec<u32>,
    indicators: Vec<u32>,
    values: Vec<Option<i128>>,
    added: Vec<Option<i128>>,
    codes: Vec<u32>,
}

impl FactColumns {
    fn push(&mut self, corpus: &Corpus, entry: usize) {
        let Some((report, form)) = corpus.report(entry) else { return };
        let first = as_key(corpus.first_indicator(report.form));
        let wholes = report.figures.wholes().take(reported_count(report, form));
        for ((position, whole), number) in wholes.enumerate().zip(first..) {
            self.entries.push(as_key(entry));
            self.indicators.push(number);
            if let Some(whole @ 0..) = whole {
                let kept = Some(scale_up_integer(whole));
                self.values.push(kept);
                self.added.push(kept);
                self.codes.push(TermState::Known.code());
            } else {
                self.values.push(report.figures.at(position).value.map(scale_up));
                self.added.push(corpus.added(entry, position).map(scale_up));
                self.codes.push(corpus.code(entry, position));
            }
        }
    }

    fn into_frame(self) -> PolarsResult<DataFrame> {
        DataFrame::new_infer_height(vec![
            Column::new(column::ENTRY.into(), self.entries),
            Column::new(column::INDICATOR.into(), self.indicators),
            as_decimals(column::VALUE, self.values),
            as_decimals(column::ADDED, self.added),
            Column::new(column::COUNTS_AS.into(), self.codes),
        ])
    }
}

/// Returns a decimal column from integers scaled by [`WHOLE`]. The number of digits is not checked: no value has as
/// many as `PRECISION` allows.
#[must_use]
pub fn as_decimals(name: &str, kept: Vec<Option<i128>>) -> Column {
    let kept: Int128Chunked = kept.into_iter().collect_ca(name.into());
    kept.into_decimal_unchecked(PRECISION, SCALE as usize).into_column()
}

/// Returns the decimals of a frame's column, without trailing zeros.
///
/// # Errors
/// The polars error if the column is missing or has another type.
pub fn decimals(frame: &DataFrame, name: &str) -> PolarsResult<Vec<Option<Decimal>>> {
    Ok(frame.column(name)?.decimal()?.physical().iter().map(scale_down).collect())
}

/// Returns a decimal as an integer: its value times ten to the power of `SCALE`.
#[must_use]
pub fn scale_up(value: Decimal) -> i128 {
    if value.scale() == 0 {
        return value.mantissa() * WHOLE;
    }
    let value = value.round_dp(SCALE);
    let missing = SCALE - value.scale();
    value.mantissa() * 10_i128.pow(missing)
}

/// Like [`scale_up`], for a whole number.
#[must_use]
fn scale_up_integer(number: i64) -> i128 {
    i128::from(number) * WHOLE
}

/// Returns the decimal of a scaled integer, without trailing zeros; `None` for null or if it does not fit a `Decimal`.
#[must_use]
pub fn scale_down(kept: Option<i128>) -> Option<Decimal> {
    let mut kept = kept?;
    // Most are whole: one division by ten for each decimal would take longest of all.
    let (whole, rest) = (kept / WHOLE, kept % WHOLE);
    if rest == 0 {
        return Decimal::try_from_i128_with_scale(whole, 0).ok();
    }
    let mut scale = SCALE;
    while scale > 0 && kept % 10 == 0 {
        kept /= 10;
        scale -= 1;
    }
    Decimal::try_from_i128_with_scale(kept, scale).ok()
}

/// Returns a function that adds the name of the query to a polars error.
pub fn query(what: &str) -> impl FnOnce(PolarsError) -> Error + '_ {
    move |source| Error::Query { what: what.to_owned(), source }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_survive_the_frame() {
        let values: Vec<Option<Decimal>> = ["59237.2449", "-417", "0", "0.000000000000001", "9999999999999.5"]
            .iter()
            .map(|text| text.parse().ok())
            .chain([None])
            .collect();
        let kept = values.iter().map(|value| value.map(scale_up)).collect();
        let frame = DataFrame::new_infer_height(vec![as_decimals("x", kept)]).expect("a frame");
        assert_eq!(decimals(&frame, "x").expect("decimals"), values);
    }
}
