//! Every figure as last year's.

use rust_decimal::Decimal;

use super::{Check, Rule, told};
use crate::corpus::Corpus;
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

/// Fewer figures than this that are not zero may well repeat.
const TELLING: usize = 5;

fn check(corpus: &Corpus) -> Result<Vec<Finding>> {
    let mut findings = Vec::new();
    for (entry, report, form) in told::counted(corpus) {
        let Some(past) = corpus.past(entry).filter(|past| past.form == form.id) else { continue };
        let both = form
            .indicators
            .iter()
            .zip(report.figures.iter())
            .map(|(item, figure)| (figure.value, past.values.get(&item.id)));
        let same = both.clone().all(|(now, then)| now.as_ref() == then);
        let figures = both.filter(|(now, _)| now.is_some_and(|now| now != Decimal::ZERO)).count();
        if same && figures >= TELLING {
            let mut finding = RULE.on_entry(corpus, entry);
            finding.values = report.figures.iter().map(told::shown).collect();
            let last = corpus.year.previous();
            findings.push(finding.saying(
                format!("三张表的数字与{last}年年报完全相同（其中{figures}格不是0），请核实是否沿用了上年的表格。"),
                format!("every figure is that of {last}, {figures} of them not zero"),
            ));
        }
    }
    Ok(findings)
}
