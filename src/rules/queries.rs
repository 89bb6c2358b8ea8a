//! Queries over reports and figures that several rules use.

use super::wording;
use crate::corpus::{Corpus, Disposition};
use crate::form::{Form, Indicator};
use crate::submission::{Figure, Report};

/// Returns the reports that count, with their positions in `Corpus::entries`, in unit order.
pub(super) fn counted(corpus: &Corpus) -> impl Iterator<Item = (usize, &Report, &Form)> {
    let reports = corpus.counted().iter().copied();
    reports.filter_map(|entry| corpus.report(entry).map(|(report, form)| (entry, report, form)))
}

/// Returns those counted reports that have a figure which is not plain.
pub(super) fn with_irregularities(corpus: &Corpus) -> impl Iterator<Item = (usize, &Report, &Form)> {
    counted(corpus).filter(|(_, report, _)| !report.plain)
}

/// Returns the pages of a PDF that end within a table, so that rows may be unreadable; empty for other files. What such
/// a report lacks may be there, so it is only asked for (F07).
pub(super) fn divided_pages(corpus: &Corpus, entry: usize) -> &[u32] {
    &corpus.entries[entry].submission.divided_pages
}

/// Returns the figures of a report, with their positions, that are not plainly written whole numbers.
pub(super) fn not_whole(report: &Report) -> impl Iterator<Item = (usize, Figure<'_>)> {
    let wholes = report.figures.wholes().enumerate();
    wholes.filter(|(_, whole)| whole.is_none()).map(|(position, _)| (position, report.figures.at(position)))
}

/// Returns the positions of the submissions with a disposition that `wanted` selects.
pub(super) fn with_disposition(corpus: &Corpus, wanted: impl Fn(Disposition) -> bool) -> Vec<usize> {
    (0..corpus.entries.len()).filter(|at| wanted(corpus.entries[*at].disposition)).collect()
}

/// The cells of one table of a report that a finding is about; at least one.
pub(super) struct TableCells<'a> {
    pub(super) entry: usize,
    pub(super) report: &'a Report,
    pub(super) form: &'a Form,
    pub(super) table: usize,
    /// Their positions in the form.
    pub(super) positions: Vec<usize>,
}

impl<'a> TableCells<'a> {
    /// Returns the name of the table.
    pub(super) fn name(&self) -> &'a str {
        &self.form.tables[self.table].name
    }

    /// Returns the name of the table for English sentences.
    pub(super) fn english_name(&self) -> String {
        self.form.tables[self.table].english_name()
    }

    /// Returns the indicator of the first of the cells.
    pub(super) fn first(&self) -> &'a Indicator {
        &self.form.indicators[self.positions[0]]
    }

    /// Returns the cells for Chinese sentences.
    pub(super) fn listed(&self) -> String {
        wording::cells(self.report, self.form, &self.positions)
    }

    /// Returns the cells for English sentences.
    pub(super) fn listed_in_english(&self) -> String {
        wording::english_cells(self.report, self.form, &self.positions)
    }

    /// Returns a few of the cells' texts, for sentences.
    pub(super) fn examples(&self) -> String {
        wording::middle_left_out(&wording::examples(self.report, &self.positions))
    }
}

/// Returns the cells that `wanted` selects in reports with a figure that is not plain, grouped by report and table.
pub(super) fn cells_by_table<'a>(
    corpus: &'a Corpus,
    wanted: impl Fn(&Indicator, Figure<'_>) -> bool + 'a,
) -> impl Iterator<Item = TableCells<'a>> {
    with_irregularities(corpus).flat_map(move |(entry, report, form)| {
        let tables = by_table(report, form, |position, figure| wanted(&form.indicators[position], figure));
        tables.into_iter().map(move |(table, positions)| TableCells { entry, report, form, table, positions })
    })
}

/// Returns the positions of a report's figures that `wanted` selects, grouped by table. Figures that are not part of
/// the report are skipped, and so are tables without a selected figure.
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

/// Returns whether a report has no cell for some figures of a table.
pub(super) fn lacks_figures(report: &Report, form: &Form, table: usize) -> bool {
    form.of_table(table).any(|position| report.figures.at(position).state == crate::amount::State::Absent)
}

/// Returns whether a table was found but has neither a number nor a text in any cell.
pub(super) fn is_empty_table(report: &Report, form: &Form, table: usize) -> bool {
    use crate::amount::State::{Number, Text};
    report.tables[table]
        && !report.other_form.iter().any(|(other, _)| *other == table)
        && form.of_table(table).all(|position| !matches!(report.figures.at(position).state, Number | Text))
}
