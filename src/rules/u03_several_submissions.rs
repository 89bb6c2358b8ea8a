//! Several reports of one unit and year: a conflict if it is not certain which one is valid, else a note on the one
//! used.

use std::collections::BTreeSet;

use super::{Check, Rule, wording};
use crate::corpus::{Corpus, Disposition, Entry, StandIn};
use crate::error::Result;
use crate::finding::{Code, Finding, Severity};
use crate::message::Message;

pub(super) const RULE: Rule = Rule {
    code: Code::new("U03"),
    name: "several-submissions",
    title: "同一单位报了几份",
    severity: Severity::MustFix,
    page: include_str!("u03_several_submissions.md"),
    check: Check::Corpus(check),
};

fn check(corpus: &Corpus) -> Result<Vec<Finding>> {
    let mut findings = Vec::new();
    let mut disputed = BTreeSet::new();
    for (at, entry) in corpus.entries.iter().enumerate() {
        let finding = match entry.disposition {
            // Which report counts is one question, however many reports there are.
            Disposition::Conflicting if disputed.insert(entry.unit) => conflict(corpus, at),
            Disposition::SameAs(kept) => {
                let (own, other) = names(entry, &corpus.entries[kept]);
                note(corpus, at).saying(
                    format!("{}与{}的数字完全相同，只计一份。", own.zh, other.zh),
                    format!("{}the same figures as {}; taken as one", own.en, other.en),
                )
            }
            Disposition::ReplacedBy(kept) => {
                let (own, other) = names(entry, &corpus.entries[kept]);
                if corpus.entries[kept].is_adopted {
                    findings.push(note(corpus, at).saying(
                        format!("{}本办已确定以{}为准，这一份未计入汇总。", own.zh, other.zh),
                        format!("{}the office decided for {}; not added up", own.en, other.en),
                    ));
                    continue;
                }
                let sent = if own.zh.is_empty() { "重新报送的" } else { "" };
                note(corpus, at).saying(
                    format!("{}已由{sent}{}代替，未计入汇总。", own.zh, other.zh),
                    format!("{}replaced by {}; not added up", own.en, other.en),
                )
            }
            Disposition::Counted if entry.stand_in == Some(StandIn::Overwritten) => overwritten(corpus, at),
            _ => continue,
        };
        findings.push(finding);
    }
    Ok(findings)
}

/// Returns the names of a report and of another one of its unit: the other one's file, or if they are in one file, the
/// part that each of them is.
fn names(entry: &Entry, other: &Entry) -> (Message, Message) {
    let part = |part: &str| Message::new(format!("工作表“{part}”"), format!("sheet “{part}”"));
    let file = &other.submission.file;
    match (&entry.part, &other.part) {
        (Some(own), Some(others)) if entry.submission.file == *file => {
            let own = part(own);
            (Message { en: format!("{}: ", own.en), ..own }, part(others))
        }
        _ => {
            let before = if other.stand_in == Some(StandIn::Overwritten) { "以前计入的原件" } else { "" };
            let name = wording::file_name(file);
            (Message::default(), Message::new(format!("{before}{name}"), format!("“{file}”")))
        }
    }
}

/// Returns the note on a report that counts although its file was overwritten.
fn overwritten(corpus: &Corpus, at: usize) -> Finding {
    let file = &corpus.entries[at].submission.file;
    note(corpus, at).saying(
        format!(
            "收件中的{}已被覆盖，现在的内容不能计入，仍按以前计入的原件计入；确应撤回原件的，请在办理单“采用”中对它填“否”。",
            wording::file_name(file)
        ),
        format!("“{file}” was overwritten by a file that is not added up; the report that counted before still counts"),
    )
}

fn note(corpus: &Corpus, at: usize) -> Finding {
    Finding { severity: Severity::Note, ..of_part(corpus, at) }
}

/// Returns a finding about a report, with its sheet if it is a part of its file.
fn of_part(corpus: &Corpus, at: usize) -> Finding {
    let mut finding = RULE.on_entry(corpus, at);
    finding.sheets.extend(corpus.entries[at].part.clone());
    finding
}

/// Returns the finding on all differing reports of a unit, about the first one of those that do not count.
fn conflict(corpus: &Corpus, at: usize) -> Finding {
    let entry = &corpus.entries[at];
    let of_unit = |wanted: Disposition| {
        let entries = corpus.entries.iter().filter(move |other| other.disposition == wanted);
        entries.filter(|other| other.unit == entry.unit).collect::<Vec<&Entry>>()
    };
    let differing = of_unit(Disposition::Conflicting);
    let named = wording::reports(&differing);
    let mut finding = RULE.on_entry(corpus, at);
    finding.sheets.extend(differing.iter().filter_map(|other| other.part.clone()));
    // The report that counted in the previous round stays in the totals until one is confirmed.
    if let Some(kept) = of_unit(Disposition::Counted).first() {
        finding.values = vec![kept.decision_name()];
        let (_, other) = names(entry, kept);
        return finding.saying(
            format!("{}与已计入的{}数字不同，暂按已计入的汇总；请确认以哪份为准。", named.zh, other.zh),
            format!(
                "{} differs from {} of the same unit and year, which stays in the totals until one is confirmed",
                named.en, other.en
            ),
        );
    }
    finding.values = differing.iter().skip(1).map(|other| other.decision_name()).collect();
    let count = differing.len();
    let in_file = differing.iter().all(|other| other.part.is_some() && other.submission.file == entry.submission.file);
    let zh = if in_file {
        format!("{}数字不同，无法确定以哪张为准，均未计入；请确认一张，删去其余的后重新报送。", named.zh)
    } else {
        format!("报送的{count}份数字不同，均未计入；请确认以哪份为准，其余撤回，或在文件名上注明“更正”：{}。", named.zh)
    };
    finding
        .saying(zh, format!("{} of the same unit and year differ; none is added up until one is confirmed", named.en))
}
