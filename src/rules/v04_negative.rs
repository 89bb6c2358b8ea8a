//! A negative number where none can be.

use super::{Check, Rule, told};
use crate::corpus::Corpus;
use crate::error::Result;
use crate::finding::{Code, Finding, Severity};
use crate::form::ItemKind;

pub(super) const RULE: Rule = Rule {
    code: Code::new("V04"),
    name: "negative",
    title: "负数",
    severity: Severity::MustFix,
    page: include_str!("v04_negative.md"),
    check: Check::Corpus(check),
};

fn check(corpus: &Corpus) -> Result<Vec<Finding>> {
    let mut findings = Vec::new();
    for (entry, report, form) in told::with_oddities(corpus) {
        for position in 0..form.indicators.len() {
            let (figure, item) = (report.figures.at(position), &form.indicators[position]);
            if item.kind != ItemKind::Change
                && figure.value.is_some_and(|value| value.is_sign_negative() && !value.is_zero())
            {
                findings.push(RULE.on_figure(corpus, entry, position).saying(
                    format!("{}填的是{}，这里不能是负数，请核对。", item.title, figure.raw().trim()),
                    format!("{}: {} is negative", item.id, figure.raw().trim()),
                ));
            }
        }
    }
    Ok(findings)
}
