//! Sums of the form that the county's totals do not satisfy, with the units that cause the difference.

use rust_decimal::Decimal;

use super::equations::{FigureOrigin, brief_sum, english_sum, side};
use super::{Check, Rule, wording};
use crate::corpus::Corpus;
use crate::error::Result;
use crate::finding::{Code, FailedCheck, Finding, Severity};
use crate::form::{Equation, Form};
use crate::message::Message;
use crate::rollup::{Imbalance, Rollup};

pub(super) const RULE: Rule = Rule {
    code: Code::new("R02"),
    name: "totals-do-not-balance",
    title: "合计勾稽不平",
    severity: Severity::MustExplain,
    page: include_str!("r02_totals_do_not_balance.md"),
    check: Check::Totals(check),
};

/// Maximum number of units named in one sentence.
const NAMED: usize = 12;
/// Maximum number of sums spelt out in one sentence.
const SPELT: usize = 3;

/// Returns a finding for each set of units: the sums that the same units break have one cause.
fn check(corpus: &Corpus, rollup: &Rollup) -> Result<Vec<Finding>> {
    let mut groups: Vec<Vec<&Imbalance>> = Vec::new();
    for imbalance in &rollup.imbalances {
        let table = |other: &Imbalance| corpus.form().equations[other.equation].table;
        let is_same = |group: &&mut Vec<&Imbalance>| {
            entries(group[0]) == entries(imbalance) && table(group[0]) == table(imbalance)
        };
        match groups.iter_mut().find(is_same) {
            Some(group) => group.push(imbalance),
            None => groups.push(vec![imbalance]),
        }
    }
    Ok(groups.iter().map(|group| finding(corpus, rollup, group)).collect())
}

fn entries(imbalance: &Imbalance) -> Vec<usize> {
    imbalance.units.iter().map(|(entry, _)| *entry).collect()
}

fn finding(corpus: &Corpus, rollup: &Rollup, group: &[&Imbalance]) -> Finding {
    let form = corpus.form();
    let equation = |imbalance: &Imbalance| &form.equations[imbalance.equation];
    let mut finding = Finding::new(RULE.code, RULE.severity);
    finding.checks = group.iter().map(|imbalance| FailedCheck::Sum(imbalance.equation)).collect();
    finding.figures = group.iter().filter_map(|imbalance| equation(imbalance).right.first().copied()).collect();
    finding.title = match group {
        [only] => equation(only).line_title(form),
        [first, ..] => format!("{}等{}项", equation(first).line_title(form), group.len()),
        [] => String::new(),
    };
    let differences: Vec<Decimal> = group.iter().map(|imbalance| imbalance.left - imbalance.right).collect();
    if differences.windows(2).all(|pair| pair[0] == pair[1]) {
        finding.difference = differences.first().map(Decimal::normalize);
    }
    for imbalance in group {
        finding.values.extend([imbalance.left, imbalance.right].map(|value| value.normalize().to_string()));
        finding.values.extend(
            imbalance.units.iter().map(|(entry, amount)| format!("{} {}", name(corpus, *entry), amount.normalize())),
        );
    }
    let english = |imbalance: &&Imbalance| {
        english_sum(form, equation(imbalance), imbalance.left.normalize(), imbalance.right.normalize())
    };
    let sums_en: Vec<String> = group.iter().take(SPELT).map(english).collect();
    let (zh, en) = units(corpus, group);
    let whole = format!("各单位合计勾稽不平，{}。差额来自{zh}；单位更正后合计随之改变。", sums(form, rollup, group));
    let value = |term: usize| {
        let total = rollup.totals.iter().find(|total| total.position == term).and_then(|total| total.total);
        total.map_or_else(|| "空白".to_owned(), |value| value.to_string())
    };
    let first = group.first().map(|first| {
        let sums = (first.left.normalize(), first.right.normalize());
        brief_sum(form, equation(first), sums, (FigureOrigin::Totals, value))
    });
    let more = if group.len() > 1 { format!("；共{}项不平", group.len()) } else { String::new() };
    let first = format!("各单位合计{}{more}", first.unwrap_or_default());
    let behind = group.first().map_or(0, |first| first.units.len());
    let name_of = group.first().and_then(|first| first.units.first()).map_or("", |(entry, _)| name(corpus, *entry));
    let sentences = vec![
        format!("{first}；差额来自{zh}。"),
        format!("{first}；差额来自{name_of}等{behind}个单位。"),
        format!("{first}；差额来自{behind}个单位。"),
    ];
    let en = format!("the county's totals do not balance: {}; the difference comes from {en}", sums_en.join("; "));
    finding.saying_briefly(sentences, Message::new(whole, en))
}

/// Returns the broken sums in words; only the first few are spelt out.
fn sums(form: &Form, rollup: &Rollup, group: &[&Imbalance]) -> String {
    let value = |term: usize| {
        let total = rollup.totals.iter().find(|total| total.position == term).and_then(|total| total.total);
        total.map_or_else(|| "空白".to_owned(), |value| value.to_string())
    };
    let spelt = |imbalance: &&Imbalance| {
        let equation = &form.equations[imbalance.equation];
        let left = side(form, equation, &equation.left, imbalance.left, (FigureOrigin::Totals, value));
        let right = side(form, equation, &equation.right, imbalance.right, (FigureOrigin::Totals, value));
        let apart = (imbalance.left - imbalance.right).abs().normalize();
        format!("{}：{left}，{right}，相差{apart}", equation.line_title(form))
    };
    let spelt: Vec<String> = group.iter().take(SPELT).map(spelt).collect();
    let more = if group.len() > SPELT { format!("；等{}项", group.len()) } else { String::new() };
    format!("{}{more}", spelt.join("；"))
}

/// Returns the units that cause the difference, in both languages. A unit's amount is given if it is the same in all
/// sums.
fn units(corpus: &Corpus, group: &[&Imbalance]) -> (String, String) {
    let equation = group.first().map(|first| &corpus.form().equations[first.equation]);
    let all = group.first().map(|imbalance| imbalance.units.as_slice()).unwrap_or_default();
    let one = |(entry, amount): &(usize, Decimal)| {
        let is_same = group.iter().all(|imbalance| imbalance.units.contains(&(*entry, *amount)));
        let amount = if is_same { wording::signed(*amount) } else { String::new() };
        let not_added = equation.map(|equation| not_added(corpus, *entry, equation)).unwrap_or_default();
        (
            format!("{}{amount}{not_added}", name(corpus, *entry)),
            format!("“{}” {amount}", name(corpus, *entry)).trim_end().to_owned(),
        )
    };
    let (zh, en): (Vec<String>, Vec<String>) = all.iter().take(NAMED).map(one).unzip();
    let (more_zh, more_en) = match all.len() {
        count if count > NAMED => (format!("等{count}个单位"), format!(" and {} more", count - NAMED)),
        _ => Default::default(),
    };
    (format!("{}{more_zh}", zh.join("、")), format!("{}{more_en}", en.join(", ")))
}

/// Returns the cell of a sum that a unit's report has no usable number in, as an aside; empty if there is none. Its
/// sums may hold, and still the totals do not.
fn not_added(corpus: &Corpus, entry: usize, equation: &Equation) -> String {
    let Some((report, own)) = corpus.report(entry) else { return String::new() };
    let terms = equation.left.iter().chain(&equation.right);
    let mut terms = terms.filter_map(|term| own.position(&corpus.form().indicators[*term].id));
    let Some(position) = terms.find(|position| corpus.is_invalid(entry, *position)) else { return String::new() };
    let (cell, given) =
        (wording::cells(report, own, &[position]), wording::middle_left_out(report.figures.at(position).raw().trim()));
    format!("（{cell}“{given}”未计入）")
}

fn name(corpus: &Corpus, entry: usize) -> &str {
    let entry = &corpus.entries[entry];
    corpus.unit_of(entry).map_or(entry.name.as_str(), |unit| unit.name.as_str())
}
