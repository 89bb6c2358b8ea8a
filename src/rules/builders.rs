//! Constructors of findings about a unit, a submission or figures, with their places filled in.

use super::{Rule, wording};
use crate::corpus::Corpus;
use crate::finding::{Finding, Subject};

impl Rule {
    /// Returns a finding of this rule about a unit.
    pub(super) fn on_unit(&self, unit: usize) -> Finding {
        Finding { subject: Subject::Unit(unit), ..Finding::new(self.code, self.severity) }
    }

    /// Returns a finding of this rule about a submission.
    pub(super) fn on_entry(&self, corpus: &Corpus, entry: usize) -> Finding {
        let subject = Subject::Submission { entry, unit: corpus.entries[entry].unit };
        Finding { subject, ..Finding::new(self.code, self.severity) }
    }

    /// Returns a finding of this rule about a figure: its place, title and what stands there.
    pub(super) fn on_figure(&self, corpus: &Corpus, entry: usize, position: usize) -> Finding {
        self.on_figures(corpus, entry, &[position])
    }

    /// Returns one finding of this rule about several figures, under the title of the first of them.
    pub(super) fn on_figures(&self, corpus: &Corpus, entry: usize, positions: &[usize]) -> Finding {
        let finding = self.on_entry(corpus, entry);
        let (Some((report, form)), Some(first)) = (corpus.report(entry), positions.first()) else { return finding };
        let figures = || positions.iter().map(|position| report.figures.at(*position));
        let only = figures().next().filter(|_| positions.len() == 1);
        Finding {
            figures: positions.to_vec(),
            title: form.indicators[*first].title.clone(),
            observed: only.map(|figure| figure.raw().into_owned()).unwrap_or_default(),
            values: figures().map(wording::shown).collect(),
            ..finding.at_places(figures().filter_map(|figure| figure.place()))
        }
    }

    /// Returns the same with what stands in the cells, and with a title that says how many they are.
    pub(super) fn on_same_habit(&self, corpus: &Corpus, entry: usize, positions: &[usize]) -> Finding {
        let mut finding = self.on_figures(corpus, entry, positions);
        let (Some((report, _)), count @ 2..) = (corpus.report(entry), positions.len()) else { return finding };
        finding.title = format!("{}等{count}格", finding.title);
        finding.observed = wording::examples(report, positions);
        finding
    }
}
