//! Rates that are far from those of other units of the same kind.

use std::collections::BTreeMap;

use polars::prelude::*;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use super::{Check, Rule, queries};
use crate::amount::rounded;
use crate::corpus::{Corpus, query};
use crate::error::Result;
use crate::finding::{Code, Finding, Severity};
use crate::form::{self, Share};
use crate::roster::UnitKind;

pub(super) const RULE: Rule = Rule {
    code: Code::new("Y05"),
    name: "outlier-among-peers",
    title: "与同类单位相差很大",
    severity: Severity::Note,
    page: include_str!("y05_outlier_among_peers.md"),
    check: Check::Corpus(check),
};

/// Minimum number of units of a kind that have the rate; smaller groups are not compared.
const LEAST_PEERS: u32 = 12;
/// Minimum denominator of a rate; smaller ones give rates by chance.
const LEAST_BASE: i64 = 20;
/// Cut-off of the modified z-score, and the constant that makes it comparable with a standard deviation (Iglewicz and
/// Hoaglin 1993, How to Detect and Handle Outliers).
const CUT_OFF: f64 = 3.5;
const CONSISTENCY: f64 = 0.6745;

/// A rate: its name in both languages, and its terms.
type NamedRate = (&'static str, &'static str, Share);

const RATES: [NamedRate; 3] = [
    ("公开占办结的比例", "share granted of concluded", form::DISCLOSED),
    ("结转下年占全部申请的比例", "share carried out of all applications", form::CARRIED_OUT),
    ("复议纠正占复议的比例", "share corrected of reviews", form::REVIEWS_CORRECTED),
];

/// A unit's rate, in per cent.
struct UnitRate {
    entry: usize,
    kind: UnitKind,
    rate: Decimal,
}

fn check(corpus: &Corpus) -> Result<Vec<Finding>> {
    let mut findings = Vec::new();
    for rate in &RATES {
        let rates = rates(corpus, rate);
        let medians = medians(&rates)?;
        for (one, median) in outliers(&rates, &medians) {
            let (zh, en, share) = rate;
            let Some(position) = corpus.report(one.entry).and_then(|(_, form)| form.position(share.part[0])) else {
                continue;
            };
            let mut finding = RULE.on_figure(corpus, one.entry, position);
            let [rate, median] = [one.rate, median].map(|rate| rounded(rate, 1).normalize());
            finding.values.push(rate.to_string());
            findings.push(finding.saying(
                format!("{zh}为{rate}%，同类单位的中位数是{median}%，相差很大，请核对；属实的不用改。"),
                format!("{en}: {rate} per cent, where the median of units of its kind is {median}"),
            ));
        }
    }
    Ok(findings)
}

/// Returns the rate of each unit with figures that allow it.
fn rates(corpus: &Corpus, (.., share): &NamedRate) -> Vec<UnitRate> {
    let rate = |(entry, ..): (usize, &crate::submission::Report, &crate::form::Form)| {
        let (_, form) = corpus.report(entry)?;
        let sum = |ids: &[&str]| ids.iter().map(|id| corpus.added(entry, form.position(id)?)).sum::<Option<Decimal>>();
        let base = sum(share.whole).filter(|base| *base >= Decimal::from(LEAST_BASE))?;
        let kind = corpus.unit_of(&corpus.entries[entry])?.kind;
        Some(UnitRate { entry, kind, rate: sum(share.part)? * Decimal::ONE_HUNDRED / base })
    };
    queries::counted(corpus).filter_map(rate).collect()
}

/// Median and median absolute deviation of the rates, by kind of unit.
type Medians = BTreeMap<u32, (f64, f64)>;

/// Returns both for each kind with enough units.
fn medians(rates: &[UnitRate]) -> Result<Medians> {
    const KIND: &str = "kind";
    const RATE: &str = "rate";
    const MEDIAN: &str = "median";
    let kinds: Vec<u32> = rates.iter().map(|one| one.kind as u32).collect();
    let values: Vec<f64> = rates.iter().map(|one| one.rate.to_f64().unwrap_or_default()).collect();
    let deviation = || col(RATE) - col(MEDIAN);
    let absolute = when(deviation().lt(lit(0.0))).then(-deviation()).otherwise(deviation());
    let of_kind = |frame: DataFrame| {
        let middle = frame.clone().lazy().group_by([col(KIND)]).agg([col(RATE).median().alias(MEDIAN)]);
        let joined = frame.lazy().inner_join(middle, col(KIND), col(KIND));
        let spread = joined.group_by([col(KIND)]).agg([
            col(MEDIAN).first(),
            absolute.median().alias("deviation"),
            col(RATE).count().alias("peers"),
        ]);
        spread.filter(col("peers").gt_eq(lit(LEAST_PEERS))).collect()
    };
    let columns = vec![Column::new(KIND.into(), kinds), Column::new(RATE.into(), values)];
    let frame = DataFrame::new_infer_height(columns).and_then(of_kind).map_err(query("rates of peers"))?;
    let read = |frame: &DataFrame| {
        let kinds = frame.column(KIND)?.u32()?;
        let (medians, deviations) = (frame.column(MEDIAN)?.f64()?, frame.column("deviation")?.f64()?);
        let rows = kinds.iter().zip(medians.iter().zip(deviations.iter()));
        Ok(rows.filter_map(|(kind, (median, deviation))| Some((kind?, (median?, deviation?)))).collect())
    };
    read(&frame).map_err(query("rates of peers"))
}

/// Returns the rates beyond the cut-off, each with the median of its kind. If the deviation is zero, because most units
/// have the same rate, there is nothing to measure by.
fn outliers<'a>(rates: &'a [UnitRate], medians: &Medians) -> Vec<(&'a UnitRate, Decimal)> {
    let far = |one: &'a UnitRate| {
        let (median, deviation) = *medians.get(&(one.kind as u32))?;
        let distance = (one.rate.to_f64()? - median).abs();
        let is_far = deviation > 0.0 && CONSISTENCY * distance / deviation > CUT_OFF;
        is_far.then_some((one, Decimal::from_f64_retain(median)?))
    };
    rates.iter().filter_map(far).collect()
}
