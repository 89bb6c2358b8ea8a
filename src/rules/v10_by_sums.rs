//! A table whose layout has several readings, of which the form's sums confirm one; one finding for each table.

use super::{Check, Rule, told};
use crate::corpus::Corpus;
use crate::error::Result;
use crate::finding::{Code, Finding, Severity};
use crate::form::Oddity;

/// Most oddities named in one sentence.
const MAX_NAMED: usize = 4;

pub(super) const RULE: Rule = Rule {
    code: Code::new("V10"),
    name: "read-by-sums",
    title: "表格排法特殊，按勾稽关系识别",
    severity: Severity::Note,
    page: include_str!("v10_by_sums.md"),
    check: Check::Corpus(check),
};

fn check(corpus: &Corpus) -> Result<Vec<Finding>> {
    let mut findings = Vec::new();
    for (entry, report, form) in told::counted(corpus) {
        for (table, spec) in form.tables.iter().enumerate() {
            let odd: Vec<&Oddity> =
                report.by_sums.iter().filter(|(own, _)| *own == table).map(|(_, oddity)| oddity).collect();
            if odd.is_empty() {
                continue;
            }
            let (zh, en): (Vec<String>, Vec<String>) =
                odd.iter().take(MAX_NAMED).map(|oddity| in_words(oddity)).unzip();
            let more = if odd.len() > MAX_NAMED { format!("等{}处", odd.len()) } else { String::new() };
            let mut finding = RULE.on_entry(corpus, entry);
            finding.indicator.clone_from(&spec.id);
            finding.title.clone_from(&spec.name);
            findings.push(finding.saying(
                format!(
                    "{}的排法与官方格式不同（{}{more}），只有一种读法符合表内勾稽关系，已按该读法采用；请核对。",
                    spec.name,
                    zh.join("；")
                ),
                format!("table {} was read by its sums: {}", spec.id, en.join("; ")),
            ));
        }
    }
    Ok(findings)
}

/// An oddity in Chinese and in English.
fn in_words(oddity: &Oddity) -> (String, String) {
    match oddity {
        Oddity::HeadingOrder => ("表头次序不同".to_owned(), "the headings are in another order".to_owned()),
        Oddity::RepeatedHeading { label } => {
            (format!("“{label}”一列的表头有两处"), format!("two headings mean “{label}”"))
        }
        Oddity::ShiftedRow { row } => (
            format!("第{}行的数字与表头没有对齐", row + 1),
            format!("row {} does not line up with the headings", row + 1),
        ),
        Oddity::MissingCell { row } => (format!("第{}行少一格", row + 1), format!("row {} lacks a cell", row + 1)),
        Oddity::RepeatedRow { row, again } => (
            format!("第{}行和第{}行的项目相同", row + 1, again + 1),
            format!("rows {} and {} have the same label", row + 1, again + 1),
        ),
        Oddity::SeveralRows { row, last } => (
            format!("第{}行至第{}行都有数字", row + 1, last + 1),
            format!("rows {} to {} all hold figures", row + 1, last + 1),
        ),
    }
}
