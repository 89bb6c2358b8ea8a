//! Fractions in counts.

use super::builders::ValueWording;
use super::{Check, Rule, queries};
use crate::corpus::Corpus;
use crate::error::Result;
use crate::finding::{Code, Finding, Severity};
use crate::form::Indicator;
use crate::submission::Figure;

pub(super) const RULE: Rule = Rule {
    code: Code::new("V05"),
    name: "fraction",
    title: "件数不是整数",
    severity: Severity::MustFix,
    page: include_str!("v05_fraction.md"),
    check: Check::Corpus(check),
};

const WORDING: ValueWording = ValueWording {
    held: "件数填了小数",
    wanted: "件数应为整数",
    english: "not a whole number",
    english_plural: "fractions in counts",
};

fn check(corpus: &Corpus) -> Result<Vec<Finding>> {
    let is_wrong = |item: &Indicator, figure: Figure<'_>| figure.value.is_some_and(|value| item.is_fraction(value));
    Ok(queries::cells_by_table(corpus, is_wrong).map(|cells| WORDING.finding(&RULE, corpus, &cells)).collect())
}
