//! The data of the page's script. The script depends on these names only, and on nothing else of the program.

use std::borrow::Cow;

use serde::Serialize;

use super::compare::{self, Comparison};
use super::intern::{FigurePlaces, Interned};
use super::page_verdict;
use crate::amount::State;
use crate::corpus::Disposition;
use crate::error::Result;
use crate::finding::{Finding, Suspect, number_text};
use crate::form::Form;
use crate::outcome::{Counts, Identified, Line, Outcome};
use crate::place::CellRange;
use crate::report::office;
use crate::rules;
use crate::submission::Report;

/// The data of a page.
#[derive(Debug, Serialize)]
pub(super) struct Page<'a> {
    whole: &'static str,
    year: Option<u16>,
    expected: usize,
    has_roster: bool,
    strings: Vec<String>,
    layouts: Vec<FigurePlaces>,
    indicators: Vec<PageIndicator<'a>>,
    lines: Vec<PageRow<'a>>,
    findings: Vec<FoundRow<'a>>,
    rules: Vec<[&'static str; 2]>,
    missing: Vec<[String; 4]>,
    /// The key figures: name, short name, and the indicators that are added up.
    figures: Vec<(&'static str, &'static str, Vec<usize>)>,
    outcomes: Vec<OutcomeGroup<'a>>,
    /// The denominator of the shares of the outcomes.
    concluded: Option<String>,
    comparisons: Vec<Comparison>,
}

/// A figure of the form with the county's total. Its counts are zero if the total is not shown.
#[derive(Debug, Serialize)]
struct PageIndicator<'a> {
    title: &'a str,
    /// Whether the totals include it.
    shown: bool,
    total: Option<String>,
    reporting: usize,
    blank: usize,
    flagged: usize,
    unflagged: Option<String>,
    corrected: Option<String>,
    cells_corrected: usize,
    cells_left_out: usize,
}

/// A submission, or a unit without one.
#[derive(Debug, Serialize)]
struct PageRow<'a> {
    name: &'a str,
    kind: &'a str,
    file: &'a str,
    status: &'static str,
    /// Why it is not in the totals; empty if it is.
    left_out: &'static str,
    due: &'a str,
    received: &'a str,
    counts: [usize; 3],
    cells: Option<FigureTexts>,
    /// The figures corrected by the office: position and words.
    corrected: Vec<(usize, String)>,
    /// Last year's figures, as numbers of their texts.
    past: Option<Vec<u32>>,
}

/// The figures of a report, by position in the form of the run's year.
#[derive(Debug, Serialize)]
struct FigureTexts {
    /// Number of the text with one letter for each figure's state.
    states: u32,
    /// Numbers of the values' texts; 0 if there is no value.
    values: Vec<u32>,
    /// Positions and text numbers of the cells' raw texts that differ from the value.
    raw: Vec<(usize, u32)>,
    layout: u32,
}

/// A finding.
#[derive(Debug, Serialize)]
struct FoundRow<'a> {
    id: &'a str,
    rule: &'static str,
    weight: &'static str,
    line: Option<usize>,
    unit: Cow<'a, str>,
    /// The first figure it is about.
    indicator: Option<usize>,
    /// All figures it is about, without the suspects.
    cells: Vec<usize>,
    title: &'a str,
    sheet: String,
    /// Its cells in words.
    cell: String,
    given: &'a str,
    expected: String,
    /// Sets of cells with the values that would satisfy the sums.
    suspects: Vec<Vec<(usize, String)>>,
    difference: String,
    message: &'a str,
    /// The full reasoning if the message is shortened.
    detail: &'a str,
    file: &'a str,
    answer: &'static str,
    /// The unit's explanation, or the office's correction with its reason.
    explanation: &'a str,
}

/// A group of outcomes.
#[derive(Debug, Serialize)]
struct OutcomeGroup<'a> {
    label: &'a str,
    items: Vec<usize>,
    labels: Vec<&'a str>,
}

/// Returns the data of the page.
///
/// # Errors
/// `Error::Query` if polars fails, which is a bug.
pub(super) fn page(outcome: &Outcome) -> Result<Page<'_>> {
    let corpus = &outcome.corpus;
    let form = corpus.form();
    let mut interned = Interned::new();
    let lines: Vec<PageRow<'_>> = outcome.lines().iter().map(|line| row(outcome, *line, form, &mut interned)).collect();
    let mut indicators: Vec<PageIndicator<'_>> = form.indicators.iter().map(|item| indicator(&item.title)).collect();
    for total in &outcome.totals {
        let item = &mut indicators[total.position];
        item.shown = true;
        item.total = total.total.map(|value| value.to_string());
        item.unflagged = total.unflagged.map(|value| value.to_string());
        item.corrected = total.corrected.map(|value| value.to_string());
        (item.cells_corrected, item.cells_left_out) = (total.cells_corrected, total.cells_left_out);
        (item.reporting, item.blank, item.flagged) = (total.reporting, total.blank, total.flagged);
    }
    Ok(Page {
        whole: outcome.settings.whole_body(),
        year: corpus.year.known(),
        expected: crate::rollup::expected(corpus),
        has_roster: corpus.has_roster,
        strings: interned.strings,
        layouts: interned.layouts,
        indicators,
        lines,
        findings: outcome.identified().map(|identified| found(outcome, form, &identified)).collect(),
        rules: rules::ALL.iter().map(|rule| [rule.code.text(), rule.title]).collect(),
        missing: office::missing_rows(outcome),
        figures: page_verdict::KEY_FIGURES
            .iter()
            .map(|(label, short, ids)| (*label, *short, positions(form, ids)))
            .collect(),
        outcomes: outcomes(form),
        concluded: outcome.sum_of_totals(crate::form::CONCLUDED).map(|sum| sum.normalize().to_string()),
        comparisons: compare::comparisons(outcome)?,
    })
}

fn positions(form: &Form, indicators: &[&str]) -> Vec<usize> {
    indicators.iter().filter_map(|id| form.position(id)).collect()
}

fn indicator(title: &str) -> PageIndicator<'_> {
    PageIndicator {
        title,
        shown: false,
        total: None,
        reporting: 0,
        blank: 0,
        flagged: 0,
        unflagged: None,
        corrected: None,
        cells_corrected: 0,
        cells_left_out: 0,
    }
}

fn row<'a>(outcome: &'a Outcome, line: Line, form: &Form, interned: &mut Interned) -> PageRow<'a> {
    let corpus = &outcome.corpus;
    let unit = line.unit.map(|unit| &corpus.units[unit]);
    let Counts { must_fix, must_explain, notes } =
        line.entry.map_or_else(|| outcome.unit_counts(line.unit), |entry| outcome.counts(entry));
    let report = line.entry.and_then(|entry| corpus.report(entry));
    let counted = line.entry.is_none_or(|entry| corpus.entries[entry].disposition == Disposition::Counted);
    let past = line.unit.filter(|_| counted).and_then(|unit| corpus.prior_report_of(unit));
    let past = past.map(|past| {
        let shown = |id: &String| past.values.get(id).map_or(0, |value| interned.text(&value.normalize().to_string()));
        form.indicators.iter().map(|item| &item.id).map(shown).collect()
    });
    PageRow {
        name: outcome.unit_name(line.unit, line.entry),
        kind: unit.map_or("", |unit| unit.kind.chinese()),
        file: line.entry.map_or("", |entry| corpus.entries[entry].submission.file.as_str()),
        status: line.status.chinese(),
        left_out: left_out(outcome, line),
        due: unit.and_then(|unit| unit.due.as_deref()).unwrap_or(""),
        received: unit.and_then(|unit| unit.received.as_deref()).unwrap_or(""),
        counts: [must_fix, must_explain, notes],
        cells: report.map(|(report, own)| cells(report, own, form, interned)),
        corrected: line.entry.map(|entry| corrected(outcome, entry, form)).unwrap_or_default(),
        past,
    }
}

/// Returns the figures of a report corrected by the office, by position in the run's form.
fn corrected(outcome: &Outcome, entry: usize, form: &Form) -> Vec<(usize, String)> {
    let Some((_, own)) = outcome.corpus.report(entry) else { return Vec::new() };
    let of_entry = outcome.corpus.corrected.range((entry, 0)..(entry + 1, 0)).map(|(at, _)| *at);
    let in_form = |at: (usize, usize)| Some((form.position(&own.indicators[at.1].id)?, outcome.corrected_in_words(at)));
    of_entry.filter_map(in_form).collect()
}

/// Returns why a submission or unit is not in the totals.
fn left_out(outcome: &Outcome, line: Line) -> &'static str {
    match line.entry.map(|entry| outcome.corpus.entries[entry].disposition) {
        Some(Disposition::Counted) => "",
        Some(Disposition::OtherYear | Disposition::OtherYearBeside(_)) => "年度不符",
        Some(Disposition::YearUnknown) => "年度不明",
        _ => line.status.chinese(),
    }
}

/// Returns the figures of a report by position in the run's form.
fn cells(report: &Report, own: &Form, form: &Form, interned: &mut Interned) -> FigureTexts {
    let mut states = String::with_capacity(form.indicators.len());
    let (mut values, mut raw) = (Vec::new(), Vec::new());
    let mut layout = FigurePlaces { sheets: Vec::new(), cells: Vec::new() };
    for (position, item) in form.indicators.iter().enumerate() {
        let at = own.position(&item.id);
        states.push(letter(report, own, at));
        let Some(figure) = at.map(|at| report.figures.at(at)) else {
            values.push(0);
            layout.sheets.push(0);
            layout.cells.push(0);
            continue;
        };
        let value = figure.value.map(|value| value.normalize().to_string()).unwrap_or_default();
        if figure.raw() != value {
            raw.push((position, interned.text(&figure.raw())));
        }
        values.push(interned.text(&value));
        layout.sheets.push(figure.sheet().map_or(0, |sheet| interned.text(sheet)));
        layout.cells.push(figure.spot().map_or(0, |spot| interned.text(&spot.to_string())));
    }
    FigureTexts { states: interned.text(&states), values, raw, layout: interned.layout(layout) }
}

/// Returns the letter of a figure's state: `n` a number that is added, `u` one with an unknown unit of money, `w` an
/// invalid number, `b` blank, `a` not applicable, `t` text, `x` absent, `o` excluded because its group is filled the
/// other way, `f` not on the report's form.
fn letter(report: &Report, own: &Form, at: Option<usize>) -> char {
    let Some(at) = at else { return 'f' };
    let figure = report.figures.at(at);
    match figure.state {
        State::Number if figure.value.is_some_and(|value| !own.indicators[at].accepts(value)) => 'w',
        State::Number if figure.addable => 'n',
        _ if own.is_out(at, report.combined) => 'o',
        State::Number => 'u',
        State::Blank => 'b',
        State::NotApplicable => 'a',
        State::Text => 't',
        State::Absent => 'x',
    }
}

fn found<'a>(outcome: &'a Outcome, form: &Form, identified: &Identified<'a>) -> FoundRow<'a> {
    let finding: &'a Finding = identified.finding;
    let same = |line: &Line| match finding.entry() {
        Some(entry) => line.entry == Some(entry),
        None => line.entry.is_none() && line.unit == finding.unit(),
    };
    let own = outcome.corpus.form_of(finding.entry());
    let indicators = finding.indicators(own);
    let suspect = |suspect: &Suspect| Some((form.position(&own.indicators[suspect.figure].id)?, suspect.value_text()));
    FoundRow {
        id: identified.id,
        rule: finding.rule.text(),
        weight: finding.severity.chinese(),
        line: outcome.lines().iter().position(same),
        unit: office::whose(outcome, finding),
        indicator: indicators.first().and_then(|id| form.position(id)),
        cells: indicators.iter().filter_map(|id| form.position(id)).collect(),
        title: &finding.title,
        sheet: finding.sheets.join(";"),
        cell: finding.listed_cells(office::CELLS, CellRange::in_words),
        given: &finding.observed,
        expected: number_text(finding.expected),
        suspects: finding.suspects.iter().map(|set| set.iter().filter_map(suspect).collect()).collect(),
        difference: number_text(finding.difference),
        message: &finding.message.zh,
        detail: if finding.detail.zh == finding.message.zh { "" } else { &finding.detail.zh },
        file: outcome.file_of(finding),
        answer: identified.answer.chinese(),
        explanation: identified.explanation,
    }
}

/// Returns the outcomes of applications that add up to their total, in the form's order and grouped as printed.
fn outcomes(form: &Form) -> Vec<OutcomeGroup<'_>> {
    let mut groups: Vec<OutcomeGroup<'_>> = Vec::new();
    let sum = form.equations.iter().find(|equation| equation.id == "concluded:total");
    for position in sum.map(|sum| sum.left.as_slice()).unwrap_or_default() {
        let item = &form.indicators[*position];
        let block = &form.tables[item.table].blocks[item.block];
        let row = &block.rows[item.row];
        let group = row.group.as_ref().and_then(|id| block.groups.iter().find(|group| group.id == *id));
        let label = group.map_or_else(|| short(&row.label), |group| group.label.as_str());
        match groups.last_mut().filter(|last| last.label == label) {
            Some(last) => {
                last.items.push(*position);
                last.labels.push(short(&row.label));
            }
            None => groups.push(OutcomeGroup { label, items: vec![*position], labels: vec![short(&row.label)] }),
        }
    }
    groups
}

/// Returns a label without the explanation in brackets after it.
fn short(label: &str) -> &str {
    label.split('（').next().filter(|head| !head.is_empty()).unwrap_or(label)
}
