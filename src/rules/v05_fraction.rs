//! A fraction in a count.

use super::{Check, Rule, told};
use crate::corpus::Corpus;
use crate::error::Result;
use crate::finding::{Code, Finding, Severity};
use crate::submission::Figure;

pub(super) const RULE: Rule = Rule {
    code: Code::new("V05"),
    name: "fraction",
    title: "件数不是整数",
    severity: Severity::MustFix,
    page: include_str!("v05_fraction.md"),
    check: Check::Corpus(check),
};

fn check(corpus: &Corpus) -> Result<Vec<Finding>> {
    let mut findings = Vec::new();
    for (entry, report, form) in told::with_oddities(corpus) {
        let is_wrong = |position: usize, figure: Figure<'_>| {
            figure.value.is_some_and(|value| form.indicators[position].is_fraction(value))
        };
        for (table, positions) in told::by_table(report, form, is_wrong) {
            let finding = RULE.on_same_habit(corpus, entry, &positions);
            let first = &form.indicators[positions[0]];
            let (title, id, given) = (&first.brief, &first.english, told::examples(report, &positions));
            let given = told::middle_left_out(&given);
            findings.push(match positions.len() {
                1 => finding.saying(
                    format!("{title}填的是{given}，件数应为整数，请核对。"),
                    format!("{id}: “{given}” is not a whole number"),
                ),
                count => {
                    let (name, cells) = (&form.tables[table].name, told::cells(report, form, &positions));
                    let (table, english) =
                        (form.tables[table].english_name(), told::english_cells(report, form, &positions));
                    finding.saying(
                        format!("{name}有{count}处件数填了小数（如{given}；{cells}），件数应为整数，请核对。"),
                        format!("{table}: {count} fractions in counts (“{given}”: {english})"),
                    )
                }
            });
        }
    }
    Ok(findings)
}
