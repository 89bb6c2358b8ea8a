//! One merged value over several cells of the form; none of them has a number then.

use std::collections::BTreeMap;

use super::{Rule, told};
use crate::corpus::Corpus;
use crate::error::Result;
use crate::finding::{Code, Finding, Severity};
use crate::place::Spot;

pub(super) const RULE: Rule = Rule {
    code: Code::new("V09"),
    name: "merged",
    title: "一个合并格占了几格",
    severity: Severity::MustExplain,
    page: include_str!("v09_merged.md"),
    check,
};

fn check(corpus: &Corpus) -> Result<Vec<Finding>> {
    let mut findings = Vec::new();
    for (entry, report, _) in told::counted(corpus) {
        let mut by_origin: BTreeMap<(String, Option<Spot>), Vec<usize>> = BTreeMap::new();
        for (position, figure) in report.figures.iter().enumerate().filter(|(_, figure)| figure.merged) {
            let sheet = figure.place.as_ref().map_or_else(String::new, |place| place.sheet.to_string());
            by_origin.entry((sheet, figure.place.as_ref().map(|place| place.spot))).or_default().push(position);
        }
        for positions in by_origin.into_values() {
            let (raw, count) = (report.figures[positions[0]].raw.trim(), positions.len());
            let mut finding = RULE.on_figures(corpus, entry, &positions);
            raw.clone_into(&mut finding.given);
            let (cell, title) = (finding.cell.clone(), finding.title.clone());
            findings.push(finding.saying(
                format!("{cell}的合并单元格“{raw}”占了{count}个数字的位置（从{title}起），分不清是哪一格，没有采用；请拆开后分别填写。"),
                format!("{cell}: the merged value “{raw}” covers {count} figures; it is not used"),
            ));
        }
    }
    Ok(findings)
}
