//! Something stands in a cell and it is not a number.

use super::{Check, Rule, told};
use crate::amount::State;
use crate::corpus::Corpus;
use crate::error::Result;
use crate::finding::{Code, Finding, Severity};

pub(super) const RULE: Rule = Rule {
    code: Code::new("V03"),
    name: "not-a-number",
    title: "不是数字",
    severity: Severity::MustFix,
    page: include_str!("v03_not_a_number.md"),
    check: Check::Corpus(check),
};

fn check(corpus: &Corpus) -> Result<Vec<Finding>> {
    let mut findings = Vec::new();
    for (entry, report, form) in told::with_oddities(corpus) {
        for (position, figure) in told::not_whole(report) {
            let item = &form.indicators[position];
            if figure.state == State::Text && figure.doubt.is_none() && figure.formula().is_none() {
                findings.push(RULE.on_figure(corpus, entry, position).saying(
                    format!("{}填的是“{}”，不是数字，请改填数字；没有数据请填0。", item.title, figure.raw().trim()),
                    format!("{}: “{}” is not a number", item.id, figure.raw().trim()),
                ));
            }
        }
    }
    Ok(findings)
}
