//! Returned entry workbooks that were damaged by pasting, or made for another unit, year or form.

use super::{Check, Rule, queries};
use crate::corpus::Corpus;
use crate::error::Result;
use crate::finding::{Code, Finding, Severity};
use crate::form::Form;
use crate::message::Message;
use crate::spelling::key;
use crate::submission::ReturnedForm;

pub(super) const RULE: Rule = Rule {
    code: Code::new("F11"),
    name: "form-damaged",
    title: "填报表被改动或用错",
    severity: Severity::MustExplain,
    page: include_str!("f11_form_damaged.md"),
    check: Check::Corpus(check),
};

fn check(corpus: &Corpus) -> Result<Vec<Finding>> {
    let mut findings = Vec::new();
    for (entry, _, form) in queries::counted(corpus) {
        let Some(returned) = &corpus.entries[entry].submission.returned else { continue };
        let parts = [misused(corpus, entry, returned), damaged(returned, form)].concat();
        if parts.is_empty() {
            continue;
        }
        let positions: Vec<usize> = [returned.moved.as_slice(), &returned.formulas].concat();
        let mut finding = RULE.on_figures(corpus, entry, &positions);
        finding.title = String::new();
        let (zh, en): (Vec<String>, Vec<String>) = parts.into_iter().map(|part| (part.zh, part.en)).unzip();
        finding.values.extend(en.iter().cloned());
        findings.push(finding.saying(
            format!("{}；数字已按表上的文字读取，请核对，或在原填报表上重新填写。", zh.join("；")),
            format!("{}; the figures were read by the labels, please check them", en.join("; ")),
        ));
    }
    Ok(findings)
}

/// Returns messages for a workbook that was made for another unit, year or form.
fn misused(corpus: &Corpus, entry: usize, returned: &ReturnedForm) -> Vec<Message> {
    let mut parts = Vec::new();
    let own = corpus.unit_of(&corpus.entries[entry]);
    let is_other = own.is_some_and(|unit| unit.id != returned.unit_id && key(&unit.name) != key(&returned.unit));
    if let Some(unit) = own.filter(|_| is_other && !returned.unit.is_empty()) {
        parts.push(Message::new(
            format!("这是发给{}的填报表，填的是{}", returned.unit, unit.name),
            format!("the workbook was made for “{}” and filled in for “{}”", returned.unit, unit.name),
        ));
    }
    let stated = corpus.entries[entry].submission.year;
    if let (Some(made), Some(stated)) = (returned.year, stated)
        && made != stated
    {
        parts.push(Message::new(
            format!("这是{made}年度的填报表，填的是{stated}年度"),
            format!("the workbook was made for {made} and filled in for {stated}"),
        ));
    }
    if !returned.is_current {
        parts.push(Message::new("填报表不是现行版本", "the workbook is of another form or version"));
    }
    parts
}

/// Returns messages for the protected parts of the workbook that were changed.
fn damaged(returned: &ReturnedForm, form: &Form) -> Vec<Message> {
    let mut parts = Vec::new();
    let counted = |first: &str, count: usize| match count {
        1 => first.to_owned(),
        count => format!("{first}等{count}处"),
    };
    if let Some(first) = returned.labels.first() {
        let count = returned.labels.len();
        parts.push(Message::new(
            format!("表上的文字被移动或改动（{}）", counted(first, count)),
            format!("labels were moved or changed: {count}, the first at “{first}”"),
        ));
    }
    let figures = |positions: &[usize], zh: &str, en: &str| {
        let first = positions.first()?;
        let item = &form.indicators[*first];
        let count = positions.len();
        Some(Message::new(
            format!("{zh}（{}）", counted(&item.brief, count)),
            format!("{en}: {count}, {}", item.english),
        ))
    };
    parts.extend(figures(&returned.moved, "数字不在原来的格里", "figures are in other cells"));
    parts.extend(figures(&returned.formulas, "应填数字的格里是公式", "formulas stand where figures are typed"));
    if returned.is_unchecked {
        parts.push(Message::new("“校验”表被删除或覆盖", "the sheet of checks is gone or overwritten"));
    }
    parts
}
