//! Negative numbers in cells that allow none.

use super::builders::ValueWording;
use super::{Check, Rule, queries};
use crate::corpus::Corpus;
use crate::error::Result;
use crate::finding::{Code, Finding, Severity};
use crate::form::Indicator;
use crate::submission::Figure;

pub(super) const RULE: Rule = Rule {
    code: Code::new("V04"),
    name: "negative",
    title: "负数",
    severity: Severity::MustFix,
    page: include_str!("v04_negative.md"),
    check: Check::Corpus(check),
};

const WORDING: ValueWording = ValueWording {
    held: "填了负数",
    wanted: "此处不能是负数",
    english: "negative",
    english_plural: "negative numbers",
};

fn check(corpus: &Corpus) -> Result<Vec<Finding>> {
    let is_wrong = |item: &Indicator, figure: Figure<'_>| figure.value.is_some_and(|value| item.is_negative(value));
    Ok(queries::cells_by_table(corpus, is_wrong).map(|cells| WORDING.finding(&RULE, corpus, &cells)).collect())
}
