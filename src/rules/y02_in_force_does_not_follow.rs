//! Documents in force compared with last year's, plus those issued and less those repealed since.

use super::{Check, Rule, queries};
use crate::corpus::Corpus;
use crate::error::Result;
use crate::finding::{Code, FailedCheck, Finding, Severity};

pub(super) const RULE: Rule = Rule {
    code: Code::new("Y02"),
    name: "in-force-does-not-follow",
    title: "现行有效件数与上年不衔接",
    severity: Severity::MustExplain,
    page: include_str!("y02_in_force_does_not_follow.md"),
    check: Check::Corpus(check),
};

const ROWS: [&str; 2] = ["regulations", "normative_documents"];

fn check(corpus: &Corpus) -> Result<Vec<Finding>> {
    let mut findings = Vec::new();
    for (entry, report, form) in queries::counted(corpus) {
        let Some(past) = corpus.prior_report(entry) else { continue };
        for row in ROWS {
            let position = |column: &str| form.position(&format!("t2.{row}.{column}"));
            let now = |column: &str| report.figures.at(position(column)?).value;
            // The form of 2019 counted something else and has no such figure.
            let then = past.values.get(&format!("t2.{row}.in_force")).copied();
            let (Some(then), Some(issued), Some(repealed), Some(in_force), Some(at)) =
                (then, now("issued"), now("repealed"), now("in_force"), position("in_force"))
            else {
                continue;
            };
            let follows = then + issued - repealed;
            if follows == in_force {
                continue;
            }
            let item = &form.indicators[at];
            let label = &form.tables[item.table].blocks[item.block].rows[item.row].label;
            let mut finding = RULE.on_figure(corpus, entry, at);
            finding.checks = vec![FailedCheck::InForce(at)];
            finding.difference = Some((in_force - follows).normalize());
            finding.values = [then, issued, repealed, in_force].iter().map(ToString::to_string).collect();
            findings.push(finding.saying(
                format!("表二“{label}”上年现行有效{then}件，本年制发{issued}件、废止{repealed}件，应为{follows}件，填{in_force}件，请核对；因清理、失效、机构划转的请说明。"),
                format!("table 2, row “{label}”: {then} in force last year, {issued} issued, {repealed} repealed make {follows}, not {in_force}"),
            ));
        }
    }
    Ok(findings)
}
