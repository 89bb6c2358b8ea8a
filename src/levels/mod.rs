//! What runs have written, added up by level and year: a city's counties, a province's cities, the country.
//!
//! Each output folder has a place among the levels ([`Placement`]) and counts once ([`CountedOutputs`]). Its facts are
//! grouped by polars to totals by kind of unit and indicator, compared with the totals that it states, and added up for
//! its body and every body above. A *body* is a county, a city, a province or the whole; an *edition* in the frames is
//! one body in one year on one form.

mod body_balances;
mod body_tree;
mod builder;
mod coverage;
mod dataset_part;
mod duplicates;
mod figure_columns;
mod indicator_sums;
mod level_changes;
mod level_finding;
mod level_list;
mod level_sums;
mod output_manifest;
mod placement;
mod run_tables;
mod run_units;
mod text_rows;
mod year_series;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

pub use body_tree::Body;
pub use builder::{LevelBuilder, OutputTables};
pub use coverage::{COVERAGE_COLUMNS, Coverage};
pub use dataset_part::dataset_part;
pub use duplicates::CountedOutputs;
pub use figure_columns::FactBytes;
pub use indicator_sums::IndicatorSums;
pub use level_changes::{LevelChange, LevelDifference, level_changes};
pub use level_finding::{CopiedFinding, LevelFinding};
pub use level_list::LevelList;
use level_sums::{EditionSums, KeyedSums};
pub use output_manifest::{CountedRun, OutputManifest, ROLLUP};
pub use placement::{PlacedOutput, Placement, PlacementOptions};
pub use run_tables::{RollupBytes, RollupTables, RunBytes, RunTables};
pub use run_units::UNIT_KINDS;
pub use year_series::{Continuity, RATES, Rate, RateKind, YearChange};

use crate::finding::Severity;
use crate::form::Forms;
use crate::message::Language;

/// What the user decided of a roll-up.
#[derive(Debug, Clone, Default)]
pub struct LevelSettings {
    /// The language of messages.
    pub language: Language,
    /// The options as given, for the manifest.
    pub options: BTreeMap<String, String>,
}

/// A body in one year on one form, with what its totals rest on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BodyYear {
    /// The body, by position.
    pub body: usize,
    /// The report year.
    pub year: u16,
    /// The form, by position in the forms.
    pub form: usize,
    /// What the totals rest on.
    pub coverage: Coverage,
    /// The folders of the body's own runs; none of the bodies below.
    pub folders: Vec<PathBuf>,
    /// The page of the body's one run, relative to the roll-up's own page, with `/`.
    pub page: Option<String>,
}

/// The totals of all bodies and years.
#[derive(Debug)]
pub struct LevelTotals {
    sums: Vec<(usize, IndicatorSums)>,
    /// Where the totals of each body and year begin, and one more for the end.
    starts: Vec<usize>,
    /// By kind of unit, not added up yet.
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

    /// Adds a total; those of one body and year come together, in their order.
    fn push(&mut self, ((edition, _, position), sums): KeyedSums, editions: usize) {
        self.close((edition as usize).min(editions));
        self.sums.push((position as usize, sums));
    }

    /// Notes that the totals of every body and year before this one are there.
    fn close(&mut self, edition: usize) {
        while self.starts.len() <= edition {
            self.starts.push(self.sums.len());
        }
    }
}

/// The totals of one kind of unit in a body and year.
#[derive(Debug, Clone, Copy)]
pub struct KindTotal {
    /// The body and year, by position.
    pub edition: usize,
    /// The kind of unit, by position in [`UNIT_KINDS`].
    pub kind: usize,
    /// The indicator, by position in the form.
    pub position: usize,
    /// The total.
    pub sums: IndicatorSums,
}

/// A rule that a unit broke in several years.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RepeatedFinding {
    /// The path of the body of its runs.
    pub body_path: String,
    /// The id of the unit, as its rosters have it; its name where they have none.
    pub unit_id: String,
    /// Its name, as the latest of the years has it.
    pub unit: String,
    /// The rule.
    pub rule: String,
    /// The years, in order.
    pub years: Vec<u16>,
}

/// A roll-up over many outputs.
#[derive(Debug)]
pub struct LevelRollup {
    /// The official forms.
    pub forms: Arc<Forms>,
    /// The bodies: the whole first, then level by level.
    pub bodies: Vec<Body>,
    /// The bodies with their years, in the order of bodies and years.
    pub years: Vec<BodyYear>,
    /// The totals of each.
    pub totals: LevelTotals,
    /// What was found.
    pub findings: Vec<LevelFinding>,
    /// What is different from an earlier roll-up, where one is given.
    pub changes: Option<Vec<LevelChange>>,
    /// What units had to fix in several years.
    pub repeated: Vec<RepeatedFinding>,
    /// The output folders that were read and count.
    pub inputs: Vec<PlacedOutput>,
    /// The runs that count, those of earlier roll-ups included.
    pub runs: Vec<CountedRun>,
    /// What the user decided.
    pub settings: LevelSettings,
}

impl LevelRollup {
    /// Returns the bodies and years, by position, right below one: those of its year and form.
    #[must_use]
    pub fn parts(&self, edition: usize) -> Vec<usize> {
        let whole = &self.years[edition];
        let is_part = |other: &BodyYear| {
            self.bodies[other.body].parent == Some(whole.body) && (other.year, other.form) == (whole.year, whole.form)
        };
        // Bodies come level by level, so parts come behind.
        (edition + 1..self.years.len()).filter(|at| is_part(&self.years[*at])).collect()
    }

    /// Returns the report years, each once, in order.
    #[must_use]
    pub fn report_years(&self) -> Vec<u16> {
        self.years.iter().map(|edition| edition.year).collect::<BTreeSet<_>>().into_iter().collect()
    }

    /// Calls `each` with the totals by kind of unit, in the order of bodies and years, kinds and indicators.
    ///
    /// # Errors
    /// What `each` returns, and `Error::Query` if polars refuses, which is a bug.
    pub fn for_each_kind_total<E: From<crate::error::Error>>(
        &self,
        mut each: impl FnMut(KindTotal) -> std::result::Result<(), E>,
    ) -> std::result::Result<(), E> {
        self.totals.kinds.for_each(|((edition, kind, position), sums)| {
            let (edition, kind, position) = (edition as usize, kind as usize, position as usize);
            each(KindTotal { edition, kind, position, sums })
        })
    }

    /// Counts the findings of a strength that are open.
    #[must_use]
    pub fn open_findings(&self, severity: Severity) -> usize {
        let is_open = |finding: &&LevelFinding| {
            finding.copied.as_ref().is_none_or(|copied| !matches!(copied.status.as_str(), "explained" | "corrected"))
        };
        self.findings.iter().filter(|finding| finding.severity == severity).filter(is_open).count()
    }

    /// Puts the findings in the order of bodies, years and rules; those of no body come first.
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
