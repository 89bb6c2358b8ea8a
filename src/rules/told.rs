//! Findings about a submission, a table or a figure, with unit and place filled in.

use super::Rule;
use crate::corpus::{Corpus, Standing};
use crate::finding::Finding;
use crate::form::Form;
use crate::place::Spot;
use crate::submission::{Figure, Report};

/// Most cells named in one sentence.
const NAMED: usize = 12;

impl Rule {
    /// A finding of this rule about a unit.
    pub(super) fn on_unit(&self, unit: usize) -> Finding {
        Finding { unit: Some(unit), ..Finding::new(self.code, self.severity) }
    }

    /// A finding of this rule about a submission.
    pub(super) fn on_entry(&self, corpus: &Corpus, entry: usize) -> Finding {
        let unit = corpus.entries[entry].unit;
        Finding { unit, entry: Some(entry), ..Finding::new(self.code, self.severity) }
    }

    /// A finding of this rule about a figure: its place, title and what stands there.
    pub(super) fn on_figure(&self, corpus: &Corpus, entry: usize, position: usize) -> Finding {
        let mut finding = self.on_entry(corpus, entry);
        if let Some((report, form)) = corpus.report(entry) {
            let (indicator, figure) = (&form.indicators[position], report.figures.at(position));
            finding.indicator.clone_from(&indicator.id);
            finding.figures = vec![position];
            finding.title.clone_from(&indicator.title);
            finding.given = figure.raw().into_owned();
            finding.values.push(shown(figure));
            if let Some(place) = figure.place() {
                finding.sheet = place.sheet.to_string();
                finding.cell = place.spot.to_string();
            }
        }
        finding
    }

    /// One finding of this rule about several figures of one table: the first's place, all their values.
    pub(super) fn on_figures(&self, corpus: &Corpus, entry: usize, positions: &[usize]) -> Finding {
        let mut finding = positions
            .first()
            .map_or_else(|| self.on_entry(corpus, entry), |first| self.on_figure(corpus, entry, *first));
        if let Some((report, _)) = corpus.report(entry) {
            finding.figures = positions.to_vec();
            finding.values = positions.iter().map(|position| shown(report.figures.at(*position))).collect();
        }
        if positions.len() > 1 {
            finding.given = String::new();
        }
        finding
    }
}

/// The reports that count, with their positions in `Corpus::entries`, in unit order.
pub(super) fn counted(corpus: &Corpus) -> impl Iterator<Item = (usize, &Report, &Form)> {
    let reports = corpus.counted().iter().copied();
    reports.filter_map(|entry| corpus.report(entry).map(|(report, form)| (entry, report, form)))
}

/// Those of them with a figure that is not plain.
pub(super) fn with_oddities(corpus: &Corpus) -> impl Iterator<Item = (usize, &Report, &Form)> {
    counted(corpus).filter(|(_, report, _)| !report.plain)
}

/// The figures of a report that are anything but whole numbers, plainly written, with their positions.
pub(super) fn not_whole(report: &Report) -> impl Iterator<Item = (usize, Figure<'_>)> {
    let wholes = report.figures.wholes().enumerate();
    wholes.filter(|(_, whole)| whole.is_none()).map(|(position, _)| (position, report.figures.at(position)))
}

/// The submissions in one standing, by position.
pub(super) fn in_standing(corpus: &Corpus, wanted: impl Fn(Standing) -> bool) -> Vec<usize> {
    (0..corpus.entries.len()).filter(|at| wanted(corpus.entries[*at].standing)).collect()
}

/// The positions of a report's official figures that `wanted` picks, table by table; figures that are no part of the
/// report are passed over. Tables without any are left out.
pub(super) fn by_table(
    report: &Report,
    form: &Form,
    wanted: impl Fn(usize, Figure<'_>) -> bool,
) -> Vec<(usize, Vec<usize>)> {
    let mut tables: Vec<(usize, Vec<usize>)> = (0..form.tables.len()).map(|table| (table, Vec::new())).collect();
    for (position, figure) in report.figures.iter().enumerate() {
        if wanted(position, figure) && !form.is_out(position, report.combined) {
            tables[form.indicators[position].table].1.push(position);
        }
    }
    tables.retain(|(_, positions)| !positions.is_empty());
    tables
}

/// A figure as a word: its value, else its state and raw text.
pub(super) fn shown(figure: Figure<'_>) -> String {
    match figure.value {
        Some(value) => value.to_string(),
        None => format!("{} {}", figure.state.word(), figure.raw()).trim_end().to_owned(),
    }
}

/// Where figures are, the first of them written out: by address, or by name in running text, which has none.
pub(super) fn cells(report: &Report, form: &Form, positions: &[usize]) -> String {
    let address = |position: &usize| {
        let spot = report.figures.at(*position).spot()?;
        Some(if spot == Spot::Text { form.indicators[*position].title.clone() } else { spot.in_words() })
    };
    let named: Vec<String> = positions.iter().filter_map(address).take(NAMED).collect();
    let more = if positions.len() > NAMED { format!("…({})", positions.len()) } else { String::new() };
    format!("{}{more}", named.join("、"))
}

/// The address of a figure as an aside; nothing in running text, which has none.
pub(super) fn aside(corpus: &Corpus, entry: usize, position: usize) -> String {
    let figure = corpus.report(entry).and_then(|(report, _)| report.figures.get(position));
    let words = figure.and_then(|figure| figure.spot()).map(Spot::in_words).unwrap_or_default();
    if words.is_empty() { words } else { format!("（{words}）") }
}

/// Whether a table was found and holds nothing at all: no number, no text.
pub(super) fn is_empty_table(report: &Report, form: &Form, table: usize) -> bool {
    use crate::amount::State::{Number, Text};
    report.tables[table]
        && form.of_table(table).all(|position| !matches!(report.figures.at(position).state, Number | Text))
}
