//! Statements that there was none where the table has some, or the reverse.

use rust_decimal::Decimal;

use super::claims::{Claim, claims};
use super::n01_words_differ::{brief, counted_in};
use super::{Check, Rule, queries, wording};
use crate::corpus::Corpus;
use crate::error::Result;
use crate::finding::{Code, Finding, Severity};
use crate::message::Message;

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
    for (entry, report, form) in queries::counted(corpus) {
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
    let (finding, [value, sum]) = RULE.on_claim(corpus, entry, claim, figure);
    let place = wording::aside(corpus, entry, figure.0);
    let (name, title) = (&claim.subject.name, brief(corpus, entry, figure.0));
    let at = wording::at_words(claim.place.as_ref());
    let counted = counted_in(corpus, entry, figure.0);
    let sentence =
        |quote: &str| format!("{title}{place}填{sum}，正文{at}{quote}，按正文{name}应为{value}{counted}；请核对改正。");
    let (whole, short) = (sentence(&claim.quote), sentence(&wording::middle_left_out(&claim.quote)));
    let bare = format!("{title}{place}填{sum}，按正文{name}应为{value}{counted}；请核对改正。");
    let detail = Message::new(whole.clone(), finding.message.en.clone());
    finding.saying_briefly(vec![whole, short, bare], detail)
}
