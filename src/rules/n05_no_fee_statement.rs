//! Reports without a statement on the information processing fee.

use super::claims::{ClaimWords, Sentence, has_any, is_covered_in_words, prose};
use super::{Check, Rule, queries, wording};
use crate::corpus::Corpus;
use crate::error::Result;
use crate::finding::{Code, Finding, Severity};
use crate::submission::Narrative;

pub(super) const RULE: Rule = Rule {
    code: Code::new("N05"),
    name: "no-fee-statement",
    title: "没有报告收取信息处理费情况",
    severity: Severity::MustExplain,
    page: include_str!("n05_no_fee_statement.md"),
    check: Check::Corpus(check),
};

/// First report year for which the fee must be reported.
const FIRST_YEAR: u16 = 2021;
/// Id of the section in which it is reported.
const SECTION: &str = "other";

fn check(corpus: &Corpus) -> Result<Vec<Finding>> {
    let words = ClaimWords::official()?;
    let mut findings = Vec::new();
    for (entry, ..) in queries::counted(corpus) {
        let narrative = &corpus.entries[entry].submission.narrative;
        if corpus.year.known().is_some_and(|year| year < FIRST_YEAR)
            || !is_covered_in_words(narrative)
            || says_it(narrative, words)
        {
            continue;
        }
        let Some(heading) = narrative.sections.iter().find(|section| section.id.as_deref() == Some(SECTION)) else {
            continue;
        };
        let there = prose(narrative).into_iter().find(|paragraph| paragraph.section == Some(SECTION));
        let text = there.as_ref().map_or(heading.heading.as_str(), |paragraph| paragraph.text);
        let place = there.and_then(|paragraph| paragraph.place).cloned();
        let quote = Sentence::of(text).quote(&(0..0));
        let finding = Finding { values: vec![quote.clone()], ..RULE.on_entry(corpus, entry) }.at_places(place);
        findings.push(finding.saying(
            format!(
                "“{}”部分没有报告收取信息处理费情况（写的是{}），没有收取的也请写明。",
                wording::middle_left_out(&heading.heading),
                wording::middle_left_out(&quote)
            ),
            format!("nothing is said on the information processing fee, only {quote}"),
        ));
    }
    Ok(findings)
}

/// Returns whether the fee is mentioned anywhere, including headings and paragraphs that are not read as prose.
fn says_it(narrative: &Narrative, words: &ClaimWords) -> bool {
    let mut texts = narrative.sections.iter().flat_map(|section| {
        let paragraphs = section.paragraphs.iter().map(|paragraph| &paragraph.text);
        paragraphs.chain([&section.heading])
    });
    texts.any(|text| has_any(&Sentence::of(text).text, &words.fee))
}
