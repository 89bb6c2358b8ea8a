//! Outcomes where nothing was received or carried in, as far as S01 and S02 do not say it already.

use std::collections::BTreeSet;

use rust_decimal::Decimal;

use super::{Check, Rule, equations, s02_outcomes_do_not_add_up, told};
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
    check: Check::Corpus(check),
};

const INFLOW: [&str; 2] = ["received", "carried_in"];

fn check(corpus: &Corpus) -> Result<Vec<Finding>> {
    let mut said = BTreeSet::new();
    for broken in equations::broken(corpus)? {
        if let Some((_, form)) = corpus.report(broken.entry) {
            said.insert((broken.entry, form.equations[broken.equation].right[0]));
        }
    }
    let mut findings = Vec::new();
    for (entry, report, form) in told::counted(corpus) {
        // The outcomes are the terms of the sums that S02 checks.
        for equation in
            form.equations.iter().filter(|equation| equation.rule == s02_outcomes_do_not_add_up::RULE.code.text())
        {
            let total = equation.right[0];
            let value = |position: usize| report.figures[position].value;
            let none_came =
                inflow(form, total).iter().all(|position| value(*position).is_some_and(|value| value.is_zero()));
            let outcomes: Vec<usize> = equation
                .left
                .iter()
                .copied()
                .filter(|position| value(*position).is_some_and(|value| value > Decimal::ZERO))
                .collect();
            if none_came && !outcomes.is_empty() && !said.contains(&(entry, total)) {
                let item = &form.indicators[total];
                let column = &form.tables[item.table].blocks[item.block].columns[item.column];
                let (cells, name) = (told::cells(report, form, &outcomes), &form.tables[item.table].name);
                findings.push(RULE.on_figures(corpus, entry, &outcomes).saying(
                    format!("{name}“{}”列没有新收和结转的申请，却填有办理结果（{cells}），请核对。", column.label),
                    format!("{}: outcomes ({cells}) without any application", column.id),
                ));
            }
        }
    }
    Ok(findings)
}

/// Applications received and carried in, in the column of a total.
fn inflow(form: &Form, total: usize) -> Vec<usize> {
    let item = &form.indicators[total];
    let (table, block) = (&form.tables[item.table], &form.tables[item.table].blocks[item.block]);
    INFLOW
        .iter()
        .filter_map(|row| form.position(&format!("{}.{row}.{}", table.id, block.columns[item.column].id)))
        .collect()
}
