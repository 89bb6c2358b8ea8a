//! The sums of a form, evaluated for every unit.
//!
//! A blank can be any number of zero or more. A sum is broken if no such numbers can satisfy it. If some can, or if a
//! term is unreadable, the sum is undecided, which is neither satisfied nor broken.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::queries;
use crate::corpus::{Corpus, TermState};
use crate::form::{Equation, Form, SumState};
use crate::spelling::quoted;
use crate::submission::{Figure, Report};

/// An equation that does not hold in a submission.
#[derive(Debug, Clone)]
pub struct Broken {
    /// Position in `Corpus::entries`.
    pub(super) entry: usize,
    /// Position in the form's equations.
    pub(super) equation: usize,
    /// Sum of the known terms of the left side.
    pub(super) left: Decimal,
    /// Sum of the known terms of the right side.
    pub(super) right: Decimal,
}

/// Returns every broken equation of the submissions that count, ordered by submission and equation.
pub(super) fn broken(corpus: &Corpus) -> Vec<Broken> {
    let mut found: Vec<Broken> =
        queries::counted(corpus).flat_map(|(entry, report, form)| broken_of(entry, report, form)).collect();
    found.sort_by_key(|broken| (broken.entry, broken.equation));
    found
}

fn broken_of(entry: usize, report: &Report, form: &Form) -> Vec<Broken> {
    let broken = |equation: usize| {
        let evaluation = form.equations[equation].evaluate(|position| report.term(form, position));
        let (left, right) = (evaluation.left.sum.normalize(), evaluation.right.sum.normalize());
        (evaluation.state() == SumState::Broken).then_some(Broken { entry, equation, left, right })
    };
    (0..form.equations.len()).filter_map(broken).collect()
}

/// Returns the row or column of an equation for English sentences, its label in quotation marks.
pub(super) fn english_line(form: &Form, equation: &Equation) -> String {
    let item = &form.indicators[equation.right[0]];
    let (table, block) = (&form.tables[item.table], &form.tables[item.table].blocks[item.block]);
    let (kind, label) = if equation.is_along_row(form) {
        ("row", format!("{}{}", block.rows[item.row].number, block.rows[item.row].label))
    } else {
        ("column", block.columns[item.column].label.clone())
    };
    format!("{}, {kind} {}", table.english_name(), quoted(&label))
}

/// Returns the words before a sum of many terms.
fn sum_word(equation: &Equation) -> &'static str {
    match equation.id.split(':').next() {
        Some("concluded") => "各办理结果",
        Some("row") => "各类申请人",
        Some("t4") => "各项结果",
        _ => "各项",
    }
}

/// Where the figures of an equation are from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FigureOrigin {
    /// They were filled in by a unit.
    FilledIn,
    /// They are sums over the units.
    Totals,
}

/// Returns the equation with its figures in short form: `表三“自然人”列：本年新收35＋上年结转3＝38，…，相差1`.
pub(super) fn brief_sum(
    form: &Form,
    equation: &Equation,
    (left, right): (Decimal, Decimal),
    (figures, value): (FigureOrigin, impl Fn(usize) -> String),
) -> String {
    let along_row = equation.is_along_row(form);
    let label = |term: usize, is_quoted: bool| {
        let item = &form.indicators[term];
        let block = &form.tables[item.table].blocks[item.block];
        let row = &block.rows[item.row];
        match (along_row, is_quoted) {
            (true, false) => block.columns[item.column].label.clone(),
            (true, true) => quoted(&block.columns[item.column].label),
            (false, false) => row.brief.clone().unwrap_or_else(|| row.label.clone()),
            (false, true) => quoted(&row.brief_label()),
        }
    };
    let filled = if figures == FigureOrigin::FilledIn { "填" } else { "" };
    let side = |terms: &[usize], sum: Decimal| match terms {
        [one] => format!("{}{filled}{}", label(*one, true), value(*one)),
        [one, two] => format!("{}{}＋{}{}＝{sum}", label(*one, false), value(*one), label(*two, false), value(*two)),
        _ => format!("{}之和{sum}", sum_word(equation)),
    };
    let apart = (left - right).abs().normalize();
    let line = equation.line_title(form);
    format!("{line}：{}，{}，相差{apart}", side(&equation.left, left), side(&equation.right, right))
}

/// Returns the equation with its figures for English sentences.
pub(super) fn english_sum(form: &Form, equation: &Equation, left: Decimal, right: Decimal) -> String {
    let apart = (left - right).abs().normalize();
    format!("{}: {left} on one side, {right} on the other, {apart} apart", english_line(form, equation))
}

/// Returns one side in words: each term if there are at most two, else only their sum. `value` formats a term's value.
pub(super) fn side(
    form: &Form,
    equation: &Equation,
    terms: &[usize],
    sum: Decimal,
    (figures, value): (FigureOrigin, impl Fn(usize) -> String),
) -> String {
    let along_row = equation.is_along_row(form);
    let label = |term: usize| {
        let item = &form.indicators[term];
        let block = &form.tables[item.table].blocks[item.block];
        quoted(&if along_row {
            block.columns[item.column].label.clone()
        } else {
            format!("{}{}", block.rows[item.row].number, block.rows[item.row].label)
        })
    };
    match terms {
        [one] if figures == FigureOrigin::Totals => format!("{}为{}", label(*one), value(*one)),
        [one] => format!("{}填{}", label(*one), value(*one)),
        [one, two] => format!("{}{}＋{}{}＝{sum}", label(*one), value(*one), label(*two), value(*two)),
        _ => format!("{}之和为{sum}", sum_word(equation)),
    }
}

/// The number that the sums of a report require in a cell without a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ForcedValue {
    /// The number.
    pub(super) value: Decimal,
    /// How many sums require it.
    sums: usize,
}

impl ForcedValue {
    /// Returns whether two or more sums require it independently of each other.
    pub(super) fn is_confirmed(&self) -> bool {
        self.sums > 1
    }
}

/// Returns the required number for each submission and blank that is the only unknown of a sum.
pub(super) fn only_blanks(corpus: &Corpus) -> BTreeMap<(usize, usize), Decimal> {
    let is_open = |figure: Figure<'_>| TermState::of(figure, false) == TermState::Blank;
    forced_values(corpus, is_open).into_iter().map(|(key, answer)| (key, answer.value)).collect()
}

/// Like [`only_blanks`], for cells with text in place of a number.
pub(super) fn only_texts(corpus: &Corpus) -> BTreeMap<(usize, usize), ForcedValue> {
    forced_values(corpus, |figure| figure.is_not_a_number())
}

/// Returns the required number for each submission and cell that `wanted` selects and that is the only unknown of a
/// sum. If two sums require different numbers, there is none.
fn forced_values(corpus: &Corpus, wanted: impl Fn(Figure<'_>) -> bool) -> BTreeMap<(usize, usize), ForcedValue> {
    let mut answers: BTreeMap<(usize, usize), Option<ForcedValue>> = BTreeMap::new();
    for (entry, report, form) in queries::with_irregularities(corpus) {
        if !report.figures.iter().any(&wanted) {
            continue;
        }
        for equation in &form.equations {
            let left = equation.left.iter().map(|term| (*term, false));
            let terms = left.chain(equation.right.iter().map(|term| (*term, true)));
            let is_unknown = |(term, _): &(usize, bool)| {
                matches!(corpus.term_state(entry, *term), TermState::Blank | TermState::Unknown)
            };
            let mut unknown = terms.filter(is_unknown);
            let (Some((cell, on_right)), None) = (unknown.next(), unknown.next()) else { continue };
            if !wanted(report.figures.at(cell)) {
                continue;
            }
            let sum = |terms: &[usize]| terms.iter().filter_map(|term| report.figures.at(*term).value).sum::<Decimal>();
            let missing = sum(&equation.left) - sum(&equation.right);
            let value = if on_right { missing } else { -missing };
            let fits = value >= Decimal::ZERO && form.indicators[cell].accepts(value);
            let known = answers.entry((entry, cell)).or_insert(Some(ForcedValue { value, sums: 0 }));
            *known = known.filter(|known| known.value == value && fits);
            if let Some(answer) = known {
                answer.sums += 1;
            }
        }
    }
    answers.into_iter().filter_map(|(key, answer)| Some((key, answer?))).collect()
}
