//! Sums of the form that the county's totals do not satisfy, with the units that cause the difference.

use rust_decimal::Decimal;

use super::equations::{brief_sum, english_sum, line_title, side};
use super::{Check, Rule, wording};
use crate::corpus::Corpus;
use crate::error::Result;
use crate::finding::{Code, FailedCheck, Finding, Severity};
use crate::form::Form;
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
        [only] => line_title(form, equation(only)),
        [first, ..] => format!("{}等{}项", line_title(form, equation(first)), group.len()),
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
    let first = group.first().map(|first| brief_sum(form, equation(first), (first.left, first.right), value));
    let more = if group.len() > 1 { format!("，等{}项", group.len()) } else { String::new() };
    let first = format!("合计{}{more}", first.unwrap_or_default());
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
        let left = side(form, equation, &equation.left, imbalance.left, value);
        let right = side(form, equation, &equation.right, imbalance.right, value);
        let apart = (imbalance.left - imbalance.right).abs().normalize();
        format!("{}：{left}，{right}，相差{apart}", line_title(form, equation))
    };
    let spelt: Vec<String> = group.iter().take(SPELT).map(spelt).collect();
    let more = if group.len() > SPELT { format!("；等{}项", group.len()) } else { String::new() };
    format!("{}{more}", spelt.join("；"))
}

/// Returns the units that cause the difference, in both languages. A unit's amount is given if it is the same in all
/// sums.
fn units(corpus: &Corpus, group: &[&Imbalance]) -> (String, String) {
    let all = group.first().map(|imbalance| imbalance.units.as_slice()).unwrap_or_default();
    let one = |(entry, amount): &(usize, Decimal)| {
        let is_same = group.iter().all(|imbalance| imbalance.units.contains(&(*entry, *amount)));
        let amount = if is_same { wording::signed(*amount) } else { String::new() };
        (
            format!("{}{amount}", name(corpus, *entry)),
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

fn name(corpus: &Corpus, entry: usize) -> &str {
    let entry = &corpus.entries[entry];
    corpus.unit_of(entry).map_or(entry.name.as_str(), |unit| unit.name.as_str())
}
