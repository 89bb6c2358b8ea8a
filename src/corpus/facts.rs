//! The tidy facts: every figure of the submissions that count, produced one after another without holding all in
//! memory.

use std::collections::BTreeMap;

use super::{Corpus, CorrectedFigure};
use crate::form::{Form, Indicator};
use crate::roster::Unit;
use crate::submission::{Figure, Report, Submission};

/// The facts of one submission: its figures and their common attributes.
#[derive(Debug, Clone, Copy)]
pub struct Facts<'a> {
    /// Its unit; `None` only if no unit was found for the submission.
    pub unit: Option<&'a Unit>,
    /// The submission.
    pub submission: &'a Submission,
    /// Its form.
    pub form: &'a Form,
    report: &'a Report,
    entry: usize,
    corrected: &'a BTreeMap<(usize, usize), CorrectedFigure>,
}

impl<'a> Facts<'a> {
    /// Returns the office's correction of a figure, by position in the form.
    #[must_use]
    pub fn correction(self, position: usize) -> Option<&'a CorrectedFigure> {
        // Fast path: most runs have no corrections, and there are millions of figures.
        if self.corrected.is_empty() { None } else { self.corrected.get(&(self.entry, position)) }
    }

    /// Returns the figures with their indicators, in the order of the form.
    #[must_use]
    pub fn figures(self) -> impl ExactSizeIterator<Item = (&'a Indicator, Figure<'a>)> {
        self.form.indicators.iter().zip(self.report.figures.iter()).take(reported_count(self.report, self.form))
    }
}

/// Returns how many of a form's indicators a report has. Rows for groups filled as one row are last in the form and
/// count only if the report combines such a group.
pub(super) fn reported_count(report: &Report, form: &Form) -> usize {
    if report.combined { form.indicators.len() } else { form.official }
}

impl Corpus {
    /// Returns the facts of a submission; `None` where it has none.
    #[must_use]
    pub fn facts_of(&self, entry: usize) -> Option<Facts<'_>> {
        let (report, form) = self.report(entry)?;
        let submission = &self.entries[entry].submission;
        let unit = self.unit_of(&self.entries[entry]);
        Some(Facts { unit, submission, form, report, entry, corrected: &self.corrected })
    }

    /// Returns the facts of the submissions that count, in the order of the outputs.
    #[must_use]
    pub fn facts(&self) -> Vec<Facts<'_>> {
        self.counted().iter().filter_map(|entry| self.facts_of(*entry)).collect()
    }
}
