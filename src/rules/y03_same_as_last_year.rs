//! Reports in which every figure is the same as last year's.

use polars::prelude::*;

use super::{Check, Rule, wording};
use crate::corpus::{Corpus, column, query};
use crate::error::Result;
use crate::finding::{Code, Finding, Severity};

pub(super) const RULE: Rule = Rule {
    code: Code::new("Y03"),
    name: "same-as-last-year",
    title: "全部数字与上年相同",
    severity: Severity::MustExplain,
    page: include_str!("y03_same_as_last_year.md"),
    check: Check::Corpus(check),
};

/// Minimum number of figures other than zero; fewer may well repeat.
const TELLING: u32 = 5;

const IS_SAME: &str = "is_same";
const NOT_ZERO: &str = "not_zero";

fn check(corpus: &Corpus) -> Result<Vec<Finding>> {
    let mut findings = Vec::new();
    for (entry, figures) in same_as_last_year(corpus)? {
        let Some((report, form)) = corpus.report(entry) else { continue };
        if corpus.prior_report(entry).is_none_or(|past| past.form != form.id) {
            continue;
        }
        let mut finding = RULE.on_entry(corpus, entry);
        finding.values = report.figures.iter().map(wording::shown).collect();
        let last = corpus.year.previous();
        findings.push(finding.saying(
            format!("三张表的数字与{last}年年报完全相同（其中{figures}格不是0），请核实是否沿用了上年的表格。"),
            format!("every figure is that of {last}, {figures} of them not zero"),
        ));
    }
    Ok(findings)
}

/// Returns the submissions in which every figure equals last year's or is missing in both years, with their number of
/// figures other than zero.
fn same_as_last_year(corpus: &Corpus) -> Result<Vec<(usize, u32)>> {
    let mut same = Vec::new();
    for entries in corpus.parts().filter(|entries| entries.iter().any(|entry| corpus.prior_report(*entry).is_some())) {
        let is_same = col(column::VALUE).eq_missing(col(column::THEN)).all(true).alias(IS_SAME);
        let not_zero = col(column::VALUE).neq(lit(0)).sum().alias(NOT_ZERO);
        let by_entry =
            corpus.compare_with_last_year(entries)?.group_by_stable([col(column::ENTRY)]).agg([is_same, not_zero]);
        let is_telling = col(IS_SAME).and(col(NOT_ZERO).gt_eq(lit(TELLING)));
        let rows = by_entry.filter(is_telling).collect();
        same.extend(rows.and_then(|rows| read(&rows)).map_err(query("same as last year"))?);
    }
    Ok(same)
}

fn read(rows: &DataFrame) -> PolarsResult<Vec<(usize, u32)>> {
    let numbers = |name: &str| Ok::<_, PolarsError>(rows.column(name)?.u32()?.iter().flatten());
    Ok(numbers(column::ENTRY)?.map(|entry| entry as usize).zip(numbers(NOT_ZERO)?).collect())
}
