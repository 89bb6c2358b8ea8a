//! Cells that say they do not apply, one finding for each table.

use super::{Check, Rule, told};
use crate::amount::State;
use crate::corpus::Corpus;
use crate::error::Result;
use crate::finding::{Code, Finding, Severity};

pub(super) const RULE: Rule = Rule {
    code: Code::new("V02"),
    name: "not-applicable",
    title: "用“/”等代替数字",
    severity: Severity::MustExplain,
    page: include_str!("v02_not_applicable.md"),
    check: Check::Corpus(check),
};

fn check(corpus: &Corpus) -> Result<Vec<Finding>> {
    let mut findings = Vec::new();
    for (entry, report, form) in told::with_oddities(corpus) {
        for (table, positions) in told::by_table(report, form, |_, figure| figure.state == State::NotApplicable) {
            if told::is_empty_table(report, form, table) {
                continue;
            }
            let (name, cells, count) =
                (&form.tables[table].name, told::cells(report, form, &positions), positions.len());
            findings.push(RULE.on_figures(corpus, entry, &positions).saying(
                format!("{name}有{count}处填“/”“-”“无”一类的字样（{cells}），未按0计；没有数据请填0。"),
                format!(
                    "{}: {count} cells say that they do not apply ({}); they are not taken as 0",
                    form.tables[table].english_name(),
                    told::english_cells(report, form, &positions)
                ),
            ));
        }
    }
    Ok(findings)
}
