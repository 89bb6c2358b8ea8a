//! All submissions of a run: the unit of each, which of them count, and polars tables of their figures.
//!
//! The facts are polars frames in long form, built in parts on demand, so that for a whole country only the figures are
//! in memory.

mod beside;
mod candidates;
pub mod column;
mod corrected;
mod disposition;
mod entry;
mod facts;
mod frame;
mod guidance;
mod matching;
mod parts;
mod previous;
mod year;
mod year_sums;

pub use corrected::{CorrectedFigure, UnfitEntry};
use disposition::YearRule;
pub use entry::{Aside, Disposition, Entry, StandIn};
pub use facts::Facts;
pub use frame::{INVALID, LARGEST, TermState, WHOLE, as_decimals, decimals, query, scale_down, scale_up};
pub use guidance::{Guidance, History, PriorLetter};
pub use previous::{Previous, PriorReport};
pub use year::RunYear;
pub use year_sums::YearSums;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::NaiveDate;

use crate::decisions::Contradiction;
use crate::form::{Form, Forms};
use crate::roster::{Roster, Unit};
use crate::submission::{Figure, Report, Submission};

/// Everything read for a run.
#[derive(Debug)]
pub struct Corpus {
    /// The official forms.
    pub forms: Arc<Forms>,
    /// The report year of the run.
    pub year: RunYear,
    /// The units, in the order of every output: the roster's, else by name.
    pub units: Vec<Unit>,
    /// Whether a roster was given; without one, no unit can be missing.
    pub has_roster: bool,
    /// The submissions with their disposition, in the order of their files.
    pub entries: Vec<Entry>,
    /// The county's own report of the year, if one is given for comparison with the sum.
    pub official: Option<Submission>,
    /// The day of the run, if the user gives it; the system clock is never used for decisions.
    pub today: Option<NaiveDate>,
    counted: Vec<usize>,
    /// Last year's reports, by unit.
    past: BTreeMap<usize, PriorReport>,
    /// Names in last year's reports that match no single unit of this year; they are not compared.
    pub unmatched_prior_units: Vec<String>,
    /// The figures that the office has corrected, by submission and position in its form.
    pub corrected: BTreeMap<(usize, usize), CorrectedFigure>,
    /// The reports with corrected figures, as they were sent.
    sent: BTreeMap<usize, Box<Report>>,
    /// Corrections that do not apply.
    pub unfit_corrections: Vec<UnfitEntry>,
    /// Corrections of one figure to different numbers, none of which is used.
    pub contradictory_corrections: Vec<Contradiction>,
}

impl Corpus {
    /// Assigns the submissions to units and decides which ones count, by the submissions alone.
    #[must_use]
    pub fn build(
        forms: Arc<Forms>,
        roster: Option<&Roster>,
        year: Option<u16>,
        submissions: Vec<Submission>,
        previous: Option<&Previous>,
    ) -> Self {
        Self::build_guided(forms, roster, year, submissions, previous, Guidance::default())
    }

    /// Like [`Self::build`], but also uses the office's decisions and the previous rounds.
    #[must_use]
    pub fn build_guided(
        forms: Arc<Forms>,
        roster: Option<&Roster>,
        year: Option<u16>,
        submissions: Vec<Submission>,
        previous: Option<&Previous>,
        guidance: Guidance<'_>,
    ) -> Self {
        let votes = disposition::stated_years(&submissions);
        let is_certain = year.is_some();
        let year = year.or_else(|| disposition::most_stated(&votes));
        let has_roster = roster.is_some();
        let (units, entries) =
            disposition::resolve(&forms, roster, YearRule { year, is_certain }, submissions, guidance);
        let (past, unmatched_prior_units) =
            previous.map(|previous| previous.by_unit(&units, roster)).unwrap_or_default();
        let mut counted: Vec<usize> =
            (0..entries.len()).filter(|at| entries[*at].disposition == Disposition::Counted).collect();
        counted.sort_by_key(|at| (entries[*at].unit, *at));
        let year = RunYear::new(year);
        let corrected = BTreeMap::new();
        Self {
            forms,
            year,
            units,
            has_roster,
            entries,
            official: None,
            today: None,
            counted,
            past,
            unmatched_prior_units,
            corrected,
            sent: BTreeMap::new(),
            unfit_corrections: Vec::new(),
            contradictory_corrections: Vec::new(),
        }
    }

    /// Returns the form for the run's year; if the year is unknown, the form that most counted reports use.
    #[must_use]
    pub fn form(&self) -> &Form {
        let latest = self.forms.for_year(self.year.known().unwrap_or(u16::MAX));
        let uses = |form: usize| self.counted.iter().filter(|at| self.is_on(**at, form)).count();
        let most_used = || (0..self.forms.all.len()).max_by_key(|form| (uses(*form), *form == latest));
        let form = if self.year.known().is_some() { None } else { most_used() };
        &self.forms.all[form.unwrap_or(latest)]
    }

    fn is_on(&self, entry: usize, form: usize) -> bool {
        self.entries[entry].submission.report().is_some_and(|report| report.form == form)
    }

    /// Returns the report of an entry with its form.
    #[must_use]
    pub fn report(&self, entry: usize) -> Option<(&Report, &Form)> {
        let report = self.entries[entry].submission.report()?;
        Some((report, &self.forms.all[report.form]))
    }

    /// Returns the form of a submission; that of the run's year if it has none.
    #[must_use]
    pub fn form_of(&self, entry: Option<usize>) -> &Form {
        entry.and_then(|entry| self.report(entry)).map_or_else(|| self.form(), |(_, form)| form)
    }

    /// Returns the county's own report with its form.
    #[must_use]
    pub fn official_report(&self) -> Option<(&Report, &Form)> {
        let report = self.official.as_ref()?.report()?;
        Some((report, &self.forms.all[report.form]))
    }

    /// Returns the county's own figure of an official indicator of the run's form, if it can be compared.
    #[must_use]
    pub fn official_figure(&self, position: usize) -> Option<Figure<'_>> {
        let (report, own) = self.official_report()?;
        let indicator = self.form().indicators[..self.form().official].get(position)?;
        let figure = report.figures.get(own.position(&indicator.id)?)?;
        (figure.addable || figure.value.is_none()).then_some(figure)
    }

    /// Returns the positions in `entries` of the submissions that count, ordered by unit.
    #[must_use]
    pub fn counted(&self) -> &[usize] {
        &self.counted
    }

    /// Returns last year's report of an entry's unit.
    #[must_use]
    pub fn prior_report(&self, entry: usize) -> Option<&PriorReport> {
        self.prior_report_of(self.entries[entry].unit?)
    }

    /// Returns last year's report of a unit, by position, whether or not it has a report this year.
    #[must_use]
    pub fn prior_report_of(&self, unit: usize) -> Option<&PriorReport> {
        self.past.get(&unit)
    }

    /// Returns the unit of an entry.
    #[must_use]
    pub fn unit_of(&self, entry: &Entry) -> Option<&Unit> {
        entry.unit.and_then(|at| self.units.get(at))
    }

    /// Returns the positions of units that must report and have no file at all.
    #[must_use]
    pub fn missing(&self) -> Vec<usize> {
        let sent: BTreeSet<usize> = self.entries.iter().filter_map(|entry| entry.unit).collect();
        (0..self.units.len()).filter(|at| self.is_expected(*at) && !sent.contains(at)).collect()
    }

    /// Returns whether a unit has sent only reports of another year and its due date is still to come. Such a unit has
    /// not reported, as one that sent nothing, and is not late either.
    #[must_use]
    pub fn is_awaited(&self, unit: usize) -> bool {
        let mut sent = self.entries.iter().filter(|entry| entry.unit == Some(unit)).map(|entry| entry.disposition);
        let is_other = |sent| matches!(sent, Disposition::OtherYear | Disposition::Aside(..));
        self.is_expected(unit) && self.units[unit].is_before_due(self.today) && sent.all(is_other)
    }

    /// Returns the names that earlier years may have for a unit: its aliases, and all names of the units merged into it,
    /// without duplicates.
    #[must_use]
    pub fn other_names(&self, unit: usize) -> Vec<&str> {
        let own = &self.units[unit];
        let is_merged = |other: &&Unit| other.merged_into.as_deref().is_some_and(|into| own.is_called(into));
        let merged = self.units.iter().filter(is_merged);
        let of_merged = merged.flat_map(|other| [&other.name, &other.id].into_iter().chain(&other.aliases));
        let mut names: Vec<&str> = Vec::new();
        for name in own.aliases.iter().chain(of_merged) {
            if !names.contains(&name.as_str()) {
                names.push(name);
            }
        }
        names
    }

    /// Returns whether a unit must send a report of its own.
    #[must_use]
    pub fn is_expected(&self, unit: usize) -> bool {
        let unit = &self.units[unit];
        unit.required && unit.merged_into.is_none()
    }
}
