//! Reports received after their due date; both dates are from the roster.

use chrono::Datelike;

use super::{Check, Rule, queries};
use crate::corpus::Corpus;
use crate::error::Result;
use crate::finding::{Code, Finding, Severity};
use crate::roster::date_in;

pub(super) const RULE: Rule = Rule {
    code: Code::new("U05"),
    name: "late",
    title: "迟报",
    severity: Severity::MustExplain,
    page: include_str!("u05_late.md"),
    check: Check::Corpus(check),
};

/// Returns a date of the roster as official texts write it; what is no date as it stands.
fn in_words(text: &str) -> String {
    date_in(text)
        .map_or_else(|| text.trim().to_owned(), |day| format!("{}年{}月{}日", day.year(), day.month(), day.day()))
}

fn check(corpus: &Corpus) -> Result<Vec<Finding>> {
    let mut findings = Vec::new();
    for (entry, ..) in queries::counted(corpus) {
        let Some(unit) = corpus.unit_of(&corpus.entries[entry]).filter(|unit| unit.is_late()) else { continue };
        let (due, received) = (unit.due.as_deref().unwrap_or(""), unit.received.as_deref().unwrap_or(""));
        let mut finding = RULE.on_entry(corpus, entry);
        finding.values = vec![due.to_owned(), received.to_owned()];
        received.clone_into(&mut finding.observed);
        findings.push(finding.saying(
            format!("{}收到，报送截止日期为{}；请说明迟报原因。", in_words(received), in_words(due)),
            format!("due “{due}”, received “{received}”"),
        ));
    }
    Ok(findings)
}
