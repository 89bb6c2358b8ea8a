//! Texts copied from another unit, or from the unit's own report of last year.

use super::claims::{is_worded, own_names};
use super::similarity::{ShingleIndex, Text};
use super::{Check, Rule, queries};
use crate::corpus::Corpus;
use crate::error::Result;
use crate::finding::{Code, Finding, Severity};
use crate::message::Message;

pub(super) const RULE: Rule = Rule {
    code: Code::new("N07"),
    name: "copied-text",
    title: "正文与其他单位或者上年雷同",
    severity: Severity::MustExplain,
    page: include_str!("n07_copied_text.md"),
    check: Check::Corpus(check),
};

/// Minimum share of a text's own shingles, in percent, that makes it a copy.
const COPIED: usize = 80;
/// Minimum number of own shingles of a text; shorter texts are similar by chance.
const FEWEST: usize = 150;

fn check(corpus: &Corpus) -> Result<Vec<Finding>> {
    let entries: Vec<usize> = queries::counted(corpus).map(|(entry, ..)| entry).collect();
    // Most workbooks have no prose.
    if !entries.iter().any(|entry| is_worded(corpus, *entry)) {
        return Ok(Vec::new());
    }
    let read = |entry: &usize| {
        let names = if is_worded(corpus, *entry) { own_names(corpus, *entry) } else { Vec::new() };
        Text::of(&corpus.entries[*entry].submission.narrative, &names)
    };
    let texts: Vec<Text> = entries.iter().map(read).collect();
    let index = ShingleIndex::of(&texts);
    let mut findings = Vec::new();
    for (at, entry) in entries.iter().enumerate() {
        let mut copies = Vec::new();
        if let Some((other, own, shared)) = index.nearest(at)
            && let Some(percent) = copied(own, shared)
        {
            let unit = corpus.unit_of(&corpus.entries[entries[other]]).map_or("", |unit| unit.name.as_str());
            copies.push((
                percent,
                format!("“{unit}”"),
                texts[at].longest_in(&texts[other]).unwrap_or_default().to_owned(),
            ));
        }
        if let Some(past) = corpus.prior_report(*entry) {
            let mut names = own_names(corpus, *entry);
            names.push(past.unit.clone());
            let then = Text::of(&past.narrative, &names);
            let (own, shared) = texts[at].shared(&then, |run| !index.is_common(run));
            if let Some(percent) = copied(own, shared) {
                let whose = format!("本单位{}年度", corpus.year.previous());
                copies.push((percent, whose, texts[at].longest_in(&then).unwrap_or_default().to_owned()));
            }
        }
        findings.extend(finding(corpus, *entry, &copies));
    }
    Ok(findings)
}

/// Returns the shared part of a text in percent, if it is a copy. `own` and `shared` are numbers of shingles.
fn copied(own: usize, shared: usize) -> Option<usize> {
    let percent = shared * 100 / own.max(1);
    (own >= FEWEST && percent >= COPIED).then_some(percent)
}

/// Returns one finding for all sources of a text: for each the share, its name and an example sentence.
fn finding(corpus: &Corpus, entry: usize, copies: &[(usize, String, String)]) -> Option<Finding> {
    let (percent, ..) = copies.first()?;
    let mut finding = RULE.on_entry(corpus, entry);
    finding.observed = format!("{percent}%");
    finding.values = copies.iter().map(|(percent, whose, _)| format!("{percent}% {whose}")).collect();
    let line = |(percent, whose, quote): &(usize, String, String)| {
        let example = if quote.is_empty() { String::new() } else { format!("，例如{quote}") };
        format!("有{percent}%与{whose}的报告相同{example}")
    };
    let lines: Vec<String> = copies.iter().map(line).collect();
    let plain: Vec<String> =
        copies.iter().map(|(percent, whose, _)| format!("有{percent}%与{whose}的报告相同")).collect();
    let brief: Vec<String> = copies
        .iter()
        .map(|(percent, whose, quote)| format!("{percent}% are those of {}: {quote}", english(whose)))
        .collect();
    let sentence =
        |lines: &[String]| format!("正文自行撰写的部分{}，请结合本单位本年度工作重写，或作说明。", lines.join("；"));
    let whole = sentence(&lines);
    let detail = Message::new(whole.clone(), format!("of the words, {}", brief.join("; ")));
    Some(finding.saying_briefly(vec![whole, sentence(&plain)], detail))
}

/// Returns the name of a source in English.
fn english(whose: &str) -> String {
    whose
        .strip_prefix("本单位")
        .map_or_else(|| whose.to_owned(), |year| format!("the unit itself in {}", year.trim_end_matches("年度")))
}
