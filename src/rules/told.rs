//! Findings about a submission, a table or a figure, with unit and place filled in.

use std::collections::BTreeSet;

use rust_decimal::Decimal;

use super::Rule;
use crate::corpus::{Corpus, Standing};
use crate::finding::Finding;
use crate::form::Form;
use crate::place::Spot;
use crate::submission::{Figure, Report};

/// Most cells named in one sentence.
const NAMED: usize = 12;
/// Most different texts of cells that are shown as examples.
const EXAMPLES: usize = 3;

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

    /// One finding of this rule about several figures: their indicators and cells are listed, with `;` between them.
    pub(super) fn on_figures(&self, corpus: &Corpus, entry: usize, positions: &[usize]) -> Finding {
        let Some(first) = positions.first() else { return self.on_entry(corpus, entry) };
        let mut finding = self.on_figure(corpus, entry, *first);
        let (Some((report, form)), true) = (corpus.report(entry), positions.len() > 1) else { return finding };
        let figures = || positions.iter().map(|position| report.figures.at(*position));
        let places: Vec<_> = figures().filter_map(|figure| figure.place()).collect();
        finding.figures = positions.to_vec();
        finding.values = figures().map(shown).collect();
        finding.given = String::new();
        finding.indicator = distinct(positions.iter().map(|position| form.indicators[*position].id.clone()));
        finding.sheet = distinct(places.iter().map(|place| place.sheet.to_string()));
        finding.cell = distinct(places.iter().map(|place| place.spot.to_string()));
        finding
    }

    /// The same with what stands in the cells, and with a title that says how many they are.
    pub(super) fn on_same_habit(&self, corpus: &Corpus, entry: usize, positions: &[usize]) -> Finding {
        let mut finding = self.on_figures(corpus, entry, positions);
        let (Some((report, _)), count @ 2..) = (corpus.report(entry), positions.len()) else { return finding };
        finding.title = format!("{}等{count}格", finding.title);
        finding.given = examples(report, positions);
        finding
    }
}

/// Texts without repetitions, in their order, with `;` between them.
fn distinct(texts: impl Iterator<Item = String>) -> String {
    let mut seen = BTreeSet::new();
    texts.filter(|text| !text.is_empty() && seen.insert(text.clone())).collect::<Vec<_>>().join(";")
}

/// What stands in some cells: the first few different texts.
pub(super) fn examples(report: &Report, positions: &[usize]) -> String {
    let mut seen = BTreeSet::new();
    let raw = positions.iter().map(|position| report.figures.at(*position).raw().trim().to_owned());
    let texts: Vec<String> = raw.filter(|text| seen.insert(text.clone())).collect();
    let more = if texts.len() > EXAMPLES { "等" } else { "" };
    format!("{}{more}", texts[..texts.len().min(EXAMPLES)].join("、"))
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
        && !report.other_form.iter().any(|(other, _)| *other == table)
        && form.of_table(table).all(|position| !matches!(report.figures.at(position).state, Number | Text))
}

/// What cells without a number would have to hold where the sums leave no choice. Zeros are not worth a word.
pub(super) fn hint(report: &Report, form: &Form, known: &[(usize, Decimal)]) -> (String, String) {
    let worth = known.iter().filter(|(_, value)| !value.is_zero()).take(6);
    let said: Vec<String> = worth
        .map(|(position, value)| format!("{}＝{}", cells(report, form, &[*position]), value.normalize()))
        .collect();
    if said.is_empty() {
        return Default::default();
    }
    (format!("按勾稽关系推算：{}。", said.join("，")), format!(" The sums ask for {}.", said.join(", ")))
}

/// An amount with its sign.
pub(super) fn signed(amount: Decimal) -> String {
    let amount = amount.normalize();
    if amount > Decimal::ZERO { format!("+{amount}") } else { amount.to_string() }
}
