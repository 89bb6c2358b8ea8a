//! Comparison of this year with last year, over the units with a known figure in both years.

use rust_decimal::Decimal;
use serde::Serialize;

use crate::amount;
use crate::corpus::YearSums;
use crate::error::Result;
use crate::outcome::Outcome;

/// The compared figures: name, the indicators that are added up, and whether the figure is about applications or
/// disputes.
const COMPARED: [(&str, &[&str], bool); 11] = [
    ("本年新收申请", &["t3.received.total"], true),
    ("上年结转申请", &["t3.carried_in.total"], true),
    ("办理结果总计", &["t3.concluded_total.total"], true),
    ("其中予以公开", &["t3.granted.total"], true),
    ("结转下年度", &["t3.carried_out.total"], true),
    ("行政复议", &["t4.review.total"], true),
    ("行政诉讼", &["t4.litigation_direct.total", "t4.litigation_after_review.total"], true),
    ("现行有效规范性文件", &["t2.normative_documents.in_force"], false),
    ("行政许可", &["t2.licences.processed"], false),
    ("行政处罚", &["t2.penalties.processed"], false),
    ("行政事业性收费（万元）", &["t2.administrative_fees.amount"], false),
];

/// One figure in both years.
#[derive(Debug, Serialize)]
pub(super) struct Comparison {
    label: &'static str,
    then: String,
    now: String,
    change: String,
    /// The change in percent of last year's figure, with one decimal place; empty if that figure is zero.
    percent: String,
    /// Number of compared units.
    units: u32,
    /// Whether it is in the chart.
    drawn: bool,
}

/// Returns the comparisons with at least one unit.
///
/// # Errors
/// `Error::Query` if polars fails, which is a bug.
pub(super) fn comparisons(outcome: &Outcome) -> Result<Vec<Comparison>> {
    let groups = COMPARED.map(|(label, indicators, _)| (label, indicators));
    let sums = outcome.corpus.year_sums(&groups)?;
    let of = |(label, _, drawn): &(&'static str, _, bool)| Some(comparison(label, *sums.get(*label)?, *drawn));
    Ok(COMPARED.iter().filter_map(of).collect())
}

fn comparison(label: &'static str, YearSums { now, then, units }: YearSums, drawn: bool) -> Comparison {
    let change = (now - then).normalize();
    let percent = amount::percent(change, then, 1);
    Comparison {
        label,
        then: then.normalize().to_string(),
        now: now.normalize().to_string(),
        change: if change.is_sign_positive() && !change.is_zero() { format!("+{change}") } else { change.to_string() },
        percent: percent.map(|percent| format!("{percent:.1}")).unwrap_or_default(),
        units,
        drawn,
    }
}

/// Returns the sum of figures; `None` if one of them is unknown.
pub(super) fn sum(mut figures: impl Iterator<Item = Option<Decimal>>) -> Option<Decimal> {
    figures.try_fold(Decimal::ZERO, |sum, figure| sum.checked_add(figure?))
}
