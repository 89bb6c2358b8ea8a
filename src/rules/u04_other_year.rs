//! Reports of another year than the run's.

use rust_decimal::Decimal;

use super::{Check, Rule, queries};
use crate::corpus::{Corpus, Standing};
use crate::error::Result;
use crate::finding::{Code, Finding, Severity};

pub(super) const RULE: Rule = Rule {
    code: Code::new("U04"),
    name: "other-year",
    title: "报送的是其他年度",
    severity: Severity::MustFix,
    page: include_str!("u04_other_year.md"),
    check: Check::Corpus(check),
};

fn check(corpus: &Corpus) -> Result<Vec<Finding>> {
    let finding = |at: usize| {
        let year = corpus.entries[at].submission.year.map(|year| year.to_string()).unwrap_or_default();
        let mut finding = RULE.on_entry(corpus, at);
        finding.observed.clone_from(&year);
        finding.expected = corpus.year.known().map(Decimal::from);
        finding.saying(
            format!("报送的是{year}年度的报告，本次汇总{}年度，未计入；请报送{}年度的报告。", corpus.year, corpus.year),
            format!("a report for {year} where {} is asked for; it is not added up", corpus.year),
        )
    };
    Ok(queries::in_standing(corpus, |standing| standing == Standing::OtherYear).into_iter().map(finding).collect())
}
