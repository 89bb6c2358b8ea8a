//! One merged value over several cells of the form; none of them has a number then.

use std::collections::BTreeMap;

use super::{Check, Rule, told};
use crate::corpus::Corpus;
use crate::error::Result;
use crate::finding::{Code, Finding, Severity};
use crate::form::Layout;
use crate::place::Spot;

pub(super) const RULE: Rule = Rule {
    code: Code::new("V09"),
    name: "merged",
    title: "一个合并格占了几格",
    severity: Severity::MustExplain,
    page: include_str!("v09_merged.md"),
    check: Check::Corpus(check),
};

/// What one merged value is known by: its sheet and address, and in running text, which has none, its row of the form.
type Origin = (String, Option<Spot>, Option<[usize; 3]>);

fn check(corpus: &Corpus) -> Result<Vec<Finding>> {
    let mut findings = Vec::new();
    for (entry, report, form) in told::with_oddities(corpus) {
        let mut by_origin: BTreeMap<Origin, Vec<usize>> = BTreeMap::new();
        for (position, figure) in told::not_whole(report).filter(|(_, figure)| figure.merged) {
            let sheet = figure.sheet().unwrap_or_default().to_owned();
            let (spot, item) = (figure.spot(), &form.indicators[position]);
            let side_by_side = form.tables[item.table].blocks[item.block].layout == Layout::Across;
            let row = if side_by_side { 0 } else { item.row };
            let row = (spot == Some(Spot::Text)).then_some([item.table, item.block, row]);
            by_origin.entry((sheet, spot, row)).or_default().push(position);
        }
        for ((_, spot, row), positions) in by_origin {
            let (raw, count) = (report.figures.at(positions[0]).raw(), positions.len());
            let raw = raw.trim();
            let mut finding = RULE.on_figures(corpus, entry, &positions);
            raw.clone_into(&mut finding.given);
            let (cell, title) = (spot.map(Spot::in_words).unwrap_or_default(), finding.title.clone());
            findings.push(match row {
                Some(_) => finding.saying(
                    format!("从{title}起应有{count}个数字，文中是“{raw}”，分不清是哪一格的，没有采用；请改报表格，或逐格分开填写。"),
                    format!("{count} figures belong from {title} on; the text has “{raw}”, which is not used"),
                ),
                None => finding.saying(
                    format!("{cell}的合并单元格“{raw}”占了{count}个数字的位置（从{title}起），分不清是哪一格，没有采用；请拆开后分别填写。"),
                    format!("{cell}: the merged value “{raw}” covers {count} figures; it is not used"),
                ),
            });
        }
    }
    Ok(findings)
}
