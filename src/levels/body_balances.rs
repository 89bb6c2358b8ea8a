//! Checks of the form's sums over the totals of bodies above the counties, with the bodies below that cause the
//! difference.

use rust_decimal::Decimal;

use super::level_finding::{IMBALANCE, LevelFinding};
use super::{BodyYear, IndicatorSums, LevelRollup};
use crate::finding::Severity;
use crate::form::{Equation, Form};
use crate::message::Message;

/// Maximum number of bodies named in one sentence.
const NAMED: usize = 5;

/// Returns a finding for each table, year and body above others with totals that break sums of the form. Broken sums of
/// a county's own totals are among its own findings.
pub(super) fn find(rollup: &LevelRollup) -> Vec<LevelFinding> {
    let mut found = Vec::new();
    for (at, edition) in rollup.years.iter().enumerate() {
        let parts = rollup.parts(at);
        let form = &rollup.forms.all[edition.form];
        if parts.is_empty() {
            continue;
        }
        for table in 0..form.tables.len() {
            let equations = form.equations.iter().filter(|equation| equation.table == table);
            let broken: Vec<(&Equation, Decimal, Decimal)> = equations
                .filter_map(|equation| {
                    let (left, right) = sides(rollup.totals.of(at), equation)?;
                    (left != right).then_some((equation, left, right))
                })
                .collect();
            if !broken.is_empty() {
                found.push(finding(rollup, edition, form, &broken, &parts));
            }
        }
    }
    found
}

/// Returns both sides of an equation; `None` if a total is none. A row for a combined group that no unit used does not
/// exist and counts as zero.
fn sides(totals: &[(usize, IndicatorSums)], equation: &Equation) -> Option<(Decimal, Decimal)> {
    let value = |term: &usize| {
        let found = totals.binary_search_by_key(term, |(position, _)| *position);
        found.map_or(Some(Decimal::ZERO), |at| totals[at].1.total)
    };
    let side = |terms: &[usize]| terms.iter().map(value).sum::<Option<Decimal>>();
    Some((side(&equation.left)?, side(&equation.right)?))
}

fn finding(
    rollup: &LevelRollup,
    edition: &BodyYear,
    form: &Form,
    broken: &[(&Equation, Decimal, Decimal)],
    parts: &[usize],
) -> LevelFinding {
    let (first, left, right) = broken[0];
    let difference = (left - right).normalize();
    let behind: Vec<(&str, Decimal)> = parts
        .iter()
        .filter_map(|part| {
            let (left, right) = sides(rollup.totals.of(*part), first)?;
            let name = rollup.bodies[rollup.years[*part].body].name.as_str();
            (left != right).then(|| (name, (left - right).normalize()))
        })
        .collect();
    let named = |between: &str| {
        let listed: Vec<String> =
            behind.iter().take(NAMED).map(|(name, amount)| format!("{name}（{amount}）")).collect();
        listed.join(between)
    };
    let line = &form.indicators[first.right[0]];
    let more = if broken.len() > 1 { format!("等{}项", broken.len()) } else { String::new() };
    let (zh_rest, en_rest) = match behind.len() {
        0 => (String::new(), String::new()),
        count if count > NAMED => (
            format!("；差额来自{}等{count}个下级", named("、")),
            format!("; the difference comes from {count} bodies, “{}” among them", named(", ")),
        ),
        _ => (format!("；差额来自{}", named("、")), format!("; the difference comes from “{}”", named(", "))),
    };
    let message = Message::new(
        format!(
            "合计{}{more}勾稽不平：两边为{}和{}，相差{difference}{zh_rest}。",
            line.brief,
            left.normalize(),
            right.normalize()
        ),
        format!(
            "{} sums of the totals do not hold; the first, at {}, has {} and {} on its sides{en_rest}",
            broken.len(),
            line.english,
            left.normalize(),
            right.normalize()
        ),
    );
    let mut finding = LevelFinding::about_output(IMBALANCE, Severity::MustExplain, "", message);
    finding.checks = broken.iter().map(|(equation, ..)| equation.id.clone()).collect();
    finding.indicator = broken
        .iter()
        .map(|(equation, ..)| form.indicators[equation.right[0]].id.as_str())
        .collect::<Vec<_>>()
        .join(";");
    finding.given = left.normalize().to_string();
    finding.expected = right.normalize().to_string();
    finding.difference = difference.to_string();
    finding.of(rollup.bodies[edition.body].path.clone(), Some(edition.year))
}
