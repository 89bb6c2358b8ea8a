//! Lawsuits after review, although there was no review this year or last.

use rust_decimal::Decimal;

use super::{Check, Rule, queries};
use crate::corpus::Corpus;
use crate::error::Result;
use crate::finding::{Code, Finding, Severity};

pub(super) const RULE: Rule = Rule {
    code: Code::new("P04"),
    name: "suits-after-no-review",
    title: "有复议后起诉，却没有行政复议",
    severity: Severity::MustExplain,
    page: include_str!("p04_suits_after_no_review.md"),
    check: Check::Corpus(check),
};

const REVIEWS: &str = "t4.review.total";
const SUITS: &str = "t4.litigation_after_review.total";

fn check(corpus: &Corpus) -> Result<Vec<Finding>> {
    let mut findings = Vec::new();
    for (entry, report, form) in queries::counted(corpus) {
        let (Some(reviews), Some(suits)) = (form.position(REVIEWS), form.position(SUITS)) else { continue };
        let value = |position: usize| report.figures.at(position).value;
        // A review of last year may lead to a lawsuit this year; without last year's report the rule does not apply.
        let last_year = corpus.prior_report(entry).and_then(|past| past.values.get(REVIEWS)).copied();
        let none = [value(reviews), last_year].iter().all(|count| *count == Some(Decimal::ZERO));
        if let Some(count) = value(suits).filter(|count| none && *count > Decimal::ZERO) {
            findings.push(RULE.on_figure(corpus, entry, suits).saying(
                format!("表四“复议后起诉”填{count}件，本年和上年却都没有行政复议，请核实；复议在更早年度的请说明。"),
                format!("{count} suits after review, and no review this year or last"),
            ));
        }
    }
    Ok(findings)
}
