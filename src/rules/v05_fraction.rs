//! A fraction in a count.

use super::{Check, Rule, told};
use crate::corpus::Corpus;
use crate::error::Result;
use crate::finding::{Code, Finding, Severity};
use crate::form::ItemKind;

pub(super) const RULE: Rule = Rule {
    code: Code::new("V05"),
    name: "fraction",
    title: "件数不是整数",
    severity: Severity::MustFix,
    page: include_str!("v05_fraction.md"),
    check: Check::Corpus(check),
};

fn check(corpus: &Corpus) -> Result<Vec<Finding>> {
    let mut findings = Vec::new();
    for (entry, report, form) in told::with_oddities(corpus) {
        for (position, figure) in told::not_whole(report) {
            let item = &form.indicators[position];
            if item.kind != ItemKind::Money && figure.value.is_some_and(|value| !value.is_integer()) {
                findings.push(RULE.on_figure(corpus, entry, position).saying(
                    format!("{}填的是{}，件数应为整数，请核对。", item.title, figure.raw().trim()),
                    format!("{}: {} is not a whole number", item.id, figure.raw().trim()),
                ));
            }
        }
    }
    Ok(findings)
}
