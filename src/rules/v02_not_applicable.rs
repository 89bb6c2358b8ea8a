//! Cells marked as not applicable, one finding for each table.

use std::collections::BTreeSet;

use super::queries::{self, TableCells};
use super::{Check, Rule};
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

/// Maximum number of different texts that are quoted.
const NAMED: usize = 3;

fn check(corpus: &Corpus) -> Result<Vec<Finding>> {
    let finding = |cells: TableCells<'_>| {
        let (name, listed, count) = (cells.name(), cells.listed(), cells.positions.len());
        let (english_name, english) = (cells.english_name(), cells.listed_in_english());
        let written: BTreeSet<String> =
            cells.positions.iter().map(|at| format!("“{}”", cells.report.figures.at(*at).raw().trim())).collect();
        let more = if written.len() > NAMED { "等" } else { "" };
        let written: String = written.into_iter().take(NAMED).collect();
        RULE.on_figures(corpus, cells.entry, &cells.positions).saying(
            format!("{name}有{count}处填{written}{more}（{listed}），未按0计；没有数据请填0。"),
            format!("{english_name}: {count} cells say that they do not apply ({english}); they are not taken as 0"),
        )
    };
    let cells = queries::cells_by_table(corpus, |_, figure| figure.state == State::NotApplicable);
    let cells = cells.filter(|cells| !queries::is_empty_table(cells.report, cells.form, cells.table));
    Ok(cells.map(finding).collect())
}
