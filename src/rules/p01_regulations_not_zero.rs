//! Regulations reported by a body that has no power to make any.

use rust_decimal::Decimal;

use super::{Check, Rule, queries, wording};
use crate::corpus::Corpus;
use crate::error::Result;
use crate::finding::{Code, Finding, Severity};
use crate::form::Form;
use crate::roster::{Unit, UnitKind};

pub(super) const RULE: Rule = Rule {
    code: Code::new("P01"),
    name: "regulations-not-zero",
    title: "无权制定规章却填了规章",
    severity: Severity::MustFix,
    page: include_str!("p01_regulations_not_zero.md"),
    check: Check::Corpus(check),
};

/// Name endings that are certainly those of a township or subdistrict.
const TOWNSHIPS: [&str; 6] = ["乡", "镇", "街道", "乡人民政府", "镇人民政府", "街道办事处"];

fn check(corpus: &Corpus) -> Result<Vec<Finding>> {
    let mut findings = Vec::new();
    let regulations: Vec<Vec<usize>> = corpus.forms.all.iter().map(regulations).collect();
    for (entry, report, form) in queries::counted(corpus) {
        let surely = corpus.unit_of(&corpus.entries[entry]).is_some_and(makes_none);
        let wrong: Vec<usize> = regulations[report.form]
            .iter()
            .copied()
            .filter(|at| report.figures.at(*at).value.is_some_and(|value| value != Decimal::ZERO))
            .collect();
        if !surely || wrong.is_empty() {
            continue;
        }
        let cells = wording::cells(report, form, &wrong);
        findings.push(RULE.on_figures(corpus, entry, &wrong).saying(
            format!("表二“规章”行填有数字（{cells}），本单位无规章制定权，应填0；请核实是否误将规章制度计入。"),
            format!("regulations ({}) of a body that may make none", wording::english_cells(report, form, &wrong)),
        ));
    }
    Ok(findings)
}

/// Returns the positions of a form's figures about regulations.
fn regulations(form: &Form) -> Vec<usize> {
    (0..form.official).filter(|at| form.indicators[*at].id.starts_with("t2.regulations.")).collect()
}

/// Returns whether a unit is certainly of a kind that may not make regulations.
fn makes_none(unit: &Unit) -> bool {
    match unit.kind {
        UnitKind::Township | UnitKind::Subdistrict | UnitKind::Department => true,
        UnitKind::Other => TOWNSHIPS.iter().any(|ending| unit.name.ends_with(ending)),
    }
}
