//! Roll-ups: the outputs of runs added up by level and year, for a city's counties, a province's cities, or the
//! country.
//!
//! Each output folder gets a place among the levels ([`Placement`]) and counts once ([`CountedOutputs`]). Polars groups
//! its facts to totals by kind of unit and indicator. These are compared with the totals that the output states, and
//! added up for its body and every body above. A *body* is a county, a city, a province or the whole. An *edition* in
//! the frames is one body in one year on one form.

mod added_output;
mod body_balances;
mod body_tree;
mod builder;
mod contributions;
mod coverage;
mod coverage_words;
mod dataset_part;
mod duplicates;
mod figure_columns;
mod indicator_sums;
mod level_changes;
mod level_finding;
mod level_list;
mod level_sums;
mod main_year;
mod output_manifest;
mod placement;
mod run_tables;
mod run_units;
mod same_name;
mod same_submissions;
mod text_rows;
mod unit_identity;
mod year_series;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

pub use added_output::{AddedOutput, OutputTables, add_outputs};
pub use body_tree::Body;
pub use builder::LevelBuilder;
pub use coverage::{COVERAGE_COLUMNS, Coverage};
pub use dataset_part::dataset_part;
pub use duplicates::CountedOutputs;
pub use figure_columns::FactBytes;
pub use indicator_sums::IndicatorSums;
pub use level_changes::{LevelChange, LevelDifference, level_changes};
use level_finding::IMBALANCE;
pub use level_finding::{CopiedFinding, LevelFinding};
pub use level_list::LevelList;
use level_sums::{EditionSums, KeyedSums};
pub use output_manifest::{CountedRun, OutputManifest, ROLLUP};
pub use placement::{PlacedOutput, Placement, PlacementOptions, UnreadOutput};
pub use run_tables::{RollupBytes, RollupTables, RunBytes, RunTables};
pub use run_units::UNIT_KINDS;
pub use year_series::{Continuity, RATES, Rate, RateKind, YearChange};

use crate::finding::Severity;
use crate::form::Forms;
use crate::message::Language;

/// The user's settings of a roll-up.
#[derive(Debug, Clone, Default)]
pub struct LevelSettings {
    /// The language of messages.
    pub language: Language,
    /// The year that the outputs for people are about; without it, the latest one of most bodies.
    pub year: Option<u16>,
    /// The options as given, for the manifest.
    pub options: BTreeMap<String, String>,
}

/// A body in one year on one form, with the coverage of its totals.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BodyYear {
    /// Position of the body.
    pub body: usize,
    /// The report year.
    pub year: u16,
    /// Position of the form in the forms.
    pub form: usize,
    /// The coverage of the totals.
    pub coverage: Coverage,
    /// The folders of the body's own runs, without those of the bodies below.
    pub folders: Vec<PathBuf>,
    /// The page of the body's only run, relative to the roll-up's page, with `/`.
    pub page: Option<String>,
}

/// The totals of all bodies and years.
#[derive(Debug)]
pub struct LevelTotals {
    sums: Vec<(usize, IndicatorSums)>,
    /// The start of the totals of each body and year in `sums`, and the end of the last.
    starts: Vec<usize>,
    /// The totals by kind of unit, which are added up on demand.
    kinds: EditionSums,
}

impl LevelTotals {
    /// Returns the totals of a body and year, by its position, with the positions of the indicators in its form.
    #[must_use]
    pub fn of(&self, edition: usize) -> &[(usize, IndicatorSums)] {
        match (self.starts.get(edition), self.starts.get(edition + 1)) {
            (Some(start), Some(end)) => &self.sums[*start..*end],
            _ => &[],
        }
    }

    /// Sets the units that had to report to the same number for all indicators of a body and year: runs list rows for a
    /// combined group only if a unit filled one in.
    fn complete_expected(&mut self) {
        for bounds in self.starts.windows(2) {
            let of_edition = &mut self.sums[bounds[0]..bounds[1]];
            let expected = of_edition.iter().map(|(_, sums)| sums.expected).max().unwrap_or_default();
            for (_, sums) in of_edition {
                sums.expected = expected;
            }
        }
    }

    /// Adds a total. Totals must be added in the order of bodies and years.
    fn push(&mut self, ((edition, _, position), sums): KeyedSums, editions: usize) {
        self.close((edition as usize).min(editions));
        self.sums.push((position as usize, sums));
    }

    /// Records that the totals of all bodies and years before this one are complete.
    fn close(&mut self, edition: usize) {
        while self.starts.len() <= edition {
            self.starts.push(self.sums.len());
        }
    }
}

/// The total of one indicator for one kind of unit in a body and year.
#[derive(Debug, Clone, Copy)]
pub struct KindTotal {
    /// Position of the body and year.
    pub edition: usize,
    /// Position of the kind of unit in [`UNIT_KINDS`].
    pub kind: usize,
    /// Position of the indicator in the form.
    pub position: usize,
    /// The total.
    pub sums: IndicatorSums,
}

/// A rule that a unit broke in several years.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RepeatedFinding {
    /// The path of the body of its runs.
    pub body_path: String,
    /// The id of the unit on the latest roster that has it; its name if that roster has no ids.
    pub unit_id: String,
    /// Its name on that roster.
    pub unit: String,
    /// The rule.
    pub rule: String,
    /// The years, sorted.
    pub years: Vec<u16>,
}

/// A roll-up over many outputs.
#[derive(Debug)]
pub struct LevelRollup {
    /// The official forms.
    pub forms: Arc<Forms>,
    /// The bodies: the root first, then level by level.
    pub bodies: Vec<Body>,
    /// The bodies with their years, in the order of bodies and years.
    pub years: Vec<BodyYear>,
    /// The totals of `years`.
    pub totals: LevelTotals,
    /// The year that the outputs for people are about; `None` if there are no years.
    pub main_year: Option<u16>,
    /// All findings.
    pub findings: Vec<LevelFinding>,
    /// The differences from an earlier roll-up, if one is given.
    pub changes: Option<Vec<LevelChange>>,
    /// The findings that units had to fix in several years.
    pub repeated: Vec<RepeatedFinding>,
    /// The output folders that were read and count.
    pub inputs: Vec<PlacedOutput>,
    /// The runs that count, including those of earlier roll-ups.
    pub runs: Vec<CountedRun>,
    /// The number of outputs without a place or a year, which are left out of all totals.
    pub unplaced: usize,
    /// The user's settings.
    pub settings: LevelSettings,
}

impl LevelRollup {
    /// Returns the positions of the children of a body and year, in the same year and on the same form.
    #[must_use]
    pub fn parts(&self, edition: usize) -> Vec<usize> {
        let whole = &self.years[edition];
        let is_part = |other: &BodyYear| {
            self.bodies[other.body].parent == Some(whole.body) && (other.year, other.form) == (whole.year, whole.form)
        };
        // Bodies are sorted by level, so children are after their parent.
        (edition + 1..self.years.len()).filter(|at| is_part(&self.years[*at])).collect()
    }

    /// Returns whether the totals of a body and year, by position, break a sum of the form: as sums of bodies, or by a
    /// finding of the county's own run.
    #[must_use]
    pub fn is_unbalanced(&self, edition: usize) -> bool {
        let edition = &self.years[edition];
        let path = &self.bodies[edition.body].path;
        let mut imbalances = self.findings.iter().filter(|finding| finding.rule == IMBALANCE.text());
        imbalances.any(|finding| finding.year == Some(edition.year) && finding.body_path == *path)
    }

    /// Returns the paths of the bodies with runs that a body and year adds up.
    #[must_use]
    pub fn run_bodies(&self, edition: usize) -> BTreeSet<&str> {
        let (year, path) = (self.years[edition].year, self.bodies[self.years[edition].body].path.as_str());
        let is_within = |run: &&CountedRun| {
            run.year == year
                && run.body_path.strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        self.runs.iter().filter(is_within).map(|run| run.body_path.as_str()).collect()
    }

    /// Returns the positions of the indicators of a form that any output shows: the official ones, and those of rows
    /// for a combined group that a unit has filled in.
    #[must_use]
    pub fn shown_indicators(&self, form: usize) -> Vec<usize> {
        let of_form: Vec<usize> = (0..self.years.len()).filter(|at| self.years[*at].form == form).collect();
        let is_filled = |position: &usize| {
            of_form.iter().any(|at| self.sums_at(*at, *position).is_some_and(|sums| sums.reporting > 0))
        };
        let known = &self.forms.all[form];
        (0..known.official).chain((known.official..known.indicators.len()).filter(is_filled)).collect()
    }

    /// Returns the positions of the bodies of the year that the outputs for people are about, in order.
    #[must_use]
    pub fn main_editions(&self) -> Vec<usize> {
        (0..self.years.len()).filter(|at| Some(self.years[*at].year) == self.main_year).collect()
    }

    /// Returns the position of the root in that year, on the newest form.
    #[must_use]
    pub fn main_root(&self) -> Option<usize> {
        self.main_editions().into_iter().rfind(|at| self.years[*at].body == 0)
    }

    /// Returns the report years, sorted, without duplicates.
    #[must_use]
    pub fn report_years(&self) -> Vec<u16> {
        self.years.iter().map(|edition| edition.year).collect::<BTreeSet<_>>().into_iter().collect()
    }

    /// Calls `each` with the totals by kind of unit, in the order of bodies and years, kinds and indicators.
    ///
    /// # Errors
    /// Any error of `each`, and `Error::Query` if polars fails, which is a bug.
    pub fn for_each_kind_total<E: From<crate::error::Error>>(
        &self,
        mut each: impl FnMut(KindTotal) -> std::result::Result<(), E>,
    ) -> std::result::Result<(), E> {
        self.totals.kinds.for_each(|((edition, kind, position), sums)| {
            let (edition, kind, position) = (edition as usize, kind as usize, position as usize);
            each(KindTotal { edition, kind, position, sums })
        })
    }

    /// Returns the number of open findings of a severity.
    #[must_use]
    pub fn open_findings(&self, severity: Severity) -> usize {
        let is_open = |finding: &&LevelFinding| {
            finding.copied.as_ref().is_none_or(|copied| !matches!(copied.status.as_str(), "explained" | "corrected"))
        };
        self.findings.iter().filter(|finding| finding.severity == severity).filter(is_open).count()
    }

    /// Sorts the findings by body, year and rule; those without a body are first.
    fn sort_findings(&mut self) {
        let rank: BTreeMap<&str, usize> =
            self.bodies.iter().enumerate().map(|(at, body)| (body.path.as_str(), at + 1)).collect();
        let place = |finding: &LevelFinding| rank.get(finding.body_path.as_str()).copied().unwrap_or_default();
        // The sort is stable: findings of a run keep their order.
        self.findings.sort_by_cached_key(|finding| {
            (place(finding), finding.year, finding.copied.is_some(), finding.rule.clone(), finding.file.clone())
        });
    }
}
