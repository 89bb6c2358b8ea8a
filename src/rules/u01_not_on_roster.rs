//! A report that no unit of the roster can be found for.

use super::{Check, Rule, told};
use crate::corpus::{Corpus, Standing};
use crate::error::Result;
use crate::finding::{Code, Finding, Severity};

pub(super) const RULE: Rule = Rule {
    code: Code::new("U01"),
    name: "not-on-roster",
    title: "名册上没有这个单位",
    severity: Severity::MustFix,
    page: include_str!("u01_not_on_roster.md"),
    check: Check::Corpus(check),
};

fn check(corpus: &Corpus) -> Result<Vec<Finding>> {
    let mut findings = Vec::new();
    for at in told::in_standing(corpus, |standing| standing == Standing::Unmatched) {
        let entry = &corpus.entries[at];
        let rivals: Vec<&str> = entry.rivals.iter().map(|unit| corpus.units[*unit].name.as_str()).collect();
        let mut finding = RULE.on_entry(corpus, at);
        finding.given.clone_from(&entry.name);
        findings.push(if rivals.is_empty() {
            finding.saying(
                format!(
                    "报告上的单位“{}”不在名册上，没有计入汇总；请核对单位名称，或在名册里加上这个单位或别名。",
                    entry.name
                ),
                format!("the report's unit {} is not on the roster; it is not added up", entry.name),
            )
        } else {
            finding.saying(
                format!(
                    "报告上的单位“{}”与名册上的{}都相符，分不清是哪一个，没有计入汇总；请写明全称。",
                    entry.name,
                    rivals.join("、")
                ),
                format!(
                    "the report's unit {} fits several units of the roster ({}); it is not added up",
                    entry.name,
                    rivals.join(", ")
                ),
            )
        });
    }
    Ok(findings)
}
