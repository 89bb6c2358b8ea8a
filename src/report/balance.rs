//! Sentences below the county's totals: the sums of the form that they break, and the corrected figures that differ.

use super::layout;
use crate::finding::{FailedCheck, Finding, Subject};
use crate::form::Form;
use crate::outcome::Outcome;
use crate::rollup::Total;

/// Maximum number of corrected figures listed below one table; `data/totals.csv` has all.
const LISTED: usize = 20;

/// Returns the findings on the sums of a table that the county's totals break.
pub(super) fn imbalances<'a>(outcome: &'a Outcome, form: &'a Form, table: usize) -> impl Iterator<Item = &'a Finding> {
    let is_of_table =
        move |check: &FailedCheck| matches!(check, FailedCheck::Sum(sum) if form.equations[*sum].table == table);
    let of_totals = outcome.findings.iter().filter(|finding| finding.subject == Subject::Run);
    of_totals.filter(move |finding| finding.checks.first().is_some_and(is_of_table))
}

/// Returns the sentences below a table of totals.
pub(super) fn sentences(outcome: &Outcome, form: &Form, table: usize) -> Vec<String> {
    let mut said: Vec<String> = imbalances(outcome, form, table).map(|finding| finding.in_full().zh.clone()).collect();
    let corrected: Vec<&Total> = outcome
        .totals
        .iter()
        .filter(|total| form.indicators[total.position].table == table && total.is_corrected())
        .collect();
    if !corrected.is_empty() {
        let listed: Vec<String> = corrected.iter().take(LISTED).map(|total| one(form, total)).collect();
        let more = if corrected.len() > LISTED {
            format!("等{}格，见 data/totals.csv", corrected.len())
        } else {
            String::new()
        };
        said.push(format!(
            "确定有误的数换成唯一的正确值、没有唯一正确值的剔除后，合计不同的格：{}{more}。",
            listed.join("；")
        ));
    }
    let left_out = invalid_cells(outcome, form, table);
    if left_out > 0 {
        said.push(format!("不是数字、负数或件数不是整数的{left_out}格本身有误，未计入合计。"));
    }
    let by_office = by_office(outcome, form, table);
    if !by_office.is_empty() {
        let listed = by_office.iter().take(LISTED).cloned().collect::<Vec<_>>().join("；");
        let more = if by_office.len() > LISTED { "等" } else { "" };
        said.push(format!("已代为更正{}格，合计按更正后的数字：{listed}{more}。", by_office.len()));
    }
    said
}

/// Returns the figures of a table that the office has corrected, in words.
fn by_office(outcome: &Outcome, form: &Form, table: usize) -> Vec<String> {
    let of_table = |(entry, position): &(usize, usize)| {
        let own = outcome.corpus.report(*entry).map(|(_, own)| &own.tables[own.indicators[*position].table].id);
        own == Some(&form.tables[table].id)
    };
    let in_words = |at: (usize, usize)| {
        let unit = outcome.unit_name(outcome.corpus.entries[at.0].unit, Some(at.0));
        format!("{unit}，{}", outcome.corrected_in_words(at))
    };
    outcome.corpus.corrected.keys().filter(|at| of_table(at)).map(|at| in_words(*at)).collect()
}

fn one(form: &Form, total: &Total) -> String {
    let title = &form.indicators[total.position].title;
    format!("{title} {}（合计{}）", layout::number(total.corrected), layout::number(total.total))
}

/// Returns the number of cells of a table that are left out of the totals because they are invalid.
fn invalid_cells(outcome: &Outcome, form: &Form, table: usize) -> usize {
    let corpus = &outcome.corpus;
    let of_entry = |entry: usize| {
        let report = corpus.report(entry).filter(|(report, _)| !report.plain);
        let own = report.map(|(_, own)| own);
        let invalid = |position: &usize| {
            own.and_then(|own| own.position(&form.indicators[*position].id))
                .is_some_and(|at| corpus.is_invalid(entry, at))
        };
        if own.is_some() { form.of_table(table).filter(invalid).count() } else { 0 }
    };
    corpus.counted().iter().map(|entry| of_entry(*entry)).sum()
}
