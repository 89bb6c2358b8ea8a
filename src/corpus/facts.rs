//! The tidy facts: every figure of the submissions that count, one after the other, never held whole.

use super::Corpus;
use crate::amount::State;
use crate::form::{Form, Indicator};
use crate::roster::Unit;
use crate::submission::{Figure, Report, Submission};

/// The facts of one submission: its figures, with everything that tells them from others.
#[derive(Debug, Clone, Copy)]
pub struct Facts<'a> {
    /// Whose it is; `None` only where no unit was found for the submission.
    pub unit: Option<&'a Unit>,
    /// The submission.
    pub submission: &'a Submission,
    /// Its form.
    pub form: &'a Form,
    report: &'a Report,
}

impl<'a> Facts<'a> {
    /// The figures with what each is a figure of, in the order of the form.
    #[must_use]
    pub fn figures(self) -> impl ExactSizeIterator<Item = (&'a Indicator, Figure<'a>)> {
        self.form.indicators.iter().zip(self.report.figures.iter()).take(self.shown())
    }

    /// A figure, by the position of its indicator in the form.
    #[must_use]
    pub fn figure(self, position: usize) -> Figure<'a> {
        self.report.figures.at(position)
    }

    /// For each figure its number, where that is a whole one, plainly written.
    #[must_use]
    pub fn wholes(self) -> impl ExactSizeIterator<Item = Option<i64>> {
        self.report.figures.wholes().take(self.shown())
    }

    fn shown(self) -> usize {
        if self.report.combined { self.form.indicators.len() } else { self.form.official }
    }

    /// The state and the sheet of every figure, where all are plain and on one sheet, as most are.
    #[must_use]
    pub fn alike(self) -> Option<(State, &'a str)> {
        let sheet = self.report.figures.only_sheet().filter(|_| self.report.plain)?;
        Some((State::Number, sheet))
    }
}

impl Corpus {
    /// The facts of the submissions that count, in the order of the outputs.
    #[must_use]
    pub fn facts(&self) -> Vec<Facts<'_>> {
        let of_entry = |at: usize| {
            let entry = &self.entries[at];
            let (report, form) = self.report(at)?;
            Some(Facts { unit: self.unit_of(entry), submission: &entry.submission, form, report })
        };
        self.counted().iter().copied().filter_map(of_entry).collect()
    }
}
