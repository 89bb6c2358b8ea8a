//! Copies of another year's tables in the file of a report that counts; they are not used.

use super::{Check, Rule, queries};
use crate::corpus::{Corpus, Disposition};
use crate::error::Result;
use crate::finding::{Code, Finding, Severity};

pub(super) const RULE: Rule = Rule {
    code: Code::new("F08"),
    name: "other-year-copy",
    title: "文件里留有其他年度的表",
    severity: Severity::Note,
    page: include_str!("f08_other_year_copy.md"),
    check: Check::Corpus(check),
};

fn check(corpus: &Corpus) -> Result<Vec<Finding>> {
    let mut findings = Vec::new();
    for at in queries::with_disposition(corpus, |disposition| disposition == Disposition::Leftover) {
        let Some((report, _)) = corpus.report(at) else { continue };
        let year = corpus.entries[at].submission.year.map(|year| year.to_string()).unwrap_or_default();
        let mut finding = RULE.on_entry(corpus, at);
        let place = report.figures.iter().find_map(|figure| figure.place());
        finding.sheets.extend(place.map(|place| place.sheet.to_string()).filter(|sheet| !sheet.is_empty()));
        finding.values.push(year.clone());
        let sheet = finding.sheets.first().cloned().unwrap_or_default();
        findings.push(finding.saying(
            format!("文件里还有{year}年度的表（工作表“{sheet}”），未采用。"),
            format!("the file also holds figures of {year} (sheet “{sheet}”); they were not used"),
        ));
    }
    Ok(findings)
}
