//! This year beside last year, over the units whose figure is known in both: nothing else can be compared.

use rust_decimal::Decimal;
use serde::Serialize;

use crate::outcome::Outcome;

/// What is compared: its name, the indicators that make it up, and whether it counts applications or disputes.
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
    /// The change in hundredths of last year's, to one decimal; empty where last year's is zero.
    percent: String,
    /// The units compared.
    units: usize,
    /// Whether it is drawn.
    drawn: bool,
}

/// Every comparison that rests on at least one unit.
pub(super) fn comparisons(outcome: &Outcome) -> Vec<Comparison> {
    COMPARED.iter().filter_map(|(label, indicators, drawn)| compare(outcome, label, indicators, *drawn)).collect()
}

fn compare(outcome: &Outcome, label: &'static str, indicators: &[&str], drawn: bool) -> Option<Comparison> {
    let corpus = &outcome.corpus;
    let (mut then, mut now, mut units) = (Decimal::ZERO, Decimal::ZERO, 0);
    for entry in corpus.counted().iter().copied() {
        let (Some((report, form)), Some(past)) = (corpus.report(entry), corpus.past(entry)) else { continue };
        let figure = |id: &&str| Some(report.figures.at(form.position(id)?)).filter(|figure| figure.addable)?.value;
        let this = sum(indicators.iter().map(figure));
        let last = sum(indicators.iter().map(|id| past.values.get(*id).copied()));
        if let (Some(this), Some(last)) = (this, last) {
            (then, now) = (then.checked_add(last)?, now.checked_add(this)?);
            units += 1;
        }
    }
    let change = now.checked_sub(then)?.normalize();
    let percent = change.checked_mul(Decimal::ONE_HUNDRED).and_then(|change| change.checked_div(then));
    (units > 0).then(|| Comparison {
        label,
        then: then.normalize().to_string(),
        now: now.normalize().to_string(),
        change: if change.is_sign_positive() && !change.is_zero() { format!("+{change}") } else { change.to_string() },
        percent: percent.map(|percent| format!("{:.1}", percent.round_dp(1))).unwrap_or_default(),
        units,
        drawn,
    })
}

/// The sum of figures that are all known.
pub(super) fn sum(mut figures: impl Iterator<Item = Option<Decimal>>) -> Option<Decimal> {
    figures.try_fold(Decimal::ZERO, |sum, figure| sum.checked_add(figure?))
}
