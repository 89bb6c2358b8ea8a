//! Amounts of money without a printed or written unit; they are not added.

use super::queries::{self, TableCells};
use super::{Check, Rule, wording};
use crate::amount::State;
use crate::corpus::Corpus;
use crate::error::Result;
use crate::finding::{Code, Finding, Severity};
use crate::form::Form;

pub(super) const RULE: Rule = Rule {
    code: Code::new("V12"),
    name: "money-unit-unknown",
    title: "金额单位不明",
    severity: Severity::MustExplain,
    page: include_str!("v12_money_unit_unknown.md"),
    check: Check::Corpus(check),
};

fn check(corpus: &Corpus) -> Result<Vec<Finding>> {
    let finding = |cells: TableCells<'_>| {
        let mut finding = RULE.on_same_habit(corpus, cells.entry, &cells.positions);
        if !cells.positions.iter().any(|position| is_printed(cells.form, *position)) {
            finding.severity = Severity::Note;
        }
        let (title, id) = (&cells.first().brief, &cells.first().english);
        let given = wording::examples(cells.report, &cells.positions);
        finding.saying(
            format!("{title}填的是{given}，表中和格内均未注明单位，无法确定是元还是万元，未计入合计；请注明单位。"),
            format!("{id}: “{given}” is neither marked as yuan nor as ten thousand yuan; it is not added"),
        )
    };
    let cells = queries::cells_by_table(corpus, |_, figure| figure.state == State::Number && !figure.addable);
    Ok(cells.map(finding).collect())
}

/// Returns whether the official form prints the unit of an amount, so that a report without one has lost it.
fn is_printed(form: &Form, position: usize) -> bool {
    let item = &form.indicators[position];
    let column = &form.tables[item.table].blocks[item.block].columns[item.column];
    item.unit.is_some_and(|unit| column.label.contains(unit.word()))
}
