//! Formulas without a stored result, or with one that differs from the computed value.

use super::queries::{self, TableCells};
use super::{Check, Rule, wording};
use crate::corpus::Corpus;
use crate::error::Result;
use crate::finding::{Code, Finding, Severity};
use crate::form::Indicator;
use crate::submission::{Figure, FormulaTrouble};

pub(super) const RULE: Rule = Rule {
    code: Code::new("V07"),
    name: "formula",
    title: "公式没有结果或结果不符",
    severity: Severity::MustExplain,
    page: include_str!("v07_formula.md"),
    check: Check::Corpus(check),
};

fn check(corpus: &Corpus) -> Result<Vec<Finding>> {
    let mut findings = Vec::new();
    for (recomputed, wanted) in [(true, FormulaTrouble::Recomputed), (false, FormulaTrouble::NoResult)] {
        let cells = queries::cells_by_table(corpus, move |_, figure| figure.formula() == Some(wanted));
        findings.extend(cells.map(|cells| without_result(corpus, &cells, recomputed)));
    }
    let differs = |_: &Indicator, figure: Figure<'_>| matches!(figure.formula(), Some(FormulaTrouble::Differs(_)));
    findings.extend(queries::cells_by_table(corpus, differs).map(|cells| with_other_result(corpus, &cells)));
    Ok(findings)
}

fn with_other_result(corpus: &Corpus, cells: &TableCells<'_>) -> Finding {
    let computed = |position: &usize| match cells.report.figures.at(*position).formula() {
        Some(FormulaTrouble::Differs(computed)) => Some(computed.to_string()),
        _ => None,
    };
    let computed: Vec<String> = cells.positions.iter().filter_map(computed).collect();
    let mut finding = RULE.on_same_habit(corpus, cells.entry, &cells.positions);
    finding.values.extend(computed.iter().cloned());
    if let [computed] = computed.as_slice() {
        let (title, id) = (&cells.first().brief, &cells.first().english);
        let given = wording::examples(cells.report, &cells.positions);
        return finding.saying(
            format!("{title}的公式保存的结果是{given}，按所引用的格计算是{computed}，已采用保存的结果；请重新计算、保存后核对。"),
            format!("{id}: the stored result “{given}” is not what its formula gives, {computed}; the stored one is used"),
        );
    }
    let (name, listed, count) = (cells.name(), cells.listed(), cells.positions.len());
    let (id, english) = (cells.english_name(), cells.listed_in_english());
    finding.saying(
        format!("{name}有{count}处公式保存的结果与按所引用的格计算的不同（{listed}），已采用保存的结果；请重新计算、保存后核对。"),
        format!("{id}: {count} formulas whose stored results are not what they give ({english}); the stored ones are used"),
    )
}

fn without_result(corpus: &Corpus, cells: &TableCells<'_>, recomputed: bool) -> Finding {
    let (name, listed, count) = (cells.name(), cells.listed(), cells.positions.len());
    let (id, english) = (cells.english_name(), cells.listed_in_english());
    let finding = RULE.on_figures(corpus, cells.entry, &cells.positions);
    if recomputed {
        finding.saying(
            format!(
                "{name}有{count}处公式没有保存结果（{listed}），属简单求和，已代为计算；请打开文件保存一次后核对。"
            ),
            format!("{id}: {count} formulas without stored results ({english}); plain sums, recomputed"),
        )
    } else {
        finding.saying(
            format!(
                "{name}有{count}处公式没有保存结果（{listed}），无法代为计算，未采用；请打开文件保存一次后重新报送。"
            ),
            format!("{id}: {count} formulas without stored results ({english}) that cannot be recomputed; not used"),
        )
    }
}
