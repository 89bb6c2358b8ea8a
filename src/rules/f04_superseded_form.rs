//! A report on another form than the one in force for its year.

use super::{Check, Rule, told};
use crate::corpus::Corpus;
use crate::error::Result;
use crate::finding::{Code, Finding, Severity};
use crate::form::Form;

pub(super) const RULE: Rule = Rule {
    code: Code::new("F04"),
    name: "superseded-form",
    title: "用了旧版表格",
    severity: Severity::MustFix,
    page: include_str!("f04_superseded_form.md"),
    check: Check::Corpus(check),
};

fn check(corpus: &Corpus) -> Result<Vec<Finding>> {
    let wanted = corpus.form();
    let on_other = told::counted(corpus).filter(|(_, _, form)| form.id != wanted.id);
    let finding = |(entry, _, form): (usize, _, &Form)| {
        RULE.on_entry(corpus, entry).saying(
            format!(
                "{}年度应使用{}的表格，报来的是{}的表格，请换用新表重新填报。",
                corpus.year, wanted.basis, form.basis
            ),
            format!("form {} was used; reports for {} use form {}", form.id, corpus.year, wanted.id),
        )
    };
    Ok(on_other.map(finding).collect())
}
