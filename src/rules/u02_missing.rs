//! Units of the roster that must report and have sent nothing.

use super::{Check, Rule, queries, wording};
use crate::corpus::{Corpus, Disposition, StandIn};
use crate::error::Result;
use crate::finding::{Code, Finding, Severity};

pub(super) const RULE: Rule = Rule {
    code: Code::new("U02"),
    name: "missing",
    title: "没有报送",
    severity: Severity::MustFix,
    page: include_str!("u02_missing.md"),
    check: Check::Corpus(check),
};

fn check(corpus: &Corpus) -> Result<Vec<Finding>> {
    if !corpus.has_roster {
        return Ok(Vec::new());
    }
    let finding = |unit: usize| {
        let due = corpus.units[unit].due.as_ref();
        let (due_zh, due_en) = due.map_or_else(Default::default, |due| {
            (format!("（截止日期{}）", wording::date(due)), format!(" (due “{due}”)"))
        });
        let name = &corpus.units[unit].name;
        let (year_zh, year_en) = match corpus.year.known() {
            Some(year) => (year.to_string(), format!(" for {year}")),
            None => Default::default(),
        };
        let unmatched = || corpus.entries.iter().filter(|entry| entry.disposition == Disposition::Unmatched);
        if let Some(entry) = unmatched().find(|entry| entry.candidates.contains(&unit)) {
            let file = &entry.submission.file;
            let is_due = !corpus.units[unit].is_before_due(corpus.today);
            let severity = if is_due { Severity::MustExplain } else { Severity::Note };
            let finding = Finding { severity, ..RULE.on_unit(unit) };
            return finding.saying(
                format!(
                    "未收到可确定属于{name}的{year_zh}年度报告{due_zh}；{}可能是，请先核实。",
                    wording::file_name(file)
                ),
                format!("no report{year_en} is surely that of “{name}”{due_en}; “{file}” may be"),
            );
        }
        let near = unmatched().find(|entry| entry.nearest.first() == Some(&unit));
        let (near_zh, near_en) = near.map_or_else(Default::default, |entry| {
            let (file, other) = (&entry.submission.file, &entry.name);
            (
                format!("{}写的单位是“{other}”，名称相近，请先核实是否属于该单位。", wording::file_name(file)),
                format!("; “{file}”, of “{other}”, has a name near to it"),
            )
        });
        // Before the deadline no unit is missing yet.
        if let Some(due) = due.filter(|_| corpus.units[unit].is_before_due(corpus.today)) {
            let due = wording::date(due);
            return Finding { severity: Severity::Note, ..RULE.on_unit(unit) }.saying(
                format!("尚未收到{name}{year_zh}年度报告（{due}截止，未到期）。{near_zh}"),
                format!("no report of “{name}”{year_en} yet{due_en}{near_en}"),
            );
        }
        RULE.on_unit(unit).saying(
            format!("{name}未报送{year_zh}年度报告{due_zh}。{near_zh}"),
            format!("“{name}” sent no report{year_en}{due_en}{near_en}"),
        )
    };
    let absent = queries::with_disposition(corpus, |disposition| disposition == Disposition::Counted).into_iter();
    let absent =
        absent.filter(|at| corpus.entries[*at].stand_in == Some(StandIn::Absent)).map(|at| absent_file(corpus, at));
    Ok(corpus.missing().into_iter().map(finding).chain(absent).collect())
}

/// Returns the note on a report that counts although its file is no longer in the inbox.
fn absent_file(corpus: &Corpus, at: usize) -> Finding {
    let file = &corpus.entries[at].submission.file;
    Finding { severity: Severity::Note, ..RULE.on_entry(corpus, at) }.saying(
        format!(
            "上次收到的{}本次不在收件中，仍按上次的原件计入；请放回收件，确应撤回的，请在办理单“采用”中对它填“否”。",
            wording::file_name(file)
        ),
        format!("“{file}” is no longer in the inbox; it still counts, until the office refuses it"),
    )
}
