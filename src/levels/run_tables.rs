//! Readers of the tables of one output folder: those of a run, and those of an earlier roll-up.

use std::collections::{BTreeMap, BTreeSet};

use super::RepeatedFinding;
use super::coverage::{CHANGED_SEVERITIES, COVERAGE_COLUMNS, Coverage, LATER_COLUMNS, WITHOUT_ROSTER};
use super::figure_columns::{FactBytes, FigureColumns};
use super::indicator_sums::{IndicatorSums, parse_totals, totals_of_run};
use super::level_finding::{CopiedFinding, LevelFinding, ON_TOTALS};
use super::output_manifest::OutputManifest;
use super::run_units::{RunUnits, UNIT_KINDS};
use super::text_rows::{NamedRow, TextRows, damaged_table};
use super::unit_identity::UnitNames;
use crate::finding::Severity;
use crate::form::{Form, Forms};
use crate::message::Message;

/// Required columns of `findings.csv`.
const FINDING_COLUMNS: [&str; 8] = ["finding_id", "rule", "severity", "unit_id", "unit", "indicator", "file", "status"];

/// The bytes of a run's files in `data/`.
#[derive(Debug)]
pub struct RunBytes {
    /// `facts.parquet` or `facts.csv`.
    pub facts: FactBytes,
    /// `units.csv`.
    pub units: Vec<u8>,
    /// `totals.csv`.
    pub totals: Vec<u8>,
    /// `findings.csv`.
    pub findings: Vec<u8>,
}

/// The parsed tables of a run.
#[derive(Debug)]
pub struct RunTables {
    /// Its figures.
    pub(super) figures: FigureColumns,
    /// The coverage of its totals.
    pub(super) coverage: Coverage,
    /// The totals stated by the run, by position in the form.
    pub(super) stated: Vec<Option<IndicatorSums>>,
    /// Its findings about totals, without body and year.
    pub(super) findings: Vec<LevelFinding>,
    /// The findings that units must fix: unit id (or name, if it has none), unit name, and rule.
    pub(super) must_fix: BTreeSet<[String; 3]>,
    /// The names of its units, with those that earlier years may have.
    pub(super) units: Vec<UnitNames>,
}

impl RunTables {
    /// Parses the tables of a run with a manifest, which has its year and the numbers of its units.
    ///
    /// # Errors
    /// A message that names the damaged table, or the table of another year.
    pub fn read(bytes: RunBytes, form: &Form, manifest: &OutputManifest) -> Result<Self, Message> {
        let findings = TextRows::parse("findings.csv", &bytes.findings, &FINDING_COLUMNS)?;
        let mut reports = RunUnits::read(&bytes.units, &findings)?;
        let figures = FigureColumns::read(bytes.facts, form, &mut reports)?;
        let (mut coverage, units_by_name) = reports.into_coverage();
        let [expected, received] = manifest.units;
        coverage.add("outputs", 1);
        coverage.add(WITHOUT_ROSTER, u64::from(!manifest.has_roster));
        coverage.add(CHANGED_SEVERITIES, u64::from(manifest.has_changed_severities));
        coverage.add("units_expected", expected);
        coverage.add("units_received", received);
        // Findings on the totals are in no row of a unit.
        for (severity, column) in [(Severity::MustFix, "must_fix"), (Severity::MustExplain, "must_explain")] {
            let is_open = |row: &NamedRow<'_>| {
                ON_TOTALS.contains(&row.get("rule"))
                    && row.get("severity") == severity.word()
                    && row.get("status") == "open"
            };
            coverage.add(column, findings.rows().filter(is_open).count() as u64);
        }
        if coverage.get("reports_counted") > received {
            return Err(Message::new(
                format!("清单写收到{received}个单位，明细数据却有{}份报告", coverage.get("reports_counted")),
                format!("its manifest has {received} units received, its facts {}", coverage.get("reports_counted")),
            ));
        }
        let on_totals = findings.rows().filter(|row| ON_TOTALS.contains(&row.get("rule")));
        let stated = totals_of_run(&bytes.totals, form, manifest.year)?;
        let must_fix = findings.rows().filter_map(unit_to_fix).collect();
        let findings = on_totals.map(copied).collect();
        Ok(Self { figures, coverage, stated, findings, must_fix, units: units_by_name })
    }
}

/// Returns the unit and the rule of a finding that a unit must fix.
fn unit_to_fix(row: NamedRow<'_>) -> Option<[String; 3]> {
    let [id, unit] = ["unit_id", "unit"].map(|column| row.get(column));
    // A finding about the county's own report has the county's name and no id.
    let is_of_unit = row.get("severity") == Severity::MustFix.word() && !id.is_empty();
    is_of_unit.then(|| [id, unit, row.get("rule")].map(str::to_owned))
}

/// Converts a finding of a run to one of the roll-up.
fn copied(row: NamedRow<'_>) -> LevelFinding {
    let text = |column: &str| row.get(column).to_owned();
    LevelFinding {
        rule: text("rule"),
        severity: Severity::parse(row.get("severity")).unwrap_or(Severity::MustExplain),
        body_path: String::new(),
        year: None,
        file: text("file"),
        indicator: text("indicator"),
        given: text("given"),
        expected: text("expected"),
        difference: text("difference"),
        checks: row.get("checks").split(';').filter(|check| !check.is_empty()).map(str::to_owned).collect(),
        message: Message::new(text("message"), text("message")),
        copied: Some(CopiedFinding {
            id: text("finding_id"),
            fingerprint: text("fingerprint"),
            status: text("status"),
            explanation: text("explanation"),
        }),
    }
}

/// The bytes of an earlier roll-up's files in `data/`.
#[derive(Debug)]
pub struct RollupBytes {
    /// `bodies.csv`.
    pub bodies: Vec<u8>,
    /// `totals.csv`.
    pub totals: Vec<u8>,
    /// `totals_by_kind.csv`.
    pub kinds: Vec<u8>,
    /// `findings.csv`.
    pub findings: Vec<u8>,
    /// `repeated.csv`.
    pub repeated: Vec<u8>,
}

/// The tables of an earlier roll-up for one body, year and form.
#[derive(Debug, Default)]
pub(super) struct RolledBody {
    pub(super) coverage: Coverage,
    /// The totals by position in the form.
    pub(super) totals: BTreeMap<usize, IndicatorSums>,
    /// The totals by kind of unit and position in the form.
    pub(super) kinds: BTreeMap<(u32, usize), IndicatorSums>,
}

/// The path of a body, a year and the position of a form in the forms.
pub(super) type EditionKey = (String, u16, usize);

/// The parsed tables of an earlier roll-up.
#[derive(Debug, Default)]
pub struct RollupTables {
    pub(super) bodies: BTreeMap<EditionKey, RolledBody>,
    /// Its findings.
    pub(super) findings: Vec<LevelFinding>,
    /// The findings of its units that came again.
    pub(super) repeated: Vec<RepeatedFinding>,
}

impl RollupTables {
    /// Parses the tables of a roll-up.
    ///
    /// # Errors
    /// A message that names the damaged table.
    pub fn read(bytes: &RollupBytes, forms: &Forms) -> Result<Self, Message> {
        let mut tables = Self::default();
        let counts = COVERAGE_COLUMNS.into_iter().filter(|column| !LATER_COLUMNS.contains(column));
        let wanted: Vec<&str> = ["body_path", "year", "form"].into_iter().chain(counts).collect();
        let damaged = || damaged_table("bodies.csv");
        for row in TextRows::parse("bodies.csv", &bytes.bodies, &wanted)?.rows() {
            let key = key(row, forms).ok_or_else(damaged)?;
            let coverage = Coverage::parse(&row.by_column()).ok_or_else(damaged)?;
            tables.bodies.insert(key, RolledBody { coverage, ..RolledBody::default() });
        }
        let damaged = || damaged_table("totals.csv");
        for row in parse_totals(&bytes.totals)?.rows() {
            let (body, position) = tables.find(row, forms).ok_or_else(damaged)?;
            let sums = IndicatorSums::parse(row).ok_or_else(damaged)?;
            body.totals.insert(position, sums);
        }
        let damaged = || damaged_table("totals_by_kind.csv");
        let wanted = ["body_path", "year", "form", "kind", "indicator", "total", "total_unflagged"];
        for row in TextRows::parse("totals_by_kind.csv", &bytes.kinds, &wanted)?.rows() {
            let kind = UNIT_KINDS.iter().position(|kind| kind.word() == row.get("kind"));
            let kind = kind.and_then(|kind| u32::try_from(kind).ok()).ok_or_else(damaged)?;
            let (body, position) = tables.find(row, forms).ok_or_else(damaged)?;
            body.kinds.insert((kind, position), kind_sums(row).ok_or_else(damaged)?);
        }
        let wanted = FINDING_COLUMNS.into_iter().chain(["body_path", "year"]).collect::<Vec<_>>();
        for row in TextRows::parse("findings.csv", &bytes.findings, &wanted)?.rows() {
            tables.findings.push(copied(row).of(row.get("body_path").to_owned(), row.get("year").parse().ok()));
        }
        let wanted = ["body_path", "unit_id", "unit", "rule", "years"];
        for row in TextRows::parse("repeated.csv", &bytes.repeated, &wanted)?.rows() {
            let [body_path, unit_id, unit, rule] =
                ["body_path", "unit_id", "unit", "rule"].map(|name| row.get(name).to_owned());
            let years = row.get("years").split(';').filter_map(|year| year.parse().ok()).collect();
            tables.repeated.push(RepeatedFinding { body_path, unit_id, unit, rule, years });
        }
        Ok(tables)
    }

    /// Returns the body of a row, and the position of its indicator.
    fn find(&mut self, row: NamedRow<'_>, forms: &Forms) -> Option<(&mut RolledBody, usize)> {
        let key = key(row, forms)?;
        let position = forms.all[key.2].position(row.get("indicator"))?;
        Some((self.bodies.get_mut(&key)?, position))
    }
}

fn key(row: NamedRow<'_>, forms: &Forms) -> Option<EditionKey> {
    let form = forms.all.iter().position(|form| form.id == row.get("form"))?;
    Some((row.get("body_path").to_owned(), row.get("year").parse().ok()?, form))
}

fn kind_sums(row: NamedRow<'_>) -> Option<IndicatorSums> {
    let number = |column: &str| match row.get(column) {
        "" => Some(None),
        text => text.parse().ok().map(Some),
    };
    let count = |column: &str| row.get(column).parse().ok();
    Some(IndicatorSums {
        total: number("total")?,
        unflagged: number("total_unflagged")?,
        reporting: count("units_reporting")?,
        blank: count("units_blank")?,
        flagged: count("units_flagged")?,
        ..IndicatorSums::default()
    })
}
