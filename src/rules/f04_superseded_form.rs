//! Reports on another form than the one in force for their year.

use super::{Check, Rule, queries};
use crate::corpus::Corpus;
use crate::error::Result;
use crate::finding::{Code, Finding, Severity};
use crate::form::Form;
use crate::submission::Report;

pub(super) const RULE: Rule = Rule {
    code: Code::new("F04"),
    name: "superseded-form",
    title: "用了旧版表格",
    severity: Severity::MustFix,
    page: include_str!("f04_superseded_form.md"),
    check: Check::Corpus(check),
};

fn check(corpus: &Corpus) -> Result<Vec<Finding>> {
    // A form is superseded only relative to a year. Without one, no report uses the wrong form.
    if corpus.year.known().is_none() {
        return Ok(Vec::new());
    }
    let wanted = corpus.form();
    // Of a report that states no year (U07) it is uncertain which form it needs.
    let states_year = |entry: usize| corpus.entries[entry].submission.year.is_some();
    let on_other = queries::counted(corpus).filter(|(entry, _, form)| form.id != wanted.id && states_year(*entry));
    let finding = |(entry, _, form): (usize, _, &Form)| {
        RULE.on_entry(corpus, entry).saying(
            format!(
                "{}年度应使用{}的表格，报送的是{}的表格，请换用新表重新填报。",
                corpus.year, wanted.basis, form.basis
            ),
            format!("form {} was used; reports for {} use form {}", form.id, corpus.year, wanted.id),
        )
    };
    let mut findings: Vec<Finding> = on_other.map(finding).collect();
    for (entry, report, form) in queries::counted(corpus).filter(|(_, _, form)| form.id == wanted.id) {
        if queries::divided_pages(corpus, entry).is_empty() {
            findings.extend(in_part(corpus, (entry, report, form)));
        }
    }
    Ok(findings)
}

/// Returns the finding on a report that uses the right form but has tables, or blocks of them, laid out as on another
/// one.
fn in_part(corpus: &Corpus, (entry, report, form): (usize, &Report, &Form)) -> Option<Finding> {
    let (first, other) = *report.other_form.first()?;
    let other = corpus.forms.all.get(other)?;
    let mut tables: Vec<usize> = report.other_form.iter().map(|(table, _)| *table).collect();
    tables.dedup();
    let names: Vec<&str> = tables.iter().map(|table| form.tables[*table].name.as_str()).collect();
    let ids: Vec<String> = tables.iter().map(|table| form.tables[*table].english_name()).collect();
    Some(RULE.on_entry(corpus, entry).at_table(form, first).saying(
        format!(
            "{}年度应使用{}的表格，{}（或其中一部分）用的是{}的表格，这一部分未采用，请换用新表重新填报。",
            corpus.year,
            form.basis,
            names.join("、"),
            other.basis
        ),
        format!("form {} was used in {}; reports for {} use form {}", other.id, ids.join(", "), corpus.year, form.id),
    ))
}
