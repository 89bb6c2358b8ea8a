//! Returned entry workbooks that were damaged by pasting, or made for another unit, year or form.

use super::{Check, Rule, queries};
use crate::corpus::{Corpus, Disposition};
use crate::error::Result;
use crate::finding::{Code, Finding, Severity};
use crate::form::Form;
use crate::message::Message;
use crate::spelling::{fold, key, quoted};
use crate::submission::{ReturnedForm, years};

pub(super) const RULE: Rule = Rule {
    code: Code::new("F11"),
    name: "form-damaged",
    title: "填报表被改动或用错",
    severity: Severity::MustExplain,
    page: include_str!("f11_form_damaged.md"),
    check: Check::Corpus(check),
};

fn check(corpus: &Corpus) -> Result<Vec<Finding>> {
    // A report with a wrong cover may be one that does not count.
    let is_examined = |disposition| {
        use Disposition::{Conflicting, Counted, OtherYear, Unmatched, YearUnknown};
        matches!(disposition, Counted | Conflicting | OtherYear | Unmatched | YearUnknown)
    };
    let entries = queries::with_disposition(corpus, is_examined).into_iter();
    Ok(entries.filter_map(|entry| finding(corpus, entry)).collect())
}

fn finding(corpus: &Corpus, entry: usize) -> Option<Finding> {
    let returned = corpus.entries[entry].submission.returned.as_ref()?;
    let (_, form) = corpus.report(entry)?;
    let is_counted = corpus.entries[entry].disposition == Disposition::Counted;
    let misused = misused(corpus, entry, (returned, form));
    let damaged = if is_counted { damaged(returned, form) } else { Vec::new() };
    if misused.is_empty() && damaged.is_empty() {
        return None;
    }
    let positions: Vec<usize> =
        if damaged.is_empty() { Vec::new() } else { [&*returned.moved, &returned.formulas].concat() };
    let mut finding = RULE.on_figures(corpus, entry, &positions);
    finding.title = String::new();
    finding.values.extend(misused.iter().chain(&damaged).map(|part| part.en.clone()));
    let mut said = Vec::new();
    if !misused.is_empty() {
        said.push(sentence(misused, &use_of(corpus, entry)));
    }
    if !damaged.is_empty() {
        let read = Message::new(
            "数字已按表上的文字读取，请核对，或在原填报表上重新填写",
            "the figures were read by the labels, please check them",
        );
        said.push(sentence(damaged, &read));
    }
    let (zh, en): (Vec<String>, Vec<String>) = said.into_iter().map(|part| (part.zh, part.en)).unzip();
    Some(finding.saying(zh.concat(), en.join("; ")))
}

/// Returns a sentence of parts, with what to do at its end.
fn sentence(parts: Vec<Message>, to_do: &Message) -> Message {
    let (zh, en): (Vec<String>, Vec<String>) = parts.into_iter().map(|part| (part.zh, part.en)).unzip();
    Message::new(format!("{}；{}。", zh.join("；"), to_do.zh), format!("{}; {}", en.join("; "), to_do.en))
}

/// Returns how a workbook with contradictions on its cover is used, and what to do.
fn use_of(corpus: &Corpus, entry: usize) -> Message {
    let entry = &corpus.entries[entry];
    let year = entry.submission.year.map(|year| format!("{year}年度")).unwrap_or_default();
    let (used, used_en) = match corpus.unit_of(entry).filter(|_| entry.disposition == Disposition::Counted) {
        Some(unit) => {
            (format!("已按{}{year}的报告计入", unit.name), format!("it is counted as the report of “{}”", unit.name))
        }
        None => ("未计入汇总".to_owned(), "it is not added up".to_owned()),
    };
    Message::new(
        format!("{used}，请核实数字是哪个单位、哪个年度的，改正封面或换用正确的填报表后重新报送"),
        format!("{used_en}; check which unit and year the figures are of, and send it again with a right cover"),
    )
}

/// Returns messages for a workbook that was made for another unit, year or form, or has another year or form on its
/// cover.
fn misused(corpus: &Corpus, entry: usize, (returned, form): (&ReturnedForm, &Form)) -> Vec<Message> {
    let mut parts = Vec::new();
    let own = corpus.unit_of(&corpus.entries[entry]);
    let is_own = own.is_some_and(|unit| unit.id == returned.unit_id || key(&unit.name) == key(&returned.unit));
    if !is_own && !returned.unit.is_empty() {
        let (filled, filled_en) = own.map_or_else(Default::default, |unit| {
            (format!("，填的是{}", unit.name), format!(" and filled in for “{}”", unit.name))
        });
        parts.push(Message::new(
            format!("这是发给{}的填报表{filled}", returned.unit),
            format!("the workbook was made for “{}”{filled_en}", returned.unit),
        ));
    }
    parts.extend(corpus.entries[entry].submission.year.into_iter().flat_map(|year| other_years(returned, year)));
    parts.extend(other_forms(corpus, returned, form));
    parts
}

/// Returns messages for a workbook that was made for another year than it states, or has another one on its cover.
fn other_years(returned: &ReturnedForm, stated: u16) -> Vec<Message> {
    let mut parts = Vec::new();
    if let Some(made) = returned.year.filter(|made| *made != stated) {
        parts.push(Message::new(
            format!("这是{made}年度的填报表，填的是{stated}年度"),
            format!("the workbook was made for {made} and filled in for {stated}"),
        ));
    }
    let written = &returned.cover_year;
    let is_stated = match years(&fold(written)).first() {
        Some((year, _)) => *year == stated,
        None => written.is_empty() || fold(written).trim_end_matches(['年', '度']) == format!("{:02}", stated % 100),
    };
    if !is_stated {
        parts.push(Message::new(
            format!("标题写的是{stated}年度，封面上“报告年度”写的是{}", quoted(written)),
            format!("the title says {stated}, and the report year on the cover is “{written}”"),
        ));
    }
    parts
}

/// Returns messages for a workbook with the tables of another form than it was made for, or with another one on its
/// cover.
fn other_forms(corpus: &Corpus, returned: &ReturnedForm, form: &Form) -> Vec<Message> {
    let mut parts = Vec::new();
    let made = corpus.forms.all.iter().find(|other| other.id == returned.form);
    match made {
        Some(made) if made.id != form.id => parts.push(Message::new(
            format!("这是{}的填报表，表格是{}的", made.basis, form.basis),
            format!("the workbook was made for form {} and has the tables of form {}", made.id, form.id),
        )),
        Some(_) if returned.is_current => {}
        _ => parts.push(Message::new("填报表不是现行版本", "the workbook is of another form or version")),
    }
    let written = &returned.cover_form;
    if !written.is_empty() && !key(written).contains(&key(&form.basis)) {
        parts.push(Message::new(
            format!("封面上“表式”写的是{}，表格是{}的", quoted(written), form.basis),
            format!("the form on the cover is “{written}”, and the tables are those of form {}", form.id),
        ));
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
