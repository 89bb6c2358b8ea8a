//! The sums of a form, evaluated for all units at once.
//!
//! A blank can be any number of zero or more. A sum is broken where no such numbers could keep it; where they could,
//! or where something unreadable is in it, it is undecided, which is neither kept nor broken.

use std::collections::{BTreeMap, BTreeSet};

use polars::frame::DataFrame;
use polars::lazy::dsl::{max_horizontal, sum_horizontal};
use polars::prelude::{Expr, IntoLazy, col, lit};
use rust_decimal::Decimal;

use super::told;
use crate::corpus::{Corpus, InPlay, addend, column, query, read_decimals};
use crate::error::Result;
use crate::form::{Equation, Form};
use crate::submission::Report;

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

/// Every broken equation of all submissions that count, by submission and equation.
pub(super) fn broken(corpus: &Corpus) -> Result<Vec<Broken>> {
    let mut found = Vec::new();
    for (form_at, form) in corpus.forms.all.iter().enumerate() {
        found.extend(broken_of_form(corpus, form_at, form)?);
    }
    found.sort_by_key(|broken| (broken.entry, broken.equation));
    Ok(found)
}

fn broken_of_form(corpus: &Corpus, form_at: usize, form: &Form) -> Result<Vec<Broken>> {
    // Nearly all reports have no such sum, and most sums differ in no report.
    let (mut entries, mut equations) = (corpus.counted_on(form_at), BTreeSet::new());
    entries.retain(|entry| {
        let differing = corpus.report(*entry).map_or_else(Vec::new, |(report, _)| differing(report, form));
        equations.extend(differing.iter().copied());
        !differing.is_empty()
    });
    let mut found = Vec::new();
    for frame in corpus.frames(form_at, &entries) {
        found.extend(broken_of_rows(frame?, form, &equations)?);
    }
    Ok(found)
}

/// The equations of a report whose sides are known in part and differ.
fn differing(report: &Report, form: &Form) -> Vec<usize> {
    let addends: Vec<i128> = report.figures.iter().map(|figure| addend(figure).unwrap_or(0)).collect();
    let sum = |terms: &[usize]| terms.iter().map(|term| addends[*term]).sum::<i128>();
    let differs = |equation: &Equation| sum(&equation.left) != sum(&equation.right);
    (0..form.equations.len()).filter(|at| differs(&form.equations[*at])).collect()
}

/// The broken ones of some equations, by submission.
fn broken_of_rows(rows: DataFrame, form: &Form, equations: &BTreeSet<usize>) -> Result<Vec<Broken>> {
    let mut found = Vec::new();
    let mut sides = vec![col(column::ENTRY)];
    let mut verdicts = vec![col(column::ENTRY)];
    for equation in equations.iter().map(|at| &form.equations[*at]) {
        let [left, right, known_left, known_right, verdict] = names(equation);
        sides.extend([sum(form, &equation.left)?.alias(&left), sum(form, &equation.right)?.alias(&right)]);
        sides.extend([
            known(form, &equation.left)?.alias(&known_left),
            known(form, &equation.right)?.alias(&known_right),
        ]);
        verdicts.extend([col(&left), col(&right), is_broken(&left, &right, &known_left, &known_right).alias(verdict)]);
    }
    let result = rows.lazy().select(sides).select(verdicts).collect().map_err(query("equations"))?;
    let entries = result.column(column::ENTRY).and_then(|column| column.u32().cloned()).map_err(query("equations"))?;
    for (at, equation) in equations.iter().map(|at| (*at, &form.equations[*at])) {
        let [left, right, _, _, verdict] = names(equation);
        let verdicts = result.column(&verdict).and_then(|column| column.bool().cloned()).map_err(query("equations"))?;
        if !verdicts.any() {
            continue;
        }
        let side = |name: &str| read_decimals(result.column(name).map_err(query("equations"))?);
        let (lefts, rights) = (side(&left)?, side(&right)?);
        for (row, entry) in entries.iter().enumerate().filter(|(row, _)| verdicts.get(*row) == Some(true)) {
            if let (Some(entry), Some(left), Some(right)) = (entry, lefts[row], rights[row]) {
                found.push(Broken { entry: entry as usize, equation: at, left, right });
            }
        }
    }
    Ok(found)
}

fn names(equation: &Equation) -> [String; 5] {
    ["left", "right", "known left", "known right", "broken"].map(|what| format!("{what} {}", equation.id))
}

/// The sum of the terms that are known.
fn sum(form: &Form, terms: &[usize]) -> Result<Expr> {
    let values: Vec<Expr> = terms.iter().map(|term| col(form.indicators[*term].id.as_str())).collect();
    sum_horizontal(values, true).map_err(query("equations"))
}

/// How far the sum of the terms is known: the largest of their codes.
fn known(form: &Form, terms: &[usize]) -> Result<Expr> {
    let states: Vec<Expr> = terms.iter().map(|term| col(column::state(&form.indicators[*term].id))).collect();
    max_horizontal(states).map_err(query("equations"))
}

/// A blank can only add to its own side: a side that falls short and has none cannot be mended.
fn is_broken(left: &str, right: &str, known_left: &str, known_right: &str) -> Expr {
    let is = |side: &str, way: InPlay| col(side).eq(lit(way.code()));
    let short_left = col(left).lt(col(right)).and(is(known_left, InPlay::Known));
    let short_right = col(right).lt(col(left)).and(is(known_right, InPlay::Known));
    let unknown = is(known_left, InPlay::Unknown).or(is(known_right, InPlay::Unknown));
    unknown.not().and(short_left.or(short_right))
}

/// Whether an equation adds up cells of one row; else they are of one column.
pub(super) fn is_along_row(form: &Form, equation: &Equation) -> bool {
    let row = |term: usize| form.indicators[term].row;
    equation.left.iter().all(|term| row(*term) == row(equation.right[0]))
}

/// The row or column of an equation as printed.
pub(super) fn line_title(form: &Form, equation: &Equation) -> String {
    let item = &form.indicators[equation.right[0]];
    let (table, block) = (&form.tables[item.table], &form.tables[item.table].blocks[item.block]);
    let (kind, label) = if is_along_row(form, equation) {
        ("行", format!("{}{}", block.rows[item.row].number, block.rows[item.row].label))
    } else {
        ("列", block.columns[item.column].label.clone())
    };
    format!("{}“{label}”{kind}", table.name)
}

/// One side in words: each term where there are two at most, else their sum.
pub(super) fn side(report: &Report, form: &Form, equation: &Equation, terms: &[usize], sum: Decimal) -> String {
    let along_row = is_along_row(form, equation);
    let label = |term: usize| {
        let item = &form.indicators[term];
        let block = &form.tables[item.table].blocks[item.block];
        if along_row {
            block.columns[item.column].label.clone()
        } else {
            format!("{}{}", block.rows[item.row].number, block.rows[item.row].label)
        }
    };
    let value =
        |term: usize| report.figures.at(term).value.map_or_else(|| "空白".to_owned(), |value| value.to_string());
    match terms {
        [one] => format!("“{}”填{}", label(*one), value(*one)),
        [one, two] => format!("“{}”{}＋“{}”{}＝{sum}", label(*one), value(*one), label(*two), value(*two)),
        _ => format!("各项之和为{sum}"),
    }
}

/// For each submission and blank that is the only one in an otherwise known sum: what it would have to be.
pub(super) fn only_blanks(corpus: &Corpus) -> BTreeMap<(usize, usize), Decimal> {
    let mut answers: BTreeMap<(usize, usize), Option<Decimal>> = BTreeMap::new();
    for (entry, report, form) in told::with_oddities(corpus) {
        if !report.figures.iter().any(|figure| InPlay::of(figure, false) == InPlay::Open) {
            continue;
        }
        for equation in &form.equations {
            let terms = || {
                equation.left.iter().map(|term| (*term, false)).chain(equation.right.iter().map(|term| (*term, true)))
            };
            let way = |term: usize| corpus.in_play(entry, term);
            let mut open = terms().filter(|(term, _)| way(*term) == InPlay::Open);
            let (Some((blank, on_right)), None) = (open.next(), open.next()) else { continue };
            if terms().any(|(term, _)| way(term) == InPlay::Unknown) {
                continue;
            }
            let sum = |terms: &[usize]| terms.iter().filter_map(|term| report.figures.at(*term).value).sum::<Decimal>();
            let missing = sum(&equation.left) - sum(&equation.right);
            let answer = if on_right { missing } else { -missing };
            // Two sums that ask for different numbers give no answer.
            let known = answers.entry((entry, blank)).or_insert(Some(answer));
            *known = known.filter(|known| *known == answer && answer >= Decimal::ZERO);
        }
    }
    answers.into_iter().filter_map(|(key, answer)| Some((key, answer?))).collect()
}
