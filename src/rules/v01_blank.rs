//! Blank cells, one finding for each table; a blank is never taken as 0.

use rust_decimal::Decimal;

use super::{Check, Rule, equations, told};
use crate::amount::State;
use crate::corpus::Corpus;
use crate::error::Result;
use crate::finding::{Code, Finding, Severity};

pub(super) const RULE: Rule = Rule {
    code: Code::new("V01"),
    name: "blank",
    title: "有空白",
    severity: Severity::MustExplain,
    page: include_str!("v01_blank.md"),
    check: Check::Corpus(check),
};

fn check(corpus: &Corpus) -> Result<Vec<Finding>> {
    let answers = equations::only_blanks(corpus);
    let mut findings = Vec::new();
    for (entry, report, form) in told::with_oddities(corpus) {
        for (table, positions) in told::by_table(report, form, |_, figure| figure.state == State::Blank) {
            if told::is_empty_table(report, form, table) {
                continue;
            }
            let answer = |position: &usize| Some((*position, *answers.get(&(entry, *position))?));
            let known: Vec<(usize, Decimal)> = positions.iter().filter_map(answer).collect();
            let (zh, en) = told::hint(report, form, &known);
            let (name, cells, count) =
                (&form.tables[table].name, told::cells(report, form, &positions), positions.len());
            let mut finding = RULE.on_figures(corpus, entry, &positions);
            if let ([(_, only)], 1) = (known.as_slice(), count) {
                finding.expected = Some(only.normalize());
            }
            findings.push(finding.saying(
                format!("{name}有{count}处空白（{cells}），未按0计；没有数据请填0。{zh}"),
                format!(
                    "{}: {count} blank cells ({}); they are not taken as 0.{en}",
                    form.tables[table].english_name(),
                    told::english_cells(report, form, &positions)
                ),
            ));
        }
    }
    Ok(findings)
}
