//! Reports that state no year, or two different ones.

use super::{Check, Rule, queries};
use crate::corpus::{Corpus, Disposition};
use crate::error::Result;
use crate::finding::{Code, Finding, Severity};
use crate::submission::ConflictingYears;

pub(super) const RULE: Rule = Rule {
    code: Code::new("U07"),
    name: "year-unknown",
    title: "没有写明年度，或两处写的年度不一致",
    severity: Severity::MustExplain,
    page: include_str!("u07_year_unknown.md"),
    check: Check::Corpus(check),
};

/// The places in which a year is searched for.
const PLACES: &str = "标题、正文、工作表名和文件名均未写明是哪一年的报告";

fn check(corpus: &Corpus) -> Result<Vec<Finding>> {
    let is_unknown = |disposition| matches!(disposition, Disposition::Counted | Disposition::YearUnknown);
    let entries = queries::with_disposition(corpus, is_unknown).into_iter();
    let undated = entries.filter(|at| corpus.entries[*at].submission.year.is_none());
    let mut findings: Vec<Finding> = undated.map(|at| finding(corpus, at)).collect();
    let is_dated = |disposition| {
        matches!(disposition, Disposition::Counted | Disposition::OtherYear | Disposition::OtherYearBeside(_))
    };
    let dated = queries::with_disposition(corpus, is_dated).into_iter();
    findings.extend(dated.filter_map(|at| conflicting(corpus, at)));
    Ok(findings)
}

/// Returns the finding on a report with different years in its title and its 报告年度 line.
fn conflicting(corpus: &Corpus, at: usize) -> Option<Finding> {
    let years = corpus.entries[at].submission.conflicting_years.as_ref()?;
    let ConflictingYears { title, line, places } = years;
    let mut finding = RULE.on_entry(corpus, at).at_places(places.iter().cloned());
    finding.observed = line.to_string();
    Some(finding.saying(
        format!(
            "标题写的是{title}年度，报告年度一栏写的是{line}年度，按标题处理；请核实是哪一年度的报告，并把两处改成一致。"
        ),
        format!(
            "the title states {title} and the line of the report year {line}; the title is used: please say which year \
             is meant and correct the other"
        ),
    ))
}

fn finding(corpus: &Corpus, at: usize) -> Finding {
    let finding = RULE.on_entry(corpus, at);
    if corpus.entries[at].disposition == Disposition::YearUnknown {
        return finding.saying(
            format!("{PLACES}，其他单位报告的年度又不一致，未计入汇总；请写明年度。"),
            "no year is stated, and the other reports do not agree on one; it is not added up: state the year",
        );
    }
    match corpus.year.known() {
        Some(year) => finding.saying(
            format!("{PLACES}，按{year}年度处理；请核实，并在标题里写明年度。"),
            format!("no year is stated; it is taken to be of {year}"),
        ),
        None => finding.saying(
            format!("{PLACES}，汇总年度也未指定，表内各数照常核对；请写明年度。"),
            "no year is stated and none is given; state the year",
        ),
    }
}
