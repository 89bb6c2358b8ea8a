//! Constructors of findings about a unit, a submission or figures, with their places filled in.

use super::queries::TableCells;
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

    /// Returns a finding of this rule about a figure: its place, title and raw value.
    pub(super) fn on_figure(&self, corpus: &Corpus, entry: usize, position: usize) -> Finding {
        self.on_figures(corpus, entry, &[position])
    }

    /// Returns one finding of this rule about several figures: the title names the first of them and states their number.
    pub(super) fn on_figures(&self, corpus: &Corpus, entry: usize, positions: &[usize]) -> Finding {
        let finding = self.on_entry(corpus, entry);
        let (Some((report, form)), Some(first)) = (corpus.report(entry), positions.first()) else { return finding };
        let figures = || positions.iter().map(|position| report.figures.at(*position));
        let only = figures().next().filter(|_| positions.len() == 1);
        Finding {
            figures: positions.to_vec(),
            title: match positions.len() {
                1 => form.indicators[*first].title.clone(),
                count => format!("{}等{count}格", form.indicators[*first].title),
            },
            observed: only.map(|figure| figure.raw().into_owned()).unwrap_or_default(),
            values: figures().map(wording::shown).collect(),
            ..finding.at_places(figures().filter_map(|figure| figure.place()))
        }
    }

    /// Like [`on_figures`](Self::on_figures), but for cells written in the same way: the observed text lists a few of
    /// their values.
    pub(super) fn on_same_habit(&self, corpus: &Corpus, entry: usize, positions: &[usize]) -> Finding {
        let mut finding = self.on_figures(corpus, entry, positions);
        let (Some((report, _)), 2..) = (corpus.report(entry), positions.len()) else { return finding };
        finding.observed = wording::examples(report, positions);
        finding
    }
}

/// The wording of a rule on values that are not allowed in cells of their kind.
pub(super) struct ValueWording {
    /// The words behind the number of cells: what was filled in.
    pub(super) held: &'static str,
    /// The words on what is allowed.
    pub(super) wanted: &'static str,
    /// The predicate for one cell, in English.
    pub(super) english: &'static str,
    /// The noun for several cells, in English.
    pub(super) english_plural: &'static str,
}

impl ValueWording {
    /// Returns the finding of a rule on the cells of one table: a single cell is named, several are listed.
    pub(super) fn finding(&self, rule: &Rule, corpus: &Corpus, cells: &TableCells<'_>) -> Finding {
        let Self { held, wanted, english, english_plural } = self;
        let finding = rule.on_same_habit(corpus, cells.entry, &cells.positions);
        let given = cells.examples();
        if cells.positions.len() == 1 {
            let (title, id) = (&cells.first().brief, &cells.first().english);
            return finding
                .saying(format!("{title}填的是{given}，{wanted}，请核对。"), format!("{id}: “{given}” is {english}"));
        }
        let (name, listed, count) = (cells.name(), cells.listed(), cells.positions.len());
        let (table, listed_in_english) = (cells.english_name(), cells.listed_in_english());
        finding.saying(
            format!("{name}有{count}处{held}（如{given}；{listed}），{wanted}，请核对。"),
            format!("{table}: {count} {english_plural} (“{given}”: {listed_in_english})"),
        )
    }
}
