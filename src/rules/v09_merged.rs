//! Merged cells that cover several figures of the form; none of the figures is given the value.

use std::collections::BTreeMap;

use super::{Check, Rule, queries, wording};
use crate::corpus::Corpus;
use crate::error::Result;
use crate::finding::{Code, Finding, Severity};
use crate::form::Doubt;
use crate::place::Spot;

pub(super) const RULE: Rule = Rule {
    code: Code::new("V09"),
    name: "merged",
    title: "一个合并格占了几格",
    severity: Severity::MustExplain,
    page: include_str!("v09_merged.md"),
    check: Check::Corpus(check),
};

fn check(corpus: &Corpus) -> Result<Vec<Finding>> {
    let mut findings = Vec::new();
    for (entry, report, form) in queries::with_irregularities(corpus) {
        let mut by_cell: BTreeMap<(&str, Option<Spot>), Vec<usize>> = BTreeMap::new();
        for (position, figure) in queries::not_whole(report).filter(|(_, figure)| figure.doubt == Some(Doubt::Merged)) {
            by_cell.entry((figure.sheet().unwrap_or_default(), figure.spot())).or_default().push(position);
        }
        for ((_, spot), positions) in by_cell {
            let (raw, count) = (report.figures.at(positions[0]).raw(), positions.len());
            let raw = raw.trim();
            let mut finding = RULE.on_figures(corpus, entry, &positions);
            raw.clone_into(&mut finding.observed);
            let spot = spot.filter(|spot| matches!(spot, Spot::Sheet { .. }));
            let (cell, raw) = (spot.map(|spot| spot.to_string()).unwrap_or_default(), wording::middle_left_out(raw));
            let item = &form.indicators[positions[0]];
            let (title, english) = (&item.brief, &item.english);
            let place = if cell.is_empty() { String::new() } else { format!("{cell}的") };
            findings.push(finding.saying(
                format!("{place}合并单元格“{raw}”占了{count}格（从{title}起），无法确定属于哪一格，未采用；请拆开后分别填写。"),
                format!("{english} and on: the merged value “{raw}” covers {count} figures; it is not used"),
            ));
        }
    }
    Ok(findings)
}
