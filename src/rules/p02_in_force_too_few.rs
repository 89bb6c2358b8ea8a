//! Fewer documents in force than were issued this year, less those repealed.

use super::{Check, Rule, queries};
use crate::corpus::Corpus;
use crate::error::Result;
use crate::finding::{Code, Finding, Severity};
use crate::form::Form;

pub(super) const RULE: Rule = Rule {
    code: Code::new("P02"),
    name: "in-force-too-few",
    title: "现行有效少于制发减废止",
    severity: Severity::MustFix,
    page: include_str!("p02_in_force_too_few.md"),
    check: Check::Corpus(check),
};

const ROWS: [&str; 2] = ["regulations", "normative_documents"];

fn check(corpus: &Corpus) -> Result<Vec<Finding>> {
    let mut findings = Vec::new();
    let rows: Vec<_> = corpus.forms.all.iter().map(rows).collect();
    for (entry, report, form) in queries::counted(corpus) {
        for positions in &rows[report.form] {
            let [Some(issued), Some(repealed), Some(in_force)] = positions.map(|at| report.figures.at(at).value) else {
                continue;
            };
            let at = positions[2];
            if in_force < issued - repealed {
                let mut finding = RULE.on_figure(corpus, entry, at);
                finding.values = [issued, repealed, in_force].iter().map(ToString::to_string).collect();
                let item = &form.indicators[at];
                let label = &form.tables[item.table].blocks[item.block].rows[item.row].label;
                findings.push(finding.saying(
                    format!("表二“{label}”本年制发{issued}件、废止{repealed}件，年底现行有效至少应有{}件，填的是{in_force}件，请核对。", issued - repealed),
                    format!("table 2, row “{label}”: {issued} issued and {repealed} repealed leave {} at least, not {in_force}", issued - repealed),
                ));
            }
        }
    }
    Ok(findings)
}

/// Returns, for each row of a form, the positions of documents issued, repealed and in force.
fn rows(form: &Form) -> Vec<[usize; 3]> {
    let position = |row: &str, column: &str| form.position(&format!("t2.{row}.{column}"));
    let row = |row| Some([position(row, "issued")?, position(row, "repealed")?, position(row, "in_force")?]);
    ROWS.into_iter().filter_map(row).collect()
}
