//! Reports for which no unit of the roster is found.

use super::{Check, Rule, queries, wording};
use crate::corpus::{Corpus, Disposition, Entry};
use crate::error::Result;
use crate::finding::{Code, Finding, Severity};
use crate::roster::NameWords;

pub(super) const RULE: Rule = Rule {
    code: Code::new("U01"),
    name: "not-on-roster",
    title: "名册上没有这个单位",
    severity: Severity::MustFix,
    page: include_str!("u01_not_on_roster.md"),
    check: Check::Corpus(check),
};

/// Maximum number of names quoted in one sentence.
const MAX_NAMED: usize = 2;

fn check(corpus: &Corpus) -> Result<Vec<Finding>> {
    let mut findings = Vec::new();
    for at in queries::with_disposition(corpus, |disposition| disposition == Disposition::Unmatched) {
        let entry = &corpus.entries[at];
        let names = |units: &[usize]| units.iter().map(|unit| corpus.units[*unit].name.clone()).collect::<Vec<_>>();
        let (candidates, nearest, name) = (names(&entry.candidates), names(&entry.nearest), &entry.name);
        let mut finding = RULE.on_entry(corpus, at);
        finding.observed.clone_from(name);
        let quoted = |entry: &Entry| {
            let names = entry.contradicting.iter().take(MAX_NAMED).map(|name| wording::file_name(&name.text));
            names.collect::<String>()
        };
        let (near, near_en) = if nearest.is_empty() {
            (String::new(), String::new())
        } else {
            (format!("名册上最接近的是{}；", nearest[0]), format!(" (nearest: “{}”)", nearest.join("”, “")))
        };
        let (zh, en) = if !entry.contradicting.is_empty() {
            (
                format!(
                    "报告上有不止一个单位的名称（{}），无法确定是哪个单位的报告，未计入汇总；请核实后更正。",
                    quoted(entry)
                ),
                format!("the report bears the names of several units ({}); it is not added up", quoted(entry)),
            )
        } else if !candidates.is_empty() {
            (
                format!(
                    "报告上的单位“{name}”与名册上的{}都相符，无法确定是哪一个，未计入汇总；请写明全称。",
                    candidates.join("、")
                ),
                format!(
                    "the report's unit “{name}” fits several units of the roster (“{}”); it is not added up",
                    candidates.join("”, “")
                ),
            )
        } else if is_nameless(entry) {
            (
                format!("报告和文件名{}中没有单位名称，未计入汇总；请核实是哪个单位的报告。", wording::file_name(name)),
                format!("neither the report nor its file's name “{name}” names a unit; it is not added up"),
            )
        } else {
            (
                format!("报告上的单位“{name}”不在名册上，未计入汇总；{near}请核对名称，或在名册中增加该单位或别名。"),
                format!("the report's unit “{name}” is not on the roster{near_en}; it is not added up"),
            )
        };
        findings.push(finding.saying(zh, en));
    }
    Ok(findings)
}

/// Returns whether neither the report nor its path contains text that looks like a unit's name.
fn is_nameless(entry: &Entry) -> bool {
    let words = NameWords::official();
    let mut names = entry.submission.names.iter();
    names.all(|name| !name.origin.is_stated() && !words.looks_like_body(&name.text)) && entry.nearest.is_empty()
}
