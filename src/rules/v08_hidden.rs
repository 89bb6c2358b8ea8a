//! Figures in hidden rows, columns or sheets, one finding for each sheet; they are used.

use std::collections::BTreeMap;

use super::{Check, Rule, queries, wording};
use crate::corpus::Corpus;
use crate::error::Result;
use crate::finding::{Code, Finding, Severity};

pub(super) const RULE: Rule = Rule {
    code: Code::new("V08"),
    name: "hidden",
    title: "隐藏的行、列或工作表里有数字",
    severity: Severity::Note,
    page: include_str!("v08_hidden.md"),
    check: Check::Corpus(check),
};

fn check(corpus: &Corpus) -> Result<Vec<Finding>> {
    let mut findings = Vec::new();
    for (entry, report, form) in queries::with_irregularities(corpus) {
        let mut by_sheet: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (position, figure) in
            report.figures.iter().enumerate().filter(|(_, figure)| figure.hidden && figure.value.is_some())
        {
            let sheet = figure.sheet().unwrap_or_default();
            by_sheet.entry(sheet).or_default().push(position);
        }
        for (sheet, positions) in by_sheet {
            let (cells, count, first) =
                (wording::cells(report, form, &positions), positions.len(), &form.indicators[positions[0]].english);
            let english = wording::english_cells(report, form, &positions);
            let sheet = wording::middle_left_out(sheet);
            findings.push(RULE.on_figures(corpus, entry, &positions).saying(
                format!("工作表“{sheet}”隐藏的行或列里有{count}个数字（{cells}），已照常采用；请核实是否误留。"),
                format!(
                    "{count} figures from {first} on are in hidden rows, columns or sheets ({english}); they are used"
                ),
            ));
        }
    }
    Ok(findings)
}
