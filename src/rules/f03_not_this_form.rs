//! Files that were read and contain no table of an official form.

use super::{Check, Rule, queries};
use crate::corpus::{Corpus, Disposition};
use crate::error::Result;
use crate::finding::{Code, Finding, Severity};
use crate::submission::Content;

pub(super) const RULE: Rule = Rule {
    code: Code::new("F03"),
    name: "not-this-form",
    title: "没有年度报告的表",
    severity: Severity::MustFix,
    page: include_str!("f03_not_this_form.md"),
    check: Check::Corpus(check),
};

fn check(corpus: &Corpus) -> Result<Vec<Finding>> {
    let is_unreadable = |disposition| disposition == Disposition::Unreadable;
    let other = |at: &usize| matches!(corpus.entries[*at].submission.content, Content::NoForm);
    let finding = |at: usize| {
        RULE.on_entry(corpus, at).saying(
            "文件里没有找到政府信息公开工作年度报告的表格，请核对是否发错文件。",
            "no table of the annual report form is in this file; perhaps the wrong file was sent",
        )
    };
    Ok(queries::with_disposition(corpus, is_unreadable).into_iter().filter(other).map(finding).collect())
}
