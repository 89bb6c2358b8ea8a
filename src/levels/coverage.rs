//! The coverage of the totals of a body and year, as counts that add up over bodies.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use crate::amount::percent;
use crate::outcome::Status;

/// The names of the counts: columns of `data/bodies.csv`, in order.
pub const COVERAGE_COLUMNS: [&str; 19] = [
    "outputs",
    LEFT_OUT,
    "units_expected",
    "units_received",
    "reports_counted",
    "reports_flagged",
    "units_missing",
    "files_accepted",
    "files_queried",
    "files_flagged",
    "files_unreadable",
    "files_superseded",
    "files_conflicting",
    "files_unmatched",
    "must_fix",
    "must_explain",
    WITHOUT_ROSTER,
    CHANGED_SEVERITIES,
    BODIES_ABSENT,
];
/// The column for outputs that do not count.
pub(super) const LEFT_OUT: &str = "outputs_left_out";
/// The column for runs without a roster, of which nobody knows which units had to report.
pub(super) const WITHOUT_ROSTER: &str = "outputs_without_roster";
/// The column for runs with changed severities of rules. Their findings cannot be compared with those of other runs.
pub(super) const CHANGED_SEVERITIES: &str = "outputs_with_changed_rules";
/// The column for bodies without an output: of the list of levels, or with an output folder that cannot be read.
pub(super) const BODIES_ABSENT: &str = "bodies_absent";
/// Columns that roll-ups of earlier versions do not have.
pub(super) const LATER_COLUMNS: [&str; 3] = [WITHOUT_ROSTER, CHANGED_SEVERITIES, BODIES_ABSENT];

/// Counts of runs, units, reports, files and findings.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Coverage {
    counts: [u64; COVERAGE_COLUMNS.len()],
}

impl Coverage {
    /// Returns coverage with the counts of some columns.
    pub(super) fn of_counts(counts: &[(&str, u64)]) -> Self {
        let mut coverage = Self::default();
        for (column, count) in counts {
            coverage.add(column, *count);
        }
        coverage
    }

    /// Returns the counts in the order of the columns.
    #[must_use]
    pub fn counts(&self) -> &[u64] {
        &self.counts
    }

    /// Returns the count of a column; zero if there is no such column.
    #[must_use]
    pub fn get(&self, column: &str) -> u64 {
        COVERAGE_COLUMNS.iter().position(|name| *name == column).map_or(0, |at| self.counts[at])
    }

    /// Returns the count of a column for a reader; `None` if it is unknown and not zero: everything of a body without
    /// outputs, and the units that had to report, or did not, if no output has a roster.
    #[must_use]
    pub fn known(&self, column: &str) -> Option<u64> {
        let (outputs, without_roster) = (self.get("outputs"), self.get(WITHOUT_ROSTER));
        let is_known = match column {
            "outputs" | LEFT_OUT | WITHOUT_ROSTER | CHANGED_SEVERITIES | BODIES_ABSENT => true,
            "units_expected" | "units_missing" => without_roster < outputs,
            _ => outputs > 0,
        };
        is_known.then(|| self.get(column))
    }

    /// Adds to the count of a column.
    pub(super) fn add(&mut self, column: &str, count: u64) {
        if let Some(at) = COVERAGE_COLUMNS.iter().position(|name| *name == column) {
            self.counts[at] += count;
        }
    }

    /// Adds the counts of another body or run.
    pub(super) fn add_all(&mut self, other: &Self) {
        for (sum, count) in self.counts.iter_mut().zip(other.counts) {
            *sum += count;
        }
    }

    /// Counts a file, or a missing unit, by its status in `units.csv`.
    pub(super) fn add_status(&mut self, status: Status) {
        let column = match status {
            Status::Missing => "units_missing".to_owned(),
            _ => format!("files_{}", status.word()),
        };
        self.add(&column, 1);
    }

    /// Counts the findings of a row of `units.csv`.
    pub(super) fn add_findings(&mut self, must_fix: u64, must_explain: u64) {
        self.add("must_fix", must_fix);
        self.add("must_explain", must_explain);
    }

    /// Returns the percentage of the counted reports that have something to fix, with two decimal places; `None` if no
    /// report counts.
    #[must_use]
    pub fn flagged_percent(&self) -> Option<Decimal> {
        let count = |column: &str| Decimal::from(self.get(column));
        percent(count("reports_flagged"), count("reports_counted"), 2)
    }

    /// Parses the counts of a row by column; `None` if one is missing or not a number.
    pub(super) fn parse(row: &BTreeMap<&str, &str>) -> Option<Self> {
        let mut coverage = Self::default();
        for (at, column) in COVERAGE_COLUMNS.iter().enumerate() {
            coverage.counts[at] = match row.get(column) {
                None if LATER_COLUMNS.contains(column) => 0,
                count => count?.parse().ok()?,
            };
        }
        Some(coverage)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_add_up_and_every_status_has_its_column() {
        let mut coverage = Coverage::default();
        for status in Status::ALL {
            coverage.add_status(status);
            coverage.add_findings(1, 2);
        }
        coverage.add("reports_counted", 3);
        coverage.add("reports_flagged", 1);
        let mut sum = coverage.clone();
        sum.add_all(&coverage);
        assert_eq!((sum.get("units_missing"), sum.get("files_unmatched"), sum.get("must_explain")), (2, 2, 36));
        assert_eq!(COVERAGE_COLUMNS.iter().filter(|name| name.starts_with("files_")).count(), Status::ALL.len() - 2);
        assert_eq!((sum.flagged_percent(), Coverage::default().flagged_percent()), (Some(Decimal::new(3333, 2)), None));
        assert_eq!((sum.known("units_missing"), sum.known("outputs_left_out")), (None, Some(0)));
        sum.add("outputs", 1);
        assert_eq!(sum.known("units_missing"), Some(2));
        sum.add(WITHOUT_ROSTER, 1);
        assert_eq!((sum.known("units_missing"), sum.known("units_received")), (None, Some(0)));
        let texts: Vec<String> = sum.counts().iter().map(u64::to_string).collect();
        let row = COVERAGE_COLUMNS.iter().copied().zip(texts.iter().map(String::as_str)).collect();
        assert_eq!(Coverage::parse(&row), Some(sum));
    }
}
