//! Summary of a run in numbers: units expected and received, reports added up, findings.

use std::collections::BTreeSet;

use super::{Counts, Line, Outcome, Status};
use crate::finding::Subject;
use crate::rollup;

/// The summary of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// Units that must report, or without a roster units found.
    pub expected: usize,
    /// Units of these that sent something, without those that sent only reports of another year before their due date.
    pub received: usize,
    /// Reports in the totals.
    pub counted: usize,
    /// Positions of the units that have not reported: they sent nothing, or only reports of another year while their
    /// due date is still to come. `None` without a roster.
    pub missing: Option<Vec<usize>>,
    /// Those of them whose due date is still to come.
    pub not_due: Vec<usize>,
    /// Units that must report and sent something, but are not in the totals.
    pub not_counted: usize,
    /// Units that sent something and have an open finding that must be fixed.
    pub units_to_fix: usize,
    /// Reports that belong to no unit of the roster.
    pub unmatched: usize,
    /// Files read, with each file in an archive or mail counted separately.
    pub files: usize,
    /// Files left aside.
    pub left_aside: usize,
    /// Figures in which the county's own report differs from the sum; `None` if it was not given.
    pub official_differs: Option<usize>,
    /// Sums of the form that the county's totals break.
    pub imbalances: usize,
    /// Open findings by severity: the rows of the list of problems.
    pub counts: Counts,
    /// Those of them that are about units.
    pub counts_of_units: Counts,
}

impl Verdict {
    /// Returns the units in `counts_of_units` in Chinese words: those of the roster, or without one all that were found.
    #[must_use]
    pub fn units_in_words(&self) -> &'static str {
        if self.missing.is_some() { "名册单位" } else { "各单位" }
    }
}

impl Outcome {
    /// Computes the summary of the run.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        let units_with = |wanted: &dyn Fn(&Line) -> bool| {
            let units: BTreeSet<usize> =
                self.lines().iter().filter(|line| wanted(line)).filter_map(|line| line.unit).collect();
            units.into_iter().filter(|unit| self.corpus.is_expected(*unit)).count()
        };
        let missing = self.corpus.has_roster.then(|| self.units_missing());
        let is_ahead = |unit: &&usize| self.corpus.units[**unit].is_before_due(self.corpus.today);
        Verdict {
            expected: rollup::expected(&self.corpus),
            received: units_with(&|line| line.is_received()),
            counted: self.corpus.counted().len(),
            not_due: missing.iter().flatten().filter(is_ahead).copied().collect(),
            missing,
            not_counted: self.units_not_counted().len(),
            units_to_fix: self.units_to_fix().len(),
            unmatched: self.lines().iter().filter(|line| line.status == Status::Unmatched).count(),
            files: self.receipts.len(),
            left_aside: self.left_aside.len() + self.files_aside().len(),
            official_differs: self.corpus.official.as_ref().map(|_| {
                let of_official = self.findings.iter().filter(|finding| finding.subject == Subject::CountyReport);
                of_official.filter(|finding| finding.difference.is_some()).count()
            }),
            imbalances: self.imbalances.len(),
            counts: self.all_counts(),
            counts_of_units: self.counts_of_units(),
        }
    }
}
