//! The total of one indicator with its coverage, as `totals.csv` states it and as bodies add it up.

use rust_decimal::Decimal;

use super::text_rows::{NamedRow, TextRows, damaged_table};
use crate::form::Form;
use crate::message::Message;

/// A total with what it rests on. Amounts are exact decimals in the unit of the indicator.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct IndicatorSums {
    /// The sum; `None` where no unit has a number.
    pub total: Option<Decimal>,
    /// The sum without the reports that have something to fix.
    pub unflagged: Option<Decimal>,
    /// The sum with each figure that is certainly wrong replaced by its one right value, or left out.
    pub corrected: Option<Decimal>,
    /// What the bodies' own reports say; `None` unless each run has one.
    pub official: Option<Decimal>,
    /// Units that had to report.
    pub expected: u32,
    /// Units whose number is in the sum.
    pub reporting: u32,
    /// Units that left the cell blank or wrote that it does not apply.
    pub blank: u32,
    /// Units in the sum with something to fix.
    pub flagged: u32,
    /// Figures replaced in the corrected sum.
    pub cells_corrected: u32,
    /// Cells left out of it.
    pub cells_left_out: u32,
}

impl IndicatorSums {
    /// Returns the official figure less the total.
    #[must_use]
    pub fn difference(&self) -> Option<Decimal> {
        Some((self.official? - self.total?).normalize())
    }

    /// Parses a row of `totals.csv`.
    pub(super) fn parse(row: NamedRow<'_>) -> Option<Self> {
        let number = |column: &str| match row.get(column) {
            "" => Some(None),
            text => text.parse::<Decimal>().ok().map(|value| Some(value.normalize())),
        };
        let count = |column: &str| row.get(column).parse::<u32>().ok();
        Some(Self {
            total: number("total")?,
            unflagged: number("total_unflagged")?,
            corrected: number("total_corrected")?,
            official: number("official")?,
            expected: count("units_expected")?,
            reporting: count("units_reporting")?,
            blank: count("units_blank")?,
            flagged: count("units_flagged")?,
            cells_corrected: count("cells_corrected")?,
            cells_left_out: count("cells_left_out")?,
        })
    }
}

/// Columns of `totals.csv` that are read.
const COLUMNS: [&str; 12] = [
    "indicator",
    "total",
    "units_expected",
    "units_reporting",
    "units_blank",
    "units_flagged",
    "total_unflagged",
    "official",
    "total_corrected",
    "cells_corrected",
    "cells_left_out",
    "form",
];

/// Parses the rows of a `totals.csv`.
///
/// # Errors
/// A sentence, where it is no such table.
pub(super) fn parse_totals(bytes: &[u8]) -> Result<TextRows, Message> {
    TextRows::parse("totals.csv", bytes, &COLUMNS)
}

/// Returns the totals of a run by position in the form; `None` where there is no row.
///
/// # Errors
/// A sentence, where a row cannot be read.
pub(super) fn totals_of_run(bytes: &[u8], form: &Form) -> Result<Vec<Option<IndicatorSums>>, Message> {
    let mut totals = vec![None; form.indicators.len()];
    for row in parse_totals(bytes)?.rows() {
        let position = form.position(row.get("indicator")).filter(|_| row.get("form") == form.id);
        let position = position.ok_or_else(|| damaged_table("totals.csv"))?;
        totals[position] = Some(IndicatorSums::parse(row).ok_or_else(|| damaged_table("totals.csv"))?);
    }
    Ok(totals)
}
