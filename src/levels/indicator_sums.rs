//! The total of one indicator with its coverage, as in `totals.csv`.

use rust_decimal::Decimal;

use super::text_rows::{NamedRow, TextRows, damaged_table};
use crate::form::Form;
use crate::message::Message;

/// A total with its coverage. Amounts are exact decimals in the unit of the indicator.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct IndicatorSums {
    /// The sum; `None` if no unit has a number.
    pub total: Option<Decimal>,
    /// The sum without reports that have a finding to fix.
    pub unflagged: Option<Decimal>,
    /// The sum with each certainly wrong figure replaced by its right value, or left out if that is unknown.
    pub corrected: Option<Decimal>,
    /// The sum of the bodies' own reports; `None` unless each run has one.
    pub official: Option<Decimal>,
    /// Number of units that had to report.
    pub expected: u32,
    /// Number of units with a number in the sum.
    pub reporting: u32,
    /// Number of units that left the cell blank or marked it as not applicable.
    pub blank: u32,
    /// Number of units in the sum with a finding to fix.
    pub flagged: u32,
    /// Number of figures replaced in the corrected sum.
    pub cells_corrected: u32,
    /// Number of cells left out of the corrected sum.
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

/// Required columns of `totals.csv`.
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
/// A message if it is not such a table.
pub(super) fn parse_totals(bytes: &[u8]) -> Result<TextRows, Message> {
    TextRows::parse("totals.csv", bytes, &COLUMNS)
}

/// Returns the totals of a run by position in the form; `None` for indicators without a row.
///
/// # Errors
/// A message if a row cannot be parsed, or is of another year than the manifest states.
pub(super) fn totals_of_run(
    bytes: &[u8],
    form: &Form,
    year: Option<u16>,
) -> Result<Vec<Option<IndicatorSums>>, Message> {
    let mut totals = vec![None; form.indicators.len()];
    let year = year.map(|year| year.to_string()).unwrap_or_default();
    for row in parse_totals(bytes)?.rows() {
        if row.get("year") != year {
            return Err(Message::new(
                format!("清单写的年度是{year}，合计表写的是{}，请重新汇总", row.get("year")),
                format!("its manifest states {year}, its totals {}; run it again", row.get("year")),
            ));
        }
        let position = form.position(row.get("indicator")).filter(|_| row.get("form") == form.id);
        let position = position.ok_or_else(|| damaged_table("totals.csv"))?;
        totals[position] = Some(IndicatorSums::parse(row).ok_or_else(|| damaged_table("totals.csv"))?);
    }
    Ok(totals)
}
