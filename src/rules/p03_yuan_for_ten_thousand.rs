//! Fees that look like yuan although the form asks for ten thousand yuan.

use rust_decimal::Decimal;

use super::{Check, Rule, queries};
use crate::amount::MoneyUnit;
use crate::corpus::Corpus;
use crate::error::Result;
use crate::finding::{Code, Finding, Severity};
use crate::form::{Form, Indicator, ItemKind};
use crate::roster::UnitKind;

pub(super) const RULE: Rule = Rule {
    code: Code::new("P03"),
    name: "yuan-for-ten-thousand",
    title: "金额像是元，不像万元",
    severity: Severity::MustExplain,
    page: include_str!("p03_yuan_for_ten_thousand.md"),
    check: Check::Corpus(check),
};

/// Bound for a township, in ten thousand yuan: none collects a hundred million yuan.
const TOWNSHIP: i64 = 10_000;
/// Bound for a county department, in ten thousand yuan: none collects ten thousand million yuan.
const DEPARTMENT: i64 = 1_000_000;

/// Returns the smallest amount, in ten thousand yuan, that looks like yuan for a unit of this kind.
#[must_use]
pub fn yuan_bound(kind: UnitKind) -> Option<i64> {
    match kind {
        UnitKind::Township | UnitKind::Subdistrict => Some(TOWNSHIP),
        UnitKind::Department => Some(DEPARTMENT),
        UnitKind::Other => None,
    }
}

fn check(corpus: &Corpus) -> Result<Vec<Finding>> {
    let mut findings = Vec::new();
    let fees: Vec<_> = corpus.forms.all.iter().map(in_ten_thousands).collect();
    for (entry, report, form) in queries::counted(corpus) {
        let kind = corpus.unit_of(&corpus.entries[entry]).map(|unit| unit.kind);
        let Some(bound) = kind.and_then(yuan_bound) else { continue };
        for position in fees[report.form].iter().copied() {
            let (item, figure) = (&form.indicators[position], report.figures.at(position));
            // Amounts of an unknown unit are reported by V12.
            let value = figure.value.filter(|_| figure.addable);
            if let Some(value) = value.filter(|value| value.is_integer() && *value >= Decimal::from(bound)) {
                findings.push(RULE.on_figure(corpus, entry, position).saying(
                    format!(
                        "{}填{value}万元，疑按元填报（折合{}万元），请核实。",
                        item.title,
                        (value / Decimal::from(10_000)).normalize()
                    ),
                    format!("{}: {value} looks like yuan, not ten thousand yuan", item.english),
                ));
            }
        }
    }
    Ok(findings)
}

/// Returns the positions of a form's amounts in ten thousand yuan.
fn in_ten_thousands(form: &Form) -> Vec<usize> {
    let is_fee = |item: &Indicator| item.kind == ItemKind::Money && item.unit == Some(MoneyUnit::TenThousandYuan);
    (0..form.indicators.len()).filter(|position| is_fee(&form.indicators[*position])).collect()
}
