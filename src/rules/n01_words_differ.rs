//! Numbers in the text that differ from the tables.

use rust_decimal::Decimal;

use super::claims::{Claim, claims};
use super::{Check, Rule, queries, wording};
use crate::corpus::Corpus;
use crate::error::Result;
use crate::finding::{Code, Finding, Severity};
use crate::form::Form;
use crate::message::Message;
use crate::submission::Report;

pub(super) const RULE: Rule = Rule {
    code: Code::new("N01"),
    name: "words-differ",
    title: "正文的数与表格不同",
    severity: Severity::MustExplain,
    page: include_str!("n01_words_differ.md"),
    check: Check::Corpus(check),
};

fn check(corpus: &Corpus) -> Result<Vec<Finding>> {
    let mut findings: Vec<Finding> = Vec::new();
    for (entry, report, form) in queries::counted(corpus) {
        let mut said = Vec::new();
        for claim in claims(corpus, entry)? {
            if claim.is_of_report(corpus.year)
                && claim.contradicted(report, form).is_none()
                && let Some(figure) = differing(&claim, report, form)
                && !said.contains(&figure.0)
            {
                said.push(figure.0);
                findings.push(finding(corpus, entry, &claim, figure));
            }
        }
    }
    Ok(findings)
}

/// Returns the first figure a claim is about and the sum in the table, if the claim equals none of its admissible sums.
fn differing(claim: &Claim, report: &Report, form: &Form) -> Option<(usize, Decimal)> {
    let sums: Option<Vec<(usize, Decimal)>> = claim.sums(report, form).into_iter().collect();
    let sums = sums?;
    // A difference of less than one unit of the last decimal place may be rounding.
    let place = Decimal::new(1, claim.decimals);
    let equals = |(_, sum): &(usize, Decimal)| (sum - claim.value).abs() < place;
    if sums.iter().any(equals) { None } else { sums.first().copied() }
}

fn finding(corpus: &Corpus, entry: usize, claim: &Claim, figure: (usize, Decimal)) -> Finding {
    let (finding, [value, sum]) = RULE.on_claim(corpus, entry, claim, figure);
    let place = wording::aside(corpus, entry, figure.0);
    let many = claim.subject.sums.first().is_some_and(|sum| sum.len() > 1 || sum.iter().any(|id| id.contains('*')));
    let (name, quote, at) = (&claim.subject.name, &claim.quote, wording::at_words(claim.place.as_ref()));
    let title = if many { format!("“{name}”各格合计") } else { brief(corpus, entry, figure.0) };
    let counted = counted_in(corpus, entry, figure.0);
    let sentence = |quote: &str| {
        format!("{title}{place}填{sum}，正文{at}{name}为{value}{counted}{quote}；请核实改正，口径不同的请说明。")
    };
    let [whole, short] =
        [quote.clone(), wording::middle_left_out(quote)].map(|quote| sentence(&format!("（{quote}）")));
    let bare = sentence("");
    let detail = Message::new(whole.clone(), finding.message.en.clone());
    finding.saying_briefly(vec![whole, short, bare], detail)
}

/// Returns the short name of a figure.
pub(super) fn brief(corpus: &Corpus, entry: usize, position: usize) -> String {
    corpus.report(entry).map(|(_, form)| form.indicators[position].brief.clone()).unwrap_or_default()
}

/// Returns what a figure is counted in.
pub(super) fn counted_in(corpus: &Corpus, entry: usize, position: usize) -> &'static str {
    let is_money = corpus.report(entry).is_some_and(|(_, form)| form.indicators[position].unit.is_some());
    if is_money { "万元" } else { "件" }
}
