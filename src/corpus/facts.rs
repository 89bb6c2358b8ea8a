//! The tidy facts: every figure of the submissions that count, one after the other, never held whole.

use super::Corpus;
use crate::form::{Form, Indicator};
use crate::roster::Unit;
use crate::submission::{Figure, Submission};

/// One figure with everything that tells it from others.
#[derive(Debug, Clone, Copy)]
pub struct Fact<'a> {
    /// Whose it is; `None` only where no unit was found for the submission.
    pub unit: Option<&'a Unit>,
    /// The submission it stands in.
    pub submission: &'a Submission,
    /// The submission's form.
    pub form: &'a Form,
    /// What it is a figure of.
    pub indicator: &'a Indicator,
    /// The figure.
    pub figure: Figure<'a>,
}

impl Corpus {
    /// The facts of some of the counted submissions, one for each indicator of their forms, in the order of the outputs.
    pub fn facts<'a>(&'a self, entries: &'a [usize]) -> impl Iterator<Item = Fact<'a>> + Clone {
        let of_entry = |at: &usize| {
            let entry = &self.entries[*at];
            let (unit, submission) = (self.unit_of(entry), &entry.submission);
            let (report, form) = self.report(*at)?;
            let shown = if report.combined { form.indicators.len() } else { form.official };
            let figures = form.indicators.iter().zip(report.figures.iter()).take(shown);
            Some(figures.map(move |(indicator, figure)| Fact { unit, submission, form, indicator, figure }))
        };
        entries.iter().filter_map(of_entry).flatten()
    }
}
