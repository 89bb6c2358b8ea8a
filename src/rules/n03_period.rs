//! The statistical period: not stated, or of another year.

use rust_decimal::Decimal;

use super::claims::{ClaimWords, has_any, is_covered_in_words, prose, sentences};
use super::{Check, Rule, queries, wording};
use crate::corpus::Corpus;
use crate::error::Result;
use crate::finding::{Code, Finding, Severity};
use crate::message::Message;
use crate::submission::{Narrative, years};

pub(super) const RULE: Rule = Rule {
    code: Code::new("N03"),
    name: "period",
    title: "统计期限写的是其他年度（没有写的为提示）",
    severity: Severity::MustFix,
    page: include_str!("n03_period.md"),
    check: Check::Corpus(check),
};

/// The dates in a period that is a whole year. If one is missing, digits of the period may have been lost.
const WHOLE_YEAR: [&str; 2] = ["1月1日", "12月31日"];

fn check(corpus: &Corpus) -> Result<Vec<Finding>> {
    let words = ClaimWords::official()?;
    let mut findings = Vec::new();
    for (entry, ..) in queries::counted(corpus) {
        let narrative = &corpus.entries[entry].submission.narrative;
        if let Some((quote, said)) = corpus.year.known().and_then(|year| of_other_year(narrative, words, year)) {
            let place = narrative.period.as_ref().and_then(|period| period.place.clone());
            let mut finding = RULE.on_entry(corpus, entry).at_places(place);
            finding.observed = said.to_string();
            finding.expected = corpus.year.known().map(Decimal::from);
            let sentence =
                |quote: &str| format!("统计期限写的是{said}年度（{quote}），本报告是{}年度的，请改正。", corpus.year);
            let (whole, brief) = (sentence(&quote), sentence(&wording::middle_left_out(&quote)));
            let en = format!("the statistical period is of {said}: {quote}");
            findings.push(finding.saying_briefly(vec![whole.clone(), brief], Message::new(whole, en)));
        } else if is_covered_in_words(narrative) && !states_period(narrative, words) {
            let finding = Finding { severity: Severity::Note, ..RULE.on_entry(corpus, entry) };
            let all = prose(narrative);
            let first = all.first().and_then(|paragraph| sentences(paragraph.text).into_iter().next());
            let beginning = first.map(|sentence| sentence.quote(&(0..0)));
            let beginning = beginning.map(|quote| format!("（正文开头：{}）", wording::middle_left_out(&quote)));
            let beginning = beginning.unwrap_or_default();
            findings.push(finding.saying(
                format!("正文没有写明数据的统计期限{beginning}，请写明{}。", whole_year(corpus)),
                "the statistical period is not stated",
            ));
        }
    }
    Ok(findings)
}

/// Returns the period that the report should state.
fn whole_year(corpus: &Corpus) -> String {
    let period = |year| format!("{year}年1月1日至12月31日");
    corpus.year.known().map_or_else(|| "是哪一年的1月1日至12月31日".to_owned(), period)
}

/// Returns the sentence that states a period of another year, and that year.
fn of_other_year(narrative: &Narrative, words: &ClaimWords, year: u16) -> Option<(String, u16)> {
    let all = sentences(&narrative.period.as_ref()?.text);
    let sentence = all.iter().find(|sentence| has_any(&sentence.text, &words.period))?;
    let at = words.period.iter().find_map(|word| sentence.text.find(word.as_str()))?;
    let said: Vec<u16> = years(&sentence.text).into_iter().map(|(year, _)| year).collect();
    let behind = years(&sentence.text[at..]).first().map(|(year, _)| *year)?;
    let whole = WHOLE_YEAR.iter().all(|day| sentence.text[at..].contains(day));
    (whole && !said.contains(&year)).then(|| (sentence.quote(&(at..sentence.text.len())), behind))
}

/// Returns whether the text states the period of its figures in any wording.
fn states_period(narrative: &Narrative, words: &ClaimWords) -> bool {
    let says = |text: &str| has_any(text, &words.period) || WHOLE_YEAR.iter().all(|day| text.contains(day));
    narrative.period.is_some() || prose(narrative).iter().any(|paragraph| says(&paragraph.folded))
}
