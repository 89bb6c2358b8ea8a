//! Tables without any value.

use super::{Check, Rule, queries};
use crate::corpus::Corpus;
use crate::error::Result;
use crate::finding::{Code, Finding, Severity};
use crate::form::Table;

pub(super) const RULE: Rule = Rule {
    code: Code::new("F06"),
    name: "table-empty",
    title: "整张表没有填",
    severity: Severity::MustFix,
    page: include_str!("f06_table_empty.md"),
    check: Check::Corpus(check),
};

fn check(corpus: &Corpus) -> Result<Vec<Finding>> {
    let mut findings = Vec::new();
    for (entry, report, form) in queries::with_irregularities(corpus) {
        let is_divided = !queries::divided_pages(corpus, entry).is_empty();
        let is_read = |table: &usize| !(is_divided && queries::lacks_figures(report, form, *table));
        let is_empty = |table: &usize| queries::is_empty_table(report, form, *table) && is_read(table);
        let empty: Vec<usize> = (0..form.tables.len()).filter(is_empty).collect();
        if empty.is_empty() {
            continue;
        }
        let has_place = |position: &usize| report.figures.at(*position).spot().is_some();
        let first: Vec<usize> = empty.iter().filter_map(|table| form.of_table(*table).find(has_place)).collect();
        let mut finding = RULE.on_figures(corpus, entry, &first);
        let joined = |text: &dyn Fn(&Table) -> String, between: &str| {
            empty.iter().map(|table| text(&form.tables[*table])).collect::<Vec<_>>().join(between)
        };
        finding.tables.clone_from(&empty);
        finding.title = joined(&|table| table.name.clone(), "、");
        finding.observed = String::new();
        let (named, ids) = (joined(&|table| table.name.clone(), "、"), joined(&Table::english_name, ", "));
        let each = if empty.len() > 1 { "都" } else { "" };
        findings.push(finding.saying(
            format!("{named}{each}未填写任何数字，请填好后重新报送；确实没有的填0。"),
            format!("no figure at all in {ids}"),
        ));
    }
    Ok(findings)
}
