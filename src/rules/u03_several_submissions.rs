//! Several reports of one unit and year: a conflict if it is not certain which one is valid, else a note on the one
//! used.

use super::{Check, Rule, wording};
use crate::corpus::{Corpus, Standing};
use crate::error::Result;
use crate::finding::{Code, Finding, Severity};

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
    for (at, entry) in corpus.entries.iter().enumerate() {
        let file = |other: usize| corpus.entries[other].submission.file.as_str();
        let finding = match entry.standing {
            Standing::Conflicting => conflict(corpus, at),
            Standing::SameAs(kept) => note(corpus, at).saying(
                format!("与{}的数字完全相同，只计一份。", wording::file_name(file(kept))),
                format!("the same figures as “{}”; taken as one", file(kept)),
            ),
            Standing::ReplacedBy(kept) => note(corpus, at).saying(
                format!("已由重新报送的{}代替，未计入汇总。", wording::file_name(file(kept))),
                format!("replaced by “{}”, which was sent again; not added up", file(kept)),
            ),
            _ => continue,
        };
        findings.push(finding);
    }
    Ok(findings)
}

fn note(corpus: &Corpus, at: usize) -> Finding {
    Finding { severity: Severity::Note, ..RULE.on_entry(corpus, at) }
}

fn conflict(corpus: &Corpus, at: usize) -> Finding {
    let unit = corpus.entries[at].unit;
    let in_standing = |standing: Standing| {
        let of_unit =
            |other: &usize| corpus.entries[*other].unit == unit && corpus.entries[*other].standing == standing;
        let others = (0..corpus.entries.len()).filter(move |other| *other != at && of_unit(other));
        others.map(|other| corpus.entries[other].submission.file.as_str()).collect::<Vec<&str>>()
    };
    let others = in_standing(Standing::Conflicting);
    let mut finding = RULE.on_entry(corpus, at);
    // The report that counted in the previous round stays in the totals until one is confirmed.
    if let Some(kept) = in_standing(Standing::Counted).first() {
        finding.values = vec![(*kept).to_owned()];
        return finding.saying(
            format!(
                "与已计入汇总的{}数字不同，无法确定以哪份为准，暂按已计入的汇总；请确认以哪份为准。",
                wording::file_name(kept)
            ),
            format!("“{kept}” of the same unit and year differs; it stays in the totals until one is confirmed"),
        );
    }
    let more = if others.len() > 1 { format!("等{}份", others.len()) } else { String::new() };
    finding.values = others.iter().map(|file| (*file).to_owned()).collect();
    finding.saying(
        format!("同一年度还报送了{}{more}，数字不同，无法确定以哪份为准，均未计入；请确认一份，其余撤回，或在文件名上注明“更正”。", wording::file_name(others.first().unwrap_or(&""))),
        format!("“{}” of the same unit and year differs; neither is added up until one is confirmed", others.join("”, “")),
    )
}
