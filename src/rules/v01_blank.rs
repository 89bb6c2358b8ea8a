//! Blank cells, one finding for each table; a blank is never counted as 0.

use rust_decimal::Decimal;

use super::queries::{self, TableCells};
use super::{Check, Rule, equations, wording};
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
    let finding = |cells: TableCells<'_>| {
        let answer = |position: &usize| Some((*position, *answers.get(&(cells.entry, *position))?));
        let known: Vec<(usize, Decimal)> = cells.positions.iter().filter_map(answer).collect();
        let (zh, en) = wording::hint(cells.report, cells.form, &known);
        let (name, listed, count) = (cells.name(), cells.listed(), cells.positions.len());
        let mut finding = RULE.on_figures(corpus, cells.entry, &cells.positions);
        if let ([(_, only)], 1) = (known.as_slice(), count) {
            finding.expected = Some(only.normalize());
        }
        let (english_name, english) = (cells.english_name(), cells.listed_in_english());
        finding.saying(
            format!("{name}有{count}处空白（{listed}），未按0计；没有数据请填0。{zh}"),
            format!("{english_name}: {count} blank cells ({english}); they are not taken as 0.{en}"),
        )
    };
    let blank = queries::cells_by_table(corpus, |_, figure| figure.state == State::Blank);
    let blank = blank.filter(|cells| !queries::is_empty_table(cells.report, cells.form, cells.table));
    Ok(blank.map(finding).collect())
}
