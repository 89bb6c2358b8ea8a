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
    page: include_str!("v10_read_by_sums.md"),
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
                odd.iter().take(MAX_NAMED).map(|oddity| oddity.in_words()).unzip();
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
