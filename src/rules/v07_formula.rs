//! A formula without a stored result, or with one that differs from what it computes.

use super::{Check, Rule, told};
use crate::corpus::Corpus;
use crate::error::Result;
use crate::finding::{Code, Finding, Severity};
use crate::form::Form;
use crate::submission::{Figure, FormulaTrouble, Report};

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
    for (entry, report, form) in told::with_oddities(corpus) {
        for (recomputed, wanted) in [(true, FormulaTrouble::Recomputed), (false, FormulaTrouble::NoResult)] {
            for (table, positions) in told::by_table(report, form, |_, figure| figure.formula() == Some(wanted)) {
                findings.push(without_result(corpus, (entry, report, form), table, &positions, recomputed));
            }
        }
        let differs = |_: usize, figure: Figure<'_>| matches!(figure.formula(), Some(FormulaTrouble::Differs(_)));
        for (table, positions) in told::by_table(report, form, differs) {
            findings.push(with_other_result(corpus, (entry, report, form), table, &positions));
        }
    }
    Ok(findings)
}

fn with_other_result(
    corpus: &Corpus,
    (entry, report, form): (usize, &Report, &Form),
    table: usize,
    positions: &[usize],
) -> Finding {
    let computed = |position: &usize| match report.figures.at(*position).formula() {
        Some(FormulaTrouble::Differs(computed)) => Some(computed.to_string()),
        _ => None,
    };
    let computed: Vec<String> = positions.iter().filter_map(computed).collect();
    let mut finding = RULE.on_same_habit(corpus, entry, positions);
    finding.values.extend(computed.iter().cloned());
    let (title, given) = (&form.indicators[positions[0]].brief, told::examples(report, positions));
    if let [computed] = computed.as_slice() {
        let id = &form.indicators[positions[0]].english;
        return finding.saying(
            format!("{title}的公式保存的结果是{given}，按所引用的格计算是{computed}，已采用保存的结果；请重新计算、保存后核对。"),
            format!("{id}: the stored result “{given}” is not what its formula gives, {computed}; the stored one is used"),
        );
    }
    let (name, id) = (&form.tables[table].name, form.tables[table].english_name());
    let english = told::english_cells(report, form, positions);
    let (cells, count) = (told::cells(report, form, positions), positions.len());
    finding.saying(
        format!("{name}有{count}处公式保存的结果与按所引用的格计算的不同（{cells}），已采用保存的结果；请重新计算、保存后核对。"),
        format!("{id}: {count} formulas whose stored results are not what they give ({english}); the stored ones are used"),
    )
}

fn without_result(
    corpus: &Corpus,
    (entry, report, form): (usize, &Report, &Form),
    table: usize,
    positions: &[usize],
    recomputed: bool,
) -> Finding {
    let (name, id) = (&form.tables[table].name, form.tables[table].english_name());
    let english = told::english_cells(report, form, positions);
    let (cells, count) = (told::cells(report, form, positions), positions.len());
    let finding = RULE.on_figures(corpus, entry, positions);
    if recomputed {
        finding.saying(
            format!("{name}有{count}处公式没有保存结果（{cells}），属简单求和，已代为计算；请打开文件保存一次后核对。"),
            format!("{id}: {count} formulas without stored results ({english}); plain sums, recomputed"),
        )
    } else {
        finding.saying(
            format!(
                "{name}有{count}处公式没有保存结果（{cells}），无法代为计算，未采用；请打开文件保存一次后重新报送。"
            ),
            format!("{id}: {count} formulas without stored results ({english}) that cannot be recomputed; not used"),
        )
    }
}
