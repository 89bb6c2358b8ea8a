//! Reports that state no year.

use super::{Check, Rule, queries};
use crate::corpus::{Corpus, Disposition};
use crate::error::Result;
use crate::finding::{Code, Finding, Severity};

pub(super) const RULE: Rule = Rule {
    code: Code::new("U07"),
    name: "year-unknown",
    title: "没有写明年度",
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
    Ok(undated.map(|at| finding(corpus, at)).collect())
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
