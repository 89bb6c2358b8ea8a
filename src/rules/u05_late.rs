//! Reports received after their due date; both dates are from the roster.

use super::{Check, Rule, queries, wording};
use crate::corpus::Corpus;
use crate::error::Result;
use crate::finding::{Code, Finding, Severity};

pub(super) const RULE: Rule = Rule {
    code: Code::new("U05"),
    name: "late",
    title: "迟报",
    severity: Severity::MustExplain,
    page: include_str!("u05_late.md"),
    check: Check::Corpus(check),
};

fn check(corpus: &Corpus) -> Result<Vec<Finding>> {
    let mut findings = Vec::new();
    for (entry, ..) in queries::counted(corpus) {
        let Some(unit) = corpus.unit_of(&corpus.entries[entry]).filter(|unit| unit.is_late()) else { continue };
        let (due, received) = (unit.due.as_deref().unwrap_or(""), unit.received.as_deref().unwrap_or(""));
        let mut finding = RULE.on_entry(corpus, entry);
        finding.values = vec![due.to_owned(), received.to_owned()];
        received.clone_into(&mut finding.observed);
        findings.push(finding.saying(
            format!("{}收到，报送截止日期为{}；请说明迟报原因。", wording::date(received), wording::date(due)),
            format!("due “{due}”, received “{received}”"),
        ));
    }
    Ok(findings)
}
