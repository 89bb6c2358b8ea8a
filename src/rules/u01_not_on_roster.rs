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
        let names = |units: &[usize]| units.iter().map(|unit| corpus.units[*unit].name.clone()).collect::<Vec<_>>();
        let (rivals, nearest, name) = (names(&entry.rivals), names(&entry.nearest), &entry.name);
        let mut finding = RULE.on_entry(corpus, at);
        finding.given.clone_from(name);
        findings.push(if rivals.is_empty() {
            let (mut near, mut near_en) = (String::new(), String::new());
            if !nearest.is_empty() {
                near = format!("名册上最接近的是{}；", nearest.join("、"));
                near_en = format!(" (nearest: {})", nearest.join(", "));
            }
            finding.saying(
                format!(
                    "报告上的单位“{name}”不在名册上，没有计入汇总；{near}请核对单位名称，或在名册里加上这个单位或别名。"
                ),
                format!("the report's unit {name} is not on the roster{near_en}; it is not added up"),
            )
        } else {
            finding.saying(
                format!(
                    "报告上的单位“{name}”与名册上的{}都相符，无法确定是哪一个，没有计入汇总；请写明全称。",
                    rivals.join("、")
                ),
                format!(
                    "the report's unit {name} fits several units of the roster ({}); it is not added up",
                    rivals.join(", ")
                ),
            )
        });
    }
    Ok(findings)
}
