//! The reports of a run from `units.csv`: the kind of each unit, the flagged reports, and the coverage.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::coverage::Coverage;
use super::text_rows::{NamedRow, TextRows, damaged_table};
use super::unit_identity::UnitNames;
use crate::message::Message;
use crate::outcome::Status;
use crate::roster::UnitKind;

/// The kinds of units; the frames store positions in this list.
pub const UNIT_KINDS: [UnitKind; 4] =
    [UnitKind::Township, UnitKind::Subdistrict, UnitKind::Department, UnitKind::Other];

/// Code of the rule on amounts of money with an unknown unit.
const MONEY_UNIT_UNKNOWN: &str = "V12";
/// State of a finding on figures that the office has corrected.
const CORRECTED: &str = "corrected";

/// The indicators with numbers that are not added, by the id and name of the unit and the file of the report.
type NotAdded = BTreeMap<[String; 3], BTreeSet<String>>;

/// A report in `units.csv`.
#[derive(Debug, Clone, Default)]
pub(super) struct RunReport {
    /// Position of the unit's kind in [`UNIT_KINDS`].
    pub(super) kind: u32,
    /// Whether it has a finding that must be fixed.
    pub(super) is_flagged: bool,
    /// Its indicators with numbers that are not added.
    pub(super) not_added: BTreeSet<String>,
    is_counted: bool,
}

/// The reports of a run.
#[derive(Debug, Default)]
pub(super) struct RunUnits {
    by_unit: HashMap<[String; 3], usize>,
    reports: Vec<RunReport>,
    coverage: Coverage,
    names: Vec<UnitNames>,
}

impl RunUnits {
    /// Parses `units.csv`, and takes from `findings.csv` the figures that are not added.
    pub(super) fn read(units: &[u8], findings: &TextRows) -> Result<Self, Message> {
        let not_added = not_added(findings);
        let table = TextRows::parse("units.csv", units, &["unit_id", "unit", "kind", "status", "file"])?;
        let mut read = Self::default();
        let mut missing = BTreeSet::new();
        for row in table.rows() {
            let status = Status::parse(row.get("status")).ok_or_else(|| damaged_table("units.csv"))?;
            let count = |column: &str| row.get(column).parse().unwrap_or(0);
            // A unit that sent two reports of another year is missing once.
            if status != Status::Missing || missing.insert(row.get("unit_id").to_owned()) {
                read.coverage.add_status(status);
            }
            read.coverage.add_findings(count("must_fix"), count("must_explain"));
            let unit = ["unit_id", "unit", "file"].map(|column| row.get(column).to_owned());
            read.names.extend(unit_names(row));
            let kind = UNIT_KINDS.iter().position(|kind| kind.word() == row.get("kind"));
            // A unit that is not on a roster has no kind.
            let kind = kind.and_then(|kind| u32::try_from(kind).ok()).unwrap_or(OTHER);
            let not_added = not_added.get(&unit).cloned().unwrap_or_default();
            read.by_unit.insert(unit, read.reports.len());
            read.reports.push(RunReport { kind, is_flagged: status == Status::Flagged, not_added, is_counted: false });
        }
        Ok(read)
    }

    /// Returns the position of a report that has figures in the facts, and counts the report.
    pub(super) fn count(&mut self, unit: [&str; 3]) -> Result<usize, Message> {
        let at = self.by_unit.get(&unit.map(str::to_owned)).copied().ok_or_else(|| {
            Message::new("明细数据中有单位一览没有的单位", "its facts name a unit that its units.csv does not have")
        })?;
        self.reports[at].is_counted = true;
        Ok(at)
    }

    /// Returns a report.
    pub(super) fn report(&self, at: usize) -> &RunReport {
        &self.reports[at]
    }

    /// Returns the coverage of the run, after all reports with figures have been counted, and the names of its units.
    pub(super) fn into_coverage(self) -> (Coverage, Vec<UnitNames>) {
        let mut coverage = self.coverage;
        for report in self.reports.iter().filter(|report| report.is_counted) {
            coverage.add("reports_counted", 1);
            coverage.add("reports_flagged", u64::from(report.is_flagged));
        }
        (coverage, self.names)
    }
}

/// Returns the names of a unit; `None` if it is not on the roster. Outputs of earlier versions have no other names.
fn unit_names(row: NamedRow<'_>) -> Option<UnitNames> {
    let [id, name] = ["unit_id", "unit"].map(|column| row.get(column).to_owned());
    let other_names = row.get("other_names").split(';').filter(|name| !name.is_empty()).map(str::to_owned).collect();
    (!id.is_empty()).then_some(UnitNames { id, name, other_names })
}

/// Position of `UnitKind::Other`.
const OTHER: u32 = 3;

fn not_added(findings: &TextRows) -> NotAdded {
    let mut found = NotAdded::new();
    let of_money = findings.rows().filter(|row| row.get("rule") == MONEY_UNIT_UNKNOWN);
    for row in of_money.filter(|row| row.get("status") != CORRECTED) {
        let unit = ["unit_id", "unit", "file"].map(|column| row.get(column).to_owned());
        found.entry(unit).or_default().extend(row.get("indicator").split(';').map(str::to_owned));
    }
    found
}
