//! Figures more than five times last year's, or less than a fifth of it.

use polars::prelude::*;

use super::last_year::{Compared, compared};
use super::{Check, Rule, wording};
use crate::corpus::{Corpus, column};
use crate::error::Result;
use crate::finding::{Code, Finding, Severity};
use crate::message::Message;

pub(super) const RULE: Rule = Rule {
    code: Code::new("Y04"),
    name: "unusual-change",
    title: "比上年变化很大",
    severity: Severity::Note,
    page: include_str!("y04_unusual_change.md"),
    check: Check::Corpus(check),
};

/// Ratio to last year's figure, in either direction, above which a change is unusual.
const FACTOR: i64 = 5;
/// Largest figure that is not compared; small figures change a lot by chance.
const SMALL: i64 = 10;

fn check(corpus: &Corpus) -> Result<Vec<Finding>> {
    let (now, then) = (col(column::VALUE), col(column::THEN));
    let is_large = now.clone().gt(lit(SMALL)).and(then.clone().gt(lit(SMALL)));
    let is_far = now.clone().gt(then.clone() * lit(FACTOR)).or(then.gt(now * lit(FACTOR)));
    let mut findings = Vec::new();
    let mut all = compared(corpus, &is_large.and(is_far))?;
    // Rows for a group filled as one are not figures of the official form.
    all.retain(|one| corpus.report(one.entry).is_some_and(|(_, form)| one.position < form.official));
    for found in all.chunk_by(|one, next| one.entry == next.entry) {
        let (entry, first) = (found[0].entry, found[0].position);
        let Some((_, form)) = corpus.report(entry) else { continue };
        let mut finding = RULE.on_figure(corpus, entry, first);
        finding.values = found.iter().flat_map(|one| [one.now.to_string(), one.then.to_string()]).collect();
        let line = |Compared { position, now, then, .. }: &Compared| {
            let place = wording::aside(corpus, entry, *position);
            format!("{}{place}填{now}，上年填{then}", form.indicators[*position].brief)
        };
        let lines: Vec<String> = found.iter().take(8).map(line).collect();
        let brief: Vec<String> = found
            .iter()
            .take(8)
            .map(|Compared { position, now, then, .. }| {
                format!("{} from {then} to {now}", form.indicators[*position].english)
            })
            .collect();
        let zh = |count: usize| {
            let more = if found.len() > count { format!("等{}格", found.len()) } else { String::new() };
            format!("{}{more}，相差5倍以上；请核对。", lines[..count.min(lines.len())].join("；"))
        };
        findings.push(finding.saying_briefly(
            vec![zh(8), zh(2), zh(1)],
            Message::new(zh(8), format!("more than five times apart from last year: {}", brief.join(", "))),
        ));
    }
    Ok(findings)
}
