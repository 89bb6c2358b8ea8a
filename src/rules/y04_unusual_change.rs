//! Figures more than five times last year's, or less than a fifth.

use rust_decimal::Decimal;

use super::{Check, Rule, told};
use crate::corpus::Corpus;
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

/// More than so many times as much, or as little, is unusual.
const FACTOR: i64 = 5;
/// Figures up to this change a lot by chance.
const SMALL: i64 = 10;

fn check(corpus: &Corpus) -> Result<Vec<Finding>> {
    let (factor, small) = (Decimal::from(FACTOR), Decimal::from(SMALL));
    let mut findings = Vec::new();
    for (entry, report, form) in told::counted(corpus) {
        let Some(past) = corpus.past(entry) else { continue };
        let unusual = |position: &usize| {
            let (now, then) = (report.figures.at(*position).value?, *past.values.get(&form.indicators[*position].id)?);
            let far = now > then * factor || then > now * factor;
            (now > small && then > small && far).then_some((*position, now, then))
        };
        let found: Vec<(usize, Decimal, Decimal)> =
            (0..form.official).filter_map(|position| unusual(&position)).collect();
        let Some((first, ..)) = found.first() else { continue };
        let mut finding = RULE.on_figure(corpus, entry, *first);
        finding.values = found.iter().flat_map(|(_, now, then)| [now.to_string(), then.to_string()]).collect();
        let line = |(position, now, then): &(usize, Decimal, Decimal)| {
            format!("{}上年{then}，本年{now}", form.indicators[*position].brief)
        };
        let lines: Vec<String> = found.iter().take(8).map(line).collect();
        let brief: Vec<String> = found
            .iter()
            .take(8)
            .map(|(position, now, then)| format!("{} from {then} to {now}", form.indicators[*position].english))
            .collect();
        let zh = |count: usize| {
            let more = if found.len() > count { format!("等{}格", found.len()) } else { String::new() };
            format!("与上年相差5倍以上：{}{more}，请核对。", lines[..count.min(lines.len())].join("；"))
        };
        findings.push(finding.saying_briefly(
            vec![zh(8), zh(2), zh(1)],
            Message::new(zh(8), format!("more than five times apart from last year: {}", brief.join(", "))),
        ));
    }
    Ok(findings)
}
