//! Numbers in the text that are broken down into parts which do not add up to them.

use rust_decimal::Decimal;

use super::claims::{ClaimWords, Count, Sentence, counts, has_any, prose, sentences, starts};
use super::{Check, Rule, queries, wording};
use crate::corpus::Corpus;
use crate::error::Result;
use crate::finding::{Code, Finding, Severity};
use crate::message::Message;

pub(super) const RULE: Rule = Rule {
    code: Code::new("N08"),
    name: "breakdown-does-not-add-up",
    title: "正文里分项之和与总数不符",
    severity: Severity::Note,
    page: include_str!("n08_breakdown_does_not_add_up.md"),
    check: Check::Corpus(check),
};

/// Minimum number of parts; fewer may be examples only.
const FEWEST: usize = 3;

/// A number and the parts into which it is broken down.
struct Breakdown {
    total: Count,
    parts: Vec<Count>,
}

fn check(corpus: &Corpus) -> Result<Vec<Finding>> {
    let words = ClaimWords::official()?;
    let mut findings = Vec::new();
    for (entry, ..) in queries::counted(corpus) {
        let mut said = Vec::new();
        for paragraph in prose(&corpus.entries[entry].submission.narrative) {
            for sentence in sentences(paragraph.text) {
                let Some(found) = breakdown(&sentence, words).filter(|found| is_broken(found, &sentence, words)) else {
                    continue;
                };
                let end = found.parts.last().map_or(found.total.span.end, |part| part.span.end);
                said.push((sentence.quote(&(found.total.span.start..end)), paragraph.place, found));
            }
        }
        let Some((quote, place, found)) = said.first() else { continue };
        let parts: Vec<String> = found.parts.iter().map(|part| part.value.to_string()).collect();
        let (sum, total) = (found.sum(), found.total.value);
        let mut finding = RULE.on_entry(corpus, entry).at_places(place.cloned());
        finding.observed = total.to_string();
        finding.difference = Some((total - sum).normalize());
        finding.values.clone_from(&parts);
        let more = if said.len() > 1 { format!("（共{}处）", said.len()) } else { String::new() };
        let sentence = |quote: &str, parts: &str| format!("正文{quote}：{parts}＝{sum}，与{total}不符，请核对{more}。");
        let (whole, brief) = (sentence(quote, &parts.join("＋")), wording::middle_left_out(quote));
        let sentences = vec![whole.clone(), sentence(&brief, &parts.join("＋")), sentence(&brief, "各分项之和")];
        let en = format!("{quote}: {} = {sum}, not {total}", parts.join(" + "));
        findings.push(finding.saying_briefly(sentences, Message::new(whole, en)));
    }
    Ok(findings)
}

impl Breakdown {
    fn sum(&self) -> Decimal {
        self.parts.iter().map(|part| part.value).sum()
    }
}

/// Returns the breakdown of a sentence, if there is exactly one: a number, words that begin a list, and then only parts
/// with the same counter.
fn breakdown(sentence: &Sentence<'_>, words: &ClaimWords) -> Option<Breakdown> {
    let text = sentence.text.as_str();
    let begins = |word: &String| text.find(word.as_str()).map(|at| (at, at + word.len()));
    let (at, behind) = words.breakdown.begins.iter().filter_map(begins).min()?;
    let all = counts(sentence, words);
    let total = all.iter().rfind(|count| count.span.end <= at)?.clone();
    let parts: Vec<Count> = all.into_iter().filter(|count| count.span.start >= behind).collect();
    let end = parts.last()?.span.end;
    // The total is directly before the list, without words that belong to another number, and the last part ends the
    // list.
    let is_beside = text[total.span.end..at].chars().all(|c| ",:;(".contains(c));
    let is_all = text[end..].chars().all(|c| ")".contains(c));
    let alike = |part: &Count| part.exact && part.counter == total.counter;
    let is_one = !words.breakdown.begins.iter().any(|word| text[behind..].contains(word.as_str()));
    let plain = total.exact && parts.iter().all(alike) && is_beside && is_all && is_one;
    (plain && each_clause_has_one(&text[behind..end], parts.len())).then_some(Breakdown { total, parts })
}

/// Returns whether a list has as many clauses as parts, so that every clause has a number.
fn each_clause_has_one(list: &str, parts: usize) -> bool {
    let list = list.trim_start_matches([':', ',']);
    list.split([',', ';', '、']).count() == parts
}

/// Returns whether the parts cannot add up to the number.
fn is_broken(found: &Breakdown, sentence: &Sentence<'_>, words: &ClaimWords) -> bool {
    let total = found.total.value;
    let list = &sentence.text[found.total.span.end..];
    if found.parts.iter().any(|part| part.value > total) {
        return true;
    }
    let mut sum = Decimal::ZERO;
    for part in &found.parts {
        sum += part.value;
        // The first parts already make up the total; the rest breaks it down another way.
        if sum == total {
            return false;
        }
    }
    if found.parts.len() < FEWEST || has_any(list, &words.breakdown.open) {
        return false;
    }
    // The same item may be counted in several channels, and 其中 may introduce only a few examples.
    let is_slip = sum > total && (sum - total) * Decimal::TEN <= total && !has_any(list, &words.breakdown.channels);
    is_slip || is_whole(found, sentence, words)
}

/// Returns whether the wording shows that a list is complete: it introduces each part, or ends with the remainder.
fn is_whole(found: &Breakdown, sentence: &Sentence<'_>, words: &ClaimWords) -> bool {
    let text = sentence.text.as_str();
    let [.., before, last] = found.parts.as_slice() else { return false };
    let rest = text[before.span.end..last.span.start].trim_start_matches([',', '、', ';']);
    let beginning = &text[found.total.span.end..found.parts[0].span.start];
    has_any(beginning, &words.breakdown.each) || starts(rest, &words.breakdown.rest).is_some()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn no_text_panics(parts in proptest::collection::vec(
            prop_oneof![Just("共"), Just("12条"), Just("３件"), Just("其中"), Just("，"), Just("、"), Just("（"), Just("㍿"), Just("一")],
            0..16), noise in ".{0,8}") {
            let words = ClaimWords::official().expect("data file is well formed");
            for text in [parts.concat(), format!("{noise}{}{noise}", parts.concat())] {
                for sentence in sentences(&text) {
                    let broken = breakdown(&sentence, words).map(|found| is_broken(&found, &sentence, words));
                    prop_assert!(broken.is_none_or(|_| sentence.text.contains("其中")));
                }
            }
        }
    }
}
