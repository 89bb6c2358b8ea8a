//! Reports of another year than the run's.

use std::collections::BTreeSet;

use rust_decimal::Decimal;

use super::{Check, Rule, queries, wording};
use crate::corpus::{Corpus, Disposition, Entry};
use crate::error::Result;
use crate::finding::{Code, Finding, Severity};

pub(super) const RULE: Rule = Rule {
    code: Code::new("U04"),
    name: "other-year",
    title: "报送的是其他年度",
    severity: Severity::MustFix,
    page: include_str!("u04_other_year.md"),
    check: Check::Corpus(check),
};

fn check(corpus: &Corpus) -> Result<Vec<Finding>> {
    let is_other = |disposition| matches!(disposition, Disposition::OtherYear | Disposition::OtherYearBeside(_));
    let mut asked = BTreeSet::new();
    // Several files of one year are one thing that the unit has to put right.
    let is_first = |at: &usize| {
        let entry = &corpus.entries[*at];
        entry.disposition != Disposition::OtherYear || asked.insert((entry.unit, entry.submission.year))
    };
    let entries = queries::with_disposition(corpus, is_other).into_iter().filter(is_first);
    Ok(entries.map(|at| finding(corpus, at)).collect())
}

/// Returns the reports of the same unit and year as one of another year than the run's, and that one.
fn of_same_year<'a>(corpus: &'a Corpus, entry: &Entry) -> Vec<&'a Entry> {
    let is_same = |other: &&Entry| {
        let is_other_year = other.disposition == Disposition::OtherYear;
        is_other_year && (other.unit, other.submission.year) == (entry.unit, entry.submission.year)
    };
    corpus.entries.iter().filter(is_same).collect()
}

fn finding(corpus: &Corpus, at: usize) -> Finding {
    let year = corpus.entries[at].submission.year.map(|year| year.to_string()).unwrap_or_default();
    let mut finding = RULE.on_entry(corpus, at);
    finding.observed.clone_from(&year);
    finding.expected = corpus.year.known().map(Decimal::from);
    if let Disposition::OtherYearBeside(main) = corpus.entries[at].disposition {
        let main = &corpus.entries[main].submission.file;
        let finding = Finding { severity: Severity::Note, ..finding };
        return finding.saying(
            format!("这是{year}年度的报告，未采用；该单位{}年度的报告是{}。", corpus.year, wording::file_name(main)),
            format!("a report for {year}, not used; the unit's report for {} is “{main}”", corpus.year),
        );
    }
    let reports = of_same_year(corpus, &corpus.entries[at]);
    finding.values = reports.iter().skip(1).map(|report| report.decision_name()).collect();
    let all = wording::all_of(&reports);
    if let Some(unit) = corpus.entries[at].unit.filter(|unit| corpus.is_awaited(*unit)) {
        let due = corpus.units[unit].due.as_deref().unwrap_or_default();
        // Like a unit that sent nothing, it is not late yet.
        return Finding { severity: Severity::Note, ..finding }.saying(
            format!(
                "报来的是{year}年度的报告，未计入；{}年度的报告尚未报送（{}截止，未到期），请按期报送{}。",
                corpus.year,
                wording::date(due),
                all.zh
            ),
            format!(
                "a report for {year}, not used; the one for {} is still to come (due “{due}”){}",
                corpus.year, all.en
            ),
        );
    }
    finding.saying(
        format!(
            "报送的是{year}年度的报告，本次汇总{}年度，未计入；请报送{}年度的报告{}。",
            corpus.year, corpus.year, all.zh
        ),
        format!("a report for {year} where {} is asked for; it is not added up{}", corpus.year, all.en),
    )
}
