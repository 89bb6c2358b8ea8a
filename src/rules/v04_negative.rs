//! A negative number where none can be.

use super::queries::{self, TableCells};
use super::{Check, Rule};
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

fn check(corpus: &Corpus) -> Result<Vec<Finding>> {
    let finding = |cells: TableCells<'_>| {
        let finding = RULE.on_same_habit(corpus, cells.entry, &cells.positions);
        let given = cells.examples();
        if cells.positions.len() == 1 {
            let (title, id) = (&cells.first().brief, &cells.first().english);
            return finding.saying(
                format!("{title}填的是{given}，此处不能是负数，请核对。"),
                format!("{id}: “{given}” is negative"),
            );
        }
        let (name, listed, count) = (cells.name(), cells.listed(), cells.positions.len());
        let (table, english) = (cells.english_name(), cells.listed_in_english());
        finding.saying(
            format!("{name}有{count}处填了负数（如{given}；{listed}），此处不能是负数，请核对。"),
            format!("{table}: {count} negative numbers (“{given}”: {english})"),
        )
    };
    let is_wrong = |item: &Indicator, figure: Figure<'_>| figure.value.is_some_and(|value| item.is_negative(value));
    Ok(queries::cells_by_table(corpus, is_wrong).map(finding).collect())
}
