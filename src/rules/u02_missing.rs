//! A unit of the roster that must report and sent nothing.

use super::{Check, Rule};
use crate::corpus::Corpus;
use crate::error::Result;
use crate::finding::{Code, Finding, Severity};

pub(super) const RULE: Rule = Rule {
    code: Code::new("U02"),
    name: "missing",
    title: "没有报送",
    severity: Severity::MustFix,
    page: include_str!("u02_missing.md"),
    check: Check::Corpus(check),
};

fn check(corpus: &Corpus) -> Result<Vec<Finding>> {
    if !corpus.has_roster {
        return Ok(Vec::new());
    }
    let finding = |unit: usize| {
        let due = corpus.units[unit].due.as_ref();
        let (due_zh, due_en) =
            due.map_or_else(Default::default, |due| (format!("（截止日期{due}）"), format!(" (due {due})")));
        let name = &corpus.units[unit].name;
        RULE.on_unit(unit).saying(
            format!("{name}没有报送{}年度报告{due_zh}。", corpus.year),
            format!("{name} sent no report for {}{due_en}", corpus.year),
        )
    };
    Ok(corpus.missing().into_iter().map(finding).collect())
}
