//! The polars tables of the corpus.

use polars::prelude::*;
use rust_decimal::Decimal;

use super::{Corpus, column};
use crate::amount::{DECIMALS, State};
use crate::error::{Error, Result};
use crate::submission::{Figure, Report};

/// Decimals kept in the frames: those an amount can be written with, and four more from 元 to 万元.
pub const SCALE: u32 = DECIMALS + 4;
/// What a whole number is multiplied with.
const WHOLE: i128 = 10_i128.pow(SCALE);
/// Rows of a part of a frame: as many as stay within reach of the processor. A county's reports are one part.
const PART: usize = 1024;
/// In a state column, a cell with something that is certainly no figure: a text, a number below zero, a fraction.
pub const INVALID: u32 = 3;
/// Digits in all; sums of a whole country's units stay within.
const PRECISION: usize = 38;

/// How a figure counts in an equation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InPlay {
    /// Its value is known.
    Known,
    /// Nothing was filled in: any value of zero or more is possible.
    Open,
    /// Something unreadable, or no such cell: nothing can be said.
    Unknown,
    /// The row stands in for others, or others for it: it is no part of the sum.
    Out,
}

impl InPlay {
    /// The number that stands for it in the state columns. The largest of several says how far their sum is known.
    #[must_use]
    pub const fn code(self) -> u32 {
        match self {
            Self::Known | Self::Out => 0,
            Self::Open => 1,
            Self::Unknown => 2,
        }
    }

    /// How a figure counts; `is_out` says that it is no part of its report.
    #[must_use]
    pub fn of(figure: Figure<'_>, is_out: bool) -> Self {
        match figure.state {
            _ if is_out => Self::Out,
            State::Number if figure.addable => Self::Known,
            State::Blank | State::NotApplicable => Self::Open,
            State::Number | State::Text | State::Absent => Self::Unknown,
        }
    }
}

impl Corpus {
    /// The submissions that count and are on a form, by its position, in the order of their units.
    #[must_use]
    pub fn counted_on(&self, form: usize) -> Vec<usize> {
        self.counted().iter().copied().filter(|at| self.form_of(*at) == Some(form)).collect()
    }

    /// The wide frame of some submissions on a form, in parts: a row each, in their order; see the module. None where
    /// there are no submissions.
    ///
    /// # Errors
    /// `Error::Query` if polars refuses, which is a bug.
    pub fn frames(&self, form: usize, entries: &[usize]) -> impl Iterator<Item = Result<DataFrame>> + '_ {
        let parts: Vec<Vec<usize>> = entries.chunks(PART).map(<[usize]>::to_vec).collect();
        parts.into_iter().map(move |rows| self.wide(form, &rows))
    }

    fn wide(&self, form: usize, rows: &[usize]) -> Result<DataFrame> {
        let positions: Vec<u32> = rows.iter().filter_map(|at| u32::try_from(*at).ok()).collect();
        let mut columns = vec![Column::new(column::ENTRY.into(), positions)];
        let indicators = &self.forms.all[form].indicators;
        let mut figures: Vec<Pair> = indicators.iter().map(|_| Pair::of_zeros(rows.len())).collect();
        // Report by report, whose figures lie together.
        for (row, entry) in rows.iter().enumerate() {
            let Some((report, _)) = self.report(*entry) else { continue };
            for (position, whole) in report.figures.wholes().enumerate() {
                match whole {
                    Some(0) => {}
                    Some(number @ 1..) => figures[position].values[row] = scale_up_whole(number),
                    _ => figures[position].put(
                        row,
                        self.added(*entry, position).map(scale_up),
                        self.code(*entry, position),
                    ),
                }
            }
        }
        for (item, figures) in indicators.iter().zip(figures) {
            columns.extend(figures.columns(&item.id));
        }
        DataFrame::new_infer_height(columns).map_err(query("wide frame"))
    }

    /// How a figure of an entry counts in equations.
    #[must_use]
    pub fn in_play(&self, entry: usize, position: usize) -> InPlay {
        let Some((report, form)) = self.report(entry) else {
            return InPlay::Unknown;
        };
        InPlay::of(report.figures.at(position), form.is_out(position, report.combined))
    }

    /// Returns what a figure of an entry adds to the county's total: its number, unless its unit is not known or it can
    /// be no figure of its indicator.
    #[must_use]
    pub fn added(&self, entry: usize, position: usize) -> Option<Decimal> {
        let (report, form) = self.report(entry)?;
        let figure = report.figures.get(position)?;
        figure.value.filter(|value| figure.addable && form.indicators[position].accepts(*value))
    }

    /// The code of a figure in the state columns.
    fn code(&self, entry: usize, position: usize) -> u32 {
        let way = self.in_play(entry, position);
        if way != InPlay::Out && self.is_invalid(entry, position) { INVALID } else { way.code() }
    }

    /// Returns whether a cell of an entry holds something that is certainly no figure of its indicator, whatever the
    /// other cells hold (rules V03, V04, V05).
    #[must_use]
    pub fn is_invalid(&self, entry: usize, position: usize) -> bool {
        self.report(entry).is_some_and(|(report, form)| {
            let figure = report.figures.at(position);
            let item = &form.indicators[position];
            figure.value.map_or(figure.is_not_a_number(), |value| !item.accepts(value))
        })
    }

    fn form_of(&self, entry: usize) -> Option<usize> {
        self.entries[entry].submission.report().map(|report| report.form)
    }
}

/// The two columns of an indicator in the making. Most figures are zeros, which need not be put.
struct Pair {
    values: Vec<i128>,
    /// Which rows have a value; nothing where all have.
    valid: Vec<bool>,
    codes: Vec<u32>,
}

impl Pair {
    /// So many zeros.
    fn of_zeros(rows: usize) -> Self {
        Self { values: vec![0; rows], valid: Vec::new(), codes: vec![0; rows] }
    }

    fn put(&mut self, row: usize, value: Option<i128>, code: u32) {
        self.codes[row] = code;
        self.values[row] = value.unwrap_or(0);
        if value.is_none() {
            self.valid.resize(self.values.len(), true);
            self.valid[row] = false;
        }
    }

    fn columns(self, indicator: &str) -> [Column; 2] {
        let valid = (!self.valid.is_empty()).then(|| self.valid.into_iter().collect());
        let values = Int128Chunked::from_vec_validity(indicator.into(), self.values, valid);
        [as_decimals(values), Column::new(column::state(indicator).into(), self.codes)]
    }
}

/// What each figure of a report adds to a sum.
pub fn addends(report: &Report) -> impl Iterator<Item = Option<i128>> {
    let addend = |(position, whole): (usize, Option<i64>)| {
        whole.map(scale_up_whole).or_else(|| addend(report.figures.at(position)))
    };
    report.figures.wholes().enumerate().map(addend)
}

/// What a figure adds to a sum, as the integer it is kept as; `None` where it is no number that can be added.
fn addend(figure: Figure<'_>) -> Option<i128> {
    figure.value.filter(|_| figure.addable).map(scale_up)
}

/// A column of exact decimals, of the integers they are kept as. Their digits are not counted: none has as many as fit.
fn as_decimals(scaled: Int128Chunked) -> Column {
    scaled.into_decimal_unchecked(PRECISION, SCALE as usize).into_column()
}

/// The integer a decimal is kept as: its value times ten to the `SCALE`.
#[must_use]
pub fn scale_up(value: Decimal) -> i128 {
    if value.scale() == 0 {
        return value.mantissa() * WHOLE;
    }
    let value = value.round_dp(SCALE);
    let missing = SCALE - value.scale();
    value.mantissa() * 10_i128.pow(missing)
}

/// The same of a whole number.
#[must_use]
pub fn scale_up_whole(number: i64) -> i128 {
    i128::from(number) * WHOLE
}

/// The decimal of a kept integer, without trailing zeros; `None` for null or what no decimal can hold.
#[must_use]
pub fn scale_down(kept: Option<i128>) -> Option<Decimal> {
    let mut kept = kept?;
    let mut scale = SCALE;
    while scale > 0 && kept % 10 == 0 {
        kept /= 10;
        scale -= 1;
    }
    Decimal::try_from_i128_with_scale(kept, scale).ok()
}

/// Wraps what polars says with what was asked.
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
        let scaled = values.iter().map(|value| value.map(scale_up));
        let column = as_decimals(Int128Chunked::from_iter_options("x".into(), scaled));
        let decimals = column.decimal().expect("decimals");
        assert_eq!(decimals.physical().iter().map(scale_down).collect::<Vec<_>>(), values);
    }
}
