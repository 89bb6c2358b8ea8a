//! Words that say there was none where the table has some, or the reverse.

use rust_decimal::Decimal;

use super::claims::{Claim, claims};
use super::{Check, Rule, told};
use crate::corpus::Corpus;
use crate::error::Result;
use crate::finding::{Code, Finding, Severity};

pub(super) const RULE: Rule = Rule {
    code: Code::new("N02"),
    name: "none-against-some",
    title: "正文说没有而表格有，或者相反",
    severity: Severity::MustFix,
    page: include_str!("n02_none_against_some.md"),
    check: Check::Corpus(check),
};

fn check(corpus: &Corpus) -> Result<Vec<Finding>> {
    let mut findings: Vec<Finding> = Vec::new();
    for (entry, report, form) in told::counted(corpus) {
        let mut said = Vec::new();
        for claim in claims(corpus, entry)? {
            if said.contains(&claim.subject.topic()) || !claim.is_of_report(corpus.year) {
                continue;
            }
            let Some(figure) = claim.contradicted(report, form) else { continue };
            said.push(claim.subject.topic());
            findings.push(finding(corpus, entry, &claim, figure));
        }
    }
    Ok(findings)
}

fn finding(corpus: &Corpus, entry: usize, claim: &Claim, figure: (usize, Decimal)) -> Finding {
    let (mut finding, [value, sum]) = RULE.on_claim(corpus, entry, claim, figure);
    let place = told::aside(corpus, entry, figure.0);
    finding.message.zh = format!(
        "正文{}，按正文“{}”为{value}，{}{place}却填{sum}，请核对改正。",
        claim.quote, claim.subject.name, finding.title
    );
    finding
}
