//! Texts that report on another year.

use rust_decimal::Decimal;

use super::claims::{Claim, claims};
use super::{Check, Rule, queries, wording};
use crate::corpus::Corpus;
use crate::error::Result;
use crate::finding::{Code, Finding, Severity};

pub(super) const RULE: Rule = Rule {
    code: Code::new("N04"),
    name: "other-year-in-words",
    title: "正文把其他年度当作本年度",
    severity: Severity::MustExplain,
    page: include_str!("n04_other_year_in_words.md"),
    check: Check::Corpus(check),
};

fn check(corpus: &Corpus) -> Result<Vec<Finding>> {
    let mut findings = Vec::new();
    let Some(year) = corpus.year.known() else { return Ok(findings) };
    for (entry, ..) in queries::counted(corpus) {
        let claims = claims(corpus, entry)?;
        let Some((claim, said)) = claims.iter().find_map(|claim| Some((claim, other_year(claim, year)?))) else {
            continue;
        };
        let mut finding = RULE.on_entry(corpus, entry).at_places(claim.place.clone());
        (finding.observed, finding.expected) = (said.to_string(), Some(Decimal::from(year)));
        finding.values.push(claim.quote.clone());
        findings.push(finding.saying(
            format!(
                "正文{}说的是{said}年，本报告是{}年度的，请核实是否沿用了旧稿。",
                wording::middle_left_out(&claim.quote),
                corpus.year
            ),
            format!("the words {} are about {said}", claim.quote),
        ));
    }
    Ok(findings)
}

/// Returns the earlier year that a claim is about, if its paragraph does not also mention the report's year.
fn other_year(claim: &Claim, year: u16) -> Option<u16> {
    let is_plain = claim.leads && !claim.of_this_year && !claim.is_plan && !claim.is_partial;
    claim.year.filter(|said| is_plain && *said < year)
}
