//! Applications carried in compared with those that last year's report carried out, column by column, and which of the
//! two years is the suspect.

use rust_decimal::Decimal;

use super::{Check, Rule, queries};
use crate::corpus::{Corpus, PriorReport, RunYear};
use crate::error::Result;
use crate::finding::{Code, FailedCheck, Finding, Severity, Suspect};
use crate::form::Form;
use crate::message::Message;
use crate::submission::Report;

pub(super) const RULE: Rule = Rule {
    code: Code::new("Y01"),
    name: "carried-in-differs",
    title: "上年结转与上年年报的结转下年度不同",
    severity: Severity::MustExplain,
    page: include_str!("y01_carried_in_differs.md"),
    check: Check::Corpus(check),
};

const CARRIED_IN: &str = "t3.carried_in";
const CARRIED_OUT: &str = "t3.carried_out";

/// A column in which the two years differ.
struct Differing<'a> {
    column: &'a str,
    label: &'a str,
    position: usize,
    now: Decimal,
    then: Decimal,
}

fn check(corpus: &Corpus) -> Result<Vec<Finding>> {
    let mut findings = Vec::new();
    for (entry, report, form) in queries::counted(corpus) {
        let Some(past) = corpus.prior_report(entry) else { continue };
        let differing = differing(report, form, past);
        let Some(first) = differing.first() else { continue };
        let (last, this) = (corpus.year.previous(), corpus.year);
        let (verdict_zh, verdict_en) = verdict(report, form, past, &differing, (last, this));
        let line = |one: &Differing<'_>| {
            format!("“{}”列本年填上年结转{}，{last}年年报结转下年度为{}", one.label, one.now, one.then)
        };
        let lines: Vec<String> = differing.iter().map(line).collect();
        let brief: Vec<String> =
            differing.iter().map(|one| format!("column “{}” {} against {}", one.label, one.now, one.then)).collect();
        let mut finding = RULE.on_figure(corpus, entry, first.position);
        finding.checks = differing.iter().map(|one| FailedCheck::CarriedIn(one.position)).collect();
        let suspect = |one: &Differing<'_>| vec![Suspect { figure: one.position, value: Some(one.then) }];
        finding.suspects = differing.iter().map(suspect).collect();
        finding.difference = Some((first.now - first.then).normalize());
        finding.values = differing.iter().flat_map(|one| [one.now.to_string(), one.then.to_string()]).collect();
        let short = |count: usize| {
            let told: Vec<String> = differing[..count]
                .iter()
                .map(|one| format!("“{}”列上年结转{}，{last}年结转下年度{}", one.label, one.now, one.then))
                .collect();
            let more = if count < differing.len() { format!("，等{}列", differing.len()) } else { String::new() };
            format!("表三{}{more}。{verdict_zh}", told.join("；"))
        };
        let mut sentences: Vec<String> = (1..=differing.len()).rev().map(short).collect();
        sentences.insert(0, format!("表三{}。{verdict_zh}", lines.join("；")));
        let detail = Message::new(
            sentences[0].clone(),
            format!("carried in against carried out in {last}: {}. {verdict_en}", brief.join(", ")),
        );
        findings.push(finding.saying_briefly(sentences, detail));
    }
    Ok(findings)
}

fn differing<'a>(report: &Report, form: &'a Form, past: &PriorReport) -> Vec<Differing<'a>> {
    let mut found = Vec::new();
    for (position, item) in form.indicators.iter().enumerate() {
        let Some(column) = item.id.strip_prefix(CARRIED_IN).and_then(|rest| rest.strip_prefix('.')) else { continue };
        let then = past.values.get(&format!("{CARRIED_OUT}.{column}")).copied();
        if let (Some(now), Some(then)) = (report.figures.at(position).value, then)
            && now != then
        {
            let label = &form.tables[item.table].blocks[item.block].columns[item.column].label;
            found.push(Differing { column, label, position, now, then });
        }
    }
    found
}

/// Returns which of the two years is the suspect, if the balance of one of them shows it.
fn verdict(
    report: &Report,
    form: &Form,
    past: &PriorReport,
    differing: &[Differing<'_>],
    (last, this): (RunYear, RunYear),
) -> (String, String) {
    let now = |row: &str, column: &str| report.figures.at(form.position(&format!("t3.{row}.{column}"))?).value;
    let then = |row: &str, column: &str| past.values.get(&format!("t3.{row}.{column}")).copied();
    let gap = |value: &dyn Fn(&str, &str) -> Option<Decimal>, column: &str| {
        let [received, carried_in, concluded, carried_out] =
            ["received", "carried_in", "concluded_total", "carried_out"].map(|row| value(row, column));
        Some(received? + carried_in? - concluded? - carried_out?)
    };
    let this_is_wrong = differing
        .iter()
        .all(|one| gap(&now, one.column).is_some_and(|gap| !gap.is_zero() && gap == one.now - one.then));
    let last_is_wrong = differing.iter().all(|one| {
        gap(&now, one.column).is_some_and(|gap| gap.is_zero())
            && gap(&then, one.column).is_some_and(|gap| !gap.is_zero() && gap == one.now - one.then)
    });
    match (this_is_wrong, last_is_wrong) {
        (true, _) => (
            format!("改用{last}年的数则本年勾稽相平，疑为{this}年填错，请核对。"),
            format!("With last year's figure this year balances: {this} is the suspect."),
        ),
        (_, true) => (
            format!("本年勾稽相平，{last}年不平，改用本年的数则平，疑为{last}年填错，请说明。"),
            format!("This year balances and last year does not: {last} is the suspect."),
        ),
        _ => ("请核实是哪一年的数有误，并作说明。".to_owned(), "Neither year tells which of them is wrong.".to_owned()),
    }
}
