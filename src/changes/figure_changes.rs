//! Changes of counted figures, found by joining the facts of both runs.

use std::collections::BTreeMap;

use polars::prelude::*;

use super::snapshot::unit_key;
use super::{Difference, Snapshot, What};
use crate::corpus::query;
use crate::error::Result;

const UNIT: &str = "unit_key";
const INDICATOR: &str = "indicator";
const NAMES: [&str; 3] = ["value", "correction", "unit"];

/// A figure that changed.
#[derive(Debug, Clone)]
pub(super) struct FigureChange {
    pub(super) key: String,
    pub(super) unit: String,
    pub(super) indicator: String,
    /// The number in the older run; empty if there was none.
    pub(super) before: String,
    /// The number in the newer run; empty if there is none.
    pub(super) after: String,
    /// Whether the office corrected it.
    pub(super) is_corrected: bool,
}

impl FigureChange {
    /// Returns its row in the list of differences.
    pub(super) fn row(&self, before: &Snapshot, after: &Snapshot) -> Difference {
        let file = after.counted_file(&self.key).or_else(|| before.counted_file(&self.key));
        Difference {
            unit_id: if self.key.starts_with('\u{1}') { String::new() } else { self.key.clone() },
            unit: self.unit.clone(),
            what: if self.is_corrected { What::Corrected } else { What::Figure },
            rule: String::new(),
            finding_id: String::new(),
            indicator: self.indicator.clone(),
            before: self.before.clone(),
            after: self.after.clone(),
            file: file.unwrap_or_default().to_owned(),
        }
    }
}

/// Returns the figures that changed, in the order of the newer facts, then of the older ones.
///
/// # Errors
/// `Error::Query` if polars fails, which is a bug.
pub(super) fn find(before: &Snapshot, after: &Snapshot) -> Result<Vec<FigureChange>> {
    let frames = [frame(before, "then"), frame(after, "now")];
    let [then, now] = frames.map(|frame| frame.map(IntoLazy::lazy));
    let on = [col(UNIT), col(INDICATOR)];
    let arguments = JoinArgs::new(JoinType::Full).with_coalesce(JoinCoalesce::CoalesceColumns);
    let text = |name: &str, side: &str| col(format!("{name}_{side}")).fill_null(lit(""));
    let differs = |name: &str| text(name, "then").neq(text(name, "now"));
    let joined = then.and_then(|then| Ok(then.join(now?, on.clone(), on, arguments)));
    let changed = joined.map(|joined| joined.filter(differs(NAMES[0]).or(differs(NAMES[1]))));
    let changed = changed.and_then(LazyFrame::collect).and_then(|frame| changes(&frame));
    let mut changed = changed.map_err(query("figures that changed"))?;
    // The row order of a join is not defined.
    let order: BTreeMap<(String, String), usize> = [after, before]
        .into_iter()
        .flat_map(|snapshot| snapshot.facts.rows())
        .map(|row| (unit_key(row.get("unit_id"), row.get("unit")), row.get("indicator").to_owned()))
        .zip(0..)
        .collect::<Vec<_>>()
        .into_iter()
        .rev()
        .collect();
    changed.sort_by_cached_key(|change| order.get(&(change.key.clone(), change.indicator.clone())).copied());
    Ok(changed)
}

/// Returns the facts of a run: the keys, and the other columns with the suffix `side`.
fn frame(snapshot: &Snapshot, side: &str) -> PolarsResult<DataFrame> {
    let column = |name: &str, values: Vec<String>| Column::new(name.into(), values);
    let keys = snapshot.facts.rows().map(|row| unit_key(row.get("unit_id"), row.get("unit"))).collect();
    let texts = |name: &str| snapshot.facts.rows().map(|row| row.get(name).to_owned()).collect();
    let mut columns = vec![column(UNIT, keys), column(INDICATOR, texts(INDICATOR))];
    columns.extend(NAMES.map(|name| column(&format!("{name}_{side}"), texts(name))));
    DataFrame::new_infer_height(columns)
}

fn changes(frame: &DataFrame) -> PolarsResult<Vec<FigureChange>> {
    let texts = |name: &str| {
        let column = frame.column(name)?.str()?;
        Ok::<_, PolarsError>(column.iter().map(|text| text.unwrap_or_default().to_owned()).collect::<Vec<_>>())
    };
    let [keys, indicators] = [texts(UNIT)?, texts(INDICATOR)?];
    let [before, after] = [texts("value_then")?, texts("value_now")?];
    let [old_corrections, corrections] = [texts("correction_then")?, texts("correction_now")?];
    let [old_names, names] = [texts("unit_then")?, texts("unit_now")?];
    let change = |at: usize| FigureChange {
        key: keys[at].clone(),
        unit: if names[at].is_empty() { old_names[at].clone() } else { names[at].clone() },
        indicator: indicators[at].clone(),
        before: before[at].clone(),
        after: after[at].clone(),
        is_corrected: !corrections[at].is_empty() && corrections[at] != old_corrections[at],
    };
    let is_change = |change: &FigureChange| change.before != change.after || change.is_corrected;
    Ok((0..keys.len()).map(change).filter(is_change).collect())
}
