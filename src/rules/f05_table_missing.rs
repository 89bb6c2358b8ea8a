//! Tables of the form that a report lacks.

use super::{Check, Rule, queries};
use crate::corpus::Corpus;
use crate::error::Result;
use crate::finding::{Code, Finding, Severity};

pub(super) const RULE: Rule = Rule {
    code: Code::new("F05"),
    name: "table-missing",
    title: "缺少一张表",
    severity: Severity::MustFix,
    page: include_str!("f05_table_missing.md"),
    check: Check::Corpus(check),
};

fn check(corpus: &Corpus) -> Result<Vec<Finding>> {
    let mut findings = Vec::new();
    let reports = queries::counted(corpus);
    for (entry, report, form) in reports.filter(|(entry, ..)| queries::divided_pages(corpus, *entry).is_empty()) {
        let is_missing = |at: &usize| !report.tables[*at] && !report.unread.contains(at);
        for (at, table) in form.tables.iter().enumerate().filter(|(at, _)| is_missing(at)) {
            findings.push(RULE.on_entry(corpus, entry).at_table(form, at).saying(
                format!("没有找到{}（{}），请补上后重新报送。", table.name, table.title),
                format!("{} was not found", table.english_name()),
            ));
        }
    }
    Ok(findings)
}
