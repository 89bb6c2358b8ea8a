//! A table that is there and holds nothing.

use super::{Check, Rule, told};
use crate::corpus::Corpus;
use crate::error::Result;
use crate::finding::{Code, Finding, Severity};

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
    for (entry, report, form) in told::with_oddities(corpus) {
        for (at, table) in form.tables.iter().enumerate().filter(|(at, _)| told::is_empty_table(report, form, *at)) {
            let first: Vec<usize> =
                form.of_table(at).filter(|position| report.figures.at(*position).spot().is_some()).take(1).collect();
            let mut finding = RULE.on_figures(corpus, entry, &first);
            finding.indicator.clone_from(&table.id);
            finding.title.clone_from(&table.name);
            finding.given = String::new();
            findings.push(finding.saying(
                format!("{}（{}）一个数字也没有，请填好后重新报送；确实没有的填0。", table.name, table.title),
                format!("table {} holds no figure at all", table.id),
            ));
        }
    }
    Ok(findings)
}
