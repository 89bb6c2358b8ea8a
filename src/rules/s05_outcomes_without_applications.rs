//! Outcomes in a column without applications received or carried in, unless S01 or S02 reports it already.

use std::collections::BTreeSet;

use rust_decimal::Decimal;

use super::equations::Broken;
use super::{Check, Rule, queries, s02_outcomes_do_not_add_up, wording};
use crate::corpus::Corpus;
use crate::error::Result;
use crate::finding::{Code, Finding, Severity};
use crate::form::Form;

pub(super) const RULE: Rule = Rule {
    code: Code::new("S05"),
    name: "outcomes-without-applications",
    title: "没有申请却有办理结果",
    severity: Severity::MustFix,
    page: include_str!("s05_outcomes_without_applications.md"),
    check: Check::Broken(check),
};

const INFLOW: [&str; 2] = ["received", "carried_in"];

fn check(corpus: &Corpus, broken: &[Broken]) -> Result<Vec<Finding>> {
    let mut said = BTreeSet::new();
    for broken in broken {
        if let Some((_, form)) = corpus.report(broken.entry) {
            said.insert((broken.entry, form.equations[broken.equation].right[0]));
        }
    }
    let mut findings = Vec::new();
    let columns: Vec<Vec<OutcomeColumn<'_>>> = corpus.forms.all.iter().map(columns).collect();
    for (entry, report, form) in queries::counted(corpus) {
        for OutcomeColumn { total, outcomes, inflow } in &columns[report.form] {
            let (total, value) = (*total, |position: &usize| report.figures.at(*position).value);
            let none_came = inflow.iter().all(|position| value(position).is_some_and(|value| value.is_zero()));
            if !none_came || said.contains(&(entry, total)) {
                continue;
            }
            let is_some = |position: &usize| value(position).is_some_and(|value| value > Decimal::ZERO);
            let outcomes: Vec<usize> = outcomes.iter().copied().filter(is_some).collect();
            if !outcomes.is_empty() {
                let item = &form.indicators[total];
                let column = &form.tables[item.table].blocks[item.block].columns[item.column];
                let (cells, name) = (wording::cells(report, form, &outcomes), &form.tables[item.table].name);
                findings.push(RULE.on_figures(corpus, entry, &outcomes).saying(
                    format!("{name}“{}”列没有新收和结转的申请，却填有办理结果（{cells}），请核对。", column.label),
                    format!(
                        "{}, column “{}”: outcomes ({}) without any application",
                        form.tables[item.table].english_name(),
                        column.label,
                        wording::english_cells(report, form, &outcomes)
                    ),
                ));
            }
        }
    }
    Ok(findings)
}

/// A column of table 3: the total of concluded applications, the outcomes in it, and the applications received and
/// carried in.
struct OutcomeColumn<'a> {
    total: usize,
    outcomes: &'a [usize],
    inflow: Vec<usize>,
}

/// Returns the columns of a form. The outcomes of each are the terms of the sum that S02 checks.
fn columns(form: &Form) -> Vec<OutcomeColumn<'_>> {
    let sums = form.equations.iter().filter(|equation| equation.rule == s02_outcomes_do_not_add_up::RULE.code.text());
    let column = |total: usize, outcomes| OutcomeColumn { total, outcomes, inflow: inflow(form, total) };
    sums.map(|equation| column(equation.right[0], equation.left.as_slice())).collect()
}

/// Returns the positions of applications received and carried in, in the column of a total.
fn inflow(form: &Form, total: usize) -> Vec<usize> {
    let item = &form.indicators[total];
    let (table, block) = (&form.tables[item.table], &form.tables[item.table].blocks[item.block]);
    INFLOW
        .iter()
        .filter_map(|row| form.position(&format!("{}.{row}.{}", table.id, block.columns[item.column].id)))
        .collect()
}
